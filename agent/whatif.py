"""What another definition would change in the kept book, and what the next sync would write."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from agent.judging import account_attributes, judge_all, plan_all
from agent.preflight import AT_ONCE, guard_limits, is_synced, unknown_at_last_sync
from agent.store import Agreed, Flip, Kept, KeptEntry, Store
from agent.warmth import Warmth
from agent.wiring import Books, build_policies, build_rules
from bbm_core.errors import PreconditionError
from bbm_core.guard import RunFacts, Share, Stop, Totals, stops
from bbm_core.icp.classify import Flag
from bbm_core.icp.profile import Profile, profiles_version
from bbm_core.icp.whatif import SHOWN, Compared, ComparedEntry, Comparison, Past, WhatIf
from bbm_core.judgement import Judgement, Rules, verdict_on
from bbm_core.plan import Plan
from bbm_core.records import Outcome, RecordKind, RecordRef
from bbm_core.scope import Segment

WEEKS = 26
"""Weeks of inflow whose ICP rates are compared, unless others are asked for."""

_USUAL_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Another definition, and all that it would change."""

    old: str
    new: str
    since: datetime  # from when on inflow is compared
    what: WhatIf
    flips: frozenset[Flip]
    writes: Mapping[RecordKind, int]
    calls: int
    owners: int  # of records whose verdict would be another one
    unknown: Share | None
    stops: tuple[Stop, ...]  # the guards that the next sync would meet without a publication

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that name the definition and its flips."""
        lines = sorted(f"{one.ref} {one.old} {one.new}" for one in self.flips)
        return hashlib.sha256("\n".join([self.new, *lines]).encode()).hexdigest()[:16]

    @property
    def agreed(self) -> Agreed:
        """What whoever publishes it agrees to."""
        return Agreed(self.digest, self.flips, sum(self.writes.values()), self.unknown)


def propose(
    books: Books,
    old: Sequence[Profile],
    new: Sequence[Profile],
    *,
    weeks: int = WEEKS,
    shown: int = SHOWN,
) -> Proposal:
    """Judge the whole kept book by both definitions.

    Raises:
        PreconditionError: there was no sync yet, so there is no book to compare on.
    """
    if not is_synced(books.store):
        raise PreconditionError(
            "Nothing was synced yet, so nothing can be compared.",
            hint="Run `bbm sync` first; until then the profile in the configuration may be "
            "changed freely.",
            code="BBM-IC-004",
        )
    rules = build_rules(books.settings, old), build_rules(books.settings, new)
    walk = _Walk(books, *rules, Warmth(books.store, rules[0]))
    comparison = Comparison([stage.name for stage in books.rules.stages], shown)
    walk.feed(comparison, books.clock.now() - timedelta(weeks=weeks))
    flips, writes = frozenset(walk.flips), dict(walk.writes)
    return Proposal(
        old=profiles_version(old),
        new=profiles_version(new),
        since=books.clock.now() - timedelta(weeks=weeks),
        what=comparison.result(_pasts(books)),
        flips=flips,
        writes=writes,
        calls=_calls(books, writes),
        owners=len(walk.owners),
        unknown=_share(walk.flags),
        stops=_stops(books, walk),
    )


@dataclass(slots=True)
class _Walk:
    """One walk through the book, page by page."""

    books: Books
    old: Rules
    new: Rules
    warmth: Warmth
    flips: list[Flip] = field(default_factory=list)
    writes: Counter[RecordKind] = field(default_factory=Counter)
    flags: Counter[Flag] = field(default_factory=Counter)  # under the new definition
    owners: set[str] = field(default_factory=set)

    def feed(self, comparison: Comparison, since: datetime) -> None:
        now = self.books.clock.now()
        policies = build_policies(self.books.settings)
        for page in _pages(self.books):
            records = [kept.record for kept in page]
            attributes = account_attributes(self.books.store, records)
            before = judge_all(records, attributes, self.old, now, self.warmth)
            after = judge_all(records, attributes, self.new, now, self.warmth)
            known = {kept.ref: kept for kept in page}
            self._note(plan_all(after, known, policies, now))
            for kept, one, other in zip(page, before, after, strict=True):
                self._compare(comparison, kept, one, other, since)

    def _note(self, plan: Plan) -> None:
        for write in plan.writes:
            self.writes[write.ref.kind] += 1
            if write.flips is not None:
                self.flips.append(Flip(write.ref, *write.flips))

    def _compare(
        self,
        comparison: Comparison,
        kept: Kept,
        before: Judgement,
        after: Judgement,
        since: datetime,
    ) -> None:
        old, new = before.verdict, after.verdict
        if old is None or new is None:
            return
        self.flags[new.flag] += 1
        if old.flag is not new.flag and kept.record.owner:
            self.owners.add(kept.record.owner)
        one = Compared(kept.ref, kept.account or str(kept.ref), old, new)
        entries = self._entries(kept, one, since) if kept.segment is Segment.NEW else ()
        comparison.take(one, entries)

    def _entries(self, kept: Kept, one: Compared, since: datetime) -> Iterator[ComparedEntry]:
        """The entries of the weeks that are compared, judged as of their judging age."""
        now = self.books.clock.now()
        age = timedelta(days=self.books.settings.watch.judge_age_days)
        for entry in kept.entries:
            if entry.flag is None or entry.entry.entered < since:
                continue
            ripe = entry.entry.entered + age
            if ripe > now:
                yield ComparedEntry(entry.entry.stage, one.old.flag, one.new.flag)
            else:
                yield self._then(kept.ref, entry, ripe)

    def _then(self, ref: RecordRef, entry: KeptEntry, ripe: datetime) -> ComparedEntry:
        asked = ripe.date(), ref.kind, entry.attributes
        touches = self.warmth.of(ref)
        return ComparedEntry(
            entry.entry.stage,
            verdict_on(*asked, self.old, touches).flag,
            verdict_on(*asked, self.new, touches).flag,
        )


def _pages(books: Books) -> Iterator[tuple[Kept, ...]]:
    """The whole book; accounts first, as a cycle judges them."""
    for kind in RecordKind:
        after = None
        while kind in books.settings.kinds:
            page = books.store.records(kind, after)
            if not page:
                break
            yield page
            after = page[-1].ref


def _pasts(books: Books) -> Mapping[str, Past]:
    """What became of each account so far, with its worth where that is known."""
    values = books.store.customer_values()
    ended: defaultdict[str, Counter[Outcome]] = defaultdict(Counter)
    brought: defaultdict[str, Decimal] = defaultdict(Decimal)
    for record in books.store.book(RecordKind.OPPORTUNITY):
        if record.account is None:
            continue
        ended[record.account][record.outcome] += 1
        if record.outcome is Outcome.WON and record.worth is not None:
            brought[record.account] += record.worth
    found = {}
    for account, outcomes in ended.items():
        value = values.get(account)
        known = value.ltv if value is not None else None
        found[account] = Past(
            won=outcomes[Outcome.WON],
            lost=outcomes[Outcome.LOST],
            open=outcomes[Outcome.OPEN],
            worth=known if known is not None else brought.get(account),
        )
    return found


def _calls(books: Books, writes: Mapping[RecordKind, int]) -> int:
    """About how many requests the writes take, the share that is read back included."""
    at_once = int(books.store.fact(AT_ONCE) or _USUAL_AT_ONCE)
    share = books.settings.write.read_back_percent
    return sum(
        -(-count // at_once) + -(-count * share // (100 * at_once)) for count in writes.values()
    )


def _stops(books: Books, walk: _Walk) -> tuple[Stop, ...]:
    """The guards that a sync would meet if the definition changed without being published."""
    store: Store = books.store
    facts = RunFacts(
        classified=sum(store.flag_counts().values()),
        unknown_before=unknown_at_last_sync(store),
        unknown_now=_share(walk.flags),
    )
    plan = Totals(walk.writes.total(), len(walk.flips), "")
    return stops(plan, facts, guard_limits(books.settings))


def _share(flags: Counter[Flag]) -> Share | None:
    return Share(flags[Flag.UNKNOWN], flags.total()) if flags else None
