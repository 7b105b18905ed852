"""`twin info`: what is in a line file or in a run file, and how machine models are solved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

import libtwin as tw
from libtwin.plot.recording import Recording
from libtwin.words import duration, known_rows, number, plural

from . import document
from .given import AnyFile, AsJson, is_run_file, open_run, read
from .models import plain_table, print_signals, print_solvers
from .terminal import console

KINDS = ("source", "buffer", "station", "worker", "part")
MOST_NUMBERS = 12


def info(
    file: AnyFile,
    is_solvers: Annotated[
        bool, typer.Option("--solvers", help="Only how the machine models are solved, and why.")
    ] = False,
    is_json: AsJson = False,
) -> None:
    """Says what is in a line file or a run file."""
    if not is_run_file(file):
        line = read(file)
        show(line, list(line.solvers), {"kind": "line"}, None, is_solvers, is_json)
        return
    with open_run(file) as recorded:
        recording = Recording(recorded)
        solvers = list(recording.tables.get("solvers", ())) if len(recording.line.solvers) else []
        said = about_file(recorded, recording)
        show(recording.line, solvers, said, recording, is_solvers, is_json)


def show(
    line: tw.Line,
    solvers: Sequence[Mapping[str, Any]],
    about: dict[str, Any],
    recording: Recording | None,
    is_solvers: bool,
    is_json: bool,
) -> None:
    """Prints it."""
    if is_json:
        said = {} if is_solvers else about | about_line(line)
        tables = said.pop("tables", {}) | {"solvers": {"units": {}, "rows": known_rows(solvers)}}
        document.printed(document.head("info", **said, tables=tables))
        return
    out = console()
    if not is_solvers:
        if recording is not None:
            print_file(out, recording)
        print_line(out, line)
        if solvers:
            out.print()
            print_signals(out, line)
            out.print()
    if is_solvers or solvers:
        print_solvers(out, solvers)


# A line


def about_line(line: tw.Line) -> dict[str, Any]:
    """The line for programs."""
    names = {f"{kind}s": line.names(kind) for kind in KINDS}
    return {"line": line.name, "about": line.about, "line_hash": f"{line.hash:016x}", **names}


def print_line(out: Console, line: tw.Line) -> None:
    """Its name, its question, what it is made of and how long it is run."""
    for said_of_line in filter(None, (line.name, line.about)):
        out.print(Text(said_of_line))
    for kind in KINDS:
        if names := line.names(kind):
            out.print(Text(f"{plural(len(names), kind)}: {', '.join(names)}"))
    if line.horizon_s:
        warmup = f", the first {duration(line.warmup_s)} not counted" if line.warmup_s else ""
        out.print(
            Text(
                f"asks for {plural(line.replications, 'replication')} of "
                f"{duration(line.horizon_s)}{warmup}, seed {line.seed}"
            )
        )


# A run file


def about_file(file: tw.File, recording: Recording) -> dict[str, Any]:
    """A run file for programs: how far it goes, and what is in it."""
    return {
        "kind": "run file",
        "file": file.path,
        "is_complete": file.is_complete,
        "ended": file.ended,
        "provenance": recording.provenance,
        "until_s": recording.end_s,
        "replications": recording.finished,
        "rows": {name: len(table) for name, table in recording.tables.items()},
        "columns": {
            name: {column: table.units.get(column, "") for column in table.columns}
            for name, table in recording.tables.items()
        },
        "tables": {
            "replications": document.table(recording.tables["replications"])
            if "replications" in recording.tables
            else document.rows([])
        },
    }


def print_file(out: Console, recording: Recording) -> None:
    """Whether it is complete, how far it goes, its replications and tables."""
    file = recording.file
    out.print(Text(f"{file.path}: run file, {state_of(recording)}"), soft_wrap=True)
    out.print(Text(f"recorded until {duration(recording.end_s)}, {clock(recording)}"))
    for row in list(recording.tables.get("replications", ()))[:MOST_NUMBERS]:
        out.print(Text(replication(row)))
    more = len(recording.finished) - MOST_NUMBERS
    if more > 0:
        out.print(Text(f"and {plural(more, 'replication')} more"))
    out.print(Text(origin(recording)))
    out.print()
    print_tables(out, recording)
    out.print()


def state_of(recording: Recording) -> str:
    """Whether the record is whole, and how its runs ended."""
    if recording.file.is_complete:
        return how_it_ended(recording)
    if recording.provenance.get("recovered", "0") != "0":
        return "recovered from a run that was killed"
    return "not complete: still written, or its run was killed"


def how_it_ended(recording: Recording) -> str:
    """What stopped the runs of a file that was closed: "stopped at 3.20 d of 10 d by the user"."""
    said, ended = recording.provenance, recording.file.ended
    if ended not in ("early", "cancelled", "error"):
        return "complete"
    asked, horizon_s = int(said.get("n_replication", 0)), float(said.get("horizon_s", 0))
    end_s = recording.latest_end_s
    if asked > 1:
        whole = sum(not status and end >= horizon_s for status, end in recording.ends)
        place = f"after {whole} of {plural(asked, 'replication')}"
    else:
        place = f"at {duration(end_s)}"
        place += f" of {duration(horizon_s)}" if horizon_s > end_s else ""
    if ended == "error":
        return f"stopped {place} by an error: {tw.status_text(int(said.get('status', 0)))}"
    if ended == "cancelled":
        return f"stopped {place} by the user"
    return f"ended {place}, before its horizon"


def origin(recording: Recording) -> str:
    """What made it."""
    said = recording.provenance
    parts = [f"line hash {recording.line.hash:016x}"]
    if version := said.get("libtwin_version"):
        parts.append(f"written by libtwin {version}")
    if fingerprint := said.get("math_fingerprint"):
        same = int(fingerprint, 16) == tw.math_fingerprint
        parts.append(f"mathematics {fingerprint}{'' if same else ', not those of this machine'}")
    return ", ".join(parts)


def clock(recording: Recording) -> str:
    """The end on the plant's clock."""
    end = recording.line.start + int(recording.end_s)
    return f"which is {str(end).replace('T', ' ')} in the plant"


def replication(row: Mapping[str, Any]) -> str:
    """What a replication was, in one line."""
    said = f"replication {row['replication']}: seed {row['seed']}"
    if row["t_start"] > 0:
        said += f", from {duration(row['t_start'])}"
    said += f", until {duration(row['t_end'])}, counted from {duration(row['window'])} on"
    stopped = ""
    if row["status"] < 0:
        stopped = f", stopped by an error: {tw.status_text(row['status'])}"
    elif row["status"] > 0:
        stopped = ", interrupted"
    return f"{said}, {number(row['n_step'])} events{stopped}"


def print_tables(out: Console, recording: Recording) -> None:
    """The tables, how many rows each has, and its columns with their units."""
    table = plain_table("Table", "rows")
    table.add_column("columns", overflow="fold")
    for name, found in recording.tables.items():
        units = {c: u for c, u in found.units.items() if u not in ("", "1")}
        columns = (f"{c} [{units[c]}]" if c in units else c for c in found.columns)
        table.add_row(name, number(len(found)), Text(", ".join(columns)))
    out.print(table)
