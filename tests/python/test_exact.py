"""Lines against answers that are worked out apart from the library: chains and closed forms."""

from __future__ import annotations

import math
import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import libtwin as tw

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "analytic"))

from oracles import closed
from oracles.build import build
from oracles.chain import Serial, departures, solve
from oracles.families import serial, trace
from oracles.metrics import STATES
from oracles.study import repeat_case

REPLICATIONS = 20
STANDARD_ERRORS = 6  # estimated from 20 replications; the seeds are fixed


def _random_line(seed: int) -> Serial:
    """Two or three stations with a bit of everything."""
    pick = random.Random(seed).choice
    n = pick([2, 2, 3])
    servers = [pick([1, 1, 2]) for _ in range(n)]
    return Serial(
        means=[pick([1.0, 0.9, 1.3, 0.6]) for _ in range(n)],
        servers=servers,
        slots=[pick([0, 1, 2, 3]) for _ in range(n - 1)],
        failures=[pick([None, (5.0, 1.0), (10.0, 2.0)]) for _ in range(n)],
        is_before_service=pick([True, False, False]),
        is_time_dependent=pick([True, False]),
        takes_while_down=max(servers) == 1 and pick([True, False]),
    )


def _case(line: Serial) -> dict[str, Any]:
    """The same line as the parameters of a reference case."""
    stations: list[dict[str, Any]] = []
    for mean, n, failure in zip(line.means, line.servers, line.failures, strict=True):
        stations.append({"dist": "exponential", "mean": mean, "servers": n})
        if failure is not None:
            stations[-1] |= {"mttf": failure[0], "mttr": failure[1]}
    params = {
        "stations": stations,
        "buffers": line.slots,
        "blocking": "BBS" if line.is_before_service else "BAS",
        "failure": "TDF" if line.is_time_dependent else "ODF",
        "load_while_down": line.takes_while_down,
    }
    return {"name": "random", "family": "A", "params": params}


def _figure(study: tw.Study, name: str) -> Any:
    """A figure of the chain, in every replication."""
    if name == "throughput":
        return study.values("line/throughput") * 60
    if name == "wip":
        return study.values("line/wip/mean")
    if name[0] == "B":
        return study.values(f"buffers/{name}/level/mean")
    station, word = name.split()
    names = STATES.get(word, (word,))
    return sum(study.values(f"stations/{station}/state/{state}") for state in names)


@pytest.mark.parametrize("seed", range(24))
def test_a_random_line_gives_the_figures_of_its_markov_chain(seed: int) -> None:
    line = _random_line(seed)
    figures = solve(line)
    assert figures is not None
    document = serial(_case(line)).document
    document["run"] = {"horizon": "40300 min", "warmup": "300 min"}
    study = tw.parse(document).replicate(REPLICATIONS, seed=seed, threads=1)
    for name, exact in figures.items():
        if name[0] == "B" and line.slots[int(name[1:]) - 1] == 0:
            continue
        values = _figure(study, name)
        bound = STANDARD_ERRORS * values.std(ddof=1) / np.sqrt(len(values)) + 1e-9
        assert abs(values.mean() - exact) <= bound, f"{name}: {values.mean()} for {exact}; {line}"


@pytest.mark.parametrize("blocking", ["BAS", "BBS"])
def test_random_times_give_the_departures_of_the_recursion(blocking: str, tmp_path: Path) -> None:
    for seed in range(40):
        pick = random.Random(seed).choice
        n_station, n_part = pick([1, 2, 3, 4, 5]), pick([1, 5, 20])
        slots = [pick([0, 0, 1, 2]) for _ in range(n_station - 1)]
        times = [[pick([0, 1, 1, 2, 3, 5, 9]) for _ in range(n_station)] for _ in range(n_part)]
        params = {"times": times, "buffers": slots, "blocking": blocking}
        experiment = trace({"name": "random", "family": "E", "params": params})
        line = tw.parse(experiment.document)
        until = f"{experiment.until_min} min"
        visits = line.run(until=until, record=tmp_path / f"{seed}.h5").visits
        expected = departures(times, slots, blocking) * 60
        for i in range(n_station):
            left = np.sort(visits["leave"][visits["station"] == f"S{i + 1}"])
            assert left == pytest.approx(expected[i], abs=1e-6), f"station {i + 1}, seed {seed}"


# Service times as cases write them, with their mean and variance.
SERVICES: list[tuple[dict[str, Any], float, float]] = [
    ({"dist": "constant", "value": 0.9}, 0.9, 0.0),
    ({"dist": "exponential", "mean": 1.1}, 1.1, 1.21),
    ({"dist": "erlang", "k": 3, "mean": 1.2}, 1.2, 1.44 / 3),
    ({"dist": "gamma", "mean": 1.0, "cv": 1.5}, 1.0, 2.25),
    ({"dist": "gamma", "shape": 0.5, "mean": 1.0}, 1.0, 2.0),
    ({"dist": "uniform", "min": 0.2, "max": 1.8}, 1.0, 1.6**2 / 12),
    ({"dist": "triangular", "min": 0.0, "mode": 1.0, "max": 2.0}, 1.0, 1 / 6),
    ({"dist": "lognormal", "mean": 1.0, "cv": 0.8}, 1.0, 0.64),
    ({"dist": "weibull", "mean": 1.0, "shape": 2.0}, 1.0, 4 / math.pi - 1),
    ({"dist": "weibull", "scale": 1.0, "shape": 1.0}, 1.0, 1.0),
    ({"dist": "hyperexponential", "mean": 1.0, "scv": 2.0}, 1.0, 2.0),
    ({"dist": "hyperexponential", "p": 0.5, "mean1": 0.5, "mean2": 1.5}, 1.0, 1.5),
    ({"dist": "discrete", "values": [0.5, 2.0], "weights": [2, 1]}, 1.0, 0.5),
]

CASES = [
    *(closed.single_machine(0.6, *service) for service in SERVICES),
    closed.servers(1.5, 1.0, 2),
    closed.servers(3.0, 1.5, 6),
    closed.loss(1.2, 1.0, 1, 0),
    closed.loss(2.0, 1.0, 3, 2),
    closed.repair_shop(3, 2, 4.0, 1.0),
    closed.repair_shop(5, 1, 10.0, 1.5),
    closed.repair_shop(4, 4, 3.0, 1.0),
    closed.priorities([(0.2, 1.0), (0.3, 0.5), (0.25, 1.2)]),
    closed.priorities([(0.2, 1.0), (0.3, 0.5), (0.25, 1.2)], is_preemptive=True),
    closed.tandem(0.5, [1.0, 3.0, 0.8, 1.2], [1, 3, 1, 2]),
    closed.rework(0.4, 1.0, 0.4),
    closed.batches(0.1, 5, 1.2),
    closed.lock_step((0.02, 0.01), (0.1, 0.2), 4),
    closed.lock_step((0.05, 0.05), (0.3, 0.2), 1),
    closed.lock_step((0.01, 0.1), (0.1, 0.9), 7),
]


@pytest.mark.parametrize(
    "case", [pytest.param(c, id=f"{i}_{c['name']}") for i, c in enumerate(CASES)]
)
def test_a_closed_form_is_met(case: dict[str, Any]) -> None:
    outcomes = repeat_case(case, build(case), horizon_min=20_000, n=20)
    print("\n".join(map(str, outcomes)))
    assert all(outcome.is_good for outcome in outcomes)
