"""The scripts of the two READMEs do what they say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from conftest import LINES

import libtwin as tw

TOP = LINES.parent


def run_script_of(readme: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Runs the one Python script of a document where its lines are; gives the names it made."""
    (script,) = re.findall(r"```python\n(.*?)```", readme.read_text(encoding="utf-8"), re.DOTALL)
    (folder / "lines").symlink_to(LINES)
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {}
    exec(script, names)
    return names


def test_the_script_of_the_first_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = run_script_of(TOP / "README.md", tmp_path, monkeypatch)
    assert names["study"].n_done == 20
    assert names["future"].time_s == names["run"].time_s + 8 * 3600


def test_the_script_of_the_python_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = run_script_of(TOP / "python" / "README.md", tmp_path, monkeypatch)
    assert isinstance(names["study"], tw.Study)
    assert names["future"].time_s == names["now"].time_s + 8 * 3600
    assert (tmp_path / "run.h5").exists()
