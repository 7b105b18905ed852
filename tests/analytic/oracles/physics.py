"""Builders and readings of the families with machine models: ovens, wear, a ball, a reaction.

What follows from equations is measured once, at the instants that a case names; figures of the two
random cases are read from a long run as those of other families are.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

import libtwin as tw
from oracles.document import Draft, Params, exponential, minutes
from oracles.families import Case, Experiment

MINUTE = 60.0
ZERO_DEGC_K = 273.15
STATION = "S1"
Measured = dict[str, float]


def _line(name: str, models: Params, *, every: str | None = None, **keys: Any) -> Params:
    """A station with machine models behind a source that never runs dry, or has a rhythm."""
    draft = Draft(name)
    rhythm = {} if every is None else {"every": every, "first": "0 min"}
    draft.station(STATION, keys.pop("time", "1 min"), dynamics=models, **keys)
    if "finish" in keys:
        del draft.document["stations"][STATION]["time"]
    draft.chain(draft.source("raw", **rhythm), STATION, "out")
    return draft.document


@contextmanager
def _recorded(document: Params, until_s: float, stop: str = "") -> Iterator[tw.File]:
    """The run file of a run to an instant, or to where a model stops it for the given reason."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.h5"
        try:
            tw.parse(document).run(until=until_s, record=path)
        except tw.Error as error:
            if not stop or stop not in str(error):
                raise
        with tw.open(path) as file:
            yield file


def _instants(file: tw.File, event: str) -> Any:
    """When an event came, in s; each once."""
    signals = file.signals
    return np.unique(signals["instant"][signals["event"] == event])


# ---- Thermostat ------------------------------------------------------------------------------


def thermostat(case: Case) -> Experiment:
    """An oven whose heater is switched by two thresholds."""
    p = case["params"]
    model = {
        "model": "equations",
        "states": {"T": f"{p['T0']} degC", "u": 1},
        "parameters": {
            "C": f"{p['C']} J/K",
            "R": f"{p['R']} K/W",
            "P": f"{p['P']} W",
            "Ta": f"{p['Ta']} degC",
        },
        "equations": {"dT/dt": "(u*P - (T - Ta)/R)/C"},
        "outputs": {"power": "u*P"},
        "events": {
            "off": {"when": f"T >= {p['hi']} degC", "set": {"u": 0}},
            "on": {"when": f"T <= {p['lo']} degC", "set": {"u": 1}},
        },
    }
    document = _line(case["name"], {"heat": model}, every="10 h")

    def measure() -> Measured:
        with _recorded(document, 1000) as file:
            off, on = _instants(file, "heat/off"), _instants(file, "heat/on")
        on = on[on > off[0]]
        # figures over ten whole periods
        begin_s, end_s = float(off[5]), float(off[15])
        run = tw.parse(document).run(until=end_s, warmup=begin_s)
        path = f"stations/{STATION}/heat"
        return {
            "first switch-off (s)": float(off[0]),
            "limit-cycle period (s)": float(off[15] - off[5]) / 10,
            "on time per period (s)": float(off[6] - on[5]),
            "off time per period (s)": float(on[5] - off[5]),
            "duty cycle": run[f"{path}.u/mean"],
            "mean power (W)": run[f"{path}.power/mean"],
            "mean temperature (C)": run[f"{path}.T/mean"] - ZERO_DEGC_K,
        }

    return Experiment(document, [STATION], measure=measure)


# ---- Furnaces --------------------------------------------------------------------------------


def _furnace(params: Params, start: float, power_w: float) -> Params:
    """A lumped furnace by its time constant and the rise at full power."""
    loss = power_w / params["dT"]
    return {
        "model": "lumped-thermal",
        "states": {"T": f"{start} degC"},
        "ambient": f"{params['Ta']} degC",
        "heat_capacity": f"{loss * params['tau'] * MINUTE!r} J/K",
        "loss": f"{loss!r} W/K",
        "heater": {
            "power": f"{power_w!r} W",
            "setpoint": f"{params['setpoint']} degC",
            "band": "ideal",
        },
        "solver": "exact",
    }


def furnace_soak(case: Case) -> Experiment:
    """A furnace for batches; one part of the line stands for a batch."""
    p, power_w = case["params"], 13000.0

    def document_of(start: float, load: float) -> Params:
        return _line(
            case["name"],
            {"heat": _furnace(p, start, power_w)},
            finish={"when": f"heat.T >= {p['setpoint']} degC", "soak": minutes(p["hold"])},
            load={"time": minutes(load)},
            unload={"time": minutes(p["unload"])},
        )

    document = document_of(p["setpoint"], p["load"])

    def reheats(of: Params) -> tuple[Any, Any]:
        """How long each batch was heated before its soak, and when it left."""
        with _recorded(of, 600 * MINUTE) as file:
            visits = file.visits
            is_done = np.isfinite(visits["leave"]) & (visits["station"] == STATION)
            start, end, leave = (visits[name][is_done] for name in ("start", "end", "leave"))
        return (end - start) / MINUTE - p["hold"], leave

    def measure() -> Measured:
        reheat, leave = reheats(document)
        cold, _ = reheats(document_of(25.0, 0.0))
        n = 10
        run = tw.parse(document).run(warmup=float(leave[2]), until=float(leave[2 + n]))
        energy_j = run[f"stations/{STATION}/heat.power/integral"]
        energy = "full-power energy per steady batch in units of heater power x min, "
        return {
            "reheat time of batch 1 (min)": float(reheat[0]),
            "reheat time of batch 2 and later (min)": float(np.mean(reheat[1:])),
            "steady throughput (parts per min)": p["batch"]
            * n
            * MINUTE
            / (leave[2 + n] - leave[2]),
            "cold start from 25 C to 220 C (min)": float(cold[0]),
            energy + "holding power 200/260 of full": energy_j / power_w / MINUTE / n,
        }

    return Experiment(document, [STATION], measure=measure)


def oven_random_idle(case: Case) -> Experiment:
    """An oven that cools while the operator is away; loading takes the idle time."""
    p = case["params"]
    model = _furnace(p, p["setpoint"], p["Pmax"] * 1000)
    document = _line(
        case["name"],
        {"heat": model},
        finish={"when": f"heat.T >= {p['setpoint']} degC", "soak": minutes(p["hold"])},
        load={"time": exponential(p["idle_mean"])},
    )
    return Experiment(document, [STATION], rate=0.02, is_whole=True)


# ---- Coupled zones, wear, a ball, a reaction -------------------------------------------------


def two_zones(case: Case) -> Experiment:
    """Two heat capacities that exchange heat."""
    p = case["params"]
    units = {"C": "J/K", "R": "K/W", "P": "W"}
    names = ("C1", "C2", "R1", "R2", "R12", "P1", "P2")
    model = {
        "model": "equations",
        "states": {"T1": f"{p['T10']} degC", "T2": f"{p['T20']} degC"},
        "parameters": {name: f"{p[name]} {units[name[0]]}" for name in names}
        | {"Ta": f"{p['Ta']} degC"},
        "equations": {
            "dT1/dt": "(P1 - (T1 - Ta)/R1 - (T1 - T2)/R12)/C1",
            "dT2/dt": "(P2 - (T2 - Ta)/R2 - (T2 - T1)/R12)/C2",
        },
    }
    document = _line(case["name"], {"zones": model}, every="10 h")

    def measure() -> Measured:
        run, found = tw.Run(tw.parse(document)), {}
        for instant, said in ((75.0, "T{}(75)"), (36000.0, "T{} at steady state")):
            run.until(instant)
            for i in (1, 2):
                found[said.format(i)] = run[f"stations/{STATION}/zones.T{i}/now"] - ZERO_DEGC_K
        return found

    return Experiment(document, [STATION], measure=measure)


def tool_wear(case: Case) -> Experiment:
    """A tool that wears while it cuts, and is changed between two parts."""
    p = case["params"]
    model = {
        "model": "tool-wear",
        "rate": f"{p['rate']} 1/min",
        "events": {"worn": {"when": f"wear >= {p['limit']}", "request": "change"}},
    }
    change = {"trigger": "request", "duration": minutes(p["change"]), "set": {"tool.wear": 0}}
    document = _line(
        case["name"],
        {"tool": model},
        every=minutes(p["arrive"]),
        time=minutes(p["cut"]),
        maintenance={"change": change},
    )

    def measure() -> Measured:
        with _recorded(document, 4000 * MINUTE) as file:
            intervals, visits = file.intervals, file.visits
            starts = intervals["start"][intervals["state"] == "planned-maintenance"] / MINUTE
            ends = visits["end"][np.isfinite(visits["end"])] / MINUTE
        parts = np.diff([0, *(np.count_nonzero(ends <= start) for start in starts)])
        assert np.all(parts == parts[0]), parts
        run = tw.parse(document).run(until=4000 * MINUTE)
        worn = tw.parse(document).run(until=float(starts[0]) * MINUTE)
        return {
            "parts per tool": float(parts[0]),
            "time between tool changes (min)": float(np.mean(np.diff(starts))),
            "start of the first change (min)": float(starts[0]),
            "utilisation (cutting)": run[f"stations/{STATION}/utilisation"],
            "wear at the start of the first change": worn[f"stations/{STATION}/tool.wear/max"],
        }

    return Experiment(document, [STATION], measure=measure)


def bouncing(case: Case) -> Experiment:
    """A ball whose impacts come ever faster; the run ends where they come without end."""
    p = case["params"]
    model = {
        "model": "equations",
        "states": {"h": f"{p['h']} m", "v": "0 m/s"},
        "equations": {"dh/dt": "v", "dv/dt": f"-{p['g']} m/s^2"},
        "events": {"impact": {"when": "h <= 0 m", "set": {"v": f"-{p['e']}*v"}}},
        "rtol": 1e-9,
    }
    document = _line(case["name"], {"ball": model}, every="10 h")

    def measure() -> Measured:
        with _recorded(document, 60, stop="comes again and again") as file:
            impact = _instants(file, "ball/impact")
        assert len(impact) > 30
        found = {f"instant of impact {n} (s)": float(impact[n - 1]) for n in (1, 10)}
        return found | {"total time until rest (s)": float(impact[-1])}

    return Experiment(document, [STATION], measure=measure)


def robertson(case: Case) -> Experiment:
    """The stiff reaction of Robertson."""
    model = {
        "model": "equations",
        "states": {"y1": 1, "y2": 0, "y3": 0},
        "parameters": {"k1": "0.04 Hz", "k2": "1e4 Hz", "k3": "3e7 Hz"},
        "equations": {
            "dy1/dt": "-k1*y1 + k2*y2*y3",
            "dy2/dt": "k1*y1 - k2*y2*y3 - k3*y2^2",
            "dy3/dt": "k3*y2^2",
        },
        "events": {"hundredth": {"when": "y3 >= 0.01"}},
        "rtol": 1e-9,
    }
    document = _line(case["name"], {"r": model}, every="10 h")

    def measure() -> Measured:
        run, found = tw.Run(tw.parse(document)), {}
        for instant in (0.4, 40, 4000):
            run.until(instant)
            for i in (1, 2, 3):
                found[f"y{i}({instant:g})"] = run[f"stations/{STATION}/r.y{i}/now"]
        with _recorded(document, 1) as file:
            found["instant at which y3 = 0.01"] = float(_instants(file, "r/hundredth")[0])
        return found

    return Experiment(document, [STATION], measure=measure)


# ---- A failure rate that follows a temperature -----------------------------------------------


def hazard(case: Case) -> Experiment:
    """A machine that fails the sooner the warmer it is, and is cold after its repair."""
    p = case["params"]
    start = f"{p['Ta']} degC"
    model = {
        "model": "equations",
        "states": {"T": start},
        "parameters": {"tau": minutes(p["tau"])},
        "equations": {"dT/dt": f"({p['Tinf']} degC - T)/tau"},
    }
    burn = {
        "clock": "processing",
        "hazard": f"{p['l0']}*exp({p['k']}*(heat.T - {start})/(1 K))/(1 min)",
        "repair": minutes(p["repair"]),
        "set": {"heat.T": start},
    }
    document = _line(case["name"], {"heat": model}, time="1000 min", failures={"burn": burn})
    return Experiment(document, [STATION], rate=1 / 133.0, is_whole=True)
