"""What the tests of figures look at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure

from spinodal_analysis import PhaseDiagram, read_diagram
from spinodal_analysis.figures import make_figures, observable_named


def figures(path: Path, observable: str | None = None, cuts: int = 4) -> tuple[PhaseDiagram, dict[str, Figure]]:
    diagram = read_diagram(path)
    return diagram, make_figures(diagram, observable_named(diagram, observable), cuts)


def drawn(axes: Axes, gid: str) -> list:
    return [artist for artist in axes.get_children() if artist.get_gid() == gid]


def mesh(axes: Axes) -> QuadMesh:
    return next(c for c in axes.collections if isinstance(c, QuadMesh))


def mesh_values(axes: Axes) -> np.ndarray:
    return np.ma.filled(mesh(axes).get_array().astype(float), np.nan)


def mesh_value(axes: Axes, x: float, y: float) -> float:
    """The value drawn at a place."""
    corners = mesh(axes).get_coordinates()
    return mesh_values(axes)[np.searchsorted(corners[:, 0, 1], y) - 1, np.searchsorted(corners[0, :, 0], x) - 1]


def legend_texts(figure: Figure) -> list[str]:
    """The entries of all legends, each as one line."""
    legends = figure.legends + [a.get_legend() for a in figure.axes if a.get_legend()]
    return [" ".join(text.get_text().split()) for legend in legends for text in legend.get_texts()]
