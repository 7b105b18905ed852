"""What-if on the command line: the answer first, then a row per scenario."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.text import Text

import libtwin as tw
from libtwin.words import NOTHING, duration, interval, number, plural, readable_unit, share

from . import document
from .choice import chosen
from .figures import Figures
from .given import reported
from .head import question
from .models import plain_table
from .terminal import console, say

AS_IT_IS = "as it is"
SHIFT_S = 8 * 3600.0
# Figures of which more is better; of all others less is.
MORE = ("line/throughput", "line/shipped", "line/good_per_shift", "line/oee", "line/first_pass")


@dataclass(frozen=True)
class Terms:
    """How a study is run."""

    n: int | None
    threads: int | None
    seed: int | None
    until: float
    warmup: float | None
    confidence: float | None
    precision: float | None = None
    simultaneous: bool = False


@dataclass(frozen=True)
class Wanted:
    """What is printed and drawn of it."""

    figures: list[str]
    pareto: str | None
    pictures: Path | None
    is_json: bool


Asked = Sequence[str] | Mapping[str, Mapping[str, Any]]


def whatif_of(line: tw.Line, file: Path, asked: Asked, terms: Terms) -> tw.Study:
    """The study of a line and scenarios, run; or says what is wrong and ends."""
    from .run import finished

    for name in asked:  # what is wrong with one is said before anything runs
        changes = asked[name] if isinstance(asked, Mapping) else None
        group = [str(n) for n in line.scenarios["scenario"] if f"{n}:".startswith(f"{name}:")]
        for one in [name] if changes is not None else group:
            reported(file, partial(line.scenario, one, changes))
    study, code = finished(
        line,
        lambda progress: line.study(asked, progress=progress, **vars(terms)),
    )
    if study is None or code != 0:
        say("The scenarios were not finished, so nothing is compared.")
        raise typer.Exit(code or 1)
    return study


def run_whatif(line: tw.Line, file: Path, asked: Asked, terms: Terms, wanted: Wanted) -> None:
    """Runs, prints and draws."""
    axes = axes_of(line, wanted.pareto)
    paths = chosen(line, wanted.figures) if wanted.figures else []
    study = whatif_of(line, file, asked, terms)
    front = None
    if axes is not None:
        less = [path for path in axes if not path.startswith(MORE)]
        front = study.front(*axes, less=less)
    files = [] if wanted.pictures is None else draw(study, wanted.pictures)
    if wanted.is_json:
        rows = [r for r in study.differences if not paths or r["quantity"] in paths]
        said = [str(path) for path in files]
        head = document.head(
            "study", file, replications=study.n_done, horizon_s=terms.until, front=front, files=said
        )
        document.printed(head | {"tables": {"scenarios": document.rows(rows)}})
        return
    out = console()
    for note in study.notes:
        say(note.message)
    out.print(question(Figures(study, has_losses=False)))
    out.print(Text(answer(study), style="bold green"))
    out.print(Text(terms_said(study, terms)))
    print_scenarios(out, study, front)
    if paths:
        print_figures(out, study, paths)
    if axes is not None and front is not None:
        names = ", ".join(name or AS_IT_IS for name in front)
        out.print(Text(f"\nNothing beats in both {axes[0]} and {axes[1]}: {names}."))
    if files:
        out.print(Text(f"Written: {', '.join(str(path) for path in files)}"))


def axes_of(line: tw.Line, typed: str | None) -> tuple[str, str] | None:
    """The two figures of a front."""
    if typed is None:
        return None
    paths = [path.strip() for path in typed.split(",")]
    if len(paths) != 2:
        raise typer.BadParameter("it is two figures, line/throughput,invest", param_hint="--pareto")
    for path in paths:
        if path != "invest":
            chosen(line, [path])
    return paths[0], paths[1]


def of_figure(study: tw.Study, path: str) -> dict[str, dict[str, Any]]:
    """The rows of one figure by scenario; "" is the line as it is."""
    return {r["scenario"] or "": r for r in study.differences if r["quantity"] == path}


def output_of(study: tw.Study) -> tuple[dict[str, dict[str, Any]], float, str]:
    """The rows of the output, what one unit of it is in SI, and what that is called."""
    shift = of_figure(study, "line/good_per_shift")
    if shift and all(math.isfinite(row["mean"]) for row in shift.values()):
        return shift, 1.0, "good parts a shift"
    rate = of_figure(study, "line/throughput")
    if rate[""]["mean"] * 3600 < 10:
        return rate, 1 / 86400, "good parts a day"
    return rate, 1 / 3600, "good parts an hour"


def answer(study: tw.Study) -> str:
    """What each scenario gives, in one sentence; those that give nothing come last."""
    rows, size, unit = output_of(study)
    alpha = 1 - study.confidence
    said, unseen = [], []
    ranked = sorted(study.scenarios, key=lambda name: -rows[name]["difference"])
    for name in ranked:
        row = rows[name]
        gain, half_width = row["difference"] / size, row["difference_half_width"] / size
        sign = "+" if gain > 0 else ""
        if row["p_adjusted"] < alpha:
            said.append(f"{name} gives {sign}{interval(gain, half_width)} {unit}")
        elif row["p"] < alpha:
            said.append(
                f"{name} perhaps {sign}{interval(gain, half_width)}, which among "
                f"{len(ranked)} scenarios is no proof"
            )
        else:
            unseen.append(name)
    if unseen:
        names = " and ".join(filter(None, [", ".join(unseen[:-1]), unseen[-1]]))
        verb = "gives" if len(unseen) == 1 else "give"
        said.append(f"{names} {verb} nothing that {plural(study.n_done, 'run')} could see")
    return f"{'; '.join(said)}."


def terms_said(study: tw.Study, terms: Terms) -> str:
    """How the figures came to be."""
    all_at_once = " that hold for all scenarios at once (Bonferroni)" if terms.simultaneous else ""
    return (
        f"{plural(study.n_done, 'replication')} of {duration(terms.until)} each, all on the same "
        f"random numbers; {number(100 * study.confidence)} % t intervals{all_at_once}, of the "
        "differences pair by pair; what is said to differ does so by Holm's test.\n"
    )


def print_scenarios(out: Console, study: tw.Study, front: Sequence[str] | None) -> None:
    """A row per scenario: output, what it differs by, invest and energy beside it."""
    rows, size, unit = output_of(study)
    energy = of_figure(study, "line/energy")
    has_invest = any(math.isfinite(row["invest"]) for row in rows.values())
    heads = ["Scenario", unit, "difference", "", "p", "pairing"]
    heads += ["invest"] * has_invest + ["energy, kWh", ""] * bool(energy)
    table = plain_table(*heads)
    for name, row in rows.items():
        gain, base = row["difference"], rows[""]["mean"]
        sign = "+" if gain > 0 else ""
        half_width = row["difference_half_width"] / size
        mark = " *" if front is not None and name in front else ""
        cells = [
            f"{name or AS_IT_IS}{mark}",
            interval(row["mean"] / size, row["half_width"] / size),
            f"{sign}{interval(gain / size, half_width)}" if name else "",
            f"{sign}{share(gain / base)}" if name and base else "",
            p_said(row["p_adjusted"]) if name else "",
            pairing_said(row["variance_ratio"]) if name else "",
        ]
        cells += [number(row["invest"]) if math.isfinite(row["invest"]) else ""] * has_invest
        if energy:
            used = energy[name]
            cells += [number(used["mean"] / 3.6e6)]
            more = used["difference"] / energy[""]["mean"] if name else math.nan
            cells += [f"{'+' if more > 0 else ''}{share(more)}" if name else ""]
        table.add_row(*cells)
    out.print(table)
    said = (
        "p is Holm's, over all scenarios; pairing: how many times the runs independent ones need."
    )
    out.print(Text(said, style="dim"))


def p_said(p: float) -> str:
    """A p value to two digits; very small ones as such."""
    if not math.isfinite(p):
        return NOTHING
    return "< 0.001" if p < 0.001 else f"{p:.2g}"


def pairing_said(ratio: float) -> str:
    """How many times the replications independent lines would need."""
    if not math.isfinite(ratio) or ratio <= 0:
        return NOTHING
    return f"{1 / ratio:.1f}x"


def print_figures(out: Console, study: tw.Study, paths: Sequence[str]) -> None:
    """Chosen figures in every scenario."""
    table = plain_table("Figure", "Scenario", "mean", "difference", "p", "unit", n_left=2)
    table.columns[-1].justify = "left"
    for path in paths:
        rows = of_figure(study, path)
        unit, size = readable_unit(rows[""]["unit"], rows[""]["mean"])
        for name, row in rows.items():
            gain = interval(row["difference"] / size, row["difference_half_width"] / size)
            sign = "+" if row["difference"] > 0 else ""
            table.add_row(
                path,
                name or AS_IT_IS,
                interval(row["mean"] / size, row["half_width"] / size),
                f"{sign}{gain}" if name else "",
                p_said(row["p_adjusted"]) if name else "",
                unit,
            )
    out.print()
    out.print(table)


def draw(study: tw.Study, folder: Path) -> list[Path]:
    """Pictures of the scenarios and of the check of the warm-up."""
    from .given import folder_to_write
    from .plot import save

    folder_to_write(folder, "--plot")
    files = [folder / f"{what}.png" for what in ("scenarios", "warmup")]
    for what, path in zip(("scenarios", "warmup"), files, strict=True):
        save(study.plot(what), path, 150)
    return files
