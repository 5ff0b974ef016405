"""The twin in memory keeps what is promised of capabilities."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from bbm_core.records import Activity, Money, RecordKind, RecordRef, StatusEntry
from connectors.capabilities import Campaign, Capability, ContractEnd, Person, Rates, Response, Said
from connectors.conformance_capabilities import CapabilityConformance
from connectors.contract import KindReading, Ports, Reading
from connectors.memory import MemoryCrm
from connectors.memory_capabilities import CapableMemoryConnector, MemoryBeside
from tests.agent.world import START


class MemoryWorld:
    """A CRM in memory in the words of the inherited tests."""

    def __init__(self) -> None:
        self._crm = MemoryCrm(self.now, page_size=7)
        self._beside = MemoryBeside()

    def now(self) -> datetime:
        return START

    def capable(self) -> CapableMemoryConnector:
        kinds = {RecordKind.LEAD: KindReading(attributes={}, written={})}
        ports = Ports(lambda _: None, lambda *_: None, lambda _: None, self.now)
        reading = Reading(kinds, START - timedelta(days=365))
        return CapableMemoryConnector(self._crm, reading, ports, self._beside)

    def add_person(self, name: str, team: str, manager: str = "") -> str:
        id_ = f"p{len(self._beside.people)}"
        self._beside.people.append(Person(id_, name, team, manager))
        return id_

    def add_lead(self) -> RecordRef:
        return self._crm.create(RecordKind.LEAD)

    def call(self, lead: RecordRef, by: str) -> str:
        id_ = f"a{len(self._beside.happenings)}"
        self._beside.happen(id_, Activity(lead, START, "call", by))
        return id_

    def cancel(self, activity: str) -> None:
        self._beside.happen(activity)

    def price(self, currency: str, worth: str) -> None:
        self._beside.rates = Rates("JPY", {currency: Decimal(worth)})

    def spend(self, channel: str, cost: int) -> str:
        days = date(2026, 7, 1), date(2026, 9, 30)
        told = Campaign("c1", f"{channel} Q3", channel, *days, Money(Decimal(cost), ""))
        self._beside.campaigns.append(told)
        return "c1"

    def add_account(self) -> RecordRef:
        return self._crm.create(RecordKind.ACCOUNT)

    def sign(self, account: RecordRef, until: date) -> str:
        self._beside.contracts.append(ContractEnd("k1", account, until))
        return "k1"

    def tear_up(self, contract: str) -> None:
        self._beside.contracts.append(ContractEnd(contract, None, None))

    def answer(self, lead: RecordRef, campaign: str) -> str:
        channel = next(one.channel for one in self._beside.campaigns if one.id == campaign)
        self._beside.responses.append(Response("m1", lead, channel, START.date()))
        return "m1"

    def add_prospect(self) -> RecordRef:
        return self._crm.create(RecordKind.CONTACT)

    def say(self, ref: RecordRef, word: str) -> None:
        before = [one.words for one in self._beside.said if one.ref == ref]
        words = before[-1] if before else ()
        self._beside.said.append(Said(ref, (*words, StatusEntry(word, START))))

    def lack(self, capability: Capability) -> None:
        self._beside.lacking.add(capability)

    def settle(self) -> None: ...


@pytest.fixture
def world() -> MemoryWorld:
    return MemoryWorld()


class TestMemoryCapabilities(CapabilityConformance):
    """All of them."""
