"""Cuts cffi's declarations from the public headers and writes the C source of libtwin._native.

    python cut_headers.py INCLUDE_FOLDER OUTPUT.c

The headers stay the only list of what the library offers. From twin/twin.h on every header is taken
once, in the order of inclusion, without comments, preprocessor lines, extern "C" and TWIN_API.
"""

import re
import sys
from pathlib import Path

from cffi import FFI

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
FOR_CPLUSPLUS = re.compile(r"^#ifdef __cplusplus\n.*?^#endif\n", re.DOTALL | re.MULTILINE)
DIRECTIVE = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*\n", re.MULTILINE)
OWN_INCLUDE = re.compile(r"^[ \t]*#[ \t]*include[ \t]*<(twin/\w+\.h)>", re.MULTILINE)

# The one declaration that no header has: how the library calls back into Python.
CALLBACK = 'extern "Python" int libtwin_progress(const twin_progress *progress, void *user);\n'


def cut(text: str) -> str:
    """The declarations of one header."""
    for pattern in (COMMENT, FOR_CPLUSPLUS, DIRECTIVE):
        text = pattern.sub(" " if pattern is COMMENT else "", text)
    return re.sub(r"\bTWIN_API\b", "", text)


def declarations(folder: Path, name: str, seen: set[str]) -> str:
    """The declarations of a header after those of the headers that it includes."""
    if name in seen:
        return ""
    seen.add(name)
    text = (folder / name).read_text(encoding="utf-8")
    included = [declarations(folder, other, seen) for other in OWN_INCLUDE.findall(text)]
    return "".join(included) + cut(text)


def main() -> None:
    """Writes the C source named on the command line."""
    folder, output = Path(sys.argv[1]), sys.argv[2]
    ffi = FFI()
    ffi.cdef(declarations(folder, "twin/twin.h", set()) + CALLBACK)
    ffi.set_source("libtwin._native", "#include <twin/twin.h>")
    ffi.emit_c_code(output)


if __name__ == "__main__":
    main()
