"""Command line: `python -m spinodal_analysis phase_diagram.nc`, or `spinodal-figures`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import NoReturn

from matplotlib.figure import Figure

from . import style
from .agreement_figure import agreement_figure
from .boundary_limit import boundary_limit, boundary_limit_figure, limit_text
from .comparison_figure import comparison_figure
from .diagram import DiagramError
from .expressions import Expression
from .figures import make_figures, observable_named
from .panel_figure import panel_figure
from .reading import read_diagram
from .report import html_report

DONE, WRONG_REQUEST, OUTPUT_FAILED = 0, 2, 4
REPORT_DPI = 160


class _Parser(argparse.ArgumentParser):
    """Refuses in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG_REQUEST, f"{self.prog}: {message}\n")


def _positive(text: str) -> int:
    value = int(text) if text.isdigit() else 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number of at least 1")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="spinodal-figures", description="Draws the figures of a Spinodal phase diagram.")
    parser.add_argument("paths", type=Path, metavar="PATH.nc", nargs="+",
                        help="phase diagram written by spinodal run or merge; several make one figure")
    parser.add_argument("--output", type=Path, metavar="DIR",
                        help="folder for the figures; default: 'figures' beside the (first) file")
    parser.add_argument("--observable", metavar="NAME", help="what to draw; default: the order parameter of the "
                        "file; with --x also several, with commas, and formulas such as 'testError-trainError'")
    parser.add_argument("--cuts", type=_positive, default=4, metavar="N", help="cuts along each axis; default: 4")
    parser.add_argument("--format", choices=("png", "pdf", "svg"), default="png", help="default: png")
    parser.add_argument("--dpi", type=_positive, default=200, metavar="N", help="dots per inch; default: 200")
    parser.add_argument("--html", action="store_true", help="also write report.html with everything in one file")
    together = parser.add_argument_group(
        "several files in one figure", "Files with two axes become maps side by side, unless --x asks for curves.")
    together.add_argument("--x", action="append", default=[], metavar="FORMULA",
                          help="draw curves against this, such as 'storageLoad*datasetQuality^2' or time; may be "
                          "repeated")
    together.add_argument("--panels", type=_names, default=[], metavar="NAME,…",
                          help="a panel for each value of these parameters, or for each 'observable'; default: one for "
                          "all curves")
    together.add_argument("--by", type=_names, default=[], metavar="NAME,…",
                          help="parameters that name curves and panels; default: all that differ")
    together.add_argument("--each", metavar="NAME", help="a curve for each value of this coordinate of the observable, "
                          "such as pattern")
    together.add_argument("--log", choices=("x", "y", "xy"), default="",
                          help="with --x: logarithmic axes of the paper")
    together.add_argument("--no-lines", action="store_true", help="with --x: without transition lines")
    together.add_argument("--theory-lines", action="store_true",
                          help="maps without the simulated boundaries, whose bands are wide on coarse grids")
    together.add_argument("--limit", type=_power, metavar="POWER", help="with an axis of sizes: extrapolate the "
                          "simulated edge of the first phase in N^-POWER, such as 2/3")
    together.add_argument("--against", metavar="NAME", help="one file: draw the curves of --observable NAME,… against "
                          "the curve of this one")
    together.add_argument("--name", default="comparison", metavar="NAME",
                          help="name of the file, without its ending; default: comparison")
    return parser


def _power(text: str) -> Fraction:
    try:
        power = Fraction(text)
    except (ValueError, ZeroDivisionError):
        power = Fraction(0)
    if power <= 0:
        raise argparse.ArgumentTypeError(f"'{text}' is not a positive number or fraction")
    return power


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit status."""
    options = _parser().parse_args(arguments)
    try:
        _run(options)
    except DiagramError as error:
        print(f"spinodal-figures: {error}", file=sys.stderr)
        return WRONG_REQUEST
    except OSError as error:
        print(f"spinodal-figures: cannot write: {error}", file=sys.stderr)
        return OUTPUT_FAILED
    return DONE


def _run(options: argparse.Namespace) -> None:
    if options.against is not None:
        _oppose(options)
    elif len(options.paths) > 1 or options.x or options.limit is not None:
        _compare(options)
    else:
        _draw(options, options.paths[0])


def _oppose(options: argparse.Namespace) -> None:
    diagram = read_diagram(options.paths[0])
    if len(options.paths) > 1:
        raise DiagramError("--against takes one file")
    shown = [observable_named(diagram, name) for name in _names(options.observable or "")]
    if not shown:
        raise DiagramError("--against needs --observable: what to draw")
    with style.styled():
        _save(options, agreement_figure(diagram, observable_named(diagram, options.against), shown))


def _save(options: argparse.Namespace, figure: Figure) -> None:
    """Writes the one figure that the options ask for."""
    folder = options.output or options.paths[0].parent / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{options.name}.{options.format}"
    style.save(figure, path, options.format, options.dpi)
    print(path)


def _compare(options: argparse.Namespace) -> None:
    diagrams = [read_diagram(path) for path in options.paths]
    with style.styled():
        if options.limit is not None:
            limits = [boundary_limit(diagram, options.limit) for diagram in diagrams]
            print(*(f"{found.diagram.path}: {limit_text(found)}" for found in limits), sep="\n")
            figure = boundary_limit_figure(limits)
        elif all(len(diagram.axes) == 2 for diagram in diagrams) and not options.x:
            figure = panel_figure(diagrams, options.observable, options.by, not options.theory_lines)
        else:
            figure = comparison_figure(diagrams, [Expression.parsed(text) for text in options.x], options.panels,
                                       options.observable, options.by, options.each, options.log,
                                       not options.no_lines)
        _save(options, figure)


def _draw(options: argparse.Namespace, source: Path) -> None:
    diagram = read_diagram(source)
    observable = observable_named(diagram, options.observable)
    folder = options.output or source.parent / "figures"
    with style.styled():
        figures = make_figures(diagram, observable, options.cuts)
        folder.mkdir(parents=True, exist_ok=True)
        for name, figure in figures.items():
            path = folder / f"{name}.{options.format}"
            style.save(figure, path, options.format, options.dpi)
            print(path, flush=True)
        if options.html:
            images = {name: style.png_bytes(figure, REPORT_DPI) for name, figure in figures.items()}
            path = folder / "report.html"
            path.write_text(html_report(diagram, images), encoding="utf-8")
            print(path)


if __name__ == "__main__":
    sys.exit(main())
