#!/usr/bin/env python3
"""Checks that every source, header, test and example stands in the list of its meson.build.

With --write the lists are written anew from the folders: run it after adding or removing a file.
The lists stay explicit, so that a build never depends on what happens to lie in a folder.
"""

import fnmatch
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# (meson.build, variable, glob, globs that belong to another list). Paths are relative to the file.
LISTS = [
    ("include/meson.build", "twin_public_headers", "twin/*.h", []),
    ("lib/meson.build", "base_sources", "base/*.c", []),
    ("lib/meson.build", "core_sources", "core/*.c", ["core/math.c", "core/ode_cvode*.c"]),
    ("lib/meson.build", "math_sources", "core/math.c", []),
    ("lib/meson.build", "ode_sources", "core/ode_cvode.c", []),
    ("lib/meson.build", "ode_none_sources", "core/ode_cvode_none.c", []),
    ("lib/meson.build", "expr_sources", "expr/*.c", []),
    ("lib/meson.build", "field_sources", "field/*.c", []),
    ("lib/meson.build", "doc_sources", "doc/*.c", []),
    ("lib/meson.build", "model_sources", "model/**/*.c", []),
    ("lib/meson.build", "engine_sources", "engine/**/*.c", []),
    ("lib/meson.build", "state_sources", "state/*.c", []),
    ("lib/meson.build", "physics_sources", "physics/*.c", []),
    ("lib/meson.build", "keys_sources", "keys/*.c", []),
    ("lib/meson.build", "station_sources", "station/**/*.c", []),
    ("lib/meson.build", "observe_sources", "observe/*.c", []),
    ("lib/meson.build", "io_sources", "io/*.c", ["io/json*.c", "io/h5*.c"]),
    ("lib/meson.build", "json_sources", "io/json*.c", []),
    ("lib/meson.build", "h5_sources", "io/h5*.c", ["io/h5_none.c"]),
    ("lib/meson.build", "h5_none_sources", "io/h5_none.c", []),
    ("lib/meson.build", "study_sources", "study/*.c", []),
    ("lib/meson.build", "live_sources", "live/*.c", []),
    ("lib/meson.build", "api_sources", "api/*.c", []),
    ("examples/meson.build", "example_names", "*.c", []),
    ("tests/meson.build", "test_names", "*/**/*_test.c", []),
    ("tests/meson.build", "support_names", "support/*.c", []),
    ("tests/meson.build", "fuzz_names", "fuzz/*_fuzz.c", []),
    ("tests/meson.build", "bench_names", "bench/*_bench.c", []),
]


def wanted(folder: pathlib.Path, glob: str, excluded: list[str]) -> list[str]:
    """Lists the files that a list should name."""
    names = [path.relative_to(folder).as_posix() for path in folder.glob(glob)]
    return sorted(n for n in names if not any(fnmatch.fnmatch(n, e) for e in excluded))


def list_pattern(variable: str) -> re.Pattern[str]:
    """Matches head, entries and end of a list in a meson.build."""
    return re.compile(rf"(?ms)^({variable} = (?:files\(|\[)\n)(.*?)^([)\]])")


def main() -> None:
    is_writing = "--write" in sys.argv[1:]
    wrong = 0
    for file, variable, glob, excluded in LISTS:
        path = ROOT / file
        text = path.read_text(encoding="utf-8")
        found = list_pattern(variable).search(text)
        if not found:
            sys.exit(f"{file}: no list {variable}")
        have = re.findall(r"'([^']+)'", found[2])
        want = wanted(path.parent, glob, excluded)
        if have == want:
            continue
        if is_writing:
            lines = "".join(f"  '{name}',\n" for name in want)
            path.write_text(text[: found.start(2)] + lines + text[found.end(2) :], encoding="utf-8")
            print(f"{file}: {variable}: {len(have)} -> {len(want)} names")
            continue
        wrong += 1
        for name in sorted(set(want) - set(have)):
            print(f"{file}: {variable} lacks '{name}'")
        for name in sorted(set(have) - set(want)):
            print(f"{file}: {variable} names '{name}', which is not there")
        if set(want) == set(have):
            print(f"{file}: {variable} is not sorted or names a file twice")
    if wrong:
        sys.exit("mend with: python3 tests/style/listed.py --write")


if __name__ == "__main__":
    main()
