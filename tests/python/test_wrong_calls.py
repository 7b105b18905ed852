"""Calls as a beginner gets them wrong: each is refused in words that say what would be right."""

from __future__ import annotations

import datetime
import json
import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import PAIR

import libtwin as tw

# The call, the exception, and what its message must say. `line`, `run`, `study` and `other` (a run
# of an equal line that was read a second time) are there.
WRONG: list[tuple[str, type[Exception], str]] = [
    ("tw.load(None)", TypeError, "must be a path, not None"),
    ("tw.load({'name': 'x'})", TypeError, r"tw\.parse makes a line of a dict"),
    ("tw.load('/nowhere/line.json')", FileNotFoundError, "No such file"),
    ("tw.parse(None)", TypeError, "a JSON text or a dict, not None"),
    ("tw.parse([1])", TypeError, r"a JSON text or a dict, not \[1\]"),
    ("tw.parse('line.json')", ValueError, r"tw\.load\('line\.json'\) reads it"),
    ("tw.parse('nonsense')", tw.Error, r"line:1:1: a value is expected.*\n.*nonsense\n.*\^~~~"),
    ("tw.parse({'run': {'warmup': float('nan')}})", ValueError, "/run/warmup: nan is no number"),
    ("tw.parse({'a': [1, {2}]})", TypeError, r"/a/1: a line is made of .*not \{2\}"),
    ("tw.parse({'name': datetime.date.today()})", TypeError, "texts, numbers, lists and dicts"),
    ("tw.parse({})", tw.Error, '"libtwin" is required'),
    ("tw.parse(PAIR, file=3)", TypeError, "file must be a text, not 3"),
    ("tw.Line('line.json')", TypeError, r"tw\.load"),
    ("tw.Run('line.json')", TypeError, r"line must be a Line, not 'line.json'.*tw\.load"),
    ("tw.Study('line.json')", TypeError, "line must be a Line"),
    ("tw.open(3)", TypeError, "the run file must be a path, not 3"),
    ("tw.open('nowhere.h5')", tw.Error, "nowhere.h5: cannot be read"),
    ("tw.open(tw.__file__)", tw.Error, "no HDF5 file"),
    ("tw.seconds('8h')", tw.Error, 'one looks like "8 h"'),
    ("tw.seconds(None)", TypeError, 'seconds, a text such as "8 h" or a timedelta, not None'),
    ("tw.seconds(True)", TypeError, "not True"),
    ("line.run(until='8 hours')", tw.Error, "no duration"),
    ("line.run(until=-5)", tw.Error, "none a run can reach"),
    ("line.run(until=[8])", TypeError, r"until must be seconds.*not \[8\]"),
    ("line.run(until=math.nan)", ValueError, "until must be seconds, not NaN"),
    ("line.replicate(2, warmup=math.nan)", ValueError, "warmup must be seconds, not NaN"),
    ("line.run(until=datetime.date.today())", TypeError, r"instants count from line\.start"),
    ("line.run(warmup=datetime.datetime.now())", TypeError, "warmup must be seconds"),
    ("line.run(until=datetime.datetime.now(datetime.UTC))", ValueError, "without a zone"),
    ("line.run(until=datetime.datetime(1999, 1, 1))", tw.Error, "none a run can reach"),
    ("line.run(seed=-1)", ValueError, "seed must be a whole number from 0 to .*not -1"),
    ("line.run(seed='7')", TypeError, "seed must be a whole number, not '7'"),
    ("line.run(seed=1.5)", TypeError, "seed must be a whole number, not 1.5"),
    ("line.run(replication=2**32)", ValueError, "replication must be a whole number from 0"),
    ("line.run(record='/nowhere/run.h5')", tw.Error, r"/nowhere/run.h5"),
    ("line.run(progress=3)", TypeError, "progress must be True or a function of a Progress, not 3"),
    ("line.replicate('10')", TypeError, "n must be a whole number, not '10'"),
    ("line.replicate(0)", ValueError, "n must be a whole number from 1"),
    ("line.replicate(2, threads=-1)", ValueError, "threads must be a whole number from 0"),
    ("line.replicate(2, confidence=95)", tw.Error, "between 0 and 1"),
    ("line.replicate(2, confidence='95 %')", TypeError, "confidence must be a number"),
    ("line.names('stations')", ValueError, 'did you mean "station"'),
    ("line.restore(run)", TypeError, r"a snapshot must be bytes, as run\.save\(\) gives"),
    ("run[0]", TypeError, "path of a quantity must be a text, not 0"),
    ("run[['line/shipped']]", TypeError, "path of a quantity must be a text"),
    ("run['throughput']", tw.NotFound, 'did you mean "line/throughput"'),
    ("run['line.througput']", tw.NotFound, 'did you mean "line/throughput"'),
    ("run['stations.saww.state.processing']", tw.NotFound, '"stations/saw/state/processing"'),
    ("run['stations/saw']", tw.NotFound, "of stations/saw/ there are"),
    ("run.values('line/shipped')", TypeError, r"values\(\['line/shipped'\]\) gives one"),
    ("list(run)", TypeError, "not iterable"),
    ("run.until(None)", TypeError, "an instant must be seconds"),
    ("run.until('1 h')", tw.Error, "the run is at 7200 s already"),
    ("run.copy_from(line)", TypeError, "other must be a Run"),
    ("run.copy_from(other)", tw.Error, r"has a Line of its own.*one tw\.load"),
    ("run.difference(other)", tw.Error, "has a Line of its own"),
    ("run.restore('snapshot')", TypeError, "a snapshot must be bytes"),
    ("run.restore(b'abc')", tw.Error, "cut short"),
    ("run.reseed('a')", TypeError, "salt must be a whole number"),
    ("run.set_state(3)", TypeError, r"a state must be a dict, as run\.state\(\) gives"),
    ("run.adopt(line)", TypeError, "other must be a Run"),
    ("run.adopt(run, rename=['a'])", TypeError, '"old name": "new name"'),
    ("run.machine_down('mill')", tw.NotFound, r'count from 1: did you mean "mill\[[12]\]"'),
    ("run.machine_down(1)", TypeError, "a machine must be a text, not 1"),
    ("run.state('sow[1]')", tw.NotFound, r'did you mean "saw\[1\]"'),
    ("run.order_add('bb', 'gear')", tw.NotFound, 'no place "bb"; did you mean "b"'),
    ("run.order_add('b', 'geer')", tw.NotFound, 'no part "geer"; did you mean "gear"'),
    ("run.order_add('b', 'gear', 1.5)", TypeError, "quantity must be a whole number, not 1.5"),
    ("run.part_move('a', 'b')", TypeError, "part must be a whole number"),
    ("run.part_move(1, 'bb')", tw.NotFound, 'no place "bb"; did you mean "b"'),
    ("run.value_set('parts/1/prio', 3)", tw.NotFound, "parts/ID/priority"),
    ("run.request_maintenance('saw[1].x')", tw.NotFound, r'no maintenance "saw\[1\]/x"'),
    ("run.losses()", tw.Error, r"not observed; say line\.run\(losses=True\)"),
    ("run.bottleneck()", tw.Error, r"line\.run\(losses=True\)"),
    ("study.losses()", tw.Error, r"not observed; say line\.replicate\(losses=True\)"),
    ("study[3]", TypeError, "path of a quantity must be a text, not 3"),
    ("study['line/througput']", tw.NotFound, 'did you mean "line/throughput"'),
    ("run.signal('saw.heat.T')", tw.NotFound, "'pair' has no machine models"),
    ("run.signal(3)", TypeError, "a signal's name must be a text"),
    ("run.table('interval')", tw.NotFound, "a run of 'pair' has no table \"interval\""),
    ("run.kpi['valu']", tw.NotFound, "table 'kpi' has no column 'valu', but quantity, unit, value"),
    ("run.kpi[['value']]", TypeError, r"by its name, not by \['value'\]; .*pandas\(\)\[\.\.\.\]"),
    ("run.kpi[0]", TypeError, r"rows in list\(table\)"),
    ("study.values([3])", TypeError, "path of a quantity must be a text, not 3"),
    ("tw.Recorder('/nowhere/x.h5', run)", TypeError, "line must be a Line"),
    ("tw.Recorder(3, line)", TypeError, "the run file must be a path, not 3"),
    ("pickle.dumps(study)", TypeError, r"a Study cannot be pickled; its table"),
    ("tw.Log.read(line, 3)", TypeError, "a log must be a text"),
    ("run.log().replay(line)", TypeError, "run must be a Run"),
]


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """What the calls use."""
    line = tw.parse(PAIR)
    return {
        "tw": tw,
        "PAIR": PAIR,
        "datetime": datetime,
        "math": math,
        "pickle": pickle,
        "line": line,
        "run": line.run(until="2 h"),
        "study": line.replicate(2),
        "other": tw.parse(PAIR).run(until="1 h"),
    }


@pytest.mark.parametrize(("call", "kind", "said"), WRONG, ids=[call for call, _, _ in WRONG])
def test_a_wrong_call_says_what_would_be_right(
    names: dict[str, Any], call: str, kind: type[Exception], said: str
) -> None:
    before = names["run"].full_hash
    with pytest.raises(kind, match=said) as caught:
        eval(call, names)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    for word in ("cdata", "ffi", "ctype", "has no attribute"):
        assert word not in str(caught.value)
    assert names["run"].full_hash == before


def test_what_is_nearly_right_is_taken(names: dict[str, Any]) -> None:
    line = names["line"]
    assert line.run("1 h").time_s == 3600
    assert line.run(until=np.timedelta64(1, "h"), seed=np.int64(4)).time_s == 3600
    run = tw.Run(line)
    run.until("+ 30 min")
    assert run.time_s == 1800
    run.until(line.start + np.timedelta64(1, "h"))
    assert run.time_s == 3600
    clock = line.start.astype(datetime.datetime) + datetime.timedelta(hours=2)
    assert line.run(until=clock).time_s == 7200
    assert line.replicate(2, until=clock).hashes == line.replicate(2, until="2 h").hashes
    given = json.loads(json.dumps(PAIR))
    given["buffers"]["b"]["capacity"] = np.int64(3)
    given["stations"]["saw"]["time"]["exponential"]["mean"] = datetime.timedelta(minutes=1)
    assert tw.parse(given).hash == line.hash


def test_a_missing_file_has_the_nearest_name_beside_it(tmp_path: Path) -> None:
    (tmp_path / "press-shop.json").touch()
    with pytest.raises(FileNotFoundError) as caught:
        tw.load(tmp_path / "press_shop.json")
    assert caught.value.__notes__ == [f'did you mean "{tmp_path / "press-shop.json"}"?']


def test_an_error_shows_the_line_of_the_file_with_a_caret(bad_file: Path) -> None:
    with pytest.raises(tw.Error) as caught:
        tw.load(bad_file)
    (unit,) = (p for p in caught.value.problems if p.code == "E-UNIT")
    lines = str(unit).splitlines()
    assert lines[0] == unit.text
    assert lines[1].endswith('"mean": 1')
    assert lines[2].index("^") == lines[1].index("1", lines[1].index("mean"))


def test_a_caret_stands_under_its_column_behind_letters_of_several_bytes() -> None:
    text = '{\n  "libtwin": "1.0", "name": "Öfen für Gehäuse", "größe": 3\n}'
    with pytest.raises(tw.Error) as caught:
        tw.parse(text)
    problem = next(p for p in caught.value.problems if p.pointer == "/größe")
    _, source, caret = str(problem).splitlines()
    assert source[caret.index("^") :].startswith(('"größe"', "3"))


def test_a_long_line_is_cut_around_the_mistake() -> None:
    text = '{"libtwin": "1.0", "name": "' + "x" * 500 + '", "wrong": 3}'
    with pytest.raises(tw.Error) as caught:
        tw.parse(text)
    problem = next(p for p in caught.value.problems if p.pointer == "/wrong")
    _, source, caret = str(problem).splitlines()
    assert len(source) < 100
    assert source[caret.index("^") :].startswith(('"wrong"', "3"))


def test_an_error_shows_itself_in_a_notebook(bad_file: Path) -> None:
    with pytest.raises(tw.Error) as caught:
        tw.load(bad_file)
    shown = caught.value._repr_html_()
    assert "E-UNIT" in shown
    assert "&quot;mean&quot;: 1" in shown


def test_errors_are_pickled_with_their_problems(bad_file: Path) -> None:
    with pytest.raises(tw.Error) as caught:
        tw.load(bad_file)
    copy = pickle.loads(pickle.dumps(caught.value))
    assert str(copy) == str(caught.value)
    assert copy.problems == caught.value.problems
    missing = pickle.loads(pickle.dumps(tw.NotFound(-103, "nowhere", [])))
    assert isinstance(missing, KeyError)
    assert str(missing) == "nowhere"
    assert pickle.loads(pickle.dumps(tw.Interrupted("a run"))).kept is None
