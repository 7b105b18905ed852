"""The load table of a line as people read it, and as JSON."""

from __future__ import annotations

import math
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

import libtwin as tw

from .report import plain_table
from .words import NOTHING, duration, number, share

FULL = 1 + 1e-6
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
    per_hour = number(load.good_per_s * 3600)
    if load.is_relative:
        said = f"At most {per_hour} good parts per hour: then the first is at 100 % of its time"
    else:
        said = f"Loads are for {per_hour} good parts per hour"
    takt = f", the takt is {duration(load.takt_s)}" if math.isfinite(load.takt_s) else ""
    return f"{said}{takt}. Nothing is simulated: no queue, no blocking, no waiting for people."


def stations(load: tw.Load) -> Table:
    """A row per station; times are of a visit, need and capacity of good parts."""
    rows = list(load.stations)
    terms = [term for term in TERMS if any(row[term] > 0 for row in rows)]
    has_takt = math.isfinite(load.takt_s)
    takt = ["of takt"] if has_takt else []
    table = plain_table(
        "Stations",
        "machines",
        "cycle",
        *terms,
        "visits",
        "need",
        "per hour",
        *takt,
        "load",
        "limit",
    )
    for row in rows:
        table.add_row(
            row["station"],
            str(row["machines"]),
            time(row["cycle"]),
            *(time(row[term]) for term in terms),
            number(round(row["visits"], 6)),
            time(row["need"]),
            number(row["capacity"] * 3600),
            *([percent(row["of_takt"])] if has_takt else []),
            percent(row["load"]),
            row["limit"],
        )
    return table


def people(load: tw.Load) -> Table:
    """A row per pool: work for a good part, and the share of their time."""
    takt = ["of takt"] if math.isfinite(load.takt_s) else []
    table = plain_table("People", "count", "work", *takt, "load")
    for row in load.people:
        of_takt = [percent(row["of_takt"])] if takt else []
        work = time(row["work"])
        table.add_row(row["pool"], str(row["count"]), work, *of_takt, percent(row["load"]))
    return table


def time(seconds: float) -> str:
    """A mean on the microsecond grid, so that sums of shares do not show their rounding."""
    return duration(round(seconds, 6)) if seconds > 0 else NOTHING


def percent(value: float) -> Text:
    """A share of the time there is, red when it is more than that."""
    return Text(share(value), style="bold red" if value > FULL else "")


def load_as_json(load: tw.Load) -> dict[str, Any]:
    """The tables in SI units, null where nothing is known."""

    def known(value: Any) -> Any:
        return None if isinstance(value, float) and not math.isfinite(value) else value

    def rows(table: tw.Table) -> list[dict[str, Any]]:
        return [{key: known(value) for key, value in row.items()} for row in table]

    return {
        "good_per_s": known(load.good_per_s),
        "takt_s": known(load.takt_s),
        "is_relative": load.is_relative,
        "units": load.stations.units,
        "stations": rows(load.stations),
        "people": rows(load.people),
    }
