"""Reading lines: what comes in, what is wrong with it, what can be asked."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import LINE_FILES

import libtwin as tw


@pytest.mark.parametrize("path", LINE_FILES, ids=lambda path: path.stem)
def test_every_line_of_the_collection_is_read(path: Path) -> None:
    line = tw.load(path)
    assert line.name
    assert line.quantities


def test_a_line_says_what_its_file_says(line_file: Path) -> None:
    line = tw.load(line_file)
    assert (line.name, line.about) == ("pair", "How much does a buffer of three help?")
    assert (line.horizon_s, line.warmup_s) == (28800.0, 3600.0)
    assert (line.replications, line.seed) == (3, 7)
    assert line.start == np.datetime64("2026-03-02T06:00:00")
    assert line.stations == ("saw", "mill")
    assert line.machines == ("saw[1]", "mill[1]", "mill[2]")
    assert line.buffers == ("b",)
    assert line.names("part") == ("gear",)


def test_text_dict_and_file_give_the_same_line(
    line_file: Path, description: dict[str, Any]
) -> None:
    text = line_file.read_text(encoding="utf-8")
    lines = [tw.load(line_file), tw.parse(text), tw.parse(text.encode()), tw.parse(description)]
    assert len({line.hash for line in lines}) == 1


def test_every_mistake_is_listed_with_its_place(bad_file: Path) -> None:
    with pytest.raises(tw.Error) as caught:
        tw.load(bad_file)
    problems = {problem.pointer: problem for problem in caught.value.problems}
    unit = problems["/stations/saw/time/exponential/mean"]
    assert (unit.code, unit.severity) == ("E-UNIT", "error")
    source = bad_file.read_text(encoding="utf-8").splitlines()[unit.line - 1]
    assert source[unit.column - 1 :].startswith("1")
    assert any(problem.code == "E-KEY" for problem in problems.values())
    assert str(caught.value).startswith(f"{bad_file}:")
    assert all(f"{problem}" in str(caught.value) for problem in problems.values())


def test_a_text_that_is_not_json_is_one_problem() -> None:
    with pytest.raises(tw.Error) as caught:
        tw.parse('{\n  "name": }', file="typed.json")
    (problem,) = caught.value.problems
    assert (problem.code, problem.file, problem.line) == ("E-JSON", "typed.json", 2)


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        tw.load(tmp_path / "none.json")


def test_a_line_that_is_read_has_no_errors_left(line: tw.Line) -> None:
    check = line.check()
    assert all(problem.severity != "error" for problem in check.problems)
    assert len(check.table) == len(check.problems)
    assert str(check) == "\n".join(map(str, check.problems)) or str(check) == "no problems"


def test_a_check_shows_its_problems_as_text_and_table(bad_file: Path) -> None:
    with pytest.raises(tw.Error) as caught:
        tw.load(bad_file)
    check = tw.Check(caught.value.problems)
    assert check.warnings == []
    assert set(check.table["severity"]) == {"error"}
    assert list(check.table["line"]) == [problem.line for problem in check.problems]
    assert str(check) == str(caught.value)
    assert "E-UNIT" in check._repr_html_()


def test_a_dump_is_the_same_line_with_its_defaults_listed(line: tw.Line) -> None:
    dump = line.dump()
    assert dump["x-defaults"]
    assert dump["stations"]["mill"]["machines"] == 2
    assert tw.parse(dump).hash == line.hash


def test_a_line_is_pickled_by_its_text(line_file: Path) -> None:
    line = tw.load(line_file)
    copy = pickle.loads(pickle.dumps(line))
    assert (copy.hash, copy.text_hash, copy.name) == (line.hash, line.text_hash, line.name)


def test_a_quantity_is_named_by_path_pointer_or_dots(line: tw.Line) -> None:
    spellings = (
        "stations/mill[2]/state/processing",
        "/stations/mill[2]/state/processing",
        "stations.mill[2].state.processing",
    )
    assert len({line.quantity(path) for path in spellings}) == 1
    assert line.quantities["line/throughput"] == "1/s"
    assert line.quantities["line/lead_time/mean"] == "s"


def test_a_wrong_path_names_the_nearest(line: tw.Line) -> None:
    with pytest.raises(tw.NotFound, match="line/throughput"):
        line.quantity("line/througput")
    with pytest.raises(KeyError):
        line.quantity("nowhere")


@pytest.mark.parametrize(("text", "expected"), [("8 h", 28800.0), ("6.2 min", 372.0), (90, 90.0)])
def test_durations_are_read_by_the_library(text: str | int, expected: float) -> None:
    assert tw.seconds(text) == expected


@pytest.mark.parametrize("text", ["8", "8h", "8 hours", "eight h", "", "3 kg"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(tw.Error, match="no duration"):
        tw.seconds(text)


def test_the_schema_is_json_and_names_the_parts_of_a_line() -> None:
    schema = json.dumps(tw.schema())
    assert all(f'"{word}"' in schema for word in ("stations", "buffers", "flow"))
    assert tw.reference().startswith("#")


def test_a_line_shows_itself_in_a_notebook(description: dict[str, Any]) -> None:
    description["about"] = "<b>Is 1 < 2?</b>"
    shown = tw.parse(description)._repr_html_()
    assert "mill[2]" in shown
    assert "&lt;b&gt;Is 1 &lt; 2?" in shown


def test_the_load_table_has_a_row_per_station(line: tw.Line) -> None:
    # saw: 1 min and 1/30 of 3 min; mill: 2 min on two machines
    table = line.load_table()
    assert table["station"].tolist() == ["saw", "mill"]
    assert np.allclose(table["need"], [66.0, 60.0])
    assert np.allclose(table["stops"], [6.0, 0.0])
    assert table.units["capacity"] == "1/s"
    frame = table.pandas()
    assert frame["load"].max() == pytest.approx(1.0)
    load = line.load()
    assert load.is_relative
    assert load.good_per_s == pytest.approx(1 / 66)
    assert "saw" in str(load)
    assert "saw" in load._repr_html_()


def test_a_load_above_one_is_a_warning_with_its_place(description: dict[str, Any]) -> None:
    description["sources"]["orders"]["every"] = "30 s"
    check = tw.parse(description).check()
    assert check.load is not None
    assert not check.load.is_relative
    found = {problem.pointer: problem for problem in check.warnings}
    assert {"/stations/saw", "/stations/mill"} <= set(found)
    assert found["/stations/saw"].code == "W-RHO"
    assert "220 %" in found["/stations/saw"].message
