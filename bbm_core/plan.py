"""What is to be written so that the CRM's fields say what the verdicts say, and no more than that.

`plan_writes` compares. `guard` looks at the whole plan; it stands in `bbm_core/guard.py`. People
win: an override counts in place of the verdict, and a field of ours that a person changed is left
alone and reported.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import chain
from types import MappingProxyType

from bbm_core.guard import (
    ANY_PLAN,
    Guard,
    GuardLimits,
    RunFacts,
    Share,
    Stop,
    Totals,
    guard,
)
from bbm_core.icp.classify import Flag, Verdict
from bbm_core.icp.explain import Decision, missing_line, override_line, reason_line
from bbm_core.icp.profile import Label, Lang
from bbm_core.records import AGENT_ROLES, FieldRole, Record, RecordKind, RecordRef, Value, Write

__all__ = [
    "ANY_PLAN",
    "Candidate",
    "Edit",
    "Guard",
    "GuardLimits",
    "Plan",
    "PlannedWrite",
    "RunFacts",
    "Share",
    "Standing",
    "Stop",
    "Totals",
    "Values",
    "WritePolicy",
    "decision_on",
    "desired_values",
    "guard",
    "merge_plans",
    "plan_writes",
    "same_value",
]

Values = Mapping[FieldRole, Value | None]
_NOTHING: Mapping[str, Label] = MappingProxyType({})
_FLAGS = frozenset(Flag)
_DECISIONS = frozenset({Flag.YES, Flag.NO})
_STEADIED = frozenset({"A", "B", "C"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A judged record, and what the agent wrote to it last (None: never, or nobody knows)."""

    record: Record
    verdict: Verdict
    last_written: Mapping[FieldRole, Value] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePolicy:
    """How the verdicts of one kind of record become field values."""

    lang: Lang = "en"
    roles: frozenset[FieldRole] = frozenset(AGENT_ROLES)
    labels: Mapping[str, Label] = field(default_factory=lambda: _NOTHING)  # of the attributes
    hysteresis_points: int = 5  # how far below its cut-off a written tier may stay
    dead_band: int = 0  # a score that moved by no more than this is not worth a write
    text_limit: int = 255


class Standing(StrEnum):
    """How a record stands after it was compared with its verdict."""

    WRITE = "write"  # something is to be written
    EQUAL = "equal"  # the CRM says what the verdict says
    OVERRIDDEN = "overridden"  # a person's decision stands there already
    EDITED = "edited"  # only fields that a person changed differ; they are left alone
    SEALED = "sealed"  # the CRM takes no changes (a converted lead)


@dataclass(frozen=True, slots=True)
class PlannedWrite:
    """The new values of one record, and what the CRM holds in their place now."""

    ref: RecordRef
    values: Values
    old: Values
    flips: tuple[Flag, Flag] | None = None  # old and new flag, where there was one before

    @property
    def write(self) -> Write:
        return Write(self.ref, self.values)


@dataclass(frozen=True, slots=True)
class Edit:
    """A field of ours that a person changed."""

    ref: RecordRef
    role: FieldRole
    ours: Value
    theirs: Value


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a run would write, and how the other records stand. Pages add up."""

    writes: tuple[PlannedWrite, ...] = ()
    counts: Mapping[tuple[RecordKind, Standing], int] = field(default_factory=dict)
    edits: tuple[Edit, ...] = ()

    @classmethod
    def empty(cls) -> "Plan":
        return cls()

    def __add__(self, other: "Plan") -> "Plan":
        return merge_plans((self, other))

    @property
    def size(self) -> int:
        return len(self.writes)

    @property
    def flips(self) -> int:
        """Records whose flag was set and changes."""
        return sum(write.flips is not None for write in self.writes)

    def count(self, standing: Standing) -> int:
        return sum(n for (_, found), n in self.counts.items() if found is standing)


def merge_plans(plans: Iterable[Plan]) -> Plan:
    """The plans of several pages as one."""
    parts = tuple(plans)
    counts: Counter[tuple[RecordKind, Standing]] = Counter()
    for part in parts:
        counts.update(part.counts)
    return Plan(
        writes=tuple(chain.from_iterable(part.writes for part in parts)),
        counts=dict(counts),
        edits=tuple(chain.from_iterable(part.edits for part in parts)),
    )


def plan_writes(candidates: Iterable[Candidate], policy: WritePolicy, now: datetime) -> Plan:
    """Compare the records with their verdicts. Equal values plan nothing."""
    writes: list[PlannedWrite] = []
    edits: list[Edit] = []
    counts: Counter[tuple[RecordKind, Standing]] = Counter()
    for candidate in candidates:
        comparison = _compare(candidate, policy, now)
        counts[candidate.record.ref.kind, comparison.standing] += 1
        edits += comparison.edits
        if comparison.write:
            writes.append(comparison.write)
    return Plan(tuple(writes), dict(counts), tuple(edits))


def decision_on(record: Record, today: date) -> Decision | None:
    """The person's decision that stands on the record today, if it is one we can read."""
    chosen = record.written.get(FieldRole.OVERRIDE)
    if chosen not in _DECISIONS:
        return None
    until = _last_day(record)
    if until and until < today:
        return None
    reason = record.written.get(FieldRole.OVERRIDE_REASON, "")
    return Decision(Flag(str(chosen)), str(reason), until)


def desired_values(
    record: Record,
    verdict: Verdict,
    policy: WritePolicy,
    now: datetime,
    decision: Decision | None = None,
) -> Values:
    """What the fields of ours should hold; None is an empty field.

    `decision` is a person's decision that stands elsewhere than in the override fields.
    """
    return _values(record, verdict, policy, now, decision_on(record, _day(now)) or decision)


def _values(
    record: Record, verdict: Verdict, policy: WritePolicy, now: datetime, decision: Decision | None
) -> Values:
    reason = (
        override_line(decision, verdict, policy.lang, policy.text_limit)
        if decision
        else reason_line(verdict, policy.lang, policy.text_limit, policy.labels)
    )
    values: Values = {
        FieldRole.FLAG: (decision.flag if decision else verdict.flag).value,
        FieldRole.SCORE: verdict.score,
        FieldRole.TIER: _steady_tier(record, verdict, policy),
        FieldRole.REASON: reason,
        FieldRole.MISSING: missing_line(verdict, policy.labels, policy.lang, policy.text_limit)
        or None,
        FieldRole.COVERAGE: verdict.coverage,
        FieldRole.VERSION: verdict.version,
        FieldRole.SCORED_AT: now.astimezone(UTC).replace(microsecond=0),
    }
    return {role: value for role, value in values.items() if role in policy.roles}


@dataclass(frozen=True, slots=True)
class _Comparison:
    standing: Standing
    write: PlannedWrite | None = None
    edits: tuple[Edit, ...] = ()


def _compare(candidate: Candidate, policy: WritePolicy, now: datetime) -> _Comparison:
    record, verdict = candidate.record, candidate.verdict
    if record.sealed:
        return _Comparison(Standing.SEALED)
    decision = decision_on(record, _day(now))
    wanted = _values(record, verdict, policy, now, decision)
    edits = _edits(record, candidate.last_written, wanted) if candidate.last_written else ()
    edited_flag = next((e.theirs for e in edits if e.role is FieldRole.FLAG), None)
    if decision is None and edited_flag in _FLAGS:
        decision = Decision(Flag(str(edited_flag)))
        wanted = _values(record, verdict, policy, now, decision)
    changed = _changed(record, wanted, {edit.role for edit in edits}, policy)
    if changed:
        return _Comparison(Standing.WRITE, _planned(record, changed), edits)
    if edits:
        return _Comparison(Standing.EDITED, None, edits)
    return _Comparison(Standing.OVERRIDDEN if decision else Standing.EQUAL)


def _edits(record: Record, ours: Mapping[FieldRole, Value], wanted: Values) -> tuple[Edit, ...]:
    """The fields that hold neither what we wrote nor what we want.

    An emptied field is none of them: it is filled again. A time of judging is not worth keeping.
    """
    return tuple(
        Edit(record.ref, role, ours[role], theirs)
        for role, theirs in record.written.items()
        if role in wanted
        and role in ours
        and role is not FieldRole.SCORED_AT
        and not same_value(theirs, ours[role])
        and not same_value(theirs, wanted[role])
        and not same_value(theirs, None)
    )


def _changed(
    record: Record, wanted: Values, edited: set[FieldRole], policy: WritePolicy
) -> Mapping[FieldRole, Value | None]:
    """The values that differ; the time of judging comes along but causes no write."""
    changed: dict[FieldRole, Value | None] = {
        role: value
        for role, value in wanted.items()
        if role not in edited
        and role is not FieldRole.SCORED_AT
        and not same_value(record.written.get(role), value)
    }
    if not changed or _is_within_dead_band(record, changed, policy):
        return {}
    if FieldRole.SCORED_AT in wanted:
        changed[FieldRole.SCORED_AT] = wanted[FieldRole.SCORED_AT]
    return changed


_SCORE_ROLES = frozenset({FieldRole.SCORE, FieldRole.REASON, FieldRole.COVERAGE})


def _is_within_dead_band(record: Record, changed: Values, policy: WritePolicy) -> bool:
    """Whether only the score moved, with what follows from it, and by little."""
    old, new = record.written.get(FieldRole.SCORE), changed.get(FieldRole.SCORE)
    if not isinstance(old, int) or not isinstance(new, int) or changed.keys() - _SCORE_ROLES:
        return False
    return abs(new - old) <= policy.dead_band


def _planned(record: Record, changed: Mapping[FieldRole, Value | None]) -> PlannedWrite:
    old = {role: record.written.get(role) for role in changed}
    before, after = old.get(FieldRole.FLAG), changed.get(FieldRole.FLAG)
    known = before in _FLAGS and after is not None
    flips = (Flag(str(before)), Flag(str(after))) if known else None
    return PlannedWrite(record.ref, changed, old, flips)


def _steady_tier(record: Record, verdict: Verdict, policy: WritePolicy) -> str:
    """The tier, which goes up at its cut-off but down only some points below it.

    A tier that another version of the profile gave is no reason to hold on to it.
    """
    before = record.written.get(FieldRole.TIER)
    if before not in _STEADIED:
        return verdict.tier
    version = record.written.get(FieldRole.VERSION, verdict.version)
    if version != verdict.version or verdict.excluded_by or verdict.missed:
        return verdict.tier
    held = (
        tier
        for tier, cut in verdict.tiers.cuts()
        if str(before) <= tier < verdict.tier and verdict.score >= cut - policy.hysteresis_points
    )
    return next(held, verdict.tier)


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()


def _last_day(record: Record) -> date | None:
    until = record.written.get(FieldRole.OVERRIDE_UNTIL)
    if isinstance(until, datetime):
        return until.date()
    return until if isinstance(until, date) else None


def same_value(one: Value | None, other: Value | None) -> bool:
    """Whether a field that holds one would hold the other after a round trip through the CRM.

    Missing and empty are the same, 1 is 1.0, times count in whole seconds, and blanks around a
    text do not count.
    """
    alike = one.__class__ is other.__class__ and one == other  # nearly always, and soon seen
    return alike or _comparable(one) == _comparable(other)


def _comparable(value: Value | None) -> Value | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(microsecond=0)
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip() or None
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return value or None if isinstance(value, tuple) else value
