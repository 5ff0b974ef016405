"""What each profile's mode asks for: named accounts, wins and new markets, or both sides."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agent.alerts.figures import foreign, percent
from agent.checks.answer import Answer, CheckName, Figure, Standing
from agent.checks.desk import Desk, worst
from agent.checks.words import say
from agent.record_ids import long_form
from agent.tables import read_csv
from bbm_core.icp.profile import Mode, Profile
from bbm_core.records import Outcome
from bbm_core.scope import Segment

_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    standing: Standing
    finding: tuple[str, ...]
    figures: tuple[Figure, ...] = ()
    missing: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    body: Mapping[str, Any]


def answer_mode(desk: Desk) -> Answer:
    """One part for each mode that a profile has."""
    modes: dict[Mode, list[Profile]] = {}
    for profile in desk.books.settings.icp.profiles:
        modes.setdefault(profile.mode, []).append(profile)
    parts = {mode: _PARTS[mode](desk) for mode in modes}
    together = list(parts.values())
    named = [_profiles(desk, mode, profiles) for mode, profiles in modes.items()]
    return Answer(
        check=CheckName.MODE,
        standing=worst(part.standing for part in together),
        finding=(
            *named,
            *_mixed(modes, desk),
            *(line for part in together for line in part.finding),
        ),
        figures=tuple(line for part in together for line in part.figures),
        missing=tuple(line for part in together for line in part.missing),
        advice=tuple(line for part in together for line in part.advice),
        body={mode.value: part.body for mode, part in parts.items()},
    )


def _mixed(modes: Collection[Mode], desk: Desk) -> Iterator[str]:
    """A stage's rate is of all profiles together, so one limit has to hold for all."""
    if len(modes) > 1:
        yield say(desk.lang, "modes_mixed")


def _profiles(desk: Desk, mode: Mode, profiles: list[Profile]) -> str:
    names = ", ".join(
        foreign(one.label.text(desk.lang) if one.label else one.name) for one in profiles
    )
    return say(desk.lang, f"mode_{mode}", names=names)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far into the named accounts we are. Each is counted by what was reached furthest."""

    named: int
    people: int  # of which we know somebody, or have had a deal
    deals: int
    won: int
    untouched: tuple[str, ...]


def named_accounts(desk: Desk) -> tuple[str, ...] | None:
    """The ids of the named accounts; None where neither a file nor an attribute names them.

    Raises:
        ConfigError: the file cannot be read, or has no column `id`.
    """
    settings = desk.settings
    if settings.named_accounts:
        table = read_csv(desk.books.folder / settings.named_accounts, needed=["id"])
        crm = desk.books.settings.crm.kind
        ids = (long_form(crm, row.cells["id"]) for row in table.rows if "id" in row.cells)
        return tuple(dict.fromkeys(ids))
    if settings.named_attribute:
        return tuple(sorted(id_ for id_, is_named in desk.walked.named.items() if is_named))
    return None


def coverage(desk: Desk, named: tuple[str, ...]) -> Coverage:
    deals = {deal.account for deal in desk.walked.deals}
    won = {deal.account for deal in desk.walked.deals if deal.outcome is Outcome.WON}
    people = desk.walked.known_people | deals
    return Coverage(
        named=len(named),
        people=sum(id_ in people for id_ in named),
        deals=sum(id_ in deals for id_ in named),
        won=sum(id_ in won for id_ in named),
        untouched=tuple(id_ for id_ in named if id_ not in people),
    )


def _account_based(desk: Desk) -> _Part:
    lang, named = desk.lang, named_accounts(desk)
    if not named:
        key = "missing_named" if named is None else "no_named"
        return _Part(
            standing=Standing.UNCLEAR, finding=(), missing=(say(lang, key),), body={"named": 0}
        )
    found = coverage(desk, named)
    values = desk.books.store.customer_values()
    worth = [values[id_].ltv or 0 for id_ in named if id_ in values]
    covered = found.people / found.named
    return _Part(
        standing=Standing.GOOD if covered >= _COVERED else Standing.WATCH,
        finding=(say(lang, "coverage", share=percent(covered), named=f"{found.named:,}"),),
        figures=tuple(_coverage_figures(desk, found, sum(worth), has_worth=bool(worth))),
        missing=() if values else (say(lang, "missing_ltv"),),
        advice=tuple(_one_to_one(desk, found)),
        body={
            "named": found.named,
            "people": found.people,
            "deals": found.deals,
            "won": found.won,
            "ltv": sum(worth) if worth else None,
            "ltv_found_at": desk.books.store.customer_values_found_at(),
        },
    )


_COVERED = 0.5
"""Below this share of named accounts with a known person, most of the list is not worked yet."""


def _coverage_figures(
    desk: Desk, found: Coverage, worth: object, *, has_worth: bool
) -> Iterator[Figure]:
    lang, total = desk.lang, f"{found.named:,}"
    for key in ("people", "deals", "won"):
        count = f"{getattr(found, key):,}"
        value = say(lang, "of_count", count=count, total=total)
        yield Figure(say(lang, f"figure_named_{key}"), value)
    if has_worth:
        found_at = desk.books.store.customer_values_found_at()
        day = f" ({found_at.date()})" if found_at else ""
        yield Figure(say(lang, "figure_named_ltv"), f"{worth:,.0f}{day}")


def _one_to_one(desk: Desk, found: Coverage) -> Iterator[str]:
    if found.untouched:
        names = (_name(desk, id_) for id_ in found.untouched[:_SHOWN])
        yield say(desk.lang, "one_to_one", names=", ".join(map(foreign, names)))


def _name(desk: Desk, account: str) -> str:
    known = desk.walked.accounts.get(account)
    return known.name if known and known.name else account


def _lead_based(desk: Desk) -> _Part:
    lang, months = desk.lang, desk.settings.months
    span = desk.now - desk.since
    won = [d for d in desk.walked.won(desk.since - span) if d.business is Segment.NEW]
    now = [d for d in won if (d.closed or d.created) >= desk.since]
    before = len(won) - len(now)
    old = {d.market for d in desk.walked.won() if d not in now}
    fresh = sorted({d.market for d in now if d.market} - old)
    counts = {"now": f"{len(now):,}", "before": f"{before:,}", "months": str(months)}
    return _Part(
        standing=_volume(len(now), before),
        finding=(say(lang, "won_count", **counts),),
        figures=(
            Figure(say(lang, "figure_fresh"), ", ".join(map(foreign, fresh[:_SHOWN])) or "–"),
        ),
        missing=() if desk.market else (say(lang, "missing_market"),),
        body={"won": len(now), "won_before": before, "new_markets": fresh},
    )


def _volume(now: int, before: int) -> Standing:
    """A lower limit only: fewer wins than in as many months before deserve a look."""
    if not now + before:
        return Standing.UNCLEAR
    return Standing.WATCH if now < before else Standing.GOOD


def _two_sided(desk: Desk) -> _Part:
    return _Part(standing=Standing.GOOD, finding=(say(desk.lang, "two_sided"),), body={})


_PARTS: Mapping[Mode, Callable[[Desk], _Part]] = {
    Mode.ABM: _account_based,
    Mode.LBM: _lead_based,
    Mode.BBM: _two_sided,
}
