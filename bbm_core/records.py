"""What travels between the rooms: records and pages on the way in, writes and receipts out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, NewType

Value = str | bool | int | Decimal | date | datetime | tuple[str, ...]
"""A field's value as the core sees it. A missing value is an absent key, never an empty string."""

Watermark = NewType("Watermark", str)
"""Where a pull stands. Only the connector that made it can read it; everybody else keeps it."""


class RecordKind(StrEnum):
    """The four kinds of record, in the order in which a cycle pulls them.

    Accounts come first, because contacts and opportunities inherit their attributes.
    """

    ACCOUNT = "account"
    LEAD = "lead"
    CONTACT = "contact"
    OPPORTUNITY = "opportunity"


class RecordRef(NamedTuple):
    """Names one record: its kind and its id in the CRM's canonical form (18 characters, digits).

    A tuple, because refs are made, hashed and compared for every record of every page, and a
    frozen dataclass takes several times as long over each.
    """

    kind: RecordKind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its ISO 4217 currency. Amounts of different currencies are never added."""

    amount: Decimal
    currency: str


class Outcome(StrEnum):
    """How an opportunity stands. Other kinds are always open."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class StatusEntry(NamedTuple):
    """The record took this status at this moment.

    `status` is the CRM's own value: a lead's Status, an opportunity's StageName, an account's
    Type; in HubSpot a lifecycle stage, or `pipeline/stage` for deals and leads. Which funnel
    stage that is decides `bbm_core.balance.funnel`.
    """

    status: str
    at: datetime


class FieldRole(StrEnum):
    """What a field of ours means. Its name in the CRM comes from the configuration."""

    FLAG = "flag"
    SCORE = "score"
    TIER = "tier"
    REASON = "reason"
    MISSING = "missing"
    COVERAGE = "coverage"
    VERSION = "version"
    SCORED_AT = "scored_at"
    OVERRIDE = "override"
    OVERRIDE_REASON = "override_reason"
    OVERRIDE_UNTIL = "override_until"


AGENT_ROLES = (
    FieldRole.FLAG,
    FieldRole.SCORE,
    FieldRole.TIER,
    FieldRole.REASON,
    FieldRole.MISSING,
    FieldRole.COVERAGE,
    FieldRole.VERSION,
    FieldRole.SCORED_AT,
)
"""The fields the agent writes. People write the other three; the agent only reads those."""


class FieldType(StrEnum):
    """How a field of ours is stored; the value types are those of `Record.written`."""

    CHOICE = "choice"  # str, one of the options
    NUMBER = "number"  # int
    PERCENT = "percent"  # int, 0-100
    TEXT = "text"  # str, at most 255 characters
    DATE = "date"  # date
    DATETIME = "datetime"  # datetime, UTC, whole seconds


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a choice field: the stored value and what people see."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of ours as it should exist in the CRM."""

    kind: RecordKind
    role: FieldRole
    name: str
    type: FieldType
    label: str
    help: str
    choices: tuple[Choice, ...] = ()


class Record(NamedTuple):
    """A CRM record, translated. Times are aware and in UTC.

    A tuple like its ref: a frozen dataclass sets field by field, which took longer than all the
    rest of reading a row. Made with names, except where a hundred thousand are.
    """

    ref: RecordRef
    created: datetime
    modified: datetime
    statuses: tuple[StatusEntry, ...] = ()  # oldest first; the last one is the present status
    outcome: Outcome = Outcome.OPEN
    closed_at: datetime | None = None
    owner: str | None = None
    channel: str | None = None  # first touch; None is the channel "no channel"
    amount: Money | None = None
    account: RecordRef | None = None
    name: str = ""  # for people's eyes while a command runs; stored only if configured
    attributes: Mapping[str, Value] = MappingProxyType({})
    written: Mapping[FieldRole, Value] = MappingProxyType({})
    converted_at: datetime | None = None
    converted_to: tuple[RecordRef, ...] = ()
    sealed: bool = False  # the CRM refuses changes (a converted lead without the permission)


@dataclass(frozen=True, slots=True, order=True)
class Activity:
    """Something that happened between us and a record: a call, a meeting, a page view.

    Two of the same record, moment, kind and person are one. `by` is who did it, an owner's id;
    empty for what the other side did. No word of what was said is kept.
    """

    ref: RecordRef
    at: datetime
    what: str  # in small letters, words joined by _: call, page_view
    by: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True)
class Removal:
    """A record that is gone; `survivor` names the one it was merged into."""

    ref: RecordRef
    survivor: RecordRef | None = None


@dataclass(frozen=True, slots=True)
class Parked:
    """A record that could not be translated or kept; the others go on."""

    ref: RecordRef
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """What one step of a pull brought, and from where the next pull may resume once it is kept."""

    kind: RecordKind
    records: tuple[Record, ...]
    watermark: Watermark
    removed: tuple[Removal, ...] = ()
    parked: tuple[Parked, ...] = ()


@dataclass(frozen=True, slots=True)
class Write:
    """New values for fields of ours on one record. `None` clears a field."""

    ref: RecordRef
    values: Mapping[FieldRole, Value | None]


class Answer(StrEnum):
    """What became of a write."""

    APPLIED = "applied"
    REFUSED = "refused"  # for good: a rule, a picklist, a converted lead
    GONE = "gone"  # the record was deleted or merged away
    BUSY = "busy"  # locked for the moment: send it again later
    UNKNOWN = "unknown"  # sent, but the answer does not say: read it back


class Filled(NamedTuple):
    """A field of the CRM's own that a write filled along with ours."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one write. A refusal is an answer, so it is not raised.

    `refusal` is the CRM's own code and words, for people; empty when applied.
    """

    ref: RecordRef
    answer: Answer
    refusal: str = ""
    filled: tuple[Filled, ...] = ()
