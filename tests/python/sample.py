"""A script as a user writes it, for the type checker: every result has a type of its own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

import libtwin as tw


def forecast(path: str, n: int) -> NDArray[np.float64]:
    """Output of `n` futures of the next shift, from the second hour on."""
    line: tw.Line = tw.load(path)
    now: tw.Run = line.run(until="2 h")
    futures = []
    for salt in range(n):
        future = now.fork()
        future.reseed(salt)
        is_done: bool = future.until("+8 h")
        assert is_done
        shipped: float = future["line/shipped"]
        futures.append(shipped)
    return np.array(futures)


def report(path: str) -> str:
    """The output with its interval, and the problems of a bad file."""
    try:
        study: tw.Study = tw.load(path).replicate(10, threads=2)
    except tw.Error as error:
        problems: list[tw.Problem] = error.problems
        return "\n".join(problem.text for problem in problems)
    estimate: tw.Estimate = study["line/throughput"]
    hashes: list[int] = study.hashes
    return f"{estimate.mean:g} +- {estimate.half_width:g} 1/s, {len(hashes)} replications"


def read(path: str) -> dict[str, float]:
    """How long each state lasted in a run file."""
    with tw.open(path) as file:
        table: tw.Table = file.intervals
        frame = table.pandas()
    lengths = (frame["end_s"] - frame["start_s"]).groupby(frame["state"], observed=True).sum()
    return {str(state): float(total) for state, total in lengths.items()}
