"""Jobs that read: what a bulk query may ask, and its results page by page."""

import re
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Iterator

from sandbox.salesforce.call import Call
from sandbox.salesforce.jobs.job import QueryJob, State
from sandbox.salesforce.jobs.settings import BulkSettings
from sandbox.salesforce.jobs.text import Spool, as_text, form_of
from sandbox.salesforce.query import Columns, Runner
from sandbox.salesforce.refusals import Refusal
from sandbox.salesforce.soql import Query, parse
from sandbox.salesforce.table import Row
from sandbox.wire import Answer, json_answer

OPERATIONS = ("query", "queryAll")
_COMPOUND = frozenset({"address", "location", "base64", "complexvalue"})
_TYPEOF = re.compile(r"\bTYPEOF\b", re.IGNORECASE)
_PAGES_LISTED = 5


def create(call: Call, id_: str, settings: BulkSettings) -> QueryJob:
    """A job whose rows are found at once, so that later changes do not show.

    Raises:
        Refusal: a bulk query may not ask this.
    """
    body = call.body()
    operation, text = str(body.get("operation")), str(body.get("query") or "")
    form = form_of(body)
    _refuse_typeof(text)
    query = parse(text)
    if query.type in settings.unsupported:
        message = f"Entity '{query.type}' is not supported by the Bulk API."
        raise Refusal("INVALIDENTITY", message)
    _refuse_functions(query)
    runner = Runner(call.org, call.rights, call.version, deleted=operation == "queryAll")
    columns = runner.columns(query)
    _refuse_compounds(columns)
    call.org.usage.spend("DailyBulkV2QueryJobs", 1)
    now = call.org.clock.now()
    return QueryJob(
        id_,
        "query",
        operation,
        columns.type,
        call.rights.user,
        call.version,
        form,
        now,
        State.UPLOAD_COMPLETE,
        now,
        queued=now,
        header=form.line(columns.names),
        found=Spool(form.line(row) for row in _texts(columns)),
    )


def answer(call: Call, job: QueryJob, part: str, settings: BulkSettings) -> Answer:
    """The address below a job."""
    if call.method not in {"GET", "HEAD"}:
        raise Refusal("METHOD_NOT_ALLOWED", f"HTTP Method '{call.method}' not allowed", status=405)
    if call.version != job.version:
        message = f"Use the API version that the job was created with: v{job.version}"
        raise Refusal("API_ERROR", message, status=409)
    if job.state is not State.COMPLETE:
        message = f"Results are not available: the job's state is {job.state}"
        raise Refusal("INVALIDJOBSTATE", message)
    rows = _rows_asked(call, settings.page_rows)
    if part == "resultPages":
        return json_answer(200, _page_list(call, job, rows))
    return _page(call, job, rows, settings)


def _refuse_typeof(text: str) -> None:
    if _TYPEOF.search(text):
        raise _unsupported("TYPEOF")


def _refuse_functions(query: Query) -> None:
    if query.children:
        raise Refusal("API_ERROR", "Aggregate Relationships not supported in Bulk Query")
    if query.aggregates or query.group:
        raise _unsupported("Aggregate functions and GROUP BY")
    if query.offset:
        raise _unsupported("OFFSET")


def _refuse_compounds(columns: Columns) -> None:
    if any(field.type in _COMPOUND for field in columns.fields):
        raise Refusal("API_ERROR", "Selecting compound data not supported in Bulk Query")


def _unsupported(what: str) -> Refusal:
    """The words of these refusals are not known from a real org; that they come is."""
    return Refusal("API_ERROR", f"{what} not supported in Bulk Query")


def _texts(columns: Columns) -> Iterator[list[str]]:
    ways = [(one, as_text(field)) for one, field in zip(columns.reads, columns.fields, strict=True)]
    for row in columns.rows:
        yield [write(read(row)) for read, write in ways]


def _rows_asked(call: Call, most: int) -> int:
    asked = call.request.first("maxRecords")
    if not asked:
        return most
    if not asked.isdigit() or int(asked) < 1:
        raise Refusal("API_ERROR", f"Invalid value for maxRecords: {asked}")
    return int(asked)


def _page(call: Call, job: QueryJob, rows: int, settings: BulkSettings) -> Answer:
    found = _found(job)
    start = _place(call.request.first("locator"), found)
    end = min(start + rows, len(found))
    brought = max(start, end - settings.lost_rows)
    headers = {
        "Content-Type": "text/csv",  # without a charset, though the text is UTF-8
        "Sforce-Locator": _locator(end) if end < len(found) else "null",
        "Sforce-NumberOfRecords": str(end - start),
    }
    return Answer(200, job.header.encode() + found.between(start, brought), headers)


def _page_list(call: Call, job: QueryJob, rows: int) -> Row:
    """Where several clients may fetch at once: a few pages, and where the next ones are named."""
    found, base = _found(job), call.url("jobs", "query", job.id)
    first = _place(call.request.first("locator"), found)
    starts = list(range(first, max(len(found), first + 1), rows))
    shown, more = starts[:_PAGES_LISTED], starts[_PAGES_LISTED:]
    size = f"maxRecords={rows}"
    links = [f"{base}/results?locator={_locator(one)}&{size}" for one in shown]
    following = f"{base}/resultPages?locator={_locator(more[0])}&{size}" if more else None
    return {
        "resultPages": [{"resultUrl": link} for link in links],
        "nextRecordsUrl": following,
        "done": not more,
    }


def _found(job: QueryJob) -> Spool:
    if job.found is None:
        raise Refusal("NOT_FOUND", "The requested resource does not exist", status=404)
    return job.found


def _locator(place: int) -> str:
    return b64encode(str(place).encode()).decode().rstrip("=")


def _place(locator: str, found: Spool) -> int:
    if locator in {"", "null"}:
        return 0
    try:
        place = int(b64decode(locator + "=" * (-len(locator) % 4), validate=True))
    except (ValueError, NoBase64) as error:
        raise _bad_locator(locator) from error
    if not 0 <= place <= len(found):
        raise _bad_locator(locator)
    return place


def _bad_locator(locator: str) -> Refusal:
    return Refusal("INVALID_QUERY_LOCATOR", f"Invalid locator: {locator}")
