"""Cohorts on a kept book: how many went on, within the horizon, by slice and month."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from agent.cohorts import Onward, cohort_chain, follow, stage_chain
from agent.question import Each, Question
from bbm_core.balance.cells import Unit
from bbm_core.records import RecordKind
from tests.agent.prepared import once
from tests.agent.world import FITTING, OTHER, START, World

STAGES = ("acquisition", "handover", "opportunity")


@pytest.fixture
def filled(world: World) -> World:
    """Twenty leads of each month that are handed over after ten days, and twenty that are not;
    the last ten came five days ago."""
    once(world, _fill)
    return world


def _fill(world: World) -> None:
    for month in (8, 9):
        for number in range(40):
            created = datetime(2026, month, 3, 9, tzinfo=UTC)
            industry = FITTING if number % 4 == 0 else OTHER
            ref = world.lead(industry, at=created, channel="Web" if number < 20 else "Fair")
            if number < 20:
                world.crm.edit(ref, status="Qualified", at=created + timedelta(days=10))
    for _ in range(10):
        world.lead(FITTING, at=START - timedelta(days=5), channel="Web")
    world.first_sync()


def ask(world: World, question: Question, target: str = "") -> dict[str, Onward]:
    with world.agent() as agent:
        found = follow(agent.books, STAGES, question, target)
    return {one.stage: one for one in found}


def test_young_records_count_in_no_rate(filled: World) -> None:
    onward = ask(filled, Question())["acquisition"]
    (cohort,) = onward.cohorts

    assert onward.days == 10
    assert (cohort.whole.entered, cohort.whole.on, cohort.whole.open) == (90, 40, 50)
    assert cohort.whole.within is not None
    assert (cohort.whole.within.ripe, cohort.whole.within.rate) == (80, 0.5)


def test_a_month_that_is_too_young_is_not_worse(filled: World) -> None:
    cohorts = ask(filled, Question(each=Each.MONTH))["acquisition"].cohorts

    rates = {one.span: one.whole.within and one.whole.within.rate for one in cohorts}
    assert rates == {"2026-08": 0.5, "2026-09": 0.5, "2026-11": None}


def test_slices_have_conversions_of_their_own(filled: World) -> None:
    cohorts = ask(filled, Question(by="channel"))["acquisition"].cohorts

    assert {one.slice: one.whole.on for one in cohorts} == {"Web": 40, "Fair": 0}


def test_a_period_chooses_who_entered_in_it(filled: World) -> None:
    august = Question(first=date(2026, 8, 1), last=date(2026, 8, 31))

    (cohort,) = ask(filled, august)["acquisition"].cohorts
    assert cohort.whole.entered == 40
    assert not ask(filled, replace(august, first=date(2026, 8, 4)))["acquisition"].cohorts


def test_icp_and_others_are_compared(filled: World) -> None:
    (cohort,) = ask(filled, Question())["acquisition"].cohorts

    assert cohort.link is not None
    assert cohort.link.pull == pytest.approx(0.0), "both convert alike"
    assert (cohort.icp.entered, cohort.not_icp.entered) == (30, 60)


def test_a_stage_with_nothing_behind_it_has_no_conversion(filled: World) -> None:
    assert set(ask(filled, Question())) == {"acquisition", "handover"}
    assert ask(filled, Question())["handover"].days is None
    assert set(ask(filled, Question(), "opportunity")) == {"acquisition", "handover"}


def test_accounts_are_followed_once(world: World) -> None:
    account = world.account()
    for _ in range(3):
        world.crm.create(RecordKind.OPPORTUNITY, account=account)
    world.first_sync()

    with world.agent() as agent:
        chain = stage_chain(agent.books, Question(unit=Unit.ACCOUNT, whole_weeks=True))

    assert [(one.name, one.tally.total) for one in chain.stages] == [("opportunity", 1)]


def test_a_chain_of_a_cohort_holds_the_same_records(filled: World) -> None:
    with filled.agent() as agent:
        chain = cohort_chain(agent.books, Question())

    assert chain.nested
    assert [(one.name, one.tally.icp, one.tally.not_icp) for one in chain.stages] == [
        ("acquisition", 30, 60),
        ("handover", 10, 30),
    ]


def test_a_lead_that_is_matched_and_given_up_is_lost(world: World) -> None:
    """Its account was found by its name; the CRM names one only when the lead is converted."""
    world.values["attributes"]["company"] = {"account": "Name", "lead": "Company"}
    world.values["attributes"]["prefecture"] = {"account": "BillingState", "lead": "State"}
    world.values["accounts"] = {"company": "company", "prefecture": "prefecture"}
    place = {"Name": "Kita Logistics", "BillingState": "Tokyo"}
    account = world.crm.create(RecordKind.ACCOUNT, place)
    created = START - timedelta(days=30)
    lead = world.lead(FITTING, at=created)
    world.crm.edit(lead, {"Company": "Kita Logistics", "State": "Tokyo"})
    world.crm.edit(lead, status="Junk", at=created + timedelta(days=3))
    world.first_sync()

    with world.agent() as agent:
        (journey,) = [one for one in agent.store.journeys() if one.ref.kind is RecordKind.LEAD]
    (cohort,) = ask(world, Question())["acquisition"].cohorts

    assert (journey.account, journey.converted) == (account.id, False)
    assert (cohort.whole.lost, cohort.whole.open) == (1, 0)


def test_a_converted_lead_is_still_on_its_way(world: World) -> None:
    account = world.account()
    created = START - timedelta(days=30)
    world.lead(
        FITTING, at=created, converted_at=created + timedelta(days=2), converted_to=(account,)
    )
    world.first_sync()

    (cohort,) = ask(world, Question())["acquisition"].cohorts

    assert (cohort.whole.on, cohort.whole.lost, cohort.whole.open) == (0, 0, 1)
