"""A run: everything that changes. It forks, is saved, and goes on bit for bit."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._native import ffi, lib
from .convert import AnyPath, Duration, Reads, options, seconds
from .errors import Error, Interrupted, Problems, call, check, text
from .file import EVERYTHING, File, Recorded, Recorder
from .line import Line
from .losses import Bottleneck, bottleneck, loss_table
from .progress import ProgressCall, Watch
from .tables import Table, number_column, text_column

DIFFERENCE_BYTES = 512


@dataclass(frozen=True)
class Event:
    """One event that was run: its class of SEMANTICS 2, instant, place and machine (-1: none)."""

    event_class: int
    time_s: float
    node: int
    machine: int


class Run(Recorded):
    """One run of a line, at time zero when made. One thread at a time.

    `run["stations/cnc[1]/state/processing"]` reads a quantity, `run.kpi` is the table of all;
    `run.events`, `.intervals`, `.visits` and `.parts` are there when it was recorded.
    """

    time_s = Reads(lib.twin_run_time, float, "The present instant.")
    next_time_s = Reads(lib.twin_run_next_time, float, "The next event's instant; inf: none.")
    n_event = Reads(lib.twin_run_event_count, int, "How many events have been run.")
    hash = Reads(lib.twin_run_hash, int, "Of the state that decides the future.")
    full_hash = Reads(lib.twin_run_full_hash, int, "Of that state and of every statistic.")

    def __init__(
        self,
        line: Line,
        *,
        replication: int | None = None,
        seed: int | None = None,
        warmup: Duration | None = None,
        horizon: Duration | None = None,
        losses: bool = False,
        progress: ProgressCall | None = None,
    ) -> None:
        self.line = line
        self._given: dict[str, Any] = {"replication": replication, "seed": seed}
        self._given |= {"warmup": warmup, "horizon": horizon}
        self._watch = Watch(progress)
        self._file: File | None = None
        given = options(
            "twin_run_options",
            replication=replication,
            seed=seed,
            warmup_s=warmup,
            horizon_s=horizon,
            on_progress=lib.libtwin_progress,
            user=self._watch.handle,
        )
        self.replication = int(given.replication)
        pointer = ffi.new("twin_run **")
        call(lib.twin_run_new, pointer, line._c, given)
        self._c = ffi.gc(pointer[0], lib.twin_run_free, lib.twin_run_size(pointer[0]))
        if losses:
            self.watch_losses()

    def until(self, time: Duration) -> bool:
        """Runs every event up to and including an instant; "+8 h" counts from now.

        Returns True when the instant is reached, False when the progress call stopped the run
        before. Ctrl-C raises Interrupted. The run stays valid and can go on.
        """
        if isinstance(time, str) and time.startswith("+"):
            time = self.time_s + seconds(time[1:])
        problems = Problems()
        status = lib.twin_run_until(self._c, seconds(time), problems.pointer)
        try:
            self._watch.raise_error()
            return bool(check(status, problems) != lib.TWIN_CANCELLED)
        except KeyboardInterrupt:
            raise Interrupted(self) from None
        except Error as error:
            error.kept = self
            raise

    def record_until(self, time: Duration, path: AnyPath) -> bool:
        """The same while a run file with every table is written, which is then open for reading."""
        recorder = Recorder(path, self.line, **EVERYTHING)
        try:
            with recorder, recorder.observing(self):
                return self.until(time)
        finally:
            self._file = File(path)

    def step(self) -> Event | None:
        """Runs one event with all that follows from it; None when nothing is pending."""
        c = ffi.new("twin_event *", {"struct_size": ffi.sizeof("twin_event")})
        if call(lib.twin_run_step, self._c, c) == lib.TWIN_END:
            return None
        return Event(c.event_class, c.time_s, c.node, c.machine)

    def fork(self, *, progress: ProgressCall | None = None) -> Run:
        """An equal run that goes its own way from here, without this one's recorder."""
        copy = Run(self.line, **self._given, progress=progress)
        copy.copy_from(self)
        return copy

    def copy_from(self, other: Run) -> None:
        """Makes this run's state equal to that of another run of the same line."""
        check(lib.twin_run_copy(self._c, other._c))

    def reseed(self, salt: int) -> None:
        """From here on another future."""
        lib.twin_run_reseed(self._c, salt)

    def save(self) -> bytes:
        """A snapshot, for `restore` on this run or on its line."""
        need = ffi.new("size_t *")
        lib.twin_run_save(self._c, ffi.NULL, 0, need)
        buffer = bytearray(need[0])
        check(lib.twin_run_save(self._c, ffi.from_buffer(buffer), len(buffer), need))
        return bytes(buffer)

    def restore(self, snapshot: bytes) -> None:
        """Takes the state of a snapshot of the same line; on Error the run is as it was."""
        call(lib.twin_run_restore, self._c, ffi.from_buffer(snapshot), len(snapshot))

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self.line, self._given, self.save())

    def difference(self, other: Run) -> str:
        """The first field of the state in which two runs of one line differ; "": they are equal."""
        buffer = ffi.new("char[]", DIFFERENCE_BYTES)
        check(lib.twin_run_difference(self._c, other._c, buffer, DIFFERENCE_BYTES))
        return text(buffer)

    def value(self, path: str) -> float:
        """A quantity over the window (warm-up end, now], in its own unit; NaN: nothing observed."""
        value = ffi.new("double *")
        check(lib.twin_run_value(self._c, self.line.quantity(path), value))
        return float(value[0])

    __getitem__ = value

    def values(self, paths: Sequence[str]) -> NDArray[np.float64]:
        """The values of many quantities at once."""
        return self._fill([self.line.quantity(path) for path in paths])

    def _fill(self, handles: Sequence[int]) -> NDArray[np.float64]:
        out = np.empty(len(handles))
        c_out, c_handles = ffi.from_buffer("double[]", out), ffi.new("uint64_t[]", handles)
        check(lib.twin_run_fill(self._c, c_handles, c_out, len(handles)))
        return out

    @property
    def kpi(self) -> Table:
        """Every quantity with its unit and its value now."""
        units = self.line.quantities
        columns = [
            text_column("quantity", list(units)),
            text_column("unit", list(units.values())),
            number_column("value", self._fill(list(self.line._handles.values()))),
        ]
        return Table("kpi", len(units), columns)

    def watch_losses(self) -> None:
        """Observes the losses from the present instant on; `Run(line, losses=True)` from zero."""
        check(lib.twin_run_attach_losses(self._c))

    def losses(self) -> Table:
        """Every loss in good parts, by station, cause and place; needs `losses=True`."""
        return loss_table(lib.twin_run_losses, self._c)

    def bottleneck(self) -> Bottleneck:
        """The bottleneck by four methods and whether they agree; needs `losses=True`."""
        return bottleneck(lib.twin_run_bottleneck, lib.twin_run_verdict, self._c)

    def table(self, name: str) -> Table:
        """A table of the run file that `line.run(record=...)` wrote."""
        if self._file is None:
            raise ValueError("this run was not recorded; say line.run(record='run.h5')")
        return self._file.table(name)

    def _machine(self, name: str) -> int:
        i = ffi.new("int32_t *")
        status = lib.twin_line_find(self.line._c, lib.TWIN_MACHINE, name.encode(), i)
        check(status, message=f'no machine is called "{name}"; one is "{self.line.machines[0]}"')
        return int(i[0])

    def state(self, machine: str) -> str:
        """The state that a machine, "cnc[1]", is in now."""
        state = lib.twin_run_machine_state(self._c, self._machine(machine))
        return text(lib.twin_state_name(state))

    def machine_down(self, machine: str) -> None:
        """Takes a machine down until `machine_up`."""
        call(lib.twin_run_machine_down, self._c, self._machine(machine))

    def machine_up(self, machine: str) -> None:
        """Brings a machine up that was taken down."""
        call(lib.twin_run_machine_up, self._c, self._machine(machine))

    def __repr__(self) -> str:
        return f"<libtwin.Run of {self.line.name!r} at {self.time_s:g} s, {self.n_event} events>"

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(repr(self))}</p>{self.kpi._repr_html_()}"


def _restored(line: Line, given: dict[str, Any], snapshot: bytes) -> Run:
    run = Run(line, **given)
    run.restore(snapshot)
    return run
