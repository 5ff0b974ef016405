"""What a measure is: its direction, its words, the stages it suits, what it is assumed to bring."""

from dataclasses import dataclass
from enum import StrEnum

from bbm_core.icp.profile import Lang


class Direction(StrEnum):
    """Where a measure pulls the balance."""

    VOLUME = "volume"  # more records, of whatever fit
    QUALITY = "quality"  # more fit, perhaps fewer records


@dataclass(frozen=True, slots=True)
class Wording:
    """One text in both languages. `{channel}` stands for the channel that a cause names."""

    en: str
    ja: str

    def text(self, lang: Lang, channel: str = "") -> str:
        wording = self.ja if lang == "ja" else self.en
        # Not str.format: a channel's name may hold braces of its own.
        return wording.replace("{channel}", channel)


class Begins(StrEnum):
    """Where in the funnel the records of a measure come in."""

    LEAD = "lead"
    OPPORTUNITY = "opportunity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a measure brings, against the company's own average lead.

    Ratios, so that they mean something to a company of any size and currency. They are rough
    assumptions until the company's own records say better.
    """

    odds: float  # odds of ICP, times those of the average lead
    cost: float  # cost of a lead, times the average
    hours: float = 1.0  # sales hours of a worked lead, times the average
    lag_weeks: int = 4  # until the first records come
    begins: Begins = Begins.LEAD


@dataclass(frozen=True, slots=True)
class Measure:
    """Something a company can do. Without stages it suits any; the order is the preference."""

    id: str
    direction: Direction
    label: Wording
    advice: Wording
    stages: tuple[str, ...] = ()
    effect: Effect | None = None  # None: what it brings cannot be put in figures beforehand
