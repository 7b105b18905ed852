"""The cost section of a report: what failures, maintenance, downtime, scrap and energy cost."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from libtwin.words import interval, number, share

from .figures import Figures
from .models import plain_table

COST = "line/cost"
KINDS = ("failures", "maintenance", "downtime", "scrap", "energy")
MODE = "/cost/mode/"


def has_costs(figures: Figures) -> bool:
    """True where something in the line beside energy costs money."""
    return COST in figures


def tables(figures: Figures) -> Sequence[Table]:
    """Costs by kind, by station, and by failure and maintenance."""
    found = [by_kind(figures), by_station(figures), by_mode(figures)]
    return [table for table in found if table.row_count]


def by_kind(figures: Figures) -> Table:
    """A row per kind of cost that there is, and their sum."""
    currency = figures.line.quantities[COST]
    table = plain_table("Cost", currency, "share")
    total = figures.mean(COST)
    for kind in KINDS:
        if figures.mean(f"{COST}/{kind}") > 0:
            part = figures.mean(f"{COST}/{kind}") / total
            table.add_row(kind, amount(figures, f"{COST}/{kind}"), share(part))
    if table.row_count:
        table.add_row("in all", amount(figures, COST), share(1.0))
    return table


def by_station(figures: Figures) -> Table:
    """A row per station with costs; energy is of the line only."""
    shown = [
        kind
        for kind in KINDS
        if any(figures.mean(f"stations/{s}/cost/{kind}") > 0 for s in figures.line.stations)
    ]
    table = plain_table("Cost by station", *shown, figures.line.quantities[COST])
    for name in figures.line.stations:
        path = f"stations/{name}/cost"
        if figures.mean(path) > 0:
            cells = [amount(figures, f"{path}/{kind}") for kind in shown]
            table.add_row(name, *cells, amount(figures, path))
    return table


def by_mode(figures: Figures) -> Table:
    """A row per failure and maintenance that cost something, where a station has several of one."""
    table = plain_table("Cost of stops", figures.line.quantities[COST])
    paths = [path for path in figures.line.quantities if MODE in path and figures.mean(path) > 0]
    # what the table by station says already
    cells = [f"stations/{s}/cost/{kind}" for s in figures.line.stations for kind in KINDS[:2]]
    is_known = len(paths) <= sum(figures.mean(cell) > 0 for cell in cells)
    for path in () if is_known else paths:
        station, mode = path.removeprefix("stations/").split(MODE)
        table.add_row(f"{station} {mode}", amount(figures, path))
    return table


def amount(figures: Figures, path: str, times: float = 1.0) -> str:
    """An amount of money with its interval."""
    mean, half_width = figures.mean(path), figures.half_width(path)
    return interval(mean * times, half_width * times)


def sentence(figures: Figures) -> str:
    """In all, by the hour and for each good part."""
    currency = figures.line.quantities[COST]
    said = f"Cost: {number(figures.mean(COST))} {currency}"
    if f"{COST}/rate" in figures:
        said += f"; {amount(figures, f'{COST}/rate', 3600)} {currency} an hour"
    if f"{COST}/per_good" in figures:
        said += f", {amount(figures, f'{COST}/per_good')} {currency} a good part"
    return f"{said}."
