"""A lost top or ICP customer is told once, apart from the balance."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from agent.alerts.blocks import render_slack, violations
from agent.alerts.terminal import render_text
from agent.losses import look_for_losses
from agent.tell import Told, standings
from bbm_core.records import Money, Outcome, RecordKind, RecordRef
from tests.agent.world import FITTING, OTHER, World, stage


@pytest.fixture
def selling(world: World) -> World:
    world.crm.page_size = 500
    world.values["crm"]["currency"] = "EUR"
    world.values["attributes"]["company"] = {"account": "Name"}
    world.values["attributes"]["deal_type"] = {"opportunity": "Type"}
    world.values["scope"] = {
        "business": [
            {
                "segment": "renewal",
                "kind": "opportunity",
                "attribute": "deal_type",
                "in": ["Renewal"],
            }
        ]
    }
    world.values["stages"].append(
        stage("customer", {"kind": "account", "when": "status", "status": ["Customer"]})
    )
    return world


def customer(world: World, name: str, amount: int, *, fits: bool = False) -> RecordRef:
    industry = FITTING if fits else OTHER
    account = world.crm.create(
        RecordKind.ACCOUNT,
        {"Industry": industry, "Name": name},
        status="Customer",
        at=world.clock.now() - timedelta(days=300),
    )
    if amount:
        deal(world, account, amount, won=True, ago=100)
    return account


def deal(
    world: World,
    account: RecordRef,
    amount: int,
    *,
    won: bool,
    ago: float,
    kind: str = "New",
    currency: str = "EUR",
) -> RecordRef:
    at = world.clock.now() - timedelta(days=ago)
    return world.crm.create(
        RecordKind.OPPORTUNITY,
        {"Type": kind},
        at=at - timedelta(days=1),
        account=account,
        amount=Money(Decimal(amount), currency),
        outcome=Outcome.WON if won else Outcome.LOST,
        closed_at=at,
    )


def told(world: World, **order: Any) -> tuple[Told, ...]:
    return world.cycle(confirmed="", **order).told


def leave(world: World, account: RecordRef, ago: float = 1) -> None:
    at = world.clock.now() - timedelta(days=ago)
    world.crm.edit(account, status="Former customer", at=at)


def test_a_top_customer_that_left_is_told_once(selling: World) -> None:
    giant = customer(selling, "Giant", 600)
    customer(selling, "Small", 400)
    assert told(selling) == ()

    leave(selling, giant)
    (one,) = told(selling)

    assert one.stage == f"loss:{giant.id}"
    assert one.message.headline == "Customer lost: Giant (60.0% of the revenue of 12 months)"
    assert "It was number 1 of 2 customers." in one.message.why
    assert one.message.footer.endswith(f"bbm why account:{giant.id}")
    assert violations(render_slack(one.message)) == ()
    assert "✖ Customer lost: Giant" in render_text(one.message)
    assert [t.stage for t in told(selling)] in ([], [one.stage]), "it is offered until it is sent"


def test_a_lost_renewal_is_told_and_the_leaving_after_it_is_the_same_loss(selling: World) -> None:
    giant = customer(selling, "Giant", 600)
    deal(selling, giant, 600, won=False, ago=2, kind="Renewal")
    (one,) = told(selling)
    assert one.message.headline.startswith("Renewal lost: Giant")

    selling.pass_time(days=30)
    leave(selling, giant)

    assert told(selling) == ()


def test_a_small_customer_in_the_icp_is_told(selling: World) -> None:
    selling.values["checks"] = {"top_customers": 1}
    customer(selling, "Giant", 600)
    small = customer(selling, "Small", 10, fits=True)
    told(selling)

    leave(selling, small)
    (one,) = told(selling)

    assert "It fits the ICP" in " ".join(one.message.why)


def test_an_icp_customer_without_revenue_has_no_share(selling: World) -> None:
    quiet = customer(selling, "Quiet", 0, fits=True)
    told(selling)

    leave(selling, quiet)
    (one,) = told(selling)

    assert one.message.headline == "Customer lost: Quiet (no revenue in 12 months)"


@pytest.mark.parametrize("checks", [{"top_customers": 1}, {"loss_alerts": False}])
def test_what_does_not_matter_or_is_not_wanted_is_not_told(
    selling: World, checks: dict[str, Any]
) -> None:
    selling.values["checks"] = checks
    customer(selling, "Giant", 600)
    small = customer(selling, "Small", 10)
    told(selling)

    leave(selling, small)

    assert told(selling) == ()


def test_revenue_in_another_currency_counts_by_its_rate(selling: World) -> None:
    selling.values["currencies"] = {"rates": {"JPY": 0.006}}
    tokyo = customer(selling, "Tokyo", 0)
    deal(selling, tokyo, 100_000, won=True, ago=50, currency="JPY")
    customer(selling, "Paris", 400)
    told(selling)

    leave(selling, tokyo)
    (one,) = told(selling)

    assert one.message.headline == "Customer lost: Tokyo (60.0% of the revenue of 12 months)"
    assert one.message.facts[0].value == "600 EUR"


def test_losses_of_several_days_have_each_the_revenue_before_it(selling: World) -> None:
    first, second = customer(selling, "First", 300), customer(selling, "Second", 100)
    told(selling)
    leave(selling, first, ago=9)
    deal(selling, second, 200, won=True, ago=5)
    leave(selling, second, ago=2)

    shares = {one.message.headline for one in told(selling)}

    assert shares == {
        "Customer lost: First (75.0% of the revenue of 12 months)",
        "Customer lost: Second (50.0% of the revenue of 12 months)",
    }


def test_old_losses_are_no_news(selling: World) -> None:
    leave(selling, customer(selling, "Giant", 600), ago=40)
    deal(selling, customer(selling, "Other", 500), 9, won=False, ago=40, kind="Renewal")

    assert told(selling) == ()


def test_a_renewal_that_ends_in_the_future_is_not_lost_yet(selling: World) -> None:
    deal(selling, customer(selling, "Giant", 600), 9, won=False, ago=-10, kind="Renewal")

    assert told(selling) == ()


def test_who_came_back_is_not_lost(selling: World) -> None:
    giant = customer(selling, "Giant", 600)
    leave(selling, giant, ago=2)
    selling.crm.edit(giant, status="Customer", at=selling.clock.now() - timedelta(days=1))

    assert told(selling) == ()


def test_a_lost_new_deal_is_no_lost_customer(selling: World) -> None:
    deal(selling, customer(selling, "Giant", 600), 9, won=False, ago=1)

    assert told(selling) == ()


def test_a_customer_that_is_lost_a_year_later_again_is_told_again(selling: World) -> None:
    giant = customer(selling, "Giant", 600)
    leave(selling, giant)
    told(selling)
    selling.pass_time(days=200)
    selling.crm.edit(giant, status="Customer", at=selling.clock.now() - timedelta(days=100))
    leave(selling, giant)

    assert len(told(selling)) == 1


def test_a_run_that_died_before_remembering_queues_nothing_twice(selling: World) -> None:
    giant = customer(selling, "Giant", 600)
    told(selling)
    leave(selling, giant)
    told(selling)

    with selling.agent() as agent:
        agent.store.remember({"losses": "{}"})
        look_for_losses(agent)
        rows = [row for row in agent.store.alerts() if row.key == f"loss:{giant.id}"]

    assert len(rows) == 1


def test_losses_take_no_part_in_the_incidents_of_stages(selling: World) -> None:
    leave(selling, customer(selling, "Giant", 600))
    told(selling)

    with selling.agent() as agent:
        assert standings(agent.store) == {}
        assert agent.store.incidents() == {}


def test_japanese_readers_get_japanese(selling: World) -> None:
    selling.values["crm"]["lang"] = "ja"
    leave(selling, customer(selling, "株式会社大手", 600))

    (one,) = told(selling)

    assert one.message.headline == "顧客の喪失: 株式会社大手(直近12か月の売上の100.0%)"
