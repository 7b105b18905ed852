"""How objects show themselves in a notebook: small tables in the colours of the page.

Nothing here sets a colour of its own, so light and dark pages both work. Figures are given in the
unit that suits their size, with that unit beside them; the objects' own attributes stay in SI.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .words import number, plural, readable_unit, share

if TYPE_CHECKING:
    from .errors import Problem

_CELL = "text-align:left;vertical-align:top;padding:0.1em 0.8em 0.1em 0"
_NUMBER = "text-align:right;vertical-align:top;padding:0.1em 0.8em 0.1em 0;white-space:nowrap"
_SHOWN_FROM = 0.0005  # a share that is less is no reason for a column
_STATIONS_SHOWN = 25

# What is shown of a run or a study, with the words for it, as far as the line has it.
HEADLINES = {
    "line/shipped": "shipped",
    "line/throughput": "throughput",
    "line/scrapped": "scrapped",
    "line/lead_time/mean": "lead time, mean",
    "line/lead_time/q90": "lead time, 90 % below",
    "line/wip/mean": "parts in the line, mean",
    "line/energy/per_good": "energy per good part",
    "line/cost/per_good": "cost per good part",
}


def alike(values: Iterable[float], unit: str) -> list[str]:
    """Values in the one unit that suits the first of them."""
    given = list(values)
    word, size = readable_unit(unit, given[0])
    return [f"{number(value / size)} {word.removeprefix('1')}".rstrip() for value in given]


def _cells(cells: Iterable[str], tag: str, numbers: int) -> str:
    """Cells of a row: the first `numbers` of them are texts, the others figures."""
    styles = (_CELL if i < numbers else _NUMBER for i in range(1000))
    pairs = zip(cells, styles, strict=False)
    return "".join(f'<{tag} style="{style}">{html.escape(cell)}</{tag}>' for cell, style in pairs)


def rows_html(heads: Sequence[str], rows: Iterable[Sequence[str]], n_text: int = 1) -> str:
    """A table with a head; the first `n_text` columns are texts, the others are set right."""
    body = "".join(f"<tr>{_cells(row, 'td', n_text)}</tr>" for row in rows)
    head = f"<thead><tr>{_cells(heads, 'th', n_text)}</tr></thead>" if heads else ""
    return f"<table>{head}<tbody>{body}</tbody></table>"


def facts_html(facts: Mapping[str, str]) -> str:
    """A table of words and what they are, without a head."""
    rows = "".join(
        f'<tr><th style="{_CELL}">{html.escape(word)}</th>'
        f'<td style="{_CELL}">{html.escape(fact)}</td></tr>'
        for word, fact in facts.items()
    )
    return f"<table><tbody>{rows}</tbody></table>"


def title_html(kind: str, name: str, about: str = "") -> str:
    """The first line: what it is, of what, and how far it is."""
    said = f"<b>{html.escape(kind)}</b> {html.escape(name)}"
    more = f'<br><span style="opacity:0.75">{html.escape(about)}</span>' if about else ""
    return f'<p style="margin:0.3em 0">{said}{more}</p>'


def details_html(summary: str, inner: str) -> str:
    """What is there but not shown at first."""
    return f"<details><summary>{html.escape(summary)}</summary>{inner}</details>"


def problems_html(problems: Sequence[Problem], otherwise: str = "no problems") -> str:
    """Problems with their places, source lines and hints."""
    if not problems:
        return f"<p>{html.escape(otherwise)}</p>"
    rows = []
    for problem in problems:
        shown = html.escape(str(problem))
        rows.append(f'<pre style="margin:0 0 0.6em 0;white-space:pre-wrap">{shown}</pre>')
    return "".join(rows)


def states_html(stations: Sequence[str], shares: Mapping[str, float]) -> str:
    """The shares of time that stations spend in each state; states that none is in are left out."""
    states: list[str] = []
    for path, value in shares.items():
        state = path.rpartition("/state/")[2]
        if value > _SHOWN_FROM and state not in states:
            states.append(state)
    rows = [
        [name, *(share(shares.get(f"stations/{name}/state/{state}", math.nan)) for state in states)]
        for name in stations[:_STATIONS_SHOWN]
    ]
    rest = len(stations) - len(rows)
    more = f"<p>and {plural(rest, 'station')} more</p>" if rest else ""
    return rows_html(["station", *states], rows) + more if states else ""


def state_paths(stations: Sequence[str], quantities: Iterable[str]) -> list[str]:
    """The paths of the shares of the stations that are shown."""
    begins = tuple(f"stations/{name}/state/" for name in stations[:_STATIONS_SHOWN])
    return [path for path in quantities if path.startswith(begins)]


def clock_text(start: np.datetime64, time_s: float) -> str:
    """An instant on the plant's clock, "2026-03-02 14:00:00"."""
    microseconds = np.timedelta64(round(time_s * 1e6), "us")
    return str((start + microseconds).astype("datetime64[s]")).replace("T", " ")
