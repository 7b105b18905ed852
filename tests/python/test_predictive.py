"""Policies of tool changes on lines/predictive-cnc.json against renewal-reward formulas."""

from __future__ import annotations

import copy
import itertools
import math
from typing import Any

import pytest
from test_plant_lines import read, scenario

import libtwin as tw

# Minutes and EUR. One material, so that wear is a function of the time cut since the last change.
CUT, CHANGE, REPAIR = 4.5, 6.0, 55.0
BREAKAGE, TOOL, LOST_PART, DOWN_MINUTE = 210.0, 28.0, 14.0, 55.0 / 60
RATE, GROWTH = 0.0025, 1.2
WINDOW = 390 * 1440
WORN = {"early": 0.45, "condition": 0.75, "late": 1.0}
POLICIES = ["condition", "fixed-interval", "run-to-failure"]


def wear(t: float) -> float:
    return math.expm1(RATE * GROWTH * t) / GROWTH


def hazard(t: float) -> float:
    return 0.006 / 60 * math.exp(5.5 * wear(t))


def rejected(t: float) -> float:
    """The gauge sees 96 % of the rough parts and rejects 0.2 % of the others."""
    rough = 0.002 + 0.05 * wear(t) ** 4
    return 0.96 * rough + 0.002 * (1 - rough)


def line_of(document: dict[str, Any], policy: str) -> tw.Line:
    return tw.parse(document) if policy == "condition" else scenario(document, policy)


def renewal(policy: str) -> dict[str, float]:
    """Shares of the time, counts and EUR per minute in the long run: a cycle is the life of a tool.

    The tool is changed at the first end of a part at which it is due. It never starves, so a cycle
    is what was cut and one stop: a failure, which takes the part with it, or a change.
    """
    due = WORN | {"fixed-interval": wear(150), "run-to-failure": wear(900)}
    parts = math.ceil(math.log1p(due[policy] * GROWTH) / (RATE * GROWTH) / CUT - 1e-9)
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
    down = (1 - kept) * REPAIR + kept * CHANGE
    cycle = cut + down
    made = [alive[round(k * CUT / step)] for k in range(1, parts + 1)]
    refused = sum(m * rejected(k * CUT) for k, m in enumerate(made, start=1))
    cost = {
        "failures": (1 - kept) * BREAKAGE,
        "maintenance": kept * TOOL,
        "downtime": down * DOWN_MINUTE,
        "scrap": (1 - kept + refused) * LOST_PART,
    }
    found = {
        "stations/mill/count/failures": (1 - kept) / cycle,
        "stations/mill/count/maintenances": kept / cycle,
        "stations/mill/count/completions": sum(made) / cycle,
        "stations/mill/state/processing": cut / cycle,
        "stations/mill/technical_availability": 1 - (1 - kept) * REPAIR / (cycle - kept * CHANGE),
        "line/scrapped": (1 - kept + refused) / cycle,
        "line/cost": sum(cost.values()) / cycle,
        "line/cost/per_good": sum(cost.values()) / (sum(made) - refused),
    }
    return found | {f"line/cost/{kind}": amount / cycle for kind, amount in cost.items()}


def scale_of(path: str) -> float:
    """What makes a figure of the window from a rate."""
    return 1.0 if path.endswith(("processing", "availability", "per_good")) else WINDOW


def study_of_steel(policy: str) -> tw.Study:
    document = copy.deepcopy(read("predictive-cnc"))
    document["sources"]["orders"]["sequence"] = ["1 steel"]
    document["run"]["horizon"], document["run"]["warmup"] = "400 d", "10 d"
    return line_of(document, policy).replicate(12)


@pytest.mark.parametrize("policy", [*POLICIES, "early", "late"])
def test_a_policy_comes_out_as_renewal_reward_says(policy: str) -> None:
    study = study_of_steel(policy)
    for path, rate in renewal(policy).items():
        figure, wanted = study[path], rate * scale_of(path)
        error = 4.5 * study.values(path).std(ddof=1) / math.sqrt(12)
        assert figure.mean == pytest.approx(wanted, abs=error), path
        if wanted > 0:
            assert error < 0.12 * wanted, f"the bound on {path} is loose"
            # a 95 % t interval of 12 runs is 2.20 standard errors
            assert figure.half_width == pytest.approx(2.20 / 4.5 * error, rel=1e-2), path


def test_policies_rank_by_cost_as_the_formulas_rank_them() -> None:
    policies = [*POLICIES, "late"]
    for path in ("line/cost", "line/cost/per_good"):
        wanted = sorted(policies, key=lambda policy: renewal(policy)[path])
        assert wanted == ["fixed-interval", "condition", "late", "run-to-failure"]
    for path in ("line/cost", "line/cost/per_good"):
        figures = [study_of_steel(policy)[path] for policy in wanted]
        # the intervals are apart, so the order is no luck
        for better, worse in itertools.pairwise(figures):
            assert better.mean + better.half_width < worse.mean - worse.half_width, path


def test_cost_is_the_sum_of_what_it_is_for() -> None:
    study = tw.parse(read("predictive-cnc")).replicate(2, until="10 d")
    for k in range(2):
        cost = {path: study.values(path)[k] for path in study.line.quantities if "/cost" in path}
        kinds = ("failures", "maintenance", "downtime", "scrap", "energy")
        assert cost["line/cost"] == pytest.approx(sum(cost[f"line/cost/{kind}"] for kind in kinds))
        for kind in kinds[:3]:
            assert cost[f"line/cost/{kind}"] == cost[f"stations/mill/cost/{kind}"]
        failures = study.values("stations/mill/count/failures")[k]
        assert cost["stations/mill/cost/mode/breakage"] == BREAKAGE * failures
        types = ("steel", "titanium")
        assert cost["line/cost/scrap"] == sum(cost[f"line/cost/scrap/part/{t}"] for t in types)


def test_measured_wear_beats_fixed_hours_and_both_beat_waiting_for_the_break() -> None:
    document = read("predictive-cnc")
    studies = [line_of(document, name).replicate() for name in POLICIES]
    condition, fixed, broken = (study["line/shipped"].mean for study in studies)
    # two materials: hours do not tell what was cut
    assert condition > 1.005 * fixed
    assert fixed > 1.15 * broken
    cheap, dear, dearest = (study["line/cost/per_good"] for study in studies)
    assert cheap.mean + cheap.half_width < dear.mean - dear.half_width
    assert dear.mean + dear.half_width < dearest.mean - dearest.half_width
