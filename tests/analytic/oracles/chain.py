"""Exact answers for serial lines with exponential times, and departure instants for given times.

Written apart from the library: a Markov chain that is built state by state from the rules of
blocking and failure, and the max-plus recursions of lines with given times.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

Machine = tuple[str, bool]  # "free", "loaded" (waits for a place), "work" or "done"; is it up
State = tuple[tuple[int, ...], tuple[tuple[Machine, ...], ...]]  # levels, machines by station
WORDS = {"free": "starved", "loaded": "blocked", "done": "blocked", "work": "processing"}


@dataclass
class Serial:
    """A line whose first machine always has a part. Times are means; a failure is (up, down)."""

    means: list[float]
    servers: list[int]
    slots: list[int]
    failures: list[tuple[float, float] | None]
    is_before_service: bool = False
    is_time_dependent: bool = False  # clocks run whenever the machine is up
    takes_while_down: bool = False


class _Settling:
    """Moves parts until nothing can move."""

    def __init__(self, line: Serial, state: State) -> None:
        self.line = line
        self.level = list(state[0])
        self.machines = [list(station) for station in state[1]]

    def _hand_over(self, i: int) -> bool:
        """Station i gives up a finished part of a machine that is up."""
        for k, (phase, is_up) in enumerate(self.machines[i]):
            if phase == "done" and is_up:
                self.machines[i][k] = ("free", True)
                return True
        return False

    def _fetch(self, i: int) -> bool:
        """A part for station i, from the raw material, the buffer or the neighbour."""
        if i == 0:
            return True
        if self.line.slots[i - 1] == 0:
            return self._hand_over(i - 1)
        if self.level[i - 1] == 0:
            return False
        self.level[i - 1] -= 1
        return True

    def _take(self, i: int) -> bool:
        is_last = i == len(self.machines) - 1
        has_moved = False
        for k, (phase, is_up) in enumerate(self.machines[i]):
            can_take = phase == "free" and (is_up or self.line.takes_while_down)
            if can_take and self._fetch(i):
                begins = "loaded" if self.line.is_before_service and not is_last else "work"
                self.machines[i][k] = (begins, is_up)
                has_moved = True
        return has_moved

    def _fill(self, i: int) -> bool:
        """The buffer before station i takes finished parts."""
        has_moved = False
        while self.level[i - 1] < self.line.slots[i - 1] and self._hand_over(i - 1):
            self.level[i - 1] += 1
            has_moved = True
        return has_moved

    def _reserve(self, i: int) -> bool:
        """Loaded machines of station i begin while there are places behind it."""
        has_moved = False
        for k, (phase, is_up) in enumerate(self.machines[i]):
            held = sum(phase in ("work", "done") for phase, _ in self.machines[i])
            behind = sum(phase != "free" for phase, _ in self.machines[i + 1])
            n_place = self.line.slots[i] + self.line.servers[i + 1]
            if phase == "loaded" and is_up and self.level[i] + behind + held < n_place:
                self.machines[i][k] = ("work", True)
                has_moved = True
        return has_moved

    def settle(self) -> State:
        """The state in which nothing moves any more."""
        last = len(self.machines) - 1
        has_moved = True
        while has_moved:
            has_moved = self._hand_over(last)
            for i in range(last, -1, -1):
                has_moved |= self._take(i)
                has_moved |= i > 0 and self._fill(i)
                has_moved |= i < last and self._reserve(i)
        return tuple(self.level), tuple(map(tuple, self.machines))


def _events(line: Serial, state: State) -> Iterator[tuple[int, int, Machine, float, bool]]:
    """What can happen next: station, machine, its new condition, rate, is it a completion."""
    for i, station in enumerate(state[1]):
        failure = line.failures[i]
        for k, (phase, is_up) in enumerate(station):
            if not is_up and failure is not None:
                yield i, k, (phase, True), 1 / failure[1], False
            if is_up and phase == "work":
                yield i, k, ("done", True), 1 / line.means[i], True
            if is_up and failure is not None and (line.is_time_dependent or phase == "work"):
                yield i, k, (phase, False), 1 / failure[0], False


def solve(line: Serial, most_states: int = 2000) -> dict[str, float] | None:
    """Steady-state figures by name; None when the chain has too many states."""
    n_station = len(line.means)
    empty = tuple(tuple(("free", True) for _ in range(n)) for n in line.servers)
    start = _Settling(line, (tuple(0 for _ in line.slots), empty)).settle()
    number = {start: 0}
    waiting, steps = [start], []
    while waiting:
        state = waiting.pop()
        for i, k, machine, rate, is_completion in _events(line, state):
            machines = [list(station) for station in state[1]]
            machines[i][k] = machine
            after = _Settling(line, (state[0], tuple(map(tuple, machines)))).settle()
            if after not in number:
                number[after] = len(number)
                waiting.append(after)
            is_output = is_completion and i == n_station - 1
            steps.append((number[state], number[after], rate, is_output))
        if len(number) > most_states:
            return None
    rates = np.zeros((len(number), len(number)))
    for before, behind, rate, _ in steps:
        rates[before, behind] += rate
        rates[before, before] -= rate
    system = rates.T.copy()
    system[-1] = 1
    right = np.zeros(len(number))
    right[-1] = 1
    shares = np.linalg.solve(system, right)
    figures = {"throughput": sum(shares[a] * rate for a, _, rate, is_out in steps if is_out)}
    for state, i in number.items():
        _add_figures(line, state, float(shares[i]), figures)
    return figures


def _add_figures(line: Serial, state: State, share: float, figures: dict[str, float]) -> None:
    def add(name: str, amount: float) -> None:
        figures[name] = figures.get(name, 0.0) + share * amount

    for i, level in enumerate(state[0], 1):
        add(f"B{i}", level)
    on_machines = sum(phase != "free" for station in state[1] for phase, _ in station)
    add("wip", sum(state[0]) + on_machines)
    for i, station in enumerate(state[1], 1):
        for word in ("down", "blocked", "starved", "processing"):
            add(f"S{i} {word}", 0.0)
        for phase, is_up in station:
            add(f"S{i} {WORDS[phase] if is_up else 'down'}", 1 / len(station))


def departures(times: list[list[float]], slots: list[int], blocking: str) -> Any:
    """When part j leaves station i, [station, part]; times[part][station]."""
    n_part, n_station = len(times), len(times[0])
    leaves = np.zeros((n_station, n_part))
    for j, row in enumerate(times):
        for i, time in enumerate(row):
            came = leaves[i - 1, j] if i > 0 else 0.0
            free = leaves[i, j - 1] if j > 0 else 0.0
            room = 0.0
            if i < n_station - 1 and j > slots[i]:
                room = leaves[i + 1, j - slots[i] - 1]
            begins = max(came, free)
            if blocking == "BBS":
                leaves[i, j] = max(begins, room) + time
            else:
                leaves[i, j] = max(begins + time, room)
    return leaves
