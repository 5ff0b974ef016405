"""HubSpot's refusals and broken connections, turned into the errors of `connectors.errors`.

`HINTS` is the table of all codes, with what to do about each.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

import urllib3.exceptions

from bbm_core.errors import BBMError
from connectors.errors import (
    BudgetSpent,
    LoginRefused,
    MalformedAnswer,
    MissingPermission,
    RateLimited,
    RequestRefused,
    Unavailable,
)
from connectors.hubspot.complaint import Complaint

HINTS: Mapping[str, str] = MappingProxyType(
    {
        "BBM-HS-001": (
            "Check the token: it must be a service key of this portal"
            " (Development > Keys > Service keys)."
        ),
        "BBM-HS-002": "Put a fresh token in the place that `token` of [crm.hubspot] names.",
        "BBM-HS-003": (
            "Copy the token again, whole: HubSpot takes it for one of another kind or portal."
        ),
        "BBM-HS-004": (
            "Let the app into the portal again, put the new refresh token in the place that"
            " `refresh_token` of [crm.hubspot] names, and delete {file}."
        ),
        "BBM-HS-005": (
            "Let the agent write to the folder of `token_file` of [crm.hubspot]; a file that is no"
            " longer JSON may be deleted, it is made anew from `refresh_token`."
        ),
        "BBM-HS-010": (
            "Add the scope {scopes} to the key (Development > Keys > Service keys > the key >"
            " Scopes), then run `bbm doctor` again."
        ),
        "BBM-HS-011": "Ask a super admin whether the portal's plan and the key include this.",
        "BBM-HS-012": "Leave this kind out: the portal has no such object.",
        "BBM-HS-020": "Run `bbm fields apply`, or correct the name in [crm.hubspot.fields].",
        "BBM-HS-021": (
            "Restore the option in HubSpot (Settings > Properties), or run `bbm fields apply`."
        ),
        "BBM-HS-022": "Read the message: HubSpot names the property and the value.",
        "BBM-HS-023": "Look at the record in HubSpot: something else holds that value or name.",
        "BBM-HS-024": "Run again: the record or address is no longer there.",
        "BBM-HS-025": "Name fewer attributes in [attributes].",
        "BBM-HS-030": "Wait ten seconds; other apps of the same key share its limit.",
        "BBM-HS-031": "Wait a second; all apps of the portal share the limit of searches.",
        "BBM-HS-032": "Wait for midnight in the portal's time zone, or buy a higher API limit.",
        "BBM-HS-033": "Wait: HubSpot's edge slows this address down.",
        "BBM-HS-034": "Wait two seconds: HubSpot holds a lock on these records.",
        "BBM-HS-035": "Wait: HubSpot moves the portal to another data centre.",
        "BBM-HS-040": "Run again later; https://status.hubspot.com says what is wrong.",
        "BBM-HS-041": "Check the network and `url` and `proxy` of [crm.hubspot].",
        "BBM-HS-042": "Run again; if it stays, a proxy or firewall answers in HubSpot's place.",
        "BBM-HS-043": "Check `ca_file` of [crm.hubspot]: the other side is not trusted.",
        "BBM-HS-044": "Check `proxy` of [crm.hubspot].",
        "BBM-HS-045": "Check `url` of [crm.hubspot]: HubSpot's API does not redirect.",
        "BBM-HS-046": "Set `cursors = 1` in [crm.hubspot]: these lists do not go on from any id.",
        "BBM-HS-047": (
            "Run again later, HubSpot goes on with it; or set `exports_from = 0` in [crm.hubspot]:"
            " the list is read then."
        ),
        "BBM-HS-048": (
            "Make room where temporary files lie (TMPDIR), or set `exports_from = 0` in"
            " [crm.hubspot]: the list is read then."
        ),
        "BBM-HS-050": "Correct the name in the configuration: HubSpot would ignore it silently.",
        "BBM-HS-051": "Choose a property that can be written: HubSpot computes this one.",
        "BBM-HS-052": "Run `bbm fields apply` with a key that may create properties.",
        "BBM-HS-053": (
            "Nothing to do: the funnel runs on the contacts' lifecycle stage. If the portal has"
            " leads, add the scope crm.objects.leads.read to the key."
        ),
        "BBM-HS-054": "Correct this machine's clock (NTP).",
        "BBM-HS-055": "Archive custom properties that nobody uses (Settings > Properties).",
        "BBM-HS-056": "Leave out `fill_native` of [crm.hubspot], or restore the options it needs.",
        "BBM-HS-057": (
            "Nothing to do; to be sure, let them have a company in HubSpot, or leave these records"
            " out under [attributes]."
        ),
        "BBM-HS-058": (
            "Nothing to do: without it a first load reads the list, a call for 100 records. To"
            " spare them, add the scope crm.export; `exports_from = 0` leaves exports out."
        ),
        "BBM-HS-059": (
            "Name another property in [crm.hubspot.fields], and run `bbm fields apply`: this one is"
            " not as ours has to be."
        ),
        "BBM-HS-060": "Start over with `bbm sync --full`.",
        "BBM-HS-061": (
            "Restore the property in HubSpot (Settings > Properties), or take it out of the"
            " configuration, then run again: nothing was kept of what came without it."
        ),
        "BBM-HS-070": (
            "Give the key {needed} (Development > Keys > Service keys > the key > Scopes), or write"
            ' `{capability} = "never"` under [capabilities].'
        ),
        "BBM-HS-071": (
            "Nothing to do, or write what a unit of each currency is worth under [currencies]."
        ),
        "BBM-HS-072": (
            "Name it as `contract_end` of [crm.hubspot], or write"
            ' `{capability} = "never"` under [capabilities].'
        ),
        "BBM-HS-074": (
            "Correct `lead_status` of [crm.hubspot] to a property of contacts, or write"
            ' `{capability} = "never"` under [capabilities].'
        ),
        "BBM-HS-073": (
            "Correct `contract_end` of [crm.hubspot] to a date property of companies, or write"
            ' `{capability} = "never"` under [capabilities].'
        ),
    }
)

_MOST_SECONDS = 900.0
_LEAST_SECONDS = 0.2
_DAY_SECONDS = 86_400.0
_SEEMS_MILLISECONDS = 60.0
_LOCK_SECONDS = 2.0
_WINDOW_SECONDS = 10.0
_EDGE_SECONDS = 60.0
_SINCE_1970_DAYS = 10_000


def error_of(complaint: Complaint, *, midnight_seconds: float | None = None) -> BBMError:
    """The error that says what to do. `midnight_seconds`: until the portal's next day."""
    if complaint.status == HTTPStatus.TOO_MANY_REQUESTS:
        return _too_many(complaint, midnight_seconds)
    if complaint.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return unavailable("BBM-HS-040", f"HubSpot answers {complaint.status}.", complaint)
    if complaint.status in _BY_STATUS:
        return _BY_STATUS[complaint.status](complaint)
    if HTTPStatus.MULTIPLE_CHOICES <= complaint.status < HTTPStatus.BAD_REQUEST:
        return unavailable("BBM-HS-045", "HubSpot's address answers with a redirect.", complaint)
    return _refused(complaint)


def error_of_transport(error: urllib3.exceptions.HTTPError) -> Unavailable:
    """No answer: name resolution, connection, TLS, proxy, time-out, broken body."""
    cause = getattr(error, "reason", None) or error
    code = _transport_code(cause)
    return Unavailable(
        f"HubSpot gave no answer: {type(cause).__name__}.", hint=HINTS[code], code=code
    )


def malformed(what: str) -> MalformedAnswer:
    """A success whose body is not what it must be; never the same as "no more records"."""
    return MalformedAnswer(
        f"HubSpot's answer cannot be used: {what}.", hint=HINTS["BBM-HS-042"], code="BBM-HS-042"
    )


def unavailable(code: str, message: str, complaint: Complaint) -> Unavailable:
    """It may work later."""
    wait = clamp_seconds(complaint.retry_after)
    return Unavailable(message, hint=HINTS[code], code=code, wait_seconds=wait)


def clamp_seconds(
    asked: float | None, *, least: float = _LEAST_SECONDS, most: float = _MOST_SECONDS
) -> float | None:
    """A waiting time that is neither a busy loop nor a lost day."""
    return None if asked is None else min(max(asked, least), most)


def _refused(complaint: Complaint) -> BBMError:
    codes = {fault.code for fault in complaint.faults}
    if "Unable to infer object type" in complaint.message:
        return _missing("BBM-HS-012", "The portal has no such object", complaint)
    if "PROPERTY_DOESNT_EXIST" in codes:
        return _missing("BBM-HS-020", "A property does not exist", complaint)
    if "INVALID_OPTION" in codes:
        return _request("BBM-HS-021", "A value is not among the options", complaint)
    return _request("BBM-HS-022", "HubSpot refuses the request", complaint)


def _unauthorised(complaint: Complaint) -> BBMError:
    expired = complaint.category == "EXPIRED_AUTHENTICATION"
    # A token of another kind or portal is reported as expired since 1970.
    days = re.search(r"expired (\d+) day", complaint.message)
    if expired and days and int(days[1]) > _SINCE_1970_DAYS:
        return _login("BBM-HS-003", complaint)
    return _login("BBM-HS-002" if expired else "BBM-HS-001", complaint)


def _login(code: str, complaint: Complaint) -> LoginRefused:
    return LoginRefused(
        f"HubSpot refuses the token: {complaint.message}", hint=HINTS[code], code=code
    )


def _forbidden(complaint: Complaint) -> BBMError:
    if not complaint.scopes:
        return _missing("BBM-HS-011", "HubSpot forbids this", complaint)
    scopes = ", ".join(complaint.scopes)
    return MissingPermission(
        f"The token lacks the scope {scopes}.",
        hint=HINTS["BBM-HS-010"].format(scopes=scopes),
        code="BBM-HS-010",
    )


def _too_many(complaint: Complaint, midnight_seconds: float | None) -> BBMError:
    if complaint.policy == "DAILY":
        return BudgetSpent(
            f"HubSpot's daily limit of calls is reached{_day_left(midnight_seconds)}.",
            hint=HINTS["BBM-HS-032"],
            code="BBM-HS-032",
            wait_seconds=midnight_seconds,
        )
    if not complaint.is_json:
        return _limited("BBM-HS-033", complaint, _EDGE_SECONDS)
    if complaint.category == "RATE_LIMITS":
        return _limited("BBM-HS-031", complaint, 1.0)
    return _limited("BBM-HS-030", complaint, _WINDOW_SECONDS)


def _day_left(seconds: float | None) -> str:
    if seconds is None:
        return ""
    hours, minutes = divmod(int(seconds) // 60, 60)
    return f"; the portal's day ends in {hours} h {minutes:02} min"


def _limited(code: str, complaint: Complaint, default: float) -> RateLimited:
    asked = complaint.retry_after
    # The unit is not documented for 429. HubSpot's windows are of ten seconds and of one, so more
    # than a minute are no seconds; its edge is another's, which asks in seconds, and for longer.
    if asked is not None and asked > _SEEMS_MILLISECONDS and complaint.is_json:
        asked /= 1_000
    return RateLimited(
        f"HubSpot asks to slow down: {complaint.message}",
        hint=HINTS[code],
        code=code,
        wait_seconds=clamp_seconds(default if asked is None else asked),
    )


def _locked(complaint: Complaint) -> BBMError:
    wait = max(complaint.retry_after or 0.0, _LOCK_SECONDS)
    return Unavailable(
        "HubSpot has locked these records for the moment.",
        hint=HINTS["BBM-HS-034"],
        code="BBM-HS-034",
        wait_seconds=clamp_seconds(wait),
    )


def _moving(complaint: Complaint) -> BBMError:
    return Unavailable(
        "The portal is being moved to another data centre.",
        hint=HINTS["BBM-HS-035"],
        code="BBM-HS-035",
        wait_seconds=clamp_seconds(complaint.retry_after, most=_DAY_SECONDS),
    )


def _missing(code: str, what: str, complaint: Complaint) -> MissingPermission:
    return MissingPermission(f"{what}: {complaint.message}", hint=HINTS[code], code=code)


def _request(code: str, what: str, complaint: Complaint) -> RequestRefused:
    return RequestRefused(f"{what}: {complaint.message}", hint=HINTS[code], code=code)


def _gone(complaint: Complaint) -> BBMError:
    return _request("BBM-HS-024", "HubSpot does not find it", complaint)


def _conflict(complaint: Complaint) -> BBMError:
    return _request("BBM-HS-023", "HubSpot reports a conflict", complaint)


def _too_long(complaint: Complaint) -> BBMError:
    return _request("BBM-HS-025", "The request is too long for HubSpot", complaint)


def _timed_out(complaint: Complaint) -> BBMError:
    return unavailable("BBM-HS-040", "HubSpot waited in vain for the request.", complaint)


_BY_STATUS = MappingProxyType(
    {
        401: _unauthorised,
        403: _forbidden,
        404: _gone,
        408: _timed_out,
        409: _conflict,
        414: _too_long,
        423: _locked,
        477: _moving,
    }
)


def _transport_code(cause: object) -> str:
    if isinstance(cause, urllib3.exceptions.ProxyError):
        return "BBM-HS-044"
    if isinstance(cause, urllib3.exceptions.SSLError):
        return "BBM-HS-043"
    return "BBM-HS-041"
