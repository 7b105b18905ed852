"""Figures of studies with their intervals: a row for each figure, a dot for each replication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

import libtwin as tw

from ..show import HEADLINES
from ..words import interval, number, readable_unit
from .picture import CURVE, INK, LEVEL, PALE, STYLE, Picture, frame

WIDTH_IN, ROW_IN, GAP_IN = 11.0, 0.36, 0.62
TOP_IN, BOTTOM_IN = 0.95, 0.55
COLOURS = (LEVEL, CURVE, "#5b3a78", "#3d7a4a", "#a5202e", "#8a8a8a")


def draw_estimates(studies: Mapping[str, tw.Study], paths: Sequence[str] | None) -> Picture:
    """Draws the picture."""
    if not studies or any(study.n_done == 0 for study in studies.values()):
        raise ValueError("a study without a finished replication has no figures")
    chosen = headlines(studies) if paths is None else list(paths)
    if not chosen:
        raise ValueError("no figure to draw; name one in paths")
    with mpl.rc_context(STYLE):
        return picture(studies, chosen)


def headlines(studies: Mapping[str, tw.Study]) -> list[str]:
    """The figures that say most, of those that every line has and something is known of."""
    return [
        path
        for path in HEADLINES
        if all(path in study and np.isfinite(study[path].mean) for study in studies.values())
    ]


def picture(studies: Mapping[str, tw.Study], paths: Sequence[str]) -> Picture:
    """An axis of its own for each figure, one below the other."""
    row_in = ROW_IN * len(studies)
    height = TOP_IN + BOTTOM_IN + len(paths) * row_in + (len(paths) - 1) * GAP_IN
    figure = Picture(figsize=(WIDTH_IN, height))
    longest = max(map(len, studies)) if len(studies) > 1 else 0
    left = min(0.03 + 0.0085 * longest, 0.4)
    for i, path in enumerate(paths):
        floor = height - TOP_IN - (i + 1) * row_in - i * GAP_IN
        axes = figure.add_axes((left, floor / height, 0.82 - left, row_in / height))
        draw_figure(axes, studies, path)
    first = next(iter(studies.values()))
    counts = sorted({study.n_done for study in studies.values()})
    n = " or ".join(map(number, counts))
    said = f"{n} replications; means with their {100 * first.confidence:g} % intervals"
    title = " and ".join(dict.fromkeys(study.line.name for study in studies.values()))
    lines = ((title, 15, "bold", INK), (said, 10, "normal", PALE))
    for i, (text, size, weight, colour) in enumerate(lines):
        y = 1 - (0.36 + 0.26 * i) / height
        figure.text(0.02, y, text, fontsize=size, weight=weight, color=colour)
    return figure


def draw_figure(axes: Axes, studies: Mapping[str, tw.Study], path: str) -> None:
    """One figure: a line of dots for each study, its mean and interval on top."""
    unit, size = readable_unit(*unit_and_size(studies, path))
    outlined = [withStroke(linewidth=3.5, foreground="white")]
    for row, (name, study) in enumerate(studies.items()):
        colour = COLOURS[row % len(COLOURS)]
        values = study.values(path) / size
        estimate = study[path]
        mean, half_width = estimate.mean / size, estimate.half_width / size
        axes.plot(values, np.full(values.size, row), "o", color=colour, alpha=0.25, markersize=5)
        if half_width > 0:
            bounds = (mean - half_width, mean + half_width)
            axes.plot(bounds, (row, row), color=colour, linewidth=2.5, path_effects=outlined)
        axes.plot(mean, row, "|", color=INK, markersize=13, markeredgewidth=1.8)
        note = f"{interval(mean, half_width)} {unit.removeprefix('1')}"
        place = axes.get_yaxis_transform()
        axes.text(1.02, row, note, transform=place, va="center", fontsize=9, color=INK)
        if len(studies) > 1:
            axes.text(
                -0.015,
                row,
                name,
                transform=place,
                va="center",
                ha="right",
                color=colour,
                fontsize=9,
            )
    axes.set_ylim(len(studies) - 0.45, -0.55)
    axes.set_yticks([])
    axes.margins(x=0.06)
    axes.tick_params(axis="x", labelsize=8, length=3, colors=PALE)
    spelled = estimate.quantity
    says = [word for word in (HEADLINES.get(spelled), spelled) if word]
    axes.set_title("   ".join(says), loc="left", fontsize=9, color=PALE, pad=3)
    frame(axes)


def unit_and_size(studies: Mapping[str, tw.Study], path: str) -> tuple[str, float]:
    """The SI unit of a figure, and how large it is."""
    found = [study[path] for study in studies.values()]
    return found[0].unit, max(abs(estimate.mean) for estimate in found)
