"""The map: the order parameter in colour, from simulation and theory side by side, under the transition lines."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from . import cells, style
from .diagram import Array, Flags, Observable, PhaseDiagram
from .partition import partition

LOGARITHMIC_RANGE = 1e3  # a positive observable that spans more is coloured by its logarithm


def map_figure(diagram: PhaseDiagram, observable: Observable) -> Figure:
    """A panel for each road that has numbers, on one colour scale. Needs two axes."""
    observable = observable.scalar()
    panels = _panels(diagram, observable)
    norm = normalization([values for _, values, _ in panels])
    figure = Figure(figsize=(style.WIDTH if len(panels) == 2 else 6.4, 4.9))
    figure.get_layout_engine().set(wspace=0.05)
    grid = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    plane, reasons = partition(diagram), cells.reasons(diagram)
    handles: dict[str, Artist] = {}
    for axes, (name, values, status) in zip(grid, panels):
        mesh = cells.draw_field(axes, diagram, plane, values, norm=norm, cmap=style.COLOR_MAP)
        mesh.set_gid(name)
        axes.set_title(name)
        cells.draw_samples(axes, diagram)
        entries = cells.draw_lines(axes, diagram) + cells.mark_failures(axes, plane, status, reasons)
        if _has_unexplained_gap(values, status):
            entries.append(Patch(facecolor=style.MISSING_COLOR, label="no value"))
        handles.update({entry.get_label(): entry for entry in entries})
        axes.label_outer()
    figure.colorbar(mesh, ax=list(grid), label=style.label(observable), pad=0.02, aspect=26)
    if handles:
        style.legend_below(figure, list(handles.values()))
    style.add_title(figure, diagram, "phase diagram", observable)
    return figure


def _panels(diagram: PhaseDiagram, observable: Observable) -> list[tuple[str, Array, Flags | None]]:
    panels = []
    if observable.has_simulation:
        panels.append(("simulation", observable.best_simulation(), diagram.simulation_status))
    if observable.has_theory:
        panels.append(("theory", observable.theory, diagram.theory_status))
    empty = ("no values yet", np.full(diagram.shape, np.nan), diagram.simulation_status or diagram.theory_status)
    return panels or [empty]


def normalization(fields: list[Array]) -> Normalize:
    """One scale for several fields of a colour map."""
    values = np.concatenate([field[np.isfinite(field)] for field in fields])
    if values.size == 0:
        return Normalize(0, 1)
    least, most = float(values.min()), float(values.max())
    if least > 0 and most / least > LOGARITHMIC_RANGE:
        return LogNorm(least, most)
    return Normalize(least, most) if most > least else Normalize(least - 0.5, most + 0.5)


def _has_unexplained_gap(values: Array, status: Flags | None) -> bool:
    missing = ~np.isfinite(values)
    return bool((missing if status is None else missing & status.where("ok")).any())
