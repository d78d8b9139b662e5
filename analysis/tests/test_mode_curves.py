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
