"""ICP health: once a quarter, whether an hour on ICP companies still brings more than on others."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from pydantic import TypeAdapter

from agent.alerts.definition import Unpaying, build_paying, build_unpaying
from agent.alerts.incident import Change
from agent.alerts.message import Message
from agent.store.codec import dump, load
from agent.wiring import Agent, Books
from bbm_core.book import BookRecord
from bbm_core.icp.health import Cohort, Health, Pays, health, sides
from bbm_core.icp.profile import Lang

KEY = "icp_health"
"""The fact that keeps what was found last, and the key of the alert."""

COHORT_DAYS = 365
FOLLOWED_DAYS = 180
"""Companies of a year count, each by what half a year brought."""

_MESSAGE = TypeAdapter(Message)


@dataclass(frozen=True, slots=True)
class Quarter:
    """What was found of one quarter."""

    name: str  # 2026-Q3
    ended: datetime
    cohort: Cohort
    health: Health
    by_worth: bool


@dataclass(frozen=True, slots=True)
class _Known:
    """What people were told last, and about which quarter and version."""

    quarter: str = ""
    version: str = ""
    episode: int = 0
    step: int = 0
    is_open: bool = False


def quarters(books: Books, count: int = 4) -> tuple[Quarter, ...]:
    """The last closed quarters, oldest first; each looks at the year of companies before it."""
    ends = _ends(books.clock.now(), count)
    if not ends:
        return ()
    cohorts = [_cohort(books, ended) for ended in ends]
    start = books.rules.stages[0].name
    book = books.store.passages(start, cohorts[0].since, cohorts[-1].until)
    worth = {
        customer: value.ltv
        for customer, value in books.store.customer_values().items()
        if value.ltv is not None
    }
    return tuple(
        _found(books, book, ended, cohort, worth)
        for ended, cohort in zip(ends, cohorts, strict=True)
    )


def look_at_health(agent: Agent) -> None:
    """When a quarter has closed, or the definition changed under an open alert: look, and tell.

    Raises nothing of its own: too few companies say nothing and change nothing.
    """
    known = _known(agent.books)
    (ended,) = _ends(agent.clock.now(), 1)
    version = agent.rules.classifier.version
    is_due = _name(ended) != known.quarter or (known.is_open and version != known.version)
    if not is_due:
        return
    (found,) = quarters(agent.books, 1)
    now_known, message = _next(agent, known, found, version)
    if message is not None:
        step = f"{now_known.step}.{_change(known, now_known).value}"
        dumped = _MESSAGE.dump_python(message, mode="json")
        agent.store.queue_alert(KEY, now_known.episode, step, dumped, agent.clock.now())
    agent.store.remember({KEY: dump(asdict(now_known))})


def _next(
    agent: Agent, known: _Known, found: Quarter, version: str
) -> tuple[_Known, Message | None]:
    """What is known after this quarter, and what people are to be told."""
    pays = found.health.pays
    if pays is Pays.NO_LONGER:
        episode = known.episode if known.is_open else known.episode + 1
        step = known.step + 1 if known.is_open else 1
        after = _Known(found.name, version, episode, step, is_open=True)
        return after, build_unpaying(_finding(agent, found, episode), _lang(agent))
    if pays is Pays.YES and known.is_open:
        after = _Known(found.name, version, known.episode, known.step + 1, is_open=False)
        return after, build_paying(_finding(agent, found, known.episode), _lang(agent))
    after = _Known(found.name, version, known.episode, known.step, known.is_open)
    return after, None


def _change(before: _Known, after: _Known) -> Change:
    if not after.is_open:
        return Change.RECOVERED
    return Change.REMINDED if before.is_open else Change.OPENED


def _finding(agent: Agent, found: Quarter, episode: int) -> Unpaying:
    digest = sha256(f"{KEY}\n{episode}\n{agent.store.pinned_org()}".encode()).hexdigest()
    return Unpaying(
        ref=f"BBM-{digest[:6].upper()}",
        version=agent.rules.classifier.version,
        health=found.health,
        cohort=found.cohort,
        by_worth=found.by_worth,
        per_hour=has_hours(agent.books),
        source=agent.store.fact("org_name") or "",
    )


def _lang(agent: Agent) -> Lang:
    return agent.settings.slack.lang if agent.settings.slack else agent.settings.crm.lang


def _known(books: Books) -> _Known:
    kept = books.store.fact(KEY)
    return _Known(**load(kept)) if kept else _Known()


def _cohort(books: Books, ended: datetime) -> Cohort:
    until = ended - timedelta(days=FOLLOWED_DAYS)
    return Cohort(
        since=until - timedelta(days=COHORT_DAYS),
        until=until,
        days=FOLLOWED_DAYS,
        start=books.rules.stages[0].name,
        hours=_hours(books),
    )


def _found(
    books: Books,
    book: Sequence[BookRecord],
    ended: datetime,
    cohort: Cohort,
    worth: Mapping[str, Decimal],
) -> Quarter:
    both = sides(book, cohort, worth)
    seed = f"{books.rules.classifier.version} {_name(ended)}"
    return Quarter(_name(ended), ended, cohort, health(both.icp, both.rest, seed), both.by_worth)


def has_hours(books: Books) -> bool:
    """Whether hours are configured; without any, every lead costs the same."""
    return bool(books.settings.effort.hours or books.settings.hours_per_lead)


def _hours(books: Books) -> Mapping[str, float]:
    """The configured hours of each stage."""
    if books.settings.effort.hours:
        return books.settings.effort.hours
    return {books.rules.stages[0].name: books.settings.hours_per_lead or 1.0}


_MONTHS = 3


def _ends(now: datetime, count: int) -> Sequence[datetime]:
    """The ends of the last closed quarters, oldest first."""
    number = now.year * 4 + (now.month - 1) // _MONTHS
    return [_start(one) for one in range(number - count + 1, number + 1)]


def _start(number: int) -> datetime:
    return datetime(number // 4, number % 4 * _MONTHS + 1, 1, tzinfo=UTC)


def _name(ended: datetime) -> str:
    """The quarter that ended at this moment."""
    number = ended.year * 4 + (ended.month - 1) // _MONTHS - 1
    return f"{number // 4}-Q{number % 4 + 1}"
