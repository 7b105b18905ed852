"""Event logs in Python: mappings, zones, pieces, and the real logs of the data folder."""

from __future__ import annotations

import csv
import json
import os
import statistics
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

import libtwin as tw
from libtwin.eventlog import changes

ROOT = Path(__file__).resolve().parents[2]
LOGS = ROOT / "lines" / "logs"
DATA = Path(os.environ.get("TWIN_DATA", ROOT.parent / "shared" / "data"))

MAPPING: dict[str, Any] = {
    "libtwin-log": "1.0",
    "time": {"column": "t"},
    "entity": {"column": "m"},
    "part": {"column": "p"},
    "transition": {"column": "e"},
}
ROWS = """t,m,e,p
2026-05-01T00:00:00,saw,start,a
2026-05-31T23:59:59,saw,complete,a
2026-06-01T00:00:00,saw,start,b
2026-06-01T00:01:30,saw,complete,b
"""


def data(*names: str) -> Path:
    """A file of the data folder; the test is skipped where it is not."""
    path = DATA.joinpath(*names)
    if not path.exists():
        pytest.skip(f"{path} is not there; TWIN_DATA names the folder of the whole logs")
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_log_has_its_events_in_order_with_names_and_instants() -> None:
    log = tw.EventLog.parse(ROWS, MAPPING)
    assert len(log) == 4
    assert log.rows == 4
    assert not log.is_aware
    assert log.first == np.datetime64("2026-05-01T00:00:00")
    assert log.table["transition"].tolist() == ["start", "complete", "start", "complete"]
    assert log.table["time_hi"][0] - log.table["time"][0] == pytest.approx(0.999999)
    assert log.table.clock("time")[3] == np.datetime64("2026-06-01T00:01:30")
    assert next(iter(log.durations))["median"] == pytest.approx((2678399 + 90) / 2)
    assert "4 events" in repr(log)
    assert "saw" in log._repr_html_()


def test_a_log_is_cut_by_periods_and_between_instants() -> None:
    log = tw.EventLog.parse(ROWS, MAPPING)
    assert len(log["2026-05"]) == 2
    assert len(log["2026"]) == 4
    assert len(log["2026-06-01"]) == 2
    assert len(log["2026-06-01T00:01"]) == 1
    assert len(log["2026-05-31T23:59:59"]) == 1
    assert len(log["2026-05-31T23:59:59":"2026-06-01T00:01:30"]) == 2
    assert len(log["2026-06":]) == 2
    assert len(log[:"2026-06"]) == 2
    assert len(log[np.datetime64("2026-06-01") :]) == 2
    assert log["2026-05"]["2026-06"].first is None
    for wrong in ("May", "2026-5", "2026-05-01 10"):
        if wrong != "2026-05-01 10":
            with pytest.raises(ValueError, match="no period"):
                log[wrong]
    with pytest.raises(TypeError, match="a period"):
        log[3]  # type: ignore[index]
    with pytest.raises(ValueError, match="without a step"):
        log["2026":"2027":2]  # type: ignore[misc]


def test_zones_with_rules_come_from_the_database_that_python_has() -> None:
    log = tw.EventLog.parse(ROWS, MAPPING, tz="Asia/Shanghai")
    assert log.is_aware
    assert log.first == np.datetime64("2026-04-30T16:00:00")
    assert len(log["2026-05"]) == 2  # a month of the plant
    named = MAPPING | {"time": {"column": "t", "zone": "Europe/Berlin"}}
    assert tw.EventLog.parse(ROWS, named).first == np.datetime64("2026-04-30T22:00:00")
    from_s, offset_s = changes("Europe/Berlin")
    at = from_s.index(int(np.datetime64("2026-03-29T01:00:00").astype(int)))
    assert offset_s[at - 1 : at + 2] == [3600, 7200, 3600]
    with pytest.raises(tw.Error, match="no zone that this system knows"):
        tw.EventLog.parse(ROWS, MAPPING, tz="Mars/Base")
    assert tw.EventLog.parse(ROWS, MAPPING, tz="-02:30").first == np.datetime64("2026-05-01T02:30")


def test_a_mapping_is_refused_with_all_its_problems(tmp_path: Path) -> None:
    path = tmp_path / "map.json"
    path.write_text(json.dumps({"libtwin-log": "1.0", "tim": 3, "file": {"decimal": 1}}))
    with pytest.raises(tw.Error) as caught:
        tw.EventLog.parse(ROWS, path)
    assert [p.code for p in caught.value.problems] == ["E-KEY", "E-TYPE"]
    assert "did you mean" in str(caught.value)
    with pytest.raises(tw.Error, match='there is no column "t"'):
        tw.EventLog.parse("time,m,e,p\n", MAPPING)


def test_what_is_saved_is_read_back_and_saved_the_same(tmp_path: Path) -> None:
    log = tw.EventLog.from_csv(LOGS / "trier-excerpt.csv", LOGS / "trier.map.json")
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    log.save(first)
    again = tw.EventLog.from_csv(first)
    again.save(second)
    assert first.read_bytes() == second.read_bytes()
    for name in log.table.columns:
        if name != "line":
            np.testing.assert_array_equal(log.table[name], again.table[name])


def test_the_schema_knows_the_mapping_files() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = tw.map_schema()
    for path in LOGS.glob("*.map.json"):
        jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"libtwin-log": "1.0", "tim": {}}, schema)
    assert "## Transitions" in tw.map_reference()


def test_data_frames_and_arrow_tables_are_read_by_the_same_mapping() -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    log = tw.EventLog.parse(ROWS, MAPPING)
    frame = pandas.DataFrame(
        [line.split(",") for line in ROWS.splitlines()[1:]], columns=list("tmep")
    )
    frame["t"] = pandas.to_datetime(frame["t"])
    assert len(tw.EventLog.from_pandas(frame, MAPPING)) == 4
    read = tw.EventLog.from_arrow(frame, MAPPING)
    np.testing.assert_array_equal(read.table["time"], log.table["time"])
    assert len(log.pandas()) == 4


@pytest.mark.parametrize(("block", "n"), [("A", 192), ("B", 461)])
def test_trier_gives_the_published_means(block: str, n: int) -> None:
    path = data("fischertechnik-trier", f"block-{block}.csv")
    truth = json.loads(
        data("fischertechnik-trier", f"ground_truth_{block}.json").read_text(encoding="utf-8")
    )["GROUND_TRUTH"]
    log = tw.EventLog.from_csv(path, LOGS / "trier-operations.map.json")
    took: dict[str, list[float]] = {}
    for row in log.operations:
        took.setdefault(row["what"], []).append(row["duration"])
    assert sum(map(len, took.values())) == n == truth["activity_instances"]
    for what, mean in truth["activity_mean_durations_s"].items():
        assert statistics.mean(took[what]) == pytest.approx(mean, abs=0.0051), what


@pytest.mark.parametrize("block", ["A", "B"])
def test_trier_flags_the_cases_that_the_block_cuts_off(block: str) -> None:
    path = data("fischertechnik-trier", f"block-{block}.csv")
    log = tw.EventLog.from_csv(path, LOGS / "trier.map.json")
    counts = {row["code"]: row["n"] for row in log.codes}
    cases = {row["case:concept:name"] for row in rows_of(path)}
    stored = {
        row["case:concept:name"]
        for row in rows_of(path)
        if (row["concept:name"], row["lifecycle:state"]) == ("/hbw/store", "success")
    }
    assert counts["cut-part"] == len(cases - stored)
    found = {row["part"] for row in log.findings if row["code"] == "cut-part"}
    assert found == cases - stored
    failed = sum(row["lifecycle:state"] == "failure" for row in rows_of(path))
    assert (log.table["what"] == "failure").sum() == failed


def test_nist_medians_are_those_of_the_records() -> None:
    path = data("nist-sms-testbed", "op_times.csv")
    log = tw.EventLog.from_csv(path, LOGS / "nist.map.json")
    active: dict[str, list[float]] = {}
    for row in rows_of(path):
        active.setdefault(f"{row['part']}-{row['op']}", []).append(float(row["active_s"]))
    assert len(log) == 2 * 184
    medians = {row["what"]: row["median"] for row in log.values}
    assert medians == {what: pytest.approx(statistics.median(s)) for what, s in active.items()}


RICH = {
    "libtwin": "1.0",
    "run": {"start": "2026-03-02T06:00:00", "horizon": "24 h", "seed": 3},
    "calendars": {
        "day": {"shifts": {"early": "Mon-Sun 06:00-14:00", "late": "Mon-Sun 15:00-23:00"}}
    },
    "parts": {"gear": {}, "shaft": {}},
    "sources": {"orders": {"sequence": ["2 gear", "1 shaft"], "repeat": True}},
    "buffers": {"b": {"capacity": 3}},
    "stations": {
        "saw": {
            "type": "machine",
            "machines": 2,
            "time": {"exponential": {"mean": "5 min"}},
            "scrap": 0.05,
            "calendar": "day",
            "failures": {
                "jam": {
                    "clock": "processing",
                    "mtbf": {"exponential": {"mean": "40 min"}},
                    "repair": {"exponential": {"mean": "7 min"}},
                }
            },
        },
        "mill": {"type": "machine", "load": {"time": "20 s"}, "time": "3 min"},
    },
    "flow": [["orders", "saw", "b", "mill", "out"], ["saw.scrap", "scrap"]],
    "record": {"states": True, "parts": True, "events": True},
}


def recorded(folder: Path, line: dict[str, Any] = RICH) -> Path:
    """A run file of a line."""
    path = folder / "run.h5"
    model = tw.parse(json.dumps(line))
    run = model.run(until="1 s")
    with tw.Recorder(path, model) as recorder, recorder.observing(run):
        run.until("24 h")
    return path


def test_a_run_file_is_a_log_without_a_discrepancy(tmp_path: Path) -> None:
    path = recorded(tmp_path)
    log = tw.EventLog.from_run(path)
    assert not log.is_aware
    codes = {row["code"]: row["n"] for row in log.codes if row["n"]}
    # the parts that were there when the record began, and those that are when it ends
    assert set(codes) <= {"cut-begin", "cut-end", "cut-part", "complete-without-start"}
    with tw.open(path) as file:
        spells = [row for row in file.intervals if row["state"] == "processing" and row["part"]]
        visits = [row for row in file.visits if row["end"] == row["end"]]
        fails = sum(kind == "fail" for kind in file.events["kind"])
        n = len(file.events)
    worked: dict[tuple[str, int], float] = {}
    for row in spells:
        key = (row["station"], row["machine"])
        worked[key] = worked.get(key, 0) + row["end"] - row["start"]
    measured: dict[tuple[str, int], float] = {}
    for row in log.operations:
        key = (row["entity"], row["unit"])
        measured[key] = measured.get(key, 0) + row["duration"]
    assert len(log) >= n
    counted = sum(not row["cut"] for row in log.operations)
    assert abs(counted - len(visits)) <= codes.get("cut-begin", 0) + 3
    assert measured.keys() == worked.keys()
    for key, seconds in worked.items():
        first = next(row for row in spells if (row["station"], row["machine"]) == key)
        # but for the work that had begun when the record did, to the microsecond
        assert measured[key] == pytest.approx(
            seconds - (first["end"] - first["start"]), abs=2e-3
        ) or (measured[key] == pytest.approx(seconds, abs=2e-3))
    failed = log.table["what"][log.table["transition"] == "fail"]
    assert len(failed) == fails > 5
    assert set(failed) == {"jam"}
    assert set(log.table["type"]) == {"", "gear", "shaft"}


def test_a_run_file_goes_out_and_in_and_out_the_same(tmp_path: Path) -> None:
    log = tw.EventLog.from_csv(recorded(tmp_path))
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    log.save(first)
    again = tw.EventLog.from_csv(first)
    again.save(second)
    assert first.read_bytes() == second.read_bytes()
    assert all(
        row["n"] == 0 or row["class"] == "cut" or row["code"] == "complete-without-start"
        for row in again.codes
    )
    for name in log.table.columns:
        if name != "line":
            np.testing.assert_array_equal(log.table[name], again.table[name])


def test_a_run_file_without_events_is_refused(tmp_path: Path) -> None:
    path = recorded(tmp_path, RICH | {"record": {"states": True}})
    with pytest.raises(tw.Error, match="no table"):
        tw.EventLog.from_run(path)
    with pytest.raises(tw.Error):
        tw.EventLog.from_run(path, replication=5)


def test_a_run_goes_out_as_ocel_and_in_again_and_out_as_xes(tmp_path: Path) -> None:
    log = tw.EventLog.from_run(recorded(tmp_path))
    first, second, xes = tmp_path / "a.json", tmp_path / "b.json", tmp_path / "a.xes"
    log.save(first)
    again = tw.EventLog.from_csv(first)
    again.save(second)
    assert first.read_bytes() == second.read_bytes()
    for name in log.table.columns:
        if name != "line":
            np.testing.assert_array_equal(log.table[name], again.table[name])
    said = json.loads(first.read_text(encoding="utf-8"))
    assert {"objectTypes", "eventTypes", "objects", "events"} <= said.keys()
    ids = {thing["id"] for thing in said["objects"]}
    assert len(ids) == len(said["objects"])
    related = {of["objectId"] for event in said["events"] for of in event["relationships"]}
    assert related == ids
    log.save(xes)
    root = ElementTree.parse(xes).getroot()
    space = {"x": "http://www.xes-standard.org/"}
    assert len(root.findall("x:trace/x:event", space)) == len(log)
    assert len(root.findall("x:trace", space)) == len(set(log.table["part"]))


def test_an_inlet_gives_the_same_log_however_its_events_come() -> None:
    events = [(f"2026-05-04T06:00:{s:02}", f"P{s % 3}", s + 1) for s in range(30)]
    logs = []
    for order in (events, [*reversed(events[:5]), *events[5:]]):
        inlet = tw.EventInlet("10 s", tz="Europe/Berlin")
        for time, part, number in order:
            inlet.push(time, "saw", "start", part=part, sequence=number)
        logs.append((inlet.take(), inlet.take(end=True)))
    for one, other in zip(*logs, strict=True):
        np.testing.assert_array_equal(one.table["time"], other.table["time"])
        np.testing.assert_array_equal(one.table["part"], other.table["part"])
    first, rest = logs[0]
    assert (len(first), len(rest)) == (19, 11)
    assert first.first == np.datetime64("2026-05-04T04:00:00")
    assert first.table["line"].tolist() == list(range(1, 20))


def test_an_inlet_says_what_was_late_doubled_or_lost() -> None:
    inlet = tw.EventInlet("10 s")
    inlet.push("2026-05-04T06:00:00", "saw", "start", sequence=1)
    inlet.push("2026-05-04T06:00:00", "saw", "start", sequence=1)
    inlet.push("2026-05-04T06:00:20", "saw", "sample", what="T", value=3.0, measure="K", sequence=4)
    inlet.push("2026-05-04T06:00:05", "saw", "complete", sequence=2)
    inlet.advance("2026-05-04T07:00")
    log = inlet.take()
    found = log.findings["code"].tolist()
    assert [found.count(code) for code in ("duplicate", "too-late", "lost")] == [1, 1, 1]
    with pytest.raises(tw.Error, match="no event"):
        inlet.push("2026-05-04T08:00", "saw", "begin")
    with pytest.raises(ValueError, match="no zone"):
        inlet.push("2026-05-04T08:00Z", "saw", "start")
