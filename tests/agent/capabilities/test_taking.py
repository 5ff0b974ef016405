"""What the CRM tells beside its records is asked for as seldom as will do, and an absence named."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from agent.capabilities.people import kept_people
from agent.config import Settings
from agent.cycle import Ending, Order, Report, run_cycle
from agent.store import Store, schema
from bbm_core.people import Spell
from bbm_core.records import Activity, Money, RecordKind, Watermark
from connectors.capabilities import Capability, HappeningPage, Person, Rates
from connectors.errors import CapabilityAbsent
from connectors.memory_capabilities import MemoryBeside
from tests.agent.world import START, World

HEAT = {"icp_mode": "fit_and_hot"}


@pytest.fixture
def beside(world: World) -> MemoryBeside:
    world.beside = MemoryBeside()
    world.values["icp"] = {**world.values["icp"], **HEAT}
    return world.beside


def choose(world: World, **chosen: Any) -> None:
    world.values["capabilities"] = chosen


def asked(beside: MemoryBeside) -> Counter[Capability]:
    counts = Counter(beside.asked)
    beside.asked.clear()
    return counts


def heard(report: Report) -> dict[str, tuple[int, str]]:
    return {str(one.capability): (one.rows, one.absent) for one in report.heard}


def spells(world: World, owner: str) -> tuple[Spell, ...]:
    with Store.open(world.url) as store:
        return kept_people(Settings.model_validate(world.values), store)[owner]


def test_what_changes_slowly_is_asked_for_once_a_day(world: World, beside: MemoryBeside) -> None:
    world.first_sync()
    first = asked(beside)
    world.pass_time(hours=1)
    world.cycle()
    second = asked(beside)
    world.pass_time(days=1)
    world.cycle()

    by_choice = {Capability.CONTRACTS, Capability.RESPONSES, Capability.ACCEPTANCE}
    every = dict.fromkeys(set(Capability) - by_choice, 1)
    assert (first, second) == (every, {Capability.ACTIVITIES: 1})
    assert asked(beside) == every


def test_a_full_sync_asks_for_everything_again(world: World, beside: MemoryBeside) -> None:
    world.first_sync()
    asked(beside)

    world.cycle(full=True)

    assert asked(beside)[Capability.PEOPLE] == 1


def test_nothing_is_asked_that_nobody_wants(world: World, beside: MemoryBeside) -> None:
    choose(world, **{str(one): "never" for one in Capability})

    report = world.first_sync()

    assert (asked(beside), report.heard) == (Counter(), ())


def test_where_the_flag_asks_for_fit_alone_activities_are_left_where_they_are(
    world: World, beside: MemoryBeside
) -> None:
    world.values["icp"]["icp_mode"] = "fit"

    world.first_sync()

    assert asked(beside)[Capability.ACTIVITIES] == 0


def test_an_absence_is_named_and_stops_nothing(world: World, beside: MemoryBeside) -> None:
    beside.lacking.update(Capability)
    lead = world.lead()

    first = world.first_sync()
    second = world.cycle()

    assert (first.ending, world.flag(lead)) == (Ending.COMPLETE, "unknown")
    assert {one.capability for one in first.heard if one.demanded} == {Capability.ACTIVITIES}
    assert heard(first)["people"] == (0, "The CRM in memory tells no people.")
    assert heard(second)["people"] == heard(first)["people"]


def test_a_connector_without_the_capability_is_named_too(world: World) -> None:
    report = world.first_sync()

    assert heard(report)["people"] == (0, "the connector of memory tells no people")


def test_a_call_of_today_makes_a_fitting_lead_hot(world: World, beside: MemoryBeside) -> None:
    quiet, called = world.lead(), world.lead()
    at = START
    beside.happen("a1", *(Activity(called, at, "Meeting", "p1"),))
    beside.happen("a2", Activity(quiet, at, "call", "p1"))

    report = world.first_sync()

    assert heard(report)["activities"] == (2, "")
    assert (world.flag(called), world.flag(quiet)) == ("icp", "not_icp")


def test_an_activity_that_is_deleted_or_moved_counts_no_more(
    world: World, beside: MemoryBeside
) -> None:
    one, other = world.lead(), world.lead()
    beside.happen("a1", Activity(one, START, "meeting", "p1"))
    beside.happen("a2", Activity(other, START, "meeting", "p1"))
    world.first_sync()
    before = (world.flag(one), world.flag(other))
    beside.happen("a1")
    beside.happen("a2", Activity(one, START, "meeting", "p1"))

    world.cycle()

    assert before == ("icp", "icp")
    assert (world.flag(one), world.flag(other)) == ("icp", "not_icp")
    with Store.open(world.url) as store:
        assert [activity.ref for activity in store.activities()] == [one]


def test_activities_that_are_not_wanted_any_more_are_forgotten(
    world: World, beside: MemoryBeside
) -> None:
    lead = world.lead()
    beside.happen("a1", Activity(lead, START, "meeting", "p1"))
    world.first_sync()
    choose(world, activities="never")

    world.cycle()
    choose(world, activities="always")
    again = world.cycle()

    assert heard(again)["activities"] == (1, "")
    assert world.flag(lead) == "icp"


def test_a_change_of_team_begins_a_spell_and_an_old_one_is_kept(
    world: World, beside: MemoryBeside
) -> None:
    beside.people.append(Person("p1", "Ann", "East", "p2"))
    world.first_sync()
    beside.people[0] = Person("p1", "Ann", "West", "p3")
    world.pass_time(days=1)
    world.cycle()

    assert spells(world, "p1") == (
        Spell(None, "", "East", "p2"),
        Spell(date(2026, 11, 24), "", "West", "p3"),
    )


def test_who_left_the_crm_is_still_known(world: World, beside: MemoryBeside) -> None:
    beside.people.append(Person("p1", "Ann", "East"))
    world.first_sync()
    beside.people.clear()
    world.pass_time(days=1)
    world.cycle()

    assert spells(world, "p1") == (Spell(None, "", "East"),)


def test_names_are_kept_only_where_figures_by_person_are_allowed(
    world: World, beside: MemoryBeside
) -> None:
    beside.people += [Person("p1", "Ann", "East", "p2"), Person("p2", "Bob", "East")]
    world.first_sync()
    hidden = spells(world, "p1")
    world.values["privacy"] = {"by_person": True}
    world.cycle()
    shown = spells(world, "p1")
    world.values["privacy"] = {"by_person": False}
    world.cycle()

    assert (hidden, shown) == (
        (Spell(None, "", "East", "p2"),),
        (Spell(None, "Ann", "East", "Bob"),),
    )
    with Store.open(world.url) as store:
        assert "Ann" not in str(store.told("people"))


def test_amounts_are_converted_by_the_rates_of_the_crm(world: World, beside: MemoryBeside) -> None:
    dated = {"USD": ((date(2026, 1, 1), Decimal(150)),)}
    beside.rates = Rates("JPY", {"JPY": Decimal(1), "USD": Decimal(140)}, dated)
    world.crm.create(RecordKind.OPPORTUNITY, {}, amount=Money(Decimal(10), "USD"))

    world.first_sync()

    with Store.open(world.url) as store, store._reading() as connection:
        worth = connection.execute(select(schema.record.c.amount)).scalar()
    assert worth == "1500.00"
    with world.agent() as agent:
        assert agent.rates.rate("USD", date(2026, 11, 1)) == 150


def test_what_came_before_activities_were_hidden_counts(
    world: World, beside: MemoryBeside, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, other = world.lead(), world.lead()
    beside.happen("a0", Activity(other, START - timedelta(days=1), "meeting", "p1"))
    world.first_sync()
    beside.happen("a1", Activity(lead, START, "meeting", "p1"))

    def hidden(_: object) -> Iterator[HappeningPage]:
        yield HappeningPage(tuple(beside.happenings), Watermark("2"))
        raise CapabilityAbsent("events are hidden", hint="show them", code="BBM-X")

    with world.agent() as agent:
        monkeypatch.setattr(agent.connector, "activities", hidden)
        report = run_cycle(agent, Order("test"))

    assert heard(report)["activities"] == (0, "events are hidden")
    assert world.flag(lead) == "icp"


def test_an_absence_that_somebody_is_about_to_end_is_looked_at_every_time(
    world: World, beside: MemoryBeside
) -> None:
    choose(world, people="always")
    beside.lacking.update({Capability.PEOPLE, Capability.CAMPAIGNS})
    world.first_sync()
    beside.lacking.clear()

    found = heard(world.cycle())

    assert (found["people"][1], bool(found["campaigns"][1])) == ("", True)


def test_after_a_fortnight_activities_are_read_anew(world: World, beside: MemoryBeside) -> None:
    one, other = world.lead(), world.lead()
    for number, lead in enumerate((one, other)):
        beside.happen(f"a{number}", Activity(lead, START, "meeting", "p1"))
    world.first_sync()
    del beside.happenings[0]  # the CRM has forgotten that it was ever there
    world.pass_time(days=14)
    world.cycle()
    with Store.open(world.url) as store:
        before = store.activities_from("activities")
    world.pass_time(days=15)

    world.cycle()

    with Store.open(world.url) as store:
        assert (before, [activity.ref for activity in store.activities()]) == (2, [other])
    assert world.flag(one) == "not_icp"
