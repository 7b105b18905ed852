"""The load table of a line as people read it, and as JSON."""

from __future__ import annotations

import math
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

import libtwin as tw
from libtwin.words import NOTHING, known, number, share

from . import document
from .models import plain_table

FULL = 1 + 1e-6
SAME = 1e-6
UNITS = ((7200.0, 3600.0, "h"), (100.0, 60.0, "min"), (0.0, 1.0, "s"))  # from, size, name
TERMS = ("tools", "stops", "changeover")


def print_load(console: Console, load: tw.Load) -> None:
    """What each station needs for a good part, and how much of its time that is."""
    console.print(Text(asked(load), style="dim"))
    console.print()
    console.print(stations(load))
    if len(load.people):
        console.print()
        console.print(people(load))
    console.print()


def asked(load: tw.Load) -> str:
    """What the loads are for, in one sentence."""
    # a plant that closes at times has its weeks in common, not its hours
    always = all(row["on_share"] == 1 for row in load.stations)
    unit, seconds = ("hour", 3600) if always else ("week", 7 * 86400)
    good = number(load.good_per_s * seconds)
    if not math.isfinite(load.good_per_s):
        said = "Nothing is known of any station"
    elif load.is_relative:
        said = f"At most {good} good parts per {unit}: then {fullest(load)} has no time left"
    else:
        said = f"Loads are for {good} good parts per {unit}"
    takt = f", the takt is {time(load.takt_s)}" if math.isfinite(load.takt_s) else ""
    return f"{said}{takt}. Nothing is simulated: no queue, no blocking, no waiting for people."


def fullest(load: tw.Load) -> str:
    """The station or the people with the highest load."""
    rows = [(row["load"], row["station"]) for row in load.stations]
    rows += [(row["load"], row["pool"]) for row in load.people]
    finite = [row for row in rows if math.isfinite(row[0])]
    return str(max(finite, key=lambda row: round(row[0], 6))[1]) if finite else "nobody"


def stations(load: tw.Load) -> Table:
    """A row per station; times are of a visit, need and capacity of good parts."""
    rows = list(load.stations)
    terms = [term for term in TERMS if any(row[term] > 0 for row in rows)]
    has_takt = math.isfinite(load.takt_s)
    has_visits = any(abs(row["visits"] - 1) > SAME for row in rows)
    heads = ["n", "cycle", *terms, *(["visits"] if has_visits else []), "need", "per hour"]
    table = plain_table("Stations", *heads, *(["of takt"] if has_takt else []), "load", "limit")
    for row in rows:
        table.add_row(
            row["station"],
            str(row["machines"]),
            time(row["cycle"]),
            *(time(row[term]) for term in terms),
            *([f"{row['visits']:.3g}"] if has_visits else []),
            time(row["need"]),
            number(row["capacity"] * 3600),
            *([percent(row["of_takt"])] if has_takt else []),
            percent(row["load"]),
            row["limit"] or depends(row["depends"]),
        )
    return table


def depends(states: str) -> str:
    """Why nothing is told of a station: its models did not get there before the horizon."""
    return f"depends on {states}" if states else ""


def people(load: tw.Load) -> Table:
    """A row per pool: work for a good part, and the share of their time."""
    takt = ["of takt"] if math.isfinite(load.takt_s) else []
    table = plain_table("People", "n", "work", *takt, "load")
    for row in load.people:
        of_takt = [percent(row["of_takt"])] if takt else []
        work = time(row["work"])
        table.add_row(row["pool"], str(row["count"]), work, *of_takt, percent(row["load"]))
    return table


def time(seconds: float) -> str:
    """A mean, in the same unit for all that are alike, so that a column can be compared."""
    if not seconds > 0:
        return NOTHING
    size, unit = next((size, unit) for start, size, unit in UNITS if seconds >= start)
    return f"{number(round(seconds / size, 9))} {unit}"


def percent(value: float) -> Text:
    """A share of the time there is, red when it is more than that."""
    return Text(share(value), style="bold red" if value > FULL else "")


def load_as_json(load: tw.Load) -> dict[str, Any]:
    """The tables in SI units, null where nothing is known."""
    return {
        "load": {
            "good_per_s": known(load.good_per_s),
            "takt_s": known(load.takt_s),
            "is_relative": load.is_relative,
        },
        "tables": {"load": document.table(load.stations), "people": document.table(load.people)},
    }
