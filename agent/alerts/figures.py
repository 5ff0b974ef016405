"""How figures and names look to people: percent, points, counts, periods, foreign names."""

import unicodedata
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from bbm_core.balance.band import Band
from bbm_core.balance.tally import Period
from bbm_core.icp.profile import Lang

NAME_LENGTH: Final = 80
MINUS: Final = "−"
# fmt: off
_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)
# fmt: on
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of signs that move the cursor, turn the writing direction, or show nothing."""


def percent(share: float | Fraction | None) -> str:
    """One decimal; a dash where there is no rate."""
    return "–" if share is None else f"{_tenths(share)}%"


def points(change: float | Fraction, lang: Lang) -> str:
    """A difference of two rates, signed."""
    tenths = _tenths(change)
    sign = MINUS if tenths < 0 else "+" if tenths > 0 else "±"
    return f"{sign}{abs(tenths)}{'pt' if lang == 'ja' else ' pp'}"


def band_range(band: Band, lang: Lang) -> str:
    """Both ends, with a decimal only where one needs it; without a cap, the lower end."""
    ends = (_tenths(band.low), _tenths(band.high if band.capped else band.low))
    whole = all(end == end.to_integral_value() for end in ends)
    low, high = (str(int(end)) if whole else str(end) for end in ends)
    if not band.capped:
        return f"{low}%以上" if lang == "ja" else f"{low}% or more"
    return f"{low}{'〜' if lang == 'ja' else '–'}{high}%"


def period_range(period: Period, lang: Lang) -> str:
    first, last = period.first, period.last_day
    if lang == "ja":
        return f"{_slashed(first)}〜{_slashed(last)}"
    start = _day_month(first) if first.year == last.year else _day_month_year(first)
    return f"{start} – {_day_month_year(last)}"


def day(on: date, lang: Lang) -> str:
    return _slashed(on) if lang == "ja" else _day_month_year(on)


def moment(at: datetime, lang: Lang) -> str:
    """In the zone the moment is given in."""
    return f"{day(at.date(), lang)} {at:%H:%M} {at.tzname()}"


def hours(number: Decimal) -> str:
    return f"{number.quantize(Decimal(1), ROUND_HALF_UP):,}"


def foreign(name: str) -> str:
    """A name from outside, as one harmless line: no control or direction signs, not too long."""
    seen = "".join(" " if unicodedata.category(sign) in _UNSEEN else sign for sign in name)
    line = " ".join(seen.split())
    return line if len(line) <= NAME_LENGTH else line[: NAME_LENGTH - 1].rstrip() + "…"


def width(text: str) -> int:
    """Columns the text takes in a terminal; Japanese signs take two, combining ones none."""
    return sum(_columns(sign) for sign in text)


def _columns(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in ("W", "F") else 1


def cut(text: str, limit: int) -> str:
    """At most so many characters, cut at a word, with an ellipsis where something is missing."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    words = head.rsplit(" ", 1)
    # A text without spaces near its end (Japanese, a long name) is cut where the limit falls.
    kept = words[0] if len(words[0]) > limit // 2 else head
    return kept.rstrip() + "…"


def _tenths(share: float | Fraction) -> Decimal:
    exact = Fraction(share) * 1000
    tenths = Decimal(exact.numerator) / Decimal(exact.denominator)
    return (tenths.quantize(Decimal(1), ROUND_HALF_UP) / 10).quantize(Decimal("0.1"))


def _slashed(day: date) -> str:
    return f"{day.year}/{day.month}/{day.day}"


def _day_month(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}"


def _day_month_year(day: date) -> str:
    return f"{_day_month(day)} {day.year}"
