"""`twin recover`: makes a run file of what a killed writer has left."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import libtwin as tw
from libtwin.plot.recording import Recording
from libtwin.words import duration

from . import document
from .given import AsJson, RunFile, to_write
from .info import about_file, print_tables
from .terminal import HAS_PROBLEMS, IS_MISUSED, console, say


def recover(
    file: RunFile,
    target: Annotated[
        Path | None, typer.Option("-o", "--out", help="The file to make; else without .part.")
    ] = None,
    is_forced: Annotated[bool, typer.Option("--force", help="Replace a file there.")] = False,
    is_json: AsJson = False,
) -> None:
    """Saves what a killed run has written: FILE.h5.part to FILE.h5."""
    rescue: Any = getattr(tw, "recover", None)
    if rescue is None:
        say("This libtwin cannot recover run files; a .part file can be read as it is.")
        raise typer.Exit(IS_MISUSED)
    wanted = to_write(target or default_target(file))
    if wanted.exists() and not is_forced:
        raise typer.BadParameter(f"{wanted} is there; --force replaces it", param_hint="-o")
    try:
        # without a name of its own the file takes the one that was meant for it
        rescue(file, to=None if target is None and file.suffix == ".part" else wanted)
    except tw.Error as error:
        say("\n".join(problem.text for problem in error.problems) or f"{file}: {error.message}.")
        raise typer.Exit(HAS_PROBLEMS) from None
    with tw.open(wanted) as saved:
        recording = Recording(saved)
        if is_json:
            said = about_file(saved, recording)
            document.printed(document.head("recover", **said, files=[str(wanted)]))
            return
        out = console()
        print_tables(out, recording)
        out.print(
            f"Saved what was recorded until {duration(recording.end_s)}. Written: {wanted}",
            soft_wrap=True,
            markup=False,
        )


def default_target(file: Path) -> Path:
    """The name that the run would have given its file."""
    if file.suffix == ".part":
        return file.with_suffix("")
    return file.with_name(f"{file.stem}-recovered{file.suffix}")
