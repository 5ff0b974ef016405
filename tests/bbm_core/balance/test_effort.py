"""Hours, costs and returns, and what is said where an input is missing."""

from decimal import Decimal

import pytest

from bbm_core.balance.effort import (
    Effort,
    Figure,
    Hours,
    Input,
    Lacking,
    hours_by_activity,
    hours_by_stage,
    prorated,
)
from bbm_core.balance.tally import Tally
from bbm_core.icp.classify import Flag

WHOLE = Effort(
    leads=Tally(icp=40, not_icp=150, unknown=10),
    won=Tally(icp=3, not_icp=1, amount_icp=Decimal(9_000), amount_not_icp=Decimal(1_000)),
    hours=Hours(icp=60, not_icp=140, unknown=20),
    spent=Decimal(2_000),
    margin=0.6,
)


def test_each_figure_is_what_its_name_says() -> None:
    assert WHOLE.cost_per_lead == Figure(10)
    assert WHOLE.cost_per_icp_lead == Figure(50)
    assert WHOLE.hours_per_win == Figure(55)
    assert WHOLE.hours_on_not_icp == Figure(0.7)
    assert WHOLE.gross_margin == Figure(6_000)
    assert WHOLE.romi == Figure(2)


def test_each_figure_names_the_inputs_it_lacks() -> None:
    bare = Effort(leads=Tally(icp=4))

    assert bare.cost_per_icp_lead.missing == (Input.COSTS,)
    assert bare.hours_per_win.missing == (Input.HOURS, Input.WINS)
    assert bare.hours_on_not_icp.missing == (Input.HOURS,)
    assert bare.gross_margin.missing == (Input.WINS, Input.MARGIN)
    assert bare.romi.missing == (Input.WINS, Input.MARGIN, Input.COSTS)
    assert Effort(hours=Hours(1)).hours_per_win.missing == (Input.WINS,)
    assert Effort(won=Tally(icp=1)).hours_per_win.missing == (Input.HOURS,)


def test_a_divisor_of_zero_is_said_in_words() -> None:
    nothing = Effort(won=Tally(), hours=Hours(unknown=3), spent=Decimal(0), margin=0.5)

    assert nothing.cost_per_icp_lead == Figure(None, lacking=Lacking.NO_ICP)
    assert nothing.cost_per_lead == Figure(None, lacking=Lacking.NO_LEADS)
    assert nothing.hours_per_win == Figure(None, lacking=Lacking.NO_WINS)
    assert nothing.hours_on_not_icp == Figure(None, lacking=Lacking.NO_HOURS)
    assert nothing.gross_margin == Figure(0)
    assert nothing.romi == Figure(None, lacking=Lacking.NO_SPEND)


def test_wins_without_amounts_have_no_margin() -> None:
    assert Effort(won=Tally(icp=2), margin=0.5).gross_margin.missing == (Input.AMOUNTS,)


def test_hours_by_stage_are_records_times_hours() -> None:
    inflow = {"lead": Tally(icp=2, not_icp=4, unknown=1), "won": Tally(icp=1)}

    assert hours_by_stage(inflow, {"lead": 0.5, "won": 8, "gone": 3}) == Hours(9, 2, 0.5)


def test_hours_by_activity_are_times_times_minutes() -> None:
    activities = {
        ("call", Flag.YES): 4,
        ("call", Flag.NO): 8,
        ("mail", Flag.UNKNOWN): 6,
        ("fax", Flag.YES): 99,
    }

    assert hours_by_activity(activities, {"call": 15, "mail": 5}) == Hours(1, 2, 0.5)


def test_a_part_of_a_month_bears_its_days_of_the_cost() -> None:
    assert prorated(Decimal(3_000), 10, 30) == pytest.approx(Decimal(1_000))
