"""Pictures of what-if studies: differences with their intervals, and the check of the warm-up."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

import libtwin as tw
from libtwin.words import NOTHING, duration, readable_unit

SEEN, NOT_SEEN = "tab:blue", "0.6"


def draw_scenarios(study: tw.Study) -> Figure:
    """A row for each scenario: its paired difference in the study's figure."""
    rows = [r for r in study.differences if r["scenario"] and r["quantity"] == study.figure]
    if not rows:
        raise ValueError("the study has no scenarios")
    unit, size = readable_unit(rows[0]["unit"], rows[0]["mean"])
    figure = Figure(figsize=(8, 1.2 + 0.4 * len(rows)), layout="constrained")
    axes = figure.add_subplot()
    for i, row in enumerate(rows):
        is_seen = row["p_adjusted"] < 1 - study.confidence
        axes.errorbar(
            row["difference"] / size,
            i,
            xerr=row["difference_half_width"] / size,
            fmt="o",
            capsize=4,
            color=SEEN if is_seen else NOT_SEEN,
        )
    axes.axvline(0, color="0.3", linewidth=0.8)
    axes.set_yticks(range(len(rows)), [row["scenario"] for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlabel(f"difference in {study.figure} ({unit})")
    axes.set_title(
        f"{study.line.name}: against the line as it is, {rows[0]['n']} pairs; grey: no difference "
        "that could be seen",
        fontsize=9,
    )
    return figure


def draw_warmup(study: tw.Study) -> Figure:
    """The figure in slices, its running mean, and MSER-5's error of what is left."""
    table = study.warmup
    unit, size = readable_unit(table.units["figure"], float(np.nanmean(table["figure"])))
    hours = table["time"] / 3600
    figure = Figure(figsize=(8, 5), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    above.plot(hours, table["figure"] / size, color="0.7", linewidth=0.8, label="slices")
    counts = np.arange(1, len(hours) + 1)
    mean = np.nancumsum(table["figure"]) / counts
    above.plot(hours, mean / size, color=SEEN, label="mean from the start on")
    above.set_ylabel(f"{study.figure} ({unit})")
    above.legend(loc="lower right")
    below.plot(hours, table["z"], color="0.3")
    below.set_yscale("log")
    below.set_ylabel("MSER-5: squared error\nof what is left")
    below.set_xlabel("time (h)")
    found = cut_s(table)
    said = "does not settle in the first half" if found is None else f"cuts off {duration(found)}"
    said = said if found != 0 else "cuts nothing off"
    if found:
        for axes in (above, below):
            axes.axvspan(0, found / 3600, color="tab:orange", alpha=0.15)
    given = duration(study.line.warmup_s) if study.line.warmup_s else NOTHING
    above.set_title(f"{study.line.name}: MSER-5 {said}; warm-up of the file {given}", fontsize=9)
    return figure


def cut_s(table: tw.Table) -> float | None:
    """How much MSER-5 cuts off; None: it has no answer."""
    is_warmup = table["is_warmup"]
    if is_warmup[0] < 0:
        return None
    n_cut = int(np.sum(is_warmup))
    return float(table["time"][n_cut - 1]) if n_cut else 0.0
