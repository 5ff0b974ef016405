"""What goes wrong at HubSpot, as actions of faults, in its words where they are known."""

from collections.abc import Mapping

import orjson

from sandbox.actions import HTML, JSON, Action
from sandbox.hubspot.refusals import Refused, missing_scopes

_NO_ID = "00000000-0000-0000-0000-000000000000"
# The API names every answer; pages come from servers in front of it, which do not.
_NAMED = {"X-HubSpot-Correlation-Id": _NO_ID}


def _refused(refused: Refused) -> Action:
    body = orjson.dumps({**refused.body(), "correlationId": _NO_ID}).decode()
    return Action(status=refused.status, body=body, content_type=JSON, headers=_NAMED)


def _bare(status: int, message: str, headers: Mapping[str, str] | None = None) -> Action:
    body = orjson.dumps({"status": "error", "message": message}).decode()
    named = {**_NAMED, **(headers or {})}
    return Action(status=status, body=body, content_type=JSON, headers=named)


def _page(status: int, title: str) -> Action:
    body = f"<html><head><title>{status} {title}</title></head></html>"
    return Action(status=status, body=body, content_type=HTML)


def _limited(message: str, policy: str) -> Action:
    more = {"errorType": "RATE_LIMIT", "policyName": policy}
    return _refused(Refused(429, message, category="", more=more))


_EXPIRED = Refused(
    401,
    "The OAuth token used to make this call expired 5 minute(s) ago.",
    category="EXPIRED_AUTHENTICATION",
    context={"expire time": ["2026-11-01T23:55:00Z"]},
)
_SECONDLY = Refused(429, "You have reached your secondly limit.", category="RATE_LIMITS")

# How the texts of 423, 477 and 503 run is not known; only their status matters to a client.
MISHAPS: Mapping[str, Action] = {
    "hubspot_expired": _refused(_EXPIRED),
    "hubspot_scopes": _refused(missing_scopes(["crm.objects.contacts.read"])),
    "hubspot_scopes_in_context": _refused(
        missing_scopes(["crm.objects.contacts.read"], in_context=True)
    ),
    "hubspot_too_long": _page(414, "Request-URI Too Large"),
    "hubspot_locked": _bare(423, "The resource is locked."),
    "hubspot_ten_seconds": _limited(
        "You have reached your ten_secondly_rolling limit.", "TEN_SECONDLY_ROLLING"
    ),
    "hubspot_daily": _limited("You have reached your daily limit.", "DAILY"),
    "hubspot_secondly": _refused(_SECONDLY),
    "hubspot_edge": Action(status=429, body="error code: 1015", content_type="text/plain"),
    "hubspot_moving": _bare(477, "This account is being moved.", {"Retry-After": "3600"}),
    "hubspot_bad_gateway": _page(502, "Bad Gateway"),
    "hubspot_unavailable": _bare(503, "Service unavailable"),
    "hubspot_gateway_timeout": _page(504, "Gateway Time-out"),
    "hubspot_no_answer": _page(524, "A timeout occurred"),
}
