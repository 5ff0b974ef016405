"""OAuth: people let apps in, apps get access tokens, tokens are looked into and ended."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlencode

import orjson

from sandbox.hubspot.portal import Portal
from sandbox.hubspot.refusals import Refused, no_such_resource
from sandbox.hubspot.tokens import App, Token
from sandbox.hubspot.values import epoch_milliseconds
from sandbox.wire import Answer, Request, json_answer

_VERSIONS = ("v1", "v3", "2026-03", "2026-09")
_WHO = "haruka.sato@bbm-sandbox.example"
_USER = 88_842_095

Form = Mapping[str, str]


def oauth(portal: Portal, request: Request) -> Answer:
    """The endpoints below /oauth/: they take forms, and no bearer token."""
    path = request.path.rstrip("/")
    if path == "/oauth/authorize" and request.method == "GET":
        return _authorize(portal, request)
    version, *rest = path.removeprefix("/oauth").lstrip("/").split("/")
    named = _NAMED.fullmatch("/".join(rest))
    if version not in _VERSIONS:
        raise no_such_resource()
    if named is not None and version == "v1":
        return _look(portal, request.method, named["what"], unquote(named["token"]))
    endpoint = _ENDPOINTS.get((request.method, "/".join(rest)))
    if endpoint is None:
        raise no_such_resource()
    return endpoint(portal, _form(portal, request), version)


def _form(portal: Portal, request: Request) -> Form:
    """What was sent; JSON counts as nothing, unless the portal takes it."""
    if portal.knobs.oauth_takes_json and "json" in request.headers.get("content-type", ""):
        try:
            found = orjson.loads(request.body)
        except orjson.JSONDecodeError:
            return {}
        pairs = found.items() if isinstance(found, dict) else ()
        return {name: str(value) for name, value in pairs}
    told = parse_qs(request.body.decode(errors="replace"))
    return {name: values[0] for name, values in told.items()}


_NAMED = re.compile(r"(?P<what>access-tokens|refresh-tokens)/(?P<token>[^/]+)")


def _authorize(portal: Portal, request: Request) -> Answer:
    """A person lets an app in: back to the app, with a code."""
    asked = {name: request.first(name) for name in ("client_id", "redirect_uri", "scope", "state")}
    back = asked["redirect_uri"]
    app = next((one for one in portal.tokens.apps if one.client_id == asked["client_id"]), None)
    if app is None or not (back and back.isascii() and back.isprintable()):  # it goes in a header
        raise _refused("BAD_CLIENT_ID", "missing or unknown client id")
    scopes = frozenset(asked["scope"].split()) or app.scopes
    if not scopes <= app.scopes:
        raise _refused("BAD_SCOPES", "the app has not declared these scopes")
    code = portal.tokens.authorize(app, scopes, back)
    told = {"code": code} | ({"state": asked["state"]} if asked["state"] else {})
    joint = "&" if "?" in back else "?"
    return Answer(302, b"", {"Location": f"{back}{joint}{urlencode(told)}"})


def _issue(portal: Portal, form: Form, version: str) -> Answer:
    app = _granted(portal, form)
    lifetime = portal.knobs.token_lifetime_seconds
    token = portal.tokens.issue(app, portal.clock.now(), lifetime)
    body: dict[str, object] = {
        "token_type": "bearer",
        "refresh_token": app.refresh_token,
        "access_token": token.value,
        "expires_in": lifetime,
        "hub_id": portal.knobs.portal_id,
        "scopes": sorted(token.scopes),
    }
    if version != "v1":
        body |= {"token_use": "access_token", "user_id": _USER}
    return json_answer(200, body)


def _introspect(portal: Portal, form: Form, version: str) -> Answer:
    del version
    value = form.get("token", "")
    token, app = _live(portal, value), portal.tokens.app_of(value)
    if token is not None:
        use = {"active": True, "token_use": "access_token", "client_id": token.app_id}
        return json_answer(200, {**_of_access(portal, token), **use})
    if app is not None:
        use = {"active": True, "token_use": "refresh_token"}
        return json_answer(200, {**_of_refresh(portal, app), **use})
    return json_answer(200, {"active": False})


def _revoke(portal: Portal, form: Form, version: str) -> Answer:
    del version
    portal.tokens.revoke(form.get("token", ""))
    return json_answer(200, {})


def _look(portal: Portal, method: str, what: str, value: str) -> Answer:
    """The older addresses carry the token in their path."""
    token, app = _live(portal, value), portal.tokens.app_of(value)
    if method == "GET" and what == "access-tokens" and token is not None:
        return json_answer(200, _of_access(portal, token))
    if what == "refresh-tokens" and app is not None:
        if method == "DELETE":
            portal.tokens.revoke(value)
            return Answer(204)
        return json_answer(200, _of_refresh(portal, app))
    raise no_such_resource("token not found")


_ENDPOINTS: Mapping[tuple[str, str], Callable[[Portal, Form, str], Answer]] = {
    ("POST", "token"): _issue,
    ("POST", "token/introspect"): _introspect,
    ("POST", "token/revoke"): _revoke,
}


def _live(portal: Portal, value: str) -> Token | None:
    """An access token of an app that has not ended; service keys are not looked into here."""
    token = portal.tokens.known(value)
    if token is None or token.expires is None or token.expires <= portal.clock.now():
        return None
    return token


def _of_access(portal: Portal, token: Token) -> dict[str, object]:
    left = token.expires - portal.clock.now() if token.expires is not None else timedelta(0)
    return {
        "token": token.value,
        **_where(portal),
        "app_id": _number(token.app_id),
        "scopes": sorted(token.scopes),
        "token_type": "access",
        "expires_in": int(left.total_seconds()),
        "is_private_distribution": True,
        "signed_access_token": _signed(portal, token),
    }


def _of_refresh(portal: Portal, app: App) -> dict[str, object]:
    return {
        "token": app.refresh_token,
        **_where(portal),
        "client_id": app.client_id,
        "app_id": _number(app.client_id),
        "scopes": sorted(app.scopes),
        "token_type": "refresh",
    }


def _where(portal: Portal) -> dict[str, object]:
    return {
        "user": _WHO,
        "hub_domain": "bbm-sandbox.example",
        "hub_id": portal.knobs.portal_id,
        "user_id": _USER,
    }


def _signed(portal: Portal, token: Token) -> dict[str, object]:
    """What HubSpot packs into the token; nothing in here is a signature that can be checked."""
    ends = 0 if token.expires is None else epoch_milliseconds(token.expires)
    return {
        "expiresAt": ends,
        "scopes": " ".join(sorted(token.scopes)),
        "hubId": portal.knobs.portal_id,
        "userId": _USER,
        "appId": _number(token.app_id),
        "signature": "",
        "scopeToScopeGroupPks": "",
        "newSignature": "",
        "hublet": portal.knobs.data_hosting,
        "trialScopes": "",
        "trialScopeToScopeGroupPks": "",
        "isUserLevel": False,
        "installingUserId": _USER,
        "isServiceAccount": False,
        "isPrivateDistribution": True,
    }


def _number(client_id: str) -> int:
    """Apps have numbers; the sandbox makes one of the digits of the client id."""
    return int("".join(one for one in client_id if one.isdigit())[:9] or "0")


def _client(portal: Portal, form: Form) -> App:
    """The app whose secrets the form carries."""
    app = next((one for one in portal.tokens.apps if one.client_id == form.get("client_id")), None)
    if app is None or app.client_secret != form.get("client_secret"):
        raise _refused("BAD_CLIENT_SECRET", "missing or invalid client secret")
    return app


def _granted(portal: Portal, form: Form) -> App:
    """The app as it was let in: by a code once, by its refresh token from then on."""
    app = _client(portal, form)
    match form.get("grant_type"):
        case "authorization_code":
            granted = portal.tokens.redeem(app, form.get("code", ""), form.get("redirect_uri", ""))
            if granted is None:
                raise _refused("BAD_AUTH_CODE", "missing or unknown auth code")
            return granted
        case "refresh_token":
            held = portal.tokens.app_of(form.get("refresh_token", ""))
            if held is None or held.client_id != app.client_id:
                raise _refused("BAD_REFRESH_TOKEN", "missing or invalid refresh token")
            return held
        case _:
            raise _refused("BAD_GRANT_TYPE", "missing or unknown grant type")


def _refused(status: str, message: str) -> Refused:
    # These bodies name their kind in `status`, not in a category.
    return Refused(400, message, category="", more={"status": status})
