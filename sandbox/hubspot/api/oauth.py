"""OAuth: access tokens for apps, what they may do, and their end."""

from collections.abc import Mapping
from urllib.parse import parse_qs

from sandbox.hubspot.portal import Portal
from sandbox.hubspot.refusals import Refused, no_such_resource
from sandbox.hubspot.tokens import App, Token
from sandbox.wire import Answer, Request, json_answer

_VERSIONS = ("v1", "v3", "2026-03")


def oauth(portal: Portal, request: Request) -> Answer:
    """The endpoints below /oauth/: they take forms, and no bearer token."""
    _, _, version, *rest = request.path.rstrip("/").split("/")
    endpoint = _ENDPOINTS.get((request.method, "/".join(rest)))
    if version not in _VERSIONS or endpoint is None:
        raise no_such_resource()
    form = {
        name: values[0] for name, values in parse_qs(request.body.decode(errors="replace")).items()
    }
    return endpoint(portal, form, version)


def _issue(portal: Portal, form: Mapping[str, str], version: str) -> Answer:
    app = _app(portal, form)
    lifetime = portal.knobs.token_lifetime_seconds
    token = portal.tokens.issue(app, portal.clock.now(), lifetime)
    body: dict[str, object] = {
        "token_type": "bearer",
        "refresh_token": app.refresh_token,
        "access_token": token.value,
        "expires_in": lifetime,
    }
    if version != "v1":
        body |= {"hub_id": portal.knobs.portal_id, "scopes": sorted(token.scopes)}
    return json_answer(200, body)


def _introspect(portal: Portal, form: Mapping[str, str], version: str) -> Answer:
    del version
    token = portal.tokens.known(form.get("token", ""))
    if token is None or token.expires is None or token.expires <= portal.clock.now():
        return json_answer(200, {"active": False})
    return json_answer(200, _described(portal, token))


def _revoke(portal: Portal, form: Mapping[str, str], version: str) -> Answer:
    del version
    portal.tokens.revoke(form.get("token", ""))
    return json_answer(200, {})


_ENDPOINTS = {
    ("POST", "token"): _issue,
    ("POST", "token/introspect"): _introspect,
    ("POST", "token/revoke"): _revoke,
}


def _described(portal: Portal, token: Token) -> dict[str, object]:
    left = 0
    if token.expires is not None:
        left = int((token.expires - portal.clock.now()).total_seconds())
    return {
        "active": True,
        "token_type": "bearer",
        "hub_id": portal.knobs.portal_id,
        "client_id": token.app_id,
        "scopes": sorted(token.scopes),
        "expires_in": left,
    }


def _app(portal: Portal, form: Mapping[str, str]) -> App:
    """The app whose secrets the form carries."""
    app = next((one for one in portal.tokens.apps if one.client_id == form.get("client_id")), None)
    if app is None or app.client_secret != form.get("client_secret"):
        raise _refused("BAD_CLIENT_SECRET", "missing or invalid client secret")
    if form.get("grant_type") != "refresh_token":
        raise _refused("BAD_GRANT_TYPE", "missing or unknown grant type")
    if form.get("refresh_token") != app.refresh_token:
        raise _refused("BAD_REFRESH_TOKEN", "missing or invalid refresh token")
    return app


def _refused(status: str, message: str) -> Refused:
    # These bodies name their kind in `status`, not in a category.
    return Refused(400, message, category="", more={"status": status})
