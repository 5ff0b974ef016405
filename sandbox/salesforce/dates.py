"""SOQL's words for days: what span TODAY, LAST_N_DAYS:7 and their like mean right now."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

Span = tuple[date, date]  # from the first day up to, without, the second

_ONE = timedelta(days=1)
_WEEK = timedelta(days=7)


def span(word: str, today: date) -> Span | None:
    """The days a word means, or nothing when it is no such word."""
    name, _, count = word.partition(":")
    if not count:
        plain = _PLAIN.get(name)
        return plain(today) if plain else None
    counted = _COUNTED.get(name)
    try:
        return counted(today, int(count)) if counted else None
    except (OverflowError, ValueError):
        return None  # further away than the calendar goes


def _days(today: date, first: int, end: int) -> Span:
    return today + first * _ONE, today + end * _ONE


def _weeks(today: date, first: int, end: int) -> Span:
    sunday = today - timedelta(days=(today.weekday() + 1) % 7)
    return sunday + first * _WEEK, sunday + end * _WEEK


def _months(today: date, first: int, end: int) -> Span:
    return _month(today, first), _month(today, end)


def _quarters(today: date, first: int, end: int) -> Span:
    start = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    return _month(start, 3 * first), _month(start, 3 * end)


def _years(today: date, first: int, end: int) -> Span:
    return date(today.year + first, 1, 1), date(today.year + end, 1, 1)


def _month(day: date, later: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 + later, 12)
    return date(years, month + 1, 1)


_PLAIN: Mapping[str, Callable[[date], Span]] = {
    "YESTERDAY": lambda day: _days(day, -1, 0),
    "TODAY": lambda day: _days(day, 0, 1),
    "TOMORROW": lambda day: _days(day, 1, 2),
    "LAST_90_DAYS": lambda day: _days(day, -90, 1),
    "NEXT_90_DAYS": lambda day: _days(day, 1, 91),
    "LAST_WEEK": lambda day: _weeks(day, -1, 0),
    "THIS_WEEK": lambda day: _weeks(day, 0, 1),
    "NEXT_WEEK": lambda day: _weeks(day, 1, 2),
    "LAST_MONTH": lambda day: _months(day, -1, 0),
    "THIS_MONTH": lambda day: _months(day, 0, 1),
    "NEXT_MONTH": lambda day: _months(day, 1, 2),
    "LAST_QUARTER": lambda day: _quarters(day, -1, 0),
    "THIS_QUARTER": lambda day: _quarters(day, 0, 1),
    "NEXT_QUARTER": lambda day: _quarters(day, 1, 2),
    "LAST_YEAR": lambda day: _years(day, -1, 0),
    "THIS_YEAR": lambda day: _years(day, 0, 1),
    "NEXT_YEAR": lambda day: _years(day, 1, 2),
}
_COUNTED: Mapping[str, Callable[[date, int], Span]] = {
    "LAST_N_DAYS": lambda day, n: _days(day, -n, 1),
    "NEXT_N_DAYS": lambda day, n: _days(day, 1, n + 1),
    "N_DAYS_AGO": lambda day, n: _days(day, -n, 1 - n),
    "LAST_N_WEEKS": lambda day, n: _weeks(day, -n, 0),
    "NEXT_N_WEEKS": lambda day, n: _weeks(day, 1, n + 1),
    "LAST_N_MONTHS": lambda day, n: _months(day, -n, 0),
    "NEXT_N_MONTHS": lambda day, n: _months(day, 1, n + 1),
    "LAST_N_QUARTERS": lambda day, n: _quarters(day, -n, 0),
    "LAST_N_YEARS": lambda day, n: _years(day, -n, 0),
}
