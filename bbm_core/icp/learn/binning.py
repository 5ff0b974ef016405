"""Values put into few levels: quantile bins of numbers, neighbours of bands, names or "others".

The cut points look at the values alone, never at the outcome, so that what is tested on them is
tested fairly. Only `monotone` looks at the outcome.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bbm_core.icp.learn.arrays import Array
from bbm_core.icp.learn.coding import UNKNOWN, Coded, Form, Unfit
from bbm_core.icp.operators import plain_text
from bbm_core.records import Value
from bbm_core.value.library import load_library

MOST_BINS = 5
LEAST_SHARE = 0.05
"""A level holds at least this share of the rows that are known."""
LEAST_ROWS = 10
"""And at least so many, where there are a hundred."""
_HUNDRED = 100
_LEAST_OF_FEW = 0.05
"""Below a hundred rows ten would leave nothing to learn from, and smoothing doubts few anyway."""
_LEAST_NAME = 0.03
"""A name holds at least this share; what it holds less is one of the others."""


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers from `low` to `high`, both included; None is no end."""

    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class Among:
    """These values."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Others:
    """Every value that no other level names."""


Level = Span | Among | Others


@dataclass(frozen=True, slots=True)
class Binned:
    """An attribute cut into levels; `codes` names the level of each row, -1 where unknown.

    The levels of numbers and bands stand in their order; `others` come last. `rare` tells the rows
    that have a name, but one of so few rows that nothing is learned from it.
    """

    name: str
    form: Form
    levels: tuple[Level, ...]
    codes: Array
    rare: Array | None = None

    @property
    def ordered(self) -> bool:
        return self.form in {Form.NUMBER, Form.BAND}


def cut(coded: Coded) -> Binned | Unfit:
    """Put the items into levels of enough rows, without a look at the outcome."""
    numpy = load_library("numpy")
    counts = numpy.bincount(coded.codes[coded.codes != UNKNOWN], minlength=len(coded.items))
    known = int(counts.sum())
    if coded.form is Form.NUMBER:
        groups, levels = _ranges(coded, counts, _least(known, LEAST_SHARE))
    elif coded.form is Form.BAND:
        groups = _neighbours(counts.tolist(), _least(known, LEAST_SHARE))
        levels = _named(coded, groups)
    else:
        groups, levels = _names(coded, counts.tolist(), _least(known, _LEAST_NAME))
    if len(levels) < 2:  # noqa: PLR2004 - two levels make a difference
        return Unfit.RARE
    lookup = numpy.append(numpy.asarray(groups, dtype=numpy.int64), UNKNOWN)
    codes = lookup[coded.codes]
    rare = (codes == UNKNOWN) & (coded.codes != UNKNOWN)
    return Binned(coded.name, coded.form, levels, codes, rare if rare.any() else None)


def merged(binned: Binned, blocks: Sequence[int]) -> Binned:
    """Neighbouring levels made one; `blocks` names the new level of each old one."""
    numpy = load_library("numpy")
    parts: list[list[Level]] = [[] for _ in range(max(blocks) + 1)]
    for level, block in zip(binned.levels, blocks, strict=True):
        parts[block].append(level)
    lookup = numpy.append(numpy.asarray(blocks, dtype=numpy.int64), UNKNOWN)
    levels = tuple(union(part) for part in parts)
    return replace(binned, levels=levels, codes=lookup[binned.codes])


def union(parts: Sequence[Level]) -> Level:
    """Neighbouring levels as one."""
    first, last = parts[0], parts[-1]
    if isinstance(first, Span) and isinstance(last, Span):
        return Span(first.low, last.high)
    values = [value for part in parts if isinstance(part, Among) for value in part.values]
    return Among(tuple(values))


def _least(known: int, share: float) -> float:
    return max(share * known, LEAST_ROWS if known >= _HUNDRED else _LEAST_OF_FEW * known)


def _named(coded: Coded, groups: Sequence[int]) -> tuple[Level, ...]:
    parts: list[list[Value]] = [[] for _ in range(max(groups) + 1)]
    for item, group in zip(coded.items, groups, strict=True):
        parts[group].append(item.value)
    return tuple(Among(tuple(part)) for part in parts)


def _neighbours(counts: Sequence[int], least: float) -> list[int]:
    """Groups of neighbours, each with enough rows; what is left over joins the last one."""
    groups, group, rows = [], 0, 0
    for count in counts:
        if rows >= least:
            group, rows = group + 1, 0
        groups.append(group)
        rows += count
    if rows < least and group:
        groups = [min(one, group - 1) for one in groups]
    return groups


def _names(
    coded: Coded, counts: Sequence[int], least: float
) -> tuple[list[int], tuple[Level, ...]]:
    """Names with enough rows stand alone, the others together.

    Too few of these are no level of their own: nothing is known of such a row.
    """
    alone = [place for place, count in enumerate(counts) if count >= least]
    rare = sum(count for count in counts if count < least)
    levels: list[Level] = [Among((coded.items[place].value,)) for place in alone]
    last = len(alone) if rare >= least and alone else UNKNOWN
    if last != UNKNOWN:
        levels.append(Others())
    place_of = {place: group for group, place in enumerate(alone)}
    return [place_of.get(place, last) for place in range(len(counts))], tuple(levels)


def _ranges(coded: Coded, counts: Array, least: float) -> tuple[list[int], tuple[Level, ...]]:
    """At most five ranges of about as many rows, cut at round numbers where that changes little."""
    places = [item.place for item in coded.items]
    cuts = _cuts(places, counts.cumsum().tolist(), least)
    groups, group = [], 0
    for place in places:
        while group < len(cuts) and place >= float(cuts[group]):
            group += 1
        groups.append(group)
    step = _step(places)
    lows: list[Decimal | None] = [None, *cuts]
    highs: list[Decimal | None] = [*(one - step for one in cuts), None]
    return groups, tuple(Span(low, high) for low, high in zip(lows, highs, strict=True))


def _cuts(places: Sequence[float], below: Sequence[int], least: float) -> list[Decimal]:
    """Where to cut: near the quantiles, with enough rows on both sides of each cut."""
    total = below[-1]
    bins = min(MOST_BINS, int(total // least))
    cuts: list[Decimal] = []
    before = 0
    for part in range(1, bins):
        place, rows = _cut_near(places, below, part * total / bins, total / (4 * bins))
        if rows - before >= least and total - rows >= least:
            cuts.append(place)
            before = rows
    return cuts


def _cut_near(
    places: Sequence[float], below: Sequence[int], wanted: float, slack: float
) -> tuple[Decimal, int]:
    """The roundest number that leaves about so many rows below it, and how many it leaves."""
    gaps = range(1, len(places))
    near = [gap for gap in gaps if abs(below[gap - 1] - wanted) <= slack]
    if not near:
        near = sorted(gaps, key=lambda gap: abs(below[gap - 1] - wanted))[:1]
    rounded = [(*_roundest(places[gap - 1], places[gap]), gap) for gap in near]
    _, _, place, gap = min((d, abs(below[g - 1] - wanted), p, g) for d, p, g in rounded)
    return place, below[gap - 1]


def _roundest(low: float, high: float) -> tuple[int, Decimal]:
    """The number with the fewest digits above `low` and up to `high`, and its number of digits."""
    for digits in range(1, 16):
        scale = Decimal(10) ** (Decimal(repr(high)).adjusted() - digits + 1)
        rounded = (Decimal(repr(high)) / scale).to_integral_value(rounding="ROUND_FLOOR") * scale
        if float(rounded) > low:
            return digits, rounded
    return 16, Decimal(repr(high))


def _step(places: Sequence[float]) -> Decimal:
    """The distance to the next number at the precision in which the values are written."""
    finest = max(len(_written(place).partition(".")[2]) for place in places)
    return Decimal(1).scaleb(-finest)


def _written(place: float) -> str:
    return plain_text(Decimal(repr(place)))
