"""Curves of several diagrams against a common coordinate, and what tells them from each other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from . import style
from .cut_figure import select
from .diagram import Array, Axis, DiagramError, Indices, Observable, PhaseDiagram, Quantity
from .expressions import Expression, mathematical
from .overlay import Series

Value = object  # of a parameter: a number, or a word


@dataclass(frozen=True)
class Curve:
    """An observable of one diagram at the points of a line, in the order of the coordinate."""

    diagram: PhaseDiagram
    observable: Observable  # `[point]`
    x: Array
    points: Indices  # flat indices into the diagram
    along: int  # the axis of the diagram along which the line runs
    parameters: Mapping[str, Value]  # what is the same at all points of the line

    def series(self, **looks: object) -> Series:
        """What the module `overlay` draws."""
        marks = np.concatenate([[], *self.transitions().values()])
        status = self.diagram.simulation_status
        return Series(x=self.x, values=self.observable, transitions=marks,
                      status=None if status is None else status.at(self.points), **looks)

    def transitions(self) -> dict[str, Array]:
        """Where transition lines of theory cross the curve, by their label; nothing on a rescaled axis."""
        if not np.array_equal(self.x, self.diagram.positions(self.along).ravel()[self.points]):
            return {}
        found: dict[str, Array] = {}
        for line in self.diagram.transition_lines:
            crossings = line.vertices[0][np.isfinite(line.vertices[0])]
            if len(self.diagram.axes) == 2:
                across = 1 - self.along
                value = float(self.diagram.positions(across).ravel()[self.points[0]])
                crossings = line.crossings(across, value)
            if crossings.size:
                found[style.line_label(line)] = crossings
        return found


def curves_against(x: Expression, diagrams: Sequence[PhaseDiagram], observable: str | None,
                   each: str | None = None) -> list[Curve]:
    """The curves of all diagrams, along the axis that comes first in `x`, one for each value of another axis.

    Each diagram gives the named observable if it has it, else its order parameter; of an observable over a coordinate
    `each`, such as the patterns, one curve for each of its values.
    """
    found = [curve for diagram in diagrams for curve in _curves(x, diagram, observable, each)]
    if each is not None and not any(each in c.parameters for c in found):
        raise DiagramError(f"'{each}' is a coordinate of none of the observables drawn")
    if observable is not None and not any(c.observable.name == observable for c in found):
        raise DiagramError(f"'{observable}' is an observable of none of the files")
    return found


def _curves(x: Expression, diagram: PhaseDiagram, name: str | None, each: str | None) -> list[Curve]:
    whole = diagram.observables.get(name or "", diagram.observables[diagram.order_parameter])
    elements = [({}, whole.scalar())]
    # Where curves have different lengths, each observable has a dimension of its own.
    own = next((name for name in whole.curve_dimensions if each is not None and f"_{name}".endswith(f"_{each}")), None)
    if own is not None:
        elements = [({each: value}, element) for value, element in whole.elements(own)]
    along = next((k for name in x.names for k, axis in enumerate(diagram.axes) if axis.name == name), None)
    if along is None:
        axes = " ".join(axis.name for axis in diagram.axes)
        raise DiagramError(f"{diagram.path}: no axis of it ({axes}) stands in '{x.text}'")
    others = [k for k in range(len(diagram.axes)) if k != along]
    keys = np.stack([np.zeros(int(np.prod(diagram.shape))), *(diagram.positions(k).ravel() for k in others)], axis=1)
    curves = []
    for key in np.unique(keys, axis=0):
        there = np.flatnonzero((keys == key).all(axis=1))
        fixed = {diagram.axes[k].name: _axis_value(diagram.axes[k], v) for k, v in zip(others, key[1:])}
        parameters = {**_parameters(diagram), **fixed}
        coordinate = diagram.positions(along).ravel()[there]
        try:
            values = np.broadcast_to(x.value({**parameters, diagram.axes[along].name: coordinate}), there.shape)
        except DiagramError as error:
            raise DiagramError(f"{diagram.path}: {error}") from error
        order = np.argsort(values, kind="stable")
        curves += [Curve(diagram, select(shown, diagram.shape, there[order]), values[order], there[order], along,
                         {**parameters, **element}) for element, shown in elements]
    return curves


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
    """Numbers that differ by rounding are one."""
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
    if isinstance(value, str) and value != "infinite":
        return style.plain(style.words(value))
    shown = "∞" if value == "infinite" else str(value) if isinstance(value, int) else f"{value:.4g}"
    text = f"${mathematical(symbols[name])}$" if name in symbols else style.words(name)
    return f"{text} = {shown}"


def axis_label(x: Expression, diagrams: Sequence[PhaseDiagram], symbols: Mapping[str, str]) -> str:
    """Name and symbol of an axis, or the formula."""
    if x.is_name:
        axes = [axis for diagram in diagrams for axis in diagram.axes if axis.name == x.text]
        if axes:
            quantity: Quantity = axes[0]
            return style.label(quantity)
    return x.label(symbols)
