"""What an org tells beside its records: teams, activities, rates; and what it costs to ask."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bbm_core.records import Money, RecordKind, RecordRef
from connectors.capabilities import Capability, ContractEnd, Happening
from connectors.conformance_capabilities import CapabilityConformance
from connectors.contract import KindReading, Reading
from connectors.errors import CapabilityAbsent, Unavailable
from sandbox.faults import Action, Fault
from sandbox.server import Sandbox
from tests.connectors.salesforce.capable_org import CapableOrg


@pytest.fixture
def world() -> Iterator[CapableOrg]:
    with Sandbox() as sandbox:
        one = CapableOrg(sandbox)
        yield one
        one.close()


class TestSalesforceCapabilities(CapabilityConformance):
    """All but what sales said in another field: there `status` names it."""

    has = frozenset(Capability) - {Capability.ACCEPTANCE}


def told(world: CapableOrg, **settings: str) -> dict[str, Happening]:
    world.settle()
    pages = world.capable(**settings).activities(None)
    return {one.id: one for page in pages for one in page.happenings}


def test_the_team_is_in_the_field_that_the_configuration_names(world: CapableOrg) -> None:
    id_ = world.add_person("Aoi Sato", "Sales East")
    world.org.tables["User"].rows[id_]["Department"] = "Field sales"

    people = {one.id: one for one in world.capable(team="Department").people()}

    assert people[id_].team == "Field sales"


def test_a_field_of_users_that_is_hidden_is_named(world: CapableOrg) -> None:
    with pytest.raises(CapabilityAbsent, match=r"tells no people.*User\.Squad__c"):
        world.capable(team="Squad__c").people()


def test_an_outage_is_no_absence(world: CapableOrg) -> None:
    fault = Fault(action="html_503", service="salesforce", path_contains="/query")
    world.inner.sandbox.faults.add(fault)

    with pytest.raises(Unavailable):
        world.capable().people()


def test_no_word_of_what_was_said_is_asked_for(world: CapableOrg) -> None:
    world.call(world.add_lead(), world.org.user_id("sales01"))

    found = told(world)

    asked = world.inner.sandbox.ledger.requests(service="salesforce", path_contains="/queryAll")
    assert found
    assert [one for one in asked if "Subject" in one.query or "Description" in one.query] == []


def test_an_open_task_has_not_happened_and_a_reopened_one_no_more(world: CapableOrg) -> None:
    owner, lead = world.org.user_id("sales01"), world.add_lead()
    still_open = world.org.create("Task", {"WhoId": lead.id, "OwnerId": owner})
    reopened = world.call(lead, owner)
    world.org.update("Task", reopened, {"Status": "In Progress"})

    found = told(world)

    assert found[still_open] == Happening(still_open)
    assert found[reopened] == Happening(reopened)


def test_an_event_is_a_meeting_at_its_start_with_the_person_not_the_deal(
    world: CapableOrg,
) -> None:
    lead, start = world.add_lead(), datetime(2026, 10, 5, 4, 30, tzinfo=UTC)
    account = world.org.create("Account", {"Name": "Acme"})
    both = {"WhoId": lead.id, "WhatId": account, "StartDateTime": start}
    event = world.org.create("Event", {**both, "OwnerId": world.org.user_id("sales01")})
    about = world.org.create("Event", {"WhatId": account, "StartDateTime": start})

    found = told(world)

    (met,), (visited,) = found[event].activities, found[about].activities
    assert (met.ref, met.what, met.at) == (lead, "meeting", start)
    assert visited.ref == RecordRef(RecordKind.ACCOUNT, account)


def test_copies_for_guests_and_masters_of_a_series_are_left_out(world: CapableOrg) -> None:
    lead, start = world.add_lead(), datetime(2026, 10, 5, 4, 30, tzinfo=UTC)
    ids = [world.org.create("Event", {"WhoId": lead.id, "StartDateTime": start}) for _ in range(2)]
    world.org.tables["Event"].rows[ids[0]]["IsChild"] = True
    world.org.tables["Event"].rows[ids[1]]["IsRecurrence"] = True

    found = told(world)

    assert [found[id_].activities for id_ in ids] == [(), ()]


def test_the_kind_of_a_task_is_in_the_field_that_the_configuration_names(
    world: CapableOrg,
) -> None:
    world.org.define_field("Task", "How__c", "Text")
    task = world.call(world.add_lead(), world.org.user_id("sales01"))
    world.org.update("Task", task, {"How__c": "Demo"})

    (shown,) = told(world, task_kind="How__c")[task].activities

    assert shown.what == "demo"


def test_a_field_may_be_another_objects_and_is_written_in_any_case(world: CapableOrg) -> None:
    boss = world.org.user_id("sales01")
    world.org.tables["User"].rows[boss]["Department"] = "Field sales"
    lead = world.add_lead()
    task, campaign = world.call(lead, boss), world.spend("Webinar", 500)
    world.org.update("Campaign", campaign, {"OwnerId": boss})
    world.answer(lead, campaign)
    path = "owner.department"

    (told_task,) = told(world, task_kind=path)[task].activities
    connector = world.capable(campaign_channel=path)
    (spent,) = connector.campaigns()
    (answered,) = [one for page in connector.responses(None) for one in page.responses]

    assert (told_task.what, spent.channel, answered.channel) == (
        "field_sales",
        "Field sales",
        "Field sales",
    )


def test_an_activity_with_a_broken_id_tells_nothing(world: CapableOrg) -> None:
    task = world.call(world.add_lead(), world.org.user_id("sales01"))
    world.org.tables["Task"].rows[task]["WhoId"] = "00Q000000000000ZZZ"

    assert told(world)[task] == Happening(task)


def test_events_that_are_hidden_are_named_before_a_task_is_taken(world: CapableOrg) -> None:
    world.org.absent.add("Event")

    with pytest.raises(CapabilityAbsent, match="'Event' is not supported"):
        next(iter(world.capable().activities(None)))


def test_activities_that_take_too_long_are_asked_for_half_the_time(world: CapableOrg) -> None:
    owner, lead = world.org.user_id("sales01"), world.add_lead()
    made = []
    for _ in range(9):
        made.append(world.call(lead, owner))
        world.inner.wait(3600)
    too_long = Action(status=400, body='[{"errorCode":"QUERY_TIMEOUT","message":"too long"}]')
    fault = Fault(action=too_long, path_contains="/queryAll", times=9)
    world.inner.sandbox.faults.add(fault)

    found = told(world)

    assert sorted(found) == sorted(made)
    assert world.inner.sandbox.faults.left() == ()


def test_where_little_changed_people_cost_a_call_and_activities_two(world: CapableOrg) -> None:
    connector = world.capable()
    world.settle()
    mark = list(connector.activities(None))[-1].watermark
    world.settle()
    before = world.inner.calls()
    connector.people()
    people = world.inner.calls() - before

    list(connector.activities(mark))

    assert (people, world.inner.calls() - before - people) == (1, 2)


def test_dated_rates_hold_from_their_days_on_and_inactive_currencies_are_told(
    world: CapableOrg,
) -> None:
    days = {"2026-01-01": 0.008, "2026-07-01": 0.00625}
    world.org.open_currencies("JPY", {"USD": 0.0064, "EUR": 0.005}, {"USD": days})
    for row in world.org.tables["CurrencyType"].rows.values():
        row["IsActive"] = row["IsoCode"] != "EUR"

    rates = world.capable().rates()

    assert rates.now["EUR"] == 200, "records that were made in it keep it"
    assert (rates.base, rates.now["JPY"], rates.now["USD"]) == ("JPY", 1, Decimal("156.25"))
    assert rates.dated["USD"] == (
        (date(2026, 1, 1), Decimal(125)),
        (date(2026, 7, 1), Decimal(160)),
    )


def test_an_org_of_one_currency_says_so(world: CapableOrg) -> None:
    with pytest.raises(CapabilityAbsent, match="one currency") as absent:
        world.capable().rates()

    assert "[currencies]" in absent.value.hint


def test_activities_of_before_the_first_load_are_not_read(world: CapableOrg) -> None:
    lead, owner = world.add_lead(), world.org.user_id("sales01")
    past = world.org.clock.now() - timedelta(days=900)
    task = {"WhoId": lead.id, "OwnerId": owner, "Status": "Completed"}
    old = world.org.create("Task", task, at=past)

    assert old not in told(world)


def test_the_cost_of_a_campaign_is_in_its_own_currency(world: CapableOrg) -> None:
    world.org.open_currencies("JPY", {"USD": 0.0064})
    id_ = world.spend("Webinar", 500)
    world.org.update("Campaign", id_, {"CurrencyIsoCode": "USD"})

    (told,) = [one for one in world.capable().campaigns() if one.id == id_]

    assert told.cost == Money(Decimal(500), "USD")


def test_the_channel_of_a_campaign_is_in_the_field_that_is_named(world: CapableOrg) -> None:
    world.org.define_field("Campaign", "Channel__c", "Text")
    id_ = world.spend("Webinar", 500)
    world.org.update("Campaign", id_, {"Channel__c": "Seminar"})

    (told,) = world.capable(campaign_channel="Channel__c").campaigns()

    assert (told.id, told.channel) == (id_, "Seminar")


def test_a_hidden_cost_is_named_with_its_field(world: CapableOrg) -> None:
    world.org.hide_field("Campaign", "ActualCost")

    with pytest.raises(CapabilityAbsent, match="Campaign has no ActualCost"):
        world.capable().campaigns()


def test_a_draft_of_a_contract_binds_nobody(world: CapableOrg) -> None:
    account = world.add_account()
    draft = world.org.create("Contract", {"AccountId": account.id, "StatusCode": "Draft"})
    endless = world.org.create("Contract", {"AccountId": account.id, "StatusCode": "Activated"})
    world.settle()

    told = [one for page in world.capable().contracts(None) for one in page.contracts]

    assert told == [ContractEnd(draft, None, None), ContractEnd(endless, account, None)]


def test_the_contact_of_a_person_account_is_read_and_never_written(world: CapableOrg) -> None:
    world.org.open_person_accounts()
    person = world.org.create("Contact", {"LastName": "Sato"})
    worker = world.org.create("Contact", {"LastName": "Suzuki"})
    world.org.tables["Contact"].rows[person]["IsPersonAccount"] = True
    world.settle()

    pages = world.capable().pull(RecordKind.CONTACT, None)

    sealed = {one.ref.id: one.sealed for page in pages for one in page.records}
    assert (sealed[person], sealed[worker]) == (True, False)


def test_codes_of_countries_record_types_and_packaged_fields_are_attributes_like_any(
    world: CapableOrg,
) -> None:
    world.org.open_country_picklists()
    record_type = world.org.define_record_type("Lead", "Partner lead")
    world.org.define_field("Lead", "acme__Tier__c", "Text")
    fields = {"country": "CountryCode", "type": "RecordTypeId", "tier": "acme__Tier__c"}
    person = {"LastName": "Sato", "Company": "Acme"}
    values = {"CountryCode": "JP", "RecordTypeId": record_type, "acme__Tier__c": "Gold"}
    world.org.create("Lead", {**person, **values})
    world.settle()
    kinds = {RecordKind.LEAD: KindReading(attributes=fields, written={})}
    reading = Reading(kinds, world.org.clock.now() - timedelta(days=365))

    pages = world.inner.connector(reading=reading).pull(RecordKind.LEAD, None)

    (lead,) = [record for page in pages for record in page.records]
    assert dict(lead.attributes) == {"country": "JP", "type": record_type, "tier": "Gold"}
