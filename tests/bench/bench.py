#!/usr/bin/env python3
"""Runs the benchmark programs and their references in turns and prints what PERFORMANCE asks for.

A program prints pairs "name value" ("ns_per_move 41.3"). ROWS says which of them, alone or over a
figure of another program, is held against which limits. In every round each program runs once, a
reference right behind what is compared with it; a row is the median over the rounds of its value in
each. Rows whose programs are not there are printed as skipped. Nothing here fails.
"""

import argparse
import os
import re
import statistics
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One number that one program prints."""

    program: str
    name: str
    arguments: tuple[str, ...] = ()

    def read(self, text: str) -> float:
        """Finds the number in what the program printed."""
        match = re.search(rf"(?m)(?:^|\s){re.escape(self.name)}[ =:]+([-+0-9.eE]+|nan)\b", text)
        if not match:
            raise ValueError(f"{self.program} does not print {self.name}")
        return float(match[1])


@dataclass(frozen=True)
class Row:
    """A row of PERFORMANCE: our figure, alone or over another, with the limits it must and should keep.

    `says` are figures that are shown for understanding: what the ratio is a ratio of.
    """

    name: str
    ours: Figure
    other: Figure | None
    must: float
    aim: float
    unit: str = "x"
    is_more_better: bool = False
    says: tuple[Figure, ...] = ()

    def figures(self) -> list[Figure]:
        """Everything that has to be measured for this row."""
        return [self.ours, *([self.other] if self.other else []), *self.says]

    def value(self, printed: dict["Command", str]) -> float:
        """The row's value in one round."""
        ours = self.ours.read(printed[command_of(self.ours)])
        if self.other is None:
            return ours
        other = self.other.read(printed[command_of(self.other)])
        return other / ours if self.is_more_better else ours / other


Command = tuple[str, tuple[str, ...]]


def command_of(figure: Figure) -> Command:
    """What has to be run for a figure."""
    return figure.program, figure.arguments


def within(program: str, name: str, *says: str) -> dict:
    """A figure of a program that compares by itself, and what it says beside it."""
    return {
        "ours": Figure(program, name),
        "other": None,
        "says": tuple(Figure(program, other) for other in says),
    }


LINE10 = Figure("line10_bench", "ns_per_move")
SCAN = Figure("handcoded_line10", "ns_per_move", ("scan", "1e6", "1"))
SIMPY = Figure("simpy_line10.py", "ns_per_move", ("2e4", "1"))
OPTIMISED = "OPTIMISED"  # stands for the folder of an optimised SUNDIALS
ROWS = [
    Row("line10 from JSON over hand-coded", LINE10, SCAN, 3.0, 2.0, says=(LINE10, SCAN)),
    Row("line10: times faster than SimPy", LINE10, SIMPY, 55, 85, is_more_better=True, says=(SIMPY,)),
    Row("M/M/1 per customer over two-event loop",
        **within("mm1_bench", "mm1", "ns_per_customer", "ns_of_reference"), must=4, aim=2),
    *(Row(f"agenda: hold at {size} pending over d4p", ours, other, 1.3, 0.9, says=(ours, other))
      for size in ("10", "1000", "100000")
      for ours, other in [(Figure("hold_bench", "hold", (size,)), Figure("hold_peer", "hold", (size,)))]),
    Row("growth: a completion at 1000 stations over 10",
        **within("growth_bench", "growth", "ns_of_1000", "ns_of_10"), must=2.0, aim=1.6),
    Row("statistics on over off",
        **within("line10_bench", "statistics", "ns_per_move", "ns_per_move_without_statistics"),
        must=1.15, aim=1.09),
    *(Row(f"copy into a run of {n} stations over memcpy",
          **within("fork_bench", f"copy_{n}", f"copy_{n}_ns", f"memcpy_{n}_ns"), must=2, aim=1.1)
      for n in (10, 1000)),
    Row("bytes of state per station, one failure mode",
        **within("fork_bench", "bytes_per_station"), must=800, aim=500, unit="B"),
    Row("1000 forecasts of a shift over one run",
        **within("fork_bench", "forecasts", "forecast_ns", "straight_ns"), must=1.2, aim=1.03),
    Row("two threads: CPU per move over one",
        **within("study_bench", "threads", "ns_on_two", "ns_on_one"), must=1.08, aim=1.03),
    Row("JSON right-hand side over C, worst of three",
        **within("expr_bench", "expr_over_native"), must=3, aim=2.5),
    Row("equations of a machine model over C, worst of three",
        **within("program_bench", "program_over_native"), must=3, aim=1.5),
    Row("whole integration by equations over C, worst of three",
        **within("program_bench", "integration_over_native"), must=1.8, aim=1.5),
    *(Row(f"{n} linear state{'s' if n > 1 else ''} in closed form: a switch over without",
          **within("affine_bench", f"affine_{n}", f"ns_{n}", "ns_none", "ns_queue"), must=2.5, aim=2)
      for n in (1, 2)),
    Row("4 states: a switch over ERKStep, SUNDIALS as it is",
        **within("erk_bench", "spindle_over_erk", "ns_of_library", "ns_of_erk", "bare_over_erk"), must=0.2, aim=0.14),
    Row("4 states: a switch over ERKStep, SUNDIALS at -O2",
        Figure("erk_bench", "spindle_over_erk", (OPTIMISED,)), None, must=0.5, aim=0.4,
        says=(Figure("erk_bench", "ns_of_erk", (OPTIMISED,)), Figure("erk_bench", "bare_over_erk", (OPTIMISED,)))),
    Row("4 states: 1000 machines over 10",
        **within("spindle_bench", "machines", "ns_of_10", "ns_of_1000"), must=1.5, aim=1.15),
    Row("4 states: every state read each second over not",
        **within("spindle_bench", "sampling", "ns_sampled", "ns_of_100"), must=1.4, aim=1.25),
    Row("rtol 1e-6 against 1e-11: error of a state",
        **within("accuracy_bench", "state_error"), must=1e-5, aim=4e-6, unit=""),
    Row("rtol 1e-6 against 1e-11: error of a root's instant",
        **within("accuracy_bench", "root_error_s", "n_root"), must=1e-3, aim=6e-4, unit="s"),
    Row("rtol 1e-6 against 1e-11: roots missed",
        **within("accuracy_bench", "roots_missed"), must=0, aim=0, unit=""),
    Row("event log to HDF5: speed over write(2)",
        **within("store_bench", "event_log", "ns_per_row", "ns_per_row_written"),
        must=0.7, aim=0.8, is_more_better=True),
    Row("storing one replication beyond write(2)",
        **within("store_bench", "replication_us"), must=20, aim=15, unit="us"),
    Row("storing one event beyond write(2)",
        **within("store_bench", "event_ns"), must=12, aim=6, unit="ns"),
    Row("a row of a CSV event log, read", **within("eventlog_bench", "csv_row_ns"), must=1000, aim=400, unit="ns"),
    Row("a row of an event log, assessed", **within("eventlog_bench", "assess_row_ns"), must=1000, aim=300, unit="ns"),
    Row("load, check and compile 200 stations",
        **within("load_bench", "load_ms"), must=5, aim=2, unit="ms"),
    Row("Python: a getter through the package",
        **within("python_bench.py", "getter_ns"), must=1000, aim=200, unit="ns"),
    Row("Python: run[path]", **within("python_bench.py", "quantity_ns"), must=1000, aim=200, unit="ns"),
    Row("Python: until of nothing", **within("python_bench.py", "until_ns"), must=1000, aim=200, unit="ns"),
    Row("Python: a step with its event", **within("python_bench.py", "step_ns"), must=1000, aim=400, unit="ns"),
    Row("Python: a fork", **within("python_bench.py", "fork_ns"), must=10000, aim=5000, unit="ns"),
    Row("Python: columns copied, a million events",
        **within("python_bench.py", "frame_columns_copied", "frame_ms", "frame_rows"),
        must=0, aim=0, unit=""),
    Row("Python: columns copied, the same as Arrow",
        **within("python_bench.py", "arrow_columns_copied", "arrow_ms", "read_ms"),
        must=0, aim=0, unit=""),
]
NEEDS_FOLDER = {"load_bench", "store_bench", "python_bench.py"}
NEEDS_CORES = {"study_bench"}
NEEDS_MODULES = {"simpy_line10.py": "simpy", "python_bench.py": "libtwin, pandas, pyarrow"}


class Finder:
    """Finds the commands of figures."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        own = Path(__file__).parent
        self.folders = [arguments.programs, arguments.peers, arguments.scripts, own]
        self.scratch = arguments.scratch
        self.python = arguments.python
        self.sundials = arguments.sundials

    @cache  # noqa: B019
    def words(self, command: Command) -> list[str] | None:
        """The words of a command, None when the program or a module of Python is not there."""
        program, arguments = command
        path = next((f / program for f in self.folders if (f / program).is_file()), None)
        if path is None:
            return None
        if OPTIMISED in arguments and self.sundials is None:
            return None
        words = [str(path.resolve()), *(str(self.sundials) if a == OPTIMISED else a for a in arguments)]
        if program in NEEDS_FOLDER:
            words.append(str(self.scratch))
        if path.suffix != ".py":
            return words
        modules = NEEDS_MODULES[program]
        try:
            test = [self.python, "-c", f"import {modules}"]
            done = subprocess.run(test, capture_output=True, check=False)
        except OSError:
            return None
        return [self.python, "-B", *words] if done.returncode == 0 else None

    def missing(self, row: Row) -> list[str]:
        """The programs of a row that are not there."""
        return sorted({f.program for f in row.figures() if self.words(command_of(f)) is None})

    def run(self, command: Command) -> str:
        """Runs a command on one processor, or on all where it is about that."""
        if hasattr(os, "sched_setaffinity"):
            cores = ALL_CORES if command[0] in NEEDS_CORES else {max(ALL_CORES)}
            os.sched_setaffinity(0, cores)
        environment = dict(os.environ)
        if OPTIMISED in command[1]:
            environment["LD_LIBRARY_PATH"] = str(self.sundials)
        done = subprocess.run(self.words(command), capture_output=True, text=True, check=False, env=environment)
        if done.returncode != 0:
            raise SystemExit(f"{command[0]} failed:\n{done.stderr}")
        return done.stdout


ALL_CORES = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else {0}


def mark(row: Row, value: float) -> str:
    """Puts a value against its limits."""

    def keeps(limit: float) -> bool:
        return value >= limit if row.is_more_better else value <= limit

    return "aim" if keeps(row.aim) else "pass" if keeps(row.must) else "SHORT"


def show(row: Row, rounds: list[dict[Command, str]]) -> None:
    """Prints one row: the median, its range over the rounds, limits, and what it is made of."""
    values = [row.value(printed) for printed in rounds]
    value = statistics.median(values)
    says = [
        f"{figure.name} {statistics.median(figure.read(p[command_of(figure)]) for p in rounds):.4g}"
        for figure in row.says
    ]
    spread = f"{min(values):.3g}..{max(values):.3g}"
    limits = f"{row.must:g}/{row.aim:g}"
    print(f"{row.name:46} {value:8.3g} {row.unit:2} {limits:>9} {mark(row, value):5} {spread:>14}  "
          f"{', '.join(says)}".rstrip(), flush=True)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="medians of ratios of CPU time")
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("--peers", type=Path, required=True)
    parser.add_argument("--scripts", type=Path, required=True)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--sundials", type=Path, help="folder of an optimised SUNDIALS")
    parser.add_argument("-n", type=int, default=5, help="rounds (default 5)")
    parser.add_argument("names", nargs="*", metavar="NAME", help="rows with this in their name")
    arguments = parser.parse_args()
    find = Finder(arguments)

    wanted = [r for r in ROWS if not arguments.names or any(n in r.name for n in arguments.names)]
    there = [row for row in wanted if not find.missing(row)]
    commands = list(dict.fromkeys(command_of(f) for row in there for f in row.figures()))
    rounds = [{c: find.run(c) for c in commands} for _ in range(arguments.n)]

    print(f"{'median of ' + str(arguments.n) + ' rounds, CPU time':46} {'value':>8}    "
          f"{'must/aim':>9} {'mark':5} {'range':>14}")
    for row in wanted:
        if row in there:
            show(row, rounds)
        else:
            print(f"{row.name:46} skipped: no {', '.join(find.missing(row))}")


if __name__ == "__main__":
    main()
