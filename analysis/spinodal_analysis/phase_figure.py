"""The phases: regions of theory under markers of the simulation; of many points the regions of both side by side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from . import cells, style
from .diagram import Flags, Line, PhaseDiagram
from .partition import Partition, partition

TINT = 0.5  # share of white in the colour of a region
MANY_POINTS = 500  # beyond, markers over regions hide them
HIGHEST_BESIDE = 22  # lines of a legend beside the plane
MARKERS_ALONG = 24  # an axis, that name regions
FEW_PHASES = 8  # colours alone tell so many apart
HEADINGS = ("Theory", "Simulation", "Lines")


def phase_figure(diagram: PhaseDiagram) -> Figure | None:
    """Regions and markers with a legend of phase names; nothing if the file holds no phase. Needs two axes."""
    names = phase_names(diagram)
    if not names:
        return None
    if diagram.phase is not None and diagram.phase_theory is not None and diagram.phase.indices.size > MANY_POINTS:
        return _side_by_side(diagram, names)
    return _one_plane(diagram, names)


def phase_names(diagram: PhaseDiagram) -> list[str]:
    """The phases that occur at some point, in the order in which the file declares them."""
    flags = [f for f in (diagram.phase_theory, diagram.phase) if f is not None]
    declared = dict.fromkeys(name for f in flags for name in f.names)
    return [name for name in declared if any(f.where(name).any() for f in flags)]


def _one_plane(diagram: PhaseDiagram, names: list[str]) -> Figure:
    figure = Figure(figsize=(style.WIDTH, 5.2))
    axes = figure.subplots()
    groups: dict[str, list[Artist]] = {}
    if diagram.phase_theory is not None:
        plane = partition(diagram)
        groups["Theory"] = _draw_regions(axes, diagram, plane, diagram.phase_theory, diagram.theory_status, names)
        if diagram.phase is None and len(names) > FEW_PHASES:
            _draw_naming_markers(axes, diagram, diagram.phase_theory, names)
            groups["Theory"] = [*_naming_entries(names), *groups["Theory"][len(names):]]
        groups["Theory"] += cells.mark_failures(axes, plane, diagram.theory_status, cells.reasons(diagram))
    if diagram.phase is not None:
        groups["Simulation"] = _draw_markers(axes, diagram, names)
    groups["Lines"] = cells.draw_lines(axes, diagram)
    cells.finish_plane(axes, diagram)
    _add_legend(figure, axes, {heading: handles for heading, handles in groups.items() if handles})
    style.add_title(figure, diagram, "phases")
    return figure


def _add_legend(figure: Figure, axes: Axes, groups: dict[str, list[Artist]]) -> None:
    """Beside the plane under headings, or below it where that would be too high."""
    handles = [entry for heading, entries in groups.items() for entry in [*_heading(heading), *entries]]
    if sum(1 + str(h.get_label()).count("\n") for h in style.wrap_labels(handles)) > HIGHEST_BESIDE:
        # Patches, markers and lines tell theory, simulation and lines apart without headings.
        style.legend_below(figure, [entry for entries in groups.values() for entry in entries], most=4)
        return
    legend = style.legend_beside(figure, axes, handles, handlelength=2.4, labelspacing=0.55)
    for text in legend.get_texts():
        if text.get_text() in HEADINGS:
            text.set_fontweight("bold")


def _heading(text: str) -> list[Artist]:
    return [Line2D([], [], linestyle="", label=text)]


def _side_by_side(diagram: PhaseDiagram, names: list[str]) -> Figure:
    """The regions of the simulation and of theory, with markers that name them and one legend."""
    figure = Figure(figsize=(style.WIDTH, 5.0))
    figure.get_layout_engine().set(wspace=0.04)
    plane, reasons = partition(diagram), cells.reasons(diagram)
    others: dict[str, Artist] = {}
    grid = figure.subplots(1, 2, sharey=True)
    for axes, (title, flags, status) in zip(grid, (("simulation", diagram.phase, diagram.simulation_status),
                                                   ("theory", diagram.phase_theory, diagram.theory_status))):
        entries = [h for h in _draw_regions(axes, diagram, plane, flags, status, names) if h.get_label() not in names]
        _draw_naming_markers(axes, diagram, flags, names)
        if flags is diagram.phase:
            entries += cells.draw_lines(axes, diagram)
        else:
            cells.draw_lines(axes, diagram, _over_theory(diagram))
        entries += cells.mark_failures(axes, plane, status, reasons)
        others.update({str(entry.get_label()): entry for entry in entries})
        axes.set_title(title)
        axes.label_outer()
    style.legend_below(figure, [*_naming_entries(names), *style.wrap_labels(list(others.values()), 36)], most=4)
    style.add_title(figure, diagram, "phases")
    return figure


def _over_theory(diagram: PhaseDiagram) -> list[tuple[Line, dict]]:
    """How to draw the lines over the regions of theory: boundaries from the simulation thin and without their bands."""
    return [(replace(line, errors=None), {**options, "linewidth": 0.8, "path_effects": []})
            if line.source == "simulation" else (line, options) for line, options in style.line_styles(diagram)]


def _draw_regions(axes: Axes, diagram: PhaseDiagram, plane: Partition, flags: Flags, status: Flags | None,
                  names: list[str]) -> list[Artist]:
    values = np.full(diagram.shape, np.nan)
    handles: list[Artist] = []
    for position, name in enumerate(names):
        there = flags.where(name)
        values[there] = position
        if there.any():
            handles.append(Patch(facecolor=_tint(position), edgecolor="0.4", linewidth=0.5, label=style.plain(name)))
    tints = ListedColormap([_tint(k) for k in range(len(names))])
    norm = BoundaryNorm(np.arange(len(names) + 1) - 0.5, len(names))
    gid = "phase_theory" if flags is diagram.phase_theory else "phase"
    cells.draw_field(axes, diagram, plane, values, cmap=tints, norm=norm).set_gid(gid)
    if (np.isnan(values) & ~_failed(status, values.shape)).any():
        handles.append(Patch(facecolor=style.MISSING_COLOR, edgecolor="0.4", linewidth=0.5, label="no phase"))
    return handles


def _failed(status: Flags | None, shape: tuple[int, ...]) -> np.ndarray:
    return np.zeros(shape, dtype=bool) if status is None else status.failed


def _draw_naming_markers(axes: Axes, diagram: PhaseDiagram, flags: Flags, names: list[str]) -> None:
    """A few small markers in every region, for where colours are hard to tell apart."""
    shown = _sparse(diagram)
    for position, name in enumerate(names):
        there = flags.where(name)
        marked = there & shown if (there & shown).any() else there & _most_central(diagram, there)
        axes.scatter(diagram.positions(0)[marked], diagram.positions(1)[marked], s=10, linewidth=0, zorder=3,
                     gid=f"phase {name}", facecolor=_color(position), marker=_marker(position))


def _sparse(diagram: PhaseDiagram) -> np.ndarray:
    """At most `MARKERS_ALONG` points along each axis of a grid, or of the base grid of a refined diagram."""
    if not diagram.is_grid:
        return np.ones(diagram.shape, dtype=bool) if diagram.level is None else diagram.level == 0
    kept = [np.arange(n) % -(-n // MARKERS_ALONG) == 0 for n in diagram.shape]
    return np.logical_and.outer(*kept)


def _most_central(diagram: PhaseDiagram, there: np.ndarray) -> np.ndarray:
    """The one point nearest to the mean of the chosen ones, on paper; none of none."""
    distances = np.zeros(diagram.shape)
    for number, axis in enumerate(diagram.axes):
        positions = axis.scaled(diagram.positions(number))
        extent = np.ptp(positions) or 1.0
        distances += ((positions - positions[there].mean()) / extent) ** 2 if there.any() else np.inf
    return there & (distances == np.min(distances, where=there, initial=np.inf))


def _naming_entries(names: list[str]) -> list[Artist]:
    """A stripe in the colour of the region under its marker, for every phase."""
    return [Line2D([], [], color=_tint(k), linewidth=9, solid_capstyle="butt", marker=_marker(k), markersize=5,
                   markerfacecolor=_color(k), markeredgewidth=0, label=style.plain(name))
            for k, name in enumerate(names)]


def _draw_markers(axes: Axes, diagram: PhaseDiagram, names: list[str]) -> list[Artist]:
    handles: list[Artist] = []
    sizes = _marker_sizes(diagram)
    for position, name in enumerate(names):
        there = diagram.phase.where(name)
        if there.any():
            handles.append(_scatter(axes, diagram, there, sizes, f"phase {name}", name, _marker(position),
                                    _color(position), edge="black"))
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


def _tint(position: int) -> tuple[float, ...]:
    return tuple(TINT + (1 - TINT) * c for c in to_rgb(_color(position)))


def _marker(position: int) -> str:
    return style.PHASE_MARKERS[position % len(style.PHASE_MARKERS)]
