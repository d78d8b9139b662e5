"""Fields, lines and marks over the plane of two control parameters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection, QuadMesh
from matplotlib.colors import to_rgba
from matplotlib.patches import Patch

from . import style
from .diagram import Array, Flags, Line, PhaseDiagram
from .partition import Partition, plane_edges

VEIL = 0.4  # share of white over a hatched cell, so that the hatch shows on dark colours and the colour through it


def draw_field(axes: Axes, diagram: PhaseDiagram, cells: Partition, values: Array, **options: object) -> QuadMesh:
    """A colour map of one number a point."""
    axes.set_facecolor(style.MISSING_COLOR)
    field = np.ma.masked_invalid(cells.field(values))
    mesh = axes.pcolormesh(cells.first, cells.second, field.T, rasterized=True, **options)
    finish_plane(axes, diagram)
    return mesh


def finish_plane(axes: Axes, diagram: PhaseDiagram) -> None:
    """Scales, labels and limits of both axes."""
    first, second = plane_edges(diagram)
    style.set_up_axis(axes, diagram.axes[0], "x")
    style.set_up_axis(axes, diagram.axes[1], "y")
    axes.set(xlim=(first[0], first[-1]), ylim=(second[0], second[-1]))


def draw_lines(axes: Axes, diagram: PhaseDiagram, styles: Sequence[tuple[Line, dict]] | None = None) -> list[Artist]:
    """Transition lines and phase boundaries with their band of one standard error; returns legend entries.

    They look as `styles` say, or as usual in a diagram that stands alone.
    """
    handles: list[Artist] = []
    # Computed transition lines are sharper than the boundaries of theory's labels on the points.
    marked = {line.name for line in diagram.marked_lines()}
    for line, options in style.line_styles(diagram) if styles is None else styles:
        if line.name not in marked or not line.pieces():
            continue
        bands = [] if line.errors is None else _bands(diagram, line)
        if bands:
            axes.add_collection(PolyCollection(bands, facecolor=to_rgba(options["color"], 0.3), linewidth=0,
                                               gid=f"{line.name} band", zorder=3),
                                autolim=False)
        entry = axes.plot(*line.vertices, label=style.line_label(line), gid=line.name, zorder=4,
                          solid_capstyle="butt", **options)[0]
        handles.append(style.band_entry(entry) if bands else entry)
        for piece in line.pieces():
            if piece.stop - piece.start == 1:
                axes.plot(*(v[piece] for v in line.vertices), marker=".", color=options["color"], zorder=4)
    return handles


def _bands(diagram: PhaseDiagram, line: Line) -> list[Array]:
    """For every piece the polygon between vertices + errors and vertices − errors, `[corner][axis]`."""
    return [np.concatenate([_displaced(diagram, line, piece, 1), _displaced(diagram, line, piece, -1)[::-1]])
            for piece in line.pieces()]


def _displaced(diagram: PhaseDiagram, line: Line, piece: slice, sign: int) -> Array:
    columns = []
    for axis, vertices, errors in zip(diagram.axes, line.vertices, line.errors):
        moved = vertices[piece] + sign * errors[piece]
        # A logarithmic axis has no place for what an error carries beyond zero.
        columns.append(np.maximum(moved, 1e-3 * vertices[piece]) if axis.is_logarithmic else moved)
    return np.stack(columns, axis=1)


def draw_samples(axes: Axes, diagram: PhaseDiagram) -> None:
    """Small dots where scattered points were computed, the smaller the finer the lattice."""
    if diagram.is_grid:
        return
    level = np.zeros(diagram.shape) if diagram.level is None else diagram.level
    axes.scatter(diagram.positions(0), diagram.positions(1), s=1.6 * 0.55**level, color="white", alpha=0.6,
                 linewidth=0, zorder=2, gid="points")


def mark_failures(axes: Axes, cells: Partition, status: Flags | None, reasons: Sequence[str]) -> list[Artist]:
    """Hatches the cells of points that are not ok; returns legend entries, one a reason."""
    handles: list[Artist] = []
    for name in [] if status is None else status.failures:
        bad = status.where(name)
        if not bad.any():
            continue
        hatch = style.HATCHES[reasons.index(name) % len(style.HATCHES)]
        axes.add_collection(PolyCollection(cells.rectangles(bad), facecolor=to_rgba("white", VEIL), edgecolor="0.2",
                                           linewidth=0, hatch=hatch, gid=name, zorder=2.5), autolim=False)
        handles.append(Patch(facecolor=style.MISSING_COLOR, edgecolor="0.2", hatch=hatch, linewidth=0,
                             label=style.plain(style.reason(name))))
    return handles


def reasons(diagram: PhaseDiagram) -> list[str]:
    """All names of states other than ok, so that a hatch means the same in all panels."""
    flags = [f for f in (diagram.simulation_status, diagram.theory_status) if f is not None]
    return list(dict.fromkeys(name for f in flags for name in f.failures))
