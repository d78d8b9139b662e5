"""Maps of several diagrams side by side, on one colour scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from matplotlib.artist import Artist
from matplotlib.figure import Figure

from . import cells, style
from .comparison import differing_parameters, parameter_symbols, parameters_text, shared_caption
from .diagram import Array, DiagramError, Flags, Observable, PhaseDiagram
from .map_figure import normalization
from .partition import partition

COLUMNS = 3


def panel_figure(diagrams: Sequence[PhaseDiagram], observable: str | None = None, by: Sequence[str] = (),
                 with_boundaries: bool = True) -> Figure:
    """A map of every diagram: simulation, or theory where there is none. Needs two axes, the same for all.

    The panels are named by the parameters `by`, unless given by all that differ. Without boundaries the lines of theory
    are alone, for grids so coarse that bands would hide them.
    """
    diagrams = [_with_few_boundaries(diagram) if with_boundaries else replace(diagram, phase_boundaries=())
                for diagram in diagrams]
    _check_axes(diagrams)
    fields = [_field(diagram, observable) for diagram in diagrams]
    norm = normalization([values for _, _, values, _ in fields])
    columns = min(COLUMNS, len(diagrams))
    rows = -(-len(diagrams) // columns)
    figure = Figure(figsize=(style.WIDTH, 1.5 + 2.9 * rows))
    grid = figure.subplots(rows, columns, squeeze=False)
    names, symbols = list(by) or differing_parameters(diagrams), parameter_symbols(diagrams)
    reasons = list(dict.fromkeys(reason for diagram in diagrams for reason in cells.reasons(diagram)))
    colors = _boundary_colors(diagrams)
    handles: dict[str, Artist] = {}
    for number, axes in enumerate(grid.flat):
        if number >= len(diagrams):
            axes.remove()
            continue
        diagram, (road, shown, values, status) = diagrams[number], fields[number]
        plane = partition(diagram)
        mesh = cells.draw_field(axes, diagram, plane, values, norm=norm, cmap=style.COLOR_MAP)
        mesh.set_gid(road)
        axes.locator_params(axis="x", nbins=4)
        name = parameters_text(names, diagram.parameters, symbols)
        axes.set_title(", ".join(filter(None, [name, "theory" if road == "theory" else ""])))
        cells.draw_samples(axes, diagram)
        entries = cells.draw_lines(axes, diagram, style.line_styles(diagram, colors))
        entries += cells.mark_failures(axes, plane, status, reasons)
        handles.update({str(entry.get_label()): entry for entry in entries})
        if number + columns < len(diagrams):
            axes.set_xlabel("")
        if number % columns:
            axes.set_ylabel("")
    figure.colorbar(mesh, ax=list(grid.flat)[:len(diagrams)], label=style.label(fields[0][1]), pad=0.02, aspect=26)
    style.legend_below(figure, list(handles.values()), most=2)
    style.add_heading(figure, style.plain(f"{diagrams[0].system}: phase diagrams"),
                      shared_caption(diagrams, [shown for _, shown, _, _ in fields]))
    return figure


def _with_few_boundaries(diagram: PhaseDiagram) -> PhaseDiagram:
    """With the edge of its first phase alone, and without orders: they may differ between panels that share a legend."""
    first = diagram.phase.names[:1] if diagram.phase is not None else ()
    boundaries = [line for line in diagram.phase_boundaries if not line.phases or set(first) & set(line.phases)]
    return replace(diagram, phase_boundaries=tuple(replace(line, order="") for line in boundaries))


def _check_axes(diagrams: Sequence[PhaseDiagram]) -> None:
    first = [axis.name for axis in diagrams[0].axes]
    for diagram in diagrams:
        names = [axis.name for axis in diagram.axes]
        if len(names) != 2 or names != first:
            raise DiagramError(f"{diagram.path}: its axes are {' '.join(names) or 'none'}, not the two of the first "
                               "file; curves need --x")


def _field(diagram: PhaseDiagram, name: str | None) -> tuple[str, Observable, Array, Flags | None]:
    if name is not None and name not in diagram.observables:
        raise DiagramError(f"{diagram.path}: '{name}' is not an observable here")
    shown = diagram.observables[name or diagram.order_parameter].scalar()
    simulation = shown.best_simulation()
    if shown.has_simulation and simulation is not None:
        return "simulation", shown, simulation, diagram.simulation_status
    if shown.theory is None:
        raise DiagramError(f"{diagram.path}: there are no values yet")
    return "theory", shown, shown.theory, diagram.theory_status


def _boundary_colors(diagrams: Sequence[PhaseDiagram]) -> dict[str, str]:
    labels = dict.fromkeys(line.label for d in diagrams for line in d.phase_boundaries if line.source != "theory")
    return {label: style.BOUNDARY_COLORS[k % len(style.BOUNDARY_COLORS)] for k, label in enumerate(labels)}
