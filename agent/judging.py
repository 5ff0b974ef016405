"""Judges and plans records that are kept or just read, without keeping anything."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from agent.store import Kept, Store
from agent.warmth import Warmth
from bbm_core.judgement import Judgement, Rules, judge
from bbm_core.plan import Candidate, Plan, WritePolicy, plan_writes
from bbm_core.records import FieldRole, Record, RecordKind, RecordRef, Value

Attributes = Mapping[RecordRef, Mapping[str, Value]]
"""The attributes of accounts, by account."""


def account_attributes(
    store: Store, records: Sequence[Record], fresh: Attributes | None = None
) -> Attributes:
    """The attributes of the records' accounts as they are now: the fresh ones, else the kept."""
    own = fresh or {}
    accounts = {record.account for record in records if record.account} - own.keys()
    return {**store.account_attributes(sorted(accounts)), **own}


def judge_all(
    records: Sequence[Record],
    attributes: Attributes,
    rules: Rules,
    now: datetime,
    warmth: Warmth,
) -> list[Judgement]:
    """Judge each record with what its account gives it, and with its activities."""
    warmth.look_up(record.ref for record in records)
    return [
        judge(
            record,
            attributes.get(record.account, {}) if record.account else {},
            rules,
            now,
            warmth.of(record.ref),
        )
        for record in records
    ]


def plan_all(
    judgements: Iterable[Judgement],
    known: Mapping[RecordRef, Kept],
    policies: Mapping[RecordKind, WritePolicy],
    now: datetime,
) -> Plan:
    """The writes that bring the CRM's fields in line with the verdicts."""
    judged = [j for j in judgements if j.verdict is not None]
    plan = Plan.empty()
    for kind, policy in policies.items():
        candidates = [
            Candidate(j.record, j.verdict, _last_written(known.get(j.record.ref)))
            for j in judged
            if j.record.ref.kind is kind and j.verdict is not None
        ]
        plan += plan_writes(candidates, policy, now)
    return plan


def _last_written(kept: Kept | None) -> Mapping[FieldRole, Value] | None:
    return kept.last_written if kept else None
