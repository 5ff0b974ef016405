"""The book: what is known of each record, as far as the method asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from bbm_core.icp.classify import Flag
from bbm_core.records import Money, Outcome, RecordRef, StatusEntry, Value
from bbm_core.scope import Segment


@dataclass(frozen=True, slots=True)
class BookEntry:
    """A first or later entry into a stage, with what was known at the entry's judging age.

    Until the entry has reached that age, `flag` and `attributes` are those of today. `flag` is
    None where the record was outside the scope then.
    """

    stage: str
    entered: datetime
    left: datetime | None
    flag: Flag | None
    attributes: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class BookRecord:
    """One kept record that is neither gone nor outside the scope. Times are aware and in UTC."""

    ref: RecordRef
    account: str | None  # the id of the account it counts for; an account's own
    created: datetime
    flag: Flag  # today
    version: str  # by which version of the profiles it was judged
    segment: Segment
    outcome: Outcome = Outcome.OPEN
    closed_at: datetime | None = None
    owner: str | None = None
    channel: str | None = None
    amount: Money | None = None  # as the CRM has it
    worth: Decimal | None = None  # in the currency of the figures; None where that has no rate
    converted_at: datetime | None = None
    converted_to: tuple[RecordRef, ...] = ()
    statuses: tuple[StatusEntry, ...] = ()
    entries: tuple[BookEntry, ...] = ()  # oldest first
    attributes: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    slices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
