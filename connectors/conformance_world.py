"""What the tests every connector inherits need of a CRM: the `World`, and how they use it."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Protocol

from bbm_core.records import (
    Answer,
    FieldRole,
    FieldSpec,
    Page,
    Record,
    RecordKind,
    RecordRef,
    Watermark,
)
from connectors.contract import Connector, Reading
from connectors.errors import (
    BudgetSpent,
    ConfigError,
    LoginRefused,
    MalformedAnswer,
    MissingPermission,
    RateLimited,
    RequestRefused,
    Unavailable,
)

ESCAPES = (
    BudgetSpent,
    ConfigError,
    LoginRefused,
    MalformedAnswer,
    MissingPermission,
    RateLimited,
    RequestRefused,
    Unavailable,
)
"""The only errors that may leave a connector."""


class Verb(StrEnum):
    """What a connector does."""

    CHECK = "check"
    PREPARE = "prepare"
    RETIRE = "retire"
    PULL = "pull"
    READ = "read"
    PUSH = "push"


class Trouble(StrEnum):
    """What can happen to one request of a verb."""

    DOWN = "down"  # a 503 with a page for people
    NO_ANSWER = "no answer"  # the line drops before the CRM did anything
    LOST_ANSWER = "lost answer"  # the CRM did it, then the line drops
    HTML = "html"  # done, but the answer is a page for people with status 200
    EMPTY = "empty"  # status 200 without a body, nothing was done
    CUT = "cut"  # done, but the answer ends in the middle
    THROTTLED = "throttled"  # too many requests
    EXPIRED = "expired"  # the session or token is not accepted, this once


class World(Protocol):
    """A CRM, and how a test changes it behind the connector's back. It starts without records.

    `reading` reads the attribute `industry` of every kind, and names a field for each role.
    `fields` are the fields of ours, one for each role the agent writes and each kind; the world
    starts without them.
    """

    reading: Reading
    fields: tuple[FieldSpec, ...]

    def connector(
        self,
        *,
        reserve: Callable[[int], None] | None = None,
        roles: Sequence[FieldRole] | None = None,
    ) -> Connector:
        """A new connector, reading pages of at most 7; `roles` narrows the declared fields."""
        ...

    def create(self, kind: RecordKind, industry: str) -> RecordRef: ...

    def edit(self, ref: RecordRef, industry: str) -> None: ...

    def delete(self, ref: RecordRef) -> None: ...

    def merge(self, loser: RecordRef, winner: RecordRef) -> RecordRef:
        """Merge two records and name the one that is left; some CRMs give it a new id."""
        ...

    def convert(self, lead: RecordRef) -> tuple[RecordRef, ...]:
        """Convert a lead and name what it became; nothing where leads do not convert."""
        ...

    def refuse(self, ref: RecordRef) -> Answer:
        """Make the CRM not apply writes to this record; say how that must be answered."""
        ...

    def fault(self, verb: Verb, trouble: Trouble, *, skip: int = 0) -> None:
        """Let this happen to the next request of the verb, after `skip` of them."""
        ...

    def settle(self) -> None:
        """Let enough time pass that what was done so far is inside the next pull's window."""
        ...

    def rest(self) -> None:
        """Let enough time pass that a pull no longer reaches back to what was done so far."""
        ...

    def writes(self) -> tuple[tuple[str, str], ...]:
        """Each change that came over the CRM's API: record id and field, oldest first.

        A record that was created or deleted shows with the field "".
        """
        ...

    def calls(self) -> int:
        """How many API calls the CRM has answered so far."""
        ...


class Case(Protocol):
    """The part of pytest's `Metafunc` that is used here; pytest itself is not imported."""

    fixturenames: Sequence[str]

    def parametrize(self, argnames: str, argvalues: Sequence[object]) -> None: ...


def ready(world: World, kind: RecordKind | None = None) -> Connector:
    """A new connector to a CRM that has our fields, at least those of the kind."""
    connector = world.connector()
    fields = [spec for spec in world.fields if kind in (None, spec.kind)]
    connector.prepare(fields, apply=True)
    return connector


def pull(connector: Connector, kind: RecordKind, since: Watermark | None = None) -> list[Page]:
    return list(connector.pull(kind, since))


def bring(pages: Sequence[Page]) -> dict[RecordRef, Record]:
    """What the pages left behind in somebody's book who keeps them in their order."""
    book: dict[RecordRef, Record] = {}
    for page in pages:
        book.update({record.ref: record for record in page.records})
        for removal in page.removed:
            book.pop(removal.ref, None)
    return book


def bring_all(connector: Connector, kind: RecordKind) -> dict[RecordRef, Record]:
    return bring(pull(connector, kind))
