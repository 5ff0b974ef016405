"""Which path leads to which endpoint, in every version that the API speaks."""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from sandbox.hubspot.api.addresses import ROUTES
from sandbox.hubspot.api.more_addresses import MORE_ROUTES
from sandbox.hubspot.api.route import Route
from sandbox.hubspot.refusals import Refused
from sandbox.wire import Request


class NoSuchAddress(Exception):
    """Nothing of the API has this path, in no version."""


def find_route(request: Request) -> tuple[Route, str, Mapping[str, str]]:
    """The endpoint of a request, its version, and the named pieces of its path.

    Raises:
        NoSuchAddress: no endpoint has this path.
        Refused: none has it with this method (405).
    """
    version, path = _without_version(request.path.rstrip("/"))
    allowed = False
    for route in _BY_VERSION.get(version, ()):
        found = route.path.fullmatch(path)
        if found is not None:
            if route.method == request.method:
                # Only now: an address or a name in the path may hold a slash of its own.
                return route, version, {key: unquote(one) for key, one in found.groupdict().items()}
            allowed = True
    if allowed:
        raise Refused(405, "HTTP 405 Method Not Allowed", category="")
    raise NoSuchAddress


_BY_VERSION: dict[str, list[Route]] = {}
for _one in (*ROUTES, *MORE_ROUTES):
    for _version in _one.versions:
        _BY_VERSION.setdefault(_version, []).append(_one)


def _without_version(path: str) -> tuple[str, str]:
    """`/crm/v3/objects/…` and `/crm/objects/2026-03/…` are the same address."""
    for pattern in _VERSIONED:
        found = pattern.fullmatch(path)
        if found is not None:
            return found["version"], found["head"] + found["family"] + (found["rest"] or "")
    raise NoSuchAddress


_VERSIONED = (
    re.compile(r"(?P<head>/crm/)(?P<version>v\d)/(?P<family>[a-z-]+)(?P<rest>/.*)?"),
    re.compile(r"(?P<head>/crm/)(?P<family>[a-z-]+)/(?P<version>\d{4}-\d\d)(?P<rest>/.*)?"),
    re.compile(r"(?P<head>/marketing/)(?P<version>v\d)/(?P<family>campaigns)(?P<rest>/.*)?"),
    re.compile(r"(?P<head>/marketing/)(?P<family>campaigns)/(?P<version>\d{4}-\d\d)(?P<rest>/.*)?"),
    re.compile(r"(?P<head>/)(?P<family>events)/(?P<version>v\d)(?P<rest>/.*)?"),
    re.compile(
        r"(?P<head>/events/)(?P<family>event-occurrences)/(?P<version>\d{4}-\d\d)(?P<rest>/.*)?"
    ),
    re.compile(r"(?P<head>/)(?P<family>companies)/(?P<version>v2)(?P<rest>/.*)?"),
    re.compile(
        r"(?P<head>/settings/)(?P<family>currencies|users)/(?P<version>\d{4}-\d\d)(?P<rest>/.*)?"
    ),
    re.compile(
        r"(?P<head>/)(?P<family>account-info|crm-object-schemas|properties|settings|integrations)"
        r"/(?P<version>v\d|\d{4}-\d\d)(?P<rest>/.*)?"
    ),
)
