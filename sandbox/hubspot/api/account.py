"""The account itself: details, usage, owners, teams and limits."""

import sys
from dataclasses import asdict
from datetime import timedelta
from zoneinfo import ZoneInfo

from sandbox.hubspot.api.call import Call
from sandbox.hubspot.object_types import SELLING
from sandbox.hubspot.people import Owner
from sandbox.hubspot.refusals import no_such_resource
from sandbox.hubspot.values import iso
from sandbox.wire import Answer, json_answer

_MINUTE = 60


def details(call: Call) -> Answer:
    knobs = call.portal.knobs
    offset = call.now.astimezone(ZoneInfo(knobs.time_zone)).utcoffset() or timedelta(0)
    return json_answer(
        200,
        {
            "portalId": knobs.portal_id,
            "accountType": knobs.account_type,
            "timeZone": knobs.time_zone,
            "companyCurrency": knobs.currency,
            "additionalCurrencies": list(knobs.exchange_rates),
            "utcOffset": _offset(offset),
            "utcOffsetMilliseconds": int(offset.total_seconds()) * 1000,
            "uiDomain": knobs.ui_domain,
            "dataHostingLocation": knobs.data_hosting,
        },
    )


def daily_usage(call: Call) -> Answer:
    limits, now = call.limits, call.now
    usage = {
        "name": "private-apps-api-calls-daily",
        "usageLimit": call.portal.knobs.calls_per_day,
        "currentUsage": limits.used_today(now),
        "collectedAt": iso(now),
        "fetchStatus": "SUCCESS",
        "resetsAt": iso(limits.resets_at(now)),
    }
    return json_answer(200, {"results": [usage]})


def list_owners(call: Call) -> Answer:
    """Those who work here, or with `archived` those who have left."""
    limit, after = call.number("limit", 100, 500), call.number("after", 0, sys.maxsize)
    email = call.request.first("email")
    known = [
        one
        for one in sorted(call.portal.owners, key=lambda owner: int(owner.id))
        if one.archived == call.flag("archived")
        and email in ("", one.email)
        and int(one.id) > after
    ]
    body: dict[str, object] = {"results": [_owner(one) for one in known[:limit]]}
    if len(known) > limit:
        body["paging"] = {"next": call.next_page(known[limit - 1].id)}
    return json_answer(200, body)


def get_owner(call: Call) -> Answer:
    """One owner by its own id or by the id of its user."""
    by_user = call.request.first("idProperty") == "userId"
    for one in call.portal.owners:
        asked = str(one.user_id) if by_user else one.id
        if asked == call.parts["id"] and one.archived == call.flag("archived"):
            return json_answer(200, _owner(one))
    raise no_such_resource()


def list_teams(call: Call) -> Answer:
    """The teams and who belongs to them, in the first place or besides."""
    teams: dict[tuple[str, str], tuple[list[str], list[str]]] = {}
    for one in call.portal.owners:
        for team in one.teams:
            first, besides = teams.setdefault((team.id, team.name), ([], []))
            (first if team.primary else besides).append(str(one.user_id))
    results = [
        {"id": id_, "name": name, "userIds": first, "secondaryUserIds": besides}
        for (id_, name), (first, besides) in sorted(teams.items())
    ]
    return json_answer(200, {"results": results})


def custom_properties(call: Call) -> Answer:
    """How many properties of its own the portal has, and may have, by type of record."""
    schema, most = call.portal.schema, call.portal.knobs.custom_properties_limit
    kinds = [one for one in SELLING if one.name != "leads" or call.portal.knobs.has_leads]
    usage = [(one, len(schema.own_properties(one))) for one in kinds]
    by_type = [
        {
            "objectTypeId": kind.id,
            "singularLabel": kind.singular.capitalize(),
            "pluralLabel": kind.name.capitalize(),
            "limit": most,
            "usage": used,
            "percentage": round(100 * used / most, 2),
        }
        for kind, used in usage
    ]
    total = sum(used for _, used in usage)
    body = {
        "overallLimit": most * len(kinds),
        "overallUsage": total,
        "overallPercentage": round(100 * total / (most * len(kinds)), 2),
        "byObjectType": by_type,
    }
    return json_answer(200, body)


def _owner(one: Owner) -> dict[str, object]:
    return {
        "id": one.id,
        "email": one.email,
        "type": "PERSON",
        "firstName": one.first_name,
        "lastName": one.last_name,
        # Who has left is no user any more, but the id stays readable.
        **({} if one.archived else {"userId": one.user_id}),
        "userIdIncludingInactive": one.user_id,
        "createdAt": iso(one.created),
        "updatedAt": iso(one.created),
        "archived": one.archived,
        **({"teams": [asdict(team) for team in one.teams]} if one.teams else {}),
    }


def _offset(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // _MINUTE
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
