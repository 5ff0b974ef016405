"""Versions of the ICP: which one is in force, who decided that, and since when.

The profile in the configuration is in force as long as nobody decided otherwise. A publication or a
rollback decides otherwise: from then on the version it names is in force, and the configuration
holds a draft, until it says the same again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bbm_core.icp.engagement import EngagementRules
from bbm_core.icp.profile import heated_version


class State(StrEnum):
    """How a version of the ICP stands."""

    DRAFT = "draft"  # known, and never in force
    SHADOW = "shadow"  # judged beside the one in force; nothing of it is written
    ACTIVE = "active"  # in force
    RETIRED = "retired"  # was in force


class Act(StrEnum):
    """What was done with a version."""

    REGISTERED = "registered"  # the first sync found it in the configuration
    EDITED = "edited"  # a sync took it over from a changed configuration
    PUBLISHED = "published"
    ROLLED_BACK = "rolled_back"  # a version that was in force before is so again
    SHADOWED = "shadowed"  # became the challenger
    WITHDRAWN = "withdrawn"  # is the challenger no longer

    @property
    def puts_in_force(self) -> bool:
        return self not in {Act.SHADOWED, Act.WITHDRAWN}


class Source(StrEnum):
    """Where the version in force stands."""

    CONFIGURATION = "configuration"
    PUBLICATION = "publication"


@dataclass(frozen=True, slots=True)
class Publication:
    """One line of the log: who did what with which version, and why."""

    number: int
    at: datetime
    version: str
    act: Act
    author: str
    reason: str
    heat: EngagementRules | None = None  # that the flag asked for beside it; None: fit alone

    @property
    def counted_by(self) -> str:
        """The version that figures bear, which names the heat too."""
        return heated_version(self.version, self.heat.digest if self.heat else "")


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """Another definition came into force: figures from before and after it are of two of them."""

    at: datetime
    before: str | None  # the version that figures bore until then; None: this is the first one
    counted_by: str  # the version that they bear from then on
    version: str  # of the profiles
    heat: EngagementRules | None
    act: Act
    author: str
    reason: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the state says: the version in force, and whether the configuration held the same."""

    active: str
    follows: bool
    heat: EngagementRules | None = None


@dataclass(frozen=True, slots=True)
class InForce:
    """The version that counts now, where it stands, and how the configuration relates to it."""

    version: str
    source: Source
    configuration: str  # the version that the configuration holds
    edited: bool = False  # the configuration was changed; the next sync takes it over
    known: Known | None = None  # what the state knew when this was found

    @property
    def differs(self) -> bool:
        """Whether the configuration holds something that is not in force: a draft."""
        return self.configuration != self.version


def in_force(configuration: str, known: Known | None) -> InForce:
    """Which version counts, given the one in the configuration and what the state knows.

    An edit of the configuration counts only where the configuration held the version in force;
    who published another one said that the configuration is a draft.
    """
    if known is None or configuration == known.active:
        return InForce(configuration, Source.CONFIGURATION, configuration, known=known)
    if known.follows:
        return InForce(configuration, Source.CONFIGURATION, configuration, edited=True, known=known)
    return InForce(known.active, Source.PUBLICATION, configuration, known=known)


def change_points(log: Iterable[Publication]) -> tuple[ChangePoint, ...]:
    """When another definition came into force, oldest first; the first line is the beginning.

    Other profiles are another definition, and so is other heat, or a flag that no longer asks.
    """
    found: list[ChangePoint] = []
    before: str | None = None
    for one in sorted(log, key=lambda line: line.number):
        after = one.counted_by
        if one.act.puts_in_force and after != before:
            signed = one.act, one.author, one.reason
            found.append(ChangePoint(one.at, before, after, one.version, one.heat, *signed))
            before = after
    return tuple(found)


def point_at(points: Sequence[ChangePoint], at: datetime) -> ChangePoint | None:
    """What was in force at a moment; before the first one, the first one.

    None where nothing was ever in force.
    """
    begun = [point for point in points if point.at <= at]
    first = points[0] if points else None
    return begun[-1] if begun else first


def state_of(version: str, log: Iterable[Publication]) -> State:
    """How a version stands, by the log alone."""
    lines = sorted(log, key=lambda line: line.number)
    in_force_now = [one.version for one in lines if one.act.puts_in_force]
    if in_force_now and in_force_now[-1] == version:
        return State.ACTIVE
    own = [one.act for one in lines if one.version == version]
    if own and own[-1] is Act.SHADOWED and challenger(lines) == version:
        return State.SHADOW
    return State.RETIRED if version in in_force_now else State.DRAFT


def challenger(log: Iterable[Publication]) -> str | None:
    """The version that is judged beside the one in force; at most one at a time."""
    found: str | None = None
    for one in sorted(log, key=lambda line: line.number):
        if one.act is Act.SHADOWED:
            found = one.version
        elif one.version == found:  # withdrawn, or in force by now
            found = None
    return found


def before_last(log: Iterable[Publication]) -> str | None:
    """The version that was in force before the present one: where a rollback leads."""
    versions = [point.version for point in change_points(log)]
    others = [version for version in versions if version != versions[-1]]
    return others[-1] if others else None
