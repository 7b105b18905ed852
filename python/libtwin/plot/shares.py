"""The shares of time that stations and machines spend in groups of states."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from .states import GROUP_OF, GROUPS, Group

FOR_PEOPLE = ("setup-waiting", "failed-waiting", "maintenance-waiting")


@dataclass(frozen=True)
class Shares:
    """The share of its time that a station or machine spends in each group of states."""

    name: str
    of: dict[Group, float]
    people: dict[Group, float] = field(default_factory=dict)  # of these, waiting for people

    @property
    def busy(self) -> float:
        """The share in which it was neither kept waiting by its neighbours nor away."""
        away = ("blocked", "starved", "waiting", "idle", "off shift")
        present = [share for group, share in self.of.items() if group.name not in away]
        return sum(share for share in present if math.isfinite(share))

    @property
    def planned(self) -> Shares:
        """The same as shares of the planned time: all but off shift and breaks."""
        away = sum(share for group, share in self.of.items() if group.name == "off shift")
        if not away < 1:
            return Shares(self.name, dict.fromkeys(self.of, math.nan))
        kept = {group: share / (1 - away) for group, share in self.of.items()}
        people = {group: share / (1 - away) for group, share in self.people.items()}
        return Shares(self.name, kept, people)


def shares(values: dict[str, float], name: str) -> Shares:
    """The shares of "stations/NAME/state/...", of which a line may lack some."""
    found = {
        group: [values.get(f"stations/{name}/state/{state}", 0.0) for state in group.states]
        for group in GROUPS
    }
    people = {
        GROUP_OF[state]: values.get(f"stations/{name}/state/{state}", 0.0) for state in FOR_PEOPLE
    }
    return Shares(name, {group: sum(parts) for group, parts in found.items()}, people)
