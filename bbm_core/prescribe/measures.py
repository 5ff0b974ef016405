"""Which measures fit a skew at a stage, and what the skew costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bbm_core.balance.cause import Cause, Contribution
from bbm_core.balance.tally import Tally
from bbm_core.balance.watch import Skew
from bbm_core.icp.profile import Lang
from bbm_core.prescribe.catalogue import (
    CATALOGUE,
    NAME_CHANNEL,
    NARROW_CHANNEL,
    RESTORE_CHANNEL,
)
from bbm_core.prescribe.measure import Direction, Measure, Wording

__all__ = [
    "CATALOGUE",
    "Consequence",
    "Direction",
    "Measure",
    "Recommendation",
    "Wording",
    "consequence",
    "recommend",
]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A measure for this skew at this stage; `channel` is set where the measure names one."""

    measure: Measure
    channel: str = ""

    def text(self, lang: Lang) -> str:
        return self.measure.advice.text(lang, self.channel)


_NAMING_CHANNEL = (NARROW_CHANNEL, NAME_CHANNEL, RESTORE_CHANNEL)
_ADVICE_COUNT = 2


@dataclass(frozen=True, slots=True)
class Consequence:
    """What changed from a week before to a week now, on average, and what it costs."""

    icp_per_week: int
    not_icp_per_week: int
    hours_per_week: Decimal | None  # None: what a lead costs is not configured


def recommend(skew: Skew, stage: str, cause: Cause | None) -> tuple[Recommendation, ...]:
    """Two measures that pull against the skew and fit the stage; none without a skew.

    Where records come from is decided at the first stage only, so the causing channel is advised
    on there; later the same skew asks for other measures.
    """
    if skew not in (Skew.VOLUME, Skew.QUALITY):
        return ()
    direction = Direction.QUALITY if skew is Skew.VOLUME else Direction.VOLUME
    first = _on_channel(direction, cause) if stage == "acquisition" else ()
    rest = [Recommendation(measure) for measure in _suiting(direction, stage)]
    return (*first, *rest)[:_ADVICE_COUNT]


def consequence(
    before: Tally, after: Tally, weeks: int, hours_per_lead: Decimal | None
) -> Consequence:
    """Compare two periods of this many weeks each. Hours count what does not fit, more or less."""
    not_icp = after.not_icp - before.not_icp
    return Consequence(
        icp_per_week=_rounded(Decimal(after.icp - before.icp) / weeks),
        not_icp_per_week=_rounded(Decimal(not_icp) / weeks),
        hours_per_week=None if hours_per_lead is None else not_icp * hours_per_lead / weeks,
    )


def _on_channel(direction: Direction, cause: Cause | None) -> tuple[Recommendation, ...]:
    headline = cause.headline if cause else None
    if headline is None or headline.name is None:
        return ()
    if headline.name == "":
        return (Recommendation(NAME_CHANNEL),) if direction is Direction.QUALITY else ()
    if direction is Direction.QUALITY:
        return (Recommendation(NARROW_CHANNEL, headline.name),)
    return (Recommendation(RESTORE_CHANNEL, headline.name),) if _shrank(headline) else ()


def _shrank(contribution: Contribution) -> bool:
    return contribution.after.total < contribution.before.total


def _suiting(direction: Direction, stage: str) -> Sequence[Measure]:
    fitting = [m for m in CATALOGUE if m.direction is direction and m not in _NAMING_CHANNEL]
    claimed = [m for m in fitting if stage in m.stages]
    return [*claimed, *(m for m in fitting if not m.stages)]


def _rounded(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))
