"""Tables on their way into a file: columns that are asked for a batch of rows at a time, so that a
large table never stands in memory as texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import libtwin as tw

BATCH = 20_000
# Columns in seconds that hold an instant and not a duration: the plant's clock stands beside them.
INSTANTS = ("time", "start", "end", "created", "left", "enter", "leave", "due", "t_start", "t_end")
CLOCK = "clock"


@dataclass(frozen=True)
class SheetColumn:
    """One column; `names`: what the values count (-1: nothing)."""

    name: str
    unit: str
    values: NDArray[Any]
    names: tuple[str, ...] | None = None

    @property
    def head(self) -> str:
        """Its name with its unit: "start [s]"."""
        return f"{self.name} [{self.unit}]" if self.unit not in ("", "1") else self.name

    @property
    def is_clock(self) -> bool:
        """True for instants on the plant's clock."""
        return self.values.dtype.kind == "M"

    def batch(self, first: int, last: int) -> list[Any]:
        """Rows first to last as Python values; None where there is no number and no instant."""
        values = self.values[first:last]
        if self.names is not None:
            named = (*self.names, "")
            return [named[code] for code in values.tolist()]
        if self.is_clock:
            return list(values.astype("datetime64[us]").tolist())
        found: list[Any] = values.tolist()
        if values.dtype.kind == "f" and np.isnan(values).any():
            return [None if value != value else value for value in found]
        return found


@dataclass(frozen=True)
class Sheet:
    """A table to be written."""

    name: str
    n_row: int
    columns: Sequence[SheetColumn]

    def batches(self) -> Iterator[list[list[Any]]]:
        """The rows, some thousands at a time, as columns of values."""
        for first in range(0, self.n_row, BATCH):
            yield [column.batch(first, first + BATCH) for column in self.columns]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows one by one."""
        for columns in self.batches():
            yield from zip(*columns, strict=True)


def sheet_of(name: str, table: tw.Table) -> Sheet:
    """A table of the library, with the plant's clock beside each instant where it is known."""
    columns = []
    for head in table.columns:
        column = table.column(head)
        columns.append(SheetColumn(head, column.unit, column.values, column.names))
        if head in INSTANTS and column.unit == "s" and len(table):
            clock = clock_of(table, head)
            if clock is not None:
                columns.append(SheetColumn(head, CLOCK, clock))
    return Sheet(name, len(table), columns)


def clock_of(table: tw.Table, name: str) -> NDArray[Any] | None:
    """A column on the plant's clock, NaT where there is no instant; None: no clock is known."""
    times = table[name]
    is_known = np.isfinite(times)
    try:
        if is_known.all():
            return np.asarray(table.clock(name))
        with np.errstate(invalid="ignore"):
            clock = np.array(table.clock(name))
    except ValueError:
        return None
    clock[~is_known] = np.datetime64("NaT")
    return clock
