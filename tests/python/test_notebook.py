"""What a notebook needs of the package: what is completed and shown, threads, what is stopped."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from conftest import LINES

import libtwin as tw
from libtwin import progress as progress_module


def test_only_what_is_meant_to_be_used_is_completed() -> None:
    assert set(dir(tw)) - {"__doc__", "__version__"} == set(tw.__all__)
    for name in tw.__all__:
        assert getattr(tw, name) is not None


def test_objects_say_what_they_are(line: tw.Line, tmp_path: Path) -> None:
    table = line.load_table()
    assert repr(table.column("cycle")).startswith("<libtwin.Column 'cycle' in s")
    assert table._ipython_key_completions_() == list(table.columns)
    path = tmp_path / "run.h5"
    with tw.Recorder(path, line) as recorder:
        assert repr(recorder) == f"<libtwin.Recorder {str(path)!r}>"
    assert repr(recorder).endswith(", closed>")
    with pytest.raises(tw.Error) as caught:
        tw.parse({"libtwin": "1.0", "nonsense": 1})
    problem = caught.value.problems[0]
    assert repr(problem) == f"<libtwin.Problem {problem.text}>"


def test_a_run_in_its_warm_up_says_why_it_has_no_figures(line: tw.Line) -> None:
    assert "none before the end of the warm-up, 1 h" in line.run("10 min")._repr_html_()
    assert "warm-up" not in line.run("2 h")._repr_html_()
    assert "warm-up" not in line.run("10 min", warmup=0)._repr_html_()
    with pytest.raises(tw.Error, match="3600 s, leaves nothing of the 60 s"):
        line.replicate(2, until="1 min")


def test_a_step_names_the_machine_as_operations_and_states_do(line: tw.Line) -> None:
    run = tw.Run(line)
    machines = set()
    while run.time_s < 3600:
        event = run.step()
        assert event is not None
        machines.add(event.machine)
    assert machines - {""} <= set(line.machines)
    assert machines - {""}
    for machine in machines - {""}:
        assert run.state(machine)


def test_values_of_several_paths_are_the_columns_of_a_data_frame(line: tw.Line) -> None:
    study = line.replicate(4)
    paths = ["line/throughput", "line/lead_time/mean"]
    both = study.values(paths)
    assert both.shape == (4, 2)
    for i, path in enumerate(paths):
        np.testing.assert_array_equal(both[:, i], study.values(path))
    assert study.values([]).shape == (4, 0)


def test_a_study_that_was_stopped_says_how_many_are_missing(line: tw.Line) -> None:
    many = 20_000
    study = line.replicate(many, progress=lambda seen: seen.n_done > 0)
    assert 0 < study.n_done < many
    for shown in (repr(study), study._repr_html_()):
        assert f" {study.n_done:,} of 20,000 replications" in re.sub(r"(?<=\d)\s(?=\d)", ",", shown)
    assert repr(line.replicate(2)).endswith(": 2 replications>")


def test_what_was_interrupted_says_where_it_is_kept(line: tw.Line) -> None:
    def interrupt(_progress: tw.Progress) -> bool:
        raise KeyboardInterrupt

    with pytest.raises(tw.Interrupted, match=r"sys\.last_value\.kept: <libtwin\.Study") as caught:
        line.replicate(20_000, progress=interrupt)
    assert isinstance(caught.value.kept, tw.Study)


def seen(n_replication: int, n_done: int, time_s: float) -> tw.Progress:
    """A report of a long call."""
    return tw.Progress(n_replication, n_done, time_s, 1000.0, 5)


def test_progress_knows_its_share() -> None:
    assert seen(1, 0, 250.0).share == 0.25
    assert seen(1, 0, 2000.0).share == 1
    assert seen(8, 2, 900.0).share == 0.25
    assert str(seen(8, 2, 900.0)) == "25 %, 2 of 8 replications"
    assert str(seen(1, 0, 900.0)) == "90 %"
    assert tw.Progress(1, 0, 5.0, 0.0, 5).share == 0


def test_a_bar_is_drawn_on_a_terminal_and_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    bar = progress_module.Bar()
    bar(seen(8, 2, 0.0))
    bar(seen(8, 8, 0.0))
    bar.end()
    drawn = terminal.getvalue().split("\r")
    assert "25 %, 2 of 8" in drawn[1]
    assert "[" + "#" * 30 + "]" in drawn[2]
    assert drawn[-1] == ""
    assert not drawn[-2].strip()


def test_a_bar_is_shown_in_a_notebook_in_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    class Handle:
        def update(self, given: dict[str, str], *, raw: bool) -> None:
            assert raw
            shown.append(given["text/html"])

    def display(given: dict[str, str], *, raw: bool, display_id: bool) -> Handle:
        assert display_id
        Handle().update(given, raw=raw)
        return Handle()

    shell = SimpleNamespace(kernel=object())
    ipython = SimpleNamespace(get_ipython=lambda: shell)
    monkeypatch.setitem(sys.modules, "IPython", ipython)  # type: ignore[arg-type]
    place = SimpleNamespace(display=display)
    monkeypatch.setitem(sys.modules, "IPython.display", place)  # type: ignore[arg-type]
    bar = progress_module.Bar()
    bar(seen(8, 2, 0.0))
    bar(seen(8, 4, 0.0))
    bar.end()
    assert 'value="0.250"' in shown[0]
    assert 'value="0.500"' in shown[1]
    assert shown[2:] == [""]


def test_a_bar_changes_nothing_and_is_silent_in_a_script(
    line: tw.Line, capfd: pytest.CaptureFixture[str]
) -> None:
    assert line.replicate(40, progress=True).hashes == line.replicate(40).hashes
    assert line.run(progress=True).hash == line.run(progress=False).hash
    assert capfd.readouterr() == ("", "")


def test_a_run_in_the_hands_of_another_thread_is_refused(line: tw.Line) -> None:
    # The other thread waits in its progress call, in the middle of a long run.
    is_inside, may_go = threading.Event(), threading.Event()

    def wait(_progress: tw.Progress) -> None:
        is_inside.set()
        may_go.wait(60)

    run = tw.Run(line, progress=wait)
    twin = tw.Run(line)
    other = threading.Thread(target=run.until, args=("2000 d",))
    other.start()
    try:
        assert is_inside.wait(60)
        calls: list[Any] = [
            lambda: run.until("+1 h"),
            run.step,
            run.fork,
            run.save,
            lambda: run.machine_down(line.machines[0]),
            lambda: run.reseed(1),
            lambda: twin.copy_from(run),
        ]
        for call in calls:
            with pytest.raises(RuntimeError, match="another thread is using this run"):
                call()
    finally:
        may_go.set()
        other.join()
    assert run.time_s == 2000 * 86400
    twin.until("2000 d")
    assert run.full_hash == twin.full_hash


def test_a_record_reaches_its_file_between_short_calls(line: tw.Line, tmp_path: Path) -> None:
    path = tmp_path / "run.h5"
    run = tw.Run(line)
    with tw.Recorder(path, line, parts=True, flush=0.001) as recorder, recorder.observing(run):
        for _ in range(40):
            run.until("+10 min")
            threading.Event().wait(0.002)
        with tw.open(path) as file:
            assert not file.is_complete
            assert 0 < len(file.parts) < 1024  # less than a chunk
        while run.time_s < 8 * 3600:
            run.step()
            threading.Event().wait(0.0005)
        with tw.open(path) as file:
            assert file.parts["created"].max() > 7 * 3600


def test_threads_that_wait_leave_the_processor_to_others() -> None:
    code = "import libtwin, os; print(os.environ.get('OMP_WAIT_POLICY'))"
    given = {**os.environ, "OMP_DISPLAY_ENV": "true"}
    given.pop("OMP_WAIT_POLICY", None)
    for said, left in ((None, "None"), ("ACTIVE", "ACTIVE")):
        environment = given if said is None else {**given, "OMP_WAIT_POLICY": said}
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == left  # what is started later finds what was there
        if "OMP_WAIT_POLICY" in done.stderr:  # a build with OpenMP
            assert f"OMP_WAIT_POLICY = '{said or 'PASSIVE'}'" in done.stderr


def test_keys_are_called_alike_in_all_tables(line: tw.Line) -> None:
    run = line.run()
    parts, visits = run.parts.pandas(), run.visits.pandas()
    merged = visits.merge(parts, on=["replication", "part"], validate="many_to_one")
    assert len(merged) == len(visits)
    on = ["replication", "station", "machine", "part"]
    assert len(run.intervals.pandas().merge(visits, on=on)) > 0


def test_a_signal_is_read_at_clock_times_and_durations() -> None:
    models = tw.load(LINES / "milling-cell.json").run("2 h")
    name = models.signal_names()[0]
    start = models.line.start
    wanted = models.signal(name, at=[0.0, 3600.0])
    clocks = np.array([start, start + np.timedelta64(1, "h")])
    durations = np.array([0, 60], "timedelta64[m]")
    listed = [moment.astype("datetime64[us]").astype(object) for moment in clocks]
    for at in (clocks, durations, listed, ["0 s", "1 h"]):
        found = models.signal(name, at=at)
        np.testing.assert_array_equal(found["time"], wanted["time"])
        np.testing.assert_array_equal(found["value"], wanted["value"])
    with pytest.raises(TypeError, match="at must be seconds"):
        models.signal(name, at=[None])
