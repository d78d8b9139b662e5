"""The look of all figures: type, colours, line styles, labels, and saving without dates."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from itertools import cycle
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import patheffects
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D

from .diagram import Array, Axis, Line, Observable, PhaseDiagram, Quantity
from .expressions import mathematical

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib

COLOR_MAP = "viridis"
MISSING_COLOR = "0.88"
THEORY_DASHES = ("-", (0, (5, 1.8)), (0, (1.2, 1.4)), (0, (6, 1.6, 1.2, 1.6)), (0, (3, 1, 1, 1, 1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "h", "<", ">")
# The first eight as Okabe and Ito; then always the colour furthest in OKLab from those before: by the smaller of its
# distances with normal sight and, doubled, without red or green cones, pure or as a tint.
PHASE_COLORS = ("#0072B2", "#56B4E9", "#E69F00", "#F0E442", "#D55E00", "#009E73", "#CC79A7", "#777777", "#550044",
                "#224400", "#33DD88", "#003388", "#993355", "#7777EE", "#775500", "#4444BB", "#99FFAA", "#FFBBFF",
                "#BBAABB", "#99AA66")
PHASE_MARKERS = (*MARKERS, "*", "d", "p")
BOUNDARY_COLORS = ("#9b0d2e", "#7a0177", "#7f3b08", "#08306b")
HATCHES = ("////", "xxxx", "....", "\\\\\\\\", "++++", "oooo")
WIDTH = 9.0  # inches; at a README width of 900 pixels one point of type is 1.4 pixels
CAPTION_PARAMETERS = 6
HANDLE_WIDTH, LETTER_WIDTH, ROW_HEIGHT = 0.72, 0.079, 0.2  # inches, of an entry in a legend
MERGED_WIDTH = 1.2  # points, of boundaries between many phases
HEADING_HEIGHT = 0.9  # inches that the heading of a figure takes at most

RC = {
    "font.family": "sans-serif", "font.sans-serif": ["DejaVu Sans"], "mathtext.fontset": "dejavusans",
    "font.size": 10, "axes.labelsize": 11, "axes.titlesize": 10.5, "figure.titlesize": 11.5, "legend.fontsize": 9.5,
    "xtick.labelsize": 9.5, "ytick.labelsize": 9.5, "axes.linewidth": 0.8, "lines.linewidth": 1.6,
    "lines.markersize": 5, "xtick.direction": "out", "ytick.direction": "out", "legend.frameon": False,
    "figure.constrained_layout.use": True, "hatch.linewidth": 0.6, "axes.axisbelow": True,
    "svg.hashsalt": "spinodal", "svg.fonttype": "path", "pdf.fonttype": 42, "figure.dpi": 100,
}
# No dates and no program versions, so that the same data give the same file.
METADATA = {"png": {"Software": None}, "svg": {"Date": None, "Creator": "Spinodal"},
            "pdf": {"CreationDate": None, "Producer": None, "Creator": "Spinodal"}}


@contextmanager
def styled() -> Iterator[None]:
    """A context in which to make and to save figures: the defaults of matplotlib, then this style."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(RC)
        yield


def save(figure: Figure, path: Path, format: str, dpi: int) -> None:
    """Writes a figure; the same figure gives the same bytes."""
    figure.savefig(path, format=format, dpi=dpi, metadata=METADATA[format])


def png_bytes(figure: Figure, dpi: int) -> bytes:
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, metadata=METADATA["png"])
    return buffer.getvalue()


def plain(text: str) -> str:
    """Text that matplotlib prints as it stands."""
    return text.replace("$", r"\$")


def symbol(quantity: Quantity) -> str:
    """The symbol as mathematics if it is one letter or raises or lowers parts, else as it stands, else the name."""
    text = quantity.symbol
    if isinstance(quantity, Observable) and quantity.formula:
        return quantity.formula
    if text in ("", "-", "–"):
        return plain(quantity.name)
    is_formula = (len(text) == 1 and text.isalpha()) or "_" in text or "^" in text
    return f"${mathematical(text)}$" if is_formula else plain(text)


def label(quantity: Quantity, width: int = 60) -> str:
    """For an axis or a colour bar: name, symbol, and the unit unless it is 1, in lines of at most `width` letters."""
    if isinstance(quantity, Observable) and quantity.formula:
        return quantity.formula
    name = quantity.long_name[:1].upper() + quantity.long_name[1:]
    parts = [plain(name)]
    if quantity.symbol not in ("", "-", "–", quantity.long_name):
        parts.append(symbol(quantity))
    if quantity.units not in ("", "1"):
        parts.append(f"[{plain(quantity.units)}]")
    if isinstance(quantity, Observable) and quantity.component:
        parts.append(f"({quantity.component})")
    return "\n".join(textwrap.wrap(" ".join(parts), width))


def value_text(axis: Axis, value: float) -> str:
    """For example `T = 0.05`, or the name of a category."""
    if axis.categories:
        return f"{symbol(axis)} = {plain(axis.categories[int(value)])}"
    return f"{symbol(axis)} = {value:.0f}" if axis.is_size else f"{symbol(axis)} = {value:.3g}"


def words(name: str) -> str:
    """`interactionOrder` as `interaction order`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()


def caption(diagram: PhaseDiagram, observable: Observable | None) -> str:
    """The parameters that the run file sets (else the first few), samples a point, seed."""
    known = chosen_parameters(diagram) or list(diagram.parameters)
    parts = [f"{words(name)} {parameter_value(diagram.parameters[name])}" for name in known[:CAPTION_PARAMETERS]]
    parts += effort([diagram], [] if observable is None else [observable])
    return plain(" · ".join(parts))


def chosen_parameters(diagram: PhaseDiagram) -> list[str]:
    """The parameters that the run file sets."""
    try:
        chosen = list(tomllib.loads(diagram.attributes.get("run_file", "")).get("parameters", {}))
    except tomllib.TOMLDecodeError:
        chosen = []
    return [name for name in chosen if name in diagram.parameters]


def effort(diagrams: Sequence[PhaseDiagram], observables: Sequence[Observable]) -> list[str]:
    """How many samples a point has, and the seeds."""
    parts = []
    given = [o.samples[o.samples > 0] for o in observables if o.samples is not None]
    samples = np.concatenate([[], *(s.ravel() for s in given)])
    if samples.size:
        least, most = int(samples.min()), int(samples.max())
        count = f"{most}" if least == most else f"{least}–{most}"
        parts.append(f"{count} sample{'' if most == 1 else 's'} a point")
    drawn = [d for d in diagrams if "seed" in d.attributes and d.attributes.get("samples") != "0"]
    seeds = list(dict.fromkeys(d.attributes["seed"] for d in drawn))
    if seeds:
        parts.append(f"seed{'s' if len(seeds) > 1 else ''} {', '.join(seeds)}")
    return parts


def parameter_value(value: object) -> str:
    """A number, a word, or a list of which only the ends are shown if it is long."""
    if isinstance(value, list):
        shown = [parameter_value(v) for v in value]
        return ", ".join(shown) if len(shown) <= 6 else f"{shown[0]}, {shown[1]}, … {shown[-1]} ({len(shown)} values)"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def add_title(figure: Figure, diagram: PhaseDiagram, subject: str, observable: Observable | None = None) -> None:
    """Two lines over the figure: the system and what is shown; the parameters."""
    add_heading(figure, f"{plain(diagram.system)}: {subject}", caption(diagram, observable))


def add_heading(figure: Figure, title: str, text: str) -> None:
    """A bold line over the figure and more text below it."""
    height = figure.get_figheight()
    lines = textwrap.wrap(text, int(figure.get_figwidth() * 12.5))
    figure.text(0.5, 1 - 0.08 / height, title, ha="center", va="top", fontsize=12.5, weight="bold")
    figure.text(0.5, 1 - 0.33 / height, "\n".join(lines), ha="center", va="top", linespacing=1.3)
    below = 0.36 + 0.19 * len(lines)  # inches
    figure.get_layout_engine().set(rect=(0, 0, 1, 1 - below / height))


def set_up_axis(axes: Axes, axis: Axis, direction: str, with_label: bool = True) -> None:
    """Scale, category names and label of the control parameter along `direction`, "x" or "y"."""
    if with_label:
        axes.set(**{f"{direction}label": label(axis)})
    if axis.is_logarithmic:
        axes.set(**{f"{direction}scale": "log"})
        label_decades(axes, direction, axis.values)
    elif not axis.categories:
        axes.locator_params(axis=direction, nbins=6)
    if axis.categories:
        axes.set(**{f"{direction}ticks": range(len(axis.categories)), f"{direction}ticklabels": axis.categories})


def label_decades(axes: Axes, direction: str, values: Array) -> None:
    """Plain numbers at 1, 2 and 5 of every decade, on a logarithmic axis of less than two decades, 0.001 … 10000."""
    positive = values[np.isfinite(values) & (values > 0)]
    if positive.size == 0 or positive.min() < 1e-3 or positive.max() > 1e4 or positive.max() >= 100 * positive.min():
        return
    axis = axes.xaxis if direction == "x" else axes.yaxis
    axis.set_major_formatter(lambda value, _: f"{value:g}")
    axis.set_minor_formatter(lambda value, _: f"{value:g}" if f"{value:e}"[0] in "25" else "")


def reason(name: str) -> str:
    """A state of a point in words: `not_equilibrated` as `not equilibrated`."""
    return name.replace("_", " ")


def line_label(line: Line) -> str:
    """The name of a line for the legend, for a boundary with its order, its source and what the band is."""
    text = line.label
    if line.order and line.order != "undecided" and line.order not in text:
        text += f", {line.order}"
    if (line.phases or line.source != "theory") and line.source not in text:
        text += f" ({line.source})"
    return plain(text) + ("" if line.errors is None else " ± 1σ")


def line_styles(diagram: PhaseDiagram, boundaries: Mapping[str, str] | None = None) -> list[tuple[Line, dict]]:
    """How to draw every line: black for theory, dark solid lines for boundaries from the simulation.

    Those from refining the labels of theory are thin. A white rim keeps the contrast on dark ground and in grey print.
    Colours of boundaries by label may be given, for several diagrams that share a legend.
    """
    styles = []
    for position, line in enumerate(diagram.transition_lines):
        styles.append((line, {"color": "black", "linewidth": 1.7, "path_effects": rim(3.4),
                              "linestyle": THEORY_DASHES[position % len(THEORY_DASHES)]}))
    colors = cycle(BOUNDARY_COLORS)
    for line in diagram.drawn_boundaries():
        if line.source == "theory":
            options = {"color": "black", "linewidth": 0.9, "path_effects": rim(2.0), "linestyle": (0, (3, 2))}
        else:
            color, width = next(colors), 2.0 if line.phases else MERGED_WIDTH
            options = {"color": (boundaries or {}).get(line.label, color), "linewidth": width, "linestyle": "-",
                       "path_effects": rim(width + 1.4)}
        styles.append((line, options))
    return styles


def rim(width: float) -> list:
    return [patheffects.Stroke(linewidth=width, foreground="white", alpha=0.85), patheffects.Normal()]


def wrap_labels(handles: Sequence[Artist], width: int = 32) -> list[Artist]:
    """The same legend entries with long names broken into lines, for a legend beside the data."""
    for handle in handles:
        handle.set_label("\n".join(textwrap.wrap(str(handle.get_label()), width, break_on_hyphens=False)))
    return list(handles)


def legend_beside(figure: Figure, axes: Axes, handles: Sequence[Artist], **options: object) -> Legend:
    """A legend to the right of the data. The figure grows to its height: give it its title afterwards."""
    legend = axes.legend(handles=wrap_labels(handles), loc="upper left", bbox_to_anchor=(1.01, 1.02), borderaxespad=0,
                         **options)
    height = legend.get_window_extent().height / figure.dpi
    figure.set_figheight(max(figure.get_figheight(), height + HEADING_HEIGHT))
    return legend


def legend_below(figure: Figure, handles: Sequence[Artist], most: int = 3, **options: object) -> None:
    """A legend under the data in as many columns, at most `most`, as fit the width.

    Beyond two rows the figure grows, so that the data keep their room: give it its title afterwards.
    """
    lines = [str(handle.get_label()).split("\n") for handle in handles]

    def width(columns: int) -> float:
        parts = np.array_split(np.array([max(map(len, text)) for text in lines]), columns)
        return sum(HANDLE_WIDTH + LETTER_WIDTH * int(part.max(initial=0)) for part in parts)

    fitting = [n for n in range(1, min(most, len(handles)) + 1) if width(n) <= figure.get_figwidth()]
    columns = max(fitting, default=1)
    rows = max(int(part.sum()) for part in np.array_split(np.array([len(text) for text in lines]), columns))
    figure.set_figheight(figure.get_figheight() + ROW_HEIGHT * max(rows - 2, 0))
    figure.legend(handles=list(handles), loc="outside lower center", ncols=columns,
                  **{"handlelength": 2.8, "columnspacing": 1.6, **options})


def band_entry(line: Line2D) -> Line2D:
    """A legend entry for a line with a band."""
    band = patheffects.Stroke(linewidth=9, foreground=to_rgba(line.get_color(), 0.3), capstyle="butt",
                              dashes={"dash_offset": 0, "dash_list": None})
    return Line2D([], [], color=line.get_color(), linewidth=line.get_linewidth(), linestyle=line.get_linestyle(),
                  label=line.get_label(), path_effects=[band, patheffects.Normal()])
