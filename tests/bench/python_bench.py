#!/usr/bin/env python3
"""What the Python package adds: ns for each call of a getter, and what data frames and Arrow copy.

Prints pairs "name value". Runs where `libtwin`, pandas and pyarrow can be imported.

    python_bench.py [folder for the run file]
"""

import sys
import time
import timeit
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas  # noqa: F401  its import is not what is timed
import pyarrow

import libtwin

N_CALL = 100_000
N_TURN = 15
N_EVENT = 1_000_000


def measure_ns(call: str, n_call: int = N_CALL) -> float:
    """Times a call on a run, with the loop around it."""
    run = libtwin.Run(libtwin.load("lines/line10.json"))
    run.until(1000.0)
    times = timeit.repeat(
        call, globals={"run": run}, timer=time.process_time, number=n_call, repeat=N_TURN
    )
    return sorted(times)[N_TURN // 2] / n_call * 1e9


def record_events(path: Path) -> libtwin.File:
    """Records a little more than a million events."""
    run = libtwin.Run(libtwin.load("lines/line10.json"))
    recorder = libtwin.Recorder(path, run.line, states=False, parts=False, events=True)
    with recorder, recorder.observing(run):
        run.until(N_EVENT * 1.5)
    return libtwin.File(path)


def timed_ms(call: Callable[[], Any]) -> tuple[Any, float]:
    """What a call gives, and its time on the processor in ms."""
    start = time.process_time()
    result = call()
    return result, 1e3 * (time.process_time() - start)


def measure_tables(path: Path) -> dict[str, float]:
    """Rows, columns that a data frame and an Arrow table have copied, and ms without the reading.

    Of the frame only columns of numbers count: pandas makes the codes of Categoricals as small as
    it can.
    """
    with record_events(path) as file:
        table = file.events
        given, read_ms = timed_ms(lambda: {n: table.column(n).values for n in table.columns})
        frame, frame_ms = timed_ms(table.pandas)
        arrow, arrow_ms = timed_ms(lambda: pyarrow.table(table))
    columns = {"time": "time_s", "value": "value_s"}
    in_frame = [
        np.shares_memory(frame[columns.get(name, name)].to_numpy(), values)
        for name, values in given.items()
        if table.column(name).names is None
    ]
    in_arrow = [
        arrow[name].chunk(0).buffers()[1].address == values.ctypes.data
        for name, values in given.items()
    ]
    return {
        "frame_rows": len(table),
        "frame_columns_copied": in_frame.count(False),
        "arrow_columns_copied": in_arrow.count(False),
        "read_ms": round(read_ms, 2),
        "frame_ms": round(frame_ms, 2),
        "arrow_ms": round(arrow_ms, 2),
    }


def main() -> None:
    """Prints every figure."""
    path = Path(sys.argv[1] if len(sys.argv) > 1 else ".") / "python_bench.h5"
    print("getter_ns", round(measure_ns("run.time_s"), 1))
    print("quantity_ns", round(measure_ns("run['line/throughput']"), 1))
    print("until_ns", round(measure_ns("run.until(1000.0)"), 1))  # where nothing is left to do
    print("step_ns", round(measure_ns("run.step()", N_CALL // 10), 1))  # an event in it
    print("fork_ns", round(measure_ns("run.fork()", N_CALL // 100), 1))
    for name, value in measure_tables(path).items():
        print(name, value)
    path.unlink()


if __name__ == "__main__":
    main()
