"""The currencies of the account, and what one unit of each is worth at home."""

import sys
from datetime import UTC, date, datetime, time

from sandbox.hubspot.api.call import Call
from sandbox.hubspot.properties import EPOCH
from sandbox.hubspot.values import iso
from sandbox.wire import Answer, json_answer

MOST_PER_PAGE = 100
_NAMES = {"EUR": "Euro", "GBP": "British Pound", "JPY": "Japanese Yen", "USD": "US Dollar"}


def codes(_: Call) -> Answer:
    results = [{"currencyCode": code, "currencyName": name} for code, name in _NAMES.items()]
    return json_answer(200, {"results": results})


def company_currency(call: Call) -> Answer:
    code = call.portal.knobs.currency
    return json_answer(200, {"id": code, "currencyCode": code, "createdAt": iso(EPOCH)})


def current_rates(call: Call) -> Answer:
    """Those in force, one a currency."""
    knobs = call.portal.knobs
    rates = [(code, rate, _since(knobs.rates_since)) for code, rate in knobs.exchange_rates.items()]
    return json_answer(200, {"results": _shown(rates, knobs.currency)})


def exchange_rates(call: Call) -> Answer:
    """A page of all that were ever in force."""
    knobs = call.portal.knobs
    limit, start = call.number("limit", 100, MOST_PER_PAGE), call.number("after", 0, sys.maxsize)
    rates = [(code, rate, _since(knobs.rates_since)) for code, rate in knobs.exchange_rates.items()]
    for code, earlier in knobs.earlier_rates.items():
        rates += [(code, rate, _since(day)) for day, rate in earlier.items()]
    body: dict[str, object] = {
        "results": _shown(rates, knobs.currency)[start : start + limit],
    }
    if start + limit < len(rates):
        body["paging"] = {"next": {"after": str(start + limit)}}
    return json_answer(200, body)


def _since(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), UTC) if day else EPOCH


def _shown(rates: list[tuple[str, str, datetime]], home: str) -> list[object]:
    return [
        {
            "id": f"{number + 1}",
            "fromCurrencyCode": code,
            "toCurrencyCode": home,
            "conversionRate": float(rate),
            "effectiveAt": iso(since),
            "createdAt": iso(since),
            "updatedAt": iso(since),
            "visibleInUI": True,
        }
        for number, (code, rate, since) in enumerate(rates)
    ]
