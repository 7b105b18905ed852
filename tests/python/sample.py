"""Scripts as users write them, for the type checkers: every public name, every result typed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import libtwin as tw


def forecast(path: str, n: int) -> NDArray[np.float64]:
    """Output of `n` futures of the next shift, from the second hour on."""
    line: tw.Line = tw.load(path)
    now: tw.Run = line.run(until="2 h")
    futures: list[float] = []
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
    values: NDArray[np.float64] = study.values("line/throughput")
    mean: float = float(estimate)
    assert mean == estimate.mean
    return f"{estimate} {estimate.half_width:g} {estimate:.3g}, {len(hashes)} of {values.size}"


def read(path: str) -> dict[str, float]:
    """How long each state lasted in a run file."""
    with tw.open(path) as file:
        is_whole: bool = file.is_complete
        opened: tw.File = file
        table: tw.Table = opened.intervals
        column: tw.Column = table.column("state")
        units: dict[str, str] = table.units
        frame = table.pandas()
    assert is_whole or column.names or units
    lengths = (frame["end_s"] - frame["start_s"]).groupby(frame["state"], observed=True).sum()
    return {str(state): float(total) for state, total in lengths.items()}


def mend(path: str) -> Path:
    """What a killed process left, as a whole file."""
    return tw.recover(f"{path}.part")


def build(minutes: float) -> tw.Line:
    """A line of a dict, and what is known of it before it runs."""
    description: dict[str, Any] = {"libtwin": "1.0", "name": "cell"}
    length: tw.Duration = timedelta(minutes=minutes)
    assert tw.seconds(length) == 60 * minutes
    good: str = tw.status_text(0)
    assert good == "success"
    line = tw.parse(description | {"run": {"horizon": length}}, file="cell.json")
    check: tw.Check = line.check()
    load: tw.Load | None = check.load
    names: tuple[str, ...] = line.names("station")
    start: np.datetime64 = line.start
    schema: dict[str, Any] = tw.schema()
    reference: str = tw.reference()
    assert load is None or load.good_per_s > 0
    print(names, start, schema, reference)
    return line


def show(progress: tw.Progress) -> bool:
    """A progress call that stops nothing."""
    print(f"{progress.time_s / progress.horizon_s:.0%}")
    return False


def tell(path: str) -> str:
    """A run with everything that can be done to it."""
    line = tw.load(path)
    call: tw.ProgressCall = show
    run = tw.Run(line, seed=3, warmup="1 h", losses=True, progress=call)
    begin = run.fork()
    with tw.Recorder("run.h5", line, states=True) as recorder, recorder.observing(run):
        log: tw.Log = run.log()
        event: tw.Event | None = run.step()
        run.machine_down(line.machines[0])
        try:
            end: tw.Instant = line.start + np.timedelta64(2, "h")
            run.until(end)
        except tw.Interrupted as stop:
            kept: tw.Run = stop.kept
            print(kept.time_s)
        run.machine_up(line.machines[0])
    replay: tw.Replay = log.replay(begin)
    bottleneck: tw.Bottleneck = run.bottleneck()
    try:
        value: float = run["line/througput"]
    except tw.NotFound as error:
        return str(error)
    rows: list[dict[str, Any]] = list(run.intervals)
    curve: tw.Table = run.signal("oven.heat.T", every="30 s")
    state: str = run.state(line.machines[0])
    whole: dict[str, Any] = run.state()
    print(event, rows, state, whole, len(curve), replay.has_diverged)
    run.plot("gantt", window="8 h").savefig("run.png")
    return f"{bottleneck.station} {value} {tw.math_fingerprint:x}"


def look_ahead(now: tw.Run) -> float:
    """The next shift in many futures."""
    ahead: tw.Forecast = now.forecast("+8 h", n=40, parts=True, failures=True)
    shipped: NDArray[np.float64] = ahead["line/shipped"]
    chance: tw.Chance = ahead.chance("line/shipped", float(shipped.mean()))
    tables: list[tw.Table] = [ahead.bands, ahead.parts, ahead.failures]
    print(chance, *tables)
    return chance.low


def listen(path: str) -> tw.EventLog:
    """What a plant has reported so far, and what it reports now."""
    reported: tw.EventLog = tw.EventLog.from_csv(path, map="tags.json", tz="Europe/Berlin")
    inlet = tw.EventInlet("30 s", tz="Europe/Berlin")
    inlet.push(np.datetime64("2026-05-04T06:00:00"), "saw", "start", part="17", sequence=1)
    arrived: tw.EventLog = inlet.take(end=True)
    format_: dict[str, Any] = tw.map_schema()
    reference: str = tw.map_reference()
    print(reported.findings, arrived.table, format_, reference)
    return reported["2026-05"]
