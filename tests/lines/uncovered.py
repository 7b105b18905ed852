#!/usr/bin/env python3
"""Lists the places of lib that report a problem which no file of the corpus beside this file has:
uncovered.py [--all] [BUILD]. Needs clang, llvm-profdata and llvm-cov.

A place is a call that always ends in a problem: of tw_compile_problem, tw_reader_problem and the
like, or of a function that does nothing else. Only the tests of bad and warned files are run.
What is left should stand in uncovered.txt with its reason; the script fails on a place that does
not, and on a reason that is no longer needed.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from bisect import bisect_right
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SOURCES = [
    "lib/core/dist*.c",
    "lib/expr/*.c",
    "lib/field/*.c",
    "lib/doc/*.c",
    "lib/model/*.c",
    "lib/model/dynamics/*.c",
    "lib/keys/*.c",
    "lib/station/*.c",
    "lib/physics/*.c",
    "lib/io/csv*.c",
    "lib/io/json_*.c",
    "lib/io/file.c",
    "lib/study/load_check.c",
]
REPORTERS = {
    "tw_compile_problem",
    "tw_reader_problem",
    "tw_node_problem",
    "tw_problems_add",
    "tw_expr_fail",
    "tw_reader_wrong_type",
    "tw_reader_unknown_key",
}
# Functions that note why, for a caller that reports it; and files whose checks return why.
TELLERS = {"lib/doc/calendar_text.c": {"refuse"}, "lib/io/json_scan.c": {"fail", "fail_expected"}}
SENTENCES = re.compile(r"lib/core/dist\w*\.c")
SENTENCE = re.compile(r'\breturn (?=")')
PROGRAMS = {
    "lines_whole": "whole_lines/*ones_*their_[cw]*",
    "unit_doc_doc": "doc/every_bad_line*",
}
MACRO = re.compile(
    r"^#define (\w+)\((?:[^\n]*\\\n)*[^\n]*\b(?:" + "|".join(sorted(REPORTERS)) + r")\(", re.M
)
FUNCTION = re.compile(
    r"^(static )?[a-z][\w \*]*?\b(\w+)\([^;{}()]*(?:\([^()]*\)[^;{}()]*)*\)\s*\{$", re.M
)


def without_comments(text: str) -> str:
    """The text with comments and the insides of texts blanked, every character at its place."""

    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", match.group(0))

    pattern = r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
    return re.sub(pattern, blank, text, flags=re.S)


class Function:
    """A function of a source: where its body begins, and the body."""

    def __init__(self, path: str, name: str, is_static: bool, begin: int, body: str) -> None:
        self.path, self.name, self.is_static = path, name, is_static
        self.begin, self.body = begin, body


def functions(path: str, text: str) -> list[Function]:
    found = []
    for match in FUNCTION.finditer(text):
        end = text.find("\n}", match.end())
        found.append(
            Function(
                path, match.group(2), bool(match.group(1)), match.end(), text[match.end() : end]
            )
        )
    return found


def calls(body: str, names: set[str]) -> list[tuple[int, str]]:
    return [(m.start(), m.group(1)) for m in re.finditer(r"\b(\w+)\(", body) if m.group(1) in names]


def is_always(body: str, at: int) -> bool:
    """No branch before this call."""
    return (
        re.search(r"\b(if|for|while|switch|case)\b|\?|&&|\|\||\breturn\b[^;]*;", body[:at]) is None
    )


def places(texts: dict[str, str]) -> list[tuple[str, str, int]]:
    """(path, function, offset) of every call that ends in a problem."""
    every = [f for path, text in texts.items() for f in functions(path, text)]
    public = set(REPORTERS)
    private = {
        path: set(MACRO.findall(text)) | TELLERS.get(path, set()) for path, text in texts.items()
    }
    is_more = True
    while is_more:
        is_more = False
        for f in every:
            known = private[f.path] if f.is_static else public
            if f.name in known or f.name in public:
                continue
            if any(is_always(f.body, at) for at, _ in calls(f.body, public | private[f.path])):
                known.add(f.name)
                is_more = True
    found = []
    for f in every:
        if f.name in public | private[f.path]:
            continue
        found += [
            (f.path, f.name, f.begin + at) for at, _ in calls(f.body, public | private[f.path])
        ]
    return found


def counts(build: Path) -> dict[str, list[list[int]]]:
    """Segments of every source file, after the tests of bad files and only those."""
    if not (build / "build.ninja").exists():
        flags = "-fprofile-instr-generate -fcoverage-mapping"
        subprocess.run(
            [
                "meson",
                "setup",
                str(build),
                "-Dbuildtype=debug",
                "-Dpython=disabled",
                "-Dexamples=disabled",
                f"-Dc_args={flags}",
                f"-Dc_link_args={flags}",
            ],
            check=True,
            cwd=ROOT,
            env={**os.environ, "CC": os.environ.get("CC", "clang")},
        )
    targets = [f"tests/{name}" for name in PROGRAMS]
    subprocess.run(
        ["ninja", "-C", str(build), *targets], check=True, cwd=ROOT, stdout=subprocess.DEVNULL
    )
    for old in build.glob("corpus-*.profraw"):
        old.unlink()
    for name, tests in PROGRAMS.items():
        env = {
            **os.environ,
            "LLVM_PROFILE_FILE": str(build / f"corpus-{name}-%p.profraw"),
            "TWIN_ROOT": str(ROOT),
        }
        subprocess.run(
            [str(build / "tests" / name), "--filter", tests], check=True, cwd=ROOT, env=env
        )
    raw = [str(path) for path in build.glob("corpus-*.profraw")]
    profile = str(build / "corpus.profdata")
    subprocess.run(["llvm-profdata", "merge", "-o", profile, *raw], check=True)
    objects = [str(build / target) for target in targets]
    out = subprocess.run(
        [
            "llvm-cov",
            "export",
            f"-instr-profile={profile}",
            objects[0],
            *(f"-object={o}" for o in objects[1:]),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    files = json.loads(out.stdout)["data"][0]["files"]
    return {str(Path(f["filename"]).resolve()): f["segments"] for f in files}


def count_at(segments: list[list[int]], line: int, column: int) -> int:
    i = bisect_right(segments, [line, column, sys.maxsize]) - 1
    return segments[i][2] if i >= 0 else 0


def key_of(path: str, function: str, text: str, offset: int) -> str:
    """What names a place in uncovered.txt though lines move: file, function and the words said."""
    end = text.find(";", offset)
    words = re.findall(r'"((?:\\.|[^"\\\n])*)"', text[offset:end])
    words = [w for w in words if not re.fullmatch(r"[EWN]-[A-Z]+", w)]
    return (
        f"{path} {function}: {max(words, key=len) if words else ' '.join(text[offset:end].split())}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", nargs="?", type=Path, default=ROOT / "build" / "corpus")
    parser.add_argument("--all", action="store_true", help="those with a reason too")
    args = parser.parse_args()
    # not lib/station/outside: a kind that a program hands over is no mistake of a file
    paths = [p for s in SOURCES for p in sorted(ROOT.glob(s))]
    raw = {str(p.relative_to(ROOT)): p.read_text(encoding="utf-8") for p in paths}
    segments = counts(args.build)
    reasons_path = HERE / "uncovered.txt"
    reasons: dict[str, str] = {}
    for row in (
        reasons_path.read_text(encoding="utf-8").splitlines() if reasons_path.exists() else []
    ):
        if row.strip() and not row.startswith("#"):
            key, _, reason = row.rpartition(" -- ")
            reasons[key] = reason
    left, n_covered, n_reasoned = [], 0, 0
    used = set()
    found = places({path: without_comments(text) for path, text in raw.items()})
    for path, text in raw.items():
        if SENTENCES.fullmatch(path):
            every = functions(path, without_comments(text))
            found += [
                (
                    path,
                    next((f.name for f in reversed(every) if f.begin <= match.end()), ""),
                    match.end(),
                )
                for match in SENTENCE.finditer(text)
            ]
    for path, function, offset in found:
        line = raw[path].count("\n", 0, offset) + 1
        column = offset - raw[path].rfind("\n", 0, offset)
        of_file = segments.get(str((ROOT / path).resolve()), [])
        if count_at(of_file, line, column) > 0:
            n_covered += 1
            continue
        key = key_of(path, function, raw[path], offset)
        if key in reasons:
            used.add(key)
            n_reasoned += 1
            if not args.all:
                continue
        left.append(
            f"{path}:{line}: {key.partition(' ')[2]}"
            + (f" -- {reasons[key]}" if key in reasons else "")
        )
    print("\n".join(left))
    stale = sorted(set(reasons) - used)
    for key in stale:
        print(f"no longer needed in uncovered.txt: {key}")
    print(
        f"{len(found)} places, {n_covered} reached by a file, {n_reasoned} left with a reason, "
        f"{len(found) - n_covered - n_reasoned} without"
    )
    sys.exit(1 if stale or len(found) - n_covered - n_reasoned else 0)


if __name__ == "__main__":
    main()
