"""Losses: a top or ICP customer that left, or whose renewal was lost, is told once.

This is news about one customer, not a judgement about a rate: it has its own key, takes no part in
the incidents of stages, and does not count against the budget of false balance alerts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from pydantic import TypeAdapter

from agent.alerts.incident import Change
from agent.alerts.loss import Departure, Lost, build_lost
from agent.alerts.message import Message
from agent.checks.walk import MONTH, Deal
from agent.checks.worth import worth_of
from agent.store.codec import dump, load
from agent.store.rows import Kept
from agent.wiring import Agent
from bbm_core.balance.concentration import Concentration, add_up, concentrate, losses
from bbm_core.icp.classify import Flag
from bbm_core.icp.profile import Lang
from bbm_core.records import Outcome, RecordKind, RecordRef
from bbm_core.scope import Segment

KEY = "loss"
"""How the key of such an alert begins; the account's id follows."""

NEWS = timedelta(days=14)
"""Older losses are no news: a first sync brings years of them."""

SAME = timedelta(days=90)
"""A renewal that is lost and a status that changes within so long are one loss."""

_FACT = "losses"
_MESSAGE = TypeAdapter(Message)


@dataclass(frozen=True, slots=True)
class _Candidate:
    account: str
    departure: Departure
    at: datetime


def look_for_losses(agent: Agent) -> None:
    """Queue a message for each loss that matters and was not looked at before."""
    if not agent.settings.checks.loss_alerts:
        return
    now = agent.clock.now()
    seen = _seen(agent)
    fresh = [one for one in _candidates(agent, now) if _is_new(one, seen)]
    if not fresh:
        return
    revenue = _Revenue(agent, fresh)
    for one in fresh:
        lost = _weighed(agent, one, revenue)
        if _matters(lost, agent.settings.checks.top_customers):
            _queue(agent, lost, now)
        seen[one.account] = one.at.date().isoformat()
    horizon = (now - NEWS - SAME).date().isoformat()
    kept = {account: day for account, day in sorted(seen.items()) if day >= horizon}
    agent.store.remember({_FACT: dump(kept)})


def _seen(agent: Agent) -> dict[str, str]:
    """The day of the loss of each account that was looked at lately."""
    kept = agent.store.fact(_FACT)
    return dict(load(kept)) if kept else {}


def _candidates(agent: Agent, now: datetime) -> Iterable[_Candidate]:
    """One for each account, the earliest departure; days to come are none yet."""
    found: dict[str, _Candidate] = {}
    for one in sorted(_departures(agent, now - NEWS), key=lambda one: (one.at, one.account)):
        if one.at <= now:
            found.setdefault(one.account, one)
    return [found[account] for account in sorted(found)]


def _departures(agent: Agent, since: datetime) -> Iterator[_Candidate]:
    now = agent.clock.now()
    for kept in agent.store.decided(Outcome.LOST, since, now, [Segment.RENEWAL]):
        at = kept.record.closed_at or kept.record.modified
        if kept.account and at >= since:
            yield _Candidate(kept.account, Departure.RENEWAL, at)
    stage = agent.settings.checks.customer_stage
    for account, left in agent.store.left_stage(stage, since).items():
        yield _Candidate(account, Departure.LEFT, left)


def _is_new(one: _Candidate, seen: Mapping[str, str]) -> bool:
    day = seen.get(one.account)
    return day is None or one.at.date() - date.fromisoformat(day) > SAME


class _Revenue:
    """What was won in the months before losses: the book is read once for all of them."""

    def __init__(self, agent: Agent, fresh: Sequence[_Candidate]) -> None:
        first, last = min(one.at for one in fresh), max(one.at for one in fresh)
        self._span = agent.settings.checks.months * MONTH
        kept = agent.store.decided(Outcome.WON, first - self._span, last)
        self._worth = worth_of(agent.books, [_deal(one) for one in kept])
        self._days: dict[date, Mapping[str, Decimal]] = {}
        self.currency = self._worth.currency

    def before(self, day: date) -> Mapping[str, Decimal]:
        """By customer; the day itself belongs to it."""
        if day not in self._days:
            self._days[day] = add_up(
                (deal.account, amount)
                for deal, amount in self._worth.deals
                if deal.account and day - self._span <= (deal.closed or deal.created).date() <= day
            )
        return self._days[day]


def _deal(kept: Kept) -> Deal:
    record = kept.record
    return Deal(
        ref=record.ref,
        account=kept.account or "",
        owner=record.owner or "",
        flag=kept.flag or Flag.UNKNOWN,
        business=kept.segment,
        market="",
        outcome=record.outcome,
        created=record.created,
        closed=record.closed_at,
        amount=record.amount.amount if record.amount else None,
        currency=record.amount.currency if record.amount else "",
    )


def _weighed(agent: Agent, one: _Candidate, revenue: _Revenue) -> Lost:
    """How much hung on the customer, by what was won in the months before."""
    amounts = revenue.before(one.at.date())
    spread = concentrate(amounts)
    rank = spread.names.index(one.account) + 1 if spread and one.account in spread.names else 0
    ref = RecordRef(RecordKind.ACCOUNT, one.account)
    kept = agent.store.known([ref]).get(ref)
    name = kept.attributes.get(agent.settings.checks.customer_name) if kept else None
    return Lost(
        account=one.account,
        name=str(name or one.account),
        departure=one.departure,
        day=one.at.date(),
        flag=(kept.flag if kept else None) or Flag.UNKNOWN,
        months=agent.settings.checks.months,
        share=spread.shares[rank - 1] if spread and rank else None,
        amount=amounts.get(one.account, Decimal(0)),
        currency=revenue.currency,
        rank=rank,
        customers=spread.holders if spread else 0,
        effective_after=_effective_after(spread, rank),
        source=agent.store.fact("org_name") or "",
        ref=_ref(one),
    )


def _effective_after(spread: Concentration | None, rank: int) -> float | None:
    if spread is None or not rank:
        return None
    after = losses(spread, rank)[rank - 1].hhi_after
    return 1 / after if after else None


def _ref(one: _Candidate) -> str:
    digest = sha256(f"{KEY}\n{one.account}\n{one.at.date().isoformat()}".encode()).hexdigest()
    return f"BBM-{digest[:6].upper()}"


def _matters(lost: Lost, top: int) -> bool:
    return lost.flag is Flag.YES or 0 < lost.rank <= top


def _queue(agent: Agent, lost: Lost, now: datetime) -> None:
    message = build_lost(lost, _lang(agent))
    dumped = _MESSAGE.dump_python(message, mode="json")
    # The day is the episode: the same loss is queued once, however often a run dies here.
    agent.store.queue_alert(
        f"{KEY}:{lost.account}", lost.day.toordinal(), f"1.{Change.OPENED}", dumped, now
    )


def _lang(agent: Agent) -> Lang:
    return agent.settings.slack.lang if agent.settings.slack else agent.settings.crm.lang
