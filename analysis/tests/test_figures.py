"""The data drawn are the data stored."""

from dataclasses import replace
import json
from pathlib import Path

import numpy as np
import pytest
import synthetic
from drawing import drawn, figures, legend_texts, mesh_value, mesh_values

from spinodal_analysis import read_diagram
from spinodal_analysis.curve_figure import spread_points
from spinodal_analysis.cut_figure import cut_values
from spinodal_analysis.partition import edges


def test_map_shows_both_roads_and_hatches_failures(tmp_path: Path) -> None:
    diagram, made = figures(synthetic.small_grid(tmp_path / "d.nc", missing=True))
    assert list(made) == ["map", "cuts-storageLoad", "cuts-temperature", "phases"]
    simulation, theory = made["map"].axes[:2]
    magnetization = diagram.observables["magnetization"]
    np.testing.assert_array_equal(mesh_values(simulation), magnetization.simulation.T)
    np.testing.assert_array_equal(mesh_values(theory), magnetization.theory.T)
    hatched = drawn(simulation, "not_equilibrated")[0]
    np.testing.assert_allclose(hatched.get_paths()[0].vertices[0], [0.055, 0.3])
    assert not drawn(theory, "not_equilibrated")
    assert {"not equilibrated", "no value"} <= set(legend_texts(made["map"]))


def test_map_of_a_logarithmic_axis(tmp_path: Path) -> None:
    path = synthetic.small_grid(tmp_path / "d.nc", alpha={**synthetic.ALPHA, "spacing": "log"})
    diagram, made = figures(path)
    assert made["map"].axes[0].get_xscale() == "log"
    borders = edges(diagram.axes[0], diagram.axes[0].values)
    np.testing.assert_allclose(borders, 10.0 ** np.array([-2.5, -1.5, -0.5, 0.5]))


def test_cell_edges_do_not_pass_a_natural_zero(tmp_path: Path) -> None:
    diagram = read_diagram(synthetic.dense_hebbian(tmp_path / "d.nc"))
    borders = edges(diagram.axes[0], diagram.axes[0].values)
    assert borders[0] == 0 and len(borders) == 13
    np.testing.assert_allclose(borders[1], 0.002 + 0.048 / 22)


def test_transition_lines_and_boundaries_are_drawn_as_stored(tmp_path: Path) -> None:
    _, made = figures(synthetic.dense_hebbian(tmp_path / "d.nc"))
    for axes in made["map"].axes[:2]:
        line = drawn(axes, "spinodal")[0]
        np.testing.assert_array_equal(line.get_xdata(), list(synthetic.SPINODAL.values()))
        np.testing.assert_array_equal(line.get_ydata(), list(synthetic.SPINODAL))
        assert line.get_linestyle() != drawn(axes, "firstOrder")[0].get_linestyle()
    assert "m = 1/2 (simulation) ± 1σ" in legend_texts(made["map"])


def test_line_in_pieces_keeps_its_gap(tmp_path: Path) -> None:
    _, made = figures(synthetic.small_grid(tmp_path / "d.nc", pieces=True))
    line = drawn(made["map"].axes[0], "limit")[0]
    assert np.isnan(line.get_xdata()).tolist() == [False, False, True, False, False]


def test_cuts_show_points_errors_theory_and_residuals(tmp_path: Path) -> None:
    _, made = figures(synthetic.small_grid(tmp_path / "d.nc"), cuts=2)
    main, residual = made["cuts-storageLoad"].axes
    for number, line in enumerate(drawn(main, "simulation")):
        np.testing.assert_array_equal(line.get_xdata(), [0.01, 0.1, 1.0])
        np.testing.assert_allclose(line.get_ydata(), np.array([0.0, 0.2, 0.4]) + 0.1 * number)
        np.testing.assert_allclose(drawn(main, "theory")[number].get_ydata(), line.get_ydata() + 0.05)
        bar = main.containers[number].lines[2][0].get_segments()[0]
        np.testing.assert_allclose(bar[1][1] - bar[0][1], 2 * 0.02)
    assert len(drawn(main, "simulation")) == 2
    np.testing.assert_allclose(drawn(residual, "residual")[0].get_ydata(), [-2.5] * 3)
    assert legend_texts(made["cuts-storageLoad"])[:2] == ["$T$ = 0.2", "$T$ = 0.4"]


def test_cut_marks_the_crossing_and_breaks_theory_there(tmp_path: Path) -> None:
    diagram, made = figures(synthetic.dense_hebbian(tmp_path / "d.nc"), cuts=12)
    axes = made["cuts-storageLoad"].axes[0]
    temperature = diagram.axes[1].values[4]
    expected = np.interp(temperature, list(synthetic.SPINODAL), list(synthetic.SPINODAL.values()))
    marks = [line.get_xdata()[0] for line in drawn(axes, "spinodal")]
    assert np.isclose(marks, expected).any()
    theory = drawn(axes, "theory")[4]
    gap = np.flatnonzero(np.isnan(theory.get_ydata()))
    assert gap.size == 1 and theory.get_xdata()[gap[0] - 1] < expected < theory.get_xdata()[gap[0] + 1]
    np.testing.assert_array_equal(np.delete(theory.get_ydata(), gap), diagram.observables["magnetization"].theory[:, 4])


def test_phases_are_regions_and_markers(tmp_path: Path) -> None:
    _, made = figures(synthetic.small_grid(tmp_path / "d.nc"))
    axes = made["phases"].axes[0]
    np.testing.assert_array_equal(mesh_values(axes), np.array([[0, 2], [1, 3], [3, 3]]).T)
    paramagnet = drawn(axes, "phase paramagnet")[0]
    assert paramagnet.get_offsets().tolist() == [[0.01, 0.4], [1.0, 0.2], [1.0, 0.4]]
    assert {"retrieval", "metastable-retrieval", "spin-glass", "paramagnet"} <= set(legend_texts(made["phases"]))


@pytest.mark.parametrize("missing_road", ["simulation", "theory"])
def test_one_road_alone(tmp_path: Path, missing_road: str) -> None:
    diagram, made = figures(synthetic.small_grid(tmp_path / "d.nc", **{missing_road: False}))
    observable = diagram.observables["magnetization"]
    there = observable.theory if missing_road == "simulation" else observable.simulation
    np.testing.assert_array_equal(mesh_values(made["map"].axes[0]), there.T)
    assert len(made["map"].axes) == 2  # one panel and its colour bar
    assert len(made["cuts-storageLoad"].axes) == 1  # no residuals
    assert missing_road not in " ".join(legend_texts(made["cuts-storageLoad"]))


def test_one_axis_makes_small_multiples(tmp_path: Path) -> None:
    diagram, made = figures(synthetic.one_axis(tmp_path / "d.nc"))
    assert list(made) == ["cuts"]
    panels = [axes for axes in made["cuts"].axes if drawn(axes, "simulation")]
    assert [axes.get_ylabel().split()[0] for axes in panels] == ["Overlap", "Energy"]
    for axes, name in zip(panels, ["magnetization", "energy"]):
        stored = diagram.observables[name]
        np.testing.assert_array_equal(drawn(axes, "simulation")[0].get_ydata(), stored.simulation)
        theory = drawn(axes, "theory")[0].get_ydata()
        np.testing.assert_array_equal(theory[np.isfinite(theory)], stored.theory)
        assert drawn(axes, "spinodal")[0].get_xdata()[0] == 0.0365


def test_single_point_is_a_table(tmp_path: Path) -> None:
    _, made = figures(synthetic.no_axis(tmp_path / "d.nc"))
    cells = next(iter(made["point"].axes[0].tables)).get_celld()
    assert [cells[1, column].get_text().get_text() for column in (1, 2, 3)] == ["0.970 ± 0.010", "0.98", "-1.0"]


def test_categorical_axis_has_names_at_its_ticks(tmp_path: Path) -> None:
    attributes = {"long_name": "dynamics", "symbol": "-", "units": "1", "spacing": "values", "dtype": "i4",
                  "flag_values": np.array([0, 1, 2], "i4"), "flag_meanings": "heatBath metropolis glauber"}
    _, made = figures(synthetic.small_grid(tmp_path / "d.nc", alpha=attributes, values=(0, 1, 2)))
    names = ["heatBath", "metropolis", "glauber"]
    assert [t.get_text() for t in made["map"].axes[0].get_xticklabels()] == names
    assert [t.get_text() for t in made["cuts-storageLoad"].axes[-1].get_xticklabels()] == names
    assert legend_texts(made["cuts-temperature"])[0] == "storageLoad = heatBath"
    assert made["map"].axes[0].get_xlim() == (-0.5, 2.5)


def test_scattered_points_colour_their_surroundings(tmp_path: Path) -> None:
    diagram, made = figures(synthetic.scattered(tmp_path / "d.nc"))
    axes = made["map"].axes[0]
    for x, y, m in zip(diagram.positions(0), diagram.positions(1), diagram.observables["magnetization"].simulation):
        np.testing.assert_equal(mesh_value(axes, x, y), m)
    corner = drawn(axes, "failed")[0].get_paths()[0].vertices
    np.testing.assert_allclose([corner.min(axis=0), corner.max(axis=0)], [[0.0075, 0.45], [0.015, 0.55]], atol=2e-3)
    assert cut_values(diagram, 1, 10) == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5])  # not the refined rows
    axis = replace(diagram.axes[0], values=np.array([0.3, 0.1 + 0.2, 0.1]))
    assert [list(v) for v in axis.distinct()] == [[0.1, 0.3], [1, 2]]  # 0.1 + 0.2 is not 0.3 in the last bit
    line = drawn(made["cuts-storageLoad"].axes[0], "simulation")[0]
    np.testing.assert_allclose(line.get_xdata(), [0.01, 0.02, 0.03, 0.04, 0.05])
    np.testing.assert_allclose(line.get_ydata(), 1 - 10 * line.get_xdata() - 0.1)


@pytest.mark.parametrize("own_times", [False, True])
def test_curves_are_drawn_at_six_points(tmp_path: Path, own_times: bool) -> None:
    diagram, made = figures(synthetic.curves(tmp_path / "d.nc", own_times))
    overlap = diagram.observables["overlap"]
    points = spread_points(diagram, overlap)
    assert len(points) == len(set(points)) == 6
    for point, axes in zip(points, made["curves"].axes):
        index = np.unravel_index(point, diagram.shape)
        times = overlap.coordinates["time"][index] if own_times else overlap.coordinates["time"]
        known = np.isfinite(times)
        np.testing.assert_array_equal(drawn(axes, "simulation")[0].get_xdata(), times[known])
        np.testing.assert_array_equal(drawn(axes, "simulation")[0].get_ydata(), overlap.simulation[index][known])
        np.testing.assert_array_equal(drawn(axes, "theory")[0].get_ydata(), overlap.theory[index][known])
        assert axes.get_xscale() == "log"


def test_curve_as_observable_of_the_map_is_its_last_time(tmp_path: Path) -> None:
    diagram, made = figures(synthetic.curves(tmp_path / "d.nc"), observable="overlap")
    np.testing.assert_array_equal(mesh_values(made["map-overlap"].axes[0]),
                                  diagram.observables["overlap"].simulation[..., -1].T)
    assert "(last time)" in made["map-overlap"].axes[-1].get_ylabel()


def test_course_over_a_parameter_and_time(tmp_path: Path) -> None:
    diagram, made = figures(synthetic.course(tmp_path / "d.nc"))
    error, best = diagram.observables["testError"], diagram.observables["bestTime"]
    simulation, theory = made["course"].axes[:2]
    np.testing.assert_array_equal(mesh_values(simulation), error.simulation.T)
    np.testing.assert_array_equal(mesh_values(theory), error.theory.T)
    assert theory.get_yscale() == "log" and theory.get_xscale() == "linear"
    assert not drawn(simulation, "bestTime")
    line = drawn(theory, "bestTime")[0]
    np.testing.assert_array_equal(line.get_xdata(), diagram.axes[0].values)
    # A time beyond the last one has no place in the figure.
    np.testing.assert_array_equal(line.get_ydata(), np.where(best.theory > 1000, np.nan, best.theory))


def test_no_course_without_shared_times_or_an_axis(tmp_path: Path) -> None:
    for source in (synthetic.one_axis(tmp_path / "a.nc"), synthetic.curves(tmp_path / "b.nc")):
        assert not any(name.startswith("course") for name in figures(source)[1])


def test_long_lists_of_parameters_are_abridged(tmp_path: Path) -> None:
    times = [0.5 * k for k in range(300)]
    run_file = f"[parameters]\ntime = {times}\ncounts = [1, 2]\n"
    source = synthetic.change(synthetic.one_axis(tmp_path / "a.nc"), tmp_path / "b.nc", run_file=run_file,
                              parameters=json.dumps({"time": times, "counts": [1, 2]}))
    _, made = figures(source)
    text = " ".join(" ".join(t.get_text() for t in made["cuts"].texts).split())
    assert "time 0, 0.5, … 149.5 (300 values)" in text and "counts 1, 2" in text
