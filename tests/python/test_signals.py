"""Curves of machine models: recorded, rebuilt, and drawn, on the line of the quickstart."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import LINES, PAIR
from numpy.typing import NDArray
from typer.testing import CliRunner

import libtwin as tw
from libtwin.plot.curves import curves
from libtwin_cli.app import app

MILLING = LINES / "milling-cell.json"
pytestmark = pytest.mark.skipif(not MILLING.exists(), reason="no such line here")
DAY_S = 86400.0


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tw.Run:
    """Three days of the milling cell with everything recorded."""
    path = tmp_path_factory.mktemp("signals") / "run.h5"
    return tw.load(MILLING).run(until=3 * DAY_S, record=path)


def processed_s(run: tw.Run, number: int, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Seconds that a mill has worked up to some instants, from the table of intervals."""
    rows = run.intervals
    mine = (rows["station"] == "mill") & (rows["machine"] == number)
    mine &= rows["state"] == "processing"
    start, end = rows["start"][mine], rows["end"][mine]
    inside = np.clip(times[:, None], start, end) - start
    whole: NDArray[np.float64] = inside.sum(axis=1)
    return whole


def test_a_line_lists_its_signals_and_how_they_are_recorded(run: tw.Run) -> None:
    listed = {row["signal"]: row for row in run.line.signals}
    assert listed["mill[2].tool.wear"]["way"] == "on-change"
    assert listed["oven[1].heat.T"]["way"] == "knots"
    assert listed["oven[1].heat.T"]["absolute"] == 1
    assert listed["oven[1].heat.power"]["kind"] == "output"
    assert listed["oven[1].heat.power"]["unit"] == "W"
    assert set(run.signal_names()) <= set(listed)


def test_everything_recorded_has_all_states(run: tw.Run) -> None:
    states = {row["signal"] for row in run.line.signals if row["kind"] == "state"}
    assert states <= set(run.signal_names())


def test_wear_follows_the_time_that_the_machine_has_worked(run: tw.Run) -> None:
    # dw/dt = r (1 + g w) while processing: w = (exp(g r t) - 1)/g of the time worked
    g, r = 0.8, 0.004 / 60
    for number in (1, 2):
        rows = run.signal(f"mill[{number}].tool.wear")
        changes = np.flatnonzero(np.diff(rows["value"]) < 0)
        first_tool = slice(0, int(changes[0]) + 1)
        times, wear = rows["time"][first_tool], rows["value"][first_tool]
        expected = np.expm1(g * r * processed_s(run, number, times)) / g
        assert wear.size > 20
        assert wear.max() > 1
        np.testing.assert_allclose(wear, expected, rtol=1e-9, atol=1e-12)


def test_a_rebuilt_curve_is_what_a_run_shows_that_is_stopped_there(run: tw.Run) -> None:
    times = np.arange(1, 400) * 401.7
    curve = run.signal("oven.heat.T", at=times)
    wear = run.signal("mill[1].tool.wear", at=times)
    other = tw.Run(run.line)
    for i, time_s in enumerate(times.tolist()):
        other.until(time_s)
        shown = other["stations/oven/heat.T/now"]
        assert abs(curve["value"][i] - shown) <= curve["error"][i] <= 0.25
        # on-change knows no bound, but the slopes at both ends of each phase
        assert wear["value"][i] == pytest.approx(other["stations/mill[1]/tool.wear/now"], abs=1e-5)


def test_a_signal_comes_at_a_period(run: tw.Run) -> None:
    every = run.signal("oven[1].heat.T", every="30 s")
    assert every.units == {"time": "s", "value": "K", "error": "K"}
    np.testing.assert_array_equal(every["time"], 30.0 * np.arange(len(every)))
    assert every["time"][-1] == 3 * DAY_S
    assert every["value"][0] == 293.15
    assert every.clock("time")[1] == np.datetime64("2026-03-02T06:00:30")


def test_rows_say_where_a_signal_jumps(run: tw.Run) -> None:
    rows = run.signal("oven.heat.heating")
    jumps = np.flatnonzero(np.diff(rows["time"]) == 0)
    assert jumps.size > 50
    assert set(np.abs(np.diff(rows["value"]))[jumps]) == {1.0}


def test_what_was_not_recorded_is_named(run: tw.Run, tmp_path: Path) -> None:
    with pytest.raises(tw.Error, match="no curve of 'oven"):
        run.signal("oven.heat.X")
    with pytest.raises(tw.Error, match="several machines have"):
        run.signal("mill.tool.wear")
    with pytest.raises(ValueError, match="above 0 s"):
        run.signal("oven.heat.T", every=0)
    with pytest.raises(tw.NotFound, match="no curve"):
        tw.Run(run.line).signal("oven.heat.T")  # nothing has happened yet
    with tw.Recorder(tmp_path / "no.h5", run.line, signals=False) as recorder:
        other = tw.Run(run.line)
        with recorder.observing(other):
            other.until(1000)
    with tw.open(tmp_path / "no.h5") as file, pytest.raises(tw.Error, match='no table "curves"'):
        file.signal_names()


def test_a_line_without_models_has_no_signals(tmp_path: Path) -> None:
    run = tw.parse(PAIR).run(record=tmp_path / "run.h5")
    assert len(run.line.signals) == 0
    with tw.open(tmp_path / "run.h5") as file:
        assert curves(run.line, file, 0, DAY_S) == []


def test_the_picture_has_the_signals_that_the_line_names(tmp_path: Path) -> None:
    line = tw.load(MILLING)
    run = tw.Run(line)
    with tw.Recorder(tmp_path / "run.h5", line) as recorder, recorder.observing(run):
        run.until("1 d")
    with tw.open(tmp_path / "run.h5") as file:
        drawn = curves(line, file, 0, DAY_S)
    assert [curve.name for curve in drawn] == [
        "mill[1].tool.wear",
        "mill[2].tool.wear",
        "oven[1].heat.T",
    ]
    least, greatest = drawn[2].range
    assert drawn[2].unit == "°C"
    assert least == pytest.approx(20)
    assert greatest == pytest.approx(264, abs=0.1)
    assert all((np.diff(curve.time_s) >= 0).all() for curve in drawn)


def test_samples_are_points_in_the_picture(tmp_path: Path) -> None:
    changed: dict[str, Any] = tw.load(MILLING).dump()
    changed["record"]["signals"] = {"oven.heat.T": "10 min", "oven.heat.power": "10 min"}
    line = tw.parse(changed)
    run = tw.Run(line)
    with tw.Recorder(tmp_path / "run.h5", line) as recorder, recorder.observing(run):
        run.until("1 d")
    with tw.open(tmp_path / "run.h5") as file:
        drawn = curves(line, file, 0, DAY_S)
        assert np.isnan(file.signal("oven.heat.T", every="1 min")["error"]).all()
    assert [(curve.name, curve.is_sampled) for curve in drawn] == [
        ("oven[1].heat.T", True),
        ("oven[1].heat.power", True),
    ]
    assert drawn[1].note == "0 to 2.8e+04 W"


def test_info_lists_the_signals_of_a_station_once_and_how_they_are_recorded() -> None:
    said = CliRunner().invoke(app, ["info", str(MILLING)]).stdout
    assert re.search(r"^mill\.tool\.wear +state +1 +on-change$", said, re.MULTILINE)
    assert re.search(r"^oven\.heat\.power +output +W *$", said, re.MULTILINE)
    assert said.count("mill.tool.wear") == 1
