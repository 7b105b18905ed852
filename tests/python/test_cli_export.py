"""`twin export`: CSV as in RFC 4180, Excel workbooks, Parquet, JSON, and what each refuses."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from commands import interrupt, twin
from conftest import LINES

import libtwin as tw
from libtwin_cli import excel
from libtwin_cli.sheets import BATCH, SheetColumn, sheet_of_columns
from libtwin_cli.writers import Style, write_csv

pytestmark = pytest.mark.usefixtures("elsewhere")


def test_csv_has_units_the_clock_and_every_digit(run_file: Path) -> None:
    result = twin("export", run_file, "intervals")
    assert result.exit_code == 0, result.output
    assert result.stdout_bytes.count(b"\r\n") == result.stdout_bytes.count(b"\n")
    head, *rows = csv.reader(io.StringIO(result.stdout_bytes.decode("utf-8"), newline=""))
    assert head[4:8] == ["start [s]", "start [clock]", "end [s]", "end [clock]"]
    with tw.open(run_file) as file:
        table = file.intervals
        assert [float(row[4]) for row in rows] == table["start"].tolist()
        assert [row[1] for row in rows] == table["station"].tolist()
        assert rows[1][5] == np.datetime_as_string(table.clock("start")[1], unit="us")


def test_csv_quotes_what_needs_quotes(tmp_path: Path) -> None:
    names = ("plain", 'a "quoted" one', "a,comma", "two\r\nlines", "Ölwechsel")
    column = SheetColumn("name", "", np.array([0, 1, 2, 3, 4, -1]), names)
    path = tmp_path / "names.csv"
    write_csv(sheet_of_columns("names", [column]), path, Style())
    with path.open(encoding="utf-8", newline="") as file:
        assert [row[0] if row else "" for row in csv.reader(file)] == ["name", *names, ""]


def test_decimal_commas_are_for_excel(run_file: Path, tmp_path: Path) -> None:
    options = ["--decimal", "comma", "-o", "parts.csv"]
    assert twin("export", run_file, "parts", *options).exit_code == 0
    written = (tmp_path / "parts.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    head, first = written.decode("utf-8-sig").splitlines()[:2]
    assert head.split(";")[:4] == ["replication", "part", "type", "created [s]"]
    assert re.fullmatch(r"\d+,\d+", first.split(";")[3])


def test_two_equal_signs_in_csv_are_refused(run_file: Path) -> None:
    result = twin("export", run_file, "parts", "--decimal", "comma", "--separator", ",")
    assert result.exit_code == 2
    assert "; can" in result.stderr
    tabs = twin("export", run_file, "parts", "--separator", "tab")
    assert tabs.stdout.startswith("replication\tpart\t")


def test_an_instant_that_is_not_known_is_empty(run_file: Path) -> None:
    _, *rows = csv.reader(io.StringIO(twin("export", run_file, "parts").stdout))
    due, clock = rows[0][-2:]
    assert (due, clock) == ("", "")


def test_a_file_for_each_table(run_file: Path, tmp_path: Path) -> None:
    result = twin("export", run_file, "parts", "visits", "-o", "out-{table}.csv")
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in tmp_path.glob("out-*")) == [
        "out-parts.csv",
        "out-visits.csv",
    ]
    result = twin("export", run_file, "parts", "visits", "-o", "out.csv")
    assert result.exit_code == 2
    assert "holds one table" in result.stderr


def test_a_workbook_has_a_sheet_for_each_table(run_file: Path, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    result = twin("export", run_file, "-o", "run.xlsx")
    assert result.exit_code == 0, result.output
    book = openpyxl.load_workbook(tmp_path / "run.xlsx")
    with tw.open(run_file) as file:
        table = file.intervals
        page = book["intervals"]
        heads = [cell.value for cell in page[1]]
        assert page.max_row == len(table) + 1
        assert page.freeze_panes == "A2"
        assert page[1][0].font.bold
        assert heads[4:6] == ["start [s]", "start [clock]"]
        second = [cell.value for cell in page[3]]
        assert second[4] == table["start"][1]
        assert second[1] == table["station"][1]
        assert isinstance(second[5], datetime)
        away = abs(second[5] - table.clock("start")[1].astype("datetime64[us]").item())
        assert away.total_seconds() < 0.001
        assert page.column_dimensions["B"].width > len("station")
        # more digits than Excel keeps stay as text
        rows = book["replications"]
        place = [cell.value for cell in rows[1]].index("hash")
        assert rows[2][place].value == str(file.replications["hash"][0])
    assert {"kpi", "parts", "visits", "events"} <= set(book.sheetnames)


def test_names_of_sheets_are_such_as_excel_allows() -> None:
    taken: set[str] = set()
    long = "furnace[1].heat.T/of/the/whole/plant"
    names = [excel.sheet_name(name, taken) for name in (long, long, "a:b", "A.b")]
    assert len({name.lower() for name in names}) == 4
    for name in names:
        assert len(name) <= 31
        assert not set(name) & set("[]:*?/\\'")


def test_too_many_rows_for_excel_are_told_before_anything_is_written(tmp_path: Path) -> None:
    values = np.zeros(1_048_576)
    sheet = sheet_of_columns("events", [SheetColumn("time", "s", values)])
    said = excel.too_large([sheet]).replace("\N{NO-BREAK SPACE}", " ")
    assert "1 048 576 rows, and an Excel sheet holds 1 048 575 below its head" in said
    fitting = sheet_of_columns("events", [SheetColumn("time", "s", values[1:])])
    assert excel.too_large([fitting]) == ""


def test_a_large_table_is_written_in_batches_and_loses_no_row(tmp_path: Path) -> None:
    n = 2 * BATCH + 7
    column = SheetColumn("i", "", np.arange(n))
    path = tmp_path / "many.csv"
    write_csv(sheet_of_columns("many", [column]), path, Style())
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines == ["i", *map(str, range(n))]


def test_parquet_keeps_names_units_and_instants(run_file: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    assert twin("export", run_file, "intervals", "-o", "i.parquet").exit_code == 0
    read = parquet.read_table(tmp_path / "i.parquet")
    with tw.open(run_file) as file:
        assert read.num_rows == len(file.intervals)
        assert read["station"].to_pylist() == file.intervals["station"].tolist()
    assert read.schema.field("start").metadata == {b"unit": b"s"}
    assert str(read.schema.field("start_clock").type) == "timestamp[us]"


def test_parquet_without_pyarrow_says_what_is_missing(
    run_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("libtwin_cli.parquet.is_there", lambda: False)
    result = twin("export", run_file, "parts", "-o", "parts.parquet")
    assert result.exit_code == 2
    assert "pip install 'libtwin[parquet]'" in result.stderr


def test_json_has_every_table_with_its_units(run_file: Path) -> None:
    def refuse(word: str) -> None:
        pytest.fail(f"{word} is no JSON")

    said = twin("export", run_file, "--json").stdout
    document: dict[str, Any] = json.loads(said, parse_constant=refuse)
    assert (document["command"], document["is_complete"]) == ("export", True)
    parts = document["tables"]["parts"]
    assert parts["units"]["created"] == "s"
    assert parts["rows"][0]["created_clock"].startswith("2026-03-02T06:")
    assert parts["rows"][0]["due"] is None
    with tw.open(run_file) as file:
        assert len(parts["rows"]) == len(file.parts)


def test_what_is_known_of_a_line_is_exported_too(line_file: Path) -> None:
    said = twin("export", line_file, "load").stdout.splitlines()
    assert said[0].startswith("station,machines,")
    assert [row.split(",")[0] for row in said[1:]] == ["saw", "mill"]
    said = twin("export", line_file, "quantities").stdout.splitlines()
    assert said[0] == "quantity,unit"
    assert len(said) == 1 + len(tw.load(line_file).quantities)


def test_a_signal_is_a_table_by_its_name(tmp_path: Path) -> None:
    line = tw.load(LINES / "milling-cell.json")
    line.run(until="4 h", warmup=0, record=tmp_path / "cell.h5")
    said = twin("export", "cell.h5", "oven[1].heat.T", "--every", "10min").stdout.splitlines()
    assert said[0] == "time [s],time [clock],value [K],error [K]"
    assert [float(row.split(",")[0]) for row in said[1:4]] == [0.0, 600.0, 1200.0]


def test_an_unknown_table_is_misuse_and_lists_those_there_are(run_file: Path) -> None:
    result = twin("export", run_file, "interval")
    assert result.exit_code == 2
    assert 'no table "interval"; there are: replications, kpi' in result.stderr


@pytest.mark.parametrize("target", ["out.doc", "out", "none/out.csv", ".", "-o-"])
def test_a_target_that_cannot_be_is_misuse(target: str, run_file: Path) -> None:
    assert twin("export", run_file, "parts", "-o", target).exit_code == 2


def test_a_file_that_was_there_stays_when_writing_fails(run_file: Path, tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    result = twin("export", run_file, "parts", "-o", full, "--format", "csv")
    assert result.exit_code == 3
    assert "No space left on device" in result.stderr
    assert full.is_char_device()


def test_ctrl_c_leaves_no_half_of_a_file(run_file: Path, tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("old\n")
    line = tw.load(LINES / "line10.json")
    line.run(until="4000 h", record=tmp_path / "long.h5")
    arguments = ["export", "long.h5", "visits", "-o", "old.csv"]
    code, _, warned = interrupt(tmp_path, arguments, 1)
    assert (code, warned) == (130, "Interrupted.\n")
    assert (tmp_path / "old.csv").read_text() == "old\n"
    assert not list(tmp_path.glob(".old.csv*"))
