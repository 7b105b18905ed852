"""`twin info`, `twin recover`, `twin dump`, `twin schema`: what is in files."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from commands import twin
from conftest import PAIR

import libtwin as tw
from libtwin.plot.recording import tables_of

pytestmark = pytest.mark.usefixtures("elsewhere")


def killed(line: tw.Line, folder: Path) -> Path:
    """What is left of a run file whose writer was killed after four hours."""
    recorder = tw.Recorder(folder / "pair.h5", line, states=True, parts=True, events=True)
    run = tw.Run(line)
    with recorder, recorder.observing(run):
        run.until("4 h")
        recorder.flush()
        left = (folder / "pair.h5.part").read_bytes()
    path = folder / "killed.h5.part"
    path.write_bytes(left)
    return path


def test_info_of_a_line_says_what_it_is_made_of(line_file: Path) -> None:
    said = twin("info", line_file).output
    assert "How much does a buffer of three help?" in said
    assert "2 stations: saw, mill" in said
    assert "asks for 3 replications of 8 h, the first 1 h not counted, seed 7" in said
    document = json.loads(twin("info", line_file, "--json").stdout)
    assert (document["kind"], document["stations"]) == ("line", ["saw", "mill"])


def test_info_of_a_run_file_says_where_it_comes_from_and_how_far_it_goes(run_file: Path) -> None:
    said = twin("info", run_file).output
    assert said.startswith(f"{run_file}: run file, complete\n")
    assert "recorded until 8 h, which is 2026-03-02 14:00:00 in the plant" in said
    assert "replication 0: seed 7, until 8 h, counted from 1 h on" in said
    assert f"line hash {tw.parse(PAIR).hash:016x}" in said
    assert "start [s]" in said
    document = json.loads(twin("info", run_file, "--json").stdout)
    with tw.open(run_file) as file:
        assert document["rows"] == {name: len(rows) for name, rows in tables_of(file).items()}
    assert (document["is_complete"], document["until_s"]) == (True, 28800.0)
    assert document["columns"]["intervals"]["start"] == "s"
    assert document["tables"]["replications"]["rows"][0]["seed"] == 7


def test_info_of_many_replications_lists_the_first_ones(line: tw.Line, tmp_path: Path) -> None:
    line.replicate(15, record=tmp_path / "many.h5")
    said = twin("info", "many.h5").output
    assert "replication 11: " in said
    assert "replication 12: " not in said
    assert "and 3 replications more" in said


def test_info_of_a_killed_run_says_so(line: tw.Line, tmp_path: Path) -> None:
    path = killed(line, tmp_path)
    said = twin("info", path).output
    assert "not complete: still written, or its run was killed" in said
    document = json.loads(twin("info", path, "--json").stdout)
    assert document["is_complete"] is False
    assert 3.9 * 3600 < document["until_s"] <= 4 * 3600


def ended(line: tw.Line, **given: Any) -> str:
    """What `twin info` says first of a run file that was made so."""
    n = given.pop("n", 0)
    with contextlib.suppress(tw.Error):
        line.replicate(n, record="ended.h5", **given) if n else line.run(record="ended.h5", **given)
    said = twin("info", "ended.h5").output.splitlines()[0]
    with tw.open("ended.h5") as file:
        assert file.is_complete
        assert file.info["ended"] == file.ended
    return said.removeprefix("ended.h5: run file, ")


def test_info_says_what_stopped_a_run(line: tw.Line, overfed: dict[str, object]) -> None:
    assert ended(line) == "complete"
    stopped = ended(line, until="10000 d", progress=lambda at: at.time_s > 86400)
    assert re.fullmatch(r"stopped at [\d.]+ d of 10\s000 d by the user", stopped)
    stopped = ended(line, n=5, until="20000 d", progress=lambda at: at.time_s > 86400)
    assert stopped == "stopped after 0 of 5 replications by the user"
    stopped = ended(tw.parse(json.dumps(overfed)))
    assert re.fullmatch(r"stopped at .+ of .+ by an error: more parts are in the line .+", stopped)


def test_info_says_that_a_run_was_left_before_its_horizon(line: tw.Line, tmp_path: Path) -> None:
    run, recorder = tw.Run(line), tw.Recorder("left.h5", line)
    with recorder, recorder.observing(run):
        run.until("2 h")
    said = twin("info", "left.h5").output
    assert said.startswith("left.h5: run file, ended at 2 h of 8 h, before its horizon\n")
    document = json.loads(twin("info", "left.h5", "--json").stdout)
    assert (document["is_complete"], document["ended"]) == (True, "early")


def test_a_missing_run_file_whose_part_is_there_is_told(line: tw.Line, tmp_path: Path) -> None:
    killed(line, tmp_path)
    result = twin("info", "killed.h5")
    assert result.exit_code == 2
    assert "killed.h5 is not there, but killed.h5.part is: unfinished or killed" in result.stderr


@pytest.mark.parametrize("content", [b"", b"hello", bytes(range(256))])
@pytest.mark.parametrize("verb", ["info", "export", "plot"])
def test_what_is_no_run_file_gives_one_sentence(verb: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bad.h5"
    path.write_bytes(content)
    result = twin(verb, path)
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert "bad.h5" in result.stderr


def test_a_run_file_is_known_by_its_content_too(run_file: Path, tmp_path: Path) -> None:
    other = tmp_path / "pair.dat"
    other.write_bytes(run_file.read_bytes())
    assert "run file, complete" in twin("info", other).output


def test_dump_and_schema_are_json(line_file: Path) -> None:
    dump = json.loads(twin("dump", line_file).stdout)
    assert dump["x-defaults"]
    assert json.loads(twin("schema").stdout)
    assert twin("schema", "--markdown").stdout.startswith("#")


# recover


def test_recover_says_how_much_was_saved_and_until_when(line: tw.Line, tmp_path: Path) -> None:
    if not hasattr(tw, "recover"):
        pytest.skip("this libtwin cannot recover")
    path = killed(line, tmp_path)
    with tw.open(path) as file:
        wanted, end_s = len(file.intervals), file.intervals["end"].max()
    result = twin("recover", path, "-o", "saved.h5")
    assert result.exit_code == 0, result.output
    assert re.search(r"Saved what was recorded until [\d.]+ h\. Written: saved.h5", result.output)
    assert re.search(rf"^intervals +{wanted}  ", result.output, re.MULTILINE)
    again = twin("recover", path, "-o", "saved.h5")
    assert again.exit_code == 2
    assert "--force replaces it" in again.stderr
    forced = twin("recover", path, "-o", "saved.h5", "--force", "--json")
    document = json.loads(forced.stdout)
    assert document["rows"]["intervals"] == wanted
    assert document["until_s"] >= end_s
    assert twin("recover", path).exit_code == 0
    assert "run file, recovered from a run that was killed" in twin("info", "killed.h5").output
    assert not path.exists()


def test_recover_asks_the_library_for_the_file_that_is_wanted(
    line: tw.Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, calls = killed(line, tmp_path), []

    def save(part: Any, to: Any = None) -> None:
        calls.append(to and Path(to))
        Path(to or Path(part).with_suffix("")).write_bytes(Path(part).read_bytes())

    monkeypatch.setattr(tw, "recover", save, raising=False)
    assert twin("recover", path).exit_code == 0
    result = twin("recover", path, "-o", "other.h5")
    assert result.exit_code == 0, result.output
    assert calls == [None, Path("other.h5")]
    assert "Saved what was recorded until " in result.output


def test_recover_of_what_cannot_be_saved_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "bad.h5.part"
    path.write_bytes(b"hello")
    result = twin("recover", path)
    assert result.exit_code in (1, 2)
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "bad.h5").exists()
