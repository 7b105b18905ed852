"""What is typed after a verb: files that must be there, durations, places to write to; and reading
what the files hold, or saying in one sentence why not.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

import libtwin as tw
from libtwin.words import spaced

from .problems import counted, print_problems, remember
from .terminal import HAS_PROBLEMS, console, say

STDIN = Path("-")
STDIN_NAME = "<stdin>"
RUN_FILES = (".h5", ".hdf5", ".part")
HDF5_BEGINS = b"\x89HDF\r\n\x1a\n"


def existing(path: Path | None) -> Path | None:
    """A file that can be read, or a sentence why it cannot; "-" is standard input."""
    if path is None or path == STDIN:
        return path
    if not path.exists():
        part = path.with_name(f"{path.name}.part")
        if part.exists():
            raise typer.BadParameter(f"{path} is not there, but {part} is: unfinished or killed")
        raise typer.BadParameter(f"{path} is not there")
    if path.is_dir():
        raise typer.BadParameter(f"{path} is a folder, not a file")
    if not os.access(path, os.R_OK):
        raise typer.BadParameter(f"{path} may not be read")
    return path


def all_existing(paths: list[Path]) -> list[Path]:
    """The same for several."""
    for path in paths:
        existing(path)
    return paths


LineFile = Annotated[
    Path,
    typer.Argument(metavar="LINE", callback=existing, help="A line file (JSON); - reads it in."),
]
RunFile = Annotated[
    Path, typer.Argument(metavar="FILE", callback=existing, help="A run file (HDF5).")
]
AnyFile = Annotated[
    Path,
    typer.Argument(metavar="FILE", callback=existing, help="A line file or a run file (HDF5)."),
]
Warmup = Annotated[str | None, typer.Option(help='Not counted, "1 d"; else as in the file.')]
Confidence = Annotated[float | None, typer.Option(help="Of intervals, 0.9 or 90; else 95 %.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def is_run_file(path: Path) -> bool:
    """True for a run file, by its name or by what it begins with."""
    if path == STDIN:
        return False
    if path.suffix.lower() in RUN_FILES:
        return True
    with path.open("rb") as file:
        return file.read(len(HDF5_BEGINS)) == HDF5_BEGINS


def load(path: Path) -> tw.Line:
    """A line from a file or from standard input; raises tw.Error with all that is wrong."""
    if path != STDIN:
        return tw.load(path)
    text = sys.stdin.buffer.read()
    remember(STDIN_NAME, text.decode("utf-8", "replace"))
    return tw.parse(text, file=STDIN_NAME, folder=Path.cwd())


def read(path: Path) -> tw.Line:
    """Loads a line, or says what is wrong with it and ends."""
    return reported(path, lambda: load(path))


def reported(path: Path, made: Callable[[], tw.Line]) -> tw.Line:
    """What a call makes of a line, or says what is wrong with it and ends."""
    try:
        return made()
    except tw.Error as error:
        err = console(True)
        print_problems(err, error.problems, path.parent)
        name = STDIN_NAME if path == STDIN else path
        err.print(Text(f"{name}: {counted(error.problems)}"), soft_wrap=True)
        raise typer.Exit(HAS_PROBLEMS) from None


def open_run(path: Path) -> tw.File:
    """Opens a run file, or says why not and ends."""
    try:
        return tw.open(path)
    except tw.Error as error:
        say("\n".join(problem.text for problem in error.problems) or f"{path}: {error.message}.")
        raise typer.Exit(HAS_PROBLEMS) from None


def stem(path: Path, line: tw.Line) -> str:
    """What files that belong to a line are called."""
    if path != STDIN:
        return path.stem
    return "".join(c if c.isalnum() or c in "-_." else "-" for c in line.name) or "line"


def seconds(typed: str | None, option: str) -> float:
    """A duration typed as "8h" or "8 h"; 0: none was typed."""
    try:
        return 0.0 if typed is None else tw.seconds(spaced(typed))
    except tw.Error as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def end_of(line: tw.Line, until: str | None) -> float:
    """How long a run is."""
    end_s = seconds(until, "--until") or line.horizon_s
    if not end_s:
        raise typer.BadParameter("the file gives no horizon; say --until 8h", param_hint="--until")
    return end_s


def warmup_of(typed: str | None, end_s: float) -> float | None:
    """From when on is counted; None: as the file says."""
    warmup_s = None if typed is None else seconds(typed, "--warmup")
    if warmup_s is not None and warmup_s >= end_s:
        raise typer.BadParameter("it is as long as the run", param_hint="--warmup")
    return warmup_s


def level_of(typed: float | None) -> float | None:
    """A confidence as a share, typed as such or in percent."""
    if typed is None:
        return None
    share = typed / 100 if typed > 1 else typed
    if not 0 < share < 1:
        raise typer.BadParameter("it is between 0 and 1, or below 100", param_hint="--confidence")
    return share


def to_write(path: Path, option: str = "-o") -> Path:
    """A file that can be written, found out before anything long is begun."""
    if path == STDIN:
        return path
    why = ""
    if path.is_dir():
        why = "is a folder, not a file"
    elif not path.parent.is_dir():
        why = f"cannot be written: {path.parent} is no folder"
    elif not os.access(path if path.exists() else path.parent, os.W_OK):
        why = "may not be written"
    if why:
        raise typer.BadParameter(f"{path} {why}", param_hint=option)
    return path


def folder_to_write(path: Path, option: str = "--out") -> Path:
    """A folder that is there or can be made."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        said = f"{path} cannot be made: {error.strerror}"
        raise typer.BadParameter(said, param_hint=option) from None
    if not os.access(path, os.W_OK):
        raise typer.BadParameter(f"{path} may not be written", param_hint=option)
    return path
