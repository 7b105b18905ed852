"""Variants of a line: its scenarios, and values that are changed on the command line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

import libtwin as tw

from .given import read, reported

SET = "--set"
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
    line = read(path)
    if scenario is not None:
        name = known(line, scenario)
        line = reported(path, lambda: line.scenario(name))
    if sets:
        line = reported(path, lambda: line.scenario(changes=dict(typed(one) for one in sets)))
    return line


def suffix(scenario: str | None, sets: Sequence[str] | None) -> str:
    """What is added to the names of files that belong to a variant."""
    return (f"-{scenario}" if scenario else "") + ("-changed" if sets else "")


def chosen_scenarios(
    line: tw.Line, names: Sequence[str], sets: Sequence[str]
) -> list[str] | dict[str, dict[str, Any]]:
    """What is compared: the scenarios that are asked for, else what is typed, else all."""
    if names and sets:
        raise typer.BadParameter("--scenario and --set are not compared together", param_hint=SET)
    if sets:
        said = ", ".join(one.strip().lstrip("/") for one in sets)
        return {said: dict(typed(one) for one in sets)}
    return [known(line, name) for name in names] if names else names_of(line)


def names_of(line: tw.Line) -> list[str]:
    """The scenarios of a line, each combination of a sweep by itself."""
    return [str(name) for name in line.scenarios["scenario"]]


def known(line: tw.Line, name: str) -> str:
    """A scenario or a sweep that the file has; or says what it has."""
    groups = [str(group) for group in line.scenarios["group"]]
    if name not in groups and name not in names_of(line):
        there = f"it has {', '.join(dict.fromkeys(groups))}" if groups else 'it has no "scenarios"'
        raise typer.BadParameter(
            f'the file has no scenario "{name}"; {there}', param_hint="--scenario"
        )
    return name


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
