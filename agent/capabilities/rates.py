"""The CRM's rates of currencies, as they were told last, and turned into another base."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Context, Decimal

from agent.store import Store
from agent.store.told import ToldRow
from bbm_core.value.money import DatedRate, RateTable
from connectors.capabilities import Capability, Rates

TOPIC = Capability.RATES.value

_BASE = "base"
_DIGITS = Context(prec=15)


def keep_rates(store: Store, told: Rates) -> int:
    """Keep the table; the number of its currencies."""
    rows = [
        ToldRow(code, {"now": str(rate), "dated": _texts(told.dated.get(code, ()))})
        for code, rate in told.now.items()
    ]
    store.keep_told(TOPIC, [ToldRow(_BASE, {"code": told.base}), *rows], whole=True)
    return len(rows)


def kept_rates(store: Store) -> RateTable | None:
    """The table in the CRM's own base; None where it told none."""
    rows = {row.id: row.body for row in store.told(TOPIC)}
    if _BASE not in rows:
        return None
    codes = rows.keys() - {_BASE}
    return RateTable(
        rows[_BASE]["code"],
        {code: Decimal(rows[code]["now"]) for code in codes},
        {code: dated for code in codes if (dated := _dated(rows[code]["dated"]))},
    )


def into(base: str, told: RateTable) -> RateTable | None:
    """The same rates into another base; None where that is no currency of the CRM's."""
    if base == told.base:
        return told
    if base not in told.rates:
        return None
    others = [*told.rates, *([] if told.base in told.rates else [told.base])]
    return RateTable(
        base,
        {code: _across(told, code, base, None) for code in others},
        {code: dated for code in others if (dated := tuple(_crossed(told, code, base)))},
    )


def _crossed(told: RateTable, code: str, base: str) -> Iterator[DatedRate]:
    """A rate for each day on which one of the two changed."""
    listed = (*told.dated.get(code, ()), *told.dated.get(base, ()))
    for day in sorted({one.since for one in listed}):
        yield DatedRate(day, _across(told, code, base, day))


def _across(told: RateTable, code: str, base: str, day: date | None) -> Decimal:
    return _DIGITS.divide(_worth(told, code, day), _worth(told, base, day))


def _worth(told: RateTable, code: str, day: date | None) -> Decimal:
    undated = told.rates.get(code, Decimal(1))
    return undated if day is None else told.rate(code, day) or undated


def _texts(dated: Sequence[tuple[date, Decimal]]) -> list[list[str]]:
    return [[day.isoformat(), str(rate)] for day, rate in dated]


def _dated(listed: Sequence[Sequence[str]]) -> tuple[DatedRate, ...]:
    return tuple(DatedRate(date.fromisoformat(day), Decimal(rate)) for day, rate in listed)
