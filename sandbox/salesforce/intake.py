"""Loading CSV exports into an org."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sandbox.loading.drafts import Draft
from sandbox.loading.mapping import Section
from sandbox.salesforce.org import Org
from sandbox.salesforce.refusals import Refusal

_STATUS = {"Lead": "Status", "Opportunity": "StageName", "Account": "Type"}
_BY = "human"
_CLOSES_AFTER = timedelta(days=90)  # where an opportunity's close date is blank


class SalesforceIntake:
    """Takes drafts as an administrator's import does: with the times they really had."""

    objects: tuple[str, ...] = ("Account", "Lead", "Contact", "Opportunity")
    refused: type[Exception] = Refusal

    def __init__(self, org: Org) -> None:
        self._org = org

    def now(self) -> datetime:
        return self._org.clock.now()

    def prepare(self, name: str, section: Section, statuses: Iterable[str]) -> None:
        for field, custom in section.custom.items():
            kind = custom.type or "Text"
            self._org.define_field(name, field, kind, label=custom.label, scale=custom.scale)
        known = {str(row["MasterLabel"]) for row in self._org.rows("LeadStatus")}
        for value in statuses:
            if name == "Lead" and value not in known:
                self._org.define_lead_status(value)
            elif name == "Opportunity" and value not in self._org.stages:
                self._define_stage(section, value)

    def take(self, name: str, draft: Draft, links: Mapping[str, str]) -> str:
        values = dict(draft.values) | dict(links)
        status = _STATUS.get(name, "")
        if draft.status is not None:
            values[status] = draft.first or draft.status
        if name == "Opportunity":
            values = self._completed(values, draft)
        made = self._org.create(name, values, at=draft.created, by=_BY)
        if draft.first is not None and draft.first != draft.status:
            self._org.update(name, made, {status: draft.status}, at=draft.since, by=_BY)
        return made

    def convert(self, lead: str, at: datetime, made: Mapping[str, str]) -> None:
        """As `Org.convert_lead` leaves a lead, but pointing to records that were loaded."""
        contact = self._org.get("Contact", made["Contact"]) if "Contact" in made else {}
        account = made.get("Account") or contact.get("AccountId")
        opportunity = made.get("Opportunity") or self._opportunity_of(account)
        changes = {
            "Status": self._org.converted_status,
            "IsConverted": True,
            "ConvertedDate": at,
            "ConvertedAccountId": account,
            "ConvertedContactId": made.get("Contact"),
            "ConvertedOpportunityId": opportunity,
        }
        self._org.update("Lead", lead, changes, at=at, by=_BY)
        entry = {"LeadId": lead, "Field": "leadConverted", "DataType": "Text"}
        self._org.create("LeadHistory", entry, at=at, by=_BY)

    def _define_stage(self, section: Section, value: str) -> None:
        status = section.status
        won = status is not None and value in status.won
        lost = status is not None and value in status.lost
        self._org.define_stage(value, closed=won or lost, won=won)

    def _completed(self, values: dict[str, object], draft: Draft) -> dict[str, object]:
        """What every opportunity must have, where the export does not say."""
        usual: dict[str, object] = {
            "Name": draft.key,
            "StageName": next(iter(self._org.stages)),
            "CloseDate": draft.since or draft.created + _CLOSES_AFTER,
        }
        return usual | values

    def _opportunity_of(self, account: object) -> object:
        found = self._org.table("Opportunity").children("AccountId", [account])
        first = next(found, None) if account and found is not None else None
        return first["Id"] if first is not None else None
