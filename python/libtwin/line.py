"""A line: read, checked and compiled once, then constant."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from os import fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ._native import ffi, lib
from .convert import AnyPath, Duration, Reads, options, seconds, taken_text
from .errors import Problem, Problems, call, check, text
from .progress import ProgressCall
from .tables import Table, made_table, taken_table

if TYPE_CHECKING:
    from .run import Run
    from .study import Study


def load(path: AnyPath) -> Line:
    """Reads a line file, and tables relative to it. Raises Error with every mistake in it."""
    return Line(Path(path).read_bytes(), fspath(path), str(Path(path).absolute().parent))


def parse(
    description: str | bytes | Mapping[str, Any],
    *,
    file: str | None = None,
    folder: AnyPath | None = None,
) -> Line:
    """Makes a line from a JSON text or a dict.

    `file` is the name that problems print, `folder` where the names of tables start.
    """
    if isinstance(description, Mapping):
        description = json.dumps(description, ensure_ascii=False, allow_nan=False, indent=2)
    data = description.encode() if isinstance(description, str) else bytes(description)
    return Line(data, file, None if folder is None else fspath(folder))


def schema() -> dict[str, Any]:
    """The JSON Schema of the line format."""
    document: dict[str, Any] = json.loads(taken_text(lib.twin_line_schema))
    return document


def reference() -> str:
    """The reference of the line format in Markdown."""
    return taken_text(lib.twin_line_reference)


@dataclass(frozen=True)
class Load:
    """What a line asks of its stations and people before anything is simulated.

    `stations` and `people` are tables with a row each; loads are for `good_per_s` good parts a
    second. `is_relative`: the sources give what can be taken, and the highest load is 1. `takt_s`
    is the target's takt in working time, NaN without one.
    """

    stations: Table
    people: Table
    good_per_s: float
    takt_s: float
    is_relative: bool

    def __str__(self) -> str:
        tables = (self.stations, self.people) if len(self.people) else (self.stations,)
        return "\n\n".join(map(repr, tables))

    def _repr_html_(self) -> str:
        return self.stations._repr_html_() + self.people._repr_html_()


class Check:
    """What the library has to say about a line that it accepts: warnings and notes."""

    def __init__(self, problems: list[Problem], load: Load | None = None) -> None:
        self.problems = problems
        self.warnings = [problem for problem in problems if problem.severity == "warning"]
        self.load = load

    @property
    def table(self) -> Table:
        """The same as a table, a row per problem."""
        words = ("severity", "code", "file", "pointer", "message", "hint")
        columns: dict[str, Any] = {
            word: [getattr(problem, word) for problem in self.problems] for word in words
        }
        for place in ("line", "column"):
            numbers = [getattr(problem, place) for problem in self.problems]
            columns[place] = np.array(numbers, np.int32)
        return made_table("check", columns)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems)) or "no problems"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.table._repr_html_()


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
        self._source = (data, file, folder)
        c_file = None if file is None else ffi.new("char[]", file.encode())
        c_folder = None if folder is None else ffi.new("char[]", folder.encode())
        given = options("twin_line_options", file=c_file, folder=c_folder)
        pointer, problems = ffi.new("twin_line **"), Problems()
        check(lib.twin_line_parse(pointer, data, len(data), given, problems.pointer), problems)
        self._c = ffi.gc(pointer[0], lib.twin_line_unref)
        self._problems = problems.list()

    def __reduce__(self) -> tuple[type[Line], tuple[bytes, str | None, str | None]]:
        return Line, self._source

    @property
    def start(self) -> np.datetime64:
        """Time zero on the plant's clock."""
        return np.datetime64(lib.twin_line_start_s(self._c), "s")

    def names(self, kind: str) -> tuple[str, ...]:
        """The names of a kind in file order: station, machine, buffer, source, part, worker."""
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
        if "/" not in path:
            path = self._dotted.get(path, path.replace(".", "/"))
        path = path.removeprefix("/")
        handle = ffi.new("uint64_t *")
        call(lib.twin_line_quantity, self._c, path.encode(), handle)
        return int(handle[0])

    def check(self) -> Check:
        """Warnings, and the load table; mistakes have raised Error before. Runs nothing."""
        found = Problems()
        check(lib.twin_line_check(self._c, found.pointer), found)
        return Check(self._problems + found.list(), self.load())

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
        *,
        replication: int | None = None,
        seed: int | None = None,
        until: Duration | None = None,
        warmup: Duration | None = None,
        record: AnyPath | None = None,
        losses: bool = False,
        progress: ProgressCall | None = None,
    ) -> Run:
        """Makes a run and runs it to `until`, or to the file's horizon.

        `record` names a run file to write, with every table; `losses` makes `Run.losses` and
        `Run.bottleneck` known. Ctrl-C raises Interrupted, whose
        `kept` is the run as far as it came.
        """
        from .run import Run

        end_s = seconds(self.horizon_s if until is None else until)
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

    def replicate(
        self,
        n: int | None = None,
        *,
        threads: int | None = None,
        seed: int | None = None,
        first: int | None = None,
        until: Duration | None = None,
        warmup: Duration | None = None,
        confidence: float | None = None,
        record: AnyPath | None = None,
        losses: bool = False,
        progress: ProgressCall | None = None,
    ) -> Study:
        """Runs `n` replications, or as many as the file says; threads change nothing but the time.

        `losses` makes `Study.losses` and `Study.bottleneck` known.

        Ctrl-C raises Interrupted, whose `kept` is the study with the replications that are done.
        """
        from .study import Study

        study = Study(
            self,
            progress,
            record,
            n_thread=threads,
            n_replication=n,
            first_replication=first,
            seed=seed,
            warmup_s=warmup,
            horizon_s=until,
            confidence=confidence,
            has_losses=losses,
        )
        study.run()
        return study

    def restore(self, snapshot: bytes, *, progress: ProgressCall | None = None) -> Run:
        """A run of this line that goes on from a snapshot made by `Run.save`."""
        from .run import Run

        run = Run(self, progress=progress)
        run.restore(snapshot)
        return run

    def __repr__(self) -> str:
        return f"<libtwin.Line {self.name!r}: {len(self.stations)} stations>"

    def _repr_html_(self) -> str:
        def row(kind: str) -> str:
            return f"<tr><th>{kind}s</th><td>{html.escape(', '.join(self.names(kind)))}</td></tr>"

        kinds = ("source", "buffer", "station", "machine", "worker", "part")
        rows = "".join(row(kind) for kind in kinds if self.names(kind))
        name, about = html.escape(self.name), html.escape(self.about)
        return f"<table><caption><b>{name}</b> {about}</caption><tbody>{rows}</tbody></table>"
