"""A sandbox org in the words of the tests that every connector with capabilities inherits."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bbm_core.records import RecordKind, RecordRef
from connectors.capabilities import Capability
from sandbox.salesforce.permissions import AGENT_SET
from sandbox.server import Sandbox
from tests.connectors.salesforce.org_world import SalesforceWorld


class CapableOrg:
    """The org, with ways to change what stands beside its records."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.inner = SalesforceWorld(sandbox)
        self.org = sandbox.salesforce
        self._number = 0

    def capable(self, **settings: Any) -> Any:
        reading = self.inner.reading_of(())
        since = self.org.clock.now() - timedelta(days=700)
        chosen = replace(reading, history_since=since)
        return self.inner.connector(reading=chosen, **settings)

    def add_person(self, name: str, team: str, manager: str = "") -> str:
        first, _, last = name.partition(" ")
        self._number += 1
        alias = f"person{self._number}"
        id_ = self.org.define_user(alias, first, last)
        self.org.place(alias, role=self.org.define_role(team), manager=manager or None)
        return id_

    def add_lead(self) -> RecordRef:
        return self.inner.create(RecordKind.LEAD, "Manufacturing")

    def call(self, lead: RecordRef, by: str) -> str:
        call = {"TaskSubtype": "Call", "Status": "Completed", "Subject": "Secret words"}
        return self.org.create("Task", {**call, "WhoId": lead.id, "OwnerId": by}, by=by)

    def cancel(self, activity: str) -> None:
        self.org.delete("Task", activity)

    def price(self, currency: str, worth: str) -> None:
        self.org.open_currencies("JPY", {currency: 1 / float(worth)})

    def spend(self, channel: str, cost: int) -> str:
        days = {"StartDate": date(2026, 7, 1), "EndDate": date(2026, 9, 30)}
        values = {"Name": f"{channel} Q3", "Type": channel, "ActualCost": cost, **days}
        return self.org.create("Campaign", values)

    def add_account(self) -> RecordRef:
        return self.inner.create(RecordKind.ACCOUNT, "Manufacturing")

    def sign(self, account: RecordRef, until: date) -> str:
        start = until.replace(year=until.year - 1) + timedelta(days=1)
        values = {"AccountId": account.id, "StartDate": start, "ContractTerm": 12}
        return self.org.create("Contract", {**values, "StatusCode": "Activated"})

    def tear_up(self, contract: str) -> None:
        self.org.delete("Contract", contract)

    def answer(self, lead: RecordRef, campaign: str) -> str:
        values = {"CampaignId": campaign, "LeadId": lead.id, "Status": "Responded"}
        return self.org.create("CampaignMember", values)

    def lack(self, capability: Capability) -> None:
        match capability:
            case Capability.PEOPLE:
                self.org.objects["User"].drop("ManagerId")
            case Capability.ACTIVITIES:
                self.org.absent.add("Task")
            case Capability.RESPONSES:
                self.org.absent.add("CampaignMember")
            case Capability.CAMPAIGNS:
                self.org.hide_field("Campaign", "ActualCost")
            case Capability.CONTRACTS:
                self.org.permit(AGENT_SET, "Read", "Contract", granted=False)
            case Capability.RATES:
                assert "CurrencyType" in self.org.absent

    def settle(self) -> None:
        self.inner.settle()

    def close(self) -> None:
        self.inner.close()
