"""Good customers: high among their like, and the two by two with fit."""

import random
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bbm_core.icp.classify import Flag
from bbm_core.value.customer import CustomerValue, LtvClass, Rung
from bbm_core.value.customers import (
    Good,
    Quadrant,
    Share,
    by_value,
    classify_customers,
    good_labels,
    missed_customers,
    quadrant,
    two_by_two,
    two_sides,
    vintages,
)

HIGH, LOW, UNKNOWN = LtvClass.HIGH, LtvClass.LOW, LtvClass.UNKNOWN


def value(
    customer: str, ltv: int | None, year: int | None = 2024, *, left: bool = False
) -> CustomerValue:
    return CustomerValue(
        customer=customer,
        rung=Rung.WINDOW,
        ltv=None if ltv is None else Decimal(ltv),
        realised=Decimal(),
        orders=1,
        first=None if year is None else date(year, 6, 1),
        left=left,
    )


def valued(*ltvs: int, year: int | None = 2024) -> list[CustomerValue]:
    return [value(f"{year}-{n:02}", ltv, year) for n, ltv in enumerate(ltvs)]


def high(values: list[CustomerValue], good: Good = Good.TOP_QUARTILE) -> set[str]:
    return {one.customer for one in classify_customers(values, good) if one.ltv_class is HIGH}


def classes(values: list[CustomerValue], good: Good = Good.TOP_QUARTILE) -> list[LtvClass]:
    return [one.ltv_class for one in classify_customers(values, good)]


class TestTopQuartile:
    def test_the_best_quarter_is_high(self) -> None:
        assert high(valued(1, 8, 3, 4, 5, 6, 7, 2)) == {"2024-01", "2024-06"}

    def test_each_vintage_has_its_own_quarter(self) -> None:
        """An old customer is not good for having had more time."""
        old = valued(*range(100, 108), year=2020)
        young = valued(*range(1, 9), year=2025)

        assert high(old + young) == {"2020-06", "2020-07", "2025-06", "2025-07"}

    def test_of_a_tiny_vintage_nothing_is_told(self) -> None:
        assert set(classes(valued(*range(1, 8)))) == {UNKNOWN}

    def test_customers_without_a_year_are_one_vintage(self) -> None:
        assert high(valued(*range(1, 9), year=None)) == {"None-06", "None-07"}

    def test_who_left_is_low_and_counts_as_nothing(self) -> None:
        gone = [value(f"gone{n}", 999, left=True) for n in range(4)]
        found = {
            one.customer: one.ltv_class for one in classify_customers([*valued(1, 2, 3, 4), *gone])
        }

        assert [found[f"gone{n}"] for n in range(4)] == [LOW] * 4
        assert [found[f"2024-0{n}"] for n in range(4)] == [LOW, LOW, HIGH, HIGH]

    def test_who_left_is_low_also_in_a_tiny_vintage(self) -> None:
        assert classes([value("A", 5, left=True), value("B", None)]) == [LOW, UNKNOWN]

    def test_an_unknown_value_is_of_unknown_class_and_not_compared(self) -> None:
        values = [*valued(*range(1, 9)), value("?", None)]

        assert [one.ltv_class for one in classify_customers(values)][-1] is UNKNOWN
        assert len(high(values)) == 2

    def test_equal_values_are_of_one_class(self) -> None:
        assert high(valued(*[5] * 20)) == set()
        assert (
            len(high(valued(*[9] * 8, *[1] * 12))) == 8
        )  # the middle of the tie is in the quarter
        assert high(valued(*[9] * 12, *[1] * 8)) == set()

    def test_nothing_and_less_is_never_high(self) -> None:
        assert high(valued(*[0] * 8)) == set()
        assert high(valued(-1, *[-9] * 20)) == set()


class TestAbc:
    def test_class_a_brings_the_first_eighty_percent(self) -> None:
        assert high(valued(70, 15, 10, 5), Good.ABC) == {"2024-00", "2024-01"}

    def test_the_one_that_comes_to_the_share_is_in(self) -> None:
        assert high(valued(80, 20), Good.ABC) == {"2024-00"}
        assert high(valued(79, 21), Good.ABC) == {"2024-00", "2024-01"}

    def test_equal_values_are_of_one_class(self) -> None:
        assert len(high(valued(*[5] * 10), Good.ABC)) == 10

    def test_losses_and_the_lost_are_low(self) -> None:
        values = [*valued(10, -99), value("gone", 999, left=True), value("?", None)]

        assert classes(values, Good.ABC) == [HIGH, LOW, UNKNOWN, LOW]

    def test_vintages_play_no_part(self) -> None:
        assert high([*valued(90, year=2020), *valued(10, year=2025)], Good.ABC) == {"2020-00"}

    def test_without_any_value_nobody_is_high(self) -> None:
        assert classes(valued(0, -1), Good.ABC) == [LOW, LOW]
        assert classify_customers([], Good.ABC) == ()


def test_the_four_quarters_have_their_names() -> None:
    assert quadrant(Flag.YES, HIGH) is Quadrant.GOOD
    assert quadrant(Flag.YES, LOW) is Quadrant.DEVELOP
    assert quadrant(Flag.NO, HIGH) is Quadrant.MISSED
    assert quadrant(Flag.NO, LOW) is Quadrant.NEITHER
    assert quadrant(Flag.UNKNOWN, HIGH) is Quadrant.UNKNOWN
    assert quadrant(Flag.YES, UNKNOWN) is Quadrant.UNKNOWN


def test_the_two_by_two_counts_everybody_once() -> None:
    values = classify_customers([*valued(*range(1, 9)), value("?", None)])
    flags = {"2024-07": Flag.NO, "2024-06": Flag.YES, "2024-00": Flag.YES}

    found = two_by_two(values, flags)

    assert sum(one.customers for one in found.values()) == 9
    assert found[Flag.NO, HIGH] == Share(1, Decimal(8))
    assert found[Flag.YES, HIGH] == Share(1, Decimal(7))
    assert found[Flag.YES, LOW] == Share(1, Decimal(1))
    assert found[Flag.UNKNOWN, LOW].customers == 5
    assert found[Flag.UNKNOWN, UNKNOWN] == Share(1, Decimal())
    assert found[Flag.NO, LOW] == Share()


def test_the_two_facts_stand_side_by_side() -> None:
    values = classify_customers([*valued(*range(1, 9)), value("?", None)])
    flags = {"2024-00": Flag.YES, "2024-01": Flag.NO, "2024-02": Flag.NO, "2024-03": Flag.UNKNOWN}

    sides = two_sides(values, flags)

    assert (sides.fit.yes, sides.fit.known, sides.fit.share) == (1, 3, 1 / 3)
    assert (sides.value.yes, sides.value.known, sides.value.share) == (2, 8, 0.25)
    assert two_sides([], {}).fit.share is None


def test_high_values_without_fit_feed_the_learner() -> None:
    values = classify_customers(valued(*range(1, 17)))
    flags = {one.customer: Flag.NO for one in values} | {"2024-15": Flag.YES}

    assert [one.customer for one in missed_customers(values, flags)] == [
        "2024-14", "2024-13", "2024-12",
    ]  # fmt: skip
    labels = good_labels([*values, value("?", None)])
    assert labels["2024-15"]
    assert labels["2024-14"]
    assert not labels["2024-00"]
    assert "?" not in labels


def test_vintages_come_in_order_the_unknown_year_last() -> None:
    values = [value("A", 1, None), value("B", 1, 2025), value("C", 1, 2019)]

    assert list(vintages(values)) == [2019, 2025, None]


def test_the_highest_value_comes_first() -> None:
    values = [value("A", None), value("B", -1), value("D", 5), value("C", 5)]

    assert [one.customer for one in by_value(values)] == ["C", "D", "B", "A"]


VALUES = st.lists(
    st.builds(
        value,
        st.uuids().map(str),
        st.none() | st.integers(-3, 12),
        st.sampled_from([None, 2024, 2025]),
        left=st.booleans(),
    ),
    max_size=40,
    unique_by=lambda one: one.customer,
)


@given(VALUES, st.sampled_from(Good), st.randoms(use_true_random=False))
def test_the_order_of_the_customers_changes_nothing(
    values: list[CustomerValue], good: Good, chance: random.Random
) -> None:
    shuffled = values.copy()
    chance.shuffle(shuffled)

    assert classify_customers(shuffled, good) == classify_customers(values, good)


@given(VALUES, st.sampled_from(Good))
def test_of_two_of_one_year_the_higher_value_is_never_of_a_lower_class(
    values: list[CustomerValue], good: Good
) -> None:
    for of_one_year in vintages(classify_customers(values, good)).values():
        stayed = [one for one in of_one_year if not one.left and one.ltv is not None]
        best = [one.ltv for one in stayed if one.ltv_class is HIGH and one.ltv is not None]
        rest = [one.ltv for one in stayed if one.ltv_class is LOW and one.ltv is not None]
        assert not (best and rest) or min(best) > max(rest)
