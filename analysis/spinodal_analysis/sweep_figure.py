"""One axis: every observable against it, simulation over theory, as small multiples; and no axis: a table."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import style
from .cut_figure import mark_lines, select
from .diagram import Observable, PhaseDiagram
from .overlay import Series, doubt_handles, draw_residuals, draw_series, has_residuals, road_handles

LARGEST_NUMBER = 9
COLUMNS = 3
SIMULATION_COLOR = "#0b4f8a"
THEORY_COLOR = "#d1701c"


def sweep_figure(diagram: PhaseDiagram, observable: Observable) -> Figure:
    """`observable` first, then the others that both roads give; residuals below each. Needs one axis."""
    shown = [o.scalar() for o in _chosen(diagram, observable)]
    panels = [_series(diagram, o) for o in shown]
    columns = min(len(panels), COLUMNS)
    blocks = -(-len(panels) // columns)
    with_residuals = has_residuals(panels)
    rows = 2 if with_residuals else 1
    height = 0.9 + blocks * ((3.3 if columns > 1 else 4.2) if with_residuals else 3.0)
    figure = Figure(figsize=(style.WIDTH if columns > 1 else 7.0, height))
    grid = figure.subplots(rows * blocks, columns, squeeze=False, height_ratios=([3, 1] * blocks)[:rows * blocks]
                           if with_residuals else None)
    handles: dict[str, Artist] = {}
    for number in range(blocks * columns):
        block, column = divmod(number, columns)
        cell = list(grid[rows * block:rows * (block + 1), column])
        if number >= len(panels):
            for axes in cell:
                axes.remove()
            continue
        handles.update(_draw_panel(cell, diagram, panels[number]))
    roads = road_handles(panels)
    for handle, color in zip(roads, [SIMULATION_COLOR, THEORY_COLOR] if len(roads) == 2 else ["0.25"]):
        handle.set_color(color)
    style.legend_below(figure, roads + doubt_handles(panels, SIMULATION_COLOR) + list(handles.values()))
    style.add_title(figure, diagram, f"against {style.symbol(diagram.axes[0])}", shown[0])
    return figure


def _chosen(diagram: PhaseDiagram, observable: Observable) -> list[Observable]:
    others = [o for o in diagram.scalars() if o.name != observable.name and o.has_simulation and o.has_theory]
    if not others and not (observable.has_simulation and observable.has_theory):
        others = [o for o in diagram.scalars() if o.name != observable.name and (o.has_simulation or o.has_theory)]
    return [observable, *others][:LARGEST_NUMBER]


def _series(diagram: PhaseDiagram, observable: Observable) -> Series:
    order = np.argsort(diagram.positions(0), kind="stable")
    marks = np.concatenate([[], *(line.vertices[0] for line in diagram.all_lines())])
    return Series(x=diagram.positions(0)[order], values=select(observable, diagram.shape, order),
                  color=SIMULATION_COLOR, theory_color=THEORY_COLOR, transitions=marks[np.isfinite(marks)],
                  categorical=bool(diagram.axes[0].categories),
                  status=None if diagram.simulation_status is None else diagram.simulation_status.at(order))


def _draw_panel(cell: list[Axes], diagram: PhaseDiagram, series: Series) -> dict[str, Artist]:
    draw_series(cell[0], series)
    cell[0].set_ylabel(style.label(series.values, width=24))
    if len(cell) == 2:
        cell[0].sharex(cell[1])
        cell[0].tick_params(labelbottom=False)
        draw_residuals(cell[1], [series])
    style.set_up_axis(cell[-1], diagram.axes[0], "x")
    return mark_lines(cell, diagram)


def table_figure(diagram: PhaseDiagram) -> Figure:
    """A single point: one row an observable with both roads and z."""
    rows = [_table_row(o) for o in diagram.scalars()] or [["(curves only)", "", "", ""]]
    figure = Figure(figsize=(style.WIDTH, 1.3 + 0.32 * len(rows)))
    axes = figure.subplots()
    axes.axis("off")
    table = axes.table(rows, colLabels=["observable", "simulation", "theory", "z"], loc="center",
                       colWidths=[0.42, 0.26, 0.22, 0.1], cellLoc="left", colLoc="left",
                       edges="horizontal", bbox=[0, 0, 1, 1])
    table.auto_set_font_size(False)
    table.set_fontsize(10)
    style.add_title(figure, diagram, "one point", diagram.observables.get(diagram.order_parameter))
    return figure


def _table_row(observable: Observable) -> list[str]:
    z = observable.z_scores()
    return [style.label(observable), measured(observable.simulation, observable.error),
            measured(observable.theory, observable.theory_error),
            "–" if z is None or not np.isfinite(z) else f"{float(z):+.1f}"]


def measured(value: object, error: object) -> str:
    """A number with its standard error, each to a sensible number of digits; a dash where it is missing."""
    if value is None or not np.isfinite(value):
        return "–"
    if error is None or not np.isfinite(error) or error <= 0:
        return f"{float(value):.6g}"
    digits = int(np.clip(1 - np.floor(np.log10(float(error))), 0, 12))
    return f"{float(value):.{digits}f} ± {float(error):.{digits}f}"
