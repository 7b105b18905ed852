"""`twin plot`: each picture alone, of files that are complete, growing or broken off."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from commands import interrupt, spawn, twin
from conftest import LINES

import libtwin as tw
from libtwin.plot.loss_rows import losses_of, losses_recorded
from libtwin.plot.picture import panels
from libtwin.plot.recording import Recording
from libtwin.plot.scene import scene_of
from libtwin.words import number

pytestmark = pytest.mark.usefixtures("elsewhere")
BEGINS = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}


@pytest.fixture(scope="module")
def cell_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with signals and shifts."""
    path = tmp_path_factory.mktemp("cell") / "cell.h5"
    tw.load(LINES / "milling-cell.json").run(until="2 d", warmup=0, record=path)
    return path


@pytest.mark.parametrize("what", ["all", "gantt", "levels", "states", "signals", "losses"])
def test_each_picture_is_drawn_alone(what: str, cell_file: Path) -> None:
    result = twin("plot", cell_file, "--what", what, "--window", "8h", "-o", "picture.png")
    assert result.exit_code == 0, result.output
    assert result.stdout == "Written: picture.png\n"
    assert Path("picture.png").read_bytes().startswith(BEGINS[".png"])


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_the_name_says_the_format(suffix: str, run_file: Path) -> None:
    result = twin("plot", run_file, "-o", f"picture{suffix}", "--what", "states")
    assert result.exit_code == 0, result.output
    assert Path(f"picture{suffix}").read_bytes().startswith(BEGINS[suffix])


def test_a_picture_without_a_name_stands_beside_its_file(run_file: Path) -> None:
    assert twin("plot", run_file, "--what", "levels").exit_code == 0
    assert run_file.with_name("pair-levels.png").exists()


def test_a_window_begins_and_ends_where_it_is_told(cell_file: Path) -> None:
    with tw.open(cell_file) as file:
        scene = scene_of(Recording(file), from_s=36000, window_s=7200)
        assert (scene.begin_s, scene.end_s) == (36000, 43200)
        assert len(panels(scene, "all")) == 3
        assert [len(panels(scene, what)) for what in ("gantt", "levels", "signals", "states")] == [
            1
        ] * 4
        spans = scene.spans["saw[1]"]
        assert (spans.start[0], spans.end[-1]) == (36000, 43200)
        late = scene_of(Recording(file), from_s=170000, window_s=7200)
        assert late.end_s == 172800


def test_shares_counted_from_a_record_are_the_figures_of_its_run(cell_file: Path) -> None:
    with tw.open(cell_file) as file:
        recording = Recording(file)
        figures = scene_of(recording).shares
        recording.tables.pop("kpi")
        counted = scene_of(recording).shares
        assert figures.keys() == counted.keys()
        for name, share in figures.items():
            for group, value in share.of.items():
                assert counted[name].of[group] == pytest.approx(value, abs=1e-9)


def test_a_run_that_was_killed_is_drawn_as_far_as_it_came(tmp_path: Path) -> None:
    options = ["--replications", 1, "--until", "10000h", "--no-picture"]
    code, _, _ = interrupt(tmp_path, ["run", LINES / "line10.json", *options], 4, is_hard=True)
    assert code == -9
    (part,) = (tmp_path / "results").glob("*.part")
    for what in ("all", "losses"):
        result = twin("plot", part, "--what", what, "-o", "killed.png")
        assert result.exit_code == 0, result.output
        assert Path("killed.png").stat().st_size > 1000
    assert "nothing proves" in result.stderr
    with tw.open(part) as file:
        recording = Recording(file)
        assert not recording.is_finished
        assert 0 < recording.end_s < 10000 * 3600
        # tables reach the file one after the other: the last row of any of them counts
        last = (file.intervals["end"], file.visits["leave"], file.parts["left"])
        assert recording.end_s == max(max(times[times < math.inf]) for times in last)


def test_a_file_that_grows_is_drawn(line: tw.Line, tmp_path: Path) -> None:
    recorder = tw.Recorder(tmp_path / "pair.h5", line, states=True, parts=True)
    run = tw.Run(line)
    with recorder, recorder.observing(run):
        run.until("4 h")
        recorder.flush()
        ran = spawn("plot", tmp_path / "pair.h5.part", "-o", "growing.png")
        assert ran.returncode == 0, ran.stderr
        same = twin("plot", tmp_path / "pair.h5.part", "-o", "same.png")  # this process, too
        assert same.exit_code == 0, same.output
    assert Path("growing.png").stat().st_size > 1000


def test_losses_are_those_of_the_recorded_replication(line: tw.Line, tmp_path: Path) -> None:
    path = tmp_path / "second.h5"
    line.run(replication=2, seed=11, record=path)
    with tw.open(path) as file:
        recording = Recording(file)
        assert (recording.replication, recording.seed) == (2, 11)
    assert twin("plot", path, "--what", "losses", "-o", "losses.png").exit_code == 0


def test_losses_that_were_recorded_are_drawn_without_running_again(
    line: tw.Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "acted.h5"
    run, recorder = tw.Run(line, losses=True), tw.Recorder(path, line, states=True)
    with recorder, recorder.observing(run):
        run.until("2 h")
        run.machine_down("saw[1]")
        run.until("4 h")
    with tw.open(path) as file:
        found = losses_recorded(Recording(file))
    own = losses_of(run)
    assert found is not None
    assert own is not None
    assert (found.station, found.rows) == (own.station, own.rows)
    assert own.gap_sentence == found.gap_sentence
    assert f"{number(own.possible_per_shift)} parts per shift" in found.gap_sentence
    monkeypatch.setattr("libtwin_cli.plot.tw.Run", None)
    result = twin("plot", path, "--what", "losses", "-o", "losses.png")
    assert result.exit_code == 0, result.output
    assert Path("losses.png").exists()


def test_losses_of_a_run_that_somebody_acted_on_are_not_drawn(
    line: tw.Line, tmp_path: Path
) -> None:
    path = tmp_path / "acted.h5"
    run, recorder = tw.Run(line), tw.Recorder(path, line, states=True)
    with recorder, recorder.observing(run):
        run.until("2 h")
        run.machine_down("saw[1]")
        run.until("4 h")
    result = twin("plot", path, "--what", "losses", "-o", "losses.png")
    assert result.exit_code == 1
    assert "its losses cannot be told" in result.stderr
    assert not Path("losses.png").exists()


def test_what_was_not_recorded_is_said(description: dict[str, Any], tmp_path: Path) -> None:
    line, path = tw.parse(json.dumps(description)), tmp_path / "bare.h5"
    run, recorder = tw.Run(line), tw.Recorder(path, line, states=False, parts=False, events=True)
    with recorder, recorder.observing(run):
        run.until("1 h")
    for what, word in (("gantt", "states"), ("levels", "parts"), ("signals", "signals")):
        result = twin("plot", path, "--what", what)
        assert result.exit_code == 1, result.output
        assert f'"{word}": ' in result.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-o", "picture.gif"], "is none of .png, .svg, .pdf"),
        (["-o", "none/picture.png"], "none is no folder"),
        (["--from", "9 h"], "the record ends at 8 h"),
        (["--window", "8 kg"], "8 kg"),
        (["--replication", "4"], "no rows of replication 4"),
        (["--what", "everything"], "everything"),
    ],
)
def test_what_cannot_be_drawn_is_misuse(options: list[str], said: str, run_file: Path) -> None:
    result = twin("plot", run_file, *options)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_line_file_is_no_run_file(line_file: Path) -> None:
    result = twin("plot", line_file)
    assert result.exit_code == 1
    assert "is no HDF5 file" in result.stderr
