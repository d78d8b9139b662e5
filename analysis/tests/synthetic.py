"""Small files that follow the contract of `phase_diagram.nc`, made up for the tests."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import xarray as xr

PHASES = "retrieval metastable-retrieval spin-glass paramagnet"
STATES = "ok pending not_converged not_equilibrated failed"
SPINODAL = {.05: .033917, .2: .036278, .3: .037443, .4: .038195, .5: .038257, .6: .036522, .7: .031346, .8: .022768,
            .9: .011652}
FIRST_ORDER = {.05: .017994, .2: .024290, .3: .030141, .4: .031613, .5: .027809, .6: .018462, .7: .004342}
RUN_FILE = """system = "dense-hebbian"
seed = 2026

[parameters]
interactionOrder = 4
spinCount = 64
"""
ALPHA = {"long_name": "load", "symbol": "α", "units": "1", "spacing": "linear"}
TEMPERATURE = {"long_name": "temperature", "symbol": "T", "units": "1", "spacing": "linear"}
MAGNETIZATION = {"long_name": "overlap with the archetype", "symbol": "m", "units": "1"}


def flags(values: np.ndarray, meanings: str) -> tuple:
    """Values and attributes of a flag variable."""
    names = meanings.split()
    attributes = {"flag_values": np.arange(len(names), dtype="i1"), "flag_meanings": meanings}
    return np.asarray(values, dtype="i1"), attributes


def write(path: Path, dataset: xr.Dataset, axes: str, layout: str = "grid", **attributes: str) -> Path:
    """Adds the global attributes and writes the file as Swift does: fill values for missing numbers and flags."""
    dataset.attrs.update({
        "Conventions": "CF-1.11", "title": "A made-up diagram", "system": "dense-hebbian", "layout": layout,
        "axes": axes, "order_parameter": "magnetization", "seed": "2026", "run_file": RUN_FILE,
        "parameters": json.dumps({"interactionOrder": 4, "interactionForm": "distinctIndices", "spinCount": 64}),
        "program_version": "0.1.0", "library_versions": "netcdf 4.9.2", "transition_lines": "", **attributes})
    encoding = {}
    for name, variable in dataset.variables.items():
        if variable.dtype == np.float64 and name not in dataset.sizes:
            encoding[name] = {"_FillValue": 9.969209968386869e36}
        elif variable.dtype == np.int8:
            encoding[name] = {"_FillValue": np.int8(-127)}
    dataset.to_netcdf(path, engine="h5netcdf", encoding=encoding)
    return path


def dense_hebbian(path: Path) -> Path:
    """The P = 4 dense Hebbian network over (α, T): both roads, phases, two lines, a boundary with its band."""
    random = np.random.default_rng(1)
    alpha, temperature = np.linspace(0.002, 0.05, 12), np.linspace(0.05, 1.0, 12)
    a, t = np.meshgrid(alpha, temperature, indexing="ij")
    spinodal = np.interp(t, [*SPINODAL, 1.0], [*SPINODAL.values(), 0.0])
    first_order = np.interp(t, [*FIRST_ORDER, 0.72], [*FIRST_ORDER.values(), 0.0])
    inside = a < spinodal
    retrieved = np.tanh(1.15 / t) * (1 - 0.03 * np.minimum(a / np.maximum(spinodal, 1e-9), 1) ** 4)
    theory = np.where(inside, retrieved, 0.0)
    blur = 1 / (1 + np.exp((a - 0.97 * spinodal) / 0.0012))
    error = 0.004 + 0.12 * blur * (1 - blur) + 0.004 * random.random(a.shape)
    magnetization = retrieved * blur + error * random.normal(size=a.shape)
    energy = -theory**4 / 2 - 0.02 / t
    state = np.zeros(a.shape)
    state[2, 0], state[6:9, 0], state[5, 8] = 2, 3, 2
    theory_state = np.where(state == 2, 2, 0)
    simulation_state = np.where(state == 3, 3, 0)
    magnetization[simulation_state > 0], theory[theory_state > 0] = np.nan, np.nan
    glass = np.where(t < 0.35 + 3 * a, 2, 3)
    phase_theory = np.where(inside, np.where(a < first_order, 0, 1), glass)
    phase_theory[theory_state > 0] = -127
    phase = np.where(np.abs(magnetization) > 0.5, 0, np.where(t < 0.35 + 2 * a, 2, 3))
    phase[simulation_state > 0] = -127
    dims = ("storageLoad", "temperature")
    dataset = xr.Dataset({
        "magnetization": (dims, magnetization, MAGNETIZATION), "magnetization_error": (dims, error),
        "magnetization_samples": (dims, np.full(a.shape, 8, dtype="i4")),
        "magnetization_theory": (dims, theory, MAGNETIZATION),
        "energy": (dims, energy + 0.005 * random.normal(size=a.shape), {"long_name": "energy per spin", "symbol": "e"}),
        "energy_error": (dims, np.full(a.shape, 0.005)), "energy_samples": (dims, np.full(a.shape, 8, dtype="i4")),
        "energy_theory": (dims, energy),
        "phase": (dims, *flags(phase, PHASES)), "phase_theory": (dims, *flags(phase_theory, PHASES)),
        "theory_status": (dims, *flags(theory_state, STATES)),
        "simulation_status": (dims, *flags(simulation_state, STATES))},
        coords={"storageLoad": ("storageLoad", alpha, ALPHA), "temperature": ("temperature", temperature, TEMPERATURE)})
    add_line(dataset, "spinodal", "spinodal (replica symmetric)", list(SPINODAL.values()), list(SPINODAL))
    add_line(dataset, "firstOrder", "first order (replica symmetric)", list(FIRST_ORDER.values()), list(FIRST_ORDER))
    level = np.linspace(0.08, 0.92, 15)
    edge = np.interp(level, list(SPINODAL), list(SPINODAL.values())) * 0.97 + 0.0003 * random.normal(size=15)
    add_line(dataset, "retrievalBoundary", "m = 1/2 (simulation)", list(edge), list(level))
    dataset["retrievalBoundary_error"] = ("retrievalBoundary_vertex", np.full(15, 0.0012))
    return write(path, dataset, "storageLoad temperature", title="Dense Hebbian network, P = 4",
                 transition_lines="spinodal firstOrder", phase_boundaries="retrievalBoundary")


def add_line(dataset: xr.Dataset, name: str, long_name: str, x: list[float], y: list[float] | None = None) -> None:
    """A polyline in the plane, or single values on the one axis."""
    dataset[f"{name}_storageLoad"] = (f"{name}_vertex", np.asarray(x, dtype=float), {"long_name": long_name})
    if y is not None:
        dataset[f"{name}_temperature"] = (f"{name}_vertex", np.asarray(y, dtype=float), {"long_name": long_name})


def small_grid(path: Path, *, simulation: bool = True, theory: bool = True, missing: bool = False,
               alpha: dict | None = None, values: tuple = (0.01, 0.1, 1.0), pieces: bool = False) -> Path:
    """A 3 × 2 grid whose values are all different: m = 0, 0.1, … 0.5 in simulation, 0.05 more in theory."""
    dims = ("storageLoad", "temperature")
    m = np.arange(6.0).reshape(3, 2) / 10
    state = np.zeros((3, 2))
    theory_values = m + 0.05
    if missing:
        m[1, 1], state[1, 1], theory_values[0, 0] = np.nan, 3, np.nan
    variables = {}
    if simulation:
        variables.update({"magnetization": (dims, m, MAGNETIZATION),
                          "magnetization_error": (dims, np.full((3, 2), 0.02)),
                          "magnetization_samples": (dims, np.full((3, 2), 8)),
                          "phase": (dims, *flags([[0, 3], [0, -127], [3, 3]], PHASES)),
                          "simulation_status": (dims, *flags(state, STATES))})
    if theory:
        variables.update({"magnetization_theory": (dims, theory_values, MAGNETIZATION),
                          "phase_theory": (dims, *flags([[0, 2], [1, 3], [3, 3]], PHASES)),
                          "theory_status": (dims, *flags(np.zeros((3, 2)), STATES))})
    first = np.asarray(values, dtype=None if alpha is None else alpha.pop("dtype", None))
    dataset = xr.Dataset(variables, coords={"storageLoad": ("storageLoad", first, alpha or ALPHA),
                                            "temperature": ("temperature", [0.2, 0.4], TEMPERATURE)})
    lines = ""
    if pieces:
        lines = "limit"
        add_line(dataset, "limit", "limit", [0.02, 0.04, np.nan, 0.2, 0.4], [0.1, 0.3, np.nan, 0.3, 0.5])
    return write(path, dataset, "storageLoad temperature", transition_lines=lines)


def one_axis(path: Path, with_line: bool = True) -> Path:
    """Five loads with two observables by both roads and one by theory alone."""
    x = np.linspace(0.01, 0.05, 5)
    m = np.array([0.99, 0.98, 0.96, 0.1, 0.02])
    dataset = xr.Dataset({
        "magnetization": ("storageLoad", m, MAGNETIZATION), "magnetization_error": ("storageLoad", np.full(5, 0.01)),
        "magnetization_theory": ("storageLoad", np.array([0.99, 0.985, 0.97, 0.0, 0.0])),
        "energy": ("storageLoad", -m / 2, {"long_name": "energy per spin", "symbol": "e", "units": "1"}),
        "energy_error": ("storageLoad", np.full(5, 0.003)), "energy_theory": ("storageLoad", -m / 2 + 0.001),
        "effectiveLoad_theory": ("storageLoad", x, {"long_name": "effective load"})},
        coords={"storageLoad": ("storageLoad", x, ALPHA)})
    if with_line:
        add_line(dataset, "spinodal", "spinodal", [0.0365])
    return write(path, dataset, "storageLoad", transition_lines="spinodal" if with_line else "")


def no_axis(path: Path) -> Path:
    """A single point."""
    dataset = xr.Dataset({"magnetization": ((), 0.97, MAGNETIZATION), "magnetization_error": ((), 0.01),
                          "magnetization_theory": ((), 0.98)})
    return write(path, dataset, "")


def scattered(path: Path) -> Path:
    """Layout `points`: a 4 × 4 grid and four points more, as a refinement leaves them."""
    x, y = (g.ravel() for g in np.meshgrid(np.linspace(0.01, 0.04, 4), np.linspace(0.1, 0.4, 4), indexing="ij"))
    x, y = np.append(x, [0.015, 0.025, 0.015, 0.025]), np.append(y, [0.15, 0.15, 0.25, 0.25])
    m = 1 - 10 * x - y / 2
    failed = np.arange(20) == 3
    dataset = xr.Dataset({
        "magnetization": ("point", np.where(failed, np.nan, m), MAGNETIZATION),
        "magnetization_error": ("point", np.full(20, 0.01)),
        "magnetization_theory": ("point", m + 0.005),
        "phase": ("point", *flags(np.where(m > 0.6, 0, 3), PHASES)),
        "simulation_status": ("point", *flags(np.where(failed, 4, 0), STATES))},
        coords={"storageLoad": ("point", x, ALPHA), "temperature": ("point", y, TEMPERATURE)})
    return write(path, dataset, "storageLoad temperature", layout="points")


def curves(path: Path, own_times: bool = False) -> Path:
    """A curve over time on a 4 × 3 grid; with `own_times` every point has its own, padded, times."""
    shape, count = (4, 3), 25
    time = np.geomspace(0.1, 1000, count)
    dims = ("storageLoad", "temperature", "time")
    rate = 0.01 * (1 + np.arange(12.0).reshape(*shape, 1))
    times = np.broadcast_to(time, (*shape, count)) * (1 + rate if own_times else 1)
    theory = np.exp(-rate * times)
    simulation = theory + 0.02 * np.sin(np.log(times) * 3)
    if own_times:
        times = np.where(np.arange(count) < 20, times, np.nan)
        simulation, theory = (np.where(np.isnan(times), np.nan, v) for v in (simulation, theory))
    attributes = {"long_name": "time", "units": "1"}
    dataset = xr.Dataset({
        "overlap": (dims, simulation, {"long_name": "overlap", "symbol": "m", "units": "1"}),
        "overlap_error": (dims, np.full(simulation.shape, 0.02)), "overlap_theory": (dims, theory),
        "magnetization": (dims[:2], simulation[..., 10], MAGNETIZATION)},
        coords={"storageLoad": ("storageLoad", np.linspace(0.01, 0.04, 4), ALPHA),
                "temperature": ("temperature", [0.1, 0.2, 0.3], TEMPERATURE)})
    dataset = dataset.assign_coords(time=((dims, times, attributes) if own_times else ("time", time, attributes)))
    return write(path, dataset, "storageLoad temperature")
