"""What is written reads back as it was, and what is no value says so."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.records import FieldRole, Value
from connectors.hubspot.values import (
    MOST_CHARACTERS,
    clean_text,
    date_of,
    id_of,
    milliseconds,
    moment_of,
    number_of,
    role_parser,
    time_of,
    written_text,
)

MOMENTS = st.integers(86_400, 7_258_118_400).map(lambda seconds: moment_of(seconds * 1000))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("icp", "icp"),
        (83, "83"),
        (True, "true"),
        (False, "false"),
        (Decimal("0.40"), "0.40"),
        (date(2026, 12, 31), "2026-12-31"),
        (datetime(2026, 12, 31, tzinfo=UTC), "2026-12-31T00:00:00Z"),
        (datetime(2026, 12, 31, 1, 2, 3, 45_678, tzinfo=UTC), "2026-12-31T01:02:03.045Z"),
        (
            datetime(2026, 12, 31, 9, tzinfo=timezone(timedelta(hours=9))),
            "2026-12-31T00:00:00Z",
        ),
        (("a", "b"), "a;b"),
    ],
)
def test_how_values_are_written(value: Value | None, text: str) -> None:
    assert written_text(value) == text


@given(MOMENTS)
def test_a_moment_reads_as_it_was_written(moment: datetime) -> None:
    assert role_parser(FieldRole.SCORED_AT)(written_text(moment)) == moment


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00Z"])
def test_weeks_and_time_zones_can_be_reckoned_from_every_moment(text: str) -> None:
    moment = time_of(text)

    for days in (-90, 90):
        for hours in (-14, 14):
            (moment + timedelta(days=days)).astimezone(timezone(timedelta(hours=hours)))
    assert date_of(text).isoformat() == text[:10]


@given(st.dates())
def test_a_day_reads_as_it_was_written(day: date) -> None:
    assert role_parser(FieldRole.OVERRIDE_UNTIL)(written_text(day)) == day


@given(st.integers(-(10**9), 10**9))
def test_a_whole_number_reads_as_it_was_written(number: int) -> None:
    found = role_parser(FieldRole.SCORE)(written_text(number))

    assert (found, type(found)) == (number, int)


@given(MOMENTS, st.integers(0, 999))
def test_milliseconds_lose_nothing_that_hubspot_keeps(second: datetime, more: int) -> None:
    moment = second + timedelta(milliseconds=more)

    assert moment_of(milliseconds(moment)) == moment
    assert time_of(str(milliseconds(moment))) == moment
    assert time_of(written_text(moment)) == moment


@given(st.text(st.characters()))
def test_a_clean_text_can_be_kept_everywhere(text: str) -> None:
    found = clean_text(text)

    found.encode()
    assert "\x00" not in found
    assert clean_text(found) == found


def test_a_text_is_no_longer_than_anybody_reads() -> None:
    assert len(clean_text("x" * 10**6)) == MOST_CHARACTERS


@pytest.mark.parametrize(
    ("text", "found"),
    [("12", "12"), ("0012", "12"), (12, "12"), (" 12 ", "12"), (None, None), ("", None)],
)
def test_ids_are_digits(text: object, found: str | None) -> None:
    assert id_of(text) == found


@pytest.mark.parametrize("text", ["x", "1.5", "-1", "１２", "9" * 21])
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no id"):
        id_of(text)


@pytest.mark.parametrize("text", ["", "one", "NaN", "-Infinity", "1e99", "1e-99", "1e9999999"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no number"):
        number_of(text)


def test_a_computed_number_keeps_all_its_digits() -> None:
    expansion = "0.40000000000000002220446049250313080847263336181640625"

    assert str(number_of(expansion)) == expansion


@given(st.text(max_size=30))
def test_a_text_is_a_day_or_refused(text: str) -> None:
    try:
        found = date_of(text)
    except ValueError:
        return
    assert type(found) is date
