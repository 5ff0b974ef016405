"""Looks before anything moves: the org, the rights, the fields, the clock; and guards the plan."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from agent.config.model import Settings
from agent.intake import Intake
from agent.store import Store
from agent.wiring import Agent
from bbm_core.errors import PreconditionError, SafetyStop
from bbm_core.guard import Agreement, GuardLimits, RunFacts, Share, Stop, Totals, guard
from bbm_core.icp.classify import Flag
from bbm_core.records import RecordKind
from connectors.contract import Health, Problem, Severity

_MOST_ALIKE, _SHOWN = 3, 2  # problems of one code

SYNCED = "synced"
UNKNOWN = "unknown_share"
"""Facts of the store: a sync has written to this org; the share of unknowns at that time."""

PARTIAL = "partial"
"""The fact of the store why its figures are partial; empty when every record is visible."""

CURRENCY = "currency"
"""The fact of the store in which currency its figures are; empty when nobody says."""

LOOKED = "looked"
"""The fact of the store what the last whole look found, and when."""

WHOLE_EVERY = timedelta(hours=24)
"""How often a cycle looks at all there is; between that, at what has to be right every time."""

_FEWER = 0.95
"""With less than this share of the records that there were, everything is looked at again."""

AT_ONCE = "writes_at_once"
"""The fact of the store how many writes one request to this CRM takes."""


def look(agent: Agent) -> Health:
    """What the CRM says of itself, checked against the org that the state belongs to.

    Raises:
        PreconditionError: something is missing; every problem is named.
        SafetyStop: the state belongs to another org.
    """
    agent.budget.begin_look()
    known = _known(agent)
    health = None if known is None else _brief_look(agent, known)
    if health is None:
        known = None
        health = agent.retry.call(agent.connector.check)
    agent.budget.begin_run(health.org_id, health.used_calls, health.allowed_calls)
    _same_org(agent.store, health)
    # A portal without leads works on its contacts; a missing kind that matters is an error below.
    agent.absent = frozenset(agent.settings.kinds) - health.kinds.keys()
    errors = [p for p in health.problems if p.severity is Severity.ERROR]
    if errors:
        fixes = dict.fromkeys(_sentence(problem.fix) for problem in errors)
        raise PreconditionError(
            "\n".join(_told(errors)), hint="\n".join(fixes), code=errors[0].code
        )
    _not_vanished(agent, health)
    if known is None:
        _note_look(agent, health)
    return health


def _brief_look(agent: Agent, known: Mapping[str, Any]) -> Health | None:
    """What has to be right every time; nothing where it shows too little to be enough."""
    health = agent.retry.call(lambda: agent.connector.check(brief=True))
    shown = {kind.value: info.total or 0 for kind, info in health.kinds.items()}
    # Records that are gone or hidden all at once: a right may have been taken.
    if any(shown.get(kind, 0) < _FEWER * total for kind, total in known["totals"].items()):
        return None
    return replace(health, currency=known["currency"])


def _known(agent: Agent) -> Mapping[str, Any] | None:
    """What the last whole look found; nothing where it is time for the next."""
    known = json.loads(agent.store.fact(LOOKED) or "{}")
    if known.get("configuration") != agent.config_digest or known["partial"]:
        return None  # as long as something is hidden, somebody may be about to show it
    age = agent.clock.now() - datetime.fromisoformat(known["at"])
    return known if timedelta() <= age < WHOLE_EVERY else None


def _note_look(agent: Agent, health: Health) -> None:
    found = {
        "at": agent.clock.now().isoformat(),
        "configuration": agent.config_digest,
        "partial": health.partial,
        "currency": health.currency,
        "totals": {kind.value: info.total or 0 for kind, info in health.kinds.items()},
    }
    agent.store.remember({LOOKED: json.dumps(found)})


def _told(problems: Sequence[Problem]) -> Iterator[str]:
    """A line for each problem; of more than three alike, the first two and how many more."""
    alike: dict[str, list[str]] = {}
    for problem in problems:
        alike.setdefault(problem.code, []).append(_sentence(problem.what))
    for lines in alike.values():
        if len(lines) <= _MOST_ALIKE:
            yield from lines
        else:
            yield from lines[:_SHOWN]
            yield f"and {len(lines) - _SHOWN:,} more (bbm doctor lists all)"


def _sentence(text: str) -> str:
    return f"{text.rstrip('.')}."


@dataclass(frozen=True, slots=True)
class Book:
    """What was kept before a run changed it."""

    totals: Mapping[RecordKind, int]
    flags: Mapping[tuple[RecordKind, Flag], int]

    @property
    def classified(self) -> int:
        return sum(self.flags.values())

    @property
    def unknown(self) -> Share | None:
        unknown = sum(n for (_, flag), n in self.flags.items() if flag is Flag.UNKNOWN)
        return Share(unknown, self.classified) if self.classified else None


def open_book(agent: Agent) -> Book:
    return Book(agent.store.totals(), agent.store.flag_counts())


def is_first(agent: Agent) -> bool:
    """Whether no sync has written to this org yet."""
    return not is_synced(agent.store)


def is_synced(store: Store) -> bool:
    return store.fact(SYNCED) is not None


def planned(agent: Agent) -> Totals:
    """All that is planned, in this run or an earlier one, and not yet written."""
    counts = agent.store.planned_counts()
    return Totals(counts.writes, sum(counts.flips.values()), agent.store.plan_digest())


def guard_plan(  # noqa: PLR0913 - all that the guards ask about
    agent: Agent,
    plan: Totals,
    *,
    before: Book,
    health: Health,
    intake: Intake,
    confirmed: str | None,
    agreed: Agreement | None = None,
) -> Stop | None:
    """Whether everything that is planned may be written."""
    shown = {k: info.total for k, info in health.kinds.items() if info.total is not None}
    facts = RunFacts(
        first_run=is_first(agent),
        confirmed=confirmed,
        org=health.org_id,
        pinned_org=agent.store.pinned_org(),
        known={kind: before.totals.get(kind, 0) for kind in agent.kinds},
        read={**shown, **intake.seen},
        classified=before.classified,
        unknown_before=unknown_at_last_sync(agent.store),
        unknown_now=open_book(agent).unknown,
        agreed=agreed,
    )
    return guard(plan, facts, guard_limits(agent.settings))


def guard_limits(settings: Settings) -> GuardLimits:
    limits = settings.guards
    return GuardLimits(
        flip_percent=limits.max_flip_percent,
        flips=limits.max_flips,
        unknown_rise=limits.max_unknown_rise,
        writes=limits.max_writes,
    )


def note_delivery(agent: Agent, *, agreed: bool) -> None:
    """Remember that this org was synced, and how much was unknown when it was allowed.

    `agreed` says that there was something to write, or that it was written already.
    """
    if agreed:
        agent.store.remember({SYNCED: agent.clock.now().isoformat()})
    unknown = open_book(agent).unknown
    if unknown is not None:
        agent.store.remember({UNKNOWN: f"{unknown.part}/{unknown.whole}"})


def unknown_at_last_sync(store: Store) -> Share | None:
    """The share of unknowns when a plan was last allowed.

    Not that of the present book: a stopped run keeps its verdicts, and must not be its own
    yardstick when it is tried again.
    """
    known = store.fact(UNKNOWN)
    if known is None:
        return None
    part, whole = known.split("/")
    return Share(int(part), int(whole))


def refuse_another_org(store: Store, health: Health) -> None:
    """Go no further where the login leads to another org than the state belongs to.

    Raises:
        SafetyStop: it does.
    """
    pinned = store.pinned_org()
    if pinned not in {None, health.org_id}:
        raise SafetyStop(
            f"The state belongs to the org {pinned}, but the login leads to {health.org_id}.",
            hint="Correct the login, or give this org a state of its own: [state] url.",
            code="BBM-AG-001",
        )


def _not_vanished(agent: Agent, health: Health) -> None:
    """A kind that was read before and now is none: more likely a right that was taken."""
    totals = agent.store.totals() if agent.absent else {}
    for kind in sorted(agent.absent):
        if totals.get(kind):
            notes = [_sentence(one.what) for one in health.problems if kind in one.what]
            raise PreconditionError(
                f"Records of the kind {kind} were read before ({totals[kind]:,}), and can no longer"
                f" be seen. {' '.join(notes)}".rstrip(),
                hint="Let the agent read them again, or, where the org gave them up, take"
                f" [kinds.{kind}] out of the configuration.",
                code="BBM-AG-004",
            )


def _same_org(store: Store, health: Health) -> None:
    refuse_another_org(store, health)
    if store.pinned_org() is None:
        store.pin_org(health.org_id, health.org_name)
