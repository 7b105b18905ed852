"""What `twin` says about machine models: how they are solved, and what their states did."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

import libtwin as tw
from libtwin.words import ZERO_DEGC_K, duration, number

from .figures import Figures

ROOMY = 1000  # columns in which every table finds room
STATISTICS = {
    "steps": "steps",
    "rejected": "rejected",
    "rhs": "right-hand sides",
    "located": "events",
}


def plain_table(*heads: str, n_left: int = 1) -> Table:
    """A table without lines: names to the left, numbers to the right.

    In a narrow window a name goes on in the next line; no number is cut.
    """
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for i, head in enumerate(heads):
        side: JustifyMethod = "left" if i < n_left else "right"
        table.add_column(head, justify=side, no_wrap=i > 0, overflow="fold")
    return table


def natural_width(console: Console, table: Table) -> int:
    """How wide a table is where it has all the room it wants."""
    return console.measure(table, options=console.options.update(max_width=ROOMY)).maximum


def print_solvers(console: Console, solvers: Sequence[Mapping[str, Any]]) -> None:
    """A row for each continuous object: its solver, why that one, its states, what it took."""
    if not solvers:
        console.print(Text("The line has no machine models."))
        return
    counted = [name for name in STATISTICS if name in solvers[0]]
    heads = ["Object", "solver", "states", *(STATISTICS[name] for name in counted)]
    table = plain_table(*heads, n_left=3)
    table.add_column("reason")
    for row in solvers:
        names = row.get("state_names") or (number(row["states"]) if row["states"] else "none")
        table.add_row(
            row["object"],
            row["solver"],
            Text(names),
            *(number(float(row[name])) for name in counted),
            Text(row["reason"]),
        )
    console.print(table)


def print_signals(console: Console, line: tw.Line) -> None:
    """What can be recorded of machine models, machines of a station as one, and what is."""
    table = plain_table("Signal", "kind", "unit", "recorded", n_left=4)
    seen = set()
    for row in line.signals:
        machine, dot, name = row["signal"].partition("].")
        path = f"{machine.partition('[')[0]}.{name}" if dot else row["signal"]
        how = row["way"] if math.isnan(row["period"]) else f"every {duration(row['period'])}"
        if (path, how) not in seen:
            table.add_row(path, row["kind"], row["unit"], how)
        seen.add((path, how))
    console.print(table)


def celsius_series(line: tw.Line) -> set[tuple[str, str]]:
    """The states and outputs, by station and name, that are temperatures and not differences."""
    of_machine = (row["signal"].partition("].") for row in line.signals if row["absolute"])
    return {(machine.partition("[")[0], name) for machine, _, name in of_machine}


def shown(value: float, unit: str, is_celsius: bool) -> str:
    """A value as people read it: a temperature in degrees Celsius, a pure number without a unit."""
    if not math.isfinite(value):
        return number(value)
    if is_celsius:
        return f"{number(value - ZERO_DEGC_K, 4)} degC"
    return number(value) if unit == "1" else f"{number(value)} {unit}"


def series_of(line: tw.Line) -> list[tuple[str, str, str]]:
    """Station, name and unit of every state and output of the machine models, by station."""
    end, found = "/integral", []
    for path, unit in line.quantities.items():
        if not path.startswith("stations/") or not path.endswith(end):
            continue
        station, name = path.removeprefix("stations/").removesuffix(end).split("/", 1)
        if station in line.stations:
            found.append(
                (station, name, line.quantities.get(f"stations/{station}/{name}/now", unit))
            )
    return found


def events_of(line: tw.Line) -> list[tuple[str, str]]:
    """Station and path below it of every event of the machine models."""
    return [
        (station, path.removeprefix(f"stations/{station}/").removesuffix("/between"))
        for station in line.stations
        for path in line.quantities
        if path.startswith(f"stations/{station}/")
        and "/events/" in path
        and path.endswith("/between")
    ]


def models(figures: Figures) -> Sequence[Table]:
    """States and outputs with their range, and how often events came; none without models."""
    line = figures.line
    celsius = celsius_series(line)
    states = plain_table("Models", "now", "mean", "least", "greatest")
    for station, name, unit in series_of(line):
        path = f"stations/{station}/{name}"
        values = (figures.mean(f"{path}/{what}") for what in ("now", "mean", "min", "max"))
        is_celsius = (station, name) in celsius
        states.add_row(f"{station} {name}", *(shown(v, unit, is_celsius) for v in values))
    events = plain_table("Model events", "times", "between")
    for station, name in events_of(line):
        path = f"stations/{station}/{name}"
        between = duration(figures.mean(f"{path}/between"))
        said = name.replace("/events/", "/")
        events.add_row(f"{station} {said}", number(figures.mean(path)), between)
    return [table for table in (states, events) if table.row_count]
