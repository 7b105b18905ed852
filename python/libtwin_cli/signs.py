"""One cell of a bar: a colour, or what stands for it."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from libtwin.plot.states import Group


def symbol(group: Group, console: Console) -> Text:
    """One cell of a group's bar: its colour, or what stands for it."""
    if console.options.ascii_only:
        return Text(group.letter)
    if console.color_system is None or not group.glyph.strip():
        return Text(group.glyph)
    return Text("█", style=group.colour)
