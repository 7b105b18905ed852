"""Runs: going on, forking, saving, reading, stopping."""

from __future__ import annotations

import json
import math
import pickle
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import libtwin as tw


def test_a_run_goes_to_the_horizon_of_the_file(line: tw.Line) -> None:
    run = line.run()
    assert run.time_s == line.horizon_s
    assert run.n_event > 500
    assert 20 / 3600 < run["line/throughput"] < 60 / 3600


def test_instants_are_seconds_texts_or_steps_from_now(line: tw.Line) -> None:
    run = tw.Run(line)
    for time, reached in ((600, 600.0), ("1 h", 3600.0), ("+30 min", 5400.0)):
        assert run.until(time) is True
        assert run.time_s == reached
    run.until(timedelta(hours=2))
    assert run.time_s == 7200.0
    assert run.next_time_s > 7200.0


def test_cutting_a_run_into_pieces_changes_nothing(line: tw.Line) -> None:
    whole, pieces = line.run(), tw.Run(line)
    for time_s in range(0, 28801, 137):
        pieces.until(time_s)
    pieces.until("8 h")
    assert pieces.full_hash == whole.full_hash
    assert pieces.difference(whole) == ""


def test_seed_and_replication_decide_the_path(line: tw.Line) -> None:
    hashes = [line.run(seed=s, replication=r).hash for s, r in ((1, 0), (1, 1), (2, 0), (1, 0))]
    assert hashes[0] == hashes[3]
    assert len(set(hashes)) == 3


def test_a_fork_goes_on_as_its_origin_does(line: tw.Line) -> None:
    run = line.run(until="2 h")
    fork = run.fork()
    assert fork.hash == run.hash
    for each in (run, fork):
        each.until("8 h")
    assert fork.full_hash == run.full_hash
    fork.until("+1 h")
    assert (run.time_s, fork.time_s) == (28800.0, 32400.0)


def test_a_reseeded_fork_has_another_future(line: tw.Line) -> None:
    run = line.run(until="2 h")
    fork = run.fork()
    fork.reseed(1)
    run.until("8 h")
    fork.until("8 h")
    assert fork.hash != run.hash
    fork.copy_from(run)
    assert fork.full_hash == run.full_hash


def test_a_snapshot_goes_on_bit_for_bit(line: tw.Line) -> None:
    run = line.run(until="2 h", seed=3)
    snapshot = run.save()
    later = line.restore(snapshot)
    run.until("8 h")
    later.until("8 h")
    assert later.full_hash == run.full_hash
    run.restore(snapshot)
    assert run.time_s == 7200.0


def test_a_damaged_snapshot_is_refused_and_changes_nothing(line: tw.Line) -> None:
    run = line.run(until="2 h")
    before, snapshot = run.full_hash, bytearray(run.save())
    snapshot[len(snapshot) // 2] ^= 1
    for bad in (bytes(snapshot), bytes(snapshot[:-1]), b""):
        with pytest.raises(tw.Error):
            run.restore(bad)
    assert run.full_hash == before


def test_a_snapshot_of_another_line_is_refused(line: tw.Line, description: dict[str, Any]) -> None:
    description["buffers"]["b"]["capacity"] = 4
    with pytest.raises(tw.Error):
        tw.parse(description).restore(line.run(until="1 h").save())


def test_a_run_is_pickled_by_its_snapshot(line: tw.Line) -> None:
    run = line.run(until="2 h", seed=5, replication=2)
    copy = pickle.loads(pickle.dumps(run))
    assert (copy.full_hash, copy.replication) == (run.full_hash, 2)
    run.until("8 h")
    copy.until("8 h")
    assert copy.full_hash == run.full_hash


def test_the_kpi_table_has_every_quantity(line: tw.Line) -> None:
    run = line.run()
    kpi = run.kpi
    assert tuple(kpi["quantity"]) == tuple(line.quantities)
    values = dict(zip(kpi["quantity"], kpi["value"], strict=True))
    for path in ("line/throughput", "stations/mill/state/processing", "buffers/b/level/mean"):
        assert values[path] == run[path]
    assert list(run.values(["line/throughput", "line/shipped"])) == [
        run["line/throughput"],
        run["line/shipped"],
    ]


def test_state_shares_of_a_machine_sum_to_one(line: tw.Line) -> None:
    run = line.run()
    paths = [path for path in line.quantities if path.startswith("stations/mill[1]/state/")]
    shares = run.values(paths)
    assert math.fsum(shares[np.isfinite(shares)]) == pytest.approx(1, abs=1e-9)


def test_nothing_is_observed_before_the_warm_up_ends(line: tw.Line) -> None:
    assert math.isnan(line.run(until="30 min")["line/lead_time/mean"])


def test_a_machine_goes_down_and_up_by_hand(line: tw.Line) -> None:
    run = line.run(until="2 h")
    run.machine_down("mill[2]")
    assert run.state("mill[2]").startswith("failed")
    run.until("3 h")
    assert run.state("mill[2]").startswith("failed")
    run.machine_up("mill[2]")
    run.until("4 h")
    assert not run.state("mill[2]").startswith("failed")
    with pytest.raises(tw.NotFound, match="press"):
        run.machine_down("press[1]")


def test_steps_run_one_event_each(line: tw.Line) -> None:
    run = tw.Run(line)
    before = run.n_event
    event = run.step()
    assert event is not None
    assert (run.n_event, run.time_s) == (before + 1, event.time_s)


def test_progress_is_shown_and_may_stop_a_run(line: tw.Line) -> None:
    seen: list[tw.Progress] = []

    def show(progress: tw.Progress) -> bool:
        seen.append(progress)
        return progress.n_event > 0

    run = tw.Run(line, progress=show)
    assert run.until("20000 d") is False
    assert 0 < seen[-1].time_s <= run.time_s < 20000 * 86400
    assert seen[-1].n_event <= run.n_event


def test_what_progress_raises_comes_out(line: tw.Line) -> None:
    def fail(progress: tw.Progress) -> None:
        raise RuntimeError("no more")

    run = tw.Run(line, progress=fail)
    with pytest.raises(RuntimeError, match="no more"):
        run.until("20000 d")
    with pytest.raises(RuntimeError, match="no more"):
        line.replicate(100000, progress=fail)


def test_a_run_that_cannot_go_on_says_why_and_is_kept(overfed: dict[str, Any]) -> None:
    line = tw.parse(overfed)
    with pytest.raises(tw.Error, match="max_parts") as caught:
        line.run()
    run = caught.value.kept
    assert 0 < run.time_s < line.horizon_s
    assert run["line/wip/now"] >= 50
    with pytest.raises(tw.Error, match="max_parts") as caught:
        line.replicate(3)
    assert caught.value.kept.n_done == 0


def test_the_past_and_what_is_no_instant_are_refused(line: tw.Line) -> None:
    run = line.run(until="2 h")
    for bad in ("1 h", math.nan, math.inf, -1, "+1 kg"):
        with pytest.raises(tw.Error):
            run.until(bad)
    assert run.time_s == 7200.0


def test_a_line_without_a_horizon_wants_one(description: dict[str, Any]) -> None:
    del description["run"]["horizon"]
    line = tw.parse(description)
    with pytest.raises(ValueError, match="horizon"):
        line.run()
    assert line.run(until="1 h").time_s == 3600.0


def test_a_recorder_changes_nothing(line: tw.Line, tmp_path: Path) -> None:
    assert line.run(record=tmp_path / "run.h5").full_hash == line.run().full_hash


def test_a_run_shows_itself_in_a_notebook(line: tw.Line) -> None:
    run = line.run(until="2 h")
    assert "pair" in repr(run)
    assert "line/throughput" in run._repr_html_()


def test_a_state_goes_out_as_a_dict_and_comes_back(line: tw.Line) -> None:
    run = line.run(until="2 h")
    state = run.state()
    assert state["libtwin_state"] == 1
    assert state["head"]["now_us"] == 7_200_000_000
    other = tw.Run(line, seed=5)
    other.set_state(state)
    assert other.full_hash == run.full_hash
    assert other.difference(run) == ""
    for each in (run, other):
        each.until("8 h")
    assert other.full_hash == run.full_hash


def test_a_state_that_is_none_is_refused_with_its_places(line: tw.Line) -> None:
    run = line.run(until="2 h")
    before = run.full_hash
    with pytest.raises(tw.Error, match="no field") as caught:
        run.set_state({"libtwin_state": 1, "head": {"nwo_us": 3}})
    assert caught.value.problems[0].pointer == "/head/nwo_us"
    assert run.full_hash == before


def test_a_state_moves_onto_a_scenario_and_says_what_it_assumed(line: tw.Line) -> None:
    run = line.run(until="2 h")
    same = tw.Run(line)
    assert same.adopt(run) == []
    assert same.full_hash == run.full_hash


def test_what_was_done_to_a_run_replays_from_a_fork_of_its_beginning(line: tw.Line) -> None:
    run = line.run(until="2 h")
    start = run.fork()
    log = run.log()
    run.machine_down(line.machines[0])
    run.until("+10 min")
    run.machine_up(line.machines[0])
    run.until("+1 h")
    with pytest.raises(tw.Error, match="logged"):
        run.restore(start.save())
    assert len(log) == 4
    lines = str(log)
    assert len(lines.splitlines()) == 5
    replay = tw.Log.read(line, lines).replay(start)
    assert (replay.n_same, replay.has_diverged, replay.field) == (4, False, "")
    assert start.full_hash == run.full_hash
    log.stop()
    run.restore(start.save())


def test_orders_and_parts_are_changed_from_outside(line: tw.Line) -> None:
    run = tw.Run(line)
    run.until(0)
    run.order_add("b", "gear", 3, due="1 h", priority=3)
    part = next(key for key, one in run.state()["part"].items() if one["place"] == "b")
    run.value_set(f"parts/{part}/due", math.inf)
    run.value_set(f"parts/{part}/priority", 1)
    assert run.state()["part"][part]["due_us"] is None
    with pytest.raises(tw.NotFound, match="nothing that can be set"):
        run.value_set("buffers/b/capacity", 3)
    with pytest.raises(tw.Error, match="no room"):
        run.order_add("b", "gear", 9)
    with pytest.raises(tw.Error, match="is there already"):
        run.part_move(int(part), "b")
    assert run.until("1 h")


def test_a_maintenance_is_asked_for() -> None:
    line = tw.parse(
        json.dumps(
            {
                "libtwin": "1.0",
                "parts": {"p": {}},
                "sources": {"s": {"sequence": ["p"], "repeat": True}},
                "stations": {
                    "m": {
                        "type": "machine",
                        "time": "4 s",
                        "maintenance": {"clean": {"trigger": "request", "duration": "3 s"}},
                    }
                },
                "flow": [["s", "m", "out"]],
            }
        )
    )
    run = tw.Run(line)
    run.until("5 s")
    run.request_maintenance("m[1]/clean")
    run.until("20 s")
    # parts end at 4, 8, 15 and 19 s: the maintenance stands between two of them
    assert run["line/shipped"] == 4
    assert run["stations/m/count/maintenances"] == 1
    with pytest.raises(tw.NotFound):
        run.request_maintenance("m[1]/polish")
