#!/usr/bin/env python3
"""count.py REPORT: prints "passed failed skipped", then what the failed tests said.

REPORT is meson's testlog.json, where a test is a line of TAP or a whole program that has none, or
pytest's JUnit file. A program that fails although all its lines are good counts as one failure.
"""

import json
import re
import sys
import xml.etree.ElementTree as ET

LONGEST = 6000
TAP = re.compile(r"(?m)^(not )?ok\b(?:\s+\d+)?[\s-]*([^#\n]*)(#\s*SKIP)?", re.IGNORECASE)


class Count:
    """How many tests passed, failed and were skipped, and what the failed ones said."""

    def __init__(self) -> None:
        self.passed = self.failed = self.skipped = 0
        self.words: list[str] = []

    def add_failure(self, names: list[str], text: str) -> None:
        """Adds failed tests of one program with what it printed."""
        self.failed += len(names)
        self.words += [f"FAILED {name}" for name in names]
        if text.strip():
            self.words.append("  " + text.strip()[-LONGEST:].replace("\n", "\n  "))


def count_meson(path: str, count: Count) -> None:
    """Adds what meson wrote down, one JSON object a line."""
    with open(path, encoding="utf-8") as file:
        tests = [json.loads(line) for line in file if line.strip()]
    for test in tests:
        name = test["name"].split(" / ")[-1]
        text = "\n".join(test.get(key) or "" for key in ("stdout", "stderr"))
        output = test.get("stdout") or ""
        lines = TAP.findall(output) if "TAP version" in output else []
        bad = [f"{name}: {what.strip()}" for is_not, what, _ in lines if is_not]
        if test["result"] == "SKIP" and not lines:
            count.skipped += 1
        elif not lines and test["result"] == "OK":
            count.passed += 1
        else:
            n_skipped = sum(1 for is_not, _, skip in lines if skip and not is_not)
            count.skipped += n_skipped
            count.passed += len(lines) - n_skipped - len(bad)
            if test["result"] not in ("OK", "SKIP") and not bad:
                bad = [f"{name}: {test['result'].lower()}, exit code {test.get('returncode')}"]
            if bad:
                count.add_failure(bad, text)


def count_junit(path: str, count: Count) -> None:
    """Adds what pytest wrote down."""
    for case in ET.parse(path).getroot().iter("testcase"):
        faults = case.findall("failure") + case.findall("error")
        if faults:
            name = f"{case.get('classname', '')} {case.get('name')}".strip()
            texts = [fault.text or fault.get("message") or "" for fault in faults]
            count.add_failure([name], "\n".join(texts))
        elif case.find("skipped") is not None:
            count.skipped += 1
        else:
            count.passed += 1


def main() -> None:
    count = Count()
    (count_junit if sys.argv[1].endswith(".xml") else count_meson)(sys.argv[1], count)
    print(count.passed, count.failed, count.skipped)
    for line in count.words:
        print(line)


if __name__ == "__main__":
    main()
