"""Loads the C library so that threads which wait for others leave the processor to them.

OpenMP's threads spin while they wait unless the environment says otherwise when it is loaded. Where
other programs are busy, the rest of a pool of processes say, a small study then takes 20 ms instead
of 0.1 ms.
"""

import os

POLICY = "OMP_WAIT_POLICY"

_is_said = POLICY in os.environ  # what the user says stays
os.environ.setdefault(POLICY, "PASSIVE")
try:
    from . import _native
finally:
    if not _is_said:
        del os.environ[POLICY]

ffi, lib = _native.ffi, _native.lib
