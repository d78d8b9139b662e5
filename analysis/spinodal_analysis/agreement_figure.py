"""Curves of several observables against that of another, over the diagonal on which they agree; differences below."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from . import style
from .curve_figure import spread_points
from .cut_figure import select
from .diagram import Array, DiagramError, Observable, PhaseDiagram

LARGEST_NUMBER = 3


def agreement_figure(diagram: PhaseDiagram, against: Observable, shown: Sequence[Observable]) -> Figure:
    """A column for each of up to three points: simulated elements of the curves, and their differences below."""
    for observable in (against, *shown):
        if observable.simulation is None or observable.curve_dimensions != against.curve_dimensions:
            raise DiagramError(f"{diagram.path}: '{observable.name}' is no simulated curve over the coordinates of "
                               f"'{against.name}'")
    points = spread_points(diagram, against)
    chosen = [points[k] for k in np.unique(np.linspace(0, len(points) - 1, LARGEST_NUMBER).round().astype(int))]
    figure = Figure(figsize=(style.WIDTH, 5.4))
    rows = figure.subplots(2, len(chosen), squeeze=False, sharex="col", sharey="row", height_ratios=[2, 1.2])
    colors = mpl.colormaps[style.COLOR_MAP](np.linspace(0, 0.7, len(shown)))
    looks = [{"color": color, "marker": style.MARKERS[k], "markersize": 3.5} for k, color in enumerate(colors)]
    for column, point in zip(rows.T, chosen):
        where = [style.value_text(axis, diagram.positions(k).flat[point]) for k, axis in enumerate(diagram.axes)]
        column[0].set_title(", ".join(where))
        column[1].axhline(0, color="0.5", linewidth=0.9, zorder=1)
        x, x_error = _curve(diagram, against, point)
        ends = [np.nanmin(x), np.nanmax(x)]
        column[0].plot(ends, ends, color="0.5", linewidth=0.9, zorder=1, gid="diagonal")
        for observable, look in zip(shown, looks):
            y, error = _curve(diagram, observable, point)
            _draw(column, x, y, x_error, error, look)
        column[1].set_xlabel(style.symbol(against))
    rows[0, 0].set_ylabel(", ".join(style.symbol(observable) for observable in shown))
    rows[1, 0].set_ylabel("difference")
    handles = [Line2D([], [], linestyle="", label=style.label(observable, 100), **look)
               for observable, look in zip(shown, looks)]
    style.legend_below(figure, handles, most=1)
    style.add_title(figure, diagram, f"agreement with {style.symbol(against)}", against)
    return figure


def _curve(diagram: PhaseDiagram, observable: Observable, point: int) -> tuple[Array, Array]:
    """All elements of the curve at a point, and their standard errors (0 where unknown)."""
    here = select(observable, diagram.shape, np.array([point]))
    values = here.simulation.ravel()
    return values, np.zeros_like(values) if here.error is None else np.nan_to_num(here.error.ravel())


def _draw(column: Sequence[Axes], x: Array, y: Array, x_error: Array, error: Array, look: dict) -> None:
    bars = {"linestyle": "", "elinewidth": 0.9, "markeredgewidth": 0, **look}
    column[0].errorbar(x, y, error, x_error, zorder=3, **bars).lines[0].set_gid("elements")
    # The same disorder samples give both, so that the errors of the two do not add: that of the drawn one is shown.
    column[1].errorbar(x, y - x, error, zorder=3, **bars).lines[0].set_gid("differences")
