"""Runs a case's line and compares what it gives with what is expected.

A miss is a defect or a difference of meaning: bounds are 4.5 standard errors of the run as it was
made, from the exact error constant where the case has one, else from its tolerance.
"""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import libtwin as tw
from oracles.document import minutes
from oracles.families import Case, Experiment, Waits
from oracles.metrics import Metric

SEED = 20260302
WARMUP_SHARE = 0.02  # of the horizon, as the cases say
STANDARD_ERRORS = 4.5
SPREADS = 6.0  # standard errors that are estimated from about 20 replications
MOST_MINUTES = 2e7  # of a run of usual length
LONGEST_MINUTES = 3.7e7  # of any run: the last instant of a clock is after 71 years
TABLED_PARTS = 60_000  # of a recorded run, about
REPLICATIONS = 20_000


@dataclass
class Outcome:
    """One metric: what was expected, what came, and how far apart they may be."""

    metric: str
    expected: Any
    got: Any
    bound: float

    @property
    def is_good(self) -> bool:
        """True when every number is within the bound."""
        expected, got = np.atleast_1d(self.expected), np.atleast_1d(self.got)
        if expected.shape != got.shape:
            return False
        return bool(np.all(np.abs(got - expected) <= self.bound))

    def __str__(self) -> str:
        mark = "ok  " if self.is_good else "MISS"
        if isinstance(self.expected, list):
            return f"{mark} {self.metric}: {self.got} for {self.expected}"
        off = abs(self.got - self.expected) / self.bound if self.bound > 0 else 0.0
        return (
            f"{mark} {self.metric}: {self.got:.8g} for {self.expected:.8g}, "
            f"{off:.2f} of the bound {self.bound:.2g}"
        )


def suggested_minutes(case: Case, experiment: Experiment) -> float:
    """How long the case says to run, in minutes of its line."""
    run = case["run"]
    if "horizon" in run:
        return float(run["horizon"])
    return float(run.get("parts", run.get("cycles"))) / experiment.rate


def bound_of(expect: Case, length_min: float, suggested_min: float) -> float:
    """How far a value may be off after a run over length_min minutes, the warm-up left out."""
    if "deterministic" in expect["kind"]:
        # the given values have ten digits, the clock ticks in microseconds
        largest = float(np.max(np.abs(expect["value"])))
        given = expect.get("tol_abs", expect.get("tol_rel", 0) * largest)
        return max(float(given), 1e-9 * max(1.0, largest))
    uncertain = float(expect.get("ci95", 0))
    if "se_constant" in expect:
        return STANDARD_ERRORS * expect["se_constant"] / math.sqrt(length_min) + uncertain
    given = expect.get("tol_abs", expect.get("tol_rel", 0) * abs(expect["value"]))
    return float(given) * math.sqrt(suggested_min / length_min) + uncertain


def _parse(experiment: Experiment, **run: str) -> tw.Line:
    """The line, with keys added to its "run". Raises Waits where its mechanism is not there yet."""
    given = experiment.document.get("run", {}) | run
    try:
        return tw.parse(experiment.document | {"run": given})
    except tw.Error:
        if experiment.mechanism:
            raise Waits(experiment.mechanism) from None
        raise


def _steady(case: Case, experiment: Experiment, length: float) -> list[Outcome]:
    """A long run, and a shorter recorded one where the tables are needed."""
    suggested = suggested_minutes(case, experiment)
    pairs = [(Metric(expect["metric"], experiment), expect) for expect in case["expect"]]
    outcomes = []
    for is_tabled in (False, True):
        wanted = [(metric, expect) for metric, expect in pairs if metric.is_tabled == is_tabled]
        if not wanted:
            continue
        horizon = min(min(suggested, MOST_MINUTES) * length, LONGEST_MINUTES)
        if is_tabled:
            horizon = min(horizon, TABLED_PARTS * length / max(experiment.rate, 0.1))
        warmup = minutes(WARMUP_SHARE * horizon)
        line = _parse(experiment, horizon=minutes(horizon), warmup=warmup)
        with tempfile.TemporaryDirectory() as folder:
            run = line.run(seed=SEED, record=Path(folder) / "run.h5" if is_tabled else None)
            for metric, expect in wanted:
                bound = bound_of(expect, (1 - WARMUP_SHARE) * horizon, suggested)
                got = metric.read(run)
                outcomes.append(Outcome(expect["metric"], expect["value"], got, bound))
    return outcomes


def _once(case: Case, experiment: Experiment) -> list[Outcome]:
    """One run to an end; everything in it is deterministic."""
    line = _parse(experiment)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.h5"
        run = line.run(seed=SEED, until=experiment.until_min * 60, record=path)
        return [
            Outcome(
                expect["metric"],
                expect["value"],
                Metric(expect["metric"], experiment).read(run),
                bound_of(expect, 1, 1),
            )
            for expect in case["expect"]
        ]


class _Mean:
    """The means over replications, read as a run is."""

    def __init__(self, study: Any) -> None:
        self._study = study
        self.half_width = 0.0

    def __getitem__(self, path: str) -> float:
        values = self._study.values(path)
        self.half_width = STANDARD_ERRORS * float(values.std(ddof=1)) / math.sqrt(len(values))
        return float(values.mean())


def _replicated(case: Case, experiment: Experiment, length: float) -> list[Outcome]:
    """Short runs from the empty line; the spread over replications gives the bound."""
    line = _parse(experiment)
    n = min(int(case["run"].get("replications", REPLICATIONS)), int(REPLICATIONS * length))
    study = line.replicate(n, seed=SEED, until=experiment.until_min * 60, warmup=0, threads=1)
    outcomes = []
    for expect in case["expect"]:
        mean = _Mean(study)
        got = Metric(expect["metric"], experiment).read(mean)
        outcomes.append(Outcome(expect["metric"], expect["value"], got, mean.half_width + 1e-9))
    return outcomes


def repeat_case(case: Case, experiment: Experiment, horizon_min: float, n: int) -> list[Outcome]:
    """Every metric over n replications; their spread says how far the mean may be off."""
    warmup = minutes(WARMUP_SHARE * horizon_min)
    line = _parse(experiment, horizon=minutes(horizon_min), warmup=warmup)
    metrics = [Metric(expect["metric"], experiment) for expect in case["expect"]]
    is_tabled = any(metric.is_tabled for metric in metrics)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for i in range(n):
            path = Path(folder) / f"{i}.h5" if is_tabled else None
            run = line.run(seed=SEED, replication=i, record=path)
            rows.append([metric.read(run) for metric in metrics])
    values = np.array(rows)
    bounds = SPREADS * values.std(axis=0, ddof=1) / math.sqrt(n) + 1e-9
    means = values.mean(axis=0)
    return [
        Outcome(expect["metric"], expect["value"], float(mean), float(bound))
        for expect, mean, bound in zip(case["expect"], means, bounds, strict=True)
    ]


def _whole(case: Case, experiment: Experiment, length: float) -> list[Outcome]:
    """As many parts as the case's tolerance stands for, over runs none of which is too long."""
    suggested = suggested_minutes(case, experiment)
    n = math.ceil(suggested * length / LONGEST_MINUTES)
    horizon = suggested * length / n
    line = _parse(experiment, horizon=minutes(horizon), warmup=minutes(WARMUP_SHARE * horizon))
    mean = _Mean(line.replicate(max(n, 2), seed=SEED, threads=1))
    total = (1 - WARMUP_SHARE) * horizon * max(n, 2)
    return [
        Outcome(
            expect["metric"],
            expect["value"],
            Metric(expect["metric"], experiment).read(mean),
            bound_of(expect, total, suggested),
        )
        for expect in case["expect"]
    ]


def _measured(case: Case, found: dict[str, float]) -> list[Outcome]:
    return [
        Outcome(e["metric"], e["value"], found[e["metric"]], bound_of(e, 1, 1))
        for e in case["expect"]
    ]


def run_case(case: Case, experiment: Experiment, length: float = 1.0) -> list[Outcome]:
    """Every metric of a case; `length` makes stochastic runs so much longer than usual."""
    if experiment.measure is not None:
        return _measured(case, experiment.measure())
    if experiment.is_whole:
        return _whole(case, experiment, length)
    if experiment.until_min is None:
        return _steady(case, experiment, length)
    if "replications" in case["run"]:
        return _replicated(case, experiment, length)
    return _once(case, experiment)
