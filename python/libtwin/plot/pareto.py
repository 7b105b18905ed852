"""The losses of the bottleneck: what it could make and what becomes of that, then its losses,
largest first, with their running sum.
"""

from __future__ import annotations

import math
from itertools import accumulate

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from ..words import interval, number
from .loss_rows import Loss, Losses
from .picture import INK, PALE, STYLE, Picture, frame
from .states import GROUPS

WIDTH_IN, ROW_IN = 11.0, 0.42
TOP_IN, BOTTOM_IN = 1.15, 0.75
WHOLE_IN = 1.5  # the two bars of all that is possible, with the room below them
LEFT, WIDTH = 0.3, 0.6
POSSIBLE, GOOD, OTHER = "#c9c9c9", GROUPS[0].colour, "#8a8a8a"


def draw_losses(name: str, losses: Losses) -> Picture:
    """Draws what the bottleneck of a run or a study loses."""
    with mpl.rc_context(STYLE):
        return pareto(name, losses)


def end(loss: Loss) -> float:
    """How far a bar reaches with its interval."""
    return loss.per_shift + (loss.half_width if loss.half_width > 0 else 0.0)


def draw_whole(axes: Axes, losses: Losses, rows: list[Loss]) -> None:
    """What the bottleneck could make; below it the good parts and each loss in its colour."""
    possible, good = losses.possible_per_shift, losses.good_per_shift
    axes.barh(0, possible, 0.72, color=POSSIBLE, linewidth=0)
    axes.barh(1, good, 0.72, color=GOOD, linewidth=0)
    at = good
    for loss in rows:
        length = min(loss.per_shift, max(possible - at, 0.0))
        axes.barh(1, length, 0.72, left=at, color=loss.group.colour, linewidth=0)
        at += length
    axes.barh(1, max(possible - at, 0.0), 0.72, left=at, color=OTHER, linewidth=0)
    longest = max(possible, good)
    said = f"{number(good)}, {100 * good / possible:.0f} %"
    for y, text in enumerate((number(possible), said)):
        axes.text(longest * 1.015, y, text, va="center", fontsize=9)
    axes.set_ylim(1.6, -0.6)
    axes.set_xlim(0, 1.2 * longest)
    axes.set_yticks((0, 1), ("possible in the planned time", "good parts, then losses"))
    axes.tick_params(axis="y", length=0, pad=6)
    axes.set_xlabel("parts per shift")
    frame(axes)


def pareto(name: str, losses: Losses) -> Picture:
    """A bar per loss with its interval; the running sum in percent of all losses beside it."""
    rows = [loss for loss in losses.rows if loss.per_shift > 0]
    has_whole = math.isfinite(losses.possible_per_shift) and losses.possible_per_shift > 0
    rows_in = ROW_IN * max(len(rows), 1)
    height = TOP_IN + BOTTOM_IN + rows_in + (WHOLE_IN if has_whole else 0.0)
    figure = Picture(figsize=(WIDTH_IN, height))
    axes = figure.add_axes((LEFT, BOTTOM_IN / height, WIDTH, rows_in / height))
    if has_whole:
        bottom = 1 - (TOP_IN + 2 * ROW_IN) / height
        draw_whole(figure.add_axes((LEFT, bottom, WIDTH, 2 * ROW_IN / height)), losses, rows)
    total = sum(loss.per_shift for loss in rows) + max(losses.more_per_shift, 0.0)
    longest = max(map(end, rows), default=1.0)
    sums = accumulate(loss.per_shift for loss in rows)
    outlined = [withStroke(linewidth=3, foreground="white")]
    for y, (loss, so_far) in enumerate(zip(rows, sums, strict=True)):
        axes.barh(y, loss.per_shift, 0.72, color=loss.group.colour, linewidth=0)
        if loss.half_width > 0:
            bounds = (loss.per_shift - loss.half_width, loss.per_shift + loss.half_width)
            axes.plot(bounds, (y, y), color=INK, linewidth=1.2, path_effects=outlined)
        said = interval(loss.per_shift, loss.half_width)
        axes.text(end(loss) + 0.015 * longest, y, said, va="center", fontsize=9)
        axes.text(
            1.07,
            y,
            f"{100 * so_far / total:.0f} %",
            transform=axes.get_yaxis_transform(),
            ha="right",
            va="center",
            fontsize=9,
            color=PALE,
        )
    axes.set_ylim(max(len(rows), 1) - 0.4, -0.6)
    axes.set_xlim(0, 1.2 * longest)
    axes.set_yticks(range(len(rows)), [loss.said for loss in rows])
    axes.tick_params(axis="y", length=0, pad=6)
    axes.set_xlabel(f"good parts per shift that {losses.station} does not make; running sum in %")
    frame(axes)
    lines = (
        (f"{name}: what it loses", 15, "bold", INK),
        (f"Bottleneck: {losses.sentence}.", 10.5, "normal", INK),
        (losses.gap_sentence, 10.5, "normal", PALE),
    )
    for i, (text, size, weight, colour) in enumerate(lines):
        figure.text(
            0.02, 1 - (0.36 + 0.27 * i) / height, text, fontsize=size, weight=weight, color=colour
        )
    return figure
