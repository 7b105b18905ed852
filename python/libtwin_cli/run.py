"""`twin run`: the replications, a run file of the first one, its pictures, and the report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

import libtwin as tw

from . import document
from .figures import Figures
from .given import (
    AsJson,
    Confidence,
    LineFile,
    Warmup,
    end_of,
    folder_to_write,
    level_of,
    seconds,
    stem,
    warmup_of,
)
from .head import answer, print_head
from .report import advise, as_json, print_details, print_warnings
from .terminal import (
    WAS_INTERRUPTED,
    WAS_STOPPED,
    console,
    print_stop,
    progress_bar,
    say,
)
from .variants import Scenario, Sets, read_variant, suffix


def run(
    file: LineFile,
    scenario: Scenario = None,
    sets: Sets = None,
    until: Annotated[str | None, typer.Option(help='How long, "8h"; else as in the file.')] = None,
    warmup: Warmup = None,
    replications: Annotated[int | None, typer.Option(min=1, help="How many runs.")] = None,
    confidence: Confidence = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Another seed than the file's.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="At most so many at once.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for files.")] = Path("results"),
    is_recorded: Annotated[bool, typer.Option("--record/--no-record", help="A run file.")] = True,
    is_drawn: Annotated[bool, typer.Option("--picture/--no-picture", help="Pictures.")] = True,
    window: Annotated[str | None, typer.Option(help='How much the picture shows, "8h".')] = None,
    is_json: AsJson = False,
) -> None:
    """Runs a line: what it ships, what holds it back, how sure that is."""
    line = read_variant(file, scenario, sets)
    end_s, window_s = end_of(line, until), seconds(window, "--window")
    if is_recorded:
        folder_to_write(out)
    warmup_s, level = warmup_of(warmup, end_s), level_of(confidence)
    study, code = replicate(
        line,
        replications,
        threads=threads,
        seed=seed,
        until=end_s,
        warmup=warmup_s,
        confidence=level,
    )
    if study is None or study.n_done == 0:
        say("No replication was finished, so there are no figures.")
        raise typer.Exit(code)
    figures = Figures(study, warmup_s)
    files: list[Path] = []
    if is_recorded and code == 0:
        target = out / (stem(file, line) + suffix(scenario, sets))
        files, code = record(figures, target, end_s, seed, window_s if is_drawn else None)
    if is_json:
        used = line.seed if seed is None else seed
        document.printed(as_json(figures, file, files, used, end_s))
    else:
        out_console = console()
        print_head(
            out_console, figures, end_s, files, advise(figures, file, files, is_whole=code == 0)
        )
        print_warnings(out_console, line)
        print_details(out_console, figures)
    raise typer.Exit(code)


def replicate(
    line: tw.Line,
    n: int | None,
    *,
    threads: int | None,
    seed: int | None,
    until: float,
    warmup: float | None = None,
    confidence: float | None = None,
    record: Path | None = None,
    losses: bool = True,
) -> tuple[tw.Study | None, int]:
    """Runs the replications; gives what was done and the exit code."""
    return finished(
        line,
        lambda progress: line.replicate(
            n,
            threads=threads,
            seed=seed,
            until=until,
            warmup=warmup,
            confidence=confidence,
            record=record,
            losses=losses,
            progress=progress,
        ),
    )


def finished(
    line: tw.Line, make: Callable[[tw.ProgressCall | None], tw.Study]
) -> tuple[tw.Study | None, int]:
    """Makes a study under a progress bar; gives what was done and the exit code."""
    try:
        with progress_bar(line.name) as progress:
            study = make(progress)
    except tw.Interrupted as stop:
        has_some = stop.kept is not None and stop.kept.n_done > 0
        say("Interrupted; what follows is what was done." if has_some else "Interrupted.")
        return stop.kept, WAS_INTERRUPTED
    except tw.Error as error:
        print_stop(error)
        return error.kept, WAS_STOPPED
    return study, 0


def record(
    figures: Figures, target: Path, end_s: float, seed: int | None, window_s: float | None
) -> tuple[list[Path], int]:
    """Runs the first replication again into a run file, draws it if asked, names the files.

    What goes wrong here takes nothing away from the report.
    """
    recorded = target.with_name(f"{target.name}.h5")
    files: list[Path] = []
    try:
        with progress_bar("run file") as progress:
            run = tw.Run(
                figures.line,
                seed=seed,
                warmup=figures.warmup_s,
                horizon=end_s,
                losses=True,
                progress=progress,
            )
            recorder = tw.Recorder(recorded, run.line, states=True, parts=True, compression=1)
            with recorder, recorder.observing(run):
                run.until(end_s)
        files.append(recorded)
        if window_s is not None:
            draw(figures, recorded, window_s, files)
    except KeyboardInterrupt:
        if recorded not in files and recorded.exists():
            files.append(recorded)
        say("Interrupted; the replications were done.")
        return files, WAS_INTERRUPTED
    except tw.Error as error:
        print_stop(error)
        return files, WAS_STOPPED
    except OSError as error:
        say(f"{error.filename or target.parent}: {error.strerror or error}.")
        return files, WAS_STOPPED
    return files, 0


def draw(figures: Figures, recorded: Path, window_s: float, files: list[Path]) -> None:
    """Draws the run and the losses beside the run file."""
    from libtwin.plot.pareto import draw_losses  # matplotlib takes half a second to load
    from libtwin.plot.picture import draw_scene
    from libtwin.plot.recording import Recording
    from libtwin.plot.scene import scene_of

    from .plot import save

    picture, losses = recorded.with_suffix(".png"), f"{recorded.stem}-losses.png"
    with tw.open(recorded) as file:
        recording = Recording(file)
        scene = scene_of(recording, window_s=window_s)
        save(draw_scene(scene, answer(figures)), picture, 150)
    files.append(picture)
    if figures.losses is not None:
        files.append(recorded.with_name(losses))
        save(draw_losses(figures.line.name, figures.losses), files[-1], 130)
