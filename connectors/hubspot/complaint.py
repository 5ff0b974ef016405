"""What HubSpot complains about, read from whatever it answers: JSON, HTML or plain text.

Each module of the client has an `ApiException` of its own, without a common base. So a refusal is
read where it arrives, from its status, body and headers, and travels as a `Complaint`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import orjson


@dataclass(frozen=True, slots=True)
class Fault:
    """One complaint about one input or property."""

    code: str
    message: str
    properties: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    trace_id: str = ""


@dataclass(frozen=True, slots=True)
class Complaint:
    """An error answer, as far as HubSpot says anything."""

    status: int
    message: str
    category: str = ""
    policy: str = ""
    scopes: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    retry_after: float | None = None
    is_json: bool = False


class Refusal(Exception):
    """HubSpot answered with something else than success. It never leaves this folder."""

    def __init__(self, complaint: Complaint) -> None:
        super().__init__(complaint.message)
        self.complaint = complaint


def complaint_of(
    status: int, body: bytes, headers: Mapping[str, str], reason: str = ""
) -> Complaint:
    """Read an error answer, be it JSON, HTML or plain text."""
    answer = parsed(body)
    return _complaint(status, answer if isinstance(answer, dict) else {}, body, headers, reason)


def _complaint(
    status: int, body: Mapping[str, Any], raw: bytes, headers: Mapping[str, str], reason: str
) -> Complaint:
    return Complaint(
        status=status,
        message=_one_line(str(body.get("message") or _first_words(raw) or reason)),
        category=str(body.get("category") or body.get("errorType") or ""),
        policy=str(body.get("policyName") or ""),
        scopes=_scopes(body),
        faults=faults_of(body),
        retry_after=_retry_after(headers),
        is_json=bool(body),
    )


def faults_of(body: Mapping[str, Any]) -> tuple[Fault, ...]:
    """The single complaints in an answer, of a partial success as of a refusal."""
    found = [_fault(one) for one in _listed(body.get("errors")) if isinstance(one, Mapping)]
    named = {name for fault in found for name in fault.properties}
    in_words = [_property_fault(one) for one in _in_words(body)]
    return (*found, *(one for one in in_words if not named.intersection(one.properties)))


def parsed(body: bytes) -> object:
    """JSON as HubSpot sends it, or None. A lone surrogate in one value does not spoil the rest."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _parsed_leniently(body)


def _parsed_leniently(body: bytes) -> object:
    try:
        return json.loads(body.decode("utf-8", "replace"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(constant)


def _fault(one: Mapping[str, Any]) -> Fault:
    context = one.get("context")
    words = context if isinstance(context, Mapping) else {}
    fault = Fault(
        code=str(one.get("code") or one.get("category") or one.get("subCategory") or "ERROR"),
        message=_one_line(str(one.get("message") or "")),
        properties=_names(words, "propertyName", "name"),
        ids=_names(words, "ids", "id", "objectId", "fromObjectId"),
        trace_id=next(iter(_names(words, "objectWriteTraceId")), ""),
    )
    told = [_property_fault(each) for each in _in_words(one)]
    if not told:
        return fault
    properties = tuple(name for each in told for name in each.properties)
    return replace(fault, code=told[0].code, message=told[0].message, properties=properties)


def _property_fault(one: Mapping[str, Any]) -> Fault:
    return Fault(str(one.get("error")), _one_line(str(one.get("message"))), _names(one, "name"))


def _in_words(one: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    # `Property values were not valid: [{"message":…,"error":"INVALID_OPTION","name":…}]`
    message = str(one.get("message") or "")
    start = message.find("[{")
    found = parsed(message[start:].encode("utf-8", "replace")) if start >= 0 else None
    return [each for each in _listed(found) if isinstance(each, Mapping)]


def _names(context: Mapping[str, Any], *keys: str) -> tuple[str, ...]:
    for key in keys:
        value = context.get(key)
        if isinstance(value, list):
            return tuple(str(one) for one in value)
        if isinstance(value, str | int):
            return (str(value),)
    return ()


def _scopes(body: Mapping[str, Any]) -> tuple[str, ...]:
    places = [body, *_listed(body.get("errors"))]
    contexts = [place.get("context") for place in places if isinstance(place, Mapping)]
    found = [
        scope
        for context in contexts
        if isinstance(context, Mapping)
        for scope in _names(context, "requiredGranularScopes", "requiredScopes")
    ]
    return tuple(dict.fromkeys(found))


def _retry_after(headers: Mapping[str, str]) -> float | None:
    value = headers.get("Retry-After", "").strip()
    return float(value) if value.isascii() and value.replace(".", "", 1).isdigit() else None


def _first_words(raw: bytes) -> str:
    text = raw.decode("utf-8", "replace").strip()
    return "" if text.startswith("<") else text[:200]


def _one_line(text: str) -> str:
    """Words for terminals and reports: HubSpot repeats values of records, with all their signs."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
