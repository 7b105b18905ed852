"""Losses and bottlenecks of runs and studies: what is taken over from the library's tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._native import ffi, lib
from .errors import call, check, text
from .tables import Column, Table

VERDICT_BYTES = 4096
METHODS = ("utilisation", "arrow", "turning_point", "active_period")
_TYPES: dict[int, type[np.generic]] = {
    lib.TWIN_COLUMN_INT32: np.int32,
    lib.TWIN_COLUMN_DOUBLE: np.float64,
    lib.TWIN_COLUMN_NAME: np.int32,
}


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
    return _taken(function, c, "losses")


def bottleneck(function: Callable[..., int], verdict: Callable[..., int], c: Any) -> Bottleneck:
    """The bottleneck of a run or a study."""
    table = _taken(function, c, "bottleneck")
    said = ffi.new("char[]", VERDICT_BYTES)
    check(verdict(c, said, VERDICT_BYTES))
    station = table["station"]

    def named(column: str) -> str:
        return str(next(iter(station[table[column] == 1]), ""))

    names = {method: named(f"by_{method}") for method in METHODS}
    return Bottleneck(named("is_bottleneck"), text(said), names, table)


def _taken(function: Callable[..., int], c: Any, name: str) -> Table:
    """A copy of the table that a C call hands over."""
    pointer = ffi.new("twin_table **")
    call(function, c, pointer)
    table = ffi.gc(pointer[0], lib.twin_table_free)
    n_row = int(lib.twin_table_rows(table))
    head, kind, unit = ffi.new("char **"), ffi.new("int32_t *"), ffi.new("char **")
    columns: list[Column] = []
    for i in count():
        if lib.twin_table_column(table, i, head, kind, unit) != lib.TWIN_OK:
            return Table(name, n_row, columns)
        columns.append(_column(table, n_row, text(head[0]), int(kind[0]), text(unit[0])))
    raise AssertionError


def _column(table: Any, n_row: int, name: str, kind: int, unit: str) -> Column:
    values: NDArray[Any] = np.empty(n_row, _TYPES[kind])
    check(lib.twin_table_read(table, name.encode(), 0, n_row, ffi.from_buffer(values)))
    names = None
    if kind == lib.TWIN_COLUMN_NAME:
        pointers = (lib.twin_table_column_name(table, name.encode(), i) for i in count())
        names = [text(pointer) for pointer in iter(pointers.__next__, ffi.NULL)]
    return Column(name, lambda: values, unit, names)
