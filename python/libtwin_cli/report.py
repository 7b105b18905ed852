"""What `twin run` prints: the question, the answer with its interval, and where the time went."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

import libtwin as tw

from . import cost, energy
from .figures import Figures, Shares
from .models import models, plain_table
from .problems import headline
from .states import Group
from .words import duration, interval, known_rows, number, plural, share

BAR_WIDTH = 24
LOSS_WIDTH = 24
WIDE_GROUPS = 6  # more columns of states have short heads


def answer(figures: Figures) -> str:
    """One sentence with the output and its interval."""
    rate, unit = per_time(figures, "line/throughput")
    said = f"The line ships {rate} parts per {unit}"
    if math.isfinite(figures.half_width("line/throughput")):
        level = number(100 * figures.confidence)
        return f"{said} ({level} % t interval over {figures.n} replications)."
    return f"{said} in one run; one run gives no interval."


def per_time(figures: Figures, path: str) -> tuple[str, str]:
    """A rate per hour, or per day where an hour is too short, with its interval."""
    mean, half_width = figures.mean(path), figures.half_width(path)
    seconds, unit = (86400.0, "day") if 0 < mean * 3600 < 1 else (3600.0, "hour")
    return interval(mean * seconds, half_width * seconds), unit


def print_report(console: Console, figures: Figures, ran: str) -> None:
    """Everything but the files and the advice."""
    line = figures.line
    for said, style in ((line.name, "bold"), (line.about, "italic")):
        if said:
            console.print(Text(said, style=style))
    if line.name or line.about:
        console.print()
    console.print(Text(answer(figures), style="bold green"))
    console.print(Text(ran, style="dim"))
    if figures.part_rates:
        rates = [
            f"{name} {' per '.join(per_time(figures, path))}"
            for name, path in figures.part_rates.items()
        ]
        console.print(Text("By part: " + ", ".join(rates)))
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


def stations(figures: Figures, console: Console) -> Table:
    """A row per station: where its time went."""
    groups = figures.groups
    table = plain_table("Stations")
    for group in groups:
        name = group.short if len(groups) > WIDE_GROUPS else group.name
        head = Text(f"{name} ").append_text(symbol(group, console))
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for station in figures.stations:
        cells = [Text(share(station.of[g]), style="" if station.of[g] else "dim") for g in groups]
        table.add_row(station.name, *cells, bar(station, groups, console))
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


def symbol(group: Group, console: Console) -> Text:
    """One cell of a group's bar: its colour, or what stands for it."""
    if console.options.ascii_only:
        return Text(group.letter)
    if console.color_system is None or not group.glyph.strip():
        return Text(group.glyph)
    return Text("█", style=group.colour)


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
    workers = [("workers", name) for name in figures.line.names("worker")]
    things = [("resources", name) for name in figures.resources]
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
        or any(figures.mean(f"{root}/{name}/{column}") > 0 for root, name in workers + things)
    ]
    table = plain_table("People", *(column.replace("_", " ") for column in shown))
    for root, name in workers + things:
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


def print_losses(console: Console, figures: Figures) -> None:
    """What the bottleneck loses, largest first, and whether the methods agree on it."""
    found = figures.losses
    if found is None:
        return
    table = plain_table(f"Losses of {found.station}", "parts per shift")
    table.add_column("", no_wrap=True)
    longest = max(loss.per_shift for loss in found.rows)
    for loss in found.rows:
        n = round(LOSS_WIDTH * loss.per_shift / longest) if longest > 0 else 0
        bar = Text("").join([symbol(loss.group, console)] * max(n, 0))
        table.add_row(loss.said, interval(loss.per_shift, loss.half_width), bar)
    if found.n_more:
        table.add_row(f"{found.n_more} more", number(found.more_per_shift), "")
    console.print()
    console.print(table)
    console.print()
    console.print(
        Text(
            f"{found.station} could make {number(found.possible_per_shift)} parts per shift and "
            f"makes {number(found.good_per_shift)} good ones."
        )
    )
    console.print(Text(f"Bottleneck: {found.sentence}.", style="bold"))


def print_notes(console: Console, line: tw.Line, files: Sequence[Path], advice: list[str]) -> None:
    """Warnings, defaults, files, and what to try next."""
    problems = line.check().problems
    if problems:
        console.print()
        for problem in problems:
            console.print(headline(problem), soft_wrap=True)
    console.print()
    count = len(line.dump().get("x-defaults", []))
    if count:
        verb = "is a default" if count == 1 else "are defaults"
        console.print(Text(f"{plural(count, 'value')} {verb}; `twin dump` shows them."))
    for path in files:
        console.print(Text(f"Written: {path}"), soft_wrap=True)
    if advice:
        console.print()
        console.print(Text("Try next", style="bold"))
        for sentence in advice:
            folded = textwrap.fill(sentence, console.width - 3)
            console.print(Text(textwrap.indent(folded, "  ")))


def advise(figures: Figures, path: Path, files: Sequence[Path]) -> list[str]:
    """What a reader of this report may want to do next."""
    advice = []
    busiest = figures.busiest
    if len(busiest) == 1:
        advice.append(
            f"{busiest[0].name} waits least for its neighbours (busy or down "
            f"{share(busiest[0].busy)} of the time): a shorter time, fewer stops or one more "
            "machine there moves the output first."
        )
    elif busiest:
        names = ", ".join(station.name for station in busiest[:3])
        more = f" and {len(busiest) - 3} more" if len(busiest) > 3 else ""
        advice.append(
            f"{names}{more} are busy or down alike ({share(busiest[0].busy)} of the time), so none "
            "of them holds the line back alone: steadier times or larger buffers between them move "
            "the output first."
        )
    if figures.n < 2:
        advice.append(f"twin run {path} --replications 10 gives the answer an interval.")
    for file in files:
        if file.suffix == ".h5":
            advice.append(f'In Python: libtwin.open("{file}").intervals.pandas()')
    return advice


def lost(figures: Figures) -> dict[str, Any]:
    """The losses and the bottleneck for programs, every row of every station."""
    study = figures.study
    bottleneck = study.bottleneck()
    return {
        "bottleneck": {
            "station": bottleneck.station,
            "sentence": bottleneck.sentence,
            "named": bottleneck.named,
            "stations": known_rows(bottleneck.table),
        },
        "losses": known_rows(study.losses()),
    }


def as_json(figures: Figures, files: Sequence[Path], seed: int, horizon_s: float) -> str:
    """The whole result for programs: every quantity in its own unit, null where no number is."""
    line = figures.line
    document: dict[str, Any] = {
        "libtwin": tw.__version__,
        "line": line.name,
        "about": line.about,
        "line_hash": f"{line.hash:016x}",
        "math_fingerprint": f"{tw.math_fingerprint:016x}",
        "seed": seed,
        "horizon_s": horizon_s,
        "warmup_s": line.warmup_s,
        "replications": figures.n,
        "confidence": figures.confidence,
        "quantities": known_rows(figures.rows),
        **lost(figures),
        "problems": [asdict(problem) for problem in line.check().problems],
        "defaults": line.dump().get("x-defaults", []),
        "files": [str(path) for path in files],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)
