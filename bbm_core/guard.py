"""Whether a whole plan may be carried out, or a person must look at it first.

A confirmed plan passes every guard but one: no plan is right for another org.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bbm_core.records import RecordKind

DROP_PERCENT = 95
"""A source that lost so many of its records did not lose them: it hides them."""

ANY_PLAN = ""
"""The confirmation of somebody who agrees to whatever the plan says."""


class Guard(StrEnum):
    """What stopped a run."""

    WRONG_ORG = "wrong_org"
    EMPTY_SOURCE = "empty_source"
    PLAN_CHANGED = "plan_changed"
    FIRST_SYNC = "first_sync"
    FLIPS = "flips"
    UNKNOWN_RISE = "unknown_rise"
    WRITE_CAP = "write_cap"


@dataclass(frozen=True, slots=True)
class Stop:
    """Nothing is written: what happened, and how to go on."""

    guard: Guard
    what: str
    hint: str

    @property
    def code(self) -> str:
        """The code under which the error's page stands."""
        return f"BBM-GD-{list(Guard).index(self.guard) + 1:03d}"


@dataclass(frozen=True, slots=True)
class Totals:
    """How much is planned, and the digest that names it."""

    size: int
    flips: int
    digest: str


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, both counted."""

    part: int
    whole: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a person agreed to when a definition was published: so much, and no more."""

    flips: int  # of those that are planned now, how many are among the agreed ones
    writes: int  # that the publication needs
    unknown: Share | None = None  # that the definition leaves


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What a run knows when it is about to write."""

    first_run: bool = False
    confirmed: str | None = None  # the digest a person agreed to; ANY_PLAN agrees to any
    org: str = ""  # the org the login leads to
    pinned_org: str | None = None  # the org the state belongs to
    # Records of each kind: kept until now, and there now; only kinds that were read as a whole.
    known: Mapping[RecordKind, int] = field(default_factory=dict)
    read: Mapping[RecordKind, int] = field(default_factory=dict)
    classified: int = 0  # records that had a flag before this run
    unknown_before: Share | None = None  # of the whole book, at the end of the last run
    unknown_now: Share | None = None
    agreed: Agreement | None = None  # with a definition that was published and not yet synced


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardLimits:
    """From where on a person must look."""

    flip_percent: int = 20
    flips: int = 50
    drop_percent: int = DROP_PERCENT
    unknown_rise: int = 10  # percentage points
    writes: int = 5000


def guard(plan: Totals, facts: RunFacts, limits: GuardLimits) -> Stop | None:
    """The first reason not to carry out the plan; None: go."""
    return next(iter(stops(plan, facts, limits)), None)


def stops(plan: Totals, facts: RunFacts, limits: GuardLimits) -> tuple[Stop, ...]:
    """Every reason not to carry out the plan, the gravest first."""
    is_confirmed = facts.confirmed in {ANY_PLAN, plan.digest}
    asked = _ALWAYS if is_confirmed else (*_ALWAYS, *_UNLESS_CONFIRMED)
    found = (question(plan, facts, limits) for question in asked)
    return tuple(stop for stop in found if stop is not None)


_LOOK = "Look at it with `bbm plan`; if it is right, run `bbm sync --yes`."


def _wrong_org(_plan: Totals, facts: RunFacts, _limits: GuardLimits) -> Stop | None:
    if facts.pinned_org is None or facts.pinned_org == facts.org:
        return None
    return Stop(
        Guard.WRONG_ORG,
        f"The state belongs to the org {facts.pinned_org}, but the login leads to {facts.org}.",
        "Correct the login, or give this org a state of its own: [state] url.",
    )


def _empty_source(_plan: Totals, facts: RunFacts, limits: GuardLimits) -> Stop | None:
    for kind, now in facts.read.items():
        before = facts.known.get(kind, 0)
        if now < before and (before - now) * 100 >= limits.drop_percent * before:
            return Stop(
                Guard.EMPTY_SOURCE,
                f"Of {before:,} records of kind {kind}, the CRM shows only {now:,}.",
                "Check the agent's permissions and the sharing rules with `bbm doctor`. If the "
                "records are really gone, run `bbm sync --full --yes`.",
            )
    return None


def _plan_changed(plan: Totals, facts: RunFacts, _limits: GuardLimits) -> Stop | None:
    if facts.confirmed is None:
        return None
    return Stop(
        Guard.PLAN_CHANGED,
        f"The plan {facts.confirmed} was confirmed, but by now it is the plan {plan.digest}.",
        "Look at the new plan with `bbm plan` and confirm that one.",
    )


def _first_sync(plan: Totals, facts: RunFacts, _limits: GuardLimits) -> Stop | None:
    if not facts.first_run or not plan.size:
        return None
    return Stop(
        Guard.FIRST_SYNC,
        f"This is the first sync of the org; it would write to {plan.size:,} records.",
        _LOOK,
    )


def _flips(plan: Totals, facts: RunFacts, limits: GuardLimits) -> Stop | None:
    agreed = facts.agreed.flips if facts.agreed else 0
    flips = plan.flips - agreed
    if flips <= limits.flips or flips * 100 <= limits.flip_percent * facts.classified:
        return None
    return Stop(
        Guard.FLIPS,
        f"{flips:,} of {facts.classified:,} classified records would change their ICP flag"
        + (f", beyond the {agreed:,} that were published." if agreed else "."),
        f"Was the profile changed by mistake? {_LOOK}",
    )


def _unknown_rise(_plan: Totals, facts: RunFacts, limits: GuardLimits) -> Stop | None:
    agreed = facts.agreed.unknown if facts.agreed else None
    before, now = agreed or facts.unknown_before, facts.unknown_now
    if before is None or now is None or not before.whole or not now.whole:
        return None
    rise = now.part * before.whole - before.part * now.whole
    if rise * 100 <= limits.unknown_rise * before.whole * now.whole:
        return None
    return Stop(
        Guard.UNKNOWN_RISE,
        f"{_percent(now)} of the records cannot be classified; "
        f"{'published' if agreed else 'at the last run it'} was {_percent(before)}.",
        "Check with `bbm doctor` whether a field that the profile reads is empty or hidden. "
        + _LOOK,
    )


def _write_cap(plan: Totals, facts: RunFacts, limits: GuardLimits) -> Stop | None:
    agreed = facts.agreed.writes if facts.agreed else 0
    if plan.size - agreed <= limits.writes:
        return None
    return Stop(
        Guard.WRITE_CAP,
        f"{plan.size:,} writes are more than the {limits.writes + agreed:,} of a run that nobody "
        "confirmed.",
        _LOOK,
    )


def _percent(share: Share) -> str:
    """The share with one decimal, rounded down."""
    thousandths = 1000 * share.part // share.whole
    return f"{thousandths // 10}.{thousandths % 10} %"


_Question = Callable[[Totals, RunFacts, GuardLimits], Stop | None]
_ALWAYS: tuple[_Question, ...] = (_wrong_org,)
_UNLESS_CONFIRMED: tuple[_Question, ...] = (
    _empty_source,
    _plan_changed,
    _first_sync,
    _flips,
    _unknown_rise,
    _write_cap,
)
