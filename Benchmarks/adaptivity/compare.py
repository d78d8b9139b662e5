#!/usr/bin/env python3
"""How well do refinement, the package `adaptive` and a plain grid find a phase boundary for the same number of samples?

All three ask one oracle, a noisy order parameter u(load, temperature) whose true boundary is known:

    studies oracle --order P            reads lines "load temperature sample", answers each with one number
    studies oracle --order P --line     prints the true boundary as two columns; an empty line starts a new piece
    studies refine --order P --levels L --seed S
                                        prints {"points": n, "samples": n, "boundary": [[load, temperature], …], …};
                                        null or a pair of nulls starts a new piece

`adaptive.Learner2D` chooses its points one by one; the value of a point is the mean of k calls. Its boundary, like that
of the grid, is the contour u = 1/2 of the linear interpolation over its triangles. Distances are in units of the ranges
of the axes and count where a curve lies inside by a margin. A method is charged for what it draws too much and for what
it misses: the mean square is the average of the one from the found to the true boundary and the one from the true to
the found; the maximum is the larger of both (Hausdorff distance).

    pip install -r Benchmarks/adaptivity/requirements.txt
    python Benchmarks/adaptivity/compare.py --studies .build/release/studies --orders 2 4 --levels 3 --seeds 5
"""

from __future__ import annotations

import argparse
import json
import math
import os
import select
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LEVEL = 0.5
STEP = 1e-3  # of the points at which distances are taken, in units of the axis ranges
SEED_STRIDE = 1_000_000  # samples of different seeds are numbered apart by this much


class StudyError(Exception):
    """A program did not do its part; the message is one line."""


@dataclass(frozen=True)
class Plane:
    """The ranges of both axes, `[axis][low, high]`."""

    bounds: tuple[tuple[float, float], tuple[float, float]]

    def scaled(self, points: Array) -> Array:
        """Points `[n][axis]`, or segments `[n][end][axis]`, in units of the ranges, from 0 to 1."""
        low, high = np.array(self.bounds).T
        return (points - low) / (high - low)


@dataclass(frozen=True)
class Outcome:
    """What one method found with one seed."""

    points: int
    calls: int
    rms: float
    largest: float


class Oracle:
    """A running `studies oracle`; counts its calls."""

    def __init__(self, command: Sequence[str], timeout: float) -> None:
        self.command, self.timeout, self.calls = list(command), timeout, 0
        try:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError as error:
            raise StudyError(f"cannot start {shlex.join(self.command)}: {error}") from error
        self._rest = b""

    def __enter__(self) -> Oracle:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.process.stdin.close()
        except OSError:
            pass  # it has gone already
        try:
            self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def mean(self, x: float, y: float, first: int, count: int) -> float:
        """The mean order parameter of the samples `first` … `first + count − 1` at a point."""
        return sum(self._value(x, y, first + k) for k in range(count)) / count

    def _value(self, x: float, y: float, sample: int) -> float:
        question = f"{float(x)!r} {float(y)!r} {sample}"
        try:
            self.process.stdin.write(f"{question}\n".encode())
            self.process.stdin.flush()
        except OSError as error:
            raise StudyError(f"the oracle ended before '{question}' (status {self.process.poll()})") from error
        answer = self._line(question)
        try:
            value = float(answer)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise StudyError(f"the oracle answered '{answer}' to '{question}'")
        self.calls += 1
        return value

    def _line(self, question: str) -> str:
        deadline = time.monotonic() + self.timeout
        while b"\n" not in self._rest:
            if not select.select([self.process.stdout], [], [], max(deadline - time.monotonic(), 0))[0]:
                raise StudyError(f"the oracle did not answer '{question}' within {self.timeout:g} s")
            # Past the buffer of Python: what select does not see would never be waited for.
            chunk = os.read(self.process.stdout.fileno(), 65536)
            if not chunk:
                raise StudyError(f"the oracle ended at '{question}' (status {self.process.wait()})")
            self._rest += chunk
        line, self._rest = self._rest.split(b"\n", 1)
        return line.decode().strip()


def output_of(command: Sequence[str], timeout: float) -> str:
    """Standard output of a program that succeeds."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StudyError(f"{shlex.join(command)}: {error}") from error
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise StudyError(f"{shlex.join(command)} ended with status {done.returncode}: {reason}")
    return done.stdout


def segments(points: Sequence[Sequence[float] | None]) -> Array:
    """The segments `[n][end][axis]` between successive points; a missing point separates pieces."""
    whole = np.array([[math.nan] * 2 if p is None else [math.nan if c is None else float(c) for c in p]
                      for p in points]).reshape(-1, 2)
    pairs = np.stack([whole[:-1], whole[1:]], axis=1)
    return pairs[np.isfinite(pairs).all(axis=(1, 2))]


def true_line(text: str) -> Array:
    """The segments of a boundary printed as two columns."""
    points: list[list[float] | None] = []
    for line in text.splitlines():
        words = line.split("#")[0].replace(",", " ").split()
        if len(words) >= 2:
            points.append([float(words[0]), float(words[1])])
        elif not line.strip():
            points.append(None)
    found = segments(points)
    if not len(found):
        raise StudyError("the true line has no segment")
    return found


def contour(points: Array, triangles: NDArray[np.intp], values: Array) -> Array:
    """The segments on which the linear interpolation over the triangles equals 1/2, `[n][end][axis]`."""
    above = values[triangles] >= LEVEL
    crossed = triangles[above.any(axis=1) & ~above.all(axis=1)]
    ends = []
    for corners in crossed:
        cuts = []
        for a, b in ((0, 1), (1, 2), (2, 0)):
            i, j = corners[a], corners[b]
            if (values[i] >= LEVEL) != (values[j] >= LEVEL):
                share = (LEVEL - values[i]) / (values[j] - values[i])
                cuts.append(points[i] + share * (points[j] - points[i]))
        ends.append(cuts)
    return np.array(ends).reshape(-1, 2, 2)


def sampled(lines: Array, margin: float) -> tuple[Array, Array]:
    """Points on segments, `[n][axis]`, as far as they lie inside by the margin, and the length that each stands for."""
    points, weights = [np.empty((0, 2))], [np.empty(0)]
    for start, end in lines:
        length = math.dist(start, end)
        count = max(math.ceil(length / STEP), 1)
        share = (np.arange(count) + 0.5)[:, None] / count
        points.append(start + share * (end - start))
        weights.append(np.full(count, length / count))
    whole, weight = np.concatenate(points), np.concatenate(weights)
    inside = ((whole >= margin) & (whole <= 1 - margin)).all(axis=1) & (weight > 0)
    return whole[inside], weight[inside]


def distances(points: Array, lines: Array) -> Array:
    """The distance of every point to the nearest segment."""
    if not len(lines):
        return np.full(len(points), math.inf)
    start, along = lines[:, 0], lines[:, 1] - lines[:, 0]
    length = np.maximum((along**2).sum(axis=1), 1e-300)
    nearest = []
    for point in points:
        share = np.clip(((point - start) * along).sum(axis=1) / length, 0, 1)
        nearest.append(np.sqrt(((start + share[:, None] * along - point) ** 2).sum(axis=1).min()))
    return np.array(nearest)


def deviation(found: Array, true: Array, margin: float) -> tuple[float, float]:
    """Root-mean-square and largest distance between two curves in scaled coordinates, both ways."""
    squares, largest = [], 0.0
    for curve, other in ((true, found), (found, true)):
        points, weights = sampled(curve, margin)
        if not len(points) and curve is true:
            raise StudyError("the true line does not lie in the plane; give --bounds")
        if not len(points):
            return math.inf, math.inf
        away = distances(points, other)
        squares.append(float(np.average(away**2, weights=weights)))
        largest = max(largest, float(away.max()))
    return math.sqrt(sum(squares) / 2), largest


def learned(oracle: Oracle, plane: Plane, budget: int, samples: int, seed: int) -> tuple[Array, int]:
    """The boundary that `Learner2D` finds with `budget` calls, `samples` a point, and the number of points."""
    from adaptive import Learner2D

    learner = Learner2D(None, bounds=plane.bounds)
    count = max(budget // samples, 4)
    for _ in range(count):
        (point,), _ = learner.ask(1)
        learner.tell(tuple(point), oracle.mean(*point, seed * SEED_STRIDE, samples))
    points = np.array(list(learner.data))
    values = np.array([float(np.squeeze(v)) for v in learner.data.values()])
    return contour(points, learner.interpolator(scaled=True).tri.simplices, values), count


def gridded(oracle: Oracle, plane: Plane, budget: int, samples: int, seed: int) -> tuple[Array, int]:
    """The same from a square grid."""
    from scipy.spatial import Delaunay

    side = max(math.isqrt(budget // samples), 2)
    steps = np.stack(np.meshgrid(*[np.linspace(0, 1, side)] * 2, indexing="ij"), axis=-1).reshape(-1, 2)
    low, high = np.array(plane.bounds).T
    points = low + steps * (high - low)
    values = np.array([oracle.mean(x, y, seed * SEED_STRIDE, samples) for x, y in points])
    return contour(points, Delaunay(steps).simplices, values), side * side


def refined(studies: Sequence[str], order: int, levels: int, seed: int, timeout: float) -> dict:
    """The answer of `studies refine`."""
    command = [*studies, "refine", "--order", str(order), "--levels", str(levels), "--seed", str(seed)]
    text = output_of(command, timeout)
    try:
        answer = json.loads(text)
        return {"points": int(answer["points"]), "samples": int(answer["samples"]),
                "boundary": segments(answer["boundary"])}
    except (ValueError, KeyError, TypeError) as error:
        raise StudyError(f"{shlex.join(command)} printed no valid answer: {error!r}") from error


def compare(options: argparse.Namespace, order: int) -> Iterator[tuple[str, list[Outcome]]]:
    """The methods one after the other with their outcomes, one a seed."""
    studies, plane, seeds = shlex.split(options.studies), Plane(options.bounds), range(1, options.seeds + 1)
    oracle_command = [*studies, "oracle", "--order", str(order)]
    true = plane.scaled(true_line(output_of([*oracle_command, "--line"], options.timeout)))
    budget = options.budget
    if not options.without_refinement:
        for levels in options.levels:
            outcomes = []
            for seed in seeds:
                answer = refined(studies, order, levels, seed, options.timeout)
                found = plane.scaled(answer["boundary"])
                outcomes.append(Outcome(answer["points"], answer["samples"], *deviation(found, true, options.margin)))
            yield f"Spinodal, {levels} level{'s' * (levels > 1)}", outcomes
            if not options.budget:
                budget = max(budget, int(statistics.median(o.calls for o in outcomes)))
    methods: list[tuple[str, Callable[..., tuple[Array, int]]]] = [("Learner2D", learned), ("grid", gridded)]
    with Oracle(oracle_command, options.timeout) as oracle:
        for name, method in methods:
            for samples in options.samples:
                outcomes = []
                for seed in seeds:
                    before = oracle.calls
                    boundary, count = method(oracle, plane, budget, samples, seed)
                    result = deviation(plane.scaled(boundary), true, options.margin)
                    outcomes.append(Outcome(count, oracle.calls - before, *result))
                    print(f"order {order}, {name}, {samples} samples a point, seed {seed}: rms {result[0]:.4g}",
                          file=sys.stderr)
                yield f"{name}, {samples} sample{'s' * (samples > 1)} a point", outcomes


def spread(values: Sequence[float], digits: int | None = None) -> str:
    """Median and range; a method that found nothing inside has an infinite distance."""
    def text(value: float) -> str:
        return "∞" if math.isinf(value) else f"{value:.{digits}g}" if digits else f"{value:.0f}"

    middle, least, most = statistics.median(values), min(values), max(values)
    return text(middle) if least == most else f"{text(middle)} ({text(least)} … {text(most)})"


def row(order: int, name: str, outcomes: Sequence[Outcome]) -> str:
    cells = [str(order), name, spread([o.points for o in outcomes]), spread([o.calls for o in outcomes]),
             spread([o.rms for o in outcomes], 3), spread([o.largest for o in outcomes], 3)]
    return f"| {' | '.join(cells)} |"


def _bounds(text: str) -> tuple[tuple[float, float], tuple[float, float]]:
    try:
        a, b, c, d = (float(word) for word in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not four numbers LOW,HIGH,LOW,HIGH") from None
    if not (a < b and c < d):
        raise argparse.ArgumentTypeError(f"'{text}': each range must rise")
    return (a, b), (c, d)


def _natural(text: str) -> int:
    value = int(text) if text.isdigit() else 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number of at least 1")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Refinement, adaptive.Learner2D and a plain grid on one oracle.")
    parser.add_argument("--studies", default=".build/release/studies", metavar="COMMAND", help="program and arguments")
    parser.add_argument("--orders", type=_natural, nargs="+", default=[4], metavar="P")
    parser.add_argument("--levels", type=_natural, nargs="+", default=[3], metavar="L")
    parser.add_argument("--seeds", type=_natural, default=5, metavar="N", help="repetitions; default: 5")
    parser.add_argument("--budget", type=_natural, default=0, metavar="N",
                        help="oracle calls; default: what refinement took (the median, at the most levels)")
    parser.add_argument("--samples", type=_natural, nargs="+", default=[1, 4, 16], metavar="K",
                        help="calls a point for Learner2D and the grid; default: 1 4 16")
    parser.add_argument("--bounds", type=_bounds, default=((0.002, 0.05), (0.05, 1.0)), metavar="LOW,HIGH,LOW,HIGH",
                        help="ranges of load and temperature; default: 0.002,0.05,0.05,1")
    parser.add_argument("--margin", type=float, default=0.02, metavar="M",
                        help="share of the axes at each end that does not count; default: 0.02")
    parser.add_argument("--timeout", type=float, default=600, metavar="SECONDS", help="for one answer; default: 600")
    parser.add_argument("--without-refinement", action="store_true", help="needs --budget")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table; 0 done, 2 wrong request, 3 a program failed (what was found is printed)."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.without_refinement and not options.budget:
        parser.error("--without-refinement needs --budget")
    print("| order | method | points | oracle calls | rms distance | maximum distance |")
    print("| --- | --- | --- | --- | --- | --- |")
    failed = False
    for order in options.orders:
        try:
            for name, outcomes in compare(options, order):
                print(row(order, name, outcomes), flush=True)
        except StudyError as error:
            print(f"compare: order {order}: {error}", file=sys.stderr)
            failed = True
    return 3 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
