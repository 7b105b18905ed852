#!/usr/bin/env python3
"""What the Python package adds: ns for each call of a getter, and what a data frame copies.

Prints pairs "name value". Runs where `libtwin` and pandas can be imported.

    python_bench.py [folder for the run file]
"""

import sys
import time
import timeit
from pathlib import Path

import numpy as np

import libtwin

N_CALL = 100_000
N_TURN = 15
N_EVENT = 1_000_000


def measure_getter_ns() -> float:
    """Times the reading of an attribute that is one C call, with the loop around it."""
    run = libtwin.Run(libtwin.load("lines/line10.json"))
    times = timeit.repeat(
        "run.time_s", globals={"run": run}, timer=time.process_time, number=N_CALL, repeat=N_TURN
    )
    return sorted(times)[N_TURN // 2] / N_CALL * 1e9


def record_events(path: Path) -> libtwin.File:
    """Records a little more than a million events."""
    run = libtwin.Run(libtwin.load("lines/line10.json"))
    recorder = libtwin.Recorder(path, run.line, states=False, parts=False, events=True)
    with recorder, recorder.observing(run):
        run.until(N_EVENT * 1.5)
    return libtwin.File(path)


def measure_frame(path: Path) -> tuple[int, int, float]:
    """Counts rows, columns of numbers that the frame has copied, and its ms without the reading."""
    with record_events(path) as file:
        table = file.events
        given = {name: table.column(name).values for name in table.columns}
        start = time.process_time()
        frame = table.pandas()
        ms = 1e3 * (time.process_time() - start)
    columns = {"time": "time_s", "value": "value_s"}
    is_shared = [
        np.shares_memory(frame[columns.get(name, name)].to_numpy(), values)
        for name, values in given.items()
        if table.column(name).names is None
    ]
    return len(table), is_shared.count(False), ms


def main() -> None:
    """Prints every figure."""
    path = Path(sys.argv[1] if len(sys.argv) > 1 else ".") / "python_bench.h5"
    print("getter_ns", round(measure_getter_ns(), 1))
    n_row, n_copied, ms = measure_frame(path)
    path.unlink()
    print("frame_rows", n_row)
    print("frame_columns_copied", n_copied)
    print("frame_ms", round(ms, 2))


if __name__ == "__main__":
    main()
