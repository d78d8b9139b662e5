"""Finite size: Binder cumulants, their crossings, and extrapolations."""

from pathlib import Path

import numpy as np
import pytest
import synthetic
import xarray as xr
from drawing import drawn, figures, legend_texts

from spinodal_analysis.report import html_report
from spinodal_analysis.scaling_figure import fitted_slope


def test_binder_cumulants_have_a_curve_for_each_size(tmp_path: Path) -> None:
    diagram, made = figures(synthetic.sizes(tmp_path / "d.nc"))
    axes = made["binder"].axes[0]
    curves = drawn(axes, "binder")
    assert len(curves) == 4
    for curve, stored in zip(curves, diagram.observables["magnetization"].binder):
        np.testing.assert_array_equal(curve.get_xdata(), diagram.axes[1].values)
        np.testing.assert_array_equal(curve.get_ydata(), stored)
    assert legend_texts(made["binder"]) == [f"$N$ = {n}" for n in (32, 64, 128, 256)] + ["crossing of two sizes ± 1σ"]
    assert axes.get_xlabel().startswith("Temperature")


@pytest.mark.parametrize("crossing_sizes", ["variables", "words"])
def test_crossings_lie_on_the_two_curves_that_cross(tmp_path: Path, crossing_sizes: str) -> None:
    diagram, made = figures(synthetic.sizes(tmp_path / "d.nc", crossing_sizes))
    axes = made["binder"].axes[0]
    marks = drawn(axes, "crossings")[0]
    assert marks.get_xdata().tolist() == [0.99, 1.005, 1.0]
    curves = [np.interp(0.99, diagram.axes[1].values, b) for b in diagram.observables["magnetization"].binder]
    assert marks.get_ydata()[0] == pytest.approx(np.mean(curves[:2]))
    bars = next(c for c in axes.containers if c.lines[0] is marks).lines[2][0].get_segments()
    np.testing.assert_allclose([s[1][0] - s[0][0] for s in bars], [0.06, 0.04, 0.024])


def test_scaling_shows_fits_and_the_limit(tmp_path: Path) -> None:
    diagram, made = figures(synthetic.sizes(tmp_path / "d.nc"))
    left, right = made["scaling"].axes
    observable = diagram.observables["magnetization"]
    limit = observable.extrapolation.value
    fits, sizes = drawn(left, "fit"), drawn(left, "sizes")
    assert len(fits) == len(sizes) == 5
    for fit, points in zip(fits, sizes):
        np.testing.assert_array_equal(points.get_xdata(), 1 / np.array([32, 64, 128, 256]))
        place = int(np.argmin(np.abs(limit - fit.get_ydata()[0])))
        assert fit.get_xdata()[0] == 0 and fit.get_ydata()[0] == limit[place]
        np.testing.assert_array_equal(points.get_ydata(), observable.simulation[:, place])
        slope = (fit.get_ydata()[1] - limit[place]) * 32
        assert slope == pytest.approx(4 * diagram.axes[1].values[place], abs=1.5)  # the law of the made-up data
    np.testing.assert_array_equal(drawn(right, "extrapolated")[0].get_ydata(), limit)
    np.testing.assert_array_equal(drawn(right, "theory")[0].get_ydata(), observable.theory[-1])
    assert len(drawn(right, "simulation")) == 4 and len(drawn(right, "crossings")) == 3
    poor = drawn(right, "poor fit")[0].get_ydata()
    assert np.isfinite(poor).tolist() == [False] * 12 + [True]
    assert {"$N$ → ∞ ± 1σ", "poor fit (p < 0.01)", "theory"} <= set(legend_texts(made["scaling"]))


def test_fit_leaves_out_the_sizes_that_its_degrees_of_freedom_do(tmp_path: Path) -> None:
    sizes, error = np.array([8.0, 64.0, 32.0, 128.0]), np.full(4, 0.1)
    mean = 0.5 + 3 / sizes
    mean[0] = 7  # a size too small for the law
    slope, used = fitted_slope(sizes, mean, error, 0.5, dof=1.0)
    assert slope == pytest.approx(3) and sorted(used.tolist()) == [1, 2, 3]


def test_size_as_the_only_axis_has_one_panel(tmp_path: Path) -> None:
    whole = xr.load_dataset(synthetic.sizes(tmp_path / "d.nc"), engine="h5netcdf").isel(temperature=3)
    slice_ = whole.drop_vars([n for n in whole.variables if "crossing" in n or n == "temperature"])
    slice_.attrs["axes"] = "spinCount"
    slice_.to_netcdf(tmp_path / "e.nc", engine="h5netcdf")
    diagram, made = figures(tmp_path / "e.nc")
    assert list(made) == ["cuts", "binder", "scaling"] and len(made["scaling"].axes) == 1
    assert drawn(made["scaling"].axes[0], "fit")[0].get_ydata()[0] == diagram.observables[
        "magnetization"].extrapolation.value


def test_report_tells_extrapolations_and_crossings(tmp_path: Path) -> None:
    page = html_report(figures(synthetic.sizes(tmp_path / "d.nc"))[0], {})
    for text in ("Extrapolation to infinite size", "19 / 2", "7.5e-05", "Crossings of two sizes", "32, 64",
                 "temperature = 0.990 ± 0.030"):
        assert text in page


def test_no_figure_of_scaling_without_its_data(tmp_path: Path) -> None:
    _, made = figures(synthetic.small_grid(tmp_path / "d.nc"))
    assert not {"binder", "scaling"} & set(made)
