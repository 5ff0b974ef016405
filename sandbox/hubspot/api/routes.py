"""Which path leads to which endpoint, in every version that the API speaks."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.hubspot.api import account, associations, batches, objects, properties
from sandbox.hubspot.api.call import Call, Endpoint
from sandbox.hubspot.api.search import search
from sandbox.hubspot.object_types import LEADS, object_type
from sandbox.hubspot.refusals import Refused, no_such_resource
from sandbox.wire import Request

Scopes = Callable[[Call], tuple[str, ...]]

DATED = "2026-03"


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint: its method, its path without the version, and the scopes it asks for."""

    method: str
    path: re.Pattern[str]
    versions: frozenset[str]
    endpoint: Endpoint
    scopes: Scopes
    is_search: bool = False


def find_route(request: Request) -> tuple[Route, Mapping[str, str]]:
    """The endpoint of a request, and the named pieces of its path.

    Raises:
        Refused: no endpoint has this path (404), or none has it with this method (405).
    """
    version, path = _without_version(request.path.rstrip("/"))
    allowed = False
    for route in _ROUTES:
        found = route.path.fullmatch(path) if version in route.versions else None
        if found is not None:
            if route.method == request.method:
                return route, found.groupdict()
            allowed = True
    if allowed:
        raise Refused(405, "HTTP 405 Method Not Allowed", category="")
    raise no_such_resource()


def _without_version(path: str) -> tuple[str, str]:
    """`/crm/v3/objects/…` and `/crm/objects/2026-03/…` are the same address."""
    for pattern in _VERSIONED:
        found = pattern.fullmatch(path)
        if found is not None:
            return found["version"], found["head"] + found["family"] + (found["rest"] or "")
    raise no_such_resource()


_VERSIONED = (
    re.compile(r"(?P<head>/crm/)(?P<version>v\d)/(?P<family>[a-z-]+)(?P<rest>/.*)?"),
    re.compile(r"(?P<head>/crm/)(?P<family>[a-z-]+)/(?P<version>\d{4}-\d\d)(?P<rest>/.*)?"),
    re.compile(r"(?P<head>/)(?P<family>account-info)/(?P<version>v\d|\d{4}-\d\d)(?P<rest>/.*)?"),
)
_V3 = frozenset({"v3", DATED})
_V4 = frozenset({"v4", DATED})


def _none(_: Call) -> tuple[str, ...]:
    return ()


def _owners(_: Call) -> tuple[str, ...]:
    return ("crm.objects.owners.read",)


def _records(verb: str) -> Scopes:
    return lambda call: (f"crm.objects.{call.kind.name}.{verb}",)


def _both_ends(verb: str) -> Scopes:
    return lambda call: tuple(
        f"crm.objects.{object_type(call.parts[end]).name}.{verb}" for end in ("from", "to")
    )


def _definitions(verb: str) -> Scopes:
    """There is no scope for the definitions of leads: the API only reads them."""

    def scopes(call: Call) -> tuple[str, ...]:
        if call.kind is not LEADS:
            return (f"crm.schemas.{call.kind.name}.{verb}",)
        if verb == "write":
            message = "The definitions of leads cannot be changed through the API."
            raise Refused(403, message, category="FORBIDDEN")
        return ("crm.objects.leads.read",)

    return scopes


def _route(
    method: str,
    path: str,
    endpoint: Endpoint,
    scopes: Scopes,
    versions: frozenset[str] = _V3,
) -> Route:
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)
    return Route(method, re.compile(pattern), versions, endpoint, scopes, endpoint is search)


_OBJECTS = "/crm/objects/{type}"
_LINKS = "/crm/associations/{from}/{to}"
_PROPERTIES = "/crm/properties/{type}"
_PIPELINES = "/crm/pipelines/{type}"
_READ, _WRITE = _records("read"), _records("write")
_LOOK, _DEFINE = _definitions("read"), _definitions("write")

_ROUTES = (
    _route("GET", "/account-info/details", account.details, _none),
    _route("GET", "/account-info/api-usage/daily/private-apps", account.daily_usage, _none),
    _route("GET", "/crm/owners", account.list_owners, _owners),
    _route("GET", "/crm/owners/{id}", account.get_owner, _owners),
    _route("GET", "/crm/limits/custom-properties", account.custom_properties, _none),
    _route("GET", _PIPELINES, account.list_pipelines, _LOOK),
    _route("GET", _PIPELINES + "/{pipeline}", account.get_pipeline, _LOOK),
    _route("GET", _PIPELINES + "/{pipeline}/stages", account.list_stages, _LOOK),
    _route("GET", _PIPELINES + "/{pipeline}/stages/{stage}", account.get_stage, _LOOK),
    # Words before ids: `search` and `batch` would pass for an id.
    _route("POST", _OBJECTS + "/search", search, _READ),
    _route("POST", _OBJECTS + "/merge", objects.merge_records, _WRITE),
    _route("POST", _OBJECTS + "/batch/read", batches.batch_read, _READ),
    _route("POST", _OBJECTS + "/batch/create", batches.batch_create, _WRITE),
    _route("POST", _OBJECTS + "/batch/update", batches.batch_update, _WRITE),
    _route("POST", _OBJECTS + "/batch/upsert", batches.batch_upsert, _WRITE),
    _route("POST", _OBJECTS + "/batch/archive", batches.batch_archive, _WRITE),
    _route("GET", _OBJECTS, objects.list_records, _READ),
    _route("POST", _OBJECTS, objects.create_record, _WRITE),
    _route("GET", _OBJECTS + "/{id}", objects.get_record, _READ),
    _route("PATCH", _OBJECTS + "/{id}", objects.update_record, _WRITE),
    _route("DELETE", _OBJECTS + "/{id}", objects.archive_record, _WRITE),
    _route("GET", _OBJECTS + "/{id}/associations/{to}", associations.of_record, _READ, _V4),
    _route(
        "PUT",
        _OBJECTS + "/{id}/associations/default/{to}/{other}",
        associations.associate_default,
        _WRITE,
        _V4,
    ),
    _route(
        "PUT", _OBJECTS + "/{id}/associations/{to}/{other}", associations.associate, _WRITE, _V4
    ),
    _route("DELETE", _OBJECTS + "/{id}/associations/{to}/{other}", associations.part, _WRITE, _V4),
    _route("POST", _LINKS + "/batch/read", associations.batch_read, _both_ends("read"), _V4),
    _route("POST", _LINKS + "/batch/create", associations.batch_create, _both_ends("write"), _V4),
    _route(
        "POST",
        _LINKS + "/batch/associate/default",
        associations.batch_default,
        _both_ends("write"),
        _V4,
    ),
    _route("POST", _LINKS + "/batch/archive", associations.batch_part, _both_ends("write"), _V4),
    _route("GET", _LINKS + "/labels", associations.labels, _both_ends("read"), _V4),
    _route("POST", _PROPERTIES + "/batch/create", properties.batch_create, _DEFINE),
    _route("POST", _PROPERTIES + "/batch/read", properties.batch_read, _LOOK),
    _route("POST", _PROPERTIES + "/batch/archive", properties.batch_archive, _DEFINE),
    _route("GET", _PROPERTIES + "/groups", properties.list_groups, _LOOK),
    _route("POST", _PROPERTIES + "/groups", properties.create_group, _DEFINE),
    _route("GET", _PROPERTIES + "/groups/{name}", properties.get_group, _LOOK),
    _route("DELETE", _PROPERTIES + "/groups/{name}", properties.remove_group, _DEFINE),
    _route("GET", _PROPERTIES, properties.list_properties, _LOOK),
    _route("POST", _PROPERTIES, properties.create_property, _DEFINE),
    _route("GET", _PROPERTIES + "/{name}", properties.get_property, _LOOK),
    _route("PATCH", _PROPERTIES + "/{name}", properties.change_property, _DEFINE),
    _route("DELETE", _PROPERTIES + "/{name}", properties.archive_property, _DEFINE),
)
