"""Losses and bottlenecks of runs and studies: what is taken over from the library's tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ._native import ffi
from .errors import check, text
from .show import facts_html, rows_html, title_html
from .tables import Table, taken_table
from .words import share

VERDICT_BYTES = 4096
METHODS = ("utilisation", "arrow", "turning_point", "active_period")


@dataclass(frozen=True, repr=False)
class Bottleneck:
    """The station that most methods name, what each names, and whether they agree.

    `station` is "" where none is named, and `sentence` says whether they agree. `named` gives the
    station by method: "utilisation", "arrow", "turning_point", "active_period". `table` has a row
    per station with what the methods look at.
    """

    station: str
    sentence: str
    named: dict[str, str]
    table: Table

    def __str__(self) -> str:
        return self.sentence

    def __repr__(self) -> str:
        return f"<libtwin.Bottleneck {self.station!r}: {self.sentence}>"

    def _repr_html_(self) -> str:
        named = {method.replace("_", " "): name or "-" for method, name in self.named.items()}
        title = title_html("Bottleneck", self.station or "none", self.sentence)
        shares = ("utilisation", "occupied", "blocked", "starved")
        rows = [[row["station"], *(share(row[word]) for word in shares)] for row in self.table]
        return title + facts_html(named) + rows_html(["station", *shares], rows)


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
