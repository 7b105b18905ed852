"""What `twin run` prints behind its first thirty lines (head.py), and as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

import libtwin as tw
from libtwin.plot.shares import Shares
from libtwin.plot.states import Group
from libtwin.words import duration, number, share

from . import cost, document, energy
from .figures import Figures
from .head import loss_rows
from .models import models, natural_width, plain_table
from .problems import headline
from .signs import symbol

BAR_WIDTH = 24
FOR_PEOPLE = ("waiting-worker", "setup-waiting", "failed-waiting", "maintenance-waiting")
WIDE_GROUPS = 6  # more columns of states have short heads


def print_details(console: Console, figures: Figures) -> None:
    """Everything that the first thirty lines do not hold; shares are of all the time."""
    tables = [stations(figures, console), buffers(figures), people(figures), by_shift(figures)]
    for table in (*tables, *models(figures)):
        if table.row_count:
            console.print()
            console.print(table)
    console.print()
    for sentence in flow(figures):
        console.print(Text(sentence))
    print_energy(console, figures)
    print_costs(console, figures)
    print_losses(console, figures)


def print_losses(console: Console, figures: Figures) -> None:
    """All that is known of what the bottleneck loses; the head has room for the largest only."""
    found = figures.losses
    if found is None:
        return
    table = loss_rows(console, found, len(found.rows))
    table.show_header = True
    table.columns[0].header, table.columns[1].header = f"Losses of {found.station}", "per shift"
    console.print()
    console.print(table)
    console.print(Text(f"Bottleneck: {found.sentence}.", style="bold"))


def print_warnings(console: Console, line: tw.Line) -> None:
    """What the library warns of."""
    problems = line.check().problems
    if problems:
        console.print()
    for problem in problems:
        console.print(headline(problem), soft_wrap=True)


def stations(figures: Figures, console: Console) -> Table:
    """A row per station: where its time went; in a narrow window without bars and signs."""
    ways = ((True, False), (False, False), (False, True))
    for has_bar, is_terse in ways:
        table = station_rows(figures, console, has_bar, is_terse)
        if natural_width(console, table) <= console.width:
            break
    return table


def station_rows(figures: Figures, console: Console, has_bar: bool, is_terse: bool) -> Table:
    """The table in one of its widths."""
    groups = figures.groups
    table = plain_table("Stations, %" if is_terse else "Stations")
    table.padding = (0, 1 if is_terse else 2, 0, 0)
    for group in groups:
        name = group.short if len(groups) > WIDE_GROUPS else group.name
        head = Text(name).append(" ").append_text(symbol(group, console)) if has_bar else name
        table.add_column(head, justify="right", no_wrap=True)
    if has_bar:
        table.add_column("", no_wrap=True)
    for station in figures.stations:
        values = [station.of[group] for group in groups]
        said = [share(value).removesuffix(" %" if is_terse else "") for value in values]
        pale = ["" if value else "dim" for value in values]
        cells = [Text(text, style=style) for text, style in zip(said, pale, strict=True)]
        bars = [bar(station, groups, console)] if has_bar else []
        table.add_row(station.name, *cells, *bars)
    return table


def bar(station: Shares, groups: Sequence[Group], console: Console) -> Text:
    """The shares as one stacked bar; a cell goes to the group that holds its middle."""
    ends, total = [], 0.0
    for group in groups:
        total += station.of[group]
        ends.append((total, group))
    text = Text()
    if not math.isfinite(total):
        return text
    width = BAR_WIDTH if len(groups) <= WIDE_GROUPS else BAR_WIDTH // 2
    for i in range(width):
        middle = (i + 0.5) / width
        group = next((g for end, g in ends if middle < end), ends[-1][1])
        text.append_text(symbol(group, console))
    return text


def buffers(figures: Figures) -> Table:
    """A row per buffer: how full it was."""
    table = plain_table("Buffers", "mean level", "highest", "full", "empty", "mean stay")
    for name in figures.line.buffers:
        path = f"buffers/{name}/level"
        if f"{path}/mean" in figures:
            table.add_row(
                name,
                number(figures.mean(f"{path}/mean")),
                number(figures.mean(f"{path}/max")),
                share(figures.mean(f"{path}/full")),
                share(figures.mean(f"{path}/empty")),
                duration(figures.mean(f"buffers/{name}/stay/mean")),
            )
    return table


def people(figures: Figures) -> Table:
    """A row per pool of workers and per resource that somebody waited for."""
    columns = {
        "utilisation": share,
        "walking": share,
        "overtime": duration,
        "waited_for": duration,
    }
    shown = [
        column
        for column in columns
        if column == "utilisation"
        or any(figures.mean(f"{root}/{name}/{column}") > 0 for root, name in figures.people)
    ]
    table = plain_table("People", *(column.replace("_", " ") for column in shown))
    for root, name in figures.people:
        values = [figures.mean(f"{root}/{name}/{column}") for column in shown]
        cells = [
            columns[c](v) if math.isfinite(v) else "" for c, v in zip(shown, values, strict=True)
        ]
        table.add_row(name, *cells)
    return table


def by_shift(figures: Figures) -> Table:
    """A row per shift of the plant's calendar: what it ships."""
    table = plain_table("Shifts", "good parts", "spread", "scrapped", "shifts")
    for name in figures.shifts:
        path = f"line/shift/{name}"
        table.add_row(
            name,
            number(figures.mean(f"{path}/good/mean")),
            number(figures.mean(f"{path}/good/sd")),
            number(figures.mean(f"{path}/scrapped")),
            number(figures.mean(f"{path}/count")),
        )
    return table


def flow(figures: Figures) -> list[str]:
    """Lead time, parts in the line, how well they agree, and what was lost."""

    def said(path: str) -> str:
        return duration(figures.mean(f"line/lead_time/{path}"))

    sentences = []
    if "line/lead_time/mean" in figures:
        sentences.append(
            f"Lead time: {said('mean')} on average; half of the parts take at most {said('q50')}, "
            f"90 % {said('q90')}, 95 % {said('q95')}."
        )
    if "line/wip/mean" in figures:
        mean, highest = (number(figures.mean(f"line/wip/{word}")) for word in ("mean", "max"))
        sentences.append(f"Parts in the line: {mean} on average, {highest} at most.")
    if "line/little/discrepancy" in figures:
        discrepancy = abs(figures.mean("line/little/discrepancy"))
        sentences.append(
            "Check by Little's law: parts in the line and output times lead time differ by "
            f"{share(discrepancy)}."
        )
    for word in ("scrapped", "lost"):
        if figures.mean(f"line/{word}") > 0:
            sentences.append(f"Parts {word}: {number(figures.mean(f'line/{word}'))} a run.")
    return sentences


def print_energy(console: Console, figures: Figures) -> None:
    """Energy by station and by price, and in all."""
    if not energy.has_energy(figures):
        return
    by_station = plain_table("Energy", "kWh", "share")
    by_price = plain_table("Prices", "kWh", "cost")
    energy.fill_stations(figures, by_station)
    energy.fill_tariffs(figures, by_price)
    for table in (by_station, by_price):
        if table.row_count:
            console.print()
            console.print(table)
    console.print()
    for sentence in energy.sentences(figures):
        console.print(Text(sentence))


def print_costs(console: Console, figures: Figures) -> None:
    """What stops, scrap and energy cost."""
    if not cost.has_costs(figures):
        return
    for table in cost.tables(figures):
        console.print()
        console.print(table)
    console.print()
    console.print(Text(cost.sentence(figures)))


def advise(
    figures: Figures, path: Path, files: Sequence[Path], *, is_whole: bool = True
) -> list[str]:
    """What a reader of this report may want to do next; no more runs where one was stopped."""
    advice = [largest_loss(figures) or busiest(figures)]
    if figures.n < 2 and is_whole:
        advice.append(f"twin run {path} --replications 10 gives the answer an interval.")
    if figures.line.dump().get("scenarios"):
        advice.append(f"twin compare {path} runs the scenarios of the file.")
    for file in files:
        if file.suffix == ".h5":
            advice.append(f"twin export {file} -o {file.stem}.xlsx")
    return [sentence for sentence in advice if sentence]


def largest_loss(figures: Figures) -> str:
    """What the bottleneck loses most by, and what half of it is worth; "": it loses nothing."""
    found = figures.losses
    if found is None or not found.rows[0].per_shift > 0:
        return ""
    loss = found.rows[0]
    if loss.kind == "idle":
        return f"{found.station} mostly has no work: nothing more is ordered or released."
    said = (
        f"{found.station} loses most by: {loss.said}. Half of it is up to "
        f"{number(loss.per_shift / 2)} good parts per shift"
    )
    pools = {name: figures.mean(f"{root}/{name}/utilisation") for root, name in figures.people}
    if loss.kind in FOR_PEOPLE and pools:
        most = max(pools, key=lambda name: pools[name])
        said += f"; {most} is {share(pools[most])} busy"
    return f"{said}."


def busiest(figures: Figures) -> str:
    """The stations that wait least for their neighbours."""
    found = figures.busiest
    if len(found) == 1:
        return (
            f"{found[0].name} waits least ({share(found[0].planned.busy)} busy or down): a shorter "
            "time or one more machine."
        )
    if not found:
        return ""
    names = ", ".join(station.name for station in found[:3])
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return (
        f"{names}{more} are alike ({share(found[0].planned.busy)} busy or down): steadier times or "
        "larger buffers."
    )


def as_json(
    figures: Figures, file: Path, files: Sequence[Path], seed: int, horizon_s: float
) -> dict[str, Any]:
    """The whole result for programs: every quantity in its own unit, null where no number is."""
    line, bottleneck = figures.line, figures.study.bottleneck()
    return document.head(
        "run",
        file,
        **about_run(figures, seed, horizon_s),
        bottleneck={
            "station": bottleneck.station,
            "sentence": bottleneck.sentence,
            "named": bottleneck.named,
        },
        tables={
            "quantities": document.rows(figures.rows),
            "losses": document.table(figures.study.losses()),
            "bottleneck": document.table(bottleneck.table),
            "load": document.table(line.load_table()),
        },
        problems=document.problems(line.check().problems),
        defaults=line.dump().get("x-defaults", []),
        files=[str(path) for path in files],
    )


def about_run(figures: Figures, seed: int, horizon_s: float) -> dict[str, Any]:
    """What was run, so that it can be run again."""
    line = figures.line
    return {
        "line": line.name,
        "about": line.about,
        "line_hash": f"{line.hash:016x}",
        "math_fingerprint": f"{tw.math_fingerprint:016x}",
        "seed": seed,
        "horizon_s": horizon_s,
        "warmup_s": figures.warmup_s,
        "replications": figures.n,
        "confidence": figures.confidence,
    }
