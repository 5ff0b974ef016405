"""Campaigns, their cost and what came of them, as far as they are read."""

import sys
from decimal import Decimal

from sandbox.hubspot.api.call import Call, needed, words
from sandbox.hubspot.api.shapes import batch_answer
from sandbox.hubspot.campaigns import CONTACT_TYPES, Campaign, Item, total
from sandbox.hubspot.object_types import DEALS
from sandbox.hubspot.refusals import Refused, invalid, no_such_resource
from sandbox.hubspot.values import epoch_milliseconds, iso
from sandbox.wire import Answer, json_answer

MOST_PER_PAGE = 100
MOST_READ = 50


def list_campaigns(call: Call) -> Answer:
    """A page of campaigns by part of their name; only properties that are asked for are told."""
    limit, start = call.number("limit", 50, MOST_PER_PAGE), call.number("after", 0, sys.maxsize)
    wanted, names = call.request.first("name").lower(), call.names("properties")
    found = [one for one in call.portal.campaigns.all() if wanted in one.name.lower()]
    page = found[start : start + limit]
    body: dict[str, object] = {
        "total": len(found),
        "results": [_shown(one, names) for one in page],
    }
    if start + limit < len(found):
        body["paging"] = {"next": call.next_page(str(start + limit))}
    return json_answer(200, body)


def get_campaign(call: Call) -> Answer:
    shown = _shown(_asked(call), call.names("properties"))
    return json_answer(200, {**shown, "assets": {}})


def batch_read(call: Call) -> Answer:
    names = words(call.body(), "properties")
    results: list[object] = []
    errors: list[object] = []
    for one in call.inputs(MOST_READ):
        try:
            campaign = call.portal.campaigns.get(needed(one, "id"))
            results.append({**_shown(campaign, names), "assets": {}})
        except Refused as refused:
            errors.append(refused.body())
    return batch_answer(call, results, errors)


def budget_totals(call: Call) -> Answer:
    campaign = _asked(call)
    body: dict[str, object] = {
        "currencyCode": call.portal.knobs.currency,
        "budgetItems": _items(campaign.budget),
        "spendItems": _items(campaign.spend),
    }
    if campaign.budget:
        body["budgetTotal"] = _number(total(campaign.budget))
        body["remainingBudget"] = _number(total(campaign.budget) - total(campaign.spend))
    if campaign.spend:
        body["spendTotal"] = _number(total(campaign.spend))
    return json_answer(200, body)


def metrics(call: Call) -> Answer:
    campaign = _asked(call)
    first, last, influenced = (len(campaign.reached.get(one, [])) for one in CONTACT_TYPES)
    return json_answer(
        200,
        {
            "sessions": campaign.sessions,
            "newContactsFirstTouch": first,
            "newContactsLastTouch": last,
            "influencedContacts": influenced,
        },
    )


def revenue(call: Call) -> Answer:
    """What won deals of the contacts that a campaign influenced brought in."""
    campaign, portal = _asked(call), call.portal
    contacts = campaign.reached.get("influencedContacts", [])
    deals = {deal for one in contacts for deal in portal.associated("contacts", one, DEALS.name)}
    rows = [portal.get(DEALS.name, one) for one in sorted(deals)]
    amounts = [Decimal(row["amount"]) for row in rows if row.get("amount")]
    won = [
        Decimal(row["amount"])
        for row in rows
        if row.get("amount") and row.get("hs_is_closed_won") == "true"
    ]
    return json_answer(
        200,
        {
            "contactsNumber": len(contacts),
            "dealsNumber": len(rows),
            "dealAmount": _number(sum(amounts, Decimal(0))),
            "revenueAmount": _number(sum(won, Decimal(0))),
            "currencyCode": portal.knobs.currency,
        },
    )


def contacts_reached(call: Call) -> Answer:
    kind = call.parts["contactType"]
    if kind not in CONTACT_TYPES:
        raise invalid(f"{kind} is not a contact type", contactType=[kind])
    found = _asked(call).reached.get(kind, [])
    limit, start = call.number("limit", 100, MOST_PER_PAGE), call.number("after", 0, sys.maxsize)
    body: dict[str, object] = {"results": [{"id": one} for one in found[start : start + limit]]}
    if start + limit < len(found):
        body["paging"] = {"next": {"after": str(start + limit)}}
    return json_answer(200, body)


def assets(call: Call) -> Answer:
    """Assets are not kept here: every kind of them is an empty list."""
    _asked(call)
    if not call.parts["assetType"].isupper():
        raise no_such_resource()
    return json_answer(200, {"results": []})


def _asked(call: Call) -> Campaign:
    return call.portal.campaigns.get(call.parts["id"])


def _shown(one: Campaign, names: list[str]) -> dict[str, object]:
    properties = one.properties
    return {
        "id": one.id,
        "properties": {name: properties[name] for name in sorted(names) if name in properties},
        "createdAt": iso(one.created),
        "updatedAt": iso(one.updated),
        "businessUnits": [],
    }


def _items(items: list[Item]) -> list[object]:
    return [
        {
            "id": str(order + 1),
            "name": one.name,
            "amount": _number(one.amount),
            "order": order,
            "createdAt": epoch_milliseconds(one.at),
            "updatedAt": epoch_milliseconds(one.at),
        }
        for order, one in enumerate(items)
    ]


def _number(amount: Decimal) -> int | float:
    """Amounts are JSON numbers on this wire, whole ones without a fraction."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)
