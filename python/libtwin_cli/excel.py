"""Tables as an Excel workbook, a sheet each: heads with units that stay in sight, numbers as
numbers, instants as Excel's own dates. Written row by row, so that memory does not limit it.
"""

from __future__ import annotations

import errno
import math
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from libtwin.words import number

from .given import STDIN
from .sheets import Sheet, SheetColumn
from .writers import replacing

MOST_ROWS = 1_048_576  # of a sheet, its head among them
MOST_COLUMNS = 16_384
MOST_LETTERS = 31  # of a sheet's name
EXACT = 10**15  # Excel keeps fifteen digits
FIRST_ROWS = 200
WIDEST = 48
FORBIDDEN = str.maketrans("[]:*?/\\'", "()......")


def too_large(sheets: Sequence[Sheet]) -> str:
    """Why the tables do not fit into a workbook; "" where they do."""
    for sheet in sheets:
        if sheet.n_row + 1 > MOST_ROWS:
            return (
                f"table {sheet.name} has {number(sheet.n_row)} rows, and an Excel sheet holds "
                f"{number(MOST_ROWS - 1)} below its head: take .csv or .parquet, or name the "
                "tables that you need: kpi shifts"
            )
        if len(sheet.columns) > MOST_COLUMNS:
            return (
                f"table {sheet.name} has {number(len(sheet.columns))} columns, and an Excel sheet "
                f"holds {number(MOST_COLUMNS)}: choose some, or take .csv"
            )
    return ""


def write_excel(sheets: Sequence[Sheet], path: Path, title: str) -> None:
    """Writes the workbook; one that is there is replaced when the new one is complete."""
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxWriterException

    if path == STDIN:
        raise ValueError("a workbook is no text")
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with replacing(path) as begun:
        try:
            book = xlsxwriter.Workbook(str(begun), options)
            book.set_properties({"title": title, "comments": "Written by libtwin."})
            names: set[str] = set()
            for sheet in sheets:
                write_sheet(book, sheet, sheet_name(sheet.name, names))
            book.close()
        except XlsxWriterException as error:
            cause = error.args[0] if error.args else error
            if isinstance(cause, OSError):
                raise cause from None
            raise OSError(errno.EIO, str(error), str(path)) from None


def sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel allows, and that no other sheet has."""
    plain = name.translate(FORBIDDEN)[:MOST_LETTERS] or "table"
    found, n = plain, 1
    while found.lower() in taken:
        n += 1
        found = f"{plain[: MOST_LETTERS - 4]} {n}"
    taken.add(found.lower())
    return found


def write_sheet(book: Any, sheet: Sheet, name: str) -> None:
    """One table."""
    page = book.add_worksheet(name)
    head = book.add_format({"bold": True, "bottom": 1})
    clock = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"})
    for i, column in enumerate(sheet.columns):
        page.set_column(i, i, width(column), clock if column.is_clock else None)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, sheet.n_row, max(len(sheet.columns) - 1, 0))
    page.write_row(0, 0, [column.head for column in sheet.columns], head)
    for i, row in enumerate(sheet.rows(), 1):
        for j, value in enumerate(row):
            write_cell(page, i, j, value)


def write_cell(page: Any, row: int, column: int, value: Any) -> None:
    """One cell: nothing where there is no number, text where Excel would lose digits."""
    if value is None or value == "":
        return
    if isinstance(value, str):
        page.write_string(row, column, value)
    elif isinstance(value, datetime):
        page.write_datetime(row, column, value)
    elif isinstance(value, int) and abs(value) >= EXACT:
        page.write_string(row, column, str(value))
    elif not math.isfinite(value):
        page.write_string(row, column, "-inf" if value < 0 else "inf")
    else:
        page.write_number(row, column, value)


def width(column: SheetColumn) -> float:
    """A column's width in letters, by its head and its first rows."""
    if column.is_clock:
        return 24
    texts = [str(value) for value in column.batch(0, FIRST_ROWS) if value is not None]
    longest = max((len(text) for text in texts), default=0)
    return min(max(longest, len(column.head) + 3) + 2, WIDEST)
