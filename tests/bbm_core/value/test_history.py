"""Histories: every sale is in one of them or counted by its fault."""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bbm_core.records import Money
from bbm_core.value.history import Bought, Sale, ledger
from bbm_core.value.money import RateTable

TODAY = date(2026, 11, 27)
RATES = RateTable("JPY", {"USD": Decimal(150)})


def sale(
    customer: str = "A", on: date = TODAY, amount: int | None = 100, currency: str = "JPY"
) -> Sale:
    return Sale(customer, on, None if amount is None else Money(Decimal(amount), currency))


def test_a_history_holds_its_days_oldest_first() -> None:
    late, early = date(2026, 5, 1), date(2026, 1, 1)
    found = ledger([sale(on=late), sale(on=early), sale(on=early, amount=50)], RATES, TODAY)

    history = found.histories["A"]
    assert history.days == (
        Bought(early, Decimal(150), ordered=True),
        Bought(late, Decimal(100), ordered=True),
    )
    assert (history.first, history.last_order, history.orders) == (early, late, 3)
    assert history.realised == 250
    assert found.left_out.total == 0


def test_amounts_come_in_the_base_currency() -> None:
    found = ledger([sale(), sale(amount=2, currency="USD")], RATES, TODAY)

    assert found.base == "JPY"
    assert found.histories["A"].realised == 400


def test_a_currency_without_a_rate_is_counted_apart() -> None:
    found = ledger([sale(), sale(currency="EUR"), sale("B", currency="CHF")], RATES, TODAY)

    assert found.left_out.unconverted == {"CHF": 1, "EUR": 1}
    assert list(found.histories) == ["A"]


def test_what_cannot_be_used_is_counted_by_its_fault() -> None:
    again = Sale("A", TODAY, Money(Decimal(1), "JPY"), id="1")
    endless = Sale("A", TODAY, Money(Decimal("NaN"), "JPY"))
    unclear = Sale("A", TODAY, Money(Decimal(1), "JPY"), Decimal("Infinity"))
    sales = [
        *(again, again, endless, unclear),
        *(sale(""), sale(amount=None), sale(on=TODAY + timedelta(days=1))),
    ]

    left_out = ledger(sales, RATES, TODAY).left_out

    assert (left_out.unowned, left_out.unpriced, left_out.future) == (1, 3, 1)
    assert (left_out.repeated, left_out.refunds_only, left_out.total) == (1, 0, 6)


def test_lines_of_one_order_are_one_order() -> None:
    lines = [Sale("A", TODAY, Money(Decimal(n), "JPY"), order="7") for n in (1, 2, 2)]
    found = ledger([*lines, sale(), sale()], RATES, TODAY)

    assert found.histories["A"].orders == 3
    assert found.histories["A"].realised == 205
    assert found.left_out.repeated == 0


def test_the_share_holds_where_a_sale_states_no_margin() -> None:
    stated = Sale("A", TODAY, Money(Decimal(100), "USD"), Decimal(-5))
    found = ledger([stated, sale("B")], RATES, TODAY, share=Decimal("0.4"))

    assert found.histories["A"].realised == -750
    assert found.histories["A"].orders == 1  # a loss, and yet an order
    assert found.histories["B"].realised == 40


def test_a_credit_note_lowers_the_margin_and_is_no_order() -> None:
    day = date(2026, 1, 1)
    history = ledger(
        [sale(on=day), sale(on=TODAY, amount=-30), sale(on=day, amount=-10)], RATES, TODAY
    ).histories["A"]

    assert (history.orders, history.realised) == (1, 60)
    assert history.last_order == day
    assert [one.on for one in history.order_days] == [day]


def test_credits_without_an_order_before_are_left_out() -> None:
    before = sale("A", date(2025, 1, 1), -10)
    found = ledger([before, sale("A"), sale("B", amount=-5)], RATES, TODAY)

    assert list(found.histories) == ["A"]
    assert found.histories["A"].realised == 100
    assert found.left_out.refunds_only == 2


def test_without_sales_there_are_no_histories() -> None:
    assert ledger([], RATES, TODAY).histories == {}


SALES = st.builds(
    Sale,
    st.sampled_from(["", "A", "B"]),
    st.dates(date(2026, 11, 20), date(2026, 11, 29)),
    st.none()
    | st.builds(Money, st.integers(-99, 99).map(Decimal), st.sampled_from(["JPY", "USD", "EUR"])),
    st.none() | st.integers(-9, 9).map(Decimal),
    st.sampled_from(["", "1", "2"]),
    st.sampled_from(["", "x"]),
)


@given(st.lists(SALES, max_size=20), st.randoms(use_true_random=False))
def test_the_order_of_the_sales_changes_nothing(sales: list[Sale], chance: random.Random) -> None:
    shuffled = sales.copy()
    chance.shuffle(shuffled)

    assert ledger(shuffled, RATES, TODAY) == ledger(sales, RATES, TODAY)


@given(st.lists(SALES, max_size=20))
def test_every_sale_is_counted_once(sales: list[Sale]) -> None:
    no_credits = [
        replace(one, id="", order="") for one in sales if not one.amount or one.amount.amount >= 0
    ]
    found = ledger(no_credits, RATES, TODAY)

    used = sum(history.orders for history in found.histories.values())
    assert used + found.left_out.total == len(no_credits)
