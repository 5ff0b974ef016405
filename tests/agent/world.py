"""A whole agent on the in-memory CRM and a real state file, on a clock that only tests move."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from agent.alerts.slack import SlackSender
from agent.capabilities.rates import kept_rates
from agent.config.model import Settings
from agent.currency import stated_currency
from agent.cycle import Order, Report, run_cycle
from agent.fields import field_specs
from agent.retry import Retry
from agent.store import Store
from agent.tell import Told
from agent.wiring import Agent, build_budget, build_policies, build_reading, build_rules
from bbm_core.records import RecordKind, RecordRef, Value
from connectors.contract import Ports, Reading
from connectors.memory import MemoryConnector, MemoryCrm
from connectors.memory_capabilities import CapableMemoryConnector, MemoryBeside

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday
FLAG, SCORE, REASON = "BBM_ICP__c", "BBM_Score__c", "BBM_Reason__c"
FITTING, OTHER = "Manufacturing", "Retail"


def values(**changes: Any) -> dict[str, Any]:
    """A configuration: two kinds of criteria, three stages, and whatever a test changes."""
    return {
        "crm": {
            "kind": "salesforce",
            "salesforce": {
                "url": "https://acme.my.salesforce.com",
                "client_id": "key",
                "client_secret": "secret",
            },
        },
        "kinds": {kind: {} for kind in ("account", "lead", "contact", "opportunity")},
        "attributes": {
            "industry": {"account": "Industry", "lead": "Industry"},
            "seen": {"lead": "Last_Seen__c"},
        },
        "icp": {"profiles": [profile()]},
        "stages": [
            stage("acquisition", {"kind": "lead", "when": "created"}),
            stage("handover", {"kind": "lead", "when": "status", "status": ["Qualified"]}),
            stage("opportunity", {"kind": "opportunity", "when": "created"}),
        ],
        **changes,
    }


def profile(*wanted: str, **more: Any) -> dict[str, Any]:
    criterion = {
        "id": "industry",
        "attribute": "industry",
        "in": list(wanted or [FITTING]),
        "role": "plus",
        "points": 10,
    }
    return {"name": "core", "criteria": [criterion], **more}


def stage(name: str, *enter: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "label": {"en": name.capitalize()}, "enter": list(enter)}


@dataclass(slots=True)
class StillClock:
    """Stands still until a test, or somebody who waits, lets time pass."""

    time: datetime = START
    waited: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.time

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.time += timedelta(seconds=seconds)

    def close(self) -> None: ...


class World:
    """The CRM, the clock, the state file; agents come and go."""

    def __init__(self, folder: Path) -> None:
        self.clock = StillClock()
        self.crm = MemoryCrm(self.clock.now, page_size=5)
        self.values = values()
        self.sender: SlackSender | None = None
        self.beside: MemoryBeside | None = None  # what the CRM tells beside its records, if it does
        self.file = folder / "bbm.db"
        self.url = f"sqlite:///{self.file}"

    @contextmanager
    def agent(self) -> Iterator[Agent]:
        """An agent as a process of its own would be: all it knows is in the state file."""
        settings = Settings.model_validate(self.values)
        store = Store.open(self.url)
        budget = build_budget(settings, store, self.clock)
        ports = Ports(budget.reserve, budget.observe, self.clock.wait, self.clock.now)
        made = Agent(
            settings=settings,
            connector=self._connector(build_reading(settings, self.clock.now()), ports),
            store=store,
            clock=self.clock,
            retry=Retry(self.clock, random=Random(0)),
            budget=budget,
            rules=build_rules(settings),
            policies=build_policies(settings),
            fields=tuple(field_specs(settings)),
            sender=self.sender,
            currency=stated_currency(settings),
            told_rates=kept_rates(store),
        )
        try:
            yield made
        finally:
            made.close()

    def _connector(self, reading: Reading, ports: Ports) -> MemoryConnector:
        if self.beside is None:
            return MemoryConnector(self.crm, reading, ports)
        return CapableMemoryConnector(self.crm, reading, ports, self.beside)

    def cycle(self, **order: Any) -> Report:
        """One cycle of an agent that was started for it."""
        with self.agent() as agent:
            return run_cycle(agent, Order("test", **order))

    def first_sync(self) -> Report:
        return self.cycle(confirmed="")

    def lead(self, industry: str | None = FITTING, **more: Any) -> RecordRef:
        fields: Mapping[str, Value] = {} if industry is None else {"Industry": industry}
        return self.crm.create(RecordKind.LEAD, fields, **more)

    def account(self, industry: str = FITTING) -> RecordRef:
        return self.crm.create(RecordKind.ACCOUNT, {"Industry": industry})

    def flag(self, ref: RecordRef) -> Value | None:
        """What the CRM holds in our flag."""
        return self.crm.held(ref).get(FLAG)

    def pass_time(self, **span: float) -> None:
        self.clock.time += timedelta(**span)

    def written(self) -> set[str]:
        """The records that were written to since the last look."""
        ids = {id_ for id_, _ in self.crm.writes}
        self.crm.writes.clear()
        return ids

    # the balance

    def weeks(self, count: int, fits: int, others: int, channel: str = "Web") -> None:
        """Leads of so many weeks, each with so many that fit and that do not; then it is later."""
        for _ in range(count):
            for number in range(fits + others):
                at = self.clock.now() + timedelta(minutes=number)
                industry = FITTING if number < fits else OTHER
                self.lead(industry, at=at, channel=channel)
            self.pass_time(weeks=1)

    def drift(self) -> Told:
        """A good half year, then a flood that does not fit; the one message that this makes."""
        self.crm.page_size = 500
        self.weeks(30, fits=15, others=15)
        self.first_sync()
        self.weeks(6, fits=5, others=55, channel="Paid social")
        (told,) = self.cycle(confirmed="").told
        return told
