"""Studies: replications, their figures, and what changes nothing."""

from __future__ import annotations

import math
import statistics
from pathlib import Path

import numpy as np

import libtwin as tw


def test_the_file_says_how_many_replications(line: tw.Line) -> None:
    study = line.replicate()
    assert study.n_done == 3
    assert len(study.values("line/throughput")) == 3


def test_threads_change_nothing_but_the_time(line: tw.Line) -> None:
    one, two = line.replicate(6, threads=1), line.replicate(6, threads=2)
    assert one.hashes == two.hashes
    for column in one.table.columns:
        np.testing.assert_array_equal(one.table[column], two.table[column])


def test_a_replication_is_the_run_of_its_number(line: tw.Line) -> None:
    study = line.replicate(3)
    runs = [line.run(replication=i) for i in range(3)]
    assert list(study.values("line/throughput")) == [run["line/throughput"] for run in runs]
    assert list(line.replicate(1, first=2).values("line/throughput")) == [
        runs[2]["line/throughput"]
    ]


def test_estimates_are_those_of_the_values(line: tw.Line) -> None:
    study = line.replicate(5)
    values = [float(value) for value in study.values("line/shipped")]
    estimate = study["line/shipped"]
    assert estimate.n == 5
    assert math.isclose(estimate.mean, statistics.fmean(values))
    assert math.isclose(estimate.sd, statistics.stdev(values))
    assert (estimate.min, estimate.max) == (min(values), max(values))
    t_4 = 2.7764451051977987  # quantile 0.975 of Student's t with 4 degrees of freedom
    assert math.isclose(estimate.half_width, t_4 * estimate.sd / math.sqrt(5), rel_tol=1e-6)


def test_one_run_gives_no_interval(line: tw.Line) -> None:
    estimate = line.replicate(1)["line/throughput"]
    assert estimate.n == 1
    assert math.isnan(estimate.half_width)


def test_a_wider_confidence_gives_a_wider_interval(line: tw.Line) -> None:
    half_widths = [
        line.replicate(4, confidence=c)["line/throughput"].half_width for c in (0.9, 0.99)
    ]
    assert half_widths[0] < half_widths[1]


def test_the_table_has_every_quantity_with_its_unit(line: tw.Line) -> None:
    table = line.replicate(2).table
    assert table.columns == ("quantity", "unit", "n", "mean", "half_width", "sd", "min", "max")
    assert dict(zip(table["quantity"], table["unit"], strict=True)) == line.quantities


def test_a_study_that_is_stopped_keeps_what_is_done(line: tw.Line) -> None:
    study = line.replicate(100000, progress=lambda progress: progress.n_done >= 3)
    assert 3 <= study.n_done < 100000
    n = len(study.values("line/throughput"))
    assert n == study.n_done
    assert study.hashes[:3] == line.replicate(3).hashes


def test_a_study_records_all_replications(line: tw.Line, tmp_path: Path) -> None:
    path = tmp_path / "study.h5"
    study = line.replicate(3, record=path)
    with tw.open(path) as file:
        assert set(file.intervals["replication"].tolist()) == {0, 1, 2}
        assert len(file.replications) == 3
    assert study.hashes == line.replicate(3).hashes
