"""Periods as people write them, and what they are compared with."""

from datetime import date

import pytest

from agent.cli.period import ALL, Comparison, Days, compared_with, read_period
from bbm_core.errors import ConfigError

FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("4w", Days(date(2026, 10, 26), date(2026, 11, 22), whole_weeks=True)),
        ("1w", Days(date(2026, 11, 16), date(2026, 11, 22), whole_weeks=True)),
        ("2026-02", Days(date(2026, 2, 1), date(2026, 2, 28))),
        ("2026-10-05..2026-10-05", Days(date(2026, 10, 5), date(2026, 10, 5))),
        ("all", ALL),
    ],
)
def test_a_period_is_read(text: str, days: Days) -> None:
    assert read_period(text, FRIDAY) == days


@pytest.mark.parametrize(
    "text",
    [
        "",
        "w",
        "0w",
        "-1w",
        "99999999w",
        "2026-13",
        "2026",
        "2026-10-31..2026-10-01",
        "soon",
        "1..2",
    ],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="is no period"):
        read_period(text, FRIDAY)


@pytest.mark.parametrize(
    ("text", "comparison", "days"),
    [
        ("4w", "previous", Days(date(2026, 9, 28), date(2026, 10, 25), whole_weeks=True)),
        ("4w", "last-year", Days(date(2025, 10, 27), date(2025, 11, 23), whole_weeks=True)),
        ("2026-03", "previous", Days(date(2026, 2, 1), date(2026, 2, 28))),
        ("2026-02", "last-year", Days(date(2025, 2, 1), date(2025, 2, 28))),
        ("2024-02", "last-year", Days(date(2023, 2, 1), date(2023, 2, 28))),
        ("2026-10-05..2026-10-07", "previous", Days(date(2026, 10, 2), date(2026, 10, 4))),
        ("2024-02-29..2024-03-01", "last-year", Days(date(2023, 2, 28), date(2023, 3, 1))),
        ("4w", "none", None),
    ],
)
def test_a_period_is_compared_with_its_like(
    text: str, comparison: Comparison, days: Days | None
) -> None:
    assert compared_with(read_period(text, FRIDAY), comparison) == days


def test_all_time_has_nothing_before_it() -> None:
    with pytest.raises(ConfigError, match="nothing before it"):
        compared_with(ALL, "previous")
