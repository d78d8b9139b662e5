"""The Binder cumulant, whose curves for different sizes cross at a transition."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from . import style
from .cut_figure import cut_values, mark_lines, series_along
from .diagram import Observable, PhaseDiagram
from .overlay import Series

LARGEST_NUMBER = 8  # curves
GAUSSIAN, ORDERED = 0.0, 2 / 3
LINE_COLOR = "#0b4f8a"
CROSSING_COLOR = "#9b0d2e"


def binder_figure(diagram: PhaseDiagram, observable: Observable) -> Figure | None:
    """U = 1 − ⟨x⁴⟩ / 3⟨x²⟩² against the first axis (else the one that is not the size), a curve for each value of
    the other; nothing without cumulants. Needs one or two axes."""
    observable = observable.scalar()
    if not observable.has_binder:
        return None
    along = 1 if len(diagram.axes) == 2 and diagram.size_axis == 0 else 0
    all_series = _series(diagram, observable, along)
    if not all_series:
        return None
    figure = Figure(figsize=(style.WIDTH, 4.6))
    axes = figure.subplots()
    handles = [_draw(axes, series) for series in all_series]
    axes.margins(x=0.03)
    # Order mostly ends to the right, so that the curves leave these corners free.
    for level, text, side in ((GAUSSIAN, "Gaussian", 0), (ORDERED, "ordered 2/3", 1)):
        axes.axhline(level, color="0.75", linewidth=0.8, zorder=0)
        axes.annotate(text, (side, level), xycoords=("axes fraction", "data"), xytext=(4 - 8 * side, 2),
                      textcoords="offset points", ha="right" if side else "left", va="bottom", fontsize=8,
                      color="0.5", zorder=0)
    if len(diagram.axes) == 1:
        handles = list(mark_lines([axes], diagram).values())
    handles += _mark_crossings(axes, observable, all_series, along)
    style.set_up_axis(axes, diagram.axes[along], "x")
    subject = observable.long_name[:1].lower() + observable.long_name[1:]
    axes.set_ylabel("\n".join(textwrap.wrap(f"Binder cumulant of {style.plain(subject)}", 44)))
    if handles:
        style.legend_beside(figure, axes, handles, handlelength=2.6, labelspacing=0.6)
    style.add_title(figure, diagram, "Binder cumulant", observable)
    return figure


def _series(diagram: PhaseDiagram, observable: Observable, along: int) -> list[Series]:
    if len(diagram.axes) == 2:
        return series_along(diagram, observable, along, cut_values(diagram, 1 - along, LARGEST_NUMBER))
    order = np.argsort(diagram.positions(0), kind="stable")
    values = observable.mapped(lambda v: v[order])
    return [Series(x=diagram.positions(0)[order], values=values, color=LINE_COLOR,
                   categorical=bool(diagram.axes[0].categories))]


def _draw(axes: Axes, series: Series) -> Artist:
    values, known = series.values, np.isfinite(series.values.binder)
    error = None if values.binder_error is None else np.nan_to_num(values.binder_error)[known]
    line = {"linestyle": "" if series.categorical else "-", "linewidth": 1.0, "marker": series.marker,
            "color": series.color, "markeredgecolor": "white", "markeredgewidth": 0.5}
    bars = axes.errorbar(series.x[known], values.binder[known], error, elinewidth=1.2, capsize=2.5, zorder=3, **line)
    bars.lines[0].set_gid("binder")
    return Line2D([], [], label=series.label, **line)


def _mark_crossings(axes: Axes, observable: Observable, all_series: list[Series], along: int) -> list[Artist]:
    """A ring with the error bar of the position, at the mean height of the two curves that cross there."""
    crossings = observable.crossings
    if crossings is None or crossings.axis != along or not np.isfinite(crossings.positions).any():
        return []
    options = {"linestyle": "", "marker": "o", "color": CROSSING_COLOR, "markerfacecolor": "none", "markersize": 6.5,
               "markeredgewidth": 1.4}
    heights = [_height(x, sizes, all_series) for x, sizes in zip(crossings.positions, crossings.sizes)]
    bars = axes.errorbar(crossings.positions, heights, xerr=np.nan_to_num(crossings.errors), elinewidth=1.6, capsize=4,
                         zorder=5, **options)
    bars.lines[0].set_gid("crossings")
    return [Line2D([], [], label="crossing of two sizes ± 1σ", **options)]


def _height(x: float, sizes: str, all_series: list[Series]) -> float:
    """The mean of the curves at x: of the two whose sizes the text names, else of all."""
    named = [s for s in all_series if s.label.rsplit(" ", 1)[-1] in sizes.replace(",", " ").split()]
    heights = []
    for series in named or all_series:
        known = np.isfinite(series.values.binder)
        if known.any():
            heights.append(float(np.interp(x, series.x[known], series.values.binder[known])))
    return float(np.mean(heights)) if heights else GAUSSIAN
