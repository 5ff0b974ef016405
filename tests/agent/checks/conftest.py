"""A CRM with deals and hand-overs, and the answers of the checks about it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import pytest

from agent.checks.answer import Answer, CheckName
from agent.checks.checks import run_checks
from agent.checks.desk import open_desk
from bbm_core.records import Money, Outcome, RecordKind, RecordRef
from tests.agent.world import FITTING, OTHER, World, stage

Lang = Literal["en", "ja"]


@dataclass(slots=True)
class Company:
    """Makes the records that the checks look at; times are days before now."""

    world: World

    def day(self, ago: float) -> datetime:
        return self.world.clock.now() - timedelta(days=ago)

    def customer(self, name: str = "", *, fits: bool = True, **fields: Any) -> RecordRef:
        values = {"Industry": FITTING if fits else OTHER, **fields}
        if name:
            values["Name"] = name
        return self.world.crm.create(RecordKind.ACCOUNT, values, at=self.day(900))

    def deal(
        self,
        account: RecordRef | None,
        amount: int | None = 100,
        *,
        ago: float = 30,
        won: bool | None = True,
        owner: str = "o1",
        currency: str = "EUR",
        renewal: bool = False,
    ) -> RecordRef:
        outcome = Outcome.OPEN if won is None else Outcome.WON if won else Outcome.LOST
        return self.world.crm.create(
            RecordKind.OPPORTUNITY,
            {"Type": "Renewal" if renewal else "New"},
            at=self.day(ago + 10),
            account=account,
            amount=None if amount is None else Money(Decimal(amount), currency),
            outcome=outcome,
            closed_at=None if won is None else self.day(ago),
            owner=owner,
        )

    def lead(
        self, *statuses: str, fits: bool = True, ago: float = 30, owner: str = "o1"
    ) -> RecordRef:
        crm = self.world.crm
        values = {"Industry": FITTING if fits else OTHER}
        lead = crm.create(RecordKind.LEAD, values, at=self.day(ago), owner=owner)
        for number, status in enumerate(statuses, 1):
            crm.edit(lead, status=status, at=self.day(ago) + timedelta(hours=number))
        return lead


@pytest.fixture
def company(world: World) -> Company:
    world.crm.page_size = 500
    world.values["crm"]["currency"] = "EUR"
    world.values["attributes"]["company"] = {"account": "Name"}
    world.values["attributes"]["deal_type"] = {"opportunity": "Type"}
    world.values["slices"] = ["industry"]
    world.values["stages"] += [
        stage("won", {"kind": "opportunity", "when": "won"}),
        stage("customer", {"kind": "account", "when": "status", "status": ["Customer"]}),
    ]
    world.values["scope"] = {
        "business": [
            {
                "segment": "renewal",
                "kind": "opportunity",
                "attribute": "deal_type",
                "in": ["Renewal"],
            }
        ]
    }
    return Company(world)


Ask = Callable[..., Answer]


@pytest.fixture
def ask(company: Company) -> Ask:
    """Read the CRM, then answer one check."""

    def answer(name: CheckName, lang: Lang = "en", **settings: Any) -> Answer:
        company.world.values["checks"] = settings
        company.world.first_sync()
        with company.world.agent() as agent:
            (found,) = run_checks(open_desk(agent.books, lang), [name])
        return found

    return answer
