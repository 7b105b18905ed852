#!/usr/bin/env python3
"""schema.py SCHEMA: every line that the library takes passes the JSON Schema that editors use.

Of the lines in bad/ only some are seen by a schema, which knows nothing of names, flows and
numbers that do not fit each other; what must not happen is that an editor marks what is right.
"""

import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

HERE = Path(__file__).parent
GOOD = (HERE / "good", HERE / "whole", HERE.parent / "golden" / "lines", HERE.parents[1] / "lines")


def main() -> None:
    schema_file = Path(sys.argv[1])
    schema = json.loads(schema_file.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    problems, n = [], 0
    for path in sorted(path for folder in GOOD for path in folder.glob("*.json")):
        if path.resolve() == schema_file.resolve():
            continue
        n += 1
        found = next(validator.iter_errors(json.loads(path.read_text(encoding="utf-8"))), None)
        if found is not None:
            problems.append(f"{path.name}: refused, {found.json_path}: {found.message[:200]}")
    if n == 0:
        problems.append("no line was found")
    print("\n".join(problems) if problems else f"{n} lines pass")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
