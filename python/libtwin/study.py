"""A study: replications of one line, and figures with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import isnan
from os import fspath
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ._native import ffi, lib
from .convert import AnyPath, Reads, options
from .errors import Error, Interrupted, Problem, Problems, call, check
from .file import EVERYTHING
from .given import callback, expect
from .line import Line
from .losses import Bottleneck, bottleneck, loss_table
from .progress import ProgressCall, Relay
from .show import (
    HEADLINES,
    alike,
    details_html,
    facts_html,
    rows_html,
    state_paths,
    states_html,
    title_html,
)
from .tables import Table, taken_table
from .whatif import Scenarios, add_to, front_of, names_of, number_of
from .words import interval_with_unit, number, plural

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, repr=False)
class Estimate:
    """One figure over the replications, in the SI unit of its quantity.

    `half_width` is that of the interval with the study's `confidence`, NaN where no interval is
    allowed; `sd`, `min` and `max` are those of the `n` replications that have a value. Prints as
    "104.2 ± 1.3 /h", and `f"{estimate:.3g}"` formats mean and half width.
    """

    n: int
    mean: float
    half_width: float
    sd: float
    min: float
    max: float
    quantity: str = ""
    unit: str = ""
    confidence: float = 0.95

    def __float__(self) -> float:
        return self.mean

    def __format__(self, spec: str) -> str:
        return f"{self.mean:{spec}} ± {self.half_width:{spec}}" if spec else str(self)

    def __str__(self) -> str:
        return interval_with_unit(self.mean, self.half_width, self.unit)

    def __repr__(self) -> str:
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        shown = (f"{k}={v:.6g}" if type(v) is float else f"{k}={v!r}" for k, v in given.items())
        return f"Estimate({', '.join(shown)})"

    def _repr_html_(self) -> str:
        shown = alike((self.mean, self.sd, self.min, self.max), self.unit)
        facts = dict(zip(("mean", "sd", "least", "most"), shown, strict=True))
        if not isnan(self.half_width):
            facts[f"{100 * self.confidence:g} % interval"] = str(self)
        facts["replications"] = str(self.n)
        return title_html("Estimate", f"of {self.quantity}") + facts_html(facts)


class Study:
    """Replications that have been run, in order. Made by `Line.replicate`.

    `study["line/throughput"]` is an `Estimate`, `study.table` has every quantity.
    """

    n_done = Reads(lib.twin_study_done, int, "How many replications are finished.")

    def __init__(
        self,
        line: Line,
        progress: ProgressCall | bool | None = None,
        record: AnyPath | None = None,
        scenarios: Scenarios = False,
        figure: str | None = None,
        **given: Any,
    ) -> None:
        expect("line", line, Line, 'tw.load("line.json") gives one')
        callback(progress)
        self.line = line
        self._has_losses = bool(given.get("has_losses"))
        self._n_wanted = int(given.get("n_replication") or line.replications)
        self._watch = Relay(progress)
        c_path = None if record is None else ffi.new("char[]", fspath(record).encode())
        c_figure = None if figure is None else ffi.new("char[]", line._spelled(figure).encode())
        c_record = options("twin_recorder_options", **EVERYTHING)
        c = options(
            "twin_study_options",
            record_path=c_path,
            record=c_record,
            on_progress=lib.libtwin_progress,
            user=self._watch.handle,
            figure=c_figure,
            **given,
        )
        self.confidence = float(c.confidence)
        pointer = ffi.new("twin_study **")
        call(lib.twin_study_new, pointer, line._c, c)
        self._c = ffi.gc(pointer[0], lib.twin_study_free)
        self.figure = "line/throughput" if figure is None else line._spelled(figure)
        add_to(self, scenarios)
        self.notes: list[Problem] = []

    def run(self) -> None:
        """Runs the replications; what is done when it is stopped is kept."""
        problems = Problems()
        status = self._watch.call(lib.twin_study_run, self._c, problems.pointer)
        self._watch.end()
        try:
            self._watch.raise_error()
            check(status, problems)
            self.notes = problems.take()
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
        found = (c.n, c.mean, c.half_width, c.sd, c.min, c.max)
        said = self.line._spelled(path)
        return Estimate(*found, said, self.line.quantities.get(said, ""), self.confidence)

    __getitem__ = estimate

    def __contains__(self, path: object) -> bool:
        return path in self.line

    __iter__ = None  # quantities are read by their paths

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.line.quantities)

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("a Study cannot be pickled; its table, losses() and estimates can")

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The scenarios, in order; the line as it is comes before them."""
        return names_of(self)

    @property
    def differences(self) -> Table:
        """Every quantity in every scenario, and what it differs by from the line, pair by pair."""
        return taken_table(lib.twin_study_table, self._c, b"scenarios")

    def front(self, a: str, b: str, less: Sequence[str] = ("invest",)) -> list[str]:
        """Which scenarios nothing beats in both figures; "" is the line as it is.

        A figure is a path, or "invest"; `less` names those of which less is better.
        """
        return front_of(self, a, b, less)

    @property
    def warmup(self) -> Table:
        """The study's figure in 500 slices from the start on, and what MSER-5 would cut off."""
        return taken_table(lib.twin_study_table, self._c, b"warmup")

    @property
    def batches(self) -> Table:
        """The first replication as one long run: intervals by batch means, or a refusal."""
        return taken_table(lib.twin_study_table, self._c, b"batches")

    def values(self, path: str | Sequence[str], scenario: str | None = None) -> NDArray[np.float64]:
        """The values of a quantity in replication order, of the line or of a scenario.

        Of several quantities a column for each.

        A data frame with a row per replication::

            pandas.DataFrame(study.values(paths), columns=paths)
        """
        __tracebackhide__ = True
        paths = [path] if isinstance(path, str) else path
        in_scenario = 0 if scenario is None else number_of(self, scenario)
        handles = self.line._handles_of(paths)
        out = np.empty((len(handles), self.n_done))
        for handle, row in zip(handles, out, strict=True):
            c_row = ffi.from_buffer("double[]", row)
            check(lib.twin_study_scenario_values(self._c, in_scenario, handle, c_row, len(row)))
        return out[0] if isinstance(path, str) else out.T

    def losses(self) -> Table:
        """Every loss in good parts, means with half widths of their intervals; `losses=True`."""
        self._need_losses()
        return loss_table(lib.twin_study_table, self._c)

    def bottleneck(self) -> Bottleneck:
        """The bottleneck by four methods on the mean figures; needs `losses=True`."""
        self._need_losses()
        return bottleneck(lib.twin_study_table, lib.twin_study_verdict, self._c)

    def _need_losses(self) -> None:
        __tracebackhide__ = True
        if not self._has_losses:
            said = "the losses of this study are not observed; say line.replicate(losses=True)"
            raise Error(lib.TWIN_ERR_ARGUMENT, said, [])

    @property
    def hashes(self) -> list[int]:
        """The state hash of every finished replication, for comparing machines and threads."""
        return [int(lib.twin_study_hash(self._c, i)) for i in range(self.n_done)]

    @property
    def table(self) -> Table:
        """Every quantity with its unit, mean, half width of the interval, sd, min and max."""
        return taken_table(lib.twin_study_table, self._c, b"kpi")

    def plot(self, what: str = "estimates", paths: Sequence[str] | None = None) -> Figure:
        """Draws the study as a matplotlib figure, which is neither shown nor saved.

        what: "estimates" of `paths`, or of those that say most; "losses" of the bottleneck,
        which need `losses=True`; "scenarios", what each makes of the study's figure; "warmup", that
        figure from the start on. `libtwin.plot.estimates` draws several studies side by side.
        """
        from . import plot

        if what in ("scenarios", "warmup"):
            return plot.scenarios(self) if what == "scenarios" else plot.warmup(self)
        if what not in ("estimates", "losses"):
            raise ValueError(f'a study is drawn as "estimates" or "losses", not as {what!r}')
        return plot.losses(self) if what == "losses" else plot.estimates(self, paths)

    def __repr__(self) -> str:
        return f"<libtwin.Study of {self.line.name!r}: {self._how_many()}>"

    def _how_many(self) -> str:
        """Its replications, and of how many when it was stopped before it had them all."""
        if self.n_done == self._n_wanted:
            return plural(self.n_done, "replication")
        return f"{number(self.n_done)} of {plural(self._n_wanted, 'replication')}"

    def _repr_html_(self) -> str:
        line, units = self.line, self.line.quantities
        title = title_html("Study", f"of {line.name}, {self._how_many()}")
        rows = []
        for path, said in HEADLINES.items():
            if path in units and not isnan(self[path].mean):
                rows.append([said, path, str(self[path])])
        shares = {path: self[path].mean for path in state_paths(line.stations, units)}
        heads = ["", "", f"mean ± {100 * self.confidence:g} %"]
        every = details_html(f"all {plural(len(units), 'quantity')}", self.table._repr_html_())
        return title + rows_html(heads, rows, 2) + states_html(line.stations, shares) + every
