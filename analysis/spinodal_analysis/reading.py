"""Reads `phase_diagram.nc` (NetCDF-4, CF-1.11) into a `PhaseDiagram`.

Names in the file: simulation `X`, `X_error` and its parts `X_thermal_error` and `X_disorder_error`, `X_samples`,
`X_binder`, `X_unequilibrated`; theory `X_theory`, `X_theory_error`; over the axis that is not the size `X_extrapolated`
and `X_extrapolation_…`; flag variables `phase`, `phase_theory`, `simulation_status`, `theory_status`; polylines
`L_<axis>` on `L_vertex`, for boundaries with `L_<axis>_error`; crossings `X_crossing_<axis>` on `X_crossing`.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import xarray as xr

from .diagram import (POINT_ARRAYS, Array, Axis, Crossings, DiagramError, Extrapolation, Flags, Indices, Line,
                      Observable, PhaseDiagram, Quantity)

# Of variables over the points, by the field of `Observable` that holds them.
COMPANIONS = {field: "" if field == "simulation" else f"_{field}" for field in POINT_ARRAYS}
EXTRAPOLATION = {"value": "_extrapolated", "error": "_extrapolated_error", "chi2": "_extrapolation_chi2",
                 "dof": "_extrapolation_dof", "p": "_extrapolation_p"}
SUFFIXES = sorted({*COMPANIONS.values(), *EXTRAPOLATION.values()} - {""}, key=len, reverse=True)
FLAG_VARIABLES = {"phase", "phase_theory", "simulation_status", "theory_status"}
REQUIRED_ATTRIBUTES = ("system", "layout", "axes")


def read_diagram(path: str | Path) -> PhaseDiagram:
    """Reads a whole file into memory and closes it.

    Raises `DiagramError` for a missing or foreign file and where the file breaks its own description.
    """
    path = Path(path)
    if not path.is_file():
        raise DiagramError(f"{path}: no such file")
    try:
        with xr.open_dataset(path, engine="h5netcdf", decode_times=False) as dataset:
            dataset.load()
    except (OSError, ValueError, KeyError) as error:
        raise DiagramError(f"{path}: not a NetCDF-4 file ({str(error).splitlines()[0]})") from error
    for name in REQUIRED_ATTRIBUTES:
        if name not in dataset.attrs:
            raise DiagramError(f"{path}: not a Spinodal phase diagram: the global attribute '{name}' is missing")
    try:
        return _diagram(path, dataset)
    except DiagramError as error:
        raise DiagramError(f"{path}: {error}") from error


def _diagram(path: Path, dataset: xr.Dataset) -> PhaseDiagram:
    attributes = {key: _text(value) for key, value in dataset.attrs.items()}
    names, layout = attributes["axes"].split(), attributes["layout"]
    if layout not in ("grid", "points"):
        raise DiagramError(f"layout is '{layout}'; this program knows 'grid' and 'points'")
    if len(names) > 2:
        raise DiagramError(f"{len(names)} axes ({' '.join(names)}); this program draws at most two")
    if layout == "grid" and names:
        dataset = dataset.sortby([_require(dataset, name).name for name in names])
    point_dimensions = tuple(names) if layout == "grid" else ("point",)
    if layout == "points" and "point" not in dataset.sizes:
        raise DiagramError("layout is 'points' but there is no dimension 'point'")
    axes = tuple(_axis(_require(dataset, name)) for name in names)
    flags = {name: _flags(dataset[name].transpose(*point_dimensions)) for name in FLAG_VARIABLES if name in dataset}
    observables = _observables(dataset, point_dimensions, names)
    if not observables:
        raise DiagramError("there is no observable in the file")
    return PhaseDiagram(
        path=str(path), attributes=attributes, layout=layout, axes=axes,
        shape=tuple(dataset.sizes[d] for d in point_dimensions), observables=observables,
        order_parameter=attributes.get("order_parameter", "") or next(iter(observables)),
        parameters=_parameters(attributes.get("parameters", "")),
        transition_lines=tuple(line.with_gaps(_extents(axes)) for line in _lines(
            dataset, attributes.get("transition_lines", ""), names, "theory")),
        phase_boundaries=_lines(dataset, attributes.get("phase_boundaries", ""), names, "simulation"),
        level=_levels(dataset) if layout == "points" else None, **flags)


def _extents(axes: tuple[Axis, ...]) -> list[float]:
    """The widths of all axes, 1 for one of a single value."""
    return [float(np.ptp(axis.values)) or 1.0 for axis in axes]


def _levels(dataset: xr.Dataset) -> Indices | None:
    if "level" not in dataset.variables or dataset["level"].dims != ("point",):
        return None
    values = np.asarray(dataset["level"].values, dtype=float)
    if not np.isfinite(values).all() or (values < 0).any():
        raise DiagramError("'level' has missing or negative values")
    return values.astype(np.intp)


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _require(dataset: xr.Dataset, name: str) -> xr.DataArray:
    if name not in dataset.variables:
        raise DiagramError(f"the variable '{name}' is missing")
    return dataset[name]


def _quantity(variable: xr.DataArray, name: str) -> Quantity:
    attributes = variable.attrs
    return Quantity(name=name, long_name=_text(attributes.get("long_name", name)),
                    symbol=_text(attributes.get("symbol", "")), units=_text(attributes.get("units", "1")))


def _axis(variable: xr.DataArray) -> Axis:
    quantity = _quantity(variable, str(variable.name))
    categories: tuple[str, ...] = ()
    if "flag_meanings" in variable.attrs:
        categories = tuple(_text(variable.attrs["flag_meanings"]).split())
    return Axis(**vars(quantity), values=_axis_values(variable.values, variable), categories=categories,
                spacing=_text(variable.attrs.get("spacing", "linear")), role=_text(variable.attrs.get("role", "")))


def _axis_values(values: np.ndarray, axis: xr.DataArray) -> Array:
    """Coordinates as numbers to draw; on a categorical axis the position of the flag."""
    if "flag_meanings" not in axis.attrs:
        return np.asarray(values, dtype=float)
    indices = _flag_indices(values, axis)
    return np.where(indices < 0, np.nan, indices.astype(float))


def _flag_indices(values: np.ndarray, variable: xr.DataArray) -> Indices:
    """The position of each value in `flag_values`, −1 where missing."""
    flags = np.atleast_1d(variable.attrs.get("flag_values", []))
    if len(flags) != len(_text(variable.attrs["flag_meanings"]).split()):
        raise DiagramError(f"'{variable.name}' has not as many flag_values as flag_meanings")
    indices = np.full(np.shape(values), -1, dtype=np.intp)
    for position, flag in enumerate(flags):
        indices[np.asarray(values == flag)] = position
    return indices


def _flags(variable: xr.DataArray) -> Flags:
    if "flag_meanings" not in variable.attrs:
        raise DiagramError(f"'{variable.name}' has no flag_meanings")
    return Flags(names=tuple(_text(variable.attrs["flag_meanings"]).split()),
                 indices=_flag_indices(variable.values, variable))


def _observables(dataset: xr.Dataset, points: tuple[str, ...], axes: list[str]) -> dict[str, Observable]:
    """All observables in the order of the file: variables over the points that are no coordinate, flag or companion."""
    found: dict[str, Observable] = {}
    for variable in map(str, dataset.variables):
        base = next((variable.removesuffix(s) for s in SUFFIXES if variable.endswith(s)), variable)
        is_other = base in {*axes, *dataset.sizes, *FLAG_VARIABLES} or variable in FLAG_VARIABLES
        is_other = is_other or (variable == "level" and points == ("point",))
        is_other = is_other or variable.removesuffix("_values") in dataset.sizes
        if base in found or is_other or not set(points) <= set(dataset[variable].dims):
            continue
        if _is_on_line(dataset[variable]) or not np.issubdtype(dataset[variable].dtype, np.number):
            continue
        if base in dataset.variables or f"{base}_theory" in dataset.variables:
            found[base] = _observable(dataset, base, points, axes)
    return found


def _is_on_line(variable: xr.DataArray) -> bool:
    return any(str(d).endswith(("_vertex", "_crossing")) for d in variable.dims)


def _observable(dataset: xr.Dataset, name: str, points: tuple[str, ...], axes: list[str]) -> Observable:
    leading = dataset[name if name in dataset.variables else f"{name}_theory"]
    curve = tuple(str(d) for d in leading.dims if d not in points)

    def values(suffix: str) -> Array | None:
        key = name + suffix
        if key not in dataset.variables:
            return None
        variable = dataset[key]
        if set(variable.dims) <= set(leading.dims):
            variable = variable.broadcast_like(leading) if variable.ndim < leading.ndim else variable
            return np.asarray(variable.transpose(*points, *curve).values, dtype=float)
        raise DiagramError(f"'{key}' has the dimensions {variable.dims}, but '{leading.name}' has {leading.dims}")

    quantity = _quantity(leading, name)
    if quantity.long_name.endswith("(theory)"):
        quantity = Quantity(name, quantity.long_name.removesuffix("(theory)").strip(), quantity.symbol, quantity.units)
    coordinates = {d: _coordinate(dataset, d, points) for d in curve}
    names = {d: _coordinate_name(dataset, d) for d in curve}
    labels = {d: _text(dataset[name].attrs.get("long_name", d)) if name else d for d, name in names.items()}
    return Observable(**vars(quantity), curve_dimensions=curve, coordinates=coordinates, coordinate_labels=labels,
                      **{field: values(suffix) for field, suffix in COMPANIONS.items()},
                      extrapolation=_extrapolation(dataset, name, axes), crossings=_crossings(dataset, name, axes))


def _sizes_and_others(dataset: xr.Dataset, axes: list[str]) -> tuple[list[str], list[str]]:
    sizes = [axis for axis in axes if _text(dataset[axis].attrs.get("role", "")) == "size"]
    return sizes, [axis for axis in axes if axis not in sizes]


def _extrapolation(dataset: xr.Dataset, name: str, axes: list[str]) -> Extrapolation | None:
    sizes, others = _sizes_and_others(dataset, axes)
    if not sizes or f"{name}_extrapolated" not in dataset.variables:
        return None
    leading = dataset[f"{name}_extrapolated"]
    if leading.dims != tuple(others):
        raise DiagramError(f"'{leading.name}' has the dimensions {leading.dims}, not those of {' '.join(others)}")
    parts = {}
    for field, suffix in EXTRAPOLATION.items():
        given = name + suffix in dataset.variables
        parts[field] = np.asarray(dataset[name + suffix].values if given else np.full(leading.shape, np.nan), float)
    return Extrapolation(**parts)


def _crossings(dataset: xr.Dataset, name: str, axes: list[str]) -> Crossings | None:
    others = _sizes_and_others(dataset, axes)[1]
    axis = next((a for a in others if f"{name}_crossing_{a}" in dataset.variables), None)
    if axis is None:
        return None
    variable = dataset[f"{name}_crossing_{axis}"]
    positions = _axis_values(variable.values, dataset[axis])
    error = f"{name}_crossing_{axis}_error"
    errors = np.asarray(dataset[error].values, float) if error in dataset.variables else np.full(len(positions), np.nan)
    return Crossings(axes.index(axis), positions, errors, _crossing_sizes(dataset, name, variable))


def _crossing_sizes(dataset: xr.Dataset, name: str, variable: xr.DataArray) -> tuple[str, ...]:
    """A text for every crossing, from two variables, a variable of texts, or an attribute with a word for each."""
    key = f"{name}_crossing"
    if f"{key}_first_size" in dataset.variables and f"{key}_second_size" in dataset.variables:
        pairs = zip(dataset[f"{key}_first_size"].values, dataset[f"{key}_second_size"].values)
        return tuple(f"{first:g}, {second:g}" for first, second in pairs)
    if f"{key}_sizes" in dataset.variables:
        words = [_text(word) for word in np.atleast_1d(dataset[f"{key}_sizes"].values)]
    else:
        attributes = {**dataset.attrs, **variable.attrs}
        words = _text(attributes.get(f"{key}_sizes", attributes.get("sizes", ""))).split()
    return tuple(words) if len(words) == variable.size else ("",) * variable.size


def _coordinate_name(dataset: xr.Dataset, dimension: str) -> str | None:
    """The variable of a curve's coordinate: the dimension's own, or NAME_values where it differs between points."""
    return next((name for name in (dimension, f"{dimension}_values") if name in dataset.variables), None)


def _coordinate(dataset: xr.Dataset, dimension: str, points: tuple[str, ...]) -> Array:
    """The coordinate of a curve, `[n]`, or `[points][n]` where it differs between points; 0, 1, … if there is none."""
    name = _coordinate_name(dataset, dimension)
    if name is None:
        return np.arange(dataset.sizes[dimension], dtype=float)
    variable = dataset.variables[name]
    if variable.ndim == 1:
        return np.asarray(variable.values, dtype=float)
    missing = [p for p in points if p not in variable.dims]
    if missing or set(variable.dims) != {*points, dimension}:
        raise DiagramError(f"the coordinate '{dimension}' has the dimensions {variable.dims}")
    return np.asarray(variable.transpose(*points, dimension).values, dtype=float)


def _lines(dataset: xr.Dataset, names: str, axes: list[str], source: str) -> tuple[Line, ...]:
    return tuple(_line(dataset, name, axes, source) for name in names.split())


def _line(dataset: xr.Dataset, name: str, axes: list[str], source: str) -> Line:
    parts = [_require(dataset, f"{name}_{axis}") for axis in axes]
    if not parts:
        raise DiagramError(f"the line '{name}' has no axes to lie in")
    vertices = tuple(_axis_values(part.values, dataset[axis]) for part, axis in zip(parts, axes))
    attributes = {key: _text(value) for part in reversed(parts) for key, value in part.attrs.items()}
    return Line(name=name, label=attributes.get("long_name", name), vertices=vertices,
                errors=_line_errors(dataset, name, axes), source=attributes.get("source", source),
                phases=tuple(attributes.get("phases", "").split()), order=attributes.get("order", ""))


def _line_errors(dataset: xr.Dataset, name: str, axes: list[str]) -> tuple[Array, ...] | None:
    """The displacements by one standard error, 0 where unknown; nothing if all are."""
    length = dataset.sizes.get(f"{name}_vertex", 0)
    errors = []
    for axis in axes:
        key = f"{name}_{axis}_error"
        given = np.asarray(dataset[key].values, float) if key in dataset.variables else np.zeros(length)
        errors.append(np.nan_to_num(given))
    return tuple(errors) if any(np.any(error != 0) for error in errors) else None


def _parameters(text: str) -> dict[str, object]:
    try:
        parameters = json.loads(text) if text else {}
    except json.JSONDecodeError as error:
        raise DiagramError(f"the attribute 'parameters' is not JSON: {error}") from error
    if not isinstance(parameters, dict):
        raise DiagramError("the attribute 'parameters' is not a JSON object")
    return parameters
