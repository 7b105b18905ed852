"""Logs: what was done to a run, to be done again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ._native import ffi, lib
from .convert import Reads, taken_text
from .errors import call, text
from .given import expect, word
from .line import Line
from .show import clock_text, rows_html, title_html
from .words import plural

if TYPE_CHECKING:
    from .run import Run

OPERATIONS_SHOWN = 20
HIDDEN = ("op", "at_us", "status", "hash", "changed")  # of an operation's line


@dataclass(frozen=True)
class Replay:
    """How far a replay followed its log.

    `n_same` operations gave the logged state; `has_diverged`: the one behind them did not, and
    `field` is the first field of the state that is another one.
    """

    n_same: int
    has_diverged: bool
    field: str


class Log:
    """What was done to a run, with a hash of the state behind each operation.

    `str(log)` is the log as JSON lines, `Log.read` takes it back, and `replay` does it all again on
    a run that is where the log began. While a run is logged it cannot jump to another state.
    """

    n_operation = Reads(lib.twin_log_count, int, "How many operations there are.")

    def __init__(self, pointer: Any, line: Line, run: Run | None = None) -> None:
        self._c = ffi.gc(pointer, lib.twin_log_free)
        self._line = line
        self._run = run

    @staticmethod
    def read(line: Line, lines: str) -> Log:
        """A log of a run of this line, from its JSON lines."""
        expect("line", line, Line, 'tw.load("line.json") gives one')
        given, pointer = word("a log", lines).encode(), ffi.new("twin_log **")
        call(lib.twin_log_read, pointer, line._c, given, len(given))
        return Log(pointer[0], line)

    def __reduce__(self) -> tuple[Any, ...]:
        return Log.read, (self._line, str(self))

    def stop(self) -> None:
        """Ends the logging; what was noted stays."""
        lib.twin_log_stop(self._c)

    def replay(self, run: Run) -> Replay:
        """Does everything again, until the state or an answer is another than the logged one."""
        from .run import Run

        expect("run", run, Run, "line.run() gives one")
        found = ffi.new("twin_replay *", {"struct_size": ffi.sizeof("twin_replay")})
        call(lib.twin_log_replay, self._c, run._c, found)
        run._past.break_off("a log was replayed on it")
        return Replay(int(found.n_same), bool(found.has_diverged), text(found.field))

    def __str__(self) -> str:
        return taken_text(lib.twin_log_text, self._c)

    def __len__(self) -> int:
        return self.n_operation

    def __repr__(self) -> str:
        return f"<libtwin.Log of {self._line.name!r}: {plural(len(self), 'operation')}>"

    def _repr_html_(self) -> str:
        done = [json.loads(line) for line in str(self).splitlines()[1:]]
        rows = []
        for one in done[:OPERATIONS_SHOWN]:
            given = {key: value for key, value in one.items() if key not in HIDDEN}
            said = ", ".join(f"{key} {value}" for key, value in given.items())
            if "time_us" in given:
                said = clock_text(self._line.start, given["time_us"] * 1e-6)
            rows.append([clock_text(self._line.start, one["at_us"] * 1e-6), one["op"], said])
        rest = len(done) - len(rows)
        more = f"<p>and {rest:,} more</p>" if rest else ""
        title = title_html("Log", f"of {self._line.name}, {plural(len(self), 'operation')}")
        return title + rows_html(["at", "what", ""], rows, 3) + more
