"""Effort of a kept book: hours from activities or from stages, costs by slice."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from agent.effort import EffortReport, efforts, won_stage
from agent.question import Question
from bbm_core.balance.effort import Hours
from bbm_core.errors import ConfigError
from bbm_core.records import Activity
from tests.agent.world import FITTING, OTHER, World, stage

SEPTEMBER = Question(first=date(2026, 9, 1), last=date(2026, 9, 30))
AT = datetime(2026, 9, 9, tzinfo=UTC)


def ask(world: World, question: Question = SEPTEMBER) -> EffortReport:
    with world.agent() as agent:
        return efforts(agent.books, question)


def test_hours_come_from_activities_where_any_are_known(world: World) -> None:
    world.values["effort"] = {"minutes": {"call": 30}, "hours": {"acquisition": 5}}
    fitting, other = world.lead(FITTING, at=AT), world.lead(OTHER, at=AT)
    world.first_sync()
    assert ask(world).whole.hours == Hours(5, 5), "no activity is known yet"

    calls = [
        Activity(fitting, AT, "call", "005A"),
        Activity(other, AT, "call", "005A", times=3),
        Activity(other, AT, "page_view"),
        Activity(other, datetime(2026, 10, 1, tzinfo=UTC), "call", "005A"),
    ]
    with world.agent() as agent:
        agent.store.keep_activities(calls, "test")
    report = ask(world)

    assert report.by_activities
    assert report.whole.hours == Hours(0.5, 1.5)


def test_costs_are_told_by_the_slices_they_were_spent_on(world: World) -> None:
    world.values["measures"] = {
        "web": {"orientation": "volume", "channels": ["Web"], "cost_per_month": 900},
        "fair": {"orientation": "quality", "channels": ["Fair"], "cost_per_month": 600},
    }
    for channel in ("Web", "Web", "Fair", "Radio"):
        world.lead(FITTING, at=AT, channel=channel)
    world.first_sync()

    by_measure = ask(world, replace(SEPTEMBER, by="measure"))
    by_channel = ask(world, replace(SEPTEMBER, by="channel"))

    assert by_measure.whole.spent == 1500
    assert {name: one.spent for name, one in by_measure.slices.items()} == {
        "web": 900,
        "fair": 600,
        "": None,
    }
    assert by_measure.slices["web"].cost_per_icp_lead.value == 450
    assert by_measure.unassigned == 0
    assert by_channel.unassigned == 1500, "a measure's cost is no channel's"
    assert {one.spent for one in by_channel.slices.values()} == {None}


def test_by_what_costs_nothing_is_spent_there_is_no_cost(world: World) -> None:
    world.values["measures"] = {
        "web": {"orientation": "volume", "channels": ["Web"], "cost_per_month": 900}
    }
    world.values["slices"] = ["industry"]
    world.lead(FITTING, at=AT)
    world.first_sync()

    report = ask(world, replace(SEPTEMBER, by="industry"))

    assert report.unassigned is None
    assert [one.spent for one in report.slices.values()] == [None]


def test_half_a_month_costs_half(world: World) -> None:
    world.values["measures"] = {"web": {"orientation": "volume", "cost_per_month": 900}}
    world.lead(FITTING, at=AT)
    world.first_sync()

    assert ask(world, replace(SEPTEMBER, last=date(2026, 9, 15))).whole.spent == Decimal(450)


def test_the_last_stage_of_the_won_counts_wins(world: World) -> None:
    with world.agent() as agent:
        assert won_stage(agent.books) is None
    world.values["stages"].append(stage("won", {"kind": "opportunity", "when": "won"}))
    with world.agent() as agent:
        assert won_stage(agent.books) == "won"


def test_a_period_without_ends_is_refused(world: World) -> None:
    world.first_sync()

    with pytest.raises(ConfigError, match="first and a last day"):
        ask(world, Question())
