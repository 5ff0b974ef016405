"""The expected value of records that are no customers yet."""

from decimal import Decimal

import pytest

from bbm_core.balance.worth import expectation
from bbm_core.icp.classify import Flag

YES, NO, UNKNOWN = Flag.YES, Flag.NO, Flag.UNKNOWN


def customers(flag: Flag, *values: int) -> list[tuple[Flag, Decimal]]:
    return [(flag, Decimal(value)) for value in values]


def test_flags_that_clearly_differ_keep_their_means() -> None:
    found = expectation([*customers(YES, *range(990, 1011)), *customers(NO, *range(90, 111))])

    assert found is not None
    assert float(found.of(YES)) == pytest.approx(1000, abs=1)
    assert float(found.of(NO)) == pytest.approx(100, abs=1)


def test_flags_that_differ_by_chance_are_worth_the_mean_of_all() -> None:
    found = expectation([*customers(YES, 10, 200, 90), *customers(NO, 20, 180, 110)])

    assert found is not None
    assert found.of(YES) == found.of(NO)
    assert float(found.of(YES)) == pytest.approx(found.overall)


def test_a_flag_with_few_customers_is_pulled_more() -> None:
    found = expectation([*customers(YES, 300, 340), *customers(NO, *[100, 140] * 20)])

    assert found is not None
    few, many = found.groups[YES], found.groups[NO]
    assert few.mean > few.expected > found.overall > many.expected > many.mean
    assert (few.mean - few.expected) / (few.mean - found.overall) > (many.expected - many.mean) / (
        found.overall - many.mean
    )


def test_a_flag_without_customers_is_worth_the_mean_of_all() -> None:
    found = expectation(customers(YES, 1, 2, 3, 4, 5))

    assert found is not None
    assert found.of(UNKNOWN) == Decimal(3)
    assert found.of(YES) == Decimal(3)


def test_too_few_customers_say_nothing_of_others() -> None:
    assert expectation([]) is None
    assert expectation(customers(YES, 1, 2, 3, 4)) is None


def test_one_customer_a_flag_and_equal_values_are_no_trouble() -> None:
    equal = expectation([*customers(YES, 7, 7, 7), *customers(NO, 7, 7, 7)])
    lonely = expectation([*customers(YES, 1, 2, 3, 4), *customers(NO, 9)])

    assert equal is not None
    assert lonely is not None
    assert equal.of(YES) == Decimal(7)
    assert lonely.groups[NO].customers == 1


def test_the_order_of_customers_changes_nothing() -> None:
    some = [*customers(YES, 310, 340, 1), *customers(NO, 100, 140, 7)]

    assert expectation(some) == expectation(some[::-1])
