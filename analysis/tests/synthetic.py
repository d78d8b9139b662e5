"""Small files that follow the contract of `phase_diagram.nc`, made up for the tests."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import xarray as xr

PHASES = "retrieval metastable-retrieval spin-glass paramagnet"
STATES = "ok pending not_converged failed not_equilibrated partial"
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


def change(source: Path, path: Path, **attributes: str) -> Path:
    """A copy of a file with other global attributes."""
    dataset = xr.load_dataset(source, engine="h5netcdf")
    dataset.attrs.update(attributes)
    dataset.to_netcdf(path, engine="h5netcdf")
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
    state[2, 0], state[6:9, 0], state[5, 8] = 2, 4, 2
    theory_state = np.where(state == 2, 2, 0)
    simulation_state = np.where(state == 4, 4, 0)
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
    add_line(dataset, "retrievalBoundary", "m = 1/2 (simulation)", list(edge), list(level),
             errors=(np.full(15, 0.0012), np.zeros(15)))
    return write(path, dataset, "storageLoad temperature", title="Dense Hebbian network, P = 4",
                 transition_lines="spinodal firstOrder", phase_boundaries="retrievalBoundary")


def add_line(dataset: xr.Dataset, name: str, long_name: str, x: list[float], y: list[float] | None = None,
             errors: tuple[np.ndarray, ...] = (), **attributes: str) -> None:
    """A polyline in the plane, or single values on the one axis; with displacements by one standard error."""
    for axis, values in (("storageLoad", x), ("temperature", y)):
        if values is not None:
            dataset[f"{name}_{axis}"] = (f"{name}_vertex", np.asarray(values, dtype=float),
                                         {"long_name": long_name, "line": name, **attributes})
    for axis, error in zip(("storageLoad", "temperature"), errors):
        dataset[f"{name}_{axis}_error"] = (f"{name}_vertex", error)


def small_grid(path: Path, *, simulation: bool = True, theory: bool = True, missing: bool = False,
               alpha: dict | None = None, values: tuple = (0.01, 0.1, 1.0), pieces: bool = False) -> Path:
    """A 3 × 2 grid whose values are all different: m = 0, 0.1, … 0.5 in simulation, 0.05 more in theory."""
    dims = ("storageLoad", "temperature")
    m = np.arange(6.0).reshape(3, 2) / 10
    state = np.zeros((3, 2))
    theory_values = m + 0.05
    if missing:
        m[1, 1], state[1, 1], theory_values[0, 0] = np.nan, 4, np.nan
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
    """Layout `points` without levels: a 5 × 5 grid and four points more."""
    x, y = (g.ravel() for g in np.meshgrid(np.linspace(0.01, 0.05, 5), np.linspace(0.1, 0.5, 5), indexing="ij"))
    x, y = np.append(x, [0.015, 0.025, 0.015, 0.025]), np.append(y, [0.15, 0.15, 0.25, 0.25])
    m = 1 - 10 * x - y / 2
    failed = np.arange(29) == 4
    dataset = xr.Dataset({
        "magnetization": ("point", np.where(failed, np.nan, m), MAGNETIZATION),
        "magnetization_error": ("point", np.full(29, 0.01)),
        "magnetization_theory": ("point", m + 0.005),
        "phase": ("point", *flags(np.where(m > 0.6, 0, 3), PHASES)),
        "simulation_status": ("point", *flags(np.where(failed, 3, 0), STATES))},
        coords={"storageLoad": ("point", x, ALPHA), "temperature": ("point", y, TEMPERATURE)})
    return write(path, dataset, "storageLoad temperature", layout="points")


def edge_of_retrieval(temperature: np.ndarray) -> np.ndarray:
    """The load at which the made-up retrieval of `refined` ends."""
    return np.interp(temperature, [*SPINODAL, 1.0], [*SPINODAL.values(), 0.0])


def lattice(levels: int, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Steps (u, v) from 0 to 1 and levels of the corners of cells, halved where the edge of retrieval crosses them."""
    corners: dict[tuple[float, float], int] = {}
    cells = [(i, j, 1.0) for i in range(count - 1) for j in range(count - 1)]

    def is_inside(u: float, v: float) -> bool:
        return 0.002 + 0.048 * u / (count - 1) < edge_of_retrieval(0.05 + 0.95 * v / (count - 1))

    for level in range(levels + 1):
        crossed = []
        for u, v, step in cells:
            around = [(u + a, v + b) for a in (0, step) for b in (0, step)]
            for corner in around:
                corners.setdefault(corner, level)
            if len({is_inside(*corner) for corner in around}) == 2:
                crossed += [(u + a, v + b, step / 2) for a in (0, step / 2) for b in (0, step / 2)]
        cells = crossed
    u, v = np.array(list(corners)).T / (count - 1)
    return u, v, np.array(list(corners.values()))


def refined(path: Path, logarithmic: bool = False, levels: int = 3, count: int = 9) -> Path:
    """Layout `points` on a lattice refined along the edge of retrieval, with all states, and boundaries with bands."""
    random = np.random.default_rng(2)
    u, v, level = lattice(levels, count)
    x, y = 0.002 + 0.048 * u, 0.05 + 0.95 * v
    edge = edge_of_retrieval(y)
    blur = 1 / (1 + np.exp((x - edge) / 0.0015))
    theory = np.where(x < edge, np.tanh(1.15 / y), 0.0)
    error = 0.004 + 0.1 * blur * (1 - blur)
    m = np.tanh(1.15 / y) * blur + error * random.normal(size=x.size)
    state = np.where((y < 0.25) & (x > 0.032), 4, 0)
    state[np.argmin(np.hypot(u - 0.25, v - 0.5))], state[np.argmin(np.hypot(u - 0.75, v - 0.75))] = 5, 3
    theory_state = np.where(np.hypot(u - 0.5, v - 0.25) < 0.05, 2, 0)
    phase = np.where(m > 0.5, 0, np.where(y < 0.35 + 2 * x, 2, 3))
    phase_theory = np.where(x < edge, 0, np.where(y < 0.35 + 3 * x, 2, 3))
    phase[np.isin(state, [3, 4])], phase_theory[theory_state > 0] = -127, -127
    missing, raw = np.isin(state, [3, 4]), state == 4
    alpha = 10 ** (-3 + 2 * u) if logarithmic else x
    dataset = xr.Dataset({
        "level": ("point", level.astype("i4"), {"long_name": "refinement level"}),
        "magnetization": ("point", np.where(missing, np.nan, m), MAGNETIZATION),
        "magnetization_error": ("point", np.where(missing, np.nan, error)),
        "magnetization_thermal_error": ("point", np.where(missing, np.nan, 0.6 * error)),
        "magnetization_disorder_error": ("point", np.where(missing, np.nan, 0.8 * error)),
        "magnetization_unequilibrated": ("point", np.where(raw, m, np.nan), MAGNETIZATION),
        "magnetization_unequilibrated_error": ("point", np.where(raw, error, np.nan)),
        "magnetization_samples": ("point", np.full(x.size, 16, dtype="i4")),
        "magnetization_theory": ("point", np.where(theory_state > 0, np.nan, theory)),
        "phase": ("point", *flags(phase, PHASES)), "phase_theory": ("point", *flags(phase_theory, PHASES)),
        "theory_status": ("point", *flags(theory_state, STATES)),
        "simulation_status": ("point", *flags(state, STATES))},
        coords={"storageLoad": ("point", alpha, {**ALPHA, "spacing": "log" if logarithmic else "linear"}),
                "temperature": ("point", y, TEMPERATURE)})
    if logarithmic:
        return write(path, dataset, "storageLoad temperature", layout="points", refinement_levels=str(levels))
    level = np.linspace(0.3, 0.95, 15)
    add_line(dataset, "simulatedEdge", "retrieval | paramagnet", [*edge_of_retrieval(level), np.nan, 0.036, 0.040],
             [*level, np.nan, 0.27, 0.26],
             (np.array([*np.full(15, 0.0012), np.nan, 0, 0]), np.array([*np.zeros(15), np.nan, 0.03, 0.03])),
             source="simulation", phases="retrieval paramagnet", order="first-order")
    add_line(dataset, "theoreticalEdge", "retrieval | spin-glass", list(SPINODAL.values()), list(SPINODAL),
             source="theory", phases="retrieval spin-glass", order="undecided")
    add_line(dataset, "firstOrder", "first order (replica symmetric)", list(FIRST_ORDER.values()), list(FIRST_ORDER))
    return write(path, dataset, "storageLoad temperature", layout="points", refinement_levels=str(levels),
                 transition_lines="firstOrder", phase_boundaries="simulatedEdge theoreticalEdge")


def refined_axis(path: Path) -> Path:
    """One axis in layout `points`, out of order, with every state, and a boundary with its error."""
    x = np.array([0.01, 0.02, 0.03, 0.04, 0.05, 0.035, 0.0375, 0.0325, 0.025])
    m = np.array([0.99, 0.98, 0.95, 0.1, 0.02, 0.85, 0.4, 0.92, 0.97])
    state = np.array([0, 0, 5, 0, 3, 0, 4, 0, 0])
    good = np.isin(state, [0, 5])
    dataset = xr.Dataset({
        "level": ("point", np.array([0, 0, 0, 0, 0, 1, 2, 2, 1], dtype="i4")),
        "magnetization": ("point", np.where(good, m, np.nan), MAGNETIZATION),
        "magnetization_error": ("point", np.where(good, 0.02, np.nan)),
        "magnetization_unequilibrated": ("point", np.where(state == 4, m, np.nan), MAGNETIZATION),
        "magnetization_unequilibrated_error": ("point", np.where(state == 4, 0.05, np.nan)),
        "magnetization_theory": ("point", np.where(x < 0.038, 0.99 - 3 * x, 0)),
        "magnetization_binder": ("point", 0.66 * m), "magnetization_binder_error": ("point", np.full(9, 0.01)),
        "simulation_status": ("point", *flags(state, STATES))},
        coords={"storageLoad": ("point", x, ALPHA)})
    add_line(dataset, "edge", "retrieval | spin-glass", [0.0372], errors=(np.array([-0.0008]),), source="simulation",
             phases="retrieval spin-glass", order="continuous")
    return write(path, dataset, "storageLoad", layout="points", phase_boundaries="edge", refinement_levels="2")


def sizes(path: Path, crossing_sizes: str = "variables") -> Path:
    """A grid over size and temperature whose finite-size laws are exact: m = m∞(T) + a / N, and a Binder crossing."""
    random = np.random.default_rng(3)
    count, temperature = np.array([32, 64, 128, 256]), np.linspace(0.2, 1.4, 13)
    n, t = np.meshgrid(count, temperature, indexing="ij")
    limit = np.sqrt(np.maximum(1 - temperature**2, 0))
    error = np.full(n.shape, 0.006)
    m = limit + 4 * t / n + error * random.normal(size=n.shape)
    reduced = (t - 1) * np.sqrt(n / 16)
    dims = ("spinCount", "temperature")
    dataset = xr.Dataset({
        "magnetization": (dims, m, MAGNETIZATION), "magnetization_error": (dims, error),
        "magnetization_samples": (dims, np.full(n.shape, 32, dtype="i4")),
        "magnetization_theory": (dims, limit + 0.1 / n),
        "magnetization_binder": (dims, 0.66 / (1 + np.exp(3 * reduced))),
        "magnetization_binder_error": (dims, np.full(n.shape, 0.01)),
        "magnetization_extrapolated": ("temperature", limit + 0.004 * random.normal(size=13), MAGNETIZATION),
        "magnetization_extrapolated_error": ("temperature", np.full(13, 0.005)),
        "magnetization_extrapolation_chi2": ("temperature", np.append(np.full(12, 2.1), 19.0)),
        "magnetization_extrapolation_dof": ("temperature", np.full(13, 2, dtype="i4")),
        "magnetization_extrapolation_p": ("temperature", np.append(np.full(12, 0.35), 7.5e-5)),
        "magnetization_crossing_temperature": ("magnetization_crossing", [0.99, 1.005, 1.0]),
        "magnetization_crossing_temperature_error": ("magnetization_crossing", [0.03, 0.02, 0.012])},
        coords={"spinCount": ("spinCount", count, {"long_name": "spin count", "symbol": "N", "units": "1",
                                                   "spacing": "values", "role": "size"}),
                "temperature": ("temperature", temperature, TEMPERATURE)})
    if crossing_sizes == "variables":
        dataset["magnetization_crossing_first_size"] = ("magnetization_crossing", count[:-1])
        dataset["magnetization_crossing_second_size"] = ("magnetization_crossing", count[1:])
    else:
        dataset["magnetization_crossing_temperature"].attrs["magnetization_crossing_sizes"] = "32,64 64,128 128,256"
    return write(path, dataset, "spinCount temperature", extrapolated="magnetization")


def edges_of_sizes(path: Path) -> Path:
    """The edge of retrieval at four sizes, 0.04 − 0.2 / √N, found on a refined axis; theory ends at 0.041."""
    count = np.array([64.0, 100.0, 144.0, 256.0])
    n, x = (g.ravel() for g in np.meshgrid(count, np.linspace(0.01, 0.05, 5), indexing="ij"))
    inside = x < 0.04 - 0.2 / np.sqrt(n)
    dataset = xr.Dataset({
        "level": ("point", np.zeros(n.size, dtype="i4")), "magnetization": ("point", inside * 0.9, MAGNETIZATION),
        "magnetization_error": ("point", np.full(n.size, 0.02)),
        "phase": ("point", *flags(np.where(inside, 0, 3), PHASES))},
        coords={"spinCount": ("point", n, {"long_name": "spin count", "symbol": "N", "spacing": "values",
                                           "role": "size"}),
                "storageLoad": ("point", x, ALPHA)})
    edge = 0.04 - 0.2 / np.sqrt(count)
    gaps = np.insert(np.stack([count, edge]), [1, 2, 3], np.nan, axis=1)
    for axis, line in zip(("spinCount", "storageLoad"), gaps):
        attributes = {"long_name": "retrieval | paramagnet", "source": "simulation", "phases": "retrieval paramagnet"}
        dataset[f"edge_{axis}"] = ("edge_vertex", line, attributes)
        dataset[f"edge_{axis}_error"] = ("edge_vertex", np.full(7, 0.001 if axis == "storageLoad" else 0.0))
        # Noise makes it enter and leave again farther out.
        dataset[f"noise_{axis}"] = ("noise_vertex", np.array([64.0 if axis == "spinCount" else 0.048]), attributes)
        dataset[f"spinodal_{axis}"] = ("spinodal_vertex", count if axis == "spinCount" else np.full(4, 0.041),
                                       {"long_name": "spinodal"})
    return write(path, dataset, "spinCount storageLoad", layout="points", transition_lines="spinodal",
                 phase_boundaries="edge noise")


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


def with_estimate(path: Path) -> Path:
    """The file of `curves` with an observable that lies 0.1 above the overlap everywhere."""
    dataset = xr.load_dataset(curves(path), engine="h5netcdf")
    estimate = dataset["overlap"] + 0.1
    dataset["estimate"] = (estimate.dims, estimate.values, {"long_name": "an estimate", "symbol": "a", "units": "1"})
    dataset.to_netcdf(path, engine="h5netcdf")
    return path


def pictures(path: Path, height: int = 3, width: int = 2, told: bool = True) -> Path:
    """Two classes of pictures at P = 2, 4, 8, 16 and M = 20, 100, all pixels different."""
    order, count = np.array([2.0, 4, 8, 16]), np.array([20.0, 100])
    dims = ("interactionOrder", "examplesPerArchetype")
    pixel = np.arange(height * width) / 100 + np.array([[0.0], [0.1]])
    values = pixel + (order / 1000).reshape(4, 1, 1, 1) + (count / 10000).reshape(1, 2, 1, 1)
    accuracy = 0.1 * np.arange(8.0).reshape(4, 2)
    variables = {
        "classAccuracy": (dims, accuracy, {"long_name": "class accuracy", "symbol": "A", "units": "1"}),
        "classAccuracy_error": (dims, np.full((4, 2), 0.02)),
        "nearestMeanAccuracy": (dims, accuracy + 0.1), "nearestMeanAccuracy_error": (dims, np.full((4, 2), 0.01)),
        "archetypeOverlap": (dims, accuracy / 2, {"long_name": "archetype overlap", "symbol": "m", "units": "1"}),
        "initialPicture": ((*dims, "class", "pixel"), values, {"long_name": "initial picture"}),
        "retrievedPicture": ((*dims, "class", "pixel"), -values, {"long_name": "retrieved picture"})}
    if told:
        variables.update({"simulation_imageHeight": (dims, np.full((4, 2), float(height))),
                          "simulation_imageWidth": (dims, np.full((4, 2), float(width)))})
    dataset = xr.Dataset(variables, coords={
        "interactionOrder": ("interactionOrder", order, {"long_name": "interaction order", "symbol": "P",
                                                         "spacing": "values"}),
        "examplesPerArchetype": ("examplesPerArchetype", count, {"long_name": "examples", "symbol": "M",
                                                                 "spacing": "values"}),
        "class": ("class", [3.0, 7.0]), "pixel": ("pixel", np.arange(float(height * width)))})
    return write(path, dataset, " ".join(dims), order_parameter="classAccuracy")


def course(path: Path) -> Path:
    """A test error over six loads and ten times, with the best time of every load."""
    load, time = np.linspace(0.1, 2, 6), np.geomspace(0.1, 1000, 10)
    best = np.array([1.0, 2, 4, np.nan, 4, 2000])
    error = 1 + np.abs(np.log(time)[None, :] - np.linspace(0, 1, 6)[:, None])
    simulation = error + 0.05
    simulation[1, 2] = np.nan
    dims = ("storageLoad", "time")
    dataset = xr.Dataset(
        {"magnetization": ("storageLoad", load, MAGNETIZATION), "testError": (dims, simulation, {"symbol": "E"}),
         "testError_error": (dims, np.full(error.shape, 0.01)), "testError_theory": (dims, error),
         "bestTime_theory": ("storageLoad", best, {"long_name": "best time", "symbol": "t"})},
        coords={"storageLoad": ("storageLoad", load, ALPHA), "time": ("time", time, {"long_name": "time"})})
    return write(path, dataset, "storageLoad")
