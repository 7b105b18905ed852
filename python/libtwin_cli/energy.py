"""The energy section of a report: what was drawn, where, what it costs, and the peak."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from rich.table import Table

from libtwin.words import kilowatt_hours, kilowatts, number, share

from .figures import Figures

TARIFF = "line/energy/tariff/"


def has_energy(figures: Figures) -> bool:
    """True where something in the line draws power."""
    return "line/energy" in figures


def fill_stations(figures: Figures, table: Table) -> None:
    """A row per station that draws power."""
    total = figures.mean("line/energy")
    for name in figures.line.stations:
        drawn = figures.mean(f"stations/{name}/energy")
        if math.isfinite(drawn):
            part = drawn / total if total > 0 else math.nan
            table.add_row(name, number(kilowatt_hours(drawn)), share(part))


def fill_tariffs(figures: Figures, table: Table) -> None:
    """A row per price: energy at this price and what it costs."""
    for name in tariffs(figures):
        drawn, cost = figures.mean(TARIFF + name), figures.mean(f"{TARIFF}{name}/cost")
        table.add_row(name, number(kilowatt_hours(drawn)), money(figures, cost))


def tariffs(figures: Figures) -> list[str]:
    """The names of the prices, in file order."""
    end = "/cost"
    paths = (str(row["quantity"]) for row in figures.rows)
    return [p[len(TARIFF) : -len(end)] for p in paths if p.startswith(TARIFF) and p.endswith(end)]


def money(figures: Figures, amount: float) -> str:
    """An amount in the currency of the line."""
    return f"{number(amount)} {figures.line.quantities['line/energy/cost']}"


def sentences(figures: Figures) -> list[str]:
    """Total, for each good part, overhead, carbon, cost, and the peak."""
    total = figures.mean("line/energy")
    said = f"Energy: {number(kilowatt_hours(total))} kWh"
    if "line/energy/per_good" in figures:
        said += f", {number(kilowatt_hours(figures.mean('line/energy/per_good')))} kWh a good part"
    if total > 0:
        said += f"; {share(figures.mean('line/energy/overhead') / total)} of it without a part"
    if "line/carbon" in figures:
        said += f"; {number(figures.mean('line/carbon'))} kg CO2"
    if "line/energy/cost" in figures:
        said += f"; {money(figures, figures.mean('line/energy/cost'))}"
    return [f"{said}.", peak(figures)]


def peak(figures: Figures) -> str:
    """The largest mean power of a window of the clock; its time where there is one run."""
    said = f"Peak: {number(kilowatts(figures.mean('line/peak')))} kW"
    start_s = figures.mean("line/peak/time")
    if figures.n == 1 and math.isfinite(start_s):
        start = datetime.fromisoformat(str(figures.line.start))
        at = start + timedelta(seconds=round(start_s))
        said += f" in the window from {at:%a %Y-%m-%d %H:%M}"
    if "line/peak/cost" in figures:
        said += f"; demand charge {money(figures, figures.mean('line/peak/cost'))}"
    return f"{said}."
