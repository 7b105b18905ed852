#!/usr/bin/env python3
"""Checks how long functions and files are, and how much of the library is comments and asserts.

Tables (.inl) count neither as files nor as lines. Prints the figures also when all is well.
"""

import re
import statistics
from pathlib import Path

from source import LIB, PUBLIC, fail, functions, lib_files, split_comments

FUNCTION_LINES = 80
MIDDLE_LINES = 14
LONGEST_FIVE_PERCENT = 50
FILE_LINES = 450
ARGUMENTS = 6
COMMENT_SHARE = 0.09
COMMENT_SHARE_PUBLIC = 0.45
ASSERTS_PER_1000 = 10

# Callbacks whose arguments a library dictates (SUNDIALS: Jacobian, errors).
DICTATED = {("lib/core/ode_cvode.c", "differentiate"), ("lib/core/ode_cvode.c", "hear")}


def shares(paths: list[Path]) -> tuple[int, int]:
    """Gives (lines that are not blank, lines with a comment)."""
    n_line = n_comment = 0
    for path in paths:
        text = path.read_text(encoding="utf-8")
        n_line += sum(1 for line in text.splitlines() if line.strip())
        n_comment += sum(1 for line in split_comments(text)[1].splitlines() if line.strip())
    return n_line, n_comment


def main() -> None:
    problems, lengths, n_assert = [], [], 0
    paths = [LIB / path for path in lib_files(".c", ".h")]
    for path in paths:
        here = f"lib/{path.relative_to(LIB).as_posix()}"
        text = path.read_text(encoding="utf-8")
        n_line = text.count("\n")
        if n_line > FILE_LINES:
            problems.append(f"{here}: {n_line} lines, at most {FILE_LINES}")
        code = split_comments(text)[0]
        n_assert += len(re.findall(r"\bTW_(?:STATIC_)?ASSERT\(", code))
        for match in re.finditer(r"\bgoto\s+(\w+)", code):
            if match[1] != "fail":
                line = code.count("\n", 0, match.start()) + 1
                problems.append(f"{here}:{line}: goto {match[1]}, only 'fail' is allowed")
        if path.suffix != ".c":
            continue
        for name, first, n, n_argument in functions(text):
            lengths.append(n)
            if n > FUNCTION_LINES:
                problems.append(f"{here}:{first}: {name} has {n} lines, at most {FUNCTION_LINES}")
            if n_argument > ARGUMENTS and (here, name) not in DICTATED:
                problems.append(
                    f"{here}:{first}: {name} has {n_argument} arguments, at most {ARGUMENTS}"
                )

    n_line, n_comment = shares(paths)
    n_public, n_public_comment = shares(sorted(PUBLIC.glob("*.h")))
    lengths.sort()
    late = lengths[int(len(lengths) * 0.95)] if lengths else 0
    if late > LONGEST_FIVE_PERCENT:
        problems.append(
            f"lib: five percent of functions are longer than {late} lines, "
            f"at most {LONGEST_FIVE_PERCENT}"
        )
    if lengths and statistics.median(lengths) > MIDDLE_LINES:
        problems.append(f"lib: the middle function is longer than {MIDDLE_LINES} lines")
    if n_comment < COMMENT_SHARE * n_line:
        problems.append(f"lib: {n_comment / n_line:.0%} comments, at least {COMMENT_SHARE:.0%}")
    if n_public_comment < COMMENT_SHARE_PUBLIC * n_public:
        problems.append(
            f"include: {n_public_comment / n_public:.0%} comments, "
            f"at least {COMMENT_SHARE_PUBLIC:.0%}"
        )
    if n_assert * 1000 < ASSERTS_PER_1000 * n_line:
        problems.append(
            f"lib: {n_assert} asserts in {n_line} lines, at least {ASSERTS_PER_1000} in 1000"
        )

    print(
        f"{len(paths)} files, {n_line} lines, {n_comment / max(n_line, 1):.0%} with comments "
        f"(public headers {n_public_comment / max(n_public, 1):.0%}), "
        f"{1000 * n_assert / max(n_line, 1):.0f} asserts per 1000"
    )
    if lengths:
        print(
            f"{len(lengths)} functions: {statistics.median(lengths):.0f} lines in the middle, "
            f"{late} for the longest five percent, longest {lengths[-1]}"
        )
    fail(problems, "The budgets stand in tests/style/budgets.py.")


if __name__ == "__main__":
    main()
