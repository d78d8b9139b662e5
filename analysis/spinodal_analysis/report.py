"""A self-contained page: figures, parameters, largest deviations from theory, states of the points, the run file."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

import numpy as np

from .diagram import Array, Flags, Observable, PhaseDiagram
from .sweep_figure import measured

WORST = 12
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2.2rem } img { max-width: 100%; height: auto }
table { border-collapse: collapse } th, td { text-align: left; padding: .15rem 1.2rem .15rem 0 }
th { border-bottom: 1px solid #888 } td { border-bottom: 1px solid #ddd; font-variant-numeric: tabular-nums }
pre { background: #f5f5f5; padding: .8rem; overflow-x: auto }
"""


@dataclass(frozen=True)
class Deviation:
    """One number of the simulation that theory contradicts by `z` standard errors."""

    observable: str
    place: str
    simulation: str
    theory: str
    z: float


def worst_deviations(diagram: PhaseDiagram, count: int = WORST) -> list[Deviation]:
    """The largest |z| over all observables and points; of a curve its worst element."""
    found: list[tuple[float, Observable, tuple[int, ...]]] = []
    for observable in diagram.observables.values():
        z = observable.z_scores()
        if z is None:
            continue
        by_point = np.nan_to_num(np.abs(z)).reshape(*diagram.shape, -1)
        worst = np.argmax(by_point, axis=-1)
        for point in np.ndindex(*diagram.shape):
            element = np.unravel_index(worst[point], z.shape[len(diagram.shape):])
            index = (*point, *(int(i) for i in element))
            if np.isfinite(z[index]):
                found.append((float(z[index]), observable, index))
    found.sort(key=lambda entry: -abs(entry[0]))
    return [_deviation(diagram, *entry) for entry in found[:count]]


def _deviation(diagram: PhaseDiagram, z: float, observable: Observable, index: tuple[int, ...]) -> Deviation:
    point = index[:len(diagram.shape)]
    place = [_coordinate(diagram, axis, point) for axis in range(len(diagram.axes))]
    for dimension, element in zip(observable.curve_dimensions, index[len(diagram.shape):]):
        values = observable.coordinates[dimension]
        place.append(f"{dimension} = {(values if values.ndim == 1 else values[point])[element]:.4g}")
    error = None if observable.error is None else observable.error[index]
    theory_error = None if observable.theory_error is None else observable.theory_error[index]
    return Deviation(observable.name, ", ".join(place), measured(observable.simulation[index], error),
                     measured(observable.theory[index], theory_error), z)


def _coordinate(diagram: PhaseDiagram, axis: int, point: tuple[int, ...]) -> str:
    parameter, value = diagram.axes[axis], diagram.positions(axis)[point]
    if parameter.categories and np.isfinite(value):
        return f"{parameter.name} = {parameter.categories[int(value)]}"
    return f"{parameter.name} = {value:.4g}"


def html_report(diagram: PhaseDiagram, images: Mapping[str, bytes]) -> str:
    """The page as text; `images` are PNG files by figure name."""
    title = diagram.attributes.get("title", f"{diagram.system}: phase diagram")
    pictures = "".join(f'<figure><img alt="{escape(name)}" src="data:image/png;base64,'
                       f'{base64.b64encode(data).decode()}"></figure>\n' for name, data in images.items())
    deviations = [(d.observable, d.place, d.simulation, d.theory, f"{d.z:+.1f}") for d in worst_deviations(diagram)]
    parameters = [(name, str(value)) for name, value in diagram.parameters.items()]
    origin = [(name, diagram.attributes[name]) for name in ("system", "seed", "program_version", "library_versions")
              if name in diagram.attributes]
    parts = [f"<h1>{escape(title)}</h1>", "<h2>Figures</h2>", pictures,
             _section("Parameters", ("parameter", "value"), parameters),
             _section("Largest deviations of simulation from theory",
                      ("observable", "point", "simulation", "theory", "z"), deviations),
             _section("Phase boundaries", ("boundary", "phases", "order", "source", *(a.name for a in diagram.axes)),
                      map(tuple, _boundaries(diagram))),
             _section("Extrapolation to infinite size", ("observable", "point", "value", "χ² / degrees", "p"),
                      _extrapolations(diagram)),
             _section("Crossings of two sizes", ("observable", "sizes", "position"), _crossings(diagram)),
             _section("Parts of the standard error (median over the points)",
                      ("observable", "standard error", "thermal", "between samples"), _error_parts(diagram)),
             _section("State of the points", ("road", "state", "points"), _states(diagram)),
             _section("Refinement", ("level", "points"), _levels(diagram)),
             _section("Origin", ("what", "value"), origin),
             f"<h2>Run file</h2>\n<pre>{escape(diagram.attributes.get('run_file', ''))}</pre>"]
    return (f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
            f"<style>{STYLE}</style>\n</head>\n<body>\n" + "\n".join(filter(None, parts)) + "\n</body>\n</html>\n")


def _states(diagram: PhaseDiagram) -> list[tuple[str, str, str]]:
    def count(road: str, flags: Flags | None) -> Iterable[tuple[str, str, str]]:
        for name in () if flags is None else flags.names:
            if flags.where(name).any():
                yield road, name.replace("_", " "), str(int(flags.where(name).sum()))

    return [*count("theory", diagram.theory_status), *count("simulation", diagram.simulation_status)]


def _levels(diagram: PhaseDiagram) -> list[tuple[str, str]]:
    if diagram.level is None:
        return []
    return [(str(level), str(int(points))) for level, points in enumerate(np.bincount(diagram.level)) if points]


def _boundaries(diagram: PhaseDiagram) -> Iterable[list[str]]:
    """A row a boundary: on one axis its position with error, in the plane the range that it spans."""
    for line in diagram.phase_boundaries:
        places = []
        for axis, vertices in enumerate(line.vertices):
            finite = vertices[np.isfinite(vertices)]
            if finite.size == 1 and line.errors is not None:
                places.append(measured(finite[0], abs(line.errors[axis][np.isfinite(vertices)][0])))
            else:
                places.append(f"{finite.min():.4g} … {finite.max():.4g}" if finite.size > 1 else
                              " ".join(f"{v:.6g}" for v in finite))
        yield [line.label, " | ".join(line.phases), line.order, line.source, *places]


def _extrapolations(diagram: PhaseDiagram) -> Iterable[tuple[str, ...]]:
    for observable in diagram.observables.values():
        found = observable.extrapolation
        for place in () if found is None else np.ndindex(found.value.shape):
            other = None if diagram.size_axis is None or not place else diagram.axes[1 - diagram.size_axis]
            point = "" if other is None else f"{other.name} = {other.values[place]:.4g}"
            if np.isfinite(found.value[place]):
                yield (observable.name, point, measured(found.value[place], found.error[place]),
                       f"{found.chi2[place]:.3g} / {found.dof[place]:g}", f"{found.p[place]:.3g}")


def _crossings(diagram: PhaseDiagram) -> Iterable[tuple[str, ...]]:
    for observable in diagram.observables.values():
        found = observable.crossings
        for position, error, sizes in () if found is None else zip(found.positions, found.errors, found.sizes):
            if np.isfinite(position):
                yield observable.name, sizes, f"{diagram.axes[found.axis].name} = {measured(position, error)}"


def _error_parts(diagram: PhaseDiagram) -> Iterable[tuple[str, ...]]:
    for observable in diagram.observables.values():
        parts = [observable.error, observable.thermal_error, observable.disorder_error]
        if any(part is not None and np.isfinite(part).any() for part in parts[1:]):
            yield observable.name, *(_median(part) for part in parts)


def _median(values: Array | None) -> str:
    return "–" if values is None or not np.isfinite(values).any() else f"{np.nanmedian(values):.3g}"


def _section(title: str, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows]
    if not lines:
        return ""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    return f"<h2>{escape(title)}</h2>\n<table>\n<tr>{head}</tr>\n" + "\n".join(lines) + "\n</table>"
