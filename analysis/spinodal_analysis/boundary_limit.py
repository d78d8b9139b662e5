"""The simulated edge of a phase at several sizes, extrapolated to infinite size and compared with a line of theory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from . import style
from .comparison import differing_parameters, parameter_symbols, parameters_text, shared_caption
from .diagram import Array, DiagramError, Line, PhaseDiagram
from .sweep_figure import measured


@dataclass(frozen=True)
class BoundaryLimit:
    """Least squares of edge(N) = limit + slope N^(−power); `edges` and `errors` are `[size]`."""

    diagram: PhaseDiagram
    sizes: Array
    edges: Array
    errors: Array
    power: Fraction
    limit: float
    limit_error: float
    slope: float
    chi2: float
    line: float  # of theory

    @property
    def dof(self) -> int:
        return len(self.sizes) - 2

    @property
    def z(self) -> float:
        """The distance of the limit from theory in standard errors."""
        return (self.limit - self.line) / self.limit_error


def boundary_limit(diagram: PhaseDiagram, power: Fraction) -> BoundaryLimit:
    """The edge of the first phase of the file, extrapolated, beside the first line of theory.

    The edge at a size is where the phase first ends along the other axis, whatever follows it. Raises `DiagramError`
    if fewer than three sizes have one.
    """
    size = diagram.size_axis
    if size is None or len(diagram.axes) != 2 or diagram.phase is None or not diagram.transition_lines:
        raise DiagramError(f"{diagram.path}: needs an axis of sizes and one more, phases, and a line of theory")
    phase, line = diagram.phase.names[0], diagram.transition_lines[0]
    sizes = diagram.axes[size].distinct()[0]
    found = np.array([_edge(diagram, size, n, phase) for n in sizes])
    known = np.isfinite(found).all(axis=1) & (found[:, 1] > 0)
    if known.sum() < 3:
        raise DiagramError(f"{diagram.path}: an edge of '{phase}' at {known.sum()} sizes; a limit needs three")
    edges, errors = found[known].T
    limit, slope, limit_error, chi2 = _straight_line(_scaled(sizes[known], power), edges, errors)
    return BoundaryLimit(diagram, sizes[known], edges, errors, power, limit, limit_error, slope, chi2,
                         _theory(diagram, size, float(sizes[-1]), line))


def _edge(diagram: PhaseDiagram, size: int, value: float, phase: str) -> tuple[float, float]:
    """Where the phase first ends in the simulation, with the standard error; NaN if it does not."""
    crossings = [boundary.crossings_with_errors(size, value) for boundary in diagram.phase_boundaries
                 if boundary.source == "simulation" and phase in boundary.phases]
    places = [(x, error) for found, errors in crossings for x, error in zip(found, errors)]
    return min(places, default=(np.nan, np.nan))


def _theory(diagram: PhaseDiagram, size: int, value: float, line: Line) -> float:
    crossings = line.crossings(size, value)
    return float(crossings[0]) if len(crossings) else np.nan


def _scaled(sizes: Array, power: Fraction) -> Array:
    return sizes ** -float(power)


def _straight_line(u: Array, y: Array, error: Array) -> tuple[float, float, float, float]:
    """Weighted least squares: intercept, slope, error of the intercept, χ²."""
    design = np.stack([np.ones_like(u), u], axis=1) / error[:, None]
    covariance = np.linalg.inv(design.T @ design)
    intercept, slope = covariance @ design.T @ (y / error)
    residuals = (y - intercept - slope * u) / error
    return float(intercept), float(slope), float(np.sqrt(covariance[0, 0])), float(residuals @ residuals)


def limit_text(found: BoundaryLimit) -> str:
    """One line with the edges, the limit and theory."""
    edges = ", ".join(f"{n:.0f}: {measured(x, e)}" for n, x, e in zip(found.sizes, found.edges, found.errors))
    return (f"{edges}; limit {measured(found.limit, found.limit_error)} (χ² {found.chi2:.1f} / {found.dof}), "
            f"theory {found.line:.4g}, z = {found.z:+.1f}")


def boundary_limit_figure(limits: Sequence[BoundaryLimit]) -> Figure:
    """The edges against N^(−power) with their fits and limits (diamonds), and theory (crosses) at infinite size."""
    figure = Figure(figsize=(style.WIDTH, 4.6))
    axes = figure.subplots()
    diagrams = [found.diagram for found in limits]
    symbols, names = parameter_symbols(diagrams), differing_parameters(diagrams)
    colors = mpl.colormaps[style.COLOR_MAP](np.linspace(0, 0.82, max(len(limits), 2)))
    handles = []
    for number, (found, color) in enumerate(zip(limits, colors)):
        u, marker = _scaled(found.sizes, found.power), style.MARKERS[number % len(style.MARKERS)]
        bars = axes.errorbar(u, found.edges, found.errors, linestyle="", marker=marker, color=color, capsize=2.5,
                             elinewidth=1.3, markeredgecolor="white", markeredgewidth=0.5, zorder=3)
        bars.lines[0].set_gid("edges")
        reach = np.array([0, u.max()])
        axes.plot(reach, found.limit + found.slope * reach, color=color, linewidth=1.1, gid="fit", zorder=2)
        axes.errorbar([0], [found.limit], [found.limit_error], linestyle="", marker="D", color=color, markersize=6.5,
                      capsize=4, elinewidth=1.6, markeredgecolor="white", zorder=4)
        axes.plot([0], [found.line], linestyle="", marker="x", color=color, markersize=10, markeredgewidth=2,
                  gid="theory", zorder=5)
        text = parameters_text(names, found.diagram.parameters, symbols) or "simulation ± 1σ"
        handles.append(Line2D([], [], color=color, marker=marker, markeredgecolor="white", label=text))
    size = limits[0].diagram.size_axis
    other = limits[0].diagram.axes[1 - size]
    axes.set_xlim(left=-0.04 * max(float(_scaled(f.sizes, f.power).max()) for f in limits))
    axes.axvline(0, color="0.75", linewidth=0.8, zorder=0)
    axes.set_xlabel(f"{style.symbol(limits[0].diagram.axes[size])}$^{{-{limits[0].power}}}$")
    axes.set_ylabel(f"{style.label(other)} at the edge")
    for marker, text in (("D", "extrapolated ± 1σ"), ("x", "theory")):
        handles.append(Line2D([], [], linestyle="", marker=marker, color="0.25", markersize=7, label=text))
    style.legend_below(figure, handles, most=4)
    style.add_heading(figure, style.plain(f"{diagrams[0].system}: boundary at infinite size"),
                      shared_caption(diagrams, [d.observables[d.order_parameter] for d in diagrams]))
    return figure
