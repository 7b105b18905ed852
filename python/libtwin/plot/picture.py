"""One picture of a recorded run: who did what when, shares beside it, buffers and signals below.

Imports matplotlib, which takes half a second: what only may draw imports this when it draws.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from io import BytesIO
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.patches import Patch

import libtwin as tw

from ..words import duration
from .scene import Scene, label
from .states import GROUPS, Group

Panel = Callable[[Axes, tw.Line, Scene], None]

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


class Picture(Figure):
    """A matplotlib figure that a notebook shows without pyplot."""

    def _repr_png_(self) -> bytes:
        buffer = BytesIO()
        self.savefig(buffer, format="png")
        return buffer.getvalue()


def draw_scene(scene: Scene, headline: str, what: str = "all") -> Picture:
    """Draws a recorded run, or one kind of panel of it."""
    with mpl.rc_context(STYLE):
        return picture(scene.recording.line, scene, headline, what)


def panels(scene: Scene, what: str) -> list[tuple[float, Panel]]:
    """The panels from top to bottom, each with its height."""
    n_machine = max(len(scene.machines), 1)
    if what == "states":
        return [(n_machine * ROW_IN, draw_shares)]
    all_of_them = (
        ("gantt", n_machine * ROW_IN, draw_gantt),
        ("levels", len(scene.levels) * ROW_IN * 1.25, draw_levels),
        ("signals", len(scene.curves) * ROW_IN * 2.2, draw_curves),
    )
    alone = 1.0 if what == "all" else 2.0  # what stands alone may be larger
    return [
        (height * (alone if name != "gantt" else 1.0), draw)
        for name, height, draw in all_of_them
        if height > 0 and what in ("all", name)
    ]


def picture(line: tw.Line, scene: Scene, headline: str, what: str = "all") -> Picture:
    """The whole picture."""
    drawn = panels(scene, what)
    heights = [height for height, _ in drawn]
    top, bottom, between = 1.45, 0.85, 0.5
    height = top + sum(heights) + between * (len(heights) - 1) + bottom
    figure = Picture(figsize=(WIDTH_IN, height))
    has_shares = what == "all"
    grid = figure.add_gridspec(
        len(heights),
        2 if has_shares else 1,
        width_ratios=[4.6, 1] if has_shares else [1],
        height_ratios=heights,
        left=0.095,
        right=0.985 if has_shares or what in ("gantt", "states") else 0.87,
        top=1 - top / height,
        bottom=bottom / height,
        hspace=between / (sum(heights) / len(heights)),
        wspace=0.025,
    )
    first = figure.add_subplot(grid[0, 0])
    below = first
    for row, (_, draw) in enumerate(drawn):
        if row:
            below.tick_params(labelbottom=False)
            below = figure.add_subplot(grid[row, 0], sharex=first)
        draw(below, line, scene)
    if has_shares:
        bars = figure.add_subplot(grid[0, 1], sharey=first)
        draw_shares(bars, line, scene)
        bars.tick_params(axis="y", left=False, labelleft=False)
    if what != "states":
        draw_clock(below, line, scene)
    draw_title(figure, line, headline, height)
    draw_legend(figure, scene, height, what)
    draw_stretch(figure, line, scene, height, what)
    return figure


def clock(line: tw.Line, time_s: Any) -> Any:
    """Simulated seconds as instants of the plant's clock."""
    return line.start + np.rint(np.asarray(time_s) * 1e6).astype("timedelta64[us]")


def days(line: tw.Line, time_s: Any) -> Any:
    """The same as matplotlib counts them, in days."""
    return date2num(clock(line, time_s))


def draw_gantt(axes: Axes, line: tw.Line, scene: Scene) -> None:
    """A row per machine, a bar per span."""
    for row, machine in enumerate(scene.machines):
        spans = scene.spans[machine]
        begin, end = days(line, spans.start), days(line, spans.end)
        for i, group in enumerate(GROUPS):
            mine = spans.group == i
            bars = list(zip(begin[mine], (end - begin)[mine], strict=True))
            # a collection without an edge has no hatch either
            look = hatch(group)
            edge = 0.1 if look else 0
            axes.broken_barh(bars, (row - 0.4, 0.8), facecolor=group.colour, linewidth=edge, **look)
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


def draw_shares(axes: Axes, line: tw.Line, scene: Scene) -> None:
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
    axes.set_ylim(len(scene.machines) - 0.4, -0.6)
    axes.set_yticks(range(len(scene.machines)), [label(line, name) for name in scene.machines])
    axes.tick_params(axis="y", length=0, pad=6)
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
    warmup_s = scene.recording.warmup_s
    if scene.begin_s < warmup_s < scene.end_s:
        for shaded in {axes, axes.figure.axes[0]}:
            shaded.axvline(days(line, warmup_s), color=INK, linewidth=1, linestyle=":")


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


def draw_legend(figure: Figure, scene: Scene, height: float, what: str) -> None:
    """The colours that occur."""
    if what in ("levels", "signals"):
        return
    drawn: set[Group] = set()
    if what != "states":
        drawn |= {GROUPS[i] for spans in scene.spans.values() for i in np.unique(spans.group)}
    if what != "gantt":
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
        ncols=max(len(patches), 1),
        frameon=False,
        handlelength=1.2,
        handleheight=1.0,
        columnspacing=1.6,
    )


def draw_stretch(figure: Figure, line: tw.Line, scene: Scene, height: float, what: str) -> None:
    """Which stretch of the run is shown, and whether the record is whole."""
    recording, whole = scene.recording, duration(scene.recording.end_s)
    n = recording.replication
    shown = ["first replication" if n == 0 else f"replication {n + 1}"]
    if what != "states":
        stretch = (scene.begin_s, scene.end_s)
        begin, end = (str(clock(line, t))[:16].replace("T", " ") for t in stretch)
        shown.append(f"{begin} to {end}, {duration(scene.end_s - scene.begin_s)} of {whole}")
    else:
        shown.append(whole)
    if not recording.is_finished:
        shown.append("the record is not complete")
    said = ", ".join(shown)
    figure.text(0.985, 1 - 0.42 / height, said, ha="right", fontsize=9, color=PALE)
