"""What restforce recorded of older versions is still said: the sandbox's answers hold as much."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.clock import SandboxClock
from sandbox.salesforce.apps import ADMIN_APP
from sandbox.salesforce.org import Org
from tests.sandbox.salesforce.calling import DATA, Api, Told
from tests.sandbox.salesforce.fidelity.facts import facts

SPAN = "start=2026-11-01T00:00:00Z&end=2026-11-03T00:00:00Z"
LEAD = {"LastName": "x", "Company": "y"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def _query(text: str) -> Callable[[Api], Told]:
    return lambda api: api("GET", f"query?q={text.replace(' ', '+')}")


def _token(**form: str) -> Callable[[Api], Told]:
    client = {"client_id": ADMIN_APP.key, "client_secret": ADMIN_APP.secret}
    body = "&".join(f"{name}={value}" for name, value in {**client, **form}.items()).encode()
    return lambda api: api.raw("POST", "/services/oauth2/token", body, FORM)


def _second_page(api: Api) -> Told:
    first = _query("SELECT Name FROM Account")(api).json
    assert isinstance(first, dict)
    return api("GET", first["nextRecordsUrl"].removeprefix(f"{DATA}/"))


ASKED: dict[str, tuple[int, Callable[[Api], Told]]] = {
    "auth_success_response": (200, _token(grant_type="client_credentials")),
    "refresh_error_response": (400, _token(grant_type="refresh_token", refresh_token="x")),
    "expired_session_response": (
        401,
        lambda api: api("GET", "limits", authorization="Bearer x"),
    ),
    "services_data_success_response": (
        200,
        lambda api: api.raw("GET", "/services/data", b"", {}),
    ),
    "create_success_response": (201, lambda api: api("POST", "sobjects/Lead", LEAD)),
    "write_error_response": (400, lambda api: api("POST", "sobjects/Lead", {"foo": 1})),
    "upsert_created_success_response": (
        201,
        lambda api: api("PATCH", "sobjects/Lead/Key__c/new", LEAD),
    ),
    "upsert_error_response": (404, lambda api: api("PATCH", "sobjects/Lead/Namez/x", LEAD)),
    "upsert_multiple_error_response": (
        300,
        lambda api: api("PATCH", "sobjects/Lead/Key__c/same", LEAD),
    ),
    "delete_error_response": (404, lambda api: api("DELETE", "sobjects/Lead/rid/x")),
    "sobject_find_error_response": (404, lambda api: api("GET", "sobjects/Lead/23foo/x")),
    "sobject_describe_error_response": (
        404,
        lambda api: api("GET", "sobjects/Whizbang/describe"),
    ),
    "org_query_response": (200, _query("SELECT Id FROM Organization")),
    "query_empty_response": (200, _query("SELECT Id FROM Contact")),
    "query_error_response": (400, _query("SELECT Whizbang FROM Lead")),
    "search_error_response": (400, lambda api: api("GET", "search?q=FIND+x")),
    "search_success_response": (
        200,
        lambda api: api.raw(
            "GET",
            "/services/data/v36.0/search?q=FIND+{same}+RETURNING+Lead(Id)",
            b"",
            {"authorization": f"Bearer {api.token}"},
        ),
    ),
    "get_updated_success_response": (
        200,
        lambda api: api("GET", f"sobjects/Lead/updated?{SPAN}"),
    ),
    "get_deleted_success_response": (
        200,
        lambda api: api("GET", f"sobjects/Lead/deleted?{SPAN}"),
    ),
}


@pytest.fixture
def api() -> Api:
    org = Org(SandboxClock(datetime(2026, 11, 2, tzinfo=UTC)))
    org.define_field("Lead", "Key__c", external_id=True)
    for _ in range(2):
        org.create("Lead", {**LEAD, "Key__c": "same"})
        org.create("Account", {"Name": "x"})
    org.delete("Lead", org.create("Lead", LEAD))
    org.page_limit = 1
    return Api(org)


@pytest.mark.parametrize("name", ASKED)
def test_an_answer_says_what_was_recorded(name: str, api: Api, shared: Path) -> None:
    status, ask = ASKED[name]
    recorded = json.loads(
        (shared / "recordings" / "salesforce" / "restforce" / f"{name}.json").read_text()
    )

    told = ask(api)

    lacking = facts(status, recorded) - facts(told.status, told.json)
    # There, each error and record has a place of its own; older versions numbered queries less.
    assert lacking == set()


def test_pages_are_told_as_recorded(api: Api, shared: Path) -> None:
    folder = shared / "recordings" / "salesforce" / "restforce"
    first = json.loads((folder / "query_paginated_first_page_response.json").read_text())
    last = json.loads((folder / "query_paginated_last_page_response.json").read_text())

    now = _query("SELECT Name FROM Account")(api).json

    assert isinstance(now, dict)
    assert set(now) == set(first)
    then = _second_page(api).json
    assert isinstance(then, dict)
    assert (set(then), then["done"]) == (set(last), True)
