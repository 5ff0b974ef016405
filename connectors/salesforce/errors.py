"""Salesforce's refusals and broken connections, turned into the errors of `connectors.errors`.

Requests that fail as a whole raise; what became of one record of a request is a value, an
`Answer` with the CRM's words. `HINTS` is the table of all codes.
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
)

HINTS: Mapping[str, str] = MappingProxyType(
    {
        "BBM-SF-001": "Check the network, and `url` and `proxy` of [crm.salesforce].",
        "BBM-SF-002": "Run again later; https://status.salesforce.com says what is wrong.",
        "BBM-SF-003": "Run again; if it stays, a proxy or firewall answers in Salesforce's place.",
        "BBM-SF-004": "Check `url` of [crm.salesforce]: it must be the org's My Domain address.",
        "BBM-SF-005": "Check `ca_file` of [crm.salesforce]: the other side is not trusted.",
        "BBM-SF-006": "Check `proxy` of [crm.salesforce].",
        "BBM-SF-007": "Make `page_size` of [crm.salesforce] smaller: even one second was too much.",
        "BBM-SF-008": (
            "Take `api_version` out of [crm.salesforce], or set a newer one: `bbm doctor` names it."
        ),
        "BBM-SF-010": "Check the credentials under [crm.salesforce].",
        "BBM-SF-011": (
            "Copy the consumer key and secret again (Setup > External Client App Manager > the app"
            " > Settings > OAuth Settings > Consumer Key and Secret)."
        ),
        "BBM-SF-012": (
            "Approve the agent's user for the app (Setup > External Client App Manager > the app >"
            " Policies > OAuth Policies > Permitted Users), and check `username`."
        ),
        "BBM-SF-013": "Leave `audience` of [crm.salesforce] empty, or give the My Domain address.",
        "BBM-SF-014": (
            "Give the app the scope `api` and let its user use the API (Setup > External Client App"
            " Manager > the app > Policies); a session of another kind cannot be used."
        ),
        "BBM-SF-015": "Look at the user's login history (Setup > Login History) for the reason.",
        "BBM-SF-016": (
            "Check `private_key` or `private_key_file` of [crm.salesforce]: it must be the key, in"
            " PEM, of the certificate in the app."
        ),
        "BBM-SF-017": (
            "Enable the client credentials flow and choose its user (Setup > External Client App"
            " Manager > the app > Policies > OAuth Flows and External Client App Enhancements)."
        ),
        "BBM-SF-018": (
            "Log in by an app instead: make an External Client App, then give `client_id` and"
            " `client_secret`, and take `legacy_soap_login` out of [crm.salesforce]."
        ),
        "BBM-SF-019": (
            "Make an External Client App before that, and log in by it: `client_id` and"
            " `client_secret` in place of `legacy_soap_login`."
        ),
        "BBM-SF-020": "Wait: the org's daily API calls are used up; they free within 24 hours.",
        "BBM-SF-021": "Run again: too many long requests are at work in the org.",
        "BBM-SF-022": "Read `bbm doctor`: Salesforce no longer says how many calls are used.",
        "BBM-SF-023": (
            "Wait: the org's daily bulk jobs are used up; they free within 24 hours. Or raise"
            " `bulk_query_from` of [crm.salesforce], so that fewer records are read by Bulk."
        ),
        "BBM-SF-030": (
            "Give the agent's user the permission set {permission_set} with access to this (Setup >"
            " Permission Sets > {permission_set} > Object Settings)."
        ),
        "BBM-SF-031": (
            "Let the permission set {permission_set} read the field (Setup > Permission Sets >"
            " {permission_set} > Object Settings > {object} > Edit), or correct its name in the"
            " configuration; fields of ours are made by `bbm fields apply`."
        ),
        "BBM-SF-032": (
            "Let the permission set {permission_set} edit the field (Setup > Permission Sets >"
            " {permission_set} > Object Settings > {object} > Edit)."
        ),
        "BBM-SF-033": (
            "Give the permission set {permission_set} View All Records on {object} (Setup >"
            " Permission Sets > {permission_set} > Object Settings > {object} > Edit)."
        ),
        "BBM-SF-034": "Enable the API for the org and the agent's user (permission API Enabled).",
        "BBM-SF-035": (
            "Exempt the agent's user from transaction security (permission Exempt from Transaction"
            " Security)."
        ),
        "BBM-SF-036": (
            "Let the agent edit records of all owners: a sharing rule with Read/Write (Setup >"
            " Sharing Settings), or Modify All Records on {object} in {permission_set}."
        ),
        "BBM-SF-037": (
            "Give {permission_set} the permission View Setup and Configuration to see what else"
            " runs on a write; the agent works without."
        ),
        "BBM-SF-040": "Correct the names in the configuration; `bbm doctor` lists what is missing.",
        "BBM-SF-041": "Give an id of 15 or 18 letters and digits, as in the record's address.",
        "BBM-SF-042": "Run a full sync: the place where the last pull stood cannot be read.",
        "BBM-SF-043": "Declare the field in the configuration; other fields are never written.",
        "BBM-SF-044": "Set `api_version` of [crm.salesforce] to {version}.",
        "BBM-SF-045": "Name one of its parts, such as BillingCity, in [attributes].",
        "BBM-SF-046": (
            "Raise `bulk_query_from` of [crm.salesforce] above the number of records: then they are"
            " read without the Bulk API."
        ),
        "BBM-SF-047": "Run again: Salesforce gave up a bulk job; its reason stands in the message.",
        "BBM-SF-048": "Run again later, or raise `bulk_minutes` of [crm.salesforce].",
        "BBM-SF-049": "Run again: the job is begun anew.",
        "BBM-SF-050": "Correct this machine's clock (NTP).",
        "BBM-SF-051": (
            "Track the field (Setup > Object Manager > {object} > Fields & Relationships > Set"
            " History Tracking > {field}); moves from then on have their times."
        ),
        "BBM-SF-052": (
            'Use a user with the licence "Salesforce Integration": it cannot log in by hand.'
        ),
        "BBM-SF-070": (
            "Let the permission set {permission_set} read it (Setup > Permission Sets >"
            ' {permission_set} > Object Settings), or write `{capability} = "never"` under'
            " [capabilities]."
        ),
        "BBM-SF-071": (
            "An org of one currency has no table of rates: write what others are worth under"
            ' [currencies], or `rates = "never"` under [capabilities].'
        ),
        "BBM-SF-053": (
            "Assign it (Setup > Permission Sets > {permission_set} > Manage Assignments), or name"
            " the one it has in `permission_set` of [crm.salesforce]."
        ),
        "BBM-SF-054": "Give the user View and Edit Converted Leads, or set"
        " `write_converted_leads` to false.",
        "BBM-SF-061": "Name all fields with the prefix of one package, or all without.",
        "BBM-SF-055": "See that they may run on the agent's writes, or leave its user out of them.",
        "BBM-SF-056": "See that they may run on the agent's writes, or leave its user out of them.",
        "BBM-SF-057": (
            "Leave the agent's user out of rules that its fields have nothing to do with: a record"
            " that breaks one is not written."
        ),
        "BBM-SF-058": "Nothing, unless a rule blocks: the agent's writes pass those that warn.",
        "BBM-SF-059": "Nothing: the agent's writes do not run them.",
        "BBM-SF-060": "Look at Setup > Deployment Status, and run this again when it is done.",
    }
)

CLIENT_ERRORS: Final = (
    SalesforceError,
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    RecursionError,  # a body nested so deep that it cannot be read
)
"""What the client and what is under it raise. None of these leaves the connector."""

TOO_SLOW: Final = "BBM-SF-007"
"""The code of a query that ran longer than Salesforce allows: it may be asked for less."""

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


def hint(code: str, **names: str) -> str:
    text = HINTS[code]
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def malformed(why: str) -> BBMError:
    return fail(MalformedAnswer, "BBM-SF-003", f"Salesforce's answer cannot be used: {why}.")


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
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        return fail(Unavailable, "BBM-SF-001", "Salesforce did not answer in time.")
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
    return fail(RequestRefused, "BBM-SF-046", message)


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
