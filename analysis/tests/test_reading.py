"""What the reader makes of files that follow the contract, and what it says about those that do not."""

from pathlib import Path

import numpy as np
import pytest
import synthetic
import xarray as xr

from spinodal_analysis import DiagramError, Line, read_diagram


def test_grid_is_read_as_stored(tmp_path: Path) -> None:
    diagram = read_diagram(synthetic.small_grid(tmp_path / "d.nc", missing=True))
    magnetization = diagram.observables["magnetization"]
    assert diagram.shape == (3, 2) and [axis.name for axis in diagram.axes] == ["storageLoad", "temperature"]
    assert diagram.axes[0].symbol == "α" and diagram.order_parameter == "magnetization"
    np.testing.assert_array_equal(magnetization.simulation, [[0, 0.1], [0.2, np.nan], [0.4, 0.5]])
    np.testing.assert_allclose(magnetization.theory, [[np.nan, 0.15], [0.25, 0.35], [0.45, 0.55]])
    assert diagram.phase.indices.tolist() == [[0, 3], [0, -1], [3, 3]]
    assert np.argwhere(diagram.simulation_status.where("not_equilibrated")).tolist() == [[1, 1]]
    assert list(diagram.observables) == ["magnetization"]


def test_z_scores_have_the_stored_errors(tmp_path: Path) -> None:
    z = read_diagram(synthetic.small_grid(tmp_path / "d.nc")).observables["magnetization"].z_scores()
    np.testing.assert_allclose(z, np.full((3, 2), -0.05 / 0.02))


def test_unsorted_axis_is_sorted_together_with_its_values(tmp_path: Path) -> None:
    diagram = read_diagram(synthetic.small_grid(tmp_path / "d.nc", values=(1.0, 0.01, 0.1)))
    assert diagram.axes[0].values.tolist() == [0.01, 0.1, 1.0]
    np.testing.assert_array_equal(diagram.observables["magnetization"].simulation[:, 0], [0.2, 0.4, 0.0])


def test_observable_known_to_theory_alone(tmp_path: Path) -> None:
    diagram = read_diagram(synthetic.one_axis(tmp_path / "d.nc"))
    assert diagram.observables["effectiveLoad"].simulation is None
    np.testing.assert_array_equal(diagram.observables["effectiveLoad"].theory, np.linspace(0.01, 0.05, 5))
    assert diagram.transition_lines[0].vertices[0].tolist() == [0.0365]


def test_times_of_their_own_at_every_point(tmp_path: Path) -> None:
    diagram = read_diagram(synthetic.curves(tmp_path / "d.nc", own_times=True))
    overlap = diagram.observables["overlap"]
    assert overlap.curve_dimensions == ("time",) and overlap.coordinates["time"].shape == (4, 3, 25)
    last = overlap.scalar()
    np.testing.assert_array_equal(last.simulation, overlap.simulation[..., 19])
    assert last.component == "last time"


def test_line_in_pieces_is_crossed_piece_by_piece(tmp_path: Path) -> None:
    line = read_diagram(synthetic.small_grid(tmp_path / "d.nc", pieces=True)).transition_lines[0]
    np.testing.assert_allclose(line.crossings(1, 0.2), [0.03])
    np.testing.assert_allclose(line.crossings(1, 0.4), [0.3])
    np.testing.assert_allclose(line.crossings(1, 0.3), [0.04, 0.2])
    assert line.crossings(0, 0.1).size == 0  # in the gap


def test_boundary_has_a_displacement_along_every_axis(tmp_path: Path) -> None:
    boundary, other = read_diagram(synthetic.refined(tmp_path / "d.nc")).phase_boundaries
    assert (boundary.source, boundary.order) == ("simulation", "first-order")
    assert boundary.phases == ("retrieval", "paramagnet")
    assert boundary.pieces() == [slice(0, 15), slice(16, 18)]
    np.testing.assert_array_equal(boundary.errors[0], [*np.full(15, 0.0012), 0, 0, 0])
    np.testing.assert_array_equal(boundary.errors[1], [*np.zeros(16), 0.03, 0.03])
    assert other.source == "theory" and other.errors is None


def test_error_of_a_crossing_follows_the_slope_of_the_line() -> None:
    x, y = np.array([0.0, 1.0, 2.0]), np.array([0.0, 2.0, 4.0])
    for errors, along_x, along_y in (((0.1, 0.0), 0.1, 0.2), ((0.0, 0.1), 0.05, 0.1), ((0.1, 0.2), 0.0, 0.0)):
        line = Line("line", "line", (x, y), tuple(np.full(3, e) for e in errors))
        for value in (1.0, 2.0):  # between vertices and on one
            np.testing.assert_allclose(line.crossings_with_errors(1, value), [[value / 2], [along_x]], atol=1e-15)
            np.testing.assert_allclose(line.crossings_with_errors(0, value), [[2 * value], [along_y]], atol=1e-15)


def test_parts_of_the_error_and_the_raw_mean_belong_to_their_observable(tmp_path: Path) -> None:
    diagram = read_diagram(synthetic.refined(tmp_path / "d.nc"))
    assert list(diagram.observables) == ["magnetization"] and diagram.level.max() == 3
    magnetization = diagram.observables["magnetization"]
    np.testing.assert_allclose(np.hypot(magnetization.thermal_error, magnetization.disorder_error), magnetization.error)
    raw = diagram.simulation_status.where("not_equilibrated")
    assert raw.sum() > 3
    np.testing.assert_array_equal(np.isfinite(magnetization.unequilibrated), raw)
    np.testing.assert_array_equal(magnetization.best_simulation()[raw], magnetization.unequilibrated[raw])
    np.testing.assert_array_equal(magnetization.best_simulation()[~raw], magnetization.simulation[~raw])


@pytest.mark.parametrize("crossing_sizes", ["variables", "words"])
def test_sizes_have_extrapolations_and_crossings(tmp_path: Path, crossing_sizes: str) -> None:
    diagram = read_diagram(synthetic.sizes(tmp_path / "d.nc", crossing_sizes))
    magnetization = diagram.observables["magnetization"]
    assert diagram.size_axis == 0 and list(diagram.observables) == ["magnetization"]
    assert magnetization.extrapolation.value.shape == (13,) and magnetization.extrapolation.dof.tolist() == [2] * 13
    crossings = magnetization.crossings
    assert crossings.axis == 1 and crossings.positions.tolist() == [0.99, 1.005, 1.0]
    assert [sizes.replace(", ", ",") for sizes in crossings.sizes] == ["32,64", "64,128", "128,256"]


@pytest.mark.parametrize(("change", "message"), [
    (lambda d: d.attrs.pop("layout"), "not a Spinodal phase diagram: the global attribute 'layout' is missing"),
    (lambda d: d.attrs.update(layout="mesh"), "layout is 'mesh'"),
    (lambda d: d.attrs.update(axes="storageLoad speed"), "the variable 'speed' is missing"),
    (lambda d: d.attrs.update(transition_lines="ghost"), "the variable 'ghost_storageLoad' is missing"),
    (lambda d: d.attrs.update(parameters="{"), "not JSON")])
def test_broken_contract_is_named(tmp_path: Path, change, message: str) -> None:
    dataset = xr.load_dataset(synthetic.small_grid(tmp_path / "d.nc"), engine="h5netcdf")
    change(dataset)
    dataset.to_netcdf(tmp_path / "e.nc", engine="h5netcdf")
    with pytest.raises(DiagramError, match=message):
        read_diagram(tmp_path / "e.nc")
