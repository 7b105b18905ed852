"""The command `twin` among other programs: pipes, full disks, terminals, colours, completion, help,
exit codes and how long it takes to begin.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from commands import TWIN, on_terminal, spawn, twin
from conftest import LINES

pytestmark = pytest.mark.usefixtures("elsewhere")
VERBS = ("check", "run", "study", "compare", "dump", "schema", "info", "recover", "export", "plot")
FULL = Path("/dev/full")


def shell(command: str) -> subprocess.CompletedProcess[str]:
    """A line of bash in which `twin` is the command; it gives the exit codes of the pipe."""
    text = f'twin() {{ {sys.executable} -m libtwin_cli "$@"; }}\n{command}\n'
    return subprocess.run(
        ["bash", "-c", text], capture_output=True, text=True, check=False, env=os.environ
    )


# Pipes and disks


@pytest.mark.parametrize(
    "command", ["schema", "export LINE quantities", "run LINE --no-record --json", "study LINE"]
)
def test_a_reader_that_has_seen_enough_gets_no_traceback(command: str) -> None:
    words = command.replace("LINE", str(LINES / "line10.json"))
    # the reader is gone before the first word
    ran = shell(f"twin {words} | true; echo ${{PIPESTATUS[0]}}")
    assert ran.stdout in ("141\n", "0\n")
    assert ran.stderr == ""
    ran = shell(f"set -o pipefail; twin {words} | head -1")
    assert len(ran.stdout.splitlines()) == 1
    assert ran.stderr == ""


def test_a_long_output_that_nobody_reads_ends_with_141() -> None:
    ran = shell("twin schema | head -c 10 >/dev/null; echo ${PIPESTATUS[0]}")
    assert (ran.stdout, ran.stderr) == ("141\n", "")


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
@pytest.mark.parametrize("command", ["schema", "dump LINE", "run LINE --no-record", "--help"])
def test_a_full_disk_is_one_sentence(command: str, line_file: Path) -> None:
    ran = shell(f"twin {command.replace('LINE', str(line_file))} > {FULL}; exit $?")
    assert ran.returncode == 3
    assert ran.stderr == "standard output: No space left on device.\n"


def test_a_pipe_gets_no_colours_and_no_progress(line_file: Path) -> None:
    ran = spawn("run", line_file, "--no-record")
    assert ran.returncode == 0
    assert ran.stderr == ""
    assert "\x1b" not in ran.stdout


def test_a_poor_terminal_gets_plain_letters(line_file: Path) -> None:
    ran = spawn("run", line_file, "--no-record", PYTHONIOENCODING="ascii:strict")
    assert ran.returncode == 0, ran.stderr
    assert "####" in ran.stdout
    assert "+-" in ran.stdout


# Colours


def test_a_terminal_gets_colours_unless_they_are_not_wanted(bad_file: Path) -> None:
    coloured = "\x1b[1;31m"
    assert coloured in on_terminal("check", bad_file, NO_COLOR="", FORCE_COLOR="")
    for said in (
        on_terminal("check", bad_file, NO_COLOR="1"),
        on_terminal("--color", "never", "check", bad_file, NO_COLOR=""),
        on_terminal("check", bad_file, TERM="dumb", NO_COLOR=""),
        spawn("check", bad_file).stdout,
    ):
        assert "E-UNIT" in said
        assert "\x1b[1" not in said
        assert "\x1b[3" not in said
    assert "\x1b[1;" in spawn("--color", "always", "check", bad_file, TERM="xterm").stdout
    assert "\x1b[1;" in on_terminal("--color", "always", "check", bad_file, NO_COLOR="1")


def test_a_terminal_of_eighty_columns_cuts_nothing() -> None:
    said = on_terminal(
        "run", LINES / "shaft-line.json", "--replications", 2, "--no-record", width=80, NO_COLOR="1"
    )
    assert "…" not in said
    assert "OEE" in said


# Exit codes and help


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "none.json"],
        ["walk"],
        ["run"],
        [],
        ["run", "FILE", "--until", "8 kg"],
        ["check", "--x"],
        ["check", "."],
        ["--color", "pink", "check", "FILE"],
    ],
)
def test_misuse_is_exit_code_two(arguments: list[str], line_file: Path) -> None:
    result = twin(*(str(line_file) if word == "FILE" else word for word in arguments))
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_a_file_that_may_not_be_read_is_misuse(line_file: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    line_file.chmod(0)
    result = twin("check", line_file)
    assert result.exit_code == 2
    assert "may not be read" in result.stderr


@pytest.mark.parametrize("verb", VERBS)
def test_help_fits_into_eighty_columns_and_gives_an_example(verb: str) -> None:
    for said in (twin(verb, "--help").output, on_terminal(verb, "-h", width=80)):
        lines = said.replace("\r", "").splitlines()
        assert max(map(len, lines)) <= 80
        assert len([line for line in lines if line.startswith("  Example: twin ")]) == 1
        assert not any(line.endswith("...") for line in lines if "Usage" not in line)


def test_help_lists_the_verbs_and_the_exit_codes() -> None:
    said = twin("--help").output
    assert max(map(len, said.splitlines())) <= 80
    shown = said[said.index("Commands:") :]
    assert tuple(re.findall(r"^  (\w+)  +\w", shown, re.MULTILINE))[: len(VERBS)] == VERBS
    assert "..." not in shown
    flat = " ".join(said.split())
    for word in ("0 done", "1 the file has", "2 misuse", "3 stopped", "130 Ctrl-C", "141 the"):
        assert word in flat


def test_examples_of_the_help_are_understood(line_file: Path, run_file: Path) -> None:
    files = {"line": line_file, "run": run_file}
    for verb in VERBS:
        said = " ".join(twin(verb, "--help").output.split())
        example = said[said.index("Example: twin ") + len("Example: twin ") :]
        example = example.replace("--replications 20", "--replications 2").replace("'2 d'", "'2 h'")
        example = re.sub(r"results/\S+\.part", "NONE", example)
        example = re.sub(r"results/[\w-]+\.h5", str(files["run"]), example)
        example = re.sub(r"lines/[\w*-]+\.json", str(files["line"]), example)
        ran = shell(f"twin {example}")
        assert ran.returncode == (2 if verb == "recover" else 0), (example, ran.stderr)


# Completion


@pytest.mark.parametrize("shell_name", ["bash", "zsh", "fish"])
def test_verbs_and_options_are_completed(shell_name: str) -> None:
    asked = {"_TWIN_COMPLETE": f"complete_{shell_name}", "COMP_WORDS": "twin r", "COMP_CWORD": "1"}
    asked |= {"_TYPER_COMPLETE_ARGS": "twin r", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    said = spawn(**asked).stdout
    assert "run" in said
    assert "recover" in said
    assert "check" not in said


def test_bash_completes_names_of_files_where_a_verb_wants_one(line_file: Path) -> None:
    script = spawn(
        "--show-completion", "bash", **{"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    )
    assert "complete -o default -F" in script.stdout  # bash itself completes what twin does not
    asked = {"_TWIN_COMPLETE": "complete_bash", "COMP_WORDS": "twin check pa", "COMP_CWORD": "2"}
    assert spawn(**asked).stdout.strip() == ""


# How long it takes to begin


@pytest.mark.parametrize(
    "command", [["--version"], ["check", "FILE"], ["dump", "FILE"], ["--help"]]
)
def test_quick_commands_load_no_slow_package(command: list[str], line_file: Path) -> None:
    words = [str(line_file) if word == "FILE" else word for word in command]
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", *TWIN[1:], *words],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {row.split("|")[-1].strip() for row in ran.stderr.splitlines()}
    assert "libtwin" in loaded
    for package in ("matplotlib", "pandas", "xlsxwriter", "pyarrow", "openpyxl", "rich.progress"):
        assert package not in loaded
