"""Good customers: who is worth much among its like, and whether the profile sees it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from bbm_core.icp.classify import Flag
from bbm_core.value.customer import CustomerValue, LtvClass


class Good(StrEnum):
    """Whose lifetime value is high."""

    TOP_QUARTILE = "top_quartile"  # of those who became customers in the same year
    ABC = "abc"  # class A of all: those who bring the first 80 % of the whole


TOP = Decimal("0.25")
CLASS_A = Decimal("0.8")

MIN_VINTAGE = 8
"""Of fewer customers of one year no quarter is told apart; two would be the best of them."""


def classify_customers(
    values: Iterable[CustomerValue], good: Good = Good.TOP_QUARTILE
) -> tuple[CustomerValue, ...]:
    """The same customers, each with its class, in order of the ids.

    Who left is low, whatever it brought, and counts as 0 among its like. Equal values are of one
    class; nothing and less is never high.
    """
    known = sorted(values, key=lambda one: one.customer)
    high = _class_a(known) if good is Good.ABC else _top_quarters(known)
    return tuple(replace(one, ltv_class=_class(one, high)) for one in known)


def vintages(values: Iterable[CustomerValue]) -> Mapping[int | None, Sequence[CustomerValue]]:
    """The customers by the year in which they became one, the unknown year last."""
    found: dict[int | None, list[CustomerValue]] = defaultdict(list)
    for one in values:
        found[one.vintage].append(one)
    return dict(sorted(found.items(), key=lambda pair: (pair[0] is None, pair[0] or 0)))


class Quadrant(StrEnum):
    """Where a customer stands in the two by two of fit and lifetime value."""

    GOOD = "good"  # fits and is worth much
    DEVELOP = "develop"  # fits, and is worth little
    MISSED = "missed"  # is worth much, and the profile does not see it
    NEITHER = "neither"
    UNKNOWN = "unknown"  # one of the two is not known


@dataclass(frozen=True, slots=True)
class Share:
    """How many customers, and what they are worth together; without those of unknown value."""

    customers: int = 0
    ltv: Decimal = Decimal()


@dataclass(frozen=True, slots=True)
class Part:
    """How many of those that are known; the unknown are in neither."""

    yes: int
    known: int

    @property
    def share(self) -> float | None:
        return self.yes / self.known if self.known else None


@dataclass(frozen=True, slots=True)
class Sides:
    """The two facts about customers, side by side: how many fit, how many are of high value."""

    fit: Part
    value: Part


def quadrant(flag: Flag, ltv_class: LtvClass) -> Quadrant:
    if Flag.UNKNOWN is flag or ltv_class is LtvClass.UNKNOWN:
        return Quadrant.UNKNOWN
    if ltv_class is LtvClass.HIGH:
        return Quadrant.GOOD if flag is Flag.YES else Quadrant.MISSED
    return Quadrant.DEVELOP if flag is Flag.YES else Quadrant.NEITHER


def two_by_two(
    values: Iterable[CustomerValue], flags: Mapping[str, Flag]
) -> Mapping[tuple[Flag, LtvClass], Share]:
    """Customers by fit and class; every combination is there, also the empty ones.

    A customer without a flag (its account is outside the scope) is of unknown fit.
    """
    counts: Counter[tuple[Flag, LtvClass]] = Counter()
    sums: dict[tuple[Flag, LtvClass], Decimal] = defaultdict(Decimal)
    for one in values:
        place = flags.get(one.customer, Flag.UNKNOWN), one.ltv_class
        counts[place] += 1
        sums[place] += one.ltv or Decimal()
    places = [(flag, ltv_class) for flag in Flag for ltv_class in LtvClass]
    return {place: Share(counts[place], sums[place]) for place in places}


def two_sides(values: Sequence[CustomerValue], flags: Mapping[str, Flag]) -> Sides:
    """The customers' ICP rate, and beside it the share of high values."""
    fits = Counter(flags.get(one.customer, Flag.UNKNOWN) for one in values)
    return Sides(fit=Part(fits[Flag.YES], fits[Flag.YES] + fits[Flag.NO]), value=value_part(values))


def value_part(values: Iterable[CustomerValue]) -> Part:
    """How many are of high value, of those that can be told apart."""
    classes = Counter(one.ltv_class for one in values)
    high, low = classes[LtvClass.HIGH], classes[LtvClass.LOW]
    return Part(high, high + low)


def missed_customers(
    values: Iterable[CustomerValue], flags: Mapping[str, Flag]
) -> tuple[CustomerValue, ...]:
    """High values without fit, the highest first: what the next profile should learn from."""
    missed = [
        one
        for one in values
        if quadrant(flags.get(one.customer, Flag.UNKNOWN), one.ltv_class) is Quadrant.MISSED
    ]
    return tuple(by_value(missed))


def good_labels(values: Iterable[CustomerValue]) -> Mapping[str, bool]:
    """What a profile is learnt from: high is good, low is bad, the unknown is neither.

    Fit plays no part, so a good customer that the present profile misses is a good example.
    """
    return {
        one.customer: one.ltv_class is LtvClass.HIGH
        for one in values
        if one.ltv_class is not LtvClass.UNKNOWN
    }


def by_value(values: Iterable[CustomerValue]) -> list[CustomerValue]:
    """The highest value first, those without one last; equals in order of the ids."""
    return sorted(values, key=lambda one: (one.ltv is None, -(one.ltv or 0), one.customer))


def _class(one: CustomerValue, high: Mapping[str, bool]) -> LtvClass:
    if one.left:
        return LtvClass.LOW
    if one.customer not in high:
        return LtvClass.UNKNOWN
    return LtvClass.HIGH if high[one.customer] else LtvClass.LOW


def _top_quarters(values: Sequence[CustomerValue]) -> Mapping[str, bool]:
    """Whether each belongs to the best quarter of its vintage; only those that can be told."""
    found: dict[str, bool] = {}
    for of_one_year in vintages(values).values():
        valued = [one for one in of_one_year if one.ltv is not None or one.left]
        if len(valued) >= MIN_VINTAGE:
            found |= _top_quarter(valued)
    return found


def _top_quarter(values: Sequence[CustomerValue]) -> Mapping[str, bool]:
    """By the middle rank of equal values: a tie is never split, nor wholly lost at the edge."""
    counts = Counter(_worth(one) for one in values)
    most = TOP * len(values)
    above, high = 0, set()
    for worth in sorted(counts, reverse=True):
        if worth > 0 and above + Decimal(counts[worth]) / 2 <= most:
            high.add(worth)
        above += counts[worth]
    return {one.customer: _worth(one) in high for one in values}


def _class_a(values: Sequence[CustomerValue]) -> Mapping[str, bool]:
    """Whoever is needed, from the top, to come to the share of class A; equals together."""
    valued = [one for one in values if one.ltv is not None or one.left]
    counts = Counter(_worth(one) for one in valued if _worth(one) > 0)
    enough = CLASS_A * sum((worth * count for worth, count in counts.items()), Decimal())
    brought, high = Decimal(), set()
    for worth in sorted(counts, reverse=True):
        if brought < enough:
            high.add(worth)
        brought += worth * counts[worth]
    return {one.customer: _worth(one) in high for one in valued}


def _worth(one: CustomerValue) -> Decimal:
    """Who left is worth nothing from now on."""
    return Decimal() if one.left or one.ltv is None else one.ltv
