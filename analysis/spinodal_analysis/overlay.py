"""Simulation over theory along one coordinate, with the residuals below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from . import style
from .diagram import Array, Flags, Observable

JUMP = 0.2  # a step of theory across a transition that is larger than this share of its range is drawn dotted
LINEAR_RESIDUAL = 10.0  # residuals beyond are drawn on a symmetric logarithmic scale
UNEQUILIBRATED_COLOR = "0.55"


@dataclass(frozen=True)
class Series:
    """An observable along one coordinate; all arrays `[x]`."""

    x: Array
    values: Observable
    label: str = ""
    color: object = "#0b4f8a"
    theory_color: object | None = None  # the color, unless given
    theory_dashes: object = "-"
    marker: str = "o"
    transitions: Array = field(default_factory=lambda: np.array([]))
    categorical: bool = False
    status: Flags | None = None  # of the simulation

    @property
    def doubtful(self) -> NDArray[np.bool_]:
        """Where the simulation has a mean but is not ok, `[x]`."""
        if self.values.simulation is None or self.status is None:
            return np.zeros(len(self.x), dtype=bool)
        return self.status.failed & np.isfinite(self.values.simulation)

    @property
    def unequilibrated(self) -> NDArray[np.bool_]:
        """Where there is but the raw mean of a simulation that did not equilibrate, `[x]`."""
        raw, mean = self.values.unequilibrated, self.values.simulation
        if raw is None:
            return np.zeros(len(self.x), dtype=bool)
        return np.isfinite(raw) & (True if mean is None else ~np.isfinite(mean))

    def reasons(self, there: NDArray[np.bool_]) -> list[str]:
        """The states of the chosen points, in words."""
        names = () if self.status is None else self.status.failures
        return [style.reason(name) for name in names if (self.status.where(name) & there).any()]


def draw_series(axes: Axes, series: Series) -> None:
    """Theory as a line (dotted across a discontinuity), simulation as points with bars of one standard error.

    The points are hollow where the simulation is not ok, and grey where it did not equilibrate.
    """
    values = series.values
    color = series.theory_color or series.color
    if values.has_theory:
        _draw_theory(axes, series, color)
    if values.simulation is not None and values.has_simulation:
        full = {"color": series.color, "markeredgecolor": "white", "markeredgewidth": 0.5}
        hollow = {"color": series.color, "markerfacecolor": "white", "markeredgewidth": 1.1}
        doubtful = series.doubtful
        _draw_points(axes, series, np.where(doubtful, np.nan, values.simulation), values.error, "simulation", full)
        if doubtful.any():
            _draw_points(axes, series, np.where(doubtful, values.simulation, np.nan), values.error, "doubtful", hollow)
    if series.unequilibrated.any():
        grey = {"color": UNEQUILIBRATED_COLOR, "markerfacecolor": "white", "markeredgewidth": 1.1}
        raw = np.where(series.unequilibrated, values.unequilibrated, np.nan)
        _draw_points(axes, series, raw, values.unequilibrated_error, "unequilibrated", grey)


def _draw_points(axes: Axes, series: Series, y: Array, error: Array | None, gid: str, options: dict) -> None:
    bars = axes.errorbar(series.x, y, None if error is None else np.nan_to_num(error), linestyle="",
                         marker=series.marker, elinewidth=1.3, capsize=2.5, zorder=3, **options)
    bars.lines[0].set_gid(gid)


def _draw_theory(axes: Axes, series: Series, color: object) -> None:
    x, theory = series.x, series.values.theory
    if series.categorical:
        axes.plot(x, theory, linestyle="", marker="_", markersize=22, markeredgewidth=2, color=color, gid="theory")
        return
    broken = jumps(x, theory, series.transitions)
    axes.plot(*split(x, theory, broken), color=color, linestyle=series.theory_dashes, gid="theory", zorder=2)
    for i in broken:
        axes.plot(x[i:i + 2], theory[i:i + 2], color=color, linewidth=0.9, linestyle=(0, (1, 2)), zorder=2)
    if series.values.theory_error is not None:
        band = np.nan_to_num(series.values.theory_error)
        axes.fill_between(x, theory - band, theory + band, color=color, alpha=0.25, linewidth=0, zorder=1)


def jumps(x: Array, theory: Array, transitions: Array) -> list[int]:
    """Indices i such that theory jumps between x[i] and x[i + 1] and a transition lies there."""
    if not np.isfinite(theory).any():
        return []
    smallest = JUMP * (np.nanmax(theory) - np.nanmin(theory))
    return [i for i in range(len(x) - 1) if abs(theory[i + 1] - theory[i]) > smallest
            and ((transitions >= x[i]) & (transitions <= x[i + 1])).any()]


def split(x: Array, y: Array, breaks: Sequence[int]) -> tuple[Array, Array]:
    """The polyline with a gap after every index in `breaks`."""
    after = np.asarray(breaks, dtype=int) + 1
    return np.insert(x, after, np.nan), np.insert(y, after, np.nan)


def draw_residuals(axes: Axes, all_series: Sequence[Series]) -> None:
    """z = (simulation − theory) / error of every series, over bands of one and two standard errors."""
    axes.axhspan(-2, 2, color="0.93", zorder=0)
    axes.axhspan(-1, 1, color="0.85", zorder=0)
    axes.axhline(0, color="0.4", linewidth=0.8, zorder=1)
    largest = 3.0
    for series in all_series:
        z = series.values.z_scores()
        if z is None or not np.isfinite(z).any():
            continue
        options = {"linestyle": "", "marker": series.marker, "color": series.color, "markersize": 4.2, "zorder": 3,
                   "clip_on": False}
        axes.plot(series.x, np.where(series.doubtful, np.nan, z), gid="residual", markeredgecolor="white",
                  markeredgewidth=0.4, **options)
        if (series.doubtful & np.isfinite(z)).any():
            axes.plot(series.x, np.where(series.doubtful, z, np.nan), gid="doubtful residual", markerfacecolor="white",
                      markeredgewidth=0.9, **options)
        largest = max(largest, float(np.nanmax(np.abs(z))))
    axes.set_ylabel(r"$z$")
    if largest > LINEAR_RESIDUAL:
        _symmetric_logarithmic(axes, largest)
    else:
        axes.set_ylim(-1.15 * largest, 1.15 * largest)
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True, symmetric=True))


def _symmetric_logarithmic(axes: Axes, largest: float) -> None:
    """Linear within two standard errors, decades beyond, with a few plain numbers at the ticks."""
    axes.set_yscale("symlog", linthresh=2, linscale=0.8)
    axes.set_ylim(-2 * largest, 2 * largest)
    decade = 10.0 ** max(1, int(np.floor(np.log10(largest))))
    axes.set_yticks([-decade, -2, 0, 2, decade], labels=[f"−{decade:g}", "−2", "0", "2", f"{decade:g}"])
    axes.set_yticks([], minor=True)


def has_residuals(all_series: Sequence[Series]) -> bool:
    scores = [series.values.z_scores() for series in all_series]
    return any(z is not None and np.isfinite(z).any() for z in scores)


def road_handles(all_series: Sequence[Series], color: str = "0.25") -> list[Artist]:
    """Legend entries that say which sign stands for simulation and which for theory."""
    handles: list[Artist] = []
    if any(s.values.simulation is not None and np.isfinite(s.values.simulation).any() for s in all_series):
        handles.append(Line2D([], [], linestyle="", marker="o", color=color, label="simulation ± 1σ"))
    if any(series.values.has_theory for series in all_series):
        marks = {"linestyle": "", "marker": "_", "markersize": 14} if all_series[0].categorical else {}
        handles.append(Line2D([], [], color=color, label="theory", **marks))
    return handles


def doubt_handles(all_series: Sequence[Series], color: str = "0.25") -> list[Artist]:
    """Legend entries for the hollow points, with the reasons."""
    handles: list[Artist] = []
    for edge, chosen in ((color, [s.doubtful for s in all_series]),
                         (UNEQUILIBRATED_COLOR, [s.unequilibrated for s in all_series])):
        found = dict.fromkeys(word for s, there in zip(all_series, chosen) for word in s.reasons(there))
        if any(there.any() for there in chosen):
            text = ", ".join(found) or "not equilibrated"
            handles.append(Line2D([], [], linestyle="", marker="o", color=edge, markerfacecolor="white",
                                  markeredgewidth=1.1, label=style.plain(text)))
    return handles
