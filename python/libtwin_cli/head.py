"""The first thirty lines of a report: the question, the answer, what is lost, each station, and
what to do next, in the words of the shop floor.

Shares of a station's time are of its planned time, which is all but off shift and breaks, so that
a plant that closes at night is not called idle. The details behind it are of all the time.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

import libtwin as tw
from libtwin.plot.loss_rows import Losses
from libtwin.plot.shares import Shares
from libtwin.words import NOTHING, duration, interval, number, plural, share

from .figures import Figures
from .models import natural_width, plain_table
from .signs import symbol

N_LINE = 30
MOST_STATIONS, MOST_BUFFERS = 10, 12
LEAST_LOSSES, MOST_LOSSES = 3, 8
LOSS_WIDTH = 24
WITHOUT_PEOPLE = ("waiting",)
# What a column sums up, by the names of GROUPS: head, short head, groups.
SHARES = (
    ("processing", "proc", ("processing", "loading")),
    ("changeover", "setup", ("setup",)),
    ("tools", "tools", ("maintenance",)),
    ("stops", "stops", ("down",)),
    ("blocked", "block", ("blocked",)),
    ("starved", "starv", ("starved",)),
    ("no worker", "no wkr", WITHOUT_PEOPLE),
    ("idle", "idle", ("idle",)),
)
OPTIONAL = ("idle",)
UNITS = (("h", 3600.0, 7200.0), ("min", 60.0, 100.0), ("s", 1.0, 0.0))  # name, size, from


def print_head(
    console: Console, figures: Figures, end_s: float, files: Sequence[Path], advice: Sequence[str]
) -> None:
    """Prints it; the losses take what room the rest leaves."""
    asked = [question(figures)] if figures.line.name or figures.line.about else []
    above = [*asked, Text(answer(figures, end_s), style="bold green"), *output(figures)]
    below: list[RenderableType] = [Text()]
    below += [stations(console, figures)] if figures.stations else []
    below += [Text(said) for said in (people(figures), buffers(figures)) if said]
    below += [Text(said) for said in closing(figures.line, files)] + next_steps(console, advice)
    room = N_LINE - sum(n_line(console, part) for part in (*above, *below))
    lost = losses(console, figures.losses, room - 1)
    for part in (*above, *([Text(), *lost] if lost else []), *below):
        console.print(part, soft_wrap=isinstance(part, Text) and part.plain.startswith("Written"))


def n_line(console: Console, part: RenderableType) -> int:
    """How many lines it takes."""
    is_path = isinstance(part, Text) and part.plain.startswith("Written")
    return 1 if is_path else len(console.render_lines(part, pad=False))


# The answer


def question(figures: Figures) -> Text:
    """The line's name and what is asked of it."""
    name, about = figures.line.name, figures.line.about
    said = Text(name, style="bold")
    if about:
        said.append(f"{': ' if name else ''}")
        said.append(about, style="italic not bold")
    return said


def answer(figures: Figures, end_s: float | None = None) -> str:
    """One sentence with the output and its interval."""
    rate, unit = per_time(figures, "line/throughput")
    said = f"The line ships {rate} parts per {unit}"
    said += ", closed hours included" if figures.shifts else ""
    length = "" if end_s is None else f" of {duration(end_s)}"
    if warmup_s := figures.warmup_s if end_s is not None else 0.0:
        length += f", the first {duration(warmup_s)} not counted"
    if math.isfinite(figures.half_width("line/throughput")):
        level = number(100 * figures.confidence)
        said += f" ({level} % t interval over {figures.n} replications{length})"
    else:
        said += f" in one run{length}; one run gives no interval"
    return f"{said}."


def per_time(figures: Figures, path: str) -> tuple[str, str]:
    """A rate per hour, or per day where an hour is too short, with its interval."""
    mean, half_width = figures.mean(path), figures.half_width(path)
    seconds, unit = (86400.0, "day") if 0 < mean * 3600 < 1 else (3600.0, "hour")
    return interval(mean * seconds, half_width * seconds), unit


def output(figures: Figures) -> list[Text]:
    """By part, by shift, and against the targets."""
    said = []
    if figures.part_rates:
        rates = [
            f"{name} {' per '.join(per_time(figures, path))}"
            for name, path in figures.part_rates.items()
        ]
        said.append(f"By part: {', '.join(rates)}.")
    if figures.shifts:
        made = [
            f"{name} {mean_of(figures, f'line/shift/{name}/good/mean')}" for name in figures.shifts
        ]
        said.append(f"By shift: {', '.join(made)} good parts.")
    elif "line/good_per_shift" in figures:
        made = [mean_of(figures, "line/good_per_shift")]
        said.append(f"In a shift of 8 h: {made[0]} good parts.")
    if "line/tardy/share" in figures:
        said.append(lateness(figures))
    if against := targets(figures):
        said.append(f"Target: {'; '.join(against)}.")
    return [Text(sentence) for sentence in said]


def lateness(figures: Figures) -> str:
    """How many of the parts that left were late, and by how much."""
    late, by_s = figures.mean("line/tardy/share"), figures.mean("line/tardiness/mean")
    if not late > 0:
        return "Due dates: no part that left was late."
    return (
        f"Due dates: {share(late)} of the parts that left were late, by {duration(by_s / late)} on "
        "average."
    )


def mean_of(figures: Figures, path: str) -> str:
    """A count with its interval."""
    return interval(figures.mean(path), figures.half_width(path))


def targets(figures: Figures) -> list[str]:
    """Each target of the file with what was reached, and how much of it that is."""
    wanted, said = figures.line.dump().get("targets") or {}, []
    amount, _, unit = str(wanted.get("good", "")).partition(" ")
    good = figures.mean("line/good_per_shift")
    if unit == "1/shift" and math.isfinite(good) and float(amount) > 0:
        part = share(good / float(amount))
        said.append(f"{amount} good parts per shift, made {number(good)} ({part})")
    if takt := wanted.get("takt"):
        pace = pace_s(figures)
        reached = f", reached {duration(pace)}" if math.isfinite(pace) else ""
        said.append(f"a takt of {takt} in working time{reached}")
    amount, _, unit = str(wanted.get("oee", "")).partition(" ")
    if amount and "line/oee" in figures:
        least = float(amount) / (100 if unit == "%" else 1)
        said.append(f"an OEE of {share(least)}, reached {share(figures.mean('line/oee'))}")
    return said


def pace_s(figures: Figures) -> float:
    """Working time for each good part that was shipped."""
    names = [name for name in figures.shifts if name != "off-shift"]
    if not names:
        rate = figures.mean("line/throughput")
        return 1 / rate if rate > 0 else math.nan
    time = sum(figures.mean(f"line/shift/{name}/time") for name in names)
    made = sum(figures.mean(f"line/shift/{name}/shipped") for name in names)
    return time / made if made > 0 else math.nan


# What is lost


def losses(console: Console, found: Losses | None, room: int) -> list[RenderableType]:
    """The bottleneck and its largest losses."""
    if found is None:
        return []
    said = (
        f"Lost in good parts per shift; bottleneck: {found.sentence}. {found.station} could make "
        f"{number(found.possible_per_shift)}, makes {number(found.good_per_shift)}."
    )
    room -= n_line(console, Text(said))
    n = min(max(room - 1, LEAST_LOSSES), MOST_LOSSES)
    # without a row there is nothing to show: the bottleneck works all the time at its ideal speed
    rows = [loss_rows(console, found, n)] if found.rows[0].per_shift > 0 else []
    return [Text(said), *rows]


def loss_rows(console: Console, found: Losses, n: int) -> Table:
    """The largest losses, a row each, and what is left."""
    table = plain_table("", "")
    table.show_header = False
    table.add_column("", no_wrap=True)
    longest = max(loss.per_shift for loss in found.rows)
    shown = found.rows[:n]
    for loss in shown:
        cells = round(LOSS_WIDTH * loss.per_shift / longest) if longest > 0 else 0
        bar = Text("").join([symbol(loss.group, console)] * max(cells, 0))
        table.add_row(f"  {loss.said}", interval(loss.per_shift, loss.half_width), bar)
    hidden = found.rows[len(shown) :]
    n_more = found.n_more + len(hidden)
    if n_more:
        more = found.more_per_shift + sum(loss.per_shift for loss in hidden)
        table.add_row(f"  {n_more} more", number(more), "")
    return table


# The stations


def stations(console: Console, figures: Figures) -> Table:
    """A row per station: times of the load table, then shares of its planned time."""
    table = station_rows(figures, is_wide=True)
    if natural_width(console, table) > console.width:
        table = station_rows(figures, is_wide=False)
    return table


def station_rows(figures: Figures, is_wide: bool) -> Table:
    """The table with heads that are spelled out, or short."""
    rows = {row["station"]: row for row in figures.line.load_table()}
    shown = most_busy(figures.stations)
    columns = [c for c in SHARES if c[0] not in OPTIONAL or has_any(shown, c[2])]
    unit, size = unit_of([rows[station.name]["need"] for station in shown])
    heads = [f"cycle\n{unit}", f"need\n{unit}"]
    heads += [f"{head if is_wide else short}\n%" for head, short, _ in columns]
    heads += ["OEE\n%", f"{'technical' if is_wide else 'tech.'}\navail. %"]
    table = plain_table("\nStations", *heads)
    table.padding = (0, 2 if is_wide else 1, 0, 0)
    for station in shown:
        row, planned = rows[station.name], station.planned
        times = [time(row[name] / size) for name in ("cycle", "need")]
        parts = [percent(planned, groups) for _, _, groups in columns]
        path = f"stations/{station.name}"
        kpis = [in_percent(figures.mean(f"{path}/{k}")) for k in ("oee", "technical_availability")]
        table.add_row(station.name, *times, *parts, *kpis)
    if hidden := len(figures.stations) - len(shown):
        table.add_row(f"and {hidden} more, below")
    return table


def most_busy(found: Sequence[Shares]) -> list[Shares]:
    """All of them, or those that wait least, in file order."""
    if len(found) <= MOST_STATIONS:
        return list(found)
    busiest = sorted(found, key=lambda station: -station.busy)[: MOST_STATIONS - 1]
    return [station for station in found if station in busiest]


def has_any(found: Sequence[Shares], groups: Sequence[str]) -> bool:
    """Whether any station spends time there that a table shows."""
    return any(percent(s.planned, groups) not in ("0.0", NOTHING) for s in found)


def unit_of(times: Sequence[float]) -> tuple[str, float]:
    """One unit for a column of times."""
    longest = max((t for t in times if math.isfinite(t)), default=0.0)
    return next((unit, size) for unit, size, start in UNITS if longest >= start)


def time(value: float) -> str:
    """A time in the column's unit."""
    return number(value) if value > 0 else NOTHING


def percent(shares: Shares, groups: Sequence[str]) -> str:
    """The share in some groups of states; stops that wait for people count under people."""
    found = sum(value for group, value in shares.of.items() if group.name in groups)
    found -= sum(value for group, value in shares.people.items() if group.name in groups)
    if groups == WITHOUT_PEOPLE:
        found += sum(shares.people.values())
    return in_percent(max(found, 0.0))


def in_percent(value: float) -> str:
    """A share whose column says %."""
    return f"{100 * value:.1f}" if math.isfinite(value) else NOTHING


# People and buffers


def people(figures: Figures) -> str:
    """How busy people and resources are, and how long was waited for them."""
    said = []
    for root, name in figures.people:
        path = f"{root}/{name}"
        busy = f"{name} {share(figures.mean(f'{path}/utilisation'))} busy"
        waited = figures.mean(f"{path}/waited_for")
        said.append(busy + (f", {duration(waited)} of waiting for them" if waited > 0 else ""))
    return f"People and resources: {'; '.join(said)}." if said else ""


def buffers(figures: Figures) -> str:
    """How often each buffer was full and empty."""
    levels = {}
    for name in figures.line.buffers:
        path = f"buffers/{name}/level"
        if f"{path}/full" in figures:
            levels[name] = figures.mean(f"{path}/full"), figures.mean(f"{path}/empty")
    worst = sorted(levels, key=lambda name: -sum(levels[name]))[:MOST_BUFFERS]
    said = [
        f"{name} {in_percent(full)} / {in_percent(empty)}"
        for name, (full, empty) in levels.items()
        if name in worst
    ]
    more = f", {len(levels) - len(said)} more below" if len(levels) > len(said) else ""
    return f"Buffers full / empty in % of the time: {', '.join(said)}{more}." if said else ""


# What to do with it


def closing(line: tw.Line, files: Sequence[Path]) -> list[str]:
    """Defaults and files."""
    n = len(line.dump().get("x-defaults", []))
    verb = "is a default" if n == 1 else "are defaults"
    said = [f"{plural(n, 'value')} {verb}; `twin dump` shows them."] if n else []
    return [*said, f"Written: {', '.join(map(str, files))}"] if files else said


def next_steps(console: Console, advice: Sequence[str]) -> list[RenderableType]:
    """What to try next, folded under its first words."""
    if not advice:
        return []
    head = "Try next: "
    lines = []
    for i, sentence in enumerate(advice):
        first = head if i == 0 else " " * len(head)
        lines += textwrap.wrap(
            sentence,
            console.width - 1,
            initial_indent=first,
            subsequent_indent=" " * len(head),
            break_long_words=False,
            break_on_hyphens=False,
        )
    return [Text(line) for line in lines]
