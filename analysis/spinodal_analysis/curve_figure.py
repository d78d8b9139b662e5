"""Curves over time, layer, overlap …: simulation with an error band over theory, for points spread over the diagram."""

from __future__ import annotations

from itertools import product

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from . import style
from .cut_figure import select
from .diagram import Array, Observable, PhaseDiagram, is_progress
from .overlay import Series, road_handles

LARGEST_NUMBER = 6
TRACES = 4  # curves in a panel if the observable has a second curve dimension
MARKED_LENGTH = 40  # shorter curves show their points
LOGARITHMIC_RANGE = 100.0


def curve_figure(diagram: PhaseDiagram, observable: Observable) -> Figure | None:
    """A panel a point; nothing if the observable has no finite value anywhere."""
    points = spread_points(diagram, observable)
    if not points:
        return None
    columns = min(len(points), 3)
    rows = -(-len(points) // columns)
    figure = Figure(figsize=(style.WIDTH if columns > 1 else 6.0, 1.2 + 2.35 * rows))
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
    dimension = _running_dimension(observable)
    traces = _traces(observable, dimension)
    colors = mpl.colormaps[style.COLOR_MAP](np.linspace(0.1, 0.8, len(traces))) if len(traces) > 1 else ["#0b4f8a"]
    for axes in grid.flat[len(points):]:
        axes.remove()
    for point, axes in zip(points, grid.flat):
        _draw_point(axes, diagram, observable, point, dimension, traces, colors)
    scale_coordinate(grid[0, 0], observable.coordinates[dimension])
    _label(grid, len(points), observable, dimension)
    style.add_title(figure, diagram, "curves", observable)
    figure.legend(handles=_handles(observable, traces, colors), loc="outside lower center", ncols=6)
    return figure


def spread_points(diagram: PhaseDiagram, observable: Observable) -> list[int]:
    """Up to six points (flat indices) that hold a curve and lie evenly over the diagram, in reading order."""
    values = observable.simulation if observable.has_simulation else observable.theory
    if values is None:
        return []
    flat = values.reshape(int(np.prod(diagram.shape, dtype=int)), -1)
    available = np.flatnonzero(np.isfinite(flat).any(axis=1))
    if available.size <= LARGEST_NUMBER:
        return [int(i) for i in available]
    coordinates = np.stack([_on_paper(diagram, axis)[available] for axis in range(len(diagram.axes))], axis=1)
    chosen: list[int] = []
    for target in _targets(len(diagram.axes)):
        distance = ((coordinates - target) ** 2).sum(axis=1)
        distance[np.isin(available, chosen)] = np.inf
        chosen.append(int(available[np.argmin(distance)]))
    return chosen


def _targets(axis_count: int) -> list[tuple[float, ...]]:
    if axis_count == 1:
        return [((i + 0.5) / LARGEST_NUMBER,) for i in range(LARGEST_NUMBER)]
    return [(x, y) for y, x in product((0.75, 0.25), (1 / 6, 1 / 2, 5 / 6))]


def _on_paper(diagram: PhaseDiagram, axis: int) -> Array:
    """Positions of all points along an axis from 0 to 1."""
    scaled = diagram.axes[axis].scaled(diagram.positions(axis)).ravel()
    least, most = np.nanmin(scaled), np.nanmax(scaled)
    return (scaled - least) / (most - least if most > least else 1.0)


def _running_dimension(observable: Observable) -> str:
    """The coordinate to draw against: time and its like, else the last one."""
    names = observable.curve_dimensions
    return next((name for name in names if is_progress(name)), names[-1])


def _traces(observable: Observable, dimension: str) -> list[dict[str, int]]:
    """Which elements of the other curve dimensions to draw, by index."""
    others = [name for name in observable.curve_dimensions if name != dimension]
    lengths = [observable.coordinates[name].shape[-1] for name in others]
    every = [dict(zip(others, index)) for index in np.ndindex(*lengths)]
    if len(every) <= TRACES:
        return every
    return [every[i] for i in np.round(np.linspace(0, len(every) - 1, TRACES)).astype(int)]


def _draw_point(axes: Axes, diagram: PhaseDiagram, observable: Observable, point: int, dimension: str,
                traces: list[dict[str, int]], colors: list) -> None:
    here = select(observable, diagram.shape, np.array([point]))
    coordinate = observable.coordinates[dimension]
    x = coordinate if coordinate.ndim == 1 else coordinate.reshape(-1, coordinate.shape[-1])[point]
    for trace, color in zip(traces, colors):
        index = (0, *(slice(None) if d == dimension else trace[d] for d in observable.curve_dimensions))
        _draw_trace(axes, x, here, index, color, theory_color="black" if len(traces) == 1 else color)
    where = [style.value_text(a, diagram.positions(k).flat[point]) for k, a in enumerate(diagram.axes)]
    axes.set_title(", ".join(where), fontsize=10)


def _draw_trace(axes: Axes, x: Array, here: Observable, index: tuple, color: object, theory_color: object) -> None:
    def pick(values: Array | None) -> Array | None:
        return None if values is None else values[index]

    simulation, theory, error = pick(here.simulation), pick(here.theory), pick(here.error)
    known = np.isfinite(x)
    if simulation is not None:
        marks = {"marker": "o", "markersize": 3.2} if known.sum() <= MARKED_LENGTH else {}
        axes.plot(x[known], simulation[known], color=color, linewidth=1.3, gid="simulation", zorder=2, **marks)
        if error is not None:
            low, high = simulation - np.nan_to_num(error), simulation + np.nan_to_num(error)
            axes.fill_between(x[known], low[known], high[known], color=color, alpha=0.3, linewidth=0, gid="error")
    if theory is not None:
        axes.plot(x[known], theory[known], color=theory_color, linewidth=1.5, linestyle=(0, (4, 1.8)), gid="theory",
                  zorder=3)


def scale_coordinate(axes: Axes, coordinate: Array) -> None:
    """Logarithmic if the coordinate spans more than two decades; linear around a zero that comes first."""
    finite = np.unique(coordinate[np.isfinite(coordinate)])
    positive = finite[finite > 0]
    if positive.size < 2 or finite[0] < 0 or positive[-1] / positive[0] <= LOGARITHMIC_RANGE:
        return
    if finite[0] > 0:
        axes.set_xscale("log")
    elif positive.size > 3 and positive[-1] / np.median(positive) > 3:
        axes.set_xscale("symlog", linthresh=positive[0], linscale=0.5)


def _label(grid: np.ndarray, count: int, observable: Observable, dimension: str) -> None:
    text = observable.coordinate_labels.get(dimension, dimension)
    for number, axes in enumerate(grid.flat):
        if number >= count:
            continue
        if number + grid.shape[1] >= count:
            axes.set_xlabel(style.plain(text[:1].upper() + text[1:]))
            axes.tick_params(labelbottom=True)
        if number % grid.shape[1] == 0:
            axes.set_ylabel(style.label(observable, width=24))


def _handles(observable: Observable, traces: list[dict[str, int]], colors: list) -> list[Artist]:
    if len(traces) == 1:
        handles = road_handles([Series(x=np.array([]), values=observable)], color="black")
        for handle in handles:
            is_theory = handle.get_label() == "theory"
            handle.set(linestyle=(0, (4, 1.8)) if is_theory else "-", marker="",
                       color="black" if is_theory else colors[0])
        return handles
    handles = [Line2D([], [], color=color, label=", ".join(f"{d} {_name(observable, d, i)}" for d, i in trace.items()))
               for trace, color in zip(traces, colors)]
    return handles + [Line2D([], [], color="0.3", linestyle=(0, (4, 1.8)), label="theory")] * observable.has_theory


def _name(observable: Observable, dimension: str, index: int) -> str:
    coordinate = observable.coordinates[dimension]
    return f"{coordinate[index]:.4g}" if coordinate.ndim == 1 else str(index + 1)
