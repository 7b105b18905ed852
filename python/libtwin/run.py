"""A run: everything that changes. It forks, is saved, and goes on bit for bit."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._native import ffi, lib
from .convert import AnyPath, Duration, Reads, options, seconds, taken_text
from .errors import Error, Interrupted, Problem, Problems, call, check, text
from .file import EVERYTHING, File, Recorded, Recorder
from .line import Line
from .losses import Bottleneck, bottleneck, loss_table
from .progress import ProgressCall, Watch
from .tables import Table, taken_table

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
        """From here on another future; what was drawn before, a repair time say, stays."""
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
        handles = [self.line.quantity(path) for path in paths]
        out = np.empty(len(handles))
        c_out, c_handles = ffi.from_buffer("double[]", out), ffi.new("uint64_t[]", handles)
        check(lib.twin_run_fill(self._c, c_handles, c_out, len(handles)))
        return out

    @property
    def kpi(self) -> Table:
        """Every quantity with its unit and its value now."""
        return taken_table(lib.twin_run_table, self._c, b"kpi")

    @property
    def solvers(self) -> Table:
        """How the machine models are solved, and the steps and evaluations that it has taken."""
        return taken_table(lib.twin_run_table, self._c, b"solvers")

    def watch_losses(self) -> None:
        """Observes the losses from the present instant on; `Run(line, losses=True)` from zero."""
        check(lib.twin_run_attach_losses(self._c))

    def losses(self) -> Table:
        """Every loss in good parts, by station, cause and place; needs `losses=True`."""
        return loss_table(lib.twin_run_table, self._c)

    def bottleneck(self) -> Bottleneck:
        """The bottleneck by four methods and whether they agree; needs `losses=True`."""
        return bottleneck(lib.twin_run_table, lib.twin_run_verdict, self._c)

    def table(self, name: str) -> Table:
        """A table of the run file that `line.run(record=...)` wrote."""
        return self._recorded().table(name)

    def signal_names(self, replication: int | None = None) -> list[str]:
        """The signals in the run file that `line.run(record=...)` wrote."""
        number = self.replication if replication is None else replication
        return self._recorded().signal_names(number)

    def signal(
        self,
        name: str,
        every: Duration | None = None,
        *,
        at: ArrayLike | None = None,
        replication: int | None = None,
    ) -> Table:
        """A signal of the run file that `line.run(record=...)` wrote; see `File.signal`."""
        number = self.replication if replication is None else replication
        return self._recorded().signal(name, every, at=at, replication=number)

    def _recorded(self) -> File:
        if self._file is None:
            raise ValueError("this run was not recorded; say line.run(record='run.h5')")
        return self._file

    def _machine(self, name: str) -> int:
        i = ffi.new("int32_t *")
        status = lib.twin_line_find(self.line._c, lib.TWIN_MACHINE, name.encode(), i)
        check(status, message=f'no machine is called "{name}"; one is "{self.line.machines[0]}"')
        return int(i[0])

    @overload
    def state(self) -> dict[str, Any]: ...

    @overload
    def state(self, machine: str) -> str: ...

    def state(self, machine: str | None = None) -> str | dict[str, Any]:
        """The state that a machine, "cnc[1]", is in now; without one the whole state by name.

        The whole state is what `set_state` takes: sections of records ("machine", "buffer", ...),
        pending events, parts by id; times are whole microseconds.
        """
        if machine is None:
            whole: dict[str, Any] = json.loads(taken_text(lib.twin_run_state_json, self._c))
            return whole
        state = lib.twin_run_machine_state(self._c, self._machine(machine))
        return text(lib.twin_state_name(state))

    def set_state(self, state: Mapping[str, Any] | str) -> None:
        """Takes a state over, a dict as `state()` gives or its JSON text; on Error nothing changes.

        What it says replaces what the run has, what it leaves out stays.
        """
        given = (state if isinstance(state, str) else json.dumps(state)).encode()
        call(lib.twin_run_set_state_json, self._c, given, len(given))

    def adopt(self, other: Run, rename: Mapping[str, str] | None = None) -> list[Problem]:
        """Takes the state of a run of another line, a scenario say, by name; lists what it assumed.

        rename: places that have another name in this line, old: new. On Error nothing changes.
        """
        renamed = dict(rename or {})
        old = [ffi.new("char[]", name.encode()) for name in renamed]
        new = [ffi.new("char[]", name.encode()) for name in renamed.values()]
        c_old, c_new = ffi.new("const char *[]", old), ffi.new("const char *[]", new)
        given = options(
            "twin_adopt_options", n_rename=len(renamed), old_names=c_old, new_names=c_new
        )
        problems = Problems()
        status = lib.twin_run_adopt(self._c, other._c, given, problems.pointer)
        check(status, problems)
        return problems.list()

    def machine_down(self, machine: str) -> None:
        """Takes a machine down until `machine_up`."""
        call(lib.twin_run_machine_down, self._c, self._machine(machine))

    def machine_up(self, machine: str) -> None:
        """Brings a machine up that was taken down."""
        call(lib.twin_run_machine_up, self._c, self._machine(machine))

    def order_add(
        self,
        place: str,
        part: str,
        quantity: int = 1,
        *,
        due: Duration | None = None,
        priority: int = 0,
    ) -> None:
        """Adds parts now: to a source that releases by itself, or to a buffer with room for all."""
        order = ffi.new("twin_order *")
        lib.twin_order_init(order)
        c_place, c_part = ffi.new("char[]", place.encode()), ffi.new("char[]", part.encode())
        order.place, order.part, order.quantity, order.priority = (
            c_place,
            c_part,
            quantity,
            priority,
        )
        if due is not None:
            order.due_s = seconds(due)
        call(lib.twin_run_order_add, self._c, order)

    def part_move(self, part: int, to: str) -> None:
        """Moves a part, by its id, from the queue it is in to another one with room."""
        call(lib.twin_run_part_move, self._c, part, to.encode())

    def value_set(self, path: str, value: Duration) -> None:
        """Sets "parts/17/priority", "parts/17/due" or "failures/cnc[1]/jam/left".

        Instants and times are durations, as everywhere; `math.inf` is no due date.
        """
        call(lib.twin_run_value_set, self._c, path.encode(), seconds(value))

    def request_maintenance(self, maintenance: str) -> None:
        """Makes a maintenance due, "cnc[1]/tool-change"; it begins when the line file says."""
        call(lib.twin_run_maintenance_request, self._c, maintenance.encode())

    def log(self) -> Log:
        """Begins a log of every operation on this run from now on; see `Log`."""
        pointer = ffi.new("twin_log **")
        check(lib.twin_log_new(pointer, self._c))
        return Log(pointer[0], self)

    def __repr__(self) -> str:
        return f"<libtwin.Run of {self.line.name!r} at {self.time_s:g} s, {self.n_event} events>"

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(repr(self))}</p>{self.kpi._repr_html_()}"


@dataclass(frozen=True)
class Replay:
    """How far a replay followed its log: operations with the same state, and where they part."""

    n_same: int
    has_diverged: bool
    field: str


class Log:
    """What was done to a run, with a hash of the state behind each operation.

    `str(log)` is the log as JSON lines, `Log.read` takes it back, and `replay` does it all again on
    a run that is where the log began. While a run is logged it cannot jump to another state.
    """

    n_operation = Reads(lib.twin_log_count, int, "How many operations there are.")

    def __init__(self, pointer: Any, run: Run | None = None) -> None:
        self._c = ffi.gc(pointer, lib.twin_log_free)
        self._run = run

    @staticmethod
    def read(line: Line, lines: str) -> Log:
        """A log of a run of this line, from its JSON lines."""
        given, pointer = lines.encode(), ffi.new("twin_log **")
        call(lib.twin_log_read, pointer, line._c, given, len(given))
        return Log(pointer[0])

    def stop(self) -> None:
        """Ends the logging; what was noted stays."""
        lib.twin_log_stop(self._c)

    def replay(self, run: Run) -> Replay:
        """Does everything again, until the state or an answer is another than the logged one."""
        found = ffi.new("twin_replay *", {"struct_size": ffi.sizeof("twin_replay")})
        call(lib.twin_log_replay, self._c, run._c, found)
        return Replay(int(found.n_same), bool(found.has_diverged), text(found.field))

    def __str__(self) -> str:
        return taken_text(lib.twin_log_text, self._c)

    def __len__(self) -> int:
        return self.n_operation


def _restored(line: Line, given: dict[str, Any], snapshot: bytes) -> Run:
    run = Run(line, **given)
    run.restore(snapshot)
    return run
