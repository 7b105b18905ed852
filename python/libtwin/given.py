"""What a caller gives, checked before it goes to C: a wrong type is said in the caller's words."""

from __future__ import annotations

import math
import operator
import reprlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from numbers import Real
from os import PathLike, fspath
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .convert import Duration, Instant
from .convert import seconds as read_seconds

UINT32_MAX = 2**32 - 1
UINT64_MAX = 2**64 - 1


def whole(what: str, value: Any, least: int = 0, most: int = UINT32_MAX) -> int:
    """A whole number within its bounds."""
    __tracebackhide__ = True
    try:
        n = operator.index(value)
    except TypeError:
        raise TypeError(f"{what} must be a whole number, not {reprlib.repr(value)}") from None
    if not least <= n <= most:
        raise ValueError(f"{what} must be a whole number from {least} to {most:,}, not {n:,}")
    return n


def whole_or_none(what: str, value: Any, most: int = UINT32_MAX) -> int | None:
    """The same where None stands for what the line file says."""
    return None if value is None else whole(what, value, 0, most)


def word(what: str, value: Any) -> str:
    """A text."""
    __tracebackhide__ = True
    if not isinstance(value, str):
        raise TypeError(f"{what} must be a text, not {reprlib.repr(value)}")
    return value


def seconds(duration: Duration) -> float:
    """A duration in seconds from seconds, a text such as "8 h", or a timedelta."""
    __tracebackhide__ = True
    return in_seconds("a duration", duration)


def in_seconds(what: str, duration: Duration) -> float:
    """The same; `what` is what an exception calls it."""
    __tracebackhide__ = True
    kinds = (str, Real, timedelta, np.timedelta64)
    if isinstance(duration, bool) or not isinstance(duration, kinds):
        hint = "; instants count from line.start" if isinstance(duration, date) else ""
        given = reprlib.repr(duration)
        raise TypeError(
            f'{what} must be seconds, a text such as "8 h" or a timedelta, not {given}{hint}'
        )
    read = read_seconds(duration)
    if math.isnan(read):
        raise ValueError(f"{what} must be seconds, not NaN")
    return read


def instant_s(what: str, instant: Instant, start: np.datetime64 | None) -> float:
    """An instant in seconds from the line's start; a clock time counts from there."""
    __tracebackhide__ = True
    if not isinstance(instant, (datetime, np.datetime64)) or start is None:
        return in_seconds(what, instant)  # type: ignore[arg-type]  # which says so
    if isinstance(instant, datetime) and instant.tzinfo is not None:
        said = f"{what} must be local time of the plant without a zone, not {instant.isoformat()}"
        raise ValueError(said)
    return in_seconds(what, np.datetime64(instant) - start)


def instants_s(what: str, instants: ArrayLike, start: np.datetime64 | None) -> NDArray[np.float64]:
    """Several of them, also an array or index of clock times or of durations."""
    __tracebackhide__ = True
    given = np.asarray(instants)
    if given.dtype.kind == "M" and start is not None:
        given = given - start
    if given.dtype.kind == "m":
        seconds_of: NDArray[np.float64] = given / np.timedelta64(1, "s")
        return seconds_of
    if given.dtype.kind in "iuf":
        return given.astype(np.float64)
    each = given.ravel().astype(object).tolist()
    return np.array([instant_s(what, one, start) for one in each], np.float64)


def seconds_or_none(what: str, duration: Duration | None) -> float | None:
    """The same where None stands for what the line file says."""
    return None if duration is None else in_seconds(what, duration)


def expect(what: str, value: Any, kind: type, hint: str) -> None:
    """Refuses what is of another class."""
    __tracebackhide__ = True
    if not isinstance(value, kind):
        raise TypeError(f"{what} must be a {kind.__name__}, not {reprlib.repr(value)}; {hint}")


def callback(value: Any) -> None:
    """Refuses a progress call that cannot be called."""
    __tracebackhide__ = True
    if value is not None and not isinstance(value, bool) and not callable(value):
        said = f"progress must be True or a function of a Progress, not {reprlib.repr(value)}"
        raise TypeError(said)


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """A question with the nearest name, else all that there are."""
    there = list(names)
    if not there:
        return "there is none"
    near = get_close_matches(name, there, n=1)
    if near:
        return f'did you mean "{near[0]}"?'
    return "there are " + ", ".join(there[:12]) + (", ..." if len(there) > 12 else "")


def real(what: str, value: Any) -> float:
    """A number."""
    __tracebackhide__ = True
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{what} must be a number, not {reprlib.repr(value)}")
    return float(value)


def path_text(what: str, value: Any) -> str:
    """The name of a file."""
    __tracebackhide__ = True
    if not isinstance(value, (str, PathLike)):
        raise TypeError(f"{what} must be a path, not {reprlib.repr(value)}")
    return str(fspath(value))
