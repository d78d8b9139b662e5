"""The phases: coloured regions from theory under markers from the simulation."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from . import cells, style
from .diagram import Flags, PhaseDiagram
from .partition import Partition, partition

TINT = 0.5  # share of white in the colour of a region


def phase_figure(diagram: PhaseDiagram) -> Figure | None:
    """Regions and markers with a legend of phase names; nothing if the file holds no phase. Needs two axes."""
    names = phase_names(diagram)
    if not names:
        return None
    figure = Figure(figsize=(style.WIDTH, 5.2))
    axes = figure.subplots()
    handles: list[Artist] = []
    if diagram.phase_theory is not None:
        plane = partition(diagram)
        handles += _heading("Theory") + _draw_regions(axes, diagram, plane, names)
        handles += cells.mark_failures(axes, plane, diagram.theory_status, cells.reasons(diagram))
    if diagram.phase is not None:
        handles += _heading("Simulation") + _draw_markers(axes, diagram, names)
    lines = cells.draw_lines(axes, diagram)
    handles += (_heading("Lines") + lines) if lines else []
    cells.finish_plane(axes, diagram)
    style.add_title(figure, diagram, "phases")
    legend = axes.legend(handles=style.wrap_labels(handles), loc="upper left", bbox_to_anchor=(1.01, 1.02),
                         borderaxespad=0, handlelength=2.4, labelspacing=0.55)
    for text in legend.get_texts():
        if text.get_text() in ("Theory", "Simulation", "Lines"):
            text.set_fontweight("bold")
    return figure


def phase_names(diagram: PhaseDiagram) -> list[str]:
    """The phases that occur at some point, in the order in which the file declares them."""
    flags = [f for f in (diagram.phase_theory, diagram.phase) if f is not None]
    declared = dict.fromkeys(name for f in flags for name in f.names)
    return [name for name in declared if any(f.where(name).any() for f in flags)]


def _heading(text: str) -> list[Artist]:
    return [Line2D([], [], linestyle="", label=text)]


def _draw_regions(axes: Axes, diagram: PhaseDiagram, plane: Partition, names: list[str]) -> list[Artist]:
    values = np.full(diagram.shape, np.nan)
    handles: list[Artist] = []
    tints = []
    for position, name in enumerate(names):
        tints.append(tuple(TINT + (1 - TINT) * c for c in to_rgb(_color(position))))
        there = diagram.phase_theory.where(name)
        values[there] = position
        if there.any():
            handles.append(Patch(facecolor=tints[-1], edgecolor="0.4", linewidth=0.5, label=style.plain(name)))
    norm = BoundaryNorm(np.arange(len(names) + 1) - 0.5, len(names))
    cells.draw_field(axes, diagram, plane, values, cmap=ListedColormap(tints), norm=norm).set_gid("phase_theory")
    if (np.isnan(values) & ~_failed(diagram.theory_status, values.shape)).any():
        handles.append(Patch(facecolor=style.MISSING_COLOR, edgecolor="0.4", linewidth=0.5, label="no phase"))
    return handles


def _failed(status: Flags | None, shape: tuple[int, ...]) -> np.ndarray:
    return np.zeros(shape, dtype=bool) if status is None else status.failed


def _draw_markers(axes: Axes, diagram: PhaseDiagram, names: list[str]) -> list[Artist]:
    handles: list[Artist] = []
    sizes = _marker_sizes(diagram)
    for position, name in enumerate(names):
        there = diagram.phase.where(name)
        if not there.any():
            continue
        options = {"marker": style.MARKERS[position % len(style.MARKERS)], "color": _color(position)}
        handles.append(_scatter(axes, diagram, there, sizes, f"phase {name}", name, edge="black", **options))
    without = (diagram.phase.indices < 0) & _failed(diagram.simulation_status, diagram.shape)
    if without.any():
        why = [style.reason(n) for n in diagram.simulation_status.failures
               if (without & diagram.simulation_status.where(n)).any()]
        handles.append(_scatter(axes, diagram, without, sizes, "no phase", ", ".join(why), marker="o", color="none",
                                edge="0.35"))
    return handles


def _scatter(axes: Axes, diagram: PhaseDiagram, there: np.ndarray, sizes: np.ndarray, gid: str, label: str,
             marker: str, color: str, edge: str) -> Artist:
    """Markers at the chosen points, thinner the smaller they are; returns the legend entry."""
    axes.scatter(diagram.positions(0)[there], diagram.positions(1)[there], s=sizes[there] ** 2, marker=marker,
                 facecolor=color, edgecolor=edge, linewidth=np.clip(sizes[there] / 9, 0.2, 0.6), gid=gid, zorder=5)
    return Line2D([], [], linestyle="", marker=marker, markersize=7, markerfacecolor=color, markeredgecolor=edge,
                  markeredgewidth=0.6, label=style.plain(label))


def _marker_sizes(diagram: PhaseDiagram) -> np.ndarray:
    """Diameters of the markers of all points, smaller where there are many and at every level of refinement."""
    level = np.zeros(diagram.shape) if diagram.level is None else diagram.level
    coarse = float(np.clip(110 / np.sqrt(max((level == 0).sum(), 1)), 2, 7))
    return np.maximum(coarse * 0.5**level, 0.9)


def _color(position: int) -> str:
    return style.PHASE_COLORS[position % len(style.PHASE_COLORS)]
