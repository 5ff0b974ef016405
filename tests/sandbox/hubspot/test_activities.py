"""Activities, campaigns and events: who did what and when, and what it cost."""

from datetime import timedelta
from decimal import Decimal

import pytest

from sandbox.hubspot.campaigns import Item
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.tokens import RUNNING_SCOPES
from tests.sandbox.hubspot.calling import START, Api

TOKEN = "pat-na1-5a4db0c5-0000-4000-8000-0000000000d3"
MORE = {
    "sales-email-read",
    "marketing.campaigns.read",
    "marketing.campaigns.revenue.read",
    "business-intelligence",
    "settings.users.teams.read",
    "settings.currencies.read",
}
CAMPAIGNS = "/marketing/v3/campaigns"


@pytest.fixture
def api(api: Api, portal: Portal) -> Api:
    portal.tokens.add(TOKEN, RUNNING_SCOPES | MORE)
    return Api(api.service, TOKEN)


@pytest.mark.parametrize(
    ("kind", "type_id", "link"),
    [
        ("calls", 194, "call_to_contact"),
        ("communications", 81, "communication_to_contact"),
        ("emails", 198, "email_to_contact"),
        ("meetings", 200, "meeting_to_contact"),
        ("notes", 202, "note_to_contact"),
        ("postal_mail", 453, "postal_mail_to_contact"),
        ("tasks", 204, "task_to_contact"),
    ],
)
def test_an_activity_says_who_when_and_with_whom(
    api: Api, portal: Portal, kind: str, type_id: int, link: str
) -> None:
    contact = portal.create("contacts", {})
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}]
    values = {"hs_timestamp": "2026-11-01T09:30:00Z", "hubspot_owner_id": "534941"}
    told = {"properties": values, "associations": [{"to": {"id": contact}, "types": types}]}

    made = api.post(f"/crm/v3/objects/{kind}", told)
    names = "hs_timestamp,hubspot_owner_id"
    (read,) = api.get(f"/crm/v3/objects/{kind}?properties={names}&associations=contacts").body[
        "results"
    ]

    assert made.status == 201
    assert {name: read["properties"][name] for name in values} == values
    assert read["associations"]["contacts"]["results"] == [{"id": contact, "type": link}]


def test_an_activity_without_a_time_is_refused(api: Api, portal: Portal) -> None:
    inputs = [{"properties": {"hs_call_title": "Hello"}}]

    reply = api.post("/crm/v3/objects/calls", inputs[0])

    assert (reply.status, reply.body["category"]) == (400, "VALIDATION_ERROR")
    assert reply.body["message"] == ("Error creating CALL. Some required properties were not set.")
    assert reply.body["context"] == {"properties": ["hs_timestamp"]}
    assert api.post("/crm/v3/objects/calls/batch/create", {"inputs": inputs}).status == 400
    assert portal.rows("calls") == []


def test_activities_are_searched_by_when_they_happened(
    api: Api, portal: Portal, settled: object
) -> None:
    portal.knobs.index_lag_seconds = 0
    ids = [
        portal.create(
            "calls", {"hs_timestamp": f"2026-10-{day}T00:00:00Z", "hs_call_status": "MISSED"}
        )
        for day in (10, 20, 30)
    ]
    window = [
        {"propertyName": "hs_timestamp", "operator": "GTE", "value": "2026-10-15T00:00:00Z"},
        {"propertyName": "hs_timestamp", "operator": "LT", "value": "2026-10-30T00:00:00Z"},
    ]

    assert api.found("calls", *window) == [ids[1]]


def test_the_content_of_emails_has_its_own_scope(api: Api) -> None:
    bare = Api(api.service)

    assert bare.get("/crm/v3/objects/calls").status == 200
    (error,) = bare.get("/crm/v3/objects/emails").body["errors"]
    assert error["context"]["requiredGranularScopes"] == ["sales-email-read"]


def test_owners_name_their_teams_and_teams_their_people(api: Api) -> None:
    owners = api.get("/crm/v3/owners").body["results"]
    teams = api.get("/settings/v3/users/teams").body["results"]

    assert owners[0]["teams"] == [{"id": "418", "name": "Inside sales", "primary": True}]
    assert [(one["name"], len(one["userIds"])) for one in teams] == [
        ("Inside sales", 3),
        ("Field sales", 3),
    ]


def test_a_campaign_tells_its_cost_and_what_came_of_it(api: Api, portal: Portal) -> None:
    contact = portal.create("contacts", {})
    for stage, amount in (("closedwon", "100"), ("contractsent", "40.5")):
        deal = portal.create("deals", {"dealstage": stage, "amount": amount})
        portal.associate("contacts", contact, "deals", deal)
    campaign = portal.campaigns.add("Autumn fair", START, hs_start_date="2026-10-01")
    campaign.budget.append(Item("stand", Decimal(500), START))
    campaign.spend.append(Item("travel", Decimal("120.25"), START))
    campaign.reached["influencedContacts"] = [contact]

    names = "hs_name,hs_start_date,hs_spend_items_sum_amount,nothing"
    (listed,) = api.get(f"{CAMPAIGNS}?properties={names}").body["results"]
    one = f"{CAMPAIGNS}/{campaign.id}"
    totals, metrics = api.get(f"{one}/budget/totals").body, api.get(f"{one}/reports/metrics").body
    revenue = api.get(f"{one}/reports/revenue").body
    reached = api.get(f"{one}/reports/contacts/influencedContacts").body

    assert listed["properties"] == {
        "hs_name": "Autumn fair",
        "hs_spend_items_sum_amount": "120.25",
        "hs_start_date": "2026-10-01",
    }
    assert (totals["budgetTotal"], totals["spendTotal"]) == (500, 120.25)
    assert totals["remainingBudget"] == 379.75
    assert (metrics["influencedContacts"], metrics["sessions"]) == (1, 0)
    assert (revenue["dealAmount"], revenue["revenueAmount"]) == (140.5, 100)
    assert reached == {"results": [{"id": contact}]}


def test_campaigns_come_in_pages_and_batches(api: Api, portal: Portal) -> None:
    made = [portal.campaigns.add(f"n{one}", START) for one in range(3)]

    first = api.get(f"{CAMPAIGNS}?limit=2&name=N").body
    read = api.post(f"{CAMPAIGNS}/batch/read", {"inputs": [{"id": made[0].id}, {"id": "x"}]})

    assert (first["total"], first["paging"]["next"]["after"]) == (3, "2")
    assert first["paging"]["next"]["link"].endswith("?limit=2&name=N&after=2")
    assert (read.status, len(read.body["results"]), read.body["numErrors"]) == (207, 1, 1)
    assert api.get(f"{CAMPAIGNS}/{made[1].id}").body["assets"] == {}
    assert api.get(f"{CAMPAIGNS}/{made[1].id}/assets/FORM").body == {"results": []}
    assert api.get(f"{CAMPAIGNS}/x").status == 404
    assert api.get(f"{CAMPAIGNS}/{made[1].id}/reports/contacts/x").status == 400


def test_events_come_newest_first_and_by_record(api: Api, portal: Portal) -> None:
    contact, other = (portal.create("contacts", {}) for _ in range(2))
    for hours, record in enumerate((contact, contact, other)):
        at = START - timedelta(hours=hours)
        portal.occurrences.add("e_visited_page", "contacts", record, at)
    url = "/events/event-occurrences/2026-03"

    first = api.get(f"{url}?eventType=e_visited_page&limit=2").body
    rest = api.get(first["paging"]["next"]["link"].removeprefix("http://hubspot.test")).body
    late = api.get(
        f"{url}?objectType=contact&objectId={contact}&occurredAfter={START:%F}T00:00:00Z"
    )

    assert [one["objectId"] for one in first["results"]] == [contact, contact]
    assert [one["objectId"] for one in rest["results"]] == [other]
    assert len(late.body["results"]) == 1
    assert api.get(f"{url}/event-types").body == {"eventTypes": ["e_visited_page"]}
    assert api.get("/events/v3/events/?eventType=e_x").body == {"results": []}
    for bad in ("", "?eventType=x&after=nonsense", "?eventType=x&occurredAfter=soon"):
        assert api.get(url + bad).status == 400


def test_a_deal_in_another_currency_has_its_amount_at_home(api: Api, portal: Portal) -> None:
    alone = portal.create("deals", {"amount": "10"})
    portal.knobs.exchange_rates = {"USD": "150.5"}
    at_home, abroad = (
        portal.create("deals", {"amount": "10", **more})
        for more in ({}, {"deal_currency_code": "USD"})
    )

    said = [
        [portal.get("deals", one).get(name) for name in ("deal_currency_code", "hs_exchange_rate")]
        for one in (alone, at_home, abroad)
    ]
    amounts = [
        portal.get("deals", one)["amount_in_home_currency"] for one in (alone, at_home, abroad)
    ]

    assert said == [[None, None], ["JPY", "1"], ["USD", "150.5"]]
    assert amounts == ["10", "10", "1505.0"]
    assert api.get("/account-info/v3/details").body["additionalCurrencies"] == ["USD"]
    (rate,) = api.get("/settings/v3/currencies/exchange-rates/current").body["results"]
    assert (rate["fromCurrencyCode"], rate["conversionRate"]) == ("USD", 150.5)
    assert api.get("/settings/currencies/2026-03/company-currency").body["id"] == "JPY"
    assert len(api.get("/settings/currencies/2026-03/codes").body["results"]) == 4


def test_rates_of_before_come_in_pages_and_the_current_ones_alone(api: Api, portal: Portal) -> None:
    portal.knobs.exchange_rates = {"USD": "150"}
    portal.knobs.rates_since = "2026-07-01"
    portal.knobs.earlier_rates = {"USD": {"2026-01-01": "140"}}
    url = "/settings/v3/currencies/exchange-rates"

    first = api.get(f"{url}?limit=1").body
    rest = api.get(f"{url}?limit=1&after={first['paging']['next']['after']}").body
    current = api.get(f"{url}/current").body

    said = [
        (rate["conversionRate"], rate["effectiveAt"])
        for rate in (*first["results"], *rest["results"])
    ]
    assert said == [(150, "2026-07-01T00:00:00Z"), (140, "2026-01-01T00:00:00Z")]
    assert "paging" not in rest
    assert current["results"] == first["results"]


def test_an_activity_may_be_with_a_lead(api: Api, portal: Portal) -> None:
    portal.knobs.has_leads = True
    lead, call = portal.create("leads", {"hs_lead_name": "Aoi"}), portal.create("calls", {})
    portal.associate("calls", call, "leads", lead)

    read = api.post("/crm/v4/associations/calls/leads/batch/read", {"inputs": [{"id": call}]})

    (row,) = read.body["results"]
    assert [str(one["toObjectId"]) for one in row["to"]] == [lead]
