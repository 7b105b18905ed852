"""Problems as the library lists them, the exceptions that carry them, and the call that raises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ._native import ffi, lib

_SEVERITIES = {lib.TWIN_ERROR: "error", lib.TWIN_WARNING: "warning", lib.TWIN_NOTE: "note"}
_TEXTS = ("code", "file", "pointer", "message", "got", "wanted", "hint")


def text(pointer: Any) -> str:
    """A C text as str; "" for NULL."""
    return "" if pointer == ffi.NULL else str(ffi.string(pointer), "utf-8", "replace")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, with its place. `str(problem)` prints as a compiler does."""

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

    def __str__(self) -> str:
        return self.text


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


class NotFound(Error, KeyError):
    """A name or a path that the line does not have; the message names the nearest one."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a long call. `kept` is the run or study, valid as far as it came."""

    def __init__(self, kept: Any = None) -> None:
        super().__init__("interrupted; what was done is kept")
        self.kept = kept


class Problems:
    """A list of problems for a C call: pass `pointer`, then ask."""

    def __init__(self) -> None:
        self.pointer = ffi.gc(lib.twin_problems_new(), lib.twin_problems_free)

    def list(self) -> list[Problem]:
        """Every problem in the order in which it was found."""
        return [self._get(i) for i in range(lib.twin_problems_count(self.pointer, -1))]

    def _get(self, i: int) -> Problem:
        c = ffi.new("twin_problem *", {"struct_size": ffi.sizeof("twin_problem")})
        check(lib.twin_problems_get(self.pointer, i, c))
        texts = {name: text(getattr(c, name)) for name in _TEXTS}
        printed = text(lib.twin_problems_text(self.pointer, i))
        severity = _SEVERITIES[c.severity]
        return Problem(severity, c.status, c.line, c.column, **texts, text=printed)


def check(status: int, problems: Problems | None = None, message: str = "") -> int:
    """Raises Error for a negative status and returns any other."""
    if status < 0:
        kind = NotFound if status == lib.TWIN_ERR_NOT_FOUND else Error
        details = [] if problems is None else problems.list()
        raise kind(status, message or text(lib.twin_status_text(status)), details)
    return status


def call(function: Callable[..., int], *args: Any) -> int:
    """Makes a C call whose last argument is a list of problems, and raises what it lists."""
    problems = Problems()
    return check(function(*args, problems.pointer), problems)
