"""A table in the form that is asked for: on the terminal, as CSV, as Markdown."""

import csv
import io
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from rich import box
from rich.console import Console
from rich.table import Table

from agent.cli.output import console
from bbm_core.errors import ConfigError

WIDEST = 400
"""Columns of a table that goes into a file or another program."""


class Form(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "md"


@dataclass(frozen=True, slots=True)
class Column:
    """A column and where its cells stand."""

    title: str
    is_figure: bool = False


@dataclass(slots=True)
class Sheet:
    """A table of text, with what it is about above and notes below it."""

    columns: Sequence[Column]
    rows: list[Sequence[str]] = field(default_factory=list)
    heading: str = ""
    notes: list[str] = field(default_factory=list)


def form_of(*, json: bool, csv: bool, md: bool) -> Form:
    """The one form that is asked for.

    Raises:
        ConfigError: two are.
    """
    asked = [form for form, wanted in zip(_MARKED, (json, csv, md), strict=True) if wanted]
    if len(asked) > 1:
        raise ConfigError(
            f"--{asked[0]} and --{asked[1]} are two forms of one answer.",
            hint="Ask for one of them.",
            code="BBM-BL-006",
        )
    return asked[0] if asked else Form.TEXT


_MARKED = (Form.JSON, Form.CSV, Form.MARKDOWN)


def show_sheet(sheet: Sheet, form: Form) -> None:
    """The table as text or in Markdown."""
    if form is Form.MARKDOWN:
        _show_markdown(sheet)
    else:
        _show_text(sheet)


def show_csv(rows: Sequence[Mapping[str, Any]]) -> None:
    """The rows of a JSON document as CSV: figures in full, an interval in two columns."""
    flat = [dict(_flat(row)) for row in rows]
    names = [*dict.fromkeys(name for row in flat for name in row)]
    # What is absent in one row and a group of columns in another is that group alone.
    groups = {name for name in names if any(one.startswith(f"{name}_") for one in names)}
    empty = {name for name in groups if all(row.get(name) is None for row in flat)}
    names = [name for name in names if name not in empty]
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat)
    sys.stdout.write(text.getvalue())


def _flat(row: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, object]]:
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}_")
        elif isinstance(value, list | tuple):
            ends = ("low", "high")
            yield from ((f"{before}{name}_{end}", v) for end, v in zip(ends, value, strict=False))
        else:
            yield f"{before}{name}", value


def as_table(sheet: Sheet) -> Table:
    """For the terminal."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="")
    for column in sheet.columns:
        side: Literal["left", "right"] = "right" if column.is_figure else "left"
        table.add_column(column.title, justify=side, no_wrap=True)
    for row in sheet.rows:
        table.add_row(*row)
    return table


def _show_text(sheet: Sheet) -> None:
    out = console()
    if sheet.heading:
        out.print(sheet.heading)
    # A file or another program takes a table of any width.
    most = shutil.get_terminal_size().columns if out.is_terminal else WIDEST
    narrow, out.width = out.width, WIDEST
    tables = [(table, out.measure(table).maximum) for table in _tables(sheet, out, most)]
    for table, width in tables:
        out.width = max(narrow, min(width, most))
        out.print(table)
    for note in sheet.notes:
        out.print(f"  {note}")


def _tables(sheet: Sheet, out: Console, most: int) -> Iterator[Table]:
    """The table, cut into several where it is too wide: each says again what its rows are of."""
    figures = [number for number, column in enumerate(sheet.columns) if column.is_figure]
    places = list(range(figures[0] if figures else len(sheet.columns)))
    chosen: list[int] = []
    for number in range(len(places), len(sheet.columns)):
        wider = as_table(_some(sheet, [*places, *chosen, number]))
        if chosen and out.measure(wider).maximum > most:
            yield as_table(_some(sheet, [*places, *chosen]))
            chosen = []
        chosen.append(number)
    yield as_table(_some(sheet, [*places, *chosen]))


def _some(sheet: Sheet, numbers: Sequence[int]) -> Sheet:
    """Some of the columns, without the rows that have nothing but their names in them."""
    rows = [[row[n] if n < len(row) else "" for n in numbers] for row in sheet.rows]
    columns = [sheet.columns[number] for number in numbers]
    named = next((n for n, column in enumerate(columns) if column.is_figure), len(columns))
    kept = [row for row in rows if any(row[named:]) or named == len(columns)]
    return Sheet(columns, list(kept))


def _show_markdown(sheet: Sheet) -> None:
    lines = [f"{sheet.heading}\n"] if sheet.heading else []
    lines += [_line([column.title for column in sheet.columns])]
    lines += [_line(["--:" if column.is_figure else "---" for column in sheet.columns])]
    lines += [_line([*row, *[""] * (len(sheet.columns) - len(row))]) for row in sheet.rows]
    lines += [f"\n{note}" for note in sheet.notes]
    sys.stdout.write("\n".join(lines) + "\n")


def _line(cells: Sequence[str]) -> str:
    plain = (cell.replace("|", "\\|").replace("\n", " ") for cell in cells)
    return f"| {' | '.join(plain)} |"
