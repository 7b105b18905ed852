#!/usr/bin/env python3
"""nulls.py LIBRARY COMPILER...: every public function with NULL for all pointers, and for each.

A host's mistake must come back as a status and not as a crash. The program is written from the
headers, so a new function is in it by itself. Handles are given where they can be had: with all
arguments NULL, then with the others valid and one NULL after the other.
"""

import pathlib
import subprocess
import sys
import tempfile

import headers

# Arguments that work, by their type: what a call gets that has only one of them NULL.
VALID = {
    "twin_line *": "line",
    "const twin_line *": "line",
    "twin_run *": "run",
    "const twin_run *": "run",
    "twin_study *": "study",
    "const twin_study *": "study",
    "twin_log *": "oplog",
    "const twin_log *": "oplog",
    "twin_table *": "table",
    "const twin_table *": "table",
    "twin_event_map *": "map",
    "const twin_event_map *": "map",
    "twin_event_log *": "eventlog",
    "const twin_event_log *": "eventlog",
    "twin_event_inlet *": "inlet",
    "twin_problems *": "problems",
    "const twin_problems *": "problems",
    "const char *": '"line/throughput"',
    "void *": "buffer",
    "const void *": "buffer",
    "char *": "buffer",
}
# These give up what they are handed, or need a file; NULL alone is tried.
ENDS = ("_free", "_unref", "_close")


def type_of(parameter: str) -> str:
    """The type of a parameter without its name, "const twin_run *"."""
    if "*" in parameter:
        return parameter[: parameter.rindex("*") + 1].strip()
    return " ".join(parameter.split(" ")[:-1])


def null(parameter: str) -> str:
    """The argument that stands for nothing."""
    if "*" in parameter:
        return "NULL"
    return "(twin_status)0" if type_of(parameter) == "twin_status" else "0"


def valid(parameter: str) -> str:
    """An argument of the type that works, or somewhere to write to."""
    of_type = type_of(parameter)
    if "*" not in parameter:
        return "1" if of_type in ("size_t", "double") else null(parameter)
    if of_type in VALID:
        return VALID[of_type]
    base = of_type.replace("const ", "").rstrip("*").strip()
    if base in headers.structs() and "struct_size" in headers.structs()[base]:
        return f"&({base}){{.struct_size = sizeof({base})}}"
    return f"({of_type})(void *)buffer"


def calls() -> list[str]:
    """The calls, one a line."""
    found = []
    for function in headers.functions():
        every = [null(parameter) for parameter in function.parameters]
        found.append(f"{function.name}({', '.join(every)})")
        if function.name.endswith(ENDS) or any(
            "twin_file *" in p
            or "twin_recorder *" in p
            or "twin_place *" in p
            or "twin_kind *" in p
            for p in function.parameters
        ):
            continue
        for i, parameter in enumerate(function.parameters):
            if "*" not in parameter:
                continue
            some = [null(p) if k == i else valid(p) for k, p in enumerate(function.parameters)]
            found.append(f"{function.name}({', '.join(some)})")
    return found


HEAD = r"""
#include <stdio.h>
#include <string.h>
static char buffer[1 << 16];
static const char text[] = "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}},"
  "\"sources\": {\"s\": {\"sequence\": [\"1 p\"], \"repeat\": true}},"
  "\"stations\": {\"m\": {\"type\": \"machine\", \"time\": \"1 s\"}}, \"flow\": [[\"s\", \"m\", \"out\"]],"
  "\"run\": {\"horizon\": \"1 h\"}}";
static const char mapping[] = "{\"libtwin-log\": \"1.0\", \"time\": {\"column\": \"t\"}, \"entity\": {\"is\": \"m\"},"
  "\"transition\": {\"column\": \"e\"}}";
static const char *now;
int main(void) {
  twin_line *line = NULL;
  twin_run *run = NULL;
  twin_study *study = NULL;
  twin_log *oplog = NULL;
  twin_event_map *map = NULL;
  twin_event_log *eventlog = NULL;
  twin_event_inlet *inlet = NULL;
  twin_table *table = NULL;
  twin_problems *problems = twin_problems_new();
  if (twin_line_parse(&line, text, strlen(text), NULL, problems) != TWIN_OK ||
      twin_run_new(&run, line, NULL, problems) != TWIN_OK ||
      twin_study_new(&study, line, NULL, problems) != TWIN_OK || twin_log_new(&oplog, run) != TWIN_OK ||
      twin_line_table(line, "load", &table, problems) != TWIN_OK ||
      twin_event_map_parse(&map, mapping, strlen(mapping), NULL, problems) != TWIN_OK ||
      twin_event_log_parse(&eventlog, "t,e\n", 4, NULL, map, problems) != TWIN_OK ||
      twin_event_inlet_new(&inlet, NULL, problems) != TWIN_OK) {
    puts(twin_problems_text(problems, 0));
    return 1;
  }
"""
TAIL = r"""
  twin_log_free(oplog);
  twin_event_log_free(eventlog);
  twin_event_inlet_free(inlet);
  twin_event_map_free(map);
  twin_study_free(study);
  twin_table_unref(table);
  twin_run_free(run);
  twin_line_unref(line);
  twin_problems_free(problems);
  (void)now;
  return 0;
}
"""


def main() -> None:
    library = pathlib.Path(sys.argv[1]).resolve()
    made = calls()
    with tempfile.TemporaryDirectory() as folder:
        source, output = pathlib.Path(folder) / "nulls.c", pathlib.Path(folder) / "nulls"
        body = [
            f"  puts({quote(call)}); fflush(stdout); memset(buffer, 0, sizeof buffer); (void){call};"
            if not call.startswith(VOID)
            else f"  puts({quote(call)}); fflush(stdout); {call};"
            for call in made
        ]
        source.write_text(headers.includes() + HEAD + "\n".join(body) + TAIL, encoding="utf-8")
        subprocess.run(
            [
                *sys.argv[2:],
                "-std=c17",
                "-w",
                "-I",
                str(headers.PUBLIC.parent),
                "-o",
                str(output),
                str(source),
                str(library),
                f"-Wl,-rpath,{library.parent}",
            ],
            check=True,
        )
        done = subprocess.run(
            [str(output)], capture_output=True, text=True, timeout=120, check=False
        )
    if done.returncode != 0:
        sys.exit(
            f"{done.returncode} in {(done.stdout.splitlines() or ['?'])[-1]}\n{done.stderr[-2000:]}"
        )
    print(f"{len(made)} calls with NULL")


VOID = tuple(f.name + "(" for f in headers.functions() if f.returns == "void")


def quote(text: str) -> str:
    """As a string of C."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


if __name__ == "__main__":
    main()
