"""Problems in a line file as a compiler prints them, with the source line and a caret."""

from __future__ import annotations

import re
from pathlib import Path

from rich.console import Console
from rich.text import Text

import libtwin as tw

from .words import plural

STYLES = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[\w.+-]+|.')


def print_problems(console: Console, problems: list[tw.Problem]) -> None:
    """Prints every problem under the line of the file that it is about."""
    for problem in problems:
        console.print(headline(problem), soft_wrap=True)
        source = source_line(problem.file, problem.line)
        if source:
            console.print(excerpt(source, problem, console.width), soft_wrap=True)


def counted(problems: list[tw.Problem]) -> str:
    """The count of each severity: "2 errors, 1 warning"."""
    counts = {severity: sum(p.severity == severity for p in problems) for severity in STYLES}
    said = [plural(n, severity) for severity, n in counts.items() if n]
    return ", ".join(said) or "no problems"


def source_line(file: str, number: int) -> str:
    """Line `number` of a file, counted from 1; "" when there is none to show."""
    try:
        lines = Path(file).read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return ""
    return lines[number - 1].rstrip() if 1 <= number <= len(lines) else ""


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
    begin = 0 if at + length <= room else max(0, at - room // 3)
    shown = source[begin : begin + room].replace("\t", " ")
    mark = "^" + "~" * (min(length, room - (at - begin)) - 1)
    text = Text(gutter, style="dim")
    text.append(shown + "\n", style="default")
    text.append(" " * (len(gutter) - 2) + "| ")
    text.append(" " * (at - begin) + mark, style=STYLES.get(problem.severity, ""))
    return text
