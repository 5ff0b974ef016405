"""The ideal customer profile, as its owner writes it in TOML under `[[icp.profiles]]`."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, model_validator

from bbm_core.icp.operators import plain_text
from bbm_core.icp.predicate import Condition

Lang = Literal["en", "ja"]
_Id = Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$")]
_Words = Annotated[StrictStr, Field(min_length=1, max_length=80)]
_Points = Annotated[StrictInt, Field(ge=0, le=10_000)]
_Cut = Annotated[StrictInt, Field(ge=0, le=100)]

RULES = 1
"""Raised when the same profile and record would get another verdict than before."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Label(_Table):
    """What people call a thing: "Employees", or {en = "Employees", ja = "従業員数"}."""

    en: _Words
    """In English, and wherever another language is not given."""
    ja: _Words | None = None
    """In Japanese."""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        return {"en": value} if isinstance(value, str) else value

    def text(self, lang: Lang = "en") -> str:
        return self.ja if lang == "ja" and self.ja else self.en


class Unit(_Table):
    """What stands after a number: "名", or {en = "people", ja = "名"}; either may be left out."""

    en: Annotated[StrictStr, Field(max_length=20)] = ""
    """After an English number, a blank apart."""
    ja: Annotated[StrictStr, Field(max_length=20)] = ""
    """After a Japanese number."""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        return {"en": value, "ja": value} if isinstance(value, str) else value


class Mode(StrEnum):
    """What the business with a profile's customers is after, and so which limits its rate has.

    The ICP rate of a balance has two sides. Whoever works named accounts one by one (account-based)
    cannot fit too well, and whoever sells to very many (lead-based) watches that it does not fall.
    """

    BBM = "bbm"  # both: a rate can be too low and too high
    ABM = "abm"  # few large customers: no upper limit
    LBM = "lbm"  # many small customers: a lower limit only


class Role(StrEnum):
    """What a criterion does to the verdict."""

    MUST = "must"  # missing it means: no
    PLUS = "plus"  # meeting it adds points
    MINUS = "minus"  # meeting it takes points away
    EXCLUDE = "exclude"  # meeting it means: no


class OnMissing(StrEnum):
    """What a criterion says of a record that has no value there."""

    UNKNOWN = "unknown"  # it could be either, so the score becomes an interval
    NEUTRAL = "neutral"  # nothing: no points, no doubt, and nothing missing
    MISS = "miss"  # a value that is not there does not meet it


class Criterion(Condition):
    """A condition, and what meeting it means for the verdict."""

    id: _Id
    """The criterion's name, which stays when its label changes."""
    label: Label | None = None
    """What people call it. Empty: made from the id."""
    unit: Unit = Unit()
    """What stands after its number: {ja = "名"}."""
    role: Role
    """must, plus, minus or exclude."""
    points: _Points = 0
    """Points it adds (plus, must) or takes away (minus)."""
    group: StrictStr | None = None
    """The group whose cap its points share."""
    on_missing: OnMissing = OnMissing.UNKNOWN
    """What a missing value means: unknown, neutral or miss."""

    @model_validator(mode="after")
    def _points_suit_the_role(self) -> Self:
        if self.role in {Role.PLUS, Role.MINUS} and not self.points:
            raise ValueError(f"criterion {self.id}: a {self.role} needs points above 0")
        if self.role is Role.EXCLUDE and self.points:
            raise ValueError(f"criterion {self.id}: an exclude has no points, it decides alone")
        if self.group and self.role in {Role.MINUS, Role.EXCLUDE}:
            raise ValueError(f"criterion {self.id}: a group caps points that are added")
        return self

    @property
    def title(self) -> Label:
        """The label, or one made from the id."""
        return self.label or Label(en=self.id.replace("_", " ").replace("-", " ").capitalize())


class Group(_Table):
    """Criteria that say nearly the same, so that together they earn at most `cap` points."""

    id: _Id
    """The group's name, which criteria refer to."""
    label: Label | None = None
    """What people call it."""
    cap: Annotated[StrictInt, Field(ge=1)]
    """The most points its criteria earn together."""


class Tiers(_Table):
    """The lowest score of each tier; below C it is D."""

    A: _Cut = 80
    """The lowest score of tier A."""
    B: _Cut = 60
    """The lowest score of tier B."""
    C: _Cut = 40
    """The lowest score of tier C."""

    @model_validator(mode="after")
    def _fall(self) -> Self:
        if not self.A > self.B > self.C:
            raise ValueError("the tiers' cut-offs must fall: A above B above C")
        return self

    def of(self, score: int) -> str:
        """The tier of a score."""
        return next((name for name, cut in self.cuts() if score >= cut), "D")

    def cuts(self) -> tuple[tuple[str, int], ...]:
        """The tiers that have a cut-off, best first."""
        return (("A", self.A), ("B", self.B), ("C", self.C))


STANDARD_TIERS = Tiers()


class Profile(_Table):
    """Which companies or people are ideal customers, and from which score on."""

    name: _Id
    """The profile's name."""
    label: Label | None = None
    """What people call it."""
    mode: Mode = Mode.BBM
    """bbm: the ICP rate can be too low and too high; abm, lbm: only too low."""
    threshold: Annotated[StrictInt, Field(ge=1, le=100)] = 60
    """The lowest score of an ideal customer."""
    tiers: Tiers = STANDARD_TIERS
    """The lowest score of each tier."""
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    """What is asked, in the order in which equal things are told."""
    groups: tuple[Group, ...] = ()
    """Caps on the points of criteria that say nearly the same."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        problems = [*self._repeated(), *self._unknown_groups(), *self._aimless_minus()]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def maximum(self) -> int:
        """The most points a record can earn: the 100 of the score. 0 if nothing has points."""
        free = sum(c.points for c in self._earning() if c.group is None)
        return free + sum(min(group.cap, self._earned_in(group)) for group in self.groups)

    def _earned_in(self, group: Group) -> int:
        return sum(c.points for c in self._earning() if c.group == group.id)

    def _earning(self) -> Iterable[Criterion]:
        return (c for c in self.criteria if c.role in {Role.PLUS, Role.MUST})

    def _repeated(self) -> Iterable[str]:
        ids = {"criteria": Counter(c.id for c in self.criteria)}
        ids["groups"] = Counter(group.id for group in self.groups)
        return (
            f"two {what} have the id {name!r}; ids must differ"
            for what, counts in ids.items()
            for name, count in counts.items()
            if count > 1
        )

    def _unknown_groups(self) -> Iterable[str]:
        known = {group.id for group in self.groups}
        return (
            f"criterion {c.id} names the group {c.group!r}, which does not exist"
            for c in self.criteria
            if c.group and c.group not in known
        )

    def _aimless_minus(self) -> Iterable[str]:
        has_minus = any(c.role is Role.MINUS for c in self.criteria)
        if has_minus and not self.maximum:
            yield "there are minus points, but no criterion that earns points"


def common_mode(profiles: Sequence[Profile]) -> Mode:
    """The mode that all profiles share; where they differ, the two-sided one."""
    modes = {profile.mode for profile in profiles}
    return modes.pop() if len(modes) == 1 else Mode.BBM


def profile_version(profile: Profile) -> str:
    """Twelve hexadecimal digits that name what the profile asks.

    Everything that can change a verdict changes them. What only people read — labels, units — does
    not, nor does the mode, which limits rates; and neither does the order of the values of one
    operator or 300 written as 300.0.
    """
    return _digest(_meaning(profile))


def profiles_version(profiles: Sequence[Profile]) -> str:
    """The version of several profiles together; of one profile, its own."""
    versions = [profile_version(profile) for profile in profiles]
    return versions[0] if len(versions) == 1 else _digest(versions)


def definition_version(profiles: Sequence[Profile], heat_digest: str = "") -> str:
    """The version of all that decides the flag: the profiles and, where it is asked, the heat."""
    return heated_version(profiles_version(profiles), heat_digest)


def heated_version(version: str, heat_digest: str) -> str:
    """The version of profiles and of the heat that is asked for beside them, if any is."""
    return _digest([version, heat_digest]) if heat_digest else version


def _digest(meaning: object) -> str:
    text = json.dumps(meaning, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _meaning(profile: Profile) -> dict[str, Any]:
    return {
        "rules": RULES,
        "name": profile.name,
        "threshold": profile.threshold,
        "tiers": profile.tiers.cuts(),
        "groups": sorted((group.id, group.cap) for group in profile.groups),
        "criteria": [criterion_meaning(criterion) for criterion in profile.criteria],
    }


def criterion_meaning(criterion: Criterion) -> dict[str, Any]:
    """What of a criterion can change a verdict; two that mean the same have equal ones."""
    return {
        "id": criterion.id,
        "attribute": criterion.attribute,
        "role": criterion.role,
        "points": criterion.points,
        "group": criterion.group,
        "on_missing": criterion.on_missing,
        criterion.operator: _operand_meaning(criterion),
    }


def _operand_meaning(criterion: Criterion) -> list[list[str]]:
    operand = criterion.operand
    values = operand if isinstance(operand, tuple) else (operand,)
    typed = [[_type_name(value), plain_text(value)] for value in values]
    return typed if criterion.operator == "between" else sorted(typed)


def _type_name(value: object) -> str:
    return "number" if type(value) in {int, Decimal} else type(value).__name__
