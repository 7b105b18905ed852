#!/usr/bin/env python3
"""Where the values of a line file stand, found without the library: places.py [--write] checks
(or enters) the lines that the files beside this one expect in "x-expect".

The line of a problem is that of the value at its pointer. Of a problem in a table the expectation
names the file and, as "cell", the text that is wrong; then its line is that of the only cell with
this text. Where neither says it (what is no JSON, a row of a table), the line is written by hand
and must be one of the file.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from json.decoder import scanstring
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
EXPECT = re.compile(r'^  "x-expect": (\[.*\]),?$', re.M)
SPACE = re.compile(r"[ \t\r\n]*")
WORD = re.compile(r"[^\s,:\]}]+")


class Places:
    """The line of every value of a JSON text by its pointer; of a key given twice the last."""

    def __init__(self, text: str) -> None:
        self.text, self.line_of = text, dict[str, int]()
        self._value(self._skip(0), "")

    def _skip(self, at: int) -> int:
        match = SPACE.match(self.text, at)
        assert match is not None
        return match.end()

    def _value(self, at: int, pointer: str) -> int:
        self.line_of[pointer] = self.text.count("\n", 0, at) + 1
        c = self.text[at]
        if c == '"':
            return scanstring(self.text, at + 1)[1]
        if c not in "[{":
            match = WORD.match(self.text, at)
            assert match is not None
            return match.end()
        at, n = self._skip(at + 1), 0
        while self.text[at] not in "]}":
            key = str(n)
            if c == "{":
                key, at = scanstring(self.text, at + 1)
                at = self._skip(self._skip(at) + 1)
            at = self._skip(
                self._value(at, pointer + "/" + key.replace("~", "~0").replace("/", "~1"))
            )
            if self.text[at] == ",":
                at = self._skip(at + 1)
            n += 1
        return at + 1


def read_text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace").removeprefix("\ufeff")


def expectations(text: str) -> list[dict[str, Any]]:
    match = EXPECT.search(text)
    return json.loads(match.group(1)) if match else []


def cell_lines(path: Path, cell: str) -> list[int]:
    """Lines of the cells with this text, whatever separates them."""
    found = []
    for separator in ",;\t":
        rows = csv.reader(path.open(encoding="utf-8-sig", newline=""), delimiter=separator)
        line = 1
        for row in rows:
            found += [line for one in row if one.strip(" ") == cell]
            line = rows.line_num + 1
        if found:
            break
    return found


def line_of(path: Path, text: str, expected: dict[str, Any]) -> int | None:
    """The line that must be expected; None where only a reader of the file can say it."""
    if "file" in expected:
        lines = (
            cell_lines(path.parent / expected["file"], expected["cell"])
            if "cell" in expected
            else []
        )
        return lines[0] if len(lines) == 1 else None
    try:
        if expected["pointer"] == "" and expected["code"] == "E-JSON":
            json.loads(text)
            return None
        return Places(text).line_of.get(expected["pointer"])
    except json.JSONDecodeError as error:
        return error.lineno
    except (ValueError, IndexError):
        return None


def check(path: Path) -> list[str]:
    """What is wrong with the lines that a file expects."""
    text, wrong = read_text(path), []
    for one in expectations(text):
        line = line_of(path, text, one)
        where = f"{path.relative_to(HERE)}: {one['code']} at {one['pointer']}"
        of = read_text(path.parent / one["file"]) if "file" in one else text
        if "line" not in one:
            wrong.append(f"{where} names no line")
        elif line is not None and one["line"] != line:
            wrong.append(f"{where} is on line {line}, not {one['line']}")
        elif "cell" in one and line is None:
            wrong.append(f'{where}: "cell" is not the text of exactly one cell')
        elif not 1 <= one["line"] <= of.count("\n") + 1:
            wrong.append(f"{where}: there is no line {one['line']}")
    return wrong


def write(path: Path) -> None:
    """Enters the lines that can be found."""
    raw = path.read_bytes()
    text = read_text(path)
    wanted = expectations(text)
    for one in wanted:
        line = line_of(path, text, one)
        if line is not None:
            one["line"] = line
    rows = ", ".join("{ " + json.dumps(one, ensure_ascii=False)[1:-1] + " }" for one in wanted)
    match = re.search(rb'^  "x-expect": (\[.*\])', raw, re.M)
    if match is not None:
        path.write_bytes(raw[: match.start(1)] + f"[{rows}]".encode() + raw[match.end(1) :])


def files() -> list[Path]:
    folders = [HERE / "bad", HERE / "whole" / "bad", HERE / "whole" / "warned"]
    return [path for folder in folders for path in sorted(folder.glob("*.json"))]


def main() -> None:
    if "--write" in sys.argv[1:]:
        for path in files():
            write(path)
    wrong = [one for path in files() for one in check(path)]
    print("\n".join(wrong) if wrong else f"{len(files())} files checked")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
