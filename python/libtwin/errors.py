"""Problems as the library lists them, the exceptions that carry them, and the call that raises."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ._native import ffi, lib

_SEVERITIES = {lib.TWIN_ERROR: "error", lib.TWIN_WARNING: "warning", lib.TWIN_NOTE: "note"}
_TEXTS = ("code", "file", "pointer", "message", "got", "wanted", "hint")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[\w.+-]+|.')  # what a caret points at, in a line file
_WIDTH = 88  # of a source line; more of it is cut off


def text(pointer: Any) -> str:
    """A C text as str; "" for NULL."""
    return "" if pointer == ffi.NULL else str(ffi.string(pointer), "utf-8", "replace")


def excerpt(source: str, line: int, column: int) -> str:
    """A source line around a column, both counted from 1, with a caret under what is meant."""
    at = max(column - 1, 0)
    token = _TOKEN.match(source, at)
    length = len(token.group()) if token else 1
    begin = 0 if at + length <= _WIDTH else max(0, at - _WIDTH // 3)
    shown = source[begin : begin + _WIDTH].replace("\t", " ").rstrip()
    mark = "^" + "~" * (min(length, _WIDTH - (at - begin)) - 1)
    gutter = f"{line:5} | "
    return f"{gutter}{shown}\n{'| ':>{len(gutter)}}{' ' * (at - begin)}{mark}"


@dataclass(frozen=True, repr=False)
class Problem:
    """One thing that is wrong, with its place. `str(problem)` prints as a compiler does.

    `line` and `column` count from 1, 0: no place is known; `pointer` is a JSON Pointer into the
    document; `source` is the line of the file, "" where it is not known; `text` is the one line
    that the library prints.
    """

    severity: str
    status: int
    line: int
    column: int
    code: str
    file: str
    pointer: str
    message: str
    got: str
    wanted: str
    hint: str
    text: str
    source: str = ""

    def __repr__(self) -> str:
        return f"<libtwin.Problem {self.text}>"

    def __str__(self) -> str:
        if not self.source:
            return self.text
        return f"{self.text}\n{excerpt(self.source, self.line, self.column)}"


class Error(Exception):
    """What the library refused or could not finish.

    `problems` lists the details, `status` is the number of the C interface, and `kept` is the run
    or study that stopped, as far as it came.
    """

    kept: Any = None

    def __init__(self, status: int, message: str, problems: list[Problem]) -> None:
        super().__init__(status, message, problems)
        self.status = status
        self.message = message
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems)) or self.message

    def __repr__(self) -> str:
        n = len(self.problems)
        more = f", {n} problem{'s' if n > 1 else ''}" if n else ""
        return f"libtwin.{type(self).__name__}({self.message!r}{more})"

    def __reduce__(self) -> tuple[Any, ...]:
        # What is kept stays in its process: it may be large, and a study cannot be pickled.
        return type(self), (self.status, self.message, self.problems)

    def _repr_html_(self) -> str:
        from .show import problems_html

        return problems_html(self.problems, self.message)


class NotFound(Error, KeyError):
    """A name or a path that the line does not have; the message names the nearest one."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a long call. `kept` is the run or study, valid as far as it came."""

    def __init__(self, kept: Any = None) -> None:
        where = f" by this exception, in a notebook as sys.last_value.kept: {kept!r}"
        super().__init__(f"interrupted; what was done is kept{where if kept is not None else ''}")
        self.kept = kept

    def __reduce__(self) -> tuple[Any, ...]:
        return Interrupted, ()


class Problems:
    """A list of problems for a C call: pass `pointer`, then ask."""

    def __init__(self) -> None:
        self.pointer = ffi.gc(lib.twin_problems_new(), lib.twin_problems_free)

    def take(self) -> list[Problem]:
        """Every problem in the order in which it was found; the list is then empty."""
        found = self.list()
        lib.twin_problems_clear(self.pointer)
        return found

    def list(self) -> list[Problem]:
        """The same, and the list stays as it is."""
        return [self._get(i) for i in range(lib.twin_problems_count(self.pointer, -1))]

    def _get(self, i: int) -> Problem:
        c = ffi.new("twin_problem *", {"struct_size": ffi.sizeof("twin_problem")})
        check(lib.twin_problems_get(self.pointer, i, c))
        texts = {name: text(getattr(c, name)) for name in _TEXTS}
        printed = text(lib.twin_problems_text(self.pointer, i))
        severity = _SEVERITIES[c.severity]
        return Problem(severity, c.status, c.line, c.column, **texts, text=printed)


def with_sources(problems: list[Problem], file: str, data: bytes) -> list[Problem]:
    """The problems, each in a file of this name with the line of it that it is about."""
    lines = data.decode("utf-8", "replace").split("\n")

    def source(problem: Problem) -> str:
        is_there = problem.file == file and 1 <= problem.line <= len(lines)
        return lines[problem.line - 1].rstrip() if is_there else ""

    return [replace(problem, source=source(problem)) for problem in problems]


def check(status: int, problems: Problems | None = None, message: str = "") -> int:
    """Raises Error for a negative status and returns any other."""
    if status < 0:
        __tracebackhide__ = True
        kind = NotFound if status == lib.TWIN_ERR_NOT_FOUND else Error
        details = [] if problems is None else problems.take()
        raise kind(status, message or status_text(status), details)
    return status


def status_text(status: int) -> str:
    """A status of the C library, that of a replication in a run file say, as a sentence."""
    return text(lib.twin_status_text(status))


def call(function: Callable[..., int], *args: Any) -> int:
    """Makes a C call whose last argument is a list of problems, and raises what it lists."""
    __tracebackhide__ = True
    problems = Problems()
    return check(function(*args, problems.pointer), problems)
