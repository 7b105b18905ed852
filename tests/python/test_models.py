"""Machine models from outside: quantities, tables, solvers, and what `twin` says of them."""

from __future__ import annotations

import copy
import json
import math
from pathlib import Path
from typing import Any

import pytest
from conftest import PAIR
from typer.testing import CliRunner

import libtwin as tw
from libtwin_cli.app import app

THERMOSTAT: dict[str, Any] = {
    "libtwin": "1.0",
    "name": "thermostat",
    "run": {"horizon": "1000 s", "seed": 1, "warmup": "200 s"},
    "parts": {"p": {}},
    "sources": {"s": {"sequence": ["1 p"], "repeat": True, "every": "1 h"}},
    "stations": {
        "oven": {
            "type": "machine",
            "time": "1 min",
            "machines": 2,
            "dynamics": {
                "heat": {
                    "model": "equations",
                    "states": {"T": "20 degC", "u": 1},
                    "parameters": {"C": "200 J/K", "R": "0.5 K/W", "P": "400 W"},
                    "equations": {"dT/dt": "(u*P - (T - 20 degC)/R)/C"},
                    "outputs": {"power": "u*P"},
                    "events": {
                        "off": {"when": "T >= 155 degC", "set": {"u": 0}},
                        "on": {"when": "T <= 145 degC", "set": {"u": 1}},
                    },
                }
            },
        }
    },
    "flow": [["s", "oven", "out"]],
}
FIRST_OFF_S, PERIOD_S, ON_S = 112.3930097, 22.00618848, 14.31008436


def twin(*arguments: object) -> str:
    """What the command prints."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def line() -> tw.Line:
    return tw.parse(THERMOSTAT)


@pytest.fixture
def recorded(line: tw.Line, tmp_path: Path) -> tw.Run:
    return line.run(record=tmp_path / "run.h5")


def test_states_outputs_and_events_are_quantities(line: tw.Line) -> None:
    run = line.run()
    assert line.quantities["stations/oven/heat.T/mean"] == "K"
    assert line.quantities["stations/oven[2]/heat.power/integral"] == "J"
    assert 145 <= run["stations/oven/heat.T/now"] - 273.15 <= 155
    assert run.value("stations.oven.heat.T.now") == run["stations/oven/heat.T"]
    assert run["stations/oven/heat.T/min"] == pytest.approx(418.15, abs=1e-6)
    assert run["stations/oven/heat.T/max"] == pytest.approx(428.15, abs=1e-6)
    assert run["stations/oven/heat/events/off/between"] == pytest.approx(PERIOD_S, rel=1e-8)
    of_one = run["stations/oven[1]/heat.power/integral"]
    assert run["stations/oven/heat.power/integral"] == pytest.approx(2 * of_one)
    assert run["stations/oven/heat.power/mean"] == pytest.approx(of_one / 800)
    with pytest.raises(tw.Error, match=r"stations/oven/heat\.T/mean"):
        run["stations/oven/heat.t/mean"]


def test_a_fork_reads_what_its_origin_would(line: tw.Line) -> None:
    run = tw.Run(line)
    run.until(333.3)
    fork = run.fork()
    paths = [path for path in line.quantities if "/heat" in path]
    assert len(paths) == 3 * (3 * 5 + 2 * 2)
    read = [run.value(path) for path in paths]
    assert [fork.value(path) for path in paths] == pytest.approx(read, rel=0, abs=0, nan_ok=True)
    run.until(900)
    fork.until(900)
    assert run.full_hash == fork.full_hash


def test_signals_have_the_exact_instant_and_the_values_before_and_after(recorded: tw.Run) -> None:
    signals = recorded.signals
    of_one = signals["machine"] == 2
    off = signals["instant"][of_one & (signals["event"] == "heat/off")]
    assert off[0] == pytest.approx(FIRST_OFF_S, rel=1e-8)
    assert off[1] - off[0] == pytest.approx(PERIOD_S, rel=1e-8)
    assert set(signals["state"]) == {"heat.u"}
    is_off = signals["event"] == "heat/off"
    assert set(signals["before"][is_off]) == {1.0}
    assert set(signals["after"][is_off]) == {0.0}
    events = recorded.events
    is_model = events["kind"] == "model"
    assert is_model.sum() == len(signals)
    assert (events["value"][is_model] == signals["instant"]).all()
    frame = signals.pandas()
    assert {"instant_s", "event", "state", "before", "after"} <= set(frame.columns)


def test_a_line_without_models_records_no_signals(tmp_path: Path) -> None:
    pair_line = tw.parse(PAIR)
    run = pair_line.run(until="1 h", warmup=0, record=tmp_path / "run.h5")
    assert len(pair_line.solvers) == 0
    assert len(run.events) > 0
    with pytest.raises(tw.Error, match="no table"):
        _ = run.signals


def test_a_run_that_its_model_stops_keeps_all_that_was_recorded(tmp_path: Path) -> None:
    text = json.loads(json.dumps(THERMOSTAT))
    heat = text["stations"]["oven"]["dynamics"]["heat"]
    heat["states"]["age"] = 1
    # the root of a negative number, 400 s behind the start
    heat["equations"]["dage/dt"] = "sqrt(1 - time/(400 s))/(1 h)"
    line = tw.parse(text)
    with pytest.raises(tw.Error) as error:
        line.run(record=tmp_path / "run.h5")
    for word in ("model oven[1].heat", "heat.age", "not a number", "at 400 s"):
        assert word in str(error.value)
    run = error.value.kept
    assert run.time_s == pytest.approx(400, abs=1e-3)
    with tw.open(tmp_path / "run.h5") as file:
        assert file.is_complete
        assert file.replications["status"].tolist() == [error.value.status]
        assert file.replications["t_end"].tolist() == [run.time_s]
        assert file.intervals["end"].max() == run.time_s
        # the same events as in a run that has another end; on at the start, then off and on
        before = tw.parse(text).run(until="399 s", record=tmp_path / "before.h5").signals
        n = len(before)
        assert n == 2 * (1 + 14 + 13)
        assert len(file.signals) >= n
        for column in ("machine", "event", "instant", "state", "before", "after"):
            assert file.signals[column][:n].tolist() == before[column].tolist()


def test_solvers_say_how_and_why(line: tw.Line, recorded: tw.Run, tmp_path: Path) -> None:
    rows = list(line.solvers)
    assert [row["object"] for row in rows] == ["oven[1].heat", "oven[2].heat"]
    assert rows[0]["solver"] == "exact"
    assert "closed form" in rows[0]["reason"]
    assert (rows[0]["states"], rows[0]["state_names"], rows[0]["kept"]) == (1, "heat.T", 1)
    live = list(recorded.solvers)
    with tw.open(tmp_path / "run.h5") as file:
        stored = list(file.solvers)
    for row, kept in zip(live, stored, strict=True):
        assert row["located"] == kept["located"] > 80
        assert (row["solver"], row["reason"]) == (kept["solver"], kept["reason"])


def stiff_line() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(THERMOSTAT))
    heat = document["stations"]["oven"]["dynamics"]["heat"]
    heat["solver"] = "rk"
    heat["outputs"] |= {"square": "((T - 20 degC)/(1 K))^2"}
    return document


def test_steps_are_counted(tmp_path: Path) -> None:
    run = tw.parse(stiff_line()).run(record=tmp_path / "run.h5")
    row = next(iter(run.solvers))
    assert row["solver"] == "rk"
    assert row["steps"] > 80
    assert row["rhs"] > 5 * row["steps"]
    stored = next(iter(run.table("solvers")))
    assert [stored[name] for name in ("steps", "rejected", "rhs", "located")] == [
        row[name] for name in ("steps", "rejected", "rhs", "located")
    ]


def test_info_lists_the_solvers_of_lines_and_run_files(recorded: tw.Run, tmp_path: Path) -> None:
    path = tmp_path / "thermostat.json"
    path.write_text(json.dumps(THERMOSTAT))
    said = twin("info", path, "--solvers")
    assert "oven[2].heat" in said
    assert "exact" in said
    assert "closed form" in said
    assert "thermostat" not in said
    assert "thermostat" in twin("info", path)
    stored = json.loads(twin("info", tmp_path / "run.h5", "--solvers", "--json"))
    assert [row["object"] for row in stored["tables"]["solvers"]["rows"]] == [
        "oven[1].heat",
        "oven[2].heat",
    ]
    assert stored["tables"]["solvers"]["rows"][0]["located"] > 80
    assert "right-hand sides" in twin("info", tmp_path / "run.h5")


def test_info_of_a_line_without_models_says_so(line_file: Path) -> None:
    assert "no machine models" in twin("info", line_file, "--solvers")
    assert "Object" not in twin("info", line_file)


def test_a_report_shows_states_in_degrees_and_counts_events(tmp_path: Path) -> None:
    path = tmp_path / "thermostat.json"
    path.write_text(json.dumps(THERMOSTAT))
    said = twin("run", path, "--no-record")
    state = next(row for row in said.splitlines() if row.startswith("oven heat.T"))
    assert state.split()[-4:] == ["145.0", "degC", "155.0", "degC"]
    event = next(row for row in said.splitlines() if row.startswith("oven heat/off"))
    assert event.split()[-2:] == ["22.0", "s"]
    power = next(row for row in said.splitlines() if row.startswith("oven heat.power"))
    assert power.split()[-2:] == ["400", "W"]
    mean = 400 * ON_S / PERIOD_S
    assert math.isclose(float(power.split()[-6]), mean, rel_tol=0.02)


def warming(top: str) -> dict[str, Any]:
    """A station whose parts take 10 min to 70 degC and 2 min of soaking, and never come to 200."""
    description: dict[str, Any] = copy.deepcopy(THERMOSTAT)
    description["sources"]["s"] = {"sequence": ["1 p"], "repeat": True}
    oven = description["stations"]["oven"]
    del oven["time"], oven["machines"]
    oven["finish"] = {"when": f"heat.T >= {top}", "soak": "2 min"}
    oven["dynamics"]["heat"] = {
        "model": "equations",
        "states": {"T": "20 degC"},
        "equations": {"dT/dt": "if(processing and T < 75 degC, 5 K/min, 0 K/min)"},
        "events": {"in": {"on": "load", "set": {"T": "20 degC"}}},
    }
    return description


def test_check_tells_how_long_models_take_or_what_that_depends_on(tmp_path: Path) -> None:
    path = tmp_path / "warming.json"
    path.write_text(json.dumps(warming("70 degC")), encoding="utf-8")
    said = twin("check", path)
    assert "12 min" in said
    assert "At most 5 good parts per hour" in said
    path.write_text(json.dumps(warming("200 degC")), encoding="utf-8")
    said = twin("check", path)
    assert "depends on heat.T" in said
    assert "Nothing is known of any station" in said
    table = tw.parse(warming("200 degC")).load_table()
    assert table["depends"].tolist() == ["heat.T"]
    assert math.isnan(table["cycle"][0])
    assert math.isnan(table["load"][0])
