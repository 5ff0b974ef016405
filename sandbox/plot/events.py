"""What happens in a story, in no CRM's words: each planter tells it in those of its CRM."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto

from sandbox.dataset import Firm, Person


class LeadStatus(Enum):
    """Where a lead stands."""

    OPEN = auto()
    WORKING = auto()
    NURTURING = auto()
    QUALIFIED = auto()  # handed over to sales
    DISQUALIFIED = auto()
    UNHEARD_OF = auto()  # a status that nobody mapped to the funnel


class DealStage(Enum):
    """Where an opportunity stands."""

    QUALIFICATION = auto()
    ANALYSIS = auto()
    PROPOSAL = auto()
    NEGOTIATION = auto()
    WON = auto()
    LOST = auto()


class DealKind(Enum):
    """What an opportunity is about."""

    NEW = auto()
    EXPANSION = auto()
    RENEWAL = auto()


class Relation(Enum):
    """What an account is to the company."""

    CUSTOMER = auto()
    PARTNER = auto()


@dataclass(frozen=True, slots=True)
class Deal:
    """An opportunity as it is opened."""

    kind: DealKind
    amount: int
    close: date


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens at a moment to what the story calls `key`."""

    at: datetime
    key: str


@dataclass(frozen=True, slots=True)
class LeadArrived(Event):
    """A new lead."""

    person: Person
    firm: Firm
    channel: str | None
    owner: str
    existing: bool = False  # somebody at a company that is a customer already
    linked: bool = True  # whether anybody says which company it is


@dataclass(frozen=True, slots=True)
class LeadMoved(Event):
    """A lead takes another status."""

    status: LeadStatus
    owner: str


@dataclass(frozen=True, slots=True)
class LeadConverted(Event):
    """A lead becomes a contact at an account, with an opportunity; their keys follow from its."""

    deal: Deal
    owner: str

    @property
    def account(self) -> str:
        return f"{self.key}.account"

    @property
    def contact(self) -> str:
        return f"{self.key}.contact"

    @property
    def opportunity(self) -> str:
        return f"{self.key}.deal"


@dataclass(frozen=True, slots=True)
class AccountOpened(Event):
    """An account that did not come from a lead."""

    firm: Firm
    relation: Relation
    owner: str


@dataclass(frozen=True, slots=True)
class AccountWon(Event):
    """An account becomes a customer."""

    owner: str


@dataclass(frozen=True, slots=True)
class ContactAdded(Event):
    """A person at an account."""

    account: str
    person: Person
    owner: str


@dataclass(frozen=True, slots=True)
class DealOpened(Event):
    """An opportunity at an account that is known."""

    account: str
    firm: Firm
    deal: Deal
    owner: str


@dataclass(frozen=True, slots=True)
class DealMoved(Event):
    """An opportunity takes another stage."""

    stage: DealStage
    owner: str


@dataclass(frozen=True, slots=True)
class LeadRemoved(Event):
    """A lead is deleted."""


@dataclass(frozen=True, slots=True)
class LeadRestored(Event):
    """A deleted lead comes back."""


@dataclass(frozen=True, slots=True)
class LeadsMerged(Event):
    """The other lead is merged into this one."""

    other: str


@dataclass(frozen=True, slots=True)
class FirmCorrected(Event):
    """A slow transaction: made at `at`, seen only from `visible_at`."""

    industry: str
    visible_at: datetime
