"""Problem 4: the business cannot grow beyond its markets, or misses new ones."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from statistics import fmean, pstdev
from typing import Any

from agent.alerts.figures import foreign, percent
from agent.checks.answer import Answer, CheckName, Figure, Standing
from agent.checks.desk import Desk
from agent.checks.walk import Deal
from agent.checks.words import say
from agent.checks.worth import Worth, say_left_out, worth_of
from bbm_core.balance.reach import (
    LEAST_LEADS,
    Candidate,
    Exploration,
    Yield,
    candidates,
    effective_markets,
    exploration,
)
from bbm_core.icp.classify import Flag
from bbm_core.records import Outcome, RecordKind, RecordRef
from bbm_core.scope import Segment

FLOOR = 0.10
"""The share of the inflow that should come from markets without a customer."""

_SHOWN = 5


def answer_markets(desk: Desk) -> Answer:
    """How many markets carry the business, how much is tried, what deserves a try."""
    lang = desk.lang
    if not desk.market:
        return Answer(
            check=CheckName.MARKETS,
            standing=Standing.UNCLEAR,
            finding=(say(lang, "markets_none"),),
            missing=(say(lang, "missing_market"),),
        )
    deals = _new_business(desk)
    worth = worth_of(desk.books, deals)
    found = _candidates(desk, deals, worth)
    tried = exploration(dict(desk.walked.leads_by_market), _customers(desk))
    won = Counter(d.market for d in deals if d.outcome is Outcome.WON and d.market)
    number = effective_markets(won)
    return Answer(
        check=CheckName.MARKETS,
        standing=_standing(tried, found, won),
        finding=tuple(_finding(desk, tried, found, number)),
        figures=tuple(_figures(desk, tried, number, len(won))),
        missing=tuple(_missing(desk, worth)),
        advice=tuple(_advice(desk, tried, found)),
        body=_body(desk, tried, found, number),
    )


def _new_business(desk: Desk) -> Sequence[Deal]:
    """Decided deals with customers to be; twice the months, because candidates need numbers."""
    since = desk.since - (desk.now - desk.since)
    return [d for d in desk.walked.closed(since) if d.business is Segment.NEW]


def _customers(desk: Desk) -> Mapping[str, int]:
    walked = desk.walked
    ids = {deal.account for deal in walked.won() if deal.account}
    ids |= {id_ for id_, account in walked.accounts.items() if account.is_customer}
    known = (walked.accounts[id_].market for id_ in ids if id_ in walked.accounts)
    return Counter(market for market in known if market)


def _candidates(desk: Desk, deals: Sequence[Deal], worth: Worth) -> tuple[Candidate, ...]:
    amounts = {deal.ref: amount for deal, amount in worth.deals}
    hours = _efforts(desk, deals)
    others: dict[str, list[Deal]] = defaultdict(list)
    for deal in deals:
        if deal.flag is Flag.NO and deal.market:
            others[deal.market].append(deal)
    icp = [deal for deal in deals if deal.flag is Flag.YES]
    if not icp:
        return ()
    markets = {name: _yield(some, amounts, hours) for name, some in sorted(others.items())}
    return candidates(markets, _yield(icp, amounts, hours))


def _efforts(desk: Desk, deals: Iterable[Deal]) -> Mapping[RecordRef, int]:
    """Activities of ours with each deal; empty where none are kept."""
    if desk.books.store.activities_since() is None:
        return {}
    found = desk.books.store.activities_of(deal.ref for deal in deals)
    return {ref: sum(one.times for one in done if one.by) for ref, done in found.items()}


def _yield(
    deals: Sequence[Deal], amounts: Mapping[RecordRef, Decimal], efforts: Mapping[RecordRef, int]
) -> Yield:
    """Leads here are decided deals; without activities each of them takes the same effort."""
    won = [deal for deal in deals if deal.outcome is Outcome.WON]
    values = sorted(float(amounts[d.ref]) for d in won if d.ref in amounts and amounts[d.ref] > 0)
    spent = sum(efforts.get(deal.ref, 0) for deal in deals)
    return Yield(
        leads=len(deals),
        wins=len(won),
        value_mean=fmean(values) if values else 0.0,
        value_spread=pstdev(values) if values else 0.0,
        hours=max(spent, 1) / len(deals) if efforts else 1.0,
    )


def _standing(tried: Exploration, found: Sequence[Candidate], won: Counter[str]) -> Standing:
    if not tried.total and not won:
        return Standing.UNCLEAR
    narrow = tried.share is not None and tried.share < FLOOR and bool(tried.total)
    return Standing.WATCH if found or (narrow and len(won) > 0) else Standing.GOOD


def _finding(
    desk: Desk, tried: Exploration, found: Sequence[Candidate], number: float | None
) -> Iterator[str]:
    lang = desk.lang
    if number is not None:
        yield say(lang, "markets_number", number=f"{number:.1f}", by=_label(desk))
    if tried.share is None:
        yield say(lang, "markets_no_leads")
    else:
        key = "markets_narrow" if tried.share < FLOOR else "markets_open"
        yield say(lang, key, share=percent(tried.share), floor=percent(FLOOR))
    for one in found[:_SHOWN]:
        yield say(
            lang,
            "market_candidate",
            name=foreign(one.market),
            wins=one.outcome.wins,
            deals=one.outcome.leads,
            ratio=f"{one.ratio:.2f}",
            probability=percent(one.probability),
        )
    if not found:
        yield say(lang, "market_no_candidate", least=LEAST_LEADS)


def _figures(
    desk: Desk, tried: Exploration, number: float | None, markets: int
) -> Iterator[Figure]:
    lang = desk.lang
    if number is not None:
        value = say(lang, "effective_of", number=f"{number:.1f}", markets=markets)
        yield Figure(say(lang, "figure_markets"), value)
    if tried.total:
        counts = say(lang, "of_count", count=f"{tried.new:,}", total=f"{tried.total:,}")
        yield Figure(say(lang, "figure_new"), f"{percent(tried.share)}, {counts}")
    if tried.markets:
        names = ", ".join(foreign(name) for name in tried.markets[:_SHOWN])
        yield Figure(say(lang, "figure_new_names"), names)


def _missing(desk: Desk, worth: Worth) -> Iterator[str]:
    lang = desk.lang
    if desk.books.store.activities_since() is None:
        yield say(lang, "missing_effort")
    if RecordKind.LEAD not in desk.books.settings.kinds:
        yield say(lang, "missing_leads")
    yield from say_left_out(worth, lang)


def _advice(desk: Desk, tried: Exploration, found: Sequence[Candidate]) -> Iterator[str]:
    if found:
        names = ", ".join(foreign(one.market) for one in found[:_SHOWN])
        yield say(desk.lang, "candidates_advice", names=names)
    if tried.share is not None and tried.share < FLOOR:
        yield say(desk.lang, "markets_advice", floor=percent(FLOOR))


def _label(desk: Desk) -> str:
    label = desk.books.settings.attributes.get(desk.market)
    title = label.label.text(desk.lang) if label and label.label else desk.market
    return foreign(title)


def _body(
    desk: Desk, tried: Exploration, found: Sequence[Candidate], number: float | None
) -> Mapping[str, Any]:
    return {
        "market": desk.market,
        "effective_markets": number,
        "inflow": tried.total,
        "inflow_new_markets": tried.new,
        "new_markets": tried.markets,
        "candidates": [
            {
                "market": one.market,
                "deals": one.outcome.leads,
                "wins": one.outcome.wins,
                "value_mean": one.outcome.value_mean,
                "probability": one.probability,
                "ratio": one.ratio,
            }
            for one in found
        ],
    }
