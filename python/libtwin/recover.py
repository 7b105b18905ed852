"""What a run file says of itself, and run files whose writer was killed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from os import fspath
from pathlib import Path
from typing import Any

from ._native import ffi, lib
from .convert import AnyPath
from .errors import call, text


def info_of(c_file: Any) -> dict[str, str]:
    """What a file says of itself, by name: hashes, versions, seed, when it was created."""
    return dict(_facts(c_file))


def ended_of(c_file: Any) -> str:
    """How the runs of a file that was closed ended; "" where it was not."""
    return text(lib.twin_file_info(c_file, b"ended"))


def _facts(c_file: Any) -> Iterator[tuple[str, str]]:
    for i in count():
        name = lib.twin_file_info_name(c_file, i)
        if name == ffi.NULL:
            return
        yield text(name), text(lib.twin_file_info(c_file, name))


def rows_of(c_file: Any, table: str, replication: int) -> range:
    """The rows of a table that belong to one replication, found without reading the others."""
    first, n = ffi.new("int64_t *"), ffi.new("int64_t *")
    call(lib.twin_file_replication, c_file, table.encode(), replication, first, n)
    return range(first[0], first[0] + n[0])


def recover(path: AnyPath, to: AnyPath | None = None) -> Path:
    """Makes a finished run file of what a killed process left, "run.h5.part"; gives its path.

    Without `to` it gets the name that was meant, "run.h5", and the .part goes; a file that is still
    being written is refused.
    """
    source = fspath(path)
    target = ffi.NULL if to is None else ffi.new("char[]", fspath(to).encode())
    call(lib.twin_file_recover, source.encode(), target)
    return Path(source.removesuffix(".part") if to is None else to)
