"""Losses and bottlenecks: of runs, of studies, and what the command says of them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from conftest import LINES
from typer.testing import CliRunner

import libtwin as tw
from libtwin_cli.app import app


def test_losses_of_a_station_sum_to_its_gap(line: tw.Line) -> None:
    run = line.run(losses=True)
    losses, stations = run.losses(), run.bottleneck().table
    for station, gap in zip(stations["station"], stations["gap"], strict=True):
        mine = losses["station"] == station
        assert losses["parts"][mine].sum() == pytest.approx(gap, rel=1e-9)
    assert losses.units["time"] == "s"


def test_blocked_time_is_that_of_the_quantities(line: tw.Line) -> None:
    run = line.run(losses=True)
    losses = run.losses()
    for station in line.stations:
        for state in ("blocked", "starved"):
            rows = (losses["station"] == station) & (losses["loss"] == state)
            wanted = run[f"stations/{station}/state/{state}/duration"]
            n_machine = sum(name.startswith(f"{station}[") for name in line.machines)
            assert losses["time"][rows].sum() == pytest.approx(wanted * n_machine, abs=1e-6)


def test_observing_changes_nothing(line: tw.Line) -> None:
    assert line.run(losses=True).full_hash == line.run().full_hash
    assert line.replicate(3, losses=True).hashes == line.replicate(3).hashes


def test_losses_need_to_be_asked_for(line: tw.Line) -> None:
    run = line.run()
    with pytest.raises(tw.Error, match="not observed"):
        run.losses()
    with pytest.raises(tw.Error, match="not observed"):
        line.replicate(2).bottleneck()
    run.watch_losses()
    run.until("+1 h")
    assert run.losses()["time"].sum() > 0


def test_a_study_gives_means_with_intervals(line: tw.Line) -> None:
    study = line.replicate(4, losses=True)
    runs = [line.run(replication=i, losses=True) for i in range(4)]
    losses = study.losses()
    assert "per_shift_half_width" in losses
    assert np.isfinite(losses["per_shift_half_width"]).all()
    total = sum(run.losses()["time"].sum() for run in runs) / 4
    assert losses["time"].sum() == pytest.approx(total)
    gaps = np.mean([run.bottleneck().table["gap"] for run in runs], axis=0)
    np.testing.assert_allclose(study.bottleneck().table["gap"], gaps)


def test_threads_change_no_loss(line: tw.Line) -> None:
    one, two = (line.replicate(6, threads=n, losses=True) for n in (1, 2))
    for column in one.losses().columns:
        np.testing.assert_array_equal(one.losses()[column], two.losses()[column])
    assert one.bottleneck().sentence == two.bottleneck().sentence


def test_a_restored_run_counts_anew(line: tw.Line) -> None:
    run = tw.Run(line, losses=True)
    run.until("2 h")
    snapshot = run.save()
    run.until("4 h")
    run.restore(snapshot)
    run.until("3 h")
    lost, stations = run.losses(), run.bottleneck().table
    for station, utilisation in zip(stations["station"], stations["utilisation"], strict=True):
        n_machine = sum(name.startswith(f"{station}[") for name in line.machines)
        is_state = ~np.isin(lost["loss"], ("speed", "scrap", "rework"))
        waited = lost["time"][is_state & (lost["station"] == station)].sum()
        assert waited + utilisation * 3600 * n_machine == pytest.approx(3600 * n_machine)


def test_tables_become_data_frames(line: tw.Line) -> None:
    frame = line.run(losses=True).losses().pandas()
    assert {"station", "loss", "place", "state", "cause", "time_s", "per_shift"} <= set(frame)


@pytest.mark.skipif(not (LINES / "press-shop.json").exists(), reason="no such line here")
def test_the_press_shop_is_held_back_by_its_draw_press(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["run", str(LINES / "press-shop.json"), "--out", str(tmp_path)])
    assert said.exit_code == 0, said.output
    assert "Bottleneck: all four methods name draw." in said.output
    assert "Losses of draw" in said.output
    assert "down (hydraulics)" in said.output
    assert (tmp_path / "press-shop-losses.png").stat().st_size > 1000
    bottleneck = tw.load(LINES / "press-shop.json").run(losses=True).bottleneck()
    assert bottleneck.named == dict.fromkeys(bottleneck.named, "draw")
    assert str(bottleneck) == bottleneck.sentence


def test_json_has_the_losses(line_file: Path) -> None:
    ran = CliRunner().invoke(app, ["run", str(line_file), "--json", "--no-record"])
    document = json.loads(ran.stdout)
    assert document["bottleneck"]["station"] in ("saw", "mill")
    assert document["tables"]["losses"]["rows"][0]["per_shift"] is not None
