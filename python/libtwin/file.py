"""Run files: writing one while a run goes on, and reading one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from os import fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from ._native import ffi, lib
from .convert import COLUMN_TYPES, AnyPath, Reads, options
from .errors import Error, call, check, text
from .line import Line, parse
from .tables import Column, Table

if TYPE_CHECKING:
    from .run import Run

# What `record=path` asks for, whatever the line's own "record" says.
EVERYTHING = {"states": True, "parts": True, "events": True}


class Recorder:
    """Writes a run file; it is complete once the `with` block is left, also by an exception.

    What is None goes as the line's "record" says.

    with Recorder("run.h5", line) as recorder, recorder.observing(run):
        run.until("8 h")
    """

    def __init__(
        self,
        path: AnyPath,
        line: Line,
        *,
        states: bool | None = None,
        parts: bool | None = None,
        events: bool | None = None,
        compression: int | None = None,
    ) -> None:
        given = options(
            "twin_recorder_options",
            states=states,
            parts=parts,
            events=events,
            compression=compression,
        )
        pointer = ffi.new("twin_recorder **")
        call(lib.twin_recorder_open, pointer, fspath(path).encode(), line._c, given)
        self._line = line
        self._c = pointer[0]

    @contextmanager
    def observing(self, run: Run, replication: int | None = None) -> Iterator[Run]:
        """Records a run from its present instant until the block is left."""
        number = run.replication if replication is None else replication
        check(lib.twin_recorder_attach(self._c, run._c, number))
        try:
            yield run
        finally:
            call(lib.twin_recorder_detach, self._c, run._c)

    def flush(self) -> None:
        """Writes what is buffered."""
        call(lib.twin_recorder_flush, self._c)

    def close(self) -> None:
        """Completes the file."""
        c, self._c = self._c, ffi.NULL
        call(lib.twin_recorder_close, c)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Recorded:
    """What has the tables of a recorded run."""

    def table(self, name: str) -> Table:
        """A table by name."""
        raise NotImplementedError

    @property
    def events(self) -> Table:
        """What happened, a row per event."""
        return self.table("events")

    @property
    def intervals(self) -> Table:
        """The machines' states, a row per interval: a Gantt chart."""
        return self.table("intervals")

    @property
    def visits(self) -> Table:
        """The parts' stays at each place."""
        return self.table("visits")

    @property
    def parts(self) -> Table:
        """The parts, a row each."""
        return self.table("parts")

    @property
    def signals(self) -> Table:
        """Events of machine models: a row for each state that one sets, before and after."""
        return self.table("signals")

    @property
    def shifts(self) -> Table:
        """What each shift shipped, a row each: of the calendar in the line's defaults."""
        return self.table("shifts")


class File(Recorded):
    """A run file open for reading: the tables of a recorded run, and the line that was run."""

    line_json = Reads(lib.twin_file_line_json, text, "The resolved document of the line.")
    is_complete = Reads(lib.twin_file_is_complete, bool, "False: still written, or broken off.")

    def __init__(self, path: AnyPath) -> None:
        self.path = fspath(path)
        pointer = ffi.new("twin_file **")
        call(lib.twin_file_open, pointer, self.path.encode())
        self._c = ffi.gc(pointer[0], lib.twin_file_close)

    def close(self) -> None:
        """Ends reading; columns that were read before stay."""
        ffi.release(self._c)
        self._c = ffi.NULL

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def line(self) -> Line:
        """The line that was run; tables beside it are looked for beside the run file."""
        return parse(self.line_json, file=f"{self.path}/line", folder=Path(self.path).parent)

    @cached_property
    def _start(self) -> np.datetime64 | None:
        try:
            return self.line.start
        except Error:  # a table beside the line is not where the run file is: there is no clock
            return None

    @property
    def kpi(self) -> Table:
        """The quantities of every replication."""
        return self.table("kpi")

    @property
    def solvers(self) -> Table:
        """How the machine models were solved in every replication, and what that took."""
        return self.table("solvers")

    @property
    def replications(self) -> Table:
        """The replications, a row each."""
        return self.table("replications")

    def table(self, name: str) -> Table:
        """A table by name; its columns are read when they are first asked for."""
        n_row = lib.twin_file_rows(self._c, name.encode())
        if n_row < 0:
            said = f'{self.path} has no table "{name}"; "record" in the line says what is kept'
            check(lib.TWIN_ERR_NOT_FOUND, message=said)
        return Table(name, n_row, list(self._columns(name, n_row)), self._start)

    def _columns(self, table: str, n_row: int) -> Iterator[Column]:
        name, kind, unit = ffi.new("char **"), ffi.new("int32_t *"), ffi.new("char **")
        for i in count():
            if lib.twin_file_column(self._c, table.encode(), i, name, kind, unit) != lib.TWIN_OK:
                return
            yield self._column(table, n_row, text(name[0]), int(kind[0]), text(unit[0]))

    def _column(self, table: str, n_row: int, name: str, kind: int, unit: str) -> Column:
        def read() -> NDArray[Any]:
            out = np.empty(n_row, COLUMN_TYPES[kind])
            place = (table.encode(), name.encode(), 0, n_row)
            call(lib.twin_file_read, self._c, *place, ffi.from_buffer(out))
            return out

        names = self._names(table, name) if kind == lib.TWIN_COLUMN_NAME else None
        return Column(name, read, unit, names)

    def _names(self, table: str, column: str) -> list[str]:
        place = (table.encode(), column.encode())
        pointers = (lib.twin_file_column_name(self._c, *place, i) for i in count())
        return [text(pointer) for pointer in iter(pointers.__next__, ffi.NULL)]

    def __repr__(self) -> str:
        return f"<libtwin.File {self.path!r}>"
