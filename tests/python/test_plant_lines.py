"""The lines of lines/ that are like a plant: their load by hand, and what a run says of it."""

from __future__ import annotations

import copy
import json
import math
import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import LINES

import libtwin as tw


def read(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((LINES / f"{name}.json").read_text(encoding="utf-8"))
    return document


def scenario(document: dict[str, Any], name: str, folder: Path | None = None) -> tw.Line:
    """The line with the patches of one of its scenarios."""
    document = copy.deepcopy(document)
    for path, value in document["scenarios"][name].items():
        if path.startswith("/"):
            *keys, last = path[1:].split("/")
            at = document
            for key in keys:
                at = at[key]
            at[last] = value
    return tw.parse(document, folder=folder)


def minutes(line: tw.Line, station: str) -> list[float]:
    """Cycle, tools, stops, changeover of a visit and need of a good part."""
    table = line.load_table()
    row = table["station"].tolist().index(station)
    return [table[term][row] / 60 for term in ("cycle", "tools", "stops", "changeover", "need")]


def per_week(study: tw.Study) -> float:
    return study["line/throughput"].mean * 7 * 86400


# Minutes, by hand. The mix: 30 c4, 10 c4-sport and 20 c6 are 1/2, 1/6 and 1/3.
#
# Good parts: grinding burns 1 % of the cranks with five journals and 2 % of those with seven; the
# gauge sees 95 % of them and rejects 0.5 % of the others.
#   five   0.0095 + 0.99 * 0.005 = 0.01445      seven   0.019 + 0.98 * 0.005 = 0.0239
#   good   1 - (2/3 * 0.01445 + 1/3 * 0.0239) = 0.9824
# A spindle failure scraps the crank on the lathe: 3.7 min of cutting every 3600 min, 0.00102778. So
# 60 cranks that are begun are 60 * 0.99897222 behind the lathe, with as many changeovers.
GOOD = 0.9824
KEPT = 1 - 0.00102778

CRANK_CELL = {
    # cycle       0.5 + 3.4/2 + 3.6/6 + 4.2/3                = 4.2
    # tools       4 * (1/2/60 + 1/6/50 + 1/3/40) = 4 * 0.02  = 0.08
    # stops       chips 1.5/80 + spindle 90 * 3.7/3600       = 0.01875 + 0.0925
    # changeover  (45 + 40) / 60 cranks                      = 1.4166667
    "turn": [4.2, 0.08, 0.11125, 1.4166667, 5.8079167 / KEPT / GOOD],
    # cycle       0.5 + 2/3 * 3 + 1/3 * 4                    = 3.8333333
    # tools       6 * (2/3/120 + 1/3/80) = 6 * 0.00972222    = 0.0583333
    # stops       breakage 12/300 + hydraulics 60 * 3.3333333/3000 = 0.04 + 0.0666667
    # changeover  2 * 25 / 60                                = 0.8333333
    "drill": [3.8333333, 0.0583333, 0.1066667, 0.8333333 / KEPT, 4.8325242 / GOOD],
    # cycle       0.5 + 6.4/2 + 6.8/6 + 8/3                  = 7.5
    # tools       5 * (1/2/30 + 1/6/25 + 1/3/20) = 5 * 0.04  = 0.2
    # stops       headstock 80 * 7/2400                      = 0.2333333
    # changeover  both machines, (12 + 50 + 48) each in 60 cranks: 2 * 110/60 = 3.6666667
    # need        7.9333333 + 3.6666667/0.99897222 = 11.6037725 on two machines
    "grind": [7.5, 0.2, 0.2333333, 3.6666667 / KEPT, 5.8018863 / GOOD],
    # cycle       0.25 + 2                                   = 2.25
    # changeover  2 * 10 / 60                                = 0.3333333
    # stops       the probe stops 15 min after 1440 min: (2.25 + 0.3336763) * 15/1440 = 0.0269133
    "gauge": [2.25, 0.0, 0.0269133, 0.3333333 / KEPT, 2.6105896 / GOOD],
}


@pytest.mark.parametrize("station", CRANK_CELL)
def test_the_load_of_the_crank_cell_is_that_of_a_hand_calculation(station: str) -> None:
    line = tw.load(LINES / "crank-cell.json")
    assert minutes(line, station) == pytest.approx(CRANK_CELL[station], rel=1e-5)


def test_the_setter_of_the_crank_cell_limits_it() -> None:
    load = tw.load(LINES / "crank-cell.json").load()
    people = {row["pool"]: row for row in load.people}
    # for 60 cranks that are begun: 85 min at the lathe, 50 at the drill, 220 at the grinders; a
    # week has 15 shifts of 7.5 h
    work = (85 + 50 + 220) / 60 / KEPT / GOOD
    assert people["setter"]["work"] / 60 == pytest.approx(work, rel=1e-5)
    assert load.good_per_s * 7 * 86400 == pytest.approx(15 * 450 / work, rel=1e-5)
    assert load.takt_s / 60 == pytest.approx(450 / 64)
    limits = dict(zip(load.stations["station"], load.stations["limit"], strict=True))
    assert limits == {"turn": "people", "drill": "people", "grind": "people", "gauge": "cycle"}


def test_a_second_setter_gives_more_than_tools_that_last_longer() -> None:
    document = read("crank-cell")
    line = tw.parse(document)
    study = line.replicate(4)
    base = per_week(study)
    # the setter does what the table says for what was made; the rest of the time he is not needed
    work_s = next(row["work"] for row in line.load().people if row["pool"] == "setter")
    expected = work_s * base / (15 * 450 * 60)
    assert study["workers/setter/utilisation"].mean == pytest.approx(expected, rel=0.02)
    assert 700 < base < line.load().good_per_s * 7 * 86400
    setters = per_week(scenario(document, "second-setter").replicate(4))
    tools = per_week(scenario(document, "long-life").replicate(4))
    assert 1.12 < setters / base < 1.25
    assert 0.99 < tools / base < 1.03


# Of 16 crates: 6 bracket of 1000 s, 3 hinge of 720 s, 5 cover of 1200 s, 2 rail of 1800 s.
#   cycle       (6000 + 2160 + 6000 + 3600) / 16                = 1110 s = 18.5 min
#   tools       coils for 6/2 + 3/3 + 5/2 + 2/1 = 8.5 crates of 16: 6 * 0.53125 = 3.1875
#   stops       25 s in 480, 4500 s in 108000 and 2400 s in 162000 of pressing:
#               25 * 1110/480 + 4500 * 1110/108000 + 2400 * 1110/162000
#               = 57.8125 + 46.25 + 16.444444 = 120.506944 s    = 2.0084491
#   changeover  4 changes of 35 min, each with 15 min before: 200/16 = 12.5
STAMPING = [18.5, 3.1875, 2.0084491, 12.5, 36.1959491]


def test_the_load_of_the_press_is_that_of_a_hand_calculation() -> None:
    line = tw.load(LINES / "stamping.json")
    assert minutes(line, "press") == pytest.approx(STAMPING, rel=1e-6)
    # two die-setters for 140 min and one for 60 min in 16 crates, and the repair of dies
    work = (2 * 140 + 60) / 16 + 16.444444 / 60
    people = {row["pool"]: row["work"] / 60 for row in line.load().people}
    assert people["die-setters"] == pytest.approx(work, rel=1e-6)
    assert people["crane"] == pytest.approx(140 / 16 + 3.1875, rel=1e-6)


def test_dies_that_are_prepared_ahead_give_a_ninth_more() -> None:
    document = read("stamping")
    base, ahead = tw.parse(document), scenario(document, "prepare-ahead")
    # 4 * 15 min of preparing in 16 crates no longer stop the press: 36.196 / 32.446 = 1.116
    assert minutes(ahead, "press")[4] == pytest.approx(STAMPING[4] - 3.75, rel=1e-6)
    made = [per_week(line.replicate(4)) for line in (base, ahead)]
    assert made[1] / made[0] == pytest.approx(1.116, abs=0.02)
    # the press limits the line, nearly alone, so that a run makes what the table says
    for line, n in zip((base, ahead), made, strict=True):
        assert n == pytest.approx(line.load().good_per_s * 7 * 86400, rel=0.02)


def test_most_stops_of_the_press_are_minor_ones() -> None:
    study = tw.load(LINES / "stamping.json").replicate(4)
    stops, minor = (study[f"stations/press/count/{w}"].mean for w in ("failures", "minor_stops"))
    # misfeeds every 8 min, of which exp(-300/25) last longer than 5 min; others every 30 and 45 h
    assert minor / stops == pytest.approx(0.125 / (0.125 + 1 / 1800 + 1 / 2700), abs=0.003)


def test_the_energy_of_the_crank_cell_is_power_times_time_in_each_state() -> None:
    document = read("crank-cell")
    line = tw.parse(document)
    run = line.run(until="28 d")
    total = 0.0
    for name, n_machine in (("turn", 1), ("drill", 1), ("grind", 2)):
        texts = document["stations"][name]["power"]
        power = {
            state: 1e3 * float(said.split()[0]) for state, said in texts.items() if "kW" in said
        }
        drawn = 0.0
        start = f"stations/{name}/state/"
        for state in (p[len(start) :] for p in line.quantities if p.startswith(start)):
            own = (
                power.get("failed", power["idle"]) if state.startswith("failed") else power["idle"]
            )
            watts = 0.0 if state == "switched-off" else power.get(state, own)
            drawn += n_machine * watts * run[f"{start}{state}/duration"]
        assert run[f"stations/{name}/energy"] == pytest.approx(drawn, rel=1e-12)
        total += drawn
    assert run["line/energy"] == pytest.approx(total, rel=1e-12)
    prices = {p: run[p] for p in line.quantities if p.startswith("line/energy/tariff/")}
    cost = sum(value for path, value in prices.items() if path.endswith("/cost"))
    assert cost == pytest.approx(run["line/energy/cost"], rel=1e-12)
    assert sum(v for p, v in prices.items() if not p.endswith("/cost")) == pytest.approx(total)
    # a quarter of an hour in which three machines grind and turn is not far from all at once
    assert 60e3 < run["line/peak"] <= 98e3


# The figures of the format's own example (LINE-FORMAT 1). Ten shafts are 7 A of 6.2 min and 3 B of
# 23.6/3 min: 6.70 min each. Setups of 14 + 11 min are 2.5 min a shaft. A jam in 140 shafts takes
# 3 min, a spindle in 38 h of cutting 35 min.
def test_the_load_of_the_shaft_line_is_that_of_the_formats_hand_calculation() -> None:
    line = tw.load(LINES / "shaft-line.json")
    assert [str(problem) for problem in line.check().problems] == []
    cycle, tools, stops, changeover, _ = minutes(line, "cnc")
    assert cycle == pytest.approx(6.70, abs=1e-9)
    assert changeover == pytest.approx(2.5, rel=0.005)
    assert stops == pytest.approx(3 / 140 + 35 * 6.7 / (38 * 60), rel=1e-9)
    assert tools == 0  # a tool is changed when its wear asks for it
    per_hour = {name: 60 / minutes(line, name)[0] for name in ("saw", "inspect", "assembly")}
    assert per_hour["saw"] == pytest.approx(20.5, abs=0.06)
    assert per_hour["inspect"] == pytest.approx(33.3, abs=0.05)
    assert per_hour["assembly"] == pytest.approx(19.4, abs=0.05)
    assert 2 * 60 / cycle == pytest.approx(17.9, abs=0.05)
    assert 2 * 60 / (cycle + changeover) == pytest.approx(13.0, abs=0.06)
    load = line.load()
    loads = {row["station"]: row["load"] for row in load.stations}
    assert load.is_relative
    assert loads.pop("cnc") == pytest.approx(1, abs=1e-9)
    assert max(loads.values()) < 0.7


def test_the_cnc_machines_limit_the_shaft_line_by_every_method() -> None:
    line = tw.load(LINES / "shaft-line.json")
    study = line.replicate(4, losses=True)
    assert study.bottleneck().named == dict.fromkeys(study.bottleneck().named, "cnc")
    assert per_week(study) < line.load().good_per_s * 7 * 86400
    # ln(2)/0.0035 = 198 min of cutting, and the rest of the part on which the tool is worn
    run = line.run(until="130 d")
    start = "stations/cnc[1]/"
    cut = run[f"{start}state/processing/duration"] / 60
    life = math.log(2) / 0.0035
    assert life == pytest.approx(198, abs=0.05)
    assert life < cut / run[f"{start}tool/events/worn"] < life + 9


def test_a_third_cnc_helps_the_shaft_line_and_a_larger_buffer_does_not() -> None:
    document = read("shaft-line")
    base = per_week(tw.parse(document).replicate(4))
    assert 1.4 < per_week(scenario(document, "third-cnc").replicate(4)) / base < 1.55
    assert per_week(scenario(document, "big-b2").replicate(4)) == pytest.approx(base, rel=0.005)


# The milling cell. The oven, in W, J and degC: 26 kJ/K, 0.03 kW/K to 20 degC, 28 kW within 4 K of
# 260 degC with a part inside, of 180 degC without; a part of 0.49 kJ/kg/K comes at 20 degC and is
# done 2 min after 255 degC.
STEP_S = 0.005


def oven_step(temperature: float, is_on: bool, target: float, mass_kg: float) -> tuple[float, bool]:
    """A small step of two-point control by Euler's rule."""
    if temperature >= target + 4:
        is_on = False
    elif temperature <= target - 4:
        is_on = True
    power_w = (28e3 if is_on else 0.0) - 30.0 * (temperature - 20)
    return temperature + STEP_S * power_w / (26e3 + 490.0 * mass_kg), is_on


def oven_times(mass_kg: float, n: int) -> list[float]:
    """How long parts of one mass are worked on, one directly behind the other, from a cold oven."""
    temperature, is_on, found = 20.0, False, []
    for _ in range(n):
        for _ in range(round(30 / STEP_S)):
            temperature, is_on = oven_step(temperature, is_on, 180, 0)
        share = 490.0 * mass_kg / (26e3 + 490.0 * mass_kg)
        temperature += (20 - temperature) * share
        n_step, n_done = 0, 0
        while n_done < round(120 / STEP_S):
            temperature, is_on = oven_step(temperature, is_on, 260, mass_kg)
            n_step += 1
            n_done = n_done + 1 if temperature >= 255 else 0
        found.append(n_step * STEP_S)
        for _ in range(round(20 / STEP_S)):
            temperature, is_on = oven_step(temperature, is_on, 180, 0)
    return found


def test_the_oven_takes_as_long_as_its_heat_needs() -> None:
    line = tw.load(LINES / "milling-cell.json")
    table = line.load_table()
    row = table["station"].tolist().index("oven")
    # six housings and four covers; from a cold oven the third takes as long as all behind it
    expected_s = 0.6 * oven_times(14, 4)[-1] + 0.4 * oven_times(6, 4)[-1]
    assert table["process"][row] == pytest.approx(expected_s, rel=0.01)
    assert minutes(line, "oven")[0] == pytest.approx((expected_s + 50) / 60, rel=0.01)


def test_the_mills_take_longer_by_the_wear_of_their_tools() -> None:
    line = tw.load(LINES / "milling-cell.json")
    # 40 s of loading, then 0.6 * 8.5 + 0.4 * 6 min with a new tool; 27 min of repair in 20 h
    assert minutes(line, "mill")[:3] == pytest.approx([490 / 60, 0, 7.5 * 27 / 1200])
    # wear grows by 0.004 (1 + 0.8 w) a minute of work: 1 after ln(1.8)/0.0032 min, and the part
    # that is on the machine then is finished, half of one in the mean; a cycle is 7.5 min times
    # 1 + 0.15 w
    study = line.replicate(5, threads=2)
    changes = study["stations/mill/count/maintenances"].mean
    worked_min = study["stations/mill/state/processing"].mean * 2 * 42 * 1440
    life_min = math.log(1.8) / 0.0032
    assert worked_min / changes == pytest.approx(life_min + 7.5 * 1.15 / 2, rel=0.02)


def test_a_third_mill_helps_and_a_cold_standby_saves_a_third_of_the_energy() -> None:
    document = read("milling-cell")
    base = tw.parse(document).replicate(4, threads=2)
    third, hot, cold = (
        scenario(document, name).replicate(4, threads=2)
        for name in ("third-mill", "hot-standby", "cold-standby")
    )
    assert good_a_shift(base) == pytest.approx(97, abs=1)
    assert good_a_shift(third) == pytest.approx(114, abs=1)
    assert good_a_shift(hot) == pytest.approx(good_a_shift(base), rel=0.005)
    assert good_a_shift(cold) == pytest.approx(good_a_shift(base), rel=0.005)
    each = [study["line/energy/per_good"].mean for study in (base, hot, cold)]
    assert each[1] / each[0] == pytest.approx(1.17, abs=0.02)
    assert each[2] / each[0] == pytest.approx(0.67, abs=0.02)
    # with three mills the oven never waits for parts while there are people
    assert third["stations/oven/state/starved"].mean < 0.005


def good_a_shift(study: tw.Study) -> float:
    return study["line/shift/early/good/mean"].mean


# Seconds, by hand, for a case of bottles.
#
# filler    6 + two changeovers of 1500 in 3000 cases                    = 6 + 1 = 7
# capper    5.5 + 60 s of jam after 1200 s of work: 5.5 * 60/1200        = 5.775
# labeller  5.4 + a reel of 180 s for 1200 cases                         = 5.55
# packer    5.2 + 90 s after 1800 s of work: 5.2 * 90/1800               = 5.46
# operator  1 + 0.275 + 0.15 + 0.26                                      = 1.685
BOTTLING_NEED_S = {"filler": 7.0, "capper": 5.775, "labeller": 5.55, "packer": 5.46}


def test_the_load_of_the_bottling_line_is_that_of_a_hand_calculation() -> None:
    line = tw.load(LINES / "bottling.json")
    need = {row["station"]: row["need"] for row in line.load_table()}
    assert need == pytest.approx(BOTTLING_NEED_S, rel=1e-6)
    operator = next(iter(line.load().people))
    assert operator["work"] == pytest.approx(1.685, rel=1e-6)


# The filler limits: 15 h less an hour of breaks a day, five days, a case each 7, 6.4 or 6.5 s. It
# is blocked now and then, so a little less leaves; the gains are those of its need.
def test_a_quicker_changeover_gives_what_it_frees_of_the_filler() -> None:
    document = read("bottling")
    base = per_week(tw.parse(document).replicate(5))
    assert 0.98 * 75 * 3600 / 7 < base < 75 * 3600 / 7
    quick = per_week(scenario(document, "quick-change").replicate(5))
    assert quick / base == pytest.approx(7 / 6.4, rel=0.006)
    long = per_week(scenario(document, "long-campaigns").replicate(5))
    assert long / base == pytest.approx(7 / 6.5, rel=0.006)
    second = per_week(scenario(document, "second-operator").replicate(5))
    assert 1 < second / base < 1.01


# The finishing tool wears by 1/300 min; changed after T of work it has worn to T/300 min, half of
# it on average. A part is oversize with 0.01 + 0.04*wear; seven of ten are turned once more,
# the rest is scrap, and so is what is oversize twice: 0.3 p + 0.7 p^2 of those begun.
#
#   T     p       scrapped   tools a valve, 35 EUR * 4.5 min/T   scrap, 18 EUR
#   2 h   0.018   0.0056     1.313                               0.101
#   4 h   0.026   0.0083     0.656                               0.149
#   8 h   0.042   0.0138     0.328                               0.249
def test_the_finishing_tool_is_best_changed_after_eight_hours() -> None:
    document = read("valve-cell")
    lines = {
        2: scenario(document, "tool-2h"),
        4: tw.parse(document),
        8: scenario(document, "tool-8h"),
    }
    cost = {}
    for hours, line in lines.items():
        study = line.replicate(8)
        wrong = 0.01 + 0.04 * hours / 5 / 2
        scrapped = study["line/scrapped"].mean
        begun = scrapped + study["line/shipped"].mean
        assert scrapped / begun == pytest.approx(0.3 * wrong + 0.7 * wrong**2, rel=0.15)
        cost[hours] = study["line/cost/per_good"].mean
    # a visit more for each valve that is turned again, and some energy: a twentieth
    assert cost[2] - cost[4] == pytest.approx(1.313 - 0.656 + 0.101 - 0.149, rel=0.05)
    assert cost[4] - cost[8] == pytest.approx(0.656 - 0.328 + 0.149 - 0.249, rel=0.12)


# 340 pump-A, 190 pump-B and 50 pump-C: 580 * 2 % = 11.6 are scrap. The press works for
# 340 * 10 + 190 * 14 + 50 * 20 = 7060 min; by due date it changes ten times, 150 min.
def test_every_ordered_pump_leaves_and_the_press_works_for_what_was_ordered() -> None:
    study = tw.load(LINES / "pumps.json").replicate(20)
    left = study.values("line/shipped") + study.values("line/scrapped")
    assert left.tolist() == [580.0] * 20
    scrapped = study["line/scrapped"]
    assert scrapped.mean == pytest.approx(11.6, abs=2 * scrapped.half_width)
    horizon_min = 14 * 1440
    assert study["stations/press/state/processing"].mean * horizon_min == pytest.approx(7060)
    assert study["stations/press/state/setup"].mean * horizon_min == pytest.approx(150)


def test_fewer_cards_make_more_pumps_late_and_a_second_press_none() -> None:
    document = read("pumps")
    late = {
        name: scenario(document, name, LINES).replicate(50)["line/tardy/share"].mean
        for name in ("four-cards", "sixteen-cards", "second-press")
    }
    base = tw.load(LINES / "pumps.json").replicate(50)["line/tardy/share"].mean
    assert late["second-press"] == 0
    assert late["four-cards"] > 2 * base
    assert 0.8 * base < late["sixteen-cards"] < base


def test_a_run_file_takes_the_table_of_its_line_along(tmp_path: Path) -> None:
    line_file = tmp_path / "plant" / "pumps.json"
    line_file.parent.mkdir()
    for name in ("pumps.json", "pump-orders.csv"):
        shutil.copy(LINES / name, line_file.parent / name)
    line = tw.load(line_file)
    line.run(until="2 d", record=tmp_path / "run.h5")
    shutil.rmtree(line_file.parent)
    with tw.open(tmp_path / "run.h5") as file:
        assert file.line.hash == line.hash
        assert file.line.names("part") == line.names("part")
        assert len(file.parts) > 0
