"""How machine states are grouped, coloured and drawn: one list for the report and the picture."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """States that a reader takes together.

    `glyph` stands for the colour where there is none, `letter` where there is only ASCII.
    """

    name: str
    states: tuple[str, ...]
    colour: str
    glyph: str
    letter: str
    is_always_shown: bool = False

    @property
    def short(self) -> str:
        """A name for a narrow column."""
        return SHORT.get(self.name, self.name)


# In the order in which bars are stacked: useful work first, then what hinders it, then absence.
# The colours differ in lightness as well as in hue, so they hold for colour-blind readers and in
# grey print.
GROUPS = (
    Group("processing", ("processing",), "#2f6f9f", "█", "#", True),
    Group("loading", ("loading", "unloading"), "#7fb4d6", "▆", "+"),
    Group("setup", ("setup", "setup-waiting", "warming-up"), "#f2dc5d", "▅", "%"),
    Group("blocked", ("blocked",), "#ef9b20", "▓", "=", True),
    Group("starved", ("starved",), "#cfe3ee", "░", "-", True),
    Group(
        "waiting",
        (
            "waiting-worker",
            "waiting-transport",
            "waiting-components",
            "waiting-batch",
            "waiting-approval",
        ),
        "#b07aa1",
        "▒",
        "~",
    ),
    Group("down", ("failed-waiting", "failed-repair"), "#a5202e", "▚", "!", True),
    Group("maintenance", ("planned-maintenance", "maintenance-waiting"), "#5b3a78", "▞", "*"),
    Group("idle", ("idle", "switched-off", "stopped-by-other"), "#dedede", "·", "."),
    Group("off shift", ("off-shift", "break"), "#ffffff", " ", " "),
)

SHORT = {
    "processing": "proc",
    "loading": "load",
    "blocked": "block",
    "starved": "starv",
    "waiting": "wait",
    "maintenance": "maint",
    "off shift": "off",
}

GROUP_OF = {state: group for group in GROUPS for state in group.states}
