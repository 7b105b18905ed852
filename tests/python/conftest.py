"""A small line that the tests of the Python package share."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

import libtwin as tw

LINES = Path(__file__).resolve().parents[2] / "lines"
LINE_FILES = sorted(set(LINES.glob("*.json")) - set(LINES.glob("*.schema.json")))

PAIR: dict[str, Any] = {
    "libtwin": "1.0",
    "name": "pair",
    "about": "How much does a buffer of three help?",
    "run": {
        "start": "2026-03-02T06:00:00",
        "horizon": "8 h",
        "warmup": "1 h",
        "replications": 3,
        "seed": 7,
    },
    "parts": {"gear": {}},
    "sources": {"orders": {"sequence": ["1 gear"], "repeat": True}},
    "buffers": {"b": {"capacity": 3}},
    "stations": {
        "saw": {
            "type": "machine",
            "time": {"exponential": {"mean": "1 min"}},
            "failures": {
                "jam": {
                    "clock": "processing",
                    "mtbf": {"exponential": {"mean": "30 min"}},
                    "repair": {"exponential": {"mean": "3 min"}},
                }
            },
        },
        "mill": {
            "type": "machine",
            "machines": 2,
            "time": {"exponential": {"mean": "2 min"}},
        },
    },
    "flow": [["orders", "saw", "b", "mill", "out"]],
    "record": {"states": True, "parts": True, "events": True},
}


# Two machines that one person serves, 10 s of work and 30 s of walking in turn, in two shifts of
# eight hours a day: 720 parts in each, with a crane that nobody waits for.
SERVED: dict[str, Any] = {
    "libtwin": "1.0",
    "name": "served",
    "run": {"start": "2026-03-02T06:00:00", "horizon": "24 h", "replications": 2},
    "calendars": {
        "two": {"shifts": {"early": "Mon-Fri 06:00-14:00", "late": "Mon-Fri 14:00-22:00"}}
    },
    "defaults": {"calendar": "two"},
    "workers": {"ops": {"skills": ["run"], "walk": "30 s", "calendar": "two"}},
    "resources": {"crane": {}},
    "parts": {"gear": {}},
    "sources": {
        "left": {"sequence": ["1 gear"], "repeat": True},
        "right": {"sequence": ["1 gear"], "repeat": True},
    },
    "stations": {
        "a": {"type": "machine", "time": "10 s", "needs": ["run", "crane"]},
        "b": {"type": "machine", "time": "10 s", "needs": ["run"]},
    },
    "flow": [["left", "a", "out"], ["right", "b", "out"]],
    "record": {"states": True, "parts": True, "events": True},
}


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for results that nobody names."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def served() -> dict[str, Any]:
    """A description with people and shifts that a test may change."""
    return copy.deepcopy(SERVED)


@pytest.fixture
def description() -> dict[str, Any]:
    """A description that a test may change."""
    return copy.deepcopy(PAIR)


@pytest.fixture
def overfed(description: dict[str, Any]) -> dict[str, Any]:
    """A description whose parts come faster than they can leave, until the run has to stop."""
    description["run"]["max_parts"] = 50
    description["sources"]["orders"]["every"] = "10 s"
    description["buffers"]["b"]["capacity"] = "unlimited"
    return description


@pytest.fixture
def line() -> tw.Line:
    """The line of that description."""
    return tw.parse(PAIR)


@pytest.fixture
def line_file(tmp_path: Path) -> Path:
    """The same as a file."""
    path = tmp_path / "pair.json"
    path.write_text(json.dumps(PAIR, indent=2), encoding="utf-8")
    return path


@pytest.fixture
def bad_file(tmp_path: Path) -> Path:
    """A file with two mistakes: a time without a unit and an unknown key."""
    text = json.dumps(PAIR, indent=2).replace('"1 min"', "1").replace('"machines"', '"machnes"')
    path = tmp_path / "bad.json"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def run_file(line_file: Path, tmp_path: Path) -> Path:
    """A run file of that line, with every table."""
    path = tmp_path / "pair.h5"
    tw.load(line_file).run(record=path)
    return path
