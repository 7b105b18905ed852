"""`twin run`: what it prints first, what it writes, and with which exit code it ends."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from commands import interrupt, spawn, twin
from conftest import LINE_FILES, LINES

import libtwin as tw

pytestmark = pytest.mark.usefixtures("elsewhere")
N_LINE = 30


def first_lines(path: Path, *options: object) -> str:
    """What stands in the first thirty lines."""
    result = twin("run", path, "--no-picture", *options)
    assert result.exit_code == 0, result.output
    return "\n".join(result.output.splitlines()[:N_LINE])


@pytest.mark.parametrize("path", LINE_FILES, ids=lambda path: path.stem)
def test_thirty_lines_hold_what_matters(path: Path) -> None:
    said = first_lines(path, "--replications", 4)
    flat = " ".join(said.split())
    line = tw.load(path)
    description = line.dump()
    assert flat.startswith(f"{line.name}: {line.about}")
    assert re.search(
        r"ships [\d.]+ ± [\d.]+ parts per (hour|day)(, closed hours included)? \(95 %", flat
    )
    for part in line.names("part") if len(line.names("part")) > 1 else ():
        assert re.search(rf"By part: .*\b{part} [\d.]+", flat)
    assert ("Target: " in flat) == ("targets" in description)
    assert "Lost in good parts per shift; bottleneck: " in flat
    for station in line.stations:
        cells = next(row for row in said.splitlines() if row.split()[:1] == [station]).split()
        assert len(cells) in (12, 13), cells
    for head in ("cycle", "need", "OEE", "avail. %", "tools", "stops"):
        assert head in said
    for pool in line.names("worker"):
        assert re.search(rf"People and resources: .*\b{pool} [\d.]+ % busy", flat)
    for buffer in line.buffers:
        assert re.search(rf"Buffers full / empty in %.*\b{buffer} [\d.]+ / [\d.]+", flat)
    count = len(description["x-defaults"])
    assert f"{count} values are defaults" in flat
    assert f"Written: {Path('results') / path.stem}.h5" in flat
    assert "Try next: " in flat
    assert f"twin export results/{path.stem}.h5 -o {path.stem}.xlsx" in flat


def test_the_head_compares_with_the_targets(served: dict[str, Any], tmp_path: Path) -> None:
    served["targets"] = {"good": "900 1/shift", "takt": "30 s", "oee": "50 %"}
    path = tmp_path / "served.json"
    path.write_text(json.dumps(served), encoding="utf-8")
    flat = " ".join(first_lines(path, "--no-record").split())
    # two machines share a person: 720 parts in a shift of eight hours
    assert "Target: 900 good parts per shift, made 720 (80.0 %);" in flat
    assert "a takt of 30 s in working time, reached 40 s; an OEE of 50.0 %, reached " in flat
    assert "By shift: early 720, late 720 good parts." in flat


def test_shares_of_the_head_are_of_the_planned_time(served: dict[str, Any], tmp_path: Path) -> None:
    served["defaults"]["calendar"] = "one"
    served["workers"]["ops"]["calendar"] = "one"
    served["calendars"] = {"one": {"shifts": {"early": "Mon-Fri 06:00-14:00"}}}
    path = tmp_path / "served.json"
    path.write_text(json.dumps(served), encoding="utf-8")
    result = twin("run", path, "--no-record")
    rows = [row.split() for row in result.output.splitlines() if row.split()[:1] == ["a"]]
    # a third of the day is planned: of that 10 s in 80 s are work; of the day, a third of that
    assert rows[0][3] == "12.5"
    assert rows[1][1] == "4.2"


def test_a_long_line_shows_its_busiest_stations_first(
    description: dict[str, Any], tmp_path: Path
) -> None:
    names = [f"m{i}" for i in range(1, 41)]
    description["stations"] = {
        name: {"type": "machine", "time": f"{10 + i} s"} for i, name in enumerate(names)
    }
    description["buffers"] = {f"b{i}": {"capacity": 2} for i in range(1, 40)}
    flow = ["orders"]
    for i, name in enumerate(names, 1):
        flow += [name, f"b{i}"] if i < 40 else [name, "out"]
    description["flow"] = [flow]
    path = tmp_path / "long.json"
    path.write_text(json.dumps(description), encoding="utf-8")
    said = first_lines(path, "--no-record")
    assert "and 31 more, below" in said
    assert "m40" in said.split("Stations")[1]
    assert "27 more below" in said
    assert "Try next" in said


def test_a_line_without_a_name_and_stations_has_an_answer(
    description: dict[str, Any], tmp_path: Path
) -> None:
    for key in ("name", "about", "stations"):
        del description[key]
    description["sources"]["orders"]["every"] = "1 min"
    description["flow"] = [["orders", "b", "out"]]
    path = tmp_path / "bare.json"
    path.write_text(json.dumps(description), encoding="utf-8")
    said = first_lines(path, "--no-record")
    assert said.startswith("The line ships 60 parts per hour")
    assert "Stations" not in said


def test_a_narrow_window_cuts_no_number(served: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "served.json"
    text = json.dumps(served).replace('"a"', '"' + "long-name" * 5 + '"')
    path.write_text(text, encoding="utf-8")
    from rich.console import Console

    from libtwin_cli.figures import Figures
    from libtwin_cli.head import print_head
    from libtwin_cli.report import print_details

    figures = Figures(tw.load(path).replicate(2, losses=True))
    for width in (80, 100, 140):
        console = Console(width=width, record=True, force_terminal=False)
        print_head(console, figures, 86400.0, [], [])
        print_details(console, figures)
        said = console.export_text()
        assert "…" not in said
        assert max(map(len, said.splitlines())) <= width


def test_run_answers_the_question(line_file: Path, tmp_path: Path) -> None:
    result = twin("run", line_file, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    said = result.output
    assert "How much does a buffer of three help?" in said
    assert re.search(r"ships [\d.]+ ± [\d.]+ parts per hour \(95 % t interval over 3", said)
    for word in ("saw", "mill", "processing", "blocked", "starved", "down", "mean level"):
        assert word in said
    for sentence in ("Lead time:", "Parts in the line:", "Little's law", "defaults", "Try next"):
        assert sentence in said
    for file in ("pair.h5", "pair.png", "pair-losses.png"):
        assert str(tmp_path / file) in said[said.index("Written: ") :]
        assert (tmp_path / file).stat().st_size > 1000


def test_run_has_a_row_for_people_and_for_each_shift(
    served: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "served.json"
    path.write_text(json.dumps(served), encoding="utf-8")
    result = twin("run", path, "--no-record")
    assert result.exit_code == 0, result.output

    def row(head: str) -> list[str]:
        details = result.output[result.output.index("\nPeople  ") :]
        found = [said for said in details.splitlines() if said.split()[:1] == [head]]
        assert len(found) == 1, result.output
        return re.split(r"  +", found[0].strip())

    # one waits while the other is served: three quarters of the shift are walking
    assert row("People")[1:] == ["utilisation", "walking", "waited for"]
    assert row("ops")[1:3] == ["100.0 %", "75.0 %"]
    assert row("crane")[0] == "crane"
    assert row("Shifts")[1:] == ["good parts", "spread", "scrapped", "shifts"]
    assert row("early")[1:] == ["720", "-", "0", "1"]
    assert row("late")[1] == "720"


def test_one_run_says_that_it_gives_no_interval(line_file: Path) -> None:
    result = twin("run", line_file, "--replications", 1, "--no-record")
    assert result.exit_code == 0
    assert "one run gives no interval" in result.output
    assert "±" not in result.output
    assert "Written" not in result.output


def test_options_change_the_run(line_file: Path) -> None:
    def quantities(*options: object) -> dict[str, float]:
        result = twin("run", line_file, "--json", "--no-record", *options)
        assert result.exit_code == 0, result.output
        rows = json.loads(result.stdout)["tables"]["quantities"]["rows"]
        return {row["quantity"]: row["mean"] for row in rows}

    usual = quantities()
    assert quantities("--threads", 2) == usual
    assert quantities("--seed", 8) != usual
    assert quantities("--warmup", "2h") != usual
    assert quantities("--warmup", "1h", "--confidence", "90") == usual
    assert quantities("--until", "4h") == quantities("--until", "4 h") != usual


def test_json_says_what_was_run(line_file: Path, tmp_path: Path) -> None:
    result = twin("run", line_file, "--json", "--no-picture", "--out", tmp_path)
    document = json.loads(result.stdout)
    assert (document["command"], document["line"]) == ("run", "pair")
    assert document["tables"]["losses"]["units"]["time"] == "s"
    assert (document["replications"], document["seed"], document["horizon_s"]) == (3, 7, 28800.0)
    assert document["files"] == [str(tmp_path / "pair.h5")]
    assert not (tmp_path / "pair.png").exists()


def test_json_is_json_where_a_stock_has_no_limit(served: dict[str, Any], tmp_path: Path) -> None:
    served["parts"]["cartridge"] = {"supply": "unlimited"}
    served["stations"]["a"]["maintenance"] = {
        "change": {
            "trigger": {"every": "2 h", "clock": "calendar"},
            "duration": "2 min",
            "spares": {"cartridge": 1},
        }
    }
    path = tmp_path / "served.json"
    path.write_text(json.dumps(served), encoding="utf-8")
    said = twin("run", path, "--json", "--no-record").stdout

    def refuse(word: str) -> None:
        pytest.fail(f"{word} is no JSON")

    rows = json.loads(said, parse_constant=refuse)["tables"]["quantities"]["rows"]
    means = {row["quantity"]: row["mean"] for row in rows}
    assert means["stocks/cartridge/now"] is None
    assert means["stocks/cartridge/used"] == means["stations/a/count/maintenances"] > 0


def test_a_bad_line_is_not_run(bad_file: Path) -> None:
    result = twin("run", bad_file)
    assert result.exit_code == 1
    assert "[E-UNIT]" in result.stderr
    assert result.stdout == ""


def test_a_run_that_stops_is_exit_code_three(overfed: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "overfed.json"
    file.write_text(json.dumps(overfed), encoding="utf-8")
    result = twin("run", file)
    assert result.exit_code == 3
    assert "max_parts" in result.stderr
    assert result.stdout == ""


@pytest.mark.skipif(not (LINES / "press-shop.json").exists(), reason="no such line here")
def test_the_first_command_of_the_readme_works(tmp_path: Path) -> None:
    ran = spawn("run", LINES / "press-shop.json", "--out", tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "parts per hour" in ran.stdout
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == ["press-shop-losses.png", "press-shop.h5", "press-shop.png"]


def test_ctrl_c_reports_what_is_done(line_file: Path, tmp_path: Path) -> None:
    options = ["--replications", 1000000, "--until", "200h"]
    code, said, warned = interrupt(tmp_path, ["run", line_file, *options], 2)
    assert code == 130
    assert "parts per hour" in said
    assert warned == "Interrupted; what follows is what was done.\n"


def test_ctrl_c_before_the_first_replication_says_so(tmp_path: Path) -> None:
    options = ["--replications", 1, "--until", "200000h", "--no-record"]
    code, said, warned = interrupt(tmp_path, ["run", LINES / "line10.json", *options], 1)
    assert (code, said) == (130, "")
    assert warned.splitlines()[0] == "Interrupted."
    assert "Traceback" not in warned


def test_a_folder_that_cannot_be_made_is_told_before_anything_is_run(line_file: Path) -> None:
    result = twin("run", line_file, "--until", "100000000h", "--out", line_file / "below")
    assert result.exit_code == 2
    assert "cannot be made: Not a directory" in result.stderr


def test_run_without_a_file_says_how_it_is_used() -> None:
    result = twin("run")
    assert result.exit_code == 2
    assert "Usage: " in result.output
    assert "Example: twin run lines/press-shop.json" in result.output


def test_a_line_from_standard_input_is_run_and_gives_its_name_to_the_files(
    line_file: Path, tmp_path: Path
) -> None:
    result = twin("run", "-", "--no-picture", typed=line_file.read_bytes())
    assert result.exit_code == 0, result.output
    assert (tmp_path / "results" / "pair.h5").stat().st_size > 1000


def test_a_run_whose_folder_is_full_still_reports(line_file: Path, tmp_path: Path) -> None:
    (tmp_path / "results" / "pair.png").mkdir(parents=True)
    result = twin("run", line_file)
    assert result.exit_code == 3
    assert "parts per hour" in result.stdout
    assert "Is a directory" in result.stderr
    assert f"Written: {Path('results') / 'pair.h5'}" in result.stdout
