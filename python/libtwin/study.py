"""A study: replications of one line, and figures with their intervals."""

from __future__ import annotations

from dataclasses import dataclass, fields
from os import fspath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._native import ffi, lib
from .convert import AnyPath, Reads, options
from .errors import Error, Interrupted, Problems, call, check
from .file import EVERYTHING
from .line import Line
from .losses import Bottleneck, bottleneck, loss_table
from .progress import ProgressCall, Relay
from .tables import Table, taken_table


@dataclass(frozen=True)
class Estimate:
    """One figure over the replications. `half_width` is NaN where no interval is allowed."""

    n: int
    mean: float
    half_width: float
    sd: float
    min: float
    max: float


class Study:
    """Replications that have been run, in order. Made by `Line.replicate`."""

    n_done = Reads(lib.twin_study_done, int, "How many replications are finished.")

    def __init__(
        self, line: Line, progress: ProgressCall | None, record: AnyPath | None, **given: Any
    ) -> None:
        self.line = line
        self._watch = Relay(progress)
        c_path = None if record is None else ffi.new("char[]", fspath(record).encode())
        c_record = options("twin_recorder_options", **EVERYTHING)
        c = options(
            "twin_study_options",
            record_path=c_path,
            record=c_record,
            on_progress=lib.libtwin_progress,
            user=self._watch.handle,
            **given,
        )
        self.confidence = float(c.confidence)
        pointer = ffi.new("twin_study **")
        call(lib.twin_study_new, pointer, line._c, c)
        self._c = ffi.gc(pointer[0], lib.twin_study_free)

    def run(self) -> None:
        """Runs the replications; what is done when it is stopped is kept."""
        problems = Problems()
        status = self._watch.call(lib.twin_study_run, self._c, problems.pointer)
        try:
            self._watch.raise_error()
            check(status, problems)
        except KeyboardInterrupt:
            raise Interrupted(self) from None
        except Error as error:
            error.kept = self
            raise

    def estimate(self, path: str) -> Estimate:
        """One quantity over the replications."""
        handle = self.line.quantity(path)
        c = ffi.new("twin_estimate *", {"struct_size": ffi.sizeof("twin_estimate")})
        check(lib.twin_study_estimate(self._c, handle, c))
        return Estimate(**{field.name: getattr(c, field.name) for field in fields(Estimate)})

    __getitem__ = estimate

    def values(self, path: str) -> NDArray[np.float64]:
        """The values of one quantity in replication order."""
        out = np.empty(self.n_done)
        c_out = ffi.from_buffer("double[]", out)
        check(lib.twin_study_values(self._c, self.line.quantity(path), c_out, len(out)))
        return out

    def losses(self) -> Table:
        """Every loss in good parts, means with half widths of their intervals; `losses=True`."""
        return loss_table(lib.twin_study_table, self._c)

    def bottleneck(self) -> Bottleneck:
        """The bottleneck by four methods on the mean figures; needs `losses=True`."""
        return bottleneck(lib.twin_study_table, lib.twin_study_verdict, self._c)

    @property
    def hashes(self) -> list[int]:
        """The state hash of every finished replication, for comparing machines and threads."""
        return [int(lib.twin_study_hash(self._c, i)) for i in range(self.n_done)]

    @property
    def table(self) -> Table:
        """Every quantity with its unit, mean, half width of the interval, sd, min and max."""
        return taken_table(lib.twin_study_table, self._c, b"kpi")

    def __repr__(self) -> str:
        return f"<libtwin.Study of {self.line.name!r}: {self.n_done} replications>"

    def _repr_html_(self) -> str:
        return self.table._repr_html_()
