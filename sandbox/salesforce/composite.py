"""Several calls in one: /composite and /composite/batch."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import orjson

from sandbox.salesforce.call import Call, fields_of
from sandbox.salesforce.refusals import Refusal, not_found
from sandbox.salesforce.table import Row
from sandbox.wire import Answer, json_answer

MOST_PARTS = 25
_REFERENCE = re.compile(r"@\{(\w+)\.([\w.\[\]]+)\}")
_STEP = re.compile(r"\w+")
_DATA = re.compile(r"/?(?:services/data/)?v\d+\.0/(.*)")

Perform = Callable[[Call], Answer]


def calls(call: Call) -> int:
    """What a call costs: one, but each part of a batch counts by itself."""
    if call.path[:2] != ("composite", "batch"):
        return 1
    parts = call.body().get("batchRequests")
    return max(1, len(parts)) if isinstance(parts, list) else 1


def answer(call: Call, perform: Perform) -> Answer:
    if call.method != "POST":
        raise Refusal("METHOD_NOT_ALLOWED", f"HTTP Method '{call.method}' not allowed", status=405)
    if call.path == ("composite",):
        return _composite(call, perform)
    if call.path == ("composite", "batch"):
        return _batch(call, perform)
    raise not_found()


def _composite(call: Call, perform: Perform) -> Answer:
    answers: dict[str, object] = {}
    shown = []
    for part in _parts(call, "compositeRequest"):
        name = str(part.get("referenceId"))
        url, body = _filled(part.get("url"), answers), _filled(part.get("body"), answers)
        one = perform(_part(call, str(part.get("method")), str(url), body))
        answers[name] = _value(one)
        shown.append(_shown(one, name))
    return json_answer(200, {"compositeResponse": shown})


def _batch(call: Call, perform: Perform) -> Answer:
    results: list[Row] = []
    for part in _parts(call, "batchRequests"):
        method, url = str(part.get("method")), str(part.get("url"))
        one = perform(_part(call, method, url, part.get("richInput")))
        results.append({"statusCode": one.status, "result": _value(one)})
    failed = any(
        isinstance(one["statusCode"], int) and one["statusCode"] >= HTTPStatus.BAD_REQUEST
        for one in results
    )
    return json_answer(200, {"hasErrors": failed, "results": results})


def _parts(call: Call, key: str) -> list[Mapping[str, object]]:
    parts = call.body().get(key)
    if not isinstance(parts, list) or not parts:
        raise Refusal("JSON_PARSER_ERROR", f"The request needs {key}")
    if len(parts) > MOST_PARTS:
        raise Refusal("LIMIT_EXCEEDED", f"A request has at most {MOST_PARTS} parts")
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


def _filled(value: object, answers: Mapping[str, object]) -> object:
    """Put the answers of earlier parts where @{name.field} asks for them."""
    if isinstance(value, str):
        return _REFERENCE.sub(lambda found: _looked_up(answers, found[1], found[2]), value)
    if isinstance(value, list):
        return [_filled(one, answers) for one in value]
    if isinstance(value, dict):
        return {name: _filled(one, answers) for name, one in value.items()}
    return value


def _looked_up(answers: Mapping[str, object], name: str, path: str) -> str:
    value: object = answers.get(name)
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
    headers = {key: value for key, value in one.headers.items() if key == "Location"}
    return {
        "body": _value(one),
        "httpHeaders": headers,
        "httpStatusCode": one.status,
        "referenceId": name,
    }


def _value(one: Answer) -> object:
    return orjson.loads(one.body) if one.body else None
