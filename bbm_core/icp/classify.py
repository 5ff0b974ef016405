"""Verdicts: whether a record is an ideal customer, its score, and why.

All arithmetic is in whole numbers. What is not known adds nothing to the score and widens the
interval in which it will lie; only an interval on one side of the threshold decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache

from bbm_core.icp.display import Form, form_of, shown
from bbm_core.icp.engagement import Heat
from bbm_core.icp.logic import Match
from bbm_core.icp.operators import ANSWERS_KEPT, is_absent, recurs
from bbm_core.icp.profile import (
    STANDARD_TIERS,
    Criterion,
    Label,
    OnMissing,
    Profile,
    Role,
    Tiers,
    Unit,
    definition_version,
)
from bbm_core.records import Value


class Flag(StrEnum):
    """The verdict in one word, as it is stored in the CRM."""

    YES = "icp"
    NO = "not_icp"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reason:
    """What one criterion said. The points of all reasons sum to the verdict's raw score."""

    criterion: str
    label: Label
    attribute: str
    value: str | None  # as people read it; None: there is none, or it is not to be shown
    points: int
    match: Match
    role: Role
    form: Form
    unit: Unit
    neutral: bool = False  # there is no value, and the profile says that this means nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the profile says about a record."""

    flag: Flag
    score: int  # 0-100
    raw: int  # below 0 where minus points outweigh the others
    low: int  # the score if every unknown turned out badly, 0-100
    high: int  # and if every one turned out well
    coverage: int  # percent of the profile's weight that is known
    tier: str
    reasons: tuple[Reason, ...]  # one for each criterion, in the profile's order
    missing: tuple[str, ...]  # attributes that leave a criterion open, the weightiest first
    deciding: str | None  # the one of them that decides the flag, whatever its value
    excluded_by: tuple[str, ...]  # criteria
    missed: tuple[str, ...]  # criteria
    profile: str
    version: str
    tiers: Tiers = STANDARD_TIERS  # the profile's cut-offs, by which the written tier is steadied
    fit: Flag | None = None  # the flag by fit alone, where `flag` asks for heat too
    heat: Heat | None = None  # only where `flag` asks for it


class Classifier:
    """Profiles made ready to judge many records.

    With several profiles the best one speaks: yes before unknown before no, then the higher
    score, then the order in which the profiles stand. `heat_digest` names the rules of heat, where
    the flag asks for heat too: figures by other rules are figures of another definition.
    """

    def __init__(self, profiles: Sequence[Profile], heat_digest: str = "") -> None:
        if not profiles:
            raise ValueError("a classifier needs a profile")
        self.profiles = tuple(profiles)
        self.version = definition_version(profiles, heat_digest)
        self._judges = tuple(_Judge(profile, self.version) for profile in profiles)

    def judge(self, attributes: Mapping[str, Value], today: date) -> Verdict:
        verdicts = (judge.verdict(attributes, today) for judge in self._judges)
        return max(verdicts, key=lambda verdict: (_RANK[verdict.flag], verdict.score))


def and_hot(verdict: Verdict, heat: Heat) -> Verdict:
    """The verdict that asks for fit and heat: yes if both hold, no if either does not."""
    flag = _both(verdict.flag, heat.is_hot)
    # Where heat is missing, or decides already, no attribute does.
    deciding = verdict.deciding if heat.is_hot else None
    return replace(verdict, flag=flag, fit=verdict.flag, heat=heat, deciding=deciding)


def _both(fit: Flag, is_hot: bool | None) -> Flag:
    """Kleene's and."""
    if fit is Flag.NO or is_hot is False:
        return Flag.NO
    return Flag.UNKNOWN if is_hot is None else fit


def classify(attributes: Mapping[str, Value], profiles: Sequence[Profile], today: date) -> Verdict:
    """Judge one record. For many, keep a `Classifier`."""
    return Classifier(profiles).judge(attributes, today)


_RANK = {Flag.YES: 2, Flag.UNKNOWN: 1, Flag.NO: 0}
_LOWEST_TIER = "D"

_State = Match | None
"""What a criterion says; None: nothing at all, because its value is missing and it is neutral."""

_States = tuple[_State, ...]
"""What all criteria of a profile say, in its order."""

_Answer = tuple[_State, str | None]
"""What a criterion says of a value, and the value as people read it, if it is to be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """All of a verdict that follows from the states of the criteria alone."""

    flag: Flag
    score: int
    raw: int
    low: int
    high: int
    coverage: int
    tier: str
    shares: tuple[int, ...]
    missing: tuple[str, ...]
    deciding: str | None
    excluded_by: tuple[str, ...]
    missed: tuple[str, ...]


class _Judge:
    """One profile, compiled."""

    def __init__(self, profile: Profile, version: str) -> None:
        self._profile = profile
        self._version = version
        self._rules = tuple(_Rule(criterion) for criterion in profile.criteria)
        self._caps = {group.id: group.cap for group in profile.groups}
        self._maximum = profile.maximum
        # A book of records has few combinations of states, so each is worked out once.
        self._outcome = lru_cache(maxsize=1 << 12)(self._weigh)

    def verdict(self, attributes: Mapping[str, Value], today: date) -> Verdict:
        rules, get = self._rules, attributes.get
        answers = [rule.answer(get(rule.attribute), today) for rule in rules]
        states = tuple([state for state, _ in answers])
        outcome = self._outcome(states)
        return Verdict(
            flag=outcome.flag,
            score=outcome.score,
            raw=outcome.raw,
            low=outcome.low,
            high=outcome.high,
            coverage=outcome.coverage,
            tier=outcome.tier,
            reasons=tuple(
                [
                    rule.reason(state, points, value)
                    for rule, (state, value), points in zip(
                        rules, answers, outcome.shares, strict=True
                    )
                ]
            ),
            missing=outcome.missing,
            deciding=outcome.deciding,
            excluded_by=outcome.excluded_by,
            missed=outcome.missed,
            profile=self._profile.name,
            version=self._version,
            tiers=self._profile.tiers,
        )

    def _weigh(self, states: _States) -> _Outcome:
        raw, flag, missing = self._score(states), self._flag(states), self._missing(states)
        excluded = self._ids(states, Role.EXCLUDE, Match.MATCH)
        missed = self._ids(states, Role.MUST, Match.MISS)
        tier = _LOWEST_TIER if excluded or missed else self._profile.tiers.of(_clamped(raw))
        return _Outcome(
            flag=flag,
            score=_clamped(raw),
            raw=raw,
            low=_clamped(self._score(self._settled(states, well=False))),
            high=_clamped(self._score(self._settled(states, well=True))),
            coverage=self._coverage(states),
            tier=tier,
            shares=tuple(self._shares(states)),
            missing=missing,
            deciding=self._deciding(states, missing) if flag is Flag.UNKNOWN else None,
            excluded_by=excluded,
            missed=missed,
        )

    # points

    def _score(self, states: _States) -> int:
        """The raw score. Without any points in the profile, all met is 100 and the rest is 0."""
        if not self._maximum:
            return 100 if all(map(_is_met, self._rules, states)) else 0
        return 100 * sum(self._awarded(states)) // self._maximum

    def _shares(self, states: _States) -> list[int]:
        """The raw score, split into what each criterion gave.

        Points are not a hundredth of the maximum each, so their shares are rounded where the
        running total is: every share is within one of the exact one, a criterion that gave
        nothing has none, and together they are the raw score.
        """
        shares, total, before = [], 0, 0
        for points in self._awarded(states):
            total += points
            after = 100 * total // self._maximum if self._maximum else 0
            shares.append(after - before)
            before = after
        return shares

    def _awarded(self, states: _States) -> list[int]:
        """The points of each criterion; a group's cap is used up in the profile's order."""
        left = dict(self._caps)
        awarded = []
        for rule, state in zip(self._rules, states, strict=True):
            points = rule.worth if state is Match.MATCH else 0
            if points and rule.group is not None:
                points = min(points, left[rule.group])
                left[rule.group] -= points
            awarded.append(points)
        return awarded

    # flag

    def _flag(self, states: _States) -> Flag:
        worst, best = self._settled(states, well=False), self._settled(states, well=True)
        if not self._would_do(best):
            return Flag.NO
        return Flag.YES if self._would_do(worst) else Flag.UNKNOWN

    def _would_do(self, states: _States) -> bool:
        """Whether a record of which everything is known is an ideal customer."""
        bars = all(
            _is_met(rule, state)
            for rule, state in zip(self._rules, states, strict=True)
            if rule.decides
        )
        return bars and self._score(states) >= self._profile.threshold

    def _settled(self, states: _States, *, well: bool, attribute: str | None = None) -> _States:
        """The states once every unknown (or only those of one attribute) turned out so."""
        return tuple(
            (Match.MATCH if rule.is_good is well else Match.MISS)
            if state is Match.UNKNOWN and attribute in {None, rule.attribute}
            else state
            for rule, state in zip(self._rules, states, strict=True)
        )

    def _deciding(self, states: _States, missing: Iterable[str]) -> str | None:
        """The first attribute whose best and worst value both settle the flag."""
        return next((name for name in missing if self._settles(states, name)), None)

    def _settles(self, states: _States, attribute: str) -> bool:
        outcomes = (
            self._flag(self._settled(states, well=well, attribute=attribute))
            for well in (True, False)
        )
        return Flag.UNKNOWN not in outcomes

    # what is known

    def _missing(self, states: _States) -> tuple[str, ...]:
        unknown = (r for r, s in zip(self._rules, states, strict=True) if s is Match.UNKNOWN)
        weightiest = sorted(unknown, key=lambda rule: (not rule.decides, -abs(rule.worth)))
        return tuple(dict.fromkeys(rule.attribute for rule in weightiest))

    def _coverage(self, states: _States) -> int:
        asked = [(r, s) for r, s in zip(self._rules, states, strict=True) if s is not None]
        whole = sum(rule.weight for rule, _ in asked)
        known = sum(rule.weight for rule, state in asked if state is not Match.UNKNOWN)
        return 100 * known // whole if whole else 100

    def _ids(self, states: _States, role: Role, match: Match) -> tuple[str, ...]:
        return tuple(
            rule.id
            for rule, state in zip(self._rules, states, strict=True)
            if rule.role is role and state is match
        )


class _Rule:
    """One criterion, with everything about it that does not depend on the record."""

    __slots__ = (
        "_asked",
        "_asks_of_nothing",
        "_criterion",
        "attribute",
        "decides",
        "form",
        "group",
        "id",
        "is_good",
        "label",
        "reason",
        "role",
        "unit",
        "weight",
        "worth",
    )

    def __init__(self, criterion: Criterion) -> None:
        self._criterion = criterion
        self._asks_of_nothing = (
            criterion.on_missing is OnMissing.UNKNOWN or criterion.is_set is not None
        )
        self.id = criterion.id
        self.attribute = criterion.attribute
        self.role = criterion.role
        self.group = criterion.group
        self.label = criterion.title
        self.unit = criterion.unit
        self.decides = criterion.role in {Role.MUST, Role.EXCLUDE}
        self.is_good = criterion.role in {Role.MUST, Role.PLUS}
        self.worth = -criterion.points if criterion.role is Role.MINUS else criterion.points
        # A criterion without points decides alone, so not knowing it must show.
        self.weight = max(1, criterion.points)
        self.form = form_of(criterion.operator)
        # Records say the same few things over and over, so each is heard and told once.
        self._asked = lru_cache(maxsize=ANSWERS_KEPT, typed=True)(self._ask)
        self.reason = lru_cache(maxsize=ANSWERS_KEPT)(self._reason)

    def answer(self, value: Value | None, today: date) -> _Answer:
        """What the criterion says of a value, and the value as it is shown."""
        return (self._asked if recurs(value) else self._ask)(value, today)

    def _ask(self, value: Value | None, today: date) -> _Answer:
        absent = is_absent(value)
        seen = None if value is None or absent else shown(value, self._criterion.operator)
        if self._asks_of_nothing or not absent:
            return self._criterion.ask(value, today), seen
        return (Match.MISS if self._criterion.on_missing is OnMissing.MISS else None), seen

    def _reason(self, state: _State, points: int, value: str | None) -> Reason:
        return Reason(
            criterion=self.id,
            label=self.label,
            attribute=self.attribute,
            value=value,
            points=points,
            match=Match.UNKNOWN if state is None else state,
            role=self.role,
            form=self.form,
            unit=self.unit,
            neutral=state is None,
        )


def _is_met(rule: _Rule, state: _State) -> bool:
    """Whether the criterion is certain not to stand in the way; a neutral one never does."""
    return state is None or state is (Match.MATCH if rule.is_good else Match.MISS)


def _clamped(score: int) -> int:
    return max(0, min(100, score))
