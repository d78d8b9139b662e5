"""A phase diagram in memory: what `phase_diagram.nc` holds, as typed objects.

Shapes: `points` stands for the shape of the diagram, `(n1, n2)` for a grid over two axes, `(n1,)` for one axis,
`(n,)` for scattered points and `()` for a single point. Curve dimensions follow it. Missing numbers are NaN.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Indices = NDArray[np.intp]

# Curves along these coordinates approach their final value; other curves (patterns, modes) are components.
PROGRESS_COORDINATES = {"time", "step", "sweep", "epoch", "layer", "depth"}


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
class Observable(Quantity):
    """One observable by both roads, each `[points][curve dimensions]` or absent."""

    curve_dimensions: tuple[str, ...] = ()
    simulation: Array | None = None
    error: Array | None = None
    samples: Array | None = None
    theory: Array | None = None
    theory_error: Array | None = None
    coordinates: Mapping[str, Array] = field(default_factory=dict)  # [n] or [points][n]
    coordinate_labels: Mapping[str, str] = field(default_factory=dict)
    component: str = ""  # which element of a curve this is, for a legend

    @property
    def is_curve(self) -> bool:
        return bool(self.curve_dimensions)

    @property
    def has_simulation(self) -> bool:
        return self.simulation is not None and bool(np.isfinite(self.simulation).any())

    @property
    def has_theory(self) -> bool:
        return self.theory is not None and bool(np.isfinite(self.theory).any())

    def combined_error(self) -> Array | None:
        """Standard error of simulation − theory, or nothing if the simulation has no error bars."""
        if self.error is None:
            return None
        return self.error if self.theory_error is None else np.hypot(self.error, np.nan_to_num(self.theory_error))

    def z_scores(self) -> Array | None:
        """(simulation − theory) / error; NaN where one of them is missing or the error is not positive."""
        error = self.combined_error()
        if self.simulation is None or self.theory is None or error is None:
            return None
        usable = np.isfinite(error) & (error > 0)
        difference = np.where(usable, self.simulation - self.theory, np.nan)
        return difference / np.where(usable, error, 1.0)

    def scalar(self) -> Observable:
        """One number a point: itself, or for a curve the last element in time and the first of other coordinates."""
        reduced = self
        while reduced.is_curve:
            reduced = reduced._without_last_dimension()
        return reduced

    def _without_last_dimension(self) -> Observable:
        name = self.curve_dimensions[-1]
        last = name in PROGRESS_COORDINATES

        def pick(values: Array | None) -> Array | None:
            return None if values is None else _element(values, last)

        return replace(
            self, curve_dimensions=self.curve_dimensions[:-1], simulation=pick(self.simulation), error=pick(self.error),
            samples=pick(self.samples), theory=pick(self.theory), theory_error=pick(self.theory_error),
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
    """A transition line (theory) or a phase boundary (simulation): a polyline with NaN between its pieces.

    `vertices[k]` are the coordinates along axis k. `error` is one standard deviation along axis `error_axis`.
    """

    name: str
    label: str
    vertices: tuple[Array, ...]
    error: Array | None = None
    error_axis: int = 0

    def crossings(self, axis: int, value: float) -> Array:
        """Where the line crosses `axis` = `value`, as coordinates along the other axis (linear between vertices)."""
        level, other = self.vertices[axis] - value, self.vertices[1 - axis]
        found = list(other[(level == 0) & np.isfinite(other)])
        for a, b, start, end in zip(level[:-1], level[1:], other[:-1], other[1:]):
            if a * b < 0 and np.isfinite(start) and np.isfinite(end):
                found.append(start + (end - start) * a / (a - b))
        return np.unique(np.asarray(found, dtype=float))


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

    @property
    def system(self) -> str:
        return self.attributes["system"]

    @property
    def is_grid(self) -> bool:
        return self.layout == "grid"

    def positions(self, axis: int) -> Array:
        """The coordinate of every point along an axis, `[points]`."""
        values = self.axes[axis].values
        if not self.is_grid:
            return values
        shape = [1] * len(self.shape)
        shape[axis] = -1
        return np.broadcast_to(values.reshape(shape), self.shape)

    def scalars(self) -> list[Observable]:
        """The observables that are one number a point, the order parameter first."""
        found = [o for o in self.observables.values() if not o.is_curve]
        return sorted(found, key=lambda o: o.name != self.order_parameter)

    def curves(self) -> list[Observable]:
        """The observables that are curves and hold at least one number."""
        return [o for o in self.observables.values() if o.is_curve and (o.has_simulation or o.has_theory)]
