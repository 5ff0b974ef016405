"""Writing by bulk jobs: a table of ours goes up, and three say what became of each row."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from bbm_core.records import Answer, Receipt, RecordKind, RecordRef
from connectors.errors import MissingPermission, RequestRefused
from connectors.salesforce.errors import NOT_BY_BULK, answer_of, fail, malformed, schema_error
from connectors.salesforce.fields import OBJECTS
from connectors.salesforce.ids import canonical
from connectors.salesforce.jobs import Jobs, Lost, Stretch, job_id, whole
from connectors.salesforce.session import Session
from connectors.salesforce.shapes import Row

MOST_ROWS: Final = 30_000
"""Writes of one job: three of the batches that Salesforce makes of it."""

NOT_READ: Final = "the bulk job failed before its first row"
"""In the receipt of a write whose whole table Salesforce would not read."""

_MOST_BYTES: Final = 90 * 1000 * 1000
_NULL: Final = "#N/A"
_NO_SENSE: Final = "the tables of the bulk job do not say what became of it"
_NO_COLUMN: Final = re.compile(r"Field name not found : (?P<field>\w+)")
_ERROR: Final = re.compile(
    r"(?P<code>[A-Z_]+):(?P<message>.*?):(?P<fields>[\w, ]*?) ?--\s*(?:;(?=[A-Z_]+:)|$)", re.DOTALL
)
"""An error ends where the next one begins or nothing follows: people's words hold any sign."""


@dataclass(frozen=True, slots=True)
class Line:
    """One write: its record, and the values by field, as a request's JSON would hold them."""

    ref: RecordRef
    values: Mapping[str, Any]

    @property
    def is_sayable(self) -> bool:
        """Whether a table can say it.

        One text means that there is no value; and a line that ends inside a value is said to fail
        the whole job, for its ending.
        """
        texts = [value for value in self.values.values() if isinstance(value, str)]
        joined = "".join(texts)
        return _NULL not in texts and "\n" not in joined and "\r" not in joined


class Ingest:
    """Writes by jobs, of which each row gets its receipt exactly once."""

    def __init__(self, session: Session, longest_minutes: int, permission_set: str) -> None:
        self._session = session
        self._jobs = Jobs(session, longest_minutes)
        self._permission_set = permission_set

    def write(self, kind: RecordKind, lines: Sequence[Line]) -> Iterator[Receipt]:
        """Send the lines and answer each.

        Raises:
            MissingPermission: a field may not be written, which no record can help.
        """
        for some, table in tables(lines):
            yield from self._by_job(kind, [line.ref for line in some], table)

    def settle(self) -> None:
        """Wait for what somebody who died left at work: only then does reading tell the outcome."""
        try:
            at_work = [job for job in self._jobs_of_the_org() if _is_at_work(job)]
        except RequestRefused as error:
            if error.code != NOT_BY_BULK:
                raise
            return  # where there are no jobs at all, none was left
        me = str(self._session.user_info().get("user_id")) if at_work else ""
        for job in at_work:
            # The list shows everybody's jobs, and those of others are not ours to wait for.
            if str(job.get("createdById", me))[:_SHORT] == me[:_SHORT]:
                self._finished(job_id(job), is_new=False)

    def _jobs_of_the_org(self) -> Iterator[Row]:
        path, seen = "jobs/ingest?jobType=V2Ingest", set[str]()
        while path:
            if path in seen:
                raise malformed("a list of jobs runs in a circle")
            seen.add(path)
            answer = self._session.get(path)
            yield from _listed(answer)
            path = _following(answer)

    def _by_job(
        self, kind: RecordKind, refs: Sequence[RecordRef], table: bytes
    ) -> Iterator[Receipt]:
        job = job_id(self._session.send("POST", "jobs/ingest", _job(kind)))
        self._session.put(f"jobs/ingest/{job}/batches", table)
        self._session.send("PATCH", f"jobs/ingest/{job}", {"state": "UploadComplete"})
        ended = self._finished(job, is_new=True)
        if ended is None:
            yield from (Receipt(ref, Answer.UNKNOWN, _NO_SENSE) for ref in refs)
            return
        self._check_columns(ended, kind)
        yield from self._receipts(job, ended, refs)
        self._jobs.drop(f"ingest/{job}")

    def _finished(self, job: str, *, is_new: bool) -> Row | None:
        """The job once it has ended, however it did; nothing when Salesforce lost it."""
        try:
            return self._jobs.over(f"ingest/{job}", is_new=is_new)
        except Lost:
            return None

    def _check_columns(self, job: Row, kind: RecordKind) -> None:
        said = str(job.get("errorMessage") or "")
        if missing := _NO_COLUMN.search(said):
            name = f"{OBJECTS[kind]}.{missing['field']}"
            message = f"The field {name} does not exist, or the agent's user may not see it."
            names = {"permission_set": self._permission_set, "object": OBJECTS[kind]}
            raise fail(MissingPermission, "BBM-SF-031", message, **names)

    def _receipts(self, job: str, ended: Row, refs: Sequence[RecordRef]) -> Iterator[Receipt]:
        """A receipt for each record, by what the tables say of its id; schema errors at the end."""
        told = self._told(job, ended)
        schema = None
        for ref in refs:
            answers = told.get(canonical(ref.id), ())
            if len(answers) != 1:
                yield Receipt(ref, Answer.UNKNOWN, _NO_SENSE)
                continue
            (errors,) = answers
            error = schema_error(errors, self._permission_set) if errors else None
            schema = schema or error
            if error is None:
                yield _receipt(ref, errors)
        if schema is not None:
            raise schema

    def _told(self, job: str, ended: Row) -> Mapping[str, list[list[dict[str, str]]]]:
        """By id, what is said against each of its rows: nothing where it was written."""
        failed, processed = (whole(ended, f"numberRecords{one}") for one in ("Failed", "Processed"))
        told: dict[str, list[list[dict[str, str]]]] = {}
        counts: Counter[str] = Counter()
        for part, is_needed in (
            ("successfulResults", processed > failed),
            ("failedResults", failed > 0),
            ("unprocessedrecords", ended["state"] != "JobComplete"),
        ):
            for row in self._table(job, part) if is_needed else ():
                counts[part] += 1
                told.setdefault(_id_of(row), []).append(_errors(part, row, ended))
        if (counts["successfulResults"], counts["failedResults"]) != (processed - failed, failed):
            raise malformed("a bulk job's tables have not as many rows as it counts")
        return told

    def _table(self, job: str, part: str) -> Iterator[Mapping[str, str]]:
        response = self._session.table_or_none(f"jobs/ingest/{job}/{part}")
        if response is None:
            return
        with closing(Stretch(response, counted=False)) as stretch:
            for row in stretch.rows():
                yield dict(zip(stretch.columns, row, strict=True))


_AT_WORK: Final = ("UploadComplete", "InProgress")
_SHORT: Final = 15  # what an id has at least


def tables(lines: Sequence[Line]) -> Iterator[tuple[Sequence[Line], bytes]]:
    """The lines with their texts, divided where one would be larger than Salesforce takes."""
    columns = tuple(dict.fromkeys(name for line in lines for name in line.values))
    start, size = 0, 0
    texts = [_text([line.ref.id, *_cells(line.values, columns)]) for line in lines]
    header = _text(["Id", *columns])
    for at, text in enumerate(texts):
        if size and (size + len(text) > _MOST_BYTES or at - start == MOST_ROWS):
            yield lines[start:at], header + b"".join(texts[start:at])
            start, size = at, 0
        size += len(text)
    if lines:
        yield lines[start:], header + b"".join(texts[start:])


def _cells(values: Mapping[str, Any], columns: Sequence[str]) -> list[str]:
    """An empty cell leaves the field as it is."""
    return [_cell(values[name]) if name in values else "" for name in columns]


def _cell(value: Any) -> str:
    if value is None:
        return _NULL
    return str(value).lower() if isinstance(value, bool) else str(value)


def _text(cells: Sequence[str]) -> bytes:
    """A line of the table, every cell in quotes: to make a writer for it takes longer."""
    quoted = '","'.join([cell.replace('"', '""') for cell in cells])
    return f'"{quoted}"\n'.encode()


def _job(kind: RecordKind) -> dict[str, str]:
    form = {"contentType": "CSV", "columnDelimiter": "COMMA", "lineEnding": "LF"}
    return {"object": OBJECTS[kind], "operation": "update", **form}


def _listed(answer: Any) -> list[Row]:
    records = answer.get("records") if isinstance(answer, dict) else None
    if not isinstance(records, list):
        raise malformed("a list of jobs without jobs")
    return [one for one in records if isinstance(one, dict)]


def _is_at_work(job: Row) -> bool:
    return job.get("state") in _AT_WORK and job.get("object") in OBJECTS.values()


def _following(answer: Row) -> str:
    """The address of the rest of a list, below that of the API's version."""
    rest = str(answer.get("nextRecordsUrl") or "").partition("/jobs/")[2]
    return rest and f"jobs/{rest}"


def _id_of(row: Mapping[str, str]) -> str:
    """The id that was sent: a row that failed may have none of Salesforce's."""
    try:
        return canonical(row.get("Id") or row.get("sf__Id") or "")
    except ValueError as error:
        raise malformed("a row of a bulk job's table without an id") from error


def _errors(part: str, row: Mapping[str, str], job: Row) -> list[dict[str, str]]:
    if part == "successfulResults":
        return []
    if part == "unprocessedrecords":
        is_unread = job["state"] == "Failed" and not whole(job, "numberRecordsProcessed")
        what = NOT_READ if is_unread else "the bulk job did not come to it"
        said = f"{what} ({job.get('errorMessage') or job['state']})"
        return [{"statusCode": "SERVER_UNAVAILABLE", "message": said}]
    return told_errors(row.get("sf__Error", ""))


def told_errors(text: str) -> list[dict[str, Any]]:
    """What sf__Error says: CODE:message:fields --, maybe several."""
    found = [
        {
            "statusCode": one["code"],
            "message": one["message"],
            "fields": [name for name in re.split(r"[,\s]+", one["fields"]) if name],
        }
        for one in _ERROR.finditer(text)
    ]
    return found or [{"statusCode": "UNKNOWN", "message": text}]


def _receipt(ref: RecordRef, errors: Sequence[Mapping[str, Any]]) -> Receipt:
    return Receipt(ref, *answer_of(errors)) if errors else Receipt(ref, Answer.APPLIED)
