"""Builders of families that need more than sources, buffers, machines and repair crews.

Their lines are written as the format describes them. While the library refuses one, its test is
skipped with the mechanism's name; from the day it is accepted the test runs and counts.
"""

from __future__ import annotations

import math
import re

from oracles.document import Draft, Params, exponential, minutes, slots
from oracles.families import Case, Experiment


def conwip(case: Case) -> Experiment:
    """Stations in series with exponential `means` and always `jobs` in the line."""
    params = case["params"]
    draft = Draft(case["name"])
    source = draft.source("raw", policy={"conwip": {"limit": params["jobs"]}})
    chain: list[str | None] = [source]
    stations, queues = [], []
    for i, mean in enumerate(params["means"], 1):
        queues.append(draft.buffer(f"Q{i}"))
        stations.append(draft.station(f"S{i}", {"mean": mean}))
        chain += [queues[-1], stations[-1]]
    draft.chain(*chain, "out")
    rate = 1 / max(params["means"])
    return Experiment(draft.document, stations, list(queues), rate=rate, mechanism="CONWIP")


def assembly(case: Case) -> Experiment:
    """Machines with their own `buffers`, never starved, and one that takes a part of each."""
    params = case["params"]
    draft = Draft(case["name"])
    *means, last = params["means"]
    buffers = slots(draft, params["buffers"])
    final = f"S{len(means) + 1}"
    stations, consumed = [], {}
    for i, (mean, buffer) in enumerate(zip(means, buffers, strict=True), 1):
        part = f"part{i}"
        stations.append(draft.station(f"S{i}", {"mean": mean}))
        ends = ["out"] if i == 1 else []  # the first part is the base part
        draft.chain(draft.source(f"raw{i}", part), f"S{i}", buffer, final, *ends)
        if i > 1:
            consumed[part] = 1
    draft.station(final, {"mean": last}, type="assembly", consumes=consumed)
    return Experiment(draft.document, [*stations, final], buffers, mechanism="assembly")


def operators(case: Case) -> Experiment:
    """`machines` with exponential `auto` cycles that need an operator for `manual` after each."""
    params = case["params"]
    draft = Draft(case["name"])
    unload = {"time": exponential(params["manual"]), "needs": ["operate"]}
    draft.station("S1", {"mean": params["auto"]}, machines=params["machines"], unload=unload)
    draft.chain(draft.source("raw"), "S1", "out")
    crew = draft.crew("operators", params["operators"], "operate")
    rate = params["machines"] / (params["auto"] + params["manual"])
    return Experiment(draft.document, ["S1"], crew=crew, rate=rate, mechanism="people for loading")


def setups(case: Case) -> Experiment:
    """Parts A and B, exponential `mean` times, a set-up between different ones; FIFO."""
    params = case["params"]
    draft = Draft(case["name"])
    share = {"A": params["pA"], "B": 1 - params["pA"]}
    times = {part: exponential(mean) for part, mean in zip("AB", params["mean"], strict=True)}
    for part in share:
        draft.part(part, family=part)
    matrix: Params = {}
    for pair, mean in params["setup"].items():
        matrix.setdefault(pair[0], {})[pair[1]] = exponential(mean)
    source = draft.arrivals("arrivals", params["arrivals"], "A", mix=share)
    del draft.document["sources"][source]["sequence"]
    queue = draft.buffer("queue")
    draft.station("S1", 0.0, setup={"by": "family", "matrix": matrix})
    draft.document["stations"]["S1"]["time"] = {"by_part": times}
    draft.chain(source, queue, "S1", "out")
    return Experiment(
        draft.document, ["S1"], queue=queue, rate=params["arrivals"], mechanism="setup"
    )


def bulk(case: Case) -> Experiment:
    """A furnace for `batch_max` parts that starts as soon as `batch_min` wait."""
    params = case["params"]
    draft = Draft(case["name"])
    queue = draft.buffer("queue")
    start = {"at_least": params["batch_min"]}
    draft.station("S1", params["service"], type="batch", capacity=params["batch_max"], start=start)
    draft.chain(draft.arrivals("arrivals", params["arrivals"]), queue, "S1", "out")
    return Experiment(
        draft.document, ["S1"], queue=queue, rate=params["arrivals"], mechanism="batch"
    )


def dispatch(case: Case) -> Experiment:
    """One machine whose queue is sorted by a `rule` that knows the part's time or due date."""
    params = case["params"]
    rule = str(params["rule"]).lower()
    draft = Draft(case["name"])
    queue = draft.buffer("queue", queue=rule)
    draft.station("S1", params["service"], machines=params.get("servers", 1))
    draft.chain(draft.arrivals("arrivals", params["arrivals"]), queue, "S1", "out")
    return Experiment(
        draft.document, ["S1"], queue=queue, rate=params["arrivals"], mechanism=f"queue {rule}"
    )


def _clock(minute: float) -> str:
    """Time of day of a minute of the run, which begins on a Monday at 06:00."""
    whole = 6 * 60 + round(minute)
    return f"{whole // 60 % 24:02d}:{whole % 60:02d}"


def _shifts(intervals: list[list[float]]) -> Params:
    named = {f"shift{i}": interval for i, interval in enumerate(intervals, 1)}
    return {
        "shifts": {n: f"Mon {_clock(start)}-{_clock(end)}" for n, (start, end) in named.items()}
    }


def shifts(case: Case) -> Experiment:
    """A saturated machine with shifts at given minutes; `policy` at the end of a shift."""
    params = case["params"]
    draft = Draft(case["name"])
    draft.document["run"] = {"start": "2026-03-02T06:00:00"}
    draft.document["calendars"] = {"plant": _shifts(params["shifts"])}
    words = {"resume": "suspend", "no_start": "no-start", "finish": "finish", "restart": "restart"}
    draft.station("S1", params["process"], calendar="plant", on_shift_end=words[params["policy"]])
    draft.chain(draft.source("raw"), "S1", "out")
    return Experiment(draft.document, ["S1"], until_min=params["horizon"], mechanism="calendar")


def maintenance(case: Case) -> Experiment:
    """A saturated machine with a maintenance `pm` after `every` so many parts."""
    params = case["params"]
    draft = Draft(case["name"])
    service = {
        "trigger": {"every": params["every"], "clock": "cycles"},
        "at": "part-boundary",
        "duration": minutes(params["pm"]),
    }
    draft.station("S1", params["process"], maintenance={"service": service})
    draft.chain(draft.source("raw"), "S1", "out")
    # whole cycles of parts and maintenance, so that the rate is exact
    n_cycle = max(10, math.ceil(1000 / params["every"]))
    until = n_cycle * (params["every"] * params["process"] + params["pm"])
    return Experiment(draft.document, ["S1"], until_min=until, mechanism="maintenance")


def energy(case: Case) -> Experiment:
    """Arrivals at fixed times, power by state, eight hours of shift and four without."""
    params = case["params"]
    draft = Draft(case["name"])
    draft.document["run"] = {"start": "2026-03-02T06:00:00"}
    draft.document["calendars"] = {"plant": _shifts([[0, 480]])}
    processing, idle, off = (f"{power!r} kW" for power in params["power"])
    draft.station(
        "S1",
        params["process"],
        calendar="plant",
        power={"processing": processing, "idle": idle, "off-shift": off},
    )
    source = draft.source("raw", every=minutes(params["arrive"]), first="0 min")
    queue = draft.buffer("queue")
    draft.chain(source, queue, "S1", "out")
    return Experiment(
        draft.document, ["S1"], queue=queue, until_min=720, mechanism="calendar, energy"
    )


def job_shop(case: Case) -> Experiment:
    """`jobs` with a route of (machine, time), all present at time 0; the first machine by `rule`.

    The due dates stand in the words of the case.
    """
    params = case["params"]
    draft = Draft(case["name"])
    said = re.search(r"\(due ([\d, .]+)\)", case["description"])
    due = [float(date) for date in said[1].split(",")] if said else [0.0] * len(params["jobs"])
    routes, orders = {}, []
    for (job, route), date in zip(params["jobs"].items(), due, strict=True):
        draft.part(job)
        routes[job] = [{"station": name, "time": minutes(time)} for name, time in route]
        orders.append({"part": job, "quantity": 1, "release": "0 min", "due": minutes(date)})
    draft.document["routes"] = routes
    draft.document["sources"]["jobs"] = {"orders": orders}
    names = sorted({name for route in params["jobs"].values() for name, _ in route})
    first = next(iter(params["jobs"].values()))[0][0]
    for name in names:
        keys = {"queue": params["rule"].lower()} if name == first else {}
        draft.chain(draft.buffer(f"Q{name}", **keys), draft.station(name, 0.0))
        del draft.document["stations"][name]["time"]
    return Experiment(draft.document, names, parts=list(routes), until_min=1000, mechanism="routes")
