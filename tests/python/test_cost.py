"""Costs through quantities, and what `twin run` says of them: a plant worked out by hand."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import libtwin as tw
from libtwin_cli.app import app

# A good part from 0 to 15, scrap from 15 to 25, a repair up to 30, and so on every 30 s; the
# press behind it is oiled from 20 to 24 and from 40 to 44.
PLANT: dict[str, Any] = {
    "libtwin": "1.0",
    "name": "plant",
    "run": {"start": "2026-03-02T06:00:00", "horizon": "60 s"},
    "parts": {"gear": {"scrap_cost": "7 EUR"}},
    "sources": {"orders": {"sequence": ["1 gear"], "repeat": True}},
    "buffers": {"b": {"capacity": "unlimited"}},
    "stations": {
        "mill": {
            "type": "machine",
            "time": "15 s",
            "downtime_cost": "36 EUR/h",
            "failures": {
                "tool": {
                    "clock": "processing",
                    "mtbf": "25 s",
                    "repair": "5 s",
                    "part": "scrap",
                    "cost": "30 EUR",
                }
            },
        },
        "press": {
            "type": "machine",
            "time": "1 s",
            "maintenance": {
                "oil": {
                    "trigger": {"every": "20 s", "clock": "calendar"},
                    "duration": "4 s",
                    "cost": "1.5 EUR",
                }
            },
        },
    },
    "flow": [["orders", "mill", "b", "press", "out"], ["mill.scrap", "scrap"]],
}


@pytest.fixture
def plant() -> dict[str, Any]:
    return copy.deepcopy(PLANT)


def test_costs_are_read_by_their_paths(plant: dict[str, Any]) -> None:
    run = tw.parse(plant).run(until="60 s")
    assert run["line/cost/failures"] == 60
    assert run["line/cost/maintenance"] == 3
    assert run["line/cost/downtime"] == pytest.approx(0.1)
    assert run["line/cost/scrap"] == run["line/cost/scrap/part/gear"] == 14
    assert run["line/cost"] == pytest.approx(77.1)
    assert run["line/cost/rate"] == pytest.approx(77.1 / 60)
    assert run["line/cost/per_good"] == pytest.approx(77.1 / 2)
    assert run["stations/mill/cost"] == pytest.approx(74.1)
    assert run["stations/press/cost"] == run["stations/press/cost/mode/oil"] == 3
    units = run.line.quantities
    assert (units["line/cost"], units["line/cost/rate"]) == ("EUR", "EUR/s")
    # the fork goes on, the run does not
    later = run.fork()
    later.until("90 s")
    assert later["line/cost/failures"] == 90
    assert run["line/cost/failures"] == 60


def test_a_saved_run_keeps_what_it_has_cost(plant: dict[str, Any]) -> None:
    line = tw.parse(plant)
    run = line.run(until="27 s")
    back = line.restore(run.save())
    for each in (run, back):
        each.until("60 s")
        assert each["line/cost"] == pytest.approx(77.1)


def test_a_line_that_says_no_costs_has_no_figures_of_them(plant: dict[str, Any]) -> None:
    del plant["parts"]["gear"]["scrap_cost"]
    del plant["stations"]["mill"]["downtime_cost"]
    del plant["stations"]["mill"]["failures"]["tool"]["cost"]
    del plant["stations"]["press"]["maintenance"]["oil"]["cost"]
    assert not any("cost" in path for path in tw.parse(plant).quantities)


def test_money_below_zero_and_of_two_countries_is_refused_with_its_place(
    plant: dict[str, Any],
) -> None:
    plant["stations"]["mill"]["failures"]["tool"]["cost"] = "-30 EUR"
    with pytest.raises(tw.Error) as caught:
        tw.parse(plant)
    (problem,) = caught.value.problems
    assert (problem.code, problem.pointer) == ("E-RANGE", "/stations/mill/failures/tool/cost")
    plant["stations"]["mill"]["failures"]["tool"]["cost"] = "30 USD"
    with pytest.raises(tw.Error) as caught:
        tw.parse(plant)
    (problem,) = caught.value.problems
    assert (problem.code, problem.pointer) == ("E-UNIT", "/stations/mill/failures/tool/cost")


def said_of(line: dict[str, Any], tmp_path: Path, *options: str) -> str:
    path = tmp_path / "plant.json"
    path.write_text(json.dumps(line), encoding="utf-8")
    result = CliRunner().invoke(app, ["run", str(path), "--no-record", *options])
    assert result.exit_code == 0, result.output
    return result.output


def cells_of(said: str, head: str) -> list[str]:
    row = next(row for row in said.splitlines() if row.startswith(head))
    return re.split(r"  +", row.strip())[1:]


def test_run_says_what_it_cost_by_kind_and_station(plant: dict[str, Any], tmp_path: Path) -> None:
    said = said_of(plant, tmp_path)
    assert cells_of(said, "Cost ") == ["EUR", "share"]
    assert cells_of(said, "failures") == ["60", "77.8 %"]
    assert cells_of(said, "maintenance") == ["3", "3.9 %"]
    assert cells_of(said, "in all") == ["77.1", "100.0 %"]
    assert cells_of(said, "Cost by station")[-1] == "EUR"
    by_station = said[said.index("Cost by station") :]
    assert cells_of(by_station, "mill") == ["60", "0", "0.10", "14", "74.1"]
    assert cells_of(by_station, "press") == ["0", "3", "0", "0", "3"]
    flat = " ".join(said.replace("\N{NO-BREAK SPACE}", " ").split())
    assert "Cost: 77.1 EUR; 4 626 EUR an hour, 38.5 EUR a good part." in flat
    # each station has one way to stop, which the table of stations shows
    assert "Cost of stops" not in said


def test_run_tells_failures_of_one_station_apart(plant: dict[str, Any], tmp_path: Path) -> None:
    jam = {"clock": "calendar", "mtbf": "28 s", "repair": "1 s", "cost": "2 EUR"}
    plant["stations"]["press"]["failures"] = {"jam": jam, "belt": {**jam, "mtbf": "33 s"}}
    said = said_of(plant, tmp_path)
    # down at 28 and 57, and at 33
    assert cells_of(said, "press jam") == ["4"]
    assert cells_of(said, "press belt") == ["2"]


def test_run_gives_costs_their_intervals_and_programs_their_rows(
    plant: dict[str, Any], tmp_path: Path
) -> None:
    tool = plant["stations"]["mill"]["failures"]["tool"]
    tool["mtbf"] = {"exponential": {"mean": "25 s"}}
    plant["run"]["horizon"] = "1 h"
    assert "±" in cells_of(said_of(plant, tmp_path, "--replications", "3"), "failures")[0]
    document = json.loads(said_of(plant, tmp_path, "--replications", "3", "--json"))
    rows = {row["quantity"]: row for row in document["tables"]["quantities"]["rows"]}
    assert rows["line/cost"]["unit"] == "EUR"
    assert rows["line/cost"]["half_width"] > 0
    kinds = ("failures", "maintenance", "downtime", "scrap", "energy")
    wanted = sum(rows[f"line/cost/{kind}"]["mean"] for kind in kinds)
    assert rows["line/cost"]["mean"] == pytest.approx(wanted)


def test_run_says_nothing_of_costs_where_only_energy_has_a_price(
    plant: dict[str, Any], tmp_path: Path
) -> None:
    del plant["parts"]["gear"]["scrap_cost"]
    del plant["stations"]["mill"]["downtime_cost"]
    del plant["stations"]["mill"]["failures"]["tool"]["cost"]
    del plant["stations"]["press"]["maintenance"]["oil"]["cost"]
    plant["stations"]["mill"]["power"] = {"processing": "2 kW"}
    plant["energy"] = {"tariff": "0.25 EUR/kWh"}
    assert "Cost" not in said_of(plant, tmp_path)
