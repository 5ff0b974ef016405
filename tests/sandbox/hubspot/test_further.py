"""Tickets, products, goals and so on: there for clients that copy a whole account."""

import pytest

from sandbox.hubspot.portal import Portal
from sandbox.hubspot.tokens import RUNNING_SCOPES
from tests.sandbox.hubspot.calling import Api

TOKEN = "pat-na1-5a4db0c5-0000-4000-8000-0000000000d5"
KINDS = ("products", "line_items", "quotes")
SCOPES = {f"crm.objects.{kind}.{verb}" for kind in KINDS for verb in ("read", "write")}


@pytest.fixture
def seller(api: Api, portal: Portal) -> Api:
    portal.tokens.add(TOKEN, RUNNING_SCOPES | SCOPES | {"tickets"})
    return Api(api.service, TOKEN)


@pytest.mark.parametrize(
    ("kind", "id_", "name", "owner", "type_id"),
    [
        ("tickets", "0-5", "subject", "contacts", 16),
        ("tickets", "0-5", "subject", "companies", 339),
        ("line_items", "0-8", "name", "deals", 20),
        ("quotes", "0-14", "hs_title", "deals", 64),
    ],
)
def test_they_are_created_found_and_associated(  # noqa: PLR0917  a case's facts
    seller: Api, portal: Portal, kind: str, id_: str, name: str, owner: str, type_id: int
) -> None:
    portal.knobs.index_lag_seconds = 0
    other = portal.create(owner, {})
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}]
    told = {"properties": {name: "One"}, "associations": [{"to": {"id": other}, "types": types}]}

    made = seller.post(f"/crm/v3/objects/{kind}", told)

    assert made.status == 201
    found = seller.found(id_, {"propertyName": name, "operator": "EQ", "value": "one"})
    assert found == [made.body["id"]]
    (read,) = seller.get(f"/crm/v3/objects/{owner}?associations={kind}").body["results"]
    assert [one["id"] for one in read["associations"][kind]["results"]] == found


def test_products_stand_alone(seller: Api) -> None:
    made = seller.post("/crm/objects/2026-03/products", {"properties": {"name": "P", "price": 3}})

    assert made.body["properties"]["price"] == "3"


def test_tickets_go_through_a_pipeline(seller: Api) -> None:
    values = {"subject": "Late", "hs_pipeline": "0", "hs_pipeline_stage": "4"}
    refused = {**values, "hs_pipeline_stage": "closedwon"}

    made = seller.post("/crm/v3/objects/tickets", {"properties": values})

    (pipeline,) = seller.get("/crm/v3/pipelines/tickets").body["results"]
    assert [one["id"] for one in pipeline["stages"]] == ["1", "2", "3", "4"]
    assert pipeline["stages"][3]["metadata"] == {"isClosed": "true", "ticketState": "CLOSED"}
    named = f"/crm/v3/objects/tickets/{made.body['id']}?properties=hs_v2_date_entered_4"
    assert seller.get(named).body["properties"]["hs_v2_date_entered_4"]
    assert seller.post("/crm/v3/objects/tickets", {"properties": refused}).status == 400


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("/crm/v3/objects/tickets", "tickets"),
        ("/crm/v3/properties/tickets", "tickets"),
        ("/crm/v3/pipelines/ticket", "tickets"),
        ("/crm/objects/2026-03/0-7", "crm.objects.products.read"),
        ("/properties/v2/deal_split/properties", "crm.dealsplits.read_write"),
        ("/crm/v3/objects/feedback_submissions", "crm.objects.feedback_submissions.read"),
        ("/crm/v3/objects/goal_targets", "crm.objects.goals.read"),
        ("/crm/v3/objects/contacts?associations=order", "crm.objects.orders.read"),
    ],
)
def test_their_scopes_are_their_own(api: Api, portal: Portal, path: str, scope: str) -> None:
    portal.create("contacts", {})

    reply = api.get(path)

    assert (reply.status, reply.body["category"]) == (403, "MISSING_SCOPES")
    assert reply.body["errors"][0]["context"] == {"requiredGranularScopes": [scope]}
