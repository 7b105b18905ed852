#!/usr/bin/env python3
"""symbols.py LIBRARY [--write]: what the shared library exports.

The exported names, those declared TWIN_API in the public headers, and the committed list
tests/interface/symbols.txt must be the same. A name that leaves the list breaks programs that were
linked with it: see include/twin/README.md. --write makes the list anew from the library.
"""

import pathlib
import re
import subprocess
import sys
from collections.abc import Iterator

HERE = pathlib.Path(__file__).resolve().parent
LIST = HERE / "symbols.txt"
PUBLIC = HERE.parents[1] / "include" / "twin"


def exported(library: str) -> list[str]:
    """Gives the names that the shared library exports, sorted."""
    text = subprocess.run(
        ["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True
    ).stdout
    # a version node itself is an absolute symbol ("A TWIN_1.0")
    rows = [line.split() for line in text.splitlines()]
    return sorted(row[-1].split("@")[0] for row in rows if row[-2] != "A")


def declared() -> list[str]:
    """Gives the names declared TWIN_API, sorted."""
    names = []
    for header in PUBLIC.glob("*.h"):
        text = header.read_text(encoding="utf-8")
        names += re.findall(r"(?m)^TWIN_API[^;(]*?\b(twin_\w+)\(", text)
    return sorted(names)


def difference(have: list[str], want: list[str], have_name: str, want_name: str) -> Iterator[str]:
    """Says which names stand in one list only."""
    for name in sorted(set(want) - set(have)):
        yield f"{name}: {want_name}, but not {have_name}"
    for name in sorted(set(have) - set(want)):
        yield f"{name}: {have_name}, but not {want_name}"


def main() -> None:
    names = exported(sys.argv[1])
    if "--write" in sys.argv[2:]:
        LIST.write_text("".join(name + "\n" for name in names), encoding="utf-8")
        print(f"{LIST.name}: {len(names)} names")
    listed = LIST.read_text(encoding="utf-8").split()
    problems = [
        f"{name}: exported, but does not begin with twin_"
        for name in names
        if not name.startswith("twin_")
    ]
    problems += difference(names, declared(), "exported", "declared TWIN_API")
    problems += difference(names, listed, "exported", "in symbols.txt")
    if listed != sorted(listed):
        problems.append("symbols.txt is not sorted")
    for problem in problems:
        print(problem)
    if problems:
        sys.exit(f"{len(problems)} found. symbols.py LIBRARY --write takes the library as it is.")
    print(f"{len(names)} exported names")


if __name__ == "__main__":
    main()
