"""The command `twin`: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import LINES
from processes import started
from typer.testing import CliRunner, Result

from libtwin_cli.app import app

TWIN = [sys.executable, "-m", "libtwin_cli"]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results without --out go where nobody minds."""
    monkeypatch.chdir(tmp_path)


def twin(*arguments: object) -> Result:
    """The command in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def spawn(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as a process, piped."""
    command = [*TWIN, *(str(argument) for argument in arguments)]
    return subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, check=False
    )


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
    for file in ("pair.h5", "pair.png"):
        assert f"Written: {tmp_path / file}" in said
        assert (tmp_path / file).stat().st_size > 1000


def test_run_has_a_row_for_people_and_for_each_shift(
    served: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "served.json"
    path.write_text(json.dumps(served), encoding="utf-8")
    result = twin("run", path, "--no-record")
    assert result.exit_code == 0, result.output

    def row(head: str) -> list[str]:
        found = [said for said in result.output.splitlines() if said.split()[:1] == [head]]
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
        rows = json.loads(result.stdout)["quantities"]
        return {row["quantity"]: row["mean"] for row in rows}

    usual = quantities()
    assert quantities("--threads", 2) == usual
    assert quantities("--seed", 8) != usual
    assert quantities("--until", "4h") == quantities("--until", "4 h") != usual


def test_json_says_what_was_run(line_file: Path, tmp_path: Path) -> None:
    result = twin("run", line_file, "--json", "--no-picture", "--out", tmp_path)
    document = json.loads(result.stdout)
    assert document["line"] == "pair"
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

    rows = json.loads(said, parse_constant=refuse)["quantities"]
    means = {row["quantity"]: row["mean"] for row in rows}
    assert means["stocks/cartridge/now"] is None
    assert means["stocks/cartridge/used"] == means["stations/a/count/maintenances"] > 0


def test_a_pipe_gets_no_colours_and_no_progress(line_file: Path) -> None:
    ran = spawn("run", line_file, "--no-record")
    assert ran.returncode == 0
    assert ran.stderr == ""
    assert "\x1b" not in ran.stdout


def test_a_poor_terminal_gets_plain_letters(line_file: Path) -> None:
    ran = spawn("run", line_file, "--no-record", PYTHONIOENCODING="ascii:strict")
    assert ran.returncode == 0, ran.stderr
    assert "####" in ran.stdout
    assert "+-" in ran.stdout


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
    assert [row["station"] for row in good["load"]["stations"]] == ["saw", "mill"]


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


def test_dump_and_schema_are_json(line_file: Path) -> None:
    dump = json.loads(twin("dump", line_file).stdout)
    assert dump["x-defaults"]
    assert json.loads(twin("schema").stdout)
    assert twin("schema", "--markdown").stdout.startswith("#")


@pytest.mark.parametrize(
    "arguments",
    [["run", "none.json"], ["walk"], ["run"], ["run", "FILE", "--until", "8 kg"], ["check", "--x"]],
)
def test_misuse_is_exit_code_two(arguments: list[str], line_file: Path) -> None:
    result = twin(*(str(line_file) if word == "FILE" else word for word in arguments))
    assert result.exit_code == 2


def test_ctrl_c_reports_what_is_done(line_file: Path) -> None:
    script = "from libtwin_cli.app import main; print('ready', flush=True); main()"
    options = ["--replications", "1000000", "--until", "200h", "--no-record"]
    command = [sys.executable, "-c", script, "run", str(line_file), *options]
    with started(command) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        said, warned = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "parts per hour" in said
    assert "Interrupted" in warned


@pytest.mark.skipif(not (LINES / "press-shop.json").exists(), reason="no such line here")
def test_the_first_command_of_the_readme_works(tmp_path: Path) -> None:
    ran = spawn("run", LINES / "press-shop.json", "--out", tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "parts per hour" in ran.stdout
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == ["press-shop-losses.png", "press-shop.h5", "press-shop.png"]
