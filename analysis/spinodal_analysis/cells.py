"""Fields, lines and marks over the plane of two control parameters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection, QuadMesh
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from . import style
from .diagram import Array, Axis, Flags, PhaseDiagram

RASTER_WORK = 4e8  # distances between raster cells and points that may be computed for one field
RASTER_LARGEST = 400


def edges(axis: Axis, centers: Array) -> Array:
    """Borders of the cells around sorted centers, `[n + 1]`: halfway on paper, and never below a natural zero."""
    scaled = axis.scaled(centers)
    if axis.categories or scaled.size == 1:
        half = 0.5 if axis.categories or scaled[0] == 0 or axis.is_logarithmic else 0.5 * abs(scaled[0])
        borders = np.append(scaled - half, scaled[-1] + half)
    else:
        middle = (scaled[1:] + scaled[:-1]) / 2
        borders = np.concatenate([[2 * scaled[0] - middle[0]], middle, [2 * scaled[-1] - middle[-1]]])
    if axis.is_logarithmic:
        return 10**borders
    return borders if axis.categories or centers[0] < 0 else np.maximum(borders, 0)


def plane_edges(diagram: PhaseDiagram) -> tuple[Array, Array]:
    """Borders of the cells along both axes; for scattered points those of the distinct coordinates."""
    first, second = (edges(axis, axis.distinct()[0]) for axis in diagram.axes)
    return first, second


def draw_field(axes: Axes, diagram: PhaseDiagram, values: Array, **options: object) -> QuadMesh:
    """A colour map of one number a point; between scattered points every place takes the value of the nearest."""
    borders = plane_edges(diagram)
    if not diagram.is_grid:
        borders, values = _raster(diagram, borders, values)
    axes.set_facecolor(style.MISSING_COLOR)
    mesh = axes.pcolormesh(borders[0], borders[1], np.ma.masked_invalid(values).T, rasterized=True, **options)
    finish_plane(axes, diagram)
    return mesh


def finish_plane(axes: Axes, diagram: PhaseDiagram) -> None:
    """Scales, labels and limits of both axes."""
    first, second = plane_edges(diagram)
    style.set_up_axis(axes, diagram.axes[0], "x")
    style.set_up_axis(axes, diagram.axes[1], "y")
    axes.set(xlim=(first[0], first[-1]), ylim=(second[0], second[-1]))


def _raster(diagram: PhaseDiagram, borders: tuple[Array, Array], values: Array) -> tuple[tuple[Array, Array], Array]:
    """The nearest point's value on a fine grid; distances are measured on paper."""
    known = np.isfinite(diagram.positions(0)) & np.isfinite(diagram.positions(1))
    size = int(np.clip(np.sqrt(RASTER_WORK / max(known.sum(), 1)), 100, RASTER_LARGEST))
    fine, centers, points = [], [], []
    for number, axis in enumerate(diagram.axes):
        scaled = axis.scaled(borders[number])
        lines = np.linspace(scaled[0], scaled[-1], size + 1)
        extent = scaled[-1] - scaled[0]
        fine.append(10**lines if axis.is_logarithmic else lines)
        centers.append((lines[1:] + lines[:-1]) / 2 / extent)
        points.append(axis.scaled(diagram.positions(number)[known]) / extent)
    nearest = np.empty((size, size), dtype=np.intp)
    for row, x in enumerate(centers[0]):
        squared = (x - points[0]) ** 2 + (centers[1][:, None] - points[1]) ** 2
        nearest[row] = np.argmin(squared, axis=1)
    return (fine[0], fine[1]), values[known][nearest]


def draw_lines(axes: Axes, diagram: PhaseDiagram) -> list[Artist]:
    """Transition lines and phase boundaries with their band of one standard error; returns legend entries."""
    handles: list[Artist] = []
    for line, options in style.line_styles(diagram):
        x, y = line.vertices
        text = style.plain(line.label)
        if line.error is not None:
            if line.error_axis == 0:
                axes.fill_betweenx(y, x - line.error, x + line.error, color="white", alpha=0.55, linewidth=0, zorder=3)
            else:
                axes.fill_between(x, y - line.error, y + line.error, color="white", alpha=0.55, linewidth=0, zorder=3)
            text += " ± 1σ"
        handles += axes.plot(x, y, label=text, gid=line.name, zorder=4, solid_capstyle="butt", **options)
    return handles


def draw_samples(axes: Axes, diagram: PhaseDiagram) -> None:
    """Small dots where scattered points were computed."""
    if not diagram.is_grid:
        axes.plot(diagram.positions(0), diagram.positions(1), linestyle="", marker=".", markersize=1.6, color="white",
                  alpha=0.7, zorder=2)


def mark_failures(axes: Axes, diagram: PhaseDiagram, status: Flags | None, hatches: Sequence[str]) -> list[Artist]:
    """Hatches the cells (or crosses the scattered points) that are not ok; returns legend entries, one a reason."""
    handles: list[Artist] = []
    for name in [] if status is None else status.failures:
        bad = status.where(name)
        if not bad.any():
            continue
        text = style.plain(name.replace("_", " "))
        position = hatches.index(name) % len(style.HATCHES)
        if diagram.is_grid:
            cells = PolyCollection(_cell_corners(diagram, bad), facecolor="none", edgecolor="0.35", linewidth=0,
                                   hatch=style.HATCHES[position], gid=name, zorder=2.5)
            axes.add_collection(cells, autolim=False)
            handles.append(Patch(facecolor=style.MISSING_COLOR, edgecolor="0.35", hatch=style.HATCHES[position],
                                 linewidth=0, label=text))
        else:
            options = {"linestyle": "", "marker": ".+1x2*"[position], "color": "crimson", "markersize": 7,
                       "markeredgewidth": 1.6}
            axes.plot(diagram.positions(0)[bad], diagram.positions(1)[bad], gid=name, zorder=2.5, **options)
            handles.append(Line2D([], [], label=text, **options))
    return handles


def _cell_corners(diagram: PhaseDiagram, chosen: np.ndarray) -> list[list[tuple[float, float]]]:
    first, second = plane_edges(diagram)
    return [[(first[i], second[j]), (first[i + 1], second[j]), (first[i + 1], second[j + 1]), (first[i], second[j + 1])]
            for i, j in np.argwhere(chosen)]
