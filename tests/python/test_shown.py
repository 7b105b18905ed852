"""How objects show themselves: in a notebook, at a prompt, and in help()."""

from __future__ import annotations

import inspect
import math
import pydoc
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from conftest import LINES, PAIR

import libtwin as tw
from libtwin import words

PRESS = LINES / "press-shop.json"


class Tags(HTMLParser):
    """Whether every tag that is opened is closed, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Notes a tag that has to be closed."""
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Closes the innermost one."""
        assert self.open.pop() == tag


def shown_objects() -> dict[str, Any]:
    """One of everything that shows itself."""
    line = tw.parse(PAIR)
    study = line.replicate(3, losses=True)
    run = line.run(until="2 h")
    log = run.log()
    run.machine_down("saw[1]")
    error = None
    try:
        tw.parse(PAIR | {"name": "<script>", "statons": {}})
    except tw.Error as caught:
        error = caught
    return {
        "Line": line,
        "Run": run,
        "Study": study,
        "Estimate": study["line/throughput"],
        "Check": line.check(),
        "Load": line.load(),
        "Bottleneck": study.bottleneck(),
        "Log": log,
        "Error": error,
        "File": run.recorded(),
        "Table": study.losses(),
    }


SHOWN = shown_objects()


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_shown_is_whole_escaped_and_has_no_colours(name: str) -> None:
    html = SHOWN[name]._repr_html_()
    tags = Tags()
    tags.feed(html)
    assert tags.open == []
    assert not re.search(r"#[0-9a-f]{3,6}\b|color:|background|<script", html)


@pytest.mark.parametrize("name", [name for name in SHOWN if name != "Table"])
def test_a_repr_is_short(name: str) -> None:
    assert len(repr(SHOWN[name])) < 200
    assert "\n" not in repr(SHOWN[name])


def test_a_long_line_is_cut_when_it_is_shown() -> None:
    stations = {f"s{i}": {"type": "machine", "time": "1 min"} for i in range(400)}
    names = ["orders", *stations, "out"]
    line = tw.parse(PAIR | {"stations": stations, "buffers": {}, "flow": [names]})
    for shown in (line, line.run(until="1 h")):
        assert len(shown._repr_html_()) < 40_000


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (86400, "s", "1 d"),
        (276, "s", "4.60 min"),
        (28800, "s", "8 h"),
        (0.25, "s", "0.25 s"),
        (0, "s", "0 s"),
        (104 / 3600, "1/s", "104 /h"),
        (2 / 86400, "1/s", "2 /d"),
        (0, "1/s", "0 /h"),
        (3.21e9, "J", "892 kWh"),
        (12345.6, "1", "12\u00a0346"),
        (math.nan, "s", "-"),
    ],
)
def test_figures_are_shown_in_a_unit_that_suits_them(value: float, unit: str, said: str) -> None:
    assert words.with_unit(value, unit) == said


def test_an_estimate_prints_its_interval() -> None:
    estimate = tw.Estimate(9, 0.0289, 0.0004, 0.0005, 0.028, 0.03, "line/throughput", "1/s")
    assert str(estimate) == "104.0 ± 1.4 /h"
    assert f"{estimate:.4f}" == "0.0289 ± 0.0004"
    assert f"{estimate}" == str(estimate)
    assert float(estimate) == 0.0289
    assert repr(estimate).startswith("Estimate(n=9, mean=0.0289, half_width=0.0004")


def public_things() -> list[tuple[str, Any]]:
    """Every public name with all its public members."""
    things: list[tuple[str, Any]] = [("libtwin", tw)]
    for name in tw.__all__:
        thing = getattr(tw, name)
        if not (inspect.isclass(thing) or inspect.isroutine(thing)):
            continue
        things.append((name, thing))
        if not inspect.isclass(thing):
            continue
        for member, value in inspect.getmembers(thing):
            own = any(member in vars(base) for base in thing.__mro__ if is_ours(base))
            if own and not member.startswith("_") and member != "kept":
                things.append((f"{name}.{member}", value))
    return things


def is_ours(kind: type) -> bool:
    """Whether a class is defined in the package."""
    return kind.__module__.startswith("libtwin")


def test_every_public_name_says_what_it_is() -> None:
    dataclass_fields = {
        f"{name}.{field}"
        for name, thing in public_things()
        if inspect.isclass(thing)
        for field in getattr(thing, "__annotations__", {})
    }
    silent = [
        name
        for name, thing in public_things()
        if not (inspect.getdoc(thing) or "").strip() and name not in dataclass_fields
    ]
    assert silent == []
    undocumented = [
        name
        for name in dataclass_fields
        if name.count(".") == 1
        and name.split(".")[1] not in (getattr(tw, name.split(".")[0]).__doc__ or "")
        and not name.startswith(("Problem.", "Progress.", "Event.", "Run."))
    ]
    assert undocumented == []


def test_help_is_readable() -> None:
    text = pydoc.plain(pydoc.render_doc(tw.Run))
    assert "cdata" not in text
    assert "Reads object" not in text
    for word in ("until(self, time", "The present instant.", "machine_down(", "intervals"):
        assert word in text, word


def test_the_package_lists_every_name_that_it_has() -> None:
    there = {name for name in vars(tw) if not name.startswith("_")}
    modules = {name for name in there if inspect.ismodule(getattr(tw, name))}
    assert there - modules == set(tw.__all__)
    assert sorted(tw.__all__) == tw.__all__


def test_the_type_checker_s_sample_uses_every_public_name() -> None:
    text = (Path(__file__).parent / "sample.py").read_text(encoding="utf-8")
    missing = [name for name in tw.__all__ if not re.search(rf"\btw\.{name}\b", text)]
    assert missing == []
