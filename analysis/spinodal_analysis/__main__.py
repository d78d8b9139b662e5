"""Command line: `python -m spinodal_analysis phase_diagram.nc`, or `spinodal-figures`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from . import style
from .diagram import DiagramError
from .figures import make_figures, observable_named
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
    parser.add_argument("path", type=Path, metavar="PATH.nc", help="phase diagram written by spinodal run or merge")
    parser.add_argument("--output", type=Path, metavar="DIR",
                        help="folder for the figures; default: 'figures' beside the file")
    parser.add_argument("--observable", metavar="NAME", help="what to draw; default: the order parameter of the file")
    parser.add_argument("--cuts", type=_positive, default=4, metavar="N", help="cuts along each axis; default: 4")
    parser.add_argument("--format", choices=("png", "pdf", "svg"), default="png", help="default: png")
    parser.add_argument("--dpi", type=_positive, default=200, metavar="N", help="dots per inch; default: 200")
    parser.add_argument("--html", action="store_true", help="also write report.html with everything in one file")
    return parser


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
    diagram = read_diagram(options.path)
    observable = observable_named(diagram, options.observable)
    folder = options.output or options.path.parent / "figures"
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
