"""`twin export`: tables of a run file or of a line as CSV, Excel, Parquet or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

import libtwin as tw
from libtwin.plot.recording import tables_of
from libtwin.words import number

from . import excel, parquet
from .given import STDIN, AnyFile, is_run_file, open_run, read, seconds, to_write
from .sheets import Sheet, SheetColumn, sheet_of, sheet_of_columns
from .terminal import say
from .writers import Style, write_csv, write_json

PLACE = "{table}"


class Format(StrEnum):
    """What tables are written as."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    JSON = "json"


class Decimal(StrEnum):
    """What stands in numbers of a CSV file."""

    POINT = "point"
    COMMA = "comma"


def export(
    file: AnyFile,
    tables: Annotated[
        list[str] | None,
        typer.Argument(metavar="TABLE", help="Which, or signals of models; else all."),
    ] = None,
    target: Annotated[
        Path,
        typer.Option("-o", "--out", help="A .csv, .xlsx, .parquet, .json; {table}: a file each."),
    ] = STDIN,
    form: Annotated[
        Format | None, typer.Option("--format", help="Else by the name; CSV on standard output.")
    ] = None,
    every: Annotated[str | None, typer.Option(help='Signals at a period, "30 s".')] = None,
    decimal: Annotated[Decimal, typer.Option(help="In CSV; comma: for Excel.")] = Decimal.POINT,
    separator: Annotated[str | None, typer.Option(help="In CSV; else ; with comma.")] = None,
    is_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Writes tables of a run file or a line for other programs."""
    wanted = Format.JSON if is_json else form or format_of(target)
    style = style_of(decimal, separator)
    every_s = seconds(every, "--every") or None
    if is_run_file(file):
        with open_run(file) as recorded:
            sheets = sheets_of_run(recorded, tables or [], every_s)
            said: dict[str, Any] = {"is_complete": recorded.is_complete}
            write(sheets, file, target, wanted, style, said)
    else:
        line = read(file)
        found = tables_of_line(line)
        sheets = [sheet_of(name, found[name]) for name in chosen(found, tables or [])]
        sheets += [quantities(line)] if not tables or "quantities" in tables else []
        write(sheets, file, target, wanted, style, {"line": line.name})


def format_of(target: Path) -> Format:
    """The format that a name ends with."""
    if target == STDIN:
        return Format.CSV
    try:
        return Format(target.suffix.lower().removeprefix("."))
    except ValueError:
        known = ", ".join(f".{form}" for form in Format)
        raise typer.BadParameter(f"{target} is none of {known}", param_hint="-o") from None


def style_of(decimal: Decimal, separator: str | None) -> Style:
    """How CSV is written; the two must differ."""
    sign = "," if decimal == Decimal.COMMA else "."
    between = {None: ";" if sign == "," else ",", "tab": "\t", "\\t": "\t"}.get(
        separator, separator
    )
    if between is None or len(between) != 1 or between in '"\r\n' or between == sign:
        raise typer.BadParameter(
            f'"{separator}" cannot stand between numbers with a decimal {decimal}; ; can',
            param_hint="--separator",
        )
    return Style(sign, between)


# Which tables


def sheets_of_run(file: tw.File, names: Sequence[str], every_s: float | None) -> list[Sheet]:
    """The tables of a run file, and its signals by name."""
    found, signals = tables_of(file), []
    if any(name not in found for name in names) and "curves" in found:
        signals = file.signal_names()
    sheets = []
    for name in names or found:
        if name in signals:
            sheets.append(sheet_of(name, file.signal(name, every_s)))
        else:
            sheets += [sheet_of(n, found[n]) for n in chosen(found, [name], signals)]
    return sheets


def tables_of_line(line: tw.Line) -> dict[str, tw.Table]:
    """What is known of a line before it is run."""
    load = line.load()
    found = {"load": load.stations, "people": load.people}
    return found | {"signals": line.signals, "solvers": line.solvers}


def chosen(
    found: dict[str, tw.Table], names: Sequence[str], signals: Sequence[str] = ()
) -> list[str]:
    """The tables that are asked for, or a sentence which there are."""
    asked = [name for name in names if name != "quantities" or name in found]
    for name in asked:
        if name not in found:
            there = ", ".join([*found, *signals])
            raise typer.BadParameter(f'no table "{name}"; there are: {there}', param_hint="TABLE")
    return asked if names else list(found)


def quantities(line: tw.Line) -> Sheet:
    """Every path that can be read of a run, with its unit."""
    import numpy as np

    paths = line.quantities
    numbers = np.arange(len(paths))
    columns = [
        SheetColumn("quantity", "", numbers, tuple(paths)),
        SheetColumn("unit", "", numbers, tuple(paths.values())),
    ]
    return sheet_of_columns("quantities", columns)


# Where to


def write(
    sheets: Sequence[Sheet],
    file: Path,
    target: Path,
    form: Format,
    style: Style,
    said: dict[str, Any],
) -> None:
    """Writes the tables, after everything that could be wrong with that was looked at."""
    paths = places(sheets, target, form)
    if form == Format.XLSX and (why := excel.too_large(sheets)):
        raise typer.BadParameter(why, param_hint="-o")
    if form == Format.PARQUET and not parquet.is_there():
        raise typer.BadParameter(parquet.MISSING, param_hint="-o")
    if form == Format.JSON:
        write_json(sheets, paths[0], file, said)
    elif form == Format.XLSX:
        excel.write_excel(sheets, paths[0], stem_of(file))
    elif form == Format.PARQUET:
        for sheet, path in zip(sheets, paths, strict=True):
            parquet.write_parquet(sheet, path)
    else:
        for sheet, path in zip(sheets, paths, strict=True):
            write_csv(sheet, path, style)
    if target != STDIN:
        counts = ", ".join(f"{sheet.name} {number(sheet.n_row)}" for sheet in sheets)
        say(f"Written: {', '.join(map(str, paths))} (rows: {counts})")


def places(sheets: Sequence[Sheet], target: Path, form: Format) -> list[Path]:
    """The file of each table, or of all of them."""
    if form in (Format.JSON, Format.XLSX):
        if form == Format.XLSX and target == STDIN:
            raise typer.BadParameter("a workbook needs a name: -o out.xlsx", param_hint="-o")
        return [to_write(target)]
    if form == Format.PARQUET and target == STDIN:
        raise typer.BadParameter("Parquet needs a name: -o out.parquet", param_hint="-o")
    if PLACE in target.name:
        names = (target.name.replace(PLACE, sheet.name.replace("/", ".")) for sheet in sheets)
        return [to_write(target.with_name(name)) for name in names]
    if len(sheets) > 1:
        there = ", ".join(sheet.name for sheet in sheets)
        hint = f"out-{PLACE}.{form}"
        raise typer.BadParameter(
            f"a {form} file holds one table; choose of {there}, or -o '{hint}' or -o out.xlsx",
            param_hint="TABLE",
        )
    return [to_write(target)]


def stem_of(file: Path) -> str:
    """A title."""
    return file.stem if file != STDIN else "line"
