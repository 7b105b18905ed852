"""The script of python/README.md does what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from conftest import LINES

import libtwin as tw

README = LINES.parent / "python" / "README.md"


def test_the_script_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (script,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "lines").symlink_to(LINES)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(script, names)
    assert isinstance(names["study"], tw.Study)
    assert names["future"].time_s == names["now"].time_s + 8 * 3600
    assert (tmp_path / "run.h5").exists()
