"""Tallies read from cells."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bbm_core.balance.cells import (
    JudgedEntry,
    Placement,
    Unit,
    account_cells,
    merge,
    record_cells,
)
from bbm_core.balance.funnel import StageEntry
from bbm_core.balance.tally import (
    Period,
    Tally,
    View,
    WeekTally,
    by_slice,
    inflow,
    last_closed_week,
    stock,
    weekly,
    weeks_until,
)
from bbm_core.icp.classify import Flag
from bbm_core.scope import Segment

MONDAY = date(2026, 1, 5)


def week(number: int) -> date:
    return MONDAY + timedelta(weeks=number)


def lead(
    at: int, flag: Flag, channel: str = "Web", segment: Segment = Segment.NEW, amount: int = 10
) -> Placement:
    entered = datetime(2026, 1, 5, 12, tzinfo=UTC) + timedelta(weeks=at)
    entry = JudgedEntry(StageEntry("lead", entered), flag)
    return Placement(
        entries=(entry,),
        flag=flag,
        segment=segment,
        amount=Decimal(amount),
        slices={"channel": channel},
    )


BOOK = (
    lead(0, Flag.YES),
    lead(0, Flag.NO, "Fair"),
    lead(1, Flag.YES, "Fair", amount=30),
    lead(1, Flag.UNKNOWN),
    lead(3, Flag.NO),
    lead(3, Flag.NO, "Fair", Segment.EXISTING),
)
CELLS = merge(*(record_cells(one, "v1") for one in BOOK), account_cells(BOOK[:3], "v1"))


def test_inflow_counts_what_entered_in_the_period() -> None:
    tally = inflow(CELLS, "lead", Period(week(0), week(1)))

    assert (tally.icp, tally.not_icp, tally.unknown) == (2, 1, 1)
    assert (tally.known, tally.total) == (3, 4)
    assert tally.rate == pytest.approx(2 / 3)
    assert tally.amount_rate == pytest.approx(40 / 50)


def test_stock_counts_what_is_there_at_the_end_of_the_week() -> None:
    assert [stock(CELLS, "lead", week(n)).total for n in (-1, 0, 1, 2, 3)] == [0, 2, 4, 4, 5]
    assert stock(CELLS, "lead", week(1)).amount_icp == Decimal(40)


def test_existing_customers_stand_apart_from_new_business() -> None:
    period = Period(week(3), week(3))

    assert inflow(CELLS, "lead", period).total == 1
    assert inflow(CELLS, "lead", period, View(segment=Segment.EXISTING)).total == 1


def test_an_account_counts_once() -> None:
    assert inflow(CELLS, "lead", Period(week(0), week(9)), View(Unit.ACCOUNT)).total == 1


def test_weeks_without_inflow_are_there_and_empty() -> None:
    series = weekly(CELLS, "lead", Period(week(1), week(3)))

    assert [(one.week, one.tally.total) for one in series] == [
        (week(1), 2),
        (week(2), 0),
        (week(3), 1),
    ]
    assert all(isinstance(one, WeekTally) for one in series)


def test_slices_add_up_to_the_whole() -> None:
    period = Period(week(0), week(1))

    slices = by_slice(CELLS, "lead", period, "channel")

    assert {name: tally.total for name, tally in slices.items()} == {"Fair": 2, "Web": 2}
    assert sum(slices.values(), Tally()) == inflow(CELLS, "lead", period)


def test_a_rate_of_nothing_is_none() -> None:
    assert Tally(unknown=3).rate is None
    assert Tally(unknown=3).amount_rate is None


def test_a_week_is_closed_when_its_last_record_has_reached_the_judging_age() -> None:
    assert last_closed_week(date(2026, 1, 18), 7) == date(2025, 12, 29)
    assert last_closed_week(date(2026, 1, 19), 7) == date(2026, 1, 5)
    assert last_closed_week(date(2026, 1, 19), 0) == date(2026, 1, 12)


def test_a_period_knows_its_weeks_its_last_day_and_what_was_before() -> None:
    period = weeks_until(date(2026, 1, 26), 4)

    assert period == Period(date(2026, 1, 5), date(2026, 1, 26))
    assert period.weeks == 4
    assert period.last_day == date(2026, 2, 1)
    assert period.before() == Period(date(2025, 12, 8), date(2025, 12, 29))
    assert date(2026, 1, 12) in period
    assert date(2026, 2, 2) not in period
