#!/usr/bin/env python3
"""Checks that includes go down: a file may include its own floor and those below, without circles.

The floors are read from the code block in lib/ARCHITECTURE.md ("8 api  the public functions"), so
the document and the check cannot drift apart. Third-party headers stay in their one home, and libm
is called only by core/math.c, which is compiled one way.
"""

import re

from source import LIB, fail, lib_files, split_comments

# header pattern -> where it may be included (pattern on the path below lib/), what it is
HOMES = [
    (r"(cjson/)?cJSON\.h", r"io/json\w*\.[ch]", "cJSON"),
    (r"hdf5(_hl)?\.h|H5\w+\.h", r"io/h5\w*\.[ch]", "HDF5"),
    (r"(cvodes?|arkode|nvector|sun\w+)/.*", r"core/ode_cvode\.c", "SUNDIALS"),
    (r"omp\.h", r"study/\w+\.[ch]", "OpenMP"),
]
LIBM = re.compile(
    r"\b((?:exp|exp2|expm1|log|log2|log10|log1p|pow|cbrt|hypot|sin|cos|tan|asin|acos|atan|atan2|sinh"
    r"|cosh|tanh|erf|erfc|tgamma|lgamma|lgamma_r)[fl]?)\s*\("
)


def read_floors() -> dict[str, int]:
    """Reads folder and number of every floor."""
    path = LIB / "ARCHITECTURE.md"
    if not path.exists():
        raise SystemExit("lib/ARCHITECTURE.md is missing: it holds the list of floors")
    for block in re.findall(r"(?ms)^```\n(.*?)^```", path.read_text(encoding="utf-8")):
        rows = re.findall(r"(?m)^(\d+)\s+([a-z]\w*)\s{2,}\S", block)
        if len(rows) >= 3:
            return {name: int(number) for number, name in rows}
    raise SystemExit("lib/ARCHITECTURE.md: no code block with lines such as '8 api   the ...'")


def includes(text: str) -> list[tuple[int, str, str]]:
    """Lists line number, bracket and name of every include."""
    return [
        (text.count("\n", 0, m.start()) + 1, m[1], m[2])
        for m in re.finditer(r'(?m)^[ \t]*#[ \t]*include[ \t]+([<"])([^>"\n]+)[>"]', text)
    ]


def find_circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Strongly connected groups of files (Tarjan), and files that include themselves."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    circles: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in sorted(graph.get(node, ())):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            group = []
            while True:
                group.append(stack.pop())
                if group[-1] == node:
                    break
            if len(group) > 1 or node in graph.get(node, ()):
                circles.append(sorted(group))

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return circles


def main() -> None:
    floors = read_floors()
    problems: list[str] = []
    graph: dict[str, set[str]] = {}
    for path in lib_files(".c", ".h", ".inl"):
        here, floor = path.as_posix(), floors.get(path.parts[0])
        if floor is None:
            problems.append(f"lib/{here}: the folder is no floor of lib/ARCHITECTURE.md")
            continue
        text = (LIB / path).read_text(encoding="utf-8")
        for line, bracket, header in includes(text):
            place = f"lib/{here}:{line}"
            for pattern, home, what in HOMES:
                if re.fullmatch(pattern, header) and not re.fullmatch(home, here):
                    problems.append(f"{place}: {what} is included outside its home")
            if bracket == "<":
                continue
            if not (LIB / header).exists():
                problems.append(f'{place}: "{header}" is not a path from lib/')
                continue
            other = floors.get(header.split("/")[0])
            if other is None or other > floor:
                problems.append(f'{place}: "{header}" is a floor above')
            graph.setdefault(here, set()).add(header)
        if here != "core/math.c":
            code = split_comments(text)[0]
            for match in LIBM.finditer(code):
                line = code.count("\n", 0, match.start()) + 1
                problems.append(f"lib/{here}:{line}: {match[1]} of libm, use core/math.h")
    for circle in find_circles(graph):
        problems.append("include circle: " + ", ".join(circle))
    fail(problems, "A file includes its own floor and those below (lib/ARCHITECTURE.md).")
    print(f"{len(graph)} files with includes, {len(floors)} floors, no include goes up")


if __name__ == "__main__":
    main()
