"""What a picture shows: which machines in which stretch of a run, and what happened there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import libtwin as tw

from ..words import SECONDS, duration, interval
from .curves import Curve, curves
from .recording import Recording
from .shares import Shares, shares
from .states import GROUP_OF, GROUPS

# Windows that suit a plant's clock, longest first. The longest one is drawn in which no machine's
# work is interrupted oftener than an eye can follow.
WINDOWS_S = [
    n * SECONDS[unit]
    for n, unit in (
        (28, "d"), (7, "d"), (2, "d"), (1, "d"), (8, "h"), (4, "h"), (2, "h"), (1, "h"),
        (30, "min"), (15, "min"), (5, "min"), (1, "min"), (10, "s"), (1, "s"),
    )
]  # fmt: skip
MOST_INTERRUPTIONS = 250
MOST_ROWS = 48
WORK = [i for i, group in enumerate(GROUPS) if group.name in ("processing", "loading")]


@dataclass(frozen=True)
class Level:
    """How many parts a buffer holds: `count[i]` from `time_s[i]` on. `top` fills the strip."""

    name: str
    time_s: NDArray[np.float64]
    count: NDArray[np.float64]
    top: float
    note: str


@dataclass(frozen=True)
class Spans:
    """A machine's spans in one group of states, in order; `group` counts GROUPS."""

    start: NDArray[np.float64]
    end: NDArray[np.float64]
    group: NDArray[np.int64]

    def between(self, begin_s: float, end_s: float) -> Spans:
        """What of them lies in a window."""
        seen = (self.start < end_s) & (self.end > begin_s)
        start, end = np.maximum(self.start[seen], begin_s), np.minimum(self.end[seen], end_s)
        return Spans(start, end, self.group[seen])

    def shares(self, name: str, begin_s: float, end_s: float) -> Shares:
        """How much of a stretch they fill, by group."""
        seen = self.between(begin_s, end_s)
        lengths = np.bincount(seen.group, seen.end - seen.start, len(GROUPS))
        total = lengths.sum()
        parts = (lengths / total if total > 0 else lengths).tolist()
        return Shares(name, dict(zip(GROUPS, parts, strict=True)))

    @property
    def n_interruption(self) -> int:
        """How many spans are no work on a part."""
        return int(np.isin(self.group, WORK, invert=True).sum())


@dataclass(frozen=True)
class Scene:
    """What is drawn: the window, and what happened in it."""

    begin_s: float
    end_s: float
    recording: Recording
    machines: list[str]
    spans: dict[str, Spans]
    levels: list[Level]
    curves: list[Curve]
    shares: dict[str, Shares]


def scene_of(
    recording: Recording, from_s: float = -1, window_s: float = 0, what: str = "all"
) -> Scene:
    """Chooses the machines and the stretch, and takes their spans out of the run file.

    from_s: below 0, from the first work behind the warm-up on; window_s: 0, as long as is legible.
    what: what will be drawn; of a stretch that is known nothing else is read.
    """
    line = recording.line
    figures = recording.figures()
    is_known = from_s >= 0 and window_s > 0 and bool(figures)
    during = (from_s, from_s + window_s) if is_known else None
    spans = spans_of(recording, during)
    of_machine = shares_of(recording, spans, figures)
    busiest = sorted(of_machine, key=lambda name: -of_machine[name].busy)[:MOST_ROWS]
    machines = [name for name in of_machine if name in busiest]
    drawn = [spans[name] for name in machines]
    begin_s, end_s = window(recording, drawn, from_s, window_s)
    seen = {name: spans[name].between(begin_s, end_s) for name in machines}
    stock = levels(recording, begin_s, end_s) if what in ("all", "levels") else []
    signals = curves(line, recording.file, begin_s, end_s, recording.replication)
    return Scene(begin_s, end_s, recording, machines, seen, stock, signals, of_machine)


def label(line: tw.Line, machine: str) -> str:
    """A machine's name; a station's where it has one machine only, as in the paths of figures."""
    station = machine.rpartition("[")[0]
    return machine if f"{station}[2]" in line.machines else station


def shares_of(
    recording: Recording, spans: dict[str, Spans], values: dict[str, float]
) -> dict[str, Shares]:
    """Each machine's shares: the figures of a finished replication, else counted from the spans."""
    found = {}
    for name in recording.line.machines:
        path = label(recording.line, name)
        if any(key.startswith(f"stations/{path}/state/") for key in values):
            found[name] = shares(values, path)
        else:
            found[name] = spans[name].shares(path, recording.warmup_s, recording.end_s)
    return found


def spans_of(recording: Recording, during: tuple[float, float] | None = None) -> dict[str, Spans]:
    """The spans of each machine by its name, "cnc[1]", or those that touch a stretch."""
    columns = ("station", "machine", "state", "start", "end")
    rows = recording.rows("intervals", *columns, during=during)
    places, machines, states, starts, ends = rows
    group_of = {state: GROUPS.index(group) for state, group in GROUP_OF.items()}
    found = {}
    for name in recording.line.machines:
        station, _, number = name[:-1].rpartition("[")
        mine = np.flatnonzero((places == station) & (machines == int(number)))
        mine = mine[np.argsort(starts[mine], kind="stable")]
        kinds, codes = np.unique(states[mine], return_inverse=True)
        group = np.array([group_of[str(kind)] for kind in kinds], np.int64)[codes]
        start, end = starts[mine].astype(float), ends[mine].astype(float)
        is_first = np.ones(mine.size, bool)
        is_first[1:] = (group[1:] != group[:-1]) | (start[1:] != end[:-1])
        is_last = np.append(is_first[1:], True)[: mine.size]
        found[name] = Spans(start[is_first], end[is_last], group[is_first])
    return found


def window(
    recording: Recording, machines: list[Spans], from_s: float, wanted_s: float
) -> tuple[float, float]:
    """The stretch to draw, or the whole run: as long as is legible."""
    end_s, warmup_s = recording.end_s, recording.warmup_s
    works = [m.start[(m.group == 0) & (m.end > warmup_s)].min(initial=end_s) for m in machines]
    begin = from_s if from_s >= 0 else max(min(works, default=0.0), warmup_s)
    if wanted_s:
        return begin, min(begin + wanted_s, end_s)
    stretches = [(0.0, end_s)] if from_s < 0 else [(begin, end_s)]
    stretches += [(begin, begin + w) for w in WINDOWS_S if begin + w <= end_s]
    for first, last in stretches:
        if all(m.between(first, last).n_interruption <= MOST_INTERRUPTIONS for m in machines):
            break
    return first, last


def levels(recording: Recording, begin_s: float, end_s: float) -> list[Level]:
    """The buffers' levels from the stays of parts in them."""
    if "visits" not in recording.tables:
        return []
    columns = ("station", "enter", "leave")
    place, entered, left = recording.rows("visits", *columns, during=(begin_s, end_s))
    enter, leave = entered.astype(float), left.astype(float)
    described = recording.line.dump().get("buffers", {})
    found = []
    for name in recording.line.buffers:
        mine = place == name
        gone = leave[mine & np.isfinite(leave)]
        times, changes = net_changes(enter[mine], gone)
        count = np.cumsum(changes)
        before = count[times <= begin_s][-1:] if (times <= begin_s).any() else np.zeros(1)
        seen = (times > begin_s) & (times < end_s)
        inside = np.concatenate([before, count[seen]])
        time_s = np.concatenate([[begin_s], times[seen], [end_s]])
        capacity = described.get(name, {}).get("capacity")
        is_limited = isinstance(capacity, int | float)
        top = max(float(inside.max()), float(capacity) if is_limited else 1.0)
        note = f"capacity {capacity}" if is_limited else f"at most {inside.max():.0f}"
        found.append(Level(name, time_s, np.append(inside, inside[-1]), top, note))
    return found


def net_changes(
    enter: NDArray[np.float64], leave: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The instants of entries and departures, each once, and by how much the level changes."""
    times, place = np.unique(np.concatenate([enter, leave]), return_inverse=True)
    steps = np.concatenate([np.ones(enter.size), -np.ones(leave.size)])
    changes = np.bincount(place, weights=steps, minlength=times.size).astype(np.float64)
    return times, changes


def headline(recording: Recording) -> str:
    """What this one run shipped, where it has come to its end."""
    rate = recording.figures().get("line/throughput")
    if rate is None:
        return f"Recorded until {duration(recording.end_s)}."
    return f"This run ships {interval(rate * 3600, 0)} parts per hour."


def lacking(scene: Scene, what: str) -> str:
    """Why there is nothing to draw; "" where there is."""
    has_spans = any(spans.start.size for spans in scene.spans.values())
    if scene.recording.end_s <= 0:
        return "nothing was recorded yet"
    if what in ("all", "gantt", "states") and not has_spans:
        return 'no states of machines were recorded; "record": {"states": true} keeps them'
    if what == "levels" and not scene.levels:
        return 'no buffers or no stays of parts were recorded; "record": {"parts": true} keeps them'
    if what == "signals" and not scene.curves:
        return 'no signals of machine models were recorded; "record": {"signals": ...} keeps them'
    return ""
