"""Losses and bottlenecks of runs and studies: what is taken over from the library's tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ._native import ffi
from .errors import check, text
from .tables import Table, taken_table

VERDICT_BYTES = 4096
METHODS = ("utilisation", "arrow", "turning_point", "active_period")


@dataclass(frozen=True)
class Bottleneck:
    """The station that most methods name, what each names, and whether they agree.

    `named` gives the station by method, "" where it names none: "utilisation", "arrow",
    "turning_point", "active_period". `table` has a row per station with what the methods look at.
    """

    station: str
    sentence: str
    named: dict[str, str]
    table: Table

    def __str__(self) -> str:
        return self.sentence


def loss_table(function: Callable[..., int], c: Any) -> Table:
    """The losses of a run or a study."""
    return taken_table(function, c, b"losses")


def bottleneck(function: Callable[..., int], verdict: Callable[..., int], c: Any) -> Bottleneck:
    """The bottleneck of a run or a study."""
    table = taken_table(function, c, b"bottleneck")
    said = ffi.new("char[]", VERDICT_BYTES)
    check(verdict(c, said, VERDICT_BYTES))
    station = table["station"]

    def named(column: str) -> str:
        return str(next(iter(station[table[column] == 1]), ""))

    names = {method: named(f"by_{method}") for method in METHODS}
    return Bottleneck(named("is_bottleneck"), text(said), names, table)
