"""An endpoint's address: its method, its path, its versions, and the scopes it asks for."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.hubspot import engagements, further
from sandbox.hubspot.api.call import Call, Endpoint
from sandbox.hubspot.object_types import ENGAGEMENTS, FURTHER, LEADS, ObjectType, object_type
from sandbox.hubspot.refusals import Refused

Scopes = Callable[[Call], tuple[str, ...]]

DATED = frozenset({"2026-03", "2026-09"})
V3 = frozenset({"v3", *DATED})
V4 = frozenset({"v4", *DATED})


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint. Its path stands without the version."""

    method: str
    path: re.Pattern[str]
    versions: frozenset[str]
    endpoint: Endpoint
    scopes: Scopes
    is_search: bool = False


def route(  # noqa: PLR0913  an address has that many facts
    method: str,
    path: str,
    endpoint: Endpoint,
    scopes: Scopes,
    versions: frozenset[str] = V3,
    *,
    is_search: bool = False,
) -> Route:
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)
    return Route(method, re.compile(pattern), versions, endpoint, scopes, is_search)


def none(_: Call) -> tuple[str, ...]:
    return ()


def only(*scopes: str) -> Scopes:
    return lambda _: scopes


def records(verb: str) -> Scopes:
    return lambda call: (_of_records(call.kind, verb),)


def both_ends(verb: str) -> Scopes:
    return lambda call: tuple(
        _of_records(object_type(call.parts[end]), verb) for end in ("from", "to")
    )


def definitions(verb: str) -> Scopes:
    """No scope is known for the definitions of leads; whether the API changes them is a knob."""

    def scopes(call: Call) -> tuple[str, ...]:
        kind = call.kind
        if kind in ENGAGEMENTS or kind in FURTHER:
            return (_of_records(kind, verb),)
        if kind is not LEADS:
            return (f"crm.schemas.{kind.name}.{verb}",)
        if verb == "write" and call.portal.knobs.lead_definitions_by_api:
            return ("crm.objects.leads.write",)
        if verb == "write":
            message = "The definitions of leads cannot be changed through the API."
            raise Refused(403, message, category="FORBIDDEN")
        return ("crm.objects.leads.read",)

    return scopes


def _of_records(kind: ObjectType, verb: str) -> str:
    if kind in FURTHER:
        return further.scope_of(kind, verb)
    return (
        engagements.scope_of(kind, verb)
        if kind in ENGAGEMENTS
        else f"crm.objects.{kind.name}.{verb}"
    )
