"""Copies, pickles, processes and threads: what is another one's and what is shared."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import PAIR

import libtwin as tw


def shipped(line: tw.Line, seed: int) -> float:
    """What joblib and its like call in another process."""
    return line.run(seed=seed)["line/shipped"]


def gone_on(run: tw.Run) -> tuple[int, float]:
    """A run that came from another process, gone on."""
    run.until("8 h")
    return run.full_hash, float(run.intervals["end"].max())


def hashes(line: tw.Line) -> list[int]:
    """A study in another process."""
    return line.replicate(4, threads=2).hashes


def failed(description: dict[str, Any]) -> None:
    """A study that fails in another process."""
    tw.parse(description).replicate(2)


def test_a_line_is_its_own_copy(line: tw.Line) -> None:
    assert copy.copy(line) is line
    assert copy.deepcopy({"line": line})["line"] is line


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copied_run_is_a_fork(line: tw.Line, copied: Any) -> None:
    run = line.run(until="2 h")
    other = copied(run)
    assert other.line is line
    other.until("8 h")
    assert run.time_s == 7200
    run.until("8 h")
    assert other.full_hash == run.full_hash


def test_results_are_pickled(line: tw.Line) -> None:
    study = line.replicate(3, losses=True)
    estimate = study["line/throughput"]
    assert pickle.loads(pickle.dumps(estimate)) == estimate
    bottleneck = pickle.loads(pickle.dumps(study.bottleneck()))
    assert bottleneck.sentence == study.bottleneck().sentence
    check = pickle.loads(pickle.dumps(line.check().problems))
    assert check == line.check().problems
    run = line.run(until="1 h")
    log = run.log()
    run.machine_down("saw[1]")
    assert str(pickle.loads(pickle.dumps(log))) == str(log)


def test_tables_are_pickled_with_units_names_and_clock(line: tw.Line) -> None:
    run = line.run(until="2 h", losses=True)
    for table in (run.intervals, run.kpi, run.losses(), line.load().stations, run.solvers):
        same = pickle.loads(pickle.dumps(table))
        assert (same.name, same.columns, same.units) == (table.name, table.columns, table.units)
        assert len(same) == len(table)
        for name in table.columns:
            column, other = table.column(name), same.column(name)
            assert (other.names, other.help) == (column.names, column.help)
            np.testing.assert_array_equal(other.values, column.values)
    clock = pickle.loads(pickle.dumps(run.intervals)).clock("start")
    np.testing.assert_array_equal(clock, run.intervals.clock("start"))


def test_a_file_is_pickled_by_its_name(line: tw.Line, tmp_path: Path) -> None:
    file = line.run(until="1 h", record=tmp_path / "run.h5").recorded()
    assert len(pickle.loads(pickle.dumps(file)).events) == len(file.events)


@pytest.mark.parametrize("how", ["fork", "spawn", "forkserver"])
def test_other_processes_give_the_same_after_a_study_in_this_one(line: tw.Line, how: str) -> None:
    if how not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {how} here")
    here = line.replicate(4, threads=2).hashes
    run = line.run(until="2 h", seed=4)
    context = multiprocessing.get_context(how)
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        there = pool.submit(hashes, line)
        values = list(pool.map(shipped, [line] * 4, range(4)))
        gone = pool.submit(gone_on, run)
        assert there.result(timeout=120) == here
        assert gone.result(timeout=120) == gone_on(run)
    assert values == [shipped(line, seed) for seed in range(4)]


def test_an_error_of_another_process_arrives_with_its_problems(overfed: dict[str, Any]) -> None:
    with (
        ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool,
        pytest.raises(tw.Error, match="max_parts") as caught,
    ):
        pool.submit(failed, overfed).result(timeout=120)
    assert caught.value.problems


def test_eight_threads_run_one_line(line: tw.Line) -> None:
    def work(seed: int) -> tuple[int, float, int]:
        run = tw.Run(line, seed=seed)
        for hour in range(1, 9):
            run.until(3600 * hour)
            run["stations.mill.state.processing"]
        fork = run.fork()
        fork.until("+8 h")
        return fork.full_hash, run["line/shipped"], len(run.events)

    one = [work(seed) for seed in range(8)]
    fresh = tw.parse(PAIR)  # whose paths nobody has looked up yet
    line = fresh
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == one


def test_threads_may_each_run_a_study_of_one_line(line: tw.Line) -> None:
    expected = line.replicate(6).hashes
    with ThreadPoolExecutor(4) as pool:
        studies = list(pool.map(lambda n: line.replicate(6, threads=n), (1, 2, 3, 4)))
    assert all(study.hashes == expected for study in studies)


def test_a_quantity_has_one_value_in_every_spelling(line: tw.Line) -> None:
    run, study = line.run(), line.replicate(2)
    for spelling in (
        "stations/mill[1]/state/processing",
        "/stations/mill[1]/state/processing",
        "stations.mill[1].state.processing",
    ):
        assert run[spelling] == run.value(spelling) == run.values([spelling])[0]
        assert study[spelling] == study.estimate(spelling)
        assert len(study.values(spelling)) == 2
        assert spelling in run
        assert spelling in study
        assert spelling in line
    assert "stations.mill[3].state.processing" not in run
    assert 3 not in run
    paths = list(line.quantities)
    np.testing.assert_array_equal(
        run.values([path.replace("/", ".") for path in paths]), run.values(paths)
    )


def test_paths_are_completed(line: tw.Line) -> None:
    for owner in (line, line.run(until="1 h"), line.replicate(1)):
        assert owner._ipython_key_completions_() == list(line.quantities)
