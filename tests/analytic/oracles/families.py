"""Builders: from the parameters of a reference case to a line, one for each shape of parameters.

A builder is general over its family: any number of stations, buffers, machines, distributions.
Those in here need sources, buffers, machines and repair crews; the others are in mechanisms.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from oracles.document import Draft, Params, failure, minutes, slots, value

Case = dict[str, Any]
CLOCKS = {"ODF": "processing", "TDF": "calendar"}
BLOCKING = {"BAS": "after-service", "BBS": "before-service"}


class Waits(Exception):
    """The case needs a mechanism that the library does not have yet."""


@dataclass
class Experiment:
    """A line and what its parts are called in the case."""

    document: Params
    stations: list[str]
    buffers: list[str | None] = field(default_factory=list)
    queue: str | None = None  # the one buffer before a single station
    parts: list[str] = field(default_factory=list)  # classes in the case's order
    classes: list[str] = field(default_factory=list)  # the case's words for them, as they come up
    crew: str | None = None
    rate: float = 0.0  # about so many parts a minute, where the case does not say it
    until_min: float | None = None  # a terminating run ends here
    mechanism: str = ""  # what the library may not have yet
    is_whole: bool = False  # as long as the case says, in several runs
    measure: Callable[[], dict[str, float]] | None = None  # gives every metric by its phrase

    def machines(self, station: str) -> int:
        """How many machines a station has."""
        n: int = self.document["stations"][station].get("machines", 1)
        return n


def _blocking(case: Case) -> Params:
    return {"blocking": BLOCKING[case["params"].get("blocking", "BAS")]}


def _serial(case: Case, specs: list[Params]) -> Experiment:
    """Stations in series; the first always has a part, the last is never blocked."""
    params = case["params"]
    draft = Draft(case["name"])
    draft.document["defaults"] = _blocking(case)
    clock = CLOCKS[params.get("failure", "ODF")]
    stations = []
    for i, spec in enumerate(specs, 1):
        keys: Params = {"machines": spec.get("servers", 1)}
        if "mttf" in spec:
            keys["failures"] = {"breakdown": failure(spec, clock)}
        if params.get("load_while_down"):
            keys["while_down"] = {"takes": True}
        if spec.get("scrap"):
            keys["scrap"] = repr(spec["scrap"])
        stations.append(draft.station(f"S{i}", spec.get("service", spec), **keys))
        if spec.get("scrap"):
            draft.chain(f"S{i}.scrap", "scrap")
    buffers = slots(draft, params["buffers"])
    chain: list[str | None] = [draft.source("raw"), stations[0]]
    for buffer, station in zip(buffers, stations[1:], strict=True):
        chain += [buffer, station]
    draft.chain(*chain, "out")
    return Experiment(draft.document, stations, buffers, parts=["part"])


def serial(case: Case) -> Experiment:
    """`stations` (dist, servers, mttf, mttr), `buffers`, `blocking`, `failure`."""
    experiment = _serial(case, case["params"]["stations"])
    experiment.until_min = case["params"].get("horizon")
    return experiment


def scrapping(case: Case) -> Experiment:
    """The same with exponential `means` and a `scrap` probability a station."""
    params = case["params"]
    servers = params.get("servers", [1] * len(params["means"]))
    specs = [
        {"dist": "exponential", "mean": mean, "scrap": scrap, "servers": n}
        for mean, scrap, n in zip(params["means"], params["scrap"], servers, strict=True)
    ]
    return _serial(case, specs)


def trace(case: Case) -> Experiment:
    """`times[part][station]`: every processing time is given; ends when the line is empty."""
    times = case["params"]["times"]
    experiment = _serial(case, [{"dist": "constant", "value": 0} for _ in times[0]])
    for i, station in enumerate(experiment.stations):
        column = [minutes(row[i]) for row in times]
        experiment.document["stations"][station]["time"] = {"trace": {"values": column}}
    source = experiment.document["sources"]["raw"]
    source |= {"sequence": [f"{len(times)} part"], "repeat": False}
    experiment.until_min = sum(map(sum, times)) + 1
    return experiment


def saturated(case: Case) -> Experiment:
    """One machine that always has parts: `process`, `mttf`, `mttr`, `failure`."""
    params = case["params"]
    draft = Draft(case["name"])
    failures = {"breakdown": failure(params, CLOCKS[params["failure"]])}
    draft.station("S1", params["process"], failures=failures)
    draft.chain(draft.source("raw"), "S1", "out")
    return Experiment(draft.document, ["S1"], parts=["part"])


def lock_step(case: Case) -> Experiment:
    """Two machines in periods of one minute (Gershwin): `p` and `r` a period, storage of N.

    A machine fails when its next cycle would start, so its failures count cycles; after a repair it
    works at least one period. The storage counts the part on machine 2, and machine 1 works only
    when there is room for the part when it is done: blocking before service with N - 1 slots.
    """
    params = case["params"]
    draft = Draft(case["name"])
    draft.document["defaults"] = {"blocking": "before-service"}
    for i in (1, 2):
        mode = {
            "clock": "cycles",
            "at": "start",
            "mtbf": {"geometric": {"mean": 1 / params[f"p{i}"]}},
            "repair": {"geometric": {"mean": minutes(1 / params[f"r{i}"]), "step": "1 min"}},
        }
        draft.station(f"S{i}", "1 min", failures={"breakdown": mode})
    buffers = slots(draft, [params["N"] - 1])
    draft.chain(draft.source("raw"), "S1", *buffers, "S2", "out")
    return Experiment(draft.document, ["S1", "S2"], buffers, parts=["part"])


def single(case: Case) -> Experiment:
    """One station behind one queue with Poisson `arrivals`, FIFO unless `rule` says LIFO or random.

    Also `servers`, `waiting_slots` (arrivals beyond are lost), `mttf`/`mttr`/`failure`, `p_rework`,
    `batch_rate` with `batch_size`.
    """
    params = case["params"]
    draft = Draft(case["name"])
    keys: Params = {"machines": params.get("servers", 1)}
    if "mttf" in params:
        keys["failures"] = {"breakdown": failure(params, CLOCKS[params.get("failure", "ODF")])}
    again = params.get("p_rework", 0)
    if again:
        keys["exits"] = {"probability": {"again": again, "pass": 1 - again}}
    draft.station("S1", params["service"], **keys)
    room = params.get("waiting_slots")
    size = params.get("batch_size", 1)
    rate = params["batch_rate"] if "batch_rate" in params else params["arrivals"]
    full = {} if room is None else {"when_full": "lose"}
    source = draft.arrivals("arrivals", rate, **full, **({"batch": size} if size > 1 else {}))
    order = {"LIFO": "lifo", "LCFS": "lifo", "SIRO": "random", "RANDOM": "random"}
    queue = order.get(str(params.get("rule")).upper(), "fifo")
    name = None
    if room is None or room > 0:
        name = draft.buffer("queue", "unlimited" if room is None else room, queue=queue)
    if again:
        draft.chain(source, name, "S1")
        draft.chain("S1.pass", "out")
        draft.chain("S1.again", name)
    else:
        draft.chain(source, name, "S1", "out")
    return Experiment(draft.document, ["S1"], queue=name, parts=["part"], rate=rate * size)


def _is_preemptive(params: Params) -> bool:
    said = str(params.get("preemptive", params.get("rule", ""))).lower().replace("-", "")
    return said == "true" or "preempt" in said.replace("nonpreempt", "")


def priority(case: Case) -> Experiment:
    """`classes` (arrivals, service) before one station; the first class goes first.

    Without pre-emption they share a queue; with it (`preemptive`) each has its own, and a part that
    is pre-empted resumes.
    """
    params = case["params"]
    is_preemptive = _is_preemptive(params)
    draft = Draft(case["name"])
    classes = params["classes"]
    parts = [draft.part(f"class{i}", priority=len(classes) - i) for i, _ in enumerate(classes, 1)]
    queues = []
    for part, spec in zip(parts, classes, strict=True):
        queue = f"queue-{part}" if is_preemptive else "queue"
        if queue not in queues:
            queues.append(draft.buffer(queue, queue="priority"))
        draft.chain(draft.arrivals(f"{part}-arrivals", spec["arrivals"], part), queue)
    keys: Params = {"machines": params.get("servers", 1)}
    if is_preemptive:
        keys["pull"] = {"rule": "priority", "from": queues, "preempt": "resume"}
    times = {part: value(spec["service"]) for part, spec in zip(parts, classes, strict=True)}
    draft.station("S1", 0.0, **keys)
    draft.document["stations"]["S1"]["time"] = {"by_part": times}
    for queue in queues:
        draft.chain(queue, "S1")
    draft.chain("S1", "out")
    rate = sum(spec["arrivals"] for spec in classes)
    return Experiment(draft.document, ["S1"], queue=queues[0], parts=parts, rate=rate)


def repair_shop(case: Case) -> Experiment:
    """`machines` that always work and fail, `repairmen` that repair them one at a time."""
    params = case["params"]
    draft = Draft(case["name"])
    mode = failure(params, "processing") | {"needs": ["repair"]}
    # a process time beyond any up time: nothing but failures happens
    draft.station("S1", 1e6, machines=params["machines"], failures={"breakdown": mode})
    draft.chain(draft.source("raw"), "S1", "out")
    crew = draft.crew("fitters", params["repairmen"], "repair")
    rate = params["machines"] / (params["mttf"] + params["mttr"])
    return Experiment(draft.document, ["S1"], crew=crew, rate=rate)


def tandem(case: Case) -> Experiment:
    """Poisson `arrivals` to stations in series: exponential `means`, `servers`, no limits."""
    params = case["params"]
    draft = Draft(case["name"])
    chain = [draft.arrivals("arrivals", params["arrivals"])]
    stations, queues = [], []
    for i, (mean, n) in enumerate(zip(params["means"], params["servers"], strict=True), 1):
        queues.append(draft.buffer(f"Q{i}"))
        stations.append(draft.station(f"S{i}", {"mean": mean}, machines=n))
        chain += [queues[-1], stations[-1]]
    draft.chain(*chain, "out")
    n_pass = len(stations)
    return Experiment(draft.document, stations, list(queues), rate=params["arrivals"] * n_pass)


def merge(case: Case) -> Experiment:
    """All machines but the last, never starved, feed one `buffer` before the last one."""
    params = case["params"]
    draft = Draft(case["name"])
    *means, last = params["means"]
    buffers = slots(draft, [params["buffer"]])
    final = f"S{len(means) + 1}"
    stations = []
    for i, mean in enumerate(means, 1):
        stations.append(draft.station(f"S{i}", {"mean": mean}))
        draft.chain(draft.source(f"raw{i}"), f"S{i}", buffers[0] or final)
    draft.station(final, {"mean": last})
    draft.chain(buffers[0], final, "out") if buffers[0] else draft.chain(final, "out")
    return Experiment(draft.document, [*stations, final], buffers)


def shared_repairman(case: Case) -> Experiment:
    """Machines M1, M2, ... with constant `process`, `ttf`, `ttr` and one repairman; `arrivals` is
    the interval between raw parts, `buffer` the slots between neighbours.
    """
    params = case["params"]
    draft = Draft(case["name"])
    names = sorted((n for n in params if n[0] == "M" and n[1:].isdigit()), key=lambda n: int(n[1:]))
    for name in names:
        spec = params[name]
        mode = {
            "clock": "calendar",
            "mtbf": minutes(spec["ttf"]),
            "repair": minutes(spec["ttr"]),
            "needs": ["repair"],
        }
        draft.station(name, spec["process"], failures={"breakdown": mode})
    crew = draft.crew("fitters", params.get("repairmen", 1), "repair")
    given = params.get("buffers", params.get("buffer"))
    buffers = slots(draft, given if isinstance(given, list) else [given] * (len(names) - 1))
    source = draft.source("raw", every=minutes(params["arrivals"]), first="0 min")
    chain: list[str | None] = [source, names[0]]
    for buffer, name in zip(buffers, names[1:], strict=True):
        chain += [buffer, name]
    draft.chain(*chain, "out")
    return Experiment(
        draft.document, names, buffers, crew=crew, until_min=params["horizon"], parts=["part"]
    )
