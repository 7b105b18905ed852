"""Starts the command `twin` for tests: in this process, as a process, on a terminal."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from processes import hear_interrupts
from typer.testing import CliRunner, Result

from libtwin_cli.app import app

TWIN = [sys.executable, "-m", "libtwin_cli"]
# What libtwin says when it has come so far that Ctrl-C is heard by the command itself.
READY = """
from libtwin_cli.__main__ import main
import libtwin_cli.app
print("ready", flush=True)
main()
"""


def twin(*arguments: object, typed: bytes | None = None) -> Result:
    """The command in this process; `typed` is its standard input."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=typed)


def spawn(
    *arguments: object, typed: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command as a process, piped."""
    command = [*TWIN, *(str(argument) for argument in arguments)]
    return subprocess.run(
        command,
        env=os.environ | environment,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )


def interrupt(
    folder: Path, arguments: Sequence[object], wait_s: float, is_hard: bool = False
) -> tuple[int, str, str]:
    """Ends the command after some time with Ctrl-C, or kills it; exit code, output, errors."""
    command = [sys.executable, "-c", READY, *(str(argument) for argument in arguments)]
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_interrupts,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(wait_s)
        process.send_signal(signal.SIGKILL if is_hard else signal.SIGINT)
        said, warned = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    return process.returncode, said, warned


def on_terminal(*arguments: object, width: int = 100, **environment: str) -> str:
    """What the command prints on a terminal of its own."""
    main, terminal = pty.openpty()
    given = os.environ | {"TERM": "xterm-256color", "COLUMNS": str(width)} | environment
    given = {name: value for name, value in given.items() if value}
    process = subprocess.Popen(
        [*TWIN, *(str(argument) for argument in arguments)],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env=given,
    )
    os.close(terminal)
    said = b""
    while True:
        try:
            read = os.read(main, 65536)
        except OSError:  # the terminal's other end is closed
            break
        if not read:
            break
        said += read
    os.close(main)
    process.wait(timeout=60)
    return said.decode()
