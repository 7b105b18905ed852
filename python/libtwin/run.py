"""A run: everything that changes. It forks, is saved, and goes on bit for bit."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from threading import RLock
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._native import ffi, lib
from .convert import AnyPath, Duration, Instant, Reads, options, taken_text
from .errors import Error, Interrupted, NotFound, Problem, Problems, call, check, text
from .file import EVERYTHING, File, Recorded, Recorder
from .given import (
    UINT64_MAX,
    callback,
    did_you_mean,
    expect,
    in_seconds,
    instant_s,
    seconds_or_none,
    whole,
    whole_or_none,
    word,
)
from .line import Line
from .log import Log
from .losses import Bottleneck, bottleneck, loss_table
from .operations import Operated
from .progress import ProgressCall, Watch
from .repeat import Past, repeated
from .show import (
    HEADLINES,
    clock_text,
    details_html,
    facts_html,
    state_paths,
    states_html,
    title_html,
)
from .tables import Table, taken_table
from .words import plural, with_unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .forecast import Forecast

Plotted = Literal["all", "gantt", "levels", "states", "signals", "losses"]
DIFFERENCE_BYTES = 512
_OK = lib.TWIN_OK
_read_value, _run_step, _run_until = lib.twin_run_value, lib.twin_run_step, lib.twin_run_until


class Event(NamedTuple):
    """One event that was run: its class of SEMANTICS 2, instant, place and machine."""

    event_class: int  #: 1 to 10
    time_s: float  #: its instant
    node: int  #: number of the place, -1: the line
    machine: str  #: "cnc[1]", "": none


class Run(Operated, Recorded):
    """One run of a line, at time zero when made. One thread at a time.

    `run["stations/cnc[1]/state/processing"]` reads a quantity, `run.kpi` is the table of all, and
    `run.events`, `.intervals`, `.visits`, `.parts`, `.shifts`, `.signals`, `.curves` and
    `run.signal(...)` are what it recorded. A run that was not recorded is run again for them, from
    its beginning and with all that was done to it, when they are first asked for.

    `replication` and `seed` decide its path; they, `warmup` and `horizon` are the line file's
    where they are not given. `losses` observes losses from time zero on. `progress` is called
    several times a second in a long call, and stops it by a true result; True shows a bar.
    """

    time_s = Reads(lib.twin_run_time_s, float, "The present instant.")
    next_time_s = Reads(lib.twin_run_next_time_s, float, "The next event's instant; inf: none.")
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
        progress: ProgressCall | bool | None = None,
    ) -> None:
        expect("line", line, Line, 'tw.load("line.json") gives one')
        callback(progress)
        self.line = line
        self._has_losses = False
        self._given: dict[str, Any] = {
            "replication": whole_or_none("replication", replication),
            "seed": whole_or_none("seed", seed, UINT64_MAX),
            "warmup": seconds_or_none("warmup", warmup),
            "horizon": seconds_or_none("horizon", horizon),
        }
        self._past = Past(self._given)
        own_warmup = self._given["warmup"]
        self._warmup_s = line.warmup_s if own_warmup is None else own_warmup
        self._watch = Watch(progress)
        self._thread = RLock()
        self._file: File | None = None
        self._again: tuple[Any, File] | None = None
        given = options(
            "twin_run_options",
            replication=self._given["replication"],
            seed=self._given["seed"],
            warmup_s=self._given["warmup"],
            horizon_s=self._given["horizon"],
            on_progress=lib.libtwin_progress,
            user=self._watch.handle,
        )
        self.replication = int(given.replication)
        pointer = ffi.new("twin_run **")
        call(lib.twin_run_new, pointer, line._c, given)
        self._c = ffi.gc(pointer[0], lib.twin_run_free, lib.twin_run_size(pointer[0]))
        # Made once, since making them costs more than the calls that they are for.
        self._problems = Problems()
        self._event = ffi.new("twin_event *", {"struct_size": ffi.sizeof("twin_event")})
        self._value = ffi.new("double *")
        self._known = line._known
        self._machines = (*line.machines, "")  # -1 is the last
        if losses:
            self.watch_losses()

    def until(self, time: Instant) -> bool:
        """Runs every event up to and including an instant; "+8 h" counts from now.

        An instant is a duration since the line's start, or a clock time. Returns True when it is
        reached, False when the progress call stopped the run before. Ctrl-C raises Interrupted. The
        run stays valid and can go on.
        """
        __tracebackhide__ = True
        if not self._thread.acquire(blocking=False):
            raise self._taken()
        try:
            if isinstance(time, str) and time.startswith("+"):
                time = self.time_s + in_seconds("what follows the +", time[1:].lstrip())
            elif type(time) is not float:
                time = instant_s("an instant", time, self.line.start)
            status = _run_until(self._c, time, self._problems.pointer)
            if status == _OK and not self._watch.is_stopped and self._watch.bar is None:
                return True
            return self._ended(status)
        finally:
            self._thread.release()

    def _taken(self) -> RuntimeError:
        said = "another thread is using this run; give each thread its own, run.fork() makes one"
        return RuntimeError(said)

    def _need_own(self) -> None:
        """Refuses what would meet another thread's call in the middle."""
        __tracebackhide__ = True
        if not self._thread.acquire(blocking=False):
            raise self._taken()
        self._thread.release()

    def _ended(self, status: int) -> bool:
        """The end of a call that was watched, was stopped, or failed."""
        __tracebackhide__ = True
        self._watch.end()
        try:
            self._watch.raise_error()
            return bool(check(status, self._problems) != lib.TWIN_CANCELLED)
        except KeyboardInterrupt:
            raise Interrupted(self) from None
        except Error as error:
            error.kept = self
            raise

    def record_until(self, time: Instant, path: AnyPath) -> bool:
        """The same while a run file with every table is written, which is then open for reading."""
        recorder = Recorder(path, self.line, **EVERYTHING)
        try:
            with recorder, recorder.observing(self):
                return self.until(time)
        finally:
            self._file = File(path)

    def step(self) -> Event | None:
        """Runs one event with all that follows from it; None when nothing is pending."""
        if not self._thread.acquire(blocking=False):
            raise self._taken()
        try:
            c = self._event
            status = _run_step(self._c, c, self._problems.pointer)
            if status == _OK:
                return Event(c.event_class, c.time_s, c.node, self._machines[c.machine])
            if status != lib.TWIN_END:
                self._ended(status)
            return None
        finally:
            self._thread.release()

    def fork(self, *, progress: ProgressCall | bool | None = None) -> Run:
        """An equal run that goes its own way from here, without this one's recorder."""
        copy = Run(self.line, **self._given, progress=progress)
        copy.copy_from(self)
        return copy

    def __copy__(self) -> Run:
        return self.fork()

    def __deepcopy__(self, _memo: dict[int, Any]) -> Run:
        return self.fork()

    def copy_from(self, other: Run) -> None:
        """Makes this run's state equal to that of another run of the same line."""
        expect("other", other, Run, "line.run() gives one")
        self._need_own()
        other._need_own()
        said = ""
        if other.line is not self.line and other.line.hash != self.line.hash:
            said = "the other run is one of another line; adopt takes its state over by name"
        elif other.line is not self.line:
            said = "the other run has a Line of its own; make both from one tw.load(...)"
        check(lib.twin_run_copy(self._c, other._c), message=said)
        self._past = other._past.copy()

    def reseed(self, salt: int, *, keeps_pending: bool = False) -> None:
        """From here on another future; one salt always gives the same one.

        What nobody in the plant can know yet is drawn anew, given how long it has lasted already:
        the repair and the work under way, the next failure, the next arrival. With `keeps_pending`
        such times stay as they were drawn.
        """
        expect("keeps_pending", keeps_pending, bool, "it is True or False")
        deed = self._deed("reseed", whole("salt", salt, 0, UINT64_MAX), keeps_pending=keeps_pending)
        options = ffi.new("twin_reseed_options *")
        lib.twin_reseed_options_init(options)
        options.keeps_pending = keeps_pending
        status = lib.twin_run_reseed(self._c, salt, options, self._problems.pointer)
        check(status, self._problems)
        self._past.add(deed)

    def forecast(self, until: Duration, **given: Any) -> Forecast:
        """Many futures of this state, on all processors; the run itself stays as it is.

        `until` is an instant, or "+8 h" from now. `n` futures (200) are read for `paths`, at the
        end or `every` so often; `levels` of the bands (5, 50, 95 %), `seed`, `threads`; `parts` and
        `failures` add their tables, `keeps_pending` is that of `reseed`.
        """
        from .forecast import Forecast

        return Forecast(self, until, **given)

    def save(self) -> bytes:
        """A snapshot, for `restore` on this run or on its line."""
        self._need_own()
        need = ffi.new("size_t *")
        lib.twin_run_save(self._c, ffi.NULL, 0, need)
        buffer = bytearray(need[0])
        check(lib.twin_run_save(self._c, ffi.from_buffer(buffer), len(buffer), need))
        return bytes(buffer)

    def restore(self, snapshot: bytes) -> None:
        """Takes the state of a snapshot of the same line; on Error the run is as it was."""
        if not isinstance(snapshot, (bytes, bytearray, memoryview)):
            raise TypeError(f"a snapshot must be bytes, as run.save() gives, not {snapshot!r}")
        self._need_own()
        call(lib.twin_run_restore, self._c, ffi.from_buffer(snapshot), len(snapshot))
        self._past.break_off("it was restored from a snapshot")

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self.line, self._given, self.save(), self._past)

    def difference(self, other: Run) -> str:
        """The first field of the state in which two runs of one line differ; "": they are equal."""
        expect("other", other, Run, "line.run() gives one")
        said = "" if other.line is self.line else "the other run has a Line of its own"
        buffer = ffi.new("char[]", DIFFERENCE_BYTES)
        status = lib.twin_run_difference(self._c, other._c, buffer, DIFFERENCE_BYTES)
        check(status, message=said)
        return text(buffer)

    def value(self, path: str) -> float:
        """A quantity over the window (warm-up end, now], in its own unit; NaN: nothing observed."""
        __tracebackhide__ = True
        handle = self._known.get(path) if type(path) is str else None
        if handle is None:
            handle = self.line.quantity(path)
        status = _read_value(self._c, handle, self._value)
        if status:
            check(status)
        value: float = self._value[0]
        return value

    __getitem__ = value

    def __contains__(self, path: object) -> bool:
        return path in self.line

    __iter__ = None  # quantities are read by their paths

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.line.quantities)

    def values(self, paths: Sequence[str]) -> NDArray[np.float64]:
        """The values of many quantities at once."""
        handles = self.line._handles_of(paths)
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
        check(lib.twin_run_losses_attach(self._c), message="the losses are observed already")
        self._has_losses = True

    def _need_losses(self) -> None:
        __tracebackhide__ = True
        if not self._has_losses:
            said = "the losses of this run are not observed; say line.run(losses=True)"
            raise Error(lib.TWIN_ERR_ARGUMENT, said, [])

    def losses(self) -> Table:
        """Every loss in good parts, by station, cause and place; needs `losses=True`."""
        self._need_losses()
        return loss_table(lib.twin_run_table, self._c)

    def bottleneck(self) -> Bottleneck:
        """The bottleneck by four methods and whether they agree; needs `losses=True`."""
        self._need_losses()
        return bottleneck(lib.twin_run_table, lib.twin_run_verdict, self._c)

    def table(self, name: str) -> Table:
        """A table of what the run recorded, by its name: see `File`."""
        file = self.recorded()
        try:
            return file.table(word("a table's name", name))
        except NotFound as error:
            if file is self._file:
                raise
            said = f'a run of {self.line.name!r} has no table "{name}"'
            raise NotFound(error.status, said, []) from None

    def signal_names(self, replication: int | None = None) -> list[str]:
        """The signals that the run recorded: "furnace[1].heat.T", of a shared model "hall.T"."""
        number = self.replication if replication is None else replication
        return self.recorded().signal_names(number)

    def signal(
        self,
        name: str,
        every: Duration | None = None,
        *,
        at: ArrayLike | None = None,
        replication: int | None = None,
    ) -> Table:
        """A signal that the run recorded, "furnace.heat.T" or by slashes; see `File.signal`."""
        number = self.replication if replication is None else replication
        name = word("a signal's name", name).removeprefix("/").replace("/", ".")
        file = self.recorded()
        try:
            return file.signal(name, every, at=at, replication=number)
        except NotFound as error:
            if not len(self.line.signals):
                said = f"{self.line.name!r} has no machine models, and so no signals"
                raise NotFound(error.status, said, []) from None
            names = file.signal_names(number)
            if not names:
                raise
            raise NotFound(error.status, f"{error}; {did_you_mean(name, names)}", []) from None

    def recorded(self) -> File:
        """What the run recorded: the run file of `record=`, or one that is made now.

        A run without a record is run again for it, from its beginning and with all that was done to
        it, beside a recorder; the file is gone when nobody reads it any more.
        """
        __tracebackhide__ = True
        if self._file is not None:
            return self._file
        place = (self.time_s, self.n_event, len(self._past.deeds), self._past.gap)
        if self._again is None or self._again[0] != place:
            self._again = (place, repeated(self))
        return self._again[1]

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
        if not isinstance(state, (str, Mapping)):
            raise TypeError(f"a state must be a dict, as run.state() gives, not {state!r}")
        given = (state if isinstance(state, str) else json.dumps(state)).encode()
        self._need_own()
        call(lib.twin_run_state_json_set, self._c, given, len(given))
        self._past.break_off("its state was set by set_state")

    def adopt(self, other: Run, rename: Mapping[str, str] | None = None) -> list[Problem]:
        """Takes the state of a run of another line, a scenario say, by name; lists what it assumed.

        rename: places that have another name in this line, old: new. On Error nothing changes.
        """
        expect("other", other, Run, "line.run() gives one")
        if rename is not None and not isinstance(rename, Mapping):
            raise TypeError('rename must be a dict, {"old name": "new name"}')
        renamed = dict(rename or {})
        old = [ffi.new("char[]", name.encode()) for name in renamed]
        new = [ffi.new("char[]", name.encode()) for name in renamed.values()]
        c_old, c_new = ffi.new("const char *[]", old), ffi.new("const char *[]", new)
        given = options(
            "twin_adopt_options", n_rename=len(renamed), old_names=c_old, new_names=c_new
        )
        self._need_own()
        other._need_own()
        problems = Problems()
        status = lib.twin_run_adopt(self._c, other._c, given, problems.pointer)
        check(status, problems)
        self._past.break_off("it took over the state of another run by adopt")
        return problems.list()

    def log(self) -> Log:
        """Begins a log of every operation on this run from now on; see `Log`."""
        pointer = ffi.new("twin_log **")
        check(lib.twin_log_new(pointer, self._c), message="this run is logged already")
        return Log(pointer[0], self.line, self)

    def plot(
        self,
        what: Plotted = "all",
        *,
        begin: Instant | None = None,
        window: Duration | None = None,
    ) -> Figure:
        """Draws what the run recorded as a matplotlib figure, which is neither shown nor saved.

        what: "gantt", "levels" of the buffers, "states" (shares), "signals", "all" of them, or
        "losses", which need `losses=True`. From `begin` on for as long as `window` says.
        """
        from . import plot

        if what == "losses":
            return plot.losses(self)
        number = self.replication
        return plot.recorded(self.recorded(), what, begin=begin, window=window, replication=number)

    def __repr__(self) -> str:
        when = f"{self.time_s:g} s, {plural(self.n_event, 'event')}"
        return f"<libtwin.Run of {self.line.name!r} at {when}>"

    def _repr_html_(self) -> str:
        line, units = self.line, self.line.quantities
        facts = {"now": f"{with_unit(self.time_s, 's')}, {clock_text(line.start, self.time_s)}"}
        facts["replication"] = f"{self.replication}, {plural(self.n_event, 'event')}"
        if self.time_s < self._warmup_s and math.isnan(self["line/shipped"]):
            facts["figures"] = (
                f"none before the end of the warm-up, {with_unit(self._warmup_s, 's')}"
            )
        for path, said in HEADLINES.items():
            if path in units and not math.isnan(self[path]):
                facts[said] = with_unit(self[path], units[path])
        paths = state_paths(line.stations, units)
        shares = dict(zip(paths, self.values(paths).tolist(), strict=True))
        every = details_html(f"all {plural(len(units), 'quantity')}", self.kpi._repr_html_())
        return (
            title_html("Run", f"of {line.name}", line.about)
            + facts_html(facts)
            + states_html(line.stations, shares)
            + every
        )


def _restored(line: Line, given: dict[str, Any], snapshot: bytes, past: Past) -> Run:
    run = Run(line, **given)
    run.restore(snapshot)
    run._past = past
    return run
