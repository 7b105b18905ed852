"""`twin compare`: the line as it is and its variants on the same random numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.text import Text

import libtwin as tw
from libtwin.words import duration, interval, number, readable_unit, share

from . import document
from .figures import Figures
from .given import AsJson, Confidence, LineFile, Warmup, end_of, level_of, warmup_of
from .head import question
from .models import plain_table
from .run import replicate
from .study import chosen
from .terminal import console, say
from .variants import Sets, changed, document_of, names_of, scenario_of, typed

AS_IT_IS = "as it is"
SET = "--set"


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
    text = document_of(file)
    base = changed(file, text, {})
    lines = variants(file, text, scenario or [], sets or [])
    end_s = end_of(base, until)
    paths = chosen(base, figure or ["line/throughput"])
    n = replications or max(base.replications, 10)
    studies: dict[str, tw.Study] = {}
    for name, line in {AS_IT_IS: base, **lines}.items():
        study, code = replicate(
            line,
            n,
            threads=threads,
            seed=seed,
            until=end_s,
            warmup=warmup_of(warmup, end_s),
            confidence=level_of(confidence),
            losses=False,
        )
        if study is None or code != 0:
            say(f'"{name}" was not finished, so nothing is compared.')
            raise typer.Exit(code)
        studies[name] = study
    found = [row for path in paths for row in differences(studies, path)]
    if is_json:
        rows = document.rows([vars(row) for row in found])
        head = document.head("compare", file, replications=n, horizon_s=end_s)
        document.printed(head | {"tables": {"differences": rows}})
        return
    out = console()
    out.print(question(Figures(studies[AS_IT_IS], has_losses=False)))
    level = number(100 * studies[AS_IT_IS].confidence)
    out.print(
        Text(
            f"{n} replications of {duration(end_s)} each, all variants on the same random numbers; "
            f"{level} % t intervals, of the differences pair by pair.\n"
        )
    )
    out.print(table_of(found, has_figures=len(paths) > 1))


def variants(
    file: Path, text: dict[str, Any], scenarios: Sequence[str], sets: Sequence[str]
) -> dict[str, tw.Line]:
    """The lines to compare with: the scenarios that are asked for, and all values typed, as one."""
    names = scenarios or ([] if sets else names_of(text))
    found = {name: changed(file, text, dict(scenario_of(text, name))) for name in names}
    if sets:
        said = ", ".join(one.strip().lstrip("/") for one in sets)
        found[said] = changed(file, text, dict(typed(one) for one in sets))
    if not found:
        raise typer.BadParameter(
            "the file has no \"scenarios\"; say what is to change, --set '/buffers/b1/capacity=20'",
            param_hint=SET,
        )
    return found


def differences(studies: dict[str, tw.Study], path: str) -> list[Difference]:
    """A figure of the line and of each variant that has it."""
    base = studies[AS_IT_IS]
    factor = t_factor(base)
    before = base.values(path)
    unit = base.line.quantities[path]
    found = []
    for name, study in studies.items():
        if path not in study.line.quantities:
            continue
        gain = study.values(path) - before
        n, mean = len(gain), float(np.mean(before))
        estimate = study[path]
        found.append(
            Difference(
                name,
                path,
                unit,
                estimate.mean,
                estimate.half_width,
                float(np.mean(gain)),
                factor * float(np.std(gain, ddof=1)) / math.sqrt(n),
                float(np.mean(gain)) / mean if mean else math.nan,
            )
        )
    return found


def t_factor(study: tw.Study) -> float:
    """Student's factor of the study's intervals, read off one of them; 0: nothing is random."""
    for row in study.table:
        if row["sd"] > 1e-9 * abs(row["mean"]) and math.isfinite(row["half_width"]):
            return float(row["half_width"]) * math.sqrt(study.n_done) / float(row["sd"])
    return 0.0


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
