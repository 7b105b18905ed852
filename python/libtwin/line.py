"""A line: read, checked and compiled once, then constant."""

from __future__ import annotations

import json
import math
import reprlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from difflib import get_close_matches
from functools import cached_property
from os import fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ._native import ffi, lib
from .checks import Check, Load
from .convert import AnyPath, Duration, Instant, Reads, options, seconds, taken_text
from .errors import Error, NotFound, Problem, Problems, call, check, text, with_sources
from .given import (
    UINT64_MAX,
    did_you_mean,
    instant_s,
    path_text,
    real,
    seconds_or_none,
    whole,
    whole_or_none,
    word,
)
from .progress import ProgressCall
from .show import clock_text, facts_html, title_html
from .tables import Table, taken_table
from .whatif import Scenarios, line_of
from .words import plural, with_unit

if TYPE_CHECKING:
    from .run import Run
    from .study import Study

KINDS = ("station", "buffer", "source", "part", "machine", "worker")
NAMES_SHOWN = 12


def load(path: AnyPath) -> Line:
    """Reads a line file, and tables relative to it. Raises Error with every mistake in it."""
    __tracebackhide__ = True
    if isinstance(path, Mapping):
        raise TypeError("tw.load reads a file; tw.parse makes a line of a dict")
    name = path_text("the line file", path)
    folder = Path(name).absolute().parent
    try:
        data = Path(name).read_bytes()
    except FileNotFoundError as error:
        near = get_close_matches(Path(name).name, (other.name for other in folder.glob("*")), n=1)
        error.add_note(f'did you mean "{Path(name).with_name(near[0])}"?' if near else "")
        raise
    return Line(data, name, str(folder))


def parse(
    description: str | bytes | Mapping[str, Any],
    *,
    file: str | None = None,
    folder: AnyPath | None = None,
) -> Line:
    """Makes a line from a JSON text or a dict.

    `file` is the name that problems print, `folder` where the names of tables start. A dict may
    also hold NumPy numbers and arrays, and durations as timedelta.
    """
    __tracebackhide__ = True
    if isinstance(description, Mapping):
        plain = _plain(description, "")
        description = json.dumps(plain, ensure_ascii=False, allow_nan=False, indent=2)
    elif not isinstance(description, (str, bytes, bytearray)):
        raise TypeError(f"a line must be a JSON text or a dict, not {reprlib.repr(description)}")
    elif isinstance(description, str) and "{" not in description and ".json" in description:
        raise ValueError(f"this is a file's name; tw.load({description!r}) reads it")
    data = description.encode() if isinstance(description, str) else bytes(description)
    name = None if file is None else word("file", file)
    return Line(data, name, None if folder is None else fspath(folder))


def _plain(value: Any, pointer: str) -> Any:
    """What a dict holds as JSON has it, with the place of what JSON has no word for."""
    __tracebackhide__ = True
    if isinstance(value, (timedelta, np.timedelta64)):
        return f"{seconds(value):.15g} s"
    if isinstance(value, (np.generic, np.ndarray)):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {key: _plain(inner, f"{pointer}/{key}") for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner, f"{pointer}/{i}") for i, inner in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{pointer}: {value} is no number that a line can hold")
    if value is None or isinstance(value, (str, int, float)):
        return value
    said = f"a line is made of texts, numbers, lists and dicts, not {reprlib.repr(value)}"
    raise TypeError(f"{pointer or '/'}: {said}")


def slashed(path: str) -> str:
    """A path in dots, "parts.17.priority", in the form that the library has."""
    path = word("a path", path)
    return (path if "/" in path else path.replace(".", "/")).removeprefix("/")


def schema() -> dict[str, Any]:
    """The JSON Schema of the line format."""
    document: dict[str, Any] = json.loads(taken_text(lib.twin_line_schema))
    return document


def reference() -> str:
    """The reference of the line format in Markdown."""
    return taken_text(lib.twin_line_reference)


class Line:
    """A production line as the library understands it. Made by `load` and `parse`."""

    name = Reads(lib.twin_line_title, text, "The line's name.")
    about = Reads(lib.twin_line_about, text, 'The question that the line answers, or "".')
    horizon_s = Reads(lib.twin_line_horizon_s, float, "How long a run is; 0: not in the file.")
    warmup_s = Reads(lib.twin_line_warmup_s, float, "From when on averages are taken.")
    replications = Reads(lib.twin_line_replications, int, "How many the file asks for.")
    seed = Reads(lib.twin_line_seed, int, "The file's seed.")
    hash = Reads(lib.twin_line_hash, int, "Equal for files that mean the same.")
    text_hash = Reads(lib.twin_line_text_hash, int, "Of the text as it was read.")
    layout_hash = Reads(lib.twin_line_layout_hash, int, "Of the layout of a run's state.")

    def __init__(self, data: bytes, file: str | None = None, folder: str | None = None) -> None:
        __tracebackhide__ = True
        if not isinstance(data, bytes):
            raise TypeError('tw.load("line.json") reads a line, tw.parse(...) makes one of a dict')
        self._source = (data, file, folder)
        self._known: dict[str, int] = {}
        c_file = None if file is None else ffi.new("char[]", file.encode())
        c_folder = None if folder is None else ffi.new("char[]", folder.encode())
        given = options("twin_line_options", file=c_file, folder=c_folder)
        pointer, problems = ffi.new("twin_line **"), Problems()
        status = lib.twin_line_parse(pointer, data, len(data), given, problems.pointer)
        self._problems = self._placed(problems.take())
        if status < 0:
            raise Error(status, text(lib.twin_status_text(status)), self._problems)
        self._c = ffi.gc(pointer[0], lib.twin_line_unref)

    def _placed(self, problems: list[Problem]) -> list[Problem]:
        """The problems with the lines of the file that they are about."""
        data, file, _ = self._source
        return with_sources(problems, file or "line", data) if problems else problems

    def __reduce__(self) -> tuple[type[Line], tuple[bytes, str | None, str | None]]:
        return Line, self._source

    def __copy__(self) -> Line:
        return self  # it never changes

    def __deepcopy__(self, _memo: dict[int, Any]) -> Line:
        return self

    @property
    def start(self) -> np.datetime64:
        """Time zero on the plant's clock."""
        return np.datetime64(lib.twin_line_start_s(self._c), "s")

    def names(self, kind: str) -> tuple[str, ...]:
        """The names of a kind in file order: station, machine, buffer, source, part, worker."""
        if kind not in KINDS:
            raise ValueError(f"no kind {kind!r}; {did_you_mean(str(kind), KINDS)}")
        number = getattr(lib, f"TWIN_{kind.upper()}")
        count = lib.twin_line_count(self._c, number)
        return tuple(text(lib.twin_line_name(self._c, number, i)) for i in range(count))

    @property
    def stations(self) -> tuple[str, ...]:
        """The stations' names in file order."""
        return self.names("station")

    @property
    def machines(self) -> tuple[str, ...]:
        """The machines' names, "cnc[1]", in file order."""
        return self._machines

    @cached_property
    def _machines(self) -> tuple[str, ...]:
        return self.names("machine")

    @property
    def buffers(self) -> tuple[str, ...]:
        """The buffers' names in file order."""
        return self.names("buffer")

    @cached_property
    def _quantities(self) -> Table:
        return taken_table(lib.twin_line_table, self._c, b"quantities")

    @cached_property
    def _dotted(self) -> dict[str, str]:
        return {path.replace("/", "."): path for path in self.quantities}

    @cached_property
    def quantities(self) -> dict[str, str]:
        """Every quantity that a run of this line has: path -> unit."""
        paths, units = self._quantities["quantity"].tolist(), self._quantities["unit"].tolist()
        return dict(zip(paths, units, strict=True))

    def quantity(self, path: str) -> int:
        """The handle of "line/throughput", also said "/line/throughput" or "line.throughput"."""
        __tracebackhide__ = True
        handle = self._known.get(path) if isinstance(path, str) else None
        return self._find(path) if handle is None else handle

    def _spelled(self, path: str) -> str:
        """A path as `quantities` has it, if it is one of them."""
        __tracebackhide__ = True
        said = word("the path of a quantity", path).removeprefix("/")
        if said in self.quantities:
            return said
        return self._dotted.get(said.replace("/", "."), slashed(said))

    def _find(self, path: str) -> int:
        """The handle of a path that was not asked for before."""
        __tracebackhide__ = True
        said = self._spelled(path)
        handle = ffi.new("uint64_t *")
        try:
            call(lib.twin_line_quantity, self._c, said.encode(), handle)
        except NotFound as error:
            like = [other for other in self.quantities if f"/{said}/" in f"/{other}/"]
            if not like or any(other.startswith(f"{said}/") for other in like):
                raise
            hint = did_you_mean(f"line/{said}", like)
            said = f'"{path}" is no quantity of this line; {hint}'
            raise NotFound(error.status, said, []) from None
        self._known[path] = int(handle[0])
        return self._known[path]

    def _handles_of(self, paths: Sequence[str]) -> list[int]:
        """The handles of several paths."""
        __tracebackhide__ = True
        if isinstance(paths, str):
            raise TypeError(f"paths are a list of texts; values([{paths!r}]) gives one")
        return [self.quantity(path) for path in paths]

    def __contains__(self, path: object) -> bool:
        if not isinstance(path, str):
            return False
        said = path.removeprefix("/")
        return said in self.quantities or said.replace("/", ".") in self._dotted

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.quantities)

    def check(self) -> Check:
        """Warnings, and the load table; mistakes have raised Error before. Runs nothing."""
        found = Problems()
        check(lib.twin_line_check(self._c, found.pointer), found)
        return Check(self._problems + self._placed(found.take()), self.load())

    def load(self) -> Load:
        """What the line asks of its stations and people, by the means in the file alone."""
        good, takt = ffi.new("double *"), ffi.new("double *")
        is_relative = ffi.new("int32_t *")
        check(lib.twin_line_load_rate(self._c, good, takt, is_relative))
        people = taken_table(lib.twin_line_table, self._c, b"people")
        return Load(self.load_table(), people, float(good[0]), float(takt[0]), bool(is_relative[0]))

    def load_table(self) -> Table:
        """A row per station: cycle, tools, stops, changeover, need, load, limit, depends."""
        return taken_table(lib.twin_line_table, self._c, b"load")

    @property
    def solvers(self) -> Table:
        """How the machine models are solved: a row per object with its solver and the reason."""
        return taken_table(lib.twin_line_table, self._c, b"solvers")

    @property
    def signals(self) -> Table:
        """What a record can hold of machine models: a row per state or output of a machine."""
        return taken_table(lib.twin_line_table, self._c, b"signals")

    def dump(self) -> dict[str, Any]:
        """The resolved document: every default filled in, and listed under "x-defaults"."""
        document: dict[str, Any] = json.loads(taken_text(lib.twin_line_dump, self._c))
        return document

    def run(
        self,
        until: Instant | None = None,
        *,
        replication: int | None = None,
        seed: int | None = None,
        warmup: Duration | None = None,
        record: AnyPath | None = None,
        losses: bool = False,
        progress: ProgressCall | bool | None = None,
    ) -> Run:
        """Makes a run and runs it to `until`, or to the file's horizon.

        `until` is a duration, or a clock time as `line.start` is one. `record` names a run file to
        write, with every table; `losses` makes `Run.losses` and `Run.bottleneck` known;
        `progress=True` shows how far it is. Ctrl-C raises Interrupted, whose `kept` is the run as
        far as it came.
        """
        __tracebackhide__ = True
        from .run import Run

        end_s = self.horizon_s if until is None else instant_s("until", until, self.start)
        if not end_s:
            raise ValueError("the line gives no horizon; say until='8 h'")
        run = Run(
            self,
            replication=replication,
            seed=seed,
            warmup=warmup,
            horizon=end_s,
            losses=losses,
            progress=progress,
        )
        if record is None:
            run.until(end_s)
        else:
            run.record_until(end_s, record)
        return run

    @property
    def scenarios(self) -> Table:
        """What the file lists: a row per scenario, of a sweep one per combination."""
        return taken_table(lib.twin_line_table, self._c, b"scenarios")

    def scenario(self, name: str | None = None, changes: Mapping[str, Any] | None = None) -> Line:
        """The line of one of its scenarios, or with other values at JSON pointers.

        `line.scenario("third-cnc")`, `line.scenario(changes={"/stations/cnc/machines": 3})`.
        """
        __tracebackhide__ = True
        return line_of(self, name, changes)

    def study(
        self,
        scenarios: Scenarios = True,
        n: int | None = None,
        *,
        figure: str | None = None,
        precision: float | None = None,
        most: int | None = None,
        simultaneous: bool = False,
        threads: int | None = None,
        seed: int | None = None,
        until: Duration | None = None,
        warmup: Duration | None = None,
        confidence: float | None = None,
        progress: ProgressCall | None = None,
    ) -> Study:
        """Runs the line and its scenarios on the same random numbers; `Study.differences`.

        scenarios: all of the file, some by name, or a dict of them by name. With a `precision`
        the `n` replications are a first stage, and as many follow as it takes (at most `most`)
        until the half width of `figure` is that share of its mean. `simultaneous` makes the
        intervals of all differences hold at once.
        """
        __tracebackhide__ = True
        from .study import Study

        study = Study(
            self,
            progress,
            scenarios=scenarios,
            figure=figure,
            n_thread=whole_or_none("threads", threads),
            n_replication=None if n is None else whole("n", n, 1),
            seed=whole_or_none("seed", seed, UINT64_MAX),
            warmup_s=seconds_or_none("warmup", warmup),
            horizon_s=seconds_or_none("until", until),
            confidence=None if confidence is None else real("confidence", confidence),
            precision=None if precision is None else real("precision", precision),
            n_most=whole_or_none("most", most),
            is_simultaneous=simultaneous,
        )
        study.run()
        return study

    def replicate(
        self,
        n: int | None = None,
        *,
        threads: int | None = None,
        seed: int | None = None,
        first: int | None = None,
        until: Instant | None = None,
        warmup: Duration | None = None,
        confidence: float | None = None,
        record: AnyPath | None = None,
        losses: bool = False,
        progress: ProgressCall | bool | None = None,
    ) -> Study:
        """Runs `n` replications, or as many as the file says; threads change nothing but the time.

        `losses` makes `Study.losses` and `Study.bottleneck` known; `progress=True` shows how far it
        is. In a pool of processes `threads=1` leaves the processors to the others.

        Ctrl-C raises Interrupted, whose `kept` is the study with the replications that are done.
        """
        from .study import Study

        study = Study(
            self,
            progress,
            record,
            n_thread=whole_or_none("threads", threads),
            n_replication=None if n is None else whole("n", n, 1),
            first_replication=whole_or_none("first", first),
            seed=whole_or_none("seed", seed, UINT64_MAX),
            warmup_s=seconds_or_none("warmup", warmup),
            horizon_s=None if until is None else instant_s("until", until, self.start),
            confidence=None if confidence is None else real("confidence", confidence),
            has_losses=losses,
        )
        study.run()
        return study

    def restore(self, snapshot: bytes, *, progress: ProgressCall | bool | None = None) -> Run:
        """A run of this line that goes on from a snapshot made by `Run.save`."""
        from .run import Run

        run = Run(self, progress=progress)
        run.restore(snapshot)
        return run

    def __repr__(self) -> str:
        return f"<libtwin.Line {self.name!r}: {plural(len(self.stations), 'station')}>"

    def _repr_html_(self) -> str:
        facts = {}
        for kind in ("source", "buffer", "station", "machine", "worker", "part"):
            names = self.names(kind)
            if names:
                shown = ", ".join(names[:NAMES_SHOWN])
                more = f", ... {len(names)} in all" if len(names) > NAMES_SHOWN else ""
                facts[f"{kind}s"] = shown + more
        horizon, warmup = with_unit(self.horizon_s, "s"), with_unit(self.warmup_s, "s")
        count = plural(self.replications, "replication")
        facts["run"] = f"{horizon} from {clock_text(self.start, 0)}, {count}"
        if self.warmup_s:
            facts["run"] += f", averages after {warmup}"
        return title_html("Line", self.name, self.about) + facts_html(facts)
