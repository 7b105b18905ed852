"""Event logs of a plant, or of a run: read by a mapping file, cut and written (experimental)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from ._native import ffi, lib
from .convert import AnyPath, Duration, taken_text
from .errors import Error, call, check, text
from .given import path_text, seconds, whole, word
from .show import facts_html, rows_html, title_html
from .tables import Table, taken_table
from .words import plural

if TYPE_CHECKING:
    import pandas

EPOCH = np.datetime64("1970-01-01T00:00:00")
AnyMap = AnyPath | Mapping[str, Any]
Instant = str | datetime | date | np.datetime64
# Zones are asked about so often between these years; a change is then found to the second.
FIRST_YEAR, LAST_YEAR, STEP = 1970, 2100, timedelta(days=7)
LONGEST_OF_TEXT = 200  # of a problem in __repr__

_PERIOD = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d)(?::(\d\d)(?::(\d\d)(\.\d{1,6})?)?)?)?)?)?$"
)


class EventLog:
    """What a plant reported, or a run, as one table of events in order of time.

    Nothing in it is mended: `findings` names what is unreadable, missing, rounded, out of order,
    doubled, impossible, overlapping or cut off, with its line. `log["2026-05"]` is a month of it,
    `log["2026-05-04T06:00":"2026-05-05"]` what lies between two instants, the second not included.
    """

    def __init__(self, pointer: Any, tz: tzinfo | None = None, source: str = "") -> None:
        self._c = ffi.gc(pointer, lib.twin_event_log_free)
        self._info = ffi.new(
            "twin_event_log_info *", {"struct_size": ffi.sizeof("twin_event_log_info")}
        )
        check(lib.twin_event_log_get(self._c, self._info))
        self._tz = tz
        self.source = source

    @classmethod
    def from_csv(cls, path: AnyPath, map: AnyMap | None = None, tz: str | None = None) -> EventLog:  # noqa: A002 - as the design has it
        """Reads CSV or OCEL (JSON) by a mapping: a file, or its content; None: libtwin wrote it.

        `tz` is the zone of stamps that name none, "Asia/Shanghai" or "+08:00", instead of the
        mapping's own; instants given to this log are in it, too.
        """
        name = path_text("the log", path)
        c_map, zone = _read_map(map, tz)
        pointer = ffi.new("twin_event_log **")
        call(lib.twin_event_log_load, pointer, name.encode(), c_map)
        return cls(pointer[0], zone, name)

    @classmethod
    def from_run(cls, path: AnyPath, replication: int = 0) -> EventLog:
        """Reads a replication of a run file: what the line did, as a plant would have told it."""
        name = path_text("the run file", path)
        number = whole("replication", replication, 0, 2**31 - 1)
        pointer = ffi.new("twin_event_log **")
        call(lib.twin_event_log_of_run, pointer, name.encode(), number)
        return cls(pointer[0], None, name)

    @classmethod
    def parse(cls, data: bytes | str, map: AnyMap | None = None, tz: str | None = None) -> EventLog:  # noqa: A002
        """Reads the bytes of such a file."""
        given = data.encode() if isinstance(data, str) else bytes(data)
        c_map, zone = _read_map(map, tz)
        pointer = ffi.new("twin_event_log **")
        call(lib.twin_event_log_parse, pointer, given, len(given), ffi.NULL, c_map)
        return cls(pointer[0], zone)

    @classmethod
    def from_pandas(
        cls,
        frame: pandas.DataFrame,
        map: AnyMap | None = None,  # noqa: A002
        tz: str | None = None,
    ) -> EventLog:
        """Reads a data frame by a mapping that names its columns; the index is not looked at."""
        said = frame.to_csv(index=False, date_format="%Y-%m-%dT%H:%M:%S.%f%z")
        return cls.parse(said, map, tz)

    @classmethod
    def from_arrow(cls, table: Any, map: AnyMap | None = None, tz: str | None = None) -> EventLog:  # noqa: A002
        """Reads a table of anything that speaks Arrow: pyarrow, polars, DuckDB; needs pyarrow."""
        from pyarrow import BufferOutputStream, csv
        from pyarrow import table as arrow_table

        out = BufferOutputStream()
        csv.write_csv(arrow_table(table), out)
        return cls.parse(out.getvalue().to_pybytes(), map, tz)

    # What it is

    def __len__(self) -> int:
        return int(self._info.n_event)

    @property
    def is_aware(self) -> bool:
        """Its stamps have zones, its instants are UTC; else they are the plant's local clock."""
        return bool(self._info.is_aware)

    @property
    def rows(self) -> int:
        """Rows of the file that it is from."""
        return int(self._info.n_row)

    @property
    def ignored(self) -> int:
        """Rows that the mapping leaves out."""
        return int(self._info.n_ignored)

    @property
    def first(self) -> np.datetime64 | None:
        """The instant of the first event; None: there is none."""
        return _instant(self._info.first_s)

    @property
    def last(self) -> np.datetime64 | None:
        """The instant of the last event."""
        return _instant(self._info.last_s)

    # Tables

    def _table(self, name: str) -> Table:
        return taken_table(lib.twin_event_log_table, self._c, name.encode(), start=EPOCH)

    @property
    def table(self) -> Table:
        """The events: `time` in s since 1970, `time_lo` and `time_hi` what a stamp may mean."""
        return self._table("events")

    @property
    def operations(self) -> Table:
        """Work from start to completion, a row each, with what the log cuts off."""
        return self._table("operations")

    @property
    def durations(self) -> Table:
        """How long each kind of work took at each entity."""
        return self._table("durations")

    @property
    def values(self) -> Table:
        """The numbers that events carry, by entity, transition, what and unit."""
        return self._table("values")

    @property
    def coverage(self) -> Table:
        """What is known of each entity and unit."""
        return self._table("coverage")

    @property
    def findings(self) -> Table:
        """What is wrong with the log, by line of the file."""
        return self._table("findings")

    @property
    def codes(self) -> Table:
        """How often each kind of finding was made, and what it means."""
        return self._table("codes")

    # Pieces

    def __getitem__(self, period: str | slice) -> EventLog:
        if isinstance(period, slice):
            if period.step is not None:
                raise ValueError("a log is cut between two instants, without a step")
            begin = -np.inf if period.start is None else self._seconds(period.start)
            end = np.inf if period.stop is None else self._seconds(period.stop)
        elif isinstance(period, str):
            begin, end = self._period(period)
        else:
            raise TypeError(
                f'a log is cut by a period, "2026-05", or by two instants, not {period!r}'
            )
        pointer = ffi.new("twin_event_log **")
        call(lib.twin_event_log_slice, pointer, self._c, begin, end)
        return EventLog(pointer[0], self._tz, self.source)

    def _seconds(self, instant: Instant) -> float:
        """Seconds since 1970 of an instant on the log's clock."""
        return _seconds(instant, self._tz, self.is_aware)

    def _period(self, said: str) -> tuple[float, float]:
        """Begin and end of a year, a month, a day, an hour, a minute, a second."""
        found = _PERIOD.match(said)
        if found is None:
            raise ValueError(f'"{said}" is no period such as "2026", "2026-05" or "2026-05-04T06"')
        year, month, day, hour, minute, second = (int(n) if n else None for n in found.groups()[:6])
        begin = datetime(year or 1, month or 1, day or 1, hour or 0, minute or 0, second or 0)
        if month is None:
            end = begin.replace(year=begin.year + 1)
        elif day is None:
            end = (begin + timedelta(days=31)).replace(day=1)
        else:
            names = ("days", "hours", "minutes", "seconds")
            n_given = sum(part is not None for part in (day, hour, minute, second))
            end = begin + timedelta(**{names[n_given - 1]: 1})
        return self._seconds(begin), self._seconds(end)

    # Out

    def save(self, path: AnyPath) -> None:
        """Writes the log by the ending of its name: .json is OCEL 2.0, .xes XES, else CSV.

        CSV and OCEL that are read back are the same log, and written again the same bytes.
        """
        call(lib.twin_event_log_save, self._c, path_text("the log", path).encode())

    def pandas(self) -> pandas.DataFrame:
        """The events as a data frame."""
        return self.table.pandas()

    def __repr__(self) -> str:
        clock = "UTC" if self.is_aware else "local clock"
        span = f", {self.first} to {self.last} {clock}" if len(self) else ""
        return f"<libtwin.EventLog of {plural(len(self), 'event')}{span}>"

    def _repr_html_(self) -> str:
        rows = [
            [row["entity"] + (f"[{row['unit']}]" if row["unit"] else ""), f"{row['operations']:,}"]
            for row in self.coverage
        ]
        said = [[row["code"], f"{row['n']:,}"] for row in self.codes if row["n"]]
        facts = facts_html(
            {"first": str(self.first), "last": str(self.last), "source": self.source}
        )
        title = title_html("EventLog", plural(len(self), "event"))
        tables = rows_html(["entity", "operations"], rows) + rows_html(["finding", "n"], said)
        return title + facts + tables


class EventInlet:
    """Takes events one by one as they come from a plant: late, out of order, twice.

    They leave in an order that does not depend on the order in which they came, once nothing that
    may be late by `lateness` can come before them. `take()` gives those that have left as a log,
    whose `findings` say what was too late, doubled or lost. An example::

        inlet = EventInlet("30 s")
        inlet.push("2026-05-04T06:00:00", "saw", "start", part="P7")
        log = inlet.take()
    """

    def __init__(
        self, lateness: Duration = 0.0, *, tz: str | None = None, waiting: int | None = None
    ) -> None:
        options = ffi.new(
            "twin_event_inlet_options *", {"struct_size": ffi.sizeof("twin_event_inlet_options")}
        )
        options.lateness_s = seconds(lateness)
        options.is_aware = tz is not None
        options.n_max = 0 if waiting is None else whole("waiting", waiting, 1, 2**31 - 1)
        pointer = ffi.new("twin_event_inlet **")
        call(lib.twin_event_inlet_new, pointer, options)
        self._c = ffi.gc(pointer[0], lib.twin_event_inlet_free)
        self._tz = None if tz is None else _zone(tz)

    def push(
        self,
        time: Instant,
        entity: str,
        transition: str,
        *,
        unit: int = 0,
        part: str | None = None,
        type: str | None = None,  # noqa: A002 - the name of the column
        what: str | None = None,
        value: float | None = None,
        measure: str | None = None,
        sequence: int | None = None,
    ) -> None:
        """Takes an event in; `sequence` is its sender's number, from 1."""
        texts = {
            "entity": entity,
            "transition": transition,
            "part": part,
            "type": type,
            "what": what,
            "measure": measure,
        }
        kept = {
            name: ffi.new("char[]", word(name, said).encode())
            for name, said in texts.items()
            if said is not None
        }
        event = ffi.new("twin_plant_event *", {"struct_size": ffi.sizeof("twin_plant_event")})
        for name, said in kept.items():
            setattr(event, name, said)
        event.time_s = _seconds(time, self._tz, self._tz is not None)
        event.unit = whole("unit", unit)
        event.value = np.nan if value is None else value
        event.sequence = 0 if sequence is None else whole("sequence", sequence, 1, 2**63 - 1)
        call(lib.twin_event_inlet_push, self._c, event)

    def advance(self, now: Instant) -> None:
        """Says what the plant's clock shows: what was due before may leave."""
        now_s = _seconds(now, self._tz, self._tz is not None)
        call(lib.twin_event_inlet_advance, self._c, now_s)

    def take(self, *, end: bool = False) -> EventLog:
        """The events that have left since the last time; `end`: all that wait, too."""
        pointer = ffi.new("twin_event_log **")
        call(lib.twin_event_inlet_take, pointer, self._c, end)
        return EventLog(pointer[0], self._tz)


def map_reference() -> str:
    """The format of mapping files, as Markdown."""
    return taken_text(lib.twin_event_map_reference)


def map_schema() -> dict[str, Any]:
    """The JSON Schema of mapping files."""
    schema: dict[str, Any] = json.loads(taken_text(lib.twin_event_map_schema))
    return schema


def _instant(seconds: float) -> np.datetime64 | None:
    if np.isnan(seconds):
        return None
    instant: np.datetime64 = EPOCH + np.timedelta64(round(seconds * 1e6), "us")
    return instant


def _seconds(instant: Instant, tz: tzinfo | None, is_aware: bool) -> float:
    """Seconds since 1970 of an instant, in UTC or on a local clock."""
    if isinstance(instant, str):
        try:
            instant = datetime.fromisoformat(f"{instant}-01" if len(instant) == 7 else instant)
        except ValueError:
            raise ValueError(f'"{instant}" is no instant such as "2026-05-04T06:00"') from None
    if isinstance(instant, np.datetime64):
        return float((instant - EPOCH) / np.timedelta64(1, "s"))
    if not isinstance(instant, date):
        raise TypeError(f"{instant!r} is no instant")
    if not isinstance(instant, datetime):
        instant = datetime(instant.year, instant.month, instant.day)
    if instant.tzinfo is not None and not is_aware:
        raise ValueError("these stamps have no zone, so instants among them have none")
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=tz if is_aware and tz else UTC)
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(seconds=1)


def _read_map(given: AnyMap | None, tz: str | None) -> tuple[Any, tzinfo | None]:
    """The mapping of the C library with the offsets of its zone, and that zone."""
    if given is None:
        if tz is not None:
            raise ValueError("a log that libtwin wrote names its zone; tz is for others")
        return ffi.NULL, None
    pointer = ffi.new("twin_event_map **")
    if isinstance(given, Mapping):
        said = json.dumps(given).encode()
        call(lib.twin_event_map_parse, pointer, said, len(said), b"mapping")
    else:
        call(lib.twin_event_map_load, pointer, path_text("the mapping", given).encode())
    c = ffi.gc(pointer[0], lib.twin_event_map_free)
    name = tz or text(lib.twin_event_map_zone(c))
    if not name:
        return c, None
    zone = _zone(name)
    from_s, offset_s = changes(name)
    call(lib.twin_event_map_set_zone, c, from_s, offset_s, len(from_s))
    return c, zone


def _zone(name: str) -> tzinfo:
    """A zone by its name in the IANA database, or by its offset."""
    if name[:1] in "+-" or name in ("Z", "UTC"):
        found = datetime.fromisoformat(f"2000-01-01T00:00{'Z' if name == 'UTC' else name}").tzinfo
        if found is not None:
            return found
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        said = f'"{name}" is no zone that this system knows, such as "Europe/Berlin" or "+08:00"'
        raise Error(lib.TWIN_ERR_NOT_FOUND, said, []) from None


@lru_cache(maxsize=16)
def changes(name: str) -> tuple[list[int], list[int]]:
    """When the offset of a zone changes, in s since 1970 UTC, and what it is from then on, in s.

    Zones and their rules are the business of the IANA database, which Python has: the C library is
    handed the offsets that follow from it.
    """
    zone = _zone(name)

    def offset(second: int) -> int:
        given = datetime.fromtimestamp(second, UTC).astimezone(zone).utcoffset()
        return int((given or timedelta()).total_seconds())

    first = int(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC).timestamp())
    last = int(datetime(LAST_YEAR, 1, 1, tzinfo=UTC).timestamp())
    step = int(STEP.total_seconds())
    found_at, found = [first], [offset(first)]
    for begin in range(first, last, step):
        low, high = begin, begin + step
        if offset(high) == found[-1]:
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if offset(middle) == found[-1] else (low, middle)
        found_at.append(high)
        found.append(offset(high))
    return found_at, found
