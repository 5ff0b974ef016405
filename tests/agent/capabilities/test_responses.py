"""A record without a channel has that of the first campaign it answered, where that is wanted."""

from datetime import date, timedelta

import pytest

from agent.store import Store
from bbm_core.records import RecordRef
from connectors.capabilities import Response
from connectors.memory_capabilities import MemoryBeside
from tests.agent.world import START, World

DAY = START.date()


@pytest.fixture
def beside(world: World) -> MemoryBeside:
    world.beside = MemoryBeside()
    world.values["capabilities"] = {"responses": "always"}
    return world.beside


def channel(world: World, ref: RecordRef) -> str | None:
    with Store.open(world.url) as store:
        return store.known([ref])[ref].record.channel


def answered(beside: MemoryBeside, id_: str, ref: RecordRef, told: str, on: date = DAY) -> None:
    beside.responses.append(Response(id_, ref, told, on))


def test_the_first_answer_gives_the_channel(world: World, beside: MemoryBeside) -> None:
    lead, named = world.lead(), world.lead(channel="Web")
    answered(beside, "m1", lead, "Seminar")
    answered(beside, "m2", lead, "Webinar", DAY - timedelta(days=9))
    answered(beside, "m3", named, "Seminar")

    world.first_sync()

    assert (channel(world, lead), channel(world, named)) == ("Webinar", "Web")


def test_a_later_answer_reaches_a_lead_that_did_not_change(
    world: World, beside: MemoryBeside
) -> None:
    lead = world.lead()
    world.first_sync()
    before = channel(world, lead)
    answered(beside, "m1", lead, "Seminar")

    world.cycle()
    again = world.cycle(full=True)

    assert (before, channel(world, lead)) == (None, "Seminar")
    assert again.intake.plan.writes == ()


def test_a_channel_that_somebody_enters_later_counts(world: World, beside: MemoryBeside) -> None:
    lead = world.lead()
    answered(beside, "m1", lead, "Seminar")
    world.first_sync()
    world.crm.edit(lead, channel="Referral")

    world.cycle()

    assert channel(world, lead) == "Referral"


def test_switched_off_again_only_what_the_crm_says_counts(
    world: World, beside: MemoryBeside
) -> None:
    lead = world.lead()
    answered(beside, "m1", lead, "Seminar")
    world.first_sync()
    world.values["capabilities"] = {"responses": "never"}

    world.cycle()

    assert channel(world, lead) is None
