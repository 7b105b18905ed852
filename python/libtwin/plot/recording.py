"""A recorded run as pictures and `twin info` need it, also of a file that is still written or was
broken off: which tables it has, and how far it goes.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

import libtwin as tw

TABLES = (
    "replications",
    "kpi",
    "losses",
    "shifts",
    "intervals",
    "parts",
    "visits",
    "events",
    "signals",
    "curves",
    "solvers",
)
# Columns with instants at which something is known to have happened.
LATEST = {
    "intervals": ("start", "end"),
    "visits": ("enter", "leave"),
    "parts": ("created", "left"),
    "events": ("time",),
    "signals": ("time",),
    "curves": ("time",),
}


def tables_of(file: tw.File) -> dict[str, tw.Table]:
    """The tables that a run file has, by name."""
    found = {}
    for name in TABLES:
        try:
            found[name] = file.table(name)
        except tw.NotFound:
            continue
    return found


def provenance_of(file: tw.File) -> dict[str, str]:
    """What a run file says of where it comes from: versions, hashes, seed, whether recovered."""
    return dict(getattr(file, "info", {}))


class Recording:
    """One replication in a run file."""

    def __init__(self, file: tw.File, replication: int | None = None) -> None:
        self.file = file
        self.line = file.line
        self.tables = tables_of(file)
        self.provenance = provenance_of(file)
        finished = {row["replication"]: row for row in self.tables.get("replications", ())}
        self.finished = sorted(finished)
        self.ends = [(int(row["status"]), float(row["t_end"])) for row in finished.values()]
        self.latest_end_s = self.ends[-1][1] if self.ends else 0.0
        self.replication = self.first_number() if replication is None else replication
        row = finished.get(self.replication)
        self.is_finished = row is not None
        self.seed = int(row["seed"]) if row else self.line.seed
        self.end_s = float(row["t_end"]) if row else self.latest()
        self.warmup_s = min(float(row["window"]) if row else self.line.warmup_s, self.end_s)
        self.hash = int(row["hash"]) if row else None
        self.status = int(row["status"]) if row else 0
        self.has_begun_at_zero = row is None or row["t_start"] == 0

    def first_number(self) -> int:
        """The first replication of the file."""
        if self.finished:
            return int(self.finished[0])
        for table in self.tables.values():
            if len(table) and "replication" in table:
                return int(table["replication"][0])
        return 0

    def rows(
        self, table: str, *columns: str, during: tuple[float, float] | None = None
    ) -> list[NDArray[np.generic]]:
        """Columns of a table, only this replication's rows; empty where the file lacks it.

        during: only rows that touch this stretch, from the first of LATEST to the last.
        """
        found = self.tables.get(table)
        if found is None:
            return [np.empty(0) for _ in columns]
        pieces = []
        for piece in found.chunks():
            mine = piece["replication"] == self.replication
            if during is not None:
                begin_s, end_s = during
                first, last = (piece[name] for name in LATEST[table])
                mine &= (first < end_s) & ~(last <= begin_s)  # NaN: it has not ended
            pieces.append([piece[column][mine] for column in columns])
        if not pieces:
            return [found[column] for column in columns]
        return [np.concatenate(parts) for parts in zip(*pieces, strict=True)]

    def latest(self) -> float:
        """The last instant that any row tells of."""
        times = [0.0]
        for table, columns in LATEST.items():
            for values in self.rows(table, *columns):
                numbers = np.asarray(values, float)
                times.append(float(numbers[np.isfinite(numbers)].max(initial=0.0)))
        return max(times)

    def figures(self) -> dict[str, float]:
        """The figures of a finished replication by path, else none."""
        found = {}
        columns = self.rows("kpi", "station", "machine", "kpi", "value")
        for station, machine, name, value in zip(*columns, strict=True):
            place = f"{station}[{machine}]" if machine else station
            found[f"stations/{place}/{name}" if station in self.line.stations else name] = value
        return {str(path): float(value) for path, value in found.items() if math.isfinite(value)}
