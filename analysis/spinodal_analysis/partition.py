"""Which point stands for which part of the plane: the cells of a grid, of a refined lattice, or around loose points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .diagram import Array, Axis, Indices, PhaseDiagram

RASTER_WORK = 4e8  # distances between raster cells and points that may be computed for one field
RASTER_LARGEST = 400
LATTICE_LARGEST = 1500  # borders along an axis; finer cells are not visible on paper


@dataclass(frozen=True)
class Partition:
    """Rectangles between borders `[n + 1]` along each axis; `owner[i, j]` is the flat index of a point."""

    first: Array
    second: Array
    owner: Indices

    def field(self, values: Array) -> Array:
        """The value of every rectangle, `[i][j]`, from one number a point."""
        return values.ravel()[self.owner]

    def rectangles(self, chosen: NDArray[np.bool_]) -> list[list[tuple[float, float]]]:
        """Corners of few rectangles that together cover the cells of the chosen points."""
        open_runs: dict[tuple[int, int], int] = {}
        found = []
        there = np.pad(chosen.ravel()[self.owner], ((0, 1), (1, 1)))
        for column, row in enumerate(there.astype(np.int8)):
            steps = np.diff(row)
            runs = set(zip(np.flatnonzero(steps == 1).tolist(), np.flatnonzero(steps == -1).tolist()))
            for run in [r for r in open_runs if r not in runs]:
                found.append((open_runs.pop(run), column, *run))
            for run in runs:
                open_runs.setdefault(run, column)
        x, y = self.first, self.second
        return [[(x[a], y[c]), (x[b], y[c]), (x[b], y[d]), (x[a], y[d])] for a, b, c, d in sorted(found)]


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
    """Borders of the cells along both axes; for scattered points those of the base grid or the distinct coordinates."""
    first, second = (edges(axis, _base_values(diagram, number)) for number, axis in enumerate(diagram.axes))
    return first, second


def partition(diagram: PhaseDiagram) -> Partition:
    """The cells of all points. Needs two axes."""
    if diagram.is_grid:
        return Partition(*plane_edges(diagram), np.arange(np.prod(diagram.shape, dtype=int)).reshape(diagram.shape))
    return _lattice(diagram) or _nearest(diagram)


def _base_values(diagram: PhaseDiagram, number: int) -> Array:
    axis = diagram.axes[number]
    if diagram.level is None or not (diagram.level == 0).any():
        return axis.distinct()[0]
    return Axis(**{**vars(axis), "values": axis.values[diagram.level == 0]}).distinct()[0]


def _lattice(diagram: PhaseDiagram) -> Partition | None:
    """The cells of a refined lattice: every point covers half a step of its level on each side, finer over coarser.

    Nothing without levels, or if the points of level 0 are no complete grid.
    """
    if diagram.level is None:
        return None
    bases = [_base_values(diagram, number) for number in range(2)]
    if np.sum(diagram.level == 0) != bases[0].size * bases[1].size:
        return None
    spans = [_spans(diagram, number, base) for number, base in enumerate(bases)]
    borders = [_distinct_borders(low, high) for low, high in spans]
    if max(b.size for b in borders) > LATTICE_LARGEST:
        borders = [np.linspace(b[0], b[-1], LATTICE_LARGEST) for b in borders]
    starts = [np.searchsorted(b, low + 1e-9) - 1 for b, (low, _) in zip(borders, spans)]
    stops = [np.searchsorted(b, high - 1e-9) for b, (_, high) in zip(borders, spans)]
    owner = np.full((borders[0].size - 1, borders[1].size - 1), -1, dtype=np.intp)
    for point in np.argsort(diagram.level, kind="stable"):
        owner[starts[0][point]:stops[0][point], starts[1][point]:stops[1][point]] = point
    if (owner < 0).any():
        return None
    return Partition(*(_from_lattice(diagram.axes[k], bases[k], borders[k]) for k in range(2)), owner)


def _distinct_borders(low: Array, high: Array) -> Array:
    return np.unique(np.round(np.concatenate([low, high]), 9))


def _spans(diagram: PhaseDiagram, number: int, base: Array) -> tuple[Array, Array]:
    """Lower and upper end of every cell along an axis, in steps of the base grid from its first value."""
    axis = diagram.axes[number]
    candidates = [np.interp(values, steps, np.arange(base.size)) for values, steps in
                  ((axis.values, base), (axis.scaled(axis.values), axis.scaled(base)))]
    finest = 2.0 ** diagram.level.max(initial=0)
    # An axis with spacing "values" may be halved on paper or in its values: the lattice tells which.
    position = min(candidates, key=lambda u: float(np.abs(u * finest - np.round(u * finest)).sum()))
    is_refined = not np.allclose(position, np.round(position), atol=1e-6)
    half = 0.5 ** (diagram.level + 1.0) if is_refined else np.full(position.size, 0.5)
    return np.clip(position - half, -0.5, None), np.clip(position + half, None, base.size - 0.5)


def _from_lattice(axis: Axis, base: Array, steps: Array) -> Array:
    """The values at positions in steps of the base grid, linear on paper between the centers and the outer borders."""
    if base.size == 1:
        ends = axis.scaled(edges(axis, base))
        values = np.interp(steps, [-0.5, 0.5], ends)
    else:
        scaled = axis.scaled(base)
        outer = axis.scaled(edges(axis, base)[[0, -1]])
        values = np.interp(steps, np.concatenate([[-0.5], np.arange(base.size), [base.size - 0.5]]),
                           np.concatenate([outer[:1], scaled, outer[1:]]))
    return 10**values if axis.is_logarithmic else values


def _nearest(diagram: PhaseDiagram) -> Partition:
    """A fine raster in which every place belongs to the nearest point; distances are measured on paper."""
    borders = plane_edges(diagram)
    known = np.flatnonzero(np.isfinite(diagram.positions(0)) & np.isfinite(diagram.positions(1)))
    size = int(np.clip(np.sqrt(RASTER_WORK / max(known.size, 1)), 100, RASTER_LARGEST))
    fine, centers, points = [], [], []
    for number, axis in enumerate(diagram.axes):
        scaled = axis.scaled(borders[number])
        lines = np.linspace(scaled[0], scaled[-1], size + 1)
        extent = scaled[-1] - scaled[0]
        fine.append(10**lines if axis.is_logarithmic else lines)
        centers.append((lines[1:] + lines[:-1]) / 2 / extent)
        points.append(axis.scaled(diagram.positions(number)[known]) / extent)
    owner = np.empty((size, size), dtype=np.intp)
    for row, x in enumerate(centers[0]):
        squared = (x - points[0]) ** 2 + (centers[1][:, None] - points[1]) ** 2
        owner[row] = known[np.argmin(squared, axis=1)]
    return Partition(fine[0], fine[1], owner)
