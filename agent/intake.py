"""Brings records in: pull, judge, plan and keep, one transaction per page."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from agent.anew import begin_anew, end_anew, half_read, seen_before
from agent.capabilities.responses import filled, with_first_touch
from agent.judging import account_attributes, judge_all, plan_all
from agent.matching import forget_if_off, identities_in, without_persons
from agent.slices import counted
from agent.store import Kept
from agent.store.activities import UNJUDGED
from agent.warmth import Warmth
from agent.wiring import Agent
from bbm_core.guard import DROP_PERCENT
from bbm_core.judgement import HEATED, Judgement, verdict_on
from bbm_core.plan import Plan
from bbm_core.records import (
    FieldRole,
    Page,
    Record,
    RecordKind,
    RecordRef,
    Removal,
    Value,
    Watermark,
)

AT_ONCE = 2000
"""Records that are judged and kept together when the whole book is judged again."""

RULES = "rules"
DAY = "judged_on"
NEXT_EXPIRY = "next_override_expiry"
"""Facts of the store: the rules and the day of the last judging, the next override to end."""

OFFER_AGAIN_AFTER = timedelta(days=1)
"""How long a refusal stands before the write is tried once more."""


@dataclass(slots=True)
class Intake:
    """What came in during one run, counted by kind."""

    read: Counter[RecordKind] = field(default_factory=Counter)
    echoes: Counter[RecordKind] = field(default_factory=Counter)
    judged: Counter[RecordKind] = field(default_factory=Counter)
    parked: Counter[RecordKind] = field(default_factory=Counter)
    removed: Counter[RecordKind] = field(default_factory=Counter)
    seen: dict[RecordKind, int] = field(default_factory=dict)  # records there are; full pulls only
    plan: Plan = field(default_factory=Plan.empty)  # how records stand; its writes are kept


def take_in(agent: Agent, run: int, intake: Intake, *, full: bool, confirmed: bool = False) -> None:
    """Pull every kind from where its watermark stands, or everything anew.

    A kind is also pulled anew when other fields of it are read than before. Then nothing is taken
    for an echo, and records that vanished without a trace are found; that nearly all did is
    believed only when somebody confirmed it. What was left half done goes on, and compares with
    all that was seen since it began.
    """
    if agent.store.fact(RULES) is None:
        note_rules(agent)  # before the first page, so that a new rule is noticed after a crash
    begin_anew(agent, full=full)  # before the first page, too
    for kind in agent.kinds:
        since, half = agent.store.watermark(kind), half_read(agent, kind)
        anew = half is not None or (full and since is None)
        if half is not None:
            since = half.since(since)
        seen = seen_before(agent, kind, half) if half and since is not None else set()
        for page in agent.retry.resume(_Puller(agent, kind, since)):
            if anew:
                seen.update(record.ref for record in page.records)
                seen.update(parked.ref for parked in page.parked)
            keep_page(agent, run, page, intake, anew=anew)
            agent.checkpoint()
        if anew:
            _remove_vanished(agent, run, kind, seen, intake, confirmed=confirmed)
        end_anew(agent, kind)


def offer_again(agent: Agent, run: int, intake: Intake) -> None:
    """Plan anew what the CRM refused a day ago or longer: the rule in its way may be gone."""
    before = agent.clock.now() - OFFER_AGAIN_AFTER
    refused = [refusal.ref for refusal in agent.store.open_refusals() if refusal.at <= before]
    judge_again(agent, run, refused, intake)


def judge_touched(agent: Agent, run: int, touched: Iterable[RecordRef], intake: Intake) -> None:
    """Judge those again whose activities changed, where the flag asks for heat."""
    if agent.rules.heat is not None:
        heated = [ref for ref in touched if ref.kind in HEATED and ref.kind in agent.kinds]
        judge_again(agent, run, sorted(heated), intake)


def judge_again(agent: Agent, run: int, refs: Sequence[RecordRef], intake: Intake) -> None:
    """Judge these anew as they are kept; what is not known, or gone, is passed over."""
    for start in range(0, len(refs), AT_ONCE):
        known = agent.store.known(refs[start : start + AT_ONCE], entries=False)
        records = [kept.record for kept in known.values() if not kept.gone]
        _judge_and_keep(agent, run, records, known, intake)


def fill_channels(
    agent: Agent, run: int, intake: Intake, channels: Mapping[RecordRef, str]
) -> None:
    """Keep these channels with the records that have none; what is not known is passed over."""
    refs = sorted(channels)
    for start in range(0, len(refs), AT_ONCE):
        known = agent.store.known(refs[start : start + AT_ONCE])
        there = [kept.record for kept in known.values() if not kept.gone]
        lacking = [record for record in there if record.channel is None]
        _judge_and_keep(agent, run, list(filled(lacking, channels)), known, intake)


def keep_page(agent: Agent, run: int, page: Page, intake: Intake, *, anew: bool = False) -> None:
    """Judge what changed on the page and keep it together with the page's watermark."""
    page = with_first_touch(without_persons(page, agent.settings), agent)
    known = agent.store.known((one.ref for one in page.records), entries=False)
    fresh = [r for r in page.records if anew or not _is_echo(r, known.get(r.ref))]
    _judge_and_keep(agent, run, fresh, known, intake, page=page)
    kind = page.kind
    intake.read[kind] += len(page.records)
    intake.echoes[kind] += len(page.records) - len(fresh)
    intake.parked[kind] += len(page.parked)
    intake.removed[kind] += len(page.removed)


def has_unjudged(agent: Agent) -> bool:
    """Whether a run that died left activities by which nothing was judged yet."""
    return agent.rules.heat is not None and bool(agent.store.fact(UNJUDGED))


def must_rejudge(agent: Agent) -> bool:
    """Whether verdicts may change without any record changing: new rules, a new day."""
    today = agent.clock.now().date().isoformat()
    if agent.store.fact(RULES) not in {None, _basis(agent)}:
        return True
    expiry = agent.store.fact(NEXT_EXPIRY)
    if expiry is not None and expiry < today:
        return True
    return agent.rules.depends_on_day and agent.store.fact(DAY) not in {None, today}


_HALF_DONE = "half done"


def rejudge(agent: Agent, run: int, intake: Intake) -> None:
    """Judge everything that is kept again. What is left half done is begun anew by the next run."""
    agent.store.remember({RULES: _HALF_DONE, NEXT_EXPIRY: date.max.isoformat()})
    forget_if_off(agent)
    for kind in agent.kinds:
        for chunk in _book(agent, kind):
            records = [kept.record for kept in chunk]
            _judge_and_keep(agent, run, records, {k.ref: k for k in chunk}, intake)
            agent.checkpoint()


def note_rules(agent: Agent) -> None:
    """Remember by which rules, and on which day, everything kept is judged."""
    now = agent.clock.now()
    agent.store.remember({RULES: _basis(agent), DAY: now.date().isoformat()})
    if has_unjudged(agent):
        agent.store.remember({UNJUDGED: ""})
    agent.store.saw_version("profiles", agent.rules.classifier.version, now)


def _basis(agent: Agent) -> str:
    """Names all that everything kept is judged by: the rules, and since when heat can be known."""
    if agent.rules.heat is None:
        return agent.rules_digest
    return f"{agent.rules_digest} {agent.store.activities_since()}"


def _is_echo(record: Record, kept: Kept | None) -> bool:
    """Whether the record says nothing that is not known: a mass touch, or our own write."""
    return kept is not None and not kept.gone and kept.says_the_same(record)


class _Puller:
    """Pulls on from the last page that was kept, however often it is started."""

    def __init__(self, agent: Agent, kind: RecordKind, since: Watermark | None) -> None:
        self._agent = agent
        self._kind = kind
        self._since = since

    def __call__(self) -> Iterator[Page]:
        for page in self._agent.connector.pull(self._kind, self._since):
            yield page
            self._since = page.watermark


def _judge_and_keep(  # noqa: PLR0913 - one page, with all that belongs to it
    agent: Agent,
    run: int,
    records: Sequence[Record],
    known: Mapping[RecordRef, Kept],
    intake: Intake,
    *,
    page: Page | None = None,
) -> None:
    now = agent.clock.now()  # once: all of a page is judged, planned and kept at one moment
    judging = _judge_with_dependents if page else _judge
    warmth = Warmth(agent.store, agent.rules)
    judgements = judging(agent, records, now, warmth)
    asked = {record.ref for record in records}
    others = _with_others(agent, judgements, known, asked)
    plan = plan_all(judgements, others, agent.policies, now)
    _note_expiry(agent, records, now)  # before it is kept: noted too early does no harm
    _keep(agent, run, judgements, plan, now, page=page, warmth=warmth)
    intake.judged.update(judgement.record.ref.kind for judgement in judgements)
    # The writes lie in the outbox; to hold those of all pages would take as much as the book.
    intake.plan += replace(plan, writes=())


def _judge_with_dependents(
    agent: Agent, records: Sequence[Record], now: datetime, warmth: Warmth
) -> list[Judgement]:
    """The records, and the contacts and opportunities of the accounts among them."""
    own = {r.ref: r.attributes for r in records if r.ref.kind is RecordKind.ACCOUNT}
    dependents = agent.store.dependents(own) if own else ()
    return _judge(agent, [*records, *dependents], now, warmth, own)


def _judge(
    agent: Agent,
    records: Sequence[Record],
    now: datetime,
    warmth: Warmth,
    own: Mapping[RecordRef, Mapping[str, Value]] | None = None,
) -> list[Judgement]:
    """Judge with the accounts' attributes as they are now: from this page, else from the store."""
    attributes = account_attributes(agent.store, records, own)
    return judge_all(records, attributes, agent.rules, now, warmth)


def _with_others(
    agent: Agent,
    judgements: Sequence[Judgement],
    known: Mapping[RecordRef, Kept],
    asked: set[RecordRef],
) -> Mapping[RecordRef, Kept]:
    """What is known of the records that were asked for, and of the others that were judged."""
    others = [j.record.ref for j in judgements if j.record.ref not in asked]
    return {**known, **agent.store.known(others, entries=False)} if others else known


def _keep(  # noqa: PLR0913 - one transaction takes all that belongs into it
    agent: Agent,
    run: int,
    judgements: Sequence[Judgement],
    plan: Plan,
    now: datetime,
    *,
    page: Page | None = None,
    removed: Sequence[Removal] = (),
    warmth: Warmth | None = None,
) -> None:
    warmth = warmth or Warmth(agent.store, agent.rules)
    agent.store.keep(
        run,
        judgements,
        plan.writes,
        kind=page.kind if page else None,
        watermark=page.watermark if page else None,
        removed=page.removed if page else removed,
        parked=page.parked if page else (),
        now=now,
        slices=counted(agent.settings),
        judge_age_days=agent.settings.watch.judge_age_days,
        rates=agent.rates,
        judge_then=lambda ref, attributes, day: (
            verdict_on(day, ref.kind, attributes, agent.rules, warmth.of(ref)).flag
        ),
        by_day=warmth.kinds,
        identities=identities_in(judgements, agent.settings),
    )


def _note_expiry(agent: Agent, records: Sequence[Record], now: datetime) -> None:
    """Remember the day on which the next override ends: its record must be judged then."""
    today = now.date().isoformat()
    ends = [str(r.written[FieldRole.OVERRIDE_UNTIL])[:10] for r in records if _has_end(r)]
    coming = [end for end in ends if end >= today]
    if coming:
        known = agent.store.fact(NEXT_EXPIRY) or date.max.isoformat()
        agent.store.remember({NEXT_EXPIRY: min(known, *coming)})


def _has_end(record: Record) -> bool:
    return FieldRole.OVERRIDE in record.written and FieldRole.OVERRIDE_UNTIL in record.written


def _book(agent: Agent, kind: RecordKind) -> Iterator[tuple[Kept, ...]]:
    after: RecordRef | None = None
    while chunk := agent.store.records(kind, after, AT_ONCE):
        yield chunk
        after = chunk[-1].ref


def _remove_vanished(  # noqa: PLR0913 - what was seen, and whether to believe it
    agent: Agent,
    run: int,
    kind: RecordKind,
    seen: set[RecordRef],
    intake: Intake,
    *,
    confirmed: bool,
) -> None:
    """Records that a full pull no longer brought are gone, whatever became of them.

    Unless nearly all are: then the source is at fault, and the guard says so.
    """
    kept = [one.ref for chunk in _book(agent, kind) for one in chunk]
    vanished = [Removal(ref) for ref in kept if ref not in seen]
    intake.seen[kind] = len(seen)
    believed = confirmed or len(vanished) * 100 < DROP_PERCENT * len(kept)
    if vanished and believed:
        _keep(agent, run, (), Plan.empty(), agent.clock.now(), removed=vanished)
        intake.removed[kind] += len(vanished)
