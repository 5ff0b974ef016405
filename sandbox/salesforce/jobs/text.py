"""CSV as jobs take and give it: delimiters, line endings, every value in quotes."""

import csv
import io
import tempfile
import weakref
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sandbox.salesforce.definitions import Field
from sandbox.salesforce.refusals import Refusal

DELIMITERS = {
    "BACKQUOTE": "`",
    "CARET": "^",
    "COMMA": ",",
    "PIPE": "|",
    "SEMICOLON": ";",
    "TAB": "\t",
}
ENDINGS = {"LF": "\n", "CRLF": "\r\n"}
_LONGEST_VALUE = 32 * 1000 * 1000
_IN_MEMORY = 1024 * 1024
_NUMBERS = frozenset({"double", "currency", "percent"})


class Unusable(Exception):
    """An upload that fails as a whole, with the words of the job's `errorMessage`."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a job's text is written."""

    delimiter: str = "COMMA"
    ending: str = "LF"

    def line(self, values: Iterable[str]) -> str:
        between = f'"{DELIMITERS[self.delimiter]}"'
        quoted = [one.replace('"', '""') if '"' in one else one for one in values]
        return f'"{between.join(quoted)}"{ENDINGS[self.ending]}'

    def rows(self, upload: bytes) -> Iterator[list[str]]:
        """The lines of an upload, the header first; empty lines are none.

        Raises:
            Unusable: it is not text of this form.
        """
        try:
            text = upload.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Unusable("ClientInputError : The file is not encoded in UTF-8") from error
        self._check_ending(text)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=DELIMITERS[self.delimiter])
        csv.field_size_limit(_LONGEST_VALUE)
        return (row for row in reader if row)

    def _check_ending(self, text: str) -> None:
        header, found, _ = text.partition("\n")
        if found and header.endswith("\r") is not (self.ending == "CRLF"):
            raise Unusable(
                "ClientInputError : LineEnding is invalid on user data. "
                f"Current LineEnding setting is {self.ending}"
            )


def form_of(body: dict[str, object]) -> Form:
    """The form a job asks for.

    Raises:
        Refusal: there is no such delimiter or ending.
    """
    form = Form(str(body.get("columnDelimiter", "COMMA")), str(body.get("lineEnding", "LF")))
    for value, known in ((form.delimiter, DELIMITERS), (form.ending, ENDINGS)):
        if value not in known:
            raise Refusal("JSON_PARSER_ERROR", f"Unrecognized value {value!r}")
    return form


def as_text(field: Field) -> Callable[[object], str]:
    """How a value of this field is written."""
    return _WRITERS.get(field.type, _plain)


def _plain(value: object) -> str:
    return "" if value is None else str(value)


def _flag(value: object) -> str:
    return "true" if value else "false"


def _moment(value: object) -> str:
    # REST says +0000 for what is Z here.
    return "" if value is None else f"{str(value)[:-5]}Z"


def _number(value: object) -> str:
    return "" if value is None else str(float(str(value)))


_WRITERS = {"boolean": _flag, "datetime": _moment, **dict.fromkeys(_NUMBERS, _number)}


class Spool:
    """Lines on the disk, of which any stretch can be read: a million records need little memory."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  outlives this
        self.close = weakref.finalize(self, self._file.close)
        self._starts = array("Q", [0])
        end = 0
        for line in lines:
            raw = line.encode()
            end += len(raw)
            self._starts.append(end)
            self._file.write(raw)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def between(self, start: int, end: int) -> bytes:
        self._file.seek(self._starts[start])
        return self._file.read(self._starts[end] - self._starts[start])


def table(header: Sequence[str], rows: Iterable[Sequence[str]], form: Form) -> bytes:
    """A whole small table."""
    return "".join(form.line(row) for row in (header, *rows)).encode()
