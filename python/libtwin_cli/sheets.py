"""Tables on their way into a file: columns that are asked for a batch of rows at a time, so that a
large table never stands in memory as texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

import libtwin as tw

BATCH = 20_000  # rows that are Python values at a time
PIECE = 500_000  # rows that are read at a time
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

    def batch(self, first: int, last: int, is_text: bool = False) -> list[Any]:
        """Rows first to last as Python values; None where there is no number and no instant.

        is_text: instants as texts of ISO 8601, which many of them are faster as.
        """
        values = self.values[first:last]
        if self.names is not None:
            named = (*self.names, "")
            return [named[code] for code in values.tolist()]
        if self.is_clock and is_text:
            texts: list[Any] = np.datetime_as_string(values, unit="us").tolist()
            return [None if text == "NaT" else text for text in texts]
        if self.is_clock:
            return list(values.astype("datetime64[us]").tolist())
        found: list[Any] = values.tolist()
        if values.dtype.kind == "f" and np.isnan(values).any():
            return [None if value != value else value for value in found]
        return found


Piece = Sequence[SheetColumn]


@dataclass(frozen=True)
class Sheet:
    """A table to be written; `read` gives its rows in pieces, again whenever it is called."""

    name: str
    n_row: int
    read: Callable[[], Iterator[Piece]]

    @cached_property
    def columns(self) -> Piece:
        """The columns of its first piece: names, units and types are those of all."""
        return next(self.read())

    def batches(self, is_text: bool = False) -> Iterator[list[list[Any]]]:
        """The rows, some thousands at a time, as columns of values."""
        for piece in self.read():
            n_row = len(piece[0].values) if piece else 0
            for first in range(0, n_row, BATCH):
                yield [column.batch(first, first + BATCH, is_text) for column in piece]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows one by one."""
        for columns in self.batches():
            yield from zip(*columns, strict=True)


def sheet_of_columns(name: str, columns: Piece) -> Sheet:
    """A table whose columns are at hand."""
    n_row = len(columns[0].values) if columns else 0
    return Sheet(name, n_row, lambda: iter([columns]))


def sheet_of(name: str, table: tw.Table) -> Sheet:
    """A table of the library, which a run file may give in pieces."""
    return Sheet(name, len(table), lambda: pieces_of(table))


def pieces_of(table: tw.Table) -> Iterator[Piece]:
    """The pieces of a table; the table itself where it is in memory or has no rows."""
    chunks = getattr(table, "chunks", None)
    if chunks is None or not len(table):
        yield piece_of(table)
        return
    for chunk in chunks(PIECE):
        yield piece_of(chunk)


def piece_of(table: tw.Table) -> Piece:
    """The columns of a table, with the plant's clock beside each instant where it is known."""
    columns = []
    for head in table.columns:
        column = table.column(head)
        columns.append(SheetColumn(head, column.unit, column.values, column.names))
        if head in INSTANTS and column.unit == "s":
            clock = clock_of(table, head)
            if clock is not None:
                columns.append(SheetColumn(head, CLOCK, clock))
    return columns


def clock_of(table: tw.Table, name: str) -> NDArray[Any] | None:
    """A column on the plant's clock, NaT where there is no instant; None: no clock is known."""
    is_known = np.isfinite(table[name])
    try:
        with np.errstate(invalid="ignore"):
            clock = np.array(table.clock(name))
    except ValueError:
        return None
    clock[~is_known] = np.datetime64("NaT")
    return clock
