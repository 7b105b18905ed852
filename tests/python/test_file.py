"""Run files and the tables in them."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import libtwin as tw


@pytest.fixture
def recorded(line: tw.Line, tmp_path: Path) -> tw.Run:
    """A run with its file."""
    return line.run(record=tmp_path / "run.h5")


def test_intervals_cover_the_whole_run_without_gaps(recorded: tw.Run) -> None:
    table = recorded.intervals
    assert len(table) > 500
    for station, number in (("saw", 1), ("mill", 1), ("mill", 2)):
        mine = (table["station"] == station) & (table["machine"] == number)
        start, end = table["start"][mine], table["end"][mine]
        order = np.argsort(start, kind="stable")
        assert start[order][0] == 0
        assert end[order][-1] == 28800
        np.testing.assert_array_equal(start[order][1:], end[order][:-1])


def test_intervals_agree_with_the_booked_shares(recorded: tw.Run) -> None:
    table, warmup_s = recorded.intervals, recorded.line.warmup_s
    mine = (table["station"] == "saw") & (table["state"] == "processing")
    spans = table["end"][mine] - np.maximum(table["start"][mine], warmup_s)
    share = spans[spans > 0].sum() / (28800 - warmup_s)
    assert share == pytest.approx(recorded["stations/saw/state/processing"], abs=1e-9)


def test_a_file_opened_again_has_the_same_tables(recorded: tw.Run, tmp_path: Path) -> None:
    with tw.open(tmp_path / "run.h5") as file:
        for name in ("events", "intervals", "visits", "parts"):
            again, first = getattr(file, name), getattr(recorded, name)
            assert again.columns == first.columns
            assert len(again) == len(first) > 0
        assert file.line.hash == recorded.line.hash
        assert len(file.replications) == 1
        assert len(file.kpi) > 0
        assert file.intervals.units["start"] == "s"
        assert file.is_complete


def test_seeds_and_hashes_are_whole_numbers_without_a_sign(line: tw.Line, tmp_path: Path) -> None:
    h5py, pyarrow = pytest.importorskip("h5py"), pytest.importorskip("pyarrow")
    run = line.run(seed=2**64 - 3, record=tmp_path / "run.h5")
    with tw.open(tmp_path / "run.h5") as file:
        table = file.replications
        assert table["seed"].dtype == table["hash"].dtype == np.uint64
        assert (table["seed"][0], int(table["hash"][0])) == (2**64 - 3, run.hash)
        arrow = pyarrow.table(table)
        assert arrow.schema.field("hash").type == pyarrow.uint64()
        assert arrow["seed"].to_pylist() == [2**64 - 3]
        assert table.pandas()["hash"].iloc[0] == run.hash
        assert next(iter(table))["hash"] == run.hash
    with h5py.File(tmp_path / "run.h5") as plain:
        assert plain["replications/hash"].dtype == np.uint64


def test_losses_are_those_of_each_replication(line: tw.Line, tmp_path: Path) -> None:
    study = line.replicate(3, losses=True, record=tmp_path / "study.h5")
    with tw.open(tmp_path / "study.h5") as file:
        rows = list(file.losses)
        assert "clock" not in file.losses.pandas()
    shown = {"station", "loss", "neighbour", "place", "state", "cause"}
    mean: dict[tuple[str, ...], float] = {}
    for row in rows:
        key = tuple(row[name] for name in sorted(shown))
        mean[key] = mean.get(key, 0) + row["parts"] / 3
    wanted = {tuple(row[n] for n in sorted(shown)): row["parts"] for row in study.losses()}
    assert mean == pytest.approx(wanted)
    run = line.run(replication=1, losses=True)
    own = [row | {"replication": 1} for row in run.losses()]
    assert [row for row in rows if row["replication"] == 1] == own


def test_shifts_are_rows_by_production_day(served: dict[str, Any], tmp_path: Path) -> None:
    run = tw.parse(served).run(record=tmp_path / "run.h5")
    with tw.open(tmp_path / "run.h5") as file:
        for table in (run.shifts, file.shifts):
            assert table["shift"].tolist() == ["early", "late", "off-shift", "off-shift"]
            assert table["day"].tolist() == [0, 0, 0, 1]  # off shift the date
            assert table["start"].tolist() == [0, 8 * 3600, 16 * 3600, 18 * 3600]
            assert table["end"].tolist() == [8 * 3600, 16 * 3600, 18 * 3600, 24 * 3600]
            assert table["whole"].tolist() == [1, 1, 1, 1]
            assert table["scrapped"].sum() == 0
            assert table["good"].sum() == run["line/shipped"]
            early, late = table["good"].tolist()[:2]
            assert (early, late) == (
                run["line/shift/early/shipped"],
                run["line/shift/late/good/mean"],
            )
            by_day = table.pandas().groupby("day")["good"].sum()
            assert by_day[0] == early + late
        frame = file.shifts.pandas()
        assert frame["end_clock"].iloc[0] == pd.Timestamp("2026-03-02T14:00:00")
        assert isinstance(frame["shift"].dtype, pd.CategoricalDtype)


def test_a_record_that_ends_in_a_shift_has_a_row_of_it(
    served: dict[str, Any], tmp_path: Path
) -> None:
    run = tw.parse(served).run(until="9 h", record=tmp_path / "run.h5")
    assert run.shifts["whole"].tolist() == [1, 0]
    assert run.shifts["end"].tolist() == [8 * 3600, 9 * 3600]
    assert run.shifts["good"].sum() == run["line/shipped"]
    assert len(tw.open(tmp_path / "run.h5").shifts) == 2


def test_a_column_outlives_its_file(recorded: tw.Run, tmp_path: Path) -> None:
    column = tw.open(tmp_path / "run.h5").intervals["start"]
    gc.collect()
    np.testing.assert_array_equal(column, recorded.intervals["start"])
    assert not column.flags.writeable


def test_pandas_gets_names_as_categories_and_both_clocks(recorded: tw.Run) -> None:
    frame = recorded.intervals.pandas()
    assert isinstance(frame["state"].dtype, pd.CategoricalDtype)
    assert "processing" in frame["state"].cat.categories
    first = frame.iloc[0]
    expected = pd.Timestamp("2026-03-02T06:00:00") + pd.Timedelta(seconds=first["start_s"])
    assert first["start_clock"] == expected
    events = recorded.events.pandas()
    assert events["time_s"].is_monotonic_increasing
    assert (events["clock"].diff().dropna() >= pd.Timedelta(0)).all()


def test_tables_show_themselves(recorded: tw.Run) -> None:
    table = recorded.intervals
    assert "state" in repr(table)
    assert f"{len(table)} rows" in repr(table)
    assert "<table>" in table._repr_html_()
    row = next(iter(table))
    assert set(row) == set(table.columns)


def test_the_layout_is_what_other_programs_read(recorded: tw.Run, tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "run.h5", "r") as file:
        assert file.attrs["schema"] in ("libtwin.run", b"libtwin.run")
        for group, columns in {
            "events": ("replication", "time", "station", "machine", "kind", "part"),
            "intervals": ("replication", "station", "machine", "state", "start", "end"),
            "parts": ("part", "type", "created", "left"),
            "visits": ("part", "station", "enter", "leave"),
        }.items():
            for column in columns:
                assert file[group][column].ndim == 1
        np.testing.assert_array_equal(file["intervals/start"][:], recorded.intervals["start"])


def test_a_recorder_keeps_what_it_is_told_to(line: tw.Line, tmp_path: Path) -> None:
    path, run = tmp_path / "run.h5", tw.Run(line)
    recorder = tw.Recorder(path, line, states=True, parts=False, events=False, compression=1)
    with recorder, recorder.observing(run, replication=4):
        run.until("1 h")
    run.until("2 h")
    with tw.open(path) as file:
        assert set(file.intervals["replication"].tolist()) == {4}
        assert file.intervals["end"].max() == 3600
        with pytest.raises(tw.NotFound, match="parts"):
            _ = file.parts


def test_a_file_that_is_no_run_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "no.h5"
    path.write_text("no run file", encoding="utf-8")
    with pytest.raises(tw.Error):
        tw.open(path)
    with pytest.raises(tw.Error):
        tw.open(tmp_path / "none.h5")


def test_a_file_that_cannot_be_written_is_said(line: tw.Line, tmp_path: Path) -> None:
    with pytest.raises(tw.Error):
        line.run(record=tmp_path / "no" / "folder" / "run.h5")


def test_an_interrupted_record_is_complete_so_far(line: tw.Line, tmp_path: Path) -> None:
    path = tmp_path / "run.h5"
    run = line.run(until="20000 d", record=path, progress=lambda progress: progress.time_s > 86400)
    assert run.time_s < 20000 * 86400
    assert run.intervals["end"].max() == run.time_s
