#!/usr/bin/env python3
"""Checks the text of every file of the project: what must not be committed.

Folders of one machine, promises for later, tabs and blanks at line ends, files that are not UTF-8.
"""

import os
import re
from collections.abc import Iterator

from source import ROOT, fail

SKIPPED_FOLDERS = {".git", ".venv", "build", "__pycache__", "dist", "corpus"}
SUFFIXES = {
    ".c",
    ".h",
    ".inl",
    ".py",
    ".pyi",
    ".md",
    ".json",
    ".toml",
    ".txt",
    ".build",
    ".sh",
    ".map",
    ".csv",
}
CORPUS = ("tests/lines/bad/", "tests/lines/whole/bad/")  # what is no text is a mistake to be found
EXACT = [".clang-format", ".editorconfig", ".gitignore", ".ci/run"]

# Written in pieces so that this file passes its own check.
MACHINE = re.compile(r"(?<![\w./}])/(?:wo" r"rk|ro" r"ot|ho" r"me/\w+|t" r"mp)/\w")
PROMISE = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")


def files() -> Iterator[tuple[str, str]]:
    """Yields relative name and path of every text file of the project."""
    for folder, folders, names in os.walk(ROOT):
        kept = (f for f in folders if f not in SKIPPED_FOLDERS and not f.startswith("build-"))
        folders[:] = sorted(kept)
        for name in sorted(names):
            path = os.path.join(folder, name)
            relative = os.path.relpath(path, ROOT)
            if os.path.splitext(name)[1] in SUFFIXES or relative in EXACT:
                yield relative, path


def main() -> None:
    problems, n = [], 0
    for relative, path in files():
        n += 1
        try:
            with open(path, encoding="utf-8", newline="") as file:
                text = file.read()
        except UnicodeDecodeError:
            if not relative.startswith(CORPUS):
                problems.append(f"{relative}: not UTF-8")
            continue
        is_table = relative.endswith(".csv")
        for number, line in enumerate(text.split("\n"), 1):
            place = f"{relative}:{number}"
            if MACHINE.search(line):
                problems.append(f"{place}: a folder of one machine")
            if PROMISE.search(line):
                problems.append(f"{place}: a promise, do it or leave it out")
            if line != line.rstrip() and not is_table:
                problems.append(f"{place}: blanks at the end of the line")
            if "\t" in line and not is_table:
                problems.append(f"{place}: a tab")
    fail(problems, "See tests/style/words.py.")
    print(f"{n} files read")


if __name__ == "__main__":
    main()
