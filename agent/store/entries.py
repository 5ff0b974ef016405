"""Stage entries as rows: the verdict and the attributes as of the judging age, frozen from then."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from agent.store import codec
from agent.store.columns import RowValues
from bbm_core.balance.funnel import StageEntry
from bbm_core.icp.classify import Flag
from bbm_core.judgement import Judgement
from bbm_core.records import RecordKind, RecordRef, Value

JudgeThen = Callable[[RecordRef, Mapping[str, Value], date], Flag]
"""The flag that attributes of then get by the rules of today, on the day they were judged."""


@dataclass(frozen=True, slots=True)
class JudgingAge:
    """When an entry is judged for good: at a fixed age, because enrichment arrives late."""

    now: datetime
    days: int
    judge_then: JudgeThen | None = None  # restates what was frozen by another version
    by_day: frozenset[RecordKind] = frozenset()  # kinds whose flag of then depends on that day

    def of(self, entered: datetime) -> datetime:
        return entered + timedelta(days=self.days)


def entry_rows(
    judgement: Judgement, before: Sequence[RowValues], age: JudgingAge
) -> list[dict[str, Any]]:
    """The rows of a record's stage entries."""
    if not judgement.entries:
        return []
    known = {(row["stage"], row["entered"]): row for row in before}
    present = _present(judgement)
    return [
        {
            "kind": judgement.record.ref.kind.value,
            "id": judgement.record.ref.id,
            "position": position,
            "stage": entry.stage,
            "entered": entry.entered,
            "left": entry.left,
            **_then(judgement, entry, known.get((entry.stage, entry.entered)), present, age),
        }
        for position, entry in enumerate(judgement.entries)
    ]


def _present(judgement: Judgement) -> dict[str, Any]:
    verdict = judgement.verdict
    return {
        "flag_then": None if verdict is None else verdict.flag.value,
        "version_then": "" if verdict is None else verdict.version,
        "attributes_then": codec.dump_values(judgement.attributes),
    }


def _then(
    judgement: Judgement,
    entry: StageEntry,
    known: RowValues | None,
    present: dict[str, Any],
    age: JudgingAge,
) -> dict[str, Any]:
    then, restated = present, False
    if known is not None and _is_frozen(judgement, entry, known, present, age):
        then = {name: known[name] for name in present}
        restated = known["version_then"] not in {"", present["version_then"]}
    if age.judge_then is None or not (restated or _goes_by_day(judgement, then, age)):
        return then
    attributes = codec.load_values(then["attributes_then"])
    day = min(age.of(entry.entered), age.now).date()
    flag = age.judge_then(judgement.record.ref, attributes, day)
    return {**then, "flag_then": flag.value, "version_then": present["version_then"]}


def _goes_by_day(judgement: Judgement, then: dict[str, Any], age: JudgingAge) -> bool:
    """Whether the flag of then is another one's day's: a lead of last year was hot last year."""
    in_scope = judgement.verdict is not None and then["flag_then"] is not None
    return in_scope and judgement.record.ref.kind in age.by_day


def _is_frozen(
    judgement: Judgement,
    entry: StageEntry,
    known: RowValues,
    present: dict[str, Any],
    age: JudgingAge,
) -> bool:
    """Whether what is known of the judging age stands.

    Values that the record had before the entry reached its age are the values at that age, even
    if we read them only now, after an outage. What comes from the account tells no time of its
    own, so where anything does, the entry keeps what it has.
    """
    ripe = age.of(entry.entered)
    if age.now < ripe:
        return False
    record = judgement.record
    if record.modified >= ripe or judgement.attributes != record.attributes:
        return True
    return all(known[name] == present[name] for name in ("version_then", "attributes_then"))
