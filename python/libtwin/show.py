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

if TYPE_CHECKING:
    from .errors import Problem

_LENGTHS = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_RATES = {"/h": 3600.0, "/d": 86400.0}
_PREFIXES = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9}
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


def number(value: float) -> str:
    """A number with three significant digits at least, whole ones in full: "1,234", "0.0289"."""
    if not math.isfinite(value):
        return "-"
    if value == round(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def scale(value: float, unit: str) -> tuple[float, str]:
    """What to divide a value by, and the unit it then has, so that it reads well."""
    size = abs(value)
    if unit == "s":
        whole = [word for word, length in _LENGTHS.items() if size % length == 0 < size]
        fitting = [word for word, length in _LENGTHS.items() if size >= 1.5 * length] or ["s"]
        word = whole[-1] if len(whole) > 1 else fitting[-1]
        return _LENGTHS[word], word
    if unit == "1/s":
        word = "/d" if 0 < size * _RATES["/h"] < 1 else "/h"
        return 1 / _RATES[word], word
    if unit in ("J", "W"):
        prefix = [key for key, factor in _PREFIXES.items() if size >= factor] or [""]
        return _PREFIXES[prefix[-1]], prefix[-1] + unit
    return 1.0, "" if unit == "1" else unit


def quantity(value: float, unit: str) -> str:
    """A value with its unit: "6.2 min", "104 /h"."""
    if not math.isfinite(value):
        return "-"
    size, word = scale(value, unit)
    return f"{number(value / size)} {word}".rstrip()


def alike(values: Iterable[float], unit: str) -> list[str]:
    """Values in the one unit that suits the first of them."""
    given = list(values)
    size, word = scale(given[0], unit)
    return [
        f"{number(value / size)} {word}".rstrip() if math.isfinite(value) else "-"
        for value in given
    ]


def interval(mean: float, half_width: float, unit: str) -> str:
    """A mean and the half width of its interval: "104.2 ± 1.3 /h"."""
    if not math.isfinite(half_width) or not math.isfinite(mean):
        return quantity(mean, unit)
    size, word = scale(mean, unit)
    mean, half_width = mean / size, half_width / size
    digits = 0 if half_width <= 0 else max(0, 1 - math.floor(math.log10(half_width)))
    if half_width <= 0:
        return f"{number(mean)} ± 0 {word}".rstrip()
    return f"{mean:,.{digits}f} ± {half_width:,.{digits}f} {word}".rstrip()


def share(value: float) -> str:
    """A fraction in percent."""
    return f"{100 * value:.1f} %" if math.isfinite(value) else "-"


def plural(n: int, word: str) -> str:
    """A count with its word: "1 event", "2 events"."""
    several = f"{word[:-1]}ies" if word.endswith("ty") else f"{word}s"
    return f"{n:,} {word if n == 1 else several}"


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
