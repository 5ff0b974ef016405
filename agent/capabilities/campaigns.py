"""What campaigns cost, month by month: an actual cost is spread evenly over a campaign's days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from agent.store import Store
from agent.store.told import ToldRow
from bbm_core.balance.effort import prorated
from bbm_core.records import Money
from connectors.capabilities import Campaign, Capability

TOPIC = Capability.CAMPAIGNS.value


@dataclass(frozen=True, slots=True)
class CampaignCost:
    """What a campaign cost in one month, named by its first day."""

    month: date
    campaign: str
    channel: str
    cost: Money


def keep_campaigns(store: Store, told: Sequence[Campaign]) -> int:
    """Keep those that cost something; how many they are."""
    rows = [_row(one, one.cost) for one in told if one.cost is not None and one.cost.amount > 0]
    store.keep_told(TOPIC, rows, whole=True)
    return len(rows)


def campaign_costs(store: Store, today: date) -> Iterator[CampaignCost]:
    """The costs of all campaigns that say when they began; none lies after today.

    What was actually spent on a campaign that goes on was spent by now, whenever it is to end.
    """
    for row in store.told(TOPIC):
        body = row.body
        if not body["first"]:
            continue
        first = date.fromisoformat(body["first"])
        last = max(first, min(today, date.fromisoformat(body["last"] or body["first"])))
        amount = Decimal(body["amount"])
        for month, days in _months(first, last):
            part = prorated(amount, days, (last - first).days + 1)
            cost = Money(part, body["currency"])
            yield CampaignCost(month, body["name"], body["channel"], cost)


def undated_campaigns(store: Store) -> int:
    """How many campaigns cost something and do not say when they began."""
    return sum(not row.body["first"] for row in store.told(TOPIC))


def _row(campaign: Campaign, cost: Money) -> ToldRow:
    return ToldRow(
        campaign.id,
        {
            "name": campaign.name,
            "channel": campaign.channel,
            "first": campaign.first.isoformat() if campaign.first else "",
            "last": campaign.last.isoformat() if campaign.last else "",
            "amount": str(cost.amount),
            "currency": cost.currency,
        },
    )


def _months(first: date, last: date) -> Iterator[tuple[date, int]]:
    """Each month between the two days, with how many of them lie in it."""
    day = first
    while day <= last:
        month = day.replace(day=1)
        following = (month + timedelta(days=31)).replace(day=1)
        end = min(last, following - timedelta(days=1))
        yield month, (end - day).days + 1
        day = following
