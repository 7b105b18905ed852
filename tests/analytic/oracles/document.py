"""Writes line documents as a person would: names, chains, quantities with units.

Cases give plain numbers in minutes; everything here turns them into texts with a unit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

Params = dict[str, Any]


def minutes(number: float) -> str:
    """A number of minutes as the format writes it, without losing a digit."""
    return f"{number!r} min"


def exponential(mean: float) -> Params:
    """An exponential time of this mean in minutes."""
    return {"exponential": {"mean": minutes(mean)}}


def _spread(spec: Params) -> Params:
    """Mean and standard deviation or coefficient of variation, whichever is given."""
    given: Params = {"mean": minutes(spec["mean"])}
    if "cv" in spec:
        return given | {"cv": spec["cv"]}
    if "scv" in spec:
        return given | {"cv": math.sqrt(spec["scv"])}
    return given | {"sd": minutes(spec["sd"])}


def _hyperexponential(spec: Params) -> Params:
    if "p" not in spec:
        cv = spec["cv"] if "cv" in spec else math.sqrt(spec["scv"])
        return {"hyperexponential": {"mean": minutes(spec["mean"]), "cv": cv}}
    return {
        "mixture": [
            {"weight": spec["p"], "of": exponential(spec["mean1"])},
            {"weight": 1 - spec["p"], "of": exponential(spec["mean2"])},
        ]
    }


def _bounds(spec: Params, *names: str) -> Params:
    return {name: minutes(spec[name]) for name in names}


def _gamma(spec: Params) -> Params:
    shape = spec.get("shape", spec.get("k"))
    return {"gamma": _spread(spec if shape is None else spec | {"cv": 1 / math.sqrt(shape)})}


def _weibull(spec: Params) -> Params:
    mean = spec.get("mean")
    if mean is None:
        mean = spec["scale"] * math.gamma(1 + 1 / spec["shape"])
    return {"weibull": {"mean": minutes(mean), "shape": spec["shape"]}}


def _normal(spec: Params) -> Params:
    return {"normal": _spread(spec) | {"min": minutes(spec.get("min", 0))}}


def _discrete(spec: Params) -> Params:
    weights = spec.get("weights", spec.get("probabilities"))
    return {"discrete": {"values": [minutes(v) for v in spec["values"]], "weights": weights}}


_CONSTANT = ("constant", "deterministic")


def value(spec: Params | float) -> Params | str:
    """A random time as the format writes it, from a case's {"dist": ...} or a number."""
    if not isinstance(spec, dict):
        return minutes(spec)
    name = spec.get("dist", "exponential")
    if name in _CONSTANT:
        return minutes(spec.get("value", spec.get("mean")))
    if name == "erlang":
        shape = spec.get("k", spec.get("shape"))
        return {"erlang": {"mean": minutes(spec["mean"]), "shape": shape}}
    make = {
        "exponential": lambda s: exponential(s["mean"] if "mean" in s else 1 / s["rate"]),
        "hyperexponential": _hyperexponential,
        "uniform": lambda s: {"uniform": _bounds(s, "min", "max")},
        "triangular": lambda s: {"triangular": _bounds(s, "min", "mode", "max")},
        "lognormal": lambda s: {"lognormal": _spread(s)},
        "normal": _normal,
        "gamma": _gamma,
        "weibull": _weibull,
        "discrete": _discrete,
    }[name]
    written: Params = make(spec)
    return written


def failure(spec: Params, clock: str) -> Params:
    """A failure mode from mttf and mttr: exponential, unless they name a distribution."""
    up, down = spec["mttf"], spec["mttr"]
    return {
        "clock": clock,
        "mtbf": value(up) if isinstance(up, dict) else exponential(up),
        "repair": value(down) if isinstance(down, dict) else exponential(down),
    }


class Draft:
    """A line document that grows by one place at a time; `chains` connects them."""

    def __init__(self, name: str) -> None:
        self.document: Params = {
            "libtwin": "1.0",
            "name": name,
            "parts": {},
            "sources": {},
            "buffers": {},
            "stations": {},
            "flow": [],
        }

    def part(self, name: str, **keys: Any) -> str:
        """Adds a part type."""
        self.document["parts"][name] = keys
        return name

    def source(self, name: str, part: str = "part", **keys: Any) -> str:
        """Adds a source that always has parts of one type, unless `every` or orders say more."""
        if part not in self.document["parts"]:
            self.part(part)
        self.document["sources"][name] = {"sequence": [f"1 {part}"], "repeat": True} | keys
        return name

    def arrivals(self, name: str, rate: float, part: str = "part", **keys: Any) -> str:
        """Adds a source with Poisson arrivals of a rate per minute."""
        return self.source(name, part, every=exponential(1 / rate), **keys)

    def buffer(self, name: str, capacity: int | str = "unlimited", **keys: Any) -> str:
        """Adds a buffer."""
        self.document["buffers"][name] = {"capacity": capacity} | keys
        return name

    def station(self, name: str, time: Params | float | str, **keys: Any) -> str:
        """Adds a machine station; `time` is a case's distribution, or a text of the format."""
        written = time if isinstance(time, str) else value(time)
        self.document["stations"][name] = {"type": "machine", "time": written} | keys
        return name

    def crew(self, name: str, count: int, skill: str) -> str:
        """Adds a pool of people with one skill."""
        self.document.setdefault("workers", {})[name] = {"count": count, "skills": [skill]}
        return name

    def chain(self, *names: str | None) -> None:
        """Adds a chain; None stands for a buffer that is not there."""
        self.document["flow"].append([name for name in names if name is not None])


def slots(draft: Draft, capacities: Sequence[int]) -> list[str | None]:
    """The buffers B1, B2, ... of these sizes; a buffer of size 0 is a direct link, None."""
    names = [f"B{i}" for i in range(1, len(capacities) + 1)]
    return [draft.buffer(n, c) if c > 0 else None for n, c in zip(names, capacities, strict=True)]
