"""Tables of a run that was not recorded: the run is made again, bit for bit, beside a recorder.

A run knows how it began and what was done to it, each deed with its instant and the count of events
before it. That is enough to be at the same place again, because cutting a run into pieces changes
nothing. It costs nothing until somebody asks for a table.
"""

from __future__ import annotations

import os
import shutil
import weakref
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, NamedTuple

from ._native import lib
from .errors import Error, Interrupted
from .file import EVERYTHING, File, Recorder

if TYPE_CHECKING:
    from .run import Run

TICK_S = 1e-6


class Deed(NamedTuple):
    """What was done to a run, and when."""

    time_s: float
    n_event: int
    method: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


class Past:
    """How a run came where it is: how it was made, and what was done to it since."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given
        self.deeds: list[Deed] = []
        self.gap = ""  # why the way here is not known; "": it is

    def add(self, deed: Deed) -> None:
        """Notes what was done."""
        self.deeds.append(deed)

    def break_off(self, why: str) -> None:
        """Notes a state that did not grow out of the one before."""
        self.gap = why

    def copy(self) -> Past:
        """The past of a fork."""
        past = Past(self.given)
        past.deeds, past.gap = list(self.deeds), self.gap
        return past


def _reach(run: Run, time_s: float, n_event: int) -> None:
    """Runs on to an instant and, within it, to a count of events."""
    if time_s - TICK_S > run.time_s and not run.until(time_s - TICK_S):
        raise Error(lib.TWIN_CANCELLED, "progress stopped the run that is made for the tables", [])
    while run.n_event < n_event and run.step() is not None:
        pass
    if run.time_s < time_s:
        run.until(time_s)


def _follow(run: Run, original: Run) -> None:
    """Does with a new run what was done with another one."""
    for deed in original._past.deeds:
        _reach(run, deed.time_s, deed.n_event)
        getattr(run, deed.method)(*deed.args, **deed.kwargs)
    try:
        _reach(run, original.time_s, original.n_event)
    except Error:
        if run.full_hash != original.full_hash:  # else it has stopped where that one did
            raise


def repeated(original: Run) -> File:
    """A run file of all that a run did, which is gone when nobody reads it any more."""
    if original._past.gap:
        raise ValueError(
            f"this run was not recorded, and cannot be run again for its tables: "
            f"{original._past.gap}; say record='run.h5' or run.record_until(...) before"
        )
    folder = mkdtemp(prefix="libtwin-")
    try:
        file = _recorded(original, Path(folder) / "run.h5")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    if os.name == "posix":  # where an open file needs no name
        shutil.rmtree(folder, ignore_errors=True)
    else:
        weakref.finalize(file, shutil.rmtree, folder, ignore_errors=True)
    return file


def _recorded(original: Run, path: Path) -> File:
    run = type(original)(original.line, **original._past.given, progress=original._watch.given)
    try:
        with (
            Recorder(path, original.line, **EVERYTHING) as recorder,
            recorder.observing(run, original.replication),
        ):
            _follow(run, original)
    except Interrupted:
        raise Interrupted(original) from None
    if run.full_hash != original.full_hash:
        raise Error(
            lib.TWIN_ERR_INTERNAL,
            "the run did not repeat; its first difference is " + original.difference(run),
            [],
        )
    file = File(path)
    file.__dict__["line"] = original.line  # with the tables that lie beside its file
    return file
