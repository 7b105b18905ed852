"""Tables as the library hands them out: named columns with units, seen by NumPy where they lie."""

from __future__ import annotations

import ctypes
import html
import reprlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ._native import ffi, lib
from .errors import NotFound, call, check, text

if TYPE_CHECKING:
    import pandas

# Columns of the run file that hold an instant, so that a clock time belongs beside them. All other
# columns in seconds are durations.
INSTANTS = ("time", "start", "end", "created", "left", "enter", "leave", "due", "t_start", "t_end")
ROWS_SHOWN = 10
# What a column of the C library is in NumPy.
COLUMN_TYPES: dict[int, np.dtype[Any]] = {
    lib.TWIN_COLUMN_INT32: np.dtype(np.int32),
    lib.TWIN_COLUMN_INT64: np.dtype(np.int64),
    lib.TWIN_COLUMN_DOUBLE: np.dtype(np.float64),
    lib.TWIN_COLUMN_UINT64: np.dtype(np.uint64),
    lib.TWIN_COLUMN_NAME: np.dtype(np.int32),
}

_new_capsule = ctypes.pythonapi.PyCapsule_New
_new_capsule.restype = ctypes.py_object
_new_capsule.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]


def _capsule(struct: Any, kind: Any) -> Any:
    """A capsule around an Arrow struct, with the name and the destructor of its kind."""
    return _new_capsule(int(ffi.cast("uintptr_t", struct)), int(kind[0]), int(kind[1]))


class _Memory:
    """Where values lie, as NumPy asks for it; arrays keep it, and it keeps the table."""

    def __init__(self, owner: Any, values: Any, n: int, dtype: np.dtype[Any]) -> None:
        self.owner = owner
        address = int(ffi.cast("uintptr_t", values))
        self.__array_interface__ = {
            "shape": (n,),
            "typestr": dtype.str,
            "data": (address, True),  # not to be written to
            "version": 3,
        }


class Source:
    """Where a table's columns and rows come from: a table of the C library."""

    def __init__(self, head: Any) -> None:
        self.head = head  # has the columns; of rows that are read later no rows

    @property
    def rows(self) -> Any:
        """The C table with all rows."""
        return self.head

    @property
    def n_row(self) -> int:
        """How many they are."""
        return int(lib.twin_table_rows(self.head))

    def pieces(self, n: int | None) -> Iterator[Any]:
        """C tables with all rows in order, of n rows each where they are not in memory."""
        yield self.rows

    def first(self, n: int) -> Any:
        """A C table with the first n rows at least."""
        return self.rows

    def open_stream(self, stream: Any) -> None:
        """Makes an Arrow stream of the rows."""
        check(lib.twin_table_arrow(self.rows, stream))


class Column:
    """One column: `values` are the numbers, or codes into `names` (-1: none)."""

    def __init__(self, source: Source, c: Any) -> None:
        self._source, self._c = source, c
        self.name = text(c.name)
        self.unit = text(c.unit)
        self.help = text(c.help)

    def __repr__(self) -> str:
        unit = f" in {self.unit}" if self.unit not in ("", "1") else ""
        said = f": {self.help}" if self.help else ""
        return f"<libtwin.Column {self.name!r}{unit}{said}>"

    @cached_property
    def names(self) -> tuple[str, ...] | None:
        """What codes count; None of a column of numbers."""
        if self._c.type != lib.TWIN_COLUMN_NAME:
            return None
        return tuple(text(self._c.names[i]) for i in range(self._c.n_name))

    @cached_property
    def values(self) -> NDArray[Any]:
        """The numbers or codes in the table's own memory; not to be written to."""
        owner = self._source.rows
        values = lib.twin_table_values(owner, self._c.name)
        n_row = int(lib.twin_table_rows(owner))
        return np.asarray(_Memory(owner, values, n_row, COLUMN_TYPES[self._c.type]))

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
    Numbers are not copied. What reads Arrow takes a table as it is: `pyarrow.table(table)`,
    `polars.DataFrame(table)`, `duckdb.sql("from table")`.
    """

    def __init__(self, source: Any, start: np.datetime64 | None = None) -> None:
        self._source = source if isinstance(source, Source) else Source(source)
        self._start = start

    @property
    def name(self) -> str:
        """What the table is called, "kpi"."""
        return text(lib.twin_table_name(self._source.head))

    @cached_property
    def _columns(self) -> dict[str, Column]:
        columns = {}
        for i in count():
            c = ffi.new("twin_column *", {"struct_size": ffi.sizeof("twin_column")})
            if lib.twin_table_column(self._source.head, i, c) != lib.TWIN_OK:
                break
            column = Column(self._source, c)
            columns[column.name] = column
        return columns

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self._columns)

    @property
    def units(self) -> dict[str, str]:
        """The unit of every column that has one."""
        return {name: column.unit for name, column in self._columns.items() if column.unit}

    def column(self, name: str) -> Column:
        """A column with its unit, what it says, its codes and the names that they count."""
        if not isinstance(name, str):
            given = reprlib.repr(name)
            hint = "several are in table.pandas()[...], rows in list(table)"
            raise TypeError(f"a column is asked for by its name, not by {given}; {hint}")
        try:
            return self._columns[name]
        except KeyError:
            said = f"table {self.name!r} has no column {name!r}, but " + ", ".join(self.columns)
            raise NotFound(lib.TWIN_ERR_NOT_FOUND, said, []) from None

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.column(name).texts

    def __reduce__(self) -> tuple[Any, ...]:
        columns = [
            (column.name, column.unit, column.help, column.names, np.array(column.values))
            for column in self._columns.values()
        ]
        return _unpickled, (self.name, columns, self._start)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.columns)

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def __len__(self) -> int:
        return self._source.n_row

    def chunks(self, rows: int | None = None) -> Iterator[Table]:
        """The table in pieces of so many rows, if it is not in memory; else all of it."""
        return (Table(piece, self._start) for piece in self._source.pieces(rows))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The rows, each as a dict."""
        for piece in self.chunks():
            for row in zip(*(piece[name].tolist() for name in piece.columns), strict=True):
                yield dict(zip(piece.columns, row, strict=True))

    def clock(self, name: str) -> NDArray[Any]:
        """The instants of a column on the plant's clock."""
        if self._start is None:
            raise ValueError(f"table {self.name!r} belongs to no line whose start is known")
        microseconds = np.rint(self[name] * 1e6).astype("timedelta64[us]")
        return self._start + microseconds

    def pandas(self) -> pandas.DataFrame:
        """A data frame: names as Categoricals, `time_s` beside `clock`, units in the names."""
        try:
            import pandas as pd
        except ImportError as error:
            said = "pandas is not here: pip install 'libtwin[pandas]'"
            raise ImportError(said, name="pandas") from error

        data: dict[str, Any] = {}
        for name, column in self._columns.items():
            if column.names is not None:
                data[name] = pd.Categorical.from_codes(column.values, pd.Index(column.names))
                continue
            data[f"{name}_s" if column.unit == "s" else name] = column.values
            if name in INSTANTS and self._start is not None:
                data["clock" if name == "time" else f"{name}_clock"] = self.clock(name)
        return pd.DataFrame(data, copy=False)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> Any:
        """The rows as a stream of the Arrow C data interface, which shares their memory."""
        stream = lib.libtwin_new_stream()
        capsule = _capsule(stream, lib.libtwin_stream_capsule)
        self._source.open_stream(stream)
        return capsule

    def __arrow_c_schema__(self) -> Any:
        """Names and types of the columns as a schema of the Arrow C data interface."""
        stream, schema = ffi.new("struct ArrowArrayStream *"), lib.libtwin_new_schema()
        capsule = _capsule(schema, lib.libtwin_schema_capsule)
        check(lib.twin_table_arrow(self._source.head, stream))
        error = stream.get_schema(stream, schema)
        stream.release(stream)
        if error:
            raise MemoryError
        return capsule

    def _shown(self) -> list[list[str]]:
        """The first rows as texts, under the names with their units."""
        columns = Table(self._source.first(ROWS_SHOWN))._columns
        heads = [
            f"{name} [{column.unit}]" if column.unit not in ("", "1") else name
            for name, column in columns.items()
        ]
        shown = (column.texts[:ROWS_SHOWN].tolist() for column in columns.values())
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


def taken(function: Callable[..., int], *args: Any) -> Any:
    """The C table that a call hands over through the argument before its problems."""
    pointer = ffi.new("twin_table **")
    call(function, *args, pointer)
    return ffi.gc(pointer[0], lib.twin_table_unref)


def taken_table(
    function: Callable[..., int], *args: Any, start: np.datetime64 | None = None
) -> Table:
    """The same as a `Table`."""
    return Table(taken(function, *args), start)


def made_table(
    name: str,
    columns: Mapping[str, Sequence[str] | NDArray[Any]],
    units: Mapping[str, str] | None = None,
    start: np.datetime64 | None = None,
) -> Table:
    """A table of what Python has: arrays of int32, int64, uint64 or float64, and lists of texts."""
    made = []
    for column, given in columns.items():
        names, values = None, given
        if not isinstance(given, np.ndarray):
            codes = {said: code for code, said in enumerate(dict.fromkeys(given))}
            names, values = tuple(codes), np.array([codes[said] for said in given], np.int32)
        made.append((column, (units or {}).get(column, ""), "", names, values))
    return _unpickled(name, made, start)


def _unpickled(name: str, columns: Sequence[Any], start: np.datetime64 | None) -> Table:
    """A table of columns: name, unit, help, names that codes count or None, values."""
    kinds = {dtype: kind for kind, dtype in COLUMN_TYPES.items() if kind != lib.TWIN_COLUMN_NAME}
    c = ffi.new("twin_column[]", len(columns))
    kept: list[Any] = []  # until the C library has copied it
    n_row = 0
    for i, (*words, names, given) in enumerate(columns):
        values = np.ascontiguousarray(given)
        c[i].struct_size = ffi.sizeof("twin_column")
        c[i].type = kinds[values.dtype] if names is None else lib.TWIN_COLUMN_NAME
        c[i].name, c[i].unit, c[i].help = c_words = [ffi.new("char[]", w.encode()) for w in words]
        texts = [ffi.new("char[]", said.encode()) for said in names or ()]
        c[i].n_name = len(texts)
        c[i].names = c_names = ffi.new("const char *[]", texts)
        c[i].values = c_values = ffi.from_buffer(values)
        kept += [c_words, texts, c_names, c_values]
        n_row = len(values)
    pointer = ffi.new("twin_table **")
    call(lib.twin_table_make, pointer, name.encode(), c, len(columns), n_row)
    return Table(ffi.gc(pointer[0], lib.twin_table_unref), start)
