"""The comparison against stand-ins for `studies`: a known circle as boundary, and programs that fail."""

import math
import sys
from pathlib import Path

import compare
import numpy as np
import pytest

STAND_IN = '''
import json, math, random, sys
words = sys.argv[1:]
angles = [i * math.pi / 400 for i in range(201)]
line = [(0.6 * math.cos(a), 1.2 * math.sin(a)) for a in angles]
if words[0] == "refine":
    print(json.dumps({"points": 50, "samples": 600, "boundary": [*line[:100], None, *line[100:]], "band": []}))
elif "--line" in words:
    print("# load temperature")
    for x, y in line: print(x, y)
else:
    for question in sys.stdin:
        x, y, sample = question.split()
        noise = random.Random(question).gauss(0, 0.05)
        print(0.5 - 0.5 * math.tanh(5 * (math.hypot(float(x) / 0.6, float(y) / 1.2) - 1)) + noise, flush=True)
'''


def stand_in(folder: Path, program: str = STAND_IN) -> str:
    path = folder / "studies.py"
    path.write_text(program)
    return f"{sys.executable} {path}"


def test_distances_are_in_units_of_the_axes() -> None:
    plane = compare.Plane(((0, 2), (0, 10)))
    true = plane.scaled(compare.segments([[0, 5], [2, 5]]))
    found = plane.scaled(compare.segments([[0, 6], [1, 6], None, [1, 6], [2, 6]]))
    assert compare.deviation(found, true, 0.02) == pytest.approx((0.1, 0.1))


def test_what_is_missing_and_what_is_too_much_both_count() -> None:
    true = compare.segments([[0, 0.5], [1, 0.5]])
    half = compare.segments([[0, 0.5], [0.5, 0.5]])
    rms, largest = compare.deviation(half, true, 0.0)
    # Half of the true line is missed by a distance that grows from 0 to 1/2: mean square 1/24, averaged with 0.
    assert (rms, largest) == pytest.approx((math.sqrt(1 / 48), 0.5), rel=3e-3)
    assert compare.deviation(true, half, 0.0) == pytest.approx((rms, largest))
    assert compare.deviation(np.empty((0, 2, 2)), true, 0.0) == (math.inf, math.inf)


def test_edges_of_the_plane_do_not_count() -> None:
    true = compare.segments([[0, 0.5], [1, 0.5]])
    found = compare.segments([[0, 0.5], [1, 0.5], None, [0, 0.99], [1, 0.99]])
    assert compare.deviation(found, true, 0.02) == pytest.approx((0, 0), abs=1e-12)


def test_contour_of_a_linear_function_is_exact() -> None:
    points = np.array([[0.0, 0], [1, 0], [0, 1], [1, 1]])
    found = compare.contour(points, np.array([[0, 1, 2], [1, 3, 2]]), points @ [0.5, 0.25] + 0.125)
    np.testing.assert_allclose(found.reshape(-1, 2) @ [0.5, 0.25], 0.375)
    assert found.shape == (2, 2, 2)


def test_table_of_all_methods(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    pytest.importorskip("adaptive")
    assert compare.main(["--studies", stand_in(tmp_path), "--bounds", "0,1,0,2", "--seeds", "2", "--samples", "1", "4",
                         "--orders", "2", "--levels", "1", "2"]) == 0
    rows = [[cell.strip() for cell in line.strip("|").split("|")]
            for line in capsys.readouterr().out.splitlines()[2:]]
    assert [r[1] for r in rows] == ["Spinodal, 1 level", "Spinodal, 2 levels", "Learner2D, 1 sample a point",
                                    "Learner2D, 4 samples a point", "grid, 1 sample a point", "grid, 4 samples a point"]
    assert [r[2:4] for r in rows] == [["50", "600"], ["50", "600"], ["600", "600"], ["150", "600"], ["576", "576"],
                                      ["144", "576"]]
    assert float(rows[0][4]) < 1e-3  # the true line itself, but for the gap between its pieces
    assert all(float(r[4].split()[0]) < 0.05 for r in rows)


def test_samples_of_different_seeds_differ_and_of_the_same_agree(tmp_path: Path) -> None:
    plane = compare.Plane(((0, 1), (0, 2)))
    with compare.Oracle([*stand_in(tmp_path).split(), "oracle"], 20) as oracle:
        first, again, other = (compare.gridded(oracle, plane, 49, 1, seed)[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert first.shape != other.shape or not np.allclose(first, other)


@pytest.mark.parametrize(("program", "message"), [
    ("import sys; print('no such order', file=sys.stderr); sys.exit(2)", "ended with status 2: no such order"),
    ("import sys\nif '--line' in sys.argv: print('0 0.5\\n1 0.5')\nelse: print('nan')", "the oracle answered 'nan' to"),
    ("import sys\nif '--line' in sys.argv: print('0 0.5\\n1 0.5')", "the oracle ended"),
    ("import sys, time\nif '--line' in sys.argv: print('0 0.5\\n1 0.5')\nelse: time.sleep(30)", "did not answer"),
    ("print('nothing')", "the true line has no segment")])
def test_programs_that_fail_are_named(tmp_path: Path, capsys: pytest.CaptureFixture, program: str,
                                      message: str) -> None:
    arguments = ["--studies", stand_in(tmp_path, program), "--without-refinement", "--budget", "9", "--seeds", "1",
                 "--samples", "1", "--bounds", "0,1,0,1", "--timeout", "2"]
    assert compare.main(arguments) == 3
    assert message in capsys.readouterr().err


def test_answer_of_refinement_is_checked(tmp_path: Path) -> None:
    with pytest.raises(compare.StudyError, match="no valid answer"):
        compare.refined(stand_in(tmp_path, "print('{\"points\": 3}')").split(), 4, 2, 1, 20)
