"""What the words of a reference case mean among the library's quantities and tables.

Every phrase is one entry of PHRASES: a pattern, and a function of (run, experiment, match) that gives
the value in the case's unit (minutes, parts a minute). Entries of TABLED read the tables of a recorded
run.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from oracles.families import Experiment

Run = Any  # libtwin.Run
Match = re.Match[str]
Reading = Callable[[Run, Experiment, Match], Any]

MINUTE = 60.0
HARDLY = "0.07 s"  # the least wait that the figures tell from none
DOWN = ("failed-waiting", "failed-repair")


def _state(run: Run, station: str, word: str) -> float:
    if word == "down":
        return sum(run[f"stations/{station}/state/{name}"] for name in DOWN)
    value: float = run[f"stations/{station}/state/{word}"]
    return value


def _of_station(run: Run, experiment: Experiment, match: Match) -> float:
    return _state(run, match[1], match[2])


def _of_first(run: Run, experiment: Experiment, match: Match) -> float:
    return _state(run, experiment.stations[0], match[1])


def _busy(run: Run, experiment: Experiment, match: Match) -> float:
    return _state(run, experiment.stations[0], "processing")


def _up(run: Run, experiment: Experiment, match: Match) -> float:
    return 1 - _state(run, experiment.stations[0], "down")


def _rate(run: Run, experiment: Experiment, match: Match) -> float:
    value: float = run["line/throughput"] * MINUTE
    return value


def _on_machines(run: Run, experiment: Experiment, station: str) -> float:
    """Mean number of parts on a station's machines: those that are neither starved nor idle."""
    empty = _state(run, station, "starved") + _state(run, station, "idle")
    return experiment.machines(station) * (1 - empty)


def _storage(run: Run, experiment: Experiment, match: Match) -> float:
    """A level that counts the part on the machine behind the buffer."""
    buffer = experiment.buffers[0]
    level = run[f"buffers/{buffer}/level/mean"] if buffer else 0.0
    return level + _on_machines(run, experiment, experiment.stations[1])


def _at_station(run: Run, experiment: Experiment, match: Match) -> float:
    i = int(match[1]) - 1
    level: float = run[f"buffers/{experiment.buffers[i]}/level/mean"]
    return level + _on_machines(run, experiment, experiment.stations[i])


def _wait(run: Run, experiment: Experiment, match: Match) -> float:
    """Time in the queue: with failures the line's wait also counts standing on a machine."""
    stations = experiment.document["stations"]
    if experiment.queue and any("failures" in station for station in stations.values()):
        stay: float = run[f"buffers/{experiment.queue}/stay/mean"]
        return stay / MINUTE
    wait: float = run["line/wait/mean"]
    return wait / MINUTE


def _wait_of_class(run: Run, experiment: Experiment, match: Match) -> float:
    words = experiment.classes
    if match[1] not in words:
        words.append(match[1])
    part = experiment.parts[words.index(match[1])]
    value: float = run[f"line/wait/part/{part}/mean"]
    return value / MINUTE


def _quantile(run: Run, experiment: Experiment, match: Match) -> float:
    """A listed quantile, or any other by bisection of the share above."""
    share = float(match[1]) / 100
    if match[1] in ("50", "90", "95"):
        listed: float = run[f"line/lead_time/q{match[1]}"]
        return listed / MINUTE
    low, high = 0.0, 1e6
    while high - low > 1e-6 * high:
        middle = (low + high) / 2
        if run[f"line/lead_time/above/{middle!r} s"] > 1 - share:
            low = middle
        else:
            high = middle
    return low / MINUTE


def _lost(run: Run, experiment: Experiment, match: Match) -> float:
    lost, released = run["line/lost"], run["line/released"]
    share: float = lost / (lost + released)
    return share


def _passes(run: Run, experiment: Experiment, match: Match) -> float:
    share: float = run["line/passes"] / run["line/shipped"]
    return share


PHRASES: list[tuple[str, Reading]] = [
    (r"throughput \(.*\)", _rate),
    (r"(\w\d+): fraction of time (processing|down|blocked|starved).*", _of_station),
    (r"fraction of time (processing|down|blocked|starved)", _of_first),
    (r"fraction of time a machine is up", _up),
    (r"utilisation", _busy),
    (r"mean level of buffer (B\d+)", lambda r, e, m: r[f"buffers/{m[1]}/level/mean"]),
    (r"mean level", _storage),
    (r"mean WIP .*|mean number in system", lambda r, e, m: r["line/wip/mean"]),
    (r"mean number at station (\d+)", _at_station),
    (r"mean flow time.*", lambda r, e, m: r["line/lead_time/mean"] / MINUTE),
    (r"mean wait before processing.*", _wait),
    (r"standard deviation of the wait.*", lambda r, e, m: r["line/wait/sd"] / MINUTE),
    (r"mean wait of (.*) parts.*", _wait_of_class),
    (r"probability of waiting", lambda r, e, m: r[f"line/wait/above/{HARDLY}"]),
    (r"P\(flow time > ([\d.]+) min\)", lambda r, e, m: r[f"line/lead_time/above/{m[1]} min"]),
    (r"([\d.]+)% quantile of flow time.*", _quantile),
    (r"P\(system empty\)", lambda r, e, m: _state(r, e.stations[0], "starved")),
    (r"fraction of arrivals lost", _lost),
    (r"failures per min", lambda r, e, m: r["stations/S1/count/failures/rate"] * MINUTE),
    (r"repairman utilisation", lambda r, e, m: r[f"workers/{e.crew}/utilisation"]),
    (
        r"mean down time incl\. waiting",
        lambda r, e, m: r[f"stations/{e.stations[0]}/duration/down/mean"] / MINUTE,
    ),
    (r"mean passes per part", _passes),
    (r"(?:expected )?parts finished.*", lambda r, e, m: r["line/shipped"]),
]


def _joint(run: Run, station: str, state: str, n_machine: int) -> float:
    """Share of the window in which all machines of a station are in one state at once."""
    table = run.intervals
    here = (table["station"] == station) & (table["state"] == state)
    window_s = run.line.warmup_s
    start = np.maximum(table["start"][here], window_s)
    end = np.maximum(table["end"][here], window_s)
    instants = np.concatenate([start, end])
    steps = np.concatenate([np.ones(len(start)), -np.ones(len(end))])
    order = np.argsort(instants, kind="stable")
    level = np.cumsum(steps[order])[:-1]
    lengths = np.diff(instants[order])
    return float(lengths[level == n_machine].sum() / (run.time_s - window_s))


def _all_in(state: str) -> Reading:
    def read(run: Run, experiment: Experiment, match: Match) -> float:
        station = experiment.stations[0]
        return _joint(run, station, state, experiment.machines(station))

    return read


def _at_once(run: Run, experiment: Experiment, match: Match) -> float:
    """Share of repairs that begin on the tick of the failure."""
    table = run.events
    failed: dict[tuple[str, int], float] = {}
    n_repair = n_at_once = 0
    rows = zip(table["kind"], table["station"], table["machine"], table["time"], strict=True)
    for kind, station, machine, time in rows:
        if kind == "fail":
            failed[station, machine] = time
        elif kind == "repair" and (station, machine) in failed:
            n_repair += 1
            n_at_once += time == failed[station, machine]
    return n_at_once / n_repair


def _departures(run: Run, experiment: Experiment, match: Match) -> list[float]:
    table = run.visits
    here = table["station"] == experiment.stations[int(match[1]) - 1]
    return [float(time) / MINUTE for time in np.sort(table["leave"][here])]


def _makespan(run: Run, experiment: Experiment, match: Match) -> float:
    table = run.visits
    return float(table["leave"][table["station"] == experiment.stations[-1]].max()) / MINUTE


TABLED: list[tuple[str, Reading]] = [
    (r"P\(all machines up\)", _all_in("processing")),
    (r"fraction of breakdowns whose repair starts at once", _at_once),
    (r"departure instants from machine (\d+)", _departures),
    (r"makespan", _makespan),
]


class Metric:
    """One phrase of a case, and how it is read."""

    def __init__(self, phrase: str) -> None:
        for entries, is_tabled in ((PHRASES, False), (TABLED, True)):
            for pattern, reading in entries:
                if match := re.fullmatch(pattern, phrase):
                    self._reading, self._match, self.is_tabled = reading, match, is_tabled
                    return
        raise LookupError(f"no quantity is known for {phrase!r}")

    def read(self, run: Run, experiment: Experiment) -> Any:
        """The value in the case's unit."""
        return self._reading(run, experiment, self._match)
