"""libtwin: a digital twin of a production line.

    import libtwin as tw
    line = tw.load("line.json")
    run = line.run()
    print(run["line/throughput"])

A line is read once; a run changes, forks and repeats bit for bit; a study repeats runs on many
threads. Times are seconds, or texts such as "8 h"; every figure comes in the unit of its quantity.
"""

from ._native import ffi as _ffi
from ._native import lib as _lib
from .convert import Duration, seconds
from .errors import Error, Interrupted, NotFound, Problem
from .file import File, Recorder
from .line import Check, Line, Load, load, parse, reference, schema
from .losses import Bottleneck
from .progress import Progress, ProgressCall
from .recover import recover
from .run import Event, Log, Replay, Run
from .study import Estimate, Study
from .tables import Column, Table

open = File  # noqa: A001 - tw.open("run.h5")
__version__: str = _ffi.string(_lib.twin_version()).decode()
math_fingerprint: int = int(_lib.twin_math_fingerprint())

__all__ = [
    "Bottleneck",
    "Check",
    "Column",
    "Duration",
    "Error",
    "Estimate",
    "Event",
    "File",
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
    "math_fingerprint",
    "open",
    "parse",
    "recover",
    "reference",
    "schema",
    "seconds",
]
