"""What is said beside figures about the customers' values and about other currencies."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from pydantic import ValidationError

from agent.beside import age_lines, foreign_lines, ltv_lines, ltv_part
from agent.config import Settings
from agent.store import Store
from agent.wiring import Books
from bbm_core.records import Money, Outcome, RecordKind
from bbm_core.value.customer import CustomerValue, LtvClass, Rung
from bbm_core.value.money import RateTable
from tests.agent.world import World


@pytest.fixture
def books(world: World) -> Iterator[Books]:
    with world.agent() as agent:
        yield agent.books


def worth(customer: str, ltv_class: LtvClass) -> CustomerValue:
    return CustomerValue(
        customer=customer,
        rung=Rung.WINDOW,
        ltv=Decimal(1),
        realised=Decimal(1),
        orders=1,
        first=date(2026, 1, 1),
        ltv_class=ltv_class,
    )


CLASSES = [LtvClass.HIGH] + 3 * [LtvClass.LOW] + 2 * [LtvClass.UNKNOWN]
VALUES = [worth(str(number), one) for number, one in enumerate(CLASSES)]


def test_the_share_of_high_values_leaves_out_whom_nobody_can_tell(books: Books) -> None:
    books.store.keep_customer_values(VALUES, books.clock.now() - timedelta(days=7))

    assert ltv_part(books)
    share, age = ltv_lines(books, "en")
    assert share == "Customers: 25.0% are of high lifetime value (1 of 4 told apart)."
    assert age.startswith("Lifetime values are those of ")
    assert "(7 days ago)" in age
    assert "高LTVは25.0%(区分済み4社中1社)" in next(ltv_lines(books, "ja"))


@pytest.mark.parametrize(("days", "said"), [(0, "(today)"), (1, "(a day ago)")])
def test_how_old_values_are_is_said_in_words(books: Books, days: int, said: str) -> None:
    books.store.keep_customer_values(VALUES, books.clock.now() - timedelta(days=days))

    (line,) = age_lines(books.store, books.clock.now(), "en")

    assert said in line


def test_without_values_it_says_what_finds_them(books: Books) -> None:
    assert ltv_part(books) is None
    assert list(ltv_lines(books, "en")) == [
        "Customers: which of them are of high value is not known; run `bbm ltv`."
    ]
    assert list(age_lines(books.store, books.clock.now(), "en")) == []


def test_the_currency_of_the_figures_is_stated_once(world: World) -> None:
    world.values["crm"]["currency"] = "USD"
    world.values["currencies"] = {"base": "JPY"}

    with pytest.raises(ValidationError, match=r"base is JPY and .* currency is USD"):
        Settings.model_validate(world.values)


def test_amounts_without_a_rate_are_told_and_values_in_another_currency_go(world: World) -> None:
    for currency in ("JPY", "USD", "USD"):
        world.crm.create(
            RecordKind.OPPORTUNITY, outcome=Outcome.OPEN, amount=Money(Decimal(5), currency)
        )
    world.first_sync()

    with Store.open(world.url) as store:
        assert list(foreign_lines(store, "en")) == [
            "2 amounts in USD are in no sum: [currencies] states no rate."
        ]
        now = world.clock.now()
        store.keep_customer_values(VALUES, now)
        more = {"now": now, "slices": (), "judge_age_days": 7}
        store.keep(1, (), (), rates=RateTable("JPY", {"USD": Decimal(150)}), **more)
        assert store.foreign_amounts() == {}
        assert store.customer_values()
        store.keep(1, (), (), rates=RateTable("USD"), **more)
        assert store.foreign_amounts() == {"JPY": 1}
        assert not store.customer_values()
