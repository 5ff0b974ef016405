"""Values keep their meaning in both directions."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.salesforce.values import (
    LONGEST_TEXT,
    Unreadable,
    clean,
    decoded,
    encoded,
    moment,
    own,
)

ANY_TEXT = st.text(st.characters())  # halves of signs and NUL among them
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001  made aware below
    lambda naive: naive.replace(microsecond=0, tzinfo=UTC)
)


@pytest.mark.parametrize(
    ("type_", "raw", "value"),
    [
        ("string", "製造業", "製造業"),
        ("string", "  spaced ", "spaced"),
        ("string", "  ", None),
        ("string", "", None),
        ("string", None, None),
        ("picklist", "Web", "Web"),
        ("url", "https://example.com", "https://example.com"),
        ("boolean", True, True),
        ("boolean", False, False),
        ("int", 12, 12),
        ("double", 139000000, Decimal(139000000)),
        ("double", Decimal("950000000.0"), Decimal(950000000)),
        ("currency", Decimal("12.50"), Decimal("12.5")),
        ("percent", 80, Decimal(80)),
        ("date", "2026-11-02", date(2026, 11, 2)),
        ("datetime", "2026-11-02T12:34:56.000+0000", datetime(2026, 11, 2, 12, 34, 56, tzinfo=UTC)),
        ("multipicklist", "Japan;United States; ", ("Japan", "United States")),
        ("multipicklist", " ; ", None),
    ],
)
def test_a_value_is_read_by_its_type(type_: str, raw: Any, value: Any) -> None:
    assert decoded(type_, raw) == value
    assert type(decoded(type_, raw)) is type(value)


@pytest.mark.parametrize(
    ("type_", "raw"),
    [
        ("string", 5),
        ("string", {"city": "Tokyo"}),
        ("boolean", "true"),
        ("int", True),
        ("int", "12"),
        ("double", "12"),
        ("double", True),
        ("double", float("nan")),
        ("double", Decimal("1e999")),
        ("double", Decimal("Infinity")),
        ("date", "2026-13-01"),
        ("date", 20261102),
        ("datetime", "yesterday"),
        ("datetime", "2026-11-02T12:34:56"),
        ("datetime", 1_700_000_000),
        ("multipicklist", ["Japan"]),
    ],
)
def test_what_a_field_cannot_hold_is_not_read(type_: str, raw: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        decoded(type_, raw)


def test_our_own_figures_are_whole_unless_somebody_else_wrote_them() -> None:
    assert own("double", Decimal("83.0")) == 83
    assert type(own("double", 83)) is int
    assert own("double", Decimal("83.5")) == Decimal("83.5")
    assert own("double", None) is None


def test_times_are_in_utc() -> None:
    assert moment("2026-11-02T09:00:00.000+0900") == datetime(2026, 11, 2, tzinfo=UTC)
    assert moment("2026-11-02T09:00:00.000+0900").tzinfo is UTC


@given(ANY_TEXT)
def test_no_text_is_too_strange_to_be_kept(text: str) -> None:
    kept = clean(text)

    assert kept.encode("utf-8").decode("utf-8") == kept
    assert "\x00" not in kept
    assert clean(kept) == kept


def test_texts_that_mean_no_harm_stay_as_they_are() -> None:
    for text in ("株式会社カエデ 🙂", "مرحبا", "a\tb\nc", "e\u0301"):
        assert clean(text) == text


def test_endless_texts_are_cut() -> None:
    assert len(clean("x" * 1_000_000)) == LONGEST_TEXT


@given(ANY_TEXT.map(lambda text: text[:255]))
def test_a_text_reads_as_it_was_written(text: str) -> None:
    sent = encoded(text)

    assert decoded("string", sent) == sent
    assert encoded(decoded("string", sent)) == sent


@given(st.integers(-(10**15), 10**15))
def test_a_number_reads_as_it_was_written(number: int) -> None:
    assert own("double", encoded(number)) == number


@given(MOMENTS)
def test_a_time_reads_as_it_was_written(at: datetime) -> None:
    assert decoded("datetime", encoded(at)) == at


@given(st.dates())
def test_a_date_reads_as_it_was_written(on: date) -> None:
    assert decoded("date", encoded(on)) == on


def test_times_are_written_in_utc() -> None:
    tokyo = timezone(timedelta(hours=9))

    assert encoded(datetime(2026, 11, 2, 9, tzinfo=tokyo)) == "2026-11-02T00:00:00.000+0000"


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (None, None),
        ("", None),
        ("  ", None),
        (True, True),
        (Decimal(3), 3),
        (Decimal("3.5"), 3.5),
        (("a", "b"), "a;b"),
    ],
)
def test_values_are_written_as_json_has_them(value: Any, sent: Any) -> None:
    assert encoded(value) == sent
    assert type(encoded(value)) is type(sent)


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity")])
def test_no_number_that_json_lacks_is_sent(value: Decimal) -> None:
    with pytest.raises(Unreadable):
        encoded(value)
