"""What a connector is: six verbs and five promises.

Verbs: `check` looks, `prepare` and `retire` keep our fields, `pull` reads what changed, `read`
reads named records, `push` writes.

Promises, each proven by a test of `connectors.conformance`:

1. Every verb may be repeated.
2. `pull` may repeat a record, but never skips one: a watermark covers only what its page and the
   pages before it brought.
3. `push` answers every write exactly once, or raises; a write that had no answer when it raised
   may or may not have been applied, and the caller finds out with `read`.
4. Only errors of `connectors.errors` escape.
5. Nothing outside the declared fields is ever written; no record is created or deleted.

A connector does not retry, sleep or schedule. Two exceptions: one new login when a session has
expired, and waiting for a rate bucket or a bulk job through `Ports.wait`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bbm_core.records import (
    FieldRole,
    FieldSpec,
    Page,
    Receipt,
    Record,
    RecordKind,
    RecordRef,
    Watermark,
    Write,
)


@dataclass(frozen=True, slots=True)
class Ports:
    """What a connector may ask of its surroundings.

    `reserve(n)` is called before each request with the number of API calls it will cost and
    raises `BudgetSpent` when they are not to be had. `observe(used, limit)` reports the daily use
    the CRM states. `wait(seconds)` lets time pass. `now()` is the agent's clock, aware, in UTC.
    """

    reserve: Callable[[int], None]
    observe: Callable[[int, int], None]
    wait: Callable[[float], None]
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class KindReading:
    """What is read of one kind, in the CRM's own field names."""

    attributes: Mapping[str, str]  # attribute of the profile -> CRM field
    written: Mapping[FieldRole, str]  # our fields, as named in this CRM
    channel: str | None = None  # field of the first-touch channel
    amount: str | None = None  # field of the amount; None: the CRM's standard one
    status: str | None = None  # field of the status; None: the CRM's standard one


@dataclass(frozen=True, slots=True)
class Reading:
    """What a connector reads: the kinds in use, and how far back a first load rebuilds history."""

    kinds: Mapping[RecordKind, KindReading]
    history_since: datetime


class Severity(StrEnum):
    """An error keeps the agent from writing; a warning is shown; a note is good to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something `check` found: what it is and exactly where to fix it."""

    code: str
    severity: Severity
    what: str
    fix: str


@dataclass(frozen=True, slots=True)
class StatusOption:
    """A status a record of the kind can take, for `bbm init` and for the stage map."""

    value: str
    label: str
    is_closed: bool = False
    is_won: bool = False
    is_converted: bool = False


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """A field of the CRM as the agent's user sees it."""

    name: str
    label: str
    type: str
    options: tuple[str, ...] = ()
    updateable: bool = False


@dataclass(frozen=True, slots=True)
class KindInfo:
    """One kind as this CRM has it."""

    name: str  # the CRM's own word: Lead, contacts
    fields: Mapping[str, FieldInfo]
    statuses: tuple[StatusOption, ...] = ()
    record_types: tuple[str, ...] = ()
    total: int | None = None  # records the user can see, as the CRM counts them
    link: str = ""  # {kind} of `Health.record_url`, where it is not the name


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a CRM limits beside calls, and how much of it is used."""

    name: str  # what is counted, as in "bulk queries in 24 hours"
    used: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What `check` saw. Problems of severity error mean: do not write."""

    org_id: str
    org_name: str
    user: str
    api_version: str
    production: bool
    server_time: datetime
    record_url: str  # a template with {id}, {kind} as the CRM names it
    kinds: Mapping[RecordKind, KindInfo]
    edition: str = ""  # what the CRM sold; empty when it does not say
    currency: str = ""  # the org's currency, ISO 4217; empty when the CRM does not say
    used_calls: int | None = None
    allowed_calls: int | None = None
    allowances: tuple[Allowance, ...] = ()
    partial: tuple[str, ...] = ()  # why figures are partial; each reason is a problem, too
    problems: tuple[Problem, ...] = field(default=())


class FieldAction(StrEnum):
    """What has to happen to a field so that it is as specified."""

    KEEP = "keep"
    CREATE = "create"
    UPDATE = "update"  # add missing choices, grant access
    CLASH = "clash"  # a field of that name and another type exists: a person must decide
    REMOVE = "remove"
    UNSUPPORTED = "unsupported"  # the CRM does not let an API create it there


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One line of a field plan."""

    spec: FieldSpec
    action: FieldAction
    detail: str = ""


class Connector(Protocol):
    """A CRM. See the module's docstring for what each verb promises."""

    name: str
    writes_at_once: int  # the most writes one request takes

    def check(self, *, brief: bool = False) -> Health:
        """Look at org, rights, fields and limits, changing nothing.

        A `brief` look may leave out all that seldom changes: of the rest of `Health` it still
        says org, kinds with their fields and totals, and the errors that follow from them.

        Raises:
            LoginRefused, Unavailable, RateLimited, BudgetSpent, MalformedAnswer. Everything
            else that is wrong is a `Problem` in the answer, so that people see all at once.
        """
        ...

    def prepare(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        """Say what each field needs and, with `apply`, do it; a second time there is only KEEP."""
        ...

    def retire(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        """Remove fields of ours that exist, and with them their values."""
        ...

    def pull(self, kind: RecordKind, since: Watermark | None) -> Iterator[Page]:
        """Bring what changed since the watermark, oldest change first; None means everything.

        A snapshot of everything that is asked for may come in any order, each record once.
        Always ends with a page, perhaps empty, whose watermark covers the whole window.
        """
        ...

    def read(self, refs: Sequence[RecordRef], *, whole: bool = True) -> Iterator[Record]:
        """Bring the named records as they are now; records that are gone are left out.

        Where they need not be `whole`, all but what is written may be missing: whoever only
        compares that need not pay for the rest.
        """
        ...

    def batch_size(self, planned: int) -> int:
        """The most writes `push` is to be called with when so many are planned."""
        ...

    def push(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        """Write, and answer each write exactly once."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
