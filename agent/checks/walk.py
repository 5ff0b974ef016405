"""One walk over the book: everything the checks ask of single records."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from agent.config.checks import ChecksSettings
from bbm_core.balance.tally import Tally
from bbm_core.book import BookEntry, BookRecord
from bbm_core.hierarchy import ultimate_parents
from bbm_core.icp.classify import Flag
from bbm_core.records import Outcome, RecordKind, RecordRef, StatusEntry
from bbm_core.scope import Segment

MONTH = timedelta(days=30.4375)


class Answered(NamedTuple):
    """What sales said to a record that was handed over."""

    at: datetime
    owner: str
    flag: Flag
    accepted: bool


class Handed(NamedTuple):
    """A record that came to sales."""

    ref: RecordRef
    at: datetime
    owner: str
    flag: Flag


class Deal(NamedTuple):
    """An opportunity."""

    ref: RecordRef
    account: str
    owner: str
    flag: Flag
    business: Segment
    market: str
    outcome: Outcome
    created: datetime
    closed: datetime | None
    amount: Decimal | None
    currency: str


@dataclass(slots=True)
class Account:
    """What is known of a company."""

    name: str
    flag: Flag
    market: str
    is_customer: bool


@dataclass(slots=True)
class Walked:
    """What one walk found."""

    answered: list[Answered] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    accounts: dict[str, Account] = field(default_factory=dict)
    leads_by_market: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    named: dict[str, bool] = field(default_factory=dict)  # accounts that the attribute marks
    statuses: set[str] = field(default_factory=set)  # of leads and contacts, for naming them
    known_people: set[str] = field(default_factory=set)  # accounts of which we know a person
    tops: Mapping[str, str] = field(default_factory=dict)  # of accounts that somebody owns

    def top(self, account: str) -> str:
        """The company that owns the account in the end; itself where nobody does."""
        return self.tops.get(account, account)

    def won(self, since: datetime | None = None) -> Iterator[Deal]:
        return (d for d in self.closed(since) if d.outcome is Outcome.WON)

    def closed(self, since: datetime | None = None) -> Iterator[Deal]:
        """The decided deals, those without a close date taken at the day they began."""
        for deal in self.deals:
            if deal.outcome is Outcome.OPEN:
                continue
            if since is None or (deal.closed or deal.created) >= since:
                yield deal


def walk(
    records: Iterable[BookRecord],
    settings: ChecksSettings,
    market: str,
    since: datetime,
    parent: str = "",
) -> Walked:
    """Take from the records what the checks ask for.

    Args:
        records: the whole book.
        settings: which statuses and stages mean what.
        market: the attribute that divides the market; empty: none.
        since: leads count from here on.
        parent: the attribute of accounts that holds the account owning it; empty: none.
    """
    found, parents = Walked(), dict[str, str]()
    for record in records:
        match record.ref.kind:
            case RecordKind.ACCOUNT:
                _take_account(found, record, settings, market)
                if parent and (owner := _text(record.attributes, parent)):
                    parents[record.ref.id] = owner
            case RecordKind.OPPORTUNITY:
                found.deals.append(deal_of(record, market))
            case RecordKind.LEAD:
                _take_lead(found, record, market, since)
        if record.ref.kind is not RecordKind.ACCOUNT:
            _take_hand_over(found, record, settings)
        if record.ref.kind in {RecordKind.LEAD, RecordKind.CONTACT}:
            _take_person(found, record)
    found.tops = ultimate_parents(parents)
    return found


def deal_of(record: BookRecord, market: str) -> Deal:
    """An opportunity as the checks see it; `market` is the attribute that divides."""
    return Deal(
        ref=record.ref,
        account=record.account or "",
        owner=record.owner or "",
        flag=record.flag,
        business=record.segment,
        market=_text(record.attributes, market),
        outcome=record.outcome,
        created=record.created,
        closed=record.closed_at,
        amount=record.amount.amount if record.amount else None,
        currency=record.amount.currency if record.amount else "",
    )


def tally_of(flags: Iterable[Flag]) -> Tally:
    """How many are ICP, are not, and cannot be told."""
    counts = dict.fromkeys(Flag, 0)
    for flag in flags:
        counts[flag] += 1
    return Tally(counts[Flag.YES], counts[Flag.NO], counts[Flag.UNKNOWN])


def _take_account(found: Walked, record: BookRecord, settings: ChecksSettings, market: str) -> None:
    stage = record.entries[-1] if record.entries else None
    is_customer = bool(stage and stage.stage == settings.customer_stage and stage.left is None)
    found.accounts[record.ref.id] = Account(
        name=_text(record.attributes, settings.customer_name),
        flag=record.flag,
        market=_text(record.attributes, market),
        is_customer=is_customer,
    )
    if settings.named_attribute:
        found.named[record.ref.id] = record.attributes.get(settings.named_attribute) is True


def _take_lead(found: Walked, record: BookRecord, market: str, since: datetime) -> None:
    name = _text(record.attributes, market)
    if record.segment is Segment.NEW and record.created >= since and name:
        found.leads_by_market[name] += 1


def _take_person(found: Walked, record: BookRecord) -> None:
    found.statuses.update(entry.status for entry in record.statuses)
    if record.account:
        found.known_people.add(record.account)


def _take_hand_over(found: Walked, record: BookRecord, settings: ChecksSettings) -> None:
    if record.segment is not Segment.NEW:
        return
    owner = record.owner or ""
    handed = next((e for e in record.entries if e.stage == settings.handover), None)
    if handed is not None:
        flag = handed.flag or record.flag
        found.handed.append(Handed(record.ref, handed.entered, owner, flag))
    decided = _decided(record.statuses, settings)
    if decided is not None:
        flag = _flag_at(record.entries, decided.at) or record.flag
        accepted = decided.status in settings.accepted
        found.answered.append(Answered(decided.at, owner, flag, accepted))


def _decided(statuses: Iterable[StatusEntry], settings: ChecksSettings) -> StatusEntry | None:
    """The last word of sales: what was accepted and then sent back was sent back."""
    words = {*settings.accepted, *settings.sent_back}
    said = [entry for entry in statuses if entry.status in words]
    return said[-1] if said else None


def _flag_at(entries: Iterable[BookEntry], at: datetime) -> Flag | None:
    """The flag of the last stage entered until then."""
    flags = [entry.flag for entry in entries if entry.entered <= at]
    return flags[-1] if flags else None


def _text(attributes: Mapping[str, object], name: str) -> str:
    value = attributes.get(name) if name else None
    return value.strip() if isinstance(value, str) else "" if value is None else str(value)
