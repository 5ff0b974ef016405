"""The period that a command is asked about, and the one that it is compared with."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from bbm_core.errors import ConfigError

Comparison = Literal["none", "previous", "last-year"]


@dataclass(frozen=True, slots=True)
class Days:
    """From the first day to the last, both included; None has no end."""

    first: date | None
    last: date | None
    whole_weeks: bool = False  # UTC weeks, as the default table has

    @property
    def is_month(self) -> bool:
        first, last = self.first, self.last
        return (
            first is not None
            and last is not None
            and first.day == 1
            and last == _last_of(first.year, first.month)
        )


ALL = Days(None, None, whole_weeks=True)


def read_period(text: str, today: date) -> Days:
    """4w: the last four full weeks; a month; two days; all.

    Raises:
        ConfigError: it is none of these.
    """
    try:
        if text == "all":
            return ALL
        if text.endswith("w"):
            return _weeks(int(text[:-1]), today)
        if ".." in text:
            first, last = (date.fromisoformat(part) for part in text.split(".."))
            return Days(*_in_order(first, last))
        year, month = (int(part) for part in text.split("-"))
        return Days(date(year, month, 1), _last_of(year, month))
    except (ValueError, OverflowError, calendar.IllegalMonthError) as error:
        raise ConfigError(
            f"{text!r} is no period.",
            hint="Write 4w, 2026-10, 2026-10-01..2026-10-31 or all.",
            code="BBM-BL-003",
        ) from error


def compared_with(days: Days, comparison: Comparison) -> Days | None:
    """The period before, or the same one a year before; None where nothing is compared.

    The period before a month is a month; a year before whole weeks are 52 weeks before.

    Raises:
        ConfigError: the period has no ends, so nothing comes before it.
    """
    if comparison == "none":
        return None
    if days.first is None or days.last is None:
        raise ConfigError(
            "All time has nothing before it to compare with.",
            hint="Name a period: --period 4w, 2026-10 or 2026-10-01..2026-10-31.",
            code="BBM-BL-006",
        )
    if comparison == "last-year":
        return _a_year_before(days, days.first, days.last)
    if days.is_month:
        last = days.first - timedelta(days=1)
        return Days(last.replace(day=1), last)
    length = days.last - days.first + timedelta(days=1)
    return Days(days.first - length, days.last - length, days.whole_weeks)


def _weeks(count: int, today: date) -> Days:
    if count < 1:
        raise ValueError(count)
    monday = today - timedelta(days=today.weekday())
    return Days(monday - timedelta(weeks=count), monday - timedelta(days=1), whole_weeks=True)


def _in_order(first: date, last: date) -> tuple[date, date]:
    if first > last:
        raise ValueError(first)
    return first, last


def _a_year_before(days: Days, first: date, last: date) -> Days:
    if days.whole_weeks:
        year = timedelta(weeks=52)
        return Days(first - year, last - year, whole_weeks=True)
    if days.is_month:
        return Days(_year_before(first), _last_of(last.year - 1, last.month))
    return Days(_year_before(first), _year_before(last))


def _year_before(day: date) -> date:
    """The same day of the year before; 28 February for a 29th."""
    last = calendar.monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, last))


def _last_of(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
