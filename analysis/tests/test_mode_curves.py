"""Curves over modes and time, levels of a tree, and layers, as deep linear networks give them."""

from pathlib import Path

import numpy as np
import pytest
import synthetic
import xarray as xr
from drawing import drawn, figures, legend_texts

DEPTHS = ("numWeightLayers", np.array([2.0, 3, 5]), {"long_name": "num weight layers", "symbol": "D", "units": "1"})


def dataset(name: str, coordinates: dict[str, np.ndarray], values: np.ndarray) -> xr.Dataset:
    """One observable of both roads over three depths and further coordinates."""
    dims = ("numWeightLayers", *coordinates)
    attributes = {"long_name": name, "symbol": "u", "units": "1"}
    return xr.Dataset({name: (dims, values + 0.01, attributes), f"{name}_error": (dims, np.full(values.shape, 0.02)),
                       f"{name}_theory": (dims, values)},
                      coords={"numWeightLayers": DEPTHS, **{
                          key: (key, value, {"long_name": key, "units": "1"}) for key, value in coordinates.items()}})


def write(path: Path, data: xr.Dataset, name: str) -> Path:
    return synthetic.write(path, data, "numWeightLayers", system="deep-linear", order_parameter=name)


def test_mode_strengths_run_over_time_with_a_trace_a_mode(tmp_path: Path) -> None:
    time = np.linspace(0, 6, 13)
    values = np.tanh(time) * np.array([3, 2, 1])[:, None] * np.array([1, 0.9, 0.8])[:, None, None]
    coordinates = {"mode": np.arange(1.0, 4), "time": time}
    path = write(tmp_path / "d.nc", dataset("modeStrength", coordinates, values), "modeStrength")
    diagram, made = figures(path)
    panels = made["curves"].axes
    assert len(panels) == 3
    for depth, axes in enumerate(panels):
        traces = drawn(axes, "theory")
        assert len(traces) == 3
        for mode, trace in enumerate(traces):
            np.testing.assert_allclose(trace.get_xdata(), time)
            np.testing.assert_allclose(trace.get_ydata(), values[depth, mode])
    assert legend_texts(made["curves"])[:3] == ["mode 1", "mode 2", "mode 3"]
    # Against the axis stands the first mode at the last time.
    assert diagram.observables["modeStrength"].scalar().component == "first mode, last time"


@pytest.mark.parametrize("coordinate, first", [("level", 0), ("layer", 1)])
def test_levels_and_layers_are_coordinates(tmp_path: Path, coordinate: str, first: int) -> None:
    places = first + np.arange(5.0)
    values = np.array([1, 2, 3])[:, None] * np.exp(-places)
    values[0, 3] = np.nan  # a level that is never learned
    path = write(tmp_path / "d.nc", dataset("learningTime", {coordinate: places}, values), "learningTime")
    _, made = figures(path)
    for depth, axes in enumerate(made["curves"].axes):
        (theory,), (simulation,) = drawn(axes, "theory"), drawn(axes, "simulation")
        np.testing.assert_allclose(theory.get_xdata(), places)
        np.testing.assert_allclose(theory.get_ydata(), values[depth])
        np.testing.assert_allclose(simulation.get_ydata(), values[depth] + 0.01)


def test_layers_of_their_own_are_coordinates_and_no_observable(tmp_path: Path) -> None:
    """Networks of different depth have different layers: NAME_layer_values over the grid, padded, as Swift writes them."""
    layers = np.where(np.arange(6) <= np.array([2, 3, 5])[:, None], np.arange(1.0, 7), np.nan)
    dims = ("numWeightLayers", "variance_layer")
    data = xr.Dataset({"variance_layer_values": (dims, layers, {"long_name": "layer", "units": "1"}),
                       "variance": (dims, 1 / layers, {"long_name": "variance", "symbol": "q", "units": "1"}),
                       "variance_theory": (dims, 1 / layers)}, coords={"numWeightLayers": DEPTHS})
    diagram, made = figures(write(tmp_path / "d.nc", data, "variance"))
    assert list(diagram.observables) == ["variance"]
    for depth, axes in enumerate(made["curves"].axes):
        (trace,) = drawn(axes, "theory")
        known = np.isfinite(layers[depth])
        np.testing.assert_allclose(trace.get_xdata(), layers[depth][known])
    assert made["curves"].axes[0].get_xlabel() == "Layer"
    np.testing.assert_allclose(diagram.observables["variance"].scalar().theory, [1 / 3, 1 / 4, 1 / 6])


def test_rounding_is_no_error_to_measure_with(tmp_path: Path) -> None:
    """Deterministic simulations repeat themselves up to rounding: no z where the spread is 1e-16."""
    data = dataset("learningTime", {"mode": np.array([1.0, 2])}, np.array([[1.0, 2]] * 3))
    data["learningTime_error"][:, 0] = 1e-16
    z = figures(write(tmp_path / "d.nc", data, "learningTime"))[0].observables["learningTime"].z_scores()
    assert np.isnan(z[:, 0]).all()
    np.testing.assert_allclose(z[:, 1], 0.5)
