"""Quantities as people write them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.icp.quantity import Interval, parse_quantity, quantity_of


def closed(low: int | str, high: int | str) -> Interval:
    return Interval(Decimal(low), Decimal(high))


def exactly(number: int | str) -> Interval:
    return closed(number, number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("約1,200名", 1200),
        ("１２００人", 1200),
        ("従業員数 300名程度", 300),
        ("about 500 employees", 500),
        ("~1200", 1200),
        ("-5", -5),
        ("10億円", 10**9),
        ("1億5,000万円", 150_000_000),
        ("1万2千", 12_000),
        ("3千万", 30_000_000),
        ("5百万円", 5_000_000),
        ("¥1,840万", 18_400_000),
        ("1.2K", 1200),
        ("$5M", 5_000_000),
        ("2 million USD", 2_000_000),
        ("1.5bn", 1_500_000_000),
        ("1,200,300.5", "1200300.5"),
        ("1.234億", "123400000"),
    ],
)
def test_one_number_is_read_with_its_scale(text: str, number: int | str) -> None:
    assert parse_quantity(text) == exactly(number)


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("300〜500", closed(300, 500)),
        ("300～500名", closed(300, 500)),
        ("1-5", closed(1, 5)),
        ("51–200", closed(51, 200)),
        ("201-500 employees", closed(201, 500)),
        ("1000 ~ 5000", closed(1000, 5000)),
        ("2 to 5", closed(2, 5)),
        ("100から300", closed(100, 300)),
        ("$5M-10M", closed(5 * 10**6, 10**7)),
        ("10-50M", closed(10**7, 5 * 10**7)),
        ("1〜5億円", closed(10**8, 5 * 10**8)),
        ("500-1K", closed(500, 1000)),
        ("100以上〜300以下", closed(100, 300)),
        ("100人以上300人未満", Interval(Decimal(100), Decimal(300), high_open=True)),
        ("> 5 < 10", Interval(Decimal(5), Decimal(10), low_open=True, high_open=True)),
    ],
)
def test_a_range_is_read_with_both_ends(text: str, interval: Interval) -> None:
    assert parse_quantity(text) == interval


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("1000人以上", Interval(Decimal(1000), None)),
        ("1000+", Interval(Decimal(1000), None)),
        ("1K+", Interval(Decimal(1000), None)),
        ("1000名〜", Interval(Decimal(1000), None)),
        ("1000人以上〜", Interval(Decimal(1000), None)),
        ("at least 10", Interval(Decimal(10), None)),
        (">1000", Interval(Decimal(1000), None, low_open=True)),
        ("1000人超", Interval(Decimal(1000), None, low_open=True)),
        ("over 1,000 employees", Interval(Decimal(1000), None, low_open=True)),
        ("100名以下", Interval(None, Decimal(100))),
        ("〜100名", Interval(None, Decimal(100))),
        ("〜100名以下", Interval(None, Decimal(100))),
        ("up to 50", Interval(None, Decimal(50))),
        ("<15", Interval(None, Decimal(15), high_open=True)),
        ("15人未満", Interval(None, Decimal(15), high_open=True)),
    ],
)
def test_a_half_line_is_open_on_the_side_the_words_say(text: str, interval: Interval) -> None:
    assert parse_quantity(text) == interval


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "n/a",
        "12 34",
        "100名(連結300名)",
        "10.000",
        "2026-01-01",
        "1,2,3",
        "5-3",
        "5超〜5",
        "-5 to 5",
        "-500以上",
        "less than 10 to 20",
        "10 to 20以上",
        ">5以上",
        "〜1000以上",
        "1000未満〜",
        "10.000-20.000",
        "5 - 10.000",
        "1万5億",
        "1億 (2020)",
        "9" * 21,
        "1" * 65,
        "約",
        "∞",
    ],
)
def test_what_cannot_be_read_without_guessing_is_not_read(text: str) -> None:
    assert parse_quantity(text) is None


@given(st.integers(0, 10**15))
def test_every_way_to_write_a_whole_number_reads_the_same(number: int) -> None:
    ways = (str(number), f"{number:,}", f"約{number:,}名", f" {number} ", f"¥{number:,}")

    assert {parse_quantity(way) for way in ways} == {exactly(number)}


@given(st.text(st.characters(), max_size=80))
def test_reading_a_quantity_never_fails(text: str) -> None:
    interval = parse_quantity(text)

    assert interval is None or interval.low is None or interval.low.is_finite()


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_range_is_never_upside_down(one: int, other: int) -> None:
    interval = parse_quantity(f"{one}〜{other}")

    assert (interval == closed(one, other)) if one <= other else interval is None


def test_values_that_are_numbers_are_their_own_interval() -> None:
    assert quantity_of(5) == exactly(5)
    assert quantity_of(Decimal("1.50")) == exactly("1.5")


@pytest.mark.parametrize(
    "value",
    [True, date(2026, 1, 1), ("5",), Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity")],
)
def test_values_that_are_no_quantity_have_no_interval(value: object) -> None:
    assert quantity_of(value) is None  # type: ignore[arg-type]  # any value
