"""What people do in the plant, done to a run between its events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ._native import ffi, lib
from .convert import Duration, Reads
from .errors import NotFound, call, check
from .given import UINT64_MAX, did_you_mean, in_seconds, seconds_or_none, whole, word
from .line import Line, slashed
from .repeat import Deed, Past


class Operated:
    """What people do to a run: the half of a `Run` that takes operations and notes each."""

    if TYPE_CHECKING:
        line: Line
        _c: Any
        _past: Past

        def _need_own(self) -> None: ...

        time_s: Reads[float]
        n_event: Reads[int]

    def machine_down(self, machine: str) -> None:
        """Takes a machine down until `machine_up`."""
        deed = self._deed("machine_down", machine)
        call(lib.twin_run_machine_down, self._c, self._machine(machine))
        self._past.add(deed)

    def machine_up(self, machine: str) -> None:
        """Brings a machine up that was taken down."""
        deed = self._deed("machine_up", machine)
        call(lib.twin_run_machine_up, self._c, self._machine(machine))
        self._past.add(deed)

    def order_add(
        self,
        place: str,
        part: str,
        quantity: int = 1,
        *,
        due: Duration | None = None,
        priority: int = 0,
    ) -> None:
        """Adds parts now: to a source that releases by itself, or to a buffer with room for all."""
        due = seconds_or_none("due", due)
        deed = self._deed("order_add", place, part, quantity, due=due, priority=priority)
        order = ffi.new("twin_order *")
        lib.twin_order_init(order)
        c_place = ffi.new("char[]", word("place", place).encode())
        c_part = ffi.new("char[]", word("part", part).encode())
        order.place, order.part = c_place, c_part
        order.quantity = whole("quantity", quantity, 1, 1_000_000)
        order.priority = whole("priority", priority, -(2**63), 2**63 - 1)
        if due is not None:
            order.due_s = due
        with self._naming({"place": (place, "buffer", "source"), "part": (part, "part")}):
            call(lib.twin_run_order_add, self._c, order)
        self._past.add(deed)

    def part_move(self, part: int, to: str) -> None:
        """Moves a part, by its id, from the queue it is in to another one with room."""
        deed = self._deed("part_move", part, to)
        number = whole("part", part, 0, UINT64_MAX)
        with self._naming({"place": (word("to", to), "buffer", "source", "station")}):
            call(lib.twin_run_part_move, self._c, number, to.encode())
        self._past.add(deed)

    def value_set(self, path: str, value: Duration) -> None:
        """Sets "parts/17/priority", "parts/17/due" or "failures/cnc[1]/jam/left".

        Instants and times are durations, as everywhere; `math.inf` is no due date.
        """
        number = in_seconds("a value", value)
        deed = self._deed("value_set", path, number)
        call(lib.twin_run_value_set, self._c, slashed(path).encode(), number)
        self._past.add(deed)

    def request_maintenance(self, maintenance: str) -> None:
        """Makes a maintenance due, "cnc[1]/tool-change"; it begins when the line file says."""
        deed = self._deed("request_maintenance", maintenance)
        call(lib.twin_run_maintenance_request, self._c, slashed(maintenance).encode())
        self._past.add(deed)

    def _machine(self, name: str) -> int:
        i = ffi.new("int32_t *")
        c_name = word("a machine", name).encode()
        if lib.twin_line_find(self.line._c, lib.TWIN_MACHINE, c_name, i) != lib.TWIN_OK:
            hint = did_you_mean(name, self.line.machines)
            said = f'no machine is called "{name}"; machines count from 1: {hint}'
            check(lib.TWIN_ERR_NOT_FOUND, message=said)
        return int(i[0])

    @contextmanager
    def _naming(self, given: Mapping[str, tuple[str, ...]]) -> Iterator[None]:
        """Says the nearest name of the line where one that was given is none: (name, kinds...)."""
        try:
            yield
        except NotFound as error:
            for what, (name, *kinds) in given.items():
                names = [known for kind in kinds for known in self.line.names(kind)]
                if name not in names:
                    said = f'the line has no {what} "{name}"; {did_you_mean(name, names)}'
                    raise NotFound(error.status, said, []) from None
            raise

    def _deed(self, method: str, *args: Any, **kwargs: Any) -> Deed:
        """What is about to be done to the run, by the only thread that uses it."""
        self._need_own()
        return Deed(self.time_s, self.n_event, method, args, kwargs)
