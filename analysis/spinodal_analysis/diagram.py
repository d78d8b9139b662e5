"""A phase diagram in memory: what `phase_diagram.nc` holds, as typed objects.

Shapes: `points` stands for the shape of the diagram, `(n1, n2)` for a grid over two axes, `(n1,)` for one axis,
`(n,)` for scattered points and `()` for a single point. Curve dimensions follow it. Missing numbers are NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Indices = NDArray[np.intp]

# Curves along these coordinates approach their final value; other curves (patterns, modes) are components.
PROGRESS_COORDINATES = {"time", "step", "sweep", "epoch", "layer", "depth"}


MANY_BOUNDARIES = 4  # more between pairs of phases are one line in figures
LEAP = 0.2  # share of the plane; a longer step, far beyond the usual one, of a line of theory is no part of it

# Samples of a deterministic simulation differ by rounding, which is no error to measure a distance with.
ROUNDING = 1e-12


def is_progress(name: str) -> bool:
    """Whether a curve approaches its final value along this dimension, an observable's own one (`overlap_time`) included."""
    return name.rsplit("_", 1)[-1] in PROGRESS_COORDINATES


class DiagramError(Exception):
    """The file cannot be drawn; the message is one line for the user."""


@dataclass(frozen=True)
class Quantity:
    """What a number is called: its key in the file and its names for the reader."""

    name: str
    long_name: str
    symbol: str
    units: str


@dataclass(frozen=True)
class Axis(Quantity):
    """A control parameter that varies; `values` is `[n]` on a grid and `[points]` otherwise.

    The values of a categorical axis are the positions 0, 1, … in `categories`.
    """

    values: Array
    spacing: str = "linear"
    categories: tuple[str, ...] = ()
    role: str = ""

    @property
    def is_size(self) -> bool:
        """Whether the axis counts the degrees of freedom, so that observables are extrapolated along it."""
        return self.role == "size"

    @property
    def is_logarithmic(self) -> bool:
        """Whether to draw the axis on a logarithmic scale: declared so, or listed over more than two decades."""
        finite = self.values[np.isfinite(self.values)]
        if self.categories or finite.size == 0 or finite.min() <= 0:
            return False
        return self.spacing == "log" or (self.spacing == "values" and finite.max() / finite.min() > 100)

    def distinct(self) -> tuple[Array, NDArray[np.intp]]:
        """The sorted values that differ by more than rounding, and how many points lie on each."""
        finite = np.sort(self.values[np.isfinite(self.values)])
        if finite.size == 0:
            return finite, np.array([], dtype=np.intp)
        first = np.append(True, ~np.isclose(finite[1:], finite[:-1], rtol=1e-9, atol=0))
        return finite[first], np.diff(np.append(np.flatnonzero(first), finite.size))

    def scaled(self, values: Array) -> Array:
        """The values as they appear on paper: their logarithm on a logarithmic axis."""
        if not self.is_logarithmic:
            return np.asarray(values, dtype=float)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log10(values)


@dataclass(frozen=True)
class Extrapolation:
    """An observable extrapolated to infinite size, every array `[n]` over the other axis, or `()` if there is none."""

    value: Array
    error: Array
    chi2: Array
    dof: Array
    p: Array


@dataclass(frozen=True)
class Crossings:
    """Where the curves of two sizes cross, as coordinates along the axis number `axis`; all arrays `[n]`."""

    axis: int
    positions: Array
    errors: Array
    sizes: tuple[str, ...]  # "64, 128", or empty where the file does not tell


POINT_ARRAYS = ("simulation", "error", "thermal_error", "disorder_error", "samples", "theory", "theory_error", "binder",
                "binder_error", "unequilibrated", "unequilibrated_error")


@dataclass(frozen=True)
class Observable(Quantity):
    """One observable by both roads, each of `POINT_ARRAYS` `[points][curve dimensions]` or absent.

    `error` is the standard error of the mean, made up of a thermal part and one between disorder samples; `binder` is
    the Binder cumulant. Where the simulation did not equilibrate, `simulation` is missing and the raw mean stands in
    `unequilibrated`.
    """

    curve_dimensions: tuple[str, ...] = ()
    simulation: Array | None = None
    error: Array | None = None
    thermal_error: Array | None = None
    disorder_error: Array | None = None
    samples: Array | None = None
    theory: Array | None = None
    theory_error: Array | None = None
    binder: Array | None = None
    binder_error: Array | None = None
    unequilibrated: Array | None = None
    unequilibrated_error: Array | None = None
    extrapolation: Extrapolation | None = None
    crossings: Crossings | None = None
    coordinates: Mapping[str, Array] = field(default_factory=dict)  # [n] or [points][n]
    coordinate_labels: Mapping[str, str] = field(default_factory=dict)
    component: str = ""  # which element of a curve this is, for a legend
    formula: str = ""  # mathematical text that stands for the name, of an observable computed from others

    @property
    def is_curve(self) -> bool:
        return bool(self.curve_dimensions)

    @property
    def has_simulation(self) -> bool:
        """Whether the simulation gives a number anywhere, equilibrated or not."""
        return any(values is not None and bool(np.isfinite(values).any())
                   for values in (self.simulation, self.unequilibrated))

    @property
    def has_theory(self) -> bool:
        return self.theory is not None and bool(np.isfinite(self.theory).any())

    @property
    def has_binder(self) -> bool:
        return self.binder is not None and bool(np.isfinite(self.binder).any())

    def best_simulation(self) -> Array | None:
        """The mean, and the raw mean where the simulation did not equilibrate."""
        if self.simulation is None or self.unequilibrated is None:
            return self.unequilibrated if self.simulation is None else self.simulation
        return np.where(np.isfinite(self.simulation), self.simulation, self.unequilibrated)

    def mapped(self, change: Callable[[Array], Array], **others: object) -> Observable:
        """A copy in which `change` was applied to every array over the points."""
        arrays = {name: getattr(self, name) for name in POINT_ARRAYS}
        return replace(self, **{name: None if a is None else change(a) for name, a in arrays.items()}, **others)

    def combined_error(self) -> Array | None:
        """Standard error of simulation − theory, or nothing if the simulation has no error bars."""
        if self.error is None:
            return None
        return self.error if self.theory_error is None else np.hypot(self.error, np.nan_to_num(self.theory_error))

    def z_scores(self) -> Array | None:
        """(simulation − theory) / error; NaN where one of them is missing or the error is no more than rounding."""
        error = self.combined_error()
        if self.simulation is None or self.theory is None or error is None:
            return None
        usable = np.isfinite(error) & (error > ROUNDING * np.abs(self.simulation))
        difference = np.where(usable, self.simulation - self.theory, np.nan)
        return difference / np.where(usable, error, 1.0)

    def scalar(self) -> Observable:
        """One number a point: itself, or for a curve the last element in time and the first of other coordinates."""
        reduced = self
        while reduced.is_curve:
            reduced = reduced._without_last_dimension()
        return reduced

    def elements(self, dimension: str) -> list[tuple[float, Observable]]:
        """A number a point for each value of a curve coordinate, and that value; nothing if points have other values.

        Curves may have different lengths.
        """
        place, coordinate = self.curve_dimensions.index(dimension), self.coordinates[dimension]
        table = coordinate.reshape(-1, coordinate.shape[-1])
        values = np.nanmax(table, axis=0)
        if not np.all(np.isnan(table) | (table == values)):
            return []
        rest = tuple(name for name in self.curve_dimensions if name != dimension)
        axis = place - len(self.curve_dimensions)
        return [(float(value), self.mapped(lambda a, k=k: np.take(a, k, axis=axis), curve_dimensions=rest).scalar())
                for k, value in enumerate(values)]

    def _without_last_dimension(self) -> Observable:
        name = self.curve_dimensions[-1]
        last = is_progress(name)

        return self.mapped(
            lambda values: _element(values, last), curve_dimensions=self.curve_dimensions[:-1],
            component=", ".join(filter(None, [f"{'last' if last else 'first'} {name}", self.component])))


def _element(values: Array, last: bool) -> Array:
    """The first or the last finite element along the last dimension."""
    finite = np.isfinite(values)
    if not last:
        return values[..., 0]
    index = values.shape[-1] - 1 - np.argmax(finite[..., ::-1], axis=-1)
    return np.take_along_axis(values, np.expand_dims(index, -1), axis=-1)[..., 0]


@dataclass(frozen=True)
class Line:
    """A transition line (of theory) or a phase boundary (between points): a polyline with NaN between its pieces.

    `vertices[k]` are the coordinates along axis k. `errors[k]` displaces each of them by one standard error toward the
    side of the second of `phases`, so that vertices ± errors bound the band.
    """

    name: str
    label: str
    vertices: tuple[Array, ...]
    errors: tuple[Array, ...] | None = None
    source: str = "theory"  # or "simulation"
    phases: tuple[str, ...] = ()
    order: str = ""  # "first-order", "continuous" or "undecided"

    def pieces(self) -> list[slice]:
        """The ranges of vertices that hang together."""
        known = np.logical_and.reduce([np.isfinite(v) for v in self.vertices])
        steps = np.diff(np.concatenate([[0], known.astype(int), [0]]))
        return [slice(a, b) for a, b in zip(np.flatnonzero(steps == 1), np.flatnonzero(steps == -1))]

    def crossings(self, axis: int, value: float) -> Array:
        """Where the line crosses `axis` = `value`, as coordinates along the other axis (linear between vertices)."""
        return self.crossings_with_errors(axis, value)[0]

    def crossings_with_errors(self, axis: int, value: float) -> tuple[Array, Array]:
        """The crossings and their standard errors along the other axis, 0 without a band.

        A line displaced by e crosses at e_other − (d other / d axis) e_axis from the first crossing, to first order.
        """
        level, other = self.vertices[axis] - value, self.vertices[1 - axis]
        along, across = (np.zeros_like(other),) * 2 if self.errors is None else (self.errors[axis],
                                                                                 self.errors[1 - axis])
        found: dict[float, float] = {}
        for piece in self.pieces():
            for i in range(piece.start, piece.stop):
                if level[i] == 0:
                    neighbor = i + 1 if i + 1 < piece.stop else max(i - 1, piece.start)
                    rise = level[neighbor] - level[i]
                    slope = (other[neighbor] - other[i]) / rise if rise != 0 else 0.0
                    found[float(other[i])] = abs(across[i] - slope * along[i])
                elif i + 1 < piece.stop and level[i] * level[i + 1] < 0:
                    share = level[i] / (level[i] - level[i + 1])
                    slope = (other[i + 1] - other[i]) / (level[i + 1] - level[i])
                    shift = (1 - share) * (across[i] - slope * along[i]) + share * (
                        across[i + 1] - slope * along[i + 1])
                    found[float(other[i] + (other[i + 1] - other[i]) * share)] = abs(shift)
        order = sorted(found)
        return np.array(order, dtype=float), np.array([found[x] for x in order], dtype=float)

    def with_gaps(self, extents: Sequence[float]) -> Line:
        """With a gap wherever the line leaps to another branch; distances are in units of `extents`, one an axis.

        A solver that finds one place for each coordinate may follow a branch to its end and go on with another one.
        """
        steps = np.sqrt(sum((np.diff(v) / extent) ** 2 for v, extent in zip(self.vertices, extents)))
        known = steps[np.isfinite(steps)]
        if known.size < 3:
            return self
        after = np.flatnonzero((steps > LEAP) & (steps > 5 * np.median(known))) + 1
        parts = {"vertices": self.vertices, "errors": self.errors}
        return replace(self, **{name: None if columns is None else tuple(np.insert(c, after, np.nan) for c in columns)
                                for name, columns in parts.items()})


def merged(lines: Sequence[Line]) -> Line:
    """Boundaries of one source and one order as a single line in pieces."""
    def joined(columns: Iterable[Array]) -> Array:
        return np.concatenate([part for column in columns for part in (column, [np.nan])])[:-1]

    first = lines[0]
    errors = None
    if any(line.errors is not None for line in lines):
        given = [line.errors or tuple(np.zeros_like(v) for v in line.vertices) for line in lines]
        errors = tuple(joined(columns) for columns in zip(*given))
    return replace(first, name=" ".join(filter(None, [first.source, first.order, "boundaries"])),
                   label=f"boundaries ({first.source})", phases=(), errors=errors,
                   vertices=tuple(joined(columns) for columns in zip(*(line.vertices for line in lines))))


@dataclass(frozen=True)
class Flags:
    """A categorical result: `indices` into `names`, `[points]`, −1 where missing."""

    names: tuple[str, ...]
    indices: Indices

    def where(self, name: str) -> NDArray[np.bool_]:
        return self.indices == (self.names.index(name) if name in self.names else -2)

    @property
    def failures(self) -> tuple[str, ...]:
        """Of a status: all names but `ok`."""
        return tuple(name for name in self.names if name != "ok")

    @property
    def failed(self) -> NDArray[np.bool_]:
        """Of a status: where it is known and not `ok`, `[points]`."""
        return (self.indices >= 0) & ~self.where("ok")

    def at(self, points: Indices) -> Flags:
        """The flags of the given points (flat indices)."""
        return Flags(self.names, self.indices.ravel()[points])


@dataclass(frozen=True)
class PhaseDiagram:
    """Everything that one `phase_diagram.nc` holds."""

    path: str
    attributes: Mapping[str, str]
    layout: str
    axes: tuple[Axis, ...]
    shape: tuple[int, ...]
    observables: Mapping[str, Observable]
    order_parameter: str
    parameters: Mapping[str, object]
    transition_lines: tuple[Line, ...] = ()
    phase_boundaries: tuple[Line, ...] = ()
    phase: Flags | None = None
    phase_theory: Flags | None = None
    simulation_status: Flags | None = None
    theory_status: Flags | None = None
    level: Indices | None = None  # of refinement, `[points]`; 0 for the points of the base grid

    @property
    def system(self) -> str:
        return self.attributes["system"]

    @property
    def is_grid(self) -> bool:
        return self.layout == "grid"

    @property
    def size_axis(self) -> int | None:
        """The number of the axis along which the size of the system varies."""
        return next((k for k, axis in enumerate(self.axes) if axis.is_size), None)

    def positions(self, axis: int) -> Array:
        """The coordinate of every point along an axis, `[points]`."""
        values = self.axes[axis].values
        if not self.is_grid:
            return values
        shape = [1] * len(self.shape)
        shape[axis] = -1
        return np.broadcast_to(values.reshape(shape), self.shape)

    def all_lines(self) -> list[Line]:
        """Transition lines, then phase boundaries."""
        return [*self.transition_lines, *self.phase_boundaries]

    def drawn_boundaries(self) -> list[Line]:
        """The phase boundaries; of a source with more than `MANY_BOUNDARIES` one line for each order."""
        groups: dict[tuple[str, str], list[Line]] = {}
        sources = [line.source for line in self.phase_boundaries]
        for number, line in enumerate(self.phase_boundaries):
            many = sources.count(line.source) > MANY_BOUNDARIES
            groups.setdefault((line.source, line.order if many else f"{number}"), []).append(line)
        return [lines[0] if len(lines) == 1 else merged(lines) for lines in groups.values()]

    def marked_lines(self) -> list[Line]:
        """The lines to mark in a cut: without boundaries that only retrace the transition lines of theory."""
        doubled = bool(self.transition_lines)
        return [*self.transition_lines,
                *(line for line in self.drawn_boundaries() if not (doubled and line.source == "theory"))]

    def scalars(self) -> list[Observable]:
        """The observables that are one number a point, the order parameter first."""
        found = [o for o in self.observables.values() if not o.is_curve]
        return sorted(found, key=lambda o: o.name != self.order_parameter)

    def curves(self) -> list[Observable]:
        """The observables that are curves and hold at least one number."""
        return [o for o in self.observables.values() if o.is_curve and (o.has_simulation or o.has_theory)]
