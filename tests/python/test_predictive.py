"""Policies of tool changes on lines/predictive-cnc.json against renewal-reward formulas."""

from __future__ import annotations

import copy
import math
from typing import Any

import pytest
from test_plant_lines import read, scenario

import libtwin as tw

# Minutes. One material, so that the wear is a function of the cutting time since the last change.
CUT, CHANGE, REPAIR = 4.5, 6.0, 55.0
RATE, GROWTH = 0.0025, 1.2
POLICIES = ["condition", "fixed-interval", "run-to-failure"]


def wear(t: float) -> float:
    return math.expm1(RATE * GROWTH * t) / GROWTH


def hazard(t: float) -> float:
    return 0.006 / 60 * math.exp(5.5 * wear(t))


def line_of(document: dict[str, Any], policy: str) -> tw.Line:
    return tw.parse(document) if policy == "condition" else scenario(document, policy)


def renewal(policy: str) -> dict[str, float]:
    """Rates per minute in the long run: a cycle is the life of one tool.

    The tool is changed at the first end of a part at which it is due. It never starves, so a cycle
    is what was cut and one stop.
    """
    due = {"condition": 0.75, "fixed-interval": wear(150), "run-to-failure": wear(900)}[policy]
    parts = math.ceil(math.log1p(due * GROWTH) / (RATE * GROWTH) / CUT - 1e-9)
    end = parts * CUT
    n = 4000
    # survival on a grid of twice as many points as Simpson needs
    step = end / (2 * n)
    spent = [0.0]
    for k in range(2 * n):
        a, m, b = hazard(k * step), hazard((k + 0.5) * step), hazard((k + 1) * step)
        spent.append(spent[-1] + step * (a + 4 * m + b) / 6)
    alive = [math.exp(-x) for x in spent]
    inner = sum((4 if k % 2 else 2) * alive[k] for k in range(1, 2 * n))
    cut = (alive[0] + inner + alive[-1]) * step / 3
    kept = alive[-1]
    cycle = cut + (1 - kept) * REPAIR + kept * CHANGE
    made = sum(alive[round(k * CUT / step)] for k in range(1, parts + 1))
    return {
        "stations/mill/count/failures": (1 - kept) / cycle,
        "stations/mill/count/maintenances": kept / cycle,
        "stations/mill/count/completions": made / cycle,
        "stations/mill/state/processing": cut / cycle,
    }


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_comes_out_as_renewal_reward_says(policy: str) -> None:
    document = copy.deepcopy(read("predictive-cnc"))
    document["sources"]["orders"]["sequence"] = ["1 steel"]
    document["run"]["horizon"], document["run"]["warmup"] = "400 d", "10 d"
    line = line_of(document, policy)
    study = line.replicate(12)
    window = 390 * 1440
    for path, wanted in renewal(policy).items():
        figure = study[path]
        scale = 1 if "state" in path else window
        error = 4.5 * study.values(path).std(ddof=1) / math.sqrt(12)
        assert figure.mean / scale == pytest.approx(wanted, abs=error / scale), path
        if wanted > 0:
            assert error / scale < 0.12 * wanted, f"the bound on {path} is loose"


def test_measured_wear_beats_fixed_hours_and_both_beat_waiting_for_the_break() -> None:
    document = read("predictive-cnc")
    shipped = {
        name: line_of(document, name).replicate(4)["line/shipped"] for name in POLICIES
    }
    condition, fixed, broken = (shipped[name].mean for name in POLICIES)
    # two materials: hours do not tell what was cut
    assert condition > 1.005 * fixed
    assert fixed > 1.15 * broken
