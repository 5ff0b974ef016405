"""Engagement: how warm a record is, by what happened lately. An axis beside fit, never added to it.

E = Σ a·2^(−t/h): each activity is worth a points that halve with every half-life of h days, each
kind of activity up to its cap. The sum falls into one of four levels of heat, 1 the hottest. Days
are whole and weights are integers, in 65,536ths of a point, so that any engine that can look up a
table of weights and add comes to the same heat.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from functools import lru_cache

from bbm_core.icp.normalise import normalise_text
from bbm_core.records import Activity

POINT_BITS = 16
POINT = 1 << POINT_BITS
"""Weights are in this fraction of a point."""

COLDEST = 4
"""The level of what has no engagement; 1 is the hottest."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What an activity of one kind is worth on its day, how fast that fades, and the most of it.

    Points below 0 are for what speaks against interest, such as unsubscribing; the cap then is the
    most that is taken away.
    """

    points: int
    half_life_days: int
    cap: int | None = None


@dataclass(frozen=True, slots=True)
class EngagementRules:
    """What each kind of activity is worth, and where the levels of heat begin."""

    worth: Mapping[str, Worth]  # by the kind's word; a kind that is not named is worth nothing
    cuts: tuple[int, int, int]  # the lowest points of heat 1, 2 and 3
    hot: int  # the coolest level that still counts as hot

    @property
    def needed(self) -> int:
        """The lowest points of what is hot."""
        return self.cuts[self.hot - 1]

    @property
    def digest(self) -> str:
        """Names the rules: with the same digest the same activities give the same heat."""
        worth = [(k, w.points, w.half_life_days, w.cap) for k, w in sorted(self.worth.items())]
        return hashlib.sha256(repr((POINT_BITS, worth, self.cuts, self.hot)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Touches:
    """The activities of one record, and the day from which on any are known at all."""

    activities: Sequence[Activity]
    since: date | None  # None: no source tells of activities


UNTOUCHED = Touches((), None)
"""What is known of a record where no source tells of activities."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one kind of activity adds; the points of all shares sum to those of the heat."""

    what: str
    points: int
    last: date


@dataclass(frozen=True, slots=True)
class Heat:
    """How warm a record is on a day. `level` is None where nobody can know."""

    level: int | None
    points: int  # rounded down; below 0 where more speaks against interest than for it
    needed: int  # of what is hot
    shares: tuple[Share, ...] = ()  # the largest first

    @property
    def is_hot(self) -> bool | None:
        """None where nobody can know."""
        return None if self.level is None else self.points >= self.needed


def heat_on(day: date, touches: Touches, rules: EngagementRules) -> Heat:
    """The heat on a day, by what had happened until then.

    Before the first day of which anything is known, silence is no coldness: nobody knows.
    """
    if touches.since is None or day < touches.since:
        return Heat(None, 0, rules.needed)
    sums = _sums(day, touches.activities, rules)
    total = sum(units for units, _ in sums.values())
    level = next((i for i, cut in enumerate(rules.cuts, 1) if total >= cut * POINT), COLDEST)
    return Heat(level, total >> POINT_BITS, rules.needed, _shares(sums))


@lru_cache(maxsize=512)
def weights(half_life_days: int) -> tuple[int, ...]:
    """The weight of a point by its age in whole days, in 65,536ths, rounded down; later it is 0.

    Exact: 2^(16 − age/h) is the h-th root of a whole number, so no two machines round it apart.
    """
    h = half_life_days
    table, weight = [], POINT
    for age in range(POINT_BITS * h + 1):
        power = 1 << (POINT_BITS * h - age)
        weight = _root(power, h, weight)
        table.append(weight)
    return tuple(table)


def activity_word(text: str) -> str:
    """The word of a kind of activity, however it was written: Page View is page_view."""
    return normalise_text(text).replace(" ", "_")


def _root(power: int, degree: int, most: int) -> int:
    """The whole part of a root that is no larger than `most`."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if middle**degree <= power:
            low = middle
        else:
            high = middle - 1
    return low


_Sums = Mapping[str, tuple[int, date]]
"""By kind of activity: what it adds, and the day of the latest."""


def _sums(day: date, activities: Iterable[Activity], rules: EngagementRules) -> _Sums:
    units: dict[str, int] = defaultdict(int)
    last: dict[str, date] = {}
    for one in activities:
        worth, then = rules.worth.get(one.what), one.at.astimezone(UTC).date()
        if worth is None or then > day:
            continue
        units[one.what] += worth.points * one.times * _weight((day - then).days, worth)
        last[one.what] = max(then, last.get(one.what, then))
    return {what: (_capped(sum_, rules.worth[what]), last[what]) for what, sum_ in units.items()}


def _weight(age: int, worth: Worth) -> int:
    table = weights(worth.half_life_days)
    return table[age] if age < len(table) else 0


def _capped(units: int, worth: Worth) -> int:
    if worth.cap is None:
        return units
    most = worth.cap * POINT
    return max(-most, min(most, units))


def _shares(sums: _Sums) -> tuple[Share, ...]:
    """Rounded down where the running total is, so that the shares sum to the points."""
    ordered = sorted(sums.items(), key=lambda item: (-abs(item[1][0]), item[0]))
    shares, total = [], 0
    for what, (units, last) in ordered:
        points = (total + units >> POINT_BITS) - (total >> POINT_BITS)
        total += units
        shares.append(Share(what, points, last))
    return tuple(shares)
