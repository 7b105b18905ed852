"""`twin check`: problems as a compiler prints them, the load table, and JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from commands import spawn, twin
from conftest import LINES
from rich.cells import cell_len


def test_check_shows_the_source_and_a_caret(bad_file: Path) -> None:
    result = twin("check", bad_file)
    assert result.exit_code == 1
    lines = result.output.splitlines()
    at = next(i for i, said in enumerate(lines) if "[E-UNIT]" in said)
    assert lines[at].startswith(f"{bad_file}:")
    assert lines[at + 1].endswith('"mean": 1')
    assert lines[at + 2].index("^") == lines[at + 1].index("1", 8)
    assert re.search(r"bad\.json: \d+ errors", result.output)


def test_check_of_a_good_line_is_silent_about_it(line_file: Path) -> None:
    result = twin("check", line_file)
    assert result.exit_code == 0
    assert "pair.json" in result.output
    assert "error" not in result.output


def test_check_shows_the_load_of_each_station(line_file: Path) -> None:
    said = twin("check", line_file).output
    assert re.search(r"^At most 54\.5 good parts per hour", said, re.MULTILINE)
    assert re.search(r"^saw +1 +60 s +6 s +66 s +54\.5 +100\.0 % +cycle$", said, re.MULTILINE)
    assert re.search(r"^mill +2 .* 90\.9 % +cycle$", said, re.MULTILINE)


def test_check_gives_json(bad_file: Path, line_file: Path) -> None:
    result = twin("check", bad_file, line_file, "--json")
    assert result.exit_code == 1
    bad, good = json.loads(result.stdout)
    assert {"E-UNIT", "E-KEY"} <= {problem["code"] for problem in bad["problems"]}
    assert bad["load"] is None
    assert bad["file"] == str(bad_file)
    assert [row["station"] for row in good["tables"]["load"]["rows"]] == ["saw", "mill"]
    assert good["tables"]["load"]["units"]["cycle"] == "s"


def caret_column(said: str) -> tuple[str, int]:
    """The source line that is shown last, and the column of its caret in cells."""
    lines = said.splitlines()
    at = max(
        i for i, line in enumerate(lines) if set(line.strip("| ")) <= set("^~") and "^" in line
    )
    return lines[at - 1], lines[at].index("^")


def test_a_caret_stands_under_what_is_meant_behind_tabs_and_wide_letters(tmp_path: Path) -> None:
    path = tmp_path / "wide.json"
    path.write_text('{"libtwin": "1.0",\n\t"name": "圧延ライン", "x": 3}', encoding="utf-8")
    result = twin("check", path)
    assert result.exit_code == 1
    shown, column = caret_column(result.output)
    assert "\t" not in shown
    assert cell_len(shown[: shown.index('"x"')]) == column


def test_a_long_line_is_cut_around_what_is_meant(tmp_path: Path) -> None:
    path = tmp_path / "long.json"
    path.write_text(
        '{"libtwin": "1.0", "about": "' + "long " * 200 + '", "x": 3, "name": "' + "n" * 500 + '"}',
        encoding="utf-8",
    )
    shown, column = caret_column(twin("check", path).output)
    assert len(shown) <= 110
    assert shown[column:].startswith('"x"')


def test_a_problem_in_a_table_beside_the_line_shows_the_row_of_the_table(
    description: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "orders.csv").write_text("part,quantity,release\ngear,1,0 h\ngear,few,1 h\n")
    description["sources"]["orders"] = {"orders": {"csv": "orders.csv"}}
    path = tmp_path / "line.json"
    path.write_text(json.dumps(description), encoding="utf-8")
    result = twin("check", path)
    assert result.exit_code == 1, result.output
    at = next(
        i
        for i, row in enumerate(result.output.splitlines())
        if f"{tmp_path}/orders.csv:3:6:" in row
    )
    assert "gear,few,1 h" in result.output.splitlines()[at + 1]


def test_several_files_are_checked_and_a_missing_one_is_misuse(
    line_file: Path, bad_file: Path
) -> None:
    result = twin("check", line_file, bad_file)
    assert result.exit_code == 1
    assert re.search(r"pair\.json: \d+ warning", result.output)
    result = twin("check", line_file, "none.json")
    assert result.exit_code == 2
    assert "none.json is not there" in result.stderr


def test_standard_input_is_checked_with_its_source_lines() -> None:
    result = spawn("check", "-", typed='{"libtwin": "1.0", "x": 3}')
    assert result.returncode == 1
    assert result.stdout.startswith("<stdin>:1:")
    shown, column = caret_column(result.stdout)
    assert shown[column:].startswith('"x"')


def test_files_that_are_no_lines_give_one_problem_each(tmp_path: Path) -> None:
    for name, content in (
        ("empty.json", b""),
        ("binary.json", bytes(range(256))),
        ("text.json", b"hello\n"),
    ):
        (tmp_path / name).write_bytes(content)
        result = twin("check", tmp_path / name)
        assert result.exit_code == 1
        assert f"{name}: 1 error" in result.output
        assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("meant", "typed", "said"),
    [
        ('"6 s"', '"6,5 s"', '"6,5 s" has a comma: the decimal point is .'),
        ('"6 s"', '"6s"', 'write "6 s"'),
        ('"6 s"', '"0:06"', '"0:06" has no unit'),
        ('"skills": ["line"]', '"skills": ["all"]', "skills stand in"),
        ('"needs": ["line"]', '"needs": ["operator"]', "the workers 'operator' \"skills\""),
        ('{ "capacity": 20 }', "20", 'e.g. {"capacity": 10}'),
        ('"packer", "out"', '"packer"', 'end its chain with "out"'),
        ('"name": "bottling",', '"name": "bottling"', "is a comma missing before it?"),
        ('"name": "bottling",', '"name": \u201cbottling\u201d,', "plain double quotes"),
        ('"calendar": "two-shift", ', "", "nothing works by the calendar 'two-shift'"),
    ],
)
def test_a_slip_of_a_newcomer_is_said_with_what_is_wanted(
    tmp_path: Path, meant: str, typed: str, said: str
) -> None:
    text = (LINES / "bottling.json").read_text(encoding="utf-8")
    assert meant in text
    path = tmp_path / "slip.json"
    path.write_text(text.replace(meant, typed, 1), encoding="utf-8")
    assert said in " ".join(twin("check", path).output.split())
