"""Run files that outlive their writers, and what they say of themselves."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import h5py
import numpy as np
import pytest

import libtwin as tw

LINE = """{"libtwin": "1.0", "name": "saw mill", "parts": {"p": {}}, "run": {"horizon": "8 h"},
 "buffers": {"b": {"capacity": 20}},
 "sources": {"s": {"sequence": ["p"], "repeat": true, "every": "7 s"}},
 "stations": {"saw": {"type": "machine", "time": {"exponential": {"mean": "5 s"}}}},
 "flow": [["s", "b", "saw", "out"]]}"""

# Writes for ever, and says how far it has run after each flush.
WRITER = f"""
import sys
import libtwin as tw
line = tw.parse('''{LINE}''')
run = line.run(until="1 s")
with tw.Recorder(sys.argv[1], line, states=True, events=True, flush=0) as recorder:
    with recorder.observing(run):
        while True:
            run.until("+2000 s")
            recorder.flush()
            print(run.time_s, flush=True)
"""

# Reads along until the file is gone; what it has seen never shrinks.
READER = """
import pathlib, sys, time
import libtwin as tw
path = pathlib.Path(sys.argv[1])
rows, growth = 0, 0
while path.exists() and growth < 3:
    with tw.open(path) as file:
        ends = file.intervals["end"]
        assert len(ends) >= rows and not file.is_complete
        growth += len(ends) > rows
        rows = len(ends)
    time.sleep(0.01)
assert growth == 3
"""


def start_writer(path: Path) -> subprocess.Popen[str]:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, path], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    assert writer.stdout.readline()
    return writer


def test_a_killed_record_is_recovered_for_every_reader(tmp_path: Path) -> None:
    path, part = tmp_path / "run.h5", tmp_path / "run.h5.part"
    writer = start_writer(path)
    readers = [subprocess.Popen([sys.executable, "-c", READER, part]) for _ in range(2)]
    with pytest.raises(tw.Error, match="still being written"):
        tw.recover(part)
    assert [reader.wait(60) for reader in readers] == [0, 0]
    writer.kill()
    assert writer.stdout is not None
    said = float(writer.stdout.read().split()[-1])
    writer.wait()

    with pytest.raises(tw.Error, match="recover"):
        tw.File(path)
    with tw.open(part) as file:
        assert file.intervals["end"].max() >= said - 200
        whole = len(file.events)
    with pytest.raises(OSError, match="already open for write"):
        h5py.File(part)
    assert tw.recover(part) == path
    assert not part.exists()
    with h5py.File(path) as plain:
        assert plain.attrs["complete"] == 0
        assert plain.attrs["recovered"] == 1
        assert plain.attrs["schema"] == b"libtwin.run"
        lengths = {len(column) for column in plain["events"].values()}
        assert lengths == {whole}
        assert plain["events/kind"].dims[0][0].name == "/events/time"
    with tw.open(path) as file:
        assert not file.is_complete
        assert file.line.hash == tw.parse(LINE).hash
        assert file.info["recovered"] == "1"
    with pytest.raises(tw.Error, match="no name that ends"):
        tw.recover(path)


def test_a_file_says_where_it_comes_from(tmp_path: Path) -> None:
    source, path = tmp_path / "mill.json", tmp_path / "run.h5"
    source.write_text(LINE, encoding="utf-8")
    line = tw.load(source)
    line.run(seed=7, record=path)
    with tw.open(path) as file:
        info = file.info
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", info.pop("created"))
    assert info == {
        "schema": "libtwin.run",
        "schema_version": "1",
        "libtwin_version": tw.__version__,
        "kind": "run",
        "line_name": "saw mill",
        "line_file": "mill.json",
        "line_hash": f"{int(line.hash):016x}",
        "text_hash": f"{line.text_hash:016x}",
        "math_fingerprint": f"{tw.math_fingerprint:016x}",
        "seed": "7",
        "warmup_s": "0",
        "horizon_s": "28800",
        "t_end": "28800",
        "complete": "1",
        "has_losses": "0",
        "ended": "horizon",
        "status": "0",
    }
    assert str(tmp_path) not in "".join(info.values())


def test_a_study_says_its_options_and_where_each_replication_is(tmp_path: Path) -> None:
    path = tmp_path / "study.h5"
    study = tw.parse(LINE).replicate(12, record=path, confidence=0.9)
    with tw.open(path) as file:
        wanted = {"kind": "study", "n_replication": "12", "confidence": "0.9", "has_losses": "0"}
        assert file.info.items() >= wanted.items()
        for name in ("events", "kpi", "visits"):
            table = file.table(name)
            for number in range(12):
                rows = file.rows_of(name, number)
                mine = np.flatnonzero(table["replication"] == number)
                assert (rows.start, rows.stop) == (mine[0], mine[-1] + 1)
        with pytest.raises(tw.NotFound):
            file.rows_of("events", 12)
        shipped = file.kpi["kpi"] == "line/shipped"
        np.testing.assert_array_equal(file.kpi["value"][shipped], study.values("line/shipped"))


FULL_DISK = f"""
import resource, signal, sys
import libtwin as tw
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
line = tw.parse('''{LINE}''')
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000_000, 40_000_000))
try:
    line.replicate(400, record=sys.argv[1], threads=2)
except tw.Error as error:
    study = error.kept
    print(error.problems[0].message, study.n_done, len(study.values("line/shipped")))
"""


def test_a_full_disk_ends_a_study_that_keeps_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "study.h5"
    command = [sys.executable, "-c", FULL_DISK, path]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert done.stderr == ""
    found = re.search(r"File too large (\d+) (\d+)$", done.stdout)
    assert found is not None, done.stdout
    assert 0 < int(found[1]) == int(found[2]) < 400
    with tw.open(tw.recover(f"{path}.part")) as file:
        assert 0 < len(file.replications) <= int(found[1]) + 1


def test_rows_wait_until_they_are_asked_for_without_a_flush(tmp_path: Path) -> None:
    line = tw.parse(LINE)
    path = tmp_path / "run.h5"
    run = line.run(until="1 s")
    with tw.Recorder(path, line, states=True, flush=0) as recorder, recorder.observing(run):
        run.until("1 h")
        time.sleep(0.6)
        run.until("2 h")
        with tw.open(f"{path}.part") as file:
            assert len(file.intervals) == 0
            recorder.flush()
            assert len(file.intervals) > 0
