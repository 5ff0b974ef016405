"""The one currency of the figures, and what others are worth in it."""

from collections.abc import Container, Mapping
from typing import TypeVar

from agent.capabilities.rates import into
from agent.config import Settings
from agent.config.ltv import CurrencySettings
from bbm_core.value.money import DatedRate, RateTable

_Rate = TypeVar("_Rate")


def stated_currency(settings: Settings) -> str:
    """The currency of the figures as configured; empty: the CRM's own."""
    return settings.currencies.base or settings.crm.currency


def rate_table(chosen: CurrencySettings, base: str, told: RateTable | None = None) -> RateTable:
    """The table of [currencies], into its own base or else into this one.

    Args:
        chosen: the section; what it says of a currency is all that counts of that currency.
        base: the currency of the figures, where the section names none; empty: the CRM's own.
        told: the CRM's own rates, for the other currencies.
    """
    dated = {
        currency: tuple(DatedRate(day, rate) for day, rate in rates.items())
        for currency, rates in chosen.dated.items()
    }
    own = told.base if told else ""
    ours = RateTable(chosen.base or base or own, dict(chosen.rates), dated)
    theirs = into(ours.base, told) if told else None
    if theirs is None:
        return ours
    stated = ours.rates.keys() | ours.dated.keys() | {ours.base}
    return RateTable(
        ours.base,
        {**_without(theirs.rates, stated), **ours.rates},
        {**_without(theirs.dated, stated), **ours.dated},
    )


def _without(rates: Mapping[str, _Rate], stated: Container[str]) -> Mapping[str, _Rate]:
    return {currency: rate for currency, rate in rates.items() if currency not in stated}
