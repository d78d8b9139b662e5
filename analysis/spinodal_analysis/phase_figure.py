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
from .diagram import PhaseDiagram

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
        handles += _heading("Theory") + _draw_regions(axes, diagram, names)
    if diagram.phase is not None:
        handles += _heading("Simulation") + _draw_markers(axes, diagram, names)
    lines = cells.draw_lines(axes, diagram)
    handles += (_heading("Lines") + lines) if lines else []
    cells.finish_plane(axes, diagram)
    style.add_title(figure, diagram, "phases")
    legend = axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.02), borderaxespad=0,
                         handlelength=2.4, labelspacing=0.55)
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


def _draw_regions(axes: Axes, diagram: PhaseDiagram, names: list[str]) -> list[Artist]:
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
    cells.draw_field(axes, diagram, values, cmap=ListedColormap(tints), norm=norm).set_gid("phase_theory")
    if np.isnan(values).any():
        handles.append(Patch(facecolor=style.MISSING_COLOR, edgecolor="0.4", linewidth=0.5, label="no phase"))
    return handles


def _draw_markers(axes: Axes, diagram: PhaseDiagram, names: list[str]) -> list[Artist]:
    handles: list[Artist] = []
    size = float(np.clip(110 / np.sqrt(max(diagram.phase.indices.size, 1)), 2, 7))
    for position, name in enumerate(names):
        there = diagram.phase.where(name)
        if not there.any():
            continue
        options = {"linestyle": "", "marker": style.MARKERS[position % len(style.MARKERS)], "color": _color(position),
                   "markeredgecolor": "black", "markeredgewidth": 0.6}
        axes.plot(diagram.positions(0)[there], diagram.positions(1)[there], markersize=size, gid=f"phase {name}",
                  zorder=5, **options)
        handles.append(Line2D([], [], markersize=7, label=style.plain(name), **options))
    return handles


def _color(position: int) -> str:
    return style.PHASE_COLORS[position % len(style.PHASE_COLORS)]
