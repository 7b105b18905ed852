"""Cuts cffi's declarations from the public headers and writes the C source of libtwin._native.

    python cut_headers.py INCLUDE_FOLDER OUTPUT.c

The headers stay the only list of what the library offers. From twin/twin.h and twin/live.h on every
header is taken once, in the order of inclusion, without comments, preprocessor lines, extern "C"
and TWIN_API.
"""

import re
import sys
from pathlib import Path

from cffi import FFI

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
FOR_CPLUSPLUS = re.compile(r"^#ifdef __cplusplus\n.*?^#endif\n", re.DOTALL | re.MULTILINE)
DIRECTIVE = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*\n", re.MULTILINE)
OWN_INCLUDE = re.compile(r"^[ \t]*#[ \t]*include[ \t]*<(twin/\w+\.h)>", re.MULTILINE)

# What no header has: how the library calls back into Python, and the two kinds of capsules in which
# tables leave Python, which free what nobody has taken out of them.
OWN = """
extern "Python" int libtwin_progress(const twin_progress *progress, void *user);
struct ArrowArrayStream *libtwin_new_stream(void);
struct ArrowSchema *libtwin_new_schema(void);
extern const uintptr_t libtwin_stream_capsule[2], libtwin_schema_capsule[2];
"""
SOURCE = """
#include <stdlib.h>
#include <twin/live.h>
#include <twin/twin.h>

static const char stream_name[] = "arrow_array_stream", schema_name[] = "arrow_schema";

static struct ArrowArrayStream *libtwin_new_stream(void) {
  return calloc(1, sizeof(struct ArrowArrayStream));
}

static struct ArrowSchema *libtwin_new_schema(void) {
  return calloc(1, sizeof(struct ArrowSchema));
}

static void free_stream(PyObject *capsule) {
  struct ArrowArrayStream *stream = PyCapsule_GetPointer(capsule, stream_name);
  if (stream->release != NULL) stream->release(stream);
  free(stream);
}

static void free_schema(PyObject *capsule) {
  struct ArrowSchema *schema = PyCapsule_GetPointer(capsule, schema_name);
  if (schema->release != NULL) schema->release(schema);
  free(schema);
}

static const uintptr_t libtwin_stream_capsule[2] = {(uintptr_t)stream_name, (uintptr_t)free_stream};
static const uintptr_t libtwin_schema_capsule[2] = {(uintptr_t)schema_name, (uintptr_t)free_schema};
"""


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
    seen: set[str] = set()
    declared = [declarations(folder, name, seen) for name in ("twin/twin.h", "twin/live.h")]
    ffi.cdef("".join(declared) + OWN)
    ffi.set_source("libtwin._native", SOURCE)
    ffi.emit_c_code(output)


if __name__ == "__main__":
    main()
