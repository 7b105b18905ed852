"""Where the commands print: consoles and their colours, progress bars, and how each way of ending
is said. Nothing here knows a line.

The exit codes: 0 done, 1 the line or the run file has problems, 2 the command was not understood or
a file is not there, 3 stopped by an error, 130 Ctrl-C, 141 the reader of the output has gone.
"""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from typing import Any

import typer
from rich.console import Console
from rich.text import Text
from typer.core import TyperGroup

import libtwin as tw

HAS_PROBLEMS, IS_MISUSED, WAS_STOPPED, WAS_INTERRUPTED, HAS_NO_READER = 1, 2, 3, 130, 141
PIPED_WIDTH = 110


class Colour(StrEnum):
    """What --color may be."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class _Choice:
    """The --color of this call of the command."""

    colour = Colour.AUTO


def choose_colour(colour: Colour) -> None:
    """What the consoles of this call do: `auto` is colours on a terminal without NO_COLOR."""
    _Choice.colour = colour


class PipedConsole(Console):
    """A console that leaves it to `ending` to say what a closed pipe means."""

    def on_broken_pipe(self) -> None:
        """Called where the reader of the output has gone."""
        raise BrokenPipeError


def console(is_error: bool = False) -> Console:
    """Standard output, or standard error: colours on a terminal, a fixed width elsewhere."""
    stream = sys.stderr if is_error else sys.stdout
    has_none = _Choice.colour == Colour.NEVER or (
        _Choice.colour == Colour.AUTO and bool(os.environ.get("NO_COLOR"))
    )
    return PipedConsole(
        file=stream,
        highlight=False,
        width=None if stream.isatty() else PIPED_WIDTH,
        color_system=None if has_none else "auto",
        no_color=has_none,
        force_terminal=True if _Choice.colour == Colour.ALWAYS else None,
    )


def say(sentence: str) -> None:
    """One sentence on standard error, never folded."""
    console(True).print(Text(sentence), soft_wrap=True)


def print_stop(error: tw.Error) -> None:
    """Says why the library stopped."""
    err = console(True)
    for problem in error.problems:
        err.print(Text(problem.text), soft_wrap=True)
    err.print(Text(f"Stopped: {error.message}.", style="bold red"), soft_wrap=True)


@contextmanager
def progress_bar(what: str) -> Iterator[tw.ProgressCall | None]:
    """A bar on a terminal, nothing elsewhere."""
    err = console(True)
    if not err.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:.0f} %"))
    with Progress(*columns, TimeRemainingColumn(), console=err, transient=True) as bar:
        task = bar.add_task(what, total=1.0)

        def show(at: tw.Progress) -> None:
            begun = min(at.time_s / at.horizon_s, 1.0) if at.horizon_s > 0 else 0.0
            bar.update(task, completed=min((at.n_done + begun) / max(at.n_replication, 1), 1.0))

        yield show


class Group(TyperGroup):
    """The verbs; whatever ends one of them early ends it with one sentence and its exit code."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Reads what stands before the verb; help and version are printed here."""
        with ending():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Runs the verb."""
        with ending():
            return super().invoke(ctx)


@contextmanager
def ending() -> Iterator[None]:
    """Says what ended a command, writes what is still to be written, and gives the exit code."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        code = HAS_NO_READER
    except KeyboardInterrupt:
        say("Interrupted.")
        code = WAS_INTERRUPTED
    except tw.Error as error:
        print_stop(error)
        code = WAS_STOPPED
    except OSError as error:
        say(f"{error.filename or 'standard output'}: {error.strerror or error}.")
        code = WAS_STOPPED
    except MemoryError:
        say("Stopped: not enough memory.")
        code = WAS_STOPPED
    else:
        return
    drop_output()
    raise typer.Exit(code)


def drop_output() -> None:
    """What cannot be written goes nowhere, so that Python does not try again at its end."""
    with suppress(OSError, ValueError, AttributeError):
        sys.stdout.flush()
    with suppress(OSError, ValueError, AttributeError), open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def spelled(error: UnicodeError) -> tuple[str, int]:
    """What stands for a character that the output cannot show."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end].translate({ord("±"): "+-", 0xA0: " "})
    return missing.encode("ascii", "replace").decode("ascii"), error.end


def spell_what_is_missing() -> None:
    """Lets the output spell what its encoding lacks, instead of failing."""
    codecs.register_error("spelled", spelled)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="spelled")
