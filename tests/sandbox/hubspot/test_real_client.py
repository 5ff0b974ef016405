"""The client that the product uses, unmodified, against the portal over HTTP."""

from collections.abc import Iterator
from typing import Any

import hubspot
import pytest
import urllib3
from hubspot.crm.associations.v4 import BatchInputPublicFetchAssociationsBatchRequest
from hubspot.crm.contacts import ApiException as ContactsError
from hubspot.crm.objects import BatchInputSimplePublicObjectBatchInput

from sandbox.faults import Action, Fault
from sandbox.hubspot.tokens import RUNNING_SCOPES, RUNNING_TOKEN, SETUP_TOKEN
from sandbox.server import Sandbox

# The client calls a method of urllib3 that is going away; it is not ours to change.
pytestmark = pytest.mark.filterwarnings("ignore:HTTPResponse.getheaders:DeprecationWarning")

ONCE = urllib3.Retry(0, redirect=0, raise_on_status=False, respect_retry_after_header=False)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


def _client(sandbox: Sandbox, token: str = RUNNING_TOKEN) -> Any:
    url = sandbox.url
    return hubspot.HubSpot(access_token=token, host=url, base_url=url, retry=ONCE)


@pytest.fixture
def client(sandbox: Sandbox) -> Any:
    return _client(sandbox)


def test_it_gets_every_record_page_by_page(sandbox: Sandbox, client: Any) -> None:
    ids = [sandbox.hubspot.create("contacts", {"city": "Kobe"}) for _ in range(203)]

    found = client.crm.contacts.get_all(properties=["city", "zip"])

    assert [one.id for one in found] == ids
    assert found[0].properties["city"] == "Kobe"
    assert found[0].properties["zip"] is None
    assert found[0].created_at.isoformat() == "2026-11-02T00:00:00+00:00"


def test_it_searches_and_writes_and_reads_back(sandbox: Sandbox, client: Any) -> None:
    ids = [sandbox.hubspot.create("companies", {"name": f"n{one}"}) for one in range(3)]
    sandbox.clock.advance(10)
    by_id = [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]
    above = {"propertyName": "hs_object_id", "operator": "GT", "value": ids[0]}
    request = {"filterGroups": [{"filters": [above]}], "sorts": by_id, "limit": 200}

    found = client.crm.companies.search_api.do_search(public_object_search_request=request)
    inputs = [{"id": one.id, "properties": {"city": "Kobe"}} for one in found.results]
    client.crm.companies.batch_api.update(
        batch_input_simple_public_object_batch_input={"inputs": inputs}
    )
    read = client.crm.companies.batch_api.read(
        batch_read_input_simple_public_object_id={
            "inputs": [{"id": one} for one in ids],
            "properties": ["city"],
        }
    )

    assert (found.total, [one.id for one in found.results]) == (2, ids[1:])
    assert {one.id: one.properties["city"] for one in read.results} == {
        ids[0]: None,
        ids[1]: "Kobe",
        ids[2]: "Kobe",
    }


def test_it_sees_what_was_refused_within_a_batch(sandbox: Sandbox, client: Any) -> None:
    record = sandbox.hubspot.create("contacts", {})
    inputs = [{"id": one, "properties": {"city": "Kobe"}} for one in (record, "4711")]

    answer = client.crm.objects.batch_api.update(
        "contacts",
        batch_input_simple_public_object_batch_input=BatchInputSimplePublicObjectBatchInput(
            inputs=inputs
        ),
    )

    assert (len(answer.results), answer.num_errors) == (1, 1)
    assert answer.errors[0].category == "OBJECT_NOT_FOUND"
    assert answer.errors[0].context == {"ids": ["4711"]}


def test_it_reads_associations(sandbox: Sandbox, client: Any) -> None:
    contact = sandbox.hubspot.create("contacts", {})
    company = sandbox.hubspot.create("companies", {})
    sandbox.hubspot.associate("contacts", contact, "companies", company)

    body = BatchInputPublicFetchAssociationsBatchRequest(inputs=[{"id": contact}, {"id": "1"}])
    answer = client.crm.associations.v4.batch_api.get_page(
        "contacts", "companies", batch_input_public_fetch_associations_batch_request=body
    )

    assert answer.results[0].to[0].to_object_id == company
    assert answer.errors[0].sub_category == "crm.associations.NO_ASSOCIATIONS_FOUND"


def test_it_prepares_properties_twice_without_harm(sandbox: Sandbox) -> None:
    core = _client(sandbox, SETUP_TOKEN).crm.properties
    core.groups_api.create("contacts", property_group_create={"name": "bbm", "label": "BBM"})
    body = {
        "inputs": [
            {
                "name": "bbm_score",
                "label": "Score",
                "type": "number",
                "fieldType": "number",
                "groupName": "bbm",
            }
        ]
    }

    first = core.batch_api.create("contacts", batch_input_property_create=body)
    second = core.batch_api.create("contacts", batch_input_property_create=body)

    assert first.results[0].name == "bbm_score"
    assert (second.results, second.num_errors) == ([], 1)
    assert core.core_api.get_by_name("contacts", "bbm_score").type == "number"


def test_it_reads_pipelines_owners_and_the_account(client: Any) -> None:
    pipelines = client.crm.pipelines.pipelines_api.get_all("deals")
    owners = client.crm.owners.owners_api.get_page(limit=3)
    details = client.api_request({"path": "/account-info/v3/details"}).json()

    assert pipelines.results[0].stages[0].metadata["probability"] == "0.2"
    assert len(owners.results) == 3
    assert details["portalId"] == 48210437


def test_it_gets_a_token_for_an_app(sandbox: Sandbox) -> None:
    sandbox.hubspot.tokens.add_app("app", "s3cret", "r1", RUNNING_SCOPES)

    answer = _client(sandbox, "").oauth.tokens_api.create(
        grant_type="refresh_token", client_id="app", client_secret="s3cret", refresh_token="r1"
    )

    assert answer.expires_in == 1800
    assert _client(sandbox, answer.access_token).crm.contacts.basic_api.get_page().results == []


@pytest.mark.parametrize(
    ("token", "status"), [("nonsense", 401), (RUNNING_TOKEN, 403)], ids=["unknown", "scope"]
)
def test_it_raises_on_refusals(sandbox: Sandbox, token: str, status: int) -> None:
    with pytest.raises(hubspot.crm.objects.ApiException) as refused:
        _client(sandbox, token).crm.objects.basic_api.get_page("leads")

    assert refused.value.status == status
    assert "correlationId" in refused.value.body


def test_a_full_window_is_429_until_the_clock_moves(sandbox: Sandbox, client: Any) -> None:
    sandbox.hubspot.knobs.calls_per_ten_seconds = 1
    contacts = client.crm.contacts.basic_api
    contacts.get_page()

    with pytest.raises(ContactsError) as refused:
        contacts.get_page()
    sandbox.clock.advance(10)

    assert refused.value.status == 429
    assert contacts.get_page().results == []


def test_faults_hit_one_request_and_the_next_is_served(sandbox: Sandbox, client: Any) -> None:
    body = '{"status":"error","message":"The account is moving."}'
    moving = Action(status=477, body=body, headers={"Retry-After": "3600"})
    sandbox.faults.add(Fault(service="hubspot", path_contains="contacts", action=moving))
    contacts = client.crm.contacts.basic_api

    with pytest.raises(ContactsError) as refused:
        contacts.get_page()

    assert (refused.value.status, refused.value.headers["Retry-After"]) == (477, "3600")
    assert contacts.get_page().results == []


def test_the_ledger_tells_our_writes_from_peoples(sandbox: Sandbox, client: Any) -> None:
    record = sandbox.hubspot.create("contacts", {})
    sandbox.hubspot.update("contacts", record, {"city": "Osaka"}, by="human")
    since = sandbox.ledger.last_change()

    client.crm.contacts.basic_api.update(
        record, simple_public_object_input={"properties": {"city": "Kobe"}}
    )

    (write,) = sandbox.ledger.writes(service="hubspot", since=since)
    assert (write.field, write.old, write.new, write.by) == (
        "city",
        "Osaka",
        "Kobe",
        "INTEGRATION",
    )
