"""The figures of a report, picked out of a study by their paths."""

from __future__ import annotations

import math
from functools import cached_property

import libtwin as tw
from libtwin.plot.loss_rows import Losses, losses_of
from libtwin.plot.shares import Shares, shares
from libtwin.plot.states import GROUPS, Group

SHOWN_FROM = 0.0005  # a share that rounds to 0.0 % is no reason for a column
ALIKE = 0.01  # shares that differ by less single out no station


class Figures:
    """What a study found. Estimates by path; a path that the line does not have gives NaN."""

    def __init__(
        self, study: tw.Study, warmup_s: float | None = None, *, has_losses: bool = True
    ) -> None:
        self.study = study
        self.line = study.line
        self.warmup_s = study.line.warmup_s if warmup_s is None else warmup_s
        self.n = study.n_done
        self.confidence = study.confidence
        self.rows = list(study.table)
        self.losses: Losses | None = losses_of(study) if has_losses else None
        self._means = {str(row["quantity"]): float(row["mean"]) for row in self.rows}
        self._half_widths = {str(row["quantity"]): float(row["half_width"]) for row in self.rows}

    def __contains__(self, path: str) -> bool:
        return math.isfinite(self.mean(path))

    def mean(self, path: str) -> float:
        """The mean over the replications."""
        return self._means.get(path, math.nan)

    def half_width(self, path: str) -> float:
        """Half of the interval's width; NaN: no interval is allowed."""
        return self._half_widths.get(path, math.nan)

    @cached_property
    def stations(self) -> list[Shares]:
        """The stations in file order."""
        return [shares(self._means, name) for name in self.line.stations]

    @property
    def shifts(self) -> list[str]:
        """The shifts of the calendar in the defaults that something was shipped in."""
        ends = "/good/mean"
        paths = [path for path in self._means if path.startswith("line/shift/")]
        names = [path[len("line/shift/") : -len(ends)] for path in paths if path.endswith(ends)]
        return [n for n in names if n != "off-shift" or self.mean(f"line/shift/{n}{ends}") > 0]

    @property
    def resources(self) -> list[str]:
        """The cranes, fixtures and the like."""
        start, end = "resources/", "/utilisation"
        return [
            p[len(start) : -len(end)]
            for p in self._means
            if p.startswith(start) and p.endswith(end)
        ]

    @property
    def people(self) -> list[tuple[str, str]]:
        """Pools of workers and resources: the first word of their paths, and the name."""
        workers = [("workers", name) for name in self.line.names("worker")]
        return workers + [("resources", name) for name in self.resources]

    @property
    def groups(self) -> list[Group]:
        """The groups of states worth a column."""
        return [
            group
            for group in GROUPS
            if group.is_always_shown or any(s.of[group] > SHOWN_FROM for s in self.stations)
        ]

    @property
    def part_rates(self) -> dict[str, str]:
        """The paths of the output by part, where the line makes several parts."""
        paths = {name: f"line/throughput/part/{name}" for name in self.line.names("part")}
        made = {name: path for name, path in paths.items() if self._means.get(path, 0.0) > 0}
        return made if len(made) > 1 else {}

    @property
    def busiest(self) -> list[Shares]:
        """The stations that wait least for their neighbours; several where they hardly differ."""
        most = max((station.busy for station in self.stations), default=math.nan)
        return [station for station in self.stations if station.busy > most - ALIKE]
