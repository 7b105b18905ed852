"""Variants of a line: its scenarios, and values that are changed on the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

import libtwin as tw

from .given import STDIN, STDIN_NAME, read, reported
from .problems import remember

Scenario = Annotated[
    str | None, typer.Option(metavar="NAME", help="With the changes of one of its scenarios.")
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="/PATH=VALUE",
        help="Another value, '/buffers/b1/capacity=20'. May be repeated.",
    ),
]


def read_variant(path: Path, scenario: str | None, sets: Sequence[str] | None) -> tw.Line:
    """A line as its file has it, with a scenario, with other values; or says what is wrong."""
    if scenario is None and not sets:
        return read(path)
    document = document_of(path)
    changes = dict(scenario_of(document, scenario)) if scenario is not None else {}
    changes |= dict(typed(one) for one in sets or [])
    return changed(path, document, changes)


def suffix(scenario: str | None, sets: Sequence[str] | None) -> str:
    """What is added to the names of files that belong to a variant."""
    return (f"-{scenario}" if scenario else "") + ("-changed" if sets else "")


def document_of(path: Path) -> dict[str, Any]:
    """The file as JSON has it; what is wrong with it as a line is said first."""
    if path == STDIN:
        text = sys.stdin.buffer.read()
        reported(path, lambda: tw.parse(text, file=STDIN_NAME, folder=Path.cwd()))
    else:
        text = path.read_bytes()
        reported(path, lambda: tw.load(path))
    document: dict[str, Any] = json.loads(text.decode("utf-8-sig"))
    return document


def names_of(document: Mapping[str, Any]) -> list[str]:
    """The scenarios of a line file."""
    scenarios = document.get("scenarios") or {}
    return [name for name in scenarios if name != "about" and not name.startswith("x-")]


def scenario_of(document: Mapping[str, Any], name: str) -> list[tuple[str, Any]]:
    """The changes of a scenario: pointers with values."""
    names = names_of(document)
    if name not in names:
        there = f"it has {', '.join(names)}" if names else 'it has no "scenarios"'
        raise typer.BadParameter(
            f'the file has no scenario "{name}"; {there}', param_hint="--scenario"
        )
    return [(key, value) for key, value in document["scenarios"][name].items() if key[0] == "/"]


def typed(text: str) -> tuple[str, Any]:
    """A pointer and its value, typed as '/stations/saw/time=2 min'; what is no JSON is a text."""
    pointer, equals, value = text.partition("=")
    if not equals or not pointer.strip("/ "):
        raise typer.BadParameter(
            f'"{text}" is no change; one looks like "/buffers/b1/capacity=20"', param_hint="--set"
        )
    pointer = f"/{pointer.strip().lstrip('/')}"
    try:
        return pointer, json.loads(value)
    except ValueError:
        return pointer, value.strip()


def changed(path: Path, document: Mapping[str, Any], changes: Mapping[str, Any]) -> tw.Line:
    """The line with other values at some pointers; or says what is wrong with it."""
    copy = json.loads(json.dumps(document))
    for pointer, value in changes.items():
        put(copy, pointer, value)
    text = json.dumps(copy, indent=2, ensure_ascii=False)
    name = f"{STDIN_NAME if path == STDIN else path} as changed"
    remember(name, text)
    folder = Path.cwd() if path == STDIN else path.parent
    return reported(path, lambda: tw.parse(text, file=name, folder=folder))


def put(document: Any, pointer: str, value: Any) -> None:
    """Puts a value at a JSON pointer; objects on its way that are not there are made."""
    *way, last = [step.replace("~1", "/").replace("~0", "~") for step in pointer[1:].split("/")]
    at = document
    for i, step in enumerate(way):
        at = at.setdefault(step, {}) if isinstance(at, dict) else item(at, step, pointer)
        if not isinstance(at, dict | list):
            here = "/".join(way[: i + 1])
            raise typer.BadParameter(f'"/{here}" is a value, nothing is in it', param_hint="--set")
    if isinstance(at, dict):
        at[last] = value
    else:
        item(at, last, pointer)
        at[int(last)] = value


def item(at: list[Any], step: str, pointer: str) -> Any:
    """An element of a list, counted from 0."""
    if not step.isdecimal() or int(step) >= len(at):
        raise typer.BadParameter(
            f'"{pointer}": a list of {len(at)} has no element "{step}"; the first is 0',
            param_hint="--set",
        )
    return at[int(step)]
