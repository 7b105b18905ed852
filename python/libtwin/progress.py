"""Long calls: their progress, and how Ctrl-C ends them.

The library calls back at least every 0.2 s. A run calls on the thread that runs it: there a
pending signal surfaces as soon as Python code runs, inside the callback, which cancels the call. A
study may call on threads of its own, which hear no signals; it therefore runs beside the calling
thread, which waits and listens.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ._native import ffi

WAIT_S = 0.1
BAR_CELLS = 30  # of a bar in a terminal


@dataclass(frozen=True)
class Progress:
    """How far a long call is: replications, simulated time and its end, events."""

    n_replication: int
    n_done: int
    time_s: float
    horizon_s: float
    n_event: int

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1: of the replications, of a single one of its time."""
        done, wanted = self.time_s, self.horizon_s
        if self.n_replication > 1:
            done, wanted = self.n_done, self.n_replication
        return min(max(done / wanted, 0.0), 1.0) if wanted > 0 else 0.0

    def __str__(self) -> str:
        of = f", {self.n_done} of {self.n_replication} replications" * (self.n_replication > 1)
        return f"{100 * self.share:.0f} %{of}"


# What the user gives as `progress`: called several times a second; a true result stops the call.
ProgressCall = Callable[[Progress], bool | None]


class Bar:
    """What `progress=True` shows: a bar in a notebook or on a terminal, and nothing elsewhere."""

    def __init__(self) -> None:
        self._shown: Any = None  # the display of a notebook
        self._width = 0  # of the line on a terminal

    def __call__(self, progress: Progress) -> None:
        """Shows it, the first time where the cell or the cursor is."""
        if in_notebook():
            from IPython.display import display

            bar = f'<progress max="1" value="{progress.share:.3f}"></progress> {progress}'
            shown = {"text/html": bar, "text/plain": str(progress)}
            if self._shown is None:
                self._shown = display(shown, raw=True, display_id=True)
            else:
                self._shown.update(shown, raw=True)
        elif sys.stderr.isatty():
            cells = round(BAR_CELLS * progress.share)
            line = f"[{'#' * cells:<{BAR_CELLS}}] {progress}"
            sys.stderr.write(f"\r{line:<{self._width}}")
            sys.stderr.flush()
            self._width = len(line)

    def end(self) -> None:
        """Takes it away: what was wanted is there now."""
        if self._shown is not None:
            self._shown.update({"text/html": "", "text/plain": ""}, raw=True)
        elif self._width:
            sys.stderr.write(f"\r{'':<{self._width}}\r")
        self._shown, self._width = None, 0


def in_notebook() -> bool:
    """Whether a kernel shows what is displayed; IPython is not imported for it."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None


class Watch:
    """The host's side of a long call: shows progress, keeps what must stop it."""

    def __init__(self, progress: ProgressCall | bool | None = None) -> None:
        self.given = progress
        self.bar = Bar() if progress is True else None
        self.progress = self.bar or (None if isinstance(progress, bool) else progress)
        self.error: BaseException | None = None
        self.is_stopped = False
        self.handle = ffi.new_handle(self)

    def show(self, progress: Progress) -> None:
        """Hands progress on to the user."""
        if self.progress is not None and self.progress(progress):
            self.is_stopped = True

    def end(self) -> None:
        """The call is over."""
        if self.bar is not None:
            self.bar.end()

    def stop(self, error: BaseException) -> None:
        """Ends the call at the next report; `raise_error` raises the first such error."""
        self.error = self.error or error
        self.is_stopped = True

    def raise_error(self) -> None:
        """Raises what stopped the call, and makes ready for the next one."""
        error, self.error, self.is_stopped = self.error, None, False
        if error is not None:
            raise error


class Relay(Watch):
    """A watch for calls that report from any thread: they run beside the thread that listens."""

    def __init__(self, progress: ProgressCall | bool | None = None) -> None:
        super().__init__(progress)
        self.latest: Progress | None = None

    def show(self, progress: Progress) -> None:
        """Keeps progress for the listening thread."""
        self.latest = progress

    def call(self, function: Callable[..., int], *args: Any) -> int:
        """Makes a C call on a thread of its own and listens until it is done."""
        result: list[int] = []
        is_done = threading.Event()

        def work() -> None:
            try:
                result.append(function(*args))
            finally:
                is_done.set()

        threading.Thread(target=work, name="libtwin").start()
        while not is_done.is_set():
            try:
                self._listen(is_done)
            except BaseException as error:  # KeyboardInterrupt, or what the user's progress raises
                self.stop(error)
        return result[0]

    def _listen(self, is_done: threading.Event) -> None:
        while not is_done.wait(WAIT_S):
            latest, self.latest = self.latest, None
            if latest is not None:
                super().show(latest)


def _report(progress: Any, user: Any) -> int:
    watch: Watch = ffi.from_handle(user)
    c = progress[0]
    watch.show(Progress(c.n_replication, c.n_done, c.time_s, c.horizon_s, c.n_event))
    return int(watch.is_stopped)


def _fail(_kind: Any, error: BaseException, traceback: Any) -> None:
    watch: Watch = ffi.from_handle(traceback.tb_frame.f_locals["user"])
    watch.stop(error)


# What _report raises, KeyboardInterrupt too, goes to _fail; the library then gets 1: cancel.
ffi.def_extern(name="libtwin_progress", error=1, onerror=_fail)(_report)
