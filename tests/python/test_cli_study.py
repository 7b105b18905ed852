"""`twin study`: figures with their intervals, values of every replication, files, how it stops."""

from __future__ import annotations

import csv
import json
import math
import re
from pathlib import Path

import pytest
from commands import interrupt, twin

import libtwin as tw

pytestmark = pytest.mark.usefixtures("elsewhere")


def rows_of(path: Path) -> list[list[str]]:
    """A CSV file's rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_all_figures_stand_in_a_table_with_intervals(line_file: Path) -> None:
    result = twin("study", line_file)
    assert result.exit_code == 0, result.output
    said = result.output
    assert said.startswith("pair: How much does a buffer of three help?\n")
    shown = {row.split()[0] for row in said.splitlines() if "/" in row.split(" ")[0]}
    assert shown == set(tw.load(line_file).quantities)
    assert re.search(r"^line/throughput +[\d.]+ ± [\d.]+ .* 1/h *$", said, re.MULTILINE)


def test_figures_are_chosen_by_path_and_by_pattern(line_file: Path) -> None:
    asked = ["--figure", "stations/*/oee", "--figure", "line/throughput"]
    document = json.loads(twin("study", line_file, *asked, "--json").stdout)
    rows = document["tables"]["quantities"]["rows"]
    paths = [row["quantity"] for row in rows]
    assert paths == ["line/throughput", "stations/saw/oee", "stations/mill/oee"]
    assert [row["unit"] for row in rows] == ["1/s", "1", "1"]
    assert document["command"] == "study"
    assert (document["replications"], document["seed"], document["warmup_s"]) == (3, 7, 3600.0)


def test_an_unknown_figure_is_misuse_and_names_the_nearest(line_file: Path) -> None:
    result = twin("study", line_file, "--figure", "line/througput")
    assert result.exit_code == 2
    assert 'did you mean "line/throughput"?' in result.stderr
    result = twin("study", line_file, "--figure", "nothing/*")
    assert result.exit_code == 2
    assert 'no figure matches "nothing/*"' in result.stderr


def test_intervals_are_those_of_the_library(line_file: Path) -> None:
    options = ["--replications", 5, "--confidence", 99, "--seed", 3, "--until", "4h"]
    options += ["--warmup", "30min", "--threads", 2, "--figure", "line/*"]
    document = json.loads(twin("study", line_file, *options, "--json").stdout)
    study = tw.load(line_file).replicate(
        5, confidence=0.99, seed=3, until="4 h", warmup="30 min", threads=1
    )
    assert (document["confidence"], document["warmup_s"]) == (0.99, 1800.0)
    for row in document["tables"]["quantities"]["rows"]:
        estimate = study[row["quantity"]]
        if math.isfinite(estimate.half_width):
            assert (row["mean"], row["half_width"]) == (estimate.mean, estimate.half_width)
        else:
            assert row["half_width"] is None


def test_values_of_every_replication_go_into_a_file(line_file: Path, tmp_path: Path) -> None:
    asked = ["--figure", "line/throughput", "--figure", "line/shipped", "-o", "values.csv"]
    result = twin("study", line_file, *asked)
    assert result.exit_code == 0
    assert "Written: values.csv (rows: values 3)" in result.stderr
    head, *rows = rows_of(tmp_path / "values.csv")
    assert head == ["replication", "line/throughput [1/s]", "line/shipped"]
    study = tw.load(line_file).replicate()
    assert [float(row[1]) for row in rows] == study.values("line/throughput").tolist()
    assert [row[0] for row in rows] == ["0", "1", "2"]


def test_values_on_standard_output_stand_alone(line_file: Path) -> None:
    result = twin("study", line_file, "--figure", "line/shipped", "-o", "-")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "replication,line/shipped"
    assert len(lines) == 4


def test_a_study_is_recorded_with_every_replication(line_file: Path, tmp_path: Path) -> None:
    result = twin("study", line_file, "--record", "all.h5", "--json")
    assert json.loads(result.stdout)["files"] == ["all.h5"]
    with tw.open(tmp_path / "all.h5") as file:
        assert file.is_complete
        assert len(file.replications) == 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-o", "none/values.csv"], "none is no folder"),
        (["-o", "values.doc"], "is none of .csv"),
        (["-o", "."], "is a folder"),
        (["--record", "none/run.h5"], "none is no folder"),
        (["--confidence", "100"], "between 0 and 1"),
        (["--warmup", "8h"], "as long as the run"),
        (["--replications", "0"], "replications"),
        (["--until", "8 kg"], "8 kg"),
    ],
)
def test_what_cannot_work_is_told_before_anything_is_run(
    options: list[str], said: str, line_file: Path
) -> None:
    result = twin("study", line_file, *options)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_ctrl_c_keeps_the_replications_that_are_done(line_file: Path, tmp_path: Path) -> None:
    options = ["--replications", 1000000, "--until", "200h", "--figure", "line/throughput"]
    options += ["--record", "some.h5", "-o", "some.csv"]
    code, said, warned = interrupt(tmp_path, ["study", line_file, *options], 2)
    assert code == 130
    assert "Traceback" not in warned
    n_done = int(re.search(r"over (\d+) replications", " ".join(said.split()))[1])  # type: ignore[index]
    assert n_done > 1
    assert len(rows_of(tmp_path / "some.csv")) == n_done + 1
    with tw.open(tmp_path / "some.h5") as file:
        assert file.is_complete
        assert len(file.replications) >= n_done


def test_a_run_that_stops_is_exit_code_three(overfed: dict[str, object], tmp_path: Path) -> None:
    file = tmp_path / "overfed.json"
    file.write_text(json.dumps(overfed), encoding="utf-8")
    result = twin("study", file, "--record", "overfed.h5")
    assert result.exit_code == 3
    assert "max_parts" in result.stderr
    assert result.stdout == ""
