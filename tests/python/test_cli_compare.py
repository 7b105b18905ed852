"""Variants on the command line: `twin compare`, and --scenario and --set of the other verbs."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from commands import twin

import libtwin as tw

pytestmark = pytest.mark.usefixtures("elsewhere")


@pytest.fixture
def varied(line_file: Path) -> Path:
    """The small line with scenarios."""
    document = json.loads(line_file.read_text(encoding="utf-8"))
    buffer = next(iter(document["buffers"]))
    document["scenarios"] = {
        "wide": {"about": "a larger buffer", f"/buffers/{buffer}/capacity": 20},
        "slow-saw": {"/stations/saw/time": "2 min"},
    }
    path = line_file.with_name("varied.json")
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def rows(*arguments: object) -> dict[str, dict[str, Any]]:
    """The rows that `twin compare --json` prints, by variant."""
    result = twin("compare", *arguments, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)["tables"]["differences"]["rows"]
    return {row["variant"]: row for row in found}


def test_all_scenarios_are_compared_with_the_line_pair_by_pair(varied: Path) -> None:
    found = rows(varied, "--replications", 4)
    assert list(found) == ["as it is", "wide", "slow-saw"]
    base = tw.load(varied).replicate(4).values("line/throughput")
    document = json.loads(varied.read_text(encoding="utf-8"))
    document["stations"]["saw"]["time"] = "2 min"
    gain = tw.parse(document).replicate(4).values("line/throughput") - base
    assert found["slow-saw"]["difference"] == pytest.approx(np.mean(gain))
    half_width = 3.182446 * np.std(gain, ddof=1) / math.sqrt(4)  # Student, 3 degrees of freedom
    assert found["slow-saw"]["difference_half_width"] == pytest.approx(half_width, rel=1e-6)
    assert found["as it is"]["difference"] == 0


def test_values_are_changed_on_the_command_line(varied: Path) -> None:
    changes = ["--set", "/stations/saw/time=2 min", "--set", "run/seed=9"]
    found = rows(varied, "--replications", 3, *changes)
    assert list(found) == ["as it is", "stations/saw/time=2 min, run/seed=9"]
    dumped = json.loads(twin("dump", varied, *changes).stdout)
    assert (dumped["stations"]["saw"]["time"], dumped["run"]["seed"]) == ("2 min", 9)


def test_a_scenario_and_values_beside_it(varied: Path) -> None:
    changed = ["--scenario", "slow-saw", "--set", "/run/about=why not"]
    dumped = json.loads(twin("dump", varied, *changed).stdout)
    assert (dumped["stations"]["saw"]["time"], dumped["run"]["about"]) == ("2 min", "why not")


def test_files_of_a_variant_have_names_of_their_own(varied: Path) -> None:
    result = twin("run", varied, "--scenario", "wide", "--no-picture")
    assert result.exit_code == 0, result.output
    assert Path("results/varied-wide.h5").exists()
    assert not Path("results/varied.h5").exists()


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        (["--scenario", "wdie"], 2, 'the file has no scenario "wdie"; it has wide, slow-saw'),
        (["--set", "/stations/saw/time"], 2, "is no change; one looks like"),
        (["--set", "/name/x=1"], 1, '"/name" is a value'),
        (["--set", "/flow/7=[]"], 1, 'the list "/flow" has'),
        (["--set", "/stations/saw/tiem=1 min"], 1, 'did you mean "time"?'),
    ],
)
def test_what_is_mistyped_is_said(varied: Path, typed: list[str], code: int, said: str) -> None:
    result = twin("run", varied, *typed)
    assert result.exit_code == code, result.output
    assert said in " ".join(result.stderr.split())


def test_a_line_without_scenarios_says_what_to_type(line_file: Path) -> None:
    result = twin("compare", line_file)
    assert result.exit_code == 2
    assert 'no "scenarios"' in result.stderr
    assert "--set" in result.stderr


def test_a_difference_has_the_unit_of_its_figure_in_all_variants(varied: Path) -> None:
    said = twin("compare", varied, "--figure", "line/lead_time/mean").stdout
    units = {line.split()[-1] for line in said.splitlines() if " ± " in line}
    assert len(units) == 1
