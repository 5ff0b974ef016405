"""Every refusal of Salesforce has one meaning, a code and a hint."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3
from simple_salesforce.exceptions import SalesforceError

from bbm_core.errors import BBMError
from bbm_core.records import Answer
from connectors.errors import (
    BudgetSpent,
    LoginRefused,
    MalformedAnswer,
    MissingPermission,
    RateLimited,
    RequestRefused,
    Unavailable,
)
from connectors.salesforce import errors
from connectors.salesforce.errors import (
    CLIENT_ERRORS,
    Complaint,
    answer_of,
    complaint_of,
    error_of,
    login_error,
)
from connectors.salesforce.hints import HINTS, hint

NO_COLUMN = (
    "\nSELECT Id,Foo__c FROM Lead\n          ^\nERROR at Row:1:Column:11\n"
    "No such column 'Foo__c' on entity 'Lead'. If you are attempting to use a custom field, ..."
)


def refused(status: int, code: str = "", message: str = "", **more: Any) -> BBMError:
    body = [{"errorCode": code, "message": message, **more}]
    return error_of(SalesforceError("https://x/?q=secret", status, "query", body), "BBM_Agent")


@pytest.mark.parametrize(
    ("status", "code", "message", "kind", "ours"),
    [
        (401, "INVALID_SESSION_ID", "Session expired or invalid", LoginRefused, "015"),
        (
            401,
            "INVALID_SESSION_ID",
            "This session is not valid for use with the REST API",
            LoginRefused,
            "014",
        ),
        (401, "SOMETHING", "else", LoginRefused, "015"),
        (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", BudgetSpent, "020"),
        (
            403,
            "REQUEST_LIMIT_EXCEEDED",
            "ConcurrentPerOrgLongTxn Limit exceeded.",
            RateLimited,
            "021",
        ),
        (403, "API_DISABLED_FOR_ORG", "API is disabled", MissingPermission, "034"),
        (403, "API_CURRENTLY_DISABLED", "API is disabled", MissingPermission, "034"),
        (403, "INSUFFICIENT_ACCESS", "no", MissingPermission, "030"),
        (400, "INSUFFICIENT_ACCESS_OR_READONLY", "no", MissingPermission, "030"),
        (403, "WHATEVER", "no", MissingPermission, "030"),
        (400, "INVALID_TYPE", "sObject type 'X' is not supported.", MissingPermission, "030"),
        (400, "INVALID_FIELD", NO_COLUMN, MissingPermission, "031"),
        (400, "INVALID_FIELD", "something else", RequestRefused, "040"),
        (400, "MALFORMED_QUERY", "unexpected token", RequestRefused, "040"),
        (404, "NOT_FOUND", "The requested resource does not exist", RequestRefused, "040"),
        (400, "QUERY_TIMEOUT", "too long", Unavailable, "007"),
        (400, "INVALID_QUERY_LOCATOR", "invalid query locator", Unavailable, "002"),
        (400, "TXN_SECURITY_METERING_ERROR", "too long", MissingPermission, "035"),
        (503, "SERVER_UNAVAILABLE", "maintenance", Unavailable, "002"),
        (500, "UNKNOWN_EXCEPTION", "An unexpected error occurred.", Unavailable, "002"),
        (406, "", "", Unavailable, "002"),
        (420, "", "", Unavailable, "002"),
        (429, "", "", RateLimited, "021"),
        (304, "", "", MalformedAnswer, "003"),
    ],
)
def test_a_refused_request_says_what_to_do(
    status: int, code: str, message: str, kind: type[BBMError], ours: str
) -> None:
    error = refused(status, code, message)

    assert type(error) is kind
    assert error.code == f"BBM-SF-{ours}"
    assert "secret" not in error.message


@pytest.mark.parametrize("status", [502, 503])
def test_a_page_for_people_is_no_answer(status: int) -> None:
    error = error_of(SalesforceError("https://x", status, "query", "<html>Maintenance</html>"))

    assert type(error) is Unavailable


def test_a_field_that_is_not_there_is_named_with_the_permission_set() -> None:
    error = refused(400, "INVALID_FIELD", NO_COLUMN)

    assert "Lead.Foo__c" in error.message
    assert "BBM_Agent > Object Settings > Lead" in error.hint


def test_fields_that_may_not_be_edited_are_named() -> None:
    error = refused(400, "INVALID_FIELD_FOR_INSERT_UPDATE", "no", fields=["BBM_ICP__c"])

    assert type(error) is MissingPermission
    assert "BBM_ICP__c" in error.message


@pytest.mark.parametrize(
    ("client_error", "kind", "code"),
    [
        (requests.exceptions.SSLError("cert"), Unavailable, "005"),
        (requests.exceptions.ProxyError("tunnel"), Unavailable, "006"),
        (requests.ConnectTimeout("slow"), Unavailable, "001"),
        (requests.ReadTimeout("slow"), Unavailable, "009"),
        (requests.ConnectionError("dns"), Unavailable, "001"),
        (requests.exceptions.ChunkedEncodingError("cut"), Unavailable, "001"),
        (requests.TooManyRedirects("302"), MalformedAnswer, "004"),
        (requests.JSONDecodeError("x", "", 0), MalformedAnswer, "003"),
        (requests.exceptions.InvalidJSONError("NaN"), RequestRefused, "040"),
        (urllib3.exceptions.ProtocolError("IncompleteRead"), Unavailable, "001"),
        (urllib3.exceptions.ReadTimeoutError(None, "/", "slow"), Unavailable, "009"),  # type: ignore[arg-type]  # no pool
        (RecursionError("deep"), MalformedAnswer, "003"),
    ],
)
def test_a_broken_connection_says_what_to_do(
    client_error: Exception, kind: type[BBMError], code: str
) -> None:
    error = error_of(client_error)

    assert isinstance(client_error, CLIENT_ERRORS)
    assert type(error) is kind
    assert error.code == f"BBM-SF-{code}"


@pytest.mark.parametrize(
    ("status", "name", "description", "kind", "code"),
    [
        (400, "invalid_client", "invalid client credentials", LoginRefused, "011"),
        (400, "invalid_client_id", "client identifier invalid", LoginRefused, "011"),
        (400, "invalid_grant", "no client credentials user enabled", LoginRefused, "017"),
        (400, "invalid_grant", "request not supported on this domain", LoginRefused, "004"),
        (400, "invalid_grant", "user hasn't approved this consumer", LoginRefused, "012"),
        (400, "invalid_grant", "Audience validation failed", LoginRefused, "013"),
        (400, "invalid_grant", "invalid assertion", LoginRefused, "016"),
        (400, "invalid_grant", "authentication failure", LoginRefused, "015"),
        (400, "unsupported_grant_type", "grant type not supported", LoginRefused, "017"),
        (400, "invalid_grant", "something new", LoginRefused, "010"),
        (404, "", "", LoginRefused, "010"),
        (503, "", "", Unavailable, "002"),
        (429, "", "", RateLimited, "021"),
    ],
)
def test_a_refused_login_says_what_to_do(
    status: int, name: str, description: str, kind: type[BBMError], code: str
) -> None:
    error = login_error(complaint_of(status, {"error": name, "error_description": description}))

    assert type(error) is kind
    assert error.code == f"BBM-SF-{code}"


@pytest.mark.parametrize(
    ("code", "message", "answer"),
    [
        ("ENTITY_IS_DELETED", "entity is deleted", Answer.GONE),
        ("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", Answer.GONE),
        ("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "no access", Answer.GONE),
        ("NOT_FOUND", "not there", Answer.GONE),
        ("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access", Answer.BUSY),
        ("UNKNOWN_EXCEPTION", "An unexpected error occurred.", Answer.BUSY),
        (
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            "LeadTrigger: execution of AfterUpdate caused by: UNABLE_TO_LOCK_ROW, ...",
            Answer.BUSY,
        ),
        (
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            "LeadTrigger: execution of AfterUpdate caused by: System.DmlException",
            Answer.REFUSED,
        ),
        ("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", Answer.REFUSED),
        ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "no ACME accounts", Answer.REFUSED),
        ("STRING_TOO_LONG", "data value too large", Answer.REFUSED),
        ("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "bad value", Answer.REFUSED),
        ("NUMBER_OUTSIDE_VALID_RANGE", "too large", Answer.REFUSED),
        ("REQUIRED_FIELD_MISSING", "Required fields are missing", Answer.REFUSED),
        ("DUPLICATES_DETECTED", "Use one of these records?", Answer.REFUSED),
        ("SOMETHING_NEW", "who knows", Answer.REFUSED),
    ],
)
def test_a_refused_record_says_what_became_of_it(code: str, message: str, answer: Answer) -> None:
    assert answer_of([{"statusCode": code, "message": message}]) == (
        answer,
        f"{code}: {message}",
    )


def test_a_lock_beside_a_refusal_is_a_refusal() -> None:
    told = [
        {"statusCode": "UNABLE_TO_LOCK_ROW", "message": "locked"},
        {"statusCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "no"},
    ]

    assert answer_of(told)[0] is Answer.REFUSED


def test_a_refusal_without_a_reason_still_has_words() -> None:
    assert answer_of([]) == (Answer.REFUSED, "refused without a reason")


@pytest.mark.parametrize("body", ["<html>", None, [], [1], 7, {}])
def test_a_body_without_sense_leaves_the_status(body: Any) -> None:
    assert complaint_of(418, body) == Complaint(418)


def test_the_end_of_a_session_is_understood_without_json() -> None:
    assert complaint_of(403, "Bad_OAuth_Token").code == "INVALID_SESSION_ID"


def test_every_code_of_the_table_is_used_and_no_other() -> None:
    folder = Path(errors.__file__).parent
    sources = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))

    used = Counter(re.findall(r"BBM-SF-\d{3}", sources))

    assert set(used) == set(HINTS)
    assert min(used.values()) > 1  # once in the table, and where it is raised


def test_hints_are_whole_sentences_and_their_gaps_are_filled() -> None:
    assert all(text.endswith(".") for text in HINTS.values())
    filled = hint("BBM-SF-051", object="Lead", field="Status")
    assert "Lead" in filled
    assert "{" not in filled


def test_every_recorded_error_has_a_meaning(shared: Path) -> None:
    catalog = shared / "recordings" / "salesforce" / "errors" / "catalog.json"
    bodies = json.loads(catalog.read_text(encoding="utf-8"))
    listed = bodies if isinstance(bodies, list) else next(iter(bodies.values()))

    for one in listed:
        status = int(re.findall(r"\d{3}", str(one["http"]))[0])
        error = error_of(SalesforceError("https://x", max(status, 300), "x", one["body"]))
        assert error.hint, one["errorCode"]
