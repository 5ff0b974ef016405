"""Both of HubSpot's own clients against what the portal speaks besides records, over HTTP.

The newer one checks every answer strictly against its models.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import hubspot
import pytest
import requests
import urllib3
from hubspot_sdk import HubSpot

from sandbox.hubspot.campaigns import Item
from sandbox.hubspot.tokens import CUSTOM_OBJECTS, SETUP_SCOPES
from sandbox.server import Sandbox

pytestmark = pytest.mark.filterwarnings("ignore:HTTPResponse.getheaders:DeprecationWarning")

TOKEN = "pat-na1-5a4db0c5-0000-4000-8000-0000000000e1"
SCOPES = SETUP_SCOPES | {
    CUSTOM_OBJECTS,
    "crm.lists.read",
    "crm.lists.write",
    "crm.export",
    "marketing.campaigns.read",
    "marketing.campaigns.revenue.read",
    "business-intelligence",
    "sales-email-read",
    "settings.currencies.read",
}
EXPORT = {
    "exportType": "VIEW",
    "exportName": "all",
    "format": "CSV",
    "language": "JA",
    "objectType": "CONTACT",
    "objectProperties": ["email"],
    "associatedObjectType": "COMPANY",
    "exportInternalValuesOptions": [],
}


class Scene:
    """A portal with one of everything, and both clients; prepared once."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox, portal, now = sandbox, sandbox.hubspot, sandbox.clock.now()
        portal.knobs.has_leads = portal.knobs.oauth_takes_json = True
        portal.tokens.add(TOKEN, SCOPES)
        portal.tokens.add_app("4711", "s3cret", "r1", SCOPES)
        self.contact = portal.create("contacts", {"email": "a@example.jp"})
        self.company = portal.create("companies", {})
        portal.associate("contacts", self.contact, "companies", self.company)
        self.task = portal.create("tasks", {"hs_timestamp": now.isoformat()})
        portal.associate("contacts", self.contact, "tasks", self.task)
        self.list = portal.lists.add("mine", "contacts", "MANUAL", now, "1").id
        self.campaign = portal.campaigns.add("Autumn fair", now)
        self.campaign.budget.append(Item("stand", Decimal(500), now))
        self.campaign.spend.append(Item("travel", Decimal("120.25"), now))
        self.campaign.reached["influencedContacts"] = [self.contact]
        portal.occurrences.add("e_visited_page", "contacts", self.contact, now, {"a": "b"})
        url = sandbox.url
        once = urllib3.Retry(0)
        self.older = hubspot.HubSpot(access_token=TOKEN, host=url, base_url=url, retry=once)
        self.newer = HubSpot(
            access_token=TOKEN, base_url=url, max_retries=0, _strict_response_validation=True
        )


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with Sandbox() as sandbox:
        made = Scene(sandbox)
        yield made
        made.newer.close()


Ask = Callable[[Scene, Any], Any]

NEWER: dict[str, Ask] = {
    "list": lambda s, c: c.crm.lists.get(s.list).list.name == "mine",
    "lists by id": lambda s, c: c.crm.lists.list(list_ids=[s.list]).lists[0].size is not None,
    "lists": lambda _, c: (
        c.crm.lists.list_by_search(list_ids=[], offset=0, processing_types=[]).total == 1
    ),
    "joining": lambda s, c: (
        c.crm.lists.add_memberships(s.list, body=[s.contact]).record_ids_missing == []
    ),
    "members": lambda s, c: c.crm.lists.list_memberships(s.list).results is not None,
    "lists of a record": lambda s, c: (
        c.crm.lists.get_record_memberships(s.contact, object_type_id="0-1").results is not None
    ),
    "schemas": lambda _, c: c.crm.object_schemas.list().results == [],
    "schema": lambda _, c: c.crm.object_schemas.get("contacts").object_type_id == "0-1",
    "campaigns": lambda _, c: c.marketing.campaigns.list(properties=["hs_name"]).results,
    "campaign": lambda s, c: c.marketing.campaigns.get(s.campaign.id).assets == {},
    "cost": lambda s, c: (
        c.marketing.campaigns.budget.get_totals(s.campaign.id).remaining_budget == 379.75
    ),
    "metrics": lambda s, c: (
        c.marketing.campaigns.metrics.get_attribution_metrics(s.campaign.id).influenced_contacts
        == 1
    ),
    "revenue": lambda s, c: (
        c.marketing.campaigns.metrics.get_revenue_attribution(s.campaign.id).currency_code == "JPY"
    ),
    "whom it reached": lambda s, c: (
        c.marketing.campaigns.metrics.list_contact_ids_by_type(
            "influencedContacts", campaign_guid=s.campaign.id
        )
        .results[0]
        .id
        == s.contact
    ),
    "events": lambda s, c: (
        c.events.occurrences.list(event_type="e_visited_page").results[0].object_id == s.contact
    ),
    "kinds of events": lambda _, c: (
        c.events.occurrences.list_event_types().event_types == ["e_visited_page"]
    ),
    "tasks": lambda s, c: (
        c.crm.objects.tasks.list(associations=["contacts"]).results[0].id == s.task
    ),
    "calls": lambda _, c: c.crm.objects.calls.list().results == [],
    "emails": lambda _, c: c.crm.objects.emails.list().results == [],
    "meetings": lambda _, c: c.crm.objects.meetings.list().results == [],
    "leads": lambda _, c: c.crm.objects.leads.list().results == [],
    "teams": lambda _, c: c.crm.owners.list().results[0].teams[0].primary,
    "currencies": lambda _, c: (
        c.settings.currencies.exchange_rates.list_current_exchange_rates().results == []
    ),
    "currency": lambda _, c: c.settings.currencies.get_company_currency().id == "JPY",
    "lifecycle": lambda _, c: len(c.crm.pipelines.list("contacts").results[0].stages) == 8,
    "definitions": lambda _, c: c.crm.properties.list("tasks").results,
    "tokens": lambda _, c: (
        c.auth.oauth.create_token(
            grant_type="refresh_token",
            client_id="4711",
            client_secret="s3cret",
            refresh_token="r1",
        ).token_use
        == "access_token"
    ),
    "a look at a token": lambda _, c: c.auth.oauth.introspect_token(token="r1").active,
}
OLDER: dict[str, Ask] = {
    "lists": lambda _, c: c.crm.lists.lists_api.do_search({"offset": 0, "count": 5}).total == 1,
    "list": lambda s, c: c.crm.lists.lists_api.get_by_id(s.list).list.name == "mine",
    "joining": lambda s, c: (
        c.crm.lists.memberships_api.add(s.list, [s.contact]).record_ids_missing == []
    ),
    "members": lambda s, c: c.crm.lists.memberships_api.get_page(s.list).results is not None,
    "schemas": lambda _, c: c.crm.schemas.core_api.get_all().results == [],
    "schema": lambda _, c: c.crm.schemas.core_api.get_by_id("contacts").properties,
    "associating": lambda s, c: (
        len(
            c.crm.associations.batch_api.create(
                "contacts",
                "companies",
                {
                    "inputs": [
                        {
                            "from": {"id": s.contact},
                            "to": {"id": s.company},
                            "type": "contact_to_company",
                        }
                    ]
                },
            ).results
        )
        == 2
    ),
    "associations": lambda s, c: (
        c.crm.associations.batch_api.read(
            "contacts", "companies", {"inputs": [{"id": s.contact}, {"id": "1"}]}
        ).num_errors
        == 1
    ),
    "tasks": lambda s, c: c.crm.objects.tasks.basic_api.get_page().results[0].id == s.task,
    "searching calls": lambda _, c: (
        c.crm.objects.calls.search_api.do_search({"limit": 5}).total == 0
    ),
    "events": lambda _, c: c.events.events_api.get_page(event_type="e_visited_page").results,
    "refresh tokens": lambda _, c: c.oauth.refresh_tokens_api.get("r1").client_id == "4711",
}


@pytest.mark.parametrize("what", NEWER)
def test_the_newer_client_takes_the_answer(scene: Scene, what: str) -> None:
    assert NEWER[what](scene, scene.newer)


@pytest.mark.parametrize("what", OLDER)
def test_the_older_client_takes_the_answer(scene: Scene, what: str) -> None:
    assert OLDER[what](scene, scene.older)


def test_both_clients_start_exports_and_fetch_their_file(scene: Scene) -> None:
    old, new = scene.older.crm.exports.public_exports_api, scene.newer.crm.exports

    started = old.start(EXPORT)
    waiting = new.get_status(int(started.id))
    scene.sandbox.clock.advance(100)
    done = new.get_status(int(started.id))

    assert (waiting.status, done.status) == ("PENDING", "COMPLETE")
    assert old.get_status(int(started.id)).status == "COMPLETE"
    assert new.get(int(started.id)).record_count == 1
    text = requests.get(str(done.result), timeout=10).text
    assert text.splitlines()[1] == f'"{scene.contact}","a@example.jp","{scene.company}"'
