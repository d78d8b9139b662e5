"""Observables computed from others: `testError-trainError`, or `numWeightLayers*learningTime` with an axis."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from .diagram import Array, DiagramError, Observable, PhaseDiagram
from .expressions import Expression


def combined(diagram: PhaseDiagram, formula: Expression, symbols: Mapping[str, str]) -> Observable:
    """The formula at every point, of simulated means and of theory; names are observables, axes and parameters.

    Simulation is there where all observables in it are simulated. Their errors, of the same samples, are correlated in
    an unknown way: the error is the largest they allow, the sum of what each alone would cause. Observables without a
    curve dimension, axes and parameters are the same all along a curve. Raises `DiagramError` for unknown names and for
    curves over different coordinates.
    """
    parts = [diagram.observables[name] for name in formula.names if name in diagram.observables]
    if not parts:
        raise DiagramError(f"{diagram.path}: no observable stands in '{formula.text}'")
    curves = [part for part in parts if part.is_curve]
    if any(curve.curve_dimensions != curves[0].curve_dimensions for curve in curves):
        raise DiagramError(f"{diagram.path}: the observables in '{formula.text}' are curves over different coordinates")
    depth = len(curves[0].curve_dimensions) if curves else 0

    def value(arrays: Mapping[str, Array]) -> Array:
        known = {name: v for name, v in diagram.parameters.items() if isinstance(v, (int, float, str))}
        known |= {axis.name: diagram.positions(k) for k, axis in enumerate(diagram.axes) if not axis.categories}
        spread = {name: np.expand_dims(v, tuple(range(-depth, 0))) if np.ndim(v) == len(diagram.shape) and np.ndim(v)
                  else v for name, v in (known | dict(arrays)).items()}
        try:
            with np.errstate(divide="ignore", invalid="ignore"):
                return formula.value(spread)
        except DiagramError as error:
            raise DiagramError(f"{diagram.path}: {error}") from error

    def of(read: Callable[[Observable], Array | None]) -> dict[str, Array] | None:
        arrays = {part.name: read(part) for part in parts}
        return None if any(array is None for array in arrays.values()) else arrays

    simulation, theory = of(Observable.best_simulation), of(lambda part: part.theory)
    errors = of(lambda part: np.zeros_like(part.best_simulation()) if part.error is None else np.nan_to_num(part.error)
                ) if simulation else None
    first = curves[0] if curves else parts[0]
    return Observable(
        name=formula.text, long_name=formula.text, symbol="", units="1", curve_dimensions=first.curve_dimensions,
        simulation=None if simulation is None else value(simulation), theory=None if theory is None else value(theory),
        error=None if errors is None else _largest_error(value, simulation, errors),
        samples=first.samples, coordinates=first.coordinates, coordinate_labels=first.coordinate_labels,
        formula=formula.label({**symbols, **{o.name: o.symbol for o in parts if o.symbol not in ("", "-", "–")}}))


def _largest_error(value: Callable[[Mapping[str, Array]], Array], means: Mapping[str, Array],
                   errors: Mapping[str, Array]) -> Array:
    """The sum over observables of |f(x + σ) − f(x)|, each displaced alone."""
    here = value(means)
    return sum(np.abs(value({**means, name: means[name] + errors[name]}) - here) for name in means)
