"""Everything the core decides about one record, put together: scope, verdict, stage entries."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from bbm_core.balance.funnel import Funnel, StageEntry, StageSpec
from bbm_core.icp.classify import Classifier, Verdict, and_hot
from bbm_core.icp.engagement import UNTOUCHED, EngagementRules, Touches, heat_on
from bbm_core.records import Record, RecordKind, Value
from bbm_core.scope import BusinessRule, ScopeFilter, Segment, outside, segment

INHERITING = (RecordKind.CONTACT, RecordKind.OPPORTUNITY)
"""Kinds that take the attributes they lack from their account."""


HEATED = frozenset({RecordKind.LEAD, RecordKind.CONTACT})
"""Kinds whose flag asks for heat too, in the mode fit_and_hot: people, not companies or deals."""


DAY_OPERATORS = frozenset({"within_days", "older_than_days"})
"""Operators that ask how long ago something was."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What records are judged by."""

    classifier: Classifier
    stages: Sequence[StageSpec]
    filters: Sequence[ScopeFilter] = ()
    business: Sequence[BusinessRule] = ()
    plausible: Mapping[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    heat: EngagementRules | None = None  # None: the flag follows fit alone
    funnel: Funnel = field(init=False, repr=False, compare=False)  # the stages, made ready

    def __post_init__(self) -> None:
        object.__setattr__(self, "funnel", Funnel(self.stages))

    @property
    def digest(self) -> str:
        """Names the rules: with the same digest the same record is judged and placed the same."""
        parts = [part.model_dump_json() for part in (*self.stages, *self.filters, *self.business)]
        ranges = [f"{name} {low} {high}" for name, (low, high) in sorted(self.plausible.items())]
        text = "\n".join([self.classifier.version, *parts, *ranges])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def depends_on_day(self) -> bool:
        """Whether a judgement can change without any change of the record."""
        if self.heat is not None:
            return True
        conditions = [c for p in self.classifier.profiles for c in p.criteria]
        asked = {c.operator for c in (*conditions, *self.filters, *self.business)}
        return not asked.isdisjoint(DAY_OPERATORS)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the core decides about one record.

    `verdict` is None exactly when `filtered_by` names the scope filter that removes the record.
    """

    record: Record
    attributes: Mapping[str, Value]  # the record's own and those inherited from its account
    verdict: Verdict | None
    filtered_by: str | None
    segment: Segment
    entries: tuple[StageEntry, ...]


def inherited(record: Record, account: Mapping[str, Value]) -> Mapping[str, Value]:
    """The record's own attributes, filled up from its account's where its kind inherits."""
    if record.ref.kind in INHERITING:
        return {**account, **record.attributes}
    return record.attributes


def believable(
    attributes: Mapping[str, Value], plausible: Mapping[str, tuple[Decimal, Decimal]]
) -> Mapping[str, Value]:
    """The attributes without the numbers that nobody would believe: those count as missing."""
    doubted = {
        name
        for name, ends in plausible.items()
        if name in attributes and not _is_plausible(attributes[name], *ends)
    }
    if not doubted:
        return attributes
    return {name: value for name, value in attributes.items() if name not in doubted}


def _is_plausible(value: Value, low: Decimal, high: Decimal) -> bool:
    # A flag is an int to Python, and no number to anybody else.
    return isinstance(value, bool) or not isinstance(value, int | Decimal) or low <= value <= high


def judge(
    record: Record,
    account: Mapping[str, Value],
    rules: Rules,
    now: datetime,
    touches: Touches = UNTOUCHED,
) -> Judgement:
    """Judge one record; pure, so the same record, rules, day and touches give the same judgement.

    Args:
        record: the record, as read.
        account: the attributes of its account.
        rules: what it is judged by.
        now: the moment; only its day matters.
        touches: its activities, asked for only where the rules ask for heat.
    """
    plausible = rules.plausible
    own = believable(record.attributes, plausible)
    known = record if own is record.attributes else record._replace(attributes=own)
    attributes = inherited(known, believable(account, plausible))
    today = now.date()
    kind = record.ref.kind
    filtered_by = outside(kind, attributes, rules.filters, today)
    return Judgement(
        record=record,
        attributes=attributes,
        verdict=None if filtered_by else verdict_on(today, kind, attributes, rules, touches),
        filtered_by=filtered_by,
        segment=segment(kind, attributes, rules.business, today),
        entries=rules.funnel.entries(record),
    )


def verdict_on(
    day: date,
    kind: RecordKind,
    attributes: Mapping[str, Value],
    rules: Rules,
    touches: Touches = UNTOUCHED,
) -> Verdict:
    """The verdict on a day, by all that the rules ask for; scope is not asked."""
    verdict = rules.classifier.judge(attributes, day)
    if rules.heat is None or kind not in HEATED:
        return verdict
    return and_hot(verdict, heat_on(day, touches, rules.heat))
