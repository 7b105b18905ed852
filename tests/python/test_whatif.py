"""Scenarios in Python and on the command line: what they make of a line, and what is said of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from commands import twin

import libtwin as tw

CHANGES = {
    "second": {"invest": "90 kEUR", "/stations/b/machines": 2},
    "size": {"sweep": {"/buffers/q/capacity": [1, 9]}},
}
LINE = {
    "libtwin": "1.0",
    "name": "pair",
    "parts": {"p": {}},
    "run": {"horizon": "8 h", "warmup": "30 min", "replications": 12},
    "buffers": {"q": {"capacity": 3}},
    "sources": {"s": {"sequence": ["p"], "repeat": True}},
    "stations": {
        "a": {"type": "machine", "time": {"exponential": {"mean": "50 s"}}},
        "b": {"type": "machine", "time": {"exponential": {"mean": "1 min"}}},
    },
    "flow": [["s", "a", "q", "b", "out"]],
    "scenarios": CHANGES,
}
NAMES = ("second", "size: q/capacity=1", "size: q/capacity=9")
OUTPUT = "line/throughput"


@pytest.fixture(scope="module")
def line() -> tw.Line:
    return tw.parse(LINE)


@pytest.fixture(scope="module")
def study(line: tw.Line) -> tw.Study:
    return line.study()


def test_a_line_lists_its_scenarios_and_makes_lines_of_them(line: tw.Line) -> None:
    assert tuple(line.scenarios["scenario"]) == NAMES
    assert list(line.scenarios["group"]) == ["second", "size", "size"]
    assert line.scenarios["invest"][0] == 90e3
    second = line.scenario("second")
    assert len(second.machines) == 3
    typed = line.scenario(changes={"/stations/b/machines": 2})
    assert typed.hash == second.hash != line.hash


def test_differences_are_those_of_the_values_pair_by_pair(study: tw.Study) -> None:
    assert study.scenarios == NAMES
    gain = study.values(OUTPUT, "second") - study.values(OUTPUT)
    rows = [row for row in study.differences if row["quantity"] == OUTPUT]
    assert [row["scenario"] for row in rows] == ["", *NAMES]
    assert rows[1]["difference"] == pytest.approx(np.mean(gain))
    half_width = 2.200985 * np.std(gain, ddof=1) / np.sqrt(12)  # Student, 11 degrees of freedom
    assert rows[1]["difference_half_width"] == pytest.approx(half_width, rel=1e-6)
    alone = tw.parse(LINE).scenario("second").replicate(12)
    assert np.array_equal(alone.values(OUTPUT), study.values(OUTPUT, "second"))


def test_a_front_and_tables_of_the_run_itself(study: tw.Study) -> None:
    assert study.front(OUTPUT, "invest") == ["second", "size: q/capacity=9"]
    assert len(study.warmup) == 500
    row = next(row for row in study.batches if row["quantity"] == OUTPUT)
    assert row["n"] == 20
    assert (row["is_enough"] == 1) == np.isfinite(row["half_width"])


def test_pictures_are_drawn(study: tw.Study) -> None:
    for what in ("scenarios", "warmup"):
        assert study.plot(what).axes


def test_scenarios_from_outside_and_what_is_wrong_with_them(line: tw.Line) -> None:
    study = line.study({"any name": {"/buffers/q/capacity": 9}}, n=3)
    assert study.scenarios == ("any name",)
    with pytest.raises(tw.Error, match="maschines"):
        line.study({"x": {"/stations/b/maschines": 2}})
    with pytest.raises(tw.NotFound, match='one is "second"'):
        line.study("secnd")


def test_a_precision_is_reached(line: tw.Line) -> None:
    study = line.study(False, 10, precision=0.02)
    assert study.n_done > 10
    assert study[OUTPUT].half_width < 0.022 * study[OUTPUT].mean


def test_the_command_gives_the_answer_first(tmp_path: Path) -> None:
    path = tmp_path / "pair.json"
    path.write_text(json.dumps(LINE), encoding="utf-8")
    result = twin("study", path, "--pareto", f"{OUTPUT},invest", "--plot", tmp_path / "pictures")
    assert result.exit_code == 0, result.output
    said = " ".join(result.stdout.split())
    assert said.index("second gives +") < said.index("Scenario")
    assert "good parts a shift" in said
    assert (tmp_path / "pictures" / "warmup.png").exists()
    found = json.loads(twin("study", path, "--json", "--figure", OUTPUT).stdout)
    assert len(found["tables"]["scenarios"]["rows"]) == 4
