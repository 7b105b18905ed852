"""Signals of machine models in a picture: a strip each, with its own scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import libtwin as tw

from ..words import ZERO_DEGC_K

MOST_CURVES = 12
POINTS = 3000


@dataclass(frozen=True)
class Curve:
    """A signal over the window, in the unit that people read; `is_sampled`: points, not a curve."""

    name: str
    time_s: NDArray[np.float64]
    value: NDArray[np.float64]
    unit: str
    is_sampled: bool

    @property
    def range(self) -> tuple[float, float]:
        """Its least and greatest value."""
        finite = self.value[np.isfinite(self.value)]
        return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)

    @property
    def note(self) -> str:
        """The range in words: "180 to 261 °C"."""
        least, greatest = self.range
        unit = f" {self.unit}" if self.unit not in ("", "1") else ""
        if np.isclose(least, greatest, rtol=1e-9, atol=1e-12):
            return f"{least:.4g}{unit}"
        return f"{least:.4g} to {greatest:.4g}{unit}"


def curves(
    line: tw.Line, recorded: tw.File, begin_s: float, end_s: float, replication: int = 0
) -> list[Curve]:
    """The signals that were recorded, as they look in a window; at most so many as are legible."""
    if not len(line.signals):
        return []
    try:
        names = recorded.signal_names(replication)
    except tw.Error:  # the record has no such table: none was wanted
        return []
    described = {row["signal"]: row for row in line.signals}
    shown = names[:MOST_CURVES]
    return [curve(described[name], recorded, begin_s, end_s, replication) for name in shown]


def curve(
    described: dict[str, Any],
    recorded: tw.File,
    begin_s: float,
    end_s: float,
    replication: int = 0,
) -> Curve:
    """One signal: where it was recorded, and between that so often that it looks smooth."""
    rows = recorded.signal(described["signal"], replication=replication)
    time_s, value = rows["time"], rows["value"]
    inside = (time_s > begin_s) & (time_s < end_s)
    is_sampled = bool(np.isnan(rows["slope"]).any())
    if is_sampled:
        time_s, value = time_s[inside], value[inside]
    else:
        grid = np.linspace(begin_s, end_s, POINTS)
        rebuilt = recorded.signal(described["signal"], at=grid, replication=replication)["value"]
        # rows stand behind the points of the grid: both sides of a jump stay in their order
        time_s = np.concatenate([grid, time_s[inside]])
        value = np.concatenate([rebuilt, value[inside]])
        order = np.argsort(time_s, kind="stable")
        time_s, value = time_s[order], value[order]
    if described["absolute"]:
        return Curve(described["signal"], time_s, value - ZERO_DEGC_K, "°C", is_sampled)
    return Curve(described["signal"], time_s, value, described["unit"], is_sampled)
