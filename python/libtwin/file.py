"""Run files: writing one while a run goes on, and reading one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._native import ffi, lib
from .convert import AnyPath, Duration, Instant, Reads, options, seconds
from .errors import Error, call, text
from .given import expect, instants_s, path_text
from .line import Line, parse
from .recover import ended_of, info_of, rows_of
from .show import facts_html, rows_html, title_html
from .tables import Source, Table, made_table, taken, taken_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .run import Run

ROWS_EACH = 65536  # of a piece where nobody says
TABLES = ("intervals", "events", "visits", "parts", "shifts", "signals", "curves", "solvers", "kpi")
CURVE_POINT = ("time", "value", "error")  # as twin_curve_point has them
# What `record=path` asks for, whatever the line's own "record" says.
EVERYTHING = {"states": True, "parts": True, "events": True, "signals": True}


class Recorder:
    """Writes a run file; it is complete once the `with` block is left, also by an exception.

    What is None goes as the line's "record" says; `signals=True` records all states of machine
    models, as knots where the line does not say how. Rows reach the file after `flush`, 0.5 s
    (0: only when asked and at the end), and then survive the process; with `sync` a power cut, too.
    An example::

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
        signals: bool | None = None,
        compression: int | None = None,
        flush: Duration | None = None,
        sync: bool | None = None,
    ) -> None:
        expect("line", line, Line, 'tw.load("line.json") gives one')
        given = options(
            "twin_recorder_options",
            states=states,
            parts=parts,
            events=events,
            signals=signals,
            compression=compression,
            flush_s=None if flush is None else seconds(flush),
            has_sync=sync,
        )
        name = path_text("the run file", path)
        pointer = ffi.new("twin_recorder **")
        call(lib.twin_recorder_open, pointer, name.encode(), line._c, given)
        self._line, self._path = line, name
        self._c = pointer[0]

    @contextmanager
    def observing(self, run: Run, replication: int | None = None) -> Iterator[Run]:
        """Records a run from its present instant until the block is left."""
        if not hasattr(run, "replication"):
            raise TypeError(f"a recorder observes a Run, not {run!r}")
        number = run.replication if replication is None else replication
        call(lib.twin_recorder_attach, self._c, run._c, number)
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

    def __repr__(self) -> str:
        return f"<libtwin.Recorder {self._path!r}{', closed' if self._c == ffi.NULL else ''}>"

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
    def curves(self) -> Table:
        """Samples and knots of all signals that were recorded; `signal` gives one of them."""
        return self.table("curves")

    @property
    def shifts(self) -> Table:
        """What each shift shipped, a row each: of the calendar in the line's defaults."""
        return self.table("shifts")


def multiples(times_s: NDArray[np.float64], period_s: float) -> NDArray[np.float64]:
    """The whole multiples of a period from the first of the instants to the last."""
    if not period_s > 0:
        raise ValueError("a period is above 0 s")
    first, last = np.ceil(times_s[0] / period_s), np.floor(times_s[-1] / period_s)
    return np.arange(first, last + 1) * period_s


class Stored(Source):
    """The rows that a table of a run file has now; they are read when they are asked for."""

    def __init__(self, file: File, name: str) -> None:
        self._file = file
        self._name = name.encode()
        self._n_row = int(lib.twin_file_rows(file._open(), self._name))
        super().__init__(self._piece(0, 0))

    def _piece(self, first: int, n: int) -> Any:
        return taken(lib.twin_file_table, self._file._open(), self._name, first, n)

    @cached_property
    def rows(self) -> Any:
        """The C table with all rows."""
        return self._piece(0, self._n_row)

    @property
    def n_row(self) -> int:
        """How many they are."""
        return self._n_row

    @property
    def _is_read(self) -> bool:
        return "rows" in self.__dict__

    def pieces(self, n: int | None) -> Iterator[Any]:
        """C tables with all rows in order, read one after the other unless all are there."""
        if self._is_read:
            yield self.rows
            return
        each = n or ROWS_EACH
        for first in range(0, self._n_row, each):
            yield self._piece(first, min(each, self._n_row - first))

    def first(self, n: int) -> Any:
        """A C table with the first n rows at least."""
        return self.rows if self._is_read else self._piece(0, min(n, self._n_row))

    def open_stream(self, stream: Any) -> None:
        """Makes an Arrow stream of the rows, which reads them unless they are there."""
        if self._is_read:
            super().open_stream(stream)
        else:
            call(lib.twin_file_arrow, self._file._open(), self._name, self._n_row, 0, stream)


class File(Recorded):
    """A run file open for reading: the tables of a recorded run, and the line that was run."""

    line_json = Reads(lib.twin_file_line_json, text, "The resolved document of the line.")
    is_complete = Reads(lib.twin_file_is_complete, bool, "False: still written, or killed.")
    ended = Reads(ended_of, str, 'How its runs ended: "horizon", "early", "cancelled", "error".')
    info = Reads(info_of, dict, "What the file says of itself: hashes, versions, seed, created.")

    def __init__(self, path: AnyPath) -> None:
        self.path = path_text("the run file", path)
        pointer = ffi.new("twin_file **")
        call(lib.twin_file_open, pointer, self.path.encode())
        self._c = ffi.gc(pointer[0], lib.twin_file_close)

    def close(self) -> None:
        """Ends reading; tables that were read before stay, and Arrow streams go on."""
        if self._c != ffi.NULL:
            ffi.release(self._c)
        self._c = ffi.NULL

    def _open(self) -> Any:
        """The file of the C library, which is not closed."""
        if self._c == ffi.NULL:
            raise ValueError(f"{self.path} is closed")
        return self._c

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
    def losses(self) -> Table:
        """Every loss in good parts of each replication, where losses were observed."""
        return self.table("losses")

    @property
    def replications(self) -> Table:
        """The replications, a row each."""
        return self.table("replications")

    @property
    def recorded_signals(self) -> Table:
        """The signals that were recorded, a row for each in every replication."""
        return taken_table(lib.twin_file_signals, self._open())

    def signal_names(self, replication: int = 0) -> list[str]:
        """The signals that were recorded: "furnace[1].heat.T", of a shared model "hall.T"."""
        table = self.recorded_signals
        names: list[str] = table["signal"][table["replication"] == replication].tolist()
        return names

    def signal(
        self,
        name: str,
        every: Duration | None = None,
        *,
        at: ArrayLike | None = None,
        replication: int = 0,
    ) -> Table:
        """A signal that was recorded, as it was recorded, or rebuilt from that.

        `every`: at whole multiples of a period, "30 s"; `at`: at these instants, in s, as clock
        times or as durations. Values are in SI, NaN where the record has none; `error` is how far
        the solver's curve is away at most, NaN where that is not known: of samples and between
        them.
        """
        place = (replication, name.encode())
        rows = taken_table(lib.twin_file_signal, self._open(), *place, start=self._start)
        if every is None and at is None:
            return rows
        if every is not None:
            times = multiples(rows["time"], seconds(every))
        else:
            times = instants_s("at", at, self._start)  # type: ignore[arg-type]  # one is given
        points = np.zeros((times.size, len(CURVE_POINT)))
        points[:, 0] = times.ravel()
        c_points = ffi.from_buffer("twin_curve_point[]", points)
        call(lib.twin_file_curve, self._open(), *place, c_points, len(points))
        units = ("s", rows.units["value"], rows.units["value"])
        columns = dict(zip(CURVE_POINT, points.T, strict=True))
        return made_table(name, columns, dict(zip(CURVE_POINT, units, strict=True)), self._start)

    def table(self, name: str) -> Table:
        """A table by name, with the rows that are there now; they are read when first asked for."""
        # "time" of a loss is a duration: it stands on no clock
        return Table(Stored(self, name), None if name == "losses" else self._start)

    def rows_of(self, table: str, replication: int) -> range:
        """The rows of a table that belong to one replication, found without reading the others."""
        return rows_of(self._open(), table, replication)

    def plot(
        self,
        what: Literal["all", "gantt", "levels", "states", "signals"] = "all",
        *,
        begin: Instant | None = None,
        window: Duration | None = None,
        replication: int | None = None,
    ) -> Figure:
        """Draws one replication as a matplotlib figure; see `Run.plot`. A file has no losses."""
        from . import plot

        self._open()
        return plot.recorded(self, what, begin=begin, window=window, replication=replication)

    def __reduce__(self) -> tuple[Any, ...]:
        return File, (self.path,)

    def __repr__(self) -> str:
        state = "closed" if self._c == ffi.NULL else "whole" if self.is_complete else "not complete"
        return f"<libtwin.File {self.path!r}, {state}>"

    def _repr_html_(self) -> str:
        if self._c == ffi.NULL:
            return title_html("File", self.path, "closed")
        name = str(json.loads(self.line_json).get("name", ""))
        counts = {table: int(lib.twin_file_rows(self._c, table.encode())) for table in TABLES}
        rows = [[table, f"{n:,}"] for table, n in counts.items() if n >= 0]
        title = title_html("File", self.path, "" if self.is_complete else "not complete")
        return title + facts_html({"line": name}) + rows_html(["table", "rows"], rows)
