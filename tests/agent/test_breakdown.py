"""The inflow by slice and span, exactly, in the readers' days."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from agent.breakdown import Each, Question, Row, break_down
from bbm_core.balance.cells import Unit
from bbm_core.balance.tally import Tally
from bbm_core.records import Money, RecordKind
from bbm_core.scope import Segment
from tests.agent.world import FITTING, OTHER, World


def ask(world: World, question: Question, stage: str = "acquisition") -> tuple[Row, ...]:
    with world.agent() as agent:
        return break_down(agent.books, stage, question)


@pytest.fixture
def filled(world: World) -> World:
    """Three leads in October, by two channels, and one in November without any."""
    for day, industry, channel in ((1, FITTING, "Web"), (2, OTHER, "Web"), (31, None, "Fair")):
        world.lead(industry, at=datetime(2026, 10, day, 20, tzinfo=UTC), channel=channel)
    world.lead(FITTING, at=datetime(2026, 11, 2, tzinfo=UTC))
    world.first_sync()
    return world


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
