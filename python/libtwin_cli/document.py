"""The one shape of everything that --json prints.

    {"libtwin": "1.0.0", "command": "study", "file": "lines/press-shop.json", ...what was asked...,
     "tables": {"figures": {"units": {"start": "s"}, "rows": [{...}, ...]}}}

Figures are in the unit that stands beside them: in "units" by column, or in the column "unit" of
their own row. What is no number, or none that JSON has, is null.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import libtwin as tw
from libtwin.words import known_rows


def head(command: str, file: Path | str | None = None, **said: Any) -> dict[str, Any]:
    """What every document begins with."""
    document: dict[str, Any] = {"libtwin": tw.__version__, "command": command}
    if file is not None:
        document["file"] = str(file)
    return document | said


def table(rows: tw.Table) -> dict[str, Any]:
    """A table with its units."""
    units = {name: unit for name, unit in rows.units.items() if unit not in ("", "1")}
    return {"units": units, "rows": known_rows(rows)}


def rows(found: Sequence[Mapping[str, Any]], **units: str) -> dict[str, Any]:
    """Rows that are no table of the library."""
    return {"units": units, "rows": known_rows(found)}


def problems(found: Sequence[tw.Problem]) -> list[dict[str, Any]]:
    """What is wrong, each with its place."""
    return [asdict(problem) for problem in found]


def printed(document: Any) -> None:
    """Prints a document."""
    print(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False))
