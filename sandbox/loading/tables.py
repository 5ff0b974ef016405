"""CSV exports as people have them: any of the usual encodings and delimiters, ragged rows."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.loading.mapping import MappingRefused

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LONGEST_CELL = 4_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file: where it begins, and its cells by column; blank cells are left out."""

    number: int
    cells: Mapping[str, str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was read."""

    path: Path
    encoding: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def read_table(path: Path) -> Table:
    """The rows of a CSV file with a heading.

    Raises:
        MappingRefused: it cannot be read at all. A single row that cannot be is a `Line` with
            its problem.
    """
    try:
        body = path.read_bytes()
    except OSError as error:
        raise MappingRefused([f"{path}: {error.strerror}"]) from error
    encoding, text = _decoded(path, body)
    csv.field_size_limit(_LONGEST_CELL)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    heading = next(rows, [])
    columns = tuple(name.strip() for name in heading)
    if not any(columns):
        raise MappingRefused([f"{path}: the first line must name the columns"])
    return Table(path, encoding, columns, tuple(_lines(rows, columns, rows.line_num)))


def _decoded(path: Path, body: bytes) -> tuple[str, str]:
    """Japanese exports are in Shift_JIS as Windows has it unless they say otherwise."""
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return encoding, body.decode(encoding, errors="replace")
    for encoding in ("utf-8", "cp932"):
        try:
            return encoding, body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise MappingRefused([f"{path}: neither UTF-8 nor Shift_JIS; save it again as UTF-8"])


def _delimiter(text: str) -> str:
    heading = text.partition("\n")[0]
    return max(",;\t", key=heading.count)


def _lines(rows: Iterator[list[str]], columns: tuple[str, ...], line: int) -> Iterator[Line]:
    for row in rows:
        begin, line = line + 1, line + 1 + sum(cell.count("\n") for cell in row)
        if not any(cell.strip() for cell in row):
            continue
        cells = {name: cell.strip() for name, cell in zip(columns, row, strict=False)}
        problem = ""
        if len(row) != len(columns):
            problem = f"{len(row)} cells where the heading has {len(columns)}"
        yield Line(begin, {name: cell for name, cell in cells.items() if name and cell}, problem)
