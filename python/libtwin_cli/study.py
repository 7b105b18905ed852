"""`twin study`: many replications, and every figure or some of them with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.text import Text

import libtwin as tw
from libtwin.words import NOISE, interval, number, readable_unit, to_digit_of

from . import document
from .choice import chosen
from .export import format_of, write
from .figures import Figures
from .given import (
    STDIN,
    AsJson,
    Confidence,
    LineFile,
    Warmup,
    end_of,
    level_of,
    read,
    to_write,
    warmup_of,
)
from .head import answer, question
from .models import plain_table
from .report import about_run
from .run import replicate
from .sheets import Sheet, SheetColumn, sheet_of_columns
from .terminal import console, say
from .variants import Sets, chosen_scenarios
from .whatif import Terms, Wanted, run_whatif
from .writers import Style


def study(
    file: LineFile,
    scenario: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="One of its scenarios; else all. May be repeated."),
    ] = None,
    sets: Sets = None,
    alone: Annotated[bool, typer.Option("--alone", help="The line without scenarios.")] = False,
    figure: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH", help="A figure, or some: 'stations/*/oee'. May be repeated."),
    ] = None,
    replications: Annotated[int | None, typer.Option(min=1, help="How many runs.")] = None,
    until: Annotated[str | None, typer.Option(help='How long, "8h"; else as in the file.')] = None,
    warmup: Warmup = None,
    confidence: Confidence = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Another seed than the file's.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="At most so many at once.")] = None,
    precision: Annotated[
        float | None, typer.Option(help="Runs until the output is known to so many percent.")
    ] = None,
    simultaneous: Annotated[
        bool, typer.Option("--simultaneous", help="Intervals that hold for all scenarios at once.")
    ] = False,
    pareto: Annotated[
        str | None,
        typer.Option(metavar="A,B", help="Front of two figures: 'line/throughput,invest'."),
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="A folder for pictures of scenarios and warm-up.")
    ] = None,
    record: Annotated[
        Path | None, typer.Option(help="A run file with every table of every replication.")
    ] = None,
    target: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="Every replication's values: .csv, .xlsx, .json."),
    ] = None,
    is_json: AsJson = False,
) -> None:
    """Runs many replications, of scenarios too: figures with intervals."""
    line = read(file)
    end_s = end_of(line, until)
    warmup_s = warmup_of(warmup, end_s)
    asked = {} if alone else chosen_scenarios(line, scenario or [], sets or [])
    if asked and record is None and target is None:
        run_whatif(
            line,
            file,
            asked,
            Terms(
                n=replications,
                threads=threads,
                seed=seed,
                until=end_s,
                warmup=warmup_s,
                confidence=level_of(confidence),
                precision=None if precision is None else precision / 100,
                simultaneous=simultaneous,
            ),
            Wanted(figure or [], pareto, plot, is_json=is_json),
        )
        return
    paths = chosen(line, figure or [])
    form = None if target is None else format_of(to_write(target))
    if record is not None:
        to_write(record, "--record")
    done, code = replicate(
        line,
        replications,
        threads=threads,
        seed=seed,
        until=end_s,
        warmup=warmup_s,
        confidence=level_of(confidence),
        record=record,
        losses=False,
    )
    if done is None or done.n_done == 0:
        say("No replication was finished, so there are no figures.")
        raise typer.Exit(code)
    figures = Figures(done, warmup_s, has_losses=False)
    files = [path for path in (record, target) if path is not None and path != STDIN]
    if target is not None and form is not None:
        write([values_of(done, paths)], file, target, form, Style(), {"line": line.name})
    if is_json:
        used = line.seed if seed is None else seed
        document.printed(as_json(figures, paths, file, files, used, end_s))
    elif target != STDIN:
        print_study(console(), figures, paths, end_s)
    raise typer.Exit(code)


def values_of(done: tw.Study, paths: Sequence[str]) -> Sheet:
    """A row per replication, a column per figure."""
    units = done.line.quantities
    columns = [SheetColumn("replication", "", np.arange(done.n_done))]
    columns += [SheetColumn(path, units[path], done.values(path)) for path in paths]
    return sheet_of_columns("values", columns)


def print_study(out: Console, figures: Figures, paths: Sequence[str], end_s: float) -> None:
    """The question, the answer, and a row per figure in a unit that people read."""
    out.print(question(figures))
    out.print(Text(answer(figures, end_s), style="bold green"))
    out.print()
    level = number(100 * figures.confidence)
    table = plain_table("Figure", f"mean, {level} % interval", "sd", "least", "greatest", "unit")
    table.columns[-1].justify = "left"
    wanted = set(paths)
    for row in figures.rows:
        if row["quantity"] in wanted:
            table.add_row(*cells(row))
    out.print(table)


def cells(row: dict[str, Any]) -> list[str]:
    """One figure, all of its numbers to the digit to which its mean is known."""
    unit, size = readable_unit(row["unit"], row["mean"])
    mean, half_width = row["mean"] / size, row["half_width"] / size
    half_width = 0.0 if half_width <= NOISE * abs(mean) else half_width
    others = [row[name] / size for name in ("sd", "min", "max")]
    said = [to_digit_of(value, half_width) for value in others]
    return [row["quantity"], interval(mean, half_width), *said, unit]


def as_json(
    figures: Figures,
    paths: Sequence[str],
    file: Path,
    files: Sequence[Path],
    seed: int,
    horizon_s: float,
) -> dict[str, Any]:
    """The chosen figures in SI units."""
    wanted = set(paths)
    rows = [row for row in figures.rows if row["quantity"] in wanted]
    return document.head(
        "study",
        file,
        **about_run(figures, seed, horizon_s),
        tables={"quantities": document.rows(rows)},
        files=[str(path) for path in files],
    )
