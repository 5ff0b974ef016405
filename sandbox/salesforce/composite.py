"""Several calls in one: /composite, /composite/batch and /composite/graph."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import parse_qs, unquote, urlsplit

import orjson

from sandbox.salesforce.call import Call, fields_of
from sandbox.salesforce.refusals import Refusal, not_found
from sandbox.salesforce.table import Row
from sandbox.wire import Answer, json_answer

MOST_PARTS = 25
_MOST_COLLECTIONS = 5
_MOST_GRAPHS = 75
_MOST_NODES = 500
_REFERENCE = re.compile(r"@\{(\w+)\.([\w.\[\]]+)\}")
_COSTLY = re.compile(r"/v\d+\.0/(?:query|queryAll|composite/sobjects)\b")
_STEP = re.compile(r"\w+")
_DATA = re.compile(r"/?(?:services/data/)?v\d+\.0/(.*)")

_TOLD_HEADERS = frozenset({"Location", "ETag", "Last-Modified"})
_TAKEN_BACK = Refusal(
    "PROCESSING_HALTED",
    "The transaction was rolled back since another operation in the same transaction failed.",
)
_BATCH_HALTED = Refusal("BATCH_PROCESSING_HALTED", "Batch processing halted per request")

Perform = Callable[[Call], Answer]


def calls(call: Call) -> int:
    """What a call costs: one, but each part of a batch counts by itself."""
    if call.path[:2] != ("composite", "batch"):
        return 1
    parts = call.body().get("batchRequests")
    return max(1, len(parts)) if isinstance(parts, list) else 1


def addresses(call: Call) -> list[str]:
    """What the parts of a composite ask for, as the ledger keeps it."""
    if call.path != ("composite",):
        return []
    parts = call.body().get("compositeRequest")
    asked = (
        [part.get("url") for part in parts if isinstance(part, dict)]
        if isinstance(parts, list)
        else []
    )
    return [unquote(str(url)) for url in asked]


def answer(call: Call, perform: Perform) -> Answer:
    if call.method != "POST":
        raise Refusal("METHOD_NOT_ALLOWED", f"HTTP Method '{call.method}' not allowed", status=405)
    match call.path[1:]:
        case ():
            return _composite(call, perform)
        case ("batch",):
            return _batch(call, perform)
        case ("graph",):
            return _graphs(call, perform)
        case _:
            raise not_found()


def _composite(call: Call, perform: Perform) -> Answer:
    body = call.body()
    parts = _parts(body, "compositeRequest", _MOST_NODES)
    if refusal := _too_many(parts):
        told = {"body": [refusal.in_answer()], "httpHeaders": {}, "httpStatusCode": 400}
        return json_answer(400, {"compositeResponse": [told | {"referenceId": None}]})
    together = body.get("allOrNone") is True
    shown, _ = _carried_out(call, parts, perform, together=together)
    return json_answer(200, {"compositeResponse": shown})


def _too_many(parts: list[Mapping[str, object]]) -> Refusal | None:
    """More parts than one request takes, or more of those that cost most."""
    costly = [part for part in parts if _COSTLY.search(str(part.get("url")))]
    for found, most, named in (
        (parts, MOST_PARTS, "operations"),
        (costly, _MOST_COLLECTIONS, "query and collection operations"),
    ):
        if len(found) > most:
            message = f"The request can’t contain more than {most} {named}."
            return Refusal("LIMIT_EXCEEDED", message)
    return None


def _graphs(call: Call, perform: Perform) -> Answer:
    """Each graph is carried out as a whole, or not at all."""
    graphs = _parts(call.body(), "graphs", _MOST_GRAPHS)
    asked = [(one, _parts(one, "compositeRequest", _MOST_NODES)) for one in graphs]
    if sum(len(parts) for _, parts in asked) > _MOST_NODES:
        raise Refusal("LIMIT_EXCEEDED", f"A request has at most {_MOST_NODES} nodes")
    answers: list[Row] = []
    for graph, parts in asked:
        shown, done = _carried_out(call, parts, perform, together=True)
        answers.append(
            {
                "graphId": graph.get("graphId"),
                "graphResponse": {"compositeResponse": shown},
                "isSuccessful": done,
            }
        )
    return json_answer(200, {"graphs": answers})


def _carried_out(
    call: Call, parts: list[Mapping[str, object]], perform: Perform, *, together: bool
) -> tuple[list[Row], bool]:
    """The answers of parts that may build upon each other, and whether all went well."""
    with call.org.transaction() as transaction:
        shown = _one_by_one(call, parts, perform, together=together)
        failed = [one for one in shown if _failed(one["httpStatusCode"])]
        transaction.rolled_back = together and bool(failed)
    if transaction.rolled_back:
        culprit = failed[0]
        shown = [one if one is culprit else _halted(one) for one in shown]
    return shown, not failed


def _one_by_one(
    call: Call, parts: list[Mapping[str, object]], perform: Perform, *, together: bool
) -> list[Row]:
    answers: dict[str, Answer] = {}
    shown: list[Row] = []
    for part in parts:
        name = str(part.get("referenceId"))
        if together and shown and _failed(shown[-1]["httpStatusCode"]):
            one = Answer(HTTPStatus.BAD_REQUEST)  # it is told with those that are taken back
        else:
            one = _performed(call, part, answers, perform)
        answers[name] = one
        shown.append(_shown(one, name))
    return shown


def _performed(
    call: Call, part: Mapping[str, object], answers: Mapping[str, Answer], perform: Perform
) -> Answer:
    try:
        url, body = _filled(part.get("url"), answers), _filled(part.get("body"), answers)
    except Refusal as error:
        return json_answer(error.status, error.body())
    inner = _part(call, str(part.get("method")), str(url), body)
    headers = fields_of(part.get("httpHeaders") or {})
    sent = {str(name).lower(): str(value) for name, value in headers.items()}
    merged = {**inner.request.headers, **sent}
    return perform(replace(inner, request=replace(inner.request, headers=merged)))


def _batch(call: Call, perform: Perform) -> Answer:
    body = call.body()
    results: list[Row] = []
    failed = False
    for part in _parts(body, "batchRequests", MOST_PARTS):
        if failed and body.get("haltOnError") is True:
            results.append({"statusCode": 412, "result": [_BATCH_HALTED.in_answer()]})
            continue
        method, url = str(part.get("method")), str(part.get("url"))
        one = perform(_part(call, method, url, part.get("richInput")))
        results.append({"statusCode": one.status, "result": _value(one)})
        failed = failed or _failed(one.status)
    return json_answer(200, {"hasErrors": failed, "results": results})


def _failed(status: object) -> bool:
    return isinstance(status, int) and status >= HTTPStatus.BAD_REQUEST


def _halted(shown: Row) -> Row:
    """A part as it is told after another one of the same transaction failed."""
    told = {"body": [_TAKEN_BACK.in_answer()], "httpHeaders": {}, "httpStatusCode": 400}
    return shown | told


def _parts(body: Mapping[str, object], key: str, most: int) -> list[Mapping[str, object]]:
    parts = body.get(key)
    if not isinstance(parts, list) or not parts:
        raise Refusal("JSON_PARSER_ERROR", f"The request needs {key}")
    if len(parts) > most:
        raise Refusal("LIMIT_EXCEEDED", f"A request has at most {most} parts")
    return [fields_of(part) for part in parts]


def _part(call: Call, method: str, url: str, body: object) -> Call:
    parts = urlsplit(url)
    found = _DATA.fullmatch(parts.path)
    if found is None:
        raise Refusal("INVALID_INPUT", f"The url of a part must name a version: {url}")
    request = replace(
        call.request,
        method=method.upper(),
        path=parts.path,
        query=parse_qs(parts.query, keep_blank_values=True),
        body=b"" if body is None else orjson.dumps(body),
    )
    path = tuple(step for step in found[1].split("/") if step)
    return replace(call, request=request, path=path)


def _filled(value: object, answers: Mapping[str, Answer]) -> object:
    """Put the answers of earlier parts where @{name.field} asks for them."""
    if isinstance(value, str):
        return _REFERENCE.sub(lambda found: _looked_up(answers, found[1], found[2]), value)
    if isinstance(value, list):
        return [_filled(one, answers) for one in value]
    if isinstance(value, dict):
        return {name: _filled(one, answers) for name, one in value.items()}
    return value


def _looked_up(answers: Mapping[str, Answer], name: str, path: str) -> str:
    one = answers.get(name)
    value: object = orjson.loads(one.body) if one and _is_json(one) else None
    for step in _STEP.findall(path):
        if isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            message = f"Invalid reference specified. No value for {name}.{path} found in {name}"
            raise Refusal("PROCESSING_HALTED", message)
    return str(value)


def _shown(one: Answer, name: str) -> Row:
    headers = {key: value for key, value in one.headers.items() if key in _TOLD_HEADERS}
    return {
        "body": _value(one),
        "httpHeaders": headers,
        "httpStatusCode": one.status,
        "referenceId": name,
    }


def _value(one: Answer) -> orjson.Fragment | str | None:
    """What a part answered: JSON as it stands, a job's table as a text."""
    if _is_json(one):
        return orjson.Fragment(one.body)
    return one.body.decode() if one.body else None


def _is_json(one: Answer) -> bool:
    return bool(one.body) and "json" in one.headers["Content-Type"]
