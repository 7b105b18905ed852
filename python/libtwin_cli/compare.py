"""`twin compare`: the line as it is and its variants on the same random numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from rich.text import Text

import libtwin as tw
from libtwin.words import duration, interval, number, readable_unit, share

from . import document
from .choice import chosen
from .figures import Figures
from .given import AsJson, Confidence, LineFile, Warmup, end_of, level_of, read, warmup_of
from .head import question
from .models import plain_table
from .terminal import console
from .variants import SET, Sets, chosen_scenarios
from .whatif import Terms, whatif_of

AS_IT_IS = "as it is"


@dataclass(frozen=True)
class Difference:
    """What a variant makes of a figure, in SI: its mean and what it differs from the line by."""

    variant: str
    figure: str
    unit: str
    mean: float
    half_width: float
    difference: float
    difference_half_width: float
    share: float  # of the line as it is


def compare(
    file: LineFile,
    scenario: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="One of its scenarios; else all. May be repeated."),
    ] = None,
    sets: Sets = None,
    figure: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH", help="A figure, or some; else what is shipped."),
    ] = None,
    replications: Annotated[int | None, typer.Option(min=2, help="How many runs.")] = None,
    until: Annotated[str | None, typer.Option(help='How long, "8h"; else as in the file.')] = None,
    warmup: Warmup = None,
    confidence: Confidence = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Another seed than the file's.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="At most so many at once.")] = None,
    is_json: AsJson = False,
) -> None:
    """Runs a line and its variants on the same random numbers."""
    line = read(file)
    asked = chosen_scenarios(line, scenario or [], sets or [])
    if not asked:
        raise typer.BadParameter(
            "the file has no \"scenarios\"; say what is to change, --set '/buffers/b1/capacity=20'",
            param_hint=SET,
        )
    end_s = end_of(line, until)
    paths = chosen(line, figure or ["line/throughput"])
    n = replications or max(line.replications, 10)
    terms = Terms(
        n=n,
        threads=threads,
        seed=seed,
        until=end_s,
        warmup=warmup_of(warmup, end_s),
        confidence=level_of(confidence),
    )
    study = whatif_of(line, file, asked, terms)
    found = differences(study, paths)
    if is_json:
        rows = document.rows([vars(row) for row in found])
        head = document.head("compare", file, replications=n, horizon_s=end_s)
        document.printed(head | {"tables": {"differences": rows}})
        return
    out = console()
    out.print(question(Figures(study, has_losses=False)))
    level = number(100 * study.confidence)
    out.print(
        Text(
            f"{n} replications of {duration(end_s)} each, all variants on the same random numbers; "
            f"{level} % t intervals, of the differences pair by pair.\n"
        )
    )
    out.print(table_of(found, has_figures=len(paths) > 1))


def differences(study: tw.Study, paths: Sequence[str]) -> list[Difference]:
    """Figures of the line and of each variant that has them."""
    rows = [row for row in study.differences if row["quantity"] in paths]
    before = {row["quantity"]: row["mean"] for row in rows if not row["scenario"]}
    found = []
    for path in paths:
        for row in rows:
            if row["quantity"] != path or row["n"] == 0:
                continue
            is_base, mean = not row["scenario"], before[path]
            gain = 0.0 if is_base else row["difference"]
            found.append(
                Difference(
                    row["scenario"] or AS_IT_IS,
                    path,
                    row["unit"],
                    row["mean"],
                    row["half_width"],
                    gain,
                    0.0 if is_base else row["difference_half_width"],
                    gain / mean if mean else math.nan,
                )
            )
    return found


def table_of(found: Sequence[Difference], *, has_figures: bool) -> Any:
    """A row for each variant and figure."""
    heads = (["Figure"] if has_figures else []) + ["Variant"]
    table = plain_table(*heads, "mean", "difference", "", "unit", n_left=len(heads))
    table.columns[-1].justify = "left"
    largest: dict[str, float] = {}  # a figure has one unit in all variants
    for row in found:
        largest[row.figure] = max(largest.get(row.figure, 0.0), abs(row.mean))
    for row in found:
        unit, size = readable_unit(row.unit, largest[row.figure])
        if row.figure.startswith("line/throughput"):
            unit = f"good parts {unit}"
        gain = interval(row.difference / size, row.difference_half_width / size)
        sign = "+" if row.difference > 0 else ""
        is_base = row.variant == AS_IT_IS
        cells = [
            *([row.figure] if has_figures else []),
            row.variant,
            interval(row.mean / size, row.half_width / size),
            "" if is_base else f"{sign}{gain}",
            "" if is_base or not math.isfinite(row.share) else f"{sign}{share(row.share)}",
            unit,
        ]
        table.add_row(*cells)
    return table
