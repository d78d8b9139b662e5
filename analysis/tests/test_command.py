"""The command: files written, their names printed, refusals, the report, the same bytes twice."""

from pathlib import Path

import pytest
import synthetic
from spinodal_analysis.__main__ import main
from spinodal_analysis.reading import read_diagram
from spinodal_analysis.report import worst_deviations


@pytest.mark.parametrize("format", ["png", "pdf", "svg"])
def test_files_are_printed_and_the_same_twice(tmp_path: Path, capsys: pytest.CaptureFixture, format: str) -> None:
    path = synthetic.dense_hebbian(tmp_path / "d.nc")
    written = []
    for folder in ("a", "b"):
        assert main([str(path), "--output", str(tmp_path / folder), "--format", format, "--dpi", "50", "--html"]) == 0
        written.append([Path(line) for line in capsys.readouterr().out.splitlines()])
    names = ["map", "cuts-storageLoad", "cuts-temperature", "phases"]
    assert [p.name for p in written[0]] == [f"{name}.{format}" for name in names] + ["report.html"]
    for first, second in zip(*written):
        assert first.read_bytes() == second.read_bytes(), first.name


def test_default_folder_and_named_observable(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = synthetic.one_axis(tmp_path / "d.nc")
    assert main([str(path), "--observable", "energy", "--dpi", "40"]) == 0
    assert capsys.readouterr().out.splitlines() == [str(tmp_path / "figures" / "cuts-energy.png")]


@pytest.mark.parametrize(("arguments", "message"), [
    (["{path}", "--observable", "magnetisation"], "did you mean 'magnetization'?"),
    (["{path}.missing"], "no such file"),
    (["{text}"], "not a NetCDF-4 file")])
def test_refusals_take_one_line(tmp_path: Path, capsys: pytest.CaptureFixture, arguments: list[str],
                                message: str) -> None:
    path = synthetic.one_axis(tmp_path / "d.nc")
    (tmp_path / "text.nc").write_text("no data")
    assert main([a.format(path=path, text=tmp_path / "text.nc") for a in arguments]) == 2
    captured = capsys.readouterr()
    assert message in captured.err and captured.err.count("\n") == 1 and not captured.out


@pytest.mark.parametrize("arguments", [["--cuts", "0"], ["--cuts", "two"], ["--format", "gif"], ["--nonsense"]])
def test_wrong_options_take_one_line(tmp_path: Path, capsys: pytest.CaptureFixture, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([str(tmp_path / "d.nc"), *arguments])
    assert stop.value.code == 2 and capsys.readouterr().err.count("\n") == 1


def test_worst_deviations_name_observable_and_point(tmp_path: Path) -> None:
    worst = worst_deviations(read_diagram(synthetic.one_axis(tmp_path / "d.nc")))
    assert (worst[0].observable, worst[0].place) == ("magnetization", "storageLoad = 0.04")
    assert worst[0].z == pytest.approx(10)
    assert worst[0].simulation == "0.100 ± 0.010"


def test_report_holds_figures_parameters_and_run_file(tmp_path: Path) -> None:
    path = synthetic.curves(tmp_path / "d.nc", own_times=True)
    assert main([str(path), "--output", str(tmp_path), "--dpi", "40", "--html"]) == 0
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") == 4
    for text in ("interactionOrder", "system = &quot;dense-hebbian&quot;", "storageLoad = 0.01", "time = "):
        assert text in page
    assert "http" not in page
