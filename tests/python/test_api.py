"""The script of the design, as it stands there, and what it promises of runs without a record."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import LINES, PAIR
from processes import started

import libtwin as tw

# A saw, and a furnace that heats each part to 850 degC, in two shifts.
FURNACE: dict[str, Any] = {
    "libtwin": "1.0",
    "name": "furnace",
    "run": {"start": "2026-03-02T06:00:00", "horizon": "16 h", "warmup": "1 h", "seed": 11},
    "parts": {"billet": {"mass": "20 kg"}},
    "sources": {"orders": {"sequence": ["1 billet"], "repeat": True}},
    "buffers": {"b": {"capacity": 2}},
    "stations": {
        "saw": {
            "type": "machine",
            "time": {"exponential": {"mean": "4 min"}},
            "failures": {
                "jam": {
                    "clock": "processing",
                    "mtbf": {"exponential": {"mean": "2 h"}},
                    "repair": {"exponential": {"mean": "5 min"}},
                }
            },
        },
        "furnace": {
            "type": "machine",
            "load": {"time": "30 s"},
            "dynamics": {
                "heat": {
                    "model": "lumped-thermal",
                    "states": {"T": "20 degC"},
                    "heat_capacity": "40 kJ/K",
                    "load_heat": "0.6 kJ/kg/K",
                    "loss": "0.03 kW/K",
                    "heater": {"power": "120 kW", "setpoint": "860 degC", "band": "6 K"},
                    "standby": "700 degC",
                }
            },
            "finish": {"when": "heat.T >= 850 degC", "soak": "1 min"},
        },
    },
    "flow": [["orders", "saw", "b", "furnace", "out"]],
}

# As in the design; a test compares where the design is at hand.
SCRIPT = """\
import libtwin as tw
line = tw.load("line.json")               # tw.Error prints like a compiler; .problems is a list
line.check()                              # load table: cycle, need per good part, share of takt; nothing is simulated
run = line.run()                          # horizon, warm-up, seed from the file; progress; Ctrl-C keeps what is there
run.kpi.pandas(); run.intervals.pandas()  # tidy; one row per state interval is a Gantt
run.signal("furnace.heat.T", every="30 s")
fork = run.fork(); fork.until("+8 h")
tw.open("run.h5")                         # the same object, read only, also while a run is still writing or after a kill
"""  # noqa: E501
DESIGN = LINES.parent.parent / "shared" / "design" / "API.md"


@pytest.fixture
def furnace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with that line as line.json, and no run file."""
    (tmp_path / "line.json").write_text(json.dumps(FURNACE), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def hot() -> tw.Line:
    """The same line."""
    return tw.parse(FURNACE)


@pytest.mark.skipif(not DESIGN.exists(), reason="the design is not here")
def test_the_script_is_that_of_the_design() -> None:
    assert SCRIPT in DESIGN.read_text(encoding="utf-8")


def test_the_script_of_the_design_works_as_written(furnace: Path) -> None:
    pytest.importorskip("pandas")
    tw.load("line.json").run(until="2 h", record="run.h5")
    names: dict[str, Any] = {}
    exec(SCRIPT, names)
    run, fork = names["run"], names["fork"]
    assert fork.time_s == run.time_s + 8 * 3600
    frame = run.intervals.pandas()
    assert {"station", "machine", "state", "start_s", "end_s", "start_clock"} <= set(frame)
    assert frame["end_s"].max() == run.time_s
    heat = run.signal("furnace.heat.T", every="30 s")
    assert np.all(np.diff(heat["time"]) == 30)
    assert 800 + 273 < np.nanmax(heat["value"]) < 900 + 273
    assert not list(furnace.glob("*.h5.part"))


def test_a_run_without_a_record_has_the_tables_of_one_with_a_record(
    hot: tw.Line, tmp_path: Path
) -> None:
    plain, recorded = hot.run(), hot.run(record=tmp_path / "run.h5")
    for name in ("intervals", "events", "visits", "parts", "signals", "curves"):
        ours, theirs = plain.table(name), recorded.table(name)
        assert len(ours) == len(theirs) > 0, name
        for column in theirs.columns:
            np.testing.assert_array_equal(ours[column], theirs[column])
    assert plain.signal_names() == recorded.signal_names()
    assert plain.full_hash == recorded.full_hash


def test_making_the_tables_leaves_no_file_and_is_done_once(
    hot: tw.Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    run = hot.run()
    assert list(tmp_path.iterdir()) == []
    rows = len(run.intervals)
    assert run.recorded() is run.recorded()
    if os.name == "posix":
        assert list(tmp_path.iterdir()) == []
    run.until("+1 h")
    assert len(run.intervals) > rows


def changed(run: tw.Run) -> None:
    """Does a bit of everything to a run, between events and among those of one instant."""
    run.until("3 h")
    run.machine_down("saw[1]")
    run.until("+20 min")
    run.machine_up("saw[1]")
    for _ in range(7):
        run.step()
    run.reseed(5)
    run.order_add("b", "billet", due="9 h", priority=2)
    part = max(run.state()["part"], key=int)
    run.value_set(f"parts/{part}/priority", 3)
    run.value_set("failures.saw[1].jam.left", "2 min")
    run.until("+2 h")


def test_what_was_done_to_a_run_is_done_again_for_its_tables(hot: tw.Line, tmp_path: Path) -> None:
    run, recorded = tw.Run(hot, replication=2, seed=3), tw.Run(hot, replication=2, seed=3)
    changed(run)
    recorder = tw.Recorder(tmp_path / "run.h5", hot, states=True)
    with recorder, recorder.observing(recorded):
        changed(recorded)
    assert run.full_hash == recorded.full_hash
    with tw.open(tmp_path / "run.h5") as file:
        for column in file.intervals.columns:
            np.testing.assert_array_equal(run.intervals[column], file.intervals[column])


def test_a_fork_and_a_pickled_run_have_the_whole_past(hot: tw.Line) -> None:
    now = hot.run(until="2 h", replication=1)
    future = now.fork()
    future.reseed(4)
    future.until("+2 h")
    copy = pickle.loads(pickle.dumps(future))
    other = tw.Run(hot)
    other.copy_from(future)
    for run in (future, copy, other):
        intervals = run.intervals
        assert intervals["start"].min() == 0
        assert intervals["end"].max() == 4 * 3600
    assert now.intervals["end"].max() == 2 * 3600


@pytest.mark.parametrize("how", ["restore", "set_state", "adopt", "replay"])
def test_a_run_whose_past_is_not_known_says_what_to_do(hot: tw.Line, how: str) -> None:
    old, run = hot.run(until="1 h"), tw.Run(hot)
    if how == "restore":
        run.restore(old.save())
    elif how == "set_state":
        run.set_state(old.state())
    elif how == "adopt":
        run.adopt(old)
    else:
        start = tw.Run(hot)
        log = start.log()
        start.until("1 h")
        log.replay(run)
    with pytest.raises(ValueError, match=r"not recorded.* record='run\.h5'"):
        _ = run.intervals


def test_a_run_that_failed_has_tables_up_to_there(overfed: dict[str, Any]) -> None:
    with pytest.raises(tw.Error, match="max_parts") as caught:
        tw.parse(overfed).run()
    run = caught.value.kept
    assert run.intervals["end"].max() == run.time_s


def test_a_run_that_was_stopped_has_tables_up_to_there(line: tw.Line) -> None:
    calls = 0

    def stop_first(progress: tw.Progress) -> bool:
        nonlocal calls
        calls += 1
        return calls == 3

    run = tw.Run(line, progress=stop_first)
    assert run.until("20000 d") is False
    assert run.intervals["end"].max() == run.time_s
    assert calls > 3  # progress is shown while it is run again


def test_progress_may_stop_the_second_run_too(line: tw.Line) -> None:
    seen: list[tw.Progress] = []

    def show(progress: tw.Progress) -> bool:
        seen.append(progress)
        return len(seen) > 2

    run = tw.Run(line, progress=show)
    assert run.until("20000 d") is False
    with pytest.raises(tw.Error, match="progress"):
        _ = run.intervals


def test_ctrl_c_ends_the_second_run_too_and_keeps_the_first(line_file: Path) -> None:
    script = """if True:
        import sys
        import libtwin as tw
        run = tw.load(sys.argv[1]).run(until="6000 d")
        print("ready", flush=True)
        try:
            run.intervals
        except KeyboardInterrupt as stop:
            print(type(stop).__name__, stop.kept is run, run.time_s / 86400, flush=True)
    """
    with started([sys.executable, "-c", script, str(line_file)]) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.4)
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=60)[0] == "Interrupted True 6000.0\n"


KILLED = """if True:
    import os, signal, sys
    import libtwin as tw
    line = tw.load("line.json")
    run = tw.Run(line)
    recorder = tw.Recorder("run.h5", line, states=True, signals=True)
    with recorder, recorder.observing(run):
        run.until("4 h")
        recorder.flush()
        print("written", flush=True)
        sys.stdin.read()
"""


def test_a_file_opens_by_its_name_while_it_is_written_and_after_a_kill(furnace: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"written\n"
        with tw.open("run.h5") as file:
            assert not file.is_complete
            n_row = len(file.intervals)
            assert n_row > 10
    finally:
        process.kill()
        process.communicate()
    with tw.open("run.h5") as file:
        assert not file.is_complete
        assert len(file.intervals) == n_row
        assert file.line.hash == tw.load("line.json").hash
    with pytest.raises(tw.Error, match=r"nothing\.h5"):
        tw.open("nothing.h5")


def test_the_tables_of_another_replication_have_its_number() -> None:
    run = tw.parse(PAIR).run(replication=2, until="1 h")
    assert set(run.intervals["replication"].tolist()) == {2}
