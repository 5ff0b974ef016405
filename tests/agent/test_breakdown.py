"""The inflow by slice and span, exactly, in the readers' days."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from agent.breakdown import break_down
from agent.question import Each, Look, Measured, Question, Row
from bbm_core.balance.cells import Unit
from bbm_core.balance.tally import Tally
from bbm_core.records import Money, RecordKind
from bbm_core.scope import Segment
from tests.agent.prepared import once
from tests.agent.world import FITTING, OTHER, World


def ask(world: World, question: Question, stage: str = "acquisition") -> tuple[Row, ...]:
    with world.agent() as agent:
        return tuple(break_down(agent.books, [stage], question)[stage])


WHOLE = Question(whole_weeks=True)
ODD = Question(first=date(2020, 1, 1), last=date(2030, 1, 1))
"""The same records, once read from cells, once from the entries."""


@pytest.fixture
def filled(world: World) -> World:
    """Three leads in October, by two channels, and one in November without any."""
    once(world, _fill)
    return world


def _fill(world: World) -> None:
    for day, industry, channel in ((1, FITTING, "Web"), (2, OTHER, "Web"), (31, None, "Fair")):
        world.lead(industry, at=datetime(2026, 10, day, 20, tzinfo=UTC), channel=channel)
    world.lead(FITTING, at=datetime(2026, 11, 2, tzinfo=UTC))
    world.first_sync()


def test_the_whole_period_is_one_row(filled: World) -> None:
    assert ask(filled, Question()) == (Row("", "", Tally(icp=2, not_icp=1, unknown=1)),)


def test_a_channel_has_a_row_and_no_channel_is_one(filled: World) -> None:
    rows = {row.slice: row.tally for row in ask(filled, Question(by="channel"))}

    assert rows.pop("Web") == Tally(icp=1, not_icp=1)
    assert rows.pop("Fair") == Tally(unknown=1)
    assert list(rows.values()) == [Tally(icp=1)]


def test_both_ends_of_a_period_belong_to_it(filled: World) -> None:
    question = Question(first=date(2026, 10, 2), last=date(2026, 10, 31))

    assert ask(filled, question) == (Row("", "", Tally(not_icp=1, unknown=1)),)


def test_days_are_those_of_the_readers(filled: World) -> None:
    """What comes at 20:00 UTC comes on the next day in Tokyo, at times in the next month."""
    filled.values["crm"]["timezone"] = "Asia/Tokyo"

    october = ask(filled, Question(first=date(2026, 10, 2), last=date(2026, 10, 31)))
    months = {row.span: row.tally.total for row in ask(filled, Question(each=Each.MONTH))}

    assert october == (Row("", "", Tally(icp=1, not_icp=1)),)
    assert months == {"2026-10": 2, "2026-11": 2}


def test_weeks_begin_on_monday(filled: World) -> None:
    rows = ask(filled, Question(each=Each.WEEK))

    assert [(row.span, row.tally.total) for row in rows] == [
        ("2026-09-28", 2),
        ("2026-10-26", 1),
        ("2026-11-02", 1),
    ]


def test_an_account_is_counted_once_and_amounts_add_up(world: World) -> None:
    account = world.account()
    for amount in (100, 250):
        world.crm.create(
            RecordKind.OPPORTUNITY, account=account, amount=Money(Decimal(amount), "JPY")
        )
    world.first_sync()

    (records,) = ask(world, Question(), "opportunity")
    (accounts,) = ask(world, Question(unit=Unit.ACCOUNT), "opportunity")

    assert (records.tally.total, records.tally.amount_icp) == (2, Decimal(350))
    assert accounts.tally.total == 1


def test_a_record_without_an_account_is_no_account(filled: World) -> None:
    assert not ask(filled, Question(unit=Unit.ACCOUNT))


def test_another_segment_is_shown_apart(world: World) -> None:
    rule = {"segment": "existing", "kind": "lead", "attribute": "industry", "in": [FITTING]}
    world.values["scope"] = {"business": [rule]}
    world.lead(FITTING)
    world.lead(OTHER)
    world.first_sync()

    assert ask(world, Question())[0].tally == Tally(not_icp=1)
    assert ask(world, Question(segment=Segment.EXISTING))[0].tally == Tally(icp=1)


@pytest.mark.parametrize("question", [WHOLE, ODD], ids=["cells", "entries"])
@pytest.mark.parametrize("by", ["", "channel"])
def test_cells_and_entries_give_the_same_figures(
    filled: World, question: Question, by: str
) -> None:
    rows = ask(filled, replace(question, by=by))

    assert {row.slice: row.tally for row in rows} == (
        {"": Tally(icp=2, not_icp=1, unknown=1)}
        if not by
        else {"Web": Tally(icp=1, not_icp=1), "Fair": Tally(unknown=1), "": Tally(icp=1)}
    )


@pytest.mark.parametrize("each", [Each.PERIOD, Each.WEEK])
@pytest.mark.parametrize("by", ["", "channel"])
def test_a_stock_is_the_same_from_cells_and_from_entries(
    filled: World, each: Each, by: str
) -> None:
    """Weeks are UTC weeks in both, so in UTC the ends of days are the same."""
    first, last = date(2026, 10, 5), date(2026, 11, 8)
    question = Question(first=first, last=last, look=Look.STOCK, each=each, by=by)

    exact, cells = ask(filled, question), ask(filled, replace(question, whole_weeks=True))

    assert exact == cells
    assert sum(row.tally.total for row in exact if row.span in {"", "2026-11-02"}) == 4


def test_a_stock_at_the_end_of_each_month(filled: World) -> None:
    question = Question(
        first=date(2026, 10, 1), last=date(2026, 11, 30), look=Look.STOCK, each=Each.MONTH
    )

    assert [(row.span, row.tally.total) for row in ask(filled, question)] == [
        ("2026-10", 3),
        ("2026-11", 4),
    ]


def test_the_largest_slice_comes_first(filled: World) -> None:
    assert [row.slice for row in ask(filled, replace(ODD, by="channel"))] == ["Web", "", "Fair"]


def test_an_account_that_came_earlier_does_not_come_again(world: World) -> None:
    account = world.account()
    for month, amount in ((9, 100), (10, 250)):
        world.crm.create(
            RecordKind.OPPORTUNITY,
            account=account,
            amount=Money(Decimal(amount), "JPY"),
            at=datetime(2026, month, 5, tzinfo=UTC),
        )
    world.first_sync()
    october = Question(first=date(2026, 10, 1), last=date(2026, 10, 31), unit=Unit.ACCOUNT)

    assert not ask(world, october, "opportunity")
    amounts = ask(world, replace(october, measured=Measured.AMOUNT), "opportunity")
    assert amounts == (Row("", "", Tally(amount_icp=Decimal(250))),)


def test_the_amounts_of_an_account_take_the_flag_of_its_first_record(world: World) -> None:
    account = world.account()
    for amount in (100, 250):
        world.crm.create(
            RecordKind.OPPORTUNITY, account=account, amount=Money(Decimal(amount), "JPY")
        )
    world.first_sync()

    (row,) = ask(world, replace(ODD, unit=Unit.ACCOUNT, measured=Measured.AMOUNT), "opportunity")

    assert row.tally == Tally(icp=1, amount_icp=Decimal(350))
