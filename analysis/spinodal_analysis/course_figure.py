"""The course: an observable over one control parameter and time in colour, simulation and theory side by side."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import style
from .diagram import PROGRESS_COORDINATES, Array, Axis, Observable, PhaseDiagram
from .map_figure import normalization
from .partition import edges

LEAST_LENGTH = 4  # shorter courses are better told by curves
LOGARITHMIC_RANGE = 100.0


def course_figure(diagram: PhaseDiagram, observable: Observable) -> Figure | None:
    """A panel for each road; nothing unless the diagram is a grid over one axis of numbers and times are shared."""
    time = _time_axis(diagram, observable)
    if time is None:
        return None
    axis = diagram.axes[0]
    panels = [(name, values) for name, values in (("simulation", observable.simulation), ("theory", observable.theory))
              if values is not None and np.isfinite(values).any()]
    if not panels:
        return None
    figure = Figure(figsize=(style.WIDTH if len(panels) == 2 else 6.4, 4.9))
    grid = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    norm = normalization([values for _, values in panels])
    handles: dict[str, Artist] = {}
    for axes, (name, values) in zip(grid, panels):
        mesh = axes.pcolormesh(edges(axis, axis.values), edges(time, time.values), np.ma.masked_invalid(values.T),
                               norm=norm, cmap=style.COLOR_MAP, rasterized=True, gid=name)
        axes.set_facecolor(style.MISSING_COLOR)
        style.set_up_axis(axes, axis, "x")
        style.set_up_axis(axes, time, "y", with_label=axes is grid[0])
        axes.set_title(name)
        handles.update(_draw_positions(axes, diagram, time, name))
    figure.colorbar(mesh, ax=list(grid), label=style.label(observable), pad=0.02, aspect=26)
    if handles:
        style.legend_below(figure, list(handles.values()))
    style.add_title(figure, diagram, "course", observable)
    return figure


def _time_axis(diagram: PhaseDiagram, observable: Observable) -> Axis | None:
    """The coordinate of the curve as an axis, without a time zero that a logarithmic scale has no place for."""
    if len(diagram.axes) != 1 or not diagram.is_grid or diagram.axes[0].categories:
        return None
    if len(observable.curve_dimensions) != 1 or observable.curve_dimensions[0] not in PROGRESS_COORDINATES:
        return None
    name = observable.curve_dimensions[0]
    values = observable.coordinates[name]
    if values.ndim != 1 or len(values) < LEAST_LENGTH or len(diagram.axes[0].values) < LEAST_LENGTH:
        return None
    if not np.isfinite(values).all() or (np.diff(values) <= 0).any():
        return None
    spread = values[0] > 0 and values[-1] / values[0] > LOGARITHMIC_RANGE
    text = observable.coordinate_labels.get(name, name)
    return Axis(name=name, long_name=text, symbol="", units="1", values=values, spacing="log" if spread else "linear")


def _draw_positions(axes: Axes, diagram: PhaseDiagram, time: Axis, road: str) -> dict[str, Artist]:
    """Scalar observables that are positions on the coordinate, such as optimalStoppingTime on time, as lines."""
    handles: dict[str, Artist] = {}
    low, high = time.values[0], time.values[-1]
    for scalar in diagram.scalars():
        ending = time.name.capitalize()
        values: Array | None = scalar.simulation if road == "simulation" else scalar.theory
        if not scalar.name.endswith(ending) or values is None or not np.isfinite(values).any():
            continue
        inside = np.where((values >= low) & (values <= high), values, np.nan)
        label = style.label(scalar, width=1000)
        handles[scalar.name] = axes.plot(diagram.axes[0].values, inside, color="black", linewidth=1.7, gid=scalar.name,
                                         label=label, path_effects=style.rim(4.0))[0]
    return handles
