"""What is known of a line before it runs: warnings, and the load of its stations and people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .errors import Problem
from .show import details_html, facts_html, problems_html, rows_html, title_html
from .tables import Table, made_table
from .words import number, plural, share, with_unit


@dataclass(frozen=True)
class Load:
    """What a line asks of its stations and people before anything is simulated.

    `stations` and `people` are tables with a row each; loads are for `good_per_s` good parts a
    second. `is_relative`: the sources give what can be taken, and the highest load is 1. `takt_s`
    is the target's takt in working time, NaN without one.
    """

    stations: Table
    people: Table
    good_per_s: float
    takt_s: float
    is_relative: bool

    def __str__(self) -> str:
        tables = (self.stations, self.people) if len(self.people) else (self.stations,)
        return "\n\n".join(map(repr, tables))

    def __repr__(self) -> str:
        return f"<libtwin.Load of {plural(len(self.stations), 'station')}>"

    def _repr_html_(self) -> str:
        base = "as much as the sources can give" if self.is_relative else "what the sources give"
        facts = {f"good parts, {base}": with_unit(self.good_per_s, "1/s")}
        if np.isfinite(self.takt_s):
            facts["takt of the target"] = with_unit(self.takt_s, "s")
        heads = ["station", "machines", "cycle", "tools", "stops", "changeover", "need", "load"]
        rows = [
            [row["station"], number(row["machines"])]
            + [with_unit(row[column], "s") for column in heads[2:-1]]
            + [share(row["load"])]
            for row in self.stations
        ]
        people = [
            [row["pool"], number(row["count"]), with_unit(row["work"], "s"), share(row["load"])]
            for row in self.people
        ]
        shown = title_html("Load", "before anything is simulated") + facts_html(facts)
        shown += rows_html(heads, rows)
        return shown + (rows_html(["people", "count", "work", "load"], people) if people else "")


class Check:
    """What the library has to say about a line that it accepts: warnings and notes."""

    def __init__(self, problems: list[Problem], load: Load | None = None) -> None:
        self.problems = problems
        self.warnings = [problem for problem in problems if problem.severity == "warning"]
        self.load = load

    @property
    def table(self) -> Table:
        """The same as a table, a row per problem."""
        words = ("severity", "code", "file", "pointer", "message", "hint")
        columns: dict[str, Any] = {
            word: [getattr(problem, word) for problem in self.problems] for word in words
        }
        for place in ("line", "column"):
            numbers = [getattr(problem, place) for problem in self.problems]
            columns[place] = np.array(numbers, np.int32)
        return made_table("check", columns)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems)) or "no problems"

    def __repr__(self) -> str:
        return f"<libtwin.Check: {plural(len(self.problems), 'problem')}>"

    def _repr_html_(self) -> str:
        title = title_html("Check", plural(len(self.problems), "problem"))
        load = details_html("load", self.load._repr_html_()) if self.load is not None else ""
        return title + problems_html(self.problems) + load
