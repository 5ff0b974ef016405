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
    table = as_table(sheet)
    # A wide table is cut where a terminal is too narrow for it, and nowhere else.
    most = shutil.get_terminal_size().columns if out.is_terminal else WIDEST
    width, out.width = out.width, WIDEST
    out.width = max(width, min(out.measure(table).maximum, most))
    out.print(table)
    for note in sheet.notes:
        out.print(f"  {note}")


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
