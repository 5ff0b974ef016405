"""Expected lifetime values of records: the account's own, or the estimate for its flag."""

from dataclasses import replace
from decimal import Decimal

import pytest

from agent.breakdown import break_down
from agent.expected import worth_of
from agent.question import Measured, Question, Row
from bbm_core.balance.cells import Unit
from bbm_core.errors import ConfigError
from bbm_core.icp.classify import Flag
from bbm_core.records import RecordKind
from bbm_core.value.customer import CustomerValue, Rung
from tests.agent.world import FITTING, OTHER, World

LTV = Question(measured=Measured.LTV, whole_weeks=True)


@pytest.fixture
def valued(world: World) -> World:
    """Ten customers that fit, worth about 1,000, and ten others, worth about 100."""
    accounts = [world.account(FITTING if n < 10 else OTHER) for n in range(20)]
    for _ in range(3):
        world.crm.create(RecordKind.OPPORTUNITY, account=accounts[0])
    world.lead(FITTING)
    world.lead(OTHER)
    world.first_sync()
    with world.agent() as agent:
        values = [
            CustomerValue(
                customer=ref.id,
                rung=Rung.WINDOW,
                ltv=Decimal((1000 if n < 10 else 100) + n % 3 - 1),
                realised=Decimal(0),
                orders=1,
                first=None,
            )
            for n, ref in enumerate(accounts)
        ]
        agent.store.keep_customer_values(values, world.clock.now())
    return world


def ask(world: World, question: Question, stage: str) -> Row:
    with world.agent() as agent:
        (row,) = break_down(agent.books, [stage], question)[stage]
    return row


def test_a_known_account_has_its_own_value_once(valued: World) -> None:
    row = ask(valued, LTV, "opportunity")

    assert (row.tally.icp, row.tally.amount_icp, row.estimated) == (1, Decimal(999), 0)
    assert ask(valued, replace(LTV, unit=Unit.ACCOUNT), "opportunity") == row


def test_a_lead_is_worth_what_customers_like_it_are(valued: World) -> None:
    row = ask(valued, LTV, "acquisition")

    assert row.estimated == 2
    assert float(row.tally.amount_icp) == pytest.approx(1000, abs=1)
    assert float(row.tally.amount_not_icp) == pytest.approx(100, abs=1)


def test_too_few_values_are_said_with_the_way_to_more(world: World) -> None:
    world.lead()
    world.first_sync()

    with world.agent() as agent, pytest.raises(ConfigError, match="Only 0 customers") as caught:
        worth_of(agent.books)
    assert "bbm ltv" in caught.value.hint


def test_a_flag_nobody_has_is_worth_the_mean(valued: World) -> None:
    with valued.agent() as agent:
        worth = worth_of(agent.books)

    value, is_estimate = worth.of(None, Flag.UNKNOWN)
    assert is_estimate
    assert float(value) == pytest.approx(550, abs=1)
