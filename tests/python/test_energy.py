"""Energy through quantities, and what `twin run` says of it: a plant worked out by hand."""

from __future__ import annotations

import copy
import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import libtwin as tw
from libtwin_cli.app import app

KWH = 3.6e6
DAY = "Mon-Fri 07:00-20:00"

# A part every 10 min takes 6 min, from 06:00 to 14:00; 12 kW at work, 3 kW idle, 1 kW off shift.
PLANT: dict[str, Any] = {
    "libtwin": "1.0",
    "name": "plant",
    "run": {"start": "2026-03-02T06:00:00", "horizon": "12 h"},
    "calendars": {"plant": {"shifts": {"early": "Mon-Fri 06:00-14:00"}}},
    "parts": {"gear": {}},
    "sources": {
        "orders": {"sequence": ["1 gear"], "repeat": True, "every": "10 min", "first": "0 min"}
    },
    "buffers": {"queue": {"capacity": "unlimited"}},
    "stations": {
        "mill": {
            "type": "machine",
            "time": "6 min",
            "calendar": "plant",
            "power": {"processing": "12 kW", "idle": "3 kW", "off-shift": "1 kW"},
        },
        "hand": {"type": "machine", "time": "1 min"},
    },
    "flow": [["orders", "queue", "mill", "hand", "out"]],
    "energy": {
        "tariff": {DAY: "0.25 EUR/kWh", "otherwise": "0.10 EUR/kWh"},
        "carbon": "500 g/kWh",
        "peak": {"window": "30 min", "price": "100 EUR/kW"},
    },
}


@pytest.fixture
def plant() -> dict[str, Any]:
    return copy.deepcopy(PLANT)


def test_energy_is_read_by_its_paths(plant: dict[str, Any]) -> None:
    run = tw.parse(plant).run(until="12 h")
    assert run["line/energy"] == pytest.approx(71.2 * KWH, rel=1e-12)
    assert run["line/energy/per_good"] == pytest.approx(71.2 / 48 * KWH, rel=1e-12)
    assert run["stations/mill/energy/state/processing"] == pytest.approx(57.6 * KWH, rel=1e-12)
    assert run["line/energy/part/gear"] == pytest.approx(57.6 * KWH, rel=1e-12)
    assert run["line/energy/overhead"] == pytest.approx(13.6 * KWH, rel=1e-12)
    # from 06:00 to 07:00 six parts: 0.6 h at 12 kW and 0.4 h at 3 kW
    assert run["line/energy/tariff/otherwise"] == pytest.approx(8.4 * KWH, rel=1e-12)
    assert run[f"line/energy/tariff/{DAY}/cost"] == pytest.approx(62.8 * 0.25, rel=1e-12)
    assert run["line/energy/cost"] == pytest.approx(62.8 * 0.25 + 0.84, rel=1e-12)
    assert run["line/carbon"] == pytest.approx(35.6, rel=1e-12)
    # three parts in each half hour
    assert run["line/peak"] == pytest.approx(8.4e3, rel=1e-12)
    assert run["line/peak/time"] == 0
    assert run["line/peak/cost"] == pytest.approx(840, rel=1e-12)
    assert run["stations/mill/power/now"] == 1e3
    assert run.line.quantities["line/energy/cost"] == "EUR"
    assert "stations/hand/energy" not in run.line.quantities


def test_a_line_without_power_has_no_figures_of_energy(plant: dict[str, Any]) -> None:
    del plant["stations"]["mill"]["power"]
    assert not any("energy" in path for path in tw.parse(plant).quantities)


def test_prices_that_overlap_are_refused_with_their_place(plant: dict[str, Any]) -> None:
    plant["energy"]["tariff"]["Mon 19:00-21:00"] = "0.30 EUR/kWh"
    with pytest.raises(tw.Error) as caught:
        tw.parse(plant)
    problem = caught.value.problems[0]
    assert problem.code == "E-CAL"
    assert problem.pointer == "/energy/tariff/Mon 19:00-21:00"


def said_of(line: dict[str, Any], tmp_path: Path, *options: str) -> str:
    path = tmp_path / "plant.json"
    path.write_text(json.dumps(line), encoding="utf-8")
    result = CliRunner().invoke(app, ["run", str(path), "--no-record", *options])
    assert result.exit_code == 0, result.output
    return result.output


def test_run_says_what_was_drawn_and_what_it_costs(plant: dict[str, Any], tmp_path: Path) -> None:
    said = said_of(plant, tmp_path)
    rows = {re.split(r"  +", row.strip())[0]: row for row in said.splitlines()}
    assert re.search(r"mill +71\.2 +100\.0 %", said)
    assert re.split(r"  +", rows[DAY].strip())[1:] == ["62.8", "15.7 EUR"]
    assert re.split(r"  +", rows["otherwise"].strip())[1:] == ["8.40", "0.84 EUR"]
    flat = " ".join(said.split())
    assert (
        "Energy: 71.2 kWh, 1.48 kWh a good part; 19.1 % of it without a part; 35.6 kg CO2" in flat
    )
    assert "Peak: 8.40 kW in the window from Mon 2026-03-02 06:00; demand charge 840 EUR." in flat


def test_run_says_nothing_of_energy_where_none_is_drawn(
    plant: dict[str, Any], tmp_path: Path
) -> None:
    del plant["stations"]["mill"]["power"]
    assert "Energy" not in said_of(plant, tmp_path)


def test_run_without_prices_has_energy_and_peak_only(plant: dict[str, Any], tmp_path: Path) -> None:
    del plant["energy"]
    said = said_of(plant, tmp_path, "--replications", "2")
    assert "Energy: 71.2 kWh" in said
    assert "Prices" not in said
    assert "CO2" not in said
    # of several runs no one window can be told
    peak = next(row for row in said.splitlines() if row.startswith("Peak"))
    assert "window" not in peak
    assert not math.isnan(float(peak.split()[1]))
