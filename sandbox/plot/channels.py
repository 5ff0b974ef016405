"""Where leads come from: shares, fit, and the words each CRM has for it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Channel:
    """A source of leads. `name` is None where nobody recorded one."""

    name: str | None
    hubspot: str | None  # the nearest of HubSpot's own traffic sources, each used once
    share: float  # of all new leads
    fit: float  # chance that a lead is an ideal customer


CHANNELS = (
    Channel("Web", "DIRECT_TRAFFIC", 0.22, 0.30),
    Channel("Exhibition", "OFFLINE", 0.20, 0.27),
    Channel("Paid social", "PAID_SOCIAL", 0.18, 0.20),
    Channel("Seminar", "EMAIL_MARKETING", 0.10, 0.42),
    Channel("Content", "SOCIAL_MEDIA", 0.10, 0.32),
    Channel("Organic search", "ORGANIC_SEARCH", 0.07, 0.34),
    Channel("Partner", "OTHER_CAMPAIGNS", 0.06, 0.52),
    Channel("Referral", "REFERRALS", 0.04, 0.55),
    Channel(None, None, 0.03, 0.20),
)

HUBSPOT_SOURCES = {one.name: one.hubspot for one in CHANNELS}


@dataclass(frozen=True, slots=True)
class Flow:
    """What one channel brings in a week: so many leads (as a share of a usual week), so fit."""

    channel: Channel
    volume: float
    fit: float


def usual() -> tuple[Flow, ...]:
    return tuple(Flow(one, one.share, one.fit) for one in CHANNELS)


def rate(flows: tuple[Flow, ...]) -> float:
    """The rate of ideal customers among all that these flows bring."""
    return sum(one.volume * one.fit for one in flows) / sum(one.volume for one in flows)
