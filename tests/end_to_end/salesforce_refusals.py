"""Every error of the catalogue of Salesforce's answers, and what must come of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from agent.store import State
from sandbox.salesforce.duplicates import DuplicateRule
from sandbox.salesforce.permissions import AGENT_SET
from tests.end_to_end.company import Company
from tests.end_to_end.salesforce_answers import (
    JOBS,
    READS,
    WRITES,
    Setting,
    answers,
    fault,
    login,
    query,
    record,
    rest,
)

_XML = "text/xml; charset=UTF-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One answer of Salesforce, where it comes, and what it does to a sync with one write due."""

    code: str  # as the catalogue names it
    says: str = ""  # words of its message, which tell entries of one code apart
    where: Setting
    exit: int = 0
    ours: str = ""  # the code that the user reads
    text: str = ""  # words that the user reads
    row: State = State.APPLIED
    writes: int = 1  # times that our fields of the lead were written
    tries: int | None = None  # requests of the kind that was refused
    logins: int = 1
    settings: Mapping[str, str] = field(default_factory=dict)


def case(code: str, says: str, where: Setting, **more: Any) -> Case:
    return Case(code=code, says=says, where=where, **more)


def _stops(code: str, says: str, where: Setting, exit_: int, ours: str, **more: Any) -> Case:
    """The run ends before anything is written, and the write stays due."""
    told = {"exit": exit_, "ours": f"BBM-SF-{ours}", "row": State.PLANNED, "writes": 0, **more}
    return Case(code=code, says=says, where=where, **told)


def _spend_all_calls(one: Company, _: str) -> None:
    usage = one.sandbox.salesforce.usage
    usage.set(usage.allowed)


def _refuse_rest(one: Company, _: str) -> None:
    one.sandbox.salesforce.apps.rest_refused = True


def _disable_soap(one: Company, _: str) -> None:
    one.sandbox.salesforce.switches.soap_login = False


def _close_leads(one: Company, _: str) -> None:
    one.sandbox.salesforce.permit(AGENT_SET, "Read", "Lead", granted=False)


def _lock_twice(one: Company, lead: str) -> None:
    one.sandbox.salesforce.automation.locked[lead] = 2


def _block_duplicates(one: Company, _: str) -> None:
    rule = DuplicateRule("Same company", ("Company",), blocks=True)
    one.sandbox.salesforce.automation.duplicates["Lead"] = [rule]
    one.sandbox.salesforce.switches.duplicates_on_any_edit = True


def _break_two_rules(one: Company, _: str) -> None:
    rules = [lambda _row: "no ACME accounts", lambda _row: "no 123 phone"]
    one.sandbox.salesforce.automation.rules["Lead"] = rules


BY_BULK = MappingProxyType(
    {
        "BBM_CRM__SALESFORCE__BULK_QUERY_FROM": "1",
        "BBM_CRM__SALESFORCE__PAGE_SIZE": "5",
        "BBM_CRM__SALESFORCE__OVERLAP_MINUTES": "600",
    }
)
BY_SOAP = MappingProxyType(
    {
        "BBM_CRM__SALESFORCE__LEGACY_SOAP_LOGIN": "true",
        "BBM_CRM__SALESFORCE__USERNAME": "agent@kaede-robotics.example",
        "BBM_CRM__SALESFORCE__PASSWORD": "not to be told",
    }
)
NO_COLUMN = (
    "\nSELECT Id,Foo__c FROM Lead\n          ^\nERROR at Row:1:Column:11\n"
    "No such column 'Foo__c' on entity 'Lead'. If you are attempting to use a custom field, ..."
)
NOT_WRITABLE = (
    "Unable to create/update fields: IsDeleted. Please check the security settings of this field "
    "and verify that it is read/write for your profile or permission set."
)
DUPLICATE = [
    {
        "duplicateResut": {"allowSave": True, "duplicateRule": "Standard_Contact_Duplicate_Rule"},
        "errorCode": "DUPLICATES_DETECTED",
        "message": "You're creating a duplicate record.",
    }
]
COMPOUND = "Selecting compound data not supported in Bulk Query"

_REFUSED = {"exit": 3, "row": State.REFUSED, "writes": 0, "tries": 1}
_GONE = {"exit": 0, "row": State.GONE, "writes": 0, "tries": 1}
_IN_DOUBT = {"row": State.IN_FLIGHT, "tries": 1}

SESSIONS: Sequence[Case] = (
    case(
        "INVALID_SESSION_ID",
        "Session expired",
        query("INVALID_SESSION_ID", "Session expired or invalid", 401, times=1),
        logins=2,
    ),
    _stops("INVALID_SESSION_ID", "not valid for use", _refuse_rest, 5, "014", text="scope `api`"),
    case(
        "InvalidSessionId",
        "Invalid session id",
        answers(
            {"exceptionCode": "InvalidSessionId", "exceptionMessage": "Invalid session id"},
            times=1,
            **JOBS,
        ),
        logins=2,
        settings=BY_BULK,
    ),
    _stops("invalid_grant", "expired access", login("expired access/refresh token"), 5, "010"),
    _stops("invalid_grant", "Invalid Password", login("authentication failure"), 5, "015"),
    _stops(
        "invalid_grant",
        "hasn't approved",
        login("user hasn't approved this consumer"),
        5,
        "012",
        text="Permitted Users",
    ),
    _stops("invalid_grant", "Audience", login("Audience validation failed"), 5, "013"),
    _stops(
        "INVALID_OPERATION",
        "disabled by default",
        _disable_soap,
        5,
        "018",
        text="External Client App",
        logins=0,
        settings=BY_SOAP,
    ),
    _stops(
        "INVALID_OPERATION",
        "not available in the API version",
        answers(
            fault("The SOAP Login operation is not available in the API version specified (65.0)."),
            500,
            kind=_XML,
            path_contains="/services/Soap/u/",
        ),
        5,
        "018",
        text="(65.0)",
        logins=0,
        settings=BY_SOAP,
    ),
)

REQUESTS: Sequence[Case] = (
    _stops("REQUEST_LIMIT_EXCEEDED", "TotalRequests", _spend_all_calls, 6, "020", text="24 hours"),
    case(
        "REQUEST_LIMIT_EXCEEDED",
        "ConcurrentPerOrgLongTxn",
        query("REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded.", 403, times=1),
    ),
    _stops(
        "INVALID_TYPE",
        "is not supported",
        query("INVALID_TYPE", "\nSELECT Id FROM X\nERROR\nsObject type 'X' is not supported."),
        4,
        "030",
        text="sObject type 'X' is not supported",
    ),
    _stops("INVALID_FIELD", "on entity", query("INVALID_FIELD", NO_COLUMN), 4, "031"),
    _stops("NOT_FOUND", "resource does not exist", _close_leads, 4, "030"),
    case("QUERY_TIMEOUT", "too long", query("QUERY_TIMEOUT", "running for too long", times=2)),
    case(
        "INVALID_QUERY_LOCATOR",
        "invalid query locator",
        query("INVALID_QUERY_LOCATOR", "invalid query locator", times=1),
    ),
    case(
        "EXCEEDED_ID_LIMIT",
        "600000",
        answers(
            rest("EXCEEDED_ID_LIMIT", "exceeded 600000 ids"),
            method="POST",
            path_contains="/composite/sobjects/Lead",
        ),
        exit=4,
        ours="BBM-SF-040",
        text="exceeded 600000 ids",
    ),
    _stops(
        "TXN_SECURITY_METERING_ERROR",
        "transaction security",
        query("TXN_SECURITY_METERING_ERROR", "transaction security policies took too long"),
        4,
        "035",
        text="Exempt from Transaction Security",
    ),
    _stops(
        "UNSUPPORTED_API_VERSION / 410 / InvalidVersion",
        "",
        answers(rest("UNSUPPORTED_API_VERSION", "GONE"), 410, path_contains="/services/data/v"),
        2,
        "008",
        text="api_version",
    ),
    case("(edge)", "", answers("", 406, times=1, **READS)),
    case("(edge)", "", answers("", 420, times=2, **WRITES), tries=3),
    case("(edge)", "", answers("<html>Maintenance</html>", 503, times=1, **READS)),
    case("(edge)", "", answers("", 200, times=1, **READS)),
    _stops("(edge)", "", answers("<html>Down</html>", 503, **READS), 6, "002", text="later"),
)

WRITTEN: Sequence[Case] = (
    case(
        "INVALID_FIELD",
        "on sobject of type",
        record("INVALID_FIELD", "No such column 'BBM_ICP__c' on sobject of type Lead"),
        exit=4,
        ours="BBM-SF-031",
        text="Lead.BBM_ICP__c",
        writes=0,
        **_IN_DOUBT,
    ),
    case(
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "Unable to create/update fields",
        record("INVALID_FIELD_FOR_INSERT_UPDATE", NOT_WRITABLE),
        exit=4,
        ours="BBM-SF-032",
        text="may not edit",
        writes=0,
        **_IN_DOUBT,
    ),
    case(
        "CANNOT_UPDATE_CONVERTED_LEAD",
        "converted lead",
        record("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead"),
        text="cannot reference converted lead",
        **_REFUSED,
    ),
    case(
        "DUPLICATES_DETECTED",
        "You're creating",
        answers(DUPLICATE, **WRITES),
        exit=4,
        ours="BBM-SF-040",
        text="You're creating a duplicate record",
        writes=0,
        **_IN_DOUBT,
    ),
    case(
        "DUPLICATES_DETECTED",
        "Use one of",
        _block_duplicates,
        text="Use one of these records?",
        **_REFUSED,
    ),
    case(
        "INVALID_CROSS_REFERENCE_KEY",
        "invalid cross reference id",
        record("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"),
        **_GONE,
    ),
    case(
        "JSON_PARSER_ERROR",
        "attributes",
        record("JSON_PARSER_ERROR", "Nested object must have an attributes field first."),
        text="Nested object",
        **_REFUSED,
    ),
    case(
        "NOT_FOUND",
        "external ID field",
        answers(rest("NOT_FOUND", "Provided external ID field does not exist: rid"), 404, **WRITES),
        exit=4,
        ours="BBM-SF-040",
        text="Provided external ID field",
        writes=0,
        **_IN_DOUBT,
    ),
    case(
        "REQUIRED_FIELD_MISSING",
        "Required fields",
        record("REQUIRED_FIELD_MISSING", "Required fields are missing: [Name]"),
        text="Required fields are missing: [Name]",
        **_REFUSED,
    ),
    case(
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "no ACME",
        _break_two_rules,
        text="no ACME accounts; FIELD_CUSTOM_VALIDATION_EXCEPTION: no 123 phone",
        **_REFUSED,
    ),
    case("UNABLE_TO_LOCK_ROW", "exclusive access", _lock_twice, tries=3),
    case(
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "execution of AfterUpdate",
        record(
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            "dlrs: execution of AfterUpdate\n\ncaused by: System.DmlException",
        ),
        text="dlrs: execution of AfterUpdate",
        **_REFUSED,
    ),
    case(
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "execution of AfterUpdate",
        record(
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            "dlrs: execution of AfterUpdate\n\ncaused by: UNABLE_TO_LOCK_ROW, unable to obtain",
            times=2,
        ),
        tries=3,
    ),
    case(
        "ENTITY_IS_DELETED",
        "entity is deleted",
        record("ENTITY_IS_DELETED", "entity is deleted"),
        **_GONE,
    ),
)

BULK: Sequence[Case] = (
    _stops(
        "FeatureNotEnabled",
        "Async API",
        answers(
            {"exceptionCode": "FeatureNotEnabled", "exceptionMessage": "Async API not enabled"},
            **JOBS,
        ),
        4,
        "046",
        text="bulk_query_from",
        settings=BY_BULK,
    ),
    _stops(
        "LIMIT_EXCEEDED",
        "",
        answers(rest("LIMIT_EXCEEDED", "Max jobs per day."), **JOBS),
        6,
        "023",
        text="Max jobs per day",
        settings=BY_BULK,
    ),
    _stops(
        "INVALIDENTITY",
        "is not supported by the Bulk API",
        answers(rest("INVALIDENTITY", "Entity 'X' is not supported by the Bulk API."), **JOBS),
        4,
        "046",
        settings=BY_BULK,
    ),
    *(
        _stops(
            "(compound)",
            "compound data",
            answers(rest(code, COMPOUND), **JOBS),
            4,
            "046",
            text=COMPOUND,
            settings=BY_BULK,
        )
        for code in ("FUNCTIONALITY_NOT_ENABLED", "API_ERROR")
    ),
)

CASES: Sequence[Case] = (*SESSIONS, *REQUESTS, *WRITTEN, *BULK)
