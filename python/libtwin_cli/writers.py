"""Tables as CSV and as JSON, row by row. Excel and Parquet are in files of their own."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from libtwin.words import known

from . import document
from .given import STDIN
from .sheets import Sheet


@dataclass(frozen=True)
class Style:
    """How numbers and cells are written in CSV."""

    decimal: str = "."
    separator: str = ","

    @property
    def encoding(self) -> str:
        """UTF-8; Excel, which alone wants commas in numbers, knows that by a mark at the start."""
        return "utf-8-sig" if self.decimal == "," else "utf-8"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A name to write to that becomes `path` when all is written; a file there stays until then."""
    if path.exists() and not path.is_file():
        yield path  # a device or a pipe
        return
    begun = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield begun
        os.replace(begun, path)
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from None
    finally:
        with suppress(OSError):
            begun.unlink()


@contextmanager
def text_file(path: Path, encoding: str) -> Iterator[TextIO]:
    """A file, or standard output, that takes line ends as they are given."""
    if path == STDIN:
        sys.stdout.flush()
        out = io.TextIOWrapper(sys.stdout.buffer, encoding=encoding, newline="")
        try:
            yield out
            out.flush()
        finally:
            with suppress(OSError, ValueError):
                out.detach()
        return
    with replacing(path) as begun, begun.open("w", encoding=encoding, newline="") as file:
        yield file


def write_csv(sheet: Sheet, path: Path, style: Style) -> None:
    """As in RFC 4180: a head, rows that end with CR LF, cells in quotes where they need them."""
    with text_file(path, style.encoding) as file:
        out = csv.writer(file, delimiter=style.separator, lineterminator="\r\n")
        out.writerow(column.head for column in sheet.columns)
        for columns in sheet.batches(is_text=True):
            cells = [cells_of(values, style.decimal) for values in columns]
            out.writerows(zip(*cells, strict=True))


def cells_of(values: list[Any], decimal: str) -> list[Any]:
    """One column's cells: numbers with all their digits."""
    first = next((value for value in values if value is not None), None)
    if isinstance(first, float) and decimal != ".":
        return [value if value is None else repr(value).replace(".", decimal) for value in values]
    return values


def write_json(sheets: Sequence[Sheet], path: Path, file: Path, said: dict[str, Any]) -> None:
    """The document of --json, with a table's rows behind each other as they are read."""
    begin = json.dumps(document.head("export", file, **said), indent=2, ensure_ascii=False)
    with text_file(path, "utf-8") as out:
        out.write(begin.removesuffix("\n}") + ',\n  "tables": {')
        for i, sheet in enumerate(sheets):
            out.write(("," if i else "") + f"\n    {json.dumps(sheet.name)}: ")
            write_rows(sheet, out)
        out.write("\n  }\n}\n")


def write_rows(sheet: Sheet, out: TextIO) -> None:
    """One table."""
    keys = [f"{c.name}_clock" if c.is_clock else c.name for c in sheet.columns]
    units = {c.name: c.unit for c in sheet.columns if c.unit not in ("", "1") and not c.is_clock}
    out.write(f'{{"units": {json.dumps(units, ensure_ascii=False)}, "rows": [')
    for i, row in enumerate(sheet.rows()):
        cells = (v.isoformat() if isinstance(v, datetime) else known(v) for v in row)
        said = json.dumps(dict(zip(keys, cells, strict=True)), ensure_ascii=False)
        out.write(("," if i else "") + f"\n      {said}")
    out.write("]}")
