"""What several classes need: durations, structs of options, attributes that are one C call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from os import PathLike
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from ._native import ffi, lib
from .errors import check, text

T = TypeVar("T")
Duration = float | str | timedelta | np.timedelta64
Instant = Duration | datetime | np.datetime64  # a clock time, or a duration since the line's start
AnyPath = str | PathLike[str]


class Reads(property, Generic[T]):
    """An attribute that is one C call on the object's handle and a conversion of its result."""

    def __init__(self, function: Callable[..., Any], convert: Callable[[Any], T], doc: str) -> None:
        def read(owner: Any) -> T:
            return convert(function(owner._c))

        kind = convert if isinstance(convert, type) else convert.__annotations__["return"]
        read.__annotations__["return"] = kind  # for documentation
        super().__init__(read)
        self.__doc__ = doc

    if TYPE_CHECKING:

        def __get__(self, owner: Any, kind: type | None = None) -> T:  # type: ignore[override]
            ...


def seconds(duration: Duration) -> float:
    """A duration in seconds from seconds, a text such as "8 h", or a timedelta."""
    if isinstance(duration, timedelta):
        return duration.total_seconds()
    if isinstance(duration, np.timedelta64):
        return float(duration / np.timedelta64(1, "s"))
    if not isinstance(duration, str):
        return float(duration)
    read = ffi.new("double *")
    status = lib.twin_duration_read(duration.encode(), read)
    check(status, message=f'"{duration}" is no duration; one looks like "8 h" or "6.2 min"')
    return float(read[0])


def options(struct: str, **given: Any) -> Any:
    """A struct of options with the library's defaults, but for what is given and not None.

    Durations go into the fields that end with _s; a seed sets has_seed as well.
    """
    c = ffi.new(f"{struct} *")
    getattr(lib, f"{struct}_init")(c)
    for name, value in given.items():
        if value is not None:
            setattr(c, name, seconds(value) if name.endswith("_s") else value)
    if given.get("seed") is not None:
        c.has_seed = 1
    return c


def taken_text(function: Callable[..., int], *args: Any) -> str:
    """The text that a C call hands over through its last argument."""
    pointer = ffi.new("char **")
    check(function(*args, pointer))
    try:
        return text(pointer[0])
    finally:
        lib.twin_text_free(pointer[0])
