"""Pictures as matplotlib figures: of runs, files and studies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import LINES
from matplotlib import pyplot
from matplotlib.figure import Figure

import libtwin as tw
from libtwin import plot
from libtwin.plot.loss_rows import losses_recorded
from libtwin.plot.recording import Recording
from libtwin.plot.scene import levels, spans_of

MILLING = LINES / "milling-cell.json"
PNG = b"\x89PNG\r\n"


@pytest.fixture(scope="module")
def cell() -> tw.Run:
    """Two days of a line with machine models, without a record."""
    return tw.load(MILLING).run(until="2 d", warmup="1 h", losses=True)


@pytest.mark.parametrize("what", ["all", "gantt", "levels", "states", "signals", "losses"])
def test_a_run_is_drawn_as_a_figure_that_nobody_shows(
    cell: tw.Run, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    figure = cell.plot(what)  # type: ignore[arg-type]
    assert isinstance(figure, Figure)
    assert pyplot.get_fignums() == []
    assert list(tmp_path.iterdir()) == []
    assert figure._repr_png_().startswith(PNG)  # type: ignore[attr-defined]
    assert figure.axes


def test_begin_and_window_say_what_is_drawn(cell: tw.Run) -> None:
    figure = cell.plot("gantt", begin="6 h", window="2 h")
    start = cell.line.start.astype("datetime64[s]").astype(float) / 86400
    np.testing.assert_allclose(figure.axes[0].get_xlim(), [start + 0.25, start + 0.25 + 2 / 24])


def test_a_file_is_drawn_while_it_is_written(line: tw.Line, tmp_path: Path) -> None:
    run = tw.Run(line)
    with tw.Recorder(tmp_path / "run.h5", line) as recorder, recorder.observing(run):
        run.until("3 h")
        recorder.flush()
        with tw.open(tmp_path / "run.h5") as file:
            assert not file.is_complete
            assert isinstance(file.plot(), Figure)
    with tw.open(tmp_path / "run.h5") as file:
        assert isinstance(file.plot("levels"), Figure)


def test_an_estimate_is_drawn_where_it_is(line: tw.Line) -> None:
    study = line.replicate(6)
    figure = study.plot(paths=["line.throughput"])
    (axes,) = figure.axes
    dots, interval, mean = axes.lines
    hours = study.values("line/throughput") * 3600
    np.testing.assert_allclose(dots.get_xdata(), hours)
    estimate = study["line/throughput"]
    bounds = [estimate.mean - estimate.half_width, estimate.mean + estimate.half_width]
    np.testing.assert_allclose(interval.get_xdata(), np.array(bounds) * 3600)
    np.testing.assert_allclose(mean.get_xdata(), [estimate.mean * 3600])
    assert axes.get_title(loc="left") == "throughput   line/throughput"
    assert [text.get_text() for text in axes.texts] == [str(estimate)]


def test_studies_are_drawn_side_by_side_with_one_scale(line: tw.Line) -> None:
    studies = {"one": line.replicate(3), "two": line.replicate(3, seed=9)}
    figure = plot.estimates(studies)
    assert len(figure.axes) >= 3
    for axes in figure.axes:
        rows = {float(dots.get_ydata()[0]) for dots in axes.lines}
        assert rows == {0.0, 1.0}
    assert {"one", "two"} <= {text.get_text() for text in figure.axes[0].texts}


def test_a_study_is_drawn_by_its_losses(line: tw.Line) -> None:
    assert isinstance(line.replicate(2, losses=True).plot("losses"), Figure)


def test_what_cannot_be_drawn_is_said(line: tw.Line, cell: tw.Run) -> None:
    run, study = line.run(until="2 h"), line.replicate(2)
    with pytest.raises(ValueError, match="all, gantt, levels, states, signals, not as 'pie'"):
        run.plot("pie")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no signals of machine models"):
        run.plot("signals")
    with pytest.raises(ValueError, match="the record ends at 7200 s"):
        run.plot(begin="3 h")
    with pytest.raises(ValueError, match="nothing was recorded yet"):
        tw.Run(line).plot()
    with pytest.raises(tw.Error, match="losses=True"):
        run.plot("losses")
    with pytest.raises(tw.Error, match="losses=True"):
        study.plot("losses")
    with pytest.raises(ValueError, match='"estimates" or "losses"'):
        study.plot("gantt")
    with pytest.raises(tw.NotFound, match="line/throughput"):
        study.plot(paths=["line/througput"])
    with pytest.raises(ValueError, match="has no figures"):
        plot.estimates({})


def test_matplotlib_is_loaded_when_something_is_drawn() -> None:
    script = """if True:
        import sys
        import libtwin.plot
        assert "matplotlib" not in sys.modules
        sys.modules["matplotlib"] = None
        line = libtwin.load(sys.argv[1])
        try:
            line.run(until="1 h").plot()
        except ImportError as error:
            print(error)
    """
    command = [sys.executable, "-c", script, str(LINES / "press-shop.json")]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert said == "matplotlib is not here: pip install matplotlib\n"


def test_the_picture_of_losses_begins_with_what_is_possible_and_what_is_good() -> None:
    run = tw.load(MILLING).run(until="2 d", warmup="1 h", losses=True)
    own = next(row for row in run.bottleneck().table if row["is_bottleneck"])
    possible, good = own["possible"] / own["shifts"], own["good"] / own["shifts"]
    whole = run.plot("losses").axes[1]
    widths = [bar.get_width() for bar in whole.patches]
    assert widths[:2] == pytest.approx([possible, good])
    assert sum(widths[1:]) == pytest.approx(possible)  # good parts and losses fill it


def test_a_run_file_tells_what_was_possible_as_its_run_does(tmp_path: Path) -> None:
    path = tmp_path / "run.h5"
    run = tw.load(MILLING).run(until="2 d", warmup="1 h", losses=True, record=path)
    own = next(row for row in run.bottleneck().table if row["is_bottleneck"])
    found = losses_recorded(Recording(run.recorded()))
    assert found is not None
    assert found.good_per_shift == pytest.approx(own["good"] / own["shifts"])
    assert found.possible_per_shift == pytest.approx(own["possible"] / own["shifts"])


def test_a_stretch_is_drawn_from_its_own_rows(cell: tw.Run) -> None:
    recording = Recording(cell.recorded())
    begin_s, end_s = 30 * 3600.0, 34 * 3600.0
    whole = spans_of(recording)
    touching = spans_of(recording, (begin_s, end_s))
    for name in recording.line.machines:
        assert touching[name].start.size < whole[name].start.size
        wanted, found = (spans[name].between(begin_s, end_s) for spans in (whole, touching))
        np.testing.assert_array_equal(found.start, wanted.start)
        np.testing.assert_array_equal(found.end, wanted.end)
        np.testing.assert_array_equal(found.group, wanted.group)
    visits = cell.visits
    for level in levels(recording, begin_s, end_s):
        for time_s, count in zip(level.time_s[:-1], level.count[:-1], strict=True):
            is_in = (visits["enter"] <= time_s) & ~(visits["leave"] <= time_s)
            assert count == (is_in & (visits["station"] == level.name)).sum()


def test_a_stretch_begins_on_the_plant_s_clock_too(cell: tw.Run) -> None:
    by_clock = cell.plot("gantt", begin=cell.line.start + np.timedelta64(30, "h"), window="1 h")
    by_time = cell.plot("gantt", begin="30 h", window="1 h")
    assert by_clock._repr_png_() == by_time._repr_png_()  # type: ignore[attr-defined]
