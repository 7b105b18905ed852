"""One picture of a recorded run: who did what when, shares beside it, buffers and signals below."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

import libtwin as tw

from .curves import Curve, curves
from .figures import Shares, shares
from .states import GROUP_OF, GROUPS, Group
from .words import SECONDS, duration

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
WIDTH_IN = 15.0
ROW_IN = 0.34
INK = "#222222"
PALE = "#8a8a8a"
LEVEL = "#2f6f9f"
CURVE = "#8c4a2f"
STYLE: dict[Any, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.edgecolor": PALE,
    "hatch.linewidth": 0.6,
}


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

    @property
    def n_interruption(self) -> int:
        """How many spans are no work on a part."""
        return int(np.isin(self.group, WORK, invert=True).sum())


@dataclass(frozen=True)
class Scene:
    """What is drawn: the window, and what happened in it."""

    begin_s: float
    end_s: float
    whole_s: float
    machines: list[str]
    spans: dict[str, Spans]
    levels: list[Level]
    curves: list[Curve]
    shares: dict[str, Shares]


def draw(run: tw.Run, recorded: tw.File, headline: str, path: Path, window_s: float = 0) -> None:
    """Draws a run and what was recorded of it as a PNG; 0: a window that suits it."""
    scene = scene_of(run, recorded, window_s)
    with mpl.rc_context(STYLE):
        figure = picture(run.line, scene, headline)
        figure.savefig(path, dpi=150, facecolor="white")


# The scene


def scene_of(run: tw.Run, recorded: tw.File, window_s: float) -> Scene:
    """Chooses the machines and the window, and takes their spans out of the run file."""
    values = dict(zip(run.kpi["quantity"].tolist(), run.kpi["value"].tolist(), strict=True))
    of_machine = {name: shares(values, label(run.line, name)) for name in run.line.machines}
    busiest = sorted(of_machine, key=lambda name: -of_machine[name].busy)[:MOST_ROWS]
    machines = [name for name in of_machine if name in busiest]
    spans = spans_of(run.line, recorded.intervals)
    begin_s, end_s = window(run, [spans[name] for name in machines], window_s)
    seen = {name: spans[name].between(begin_s, end_s) for name in machines}
    stock = levels(run.line, recorded.visits, begin_s, end_s)
    signals = curves(run.line, recorded, begin_s, end_s)
    return Scene(begin_s, end_s, run.time_s, machines, seen, stock, signals, of_machine)


def spans_of(line: tw.Line, table: tw.Table) -> dict[str, Spans]:
    """The spans of each machine by its name, "cnc[1]"."""
    places, states = table.column("station"), table.column("state")
    group_of = np.array([GROUPS.index(GROUP_OF[state]) for state in states.names or ()])
    found = {}
    for name in line.machines:
        station, _, number = name[:-1].rpartition("[")
        place = (places.names or ()).index(station)
        mine = np.flatnonzero((places.values == place) & (table["machine"] == int(number)))
        mine = mine[np.argsort(table["start"][mine], kind="stable")]
        start, end, group = table["start"][mine], table["end"][mine], group_of[states.values[mine]]
        is_first = np.ones(mine.size, bool)
        is_first[1:] = (group[1:] != group[:-1]) | (start[1:] != end[:-1])
        is_last = np.append(is_first[1:], True)[: mine.size]
        found[name] = Spans(start[is_first], end[is_last], group[is_first])
    return found


def window(run: tw.Run, machines: list[Spans], wanted_s: float) -> tuple[float, float]:
    """The stretch to draw from the first work on, or the whole run: as long as is legible."""
    warmup_s = run.line.warmup_s
    works = [m.start[(m.group == 0) & (m.end > warmup_s)].min(initial=run.time_s) for m in machines]
    begin = max(min(works, default=0.0), warmup_s)
    if wanted_s:
        return begin, min(begin + wanted_s, run.time_s)
    stretches = [(0.0, run.time_s)]
    stretches += [(begin, begin + w) for w in WINDOWS_S if begin + w <= run.time_s]
    for first, last in stretches:
        if all(m.between(first, last).n_interruption <= MOST_INTERRUPTIONS for m in machines):
            break
    return first, last


def levels(line: tw.Line, visits: tw.Table, begin_s: float, end_s: float) -> list[Level]:
    """The buffers' levels from the stays of parts in them."""
    place, enter, leave = visits["station"], visits["enter"], visits["leave"]
    described = line.dump().get("buffers", {})
    found = []
    for name in line.buffers:
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


# The drawing


def picture(line: tw.Line, scene: Scene, headline: str) -> Figure:
    """The whole picture."""
    n_row = max(len(scene.machines), 1)
    heights = [n_row * ROW_IN]
    heights += [len(scene.levels) * ROW_IN * 1.25] if scene.levels else []
    heights += [len(scene.curves) * ROW_IN * 2.2] if scene.curves else []
    top, bottom, between = 1.45, 0.85, 0.5
    height = top + sum(heights) + between * (len(heights) - 1) + bottom
    figure = Figure(figsize=(WIDTH_IN, height))
    grid = figure.add_gridspec(
        len(heights),
        2,
        width_ratios=[4.6, 1],
        height_ratios=heights,
        left=0.095,
        right=0.985,
        top=1 - top / height,
        bottom=bottom / height,
        hspace=between / (sum(heights) / len(heights)),
        wspace=0.025,
    )
    gantt = figure.add_subplot(grid[0, 0])
    bars = figure.add_subplot(grid[0, 1], sharey=gantt)
    draw_gantt(gantt, line, scene)
    draw_shares(bars, scene)
    below, row = gantt, 0
    for things, draw_things in ((scene.levels, draw_levels), (scene.curves, draw_curves)):
        if things:
            below.tick_params(labelbottom=False)
            row += 1
            below = figure.add_subplot(grid[row, 0], sharex=gantt)
            draw_things(below, line, scene)
    draw_clock(below, line, scene)
    draw_title(figure, line, headline, height)
    draw_legend(figure, line, scene, height)
    return figure


def clock(line: tw.Line, time_s: Any) -> Any:
    """Simulated seconds as instants of the plant's clock."""
    return line.start + np.rint(np.asarray(time_s) * 1e6).astype("timedelta64[us]")


def days(line: tw.Line, time_s: Any) -> Any:
    """The same as matplotlib counts them, in days."""
    return date2num(clock(line, time_s))


def label(line: tw.Line, machine: str) -> str:
    """A machine's name; a station's where it has one machine only, as in the paths of figures."""
    station = machine.rpartition("[")[0]
    return machine if f"{station}[2]" in line.machines else station


def draw_gantt(axes: Axes, line: tw.Line, scene: Scene) -> None:
    """A row per machine, a bar per span."""
    for row, machine in enumerate(scene.machines):
        spans = scene.spans[machine]
        begin, end = days(line, spans.start), days(line, spans.end)
        for i, group in enumerate(GROUPS):
            mine = spans.group == i
            bars = list(zip(begin[mine], (end - begin)[mine], strict=True))
            axes.broken_barh(
                bars, (row - 0.4, 0.8), color=group.colour, linewidth=0, **hatch(group)
            )
    axes.set_ylim(len(scene.machines) - 0.4, -0.6)
    axes.set_yticks(range(len(scene.machines)), [label(line, name) for name in scene.machines])
    axes.tick_params(axis="y", length=0, pad=6)
    frame(axes)


def hatch(group: Group) -> dict[str, Any]:
    """Off shift is paper with a hatch, so that it is not taken for a gap."""
    return {"hatch": "////", "edgecolor": "#d0d0d0"} if group.name == "off shift" else {}


def frame(axes: Axes) -> None:
    """Takes away every line that says nothing."""
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.set_axisbelow(True)


def draw_shares(axes: Axes, scene: Scene) -> None:
    """Each machine's shares over the whole run, as one stacked bar."""
    for row, machine in enumerate(scene.machines):
        left = 0.0
        for group, share in scene.shares[machine].of.items():
            if share > 0:
                axes.barh(row, share, 0.8, left, color=group.colour, linewidth=0, **hatch(group))
            if share >= 0.12:
                axes.text(
                    left + share / 2,
                    row,
                    f"{100 * share:.0f}",
                    ha="center",
                    va="center",
                    fontsize=8,
                    color="white" if is_dark(group.colour) else INK,
                )
            left += share
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.5, 1], ["0", "50", "100"])
    axes.tick_params(axis="y", left=False, labelleft=False)
    axes.set_title("shares in %, after the warm-up", loc="left", fontsize=9, color=PALE, pad=6)
    frame(axes)


def is_dark(colour: str) -> bool:
    """Whether white letters are easier to read on a colour than black ones."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 140


def draw_levels(axes: Axes, line: tw.Line, scene: Scene) -> None:
    """A strip per buffer, filled up to its level; a full buffer fills its strip."""
    for row, level in enumerate(scene.levels):
        floor = row + 0.42
        heights = floor - 0.8 * level.count / level.top
        x = days(line, level.time_s)
        axes.fill_between(x, floor, heights, step="post", color=LEVEL, alpha=0.28, linewidth=0)
        axes.step(x, heights, where="post", color=LEVEL, linewidth=0.9)
        axes.axhline(floor, color="#dddddd", linewidth=0.7, zorder=0)
        note_beside(axes, row + 0.1, level.note)
    name_strips(axes, [level.name for level in scene.levels], "parts in the buffers")


def draw_curves(axes: Axes, line: tw.Line, scene: Scene) -> None:
    """A strip per signal, from its least value to its greatest."""
    for row, curve in enumerate(scene.curves):
        least, greatest = curve.range
        span = greatest - least if greatest > least else 1.0
        heights = row + 0.4 - 0.8 * (curve.value - least) / span
        mark = "." if curve.is_sampled else None
        x = days(line, curve.time_s)
        axes.plot(x, heights, color=CURVE, linewidth=0.9, marker=mark, markersize=2)
        for edge in (-0.4, 0.4):
            axes.axhline(row + edge, color="#dddddd", linewidth=0.7, zorder=0)
        note_beside(axes, row, curve.note)
    name_strips(axes, [signal_label(line, curve.name) for curve in scene.curves], "signals")


def signal_label(line: tw.Line, name: str) -> str:
    """The machine, and the signal below it; no number where it is the only machine."""
    machine, dot, signal = name.partition("].")
    return f"{label(line, machine + ']')}\n{signal}" if dot else name


def note_beside(axes: Axes, y: float, note: str) -> None:
    """Pale words at the right of a strip."""
    transform = axes.get_yaxis_transform()
    axes.text(1.006, y, note, transform=transform, va="center", fontsize=8.5, color=PALE)


def name_strips(axes: Axes, names: list[str], title: str) -> None:
    """Names at the left of strips, one below the other, and what they are."""
    axes.set_ylim(len(names) - 0.45, -0.55)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(axis="y", length=0, pad=6)
    axes.set_title(title, loc="left", fontsize=9, color=PALE, pad=4)
    frame(axes)


def draw_clock(axes: Axes, line: tw.Line, scene: Scene) -> None:
    """The plant's clock along the bottom, the warm-up marked."""
    locator = AutoDateLocator(minticks=5, maxticks=12)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))
    axes.set_xlim(*days(line, [scene.begin_s, scene.end_s]))
    if scene.begin_s < line.warmup_s < scene.end_s:
        for shaded in {axes, axes.figure.axes[0]}:
            shaded.axvline(days(line, line.warmup_s), color=INK, linewidth=1, linestyle=":")


def draw_title(figure: Figure, line: tw.Line, headline: str, height: float) -> None:
    """The line's name, its question, and the answer."""
    about = textwrap.shorten(line.about, 150, placeholder=" ...")
    lines = [
        (line.name, 17, "bold", INK),
        (about, 11, "normal", PALE),
        (headline, 11, "normal", INK),
    ]
    y_in = 0.42
    for text, size, weight, colour in lines:
        if text:
            figure.text(0.012, 1 - y_in / height, text, fontsize=size, weight=weight, color=colour)
            y_in += 0.28


def draw_legend(figure: Figure, line: tw.Line, scene: Scene, height: float) -> None:
    """The colours that occur, and which stretch of the run is shown."""
    drawn = {GROUPS[i] for spans in scene.spans.values() for i in np.unique(spans.group)}
    drawn |= {g for name in scene.machines for g, s in scene.shares[name].of.items() if s > 0}
    patches = [
        Patch(facecolor=group.colour, label=group.name, **({"edgecolor": "#bbbbbb"} | hatch(group)))
        for group in GROUPS
        if group in drawn
    ]
    figure.legend(
        handles=patches,
        loc="lower left",
        bbox_to_anchor=(0.09, 0.12 / height),
        ncols=len(patches),
        frameon=False,
        handlelength=1.2,
        handleheight=1.0,
        columnspacing=1.6,
    )
    begin, end = (str(clock(line, t))[:16].replace("T", " ") for t in (scene.begin_s, scene.end_s))
    length, whole = duration(scene.end_s - scene.begin_s), duration(scene.whole_s)
    shown = f"first replication, {begin} to {end}, {length} of {whole}"
    figure.text(0.985, 1 - 0.42 / height, shown, ha="right", fontsize=9, color=PALE)
