"""The one currency of the figures, and what others are worth in it."""

from agent.config import Settings
from agent.config.ltv import CurrencySettings
from bbm_core.value.money import DatedRate, RateTable


def stated_currency(settings: Settings) -> str:
    """The currency of the figures as configured; empty: the CRM's own."""
    return settings.currencies.base or settings.crm.currency


def rate_table(chosen: CurrencySettings, base: str) -> RateTable:
    """The table of [currencies], into its own base or else into this one."""
    dated = {
        currency: tuple(DatedRate(day, rate) for day, rate in rates.items())
        for currency, rates in chosen.dated.items()
    }
    return RateTable(chosen.base or base, dict(chosen.rates), dated)
