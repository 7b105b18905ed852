"""The C interface as pages: one for each public header, made from its own comments.

The headers are the reference; this only sets them: the essay at the top, types as they stand, and
every function with its comment, whose order tests/style/doc_comments.py checks.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from pathlib import Path

TAG = re.compile(r"^(Returns|Errors|Owns|Thread|Since): ")
FIRST = ["base", "table", "line", "run", "record", "study"]


def sentences(comment: list[str]) -> list[str]:
    """The lines of a comment joined to escaped paragraphs; each tag begins one."""
    said: list[str] = []
    for line in comment:
        if not line:
            said.append("")
        elif TAG.match(line) or not said or not said[-1]:
            said.append(TAG.sub(r"**\1:** ", escaped(line)))
        else:
            said[-1] += f" {escaped(line)}"
    return [text for text in said if text]


def blocks(text: str) -> list[list[str]]:
    """The header cut at its blank lines, without guards, includes and extern "C"."""
    text = re.sub(r"^#ifdef __cplusplus\n.*?^#endif\n", "", text, flags=re.DOTALL | re.MULTILINE)
    cut: list[list[str]] = [[]]
    depth = 0
    for line in text.splitlines():
        if re.match(r"#\s*(ifndef TWIN_\w+_H|define TWIN_\w+_H|include|endif)", line):
            continue
        depth += line.count("{") - line.count("}")
        if line.strip() or depth > 0:
            cut[-1].append(line)
        elif cut[-1]:
            cut.append([])
    return [block for block in cut if block]


def escaped(text: str) -> str:
    """Plain text for reStructuredText; what stands between backticks is code."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        pieces = [text.replace("`", "'")]
    plain = [re.sub(r"([\\*|_])", r"\\\1", piece) for piece in pieces[::2]]
    code = [f"``{piece}``" for piece in pieces[1::2]]
    return "".join(map("".join, zip_longest(plain, code, fillvalue="")))


def indented(lines: list[str]) -> list[str]:
    """The lines as content of a directive."""
    return ["   " + line if line else "" for line in lines]


def paragraphs(comment: list[str]) -> list[str]:
    """A comment as paragraphs."""
    return [line for said in sentences(comment) for line in (said, "")]


def shown(block: list[str]) -> list[str]:
    """A block of a header: functions as entries of their own, everything else as it stands."""
    n_comment = next((i for i, line in enumerate(block) if not line.startswith("//")), len(block))
    comment = [line[2:].strip() for line in block[:n_comment]]
    code = block[n_comment:]
    if not code:
        return paragraphs(comment)
    if not code[0].startswith("TWIN_API"):
        return [".. code-block:: c", "", *indented(block), ""]
    functions = re.findall(r"TWIN_API\s+(.*?);", " ".join(map(str.strip, code)))
    first = f".. c:function:: {functions[0]}"
    others = [" " * len(".. c:function:: ") + function for function in functions[1:]]
    return [first, *others, "", *indented(paragraphs(comment))]


def write_page(header: Path, folder: Path) -> None:
    """Writes the page of one header."""
    essay, *rest = blocks(header.read_text(encoding="utf-8"))
    name, _, about = " ".join(line[2:].strip() for line in essay).partition(" - ")
    lines = [name, "=" * len(name), "", escaped(about[:1].upper() + about[1:]), ""]
    for block in rest:
        lines += shown(block)
    (folder / f"{header.stem}.rst").write_text("\n".join(lines), encoding="utf-8")


def write_c_reference(headers: Path, folder: Path) -> None:
    """Writes a page for each header and the list of them."""
    folder.mkdir()
    stems = {header.stem for header in headers.glob("*.h")} - {"twin"}
    order = [stem for stem in FIRST if stem in stems] + sorted(stems - set(FIRST))
    for stem in order:
        write_page(headers / f"{stem}.h", folder)
    umbrella = blocks((headers / "twin.h").read_text(encoding="utf-8"))[0]
    about = "\n".join(line[2:].strip() for line in umbrella)
    lines = ["# C interface", "", about, "", "```{toctree}", ":maxdepth: 1", "", *order, "```", ""]
    (folder / "index.md").write_text("\n".join(lines), encoding="utf-8")
