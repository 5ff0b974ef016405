"""What the company does for its leads: measures, which sources they answer for, what they cost."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator

from agent.config.section import Section
from bbm_core.balance.source import WILDCARD, SourceRule
from bbm_core.icp.profile import Label
from bbm_core.prescribe.measures import Direction


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Patterns = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


class MeasureSettings(Section):
    """A measure, such as a webinar or letters to key persons, and the records it answers for.

    A pattern is a value of the CRM, or its beginning and `*`. The longest one that fits decides,
    and a campaign goes before a channel.
    """

    label: Label | None = None
    """What people call it."""
    orientation: Direction = Field(examples=["volume"])
    """What it is for: `volume` (many leads) or `quality` (few that fit)."""
    channels: Patterns = Field(default=(), examples=[["Web", "Paid*"]])
    """Channels it answers for."""
    campaigns: Patterns = Field(default=(), examples=[["Webinar *"]])
    """Campaigns it answers for; needs `campaign`."""
    cost_per_month: Decimal | None = Field(default=None, ge=0, examples=[300000])
    """What it costs a month; a month in the file of costs goes before it."""

    @field_validator("channels", "campaigns")
    @classmethod
    def _patterns_are_plain(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            if not pattern:
                raise ValueError("an empty pattern names no source; leave it out")
            if WILDCARD in pattern.removesuffix(WILDCARD):
                raise ValueError(f'"{pattern}": {WILDCARD} may only stand at the end')
        return patterns

    def rule(self, name: str) -> SourceRule:
        return SourceRule(name, self.channels, self.campaigns)


class EffortSettings(Section):
    """What work and measures cost; `bbm balance --effort` says what is missing here."""

    hours: Mapping[str, float] = Field(
        default={}, examples=[{"acquisition": 0.3, "opportunity": 8}]
    )
    """Sales hours that one record costs in a stage, by stage."""
    minutes: Mapping[str, float] = Field(default={}, examples=[{"call": 15, "meeting": 60}])
    """Minutes that an activity takes, by its kind; goes before `hours` where any are known."""

    @field_validator("hours", "minutes")
    @classmethod
    def _no_time_is_negative(cls, times: Mapping[str, float]) -> Mapping[str, float]:
        for name, time in times.items():
            if time < 0:
                raise ValueError(f"{name} takes {time:g}; no time is below 0")
        return times


class PrivacySettings(Section):
    """Whose figures may be read."""

    by_person: bool = False
    """Allow figures by person: `bbm balance --by owner`, and by the attributes in `people`."""
    people: Patterns = ()
    """Attributes that name a person, such as a sales agent; they are treated as the owner is."""
