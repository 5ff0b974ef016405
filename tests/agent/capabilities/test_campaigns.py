"""Without a file of costs, the actual costs of the CRM's campaigns count month by month."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent.capabilities.campaigns import keep_campaigns, undated_campaigns
from agent.capabilities.rates import keep_rates
from agent.config import Settings
from agent.costs import Cost, costs_of
from agent.store import Store
from agent.wiring import Books, build_rules
from bbm_core.records import Money
from connectors.capabilities import Campaign, Rates
from tests.agent.world import World

JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)


def campaign(amount: int = 6_200, currency: str = "", **more: Any) -> Campaign:
    facts = {"first": date(2026, 7, 1), "last": date(2026, 8, 31), **more}
    return Campaign("c1", "Webinar 7", "Webinar", cost=Money(Decimal(amount), currency), **facts)


@pytest.fixture
def books(world: World) -> Iterator[Books]:
    """What a command reads by, beside agents that come and go."""
    settings = Settings.model_validate(world.values)
    with Store.open(world.url, lock=False) as store:
        yield Books(settings, store, world.clock, build_rules(settings), Path())


def with_settings(books: Books, world: World, **chosen: Any) -> Books:
    world.values.update(chosen)
    settings = Settings.model_validate(world.values)
    return Books(settings, books.store, books.clock, books.rules, world.file.parent)


def test_a_cost_is_spread_over_the_days_of_the_campaign(books: Books) -> None:
    keep_campaigns(books.store, [campaign()])

    found = costs_of(books)

    assert found.by_crm
    assert found.costs == (
        Cost(JULY, Decimal(3_100), "", "Webinar", "Webinar 7"),
        Cost(AUGUST, Decimal(3_100), "", "Webinar", "Webinar 7"),
    )


def test_without_an_end_all_of_it_was_spent_on_the_first_day(books: Books) -> None:
    keep_campaigns(books.store, [campaign(last=None)])

    assert [(cost.month, cost.amount) for cost in costs_of(books).costs] == [(JULY, 6_200)]


def test_what_a_campaign_that_goes_on_cost_was_spent_by_today(books: Books) -> None:
    keep_campaigns(books.store, [campaign(last=date(9999, 12, 31))])

    costs = costs_of(books).costs

    assert [cost.month.month for cost in costs] == [7, 8, 9, 10, 11]
    assert sum(cost.amount for cost in costs) == pytest.approx(Decimal(6_200))


def test_one_without_a_beginning_belongs_to_no_month(books: Books) -> None:
    keep_campaigns(books.store, [campaign(first=None)])

    assert (costs_of(books).costs, undated_campaigns(books.store)) == ((), 1)


def test_the_measure_that_answers_for_the_channel_bears_the_cost(
    books: Books, world: World
) -> None:
    measure = {"orientation": "volume", "channels": ["Web*"]}
    chosen = with_settings(books, world, measures={"webinars": measure})
    keep_campaigns(books.store, [campaign()])

    assert {cost.measure for cost in costs_of(chosen).costs} == {"webinars"}


def test_what_somebody_wrote_of_a_measure_goes_before_its_campaigns(
    books: Books, world: World
) -> None:
    measure = {"orientation": "volume", "channels": ["Web*"], "cost_per_month": 500}
    chosen = with_settings(books, world, measures={"webinars": measure})
    keep_campaigns(books.store, [campaign()])

    found = costs_of(chosen)

    assert [(cost.measure, cost.amount) for cost in found.spent(JULY, date(2026, 7, 31))] == [
        ("webinars", 500)
    ]


def test_a_file_of_costs_is_all_that_counts(books: Books, world: World) -> None:
    (world.file.parent / "costs.csv").write_text("month,channel,amount\n2026-07,Web,9\n")
    chosen = with_settings(books, world, inputs={"costs": "costs.csv"})
    keep_campaigns(books.store, [campaign()])

    found = costs_of(chosen)

    assert (found.by_crm, [cost.amount for cost in found.costs]) == (False, [9])


def test_a_foreign_cost_is_converted_by_the_rates_of_the_crm(books: Books, world: World) -> None:
    chosen = with_settings(books, world, currencies={"base": "JPY"})
    world.lead()
    world.first_sync()
    keep_campaigns(books.store, [campaign(currency="USD", last=date(2026, 7, 31))])
    before = costs_of(chosen)
    keep_rates(books.store, Rates("JPY", {"JPY": Decimal(1), "USD": Decimal(150)}))

    after = costs_of(chosen)

    assert (before.costs, before.unconverted) == ((), 1)
    assert [cost.amount for cost in after.costs] == [930_000]
