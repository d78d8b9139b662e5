"""Cuts through a diagram with two axes: simulation over theory along one axis at fixed values of the other."""

from __future__ import annotations

from dataclasses import replace

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from . import style
from .diagram import Array, Observable, PhaseDiagram
from .overlay import Series, draw_residuals, draw_series, has_residuals, road_handles


def cut_figure(diagram: PhaseDiagram, observable: Observable, along: int, count: int) -> Figure:
    """`count` cuts along axis `along`, evenly chosen over the other axis, one colour each; residuals below."""
    observable = observable.scalar()
    all_series = _series(diagram, observable, along, count)
    with_residuals = has_residuals(all_series)
    figure = Figure(figsize=(style.WIDTH, 5.6 if with_residuals else 4.6))
    rows = figure.subplots(1 + with_residuals, 1, sharex=True, squeeze=False,
                           height_ratios=[3.2, 1] if with_residuals else [1])[:, 0]
    for series in all_series:
        draw_series(rows[0], series)
    if with_residuals:
        draw_residuals(rows[1], all_series)
    marks = _mark_transitions(list(rows), diagram, all_series, along)
    rows[0].set_ylabel(style.label(observable))
    style.set_up_axis(rows[-1], diagram.axes[along], "x")
    style.add_title(figure, diagram, f"cuts at fixed {style.symbol(diagram.axes[1 - along])}", observable)
    cuts = [Line2D([], [], color=s.color, marker=s.marker, markeredgecolor="white", label=s.label) for s in all_series]
    rows[0].legend(handles=cuts + road_handles(all_series) + marks, loc="upper left", bbox_to_anchor=(1.01, 1.02),
                   borderaxespad=0, handlelength=2.6, labelspacing=0.6)
    return figure


def cut_values(diagram: PhaseDiagram, across: int, count: int) -> Array:
    """Evenly chosen values of the axis `across` on which many points lie (in a refined diagram: the coarse grid)."""
    distinct, occupation = diagram.axes[across].distinct()
    candidates = distinct[2 * occupation > occupation.max(initial=0)]
    chosen = np.linspace(0, len(candidates) - 1, min(count, len(candidates)) + 2)[1:-1]
    if count >= len(candidates):
        return candidates
    return candidates[np.round(chosen).astype(int)]


def _series(diagram: PhaseDiagram, observable: Observable, along: int, count: int) -> list[Series]:
    values = cut_values(diagram, 1 - along, count)
    colors = mpl.colormaps[style.COLOR_MAP](np.linspace(0.0, 0.82, max(len(values), 2)))
    lines = [*diagram.transition_lines, *diagram.phase_boundaries]
    found = []
    for number, value in enumerate(values):
        there = np.flatnonzero(np.isclose(diagram.positions(1 - along).ravel(), value, rtol=1e-9, atol=0))
        x = diagram.positions(along).ravel()[there]
        order = there[np.argsort(x, kind="stable")]
        crossings = [line.crossings(1 - along, value) for line in lines]
        found.append(Series(
            x=np.sort(x), values=select(observable, diagram.shape, order), color=colors[number],
            label=style.value_text(diagram.axes[1 - along], value), marker=style.MARKERS[number % len(style.MARKERS)],
            transitions=np.concatenate([[], *crossings]), categorical=bool(diagram.axes[along].categories)))
    return found


def select(observable: Observable, shape: tuple[int, ...], points: np.ndarray) -> Observable:
    """The observable at the given points (flat indices), every array `[point][curve dimensions]`."""
    def take(values: Array | None) -> Array | None:
        return None if values is None else values.reshape(-1, *values.shape[len(shape):])[points]

    return replace(observable, simulation=take(observable.simulation), error=take(observable.error),
                   samples=take(observable.samples), theory=take(observable.theory),
                   theory_error=take(observable.theory_error))


def _mark_transitions(rows: list[Axes], diagram: PhaseDiagram, all_series: list[Series], along: int) -> list[Artist]:
    """Thin verticals in the colour of the cut where it crosses a line; returns one legend entry a line."""
    handles: list[Artist] = []
    values = cut_values(diagram, 1 - along, len(all_series))
    for line, dashes in transition_dashes(diagram):
        crossed = False
        for series, value in zip(all_series, values):
            for x in line.crossings(1 - along, value):
                crossed = True
                for axes in rows:
                    axes.axvline(x, color=series.color, linestyle=dashes, linewidth=1.0, alpha=0.75, zorder=1,
                                 gid=line.name)
        if crossed:
            handles.append(Line2D([], [], color="0.25", linestyle=dashes, linewidth=1.0,
                                  label=style.plain(line.label)))
    return handles


def transition_dashes(diagram: PhaseDiagram) -> list[tuple]:
    """Every line with its dashes for thin verticals; solid is left to the curves."""
    dashes = [*style.THEORY_DASHES[1:], (0, (8, 2)), (0, (1, 3))]
    lines = [*diagram.transition_lines, *diagram.phase_boundaries]
    return [(line, dashes[number % len(dashes)]) for number, line in enumerate(lines)]
