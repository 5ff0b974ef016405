"""A sandbox portal in the words of the tests that every connector with capabilities inherits."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bbm_core.records import RecordKind, RecordRef
from connectors.capabilities import Capability
from connectors.hubspot.fields import NAMES
from sandbox.hubspot.campaigns import Item
from sandbox.hubspot.people import Owner, Team
from sandbox.hubspot.tokens import RUNNING_SCOPES
from sandbox.server import Sandbox
from tests.connectors.hubspot.portal_world import HubSpotWorld

TOKEN = "pat-na1-5a4db0c5-0000-4000-8000-0000000000e4"
OPTIONAL = frozenset({"marketing.campaigns.read", "settings.currencies.read", "sales-email-read"})
RENEWAL = "renewal_date"
CHANNEL = "campaign_channel"
NAMED = {"contract_end": RENEWAL, "campaign_channel": CHANNEL}


class CapablePortal:
    """The portal, with ways to change what stands beside its records."""

    def __init__(self, sandbox: Sandbox, **config: Any) -> None:
        self.inner = HubSpotWorld(sandbox, kinds=tuple(RecordKind), **config)
        self.portal = self.inner.portal
        self.portal.knobs.exchange_rates = {"EUR": "170"}
        self.portal.define_property("companies", RENEWAL, type="date")
        self._config: dict[str, Any] = {"token": TOKEN, **NAMED}
        self.grant(RUNNING_SCOPES | OPTIONAL)

    def capable(self, **config: Any) -> Any:
        since = self.inner.clock.now() - timedelta(days=700)
        self.inner.reading = replace(self.inner.reading, history_since=since)
        return self.inner.connector(**{**self._config, **config})

    def grant(self, scopes: Iterable[str]) -> None:
        self.portal.tokens.add(TOKEN, scopes)

    def add_person(self, name: str, team: str, manager: str = "") -> str:
        del manager  # HubSpot knows none
        first, _, last = name.partition(" ")
        number = 600_000 + len(self.portal.owners)
        teams = (Team("1", "Everybody", primary=False), Team(str(number), team))
        mail = f"{first.lower()}@bbm-sandbox.example"
        self.portal.owners.append(Owner(str(number), mail, first, last, number, teams=teams))
        return str(number)

    def add_lead(self) -> RecordRef:
        return self.inner.create(RecordKind.LEAD, "Manufacturing")

    def add_account(self) -> RecordRef:
        return self.inner.create(RecordKind.ACCOUNT, "Manufacturing")

    def call(self, lead: RecordRef, by: str) -> str:
        words = {"hs_call_title": "Secret words", "hs_call_body": "Secret words"}
        return self.happen("calls", lead, hs_call_status="COMPLETED", hubspot_owner_id=by, **words)

    def happen(self, type_: str, *refs: RecordRef, **values: object) -> str:
        """An activity now, or at its `hs_timestamp`, with these records."""
        told = {"hs_timestamp": self.inner.clock.now(), **values}
        id_ = self.portal.create(type_, told)
        for ref in refs:
            self.portal.associate(type_, id_, NAMES[ref.kind].object_type, ref.id)
        return id_

    def cancel(self, activity: str) -> None:
        self.portal.archive("calls", activity)

    def price(self, currency: str, worth: str) -> None:
        self.portal.knobs.exchange_rates[currency] = worth

    def spend(self, channel: str, cost: int) -> str:
        at = self.inner.clock.now()
        days = {"hs_start_date": "2026-07-01", "hs_end_date": "2026-09-30"}
        made = self.portal.campaigns.add(f"{channel} Q3", at, **days, **{CHANNEL: channel})
        made.spend.append(Item("booth", Decimal(cost), at))
        return made.id

    def sign(self, account: RecordRef, until: date) -> str:
        self.portal.update("companies", account.id, {RENEWAL: until})
        return account.id

    def tear_up(self, contract: str) -> None:
        self.portal.update("companies", contract, {RENEWAL: ""})

    def add_prospect(self) -> RecordRef:
        return self.inner.create(RecordKind.CONTACT, "Manufacturing")

    def say(self, ref: RecordRef, word: str) -> None:
        self.portal.update("contacts", ref.id, {"hs_lead_status": word})

    def lack(self, capability: Capability) -> None:
        match capability:
            case Capability.PEOPLE:
                self._withhold("crm.objects.owners.read")
            case Capability.ACTIVITIES:
                self._withhold("crm.objects.contacts.read")
            case Capability.CAMPAIGNS:
                self._withhold("marketing.campaigns.read")
            case Capability.RATES:
                self._withhold("settings.currencies.read")
            case Capability.ACCEPTANCE:
                self._config["lead_status"] = "nothing"
            case Capability.CONTRACTS:
                self._config["contract_end"] = ""
            case _:
                raise AssertionError(capability)

    def settle(self) -> None:
        self.inner.settle()

    def close(self) -> None:
        self.inner.close()

    def _withhold(self, scope: str) -> None:
        self.grant((RUNNING_SCOPES | OPTIONAL) - {scope})
