"""What SOQL's words for days mean."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.salesforce.dates import span

WEDNESDAY = date(2026, 11, 4)


@pytest.mark.parametrize(
    ("word", "first", "end"),
    [
        ("TODAY", (2026, 11, 4), (2026, 11, 5)),
        ("YESTERDAY", (2026, 11, 3), (2026, 11, 4)),
        ("TOMORROW", (2026, 11, 5), (2026, 11, 6)),
        ("THIS_WEEK", (2026, 11, 1), (2026, 11, 8)),
        ("LAST_WEEK", (2026, 10, 25), (2026, 11, 1)),
        ("NEXT_WEEK", (2026, 11, 8), (2026, 11, 15)),
        ("THIS_MONTH", (2026, 11, 1), (2026, 12, 1)),
        ("NEXT_MONTH", (2026, 12, 1), (2027, 1, 1)),
        ("LAST_MONTH", (2026, 10, 1), (2026, 11, 1)),
        ("THIS_QUARTER", (2026, 10, 1), (2027, 1, 1)),
        ("LAST_QUARTER", (2026, 7, 1), (2026, 10, 1)),
        ("NEXT_QUARTER", (2027, 1, 1), (2027, 4, 1)),
        ("THIS_YEAR", (2026, 1, 1), (2027, 1, 1)),
        ("LAST_YEAR", (2025, 1, 1), (2026, 1, 1)),
        ("NEXT_YEAR", (2027, 1, 1), (2028, 1, 1)),
        ("LAST_90_DAYS", (2026, 8, 6), (2026, 11, 5)),
        ("NEXT_90_DAYS", (2026, 11, 5), (2027, 2, 3)),
        ("LAST_N_DAYS:7", (2026, 10, 28), (2026, 11, 5)),
        ("NEXT_N_DAYS:2", (2026, 11, 5), (2026, 11, 7)),
        ("N_DAYS_AGO:1", (2026, 11, 3), (2026, 11, 4)),
        ("LAST_N_WEEKS:2", (2026, 10, 18), (2026, 11, 1)),
        ("NEXT_N_WEEKS:1", (2026, 11, 8), (2026, 11, 15)),
        ("LAST_N_MONTHS:13", (2025, 10, 1), (2026, 11, 1)),
        ("NEXT_N_MONTHS:1", (2026, 12, 1), (2027, 1, 1)),
        ("LAST_N_QUARTERS:1", (2026, 7, 1), (2026, 10, 1)),
        ("LAST_N_YEARS:2", (2024, 1, 1), (2026, 1, 1)),
    ],
)
def test_a_word_means_these_days(
    word: str, first: tuple[int, int, int], end: tuple[int, int, int]
) -> None:
    assert span(word, WEDNESDAY) == (date(*first), date(*end))


def test_the_quarter_of_a_long_months_last_day_is_found() -> None:
    assert span("THIS_QUARTER", date(2026, 5, 31)) == (date(2026, 4, 1), date(2026, 7, 1))


@pytest.mark.parametrize("word", ["SOMEDAY", "TODAY:3", "LAST_N_DAYS"])
def test_other_words_mean_no_days(word: str) -> None:
    assert span(word, WEDNESDAY) is None


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_neighbouring_spans_touch_without_overlap(today: date) -> None:
    for unit in ("WEEK", "MONTH", "QUARTER", "YEAR"):
        last, this, following = (
            span(f"{which}_{unit}", today) for which in ("LAST", "THIS", "NEXT")
        )
        assert last
        assert this
        assert following
        assert last[1] == this[0] <= today < this[1] == following[0]
        assert this[1] - this[0] >= timedelta(days=7)
