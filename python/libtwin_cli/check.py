"""`twin check`: every mistake in a line file as a compiler prints it, and the load table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

import libtwin as tw

from . import document
from .given import STDIN, STDIN_NAME, AsJson, all_existing, load
from .load import load_as_json, print_load
from .problems import counted, print_problems
from .terminal import HAS_PROBLEMS, console


def check(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="LINE", callback=all_existing, help="Line files; - reads one in."),
    ],
    is_json: AsJson = False,
) -> None:
    """Finds every mistake; shows what stations and people have to do."""
    out, found, is_bad = console(), [], False
    for file in files:
        said, problems = None, []
        try:
            checked = load(file).check()
            problems, said = checked.problems, checked.load
        except tw.Error as error:
            problems, is_bad = error.problems, True
        name = STDIN_NAME if file == STDIN else str(file)
        found.append(as_json(name, problems, said))
        if not is_json:
            if said is not None:
                print_load(out, said)
            print_problems(out, problems, file.parent)
            out.print(Text(f"{name}: {counted(problems)}"), soft_wrap=True)
    if is_json:
        document.printed(found)
    raise typer.Exit(HAS_PROBLEMS if is_bad else 0)


def as_json(file: str, problems: list[tw.Problem], load: tw.Load | None) -> dict[str, Any]:
    """What was found in one file."""
    said = {"load": None} if load is None else load_as_json(load)
    return document.head("check", file, **said, problems=document.problems(problems))
