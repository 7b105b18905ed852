#!/usr/bin/env python3
"""Checks the comments above public functions.

One comment may stand above several declarations without a blank line between them. In this order,
each where it applies: a sentence, parameters, Returns:, Errors:, Owns:, Thread:, Since:.
  Returns:  unless every function is void        Errors:  when one returns twin_status
  Owns:     when one hands out or takes over an opaque object or a text to be freed
"""

import re
from collections.abc import Iterator

from source import PUBLIC, fail

TAGS = ["Returns", "Errors", "Owns", "Thread", "Since"]
ENDS = ("_free", "_unref", "_close")


def declarations(lines: list[str]) -> Iterator[tuple[int, list[str], list[str]]]:
    """Yields (line number, comment lines, joined declarations) for every group."""
    i = 0
    while i < len(lines):
        if not lines[i].startswith("TWIN_API"):
            i += 1
            continue
        first = i
        comment: list[str] = []
        while first - len(comment) > 0 and lines[first - len(comment) - 1].startswith("//"):
            comment.insert(0, lines[first - len(comment) - 1][2:].strip())
        while i < len(lines) and lines[i].strip():
            i += 1
        text = " ".join(line.strip() for line in lines[first:i])
        yield first + 1, comment, [d.strip() for d in text.split(";") if "TWIN_API" in d]


def parse(declaration: str) -> tuple[str, str, str] | None:
    """Takes a declaration apart into result, name and arguments."""
    match = re.match(r"TWIN_API\s+(.*?)(twin_\w+)\s*\((.*)\)$", declaration)
    return (match[1], match[2], match[3]) if match else None


def needs_owns(result: str, name: str, arguments: str) -> bool:
    """Says whether somebody must be told who frees something."""
    hands_out = re.search(r"\btwin_\w+\s*\*\s*\*|\bchar\s*\*\s*\*", arguments)
    gives = "*" in result and "const" not in result
    return bool(hands_out) or gives or name.endswith(ENDS)


def main() -> None:
    problems, n = [], 0
    for path in sorted(PUBLIC.glob("*.h")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, comment, group in declarations(lines):
            place = f"include/twin/{path.name}:{number}"
            parsed = [function for function in map(parse, group) if function is not None]
            if len(parsed) != len(group):
                problems.append(f"{place}: cannot read the declaration")
                continue
            n += len(parsed)
            what = parsed[0][1]
            if not comment:
                problems.append(f"{place}: {what} has no comment")
                continue
            tags = [line.split(":")[0] for line in comment if line.split(":")[0] in TAGS]
            needed = ["Thread", "Since"]
            if any(result.strip() != "void" for result, _, _ in parsed):
                needed.append("Returns")
            if any(result.strip() == "twin_status" for result, _, _ in parsed):
                needed.append("Errors")
            if any(needs_owns(*function) for function in parsed):
                needed.append("Owns")
            missing = [tag + ":" for tag in TAGS if tag in needed and tag not in tags]
            if missing:
                problems.append(f"{place}: {what} lacks {' '.join(missing)}")
            if tags != sorted(tags, key=TAGS.index):
                problems.append(f"{place}: {what} has not the order {' '.join(TAGS)}")
            if comment[0].split(":")[0] in TAGS:
                problems.append(f"{place}: {what} does not begin with a sentence")
    fail(problems, "See the head of tests/style/doc_comments.py.")
    print(f"{n} public functions are documented")


if __name__ == "__main__":
    main()
