"""Numbers as people on the shop floor read them. The only place where units are changed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
ZERO_DEGC_K = 273.15
MOST = 1000  # of a unit; whole numbers beyond are harder to read than parts of a larger unit
NOISE = 1e-9  # a half width below this share of the mean is rounding, not chance
NOTHING = "-"


def number(value: float, digits: int = 3) -> str:
    """A number with `digits` significant digits, whole ones in full, thousands set apart."""
    if not math.isfinite(value):
        return NOTHING
    if value == round(value):
        digits = 0
    magnitude = 0 if value == 0 else math.floor(math.log10(abs(value))) + 1
    return f"{value:,.{max(0, digits - max(magnitude, 1))}f}".replace(",", "\N{NO-BREAK SPACE}")


def known(value: Any) -> Any:
    """A value for JSON, which has neither infinity nor "no number": None instead."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def known_rows(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A table's rows for JSON."""
    return [{key: known(value) for key, value in row.items()} for row in rows]


def share(value: float) -> str:
    """A fraction in percent."""
    return f"{100 * value:.1f} %" if math.isfinite(value) else NOTHING


def duration(seconds: float) -> str:
    """A duration in the unit that suits its size: "45 s", "6.20 min", "200 h", "22 d"."""
    if not math.isfinite(seconds):
        return NOTHING
    whole = [
        unit
        for unit, size in SECONDS.items()
        if size <= seconds < MOST * size and seconds % size == 0
    ]
    fitting = [unit for unit, size in SECONDS.items() if abs(seconds) >= 1.5 * size]
    unit = (whole if len(whole) > 1 else fitting or ["s"])[-1]
    return f"{number(seconds / SECONDS[unit])} {unit}"


def readable_unit(unit: str, value: float) -> tuple[str, float]:
    """The unit in which people read a figure of this size, and how much of the SI unit it is."""
    if unit == "1/s":
        return ("1/d", 1 / 86400) if 0 < abs(value) * 3600 < 1 else ("1/h", 1 / 3600)
    if unit == "s" and math.isfinite(value):
        fitting = [name for name, size in SECONDS.items() if abs(value) >= 1.5 * size]
        return (fitting or ["s"])[-1], SECONDS[(fitting or ["s"])[-1]]
    return {"J": ("kWh", 3.6e6), "W": ("kW", 1e3), "1": ("", 1.0)}.get(unit, (unit, 1.0))


def kilowatt_hours(joules: float) -> float:
    """An energy as electricity is billed."""
    return joules / 3.6e6


def kilowatts(watts: float) -> float:
    """A power as machines are labelled."""
    return watts / 1e3


def interval(mean: float, half_width: float) -> str:
    """A mean with its half width, both to the half width's second digit: "17.34 ± 0.12"."""
    if not math.isfinite(half_width) or half_width <= NOISE * abs(mean):
        return number(mean)
    return f"{to_digit_of(mean, half_width)} ± {to_digit_of(half_width, half_width)}"


def to_digit_of(value: float, half_width: float) -> str:
    """A number to the second digit of a half width; as `number` has it where there is none."""
    is_known = math.isfinite(value) and math.isfinite(half_width)
    if not is_known or half_width <= NOISE * abs(value):
        return number(value)
    decimals = max(0, 1 - math.floor(math.log10(half_width)))
    return f"{value:,.{decimals}f}".replace(",", "\N{NO-BREAK SPACE}")


def with_unit(value: float, unit: str) -> str:
    """A figure in SI as people read it: "6.20 min", "104 /h", "892 kWh"."""
    if unit == "s":
        return duration(value)
    word, size = readable_unit(unit, value)
    return f"{number(value / size)} {word.removeprefix('1')}".rstrip()


def interval_with_unit(mean: float, half_width: float, unit: str) -> str:
    """The same with its interval: "104.2 ± 1.3 /h"."""
    word, size = readable_unit(unit, mean)
    return f"{interval(mean / size, half_width / size)} {word.removeprefix('1')}".rstrip()


def plural(n: int, word: str) -> str:
    """A count with its word: "1 part", "2 parts", "3 quantities"."""
    several = f"{word[:-1]}ies" if word.endswith("ty") else f"{word}s"
    return f"{number(n)} {word if n == 1 else several}"


def spaced(duration_text: str) -> str:
    """A duration typed on a command line, "8h" or "8 h", in the form of a line file."""
    return re.sub(r"^\s*([0-9.]+)\s*([A-Za-z]+)\s*$", r"\1 \2", duration_text)
