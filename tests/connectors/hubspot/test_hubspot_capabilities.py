"""What a portal tells beside its records: owners, activities, rates, campaigns, contracts."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from pydantic import SecretStr

from bbm_core.records import Money, RecordKind, RecordRef, StatusEntry, Watermark
from connectors.capabilities import Capability, ContractEnd, Person, Said
from connectors.conformance_capabilities import CapabilityConformance
from connectors.errors import CapabilityAbsent, ConfigError, MalformedAnswer, Unavailable
from connectors.hubspot.config import HubSpotConfig
from sandbox.clock import SandboxClock
from sandbox.faults import Fault
from sandbox.hubspot.campaigns import Item
from sandbox.server import Sandbox
from tests.connectors.hubspot.capable_portal import RENEWAL, CapablePortal
from tests.connectors.hubspot.portal_pulls import as_json, asked, say
from tests.connectors.hubspot.portal_world import START


@pytest.fixture
def world() -> Iterator[CapablePortal]:
    with Sandbox(clock=SandboxClock(START)) as sandbox:
        one = CapablePortal(sandbox)
        yield one
        one.close()


class TestHubSpotCapabilities(CapabilityConformance):
    """All but the answers to campaigns, through the real client."""

    has = frozenset(Capability) - {Capability.RESPONSES}
    tells_managers = False


# People


def test_owners_who_left_are_told_too_and_teams_by_the_first_one(world: CapablePortal) -> None:
    id_ = world.add_person("Aoi Sato", "Sales East")

    people = {one.id: one for one in world.capable().people()}

    assert people["534990"] == Person("534990", "Riku Mori")
    assert people[id_].team == "Sales East"
    assert people["534941"].team == "Inside sales"


def test_the_scope_that_is_missing_is_named_with_the_way_to_do_without(
    world: CapablePortal,
) -> None:
    world.lack(Capability.PEOPLE)

    with pytest.raises(CapabilityAbsent, match=r"no people.*crm\.objects\.owners\.read") as absent:
        world.capable().people()

    assert "crm.objects.owners.read" in absent.value.hint
    assert 'people = "never"' in absent.value.hint


def test_an_outage_is_no_absence(world: CapablePortal) -> None:
    world.inner.sandbox.faults.add(Fault(action="html_503", path_contains="/owners"))

    with pytest.raises(Unavailable):
        world.capable().people()


def test_people_cost_two_calls(world: CapablePortal) -> None:
    connector, before = world.capable(), world.inner.calls()

    connector.people()

    assert world.inner.calls() - before == 2


@pytest.mark.parametrize("id_", ["", "x", None])
def test_an_owner_without_an_id_is_no_owner(world: CapablePortal, id_: str | None) -> None:
    say(world.inner, "GET", "/owners", as_json({"results": [{"id": id_}]}))

    with pytest.raises(MalformedAnswer):
        world.capable().people()


# Rates


def test_rates_hold_from_their_days_on_as_the_portal_counts_days(world: CapablePortal) -> None:
    knobs = world.portal.knobs
    knobs.exchange_rates, knobs.rates_since = {"USD": "156.25"}, "2026-07-01"
    knobs.earlier_rates = {"USD": {"2026-01-01": "125"}}
    knobs.time_zone = "America/New_York"

    rates = world.capable().rates()

    assert (rates.base, rates.now) == ("JPY", {"JPY": 1, "USD": Decimal("156.25")})
    assert rates.dated == {
        "USD": (
            (date(2025, 12, 31), Decimal(125)),
            (date(2026, 6, 30), Decimal("156.25")),
        )
    }


@pytest.mark.parametrize("zone", ["Mars/Olympus", "America"])
def test_an_unknown_time_zone_counts_as_utc(world: CapablePortal, zone: str) -> None:
    said = {"companyCurrency": "JPY", "additionalCurrencies": ["EUR"], "timeZone": zone}
    world.portal.knobs.rates_since = "2026-07-01"
    say(world.inner, "GET", "/account-info/", as_json(said))

    assert world.capable().rates().dated == {"EUR": ((date(2026, 7, 1), Decimal(170)),)}


def test_a_portal_of_one_currency_says_so(world: CapablePortal) -> None:
    world.portal.knobs.exchange_rates = {}

    with pytest.raises(CapabilityAbsent, match="one currency") as absent:
        world.capable().rates()

    assert "[currencies]" in absent.value.hint


def test_rates_come_in_pages(world: CapablePortal) -> None:
    days = [date(2026, 1, 1) + timedelta(days=one) for one in range(120)]
    world.portal.knobs.earlier_rates = {"EUR": {f"{day}": "160" for day in days}}

    rates = world.capable().rates()

    assert len(rates.dated["EUR"]) == 121


def test_rates_of_an_earlier_company_currency_are_left_out(world: CapablePortal) -> None:
    row = {"fromCurrencyCode": "USD", "toCurrencyCode": "EUR", "conversionRate": 0.9}
    say(world.inner, "GET", "/exchange-rates/current", as_json({"results": [row]}))

    assert "USD" not in world.capable().rates().now


@pytest.mark.parametrize(
    "wrong",
    [{"conversionRate": 0}, {"conversionRate": True}, {"effectiveAt": "soon"}, {"to": "EUR"}],
)
def test_a_rate_that_is_none_is_no_rate(world: CapablePortal, wrong: dict[str, object]) -> None:
    right = {"fromCurrencyCode": "USD", "conversionRate": 150, "effectiveAt": "2026-01-01"}
    row = {**right, "toCurrencyCode": "JPY", **wrong}
    if "to" in wrong:
        row["fromCurrencyCode"] = None
    say(world.inner, "GET", "/exchange-rates/current", as_json({"results": [row]}))

    with pytest.raises(MalformedAnswer):
        world.capable().rates()


# Campaigns


def test_the_cost_of_a_campaign_is_what_was_spent_in_its_own_currency(
    world: CapablePortal,
) -> None:
    planned = world.portal.campaigns.add("Planned", START)
    planned.budget.append(Item("booth", Decimal(700), START))
    abroad = world.portal.campaigns.add("Abroad", START, hs_currency_code="USD")
    abroad.spend.append(Item("booth", Decimal("120.5"), START))
    home = world.spend("Webinar", 500)

    costs = {one.id: one.cost for one in world.capable().campaigns()}

    assert costs[planned.id] is None
    assert costs[abroad.id] == Money(Decimal("120.5"), "USD")
    assert costs[home] == Money(Decimal(500), "JPY")


def test_without_a_property_for_it_a_campaign_has_no_channel(world: CapablePortal) -> None:
    world.spend("Webinar", 500)

    (told,) = world.capable(campaign_channel="").campaigns()

    assert (told.name, told.channel) == ("Webinar Q3", "")


def test_campaigns_come_in_pages(world: CapablePortal) -> None:
    for number in range(103):
        world.portal.campaigns.add(f"n{number}", START)

    told = world.capable().campaigns()

    assert len({one.id for one in told}) == 103
    assert asked(world.inner, "/marketing/") == 2


def test_the_plan_that_campaigns_need_is_named(world: CapablePortal) -> None:
    world.lack(Capability.CAMPAIGNS)

    with pytest.raises(CapabilityAbsent, match=r"marketing\.campaigns\.read") as absent:
        world.capable().campaigns()

    assert "Marketing Hub Professional" in absent.value.hint


@pytest.mark.parametrize(
    "row",
    [
        {"id": 1, "properties": {}},
        {"id": "a", "properties": None},
        {"id": "a", "properties": {"hs_start_date": "soon"}},
        {"id": "a", "properties": {"hs_spend_items_sum_amount": "much"}},
    ],
)
def test_a_campaign_of_another_shape_is_no_campaign(
    world: CapablePortal, row: dict[str, object]
) -> None:
    say(world.inner, "GET", "/marketing/", as_json({"results": [row]}))

    with pytest.raises(MalformedAnswer):
        world.capable().campaigns()


# Contracts


def ends(world: CapablePortal, since: Watermark | None = None) -> list[ContractEnd]:
    return [one for page in world.capable().contracts(since) for one in page.contracts]


def test_a_contract_is_found_however_long_ago_the_company_changed(world: CapablePortal) -> None:
    past = world.inner.clock.now() - timedelta(days=1500)
    without, bound = (
        world.portal.create("companies", values, at=past)
        for values in ({}, {RENEWAL: "2027-03-31"})
    )
    world.settle()

    told = ends(world)

    assert told == [
        ContractEnd(bound, RecordRef(RecordKind.ACCOUNT, bound), date(2027, 3, 31)),
    ]
    assert without not in {one.id for one in told}


def test_contracts_of_archived_and_merged_companies_are_gone(world: CapablePortal) -> None:
    archived, merged, winner = (world.add_account() for _ in range(3))
    for account in (archived, merged, winner):
        world.sign(account, date(2027, 6, 30))
    world.settle()
    mark = list(world.capable().contracts(None))[-1].watermark
    world.inner.rest()
    world.inner.delete(archived)
    survivor = world.inner.merge(merged, winner)
    world.settle()

    told = ends(world, mark)

    gone = {one.id for one in told if one.account is None}
    assert {archived.id, merged.id, winner.id} <= gone
    assert ContractEnd(survivor.id, survivor, date(2027, 6, 30)) in told


def test_the_contract_of_what_was_merged_into_an_archived_company_is_gone(
    world: CapablePortal,
) -> None:
    merged, winner = (world.add_account() for _ in range(2))
    world.sign(merged, date(2027, 6, 30))
    world.settle()
    mark = list(world.capable().contracts(None))[-1].watermark
    world.inner.rest()
    world.inner.delete(world.inner.merge(merged, winner))
    world.settle()

    assert ContractEnd(merged.id, None, None) in ends(world, mark)


@pytest.mark.parametrize(
    ("name", "says"),
    [("", "No property of companies"), ("nothing", "no date nothing"), ("name", "no date name")],
)
def test_what_contracts_lack_is_named(world: CapablePortal, name: str, says: str) -> None:
    with pytest.raises(CapabilityAbsent, match=says) as absent:
        list(world.capable(contract_end=name).contracts(None))

    assert "contract_end" in absent.value.hint


def test_a_day_that_is_none_binds_nobody(world: CapablePortal) -> None:
    row = {"id": "12", "properties": {RENEWAL: "soon"}}
    say(world.inner, "POST", "/companies/search", as_json({"total": 1, "results": [row]}))

    assert ends(world) == [ContractEnd("12", None, None)]


def test_a_watermark_of_somebody_else_is_refused(world: CapablePortal) -> None:
    with pytest.raises(ConfigError, match="not one of HubSpot's"):
        ends(world, Watermark("{}"))


# Acceptance


def words(world: CapablePortal, since: Watermark | None = None) -> dict[str, list[str]]:
    pages = world.capable().acceptance(since)
    return {one.ref.id: [word.status for word in one.words] for page in pages for one in page.said}


def test_a_word_is_told_with_its_day_though_the_lifecycle_goes_on(world: CapablePortal) -> None:
    day = datetime(2026, 10, 1, 9, tzinfo=UTC)
    contact = world.add_prospect()
    world.portal.update("contacts", contact.id, {"hs_lead_status": "OPEN"}, at=day)
    world.portal.update("contacts", contact.id, {"lifecyclestage": "customer"})
    world.settle()

    pages = list(world.capable().acceptance(None))

    (said,) = [one for page in pages for one in page.said]
    assert said == Said(contact, (StatusEntry("OPEN", day),))


def test_merged_and_archived_contacts_have_said_nothing(world: CapablePortal) -> None:
    archived, merged, winner = (world.add_prospect() for _ in range(3))
    for contact in (archived, merged, winner):
        world.say(contact, "CONNECTED")
    world.settle()
    mark = list(world.capable().acceptance(None))[-1].watermark
    world.inner.rest()
    world.inner.delete(archived)
    survivor = world.inner.merge(merged, winner)
    world.settle()

    told = words(world, mark)

    assert {told[one.id] == [] for one in (archived, merged, winner)} == {True}
    assert told[survivor.id][-1] == "CONNECTED"


def test_only_contacts_with_a_lead_status_cost_a_history(world: CapablePortal) -> None:
    world.add_prospect()
    world.settle()

    assert words(world) == {}
    assert asked(world.inner, "/contacts/batch/read") == 0


def test_a_history_of_another_shape_is_none(world: CapablePortal) -> None:
    contact = world.add_prospect()
    world.say(contact, "CONNECTED")
    world.settle()
    past = {"propertiesWithHistory": {"hs_lead_status": [{"value": "OPEN"}]}}
    row = {"id": contact.id, "properties": {}, **past}
    say(world.inner, "POST", "/contacts/batch/read", as_json({"results": [row]}))

    with pytest.raises(MalformedAnswer):
        words(world)


def test_the_marks_of_acceptance_are_its_own(world: CapablePortal) -> None:
    with pytest.raises(ConfigError, match="not one of HubSpot's"):
        words(world, Watermark("{}"))


# All of them


def test_the_paths_that_are_named_by_date_tell_the_same(world: CapablePortal) -> None:
    world.spend("Webinar", 500)
    old, dated = world.capable(), world.capable(api_version="2026-03")

    assert dated.campaigns() == old.campaigns()
    assert dated.rates() == old.rates()
    assert dated.people() == old.people()
    assert asked(world.inner, "/marketing/campaigns/2026-03") == 1
    assert asked(world.inner, "/settings/currencies/2026-03/") == 2


def test_other_properties_are_read_from_the_beginning() -> None:
    one = HubSpotConfig(token=SecretStr("x"))

    for more in ({"activities": ("calls",)}, {"contract_end": "a"}, {"activity_kind": "a"}):
        assert HubSpotConfig(token=SecretStr("x"), **more).capability_fields != (
            one.capability_fields
        )
