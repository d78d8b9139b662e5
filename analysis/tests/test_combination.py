"""Observables computed from others, several observables in one figure, and curves along time."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import synthetic
import xarray as xr
from drawing import drawn, legend_texts

from spinodal_analysis import DiagramError, PhaseDiagram, read_diagram
from spinodal_analysis.__main__ import main
from spinodal_analysis.combination import combined
from spinodal_analysis.comparison import curves_against
from spinodal_analysis.comparison_figure import comparison_figure
from spinodal_analysis.expressions import Expression, mathematical

LOAD, DEPTH, TIME = np.array([0.5, 1, 2]), np.array([2.0, 4]), np.array([0.0, 1, 10, 100, 1000])
STOPPED = LOAD[:, None] + DEPTH  # [load][depth]
RIDGE = 0.5 * STOPPED
ERRORS = STOPPED[..., None] / (1 + TIME)  # [load][depth][time]


def parsed(text: str) -> Expression:
    return Expression.parsed(text)


def described(name: str, symbol: str) -> dict[str, str]:
    return {"long_name": name, "symbol": symbol, "units": "1"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Two scalars (`ridge` by theory alone) and two curves over time, for three loads and two depths."""
    dims = ("load", "depth")
    data = xr.Dataset({
        "stopped": (dims, STOPPED + 0.1, described("stopped error", "E_g(t*)")), "stopped_theory": (dims, STOPPED),
        "stopped_error": (dims, np.full(STOPPED.shape, 0.02)),
        "ridge": (dims, np.full(STOPPED.shape, np.nan), described("ridge error", "E_g^{ridge*}")),
        "ridge_theory": (dims, RIDGE),
        "test": ((*dims, "time"), ERRORS + 0.1, described("test error", "E_g")),
        "test_error": ((*dims, "time"), np.full(ERRORS.shape, 0.03)), "test_theory": ((*dims, "time"), ERRORS),
        "train": ((*dims, "time"), 0.25 * ERRORS, described("train error", "E_t")),
        "train_error": ((*dims, "time"), np.full(ERRORS.shape, 0.01)), "train_theory": ((*dims, "time"), 0.2 * ERRORS),
    }, coords={"load": ("load", LOAD, described("load ratio", "α")), "depth": ("depth", DEPTH, described("depth", "D")),
               "time": ("time", TIME, described("time", "t"))})
    return synthetic.write(tmp_path / "d.nc", data, "load depth", system="students", order_parameter="stopped",
                           parameters=json.dumps({"time": list(TIME), "noise": 0.5}))


@pytest.fixture
def diagram(path: Path) -> PhaseDiagram:
    return read_diagram(path)


def test_a_difference_is_one_of_theories_and_of_means(diagram: PhaseDiagram) -> None:
    made = combined(diagram, parsed("test-train"), {})
    np.testing.assert_allclose(made.theory, 0.8 * ERRORS)
    np.testing.assert_allclose(made.simulation, 0.75 * ERRORS + 0.1)
    # Of the same samples: no more than the sum of both errors.
    np.testing.assert_allclose(made.error, 0.04)
    assert made.curve_dimensions == ("time",) and made.formula == "$E_g - E_t$"


def test_axes_parameters_and_scalars_stand_in_formulas(diagram: PhaseDiagram) -> None:
    made = combined(diagram, parsed("depth*test/(noise*stopped)"), {"depth": "D"})
    np.testing.assert_allclose(made.theory, DEPTH[:, None] / (0.5 * (1 + TIME)) * np.ones((3, 1, 1)))
    assert made.formula.startswith(r"$D\,E_g / ")
    squared = combined(diagram, parsed("stopped^2"), {})
    np.testing.assert_allclose(squared.error, (STOPPED + 0.12)**2 - (STOPPED + 0.1)**2)


def test_what_only_theory_knows_has_no_points(diagram: PhaseDiagram) -> None:
    made = combined(diagram, parsed("stopped-ridge"), {})
    np.testing.assert_allclose(made.theory, 0.5 * STOPPED)
    assert made.has_theory and not made.has_simulation
    (low, _) = curves_against(parsed("load"), [diagram], "stopped-ridge")
    np.testing.assert_allclose(low.observable.theory, 0.5 * STOPPED[:, 0])


def test_formulas_without_meaning_are_refused(diagram: PhaseDiagram) -> None:
    with pytest.raises(DiagramError, match="no observable stands in 'depth'"):
        combined(diagram, parsed("depth"), {})
    with pytest.raises(DiagramError, match="'speed' has no value"):
        combined(diagram, parsed("stopped*speed"), {})


def test_curves_run_along_time_at_every_point(diagram: PhaseDiagram) -> None:
    found = curves_against(parsed("time"), [diagram], "test")
    assert len(found) == 6
    for curve in found:
        load, depth = curve.parameters["load"], curve.parameters["depth"]
        np.testing.assert_allclose(curve.x, TIME)
        np.testing.assert_allclose(curve.observable.theory, (load + depth) / (1 + TIME))
    np.testing.assert_allclose(curves_against(parsed("time/depth"), [diagram], "test")[1].x, TIME / 4)
    with pytest.raises(DiagramError, match="no coordinate of 'stopped'"):
        curves_against(parsed("time"), [diagram], "stopped")


def test_curves_along_time_are_told_apart(diagram: PhaseDiagram) -> None:
    figure = comparison_figure([diagram], [parsed("time")], panels=["load"], observables="test")
    assert [axes.get_title() for axes in figure.axes] == ["$α$ = 0.5", "$α$ = 1", "$α$ = 2"]
    assert legend_texts(figure)[:2] == ["$D$ = 2", "$D$ = 4"] and figure.axes[0].get_xlabel() == "Time"
    assert figure.axes[0].get_xscale() == "symlog" and figure.axes[0].get_xlim()[0] > -1
    np.testing.assert_allclose(drawn(figure.axes[2], "theory")[1].get_ydata(), 6 / (1 + TIME))


def test_several_observables_have_colours(diagram: PhaseDiagram) -> None:
    figure = comparison_figure([diagram], [parsed("load")], panels=["depth"], observables="test,stopped,ridge",
                               logarithmic="y")
    assert legend_texts(figure) == ["Test error $E_g$ (last time)", "Stopped error $E_g(t{*})$",
                                    r"Ridge error $E_g^{\mathrm{ridge}{*}}$", "simulation ± 1σ", "theory"]
    for axes in figure.axes:
        lines = drawn(axes, "theory")
        assert len({tuple(line.get_color()) for line in lines}) == 3
        assert {line.get_linestyle() for line in lines} == {"-"}
        assert axes.get_yscale() == "log" and len(drawn(axes, "simulation")) == 2
    markers = {handle.get_label(): handle.get_marker() for handle in figure.legends[0].legend_handles}
    assert markers[r"Ridge error $E_g^{\mathrm{ridge}{*}}$"] == "" != markers["Stopped error $E_g(t{*})$"]


def test_dashes_tell_observables_apart_where_one_alone_has_points(diagram: PhaseDiagram) -> None:
    figure = comparison_figure([diagram], [parsed("load")], observables="depth*stopped,ridge")
    assert legend_texts(figure) == ["$D$ = 2", "$D$ = 4", "simulation ± 1σ", r"theory: $D\,E_g(t{*})$",
                                    r"theory: ridge error $E_g^{\mathrm{ridge}{*}}$"]
    lines = drawn(figure.axes[0], "theory")
    assert len({tuple(line.get_color()) for line in lines}) == 2
    assert {line.get_linestyle() for line in lines} == {"-", "--"}


def test_a_panel_each_observable_has_its_own_scale(diagram: PhaseDiagram) -> None:
    figure = comparison_figure([diagram], [parsed("load")], panels=["observable"], observables="test,ridge")
    left, right = figure.axes
    assert (left.get_title(), right.get_title()) == ("Test error $E_g$ (last time)",
                                                     r"Ridge error $E_g^{\mathrm{ridge}{*}}$")
    assert left.get_ylim() != right.get_ylim() and legend_texts(figure)[:2] == ["$D$ = 2", "$D$ = 4"]


@pytest.mark.parametrize(("symbol", "text"), [
    ("E_g(∞)", "E_g(∞)"), ("E_g(∞; N, P)", r"E_g(∞;\,N,\,P)"), ("α_1^RSB", r"α_1^{\mathrm{RSB}}"),
    ("m_ret", r"m_{\mathrm{ret}}"), ("E_g^{max}", r"E_g^{\mathrm{max}}"), ("σ_ε²", "σ_ε^{2}"), ("(D t)_∞", r"(D\,t)_∞"),
    ("m₀", "m_{0}"), ("SNR", r"\mathrm{SNR}")])
def test_symbols_are_typeset(symbol: str, text: str) -> None:
    assert mathematical(symbol) == text


def test_lines_of_theory_end_with_the_curves_or_are_left_out(tmp_path: Path) -> None:
    diagram = read_diagram(synthetic.one_axis(tmp_path / "d.nc"))
    (curve,) = curves_against(parsed("storageLoad"), [diagram], None)
    assert curve.transitions()
    axes = comparison_figure([diagram], [parsed("storageLoad")]).axes[0]
    bare = comparison_figure([diagram], [parsed("storageLoad")], with_lines=False).axes[0]
    assert len(bare.lines) == len(axes.lines) - len(curve.transitions())
    short = replace(curve, x=curve.x[:2], points=curve.points[:2])
    assert max(short.x) < min(p for marks in curve.transitions().values() for p in marks) and not short.transitions()


def test_command_takes_formulas(path: Path, capsys: pytest.CaptureFixture) -> None:
    options = ["--x", "load", "--observable", "stopped-ridge", "--log", "y", "--dpi", "40", "--name", "gap"]
    assert main([str(path), *options]) == 0
    assert capsys.readouterr().out.splitlines() == [str(path.parent / "figures" / "gap.png")]
    assert main([str(path), "--x", "load", "--observable", "stopped-speed"]) == 2
    assert "'speed' has no value" in capsys.readouterr().err
