"""Every table as NumPy, pandas and readers of Arrow see it: the same values, and no copies."""

from __future__ import annotations

import gc
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import duckdb
import h5py
import nanoarrow as na
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from conftest import LINES

import libtwin as tw

STORED = (
    "events",
    "intervals",
    "visits",
    "parts",
    "shifts",
    "signals",
    "curves",
    "solvers",
    "kpi",
    "replications",
    "recorded_signals",
)


@pytest.fixture(scope="module")
def cell(tmp_path_factory: pytest.TempPathFactory) -> tw.Run:
    """A run with machine models that was recorded."""
    path = tmp_path_factory.mktemp("tables") / "cell.h5"
    line = tw.load(LINES / "milling-cell.json")
    return line.run(until="20 h", record=path, losses=True)


def every_table(run: tw.Run) -> dict[str, tw.Table]:
    """Everything that there is as a table."""
    line, file = run.line, run.recorded()
    study = line.replicate(2, until="6 h", warmup="1 h", losses=True)
    none = tw.parse(line.dump()).run(until=1.0, warmup=0.0, losses=True)
    tables = {name: getattr(file, name) for name in STORED}
    tables |= {f"run.{n}": t for n, t in (("kpi", run.kpi), ("solvers", run.solvers))}
    tables |= {"run.losses": run.losses(), "run.bottleneck": run.bottleneck().table}
    tables |= {"no losses": none.losses(), "no solvers": tw.load(LINES / "line10.json").solvers}
    tables |= {"study.table": study.table, "study.losses": study.losses()}
    tables |= {"study.bottleneck": study.bottleneck().table, "check": line.check().table}
    tables |= {"load": line.load().stations, "people": line.load().people}
    tables |= {"solvers": line.solvers, "line.signals": line.signals}
    tables |= {"signal": run.signal("oven.heat.T"), "rebuilt": run.signal("oven.heat.T", "9 min")}
    return tables


def expect_equal(table: tw.Table, columns: dict[str, list[Any]]) -> None:
    """The values of a reader of Arrow are those of the table."""
    assert list(columns) == list(table.columns)
    for name, values in columns.items():
        own = table[name]
        if table.column(name).names is None:
            np.testing.assert_array_equal(np.array(values, own.dtype), own)
        else:
            assert ["" if value is None else value for value in values] == own.tolist()


@pytest.fixture(scope="module")
def tables(cell: tw.Run) -> dict[str, tw.Table]:
    return every_table(cell)


def test_there_are_tables_with_and_without_rows(tables: dict[str, tw.Table]) -> None:
    assert len(tables) == 26
    empty = {name for name, table in tables.items() if len(table) == 0}
    assert {"check", "no solvers"} <= empty
    assert len(empty) < 8


def test_pyarrow_reads_every_table_with_its_units(tables: dict[str, tw.Table]) -> None:
    for table in tables.values():
        read = pa.table(table)
        read.validate(full=True)
        expect_equal(table, read.to_pydict())
        assert read.schema.metadata[b"name"].decode() == table.name
        assert pa.schema(table).equals(read.schema, check_metadata=True)
        for name in table.columns:
            column, field = table.column(name), read.schema.field(name)
            metadata = field.metadata or {}
            assert metadata.get(b"unit", b"").decode() == column.unit
            assert metadata.get(b"help", b"").decode() == column.help
            is_dictionary = pa.types.is_dictionary(field.type)
            assert is_dictionary == (column.names is not None) == field.nullable
            wanted = field.type.index_type if is_dictionary else field.type
            assert wanted.to_pandas_dtype() == column.values.dtype.type


def test_nanoarrow_reads_every_table(tables: dict[str, tw.Table]) -> None:
    for table in tables.values():
        read = na.ArrayStream(table).read_all()
        assert len(read) == len(table)
        for array in na.c_array_stream(table):
            # the checks of the C library, down to every offset
            array.view()
        columns = {
            name: [value.as_py() for value in child.iter_scalar()]
            for name, child in zip(table.columns, read.iter_children(), strict=True)
        }
        expect_equal(table, columns)


def test_polars_and_duckdb_read_every_table(tables: dict[str, tw.Table]) -> None:
    for table in tables.values():
        expect_equal(table, pl.DataFrame(table).to_dict(as_series=False))
        rows = duckdb.from_arrow(table).fetchall()
        columns = [list(column) for column in zip(*rows, strict=True)] or [
            [] for _ in table.columns
        ]
        expect_equal(table, dict(zip(table.columns, columns, strict=True)))


def test_pandas_reads_every_table_alike_by_itself_and_through_arrow(
    tables: dict[str, tw.Table],
) -> None:
    for table in tables.values():
        own, read = table.pandas(), pa.table(table).to_pandas()
        assert len(own) == len(read) == len(table)
        for name in table.columns:
            column = table.column(name)
            mine = own[f"{name}_s" if column.unit == "s" and column.names is None else name]
            if column.names is None:
                np.testing.assert_array_equal(mine, read[name])
            else:
                assert mine.astype(object).fillna("").tolist() == table[name].tolist()
                assert read[name].astype(object).fillna("").tolist() == table[name].tolist()


def test_numbers_are_not_copied(cell: tw.Run) -> None:
    events = cell.events
    frame = events.pandas()
    read = pa.table(events)
    for name, frame_name in (("time", "time_s"), ("part", "part"), ("machine", "machine")):
        values = events.column(name).values
        assert np.shares_memory(frame[frame_name].to_numpy(), values)
        address = values.__array_interface__["data"][0]
        assert read[name].chunk(0).buffers()[1].address == address
    codes = events.column("kind").values
    assert read["kind"].chunk(0).indices.buffers()[1].address == codes.ctypes.data


def test_arrays_and_frames_outlive_everything(line: tw.Line, tmp_path: Path) -> None:
    run = line.run(until="2 h", record=tmp_path / "run.h5")
    with tw.open(tmp_path / "run.h5") as file:
        table = file.intervals
        start, frame = table["start"], table.pandas()
        stream = pa.RecordBatchReader.from_stream(file.events)
        wanted = len(file.events)
    expected = start.tolist()
    del table, file, run
    for _ in range(3):
        gc.collect()
    assert start.tolist() == expected == frame["start_s"].tolist()
    with pytest.raises(ValueError, match="read-only"):
        start[0] = 1
    # a stream that was opened reads on when the file is closed
    assert stream.read_all().num_rows == wanted


def test_a_closed_file_says_so(line: tw.Line, tmp_path: Path) -> None:
    line.run(until="1 h", record=tmp_path / "run.h5")
    file = tw.open(tmp_path / "run.h5")
    late = file.events
    read = file.parts
    n = len(read["part"])
    file.close()
    file.close()
    assert len(read.pandas()) == n
    with pytest.raises(ValueError, match="closed"):
        late["time"]
    with pytest.raises(ValueError, match="closed"):
        file.table("events")


def test_a_capsule_that_nobody_opens_frees_what_it_holds(cell: tw.Run) -> None:
    table = cell.kpi
    for _ in range(50):
        stream, schema = table.__arrow_c_stream__(), table.__arrow_c_schema__()
        assert '"arrow_array_stream"' in repr(stream)
        assert '"arrow_schema"' in repr(schema)
    del stream, schema
    gc.collect()
    assert pa.table(table).num_rows == len(table)


def test_streams_are_read_and_dropped_on_other_threads(cell: tw.Run) -> None:
    rows: list[int] = []

    def read(table: tw.Table) -> None:
        rows.append(pa.table(table).num_rows)

    names = ("events", "curves", "visits", "intervals")
    wanted = [len(cell.table(name)) for name in names]
    threads = [threading.Thread(target=read, args=(cell.table(name),)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(rows) == sorted(wanted)


def test_long_tables_come_in_chunks(cell: tw.Run) -> None:
    whole = cell.events
    pieces = list(cell.events.chunks(1000))
    assert [len(piece) for piece in pieces[:-1]] == [1000] * (len(pieces) - 1)
    assert sum(map(len, pieces)) == len(whole)
    for name in whole.columns:
        together = np.concatenate([piece[name] for piece in pieces])
        np.testing.assert_array_equal(together, whole[name])
    frame = pd.concat([piece.pandas() for piece in pieces])
    assert frame["time_s"].tolist() == whole["time"].tolist()
    # what is in memory stays in one piece
    assert [len(piece) for piece in whole.chunks(1000)] == [len(whole)]
    assert [len(piece) for piece in cell.kpi.chunks(10)] == [len(cell.kpi)]


def test_a_chunk_costs_its_own_memory_and_not_the_files(cell: tw.Run) -> None:
    lazy = cell.table("curves")
    assert "time" in repr(lazy)
    assert next(iter(lazy))["replication"] == 0
    batches = list(pa.RecordBatchReader.from_stream(lazy))
    assert sum(batch.num_rows for batch in batches) == len(lazy)
    assert not lazy._source._is_read  # type: ignore[attr-defined]
    lazy["time"]
    assert lazy._source._is_read  # type: ignore[attr-defined]


def test_the_names_of_recorded_signals_come_from_the_library(cell: tw.Run) -> None:
    file = cell.recorded()
    listed = file.recorded_signals
    assert listed["signal"].tolist() == cell.signal_names()
    assert "oven[1].heat.T" in cell.signal_names()
    for row in listed:
        rows = file.signal(row["signal"])
        assert len(rows) == row["rows"]
        assert rows.units["value"] == row["unit"]
    assert listed["rows"].sum() == len(file.curves)


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("code", "/events/kind counts names that the file does not have"),
        ("below", "/events/station counts names that the file does not have"),
        ("twice", 'column "station" of "events" has a name twice'),
    ],
)
def test_a_file_with_names_that_are_no_good_is_refused(
    line: tw.Line, tmp_path: Path, column: str, said: str
) -> None:
    path = tmp_path / "run.h5"
    line.run(until="1 h", record=path)
    with h5py.File(path, "r+") as file:
        places = file[file["events/station"].attrs["names"]]
        if column == "code":
            file["events/kind"].id.write(
                h5py.h5s.ALL, h5py.h5s.ALL, np.full(len(file["events/kind"]), 999, np.int32)
            )
        elif column == "below":
            file["events/station"][3] = -2
        else:
            places[1] = places[0]
    with tw.open(path) as opened:
        assert len(opened.parts) > 0
        with pytest.raises(tw.Error, match=said):
            opened.events["time"]
        with pytest.raises((tw.Error, pa.ArrowInvalid), match=said):
            pa.table(opened.events)


def test_a_file_with_names_that_are_no_text_is_not_opened(line: tw.Line, tmp_path: Path) -> None:
    path = tmp_path / "run.h5"
    line.run(until="1 h", record=path)
    with h5py.File(path, "r+") as file:
        file[file["events/station"].attrs["names"]][1] = b"\xff"
    with pytest.raises(tw.Error, match=r"/events/station .* names that are no text"):
        tw.open(path)


WRITER = """
    import sys
    import libtwin as tw
    run = tw.Run(tw.load(sys.argv[1]))
    with tw.Recorder(sys.argv[2], run.line, events=True, states=True) as recorder:
        with recorder.observing(run):
            for hours in sys.stdin:
                run.until(float(hours) * 3600)
                recorder.flush()
                print("written", flush=True)
"""


def test_a_table_of_a_growing_file_has_the_rows_of_its_instant(
    line_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "run.h5"
    command = [sys.executable, "-c", textwrap.dedent(WRITER), str(line_file), str(path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as writer:  # type: ignore[call-overload]
        try:
            file, seen = None, []
            for hours in (1, 2, 3):
                writer.stdin.write(f"{hours}\n")
                writer.stdin.flush()
                assert writer.stdout.readline() == "written\n"
                file = file or tw.open(tmp_path / "run.h5.part")
                assert not file.is_complete
                seen.append(file.events)
                assert pa.table(file.intervals).num_rows == len(file.intervals)
        finally:
            writer.stdin.close()
            writer.wait(timeout=60)
    assert file is not None
    assert 0 < len(seen[0]) < len(seen[1]) < len(seen[2])
    for table in seen:
        # the file has grown since
        read = pa.RecordBatchReader.from_stream(table).read_all()
        assert read.num_rows == len(table)
        assert len(na.ArrayStream(table).read_all()) == len(table)
        expect_equal(table, read.to_pydict())
    assert seen[0]["time"].max() <= 3600 < seen[2]["time"].max()
    file.close()
