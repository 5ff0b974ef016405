"""Which records count at all, and which of them are new business.

Both are conditions of the same kind as a profile's. A record of which a condition says nothing
stays in, as new business: what is not known removes nobody.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StrictStr, model_validator

from bbm_core.icp.logic import Match
from bbm_core.icp.predicate import Condition
from bbm_core.records import RecordKind, Value


class Segment(StrEnum):
    """What kind of business a record stands for. The balance is about new business."""

    NEW = "new"
    RENEWAL = "renewal"
    EXPANSION = "expansion"
    EXISTING = "existing"  # a lead or contact of a company that is a customer already


class ScopeFilter(Condition):
    """Takes records out: partners, students, test records. What it takes out is counted by name."""

    name: Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$")]
    """The filter's name, under which its records are counted."""
    kind: RecordKind
    """The kind of record it looks at."""


class BusinessRule(Condition):
    """Puts records of a kind apart from new business."""

    segment: Segment
    """renewal, expansion or existing."""
    kind: RecordKind
    """The kind of record it looks at."""

    @model_validator(mode="after")
    def _sets_apart(self) -> Self:
        if self.segment is Segment.NEW:
            raise ValueError("new business is what no rule names; use renewal, expansion, existing")
        return self


def outside(
    kind: RecordKind,
    attributes: Mapping[str, Value],
    filters: Iterable[ScopeFilter],
    today: date,
) -> str | None:
    """The name of the first filter that takes the record out; None if it counts."""
    for one in filters:
        if one.kind is kind and one.judge(attributes, today) is Match.MATCH:
            return one.name
    return None


def segment(
    kind: RecordKind,
    attributes: Mapping[str, Value],
    rules: Iterable[BusinessRule],
    today: date,
) -> Segment:
    """The segment of the first rule that holds; new business if none does."""
    for one in rules:
        if one.kind is kind and one.judge(attributes, today) is Match.MATCH:
            return one.segment
    return Segment.NEW
