"""The losses of a study in words: what a row says, and the largest ones of the bottleneck."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import libtwin as tw

from ..words import number
from .states import GROUP_OF, GROUPS, Group

if TYPE_CHECKING:
    from .recording import Recording

WAITS = ("blocked", "starved", "waiting-components")
MOST_LOSSES = 10
LEAST = 1e-3  # of the largest: what is below zero by less is rounding of the times
SAID = {
    "failed-repair": "down",
    "failed-waiting": "down, waits for repair",
    "processing": "too slow",
    "speed": "slower than ideal",
    "minor-stop": "minor stops",
}


@dataclass(frozen=True)
class Loss:
    """One loss: what it is, in good parts per shift."""

    said: str
    kind: str
    per_shift: float
    half_width: float
    time_s: float

    @property
    def group(self) -> Group:
        """Whose colour it has."""
        state = "failed-repair" if self.kind == "minor-stop" else self.kind
        return GROUP_OF.get(state, GROUPS[0])


@dataclass(frozen=True)
class Losses:
    """The bottleneck of a study or a run, and what it loses.

    Where a run file does not tell what was made, both figures are NaN.
    """

    station: str
    sentence: str
    rows: Sequence[Loss]
    n_more: int
    more_per_shift: float
    good_per_shift: float = math.nan
    possible_per_shift: float = math.nan

    @property
    def gap_sentence(self) -> str:
        """How much the bottleneck loses of what it could make."""
        if math.isfinite(self.possible_per_shift):
            return (
                f"{self.station} could make {number(self.possible_per_shift)} parts per shift and "
                f"makes {number(self.good_per_shift)} good ones."
            )
        lost = sum(loss.per_shift for loss in self.rows) + self.more_per_shift
        return f"{self.station} makes {number(lost)} good parts per shift less than it could."


def said(row: Mapping[str, Any]) -> str:
    """A row in words: "blocked: trim down (blade)"."""
    state = SAID.get(row["state"], row["state"])
    cause = f" ({row['cause']})" if row["cause"] else ""
    if row["loss"] in WAITS:
        return f"{row['loss']}: {row['place']} {state}{cause}"
    return f"{SAID.get(row['loss'], row['loss'])}{cause}"


def merged(table: Iterable[Mapping[str, Any]]) -> list[Loss]:
    """The rows of the line's bottleneck, largest first; neighbours make no difference here.

    A half width is kept where a loss is one row: those of several are not independent.
    """
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in table:
        if row["of_line"] and math.isfinite(row["per_shift"]):
            found.setdefault(said(row), []).append(row)
    losses = [
        Loss(
            text,
            rows[0]["loss"],
            sum(row["per_shift"] for row in rows),
            rows[0].get("per_shift_half_width", math.nan) if len(rows) == 1 else math.nan,
            sum(row["time"] for row in rows),
        )
        for text, rows in found.items()
    ]
    losses.sort(key=lambda loss: -loss.per_shift)
    least = LEAST * losses[0].per_shift if losses else 0.0
    return losses[:1] + [row for row in losses[1:] if not -least < row.per_shift <= 0]


def losses_recorded(recording: Recording) -> Losses | None:
    """What the replication lost, from the table of its run file; None where it has none."""
    table = recording.tables.get("losses")
    if table is None:
        return None
    mine = [row for row in table if row["replication"] == recording.replication]
    station = next((row["station"] for row in mine if row["of_line"]), "")
    rows = merged(mine)
    if not rows:
        return None
    more = sum(loss.per_shift for loss in rows[MOST_LOSSES:])
    good, possible = made_recorded(recording, station, mine)
    return Losses(
        station, station, rows[:MOST_LOSSES], len(rows[MOST_LOSSES:]), more, good, possible
    )


def made_recorded(
    recording: Recording, station: str, losses: Iterable[Mapping[str, Any]]
) -> tuple[float, float]:
    """Good parts per shift of a station, and those it could make; NaN where nothing is told.

    What a station makes and what it loses is together what it could make. Rows of losses tell how
    many shifts there were, and how many of the completed parts were not good.
    """
    own = [row for row in losses if row["station"] == station]
    passes = [
        row["value"]
        for row in recording.tables.get("kpi", ())
        if row["replication"] == recording.replication
        and (row["station"], row["kpi"]) == (station, "count/completions")
    ]
    largest = max(own, key=lambda row: abs(row["per_shift"]), default=None)
    if not passes or largest is None or not largest["per_shift"]:
        return math.nan, math.nan
    shifts = largest["parts"] / largest["per_shift"]
    bad = sum(row["parts"] for row in own if row["loss"] in ("scrap", "rework"))
    good = (passes[0] - bad) / shifts
    return good, good + sum(row["per_shift"] for row in own)


def losses_of(study: tw.Study | tw.Run) -> Losses | None:
    """What a study or a run lost; None where there is no station or nothing is known."""
    bottleneck = study.bottleneck()
    rows = merged(study.losses())
    if not bottleneck.station or not rows:
        return None
    own = next(row for row in bottleneck.table if row["is_bottleneck"])
    return Losses(
        bottleneck.station,
        bottleneck.sentence,
        rows[:MOST_LOSSES],
        len(rows[MOST_LOSSES:]),
        sum(loss.per_shift for loss in rows[MOST_LOSSES:]),
        own["good"] / own["shifts"],
        own["possible"] / own["shifts"],
    )
