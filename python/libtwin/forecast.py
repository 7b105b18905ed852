"""A forecast: many futures of the state a line is in now, as bands, probabilities and tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._native import ffi, lib
from .convert import Duration, options
from .errors import Error, Problems, check
from .given import callback, expect, seconds, whole
from .progress import ProgressCall, Relay
from .tables import Table, taken_table
from .words import plural

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .run import Run

USUAL = ("line/shipped", "line/wip/now")


class Chance(NamedTuple):
    """A probability as the share of n futures, with Wilson's interval from low to high."""

    probability: float
    low: float
    high: float
    n: int

    def __float__(self) -> float:
        return self.probability

    def __str__(self) -> str:
        band = f"{self.low:.0%} to {self.high:.0%}"
        return f"{self.probability:.0%} ({band} of {plural(self.n, 'future')})"


class Forecast:
    """Futures of a run's present state. Made by `Run.forecast`.

    `forecast["line/shipped"]` is an array (futures, instants), `bands` a table of quantiles,
    `parts` says when what is in the line is shipped, `failures` what comes first and when.
    """

    def __init__(
        self,
        run: Run,
        until: Duration,
        *,
        n: int = 200,
        paths: Sequence[str] = USUAL,
        every: Duration = 0,
        levels: Sequence[float] = (0.05, 0.5, 0.95),
        seed: int = 1,
        threads: int = 0,
        parts: bool = False,
        failures: bool = False,
        keeps_pending: bool = False,
        progress: ProgressCall | None = None,
    ) -> None:
        callback(progress)
        if isinstance(paths, str):
            raise TypeError("paths must be a list of paths; one path is a list of one")
        self.paths = tuple(paths)
        self.n = whole("n", n, 1, 1_000_000)
        self.begins_s = run.time_s
        self._line = run.line
        if isinstance(until, str) and until.startswith("+"):
            end_s = run.time_s + seconds(until[1:].lstrip())
        else:
            end_s = seconds(until)
        c_paths = ffi.new("uint64_t[]", [run.line.quantity(path) for path in self.paths])
        c_levels = ffi.new("double[]", [float(level) for level in levels])
        watch = Relay(progress)
        c = options(
            "twin_forecast_options",
            n_future=self.n,
            n_thread=whole("threads", threads, 0, 1024),
            until_s=end_s,
            every_s=seconds(every),
            quantities=c_paths,
            n_quantity=len(self.paths),
            levels=c_levels,
            n_level=len(c_levels),
            has_parts=bool(parts),
            has_failures=bool(failures),
            keeps_pending=bool(keeps_pending),
            on_progress=lib.libtwin_progress,
            user=watch.handle,
        )
        c.seed = whole("seed", seed, 0, 2**63)
        pointer, problems = ffi.new("twin_forecast **"), Problems()
        status = watch.call(lib.twin_run_forecast, pointer, run._c, c, problems.pointer)
        watch.raise_error()
        check(status, problems)
        if status == lib.TWIN_CANCELLED:
            raise Error(status, "progress stopped the forecast", [])
        self._c = ffi.gc(pointer[0], lib.twin_forecast_free)
        n_time = lib.twin_forecast_time_count(self._c)
        self.times = np.array([lib.twin_forecast_time_s(self._c, i) for i in range(n_time)])

    def _number(self, path: str) -> int:
        expect("a path", path, str, f"this forecast has {', '.join(self.paths)}")
        if path not in self.paths:
            raise KeyError(f"{path} was not asked for; this forecast has {', '.join(self.paths)}")
        return self.paths.index(path)

    def __getitem__(self, path: str) -> NDArray[np.float64]:
        """The values of a quantity, one row a future, one column an instant of `times`."""
        number = self._number(path)
        values = np.empty((len(self.times), self.n))
        for i in range(len(self.times)):
            check(
                lib.twin_forecast_values(self._c, number, i, ffi.from_buffer("double[]", values[i]))
            )
        return values.T

    def chance(self, path: str, least: float, time: int = -1) -> Chance:
        """In what share of the futures a quantity is at least so much, at instant number `time`."""
        c = ffi.new("twin_chance *", {"struct_size": ffi.sizeof("twin_chance")})
        instant = range(len(self.times))[time]
        check(lib.twin_forecast_chance(self._c, self._number(path), instant, float(least), c))
        return Chance(c.probability, c.low, c.high, c.n)

    def table(self, name: str = "bands") -> Table:
        """One of the tables "bands", "parts" and "failures"."""
        expect("name", name, str, 'it is "bands", "parts" or "failures"')
        return taken_table(lib.twin_forecast_table, self._c, name.encode())

    @property
    def bands(self) -> Table:
        """Quantiles of every quantity at every instant."""
        return self.table("bands")

    @property
    def parts(self) -> Table:
        """When what is in the line now is shipped, and whether by its due date."""
        return self.table("parts")

    @property
    def failures(self) -> Table:
        """How probably each failure and maintenance comes until the end, and when first."""
        return self.table("failures")

    def plot(self, path: str | None = None) -> Figure:
        """The band of one quantity over time, as a matplotlib figure."""
        from matplotlib.figure import Figure as NewFigure

        shown = self.paths[0] if path is None else path
        values = self[shown]
        low, middle, high = np.nanquantile(values, [0.05, 0.5, 0.95], axis=0)
        hours = self.times / 3600
        figure = NewFigure(figsize=(8, 3), layout="constrained")
        axes = figure.add_subplot()
        if len(hours) == 1:
            axes.hist(values[:, 0], bins="auto", alpha=0.7)
            axes.set(xlabel=f"{shown} at {hours[0]:g} h", ylabel=f"futures of {self.n}")
            return figure
        axes.fill_between(hours, low, high, alpha=0.3, label="5 to 95 % of the futures")
        axes.plot(hours, middle, label="half of them")
        axes.set(xlabel="h", ylabel=shown)
        axes.legend()
        return figure

    def __repr__(self) -> str:
        until = f"{self.times[-1] / 3600:g} h"
        return f"<Forecast of {plural(self.n, 'future')} until {until}: {', '.join(self.paths)}>"

    def __getstate__(self) -> Any:
        raise TypeError("a forecast cannot be pickled; its tables can")
