"""The alert about a lost customer or a lost renewal."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from agent.alerts.figures import foreign, percent
from agent.alerts.message import SEPARATOR, Fact, Message, Severity
from agent.checks.words import say
from bbm_core.icp.classify import Flag
from bbm_core.icp.profile import Lang


class Departure(StrEnum):
    """How a customer was lost."""

    LEFT = "left"  # it left the stage of existing customers
    RENEWAL = "renewal"  # its renewal was lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A lost customer, and how much hung on it."""

    account: str
    name: str
    departure: Departure
    day: date
    flag: Flag
    months: int
    share: float | None  # of the revenue of these months; None: it brought nothing
    amount: Decimal
    currency: str  # empty: nobody says which
    rank: int  # 1 is the largest; 0: it brought nothing
    customers: int
    effective_after: float | None  # customers of one size that remain; None: nothing remains
    source: str  # the CRM or the org, as people call it
    ref: str


def build_lost(lost: Lost, lang: Lang) -> Message:
    """Say who was lost, what hung on it, and what to do."""
    share = "–" if lost.share is None else percent(lost.share)
    months = say(lang, "loss_share", share=share, months=lost.months)
    if lost.share is None:
        months = say(lang, "loss_no_share", months=lost.months)
    return Message(
        verdict=say(lang, f"loss_verdict_{lost.departure}"),
        headline=say(lang, f"loss_{lost.departure}", name=foreign(lost.name), share=months),
        why=tuple(_reasons(lost, lang)),
        facts=tuple(_facts(lost, lang)),
        actions=(say(lang, "loss_act_talk"), say(lang, "loss_act_next")),
        footer=SEPARATOR.join(part for part in (lost.ref, foreign(lost.source)) if part)
        + f"{SEPARATOR}bbm why account:{lost.account}",
        severity=Severity.LOSS,
        lang=lang,
        ref=lost.ref,
    )


def _reasons(lost: Lost, lang: Lang) -> Iterator[str]:
    yield say(lang, f"loss_why_{lost.departure}", day=lost.day.isoformat())
    if lost.rank:
        yield say(lang, "loss_top", rank=lost.rank, customers=f"{lost.customers:,}")
    if lost.flag is Flag.YES:
        yield say(lang, "loss_icp")
    if lost.effective_after is not None and lost.rank:
        yield say(lang, "loss_hhi", effective=f"{lost.effective_after:.1f}")


def _facts(lost: Lost, lang: Lang) -> Iterator[Fact]:
    yield Fact(
        say(lang, "loss_fact_amount", months=lost.months),
        f"{lost.amount:,.0f} {lost.currency}".strip(),
    )
    if lost.rank:
        yield Fact(say(lang, "loss_fact_rank"), f"{lost.rank} / {lost.customers:,}")
    word = {Flag.YES: "yes", Flag.NO: "no", Flag.UNKNOWN: "unknown"}[lost.flag]
    yield Fact(say(lang, "loss_fact_fit"), say(lang, f"loss_fit_{word}"))
