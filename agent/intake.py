"""Brings records in: pull, judge, plan and keep, one transaction per page."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from agent.store import Kept
from agent.wiring import Agent
from bbm_core.judgement import Judgement, judge
from bbm_core.plan import Candidate, Plan, plan_writes
from bbm_core.records import (
    Page,
    Record,
    RecordKind,
    RecordRef,
    Removal,
    Value,
    Watermark,
)

PAGE = 2000
"""Records that are judged and kept together when the whole book is judged again."""


@dataclass(slots=True)
class Intake:
    """What came in during one run, counted by kind."""

    read: Counter[RecordKind] = field(default_factory=Counter)
    echoes: Counter[RecordKind] = field(default_factory=Counter)
    judged: Counter[RecordKind] = field(default_factory=Counter)
    parked: Counter[RecordKind] = field(default_factory=Counter)
    removed: Counter[RecordKind] = field(default_factory=Counter)
    plan: Plan = field(default_factory=Plan.empty)


def take_in(agent: Agent, run: int, intake: Intake, *, full: bool) -> None:
    """Pull every kind from where its watermark stands, or everything anew.

    A full pull also finds the records that vanished without a trace.
    """
    for kind in agent.kinds:
        since = None if full else agent.store.watermark(kind)
        seen: set[RecordRef] = set()
        for page in agent.retry.resume(_puller(agent, kind, since)):
            seen.update(record.ref for record in page.records)
            seen.update(parked.ref for parked in page.parked)
            keep_page(agent, run, page, intake)
        if full:
            _remove_vanished(agent, run, kind, seen, intake)


def keep_page(agent: Agent, run: int, page: Page, intake: Intake) -> None:
    """Judge what changed on the page and keep it together with the page's watermark."""
    known = agent.store.known([record.ref for record in page.records])
    fresh = [r for r in page.records if not is_echo(r, known.get(r.ref))]
    judgements = _judge_with_dependents(agent, fresh)
    plan = plan_for(agent, judgements, known)
    _keep(agent, run, judgements, plan, page=page)
    kind = page.kind
    intake.read[kind] += len(page.records)
    intake.echoes[kind] += len(page.records) - len(fresh)
    intake.parked[kind] += len(page.parked)
    intake.removed[kind] += len(page.removed)
    intake.judged.update(judgement.record.ref.kind for judgement in judgements)
    intake.plan += plan


def rejudge(agent: Agent, run: int, intake: Intake) -> None:
    """Judge everything that is kept again: the rules changed, or the day they depend on."""
    for kind in agent.kinds:
        for chunk in _book(agent, kind):
            records = [kept.record for kept in chunk]
            judgements = list(_judge(agent, records, agent.clock.now()))
            plan = plan_for(agent, judgements, {kept.record.ref: kept for kept in chunk})
            _keep(agent, run, judgements, plan)
            intake.judged[kind] += len(judgements)
            intake.plan += plan


def is_echo(record: Record, kept: Kept | None) -> bool:
    """Whether the record says nothing that is not known: a mass touch, or our own write."""
    return kept is not None and not kept.gone and kept.says_the_same(record)


def _puller(agent: Agent, kind: RecordKind, since: Watermark | None) -> "_Puller":
    return _Puller(agent, kind, since)


class _Puller:
    """Pulls on from the last page that was handed out, however often it is started."""

    def __init__(self, agent: Agent, kind: RecordKind, since: Watermark | None) -> None:
        self._agent = agent
        self._kind = kind
        self._since = since

    def __call__(self) -> Iterator[Page]:
        for page in self._agent.connector.pull(self._kind, self._since):
            yield page
            self._since = page.watermark


def _judge_with_dependents(agent: Agent, records: Sequence[Record]) -> list[Judgement]:
    """The records, and the contacts and opportunities of the accounts among them."""
    now = agent.clock.now()
    own = {r.ref: r.attributes for r in records if r.ref.kind is RecordKind.ACCOUNT}
    dependents = agent.store.dependents(list(own)) if own else ()
    return list(_judge(agent, [*records, *dependents], now, own))


def _judge(
    agent: Agent,
    records: Sequence[Record],
    now: datetime,
    own: Mapping[RecordRef, Mapping[str, Value]] | None = None,
) -> Iterator[Judgement]:
    """Judge with the accounts' attributes as they are now: from this page, else from the store."""
    accounts = {record.account for record in records if record.account}
    fresh = own or {}
    attributes = {**agent.store.account_attributes(sorted(accounts - fresh.keys())), **fresh}
    for record in records:
        inherited = attributes.get(record.account, {}) if record.account else {}
        yield judge(record, inherited, agent.rules, now)


def plan_for(
    agent: Agent, judgements: Iterable[Judgement], known: Mapping[RecordRef, Kept]
) -> Plan:
    """The writes that bring the CRM's fields in line with the verdicts."""
    judged = list(judgements)
    missing = [j.record.ref for j in judged if j.record.ref not in known]
    all_known = {**known, **agent.store.known(missing)} if missing else known
    plan = Plan.empty()
    for kind, policy in agent.policies.items():
        candidates = [
            Candidate(j.record, j.verdict, _last_written(all_known.get(j.record.ref)))
            for j in judged
            if j.record.ref.kind is kind and j.verdict is not None
        ]
        plan += plan_writes(candidates, policy, agent.clock.now())
    return plan


def _last_written(kept: Kept | None) -> Mapping[object, Value] | None:
    return kept.last_written if kept else None


def _keep(
    agent: Agent,
    run: int,
    judgements: Sequence[Judgement],
    plan: Plan,
    *,
    page: Page | None = None,
) -> None:
    agent.store.keep(
        run,
        judgements,
        plan.writes,
        kind=page.kind if page else None,
        watermark=page.watermark if page else None,
        removed=page.removed if page else (),
        parked=page.parked if page else (),
        now=agent.clock.now(),
        slices=agent.settings.slices,
        judge_age_days=agent.settings.watch.judge_age_days,
    )


def _book(agent: Agent, kind: RecordKind) -> Iterator[tuple[Kept, ...]]:
    after: RecordRef | None = None
    while chunk := agent.store.records(kind, after, PAGE):
        yield chunk
        after = chunk[-1].record.ref


def _remove_vanished(
    agent: Agent, run: int, kind: RecordKind, seen: set[RecordRef], intake: Intake
) -> None:
    """Records that a full pull no longer brought are gone, whatever became of them."""
    kept = (one.record.ref for chunk in _book(agent, kind) for one in chunk if not one.gone)
    vanished = [Removal(ref) for ref in kept if ref not in seen]
    if vanished:
        agent.store.keep(
            run,
            (),
            (),
            removed=vanished,
            now=agent.clock.now(),
            slices=agent.settings.slices,
            judge_age_days=agent.settings.watch.judge_age_days,
        )
        intake.removed[kind] += len(vanished)
