"""What the reader makes of files that follow the contract, and what it says about those that do not."""

from pathlib import Path

import numpy as np
import pytest
import synthetic
import xarray as xr

from spinodal_analysis import DiagramError, read_diagram


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


def test_error_axis_of_a_boundary_may_be_named(tmp_path: Path) -> None:
    dataset = xr.load_dataset(synthetic.dense_hebbian(tmp_path / "d.nc"), engine="h5netcdf")
    assert read_diagram(tmp_path / "d.nc").phase_boundaries[0].error_axis == 0
    dataset["retrievalBoundary_error"].attrs["axis"] = "temperature"
    dataset.to_netcdf(tmp_path / "e.nc", engine="h5netcdf")
    assert read_diagram(tmp_path / "e.nc").phase_boundaries[0].error_axis == 1


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
