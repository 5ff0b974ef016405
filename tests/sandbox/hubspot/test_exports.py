"""Exports: written in the background, one at a time, fetched by an address that soon closes."""

import csv
import io
import zipfile
from typing import Any

import pytest

from sandbox.clock import SandboxClock
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.tokens import RUNNING_SCOPES
from tests.sandbox.hubspot.calling import Api, Reply

START_URL = "/crm/v3/exports/export/async"
TOKEN = "pat-na1-5a4db0c5-0000-4000-8000-0000000000d2"


@pytest.fixture
def api(api: Api, portal: Portal) -> Api:
    portal.knobs.index_lag_seconds = 0
    portal.tokens.add(TOKEN, RUNNING_SCOPES | {"crm.export"})
    return Api(api.service, TOKEN)


def start(api: Api, **more: object) -> Reply:
    told = {"exportType": "VIEW", "format": "CSV", "exportName": "all", "objectType": "CONTACT"}
    return api.post(START_URL, {**told, "objectProperties": ["email", "industry"], **more})


def status(api: Api, task: str) -> Any:
    return api.get(f"{START_URL}/tasks/{task}/status").body


def file_of(api: Api, clock: SandboxClock, **more: object) -> Reply:
    made = start(api, **more)
    assert made.status == 202, made.body
    clock.advance(120)
    return api.get(status(api, made.body["id"])["result"].removeprefix("http://hubspot.test"))


def rows_of(reply: Reply) -> list[list[str]]:
    return list(csv.reader(io.StringIO(reply.body.decode())))


def test_an_export_waits_works_and_ends(api: Api, portal: Portal, clock: SandboxClock) -> None:
    portal.create("contacts", {"email": "a@example.jp"})
    made = start(api).body
    seen = []

    for seconds in (0, 10, 60):
        clock.advance(seconds)
        seen.append(status(api, made["id"])["status"])

    assert made["links"]["status"].endswith(f"/tasks/{made['id']}/status")
    assert seen == ["PENDING", "PROCESSING", "COMPLETE"]
    export = api.get(f"/crm/exports/2026-03/export/{made['id']}").body
    assert (export["exportState"], export["recordCount"]) == ("DONE", 1)


def test_the_file_holds_labels_or_internal_names_and_values(
    api: Api, portal: Portal, clock: SandboxClock
) -> None:
    record = portal.create("companies", {"industry": "COMPUTER_SOFTWARE", "hs_country_code": "JP"})
    asked = {"objectType": "COMPANY", "objectProperties": ["industry", "createdate"]}

    by_label = rows_of(file_of(api, clock, **asked))
    options = ["NAMES", "VALUES"]
    internal = rows_of(file_of(api, clock, **asked, exportInternalValuesOptions=options))

    assert by_label == [
        ["Record ID", "Industry", "Create Date"],
        [record, "Computer Software", "2026-11-02 09:00"],
    ]
    assert internal == [
        ["hs_object_id", "industry", "createdate"],
        [record, "COMPUTER_SOFTWARE", "2026-11-02T00:00:00Z"],
    ]


def test_a_view_is_filtered_and_shows_what_is_associated(
    api: Api, portal: Portal, clock: SandboxClock
) -> None:
    found, _ = (portal.create("contacts", {"city": one}) for one in ("Kobe", "Osaka"))
    company = portal.create("companies", {})
    portal.associate("contacts", found, "companies", company)
    asked = {"filters": [{"propertyName": "city", "operator": "EQ", "value": "kobe"}]}

    rows = rows_of(
        file_of(api, clock, publicCrmSearchRequest=asked, associatedObjectType=["COMPANY"])
    )

    assert [(one[0], one[-1]) for one in rows] == [
        ("Record ID", "Associated Company IDs"),
        (found, company),
    ]


def test_a_list_is_exported_with_its_members(api: Api, portal: Portal, clock: SandboxClock) -> None:
    member, _ = (portal.create("contacts", {}) for _ in range(2))
    made = portal.lists.add("x", "contacts", "MANUAL", clock.now())
    made.joined[int(member)] = clock.now()

    rows = rows_of(file_of(api, clock, exportType="LIST", listId=made.id))

    assert [one[0] for one in rows[1:]] == [member]


def test_many_rows_are_split_and_packed(api: Api, portal: Portal, clock: SandboxClock) -> None:
    portal.knobs.export_rows_per_file = 2
    ids = [portal.create("contacts", {}) for _ in range(5)]

    reply = file_of(api, clock)

    assert reply.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(reply.body)) as archive:
        assert archive.namelist() == ["all-1.csv", "all-2.csv", "all-3.csv"]
        files = [archive.read(one).decode() for one in archive.namelist()]
    found = [row[0] for file in files for row in list(csv.reader(io.StringIO(file)))[1:]]
    assert found == ids


def test_an_address_closes_after_five_minutes(api: Api, clock: SandboxClock) -> None:
    made = start(api).body
    clock.advance(120)
    url = status(api, made["id"])["result"].removeprefix("http://hubspot.test")

    clock.advance(299)
    assert api.get(url, token="").status == 200
    clock.advance(1)
    assert api.get(url, token="").status == 403
    fresh = status(api, made["id"])["result"].removeprefix("http://hubspot.test")
    assert api.get(fresh).status == 200


def test_one_export_works_at_a_time(api: Api, clock: SandboxClock) -> None:
    first, second = (start(api).body["id"] for _ in range(2))

    clock.advance(70)

    assert status(api, first)["status"] == "COMPLETE"
    assert status(api, second)["status"] == "PROCESSING"


def test_thirty_a_day_and_no_more(api: Api, clock: SandboxClock) -> None:
    assert {start(api).status for _ in range(30)} == {202}
    assert start(api).body["category"] == "RATE_LIMITS"
    clock.advance(86_400)
    assert start(api).status == 202


@pytest.mark.parametrize(
    ("more", "status_code"),
    [
        ({"objectProperties": ["nothing"]}, 400),
        ({"format": "XLSX"}, 400),
        ({"exportType": "ALL"}, 400),
        ({"objectType": "BUTTERFLY"}, 400),
        ({"exportType": "LIST", "listId": "99"}, 404),
        ({"publicCrmSearchRequest": {"filters": [{"propertyName": "x", "operator": "EQ"}]}}, 400),
    ],
)
def test_an_export_that_makes_no_sense_is_refused(
    api: Api, more: dict[str, object], status_code: int
) -> None:
    assert start(api, **more).status == status_code


def test_an_unknown_export_is_not_there(api: Api) -> None:
    assert api.get(f"{START_URL}/tasks/1/status").status == 404
    assert api.get("/exported-files/nonsense").status == 403
