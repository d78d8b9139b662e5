"""Curves of several diagrams in panels: simulation over theory, a legend of the parameters that differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from . import style
from .comparison import (Curve, axis_label, common, curves_against, differing, grouped, parameter_symbols,
                         parameters_text, shared_caption)
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


def comparison_figure(diagrams: Sequence[PhaseDiagram], coordinates: Sequence[Expression] = (),
                      panels: Sequence[str] = (), observable: str | None = None, by: Sequence[str] = (),
                      each: str | None = None) -> Figure:
    """A panel for each coordinate and each value of the parameters `panels`.

    Coordinates are columns where there are several, and panels are rows; else panels follow each other. Curves are
    told apart by the parameters `by`, unless given by all that differ. An observable over a coordinate `each` gives a
    curve for each of its values.
    """
    coordinates = list(coordinates) or [default_coordinate(diagrams)]
    symbols = parameter_symbols(diagrams)
    curves = [curves_against(x, diagrams, observable, each) for x in coordinates]
    columns = [_panels(x, found, panels, by, symbols) for x, found in zip(coordinates, curves)]
    placed = columns[0] if len(columns) == 1 else [panel for row in zip(*columns) for panel in row]
    width = min(COLUMNS, len(placed)) if len(columns) == 1 else len(columns)
    rows = -(-len(placed) // width)
    figure = Figure(figsize=(style.WIDTH if width > 1 else 7.0, 1.5 + (3.0 if width > 1 else 3.6) * rows))
    grid = figure.subplots(rows, width, squeeze=False, sharey=True)
    looks, dashes, transitions = _looks(placed), _line_dashes(placed), _transition_dashes(placed)
    for number, axes in enumerate(grid.flat):
        if number >= len(placed):
            axes.remove()
            continue
        panel = placed[number]
        _draw(axes, panel, looks[number], dashes, transitions)
        _scale(axes, panel.x, diagrams)
        if number + width >= len(placed):
            axes.set_xlabel(axis_label(panel.x, diagrams, symbols))
        if number % width == 0:
            axes.set_ylabel(style.label(panel.series[0].values, width=34))
        if not _have_common_labels(placed):
            axes.legend(handles=_curve_handles(panel.labels, looks[number]), loc="best", fontsize=8.5,
                        labelspacing=0.3)
    handles = _curve_handles(list(looks[0]), looks[0]) if _have_common_labels(placed) else []
    style.legend_below(figure, handles + _sign_handles(placed, dashes, transitions))
    first = curves[0][0].observable
    title = f"{diagrams[0].system}: {first.long_name}"
    style.add_heading(figure, style.plain(title), shared_caption(diagrams, [curve.observable for curve in curves[0]]))
    return figure


def default_coordinate(diagrams: Sequence[PhaseDiagram]) -> Expression:
    """The first axis that is no size of the first diagram and stands in all of them."""
    for axis in diagrams[0].axes:
        if not axis.is_size and all(axis.name in (a.name for a in d.axes) for d in diagrams):
            return Expression.parsed(axis.name)
    raise DiagramError("the files have no axis in common: say what to draw against with --x")


def _panels(x: Expression, curves: Sequence[Curve], names: Sequence[str], by: Sequence[str],
            symbols: Mapping[str, str]) -> list[Panel]:
    groups = grouped(curves, names)
    told_apart = list(by) or differing(curves)
    in_titles = [name for name in told_apart if all(name in common([name], group) for group in groups)
                 and len(groups) > 1]
    in_legends = [name for name in told_apart if name not in in_titles]
    made = []
    for group in groups:
        texts = [parameters_text(in_legends, curve.parameters, symbols) for curve in group]
        labels = tuple(dict.fromkeys(texts))
        title = parameters_text(in_titles, group[0].parameters, symbols)
        series = tuple(curve.series(label=text) for curve, text in zip(group, texts))
        made.append(Panel(x, title, labels, series, tuple(curve.transitions() for curve in group)))
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
    """How theory is drawn, by the observable; the first is solid."""
    theories = [s.values for panel in panels for s in panel.series if s.values.has_theory]
    return dict(zip(dict.fromkeys(_theory_name(o) for o in theories), style.THEORY_DASHES))


def _theory_name(observable: Observable) -> str:
    return f"{observable.long_name} {style.symbol(observable)}"


def _transition_dashes(panels: Sequence[Panel]) -> dict[str, object]:
    lines = dict.fromkeys(text for panel in panels for found in panel.transitions for text in found)
    return dict(zip(lines, cycle(TRANSITION_DASHES)))


def _draw(axes: Axes, panel: Panel, looks: Mapping[str, dict], dashes: Mapping[str, object],
          transitions: Mapping[str, object]) -> None:
    axes.set_title(panel.title)
    for series, found in zip(panel.series, panel.transitions):
        look = looks[series.label]
        draw_series(axes, replace(series, theory_dashes=dashes.get(_theory_name(series.values), "-"), **look))
        color = look["color"] if len(panel.labels) > 1 else TRANSITION_COLOR
        for text, positions in found.items():
            for x in positions:
                axes.axvline(x, color=color, linestyle=transitions[text], linewidth=1.0, zorder=1, gid=text)


def _scale(axes: Axes, x: Expression, diagrams: Sequence[PhaseDiagram]) -> None:
    """Logarithmic where an axis in the coordinate is."""
    along = [axis for diagram in diagrams for axis in diagram.axes if axis.name in x.names]
    if any(axis.is_logarithmic for axis in along):
        axes.set_xscale("log")
    else:
        axes.locator_params(axis="x", nbins=5)


def _curve_handles(labels: Sequence[str], looks: Mapping[str, dict]) -> list[Artist]:
    return [Line2D([], [], markeredgecolor="white", label=label, **looks[label]) for label in labels if label]


def _sign_handles(panels: Sequence[Panel], dashes: Mapping[str, object],
                  transitions: Mapping[str, object]) -> list[Artist]:
    """Legend entries for what stands for simulation, theory, doubt and transitions."""
    series = [s for panel in panels for s in panel.series]
    handles = [handle for handle in road_handles(series) if handle.get_label() != "theory"]
    for name, dash in dashes.items():
        text = "theory" if len(dashes) == 1 else f"theory: {name}"
        handles.append(Line2D([], [], color=SIGN_COLOR, linestyle=dash, label=text))
    handles += doubt_handles(series)
    return handles + [Line2D([], [], color=TRANSITION_COLOR, linewidth=1.0, linestyle=dash, label=text)
                      for text, dash in transitions.items()]
