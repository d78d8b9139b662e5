"""How often images are recognised and how well their archetypes are retrieved, against the first axis."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from . import style
from .cut_figure import cut_values, series_along
from .diagram import PhaseDiagram
from .overlay import Series, draw_series

ACCURACY, BASELINE, OVERLAP = "classAccuracy", "nearestMeanAccuracy", "archetypeOverlap"
LARGEST_NUMBER = 5  # curves
MOST_TICKS = 10
DASHES = (0, (4, 1.8))


def accuracy_figure(diagram: PhaseDiagram) -> Figure | None:
    """Class accuracy over the accuracy of the nearest mean, and the overlap with the archetype, a colour for each value
    of the second axis; nothing unless the file has all three over two axes."""
    names = (ACCURACY, BASELINE, OVERLAP)
    if len(diagram.axes) != 2 or not all(n in diagram.observables for n in names):
        return None
    accuracy, baseline, overlap = (_series(diagram, name) for name in names)
    if not accuracy:
        return None
    figure = Figure(figsize=(style.WIDTH, 4.2))
    left, right = figure.subplots(1, 2, sharex=True)
    for series in accuracy:
        draw_series(left, series)
    for series in baseline:
        _draw_baseline(left, series)
    for series in overlap:
        draw_series(right, series)
    for axes, name in ((left, ACCURACY), (right, OVERLAP)):
        style.set_up_axis(axes, diagram.axes[0], "x")
        axes.set_ylabel(style.label(diagram.observables[name]))
        axes.set_ylim(bottom=0)
        if len(diagram.axes[0].values) <= MOST_TICKS and not diagram.axes[0].is_logarithmic:
            axes.set_xticks(diagram.axes[0].values)
    left.set_ylim(0, 1)
    style.legend_below(figure, _handles(accuracy))
    subject = f"recognition against {style.symbol(diagram.axes[0])}"
    style.add_title(figure, diagram, subject, diagram.observables[ACCURACY])
    return figure


def _series(diagram: PhaseDiagram, name: str) -> list[Series]:
    return series_along(diagram, diagram.observables[name], 0, cut_values(diagram, 1, LARGEST_NUMBER))


def _draw_baseline(axes: Axes, series: Series) -> None:
    """A dashed line: the baseline does not depend on the dynamics, only on the images that were drawn."""
    values = series.values.best_simulation()
    known = np.isfinite(values)
    axes.plot(series.x[known], values[known], color=series.color, linestyle=DASHES, linewidth=1.2, gid="baseline",
              zorder=1)
    if series.values.error is not None:
        error = np.nan_to_num(series.values.error)[known]
        axes.fill_between(series.x[known], values[known] - error, values[known] + error, color=series.color, alpha=0.15,
                          linewidth=0, gid="baseline error", zorder=0.5)


def _handles(all_series: list[Series]) -> list[Artist]:
    marks = [Line2D([], [], color=s.color, linestyle="", marker=s.marker, markeredgecolor="white", label=s.label)
             for s in all_series]
    return [*marks, Line2D([], [], color="0.3", linestyle=DASHES, linewidth=1.2, label="nearest class mean ± 1σ")]
