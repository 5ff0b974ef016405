"""A company in the world that sells: leads of three channels, opportunities, wins with amounts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bbm_core.records import Money, Outcome, RecordKind
from tests.agent.prepared import once
from tests.agent.world import FITTING, OTHER, World, stage

FOUR = {
    "people": 3,
    "hours_per_person_month": 100,
    "gross_margin": 0.6,
    "budget_month": 1_000_000,
}
"""The four numbers."""

TODAY = datetime.now(UTC)
"""When the tests began: the commands read the machine's clock, and all tests share one past."""

CHANNELS = (("Fair", 2, 8), ("Seminar", 4, 2), ("Web", 3, 5))
"""Leads a week that fit and that do not, by channel."""


def trade(world: World, weeks: int = 26, **targets: object) -> World:
    """So many weeks of business; then it is now. Targets as given, none at all without any."""
    once(world, _trade, weeks, targets)
    return world


def _trade(world: World, weeks: int, targets: dict[str, object]) -> None:
    world.crm.page_size = 500
    world.values["stages"] = [
        *world.values["stages"],
        stage("won", {"kind": "opportunity", "when": "won"}),
    ]
    world.values["slices"] = ["industry"]
    if targets:
        world.values["targets"] = targets
    makers = {industry: world.account(industry) for industry in (FITTING, OTHER)}
    for _ in range(weeks):
        _leads(world)
        _deals(world, makers)
        world.pass_time(weeks=1)
    world.first_sync()


def _leads(world: World) -> None:
    for channel, fits, others in CHANNELS:
        for number in range(fits + others):
            at = world.clock.now() + timedelta(minutes=number)
            world.lead(FITTING if number < fits else OTHER, at=at, channel=channel)


def _deals(world: World, makers: dict[str, object]) -> None:
    """A week opens six opportunities and wins two that fit and one that does not."""
    for number, (industry, amount, is_won) in enumerate(
        [
            (FITTING, 900_000, True),
            (FITTING, 800_000, True),
            (FITTING, 700_000, False),
            (OTHER, 300_000, True),
            (OTHER, 200_000, False),
            (OTHER, 200_000, False),
        ]
    ):
        at = world.clock.now() + timedelta(hours=number)
        world.crm.create(
            RecordKind.OPPORTUNITY,
            at=at,
            account=world.account(industry) if is_won else makers[industry],
            amount=Money(Decimal(amount), "JPY"),
            channel="Web",
            outcome=Outcome.WON if is_won else Outcome.OPEN,
            closed_at=at + timedelta(hours=1) if is_won else None,
        )
