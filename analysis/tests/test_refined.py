"""Refined diagrams: cells sized by level, states that are not ok, boundaries with their bands."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import synthetic
import xarray as xr
from drawing import drawn, figures, legend_texts, mesh_value
from matplotlib.path import Path as Outline

from spinodal_analysis import read_diagram
from spinodal_analysis.cut_figure import cut_values
from spinodal_analysis.partition import partition
from spinodal_analysis.report import html_report


@pytest.mark.parametrize("logarithmic", [False, True])
def test_every_point_colours_its_cell_and_cells_shrink_with_the_level(tmp_path: Path, logarithmic: bool) -> None:
    diagram, made = figures(synthetic.refined(tmp_path / "d.nc", logarithmic))
    simulation, theory = made["map"].axes[:2]
    assert simulation.get_xscale() == ("log" if logarithmic else "linear")
    observable = diagram.observables["magnetization"]
    for x, y, m, t in zip(diagram.positions(0), diagram.positions(1), observable.best_simulation(), observable.theory):
        np.testing.assert_equal(mesh_value(simulation, x, y), m)
        np.testing.assert_equal(mesh_value(theory, x, y), t)
    cells = partition(diagram)
    first, second = diagram.axes[0].scaled(cells.first), cells.second
    areas = np.outer(np.diff(first), np.diff(second))
    owned = np.bincount(cells.owner.ravel(), weights=areas.ravel(), minlength=diagram.shape[0])
    steps = np.ptp(diagram.axes[0].scaled(diagram.positions(0))) * np.ptp(diagram.positions(1)) / 8**2
    for level in range(4):
        share = owned[diagram.level == level] / steps
        assert share.max() == pytest.approx(0.25**level, rel=1e-6) and share.min() > 0


def test_lattice_halved_in_values_is_recognised_on_a_logarithmic_axis(tmp_path: Path) -> None:
    diagram = read_diagram(synthetic.refined(tmp_path / "d.nc"))
    logarithmic = replace(diagram, axes=(replace(diagram.axes[0], spacing="log"), diagram.axes[1]))
    np.testing.assert_array_equal(partition(logarithmic).owner, partition(diagram).owner)


def test_finer_cells_than_paper_shows_are_merged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spinodal_analysis.partition.LATTICE_LARGEST", 40)
    cells = partition(read_diagram(synthetic.refined(tmp_path / "d.nc")))
    assert cells.owner.shape == (39, 39) and (cells.owner >= 0).all()


def test_states_are_hatched_in_the_map_over_the_raw_mean(tmp_path: Path) -> None:
    diagram, made = figures(synthetic.refined(tmp_path / "d.nc"))
    axes = made["map"].axes[0]
    hatches = set()
    for name in ("not_equilibrated", "partial", "failed"):
        marks = drawn(axes, name)[0]
        there = diagram.simulation_status.where(name)
        outlines = [Outline(p.vertices) for p in marks.get_paths()]
        points = np.stack([diagram.positions(0), diagram.positions(1)], axis=1)
        inside = np.any([o.contains_points(points, radius=1e-12) | o.contains_points(points, radius=-1e-12)
                         for o in outlines], axis=0)
        np.testing.assert_array_equal(inside, there)
        hatches.add(marks.get_hatch())
    assert len(hatches) == 3
    assert not drawn(made["map"].axes[1], "failed") and drawn(made["map"].axes[1], "not_converged")
    texts = legend_texts(made["map"])
    assert {"not equilibrated", "partial", "failed", "not converged"} <= set(texts) and "no value" not in texts
    assert "failed, not equilibrated" in legend_texts(made["phases"])


def test_boundaries_have_bands_and_theory_ones_give_way_to_lines(tmp_path: Path) -> None:
    diagram, made = figures(synthetic.refined(tmp_path / "d.nc"))
    boundary = diagram.phase_boundaries[0]
    for axes in (*made["map"].axes[:2], made["phases"].axes[0]):
        bands = drawn(axes, "simulatedEdge band")[0].get_paths()
        assert len(bands) == 2
        x, y = boundary.vertices
        np.testing.assert_allclose(bands[0].vertices[:15], np.stack([x[:15] + 0.0012, y[:15]], axis=1))
        np.testing.assert_allclose(bands[0].vertices[15:30], np.stack([x[:15] - 0.0012, y[:15]], axis=1)[::-1])
        np.testing.assert_allclose(bands[1].vertices[:4], [[0.036, 0.30], [0.040, 0.29], [0.040, 0.23], [0.036, 0.24]])
        assert drawn(axes, "simulatedEdge")[0].get_linestyle() == "-"
        assert not drawn(axes, "theoreticalEdge")  # the transition line of theory is there already
    texts = legend_texts(made["map"])
    assert "retrieval | paramagnet, first-order (simulation) ± 1σ" in texts
    assert "retrieval | spin-glass (theory)" not in texts


def test_cuts_run_along_the_base_grid_and_mark_boundaries_with_their_error(tmp_path: Path) -> None:
    diagram, made = figures(synthetic.refined(tmp_path / "d.nc"), cuts=20)
    np.testing.assert_allclose(cut_values(diagram, 1, 20), np.linspace(0.05, 1, 9))
    axes = made["cuts-storageLoad"].axes[0]
    value = np.linspace(0.05, 1, 9)[5]
    x, error = diagram.phase_boundaries[0].crossings_with_errors(1, value)
    assert np.isclose([line.get_xdata()[0] for line in drawn(axes, "simulatedEdge")], x[0]).any()
    widths = [p.get_width() for p in drawn(axes, "simulatedEdge band")]
    assert np.isclose(widths, 2 * error[0]).any() and error[0] == pytest.approx(0.0012)
    assert not drawn(axes, "theoreticalEdge")  # the transition line of theory is there already


def test_no_cuts_where_lines_of_points_are_short(tmp_path: Path) -> None:
    _, made = figures(synthetic.refined(tmp_path / "d.nc", levels=0, count=4))
    assert list(made) == ["map", "phases"]


def test_points_that_are_not_ok_are_hollow_in_cuts(tmp_path: Path) -> None:
    diagram, made = figures(synthetic.refined_axis(tmp_path / "d.nc"))
    assert list(made) == ["cuts", "binder"]
    main, residual = made["cuts"].axes
    x = np.sort(diagram.positions(0))
    shown = {gid: drawn(main, gid)[0] for gid in ("simulation", "doubtful", "unequilibrated")}
    known = {gid: x[np.isfinite(line.get_ydata())].tolist() for gid, line in shown.items()}
    assert known == {"simulation": [0.01, 0.02, 0.025, 0.0325, 0.035, 0.04], "doubtful": [0.03],
                     "unequilibrated": [0.0375]}
    for gid in ("doubtful", "unequilibrated"):
        assert shown[gid].get_markerfacecolor() == "white" and shown[gid].get_linestyle() == "None"
    assert np.nanmax(shown["unequilibrated"].get_ydata()) == 0.4
    assert np.isfinite(drawn(residual, "doubtful residual")[0].get_ydata()).sum() == 1
    band = drawn(main, "edge band")[0]
    assert (band.get_x(), band.get_width()) == pytest.approx((0.0364, 0.0016))
    assert drawn(main, "edge")[0].get_xdata()[0] == 0.0372 and drawn(main, "edge")[0].get_linestyle() == "-"
    assert {"partial", "not equilibrated", "retrieval | spin-glass, continuous (simulation) ± 1σ"} <= set(
        legend_texts(made["cuts"]))


def test_simulation_that_never_equilibrated_is_still_drawn(tmp_path: Path) -> None:
    diagram = read_diagram(synthetic.refined(tmp_path / "d.nc"))
    observable = diagram.observables["magnetization"]
    raw = replace(observable, simulation=np.full(diagram.shape, np.nan), unequilibrated=observable.theory)
    assert raw.has_simulation and raw.z_scores() is not None and not np.isfinite(raw.z_scores()).any()
    np.testing.assert_array_equal(raw.best_simulation(), observable.theory)


def test_report_tells_boundaries_levels_and_parts_of_errors(tmp_path: Path) -> None:
    diagram = read_diagram(synthetic.refined(tmp_path / "d.nc"))
    page = html_report(diagram, {})
    for text in ("Phase boundaries", "first-order", "Refinement", "Parts of the standard error", "not equilibrated",
                 f"<td>0</td><td>{(diagram.level == 0).sum()}</td>"):
        assert text in page
    assert "0.03720 ± 0.00080" in html_report(read_diagram(synthetic.refined_axis(tmp_path / "e.nc")), {})


def test_legend_below_stays_inside_a_narrow_figure(tmp_path: Path) -> None:
    path = synthetic.refined(tmp_path / "d.nc")
    whole = xr.load_dataset(path, engine="h5netcdf")
    lonely = whole.drop_vars(["magnetization_theory", "theory_status", "phase_theory"])
    lonely.to_netcdf(tmp_path / "e.nc", engine="h5netcdf")
    for file in (path, tmp_path / "e.nc"):
        figure = figures(file)[1]["map"]
        figure.draw_without_rendering()
        box = figure.legends[0].get_window_extent()
        assert 0 <= box.x0 and box.x1 <= figure.bbox.x1
