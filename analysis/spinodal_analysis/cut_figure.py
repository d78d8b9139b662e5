"""Cuts through a diagram with two axes: simulation over theory along one axis at fixed values of the other."""

from __future__ import annotations

from itertools import cycle

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from . import style
from .diagram import Array, Observable, PhaseDiagram
from .overlay import Series, doubt_handles, draw_residuals, draw_series, has_residuals, road_handles


LEAST_POINTS = 5  # a cut through a refined diagram has at least as many
WIDEST_BAND = 0.1  # share of the axis; a larger error of a crossing is not drawn


def cut_figure(diagram: PhaseDiagram, observable: Observable, along: int, count: int) -> Figure | None:
    """`count` cuts along axis `along`, evenly chosen over the other axis, one colour each; residuals below.

    Nothing if too few points lie on a line.
    """
    observable = observable.scalar()
    all_series = series_along(diagram, observable, along, cut_values(diagram, 1 - along, count))
    if not all_series:
        return None
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
    cuts = [Line2D([], [], color=s.color, marker=s.marker, markeredgecolor="white", label=s.label) for s in all_series]
    style.legend_beside(figure, rows[0], cuts + road_handles(all_series) + doubt_handles(all_series) + marks,
                        handlelength=2.6, labelspacing=0.6)
    style.add_title(figure, diagram, f"cuts at fixed {style.symbol(diagram.axes[1 - along])}", observable)
    return figure


def cut_values(diagram: PhaseDiagram, across: int, count: int) -> Array:
    """Evenly chosen values of the axis `across` on which enough points lie (in a refined diagram: of the base grid)."""
    distinct, occupation = diagram.axes[across].distinct()
    if diagram.is_grid:
        candidates = distinct
    else:
        enough = occupation >= LEAST_POINTS
        if diagram.level is None:
            enough &= 2 * occupation > occupation.max(initial=0)
        else:
            base = diagram.positions(across)[diagram.level == 0]
            enough &= np.isclose(distinct[:, None], base, rtol=1e-9, atol=0).any(axis=1)
        candidates = distinct[enough]
    chosen = np.linspace(0, len(candidates) - 1, min(count, len(candidates)) + 2)[1:-1]
    if count >= len(candidates):
        return candidates
    return candidates[np.round(chosen).astype(int)]


def series_along(diagram: PhaseDiagram, observable: Observable, along: int, values: Array) -> list[Series]:
    """The observable along axis `along` at every one of the given values of the other axis."""
    colors = mpl.colormaps[style.COLOR_MAP](np.linspace(0.0, 0.82, max(len(values), 2)))
    found = []
    for number, value in enumerate(values):
        there = np.flatnonzero(np.isclose(diagram.positions(1 - along).ravel(), value, rtol=1e-9, atol=0))
        x = diagram.positions(along).ravel()[there]
        order = there[np.argsort(x, kind="stable")]
        crossings = [line.crossings(1 - along, value) for line in diagram.all_lines()]
        found.append(Series(
            x=np.sort(x), values=select(observable, diagram.shape, order), color=colors[number],
            label=style.value_text(diagram.axes[1 - along], value), marker=style.MARKERS[number % len(style.MARKERS)],
            transitions=np.concatenate([[], *crossings]), categorical=bool(diagram.axes[along].categories),
            status=None if diagram.simulation_status is None else diagram.simulation_status.at(order)))
    return found


def select(observable: Observable, shape: tuple[int, ...], points: np.ndarray) -> Observable:
    """The observable at the given points (flat indices), every array `[point][curve dimensions]`."""
    return observable.mapped(lambda values: values.reshape(-1, *values.shape[len(shape):])[points])


def _mark_transitions(rows: list[Axes], diagram: PhaseDiagram, all_series: list[Series], along: int) -> list[Artist]:
    """Thin verticals in the colour of the cut where it crosses a line; returns one legend entry a line."""
    handles: list[Artist] = []
    values = cut_values(diagram, 1 - along, len(all_series))
    # Where a cut runs along a line, the propagated error of the crossing means nothing.
    widest = WIDEST_BAND * float(np.ptp(diagram.axes[along].values))
    for line, dashes in transition_dashes(diagram):
        crossed = False
        for series, value in zip(all_series, values):
            for x, error in zip(*line.crossings_with_errors(1 - along, value)):
                crossed = True
                for axes in rows:
                    if 0 < error < widest:
                        axes.axvspan(x - error, x + error, color=series.color, alpha=0.13, linewidth=0, zorder=0.5,
                                     gid=f"{line.name} band")
                    axes.axvline(x, color=series.color, linestyle=dashes, linewidth=1.0, alpha=0.75, zorder=1,
                                 gid=line.name)
        if crossed:
            entry = Line2D([], [], color="0.25", linestyle=dashes, linewidth=1.0, label=style.line_label(line))
            handles.append(entry if line.errors is None else style.band_entry(entry))
    return handles


def transition_dashes(diagram: PhaseDiagram) -> list[tuple]:
    """Every line with its dashes for thin verticals; only boundaries of the simulation are solid."""
    dashes = cycle([*style.THEORY_DASHES[1:], (0, (8, 2)), (0, (1, 3))])
    boundaries = {line.name for line in diagram.drawn_boundaries() if line.source != "theory"}
    return [(line, "-" if line.name in boundaries else next(dashes)) for line in diagram.marked_lines()]


def mark_lines(cell: list[Axes], diagram: PhaseDiagram) -> dict[str, Artist]:
    """Verticals where lines lie on the one axis, with their bands; returns one legend entry a line, by its text."""
    handles: dict[str, Artist] = {}
    for line, dashes in transition_dashes(diagram):
        positions, text = line.vertices[0], style.line_label(line)
        for number in np.flatnonzero(np.isfinite(positions)):
            for axes in cell:
                axes.axvline(positions[number], color="0.25", linestyle=dashes, linewidth=1.1, zorder=1, gid=line.name)
                if line.errors is not None:
                    error = abs(line.errors[0][number])
                    axes.axvspan(positions[number] - error, positions[number] + error, color="0.5", alpha=0.25,
                                 linewidth=0, zorder=0.5, gid=f"{line.name} band")
            entry = Line2D([], [], color="0.25", linestyle=dashes, linewidth=1.1, label=text)
            handles[text] = entry if line.errors is None else style.band_entry(entry)
    return handles
