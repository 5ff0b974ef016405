"""Activities of a portal: what counts as having happened, with whom, and what it costs to ask."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bbm_core.records import RecordKind, RecordRef, Watermark
from connectors.capabilities import Happening
from connectors.contract import KindReading, Reading
from connectors.errors import CapabilityAbsent, ConfigError, MalformedAnswer, Unavailable
from connectors.hubspot.connector import build
from sandbox.clock import SandboxClock
from sandbox.faults import Fault
from sandbox.hubspot.tokens import RUNNING_SCOPES
from sandbox.server import Sandbox
from tests.connectors.hubspot.capable_portal import CapablePortal
from tests.connectors.hubspot.portal_pulls import asked, say
from tests.connectors.hubspot.portal_world import START

OWNER = "534941"
AT = datetime(2026, 10, 5, 4, 30, tzinfo=UTC)
EVERY = ("calls", "emails", "meetings", "tasks")
UNSAID = {
    "a call that nobody took": ("calls", {"hs_call_status": "NO_ANSWER"}),
    "a cancelled meeting": ("meetings", {"hs_meeting_outcome": "CANCELED"}),
    "an e-mail that bounced": ("emails", {"hs_email_status": "BOUNCED"}),
    "an open task": ("tasks", {"hs_task_status": "NOT_STARTED"}),
}
SAID = {
    "a call entered by hand": ("calls", {}, "call"),
    "a held meeting": ("meetings", {"hs_meeting_outcome": "COMPLETED"}, "meeting"),
    "a meeting without outcome": ("meetings", {}, "meeting"),
    "an e-mail": ("emails", {"hs_email_direction": "EMAIL", "hs_email_status": "SENT"}, "email"),
    "an answer": ("emails", {"hs_email_direction": "INCOMING_EMAIL"}, "reply"),
    "a task that is done": ("tasks", {"hs_task_status": "COMPLETED"}, "task"),
}


@dataclass(slots=True)
class Told:
    """One portal with an activity of every sort, as the connector told it."""

    ids: Mapping[str, str]
    refs: Mapping[str, RecordRef]
    told: Mapping[str, Happening]

    def __getitem__(self, name: str) -> Happening:
        return self.told[self.ids[name]]


@pytest.fixture
def world() -> Iterator[CapablePortal]:
    with (
        Sandbox(clock=SandboxClock(START)) as sandbox,
        closing(CapablePortal(sandbox)) as one,
    ):
        yield one


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    with (
        Sandbox(clock=SandboxClock(START)) as sandbox,
        closing(CapablePortal(sandbox)) as one,
    ):
        refs = _people(one)
        contact = refs["contact"]
        ids = {
            name: one.happen(type_, contact, hs_timestamp=AT, hubspot_owner_id=OWNER, **values)
            for name, (type_, values, *_) in {**UNSAID, **SAID}.items()
        }
        ids["late"] = one.happen("meetings", contact, hs_meeting_start_time=AT)
        ids["demo"] = one.happen("calls", contact, hs_activity_type="First Demo")
        ids["deal"] = one.happen("calls", refs["company"], refs["deal"])
        ids["all"] = one.happen("calls", *refs.values())
        ids["company"] = one.happen("calls", refs["company"])
        ids["nobody"] = one.happen("calls")
        one.settle()
        yield Told(ids, refs, _all(one, activities=EVERY, activity_kind="hs_activity_type"))


def _people(one: CapablePortal) -> Mapping[str, RecordRef]:
    made = {
        "later contact": RecordKind.CONTACT,
        "company": RecordKind.ACCOUNT,
        "deal": RecordKind.OPPORTUNITY,
    }
    contact = one.inner.create(RecordKind.CONTACT, "Software")
    return {"contact": contact} | {
        name: one.inner.create(kind, "Software") for name, kind in made.items()
    }


def _all(world: CapablePortal, **config: Any) -> dict[str, Happening]:
    pages = world.capable(**config).activities(None)
    return {one.id: one for page in pages for one in page.happenings}


@pytest.mark.parametrize("name", SAID)
def test_what_happened_is_told_with_kind_time_and_person(told: Told, name: str) -> None:
    (one,) = told[name].activities

    assert (one.what, one.at, one.by) == (SAID[name][2], AT, OWNER)
    assert one.ref == told.refs["contact"]


@pytest.mark.parametrize("name", UNSAID)
def test_what_has_not_happened_is_none(told: Told, name: str) -> None:
    assert told[name].activities == ()


def test_a_meeting_is_at_its_start(told: Told) -> None:
    (one,) = told["late"].activities

    assert one.at == AT


def test_the_kind_is_in_the_property_that_the_configuration_names(told: Told) -> None:
    (one,) = told["demo"].activities

    assert one.what == "first_demo"


@pytest.mark.parametrize(("name", "ref"), [("deal", "deal"), ("all", "contact")])
def test_it_is_with_the_person_who_is_known_longest_else_the_deal_else_the_company(
    told: Told, name: str, ref: str
) -> None:
    (one,), (other,) = told[name].activities, told["company"].activities

    assert (one.ref, other.ref) == (told.refs[ref], told.refs["company"])
    assert told["nobody"].activities == ()


def test_no_word_of_what_was_said_is_asked_for(stage: Any) -> None:
    stage.says({"total": 0, "results": []})
    kinds = {RecordKind.CONTACT: KindReading({}, {})}
    reading = Reading(kinds, START - timedelta(days=365))
    config = stage.config(activities=EVERY)
    with closing(build(config, reading, stage.around.ports())) as connector:
        list(connector.activities(None))

    searches = [json.loads(one.body) for one in stage.script.requests if one.method == "POST"]

    assert len(searches) == len(EVERY)
    assert {name for one in searches for name in one["properties"]} == {
        *("hs_object_id", "hs_timestamp", "hubspot_owner_id", "hs_call_status"),
        *("hs_email_direction", "hs_email_status", "hs_meeting_outcome", "hs_meeting_start_time"),
        *("hs_task_status", "hs_task_completion_date"),
    }


def test_emails_are_read_where_they_are_named_and_their_scope_is_then_needed(
    world: CapablePortal,
) -> None:
    world.grant(RUNNING_SCOPES)
    called = world.call(world.add_lead(), OWNER)
    world.settle()

    assert set(_all(world)) == {called}
    with pytest.raises(CapabilityAbsent, match=r"lacks the scope sales-email-read") as absent:
        _all(world, activities=EVERY)
    assert "sales-email-read" in absent.value.hint


def test_a_portal_without_leads_tells_with_which_contact_it_was(world: CapablePortal) -> None:
    world.portal.knobs.has_leads = False
    contact = world.inner.create(RecordKind.CONTACT, "Software")
    id_ = world.happen("calls", contact)
    world.settle()

    (one,) = _all(world)[id_].activities

    assert one.ref == contact


@pytest.mark.parametrize("status", [400, 403, 404])
def test_however_a_portal_says_that_it_has_no_leads_the_contact_is_told(
    world: CapablePortal, status: int
) -> None:
    contact = world.inner.create(RecordKind.CONTACT, "Software")
    id_ = world.happen("calls", contact)
    world.settle()
    say(world.inner, "POST", "/calls/0-136/", '{"message": "No leads here."}', status=status)

    (one,) = _all(world)[id_].activities

    assert one.ref == contact


def test_where_little_changed_it_costs_a_search_a_type_and_a_call(world: CapablePortal) -> None:
    connector = world.capable(deletions_every_minutes=600)
    mark = list(connector.activities(None))[-1].watermark
    world.inner.rest()
    world.happen("calls", world.inner.create(RecordKind.LEAD, "Software"))
    world.settle()
    before = world.inner.calls()

    list(connector.activities(mark))

    assert world.inner.calls() - before == 4


def test_a_reading_that_ends_in_the_middle_goes_on_there(world: CapablePortal) -> None:
    lead = world.add_lead()
    made = {world.call(lead, OWNER) for _ in range(9)}
    world.settle()
    connector = world.capable()
    first = next(iter(connector.activities(None)))
    searched = asked(world.inner, "/calls/search")

    rest = list(connector.activities(first.watermark))

    brought = {one.id for one in first.happenings}
    assert made == brought | {one.id for page in rest for one in page.happenings}
    assert brought.isdisjoint(one.id for page in rest for one in page.happenings)
    assert asked(world.inner, "/calls/search") == searched + 1


def test_activities_of_before_the_first_load_are_not_read(world: CapablePortal) -> None:
    past = world.inner.clock.now() - timedelta(days=900)
    world.portal.create("calls", {"hs_timestamp": past}, at=past)
    world.settle()

    assert _all(world) == {}


def test_an_archived_activity_is_told_as_gone_once(world: CapablePortal) -> None:
    called = world.call(world.add_lead(), OWNER)
    world.settle()
    connector = world.capable()
    mark = list(connector.activities(None))[-1].watermark
    world.cancel(called)
    told = []
    for _ in range(2):
        world.inner.rest()
        pages = list(connector.activities(mark))
        told.append([one for page in pages for one in page.happenings])
        mark = pages[-1].watermark

    assert told == [[Happening(called)], []]


def test_a_kind_that_the_key_may_not_see_is_named(world: CapablePortal) -> None:
    world.grant(RUNNING_SCOPES - {"crm.objects.deals.read"})
    world.happen("calls", world.inner.create(RecordKind.ACCOUNT, "Software"))
    world.settle()

    with pytest.raises(CapabilityAbsent, match=r"no activities.*crm\.objects\.deals\.read"):
        _all(world)


def test_associations_of_another_shape_are_none(world: CapablePortal) -> None:
    world.call(world.add_lead(), OWNER)
    world.settle()
    row = {"from": {"id": "1"}, "to": [{"toObjectId": "x"}]}
    say(world.inner, "POST", "/calls/0-136/", json.dumps({"results": [row]}))

    with pytest.raises(MalformedAnswer):
        _all(world)


def test_an_activity_on_no_day_tells_nothing(world: CapablePortal) -> None:
    lead = world.add_lead()
    id_ = world.call(lead, OWNER)
    world.settle()
    row = {"id": id_, "properties": {"hs_timestamp": "soon", "hs_call_status": "COMPLETED"}}
    say(world.inner, "POST", "/calls/search", json.dumps({"total": 1, "results": [row]}))

    assert _all(world)[id_] == Happening(id_)


def test_an_outage_is_no_absence(world: CapablePortal) -> None:
    world.inner.sandbox.faults.add(Fault(action="html_503", path_contains="/calls/search"))

    with pytest.raises(Unavailable):
        _all(world)


def test_a_watermark_of_somebody_else_is_refused(world: CapablePortal) -> None:
    with pytest.raises(ConfigError, match="not one of HubSpot's"):
        list(world.capable().activities(Watermark('{"task": ""}')))


def test_only_kinds_that_are_read_are_asked_for(world: CapablePortal) -> None:
    called = world.call(world.add_lead(), OWNER)
    world.settle()
    one = next(iter(world.inner.reading.kinds.values()))
    world.inner.reading = replace(world.inner.reading, kinds={RecordKind.CONTACT: one})

    assert _all(world)[called].activities == ()
    assert asked(world.inner, "/0-136/") == 0
