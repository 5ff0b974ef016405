"""On how few customers the revenue leans: published figures, bounds, and what is no share."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.balance.concentration import (
    GUIDES,
    Figure,
    Guide,
    Level,
    add_up,
    concentrate,
    losses,
)

AMOUNTS = st.lists(st.decimals(1, 10**9, places=2), min_size=1, max_size=60)


def named(*amounts: int | str | Decimal) -> dict[str, Decimal]:
    return {f"c{number:03}": Decimal(amount) for number, amount in enumerate(amounts)}


def test_customers_of_one_size_are_their_own_effective_number() -> None:
    found = concentrate(named(*[10] * 20))

    assert found is not None
    assert found.effective == pytest.approx(20)
    assert found.gini == pytest.approx(0, abs=1e-12)
    assert found.rosenbluth == pytest.approx(1 / 20)
    assert found.top20_percent == pytest.approx(0.2)
    assert found.level is Level.FINE


def test_two_customers_of_one_and_three_are_as_by_hand() -> None:
    found = concentrate(named(1, 3))

    assert found is not None
    assert found.shares == (0.75, 0.25)
    assert found.hhi == pytest.approx(0.625)
    assert found.gini == pytest.approx(0.25)
    assert found.rosenbluth == pytest.approx(2 / 3)


def test_the_example_of_ten_large_and_two_hundred_small_customers() -> None:
    """100 million from 10 customers and 100 million from 200: half the revenue from 4.8 %."""
    found = concentrate(named(*[10_000_000] * 10, *[500_000] * 200))

    assert found is not None
    assert found.hhi == pytest.approx(0.02625)
    assert round(found.effective) == 38
    assert losses(found)[0].share == pytest.approx(0.05)


def test_a_single_customer_is_everything() -> None:
    found = concentrate(named(7))

    assert found is not None
    assert (found.hhi, found.hhi_points, found.effective) == (1, 10_000, 1)
    assert (found.gini, found.rosenbluth, found.top(1), found.top(10)) == (0, 1, 1, 1)
    assert found.level is Level.HIGH
    assert losses(found)[0].hhi_after is None


def test_nothing_and_less_than_nothing_have_no_share_and_are_counted() -> None:
    found = concentrate({"a": Decimal(3), "b": Decimal(0), "c": Decimal(-5), "d": Decimal(1)})

    assert found is not None
    assert (found.holders, found.without_amount, found.negative) == (2, 1, 1)
    assert found.total == 4
    assert found.largest == "a"


def test_without_any_revenue_there_is_nothing_to_say() -> None:
    assert concentrate({}) is None
    assert concentrate(named(0, -1)) is None


def test_a_customers_amounts_are_added_up() -> None:
    assert add_up([("a", Decimal(1)), ("b", Decimal(2)), ("a", Decimal(3))]) == {"a": 4, "b": 2}


@pytest.mark.parametrize(
    ("value", "level"),
    [(0.0999, Level.FINE), (0.1, Level.WATCH), (0.1999, Level.WATCH), (0.2, Level.HIGH)],
)
def test_a_guide_line_is_reached_from_itself_on(value: float, level: Level) -> None:
    assert GUIDES[Figure.TOP_1].level(value) is level


def test_guide_lines_must_rise() -> None:
    with pytest.raises(ValueError, match="watch before high"):
        Guide(0.4, 0.2)


def test_a_large_customer_is_named_by_its_level() -> None:
    found = concentrate(named(30, *[1] * 70))

    assert found is not None
    assert found.levels() == {
        Figure.TOP_1: Level.HIGH,
        Figure.TOP_3: Level.WATCH,
        Figure.TOP_10: Level.FINE,
        Figure.HHI: Level.FINE,
    }
    assert found.level is Level.HIGH


def test_a_top_of_ten_is_not_judged_among_twelve() -> None:
    found = concentrate(named(*[1] * 12))

    assert found is not None
    assert found.levels()[Figure.TOP_10] is Level.FINE
    assert found.level is Level.FINE


def test_among_few_the_index_still_speaks() -> None:
    found = concentrate(named(5, 5))

    assert found is not None
    assert {f for f, level in found.levels().items() if level is not Level.FINE} == {Figure.HHI}
    assert found.level is Level.HIGH


def test_losing_the_largest_leaves_the_others() -> None:
    found = concentrate(named(50, 25, 25))
    assert found is not None

    first, second, _ = losses(found, 3)

    assert (first.name, first.share) == ("c000", 0.5)
    assert first.hhi_after == pytest.approx(0.5)
    assert second.hhi_after == pytest.approx((4 + 1) / 9)


@given(AMOUNTS)
def test_the_figures_stay_within_their_bounds(amounts: list[Decimal]) -> None:
    found = concentrate(named(*amounts))

    assert found is not None
    n = found.holders
    assert 1 / n - 1e-12 <= found.hhi <= 1 + 1e-12
    assert 1 / n - 1e-12 <= found.rosenbluth <= 1 + 1e-12
    assert 0 <= found.gini <= 1 - 1 / n + 1e-12
    assert found.top(1) <= found.top(3) <= found.top(10) + 1e-12
    assert found.top(n) == 1


@given(AMOUNTS, st.randoms(use_true_random=False), st.integers(1, 1000))
def test_neither_order_nor_unit_changes_a_figure(
    amounts: list[Decimal], random: object, factor: int
) -> None:
    before = named(*amounts)
    items = list(before.items())
    random.shuffle(items)  # type: ignore[attr-defined]  # hypothesis gives a Random

    found, other = concentrate(before), concentrate({k: v * factor for k, v in items})

    assert found is not None
    assert other is not None
    assert other.names == found.names
    assert other.hhi == pytest.approx(found.hhi, rel=1e-12)
    assert other.gini == pytest.approx(found.gini, abs=1e-12)
