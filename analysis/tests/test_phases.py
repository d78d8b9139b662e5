"""Diagrams of many phases: colours, markers, legends that fit, boundaries that share an entry."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import synthetic
import xarray as xr
from drawing import drawn, figures, legend_texts, mesh
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from spinodal_analysis import style
from spinodal_analysis.diagram import Line


def many_phases(path: Path, phases: int = 16, side: int = 32, boundaries: int = 0, simulation: bool = True) -> Path:
    """A grid that phases share in tiles, the simulation one row later than theory, with lines and boundaries."""
    names = " ".join(f"phase-{k + 1}" for k in range(phases))
    tiles = int(np.sqrt(phases))
    first, second = (g * tiles // side for g in np.indices((side, side)))
    theory, simulated = (first + tiles * second) % phases, (first + tiles * np.roll(second, 1, axis=1)) % phases
    dims = ("storageLoad", "temperature")
    variables = {"magnetization_theory": (dims, theory / phases, synthetic.MAGNETIZATION),
                 "phase_theory": (dims, *synthetic.flags(theory, names))}
    if simulation:
        variables.update({"magnetization": (dims, simulated / phases, synthetic.MAGNETIZATION),
                          "magnetization_error": (dims, np.full((side, side), 0.01)),
                          "phase": (dims, *synthetic.flags(simulated, names))})
    dataset = xr.Dataset(variables, coords={
        "storageLoad": ("storageLoad", np.linspace(0.01, 0.9, side), synthetic.ALPHA),
        "temperature": ("temperature", np.linspace(0.1, 1, side), synthetic.TEMPERATURE)})
    for k in range(5):
        synthetic.add_line(dataset, f"line{k}", f"a line of theory with a name that takes two rows {k}",
                           [0.1, 0.2 + 0.1 * k], [0.2, 0.9])
    for k in range(boundaries):
        place = 0.02 * (k + 1)
        synthetic.add_line(dataset, f"boundary{k}", f"phase-{k + 1} | phase-{k + 2}", [place, place], [0.2, 0.8],
                           (np.full(2, 0.004), np.zeros(2)), source="simulation",
                           phases=f"phase-{k + 1} phase-{k + 2}", order="first-order" if k % 2 else "undecided")
    return synthetic.write(path, dataset, " ".join(dims), transition_lines=" ".join(f"line{k}" for k in range(5)),
                           phase_boundaries=" ".join(f"boundary{k}" for k in range(boundaries)))


def assert_nothing_is_cut_off(figure: Figure, dpi: int) -> None:
    """Legends, titles and axes lie inside the figure, apart from each other, and the data keep their room."""
    figure.set_dpi(dpi)
    figure.draw_without_rendering()
    inside = figure.bbox
    legends = figure.legends + [a.get_legend() for a in figure.axes if a.get_legend()]
    assert legends
    for artist in [*legends, *figure.texts, *figure.axes]:
        box = artist.get_tightbbox() if artist in figure.axes else artist.get_window_extent()
        assert inside.x0 <= box.x0 and box.x1 <= inside.x1, artist
        assert inside.y0 <= box.y0 and box.y1 <= inside.y1, artist
    lowest = min(text.get_window_extent().y0 for text in figure.texts)
    for legend in legends:
        box = legend.get_window_extent()
        assert box.y1 <= lowest + 1
        assert not any(box.overlaps(a.get_window_extent()) for a in figure.axes)
    assert min(a.get_window_extent().height for a in figure.axes if a.get_title()) > 2.6 * dpi


@pytest.mark.parametrize("dpi", [100, 150])
@pytest.mark.parametrize("phases,simulation,side,boundaries", [
    (16, False, 32, 0), (20, True, 32, 30), (16, True, 20, 12), (6, True, 20, 4), (4, False, 32, 0)])
def test_legends_of_many_phases_and_boundaries_fit(tmp_path: Path, phases: int, simulation: bool, side: int,
                                                   boundaries: int, dpi: int) -> None:
    _, made = figures(many_phases(tmp_path / "d.nc", phases, side, boundaries, simulation))
    for name in ("phases", "map", "cuts-temperature"):
        for axes in made[name].axes[:1]:
            axes.set_title(axes.get_title() or name)
        assert_nothing_is_cut_off(made[name], dpi)


def test_every_phase_has_its_own_colour_and_marker(tmp_path: Path) -> None:
    diagram, made = figures(many_phases(tmp_path / "d.nc", 16, simulation=False))
    axes = made["phases"].axes[0]
    drawn_mesh = mesh(axes)
    tints = drawn_mesh.cmap(drawn_mesh.norm(np.arange(16)))[:, :3]
    assert min(np.linalg.norm(a - b) for a, b in combinations(tints, 2)) > 0.06
    for name in diagram.phase_theory.names:
        assert drawn(axes, f"phase {name}")[0].get_offsets().size > 0
    looks = [(style.PHASE_COLORS[k], style.PHASE_MARKERS[k % len(style.PHASE_MARKERS)]) for k in range(20)]
    assert len(set(looks)) == len({color for color, _ in looks}) == 20
    pure = np.array([to_rgb(color) for color, _ in looks])
    assert min(np.linalg.norm(a - b) for a, b in combinations(pure, 2)) > 0.12
    assert style.PHASE_COLORS[:8] == ("#0072B2", "#56B4E9", "#E69F00", "#F0E442", "#D55E00", "#009E73", "#CC79A7",
                                      "#777777")


def test_many_points_show_simulation_beside_theory(tmp_path: Path) -> None:
    diagram, made = figures(many_phases(tmp_path / "d.nc", 9))
    panels = made["phases"].axes
    assert [axes.get_title() for axes in panels] == ["simulation", "theory"]
    for axes, flags in zip(panels, (diagram.phase, diagram.phase_theory)):
        np.testing.assert_array_equal(mesh(axes).get_array().reshape(32, 32).T, flags.indices)
        for name in flags.names:
            for x, y in drawn(axes, f"phase {name}")[0].get_offsets():
                at = np.isclose(diagram.positions(0), x) & np.isclose(diagram.positions(1), y)
                assert at.sum() == 1 and flags.where(name)[at].all()
    assert legend_texts(made["phases"])[:9] == list(diagram.phase.names)
    _, few = figures(many_phases(tmp_path / "e.nc", 9, side=20))
    assert len(few["phases"].axes) == 1


def test_a_phase_too_small_for_the_sparse_markers_still_has_one(tmp_path: Path) -> None:
    whole = xr.load_dataset(many_phases(tmp_path / "d.nc", simulation=False), engine="h5netcdf")
    labels = whole["phase_theory"].values
    labels[labels == 15] = 14
    labels[7, 9] = 15
    whole.to_netcdf(tmp_path / "e.nc", engine="h5netcdf")
    diagram, made = figures(tmp_path / "e.nc")
    marks = drawn(made["phases"].axes[0], "phase phase-16")[0].get_offsets()
    np.testing.assert_array_equal(marks, [[diagram.positions(0)[7, 9], diagram.positions(1)[7, 9]]])


def test_many_boundaries_share_one_entry_for_each_order(tmp_path: Path) -> None:
    diagram, made = figures(many_phases(tmp_path / "d.nc", 16, boundaries=12))
    lines = diagram.drawn_boundaries()
    assert [len(line.pieces()) for line in lines] == [6, 6]
    for line, originals in zip(lines, (diagram.phase_boundaries[::2], diagram.phase_boundaries[1::2])):
        for piece, original in zip(line.pieces(), originals):
            np.testing.assert_array_equal(line.vertices[0][piece], original.vertices[0])
            np.testing.assert_array_equal(line.errors[0][piece], original.errors[0])
    for name in ("phases", "map", "cuts-storageLoad"):
        entries = [text for text in legend_texts(made[name]) if "boundar" in text or "|" in text]
        assert entries == ["boundaries (simulation) ± 1σ", "boundaries (simulation), first-order ± 1σ"]
    axes = made["map"].axes[0]
    assert len({drawn(axes, line.name)[0].get_color() for line in lines}) == 2
    assert len(drawn(axes, "simulation undecided boundaries band")[0].get_paths()) == 6


def test_few_boundaries_keep_their_names(tmp_path: Path) -> None:
    diagram, made = figures(many_phases(tmp_path / "d.nc", 16, boundaries=4))
    assert diagram.drawn_boundaries() == list(diagram.phase_boundaries)
    assert "phase-1 | phase-2 (simulation) ± 1σ" in legend_texts(made["map"])


def test_a_line_of_theory_is_cut_where_it_leaps() -> None:
    y = np.linspace(0, 1, 11)
    x = np.where(y < 0.45, 0.2, 0.9) + 0.01 * y
    line = Line("first", "first order", (x, y)).with_gaps([1.0, 1.0])
    assert [(p.start, p.stop) for p in line.pieces()] == [(0, 5), (6, 12)]
    np.testing.assert_array_equal(line.vertices[1][6:], y[5:])
    for smooth in ((0.9 * y, y), (np.array([0.3, 0.3]), np.array([0.0, 1.0])), (np.sqrt(y), y)):
        kept = Line("smooth", "smooth", smooth)
        assert kept.with_gaps([1.0, 1.0]) is kept or len(kept.with_gaps([1.0, 1.0]).pieces()) == 1


def test_a_line_without_vertices_has_no_entry(tmp_path: Path) -> None:
    whole = xr.load_dataset(many_phases(tmp_path / "d.nc", 4), engine="h5netcdf")
    whole["line3_temperature"][:] = np.nan
    whole.to_netcdf(tmp_path / "e.nc", engine="h5netcdf")
    _, made = figures(tmp_path / "e.nc")
    for name in ("phases", "map"):
        texts = legend_texts(made[name])
        assert [any(text.endswith(f"rows {k}") for text in texts) for k in range(5)] == [True, True, True, False, True]
