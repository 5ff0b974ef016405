"""The rates that earn nearly the most, and the best plan of a wanted rate."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbm_core.prescribe.frontier import Reach, Shares, Where, at_rate, nearly_best
from bbm_core.prescribe.optimum import (
    ChannelModel,
    Optimum,
    Problem,
    Response,
    Supply,
    Worth,
    optimise,
)

FAIR = ChannelModel("fair", 0.10, Response(8.0, 0.6))
LETTERS = ChannelModel("letters", 0.60, Response(0.4, 0.6))
COMPANY = Problem(
    channels=(FAIR, LETTERS, ChannelModel("referrals", 0.45, Supply(20.0))),
    icp=Worth(900.0, 12.0),
    other=Worth(120.0, 8.0),
    triage=0.2,
    hours=900.0,
    budget=20_000.0,
)


def best(problem: Problem) -> Optimum:
    found = optimise(problem)
    assert isinstance(found, Optimum)
    return found


def profit_at(problem: Problem, rate: float, where: Where = Where.INCOMING) -> float:
    found = at_rate(problem, rate, where)
    assert found is not None
    return found.profit


@settings(max_examples=25, deadline=None)
@given(st.floats(0.12, 0.58))
def test_the_best_plan_of_a_rate_has_that_rate_and_earns_no_more_than_the_best(
    rate: float,
) -> None:
    plan = at_rate(COMPANY, rate)

    assert plan is not None
    assert plan.rate == pytest.approx(rate, abs=1e-6)
    assert plan.profit <= best(COMPANY).profit * (1 + 1e-9)
    assert plan.hours <= COMPANY.hours * (1 + 1e-9)
    assert plan.spend <= COMPANY.budget * (1 + 1e-9)


@pytest.mark.parametrize("hours", [300, 900, 1500, 4000, 20_000])
@pytest.mark.parametrize("where", list(Where))
def test_a_closed_end_of_the_band_earns_just_the_tolerance_less(hours: int, where: Where) -> None:
    problem = replace(COMPANY, hours=float(hours))
    plan = best(problem)
    reach = nearly_best(problem, plan, where)
    assert reach is not None

    floor = 0.95 * plan.profit
    for end, is_open in ((reach.low, reach.open_low), (reach.high, reach.open_high)):
        if not is_open:
            assert profit_at(problem, end, where) == pytest.approx(floor, rel=2e-3)
            outside = end + (0.005 if end == reach.high else -0.005)
            beyond = at_rate(problem, outside, where)
            assert beyond is None or beyond.profit < floor


@pytest.mark.parametrize("where", list(Where))
def test_the_best_rate_lies_in_its_band(where: Where) -> None:
    plan = best(COMPANY)
    reach = nearly_best(COMPANY, plan, where)
    assert reach is not None

    worked = plan.worked_icp / (plan.worked_icp + plan.worked_other)
    rate = plan.rate if where is Where.INCOMING else worked
    assert rate is not None
    assert reach.low <= rate <= reach.high


def test_with_few_hours_the_worked_leads_are_bound_more_tightly_than_the_incoming() -> None:
    problem = replace(COMPANY, hours=300.0, triage=0.0)
    plan = best(problem)

    incoming = nearly_best(problem, plan)
    worked = nearly_best(problem, plan, Where.WORKED)

    assert incoming is not None
    assert worked is not None
    assert worked.high - worked.low < incoming.high - incoming.low


def test_the_shares_that_pass_move_the_band_as_the_odds_do() -> None:
    plan = best(COMPANY)
    here = nearly_best(COMPANY, plan, Where.WORKED)
    there = nearly_best(COMPANY, plan, Where.WORKED, Shares(icp=0.6, other=0.2))
    assert here is not None
    assert there is not None

    odds = here.low / (1 - here.low) * 0.6 / 0.2
    assert there.low == pytest.approx(odds / (1 + odds), abs=2e-3)


def test_a_higher_tolerance_makes_a_wider_band() -> None:
    plan = best(COMPANY)
    narrow = nearly_best(COMPANY, plan, tolerance=0.02)
    wide = nearly_best(COMPANY, plan, tolerance=0.10)
    assert narrow is not None
    assert wide is not None

    assert wide.low < narrow.low < narrow.high < wide.high


def test_channels_of_one_rate_leave_everything_open() -> None:
    problem = replace(COMPANY, channels=(FAIR, replace(FAIR, name="booth")))

    reach = nearly_best(problem, best(problem))

    assert reach == Reach(0.1, 0.1, open_low=True, open_high=True)
    assert reach.is_open


def test_a_rate_that_no_channel_has_cannot_be_had() -> None:
    assert at_rate(COMPANY, 0.7) is None
    assert at_rate(COMPANY, 0.05) is None


def test_without_any_profit_there_is_no_band() -> None:
    problem = replace(COMPANY, icp=Worth(-1.0, 1.0), other=Worth(-1.0, 1.0))

    assert nearly_best(problem, best(problem)) is None


def test_where_no_lead_is_worked_there_is_no_band_of_worked_leads() -> None:
    problem = replace(COMPANY, hours=4.0)

    assert nearly_best(problem, best(problem), Where.WORKED) is None
