"""Good and bad customers of the book, with what was known of them before they turned out so."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bbm_core.book import BookRecord
from bbm_core.icp.learn.sample import Attribute, Sample
from bbm_core.icp.profile import Label
from bbm_core.records import Outcome, RecordKind, RecordRef, Value
from bbm_core.scope import Segment
from bbm_core.value.customer import CustomerValue, LtvClass
from bbm_core.value.customers import Quadrant, quadrant


class Objective(StrEnum):
    """What makes a customer good."""

    LTV = "ltv"  # its lifetime value is high among those who came in the same year
    WIN_RATE = "win-rate"  # its first business was won, not lost


class Known(StrEnum):
    """From when what is known of a customer dates."""

    LEAD = "lead"  # the first entry of its lead or contact
    ENTRY = "entry"  # its own first entry into a stage
    TODAY = "today"  # it entered no stage, so what is kept today stands for it


@dataclass(frozen=True, slots=True)
class Example:
    """One customer or one deal that turned out good or bad."""

    ref: RecordRef
    account: str | None
    good: bool
    attributes: Mapping[str, Value]
    known: Known
    decided: date | None = None  # the day on which it turned out so


@dataclass(frozen=True, slots=True)
class Early:
    """What was known when a lead or contact first entered a stage."""

    at: datetime
    attributes: Mapping[str, Value]


def first_known(records: Iterable[BookRecord]) -> Mapping[RecordRef, Early]:
    """What the first lead or contact said of what it became: an account, an opportunity."""
    found: dict[RecordRef, Early] = {}
    for record in records:
        if record.ref.kind in {RecordKind.LEAD, RecordKind.CONTACT}:
            early = Early(_began(record), _at_entry(record))
            for target in _became(record):
                if target not in found or early.at < found[target].at:
                    found[target] = early
    return found


def deals(records: Iterable[BookRecord], early: Mapping[RecordRef, Early]) -> Iterator[Example]:
    """Opportunities of new business that were won or lost."""
    for record in records:
        is_closed = record.outcome is not Outcome.OPEN
        if record.ref.kind is RecordKind.OPPORTUNITY and is_closed and _is_new(record):
            yield _example(record, early, good=record.outcome is Outcome.WON)


def customers(
    records: Iterable[BookRecord],
    early: Mapping[RecordRef, Early],
    values: Mapping[str, CustomerValue],
) -> Iterator[Example]:
    """Accounts whose lifetime value is known to be high or low among their like."""
    for record in records:
        value = values.get(record.ref.id)
        if record.ref.kind is not RecordKind.ACCOUNT or value is None:
            continue
        if value.ltv_class is not LtvClass.UNKNOWN:
            yield _example(record, early, good=value.ltv_class is LtvClass.HIGH)


def missed(
    records: Iterable[BookRecord], values: Mapping[str, CustomerValue]
) -> tuple[CustomerValue, ...]:
    """Customers of high value that the present ICP says no to, the most valuable first."""
    found = [
        value
        for record in records
        if record.ref.kind is RecordKind.ACCOUNT
        and (value := values.get(record.ref.id))
        and quadrant(record.flag, value.ltv_class) is Quadrant.MISSED
    ]
    return tuple(sorted(found, key=lambda one: (-(one.ltv or 0), one.customer)))


def sample_of(
    examples: Iterable[Example], names: Iterable[str], label: Callable[[str], Label | None]
) -> Sample:
    """The examples as columns, one for each of these attributes."""
    rows = list(examples)
    return Sample(
        tuple(
            Attribute(name, [row.attributes.get(name) for row in rows], label(name))
            for name in names
        ),
        [row.good for row in rows],
        [row.account or str(row.ref) for row in rows],
    )


def _became(record: BookRecord) -> Iterator[RecordRef]:
    yield from record.converted_to
    if record.account is not None:
        yield RecordRef(RecordKind.ACCOUNT, record.account)


def _began(record: BookRecord) -> datetime:
    return record.entries[0].entered if record.entries else record.created


def _at_entry(record: BookRecord) -> Mapping[str, Value]:
    return record.entries[0].attributes if record.entries else record.attributes


def _is_new(record: BookRecord) -> bool:
    return record.segment is Segment.NEW


def _example(record: BookRecord, early: Mapping[RecordRef, Early], *, good: bool) -> Example:
    """A lead's own words count before those of what it became; the rest fills their gaps."""
    own = Known.ENTRY if record.entries else Known.TODAY
    lead = early.get(record.ref) or _of_account(record, early)
    if lead is not None and lead.at > _began(record):
        lead = None  # somebody who came later does not say what was known before
    return Example(
        ref=record.ref,
        account=record.account,
        good=good,
        attributes={**_at_entry(record), **(lead.attributes if lead else {})},
        known=Known.LEAD if lead else own,
        decided=record.closed_at.date() if record.closed_at else None,
    )


def _of_account(record: BookRecord, early: Mapping[RecordRef, Early]) -> Early | None:
    if record.account is None:
        return None
    return early.get(RecordRef(RecordKind.ACCOUNT, record.account))
