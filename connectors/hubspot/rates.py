"""The portal's currencies: what each is worth at home, now and from a day on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from connectors.capabilities import Capability, Rates
from connectors.hubspot.errors import malformed
from connectors.hubspot.optional import absent, asking_for
from connectors.hubspot.pages import every_row
from connectors.hubspot.session import Row, Session, results_of
from connectors.hubspot.values import number_of, time_of, zone_of

_RATES = "/settings/v3/currencies/exchange-rates"
_AT_ONCE = "100"


def read_rates(session: Session) -> Rates:
    """The rates into the company currency; a portal of one currency has none."""
    account = session.account()
    base = str(account.get("companyCurrency") or "")
    if not base or not account.get("additionalCurrencies"):
        raise absent("BBM-HS-071", Capability.RATES, "The portal has one currency.")

    def ask(after: str) -> Row:
        return session.get(_RATES, limit=_AT_ONCE, after=after)

    with asking_for(Capability.RATES):
        present = _into(base, results_of(session.get(f"{_RATES}/current")))
        ever = _into(base, every_row(ask))
    now = {code: worth for code, _, worth in present}
    zone = str(account.get("timeZone") or "UTC")
    return Rates(base, {base: Decimal(1), **now}, _dated(ever, zone))


_Rate = tuple[str, datetime, Decimal]


def _into(base: str, rows: Iterable[Row]) -> list[_Rate]:
    """The rates into the currency; others stem from before the company had it."""
    return [_rate(row) for row in rows if row.get("toCurrencyCode") == base]


def _rate(row: Row) -> _Rate:
    code = row.get("fromCurrencyCode")
    try:
        worth, since = _number(row.get("conversionRate")), time_of(str(row.get("effectiveAt")))
    except ValueError as error:
        raise malformed("a rate that is none") from error
    if not isinstance(code, str) or worth <= 0:
        raise malformed("a rate that is none")
    return code, since, worth


def _number(value: Any) -> Decimal:
    return number_of("" if isinstance(value, bool) else str(value))


def _dated(rates: Sequence[_Rate], zone: str) -> Mapping[str, tuple[tuple[date, Decimal], ...]]:
    found: dict[str, dict[date, Decimal]] = defaultdict(dict)
    for code, day, worth in _by_day(rates, zone):
        found[code][day] = worth  # of one day the last one counts
    return {code: tuple(days.items()) for code, days in found.items()}


def _by_day(rates: Sequence[_Rate], zone: str) -> Iterator[tuple[str, date, Decimal]]:
    """In the order of time, on the day that the portal's people see."""
    here = zone_of(zone)
    for code, since, worth in sorted(rates, key=lambda one: one[1]):
        yield code, since.astimezone(here).date(), worth
