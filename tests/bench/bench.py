#!/usr/bin/env python3
"""Runs a program of the library and its reference in turns and prints the ratio of the medians.

A program prints pairs "name value" ("ns_per_move 41.3") or a table whose first line names columns
and whose rows begin with a size; COMPARISONS says which number of which program is compared.
Programs that compare within themselves (OWN_TABLES) are run once and shown as they are.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Figure:
    """One number of one program: a name, or the cell (size, column) of its table."""

    program: str
    name: str | tuple[str, str]
    arguments: list[str] = field(default_factory=list)

    def read(self, text: str) -> float:
        """Finds the number in what the program printed."""
        if isinstance(self.name, tuple):
            size, column = self.name
            lines = [line.split() for line in text.splitlines()]
            head = next(cells for cells in lines if column in cells)
            row = next(cells for cells in lines if cells and cells[0] == size)
            return float(row[head.index(column)])
        match = re.search(rf"\b{re.escape(self.name)}[ =:]+([-+0-9.eE]+)", text)
        if not match:
            raise ValueError(f"{self.program} does not print {self.name}")
        return float(match[1])


@dataclass
class Comparison:
    """What is compared, and the ratio that it must and that it should reach (PERFORMANCE)."""

    name: str
    ours: Figure
    other: Figure
    must: float
    aim: float
    is_slow: bool = False  # repeats within itself, so one run is enough

    def is_there(self, find: "Finder") -> bool:
        """Says whether both programs exist."""
        return all(find(figure) is not None for figure in (self.ours, self.other))


LINE10 = Figure("line10_bench", "ns_per_move")
COMPARISONS = [
    Comparison("line10 from JSON over hand-coded", LINE10,
               Figure("handcoded_line10", "ns_per_move", ["scan", "2e6", "1"]), 3.0, 2.0),
    Comparison("line10 from JSON over SimPy", LINE10,
               Figure("simpy_line10.py", "ns_per_move", ["2e4", "1"]), 1 / 55, 1 / 85),
    *(Comparison(f"agenda, hold at {size} pending over d4p", Figure("hold_bench", (size, "open")),
                 Figure("hold", (size, "d4p")), 1.3, 0.9, is_slow=True)
      for size in ("10", "1000", "100000")),
]
OWN_TABLES = ["expr_bench"]


class Finder:
    """Finds the command of a figure, and keeps what was printed by commands that run only once."""

    def __init__(self, programs: Path, peers: Path, scripts: Path) -> None:
        self.folders = [programs, peers, scripts]
        self.printed: dict[tuple[str, ...], str] = {}

    def __call__(self, figure: Figure) -> list[str] | None:
        """Gives the command, None when the program or its interpreter's module is not there."""
        for folder in self.folders:
            path = folder / figure.program
            if path.is_file():
                words = [str(path.resolve()), *figure.arguments]
                if path.suffix != ".py":
                    return words
                python = Path(".venv/bin/python")
                return [str(python), *words] if python.exists() and has_simpy(python) else None
        return None

    def run(self, figure: Figure, *, is_kept: bool) -> float:
        """Runs the program and gives its number."""
        command = self(figure) or []
        key = tuple(command)
        if not is_kept or key not in self.printed:
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            self.printed[key] = done.stdout
        return figure.read(self.printed[key])


def has_simpy(python: Path) -> bool:
    """Says whether the reference in Python can run."""
    done = subprocess.run([python, "-c", "import simpy"], capture_output=True, check=False)
    return done.returncode == 0


def one_core() -> None:
    """Keeps this process and its children on one processor, where the system allows it."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def verdict(ratio: float, comparison: Comparison) -> str:
    """Puts a ratio against its limits."""
    if ratio <= comparison.aim:
        return "aim reached"
    return "ok" if ratio <= comparison.must else "TOO SLOW"


def compare(comparison: Comparison, find: Finder, n_run: int) -> None:
    """Runs both sides in turns and prints one row."""
    ours, other = [], []
    for _ in range(1 if comparison.is_slow else n_run):
        ours.append(find.run(comparison.ours, is_kept=comparison.is_slow))
        other.append(find.run(comparison.other, is_kept=comparison.is_slow))
    a, b = statistics.median(ours), statistics.median(other)
    print(f"{comparison.name:44} {a:9.1f} {b:9.1f} {a / b:8.3f} {comparison.must:7.3f} "
          f"{comparison.aim:7.3f}  {verdict(a / b, comparison)}", flush=True)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="ratios of medians of CPU time")
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("--peers", type=Path, required=True)
    parser.add_argument("--scripts", type=Path, required=True)
    parser.add_argument("-n", type=int, default=5, help="runs of each program (default 5)")
    parser.add_argument("names", nargs="*", metavar="NAME")
    arguments = parser.parse_args()
    find = Finder(arguments.programs, arguments.peers, arguments.scripts)
    one_core()

    def is_wanted(name: str) -> bool:
        return not arguments.names or any(piece in name for piece in arguments.names)

    wanted = [c for c in COMPARISONS if is_wanted(c.name)]
    if wanted:
        print(f"{'ns, median':44} {'libtwin':>9} {'other':>9} {'ratio':>8} {'must':>7} {'aim':>7}")
    for comparison in wanted:
        if comparison.is_there(find):
            compare(comparison, find, arguments.n)
        else:
            print(f"{comparison.name:44} not run: a program is not there")
    for name in filter(is_wanted, OWN_TABLES):
        path = arguments.programs / name
        if path.is_file():
            print(f"\n{name}")
            sys.stdout.flush()
            subprocess.run([path.resolve()], check=True)


if __name__ == "__main__":
    main()
