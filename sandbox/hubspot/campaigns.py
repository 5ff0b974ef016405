"""Marketing campaigns: what they are called, when they run, what they cost, whom they reached."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sandbox.hubspot.refusals import no_such_resource

CONTACT_TYPES = ("contactFirstTouch", "contactLastTouch", "influencedContacts")


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a campaign's budget, or of what was spent."""

    name: str
    amount: Decimal
    at: datetime


@dataclass(slots=True)
class Campaign:
    """One campaign. `reached` names contacts by how it reached them."""

    id: str
    values: dict[str, str]
    created: datetime
    updated: datetime
    budget: list[Item] = field(default_factory=list)
    spend: list[Item] = field(default_factory=list)
    reached: dict[str, list[str]] = field(default_factory=dict)
    sessions: int = 0

    @property
    def name(self) -> str:
        return self.values["hs_name"]

    @property
    def properties(self) -> Mapping[str, str]:
        """Its own, and the sums of its items where it has any."""
        sums = {
            "hs_budget_items_sum_amount": self.budget,
            "hs_spend_items_sum_amount": self.spend,
        }
        told = {name: f"{total(items):f}" for name, items in sums.items() if items}
        return {**self.values, **told, "hs_object_id": self.id}


class Campaigns:
    """The campaigns of a portal."""

    def __init__(self) -> None:
        self._kept: dict[str, Campaign] = {}

    def add(self, name: str, at: datetime, **values: str) -> Campaign:
        guid = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{name}#{len(self._kept)}"))
        made = self._kept[guid] = Campaign(guid, {"hs_name": name, **values}, at, at)
        return made

    def all(self) -> list[Campaign]:
        return list(self._kept.values())

    def get(self, guid: str) -> Campaign:
        found = self._kept.get(guid)
        if found is None:
            raise no_such_resource(f"Campaign {guid} does not exist.")
        return found


def total(items: list[Item]) -> Decimal:
    return sum((one.amount for one in items), Decimal(0))
