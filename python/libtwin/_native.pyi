"""What cffi makes of the public headers: `lib` has every twin_* function and constant."""

from typing import Any

ffi: Any
lib: Any
