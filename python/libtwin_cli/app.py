"""The commands check, run, info, dump and schema, their options and their exit codes.

0: done; 1: the line has problems; 2: the command was not understood; 3: the run was stopped by an
error; 130: Ctrl-C, with a report of what was done until then.
"""

from __future__ import annotations

import codecs
import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

import libtwin as tw

from .figures import Figures
from .load import load_as_json, print_load
from .models import print_signals, print_solvers
from .problems import counted, print_problems
from .report import advise, answer, as_json, print_notes, print_report
from .words import duration, plural, spaced

RUN_FILES = (".h5", ".hdf5", ".part")
KINDS = ("source", "buffer", "station", "worker", "part")
HAS_PROBLEMS, IS_MISUSED, WAS_STOPPED, WAS_INTERRUPTED = 1, 2, 3, 130
PIPED_WIDTH = 110

app = typer.Typer(
    help="A digital twin of a production line: check, run, explain.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
LineFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A line file (JSON).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def console(is_error: bool = False) -> Console:
    """Standard output, or standard error: colours on a terminal, a fixed width elsewhere."""
    stream = sys.stderr if is_error else sys.stdout
    return Console(file=stream, highlight=False, width=None if stream.isatty() else PIPED_WIDTH)


def show_version(is_wanted: bool) -> None:
    """Prints the version and ends."""
    if is_wanted:
        print(f"libtwin {tw.__version__}")
        raise typer.Exit


@app.callback()
def twin(
    version: Annotated[
        bool,
        typer.Option("--version", callback=show_version, is_eager=True, help="Print it."),
    ] = False,
) -> None:
    """A digital twin of a production line: check, run, explain."""


@app.command()
def run(
    file: LineFile,
    until: Annotated[str | None, typer.Option(help='How long, "8h"; else as in the file.')] = None,
    replications: Annotated[int | None, typer.Option(min=1, help="How many runs.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Another seed than the file's.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="At most so many at once.")] = None,
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder for files.")] = Path("results"),
    is_recorded: Annotated[bool, typer.Option("--record/--no-record", help="A run file.")] = True,
    is_drawn: Annotated[bool, typer.Option("--picture/--no-picture", help="A picture.")] = True,
    window: Annotated[str | None, typer.Option(help='How much the picture shows, "8h".')] = None,
    is_json: AsJson = False,
) -> None:
    """Runs a line and says what it ships, what holds it back, and how sure that is."""
    line = read(file)
    end_s = seconds(until, "--until") or line.horizon_s
    window_s = seconds(window, "--window")
    if not end_s:
        raise typer.BadParameter("the file gives no horizon; say --until 8h")
    study, code = replicate(line, replications, threads=threads, seed=seed, until=end_s)
    if study is None or study.n_done == 0:
        console(True).print("Stopped before the first replication was finished.")
        raise typer.Exit(code)
    figures = Figures(study)
    printer = console()
    if not is_json:
        print_report(printer, figures, conditions(figures, end_s))
    files: list[Path] = []
    if is_recorded and code == 0:
        files, code = record(figures, out / file.stem, end_s, seed, window_s if is_drawn else None)
    if is_json:
        print(as_json(figures, files, line.seed if seed is None else seed, end_s))
    else:
        print_notes(printer, line, files, advise(figures, file, files))
    raise typer.Exit(code)


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Line files.")],
    is_json: AsJson = False,
) -> None:
    """Finds every mistake, and shows what each station and the people have to do; runs nothing."""
    out, found, is_bad = console(), [], False
    for file in files:
        load = None
        try:
            checked = tw.load(file).check()
            problems, load = checked.problems, checked.load
        except tw.Error as error:
            problems, is_bad = error.problems, True
        found.append(
            {
                "file": str(file),
                "problems": [asdict(problem) for problem in problems],
                "load": load_as_json(load) if load is not None else None,
            }
        )
        if not is_json:
            if load is not None:
                print_load(out, load)
            print_problems(out, problems)
            out.print(Text(f"{file}: {counted(problems)}"), soft_wrap=True)
    if is_json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
    raise typer.Exit(HAS_PROBLEMS if is_bad else 0)


@app.command()
def info(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A line file or a run file (.h5).")
    ],
    is_solvers: Annotated[
        bool, typer.Option("--solvers", help="Only how the machine models are solved, and why.")
    ] = False,
    is_json: AsJson = False,
) -> None:
    """Says what is in a line file or a run file, and how its machine models are solved."""
    out = console()
    line, solvers = opened(file)
    if is_json:
        counts = {f"{kind}s": line.names(kind) for kind in KINDS}
        said = {} if is_solvers else {"name": line.name, "about": line.about, **counts}
        print(json.dumps({**said, "solvers": solvers}, indent=2, ensure_ascii=False))
        return
    if not is_solvers:
        for said_of_line in filter(None, (line.name, line.about)):
            out.print(Text(said_of_line))
        for kind in KINDS:
            if names := line.names(kind):
                out.print(Text(f"{plural(len(names), kind)}: {', '.join(names)}"))
        if solvers:
            out.print()
            print_signals(out, line)
            out.print()
    if is_solvers or solvers:
        print_solvers(out, solvers)


def opened(file: Path) -> tuple[tw.Line, list[dict[str, Any]]]:
    """The line of a line file or of a run file, and the rows of its table of solvers."""
    if file.suffix.lower() not in RUN_FILES:
        line = read(file)
        return line, list(line.solvers)
    try:
        with tw.open(file) as recorded:
            line = recorded.line
            return line, list(recorded.solvers) if len(line.solvers) else []
    except tw.Error as error:
        print_stop(error)
        raise typer.Exit(HAS_PROBLEMS) from None


@app.command()
def dump(file: LineFile) -> None:
    """Prints a line with every default filled in; "x-defaults" lists them."""
    print(json.dumps(read(file).dump(), indent=2, ensure_ascii=False))


@app.command()
def schema(
    is_markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the reference of the format for people.")
    ] = False,
) -> None:
    """Prints the JSON Schema of line files."""
    text = tw.reference() if is_markdown else json.dumps(tw.schema(), indent=2, ensure_ascii=False)
    print(text)


def read(file: Path) -> tw.Line:
    """Loads a line, or says what is wrong with it and ends."""
    try:
        return tw.load(file)
    except tw.Error as error:
        err = console(True)
        print_problems(err, error.problems)
        err.print(Text(f"{file}: {counted(error.problems)}"), soft_wrap=True)
        raise typer.Exit(HAS_PROBLEMS) from None


def seconds(typed: str | None, option: str) -> float:
    """A duration typed as "8h" or "8 h"; 0: none was typed."""
    try:
        return 0.0 if typed is None else tw.seconds(spaced(typed))
    except tw.Error as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


@contextmanager
def progress_bar(what: str) -> Iterator[tw.ProgressCall | None]:
    """A bar on a terminal, nothing elsewhere."""
    err = console(True)
    if not err.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:.0f} %"))
    with Progress(*columns, TimeRemainingColumn(), console=err, transient=True) as bar:
        task = bar.add_task(what, total=1.0)

        def show(at: tw.Progress) -> None:
            begun = min(at.time_s / at.horizon_s, 1.0) if at.horizon_s > 0 else 0.0
            bar.update(task, completed=min((at.n_done + begun) / max(at.n_replication, 1), 1.0))

        yield show


def conditions(figures: Figures, end_s: float) -> str:
    """What was run, in one line."""
    warmup_s = figures.line.warmup_s
    after = f" after a warm-up of {duration(warmup_s)}" if warmup_s else ", without a warm-up"
    return f"{plural(figures.n, 'replication')} of {duration(end_s)}{after}."


def replicate(
    line: tw.Line, n: int | None, *, threads: int | None, seed: int | None, until: float
) -> tuple[tw.Study | None, int]:
    """Runs the replications; gives what was done and the exit code."""
    try:
        with progress_bar(line.name) as progress:
            study = line.replicate(
                n, threads=threads, seed=seed, until=until, losses=True, progress=progress
            )
    except tw.Interrupted as stop:
        console(True).print("Interrupted; what follows is what was done until then.")
        return stop.kept, WAS_INTERRUPTED
    except tw.Error as error:
        print_stop(error)
        return error.kept, WAS_STOPPED
    return study, 0


def print_stop(error: tw.Error) -> None:
    """Says why a run stopped."""
    err = console(True)
    print_problems(err, error.problems)
    err.print(Text(f"Stopped: {error.message}.", style="bold red"))


def record(
    figures: Figures, stem: Path, end_s: float, seed: int | None, window_s: float | None
) -> tuple[list[Path], int]:
    """Runs the first replication again into a run file, draws it if asked, names the files."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    recorded, picture = stem.with_suffix(".h5"), stem.with_suffix(".png")
    files: list[Path] = []
    try:
        with progress_bar("run file") as progress:
            run = tw.Run(figures.line, seed=seed, horizon=end_s, progress=progress)
            recorder = tw.Recorder(recorded, run.line, states=True, parts=True, compression=1)
            with recorder, recorder.observing(run):
                run.until(end_s)
        files.append(recorded)
        if window_s is not None:
            from .pareto import draw_losses
            from .picture import draw  # matplotlib takes half a second to load

            with tw.open(recorded) as tables:
                draw(run, tables, answer(figures), picture, window_s)
            files.append(picture)
            if figures.losses is not None:
                files.append(stem.with_name(f"{stem.name}-losses.png"))
                draw_losses(figures.line, figures.losses, files[-1])
    except KeyboardInterrupt:
        return files, WAS_INTERRUPTED
    except tw.Error as error:
        print_stop(error)
        return files, WAS_STOPPED
    return files, 0


def spelled(error: UnicodeError) -> tuple[str, int]:
    """What stands for a character that the output cannot show."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end].translate({ord("±"): "+-", 0xA0: " "})
    return missing.encode("ascii", "replace").decode("ascii"), error.end


def main() -> None:
    """The command `twin`."""
    codecs.register_error("spelled", spelled)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="spelled")
    app()
