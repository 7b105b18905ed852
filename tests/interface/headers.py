"""What the interface checks read out of the public headers: structs and functions.

The headers keep to one style, so a few patterns are enough; what they do not recognise is an error.
"""

import pathlib
import re
from typing import NamedTuple

PUBLIC = pathlib.Path(__file__).resolve().parents[2] / "include" / "twin"
STRUCT = re.compile(
    r"typedef struct (twin_\w+) \{\n(.*?)^\} (?:twin_\w+);", re.DOTALL | re.MULTILINE
)
FUNCTION = re.compile(r"^TWIN_API\s+([^;{}]*?)\b(twin_\w+)\(([^;]*?)\);", re.DOTALL | re.MULTILINE)
FIELD = re.compile(r"(\w+)(?:\[\w+\])?\s*$")


def includes() -> str:
    """Lines that include every header, the experimental ones too."""
    return "".join(f"#include <twin/{path.name}>\n" for path in sorted(PUBLIC.glob("*.h")))


class Function(NamedTuple):
    """A public function: what it returns, its name, and its parameters as they are written."""

    returns: str
    name: str
    parameters: list[str]


def texts() -> list[str]:
    """The headers without comments, in the order of their names."""
    found = []
    for path in sorted(PUBLIC.glob("*.h")):
        text = path.read_text(encoding="utf-8")
        found.append(re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL))
    return found


def structs() -> dict[str, list[str]]:
    """The fields of each public struct in their order."""
    found = {}
    for text in texts():
        for name, body in STRUCT.findall(text):
            fields = []
            for declaration in body.split(";"):
                if not declaration.strip():
                    continue
                call = re.search(r"\(\*(\w+)\)", declaration)
                if call is not None:
                    fields.append(call[1])
                    continue
                for piece in declaration.split(","):
                    match = FIELD.search(piece)
                    if match is None:
                        raise SystemExit(
                            f"{name}: the field {declaration.strip()!r} is not understood"
                        )
                    fields.append(match[1])
            found[name] = fields
    return found


def functions() -> list[Function]:
    """Every public function in the order of the headers."""
    found = []
    for text in texts():
        for returns, name, inside in FUNCTION.findall(text):
            parameters = [" ".join(piece.split()) for piece in inside.split(",")]
            found.append(
                Function(
                    " ".join(returns.split()), name, [] if parameters == ["void"] else parameters
                )
            )
    return found
