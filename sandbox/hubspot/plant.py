"""Tells a story to a portal: properties first, then each event as somebody's deed in the CRM.

A lead of the story is a contact whose lifecycle stage moves on; what is known of its company
stands on a company record of its own, associated as the primary one.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, time

from sandbox.dataset import Firm, Person
from sandbox.hubspot.portal import Portal
from sandbox.plot.channels import HUBSPOT_SOURCES
from sandbox.plot.events import (
    AccountOpened,
    AccountWon,
    ContactAdded,
    DealKind,
    DealMoved,
    DealOpened,
    DealStage,
    Event,
    FirmCorrected,
    LeadArrived,
    LeadConverted,
    LeadMoved,
    LeadRemoved,
    LeadRestored,
    LeadsMerged,
    LeadStatus,
    Relation,
)
from sandbox.plot.words import TRADES
from sandbox.story import Story, Telling

EXISTING = "existing_customer"
BUSINESS = "business"
STATUSES: dict[LeadStatus, dict[str, object]] = {
    LeadStatus.OPEN: {"lifecyclestage": "lead", "hs_lead_status": "NEW"},
    LeadStatus.WORKING: {"hs_lead_status": "IN_PROGRESS"},
    LeadStatus.NURTURING: {"lifecyclestage": "marketingqualifiedlead"},
    LeadStatus.QUALIFIED: {"lifecyclestage": "salesqualifiedlead", "hs_lead_status": "CONNECTED"},
    LeadStatus.DISQUALIFIED: {"hs_lead_status": "UNQUALIFIED"},
    LeadStatus.UNHEARD_OF: {"lifecyclestage": "other"},
}
STAGES = {
    DealStage.QUALIFICATION: "appointmentscheduled",
    DealStage.ANALYSIS: "qualifiedtobuy",
    DealStage.PROPOSAL: "presentationscheduled",
    DealStage.NEGOTIATION: "contractsent",
    DealStage.WON: "closedwon",
    DealStage.LOST: "closedlost",
}
KINDS = {
    DealKind.NEW: ("newbusiness", "new_business"),
    DealKind.EXPANSION: ("existingbusiness", "expansion"),
    DealKind.RENEWAL: ("existingbusiness", "renewal"),
}
INDUSTRIES = {one.name: one.hubspot for one in TRADES}
_CLOSED = frozenset({DealStage.WON, DealStage.LOST})
_Teller = Callable[..., None]  # each takes its own sort of event


def plant(
    portal: Portal, story: Story, turn: AbstractContextManager[object] | None = None
) -> dict[str, object]:
    """Fill the portal with the story's past, let its future happen, and return the truth.

    `turn` is the lock under which the portal's requests are answered, if there are any.
    """
    planter = Planter(portal)
    planter.prepare()
    for event in story.past:
        planter.tell(event)
    portal.clock.on_advance(Telling(story.future, planter.tell, turn or nullcontext()).until)
    truth = story.truth.as_row(HUBSPOT_SOURCES.get)
    return {"crm": "hubspot", "field": "hs_analytics_source", **truth}


class Planter:
    """Knows which record each key of the story became."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._owners = [one.id for one in portal.owners if not one.archived]
        self._ids: dict[str, str] = {}
        self._companies: dict[str, str] = {}  # key of a lead -> the company it is linked to
        self._firms: dict[str, Firm] = {}  # key of a lead -> what is known of its company
        self._tellers: dict[type[Event], _Teller] = {
            LeadArrived: self._lead_arrived,
            LeadMoved: self._lead_moved,
            LeadConverted: self._lead_converted,
            AccountOpened: self._account_opened,
            AccountWon: self._account_won,
            ContactAdded: self._contact_added,
            DealOpened: self._deal_opened,
            DealMoved: self._deal_moved,
            LeadRemoved: self._lead_removed,
            LeadRestored: self._lead_restored,
            LeadsMerged: self._leads_merged,
            FirmCorrected: self._firm_corrected,
        }

    def prepare(self) -> None:
        """What the company's administrator once set up."""
        label = "Existing customer"
        self._portal.define_property("contacts", EXISTING, type="bool", label=label)
        names = [name for _, name in KINDS.values()]
        self._portal.define_property("deals", BUSINESS, type="enumeration", options=names)

    def tell(self, event: Event) -> None:
        self._tellers[type(event)](event)

    def _lead_arrived(self, event: LeadArrived) -> None:
        values = {
            **_person(event.person),
            **STATUSES[LeadStatus.OPEN],
            "company": event.firm.name,
            "message": event.person.note,
            "hs_analytics_source": HUBSPOT_SOURCES[event.channel],
            EXISTING: event.existing,
            "hubspot_owner_id": self._owner(event.owner),
        }
        self._add_contact(event, values, event.owner)
        self._firms[event.key] = event.firm
        if event.linked:
            self._link(event, event.owner)

    def _lead_moved(self, event: LeadMoved) -> None:
        self._update("contacts", event.key, STATUSES[event.status], event.at, event.owner)

    def _lead_converted(self, event: LeadConverted) -> None:
        stage = {"lifecyclestage": "opportunity", "hs_lead_status": "OPEN_DEAL"}
        self._update("contacts", event.key, stage, event.at, event.owner)
        if event.key not in self._companies:
            self._link(event, event.owner)
        self._ids[event.account] = self._companies[event.key]
        self._ids[event.contact] = self._ids[event.key]
        self._update("companies", event.account, stage, event.at, event.owner)
        firm = self._firms[event.key]
        opened = (event.opportunity, event.account, firm, event.deal, event.owner)
        self._deal_opened(DealOpened(event.at, *opened))
        deal = self._ids[event.opportunity]
        self._portal.associate("deals", deal, "contacts", self._ids[event.key], at=event.at)

    def _account_opened(self, event: AccountOpened) -> None:
        place: dict[str, object] = {"lifecyclestage": "customer"}
        if event.relation is Relation.PARTNER:
            place = {"lifecyclestage": "other", "type": "PARTNER"}
        self._ids[event.key] = self._add_company(event, event.firm, event.owner, place)

    def _account_won(self, event: AccountWon) -> None:
        customer: dict[str, object] = {"lifecyclestage": "customer"}
        self._update("companies", event.key, customer, event.at, event.owner)
        contact = f"{event.key.removesuffix('.account')}.contact"
        self._update("contacts", contact, customer, event.at, event.owner)

    def _contact_added(self, event: ContactAdded) -> None:
        values = {
            **_person(event.person),
            "lifecyclestage": "customer",
            EXISTING: True,
            "hubspot_owner_id": self._owner(event.owner),
        }
        self._add_contact(event, values, event.owner)
        company = self._ids[event.account]
        self._portal.associate("contacts", self._ids[event.key], "companies", company, at=event.at)

    def _deal_opened(self, event: DealOpened) -> None:
        deal_type, business = KINDS[event.deal.kind]
        values = {
            "dealname": f"{event.firm.name} - {business}",
            "dealstage": STAGES[DealStage.QUALIFICATION],
            "amount": event.deal.amount,
            "closedate": datetime.combine(event.deal.close, time(), UTC),
            "dealtype": deal_type,
            BUSINESS: business,
            "hubspot_owner_id": self._owner(event.owner),
        }
        deal = self._portal.create("deals", values, at=event.at, by=event.owner)
        self._ids[event.key] = deal
        company = self._ids[event.account]
        self._portal.associate("deals", deal, "companies", company, at=event.at)

    def _deal_moved(self, event: DealMoved) -> None:
        values: dict[str, object] = {"dealstage": STAGES[event.stage]}
        if event.stage in _CLOSED:
            values["closedate"] = event.at
        self._update("deals", event.key, values, event.at, event.owner)

    def _lead_removed(self, event: LeadRemoved) -> None:
        self._portal.archive("contacts", self._ids[event.key], at=event.at)

    def _lead_restored(self, event: LeadRestored) -> None:
        self._portal.restore("contacts", self._ids[event.key], at=event.at)

    def _leads_merged(self, event: LeadsMerged) -> None:
        pair = self._ids[event.key], self._ids[event.other]
        self._ids[event.key] = self._portal.merge("contacts", *pair, at=event.at)

    def _firm_corrected(self, event: FirmCorrected) -> None:
        """HubSpot has no slow transactions: the correction simply comes when it is seen."""
        company = self._companies.get(event.key)
        if company is not None:
            industry = INDUSTRIES[event.industry]
            self._portal.update("companies", company, {"industry": industry}, at=event.visible_at)

    def _link(self, event: LeadArrived | LeadConverted, owner: str) -> None:
        """Give the lead's contact a company, as what was known of it when it arrived."""
        stage: dict[str, object] = {"lifecyclestage": "lead"}
        company = self._add_company(event, self._firms[event.key], owner, stage)
        self._companies[event.key] = company
        contact = self._ids[event.key]
        self._portal.associate("contacts", contact, "companies", company, at=event.at)

    def _add_contact(self, event: Event, values: dict[str, object], owner: str) -> None:
        contact = self._portal.create("contacts", values, at=event.at, by=owner)
        self._ids[event.key] = contact

    def _add_company(self, event: Event, firm: Firm, owner: str, place: dict[str, object]) -> str:
        values = {
            "name": firm.name,
            "domain": firm.domain,
            "industry": INDUSTRIES.get(firm.industry or ""),
            "numberofemployees": firm.employees,
            "annualrevenue": firm.revenue,
            "country": firm.country,
            "state": firm.state,
            "city": firm.city,
            "hubspot_owner_id": self._owner(owner),
            **place,
        }
        return self._portal.create("companies", values, at=event.at, by=owner)

    def _update(
        self, type_name: str, key: str, values: Mapping[str, object], at: datetime, owner: str
    ) -> None:
        self._portal.update(type_name, self._ids[key], values, at=at, by=owner)

    def _owner(self, alias: str) -> str:
        """The story knows more sales people than the portal has owners."""
        return self._owners[int(alias.removeprefix("sales")) % len(self._owners)]


def _person(person: Person) -> dict[str, object]:
    return {
        "firstname": person.first,
        "lastname": person.last,
        "jobtitle": person.title,
        "email": person.email,
    }
