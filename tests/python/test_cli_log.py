"""`twin import` and `twin assess log`."""

from __future__ import annotations

import json
from pathlib import Path

from commands import twin

LOGS = Path(__file__).resolve().parents[2] / "lines" / "logs"
TRIER = [str(LOGS / "trier-excerpt.csv"), "--map", str(LOGS / "trier.map.json")]


def test_a_log_is_assessed_with_the_answer_first() -> None:
    result = twin("assess", "log", *TRIER)
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0] == "40 events from 40 rows."
    assert lines[2].startswith("Findings: ")
    assert "/hbw/unload" in result.output
    assert "cut-end" in result.output


def test_what_programs_read_has_every_table() -> None:
    result = twin("assess", "log", *TRIER, "--json")
    said = json.loads(result.output)
    assert said["command"] == "assess log"
    assert said["events"] == 40
    assert set(said["tables"]) == {"codes", "findings", "durations", "values", "coverage"}
    n = sum(row["n"] for row in said["tables"]["codes"]["rows"])
    assert n == len(said["tables"]["findings"]["rows"])


def test_a_log_is_imported_and_read_again_without_a_mapping(tmp_path: Path) -> None:
    target = tmp_path / "log.csv"
    result = twin("import", *TRIER, "-o", target)
    assert result.exit_code == 0
    assert f"Written: {target}" in result.output.replace("\n", "")
    again = twin("assess", "log", target)
    assert again.output.splitlines()[0] == "40 events from 40 rows."
    assert twin("import", *TRIER, "-o", tmp_path / "log.txt").exit_code == 2


def test_a_mapping_that_does_not_fit_ends_with_what_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "map.json"
    wrong.write_text('{"libtwin-log": "1.0", "time": {"colum": "t"}}')
    result = twin("assess", "log", TRIER[0], "--map", wrong)
    assert result.exit_code == 1
    other = twin("assess", "log", TRIER[0], "--map", LOGS / "nist.map.json")
    assert other.exit_code == 1
    assert twin("assess", "log", TRIER[0], "--tz", "UTC").exit_code == 2
    assert twin("assess", "line", TRIER[0]).exit_code == 2
