"""The host: signals, locales, types."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from processes import started

import libtwin as tw

HERE = Path(__file__).parent

SCRIPT = """
    import sys, time
    import libtwin as tw
    line = tw.load(sys.argv[1])
    print("ready", flush=True)
    try:
        {call}
    except KeyboardInterrupt as stop:
        kept = stop.kept
        print(type(kept).__name__, type(stop).__name__, flush=True)
"""


@pytest.mark.parametrize(
    ("call", "kept"),
    [
        ("line.run(until='20000 d')", "Run"),
        ("line.run(until='1 h').fork().until('20000 d')", "Run"),
        ("line.replicate(100000, threads=2, until='1000 d')", "Study"),
        ("line.replicate(1, until='20000 d')", "Study"),
    ],
)
def test_ctrl_c_stops_a_long_call_at_once_and_keeps_what_is_done(
    line_file: Path, call: str, kept: str
) -> None:
    script = textwrap.dedent(SCRIPT).format(call=call)
    with started([sys.executable, "-c", script, str(line_file)]) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.5)
        sent = time.monotonic()
        process.send_signal(signal.SIGINT)
        said = process.stdout.readline()
        # 0.2 s is the promise; the rest is for a busy machine.
        assert time.monotonic() - sent < 5
        assert said == f"{kept} Interrupted\n"
        assert process.wait(timeout=10) == 0


def test_an_interrupted_record_is_complete_so_far(line_file: Path, tmp_path: Path) -> None:
    script = textwrap.dedent(SCRIPT).format(call="line.run(until='20000 d', record=sys.argv[2])")
    script += "    print(kept.intervals['end'].max() == kept.time_s)\n"
    path = tmp_path / "run.h5"
    command = [sys.executable, "-c", script, str(line_file), str(path)]
    with started(command) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=60)[0] == "Run Interrupted\nTrue\n"
    with tw.open(path) as file:
        assert file.is_complete


def test_a_comma_locale_changes_no_number(line_file: Path) -> None:
    script = (
        "import locale, sys, libtwin as tw\n"
        "locale.setlocale(locale.LC_ALL, '')\n"
        "print(repr(tw.load(sys.argv[1]).run()['line/throughput']), tw.seconds('6.2 min'))\n"
        "print(locale.localeconv()['decimal_point'])\n"
    )

    def said(name: str) -> list[str]:
        ran = subprocess.run(
            [sys.executable, "-c", script, str(line_file)],
            env=os.environ | {"LC_ALL": name},
            capture_output=True,
            text=True,
            check=False,
        )
        return ran.stdout.splitlines()

    plain, comma = said("C"), said("de_DE.UTF-8")
    if comma[1:] != [","]:
        pytest.skip("no locale with a comma is installed")
    assert comma[0] == plain[0]
    assert plain[1] == "."


def test_a_strict_type_checker_finds_nothing(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path)]
    ran = subprocess.run(
        [*command, str(HERE / "sample.py")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout


def test_the_stub_of_the_extension_fits_it(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    (tmp_path / "mypy.ini").write_text("[mypy]\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy.stubtest", "libtwin._native"]
    ran = subprocess.run(
        [*command, "--mypy-config-file", str(tmp_path / "mypy.ini")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
