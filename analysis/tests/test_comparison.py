"""Several diagrams in one figure: curves, maps side by side, boundaries at infinite size."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import synthetic
from drawing import drawn, legend_texts, mesh_values

from spinodal_analysis import DiagramError, PhaseDiagram, read_diagram
from spinodal_analysis.__main__ import main
from spinodal_analysis.agreement_figure import agreement_figure
from spinodal_analysis.boundary_limit import boundary_limit, boundary_limit_figure, limit_text
from spinodal_analysis.comparison import curves_against, differing
from spinodal_analysis.comparison_figure import comparison_figure, default_coordinate
from spinodal_analysis.expressions import Expression
from spinodal_analysis.panel_figure import panel_figure

SYMBOLS = json.dumps({"interactionOrder": "P", "spinCount": "N", "datasetQuality": "r", "interactionForm": "-"})


def attributes(order: int, count: int, quantity: str = "equilibrium") -> dict[str, str]:
    """Of a file about P = `order`, N = `count`."""
    return {"parameter_symbols": SYMBOLS, "quantity": quantity, "parameters": json.dumps(
        {"quantity": quantity, "interactionOrder": order, "spinCount": count, "datasetQuality": 0.5})}


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """The files of `one_axis` for P = 2 and P = 4."""
    source = synthetic.one_axis(tmp_path / "whole.nc")
    return [synthetic.change(source, tmp_path / f"{order}.nc", **attributes(order, count))
            for order, count in ((2, 1000), (4, 96))]


@pytest.fixture
def orders(paths: list[Path]) -> list[PhaseDiagram]:
    return [read_diagram(path) for path in paths]


def parsed(text: str) -> Expression:
    return Expression.parsed(text)


def test_formulas_are_evaluated() -> None:
    known = {"M": np.array([1.0, 8.0]), "r": 0.5, "P": 4}
    np.testing.assert_allclose(parsed("M*r^(2*P)").value(known), [2**-8, 2**-5])
    np.testing.assert_allclose(parsed("-M/(P - 2) + 1").value(known), [0.5, -3])
    assert parsed("b*a + a").names == ("b", "a")


@pytest.mark.parametrize(("text", "label"), [
    ("M*r^2", r"$M\,r^{2}$"), ("M*r**(2*P)", r"$M\,r^{2\,P}$"), ("(M + 1)/r", "$(M + 1) / r$"),
    ("M - (P - r)", "$M - (P - r)$"), ("-M^2", "$-M^{2}$"), ("load/m0", r"$\alpha / m_{0}$")])
def test_formulas_have_labels(text: str, label: str) -> None:
    assert parsed(text).label({"load": r"\alpha", "m0": "m₀"}).replace(r"\mathrm{\alpha}", r"\alpha") == label


def test_each_value_of_a_coordinate_is_a_curve(tmp_path: Path) -> None:
    diagram = read_diagram(synthetic.curves(tmp_path / "curves.nc"))
    name = diagram.curves()[0].name
    whole = diagram.observables[name]
    curves = curves_against(parsed("storageLoad"), [diagram], name, "time")
    times = whole.coordinates["time"]
    assert [curve.parameters["time"] for curve in curves[:len(times)]] == list(times)
    for k, curve in enumerate(curves[:len(times)]):
        np.testing.assert_array_equal(curve.observable.simulation, whole.simulation[:, 0, k])
    with pytest.raises(DiagramError, match="'layer' is a coordinate of none"):
        curves_against(parsed("storageLoad"), [diagram], name, "layer")


@pytest.mark.parametrize("text", ["__import__('os')", "M.real", "M if r else 1", "M[0]", "'M'", "M*", "True", "f(M)"])
def test_formulas_are_nothing_but_arithmetic(text: str) -> None:
    with pytest.raises(DiagramError, match="not arithmetic"):
        parsed(text)


def test_curves_know_what_tells_them_apart(orders: list[PhaseDiagram], tmp_path: Path) -> None:
    curves = curves_against(parsed("storageLoad"), orders, None)
    assert differing(curves) == ["interactionOrder", "spinCount"]
    assert list(curves[0].transitions().values()) == [[0.0365]]
    grid = read_diagram(synthetic.small_grid(tmp_path / "g.nc"))
    along_load = curves_against(parsed("storageLoad"), [grid], None)
    assert [c.parameters["temperature"] for c in along_load] == [0.2, 0.4] and differing(along_load) == ["temperature"]
    np.testing.assert_allclose(along_load[1].observable.simulation, [0.1, 0.3, 0.5])
    rescaled = curves_against(parsed("storageLoad*temperature"), [grid], None)
    np.testing.assert_allclose([c.x for c in rescaled], np.outer([0.2, 0.4], [0.01, 0.1, 1.0]))
    falling = curves_against(parsed("1/storageLoad"), [grid], None)[0]
    np.testing.assert_allclose(falling.x, [1, 10, 100])
    np.testing.assert_allclose(falling.observable.simulation, [0.4, 0.2, 0.0])


def test_one_panel_has_curves_in_their_colours_over_theory(orders: list[PhaseDiagram]) -> None:
    figure = comparison_figure(orders)
    axes, = figure.axes
    theories, points = drawn(axes, "theory"), drawn(axes, "simulation")
    assert len(theories) == len(points) == 2
    assert [str(t.get_color()) for t in theories] == [str(p.get_color()) for p in points]
    assert legend_texts(figure) == ["$P$ = 2, $N$ = 1000", "$P$ = 4, $N$ = 96", "simulation ± 1σ", "theory", "spinodal"]
    assert axes.get_xlabel() == "Load $α$"


def test_panels_are_titled_by_what_they_differ_in(orders: list[PhaseDiagram]) -> None:
    figure = comparison_figure(orders, [parsed("storageLoad*datasetQuality^2")], panels=["interactionOrder"])
    assert [axes.get_title() for axes in figure.axes] == ["$P$ = 2, $N$ = 1000", "$P$ = 4, $N$ = 96"]
    for axes in figure.axes:
        np.testing.assert_allclose(drawn(axes, "simulation")[0].get_xdata(), 0.25 * np.linspace(0.01, 0.05, 5))
        assert axes.get_xlabel() == r"$α\,r^{2}$" and not drawn(axes, "spinodal")
    named = comparison_figure(orders, panels=["interactionOrder"], by=["interactionOrder"])
    assert [axes.get_title() for axes in named.axes] == ["$P$ = 2", "$P$ = 4"]


def test_coordinates_make_columns(orders: list[PhaseDiagram]) -> None:
    figure = comparison_figure(orders, [parsed("storageLoad"), parsed("2*storageLoad")], panels=["interactionOrder"])
    assert [axes.get_xlabel() for axes in figure.axes] == ["", "", "Load $α$", r"$2\,α$"]
    assert drawn(figure.axes[3], "simulation")[0].get_xdata()[0] == pytest.approx(0.02)


def test_another_observable_is_dashed_and_named(orders: list[PhaseDiagram], tmp_path: Path) -> None:
    source = synthetic.one_axis(tmp_path / "e.nc")
    other = read_diagram(synthetic.change(source, tmp_path / "o.nc", order_parameter="energy",
                                          **attributes(4, 96, "oneStep")))
    figure = comparison_figure([orders[1], other])
    first, second = drawn(figure.axes[0], "theory")
    assert first.get_color() == second.get_color() and first.get_linestyle() == "-" != second.get_linestyle()
    assert {"theory: overlap with the archetype $m$", "theory: energy per spin $e$"} <= set(legend_texts(figure))


def test_legends_stand_in_panels_where_labels_differ(tmp_path: Path) -> None:
    source = synthetic.small_grid(tmp_path / "a.nc")
    first = read_diagram(synthetic.change(source, tmp_path / "b.nc", **attributes(2, 1000)))
    second = read_diagram(synthetic.change(source, tmp_path / "c.nc", **attributes(4, 100)))
    shared = comparison_figure([first, second], [parsed("storageLoad")], panels=["interactionOrder"])
    assert not any(axes.get_legend() for axes in shared.axes) and "$T$ = 0.2" in legend_texts(shared)
    third = read_diagram(synthetic.change(source, tmp_path / "d.nc", **attributes(4, 200)))
    own = comparison_figure([first, second, third], [parsed("storageLoad")], panels=["interactionOrder"])
    assert all(axes.get_legend() for axes in own.axes)


def test_what_is_not_there_is_named(orders: list[PhaseDiagram], tmp_path: Path) -> None:
    with pytest.raises(DiagramError, match="'x' is an observable of none"):
        curves_against(parsed("storageLoad"), orders, "x")
    with pytest.raises(DiagramError, match=r"no axis of it \(storageLoad\) stands in 'spinCount'"):
        curves_against(parsed("spinCount"), orders, None)
    with pytest.raises(DiagramError, match="'speed' has no value"):
        curves_against(parsed("storageLoad*speed"), orders, None)
    with pytest.raises(DiagramError, match="'colour' has a value in none"):
        comparison_figure(orders, panels=["colour"])
    sizes = read_diagram(synthetic.sizes(tmp_path / "s.nc"))
    assert default_coordinate([sizes]).text == "temperature"
    with pytest.raises(DiagramError, match="no axis in common"):
        default_coordinate([sizes, *orders])


def test_maps_share_one_scale_and_theory_stands_in(tmp_path: Path) -> None:
    source = synthetic.dense_hebbian(tmp_path / "a.nc")
    theory = synthetic.small_grid(tmp_path / "t.nc", simulation=False)
    first = read_diagram(synthetic.change(source, tmp_path / "b.nc", **attributes(4, 64)))
    second = read_diagram(synthetic.change(theory, tmp_path / "c.nc", **attributes(6, 64)))
    figure = panel_figure([first, second])
    left, right = figure.axes[:2]
    assert (left.get_title(), right.get_title()) == ("$P$ = 4", "$P$ = 6, theory")
    np.testing.assert_array_equal(mesh_values(left), first.observables["magnetization"].best_simulation().T)
    np.testing.assert_array_equal(mesh_values(right), second.observables["magnetization"].theory.T)
    assert len({axes.collections[0].norm for axes in (left, right)}) == 1
    assert "m = 1/2 (simulation) ± 1σ" in legend_texts(figure) and drawn(left, "spinodal")
    bare = panel_figure([first, second], with_boundaries=False)
    assert "m = 1/2 (simulation) ± 1σ" not in legend_texts(bare) and drawn(bare.axes[0], "spinodal")
    with pytest.raises(DiagramError, match="not the two of the first file"):
        panel_figure([first, read_diagram(synthetic.sizes(tmp_path / "s.nc"))])


def test_boundaries_are_extrapolated_from_where_the_phase_first_ends(tmp_path: Path) -> None:
    found = boundary_limit(read_diagram(synthetic.edges_of_sizes(tmp_path / "d.nc")), Fraction(1, 2))
    assert found.sizes.tolist() == [64, 100, 144, 256] and found.dof == 2
    assert found.limit == pytest.approx(0.04) and found.slope == pytest.approx(-0.2) and found.line == 0.041
    u = found.sizes**-0.5
    assert found.limit_error == pytest.approx(0.001 * np.sqrt(np.mean(u * u) / (4 * np.var(u))))
    assert found.z == pytest.approx(-0.001 / found.limit_error) and found.chi2 == pytest.approx(0, abs=1e-9)
    assert "theory 0.041" in limit_text(found)
    axes = boundary_limit_figure([found]).axes[0]
    np.testing.assert_allclose(drawn(axes, "edges")[0].get_xdata(), u)
    assert drawn(axes, "fit")[0].get_ydata()[0] == pytest.approx(0.04)
    assert drawn(axes, "theory")[0].get_ydata()[0] == 0.041
    assert axes.get_xlabel() == "$N$$^{-1/2}$"


def test_a_limit_needs_sizes(orders: list[PhaseDiagram]) -> None:
    with pytest.raises(DiagramError, match="needs an axis of sizes"):
        boundary_limit(orders[0], Fraction(1, 2))


def test_curves_are_drawn_against_another_curve(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = synthetic.with_estimate(tmp_path / "d.nc")
    diagram = read_diagram(path)
    overlap, estimate = diagram.observables["overlap"], diagram.observables["estimate"]
    figure = agreement_figure(diagram, overlap, [estimate])
    assert len(figure.axes) == 6 and "An estimate $a$" in legend_texts(figure)
    for upper, lower in zip(figure.axes[:3], figure.axes[3:]):
        elements = drawn(upper, "elements")[0]
        np.testing.assert_allclose(elements.get_ydata(), elements.get_xdata() + 0.1)
        np.testing.assert_allclose(drawn(lower, "differences")[0].get_ydata(), 0.1)
    with pytest.raises(DiagramError, match="'magnetization' is no simulated curve"):
        agreement_figure(diagram, overlap, [diagram.observables["magnetization"]])
    options = ["--output", str(tmp_path), "--name", "o", "--dpi", "40"]
    assert main([str(path), "--against", "overlap", "--observable", "estimate", *options]) == 0
    assert capsys.readouterr().out.splitlines() == [str(tmp_path / "o.png")]
    assert main([str(path), "--against", "overlap", *options]) == 2
    assert "needs --observable" in capsys.readouterr().err


def test_command_draws_several_files_into_one(paths: list[Path], tmp_path: Path,
                                              capsys: pytest.CaptureFixture) -> None:
    options = ["--panels", "interactionOrder", "--x", "storageLoad", "--dpi", "40", "--name", "both"]
    assert main([*map(str, paths), *options, "--output", str(tmp_path / "f")]) == 0
    assert capsys.readouterr().out.splitlines() == [str(tmp_path / "f" / "both.png")]
    sizes = synthetic.edges_of_sizes(tmp_path / "d.nc")
    assert main([str(sizes), "--limit", "1/2", "--dpi", "40"]) == 0
    text, path = capsys.readouterr().out.splitlines()
    assert "limit 0.0400" in text and Path(path).is_file()
    with pytest.raises(SystemExit):
        main([str(sizes), "--limit", "-1"])
    assert "'-1' is not a positive number" in capsys.readouterr().err
    assert main([str(paths[0]), "--x", "import os"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
