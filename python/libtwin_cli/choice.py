"""Which figures of a line are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

import typer

import libtwin as tw

GLOB = "*?["


def chosen(line: tw.Line, patterns: Sequence[str]) -> list[str]:
    """The paths that are asked for, in the order of the line; all where nothing is asked for."""
    if not patterns:
        return list(line.quantities)
    found: set[str] = set()
    for pattern in patterns:
        matching = {path for path in line.quantities if fnmatchcase(path, pattern)}
        if not matching:
            raise typer.BadParameter(unknown(line, pattern), param_hint="--figure")
        found |= matching
    return [path for path in line.quantities if path in found]


def unknown(line: tw.Line, pattern: str) -> str:
    """That there is no such figure, and the nearest one."""
    if any(sign in pattern for sign in GLOB):
        return f'no figure matches "{pattern}"; `twin export LINE quantities` lists them'
    try:
        line.quantity(pattern)
    except tw.Error as error:
        return str(error)
    return f'"{pattern}" is written "{pattern.replace(".", "/")}" here'
