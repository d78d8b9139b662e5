"""Finite size: an observable against 1/N with its extrapolation, and the extrapolated curve over theory."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from . import style
from .cut_figure import series_along
from .diagram import Array, Axis, Extrapolation, Observable, PhaseDiagram

SELECTED = 5  # values of the other axis on the left
POOR_FIT = 0.01  # p-values below are drawn hollow
EXTRAPOLATION_COLOR = "#9b0d2e"
THEORY_COLOR = "black"


def scaling_figure(diagram: PhaseDiagram, observable: Observable) -> Figure | None:
    """Left the fits at a few values of the other axis, right all sizes, the extrapolation and theory.

    Nothing without extrapolated values. Needs a grid with a size axis.
    """
    observable = observable.scalar()
    found, size = observable.extrapolation, diagram.size_axis
    if found is None or size is None or not diagram.is_grid or not np.isfinite(found.value).any():
        return None
    is_pair = len(diagram.axes) == 2
    figure = Figure(figsize=(style.WIDTH if is_pair else 6.4, 5.0))
    grid = figure.subplots(1, 1 + is_pair, squeeze=False, sharey=True)[0]
    _draw_fits(grid[0], diagram, observable, found, size)
    if is_pair:
        handles = _draw_limit(grid[1], diagram, observable, found, size)
        style.legend_below(figure, handles, most=4)
    style.add_title(figure, diagram, "finite-size scaling", observable)
    return figure


def _draw_fits(axes: Axes, diagram: PhaseDiagram, observable: Observable, found: Extrapolation, size: int) -> None:
    sizes = diagram.axes[size].values
    if len(diagram.axes) == 2:
        other = diagram.axes[1 - size]
        known = np.flatnonzero(np.isfinite(found.value))
        numbers = known[np.unique(np.round(np.linspace(0, known.size - 1, SELECTED + 2)[1:-1]).astype(int))]
        values = np.moveaxis(np.stack([observable.best_simulation(), _errors(observable)]), 1 + size, 1)
        rows = [(values[:, :, k], k, style.value_text(other, other.values[k])) for k in numbers]
    else:
        rows = [(np.stack([observable.best_simulation(), _errors(observable)]), (), "")]
    colors = mpl.colormaps[style.COLOR_MAP](np.linspace(0.0, 0.82, max(len(rows), 2)))
    for number, ((mean, error), place, label) in enumerate(rows):
        marker = style.MARKERS[number % len(style.MARKERS)]
        limit, limit_error, p = (float(a[place]) for a in (found.value, found.error, found.p))
        bars = axes.errorbar(1 / sizes, mean, error, linestyle="", marker=marker, color=colors[number], elinewidth=1.2,
                             capsize=2.5, markeredgecolor="white", markeredgewidth=0.5, label=label, zorder=3)
        bars.lines[0].set_gid("sizes")
        slope, used = fitted_slope(sizes, mean, error, limit, float(found.dof[place]))
        u = np.array([0, np.max(1 / sizes[used], initial=0)])
        axes.plot(u, limit + slope * u, color=colors[number], linewidth=1.1, zorder=2, gid="fit")
        # The point lies on the edge of the panel, where clipping would halve it.
        face = "white" if p < POOR_FIT else colors[number]
        axes.errorbar([0], [limit], np.nan_to_num([limit_error]), linestyle="", marker=marker, color=colors[number],
                      markerfacecolor=face, markersize=7, elinewidth=1.6, capsize=4, zorder=4)
    axes.set_xlim(left=-0.04 * float(np.max(1 / sizes)))
    axes.axvline(0, color="0.75", linewidth=0.8, zorder=0)
    axes.set_xlabel(f"1 / {style.symbol(diagram.axes[size])}")
    axes.set_ylabel(style.label(observable, width=40))
    if len(rows) > 1:
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, columnspacing=1.0, handletextpad=0.2,
                    fontsize=8.5)


def _errors(observable: Observable) -> Array:
    return np.nan_to_num(np.zeros_like(observable.best_simulation()) if observable.error is None else observable.error)


def fitted_slope(sizes: Array, mean: Array, error: Array, limit: float, dof: float) -> tuple[float, np.ndarray]:
    """The weighted slope in 1/N of a line through the stored limit, and the sizes used: the largest dof + 2."""
    usable = np.flatnonzero(np.isfinite(mean))
    if np.isfinite(dof):
        usable = usable[np.argsort(sizes[usable])][-(int(dof) + 2):]
    weight = np.where(error[usable] > 0, error[usable], 1.0) ** -2.0
    u = 1 / sizes[usable]
    return float(np.sum(weight * u * (mean[usable] - limit)) / max(np.sum(weight * u * u), 1e-300)), usable


def _draw_limit(axes: Axes, diagram: PhaseDiagram, observable: Observable, found: Extrapolation,
                size: int) -> list[Artist]:
    other, sizes = diagram.axes[1 - size], diagram.axes[size]
    handles = _draw_sizes(axes, diagram, observable, sizes, 1 - size)
    x, value, error = other.values, found.value, np.nan_to_num(found.error)
    axes.fill_between(x, value - error, value + error, color=EXTRAPOLATION_COLOR, alpha=0.25, linewidth=0, zorder=3)
    poor = found.p < POOR_FIT
    marks = {"linestyle": "", "marker": "D", "color": EXTRAPOLATION_COLOR, "markersize": 5}
    axes.plot(x, value, color=EXTRAPOLATION_COLOR, linewidth=1.2, zorder=4, gid="extrapolated")
    axes.plot(x, np.where(poor, np.nan, value), zorder=5, **marks)
    handles.append(Line2D([], [], label=f"{style.symbol(sizes)} → ∞ ± 1σ", **{**marks, "linestyle": "-"}))
    if poor.any():
        hollow = {**marks, "markerfacecolor": "white"}
        axes.plot(x, np.where(poor, value, np.nan), zorder=5, gid="poor fit", **hollow)
        handles.append(Line2D([], [], label=f"poor fit (p < {POOR_FIT:g})", **hollow))
    if observable.has_theory:
        largest = np.take(observable.theory, int(np.argmax(sizes.values)), axis=size)
        axes.plot(x, largest, color=THEORY_COLOR, linewidth=1.3, linestyle=(0, (5, 1.8)), zorder=2, gid="theory")
        handles.append(Line2D([], [], color=THEORY_COLOR, linewidth=1.3, linestyle=(0, (5, 1.8)), label="theory"))
    handles += _mark_crossings(axes, observable, 1 - size)
    style.set_up_axis(axes, other, "x")
    return handles


def _draw_sizes(axes: Axes, diagram: PhaseDiagram, observable: Observable, sizes: Axis, along: int) -> list[Artist]:
    """The points of every size in a blue that darkens with it."""
    handles: list[Artist] = []
    shades = mpl.colormaps["Blues"](np.linspace(0.35, 0.95, sizes.values.size))
    for series, shade in zip(series_along(diagram, observable, along, sizes.values), shades):
        options = {"linestyle": "", "marker": series.marker, "color": shade, "markersize": 4}
        values = series.values
        error = None if values.error is None else np.nan_to_num(values.error)
        bars = axes.errorbar(series.x, values.best_simulation(), error, elinewidth=1.0, zorder=3, **options)
        bars.lines[0].set_gid("simulation")
        handles.append(Line2D([], [], label=series.label, **options))
    return handles


def _mark_crossings(axes: Axes, observable: Observable, along: int) -> list[Artist]:
    crossings = observable.crossings
    if crossings is None or crossings.axis != along or not np.isfinite(crossings.positions).any():
        return []
    for x, error in zip(crossings.positions, np.nan_to_num(crossings.errors)):
        axes.axvline(x, color="0.4", linestyle=(0, (1.2, 1.4)), linewidth=1.0, zorder=1, gid="crossings")
        axes.axvspan(x - error, x + error, color="0.5", alpha=0.18, linewidth=0, zorder=0.5)
    return [Patch(facecolor="0.85", edgecolor="0.4", linestyle=":", label="crossing of two sizes ± 1σ")]
