#!/usr/bin/env python3
"""loaded_twice.py LIBRARY: two copies of the library in one process do not know of each other.

A plant system may have plugins that each bring their own libtwin. Copies under other names
(RTLD_LOCAL) and one in a namespace of its own (dlmopen) load the same line and compute the
same state,
with runs of the one alive while the other works.
"""

import ctypes
import os
import pathlib
import shutil
import sys
import tempfile

LINE = b"lines/two-machines.json"
LM_ID_NEWLM = -1
RTLD_NOW = 2


class Copy:
    """The few functions that are called, of one copy."""

    def __init__(self, handle: int) -> None:
        symbol = ctypes.CDLL(None).dlsym
        symbol.restype, symbol.argtypes = ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_char_p]
        self.handle, self.symbol = handle, symbol
        self.line, self.run = ctypes.c_void_p(), ctypes.c_void_p()

    def call(self, name: str, result: type, *arguments: object) -> object:
        """Calls a function by its name."""
        at = self.symbol(self.handle, name.encode())
        if not at:
            sys.exit(f"{name} is not there")
        return ctypes.CFUNCTYPE(result, *(type(a) for a in arguments))(at)(*arguments)

    def begin(self) -> None:
        """Loads the line and makes a run."""
        none, to = ctypes.c_void_p(), ctypes.addressof
        for name, arguments in (
            ("twin_line_load", (ctypes.c_void_p(to(self.line)), ctypes.c_char_p(LINE), none, none)),
            ("twin_run_new", (ctypes.c_void_p(to(self.run)), self.line, none, none)),
        ):
            if self.call(name, ctypes.c_int, *arguments) != 0:
                sys.exit(f"{name} failed")

    def until(self, time_s: float) -> None:
        """Runs on."""
        none = ctypes.c_void_p()
        if self.call("twin_run_until", ctypes.c_int, self.run, ctypes.c_double(time_s), none) != 0:
            sys.exit("twin_run_until failed")

    def end(self) -> int:
        """The state's hash; frees everything."""
        found = self.call("twin_run_full_hash", ctypes.c_uint64, self.run)
        self.call("twin_run_free", ctypes.c_int, self.run)
        self.call("twin_line_unref", ctypes.c_int, self.line)
        assert isinstance(found, int)
        return found


def main() -> None:
    library = pathlib.Path(sys.argv[1]).resolve()
    opened = ctypes.CDLL(None).dlmopen
    opened.restype, opened.argtypes = (
        ctypes.c_void_p,
        [ctypes.c_long, ctypes.c_char_p, ctypes.c_int],
    )
    with tempfile.TemporaryDirectory() as folder:
        copies = []
        for name in ("one.so", "two.so"):
            shutil.copy(library, pathlib.Path(folder) / name)
            copies.append(Copy(ctypes.CDLL(os.path.join(folder, name), mode=os.RTLD_LOCAL)._handle))
        apart = opened(LM_ID_NEWLM, str(library).encode(), RTLD_NOW)
        if apart:
            copies.append(Copy(apart))
        else:
            print("dlmopen is not possible here (a library that needs the one namespace)")
        for copy in copies:
            copy.begin()
        for time_s in (1000.0, 20000.0):
            for copy in copies:
                copy.until(time_s)
        hashes = {copy.end() for copy in copies}
    if len(hashes) != 1:
        sys.exit("copies of one library compute different states")
    print(f"{len(copies)} copies compute the same")


if __name__ == "__main__":
    main()
