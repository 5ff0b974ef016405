"""Fit and heat side by side, for every lead and contact that is kept; the CRM is not asked."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from agent.store.activities import ActivityCount
from agent.wiring import Books
from bbm_core.icp.classify import Flag
from bbm_core.icp.engagement import EngagementRules, Heat, Touches, heat_on
from bbm_core.judgement import HEATED
from bbm_core.records import RecordKind, RecordRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """How many records are where on the two axes, and what heat was made of."""

    day: date
    since: date | None  # of the earliest activity; None: none is known
    rules: EngagementRules
    grid: Mapping[tuple[str, int | None], int]  # by tier and level of heat; None: not known
    fits: Mapping[bool | None, int]  # those that fit, by whether they are hot; None: not known
    kinds: tuple[ActivityCount, ...]
    strange: int  # activities of records that are not known
    example: RecordRef | None  # one such record

    @property
    def records(self) -> int:
        return sum(self.grid.values())

    @property
    def fitting(self) -> int:
        return sum(self.fits.values())


def engagement_of(books: Books, kinds: Iterable[RecordKind]) -> Engagement:
    """Count the kept records of these kinds, leads and contacts alone, by tier and heat today."""
    store, rules = books.store, books.settings.engagement.rules()
    since, day = store.activities_since(), books.clock.now().date()
    first = None if since is None else since.date()
    grid: Counter[tuple[str, int | None]] = Counter()
    fits: Counter[bool | None] = Counter()
    for kind in sorted(HEATED.intersection(kinds)):
        for page in store.fits(kind):
            found = {} if first is None else store.activities_of(one.ref for one in page)
            for one in page:
                heat = heat_on(day, Touches(found.get(one.ref, ()), first), rules)
                grid[one.tier, heat.level] += 1
                fits.update(_fitting(one.fit, heat))
    strange, example = (0, None) if first is None else store.strange_activities()
    return Engagement(
        day=day,
        since=first,
        rules=rules,
        grid=grid,
        fits=fits,
        kinds=() if first is None else store.activity_counts(),
        strange=strange,
        example=example,
    )


def _fitting(fit: Flag, heat: Heat) -> tuple[bool | None, ...]:
    return (heat.is_hot,) if fit is Flag.YES else ()
