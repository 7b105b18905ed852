"""What-if: scenarios of a line, and what they make of it on the same random numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ._native import ffi, lib
from .errors import Error, NotFound, Problems, check, status_text, text

if TYPE_CHECKING:
    from .line import Line
    from .study import Study

Changes = Mapping[str, Any]
Scenarios = bool | str | Iterable[str] | Mapping[str, Changes]


def call_placed(line: Line, function: Callable[..., int], *args: Any) -> None:
    """A call whose problems may be about the file of a line; raises Error with all of them."""
    __tracebackhide__ = True
    problems = Problems()
    status = function(*args, problems.pointer)
    if status < 0:
        kind = NotFound if status == lib.TWIN_ERR_NOT_FOUND else Error
        raise kind(status, status_text(status), line._placed(problems.take()))


def as_json(scenarios: Mapping[str, Changes]) -> bytes:
    """Scenarios as a line file has them."""
    return json.dumps(scenarios, ensure_ascii=False, allow_nan=False).encode()


def add_to(study: Study, scenarios: Scenarios) -> None:
    """Adds scenarios to a study: all of the file, some by name, or what is given."""
    __tracebackhide__ = True
    if isinstance(scenarios, Mapping):
        data = as_json(scenarios)
        call_placed(study.line, lib.twin_study_add_scenarios, study._c, ffi.NULL, data, len(data))
    elif scenarios is True:
        call_placed(study.line, lib.twin_study_add_scenarios, study._c, ffi.NULL, ffi.NULL, 0)
    elif scenarios is not False:
        for name in [scenarios] if isinstance(scenarios, str) else scenarios:
            said = name.encode()
            call_placed(study.line, lib.twin_study_add_scenarios, study._c, said, ffi.NULL, 0)


def line_of(base: Line, name: str | None, changes: Changes | None) -> Line:
    """The line of a scenario: one of the file's, or with other values at JSON pointers."""
    __tracebackhide__ = True
    from .convert import taken_text

    data = None if changes is None else as_json({name or "changed": changes})
    pointer = ffi.new("twin_line **")
    said = ffi.NULL if name is None or changes is not None else name.encode()
    size = 0 if data is None else len(data)
    call_placed(
        base,
        lib.twin_line_scenario,
        pointer,
        base._c,
        said,
        ffi.NULL if data is None else data,
        size,
    )
    made = ffi.gc(pointer[0], lib.twin_line_unref)
    _, file, folder = base._source
    return type(base)(taken_text(lib.twin_line_dump, made).encode(), file, folder)


def names_of(study: Study) -> tuple[str, ...]:
    """The scenarios of a study, in order."""
    count = lib.twin_study_scenario_count(study._c)
    return tuple(text(lib.twin_study_scenario_name(study._c, i + 1)) for i in range(count))


def front_of(study: Study, a: str, b: str, less: Iterable[str]) -> list[str]:
    """Who is on the front of two figures; "" is the line as it is."""
    names = ("", *names_of(study))
    wanted = set(less)
    handles = [0 if path == "invest" else study.line.quantity(path) for path in (a, b)]
    is_less = sum(bit for bit, path in ((1, a), (2, b)) if path in wanted)
    found = np.zeros(len(names), dtype=np.int32)
    c_found = ffi.from_buffer("int32_t[]", found)
    check(lib.twin_study_front(study._c, *handles, is_less, c_found, len(names)))
    return [name for name, is_there in zip(names, found, strict=True) if is_there]


def number_of(study: Study, scenario: str) -> int:
    """Where a scenario stands, from 1; 0 is the line as it is."""
    names = names_of(study)
    if scenario not in names:
        raise ValueError(f'the study has no scenario "{scenario}"; it has {", ".join(names)}')
    return names.index(scenario) + 1
