"""Cells: what each record adds to the balance, in sums that can be taken back.

A cell counts one stage in one week (Monday to Sunday, UTC), for one segment and one slice. A
record's contribution is a mapping of cells; contributions add up in any order, and subtracting
what was added leaves nothing. So a changed record costs its old and its new contribution, and no
count is ever made from scratch.
"""

import operator
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from bbm_core.balance.funnel import StageEntry
from bbm_core.icp.classify import Flag
from bbm_core.records import Record, Value
from bbm_core.scope import Segment

CHANNEL = "channel"
"""The dimension of the first-touch channel. Its empty value is the channel "no channel"."""

OWNER = "owner"
"""The dimension of the owner's id in the CRM."""

NOTHING = Decimal(0)


class Unit(StrEnum):
    """What is counted: records, or accounts that have any."""

    RECORD = "record"
    ACCOUNT = "account"


class CellKey(NamedTuple):
    """Names a cell. An empty dimension is the whole; otherwise `value` is the slice of it.

    A tuple, because keys are made, hashed and compared by the hundred thousand, and a frozen
    dataclass takes several times as long over each.
    """

    version: str
    unit: Unit
    stage: str
    week: date  # its Monday
    segment: Segment
    dimension: str = ""
    value: str = ""


class CellValue(NamedTuple):
    """What a cell holds. Inflow counts first entries; `stock_*` is by how much the stock changed.

    Inflow goes by the flag at the judging age, stock by the flag of today. Amounts are in the
    org's currency. A tuple for the reason that a key is one.
    """

    icp: int = 0
    not_icp: int = 0
    unknown: int = 0
    amount_icp: Decimal = NOTHING
    amount_not_icp: Decimal = NOTHING
    amount_unknown: Decimal = NOTHING
    stock_icp: int = 0
    stock_not_icp: int = 0
    stock_unknown: int = 0
    stock_amount_icp: Decimal = NOTHING
    stock_amount_not_icp: Decimal = NOTHING
    stock_amount_unknown: Decimal = NOTHING

    # What a tuple would do with + is to be one behind the other, which nobody wants of a sum.
    def __add__(self, other: "CellValue") -> "CellValue":  # type: ignore[override]
        return CellValue._make(map(operator.add, self, other))

    def __neg__(self) -> "CellValue":
        return ZERO - self

    def __sub__(self, other: "CellValue") -> "CellValue":
        return CellValue._make(map(operator.sub, self, other))

    @property
    def is_zero(self) -> bool:
        return not any(self)


ZERO = CellValue()

Cells = Mapping[CellKey, CellValue]


@dataclass(frozen=True, slots=True)
class JudgedEntry:
    """A stage entry with the flag the record had at the entry's judging age (till then: today)."""

    entry: StageEntry
    flag: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """All that the cells need to know of one record that is in scope."""

    entries: tuple[JudgedEntry, ...]
    flag: Flag  # today
    segment: Segment
    amount: Decimal | None = None  # in the org's currency; None is no amount, or another currency
    slices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def slices_of(
    record: Record, attributes: Mapping[str, Value], dimensions: Sequence[str]
) -> Mapping[str, str]:
    """The slice a record falls in, for the channel and each further dimension."""
    return {
        CHANNEL: record.channel or "",
        **{name: _text(attributes.get(name)) for name in dimensions if name != OWNER},
        **({OWNER: record.owner or ""} if OWNER in dimensions else {}),
    }


def record_cells(placement: Placement, version: str) -> Cells:
    """What one record adds."""
    sums = _Sums(version, Unit.RECORD, placement.segment, placement.slices)
    amount = placement.amount or NOTHING
    for first in _first_entries(placement.entries):
        sums.add(first.entry.stage, first.entry.entered, _inflow(first.flag, amount))
    for judged in placement.entries:
        sums.add_stay(judged.entry, _stock(placement.flag, amount))
    return sums.cells()


def account_cells(placements: Sequence[Placement], version: str) -> Cells:
    """What one account adds, given all of its records.

    An account enters a stage with its first record and is there while any record is. It enters
    with that record's flag and segment; in stock it counts as ICP if any record does, and as
    unknown only if all are. Amounts and slices belong to records, so account cells carry none.
    """
    flag = _strongest(placement.flag for placement in placements)
    cells: dict[CellKey, CellValue] = {}
    for stage in sorted({j.entry.stage for p in placements for j in p.entries}):
        cells |= _account_in(stage, placements, flag, version)  # no two stages share a cell
    return cells


def merge(*many: Cells) -> Cells:
    """The sum; cells that come to nothing are left out."""
    total: dict[CellKey, CellValue] = defaultdict(CellValue)
    for cells in many:
        for key, value in cells.items():
            total[key] += value
    return _without_zeros(total)


def total(values: Sequence[CellValue]) -> CellValue:
    """The sum of values, of which there is at least one; column by column, which is faster."""
    return values[0] if len(values) == 1 else CellValue._make(map(sum, zip(*values, strict=True)))


def negated(cells: Cells) -> Cells:
    """What takes these cells back."""
    return {key: -value for key, value in cells.items()}


def week_of(moment: datetime) -> date:
    """The Monday of the moment's week, in UTC."""
    day = moment.astimezone(UTC).toordinal()
    return date.fromordinal(day - (day - 1) % 7)  # day 1 of the calendar was a Monday


class _Sums:
    """Adds up one contribution, in the whole and in each slice."""

    def __init__(
        self, version: str, unit: Unit, segment: Segment, slices: Mapping[str, str]
    ) -> None:
        self._version = version
        self._unit = unit
        self._segment = segment
        self._slices = (("", ""), *sorted(slices.items()))
        self._by_week: dict[tuple[str, date], CellValue] = {}

    def add(self, stage: str, moment: datetime, value: CellValue) -> None:
        place = stage, week_of(moment)
        present = self._by_week.get(place)
        self._by_week[place] = value if present is None else present + value

    def add_stay(self, stay: StageEntry, value: CellValue) -> None:
        self.add(stay.stage, stay.entered, value)
        if stay.left is not None:
            self.add(stay.stage, stay.left, -value)

    def cells(self) -> Cells:
        return {
            CellKey(self._version, self._unit, stage, week, self._segment, dimension, name): value
            for (stage, week), value in self._by_week.items()
            if not value.is_zero
            for dimension, name in self._slices
        }


def _first_entries(entries: Iterable[JudgedEntry]) -> Iterator[JudgedEntry]:
    """The first entry into each stage: a record that comes back is no new inflow."""
    seen: set[str] = set()
    for judged in entries:
        if judged.entry.stage not in seen:
            seen.add(judged.entry.stage)
            yield judged


def _account_in(stage: str, placements: Sequence[Placement], flag: Flag, version: str) -> Cells:
    stays = [(j, p) for p in placements for j in p.entries if j.entry.stage == stage]
    first, placement = stays[0] if len(stays) == 1 else min(stays, key=_seniority)
    sums = _Sums(version, Unit.ACCOUNT, placement.segment, {})
    sums.add(stage, first.entry.entered, _inflow(first.flag, NOTHING))
    for stay in _united([judged.entry for judged, _ in stays]):
        sums.add_stay(stay, _stock(flag, NOTHING))
    return sums.cells()


def _seniority(stay: tuple[JudgedEntry, Placement]) -> tuple[object, ...]:
    """Orders an account's stays; after the time only so that the records' order does not count."""
    judged, placement = stay
    slices = sorted(placement.slices.items())
    return judged.entry.entered, -_WEIGHT[judged.flag], placement.segment, slices


def _united(stays: Iterable[StageEntry]) -> Iterator[StageEntry]:
    """Stays of several records in one stage, as the stays of their account."""
    ordered = sorted(stays, key=lambda stay: stay.entered)
    open_stay = ordered[0]
    for stay in ordered[1:]:
        if open_stay.left is not None and stay.entered > open_stay.left:
            yield open_stay
            open_stay = stay
        elif open_stay.left is not None:
            left = None if stay.left is None else max(open_stay.left, stay.left)
            open_stay = StageEntry(open_stay.stage, open_stay.entered, left)
    yield open_stay


_WEIGHT = {Flag.UNKNOWN: 0, Flag.NO: 1, Flag.YES: 2}


def _strongest(flags: Iterable[Flag]) -> Flag:
    return max(flags, key=_WEIGHT.__getitem__, default=Flag.UNKNOWN)


def _inflow(flag: Flag, amount: Decimal) -> CellValue:
    if not amount:
        return _INFLOW[flag]
    if flag is Flag.YES:
        return CellValue(icp=1, amount_icp=amount)
    if flag is Flag.NO:
        return CellValue(not_icp=1, amount_not_icp=amount)
    return CellValue(unknown=1, amount_unknown=amount)


def _stock(flag: Flag, amount: Decimal) -> CellValue:
    if not amount:
        return _STOCK[flag]
    if flag is Flag.YES:
        return CellValue(stock_icp=1, stock_amount_icp=amount)
    if flag is Flag.NO:
        return CellValue(stock_not_icp=1, stock_amount_not_icp=amount)
    return CellValue(stock_unknown=1, stock_amount_unknown=amount)


# Most records have no amount, and those are alike.
_INFLOW = {
    Flag.YES: CellValue(icp=1),
    Flag.NO: CellValue(not_icp=1),
    Flag.UNKNOWN: CellValue(unknown=1),
}
_STOCK = {
    Flag.YES: CellValue(stock_icp=1),
    Flag.NO: CellValue(stock_not_icp=1),
    Flag.UNKNOWN: CellValue(stock_unknown=1),
}


def _text(value: Value | None) -> str:
    if isinstance(value, tuple):
        return ";".join(sorted(value))
    return "" if value is None else str(value)


def _without_zeros(cells: Cells) -> Cells:
    return {key: value for key, value in cells.items() if not value.is_zero}
