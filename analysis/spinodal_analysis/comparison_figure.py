"""Curves of several diagrams in panels: simulation over theory, a legend of the parameters that differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from . import style
from .comparison import (OBSERVABLE, Curve, axis_label, common, curves_against, differing, grouped, parameter_symbols,
                         parameters_text, shared_caption)
from .curve_figure import scale_coordinate
from .diagram import DiagramError, Observable, PhaseDiagram
from .expressions import Expression
from .overlay import Series, doubt_handles, draw_series, road_handles

COLUMNS = 3
SINGLE_COLOR, SIGN_COLOR, TRANSITION_COLOR = "#0b4f8a", "0.25", "0.35"
TRANSITION_DASHES = ((0, (1.2, 1.4)), (0, (5, 1.8)), (0, (6, 1.6, 1.2, 1.6)))


@dataclass(frozen=True)
class Panel:
    """What one pair of axes shows; `labels` tell its curves apart, `title` tells it from other panels."""

    x: Expression
    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    transitions: tuple[Mapping[str, Iterable[float]], ...]  # of every series, by the label of the line
    distinctions: tuple[str, ...] = ()  # the parameters in title and labels

    @property
    def label(self) -> str:
        """Of the vertical axis: the observable, or the symbols of all."""
        observables = {series.values.name: series.values for series in self.series}.values()
        if len(observables) == 1:
            return style.label(self.series[0].values, width=34)
        return ", ".join(dict.fromkeys(style.symbol(observable) for observable in observables))


def comparison_figure(diagrams: Sequence[PhaseDiagram], coordinates: Sequence[Expression] = (),
                      panels: Sequence[str] = (), observables: str | None = None, by: Sequence[str] = (),
                      each: str | None = None, logarithmic: str = "", with_lines: bool = True) -> Figure:
    """A panel for each coordinate and each value of the parameters `panels`, among them `observable`.

    Coordinates are columns where there are several, and panels are rows; else panels follow each other. Curves are
    told apart by the parameters `by`, unless given by all that differ. `observables`: see `curves_against`; one over a
    coordinate `each` gives a curve for each of its values. `logarithmic` names axes of the paper: "x", "y" or "xy".
    """
    coordinates = list(coordinates) or [default_coordinate(diagrams)]
    symbols = parameter_symbols(diagrams)
    curves = [curves_against(x, diagrams, observables, each) for x in coordinates]
    columns = [_panels(x, found, panels, by, symbols, with_lines) for x, found in zip(coordinates, curves)]
    placed = columns[0] if len(columns) == 1 else [panel for row in zip(*columns) for panel in row]
    width = min(COLUMNS, len(placed)) if len(columns) == 1 else len(columns)
    rows = -(-len(placed) // width)
    figure = Figure(figsize=(style.WIDTH if width > 1 else 7.0, 1.5 + (3.0 if width > 1 else 3.6) * rows))
    labels = [panel.label for panel in placed]
    alike = len(set(labels)) == 1
    grid = figure.subplots(rows, width, squeeze=False, sharey=alike)
    looks, dashes, transitions = _looks(placed), _line_dashes(placed), _transition_dashes(placed)
    for number, axes in enumerate(grid.flat):
        if number >= len(placed):
            axes.remove()
            continue
        panel = placed[number]
        _draw(axes, panel, looks[number], dashes, transitions)
        _scale(axes, panel, diagrams, logarithmic)
        if number + width >= len(placed):
            axes.set_xlabel(axis_label(panel.x, curves[0], symbols))
        if number % width == 0 or not alike:
            axes.set_ylabel(labels[number])
        if not _have_common_labels(placed):
            axes.legend(handles=_curve_handles(panel.labels, looks[number], [panel]), loc="best", fontsize=8.5,
                        labelspacing=0.3)
    handles = _curve_handles(list(looks[0]), looks[0], placed) if _have_common_labels(placed) else []
    style.legend_below(figure, handles + _sign_handles(placed, dashes, transitions))
    style.add_heading(figure, _title(diagrams[0], curves[0], coordinates[0]),
                      shared_caption(diagrams, [curve.observable for curve in curves[0]]))
    return figure


def _title(diagram: PhaseDiagram, curves: Sequence[Curve], x: Expression) -> str:
    """The system and the observable, or the coordinate where there are several observables."""
    shown = {curve.observable.name: curve.observable for curve in curves}
    first = curves[0].observable
    text = first.formula or style.plain(first.long_name)
    if len(shown) > 1:
        symbols = parameter_symbols([diagram])
        text = f"against {x.label(symbols) if set(x.names) <= set(symbols) else x.text}"
    return f"{style.plain(diagram.system)}: {text}"


def default_coordinate(diagrams: Sequence[PhaseDiagram]) -> Expression:
    """The first axis that is no size of the first diagram and stands in all of them."""
    for axis in diagrams[0].axes:
        if not axis.is_size and all(axis.name in (a.name for a in d.axes) for d in diagrams):
            return Expression.parsed(axis.name)
    raise DiagramError("the files have no axis in common: say what to draw against with --x")


def _panels(x: Expression, curves: Sequence[Curve], names: Sequence[str], by: Sequence[str],
            symbols: Mapping[str, str], with_lines: bool) -> list[Panel]:
    groups = grouped(curves, names)
    different = differing(curves)
    told_apart = list(dict.fromkeys([*by, *(name for name in different if name == OBSERVABLE)])) if by else different
    in_titles = [name for name in told_apart if all(name in common([name], group) for group in groups)
                 and len(groups) > 1]
    in_legends = [name for name in told_apart if name not in in_titles]
    if len(in_legends) > 1 and len({c.observable.name for c in curves if c.observable.has_simulation}) < 2:
        # Dashes tell the observables apart where at most one of them has points.
        in_legends = [name for name in in_legends if name != OBSERVABLE]
    made = []
    for group in groups:
        texts = [parameters_text(in_legends, curve.parameters, symbols) for curve in group]
        labels = tuple(dict.fromkeys(texts))
        title = parameters_text(in_titles, group[0].parameters, symbols)
        series = tuple(curve.series(label=text) for curve, text in zip(group, texts))
        transitions = tuple(curve.transitions() if with_lines else {} for curve in group)
        made.append(Panel(x, title, labels, series, transitions,
                          tuple(in_titles + in_legends)))
    return made


def _have_common_labels(panels: Sequence[Panel]) -> bool:
    """Whether one legend serves all panels."""
    most = max(panels, key=lambda panel: len(panel.labels)).labels
    return all(set(panel.labels) <= set(most) for panel in panels)


def _looks(panels: Sequence[Panel]) -> list[dict[str, dict]]:
    """Colour and marker of every label, for every panel: the same in all where one legend serves them all."""
    if not _have_common_labels(panels):
        return [_looks_of(panel.labels) for panel in panels]
    return [_looks_of(max((panel.labels for panel in panels), key=len))] * len(panels)


def _looks_of(labels: Sequence[str]) -> dict[str, dict]:
    colors = [SINGLE_COLOR]
    if len(labels) > 1:
        colors = mpl.colormaps[style.COLOR_MAP]([0.82 * k / (len(labels) - 1) for k in range(len(labels))])
    return {label: {"color": color, "marker": style.MARKERS[k % len(style.MARKERS)]}
            for k, (label, color) in enumerate(zip(labels, colors))}


def _line_dashes(panels: Sequence[Panel]) -> dict[str, object]:
    """How theory is drawn, by the observable; the first is solid, and so are all that colours or panels tell apart."""
    theories = [(panel.title, s.label, s.values) for panel in panels for s in panel.series if s.values.has_theory]
    looks = {(title, label): set() for title, label, _ in theories}
    for title, label, observable in theories:
        looks[title, label].add(observable.name)
    if len(looks) > 1 and all(len(names) == 1 for names in looks.values()) and any(
            OBSERVABLE in panel.distinctions for panel in panels):
        return {}
    return dict(zip(dict.fromkeys(_theory_name(o) for _, _, o in theories), style.THEORY_DASHES))


def _theory_name(observable: Observable) -> str:
    return observable.formula or f"{observable.long_name} {style.symbol(observable)}"


def _transition_dashes(panels: Sequence[Panel]) -> dict[str, object]:
    lines = dict.fromkeys(text for panel in panels for found in panel.transitions for text in found)
    return dict(zip(lines, cycle(TRANSITION_DASHES)))


def _draw(axes: Axes, panel: Panel, looks: Mapping[str, dict], dashes: Mapping[str, object],
          transitions: Mapping[str, object]) -> None:
    axes.set_title(panel.title)
    for series, found in zip(panel.series, panel.transitions):
        look = looks[series.label]
        draw_series(axes, replace(series, theory_dashes=dashes.get(_theory_name(series.values), "-"), **look))
        if not series.values.has_theory and series.values.has_simulation and not series.categorical:
            # Without theory a thin line guides the eye.
            axes.plot(series.x, series.values.best_simulation(), color=look["color"], linewidth=0.8, alpha=0.6,
                      zorder=1)
        color = look["color"] if len(panel.labels) > 1 else TRANSITION_COLOR
        for text, positions in found.items():
            for x in positions:
                axes.axvline(x, color=color, linestyle=transitions[text], linewidth=1.0, zorder=1, gid=text)


def _scale(axes: Axes, panel: Panel, diagrams: Sequence[PhaseDiagram], logarithmic: str) -> None:
    """Logarithmic where asked for, and where an axis or a coordinate in the formula is."""
    along = [axis for diagram in diagrams for axis in diagram.axes if axis.name in panel.x.names]
    x = np.concatenate([series.x for series in panel.series])
    if "y" in logarithmic:
        axes.set_yscale("log")
        drawn = [v for s in panel.series for v in (s.values.best_simulation(), s.values.theory) if v is not None]
        style.label_decades(axes, "y", np.concatenate(drawn))
    if "x" in logarithmic or any(axis.is_logarithmic for axis in along):
        axes.set_xscale("log")
        style.label_decades(axes, "x", x)
    elif not along:
        scale_coordinate(axes, x)
        if axes.get_xscale() == "symlog":
            axes.set_xlim(left=-0.3 * x[x > 0].min())
        elif axes.get_xscale() == "linear" and np.array_equal(x, np.round(x)):
            axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    else:
        axes.locator_params(axis="x", nbins=5)


def _curve_handles(labels: Sequence[str], looks: Mapping[str, dict], panels: Sequence[Panel]) -> list[Artist]:
    """Of every label, with a marker where curves of that label have a simulation."""
    simulated = {s.label for panel in panels for s in panel.series if s.values.has_simulation}
    return [Line2D([], [], markeredgecolor="white", label=label,
                   **(looks[label] if label in simulated else {**looks[label], "marker": ""}))
            for label in labels if label]


def _sign_handles(panels: Sequence[Panel], dashes: Mapping[str, object],
                  transitions: Mapping[str, object]) -> list[Artist]:
    """Legend entries for what stands for simulation, theory, doubt and transitions."""
    series = [s for panel in panels for s in panel.series]
    handles = [handle for handle in road_handles(series) if handle.get_label() != "theory" or not dashes]
    for name, dash in dashes.items():
        text = "theory" if len(dashes) == 1 else f"theory: {name}"
        handles.append(Line2D([], [], color=SIGN_COLOR, linestyle=dash, label=text))
    handles += doubt_handles(series)
    return handles + [Line2D([], [], color=TRANSITION_COLOR, linewidth=1.0, linestyle=dash, label=text)
                      for text, dash in transitions.items()]
