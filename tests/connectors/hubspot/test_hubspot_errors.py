"""Every row of the error table, and every way in which no answer comes at all."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest
import urllib3.exceptions as broken
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.errors import BBMError, TransientError
from connectors.errors import (
    BudgetSpent,
    LoginRefused,
    MissingPermission,
    RateLimited,
    RequestRefused,
    Unavailable,
)
from connectors.hubspot import errors
from connectors.hubspot.complaint import complaint_of, faults_of, parsed
from connectors.hubspot.errors import HINTS, clamp_seconds, error_of, error_of_transport, malformed

HTML = b"<html><body><h1>Bad gateway</h1></body></html>"


def answer(status: int, body: Any, **headers: str) -> BBMError:
    raw = body if isinstance(body, bytes) else orjson.dumps({"status": "error", **body})
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return error_of(complaint_of(status, raw, named, reason="Reason"), midnight_seconds=5_000)


def expired(since: str) -> dict[str, str]:
    return {
        "category": "EXPIRED_AUTHENTICATION",
        "message": f"The OAuth token used to make this call expired {since} ago.",
    }


def scopes(*names: str) -> dict[str, Any]:
    return {"context": {"requiredGranularScopes": list(names)}}


def invalid(code: str, words: str = "no") -> dict[str, Any]:
    fault = {"message": words, "code": code, "context": {"propertyName": ["bbm_icp"]}}
    return {"category": "VALIDATION_ERROR", "message": "not valid", "errors": [fault]}


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (401, {"category": "INVALID_AUTHENTICATION"}, LoginRefused, "001"),
        (401, expired("5 minute(s)"), LoginRefused, "002"),
        (401, expired("3 day(s)"), LoginRefused, "002"),
        (401, expired("20543 day(s)"), LoginRefused, "003"),
        (403, {"category": "MISSING_SCOPES", **scopes("crm.x")}, MissingPermission, "010"),
        (403, {"category": "MISSING_SCOPES", "errors": [scopes("a")]}, MissingPermission, "010"),
        (403, {"category": "FORBIDDEN"}, MissingPermission, "011"),
        (403, HTML, MissingPermission, "011"),
        (400, {"message": "Unable to infer object type from: x"}, MissingPermission, "012"),
        (400, invalid("PROPERTY_DOESNT_EXIST"), MissingPermission, "020"),
        (400, invalid("INVALID_OPTION"), RequestRefused, "021"),
        (400, invalid("INVALID_LONG"), RequestRefused, "022"),
        (400, {"message": "too many filterGroups"}, RequestRefused, "022"),
        (400, b"", RequestRefused, "022"),
        (
            404,
            {"message": "Object not found.  objectId are usually numeric."},
            RequestRefused,
            "024",
        ),
        (408, HTML, Unavailable, "040"),
        (409, {"category": "CONFLICT"}, RequestRefused, "023"),
        (414, HTML, RequestRefused, "025"),
        (423, {"message": "locked"}, Unavailable, "034"),
        (429, {"policyName": "TEN_SECONDLY_ROLLING"}, RateLimited, "030"),
        (429, {"policyName": "DAILY"}, BudgetSpent, "032"),
        (429, {"category": "RATE_LIMITS"}, RateLimited, "031"),
        (429, b"error code: 1015", RateLimited, "033"),
        (477, {"message": "moving"}, Unavailable, "035"),
        (500, {"message": "oh"}, Unavailable, "040"),
        (502, HTML, Unavailable, "040"),
        (503, HTML, Unavailable, "040"),
        (504, b"", Unavailable, "040"),
        (524, HTML, Unavailable, "040"),
        (302, b"", Unavailable, "045"),
    ],
)
def test_each_refusal_has_its_error_and_code(
    status: int, body: Any, kind: type[BBMError], code: str
) -> None:
    error = answer(status, body)

    assert type(error) is kind
    assert error.code == f"BBM-HS-{code}"
    assert error.hint
    assert "<" not in error.message


@pytest.mark.parametrize(
    ("status", "body", "headers", "seconds"),
    [
        (429, {"policyName": "TEN_SECONDLY_ROLLING"}, {}, 10),
        (429, {"policyName": "TEN_SECONDLY_ROLLING"}, {"Retry_After": "3"}, 3),
        (429, {"policyName": "TEN_SECONDLY_ROLLING"}, {"Retry_After": "2500"}, 2.5),
        (429, {"policyName": "TEN_SECONDLY_ROLLING"}, {"Retry_After": "800"}, 0.8),
        (429, {"policyName": "TEN_SECONDLY_ROLLING"}, {"Retry_After": "0"}, 0.2),
        (429, {"policyName": "TEN_SECONDLY_ROLLING"}, {"Retry_After": "soon"}, 10),
        (429, {"policyName": "DAILY"}, {"Retry_After": "1"}, 5_000),
        (429, {"category": "RATE_LIMITS"}, {}, 1),
        (429, {"category": "RATE_LIMITS"}, {"Retry_After": "1000"}, 1),
        (429, b"error code: 1015", {}, 60),
        (429, b"error code: 1015", {"Retry_After": "600"}, 600),
        (429, b"error code: 1015", {"Retry_After": "3600"}, 900),
        (423, {}, {}, 2),
        (423, {}, {"Retry_After": "1"}, 2),
        (423, {}, {"Retry_After": "5"}, 5),
        (477, {}, {"Retry_After": "3600"}, 3_600),
        (477, {}, {"Retry_After": "999999"}, 86_400),
        (503, HTML, {}, None),
        (503, HTML, {"Retry_After": "4"}, 4),
        (503, HTML, {"Retry_After": "86400"}, 900),
    ],
)
def test_how_long_to_wait(
    status: int, body: Any, headers: dict[str, str], seconds: float | None
) -> None:
    error = answer(status, body, **headers)

    assert isinstance(error, TransientError)
    assert error.wait_seconds == seconds


def test_the_daily_limit_says_when_the_portals_day_ends() -> None:
    error = answer(429, {"policyName": "DAILY"})  # 5,000 seconds before midnight

    assert error.message.endswith("; the portal's day ends in 1 h 23 min.")


def test_a_missing_scope_is_named_with_the_place_to_add_it() -> None:
    error = answer(403, scopes("crm.objects.contacts.write", "crm.objects.deals.write"))

    assert "crm.objects.contacts.write, crm.objects.deals.write" in error.hint
    assert "Service keys" in error.hint


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (broken.NewConnectionError(None, "refused"), "041"),  # type: ignore[arg-type]  # no pool
        (broken.ReadTimeoutError(None, "/", "slow"), "041"),  # type: ignore[arg-type]  # no pool
        (broken.ProtocolError("reset"), "041"),
        (broken.MaxRetryError(None, "/", broken.SSLError("unknown CA")), "043"),  # type: ignore[arg-type]  # no pool
        (broken.ProxyError("no tunnel", OSError()), "044"),
        (broken.MaxRetryError(None, "/", broken.ProxyError("no", OSError())), "044"),  # type: ignore[arg-type]  # no pool
    ],
)
def test_no_answer_is_unavailable(error: broken.HTTPError, code: str) -> None:
    told = error_of_transport(error)

    assert type(told) is Unavailable
    assert told.code == f"BBM-HS-{code}"


def test_an_unusable_success_is_malformed() -> None:
    assert malformed("it is HTML").code == "BBM-HS-042"


def test_faults_are_found_in_the_list_and_in_the_words() -> None:
    words = '[{"isValid":false,"message":"no","error":"PROPERTY_DOESNT_EXIST","name":"bbm_x"}]'

    faults = faults_of({**invalid("INVALID_OPTION"), "message": f"not valid: {words}"})

    assert [(one.code, one.properties) for one in faults] == [
        ("INVALID_OPTION", ("bbm_icp",)),
        ("PROPERTY_DOESNT_EXIST", ("bbm_x",)),
    ]


def test_what_hubspot_says_is_one_line_without_hidden_signs() -> None:
    said = '\x1b[31mred\u202e\nis not\x00 an option: [label: "Yes"\nvalue: "true"]'
    body = {"message": said, "errors": [{"message": said, "code": "INVALID_OPTION"}]}

    complaint = complaint_of(400, orjson.dumps(body), {})

    assert complaint.message == '[31mred is not an option: [label: "Yes" value: "true"]'
    assert complaint.faults[0].message == complaint.message


def test_a_fault_in_list_and_words_counts_once() -> None:
    words = '[{"message":"no","error":"INVALID_OPTION","name":"bbm_icp"}]'

    assert len(faults_of({**invalid("INVALID_OPTION"), "message": words})) == 1


def test_the_words_of_one_input_say_what_is_wrong_with_it() -> None:
    inner = '[{"message":"x is no option","error":"INVALID_OPTION","name":"bbm_icp"}]'
    outer = {"category": "VALIDATION_ERROR", "context": {"objectWriteTraceId": ["4"]}}

    (fault,) = faults_of({"errors": [{**outer, "message": f"not valid: {inner}"}]})

    assert (fault.code, fault.message) == ("INVALID_OPTION", "x is no option")
    assert (fault.properties, fault.trace_id) == (("bbm_icp",), "4")


@pytest.mark.parametrize("message", ["[{", "[{}", "no list", "[{]", None])
def test_words_without_a_list_are_only_words(message: str | None) -> None:
    assert faults_of({"message": message}) == ()


def test_a_fault_names_the_inputs_it_is_about() -> None:
    by_trace = {"category": "CONFLICT", "context": {"objectWriteTraceId": ["7"]}}
    by_ids = {"category": "OBJECT_NOT_FOUND", "context": {"ids": [1, "2"]}}
    by_id = {"category": "X", "context": {"id": "3"}}

    faults = faults_of({"errors": [by_trace, by_ids, by_id, "noise", {"context": "noise"}]})

    assert [one.trace_id for one in faults] == ["7", "", "", ""]
    assert [one.ids for one in faults] == [(), ("1", "2"), ("3",), ()]
    assert faults[-1].code == "ERROR"


def test_a_lone_surrogate_does_not_spoil_a_whole_answer() -> None:
    assert parsed(b'{"a": "\\ud83d", "b": 1}') == {"a": "\ud83d", "b": 1}


@pytest.mark.parametrize("body", [b"", HTML, b'{"a": NaN}', b'{"a": 1', b"[" * 100_000])
def test_what_is_no_json_is_nothing(body: bytes) -> None:
    assert parsed(body) is None


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert parsed(b'{"a": "\xff"}') == {"a": "\ufffd"}


def test_every_code_of_the_table_is_used_and_no_other() -> None:
    folder = Path(errors.__file__).parent
    sources = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))

    used = Counter(re.findall(r"BBM-HS-\d{3}", sources))

    assert set(used) == set(HINTS)
    assert min(used.values()) > 1  # once in the table, and where it is raised


def test_codes_and_hints_have_one_form() -> None:
    assert all(re.fullmatch(r"BBM-HS-0\d\d", code) for code in HINTS)
    assert all(hint.endswith(".") for hint in HINTS.values())


@given(st.integers(100, 599), st.binary(max_size=200), st.text(max_size=20))
def test_whatever_comes_back_becomes_an_error_with_a_hint(
    status: int, body: bytes, retry_after: str
) -> None:
    error = error_of(complaint_of(status, body, {"Retry-After": retry_after}))

    assert error.hint
    assert error.code in HINTS


@given(st.floats(allow_nan=False))
def test_a_wait_is_never_zero_nor_endless(asked: float) -> None:
    assert 0.2 <= (clamp_seconds(asked) or 0) <= 900
