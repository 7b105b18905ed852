#!/usr/bin/env python3
"""offsets.py [--write] COMPILER...: where the fields of the public structs are.

Programs that were compiled with an older header find their fields at these offsets. A field may
be appended; none may move, and a struct that others hold by value may not grow without struct_size.
The
committed list is tests/interface/offsets.txt; --write makes it anew.
"""

import pathlib
import subprocess
import sys
import tempfile

import headers

LIST = pathlib.Path(__file__).resolve().parent / "offsets.txt"


def program() -> str:
    """A program that prints the list."""
    lines = ["#include <stddef.h>", "#include <stdio.h>", headers.includes(), "int main(void) {"]
    for name, fields in sorted(headers.structs().items()):
        lines.append(f'  printf("{name} %zu\\n", sizeof({name}));')
        lines += [
            f'  printf("{name}.{field} %zu\\n", offsetof({name}, {field}));' for field in fields
        ]
    return "\n".join([*lines, "  return 0;", "}", ""])


def measure(compiler: list[str]) -> list[str]:
    """Compiles and runs the program."""
    with tempfile.TemporaryDirectory() as folder:
        source, output = pathlib.Path(folder) / "offsets.c", pathlib.Path(folder) / "offsets"
        source.write_text(program(), encoding="utf-8")
        subprocess.run(
            [
                *compiler,
                "-std=c17",
                "-I",
                str(headers.PUBLIC.parent),
                "-o",
                str(output),
                str(source),
            ],
            check=True,
        )
        return subprocess.run(
            [str(output)], check=True, capture_output=True, text=True
        ).stdout.splitlines()


def main() -> None:
    arguments = sys.argv[1:]
    is_writing = "--write" in arguments
    now = measure([word for word in arguments if word != "--write"] or ["cc"])
    if is_writing:
        LIST.write_text("".join(line + "\n" for line in now), encoding="utf-8")
    before = LIST.read_text(encoding="utf-8").split("\n")[:-1]
    for line in sorted(set(before) ^ set(now)):
        print("is there:" if line in now else "was there:", line)
    if before != now:
        sys.exit("offsets have changed. A field may only be appended; then: offsets.py --write")
    print(f"{len(now)} sizes and offsets")


if __name__ == "__main__":
    main()
