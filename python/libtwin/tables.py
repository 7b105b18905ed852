"""Tables: named NumPy columns with their units, names as codes into a list."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas

# Columns of the run file that hold an instant, so that a clock time belongs beside them. All other
# columns in seconds are durations.
INSTANTS = ("time", "start", "end", "created", "left", "enter", "leave", "due", "t_start", "t_end")
ROWS_SHOWN = 10


class Column:
    """One column: `values` is read when first asked for; `names` is what codes count, or None."""

    def __init__(
        self,
        name: str,
        read: Callable[[], NDArray[Any]],
        unit: str = "",
        names: Sequence[str] | None = None,
    ) -> None:
        self.name = name
        self.unit = unit
        self.names = None if names is None else tuple(names)
        self._read = read

    @cached_property
    def values(self) -> NDArray[Any]:
        """The numbers, or the codes of names (-1: none); not to be written to."""
        values: NDArray[Any] = self._read()
        values.flags.writeable = False
        return values

    @cached_property
    def texts(self) -> NDArray[Any]:
        """The values with names spelled out, "" where there is none."""
        if self.names is None:
            return self.values
        texts: NDArray[Any] = np.array([*self.names, ""])[self.values]
        return texts


class Table:
    """Rows that belong together, column by column.

    `table["start"]` is a NumPy array, `table.units` has its unit, `table.pandas()` is a data frame.
    """

    def __init__(
        self, name: str, n_row: int, columns: Sequence[Column], start: np.datetime64 | None = None
    ) -> None:
        self.name = name
        self._n_row = n_row
        self._columns = {column.name: column for column in columns}
        self._start = start

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self._columns)

    @property
    def units(self) -> dict[str, str]:
        """The unit of every column that has one."""
        return {name: column.unit for name, column in self._columns.items() if column.unit}

    def column(self, name: str) -> Column:
        """A column with its unit, its codes and the names that they count."""
        return self._columns[name]

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._columns[name].texts

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def __len__(self) -> int:
        return self._n_row

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The rows, each as a dict."""
        for row in zip(*(self[name].tolist() for name in self.columns), strict=True):
            yield dict(zip(self.columns, row, strict=True))

    def clock(self, name: str) -> NDArray[Any]:
        """The instants of a column on the plant's clock."""
        if self._start is None:
            raise ValueError(f"table {self.name!r} belongs to no line whose start is known")
        microseconds = np.rint(self[name] * 1e6).astype("timedelta64[us]")
        return self._start + microseconds

    def pandas(self) -> pandas.DataFrame:
        """A data frame: names as Categoricals, `time_s` beside `clock`, units in the names."""
        import pandas as pd

        data: dict[str, Any] = {}
        for name, column in self._columns.items():
            if column.names is not None:
                data[name] = pd.Categorical.from_codes(column.values, pd.Index(column.names))
                continue
            data[f"{name}_s" if column.unit == "s" else name] = column.values
            if name in INSTANTS and self._start is not None:
                data["clock" if name == "time" else f"{name}_clock"] = self.clock(name)
        return pd.DataFrame(data)

    def _shown(self) -> list[list[str]]:
        """The first rows as texts, under the names with their units."""
        heads = [
            f"{name} [{column.unit}]" if column.unit not in ("", "1") else name
            for name, column in self._columns.items()
        ]
        shown = (column.texts[:ROWS_SHOWN].tolist() for column in self._columns.values())
        rows = zip(*shown, strict=True)
        return [heads] + [[f"{v:.6g}" if isinstance(v, float) else str(v) for v in r] for r in rows]

    def __repr__(self) -> str:
        cells = self._shown()
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]
        rest = [f"... {len(self)} rows"] if len(self) > ROWS_SHOWN else []
        return "\n".join(lines + rest)

    def _repr_html_(self) -> str:
        def row(cells: list[str], tag: str) -> str:
            return "<tr>" + "".join(f"<{tag}>{html.escape(c)}</{tag}>" for c in cells) + "</tr>"

        head, *rows = self._shown()
        body = "".join(row(cells, "td") for cells in rows)
        return (
            f"<table><caption>{html.escape(self.name)}, {len(self)} rows</caption>"
            f"<thead>{row(head, 'th')}</thead><tbody>{body}</tbody></table>"
        )


def text_column(name: str, texts: Sequence[str]) -> Column:
    """A column of names from their texts."""
    names = list(dict.fromkeys(texts))
    codes = {text: code for code, text in enumerate(names)}
    return Column(name, lambda: np.array([codes[t] for t in texts], np.int32), "", names)


def number_column(name: str, values: Any, unit: str = "") -> Column:
    """A column of numbers that are at hand."""
    return Column(name, lambda: np.array(values), unit)
