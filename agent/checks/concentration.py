"""Problem 5: the revenue leans on few customers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agent.alerts.figures import MINUS, foreign, percent
from agent.checks.answer import Answer, CheckName, Figure, Standing
from agent.checks.desk import Desk
from agent.checks.spread_words import STANDINGS, spread_advice, spread_finding, spread_json
from agent.checks.walk import Deal
from agent.checks.words import say
from agent.checks.worth import Worth, say_left_out, worth_of
from agent.config.checks import ChecksSettings
from bbm_core.balance import concentration as core
from bbm_core.balance.concentration import Concentration, Guide, add_up, concentrate
from bbm_core.balance.risk import Risk, revenue_at_risk
from bbm_core.icp.classify import Flag
from bbm_core.icp.profile import Lang
from bbm_core.records import Outcome
from bbm_core.scope import Segment

LEAST_RENEWALS = 10
"""Decided renewals from which on they say how many customers leave in a year."""


@dataclass(frozen=True, slots=True)
class _Spreads:
    """The same revenue, spread over different holders."""

    customers: Concentration | None
    icp: Concentration | None  # customers in the ICP alone
    markets: Concentration | None
    owners: Concentration | None


def guides(settings: ChecksSettings) -> Mapping[core.Figure, Guide]:
    """The guide lines as configured."""
    return {figure: Guide(*getattr(settings, figure.value)) for figure in core.Figure}


def answer_concentration(desk: Desk) -> Answer:
    """Won amounts of the last months by customer, market and owner; what a loss would take."""
    worth = worth_of(desk.books, desk.walked.won(desk.since))
    spreads = _spread(desk, worth)
    lang = desk.lang
    if spreads.customers is None:
        return Answer(
            check=CheckName.CONCENTRATION,
            standing=Standing.UNCLEAR,
            finding=(say(lang, _no_revenue(worth), months=desk.settings.months),),
            missing=tuple(_missing(desk, worth, leaving=0.0)),
        )
    leaving = _leaving(desk)
    risk = None if leaving is None else _risk(desk, worth, leaving)
    found = spreads.customers
    return Answer(
        check=CheckName.CONCENTRATION,
        standing=STANDINGS[found.level],
        finding=(*spread_finding(found, lang), *_icp_finding(desk, spreads)),
        figures=tuple(_figures(desk, spreads, risk, worth.currency)),
        missing=tuple(_missing(desk, worth, leaving)),
        advice=tuple(spread_advice(found, lang)),
        body=_body(spreads, worth, risk, leaving),
    )


def _no_revenue(worth: Worth) -> str:
    return "no_revenue_counts" if worth.left_out or worth.ahead else "no_revenue"


def customer_name(desk: Desk, account: str) -> str:
    """What people call the customer, else its id."""
    known = desk.walked.accounts.get(account)
    return known.name if known and known.name else account


def _spread(desk: Desk, worth: Worth) -> _Spreads:
    lines = guides(desk.settings)
    flags = {id_: account.flag for id_, account in desk.walked.accounts.items()}
    named = _named(desk, _by_customer(desk, worth.deals))
    icp = _by_customer(desk, [one for one in worth.deals if flags.get(one[0].account) is Flag.YES])
    markets = add_up((deal.market, amount) for deal, amount in worth.deals if deal.market)
    owners = add_up((deal.owner, amount) for deal, amount in worth.deals if deal.owner)
    return _Spreads(
        customers=concentrate(named, lines),
        icp=concentrate(_named(desk, icp), lines),
        markets=concentrate(markets, lines),
        owners=concentrate(owners, lines),
    )


def _by_customer(desk: Desk, deals: Iterable[tuple[Deal, Decimal]]) -> Mapping[str, Decimal]:
    """By the company that owns the account in the end: who loses one of its parts may lose all."""
    return add_up((desk.walked.top(deal.account), amount) for deal, amount in deals if deal.account)


def _named(desk: Desk, amounts: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
    """By name where the names differ; two customers of one name keep their ids beside it."""
    names = {id_: customer_name(desk, id_) for id_ in amounts}
    counts: dict[str, int] = {}
    for name in names.values():
        counts[name] = counts.get(name, 0) + 1
    return {
        names[id_] if counts[names[id_]] == 1 else f"{names[id_]} ({id_})": amount
        for id_, amount in amounts.items()
    }


def _leaving(desk: Desk) -> float | None:
    """The share of customers that leaves in a year: of renewals that were decided, those lost."""
    if desk.settings.leaving is not None:
        return desk.settings.leaving
    decided = [d for d in desk.walked.closed() if d.business is Segment.RENEWAL]
    lost = sum(deal.outcome is Outcome.LOST for deal in decided)
    # Half a loss and half a renewal more, so that ten renewals without loss are no certainty.
    return (lost + 0.5) / (len(decided) + 1) if len(decided) >= LEAST_RENEWALS else None


def _risk(desk: Desk, worth: Worth, leaving: float) -> Risk | None:
    by_account = _by_customer(desk, worth.deals)
    return revenue_at_risk(by_account, dict.fromkeys(by_account, leaving))


def _icp_finding(desk: Desk, spreads: _Spreads) -> Iterator[str]:
    if spreads.icp is None or spreads.customers is None:
        return
    total, icp = spreads.customers.total, spreads.icp.total
    yield say(
        desk.lang,
        "icp_revenue",
        share=percent(float(icp / total)),
        customers=f"{spreads.icp.holders:,}",
        total=f"{spreads.customers.holders:,}",
    )


def _figures(desk: Desk, spreads: _Spreads, risk: Risk | None, currency: str) -> Iterator[Figure]:
    lang, found = desk.lang, spreads.customers
    if found is None:
        return
    total = f"{found.total:,.0f} {currency}".strip()
    tops = " · ".join(percent(found.top(count)) for count in (1, 3, 5, 10))
    yield Figure(say(lang, "figure_customers"), f"{found.holders:,} ({total})")
    yield Figure(say(lang, "figure_tops"), tops)
    yield Figure(say(lang, "figure_top20"), percent(found.top20_percent))
    for key, one in (
        ("figure_hhi", found),
        ("figure_hhi_icp", spreads.icp),
        ("figure_hhi_markets", spreads.markets),
        ("figure_hhi_owners", spreads.owners),
    ):
        if one is not None:
            yield Figure(say(lang, key), _hhi(one, lang))
    yield Figure(say(lang, "figure_gini"), f"{found.gini:.3f}")
    for loss in core.losses(found, 3):
        yield Figure(
            say(lang, "figure_loss", name=foreign(loss.name)), f"{MINUS}{percent(loss.share)}"
        )
    if risk is not None:
        yield Figure(say(lang, "figure_risk"), _risk_words(risk, lang))


def _hhi(found: Concentration, lang: Lang) -> str:
    return say(
        lang,
        "hhi_value",
        hhi=f"{found.hhi:.4f}",
        points=f"{found.hhi_points:,.0f}",
        effective=f"{found.effective:.1f}",
        holders=f"{found.holders:,}",
    )


def _risk_words(risk: Risk, lang: Lang) -> str:
    return say(
        lang,
        "risk_value",
        expected=percent(risk.expected),
        var=percent(risk.value_at_risk),
        shortfall=percent(risk.shortfall),
    )


def _missing(desk: Desk, worth: Worth, leaving: float | None) -> Iterator[str]:
    lang = desk.lang
    if leaving is None:
        yield say(lang, "missing_leaving", least=LEAST_RENEWALS)
    if worth.without_amount:
        yield say(lang, "missing_amounts", count=worth.without_amount)
    if nameless := sum(not deal.account for deal, _ in worth.deals):
        yield say(lang, "missing_accounts", count=nameless)
    yield from say_left_out(worth, lang)


def _body(
    spreads: _Spreads, worth: Worth, risk: Risk | None, leaving: float | None
) -> Mapping[str, Any]:
    return {
        "currency": worth.currency,
        "deals": len(worth.deals),
        "without_amount": worth.without_amount,
        "without_rate": worth.without_rate,
        "closed_ahead": worth.ahead,
        "customers": spreads.customers and spread_json(spreads.customers),
        "icp": spreads.icp and spread_json(spreads.icp),
        "markets": spreads.markets and spread_json(spreads.markets),
        # Owners are people: only how their revenue spreads.
        "owners": spreads.owners and {"owners": spreads.owners.holders, "hhi": spreads.owners.hhi},
        "leaving": leaving,
        "risk": risk
        and {
            "expected": risk.expected,
            "spread": risk.spread,
            "value_at_risk": risk.value_at_risk,
            "shortfall": risk.shortfall,
            "confidence": risk.confidence,
        },
    }
