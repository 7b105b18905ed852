"""What the words of a reference case mean among the library's quantities and tables.

Every phrase is one entry of PHRASES: a pattern, and a function of (run, experiment, match) that
gives the value in the case's unit (minutes, parts a minute). Entries of TABLED read the tables of
a recorded run.
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
KWH = 3.6e6
# States that a case's word stands for.
STATES = {
    "down": ("failed-waiting", "failed-repair"),
    "starved": ("starved", "idle", "waiting-components", "waiting-batch"),
    "in set-up": ("setup",),
}


def _state(run: Run, station: str, word: str) -> float:
    names = STATES.get(word, (word,))
    return float(sum(run[f"stations/{station}/state/{name}"] for name in names))


def _of_station(run: Run, experiment: Experiment, match: Match) -> float:
    return _state(run, match[1], match[2])


def _of_first(run: Run, experiment: Experiment, match: Match) -> float:
    return _state(run, experiment.stations[0], match[1])


def _busy(run: Run, experiment: Experiment, match: Match) -> float:
    return _state(run, experiment.stations[0], "processing")


def _up(run: Run, experiment: Experiment, match: Match) -> float:
    return 1 - _state(run, experiment.stations[0], "down")


def _on_machines(run: Run, experiment: Experiment, station: str) -> float:
    """Mean number of parts on a station's machines: those that are not starved."""
    return experiment.machines(station) * (1 - _state(run, station, "starved"))


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
    number = re.search(r"\d+", match[1])
    i = int(number[0]) - 1 if number else words.index(match[1])
    part = experiment.parts[i]
    value: float = run[f"line/wait/part/{part}/mean"]
    return value / MINUTE


def _quantile(run: Run, experiment: Experiment, match: Match) -> float:
    """A listed quantile of lead time or wait, or any other by bisection of the share above."""
    which = "lead_time" if match[2] == "flow time" else "wait"
    if match[1] in ("50", "90", "95"):
        return float(run[f"line/{which}/q{match[1]}"]) / MINUTE
    low, high = 0.0, 1e9
    while high - low > 1e-6 * high:
        middle = (low + high) / 2
        if run[f"line/{which}/above/{middle:.9f} s"] > 1 - float(match[1]) / 100:
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


def _first(path: str, per: float = 1.0) -> Reading:
    """A figure of the first station, divided by `per`."""
    return lambda run, experiment, match: run[f"stations/{experiment.stations[0]}/{path}"] / per


def _line(path: str, per: float = 1.0) -> Reading:
    """A figure of the line, divided by `per`; {1} stands for the first group of the phrase."""
    return lambda run, experiment, match: run[path.format(None, *match.groups())] / per


def _crew(run: Run, experiment: Experiment, match: Match) -> float:
    value: float = run[f"workers/{experiment.crew}/utilisation"]
    return value


def _energy_a_part(run: Run, experiment: Experiment, match: Match) -> float:
    joules: float = run["line/energy"]
    return joules / KWH / float(run["line/shipped"])


def _reheat(run: Run, experiment: Experiment, match: Match) -> float:
    """What processing takes before the soak."""
    station = experiment.stations[0]
    soak_min = float(experiment.document["stations"][station]["finish"]["soak"].split()[0])
    mean_s: float = run[f"stations/{station}/duration/processing/mean"]
    return mean_s / MINUTE - soak_min


def _heat_a_part(run: Run, experiment: Experiment, match: Match) -> float:
    joules: float = run[f"stations/{experiment.stations[0]}/heat.power/integral"]
    return joules / (1000 * MINUTE) / float(run["line/shipped"])


def _run_to_failure(run: Run, experiment: Experiment, match: Match) -> float:
    path = f"stations/{experiment.stations[0]}"
    ran_s: float = run[f"{path}/state/processing/duration"]
    return ran_s / MINUTE / float(run[f"{path}/count/failures"])


PHRASES: list[tuple[str, Reading]] = [
    (r"(?:long-run )?throughput \(.*\)", _line("line/throughput", 1 / MINUTE)),
    (r"(\w\d+): fraction of time (processing|down|blocked|starved).*", _of_station),
    (r"fraction of time (processing|down|blocked|starved|in set-up)", _of_first),
    (r"fraction of time a machine is up|availability", _up),
    (r"fraction of time a machine runs|utilisation", _busy),
    (r"mean level of buffer (B\d+)", _line("buffers/{1}/level/mean")),
    (r"mean level", _storage),
    (r"mean WIP .*|mean number in system", _line("line/wip/mean")),
    (r"mean number at station (\d+)", _at_station),
    (r"mean number waiting|mean queue length", _line("buffers/queue/level/mean")),
    (r"mean flow time.*", _line("line/lead_time/mean", MINUTE)),
    (r"standard deviation of the flow time.*", _line("line/lead_time/sd", MINUTE)),
    (r"mean wait before processing.*", _wait),
    (r"standard deviation of the wait.*", _line("line/wait/sd", MINUTE)),
    (r"mean wait of (.*) parts.*", _wait_of_class),
    (r"probability of waiting", _line("line/wait/above/0 s")),
    (r"P\(flow time > ([\d.]+) min\)", _line("line/lead_time/above/{1} min")),
    (r"P\(wait > ([\d.]+) min\)", _line("line/wait/above/{1} min")),
    (r"([\d.]+)% quantile of (?:the )?(flow time|wait).*", _quantile),
    (r"fraction of arrivals lost", _lost),
    (r"failures per min", _first("count/failures/rate", 1 / MINUTE)),
    (r"(?:repairman|operator) utilisation", _crew),
    (r"mean down time.*", _first("duration/down/mean", MINUTE)),
    (r"mean passes per part", _passes),
    (r"mean reheat time \(min\)", _reheat),
    (r"mean energy per part \(kW min\)", _heat_a_part),
    (r"standard deviation of the cycle time.*", _line("line/lead_time/sd", MINUTE)),
    (r"mean run time to failure \(min\)", _run_to_failure),
    (r"mean batch size", _first("batch_size")),
    (r"(?:expected )?parts finished", _line("line/shipped")),
    (r"energy \(kWh\)", _line("line/energy", KWH)),
    (r"energy per part \(kWh\)", _energy_a_part),
]


def _joint(run: Run, station: str, word: str, n_machine: int) -> float:
    """Share of the window in which all machines of a station are in one state at once."""
    table = run.intervals
    is_in = np.isin(table["state"], STATES.get(word, (word,)))
    here = (table["station"] == station) & is_in
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
        n_machine = experiment.machines(station)
        if n_machine == 1:
            return _state(run, station, state)
        return _joint(run, station, state, n_machine)

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


def _leaves(run: Run, station: str) -> list[float]:
    """When parts left a station, in minutes."""
    table = run.visits
    times = table["leave"][table["station"] == station]
    return [float(time) / MINUTE for time in np.sort(times[np.isfinite(times)])]


def _departures(run: Run, experiment: Experiment, match: Match) -> list[float]:
    return _leaves(run, experiment.stations[int(match[1]) - 1])


def _nth(run: Run, experiment: Experiment, match: Match) -> float:
    return _leaves(run, experiment.stations[-1])[int(match[1]) - 1]


def _by_time(run: Run, experiment: Experiment, match: Match) -> int:
    limit = float(match[1]) + 1e-9
    return sum(time <= limit for time in _leaves(run, experiment.stations[-1]))


def _makespan(run: Run, experiment: Experiment, match: Match) -> float:
    return max(max(_leaves(run, station)) for station in experiment.stations)


def _operations(run: Run, experiment: Experiment, match: Match) -> list[float]:
    """Start and end of every operation of the first part of a type, in the order in time."""
    parts, table = run.parts, run.visits
    number = parts["part"][parts["type"] == match[1]][0]
    here = (table["part"] == number) & np.isfinite(table["start"])
    pairs = sorted(zip(table["start"][here], table["end"][here], strict=True))
    return [float(time) / MINUTE for pair in pairs for time in pair]


TABLED: list[tuple[str, Reading]] = [
    (r"P\(all machines up\)", _all_in("processing")),
    (r"P\(all machines down\)", _all_in("down")),
    (r"P\(system empty\)", _all_in("starved")),
    (r"fraction of breakdowns whose repair starts at once", _at_once),
    (r"departure instants from machine (\d+)", _departures),
    (r"finish of part (\d+)", _nth),
    (r"parts finished by time ([\d.]+)", _by_time),
    (r"makespan", _makespan),
    (r"(\w+): start and end of each operation in route order", _operations),
]


class Metric:
    """One phrase of a case, and how it is read."""

    def __init__(self, phrase: str, experiment: Experiment) -> None:
        for entries, is_tabled in ((PHRASES, False), (TABLED, True)):
            for pattern, reading in entries:
                if match := re.fullmatch(pattern, phrase):
                    self._reading, self._match, self._experiment = reading, match, experiment
                    # of one machine its own shares say it all
                    n_machine = experiment.machines(experiment.stations[0])
                    is_single = phrase.startswith("P(") and n_machine == 1
                    self.is_tabled = is_tabled and not is_single
                    return
        raise LookupError(f"no quantity is known for {phrase!r}")

    def read(self, run: Run) -> Any:
        """The value in the case's unit."""
        return self._reading(run, self._experiment, self._match)
