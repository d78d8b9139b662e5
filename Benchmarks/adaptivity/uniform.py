#!/usr/bin/env python3
"""Refinement against the uniform grid with cells as small as the smallest: points, and distance to the true line.

    python Benchmarks/adaptivity/uniform.py --studies .build/release/studies --orders 2 4 --levels 3 4 --seeds 5

Exit status 3 where a refined diagram takes more than an eighth of the points of the grid at the deepest level asked for,
or lies farther from the true line than a grid that asks for as many samples at each of its points.
"""

from __future__ import annotations

import argparse
import json
import shlex
import statistics
import sys

from compare import Plane, StudyError, deviation, output_of, segments, spread, true_line


def found(studies: list[str], order: int, levels: int, seed: int, *options: str) -> dict:
    """What `studies refine` prints."""
    command = [*studies, "refine", "--order", str(order), "--levels", str(levels), "--seed", str(seed), *options]
    return json.loads(output_of(command, 600))


def main() -> int:
    parser = argparse.ArgumentParser(description="Refinement against the uniform grid of the same resolution.")
    parser.add_argument("--studies", default=".build/release/studies", metavar="COMMAND")
    parser.add_argument("--orders", type=int, nargs="+", default=[2, 4], metavar="P")
    parser.add_argument("--levels", type=int, nargs="+", default=[4], metavar="L")
    parser.add_argument("--seeds", type=int, default=5, metavar="N")
    parser.add_argument("--margin", type=float, default=0.02, metavar="M")
    options = parser.parse_args()
    studies = shlex.split(options.studies)
    plane = Plane(((0.002, 0.05), (0.05, 1.0)))
    sound = True
    print("| order | levels | points | of the uniform grid | saved | samples | of the uniform grid | rms | rms of the grid |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for order in options.orders:
        line = plane.scaled(true_line(output_of([*studies, "oracle", "--order", str(order), "--line"], 60)))
        for levels in options.levels:
            ours = [found(studies, order, levels, seed) for seed in range(1, options.seeds + 1)]
            grids = [found(studies, order, levels, seed, "--uniform") for seed in range(1, options.seeds + 1)]
            rms = [[deviation(plane.scaled(segments(answer["boundary"])), line, options.margin)[0] for answer in answers]
                   for answers in (ours, grids)]
            points, uniform = statistics.median(a["points"] for a in ours), grids[0]["points"]
            cells = [str(order), str(levels), spread([a["points"] for a in ours]), str(uniform),
                     f"{uniform / points:.1f} times", spread([a["samples"] for a in ours]), str(grids[0]["samples"]),
                     spread(rms[0], 3), spread(rms[1], 3)]
            print(f"| {' | '.join(cells)} |", flush=True)
            deepest = levels == max(options.levels)
            sound &= not deepest or 8 * points <= uniform
            sound &= statistics.median(rms[0]) <= statistics.median(rms[1])
    return 0 if sound else 3


if __name__ == "__main__":
    try:
        sys.exit(main())
    except StudyError as error:
        sys.exit(f"uniform: {error}")
