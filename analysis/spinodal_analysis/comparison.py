"""Curves of several diagrams against a common coordinate, and what tells them from each other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from . import style
from .combination import combined
from .cut_figure import select
from .diagram import Array, Axis, DiagramError, Indices, Observable, PhaseDiagram, Quantity
from .expressions import Expression, mathematical
from .overlay import Series

Value = object  # of a parameter: a number, a word, or a list of them
OBSERVABLE = "observable"  # what a curve shows, among its parameters if several are asked for


@dataclass(frozen=True)
class Curve:
    """An observable of one diagram at the points of a line, in the order of the coordinate."""

    diagram: PhaseDiagram
    observable: Observable  # `[point]`
    x: Array
    points: Indices  # flat indices into the diagram
    along: int | None  # the axis of the diagram along which the line runs; none if it is a coordinate of the curve
    parameters: Mapping[str, Value]  # what is the same at all points of the line

    def series(self, **looks: object) -> Series:
        """What the module `overlay` draws."""
        marks = np.concatenate([[], *self.transitions().values()])
        status = self.diagram.simulation_status
        return Series(x=self.x, values=self.observable, transitions=marks,
                      status=None if status is None else status.at(self.points), **looks)

    def transitions(self) -> dict[str, Array]:
        """Where lines of theory cross the curve between its ends, by their label; nothing on a rescaled axis."""
        if self.along is None:
            return {}
        if not np.array_equal(self.x, self.diagram.positions(self.along).ravel()[self.points]):
            return {}
        found: dict[str, Array] = {}
        for line in self.diagram.transition_lines:
            crossings = line.vertices[0][np.isfinite(line.vertices[0])]
            if len(self.diagram.axes) == 2:
                across = 1 - self.along
                value = float(self.diagram.positions(across).ravel()[self.points[0]])
                crossings = line.crossings(across, value)
            crossings = crossings[(crossings >= self.x.min()) & (crossings <= self.x.max())]
            if crossings.size:
                found[style.line_label(line)] = crossings
        return found


def curves_against(x: Expression, diagrams: Sequence[PhaseDiagram], observables: str | None,
                   each: str | None = None) -> list[Curve]:
    """The curves of all diagrams, one for each value of the other axes.

    They run along what comes first in `x`: an axis, or a coordinate of the observables, such as time.
    `observables` are names and formulas with commas between them; each diagram gives those it has, or its order
    parameter if it has none of them. Of an observable over a coordinate `each`, such as the patterns, there is one
    curve for each of its values.
    """
    wanted = [Expression.parsed(text) for text in (observables or "").split(",") if text.strip()]
    symbols = parameter_symbols(diagrams)
    found = [curve for diagram in diagrams for shown in _shown(diagram, wanted, symbols)
             for curve in _curves(x, diagram, shown, each)]
    if len(wanted) > 1:
        found = [replace(c, parameters={**c.parameters, OBSERVABLE: style.label(c.observable)}) for c in found]
    if each is not None and not any(each in c.parameters for c in found):
        raise DiagramError(f"'{each}' is a coordinate of none of the observables drawn")
    for formula in wanted:
        if not any(c.observable.name == formula.text for c in found):
            raise DiagramError(f"'{formula.text}' is an observable of none of the files")
    return found


def _shown(diagram: PhaseDiagram, wanted: Sequence[Expression], symbols: Mapping[str, str]) -> list[Observable]:
    found = []
    for formula in wanted:
        if not formula.is_name:
            found.append(combined(diagram, formula, symbols))
        elif formula.text in diagram.observables:
            found.append(diagram.observables[formula.text])
    return found or [diagram.observables[diagram.order_parameter]]


def _curves(x: Expression, diagram: PhaseDiagram, whole: Observable, each: str | None) -> list[Curve]:
    axes = [axis.name for axis in diagram.axes]
    name = next((name for name in x.names if name in axes or _own_dimension(whole, name)), None)
    if name is None:
        raise DiagramError(f"{diagram.path}: no axis of it ({' '.join(axes)}) stands in '{x.text}', and no coordinate "
                           f"of '{whole.name}'")
    if name not in axes:
        return _curves_over_coordinate(x, name, diagram, whole, each)
    along = axes.index(name)
    elements = _elements(whole, each)
    others = [k for k in range(len(diagram.axes)) if k != along]
    keys = np.stack([np.zeros(int(np.prod(diagram.shape))), *(diagram.positions(k).ravel() for k in others)], axis=1)
    curves = []
    for key in np.unique(keys, axis=0):
        there = np.flatnonzero((keys == key).all(axis=1))
        fixed = {diagram.axes[k].name: _axis_value(diagram.axes[k], v) for k, v in zip(others, key[1:])}
        parameters = {**_parameters(diagram), **fixed}
        coordinate = diagram.positions(along).ravel()[there]
        values = _coordinate(x, diagram, {**parameters, diagram.axes[along].name: coordinate}, coordinate)
        order = np.argsort(values, kind="stable")
        curves += [Curve(diagram, select(shown, diagram.shape, there[order]), values[order], there[order], along,
                         {**parameters, **element}) for element, shown in elements]
    return curves


def _curves_over_coordinate(x: Expression, name: str, diagram: PhaseDiagram, whole: Observable,
                            each: str | None) -> list[Curve]:
    """The curves of every point along the coordinate `name`."""
    dimension = _own_dimension(whole, name)
    place = whole.curve_dimensions.index(dimension)
    rest = tuple(d for d in whole.curve_dimensions if d != dimension)
    table = np.broadcast_to(whole.coordinates[dimension], (*diagram.shape, whole.coordinates[dimension].shape[-1]))
    curves = []
    for point, coordinate in enumerate(table.reshape(-1, table.shape[-1])):
        here = select(whole, diagram.shape, np.array([point]))
        turned = here.mapped(lambda a: np.moveaxis(a[0], place, 0), curve_dimensions=rest)
        fixed = {axis.name: _axis_value(axis, diagram.positions(k).flat[point]) for k, axis in enumerate(diagram.axes)}
        parameters = {**_parameters(diagram), **fixed}
        known = np.flatnonzero(np.isfinite(coordinate))
        values = _coordinate(x, diagram, {**parameters, name: coordinate[known]}, known)
        curves += [Curve(diagram, select(shown, coordinate.shape, known), values, np.full(known.size, point), None,
                         {key: v for key, v in parameters.items() if key != name} | element)
                   for element, shown in _elements(turned, each)]
    return curves


def _coordinate(x: Expression, diagram: PhaseDiagram, parameters: Mapping[str, Value], like: Array) -> Array:
    try:
        return np.broadcast_to(x.value(parameters), like.shape)
    except DiagramError as error:
        raise DiagramError(f"{diagram.path}: {error}") from error


def _elements(whole: Observable, each: str | None) -> list[tuple[dict[str, float], Observable]]:
    """One number a point: for each value of a coordinate, or of a curve the element that stands for it."""
    own = None if each is None else _own_dimension(whole, each)
    if own is None:
        return [({}, whole.scalar())]
    return [({each: value}, element) for value, element in whole.elements(own)]


def _own_dimension(whole: Observable, name: str) -> str | None:
    """Where curves have different lengths, each observable has a dimension of its own."""
    return next((d for d in whole.curve_dimensions if f"_{d}".endswith(f"_{name}")), None)


def _axis_value(axis: Axis, value: float) -> Value:
    return axis.categories[int(value)] if axis.categories else value


def _parameters(diagram: PhaseDiagram) -> dict[str, Value]:
    """Without the one that says what is asked for, which is an attribute as well: that shows in the observable."""
    return {name: value for name, value in diagram.parameters.items() if name not in diagram.attributes}


def differing_parameters(diagrams: Sequence[PhaseDiagram]) -> list[str]:
    """The parameters of which the diagrams have different values, in the order of the files."""
    return _differing([_parameters(diagram) for diagram in diagrams])


def differing(curves: Sequence[Curve]) -> list[str]:
    """The parameters of which the curves have different values, in the order of the files."""
    return _differing([curve.parameters for curve in curves])


def _differing(sets: Sequence[Mapping[str, Value]]) -> list[str]:
    """What does not depend on a parameter does not differ in it."""
    names = dict.fromkeys(name for parameters in sets for name in parameters)
    return [name for name in names if len({_key(p[name]) for p in sets if name in p}) > 1]


def common(names: Iterable[str], curves: Sequence[Curve]) -> list[str]:
    """Those of `names` of which the curves have one value."""
    return [name for name in names if len(_values(name, curves)) == 1]


def shared_caption(diagrams: Sequence[PhaseDiagram], observables: Sequence[Observable] = ()) -> str:
    """The parameters that the run files set and in which the diagrams agree; samples and seeds."""
    chosen = dict.fromkeys(name for diagram in diagrams for name in style.chosen_parameters(diagram))
    values = {name: value for diagram in diagrams for name, value in _parameters(diagram).items()}
    different = {*differing_parameters(diagrams), *(axis.name for diagram in diagrams for axis in diagram.axes)}
    names = [name for name in chosen if name in values and name not in different][:style.CAPTION_PARAMETERS]
    symbols = parameter_symbols(diagrams)
    return " · ".join([parameters_text([name], values, symbols) for name in names]
                      + style.effort(diagrams, observables))


def grouped(curves: Sequence[Curve], names: Sequence[str]) -> list[list[Curve]]:
    """The curves in groups that have the same values of `names`, in the order in which the values come up."""
    for name in names:
        if not _values(name, curves):
            raise DiagramError(f"'{name}' has a value in none of the files")
    groups: dict[tuple, list[Curve]] = {}
    for curve in curves:
        groups.setdefault(tuple(_key(curve.parameters.get(name)) for name in names), []).append(curve)
    return list(groups.values())


def _values(name: str, curves: Sequence[Curve]) -> set[Value]:
    return {_key(curve.parameters[name]) for curve in curves if name in curve.parameters}


def _key(value: Value) -> Value:
    """Numbers that differ by rounding are one; of lists the same."""
    if isinstance(value, list):
        return tuple(_key(part) for part in value)
    return float(f"{value:.9g}") if isinstance(value, (int, float)) else value


def parameter_symbols(diagrams: Sequence[PhaseDiagram]) -> dict[str, str]:
    """The symbols of parameters and axes, where they have one."""
    found: dict[str, str] = {}
    for diagram in diagrams:
        try:
            found.update(json.loads(diagram.attributes.get("parameter_symbols", "{}")))
        except json.JSONDecodeError as error:
            raise DiagramError(f"{diagram.path}: the attribute 'parameter_symbols' is not JSON: {error}") from error
        found.update({axis.name: axis.symbol for axis in diagram.axes})
    return {name: text for name, text in found.items() if text not in ("", "-", "–")}


def parameters_text(names: Iterable[str], parameters: Mapping[str, Value], symbols: Mapping[str, str]) -> str:
    """For example `P = 4, N = 96, supervised`."""
    return ", ".join(_parameter_text(name, parameters[name], symbols) for name in names if name in parameters)


def _parameter_text(name: str, value: Value, symbols: Mapping[str, str]) -> str:
    if name == OBSERVABLE:
        return str(value)
    if isinstance(value, str) and value != "infinite":
        return style.plain(style.words(value))
    if isinstance(value, list):
        shown = style.parameter_value(value)
    else:
        shown = "∞" if value == "infinite" else str(value) if isinstance(value, int) else f"{value:.4g}"
    text = f"${mathematical(symbols[name])}$" if name in symbols else style.words(name)
    return f"{text} = {shown}"


def axis_label(x: Expression, curves: Sequence[Curve], symbols: Mapping[str, str]) -> str:
    """Name and symbol of an axis, name of a coordinate, or the formula."""
    if not x.is_name:
        return x.label(symbols)
    for curve in curves:
        axes = [axis for axis in curve.diagram.axes if axis.name == x.text]
        if axes:
            quantity: Quantity = axes[0]
            return style.label(quantity)
    whole = curves[0].observable
    text = next((label for d, label in whole.coordinate_labels.items() if f"_{d}".endswith(f"_{x.text}")), x.text)
    return style.plain(text[:1].upper() + text[1:])
