"""libtwin: a digital twin of a production line.

A line is read once; a run changes, forks and repeats bit for bit; a study repeats runs on many
threads::

    import libtwin as tw

    line = tw.load("line.json")
    run = line.run()
    print(run["line/throughput"])

Times are seconds, or texts such as "8 h"; every figure comes in the unit of its quantity.
"""

from os.path import exists as _exists

from . import waiting as _waiting  # isort: skip - before whatever loads the C library
from .checks import Check, Load
from .convert import AnyPath as _AnyPath
from .convert import Duration, Instant
from .errors import Error, Interrupted, NotFound, Problem, status_text
from .eventlog import EventInlet, EventLog, map_reference, map_schema
from .file import File, Recorder
from .forecast import Chance, Forecast
from .given import path_text as _path_text
from .given import seconds
from .line import Line, load, parse, reference, schema
from .log import Log, Replay
from .losses import Bottleneck
from .progress import Progress, ProgressCall
from .recover import recover
from .run import Event, Run
from .study import Estimate, Study
from .tables import Column, Table


def open(path: _AnyPath) -> File:  # noqa: A001 - tw.open("run.h5")
    """Opens a run file for reading, also one that is still written, or whose writer was killed.

    A recorder writes "run.h5.part" until the file is complete; where there is no "run.h5", that is
    opened, and `is_complete` says so.
    """
    name = _path_text("the run file", path)
    part = f"{name}.part"
    return File(part if not _exists(name) and _exists(part) else name)


__version__: str = _waiting.ffi.string(_waiting.lib.twin_version()).decode()
math_fingerprint: int = int(_waiting.lib.twin_math_fingerprint())

__all__ = [
    "Bottleneck",
    "Chance",
    "Check",
    "Column",
    "Duration",
    "Error",
    "Estimate",
    "Event",
    "EventInlet",
    "EventLog",
    "File",
    "Forecast",
    "Instant",
    "Interrupted",
    "Line",
    "Load",
    "Log",
    "NotFound",
    "Problem",
    "Progress",
    "ProgressCall",
    "Recorder",
    "Replay",
    "Run",
    "Study",
    "Table",
    "load",
    "map_reference",
    "map_schema",
    "math_fingerprint",
    "open",
    "parse",
    "recover",
    "reference",
    "schema",
    "seconds",
    "status_text",
]


def __dir__() -> list[str]:
    """What is meant to be used: the modules behind it are not completed."""
    return [*__all__, "__doc__", "__version__"]
