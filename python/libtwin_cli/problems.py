"""Problems in a line file as a compiler prints them, with the source line and a caret."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

import libtwin as tw
from libtwin.words import plural

STYLES = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}
TAB = 4
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[\w.+-]+|.')


def print_problems(
    console: Console, problems: list[tw.Problem], folder: Path | None = None
) -> None:
    """Prints every problem under the line of the file that it is about.

    A table beside the line is named as from the line's `folder`; it is said where it is from here.
    """
    for problem in problems:
        there = problem if folder is None else from_here(problem, folder)
        console.print(headline(there), soft_wrap=True)
        source = source_line(there.file, there.line)
        if source:
            console.print(excerpt(source, there, console.width), soft_wrap=True)


def from_here(problem: tw.Problem, folder: Path) -> tw.Problem:
    """A problem with the path of its file as the working folder sees it."""
    path = folder / problem.file
    if not problem.file or folder == Path() or Path(problem.file).exists() or not path.is_file():
        return problem
    text = f"{path}{problem.text.removeprefix(problem.file)}"
    return replace(problem, file=str(path), text=text)


def counted(problems: list[tw.Problem]) -> str:
    """The count of each severity: "2 errors, 1 warning"."""
    counts = {severity: sum(p.severity == severity for p in problems) for severity in STYLES}
    said = [plural(n, severity) for severity, n in counts.items() if n]
    return ", ".join(said) or "no problems"


_typed: dict[str, list[str]] = {}


def remember(name: str, text: str) -> None:
    """Keeps the text of what is no file, so that problems can show their lines of it."""
    _typed[name] = text.split("\n")


def source_line(file: str, number: int) -> str:
    """Line `number` of a file, counted from 1; "" when there is none to show."""
    lines = _typed.get(file) or lines_of(file)
    return lines[number - 1].rstrip() if 1 <= number <= len(lines) else ""


@lru_cache(maxsize=4)
def lines_of(file: str) -> list[str]:
    """The lines of a file; none where it cannot be read."""
    try:
        return Path(file).read_text(encoding="utf-8", errors="replace").split("\n")
    except (OSError, ValueError):
        return []


def headline(problem: tw.Problem) -> Text:
    """The problem's own line, its severity in colour."""
    line = Text(problem.text)
    line.highlight_regex(r"^\S+?:\d+:\d+:", "bold")
    line.highlight_words([problem.pointer] if problem.pointer else [], "cyan")
    line.highlight_regex(r"\[[EWN]-[A-Z]+\]$", STYLES.get(problem.severity, ""))
    return line


def excerpt(source: str, problem: tw.Problem, width: int) -> Text:
    """The source line around the problem's column, and a caret under what is meant."""
    gutter = f"{problem.line:5} | "
    at = max(problem.column - 1, 0)
    token = TOKEN.match(source, at)
    length = len(token.group()) if token else 1
    room = max(width - len(gutter) - 1, 20)
    begin = first_shown(source, at, length, room)
    before, meant = printable(source[begin:at]), printable(source[at : at + length])
    shown = fitted(printable(source[begin : begin + room]), room)
    n_mark = max(1, min(cell_len(meant), room - cell_len(before)))
    text = Text(gutter, style="dim")
    text.append(shown + "\n", style="default")
    text.append(" " * (len(gutter) - 2) + "| ")
    mark = "^" + "~" * (n_mark - 1)
    text.append(" " * cell_len(before) + mark, style=STYLES.get(problem.severity, ""))
    return text


def first_shown(source: str, at: int, length: int, room: int) -> int:
    """The first character to show, so that what is meant is among those that fit."""
    if cell_len(printable(source[: at + length])) <= room:
        return 0
    begin = at
    while begin > 0 and cell_len(printable(source[begin - 1 : at])) <= room // 3:
        begin -= 1
    return begin


def printable(text: str) -> str:
    """Tabs as spaces; what would move the cursor as a dot."""
    return "".join(" " * TAB if c == "\t" else c if c.isprintable() else "." for c in text)


def fitted(text: str, room: int) -> str:
    """As much of a text as fits."""
    while cell_len(text) > room:
        text = text[:-1]
    return text
