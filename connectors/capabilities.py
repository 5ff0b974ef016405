"""What only some CRMs, and only some orgs, can tell beside their records.

Each capability is a small protocol of its own, asked for with `isinstance`; a connector without
the method does not have it. Where the protocol is there but the org lacks what it needs (an
object, a field, a feature), the first request raises `CapabilityAbsent` with the reason and what
to do; that stops nothing else. No capability retries, and none writes.

What a method may cost stands at the method: the agent asks once a cycle or once a day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from bbm_core.records import Activity, Money, RecordRef, StatusEntry, Watermark


class Capability(StrEnum):
    """The names under which capabilities are configured and reported."""

    PEOPLE = "people"
    ACTIVITIES = "activities"
    RATES = "rates"
    CAMPAIGNS = "campaigns"
    CONTRACTS = "contracts"
    RESPONSES = "responses"
    ACCEPTANCE = "acceptance"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who owns records: the team, and the id of the manager; each empty where unsaid."""

    id: str
    name: str = ""
    team: str = ""
    manager: str = ""


@runtime_checkable
class KnowsPeople(Protocol):
    """Tells who owns records, in which team and for whom, as it is now."""

    def people(self) -> Sequence[Person]:
        """Everybody, those who left too: their records are still theirs. A page or two of calls."""
        ...


@dataclass(frozen=True, slots=True)
class Happening:
    """What became of one activity of the CRM: with which records it happened.

    `activities` is empty where it is gone, or has not happened: an open task, a cancelled call.
    """

    id: str
    activities: tuple[Activity, ...] = ()


@dataclass(frozen=True, slots=True)
class HappeningPage:
    """Some activities that changed, oldest change first, and how far that brings us."""

    happenings: tuple[Happening, ...]
    watermark: Watermark


@runtime_checkable
class KnowsActivities(Protocol):
    """Tells who was in touch with which record, when and how; never what was said."""

    def activities(self, since: Watermark | None) -> Iterator[HappeningPage]:
        """What changed since the watermark; None means everything.

        As `pull` does, it may repeat an activity and never skips one, and it ends with a page
        that covers the whole window. A few calls where little changed.
        """
        ...


@dataclass(frozen=True, slots=True)
class Rates:
    """What currencies are worth in the org's own: now, and from a day on where that is kept."""

    base: str
    now: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    dated: Mapping[str, tuple[tuple[date, Decimal], ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )


@runtime_checkable
class KnowsRates(Protocol):
    """Tells the rates by which the org converts currencies."""

    def rates(self) -> Rates:
        """All rates, into the org's own currency. About two calls."""
        ...


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign: its channel, from when to when it ran, and what it cost."""

    id: str
    name: str
    channel: str = ""
    first: date | None = None
    last: date | None = None
    cost: Money | None = None


@runtime_checkable
class KnowsCampaigns(Protocol):
    """Tells what campaigns cost."""

    def campaigns(self) -> Sequence[Campaign]:
        """Every campaign. A call for each page of them."""
        ...


@dataclass(frozen=True, slots=True)
class ContractEnd:
    """When a contract ends: `ends` is None where it does not, `account` where it is none (yet)."""

    id: str
    account: RecordRef | None
    ends: date | None


@dataclass(frozen=True, slots=True)
class ContractPage:
    """Some contracts that changed, oldest change first, and how far that brings us."""

    contracts: tuple[ContractEnd, ...]
    watermark: Watermark


@runtime_checkable
class KnowsContracts(Protocol):
    """Tells until when contracts with accounts run."""

    def contracts(self, since: Watermark | None) -> Iterator[ContractPage]:
        """Contracts that changed since the watermark, with the promises of `activities`."""
        ...


@dataclass(frozen=True, slots=True)
class Response:
    """A record answered a campaign of that channel on that day; `ref` is None where it did not."""

    id: str
    ref: RecordRef | None
    channel: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class ResponsePage:
    """Some answers that changed, oldest change first, and how far that brings us."""

    responses: tuple[Response, ...]
    watermark: Watermark


@runtime_checkable
class KnowsResponses(Protocol):
    """Tells which campaigns leads and contacts answered."""

    def responses(self, since: Watermark | None) -> Iterator[ResponsePage]:
        """Answers that changed since the watermark, with the promises of `activities`. A call."""
        ...


@dataclass(frozen=True, slots=True)
class Said:
    """What sales said to a record, oldest first; nothing where it is gone or never was told."""

    ref: RecordRef
    words: tuple[StatusEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class SaidPage:
    """Some records to which sales said something, and how far that brings us."""

    said: tuple[Said, ...]
    watermark: Watermark


@runtime_checkable
class KnowsAcceptance(Protocol):
    """Tells what sales made of leads or contacts in a field of its own, beside their status."""

    def acceptance(self, since: Watermark | None) -> Iterator[SaidPage]:
        """What was said to records that changed, with the promises of `activities`.

        A search for each 200 of them, and a call for each 50.
        """
        ...


PROTOCOLS: Mapping[Capability, type] = MappingProxyType(
    {
        Capability.PEOPLE: KnowsPeople,
        Capability.ACTIVITIES: KnowsActivities,
        Capability.RATES: KnowsRates,
        Capability.CAMPAIGNS: KnowsCampaigns,
        Capability.CONTRACTS: KnowsContracts,
        Capability.RESPONSES: KnowsResponses,
        Capability.ACCEPTANCE: KnowsAcceptance,
    }
)
