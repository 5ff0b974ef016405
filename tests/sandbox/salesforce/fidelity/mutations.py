"""Each recorded request with one thing wrong, and what the answer must become by it."""

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from tests.sandbox.salesforce.fidelity.recordings import Exchange
from tests.sandbox.salesforce.fidelity.replay import body_of, query_of

_VERSION = re.compile(r"(?<=/v)\d\d(?=\.0)|(?<=/async/)\d\d(?=\.0)")
_JOB = re.compile(r"(?<=/job/)\w+")
_BATCH = re.compile(r"(?<=/batch/)\w+")
_OBJECT = re.compile(r"(?<=from )\w+(?=$| where| limit)", re.IGNORECASE)
_NEEDED = ("Name", "LastName")
_NOWHERE = "000000000000000AAA"


@dataclass(frozen=True, slots=True)
class Mutation:
    """`status` and `code` are those of the answer, or of the record or part that was changed."""

    what: str
    exchange: Exchange
    status: int
    code: str
    headers: Mapping[str, str] = field(default_factory=dict)


def mutations(exchange: Exchange) -> Iterator[Mutation]:
    """Everything that is tried with this request; none of it may change the org."""
    if "/async/" in exchange.url:
        yield from _of_dataload(exchange)
        return
    yield _unsigned(exchange)
    yield _changed(exchange, "a version that is gone", 410, "UNSUPPORTED_API_VERSION", version="30")
    put = replace(exchange, method="PUT")
    yield Mutation("another method", put, 405, "METHOD_NOT_ALLOWED")
    yield from _about(exchange)(exchange)


def _unsigned(exchange: Exchange) -> Mutation:
    nobody = {"authorization": "Bearer nonsense"}
    return Mutation("a session that ended", exchange, 401, "INVALID_SESSION_ID", nobody)


def _about(exchange: Exchange) -> Callable[[Exchange], Iterator[Mutation]]:
    path = exchange.url.partition("?")[0]
    for part, of in _KINDS:
        if re.search(part, path):
            return of
    raise AssertionError(f"no mutations are known for {path}")


def _of_query(exchange: Exchange) -> Iterator[Mutation]:
    text = query_of(exchange)
    for what, changed, code in _wrong_queries(text):
        url = f"{exchange.url.partition('?')[0]}?q={_quoted(changed)}"
        yield Mutation(what, replace(exchange, url=url), 400, code)
    empty = replace(exchange, url=exchange.url.replace("?q=", "?x="))
    yield Mutation("no query", empty, 400, "MALFORMED_QUERY")


def _wrong_queries(text: str) -> Iterator[tuple[str, str, str]]:
    """A query with one thing wrong: what, the query, the code."""
    yield "an object that is not there", _OBJECT.sub("Nothing__c", text), "INVALID_TYPE"
    yield "an end too early", re.sub(r"(?i)\s+from\s.*", "", text), "MALFORMED_QUERY"
    if "count()" not in text:
        field = re.sub(r"(?i)^(select\s+(?:count\()?)\w+", r"\1Nothing__c", text)
        yield "a field that is not there", field, "INVALID_FIELD"
    if not re.search(r"(?i)\s(where|limit)\s", text):
        yield "a value of the wrong type", f"{text} WHERE Id = 5", "INVALID_FIELD"
        bad = f"{text} WHERE Id = 'nonsense'"
        yield "an id of the wrong form", bad, "INVALID_QUERY_FILTER_OPERATOR"


def _quoted(text: str) -> str:
    return text.replace("%", "%25").replace("+", "%2B").replace(" ", "+").replace("'", "%27")


def _of_describe(exchange: Exchange) -> Iterator[Mutation]:
    other = re.sub(r"sobjects/\w+", "sobjects/Nothing__c", exchange.url)
    yield Mutation("an object that is not there", replace(exchange, url=other), 404, "NOT_FOUND")
    yield from _conditional(exchange)


def _of_list(exchange: Exchange) -> Iterator[Mutation]:
    other = replace(exchange, url=f"{exchange.url}/Nothing__c")
    yield Mutation("an object that is not there", other, 404, "NOT_FOUND")
    yield from _conditional(exchange)


def _conditional(exchange: Exchange) -> Iterator[Mutation]:
    later = {"if_modified_since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    yield Mutation("a condition", exchange, 304, "", later)


def _of_record(exchange: Exchange) -> Iterator[Mutation]:
    other = re.sub(r"\w+$", f"00D{_NOWHERE[3:]}", exchange.url)
    yield Mutation("an id that is not there", replace(exchange, url=other), 404, "NOT_FOUND")
    field = replace(exchange, url=f"{exchange.url}?fields=Nothing__c")
    yield Mutation("a field that is not there", field, 400, "INVALID_FIELD")


def _of_counts(exchange: Exchange) -> Iterator[Mutation]:
    other = re.sub(r"sObjects=\w+", "sObjects=Nothing__c", exchange.url)
    yield Mutation("an object that is not there", replace(exchange, url=other), 200, "none")


def _of_communities(exchange: Exchange) -> Iterator[Mutation]:
    other = replace(exchange, url=exchange.url.replace("communities", "nothing"))
    yield Mutation("an address that is not there", other, 404, "NOT_FOUND")


def _of_creation(exchange: Exchange) -> Iterator[Mutation]:
    sent = body_of(exchange)
    for what, code, changed in _wrong_records(sent, creates=True):
        yield Mutation(what, _with_body(exchange, changed), 400, code)
    other = replace(exchange, url=exchange.url.replace("/Account/", "/Nothing__c/"))
    yield Mutation("an object that is not there", other, 404, "NOT_FOUND")
    yield from _wrong_bodies(exchange)


def _of_collection(exchange: Exchange) -> Iterator[Mutation]:
    sent = body_of(exchange)
    creates = exchange.method == "POST"
    for what, code, changed in _wrong_records(sent["records"][0], creates=creates):
        records = [changed, *sent["records"][1:]]
        # All or none, so that the records that are right do not stay.
        whole = {**sent, "allOrNone": True, "records": records}
        yield Mutation(what, _with_body(exchange, whole), 200, code)
    many = _with_body(exchange, {**sent, "records": sent["records"] * 201})
    yield Mutation("too many records", many, 400, "EXCEEDED_ID_LIMIT")
    yield from _wrong_bodies(exchange)


def _of_upsert(exchange: Exchange) -> Iterator[Mutation]:
    yield from _of_collection(exchange)
    other = replace(exchange, url=re.sub(r"\w+$", "Description", exchange.url))
    yield Mutation("a field that is no key", other, 404, "NOT_FOUND")


def _wrong_records(sent: dict[str, Any], *, creates: bool) -> Iterator[tuple[str, str, Any]]:
    """A record with one thing wrong: what, the code, the record."""
    yield "a field that is not there", "INVALID_FIELD", {**sent, "Nothing__c": 1}
    needed = next((name for name in _NEEDED if name in sent), "")
    if needed:
        yield "a text that is too long", "STRING_TOO_LONG", {**sent, needed: "x" * 300}
        yield "a value of the wrong type", "JSON_PARSER_ERROR", {**sent, needed: {"a": 1}}
    if needed and creates:
        bare = {name: value for name, value in sent.items() if name != needed}
        yield "a field that is missing", "REQUIRED_FIELD_MISSING", bare
    if sent.get("Id"):
        gone = sent["Id"][:3] + _NOWHERE[3:]
        yield "an id that is not there", "INVALID_CROSS_REFERENCE_KEY", {**sent, "Id": gone}
        yield "an id of the wrong form", "MALFORMED_ID", {**sent, "Id": "nonsense"}
    if "attributes" in sent:
        bare = {name: value for name, value in sent.items() if name != "attributes"}
        yield "a record without its type", "JSON_PARSER_ERROR", bare
        other = {**sent, "attributes": {"type": "Nothing__c"}}
        yield "a record of another type", "INVALID_TYPE", other


def _wrong_bodies(exchange: Exchange) -> Iterator[Mutation]:
    broken = replace(exchange, body=exchange.body[:-1])
    yield Mutation("a broken body", broken, 400, "JSON_PARSER_ERROR")
    plain = {"content_type": "text/plain"}
    yield Mutation("another content type", exchange, 415, "UNSUPPORTED_MEDIA_TYPE", plain)


def _of_composite(exchange: Exchange) -> Iterator[Mutation]:
    for what, status, code, changed in (
        ("an object that is not there", 404, "NOT_FOUND", {"url": "sobjects/Nothing__c"}),
        ("another method", 405, "METHOD_NOT_ALLOWED", {"method": "PUT", "url": "sobjects"}),
        ("a reference to nothing", 400, "PROCESSING_HALTED", {"url": "sobjects/@{no.id}"}),
    ):
        sent = copy.deepcopy(body_of(exchange))
        first = sent["compositeRequest"][0]
        version = "/".join(first["url"].split("/")[:4])
        first |= {k: f"{version}/{v}" if k == "url" else v for k, v in changed.items()}
        yield Mutation(what, _with_body(exchange, sent), status, code)
    sent = body_of(exchange)
    many = {"compositeRequest": sent["compositeRequest"] * 26}
    yield Mutation("too many parts", _with_body(exchange, many), 400, "LIMIT_EXCEEDED")
    yield from _wrong_bodies(exchange)


def _of_dataload(exchange: Exchange) -> Iterator[Mutation]:
    yield _changed(exchange, "a version that is gone", 400, "InvalidVersion", version="30")
    nobody = {"x_sfdc_session": "nonsense"}
    yield Mutation("a session that ended", exchange, 400, "InvalidSessionId", nobody)
    put = replace(exchange, method="PUT")
    yield Mutation("another method", put, 400, "InvalidUrl")
    for pattern, code in ((_JOB, "InvalidJob"), (_BATCH, "InvalidBatch")):
        if pattern.search(exchange.url):
            other = replace(exchange, url=pattern.sub(f"750{_NOWHERE[3:]}", exchange.url))
            yield Mutation("an id that is not there", other, 400, code)
    if exchange.body.startswith("<jobInfo"):
        yield from _of_job(exchange)
    elif exchange.body:
        yield from _of_batch(exchange)


def _of_job(exchange: Exchange) -> Iterator[Mutation]:
    for element in ("object", "operation", "contentType", "externalIdFieldName", "state"):
        wrong = re.sub(f"(?<=<{element}>)\\w+", "Nothing", exchange.body)
        if wrong != exchange.body:
            changed = replace(exchange, body=wrong)
            yield Mutation(f"another {element}", changed, 400, "InvalidJob")
    broken = replace(exchange, body=exchange.body[:-1])
    yield Mutation("a broken body", broken, 400, "InvalidJob")


def _of_batch(exchange: Exchange) -> Iterator[Mutation]:
    """A wrong batch is taken, and fails when it is looked at."""
    if exchange.body.startswith('"'):
        wrong = exchange.body.replace('Name"', 'Nothing__c"', 1)
        code = "Field name not found"
    else:
        wrong, code = exchange.body.replace("Subject", "Nothing__c"), "INVALID_FIELD"
    yield Mutation("a field that is not there", replace(exchange, body=wrong), 201, code)


def _changed(exchange: Exchange, what: str, status: int, code: str, *, version: str) -> Mutation:
    url = _VERSION.sub(version, exchange.url)
    return Mutation(what, replace(exchange, url=url), status, code)


def _with_body(exchange: Exchange, body: Any) -> Exchange:
    return replace(exchange, body=orjson.dumps(body).decode())


_KINDS: tuple[tuple[str, Callable[[Exchange], Iterator[Mutation]]], ...] = (
    (r"/query/?$", _of_query),
    (r"/describe$", _of_describe),
    (r"/recordCount$", _of_counts),
    (r"/communities$", _of_communities),
    (r"/composite/sobjects/\w+/\w+$", _of_upsert),
    (r"/composite/sobjects$", _of_collection),
    (r"/composite$", _of_composite),
    (r"/sobjects$", _of_list),
    (r"/sobjects/\w+/$", _of_creation),
    (r"/sobjects/\w+/\w+$", _of_record),
)
