"""What goes over the wire: records, outcomes and found rows as JSON, CSV or XML."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import orjson

from sandbox.salesforce.dataload.job import Job, Outcome
from sandbox.salesforce.definitions import SObject
from sandbox.salesforce.jobs.text import Form, as_text, table
from sandbox.salesforce.markup import HEAD, read, texts, written
from sandbox.salesforce.query import Columns
from sandbox.salesforce.refusals import Refusal
from sandbox.salesforce.table import Row
from sandbox.wire import Answer

XMLNS = ' xmlns="http://www.force.com/2009/06/asyncapi/dataload"'
TYPES = {"JSON": "application/json", "CSV": "text/csv", "XML": "application/xml"}
_NULL = "#N/A"
_CSV = Form()


def records(content: bytes, form: str) -> list[Row]:
    """The records of a batch: what is empty in CSV or XML is left as it is, `#N/A` is null.

    Raises:
        ValueError: the content is not of this form.
    """
    if form == "JSON":
        found = orjson.loads(content)
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise ValueError("a batch is a list of records")
        return found
    if form == "XML":
        return [_given(texts(one)) for one in read(content)]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError("The file is not encoded in UTF-8") from error
    header, *rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row] or [[]]
    return [_given(dict(zip(header, row, strict=False))) for row in rows]


def outcomes(found: Sequence[Outcome], form: str) -> Answer:
    """The results of a batch that wrote."""
    if form == "JSON":
        return _answer(orjson.dumps([_told(one) for one in found]), form)
    if form == "XML":
        results = [{"id": one.id or None, **_marks(one), **_xml_errors(one)} for one in found]
        text = HEAD + written("results", {"result": results}, XMLNS)
        return _answer(text.encode(), form)
    rows = [[one.id, *map(_flag, _marks(one).values()), _csv_error(one)] for one in found]
    return _answer(table(("Id", "Success", "Created", "Error"), rows, _CSV), form)


def found_json(rows: Sequence[Row], definition: Callable[[str], SObject]) -> str:
    """Found rows as JSON: as REST shows them, but for times, which are milliseconds."""
    return orjson.dumps([_in_milliseconds(row, definition) for row in rows]).decode()


def found_csv(columns: Columns) -> str:
    ways = list(zip(columns.reads, map(as_text, columns.fields), strict=True))
    rows = [[write(get(row)) for get, write in ways] for row in columns.rows]
    if not rows:
        return "Records not found for this query"
    return table(columns.names, rows, _CSV).decode()


def found_xml(columns: Columns) -> str:
    ways = list(zip(columns.names, columns.reads, map(as_text, columns.fields), strict=True))
    shown = [
        {"type": columns.type, **{name: write(get(row)) for name, get, write in ways}}
        for row in columns.rows
    ]
    return HEAD + written("queryResult", {"records": shown}, XMLNS)


def result_list(job: Job, ids: Sequence[str]) -> Answer:
    """The names of a query's results."""
    if job.content_type == "JSON":
        return _answer(orjson.dumps(list(ids)), "JSON")
    return _answer((HEAD + written("result-list", {"result": list(ids)}, XMLNS)).encode(), "XML")


def info(name: str, value: Row, *, as_json: bool, status: int = 200) -> Answer:
    """A job or batch; in XML the times end in Z, and what has no value is left out."""
    if as_json:
        return _answer(orjson.dumps(value), "JSON", status)
    text = HEAD + written(name, xml_info(value), XMLNS)
    return _answer(text.encode(), "XML", status)


def xml_info(value: Mapping[str, object]) -> Row:
    return {
        key: str(one).replace("+0000", "Z") if key in {"createdDate", "systemModstamp"} else one
        for key, one in value.items()
        if one is not None
    }


def _answer(body: bytes, form: str, status: int = 200) -> Answer:
    return Answer(status, body, {"Content-Type": TYPES[form]})


def _given(texts_: Mapping[str, str]) -> Row:
    return {
        name: None if value == _NULL else value for name, value in texts_.items() if value != ""
    }


def _marks(one: Outcome) -> dict[str, bool]:
    return {"success": one.refusal is None, "created": one.created}


def _told(one: Outcome) -> Row:
    errors = one.refusal.in_collection() if one.refusal else []
    shown = [error | {"extendedErrorDetails": None} for error in errors]
    return {**_marks(one), "id": one.id or None, "errors": shown}


def _xml_errors(one: Outcome) -> Row:
    return {"errors": one.refusal.in_collection()} if one.refusal else {}


def _csv_error(one: Outcome) -> str:
    if one.refusal is None:
        return ""
    return ";".join(_told_in_csv(each) for each in (one.refusal, *one.refusal.more))


def _told_in_csv(error: Refusal) -> str:
    fields = " ".join(error.fields or ())
    return f"{error.code}:{error.message}:{fields}{' ' if fields else ''}--"


def _flag(value: object) -> str:
    return "true" if value else "false"


def _in_milliseconds(row: Mapping[str, object], definition: Callable[[str], SObject]) -> Row:
    attributes = row["attributes"]
    type_ = str(attributes["type"]) if isinstance(attributes, dict) else ""
    fields = {} if type_ == "AggregateResult" else definition(type_).fields
    return {name: _shown(fields.get(name), one, definition) for name, one in row.items()}


def _shown(field: object, value: object, definition: Callable[[str], SObject]) -> object:
    if isinstance(value, dict) and "attributes" in value:
        return _in_milliseconds(value, definition)
    if value is not None and getattr(field, "type", "") == "datetime":
        return int(datetime.fromisoformat(str(value)).timestamp() * 1000)
    return value
