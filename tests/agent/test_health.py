"""Once a quarter: whether an hour on ICP companies still brings more than one on others."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from agent.alerts.blocks import render_slack, violations
from agent.alerts.terminal import render_text
from agent.health import KEY, quarters
from agent.store import AlertRow
from bbm_core.icp.health import Pays
from bbm_core.records import Money, Outcome, RecordKind
from tests.agent.world import FITTING, OTHER, World


@pytest.fixture
def selling(world: World) -> World:
    """A world whose clock stands in January, with a currency."""
    world.clock.time = datetime(2026, 1, 5, 9, tzinfo=UTC)
    world.crm.page_size = 500
    world.values["crm"]["currency"] = "JPY"
    return world


def sell(world: World, industry: str, count: int, won: int, amount: int = 100) -> None:
    """Companies that came in now, and how many of them bought a month later."""
    at = world.clock.now()
    for number in range(count):
        account = world.account(industry)
        world.lead(industry, account=account, at=at)
        if number < won:
            closed = at + timedelta(days=30)
            world.crm.create(
                RecordKind.OPPORTUNITY,
                account=account,
                at=at + timedelta(days=10),
                outcome=Outcome.WON,
                closed_at=closed,
                amount=Money(Decimal(amount + number), "JPY"),
            )


def alerts(world: World) -> list[AlertRow]:
    with world.agent() as agent:
        return [row for row in agent.store.alerts() if row.key == KEY]


def sync_in(world: World, year: int, month: int) -> None:
    world.clock.time = datetime(year, month, 10, 9, tzinfo=UTC)
    world.cycle(confirmed="")


def test_an_icp_that_pays_is_no_news(selling: World) -> None:
    sell(selling, FITTING, 60, won=20, amount=500)
    sell(selling, OTHER, 60, won=5)

    sync_in(selling, 2026, 10)

    assert alerts(selling) == []
    with selling.agent() as agent:
        (found,) = quarters(agent.books, 1)
    assert (found.name, found.health.pays) == ("2026-Q3", Pays.YES)


def test_an_icp_that_no_longer_pays_is_told_once_a_quarter(selling: World) -> None:
    sell(selling, FITTING, 60, won=8)
    sell(selling, OTHER, 60, won=20, amount=300)

    sync_in(selling, 2026, 10)
    selling.cycle()
    selling.pass_time(days=30)
    selling.cycle()

    (told,) = alerts(selling)
    assert told.transition == "1.opened"
    sync_in(selling, 2027, 1)
    assert [one.transition for one in alerts(selling)] == ["2.reminded", "1.opened"]


def test_it_is_told_when_it_pays_again(selling: World) -> None:
    sell(selling, FITTING, 60, won=8)
    sell(selling, OTHER, 60, won=20, amount=300)
    sync_in(selling, 2026, 10)

    selling.values["icp"]["profiles"][0]["criteria"][0]["in"] = [OTHER]
    selling.cycle(confirmed="")

    assert [one.transition for one in alerts(selling)] == ["2.recovered", "1.opened"]


def test_few_companies_are_no_news(selling: World) -> None:
    sell(selling, FITTING, 10, won=0)
    sell(selling, OTHER, 10, won=9)

    sync_in(selling, 2026, 10)

    assert alerts(selling) == []


def test_the_message_fits_its_carriers_in_both_languages(selling: World) -> None:
    sell(selling, FITTING, 60, won=8)
    sell(selling, OTHER, 60, won=20, amount=300)
    selling.values["crm"]["lang"] = "ja"
    selling.clock.time = datetime(2026, 10, 10, 9, tzinfo=UTC)

    (told,) = selling.cycle(confirmed="").told

    assert told.change == "opened"
    assert violations(render_slack(told.message)) == ()
    text = render_text(told.message)
    assert "ICPの優位が見られない" in text
    assert "60社、受注8社" in text


def test_hours_by_stage_are_counted(selling: World) -> None:
    """An ICP that brings more in total, and takes far more hours."""
    selling.values["effort"] = {"hours": {"acquisition": 1, "handover": 100}}
    sell(selling, FITTING, 60, won=20, amount=300)
    for ref in selling.crm.refs(RecordKind.LEAD):
        selling.crm.edit(ref, status="Qualified", at=selling.clock.now() + timedelta(days=1))
    sell(selling, OTHER, 60, won=15)

    sync_in(selling, 2026, 10)

    (told,) = alerts(selling)
    assert told.message["facts"][0]["value"].startswith("1 per hour")
