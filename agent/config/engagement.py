"""How warm a record is: what activities are worth, how fast that fades, where heat begins."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from agent.config.section import Section
from bbm_core.icp.engagement import EngagementRules, Worth, activity_word

HalfLife = Annotated[int, Field(ge=1, le=365)]
Points = Annotated[int, Field(ge=-1000, le=1000)]
Cap = Annotated[int, Field(ge=1, le=100_000)]


class IcpMode(StrEnum):
    """What the flag of leads and contacts asks for."""

    FIT = "fit"
    FIT_AND_HOT = "fit_and_hot"


POINTS = {
    "meeting": 30,
    "demo": 30,
    "form": 20,
    "seminar": 15,
    "webinar": 15,
    "event": 15,
    "reply": 15,
    "call": 10,
    "download": 10,
    "click": 3,
    "open": 1,
    "page_view": 1,
    "unsubscribe": -30,
}
HALF_LIVES = {"click": 14, "open": 7, "page_view": 7, "unsubscribe": 180}
CAPS = {"call": 20, "download": 20, "click": 9, "open": 5, "page_view": 10, "unsubscribe": 30}


class EngagementSettings(Section):
    """Points that halve with time; `bbm engagement` shows what they make of your records."""

    points: Mapping[str, Points] = POINTS
    """What an activity of each kind is worth on its day. A kind that is not named: nothing."""
    half_life_days: HalfLife = 30
    """Days after which half of the points are left."""
    half_lives: Mapping[str, HalfLife] = HALF_LIVES
    """The same for kinds that fade faster or slower."""
    caps: Mapping[str, Cap] = CAPS
    """The most that all activities of a kind count together."""
    cuts: tuple[int, int, int] = (40, 15, 5)
    """The lowest points of heat 1 (the hottest), 2 and 3; below is 4."""
    hot: Literal[1, 2, 3] = 2
    """The coolest level of heat that still counts as hot, for icp_mode = "fit_and_hot"."""

    @model_validator(mode="after")
    def _cuts_fall(self) -> "EngagementSettings":
        first, second, third = self.cuts
        if not first > second > third >= 1:
            raise ValueError(f"cuts must fall and end above 0: 40, 15, 5; not {list(self.cuts)}")
        return self

    @model_validator(mode="after")
    def _kinds_are_known(self) -> "EngagementSettings":
        known = {activity_word(kind) for kind in self.points}
        if "half_lives" in self.model_fields_set:
            _all_known(self.half_lives, "half_lives", known)
        if "caps" in self.model_fields_set:
            _all_known(self.caps, "caps", known)
        return self

    def rules(self) -> EngagementRules:
        """The rules that these settings mean."""
        half_lives = _by_word(self.half_lives)
        caps = _by_word(self.caps)
        return EngagementRules(
            worth={
                kind: Worth(points, half_lives.get(kind, self.half_life_days), caps.get(kind))
                for kind, points in _by_word(self.points).items()
            },
            cuts=self.cuts,
            hot=self.hot,
        )


def _all_known(named: Mapping[str, int], setting: str, known: set[str]) -> None:
    strange = sorted(kind for kind in named if activity_word(kind) not in known)
    if strange:
        raise ValueError(f"{setting} names {', '.join(strange)}, which has no points")


def _by_word(values: Mapping[str, int]) -> Mapping[str, int]:
    return {activity_word(kind): value for kind, value in values.items()}
