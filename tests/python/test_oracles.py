"""Reference cases with exactly known answers, from a file beside the checkout or TWIN_ORACLES.

TWIN_ORACLES_LENGTH makes stochastic runs longer: 10 is a thorough check of some minutes.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "analytic"))

from oracles.families import Waits, build  # noqa: E402
from oracles.study import run_case  # noqa: E402

CASES_FILE = Path(os.environ.get("TWIN_ORACLES", ROOT.parent / "shared" / "oracles" / "cases.json"))
LENGTH = float(os.environ.get("TWIN_ORACLES_LENGTH", "1"))


def _cases() -> list[Any]:
    if not CASES_FILE.is_file():
        reason = f"no reference cases at {CASES_FILE}"
        return [pytest.param(None, marks=pytest.mark.skip(reason=reason))]
    cases = json.loads(CASES_FILE.read_text(encoding="utf-8"))["cases"]
    return [pytest.param(case, id=case["name"]) for case in cases]


@pytest.mark.parametrize("case", _cases())
def test_a_reference_case_gives_its_exact_answer(case: dict[str, Any]) -> None:
    try:
        experiment = build(case)
    except Waits as mechanism:
        pytest.skip(f"waits for: {mechanism}")
    outcomes = run_case(case, experiment, LENGTH)
    print("\n".join(map(str, outcomes)))
    assert all(outcome.is_good for outcome in outcomes)
