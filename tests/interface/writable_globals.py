#!/usr/bin/env python3
"""writable_globals.py LIBRARY: nothing in the static library can be written after loading.

Everything that changes lives in a run, so that runs are independent and threads need no locks. The
one named exception is the guard around cJSON's own global.
"""

import subprocess
import sys

ALLOWED = {"tw_json_guard"}
WRITABLE = (".data", ".bss", ".tdata", ".tbss", "*COM*", "COMMON")


def main() -> None:
    text = subprocess.run(
        ["nm", "--format=sysv", sys.argv[1]], check=True, capture_output=True, text=True
    ).stdout
    object_file, n_object, found = "?", 0, []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) < 7:
            if "[" in line and "]" in line:
                object_file = line[line.rindex("[") + 1 : line.rindex("]")]
                n_object += 1
            continue
        name, section = cells[0], cells[6]
        # constants that hold addresses are only written by the loader
        is_writable = section.startswith(WRITABLE) and not section.startswith(".data.rel.ro")
        if is_writable and name.split(".")[0] not in ALLOWED:
            found.append(f"{object_file}: {name} is writable ({section})")
    for line in found:
        print(line)
    if found:
        sys.exit(f"{len(found)} found. State belongs into the run block.")
    if n_object == 0:
        sys.exit("no object file was read")
    print(f"{n_object} object files without writable variables")


if __name__ == "__main__":
    main()
