"""`twin import` and `twin assess log`: event logs of a plant, by a mapping file."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

import libtwin as tw
from libtwin.words import duration, number, plural

from . import document
from .given import AsJson, existing, to_write
from .models import plain_table
from .problems import counted, print_problems
from .terminal import HAS_PROBLEMS, console

MOST_ROWS = 20
FORMS = (".csv", ".json", ".jsonocel", ".xes")
FIGURES = ("median", "mean", "least", "most")


class What(StrEnum):
    """What can be assessed."""

    LOG = "log"


LogFile = Annotated[
    Path,
    typer.Argument(
        metavar="LOG", callback=existing, help="An event log: CSV, OCEL (JSON) or a run file."
    ),
]
MapFile = Annotated[
    Path | None,
    typer.Option("--map", callback=existing, help="What its columns mean (JSON); else our own."),
]
Zone = Annotated[
    str | None, typer.Option("--tz", help="Of stamps that name none: Europe/Berlin, +08:00.")
]


def import_(
    file: LogFile,
    mapping: MapFile = None,
    zone: Zone = None,
    target: Annotated[
        Path | None, typer.Option("-o", "--out", help="A .csv, .json (OCEL) or .xes.")
    ] = None,
    is_json: AsJson = False,
) -> None:
    """Reads an event log and writes it as libtwin's own."""
    log = read_log(file, mapping, zone)
    written = []
    if target is not None:
        if target.suffix not in FORMS:
            known = ", ".join(FORMS)
            raise typer.BadParameter(f"{target} is none of {known}", param_hint="-o")
        written = [str(to_write(target))]
        log.save(target)
    if is_json:
        document.printed(document.head("import", file, **about_log(log), files=written))
        return
    out = console()
    print_log(out, log)
    for name in written:
        out.print(Text(f"Written: {name}"), soft_wrap=True)


def assess(
    what: Annotated[What, typer.Argument(help="What is looked at.")],
    file: LogFile,
    mapping: MapFile = None,
    zone: Zone = None,
    most: Annotated[
        int, typer.Option("--rows", min=0, help="Findings and durations to print.")
    ] = MOST_ROWS,
    is_json: AsJson = False,
) -> None:
    """Says what an event log is worth, and what in it cannot be."""
    log = read_log(file, mapping, zone)
    if is_json:
        names = ("codes", "findings", "durations", "values", "coverage")
        tables = {name: document.table(getattr(log, name)) for name in names}
        said = document.head(f"assess {what}", file, **about_log(log), tables=tables)
        document.printed(said)
        return
    out = console()
    print_log(out, log)
    print_coverage(out, log)
    print_durations(out, log, most)
    print_values(out, log, most)
    print_findings(out, log, most)


def read_log(file: Path, mapping: Path | None, zone: str | None) -> tw.EventLog:
    """Reads a log, or says what is wrong with it or its mapping and ends."""
    if mapping is None and zone is not None:
        raise typer.BadParameter("only logs with a --map have one to be named", param_hint="--tz")
    try:
        return tw.EventLog.from_csv(file, mapping, zone)
    except tw.Error as error:
        err = console(True)
        print_problems(err, error.problems)
        said = counted(error.problems) if error.problems else error.message
        err.print(Text(f"{file}: {said}"), soft_wrap=True)
        raise typer.Exit(HAS_PROBLEMS) from None


def about_log(log: tw.EventLog) -> dict[str, Any]:
    """A log for programs."""
    return {
        "events": len(log),
        "rows": log.rows,
        "ignored": log.ignored,
        "clock": "UTC" if log.is_aware else "local",
        "first": None if log.first is None else str(log.first),
        "last": None if log.last is None else str(log.last),
    }


def print_log(out: Console, log: tw.EventLog) -> None:
    """The first sentences: how much there is, and how much of it is wrong."""
    left_out = f", {number(log.ignored)} left out by the mapping" if log.ignored else ""
    out.print(Text(f"{plural(len(log), 'event')} from {plural(log.rows, 'row')}{left_out}."))
    if log.first is not None and log.last is not None:
        span = (log.last - log.first).astype(float) * 1e-6
        clock = "UTC" if log.is_aware else "the plant's local clock"
        out.print(Text(f"{shown(log.first)} to {shown(log.last)}, {clock}: {duration(span)}."))
    by_class: dict[str, int] = {}
    for row in log.codes:
        by_class[row["class"]] = by_class.get(row["class"], 0) + row["n"]
    said = ", ".join(f"{number(n)} {name}" for name, n in by_class.items() if n)
    out.print(Text(f"Findings: {said or 'none'}."))


def shown(instant: Any) -> str:
    """An instant to the millisecond."""
    return str(instant.astype("datetime64[ms]")).replace("T", " ")


def name_of(row: Mapping[str, Any]) -> str:
    """The entity of a row, with its unit where it has one."""
    return f"{row['entity']}[{row['unit']}]" if row["unit"] else str(row["entity"])


def print_coverage(out: Console, log: tw.EventLog) -> None:
    """A row for each entity: its events, and the work that was measured."""
    rows = list(log.coverage)
    told = [
        word
        for word in log.coverage.columns
        if word not in ("entity", "unit", "first", "last") and any(row[word] for row in rows)
    ]
    table = plain_table("Entity", *told)
    for row in rows:
        table.add_row(Text(name_of(row)), *(number(row[word]) for word in told))
    out.print()
    out.print(table)


def print_durations(out: Console, log: tw.EventLog, most: int) -> None:
    """How long the work took."""
    rows = list(log.durations)
    if not rows:
        return
    table = plain_table(
        "Work", "entity", "n", "cut off", "median", "mean", "least", "most", n_left=2
    )
    for row in rows[:most]:
        figures = (duration(row[name]) for name in ("median", "mean", "min", "max"))
        counts = (number(row["n"]), number(row["cut"]))
        table.add_row(Text(row["what"] or "-"), Text(row["entity"]), *counts, *figures)
    out.print()
    out.print(table)
    print_rest(out, len(rows) - most, "kinds of work")


def print_values(out: Console, log: tw.EventLog, most: int) -> None:
    """The numbers that stand beside events."""
    rows = list(log.values)
    if not rows:
        return
    table = plain_table(
        "Value of", "at", "entity", "unit", "n", "median", "mean", "least", "most", n_left=4
    )
    for row in rows[:most]:
        figures = (number(row[name], 6) for name in ("median", "mean", "min", "max"))
        words = (row["what"] or "-", row["transition"], row["entity"], row["measure"])
        table.add_row(*map(Text, words), number(row["n"]), *figures)
    out.print()
    out.print(table)
    print_rest(out, len(rows) - most, "kinds of values")


def print_findings(out: Console, log: tw.EventLog, most: int) -> None:
    """How often each kind of finding was made, and the first of them with their lines."""
    codes = [row for row in log.codes if row["n"]]
    if not codes:
        return
    table = plain_table("Finding", "class", "n", n_left=2)
    table.add_column("meaning", overflow="fold")
    for row in codes:
        table.add_row(row["code"], row["class"], number(row["n"]), Text(row["help"]))
    out.print()
    out.print(table)
    rows = list(log.findings)
    table = plain_table("Line", "finding", "entity", "part", "value", n_left=4)
    table.add_column("found there", overflow="fold")
    for row in rows[:most]:
        value = "" if row["value"] != row["value"] else number(row["value"], 4)
        words = (row["code"], name_of(row), row["part"])
        table.add_row(str(row["line"]), *map(Text, words), value, Text(row["text"]))
    out.print()
    out.print(table)
    print_rest(out, len(rows) - most, "findings")


def print_rest(out: Console, n: int, of: str) -> None:
    """How much is not shown."""
    if n > 0:
        out.print(Text(f"and {number(n)} more {of}; --rows shows more, --json all"))
