"""Salesforce's refusals and broken connections, turned into the errors of `connectors.errors`.

Requests that fail as a whole raise; what became of one record of a request is a value, an
`Answer` with the CRM's words. `hints.py` has the table of all codes.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

import requests
import urllib3.exceptions
from simple_salesforce.exceptions import SalesforceError

from bbm_core.errors import BBMError
from bbm_core.records import Answer
from connectors.errors import (
    BudgetSpent,
    ConfigError,
    LoginRefused,
    MalformedAnswer,
    MissingPermission,
    RateLimited,
    RequestRefused,
    Unavailable,
    Unfinished,
)
from connectors.salesforce.hints import hint

CLIENT_ERRORS: Final = (
    SalesforceError,
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    RecursionError,  # a body nested so deep that it cannot be read
)
"""What the client and what is under it raise. None of these leaves the connector."""

TOO_SLOW: Final = "BBM-SF-007"
"""The code of a query that ran longer than Salesforce allows: it may be asked for less."""

TOO_LATE: Final = "BBM-SF-009"
"""The code of an answer that did not come in the time we wait: less may be asked at once."""

NOT_BY_BULK: Final = "BBM-SF-046"
"""The code of what the Bulk API does not do, in this org or at all."""

ENDED_SESSION: Final = "Bad_OAuth_Token"
"""All that the address of the user's own data says when a session has ended."""

OLD_SESSION: Final = "InvalidSessionId"
"""The same, in the words of the older bulk interface."""

_BUSY_CODES: Final = frozenset(
    {
        "UNABLE_TO_LOCK_ROW",
        "REQUEST_RUNNING_TOO_LONG",
        "SERVER_UNAVAILABLE",
        "UNKNOWN_EXCEPTION",
    }
)
_GONE_CODES: Final = frozenset(
    {
        "ENTITY_IS_DELETED",
        "INVALID_CROSS_REFERENCE_KEY",
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        "NOT_FOUND",
    }
)
_SCHEMA_CODES: Final = frozenset({"INVALID_FIELD", "INVALID_FIELD_FOR_INSERT_UPDATE"})
_TRANSIENT_STATUS: Final = frozenset({406, 408, 420, 429})
_MOST_WORDS: Final = 500
_COLUMN: Final = re.compile(
    r"No such column '(?P<field>[\w.]+)' on (?:entity '|sobject of type )(?P<object>\w+)"
)


@dataclass(frozen=True, slots=True)
class Complaint:
    """An error answer, as far as Salesforce says anything."""

    status: int
    code: str = ""
    message: str = ""
    fields: tuple[str, ...] = ()


def fail(kind: type[BBMError], code: str, message: str, **names: str) -> BBMError:
    """An error with the hint of its code; `names` fill in what the hint leaves open."""
    return kind(message, hint=hint(code, **names), code=code)


def malformed(why: str) -> BBMError:
    return fail(MalformedAnswer, "BBM-SF-003", f"Salesforce's answer cannot be used: {why}.")


def no_room(why: str) -> BBMError:
    """A bulk table, or the history beside it, does not fit on this machine's disk."""
    message = f"There is no room for what Salesforce's bulk job brought ({why})."
    return fail(Unfinished, "BBM-SF-062", message)


def error_of(error: Exception, permission_set: str = "") -> BBMError:
    """The error of ours that says what the client's error means."""
    if isinstance(error, SalesforceError):
        return error_of_complaint(_told(error), permission_set)
    if isinstance(error, requests.JSONDecodeError | RecursionError):
        return malformed("it is not JSON")
    if isinstance(error, requests.TooManyRedirects):
        return fail(MalformedAnswer, "BBM-SF-004", "Salesforce redirected the request.")
    return _transport_error(error)


def _told(error: Any) -> Complaint:
    # The client is not typed.
    return complaint_of(error.status, error.content)


def complaint_of(status: int, content: Any) -> Complaint:
    """Read an error's body, be it REST's list, OAuth's object, or a page for people."""
    first = content[0] if isinstance(content, list) and content else content
    if not isinstance(first, dict):
        return Complaint(status, "INVALID_SESSION_ID" if ENDED_SESSION in str(content) else "")
    fields = first.get("fields")
    return Complaint(
        status,
        _said_under(first, "errorCode", "error", "statusCode", "exceptionCode"),
        _said_under(first, "message", "error_description", "exceptionMessage"),
        tuple(map(str, fields)) if isinstance(fields, list) else (),
    )


def _said_under(body: Mapping[str, Any], *names: str) -> str:
    """What REST, OAuth, collections and the older bulk interface each say under their own name."""
    return next((str(body[name]) for name in names if body.get(name)), "")


def error_of_complaint(complaint: Complaint, permission_set: str = "") -> BBMError:
    """What to do about a request that was refused as a whole."""
    make = _BY_CODE.get(complaint.code)
    if make is not None:
        return make(complaint, permission_set)
    return _by_status(complaint, permission_set)


def login_error(complaint: Complaint) -> BBMError:
    """What to do about a login that did not succeed."""
    if (
        complaint.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        or complaint.status in _TRANSIENT_STATUS
    ):
        return _unavailable(complaint)
    text = f"{complaint.code} {complaint.message}".lower()
    code = next((code for words, code in _LOGIN_WORDS if words in text), "BBM-SF-010")
    said = f"{complaint.code}: {complaint.message}".strip(": ") or f"status {complaint.status}"
    return fail(LoginRefused, code, f"Salesforce refuses the login ({said}).")


def soap_login_error(complaint: Complaint) -> BBMError:
    """What to do about a login over SOAP that Salesforce refuses, with its own code."""
    said = f"Salesforce refuses the login over SOAP ({_said(complaint)})."
    if complaint.code in {"INVALID_OPERATION", "UNSUPPORTED_API_VERSION"}:
        return fail(LoginRefused, "BBM-SF-018", said)
    if complaint.code == "SERVER_UNAVAILABLE":
        return _unavailable(complaint)
    named = "BBM-SF-010" if complaint.code == "INVALID_LOGIN" else "BBM-SF-015"
    return fail(LoginRefused, named, said)


def schema_error(errors: Sequence[Mapping[str, Any]], permission_set: str = "") -> BBMError | None:
    """The error behind a refused record, when it is one of the fields and not of the record."""
    for one in errors:
        complaint = complaint_of(HTTPStatus.BAD_REQUEST, one)
        if complaint.code in _SCHEMA_CODES:
            return error_of_complaint(complaint, permission_set)
    return None


def answer_of(errors: Sequence[Mapping[str, Any]]) -> tuple[Answer, str]:
    """What became of one record that was not written, and Salesforce's words about it."""
    told = [(str(one.get("statusCode", "")), str(one.get("message", ""))) for one in errors]
    words = "; ".join(f"{code}: {message}" for code, message in told)[:_MOST_WORDS]
    if any(code in _GONE_CODES for code, _ in told):
        return Answer.GONE, words
    # A trigger's failure may wrap a lock.
    if told and all(code in _BUSY_CODES or "UNABLE_TO_LOCK_ROW" in text for code, text in told):
        return Answer.BUSY, words
    return Answer.REFUSED, words or "refused without a reason"


_LOGIN_WORDS: Final = (
    ("invalid client credentials", "BBM-SF-011"),
    ("client identifier invalid", "BBM-SF-011"),
    ("invalid_client", "BBM-SF-011"),
    ("no client credentials user", "BBM-SF-017"),
    ("unsupported_grant_type", "BBM-SF-017"),
    ("not supported on this domain", "BBM-SF-004"),
    ("hasn't approved", "BBM-SF-012"),
    ("audience", "BBM-SF-013"),
    ("invalid assertion", "BBM-SF-016"),
    ("invalid signature", "BBM-SF-016"),
    ("authentication failure", "BBM-SF-015"),
)


def _transport_error(error: Exception) -> BBMError:
    # The client's own message carries the address with the whole query in it: only its type is
    # told.
    if isinstance(error, requests.exceptions.SSLError):
        return fail(Unavailable, "BBM-SF-005", "The certificate of the other side is not trusted.")
    if isinstance(error, requests.exceptions.ProxyError):
        return fail(Unavailable, "BBM-SF-006", "The proxy does not let the request through.")
    if isinstance(error, requests.ReadTimeout | urllib3.exceptions.ReadTimeoutError):
        return fail(Unavailable, TOO_LATE, "Salesforce did not answer in time.")
    if isinstance(error, requests.exceptions.InvalidJSONError):
        return fail(RequestRefused, "BBM-SF-040", "A value cannot be sent as JSON.")
    name = type(error).__name__
    return fail(Unavailable, "BBM-SF-001", f"The connection to Salesforce failed ({name}).")


def _by_status(complaint: Complaint, permission_set: str) -> BBMError:
    status = complaint.status
    if _passes(status):
        return _unavailable(complaint)
    if status == 401:  # noqa: PLR2004  an HTTP status
        return fail(
            LoginRefused, "BBM-SF-015", f"Salesforce ended the session ({_said(complaint)})."
        )
    if status == 403:  # noqa: PLR2004  an HTTP status
        return _no_access(complaint, permission_set)
    if status < 400:  # noqa: PLR2004  an HTTP status
        return malformed(f"it has the status {status}")
    return _refused(complaint, permission_set)


def _passes(status: int) -> bool:
    """Whether what is wrong may be over when it is tried again."""
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _TRANSIENT_STATUS


def _unavailable(complaint: Complaint) -> BBMError:
    if complaint.status == HTTPStatus.TOO_MANY_REQUESTS:
        return fail(RateLimited, "BBM-SF-021", "Salesforce wants fewer requests.")
    message = f"Salesforce is not available (status {complaint.status})."
    return fail(Unavailable, "BBM-SF-002", message)


def _limit(complaint: Complaint, _: str) -> BBMError:
    # 403 means two things; only the text tells them apart.
    if "totalrequests" in complaint.message.lower():
        return fail(BudgetSpent, "BBM-SF-020", "The org's daily API calls are used up.")
    return fail(RateLimited, "BBM-SF-021", "Too many requests are at work in the org.")


def _daily_limit(complaint: Complaint, _: str) -> BBMError:
    return fail(BudgetSpent, "BBM-SF-023", f"An allowance is used up ({_said(complaint)}).")


def _not_by_bulk(complaint: Complaint, _: str) -> BBMError:
    message = f"Salesforce does not do this by Bulk ({_said(complaint)})."
    return fail(RequestRefused, NOT_BY_BULK, message)


def _api_error(complaint: Complaint, permission_set: str) -> BBMError:
    make = _not_by_bulk if "not supported" in complaint.message else _refused
    return make(complaint, permission_set)


def _old_version(complaint: Complaint, _: str) -> BBMError:
    message = f"The org no longer has this version of the API ({_said(complaint)})."
    return fail(ConfigError, "BBM-SF-008", message)


def _session(complaint: Complaint, _: str) -> BBMError:
    if "not valid for use" in complaint.message.lower():
        message = "The session may not be used with the REST API."
        return fail(LoginRefused, "BBM-SF-014", message)
    return fail(LoginRefused, "BBM-SF-015", "Salesforce does not accept the session.")


def _invalid_field(complaint: Complaint, permission_set: str) -> BBMError:
    found = _COLUMN.search(complaint.message)
    if found is None:
        return _refused(complaint, permission_set)
    name = f"{found['object']}.{found['field']}"
    return fail(
        MissingPermission,
        "BBM-SF-031",
        f"The field {name} does not exist, or the agent's user may not see it.",
        permission_set=permission_set,
        object=found["object"],
    )


def _not_editable(complaint: Complaint, permission_set: str) -> BBMError:
    return fail(
        MissingPermission,
        "BBM-SF-032",
        f"The agent's user may not edit {', '.join(complaint.fields) or 'a field'}.",
        permission_set=permission_set,
        object="the object",
    )


def _no_access(complaint: Complaint, permission_set: str) -> BBMError:
    message = f"The agent's user may not do this ({_said(complaint)})."
    return fail(MissingPermission, "BBM-SF-030", message, permission_set=permission_set)


def _no_api(complaint: Complaint, _: str) -> BBMError:
    message = f"The API is not enabled ({_said(complaint)})."
    return fail(MissingPermission, "BBM-SF-034", message)


def _security_policy(complaint: Complaint, _: str) -> BBMError:
    message = f"A transaction security policy stopped the request ({_said(complaint)})."
    return fail(MissingPermission, "BBM-SF-035", message)


def _query_timeout(_complaint: Complaint, _: str) -> BBMError:
    return fail(Unavailable, TOO_SLOW, "A query ran longer than Salesforce allows.")


def _stale_locator(_complaint: Complaint, _: str) -> BBMError:
    return fail(Unavailable, "BBM-SF-002", "Salesforce forgot where a query stood.")


def _refused(complaint: Complaint, _: str) -> BBMError:
    message = f"Salesforce refuses the request ({_said(complaint)})."
    return fail(RequestRefused, "BBM-SF-040", message)


def _said(complaint: Complaint) -> str:
    """Code and last line: the first lines of a query's error repeat the query."""
    lines = complaint.message.strip().splitlines() or [""]
    told = f"{complaint.code}: {lines[-1]}".strip(": ") or f"status {complaint.status}"
    return told[:_MOST_WORDS].rstrip(".")


_BY_CODE: Final[Mapping[str, Callable[[Complaint, str], BBMError]]] = MappingProxyType(
    {
        "REQUEST_LIMIT_EXCEEDED": _limit,
        "LIMIT_EXCEEDED": _daily_limit,
        "INVALIDENTITY": _not_by_bulk,
        "FEATURENOTENABLED": _not_by_bulk,
        "FUNCTIONALITY_NOT_ENABLED": _not_by_bulk,
        "FeatureNotEnabled": _not_by_bulk,
        "API_ERROR": _api_error,
        "UNSUPPORTED_API_VERSION": _old_version,
        "InvalidVersion": _old_version,
        "INVALID_SESSION_ID": _session,
        OLD_SESSION: _session,
        "INVALID_FIELD": _invalid_field,
        "INVALID_FIELD_FOR_INSERT_UPDATE": _not_editable,
        "INVALID_TYPE": _no_access,
        "INSUFFICIENT_ACCESS": _no_access,
        "INSUFFICIENT_ACCESS_OR_READONLY": _no_access,
        "API_DISABLED_FOR_ORG": _no_api,
        "API_CURRENTLY_DISABLED": _no_api,
        "TXN_SECURITY_METERING_ERROR": _security_policy,
        "QUERY_TIMEOUT": _query_timeout,
        "INVALID_QUERY_LOCATOR": _stale_locator,
        "SERVER_UNAVAILABLE": lambda complaint, _: _unavailable(complaint),
    }
)
