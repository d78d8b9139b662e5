"""Pictures of classes, and how often they are recognised."""

from pathlib import Path

import numpy as np
import pytest
import synthetic
import xarray as xr
from drawing import drawn, figures, legend_texts

from spinodal_analysis import read_diagram
from spinodal_analysis.image_figure import chosen_points, image_shape


def test_every_kind_of_picture_has_a_row_and_the_result_one_a_value(tmp_path: Path) -> None:
    diagram, made = figures(synthetic.pictures(tmp_path / "d.nc"))
    axes = made["images"].axes
    assert len(axes) == 2 * 5  # two classes; the start, and the result at four orders
    assert [a.get_title() for a in axes[:2]] == ["3", "7"]
    retrieved = diagram.observables["retrievedPicture"].simulation
    for row, order in enumerate(range(4)):
        for column in range(2):
            shown = drawn(axes[2 * (row + 1) + column], "retrievedPicture")[0].get_array()
            np.testing.assert_allclose(shown, retrieved[order, 1, column].reshape(3, 2))
    start = drawn(axes[0], "initialPicture")[0]
    first = diagram.observables["initialPicture"].simulation[3, 1, 0]
    np.testing.assert_allclose(start.get_array(), first.reshape(3, 2))
    assert (start.norm.vmin, start.norm.vmax) == (-1, 1)
    assert [axes[2 * row].get_ylabel() for row in range(5)] == [
        "initial", *(f"retrieved\n$P$ = {order}" for order in (2, 4, 8, 16))]
    assert not [name for name in made if name.startswith("curves")]  # pictures are no curves to draw


def test_orders_are_chosen_in_equal_ratios(tmp_path: Path) -> None:
    dataset = xr.load_dataset(synthetic.pictures(tmp_path / "d.nc"), engine="h5netcdf")
    wider = dataset.reindex(interactionOrder=[2, 4, 6, 8, 10, 12, 16], method="nearest")
    wider.to_netcdf(tmp_path / "e.nc", engine="h5netcdf")
    assert chosen_points(read_diagram(tmp_path / "e.nc")) == [(0, -1), (1, -1), (3, -1), (6, -1)]


@pytest.mark.parametrize("case", ["untold", "wrong"])
def test_no_pictures_of_unknown_shape(tmp_path: Path, case: str) -> None:
    path = synthetic.pictures(tmp_path / "d.nc", told=case != "untold")
    if case == "wrong":
        dataset = xr.load_dataset(path, engine="h5netcdf")
        dataset["simulation_imageWidth"] += 1
        dataset.to_netcdf(tmp_path / "e.nc", engine="h5netcdf")
        path = tmp_path / "e.nc"
    diagram, made = figures(path)
    assert image_shape(diagram) is None and "images" not in made and "accuracy" in made


def test_accuracy_stands_over_its_baseline(tmp_path: Path) -> None:
    diagram, made = figures(synthetic.pictures(tmp_path / "d.nc"))
    left, right = made["accuracy"].axes
    for name, axes, gid in (("classAccuracy", left, "simulation"), ("nearestMeanAccuracy", left, "baseline"),
                            ("archetypeOverlap", right, "simulation")):
        stored = diagram.observables[name].simulation
        assert [line.get_ydata().tolist() for line in drawn(axes, gid)] == [stored[:, k].tolist() for k in range(2)]
    assert left.get_ylim() == (0, 1) and left.get_xticks().tolist() == [2, 4, 8, 16]
    assert legend_texts(made["accuracy"]) == ["$M$ = 20", "$M$ = 100", "nearest class mean ± 1σ"]


def test_no_figure_of_accuracy_without_its_data(tmp_path: Path) -> None:
    _, made = figures(synthetic.small_grid(tmp_path / "d.nc"))
    assert not {"accuracy", "images"} & set(made)
