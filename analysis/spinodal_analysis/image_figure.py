"""Pictures of classes, such as archetype, start and retrieved state of every digit."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import style
from .diagram import Array, Observable, PhaseDiagram

DIMENSIONS = ("class", "pixel")
HEIGHT, WIDTH = "simulation_imageHeight", "simulation_imageWidth"
MOST_STATES = 4  # rows of the last picture
MOST_CLASSES = 12


def is_picture(observable: Observable) -> bool:
    """Whether it is a curve over classes and pixels."""
    return observable.curve_dimensions == DIMENSIONS


def image_figure(diagram: PhaseDiagram) -> Figure | None:
    """A column a class; a row for each kind of picture, for the last kind for several values of the first axis.

    All are of the last value of the second axis. Nothing without pictures, or where the file does not tell their shape.
    """
    pictures = [o for o in diagram.observables.values() if is_picture(o) and o.has_simulation]
    shape = image_shape(diagram)
    if not pictures or shape is None or not diagram.axes or not diagram.is_grid:
        return None
    points = chosen_points(diagram)
    rows = [(picture, points[-1], "") for picture in pictures[:-1]]
    rows += [(pictures[-1], point, style.value_text(diagram.axes[0], diagram.positions(0)[point])) for point in points]
    classes = pictures[0].coordinates["class"][:MOST_CLASSES]
    figure = Figure(figsize=(style.WIDTH, 0.9 + len(rows) * (style.WIDTH - 1.2) / max(len(classes), 6)))
    grid = figure.subplots(len(rows), len(classes), squeeze=False)
    for line, (picture, point, where) in zip(grid, rows):
        for number, axes in enumerate(line):
            _draw(axes, picture.best_simulation()[point][number].reshape(shape), picture.name)
        line[0].set_ylabel("\n".join(filter(None, [_title(picture), where])), rotation=0, ha="right", va="center",
                           fontsize=9)
    for axes, label in zip(grid[0], classes):
        axes.set_title(f"{label:g}")
    others = [style.value_text(axis, axis.values[-1]) for axis in diagram.axes[1:]]
    style.add_title(figure, diagram, ", ".join(["pictures", *others]), pictures[-1])
    return figure


def image_shape(diagram: PhaseDiagram) -> tuple[int, int] | None:
    """Height and width of the pictures, if they are the same at all points and fit the pixels."""
    found = []
    for name in (HEIGHT, WIDTH):
        sizes = diagram.observables[name].simulation if name in diagram.observables else None
        known = np.unique(sizes[np.isfinite(sizes)]) if sizes is not None else np.array([])
        if known.size != 1:
            return None
        found.append(int(known[0]))
    pixels = [o.simulation.shape[-1] for o in diagram.observables.values() if is_picture(o) and o.has_simulation]
    return (found[0], found[1]) if all(count == found[0] * found[1] for count in pixels) else None


def chosen_points(diagram: PhaseDiagram) -> list[tuple[int, ...]]:
    """Points at the last value of the second axis, of the first axis both ends and some between, in equal ratios."""
    values = diagram.axes[0].values
    if len(values) <= MOST_STATES:
        places = list(range(len(values)))
    else:
        scaled = np.log(values) if values.min() > 0 and np.isfinite(values).all() else np.arange(float(len(values)))
        targets = np.linspace(scaled[0], scaled[-1], MOST_STATES)
        places = sorted({int(np.argmin(np.abs(scaled - target))) for target in targets})
    return [(place, *(-1,) * (len(diagram.axes) - 1)) for place in places]


def _title(picture: Observable) -> str:
    return style.plain(picture.long_name.removesuffix(" picture"))


def _draw(axes: Axes, image: Array, gid: str) -> None:
    axes.imshow(image, cmap="gray_r", vmin=-1, vmax=1, interpolation="nearest", gid=gid)
    axes.set(xticks=[], yticks=[])
    for side in axes.spines.values():
        side.set(color="0.7", linewidth=0.5)
