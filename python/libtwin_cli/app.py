"""The verbs of the command `twin`, with their help."""

from __future__ import annotations

import json
from typing import Annotated

import typer

import libtwin as tw

from . import terminal
from .check import check
from .compare import compare
from .export import export
from .given import LineFile
from .info import info
from .log import assess, import_
from .plot import plot
from .recover import recover
from .run import run
from .study import study
from .variants import Scenario, Sets, read_variant

CODES = (
    "\b\nExit codes: 0 done; 1 the file has problems; 2 misuse; 3 stopped by an error;"
    "\n130 Ctrl-C, what was done is kept; 141 the reader of the output has gone."
)
ABOUT = "A digital twin of a production line: check, run, explain."

app = typer.Typer(
    help=ABOUT,
    cls=terminal.Group,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    epilog=f"\b\nA first one: twin run lines/press-shop.json\n\n{CODES}",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)


def show_version(is_wanted: bool) -> None:
    """Prints the version and ends."""
    if is_wanted:
        print(f"libtwin {tw.__version__}")
        raise typer.Exit


@app.callback()
def twin(
    version: Annotated[
        bool,
        typer.Option("--version", callback=show_version, is_eager=True, help="Print it."),
    ] = False,
    colour: Annotated[
        terminal.Colour,
        typer.Option("--color", help="Colours: on a terminal without NO_COLOR, or as said."),
    ] = terminal.Colour.AUTO,
) -> None:
    """A digital twin of a production line: check, run, explain."""
    terminal.choose_colour(colour)


def dump(file: LineFile, scenario: Scenario = None, sets: Sets = None) -> None:
    """Prints a line with its defaults, which x-defaults lists."""
    print(json.dumps(read_variant(file, scenario, sets).dump(), indent=2, ensure_ascii=False))


def schema(
    is_markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the reference of the format for people.")
    ] = False,
) -> None:
    """Prints the JSON Schema of line files."""
    text = tw.reference() if is_markdown else json.dumps(tw.schema(), indent=2, ensure_ascii=False)
    print(text)


# Each verb with an example; one that needs a file says how it is used when it gets none.
for verb, example in (
    (check, "twin check lines/*.json"),
    (run, "twin run lines/press-shop.json --replications 20"),
    (study, "twin study lines/press-shop.json --figure 'stations/*/oee' -o x.csv"),
    (compare, "twin compare lines/milling-cell.json --set /stations/saw/machines=2"),
    (dump, "twin dump lines/press-shop.json > resolved.json"),
    (schema, "twin schema > line.schema.json"),
    (info, "twin info results/press-shop.h5"),
    (recover, "twin recover results/press-shop.h5.part"),
    (export, "twin export results/press-shop.h5 intervals shifts -o x.xlsx"),
    (plot, "twin plot results/press-shop.h5 --what gantt --from '2 d' --window 8h"),
    (import_, "twin import shop.csv --map tags.json -o shop-log.csv"),
    (assess, "twin assess log shop.csv --map tags.json"),
):
    app.command(
        verb.__name__.rstrip("_"),  # import is a word of Python
        epilog=f"\b\nExample: {example}",
        no_args_is_help=verb is not schema,
    )(verb)
