"""What a portal tells beside its records is kept and used, and what it does not tell is named."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from agent.capabilities.contracts import ended_on
from agent.capabilities.people import kept_people
from agent.capabilities.rates import kept_rates
from agent.checks.desk import open_desk
from agent.costs import costs_of
from agent.cycle import Ending, Order, Report
from bbm_core.records import RecordKind, RecordRef
from connectors.capabilities import Capability
from sandbox.hubspot.campaigns import Item
from sandbox.hubspot.tokens import RUNNING_SCOPES, RUNNING_TOKEN
from tests.end_to_end.company import Company, synced_company

FULL = Order("sync", full=True)
EVERY = {
    f"BBM_CAPABILITIES__{one.upper()}": "always"
    for one in Capability
    if one is not Capability.RESPONSES
}
OPTIONAL = {"marketing.campaigns.read", "settings.currencies.read"}
CHOSEN = {
    **EVERY,
    "BBM_CRM__HUBSPOT__CONTRACT_END": "renewal_date",
    "BBM_CRM__HUBSPOT__CAMPAIGN_CHANNEL": "channel",
    "BBM_CHECKS__SENT_BACK": '["BAD_TIMING"]',
}


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Company]:
    with synced_company("hubspot", tmp_path, size=32) as company:
        yield company


def heard(report: Report) -> dict[str, tuple[int, str]]:
    return {str(one.capability): (one.rows, one.code) for one in report.heard}


def test_what_a_portal_tells_beside_its_records_is_kept_and_used(one: Company) -> None:
    portal, now = one.sandbox.hubspot, one.sandbox.clock.now()
    portal.tokens.add(RUNNING_TOKEN, RUNNING_SCOPES | OPTIONAL)
    portal.knobs.exchange_rates = {"USD": "150"}
    portal.define_property("companies", "renewal_date", type="date")
    (contact, *_), (customer, *_) = one.rows("contacts"), one.rows("companies")
    portal.update("companies", customer["hs_object_id"], {"renewal_date": date(2026, 3, 31)})
    for row in one.rows("contacts"):
        portal.update("contacts", row["hs_object_id"], {"hs_lead_status": "BAD_TIMING"})
    call = portal.create("calls", {"hs_timestamp": now, "hubspot_owner_id": "534941"})
    portal.associate("calls", call, "contacts", contact["hs_object_id"])
    days = {"hs_start_date": f"{now:%Y-%m-01}", "hs_end_date": f"{now:%Y-%m-02}"}
    campaign = portal.campaigns.add("Fair", now, hs_currency_code="USD", channel="Events", **days)
    campaign.spend.append(Item("booth", Decimal(10), now))
    one.sandbox.clock.advance(60)

    report = one.sync(FULL, **CHOSEN)

    told = heard(report)
    assert {name: told[name] for name in ("activities", "campaigns", "contracts", "rates")} == {
        "activities": (1, ""),
        "campaigns": (1, ""),
        "contracts": (1, ""),
        "rates": (2, ""),
    }
    with one.agent(**CHOSEN) as agent:
        (cost,) = costs_of(agent.books).costs
        desk = open_desk(agent.books, "en")
        ref = RecordRef(RecordKind.CONTACT, contact["hs_object_id"])
        ((activity,),) = agent.store.activities_of([ref]).values()
        assert (cost.channel, cost.campaign, cost.amount) == ("Events", "Fair", 1500)
        assert ended_on(agent.store) == {customer["hs_object_id"]: date(2026, 3, 31)}
        assert {answer.accepted for answer in desk.walked.answered} == {False}
        rates, people = kept_rates(agent.store), kept_people(agent.settings, agent.store)
    assert (activity.what, activity.by) == ("call", "534941")
    assert rates is not None
    assert rates.base == "JPY"
    assert people["534941"][-1].team == "Inside sales"


def test_a_key_for_records_alone_syncs_and_each_absence_is_named(one: Company) -> None:
    portal = one.sandbox.hubspot
    portal.knobs.exchange_rates = {"USD": "150"}
    portal.tokens.add(RUNNING_TOKEN, RUNNING_SCOPES - {"crm.objects.owners.read"})

    report = one.sync(FULL, **EVERY)

    told = heard(report)
    assert report.ending is Ending.COMPLETE
    assert {name: code for name, (_, code) in told.items() if code} == {
        "people": "BBM-HS-070",
        "rates": "BBM-HS-070",
        "campaigns": "BBM-HS-070",
        "contracts": "BBM-HS-072",
    }
