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
    sums = Sums()
    sums.add_record(placement, version)
    return sums.cells()


def account_cells(placements: Sequence[Placement], version: str) -> Cells:
    """What one account adds, given all of its records."""
    sums = Sums()
    sums.add_account(placements, version)
    return sums.cells()


class Sums:
    """Adds up what many records and accounts add; with a sign of -1, takes it back.

    Each measure is changed where it stands: pages bring tens of thousands of contributions, and a
    value made for each of them takes several times as long.
    """

    def __init__(self) -> None:
        self._sums: dict[_Place, list[int | Decimal]] = defaultdict(_NOTHING_YET.copy)

    def add_record(self, placement: Placement, version: str, sign: int = 1) -> None:
        """Add one record: to the whole, and to each slice it falls in."""
        slices = (*_WHOLE, *placement.slices.items())
        counted = _Counted(version, Unit.RECORD, placement.segment, slices)
        stock = _changes(_STOCK[placement.flag], sign, placement.amount)
        for stays in _by_stage([placement]).values():
            first, _ = stays[0]  # a record that comes back is no new inflow
            inflow = _changes(_INFLOW[first.flag], sign, placement.amount)
            self._add_stays(counted, [judged.entry for judged, _ in stays], inflow, stock)

    def add_account(self, placements: Sequence[Placement], version: str, sign: int = 1) -> None:
        """Add one account, given all of its records.

        An account enters a stage with its first record and is there while any record is. It enters
        with that record's flag and segment; in stock it counts as ICP if any record does, and as
        unknown only if all are. Amounts and slices belong to records, so an account has none.
        """
        flag = _strongest(placement.flag for placement in placements)
        stock = _changes(_STOCK[flag], sign)
        for stays in _by_stage(placements).values():
            first, segment = stays[0] if len(stays) == 1 else min(stays, key=_seniority)
            counted = _Counted(version, Unit.ACCOUNT, segment, _WHOLE)
            united = _united([judged.entry for judged, _ in stays])
            self._add_stays(counted, united, _changes(_INFLOW[first.flag], sign), stock)

    def cells(self) -> Cells:
        """The sums; cells that come to nothing are left out."""
        return {
            CellKey._make(place): CellValue._make(sums)
            for place, sums in self._sums.items()
            if any(sums)
        }

    def _add_stays(
        self,
        counted: "_Counted",
        stays: Iterable[StageEntry],
        inflow: "_Changes",
        stock: "_Changes",
    ) -> None:
        """Add stays in one stage, of which the first is the inflow."""
        came = (*inflow, *stock)
        gone = tuple([(measure, -number) for measure, number in stock])
        for stay in stays:
            self._add(counted, stay.stage, stay.entered, came)
            came = stock
            if stay.left is not None:
                self._add(counted, stay.stage, stay.left, gone)

    def _add(self, counted: "_Counted", stage: str, moment: datetime, changes: "_Changes") -> None:
        version, unit, segment, slices = counted
        week = week_of(moment)
        for dimension, value in slices:
            sums = self._sums[version, unit, stage, week, segment, dimension, value]
            for measure, number in changes:
                sums[measure] += number


def merge(*many: Cells) -> Cells:
    """The sum; cells that come to nothing are left out."""
    total: dict[CellKey, CellValue] = defaultdict(CellValue)
    for cells in many:
        for key, value in cells.items():
            total[key] += value
    return _without_zeros(total)


def negated(cells: Cells) -> Cells:
    """What takes these cells back."""
    return {key: -value for key, value in cells.items()}


def week_of(moment: datetime) -> date:
    """The Monday of the moment's week, in UTC."""
    day = moment.astimezone(UTC).toordinal()
    return date.fromordinal(day - (day - 1) % 7)  # day 1 of the calendar was a Monday


_Place = tuple[str, Unit, str, date, Segment, str, str]
"""The parts of a cell's key in their order, which are one and the same key in a mapping."""

_Slices = tuple[tuple[str, str], ...]
_WHOLE: _Slices = (("", ""),)


class _Counted(NamedTuple):
    """What all cells have in common to which one record or account adds."""

    version: str
    unit: Unit
    segment: Segment
    slices: _Slices


_Changes = tuple[tuple[int, int | Decimal], ...]
"""Measures by their place in a `CellValue`, and what is added to each."""

# An amount stands three places behind its count, stock six places behind inflow.
_INFLOW = {Flag.YES: 0, Flag.NO: 1, Flag.UNKNOWN: 2}
_STOCK = {Flag.YES: 6, Flag.NO: 7, Flag.UNKNOWN: 8}
_AMOUNT = 3
_NOTHING_YET: list[int | Decimal] = [0, 0, 0, NOTHING, NOTHING, NOTHING] * 2


def _changes(measure: int, sign: int, amount: Decimal | None = None) -> _Changes:
    if not amount:
        return ((measure, sign),)
    return (measure, sign), (measure + _AMOUNT, sign * amount)


_Stay = tuple[JudgedEntry, Segment]


def _by_stage(placements: Iterable[Placement]) -> Mapping[str, Sequence[_Stay]]:
    stays: dict[str, list[_Stay]] = defaultdict(list)
    for placement in placements:
        for judged in placement.entries:
            stays[judged.entry.stage].append((judged, placement.segment))
    return stays


def _seniority(stay: _Stay) -> tuple[object, ...]:
    """Orders an account's stays; after the time only so that the records' order does not count."""
    judged, segment = stay
    return judged.entry.entered, -_WEIGHT[judged.flag], segment


def _united(stays: Sequence[StageEntry]) -> Iterator[StageEntry]:
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


def _text(value: Value | None) -> str:
    if isinstance(value, tuple):
        return ";".join(sorted(value))
    return "" if value is None else str(value)


def _without_zeros(cells: Cells) -> Cells:
    return {key: value for key, value in cells.items() if not value.is_zero}
