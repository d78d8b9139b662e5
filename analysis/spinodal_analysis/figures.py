"""Chooses and makes all figures that a diagram calls for."""

from __future__ import annotations

import difflib

from matplotlib.figure import Figure

from .accuracy_figure import accuracy_figure
from .binder_figure import binder_figure
from .course_figure import course_figure
from .curve_figure import curve_figure
from .cut_figure import cut_figure
from .diagram import DiagramError, Observable, PhaseDiagram
from .image_figure import image_figure, is_picture
from .map_figure import map_figure
from .phase_figure import phase_figure
from .scaling_figure import scaling_figure
from .sweep_figure import sweep_figure, table_figure


def observable_named(diagram: PhaseDiagram, name: str | None) -> Observable:
    """The observable to draw: the order parameter unless named; raises `DiagramError` for an unknown name."""
    wanted = name or diagram.order_parameter
    if wanted in diagram.observables:
        return diagram.observables[wanted]
    near = difflib.get_close_matches(wanted, diagram.observables, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"the file has {', '.join(diagram.observables)}"
    raise DiagramError(f"{diagram.path}: '{wanted}' is not an observable here; {hint}")


def make_figures(diagram: PhaseDiagram, observable: Observable, cuts: int = 4) -> dict[str, Figure]:
    """All figures by file name without ending, in reading order."""
    suffix = "" if observable.name == diagram.order_parameter else f"-{observable.name}"
    made: dict[str, Figure | None] = {}
    if len(diagram.axes) == 2:
        made[f"map{suffix}"] = map_figure(diagram, observable)
        for along, axis in enumerate(diagram.axes):
            made[f"cuts-{axis.name}{suffix}"] = cut_figure(diagram, observable, along, cuts)
        made["phases"] = phase_figure(diagram)
    elif len(diagram.axes) == 1:
        made[f"cuts{suffix}"] = sweep_figure(diagram, observable)
    else:
        made["point"] = table_figure(diagram)
    if diagram.axes:
        others = [o for o in diagram.observables.values() if o.name != observable.name]
        for shown in [observable, *others]:
            ending = "" if shown.name == diagram.order_parameter else f"-{shown.name}"
            made[f"binder{ending}"] = binder_figure(diagram, shown)
            made[f"scaling{ending}"] = scaling_figure(diagram, shown)
    made["accuracy"] = accuracy_figure(diagram)
    made["images"] = image_figure(diagram)
    curves = [curve for curve in diagram.curves() if not is_picture(curve)]
    for curve in curves:
        made["course" if len(curves) == 1 else f"course-{curve.name}"] = course_figure(diagram, curve)
    for curve in curves:
        made["curves" if len(curves) == 1 else f"curves-{curve.name}"] = curve_figure(diagram, curve)
    return {name: figure for name, figure in made.items() if figure is not None}
