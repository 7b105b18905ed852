"""`twin plot`: the pictures of `twin run`, each alone, from a run file; also from one that is still
written or was broken off.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import libtwin as tw
from libtwin.plot.loss_rows import losses_of, losses_recorded
from libtwin.plot.recording import Recording
from libtwin.words import duration

from .given import RunFile, open_run, seconds, to_write
from .terminal import HAS_PROBLEMS, console, progress_bar, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = (".png", ".svg", ".pdf")


class What(StrEnum):
    """What a picture may show."""

    ALL = "all"
    GANTT = "gantt"
    LEVELS = "levels"
    STATES = "states"
    SIGNALS = "signals"
    LOSSES = "losses"


def plot(
    file: RunFile,
    target: Annotated[
        Path | None, typer.Option("-o", "--out", help="A .png, .svg or .pdf; else FILE-WHAT.png.")
    ] = None,
    what: Annotated[What, typer.Option(help="What is drawn.")] = What.ALL,
    window: Annotated[str | None, typer.Option(help='How much of the run, "8h".')] = None,
    begin: Annotated[str | None, typer.Option("--from", help='From when on, "2 d".')] = None,
    replication: Annotated[int | None, typer.Option(min=0, help="Which one, from 0.")] = None,
) -> None:
    """Draws a run file: who did what, buffers, signals, losses."""
    from_s = seconds(begin, "--from") if begin is not None else -1.0
    window_s = seconds(window, "--window")
    name = file.stem.removesuffix(".h5")
    path = to_write(target or file.with_name(f"{name}-{what}.png"))
    if path.suffix.lower() not in FORMATS:
        raise typer.BadParameter(f"{path} is none of {', '.join(FORMATS)}", param_hint="-o")
    with open_run(file) as recorded:
        recording = Recording(recorded, replication)
        if replication is not None and not any(map(len, recording.rows("intervals", "start"))):
            refuse(f"{file} has no rows of replication {replication}", "--replication")
        if what == What.LOSSES:
            draw_losses_of(recording, file, path)
        else:
            draw(recording, file, path, what, from_s, window_s)
    console().print(f"Written: {path}", soft_wrap=True, markup=False)


def refuse(sentence: str, option: str) -> None:
    """Ends with a sentence about an option that does not fit the file."""
    raise typer.BadParameter(sentence, param_hint=option)


def draw(
    recording: Recording, file: Path, path: Path, what: What, from_s: float, window_s: float
) -> None:
    """Draws what the record has of it, or says what is missing."""
    if from_s >= recording.end_s > 0:
        refuse(f"the record ends at {duration(recording.end_s)}", "--from")
    from libtwin.plot.scene import headline, lacking, scene_of

    scene = scene_of(recording, from_s, window_s, what)
    if missing := lacking(scene, what):
        say(f"{file}: {missing}.")
        raise typer.Exit(HAS_PROBLEMS)
    from libtwin.plot.picture import draw_scene  # matplotlib takes half a second to load

    save(draw_scene(scene, headline(recording), what), path, 150)


def save(picture: Figure, path: Path, dpi: int) -> None:
    """Writes a picture in the format that the name ends with."""
    picture.savefig(path, dpi=dpi, facecolor="white")


def draw_losses_of(recording: Recording, file: Path, path: Path) -> None:
    """Draws what the replication loses, which the file says where losses were observed."""
    losses = losses_recorded(recording) or losses_of(repeated(recording, file))
    if losses is None:
        say(f"{file}: nothing is known of losses: no station has made a part.")
        raise typer.Exit(HAS_PROBLEMS)
    from libtwin.plot.pareto import draw_losses

    save(draw_losses(recording.line.name, losses), path, 130)


def repeated(recording: Recording, file: Path) -> tw.Run:
    """The replication run again, which gives the same run.

    Where it is not the recorded one, because somebody acted on that or because this machine's
    mathematics differ, nothing can be said.
    """
    with progress_bar("losses") as progress:
        run = tw.Run(
            recording.line,
            replication=recording.replication,
            seed=recording.seed,
            warmup=recording.warmup_s,
            horizon=recording.end_s,
            losses=True,
            progress=progress,
        )
        run.until(recording.end_s)
    if recording.hash is None:
        say(f"{file} is not complete, so nothing proves that the line run again is the same run.")
    elif run.hash != recording.hash:
        say(f"{file}: run again, the line comes to another state: its losses cannot be told.")
        raise typer.Exit(HAS_PROBLEMS)
    return run
