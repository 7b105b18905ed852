"""Reference cases with exactly known answers, from a file beside the checkout or TWIN_ORACLES.

TWIN_ORACLES_LENGTH makes stochastic runs longer: 10 is a thorough check of some minutes.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "analytic"))

from oracles.build import Waits, build  # noqa: E402
from oracles.study import run_case  # noqa: E402

CASES_FILE = Path(os.environ.get("TWIN_ORACLES", ROOT.parent / "shared" / "oracles" / "cases.json"))
LENGTH = float(os.environ.get("TWIN_ORACLES_LENGTH", "1"))


def _cases() -> list[Any]:
    if not CASES_FILE.is_file():
        reason = f"no reference cases at {CASES_FILE}"
        return [pytest.param(None, marks=pytest.mark.skip(reason=reason))]
    cases = json.loads(CASES_FILE.read_text(encoding="utf-8"))["cases"]
    return [pytest.param(case, id=case["name"]) for case in cases]


@pytest.fixture(scope="module")
def waiting(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The cases that wait for a mechanism, listed at the end."""
    listed: dict[str, str] = {}
    yield listed
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    if listed and reporter is not None:
        width = max(map(len, listed))
        reporter.write_line(f"\nreference cases that wait for a mechanism: {len(listed)}")
        for name, mechanism in listed.items():
            reporter.write_line(f"  {name:<{width}}  {mechanism}")


@pytest.mark.parametrize("case", _cases())
def test_a_reference_case_gives_its_exact_answer(
    case: dict[str, Any], waiting: dict[str, str]
) -> None:
    try:
        outcomes = run_case(case, build(case), LENGTH)
    except Waits as mechanism:
        waiting[case["name"]] = str(mechanism)
        pytest.skip(f"waits for: {mechanism}")
    print("\n".join(map(str, outcomes)))
    assert all(outcome.is_good for outcome in outcomes)
