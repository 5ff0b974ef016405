"""Tells a story to an org: fields and picklists first, then each event as a user's deed."""

from collections.abc import Callable
from datetime import datetime

from sandbox.dataset import Person
from sandbox.plot import words
from sandbox.plot.channels import CHANNELS
from sandbox.plot.events import (
    AccountOpened,
    AccountWon,
    ContactAdded,
    Deal,
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
from sandbox.salesforce.beside import Beside
from sandbox.salesforce.org import Org
from sandbox.story import Story, Telling

EXISTING = "Existing_Customer__c"
STATUSES = {
    LeadStatus.OPEN: "Open - Not Contacted",
    LeadStatus.WORKING: "Working - Contacted",
    LeadStatus.NURTURING: "Nurturing",
    LeadStatus.QUALIFIED: "Qualified",
    LeadStatus.DISQUALIFIED: "Closed - Not Converted",
    LeadStatus.UNHEARD_OF: "要確認",
}
STAGES = {
    DealStage.QUALIFICATION: "Qualification",
    DealStage.ANALYSIS: "Needs Analysis",
    DealStage.PROPOSAL: "Proposal/Price Quote",
    DealStage.NEGOTIATION: "Negotiation/Review",
    DealStage.WON: "Closed Won",
    DealStage.LOST: "Closed Lost",
}
KINDS = {
    DealKind.NEW: "New Business",
    DealKind.EXPANSION: "Existing Business",
    DealKind.RENEWAL: "Renewal",
}
RELATIONS = {Relation.CUSTOMER: "Customer", Relation.PARTNER: "Partner"}
_LIMITS = {"Title": 128, "Company": 255, "LastName": 80, "FirstName": 40, "Description": 32_000}
_Teller = Callable[..., None]  # each takes its own sort of event


def plant(org: Org, story: Story) -> dict[str, object]:
    """Fill the org with the story's past, let its future happen, and return the truth."""
    planter = Planter(org)
    planter.prepare()
    for event in story.past:
        planter.tell(event)
    org.clock.on_advance(Telling(story.future, planter.tell, org.lock).until)
    return {"crm": "salesforce", "field": "LeadSource", **story.truth.as_row()}


class Planter:
    """Knows which record each key of the story became."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._ids: dict[str, str] = {}
        self._beside = Beside(org)
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
        org = self._org
        for status in (LeadStatus.NURTURING, LeadStatus.QUALIFIED, LeadStatus.UNHEARD_OF):
            org.define_lead_status(STATUSES[status])
        org.define_field("Lead", EXISTING, "Checkbox", label="Existing Customer")
        channels = [one.name for one in CHANNELS if one.name]
        industries = [one.name for one in words.TRADES]
        for type_, field, values in (
            ("Lead", "LeadSource", channels),
            ("Contact", "LeadSource", channels),
            ("Opportunity", "LeadSource", channels),
            ("Account", "AccountSource", channels),
            ("Lead", "Industry", industries),
            ("Account", "Industry", industries),
            ("Account", "Type", ["Prospect", *RELATIONS.values()]),
            ("Opportunity", "Type", list(KINDS.values())),
        ):
            org.define_choices(type_, field, values)
        org.history.track("Account", {"Type"})
        self._beside.prepare()

    def tell(self, event: Event) -> None:
        self._tellers[type(event)](event)
        self._beside.tell(event, self._ids[event.key])

    def _lead_arrived(self, event: LeadArrived) -> None:
        firm = event.firm
        values = {
            **_person(event.person),
            "Company": _fit("Company", firm.name),
            "Website": f"https://www.{firm.domain}",
            "Industry": firm.industry,
            "NumberOfEmployees": firm.employees,
            "AnnualRevenue": firm.revenue,
            "Country": firm.country,
            "State": firm.state,
            "City": firm.city,
            "Description": _fit("Description", event.person.note),
            "LeadSource": event.channel,
            "Status": STATUSES[LeadStatus.OPEN],
            EXISTING: event.existing,
            "OwnerId": self._org.user_id(event.owner),
        }
        self._ids[event.key] = self._org.create("Lead", values, at=event.at, by=event.owner)

    def _lead_moved(self, event: LeadMoved) -> None:
        values = {"Status": STATUSES[event.status]}
        self._org.update("Lead", self._ids[event.key], values, at=event.at, by=event.owner)

    def _lead_converted(self, event: LeadConverted) -> None:
        made = self._org.convert_lead(
            self._ids[event.key],
            at=event.at,
            by=event.owner,
            opportunity=_deal(event.deal, event.at),
        )
        self._ids[event.account] = made["account"]
        self._ids[event.contact] = made["contact"]
        self._ids[event.opportunity] = made["opportunity"]

    def _account_opened(self, event: AccountOpened) -> None:
        firm = event.firm
        values = {
            "Name": firm.name,
            "ParentId": self._beside.parent_of(event),
            "Type": RELATIONS[event.relation],
            "Website": f"https://www.{firm.domain}",
            "Industry": firm.industry,
            "NumberOfEmployees": firm.employees,
            "AnnualRevenue": firm.revenue,
            "BillingCountry": firm.country,
            "BillingState": firm.state,
            "BillingCity": firm.city,
            "OwnerId": self._org.user_id(event.owner),
        }
        self._ids[event.key] = self._org.create("Account", values, at=event.at, by=event.owner)

    def _account_won(self, event: AccountWon) -> None:
        values = {"Type": RELATIONS[Relation.CUSTOMER]}
        self._org.update("Account", self._ids[event.key], values, at=event.at, by=event.owner)

    def _contact_added(self, event: ContactAdded) -> None:
        owner = self._org.user_id(event.owner)
        place = {"AccountId": self._ids[event.account], "OwnerId": owner}
        values = {**_person(event.person), **place}
        self._ids[event.key] = self._org.create("Contact", values, at=event.at, by=event.owner)

    def _deal_opened(self, event: DealOpened) -> None:
        values = {
            **_deal(event.deal, event.at),
            "Name": f"{event.firm.name} {KINDS[event.deal.kind]}"[:120],
            "AccountId": self._ids[event.account],
            "OwnerId": self._org.user_id(event.owner),
        }
        self._ids[event.key] = self._org.create("Opportunity", values, at=event.at, by=event.owner)

    def _deal_moved(self, event: DealMoved) -> None:
        values: dict[str, object] = {"StageName": STAGES[event.stage]}
        if event.stage in {DealStage.WON, DealStage.LOST}:
            values["CloseDate"] = event.at.date()
        self._org.update("Opportunity", self._ids[event.key], values, at=event.at, by=event.owner)

    def _lead_removed(self, event: LeadRemoved) -> None:
        self._org.delete("Lead", self._ids[event.key], at=event.at)

    def _lead_restored(self, event: LeadRestored) -> None:
        self._org.undelete("Lead", self._ids[event.key], at=event.at)

    def _leads_merged(self, event: LeadsMerged) -> None:
        losers = [self._ids[event.other]]
        self._org.merge("Lead", self._ids[event.key], losers, at=event.at)

    def _firm_corrected(self, event: FirmCorrected) -> None:
        self._org.commit_late(
            "Lead",
            self._ids[event.key],
            {"Industry": event.industry},
            at=event.at,
            visible_at=event.visible_at,
        )


def _person(person: Person) -> dict[str, object]:
    return {
        "FirstName": _fit("FirstName", person.first),
        "LastName": _fit("LastName", person.last),
        "Title": _fit("Title", person.title),
        "Email": person.email,
    }


def _deal(deal: Deal, at: datetime) -> dict[str, object]:
    return {
        "StageName": STAGES[DealStage.QUALIFICATION],
        "Type": KINDS[deal.kind],
        "Amount": deal.amount,
        "CloseDate": max(deal.close, at.date()),
    }


def _fit(field: str, text: str | None) -> str | None:
    """What the field can hold: people paste more, and the page cuts it."""
    return text[: _LIMITS[field]] if text else None
