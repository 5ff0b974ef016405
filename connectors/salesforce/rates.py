"""The org's currencies: what each is worth in the corporate one, now and from a day on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Context, Decimal

from connectors.capabilities import Capability, Rates
from connectors.errors import MissingPermission
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.errors import malformed
from connectors.salesforce.optional import asking_for
from connectors.salesforce.session import Session
from connectors.salesforce.shapes import Row
from connectors.salesforce.values import day

_CURRENCIES = "SELECT IsoCode, ConversionRate, IsCorporate FROM CurrencyType"
"""Also those that are no longer active: records that were made in one keep it."""

_DATED = "SELECT IsoCode, StartDate, ConversionRate FROM DatedConversionRate ORDER BY StartDate ASC"
_DIGITS = Context(prec=15)


def read_rates(session: Session, config: SalesforceConfig) -> Rates:
    """The rates into the corporate currency; an org of one currency has no such object."""
    with asking_for(Capability.RATES, config.permission_set):
        rows = session.query_all(_CURRENCIES)
    base = next((str(row.get("IsoCode")) for row in rows if row.get("IsCorporate") is True), "")
    if not base:
        raise malformed("no currency of the org is the corporate one")
    now = {str(row.get("IsoCode")): _worth(row) for row in rows}
    return Rates(base, now, _dated(_dated_rows(session)))


def _dated_rows(session: Session) -> Sequence[Row]:
    """The dated rates; an org without advanced currency management keeps none."""
    try:
        return session.query_all(_DATED)
    except MissingPermission:
        return ()


def _dated(rows: Sequence[Row]) -> Mapping[str, tuple[tuple[date, Decimal], ...]]:
    found: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for row in rows:
        try:
            found[str(row.get("IsoCode"))].append((day(row.get("StartDate")), _worth(row)))
        except ValueError as error:
            raise malformed("a dated rate without a day") from error
    return {code: tuple(listed) for code, listed in found.items()}


def _worth(row: Row) -> Decimal:
    """Salesforce says what a unit of the corporate currency buys; we ask the other way round."""
    rate = row.get("ConversionRate")
    if isinstance(rate, bool) or not isinstance(rate, int | Decimal) or rate <= 0:
        raise malformed("a currency without a rate")
    return _DIGITS.divide(Decimal(1), Decimal(rate))
