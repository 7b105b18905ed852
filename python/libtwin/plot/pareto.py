"""The losses of the bottleneck as a Pareto picture: largest first, with their running sum."""

from __future__ import annotations

from itertools import accumulate

import matplotlib as mpl
from matplotlib.patheffects import withStroke

from ..words import interval
from .loss_rows import Loss, Losses
from .picture import INK, PALE, STYLE, Picture, frame

WIDTH_IN, ROW_IN = 11.0, 0.42
TOP_IN, BOTTOM_IN = 1.15, 0.75


def draw_losses(name: str, losses: Losses) -> Picture:
    """Draws what the bottleneck of a run or a study loses."""
    with mpl.rc_context(STYLE):
        return pareto(name, losses)


def end(loss: Loss) -> float:
    """How far a bar reaches with its interval."""
    return loss.per_shift + (loss.half_width if loss.half_width > 0 else 0.0)


def pareto(name: str, losses: Losses) -> Picture:
    """A bar per loss with its interval; the running sum in percent of all losses beside it."""
    rows = [loss for loss in losses.rows if loss.per_shift > 0]
    height = TOP_IN + BOTTOM_IN + ROW_IN * max(len(rows), 1)
    figure = Picture(figsize=(WIDTH_IN, height))
    axes = figure.add_axes((0.3, BOTTOM_IN / height, 0.6, 1 - (TOP_IN + BOTTOM_IN) / height))
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
