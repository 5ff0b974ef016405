"""The currencies of the account, and what one unit of each is worth at home."""

from sandbox.hubspot.api.call import Call
from sandbox.hubspot.properties import EPOCH
from sandbox.hubspot.values import iso
from sandbox.wire import Answer, json_answer

_NAMES = {"EUR": "Euro", "GBP": "British Pound", "JPY": "Japanese Yen", "USD": "US Dollar"}


def codes(_: Call) -> Answer:
    results = [{"currencyCode": code, "currencyName": name} for code, name in _NAMES.items()]
    return json_answer(200, {"results": results})


def company_currency(call: Call) -> Answer:
    code = call.portal.knobs.currency
    return json_answer(200, {"id": code, "currencyCode": code, "createdAt": iso(EPOCH)})


def exchange_rates(call: Call) -> Answer:
    """Those in force; none was ever another one here."""
    knobs = call.portal.knobs
    results = [
        {
            "id": f"{number + 1}",
            "fromCurrencyCode": code,
            "toCurrencyCode": knobs.currency,
            "conversionRate": float(rate),
            "effectiveAt": iso(EPOCH),
            "createdAt": iso(EPOCH),
            "updatedAt": iso(EPOCH),
            "visibleInUI": True,
        }
        for number, (code, rate) in enumerate(knobs.exchange_rates.items())
    ]
    return json_answer(200, {"results": results})
