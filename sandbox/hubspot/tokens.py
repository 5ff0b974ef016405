"""Who may call: service keys and OAuth apps, with their scopes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.hubspot.knobs import Knobs
from sandbox.hubspot.refusals import Refused, missing_scopes
from sandbox.hubspot.values import iso

RUNNING_TOKEN = "pat-na1-5a4db0c5-0000-4000-8000-000000000001"  # noqa: S105  for tests alone
SETUP_TOKEN = "pat-na1-5a4db0c5-0000-4000-8000-000000000002"  # noqa: S105  the same

_OBJECTS = ("contacts", "companies", "deals", "leads")
RUNNING_SCOPES = frozenset(
    {f"crm.objects.{one}.{verb}" for one in _OBJECTS for verb in ("read", "write")}
    | {f"crm.schemas.{one}.read" for one in _OBJECTS[:3]}
    | {"crm.objects.owners.read", "oauth"}
)
CUSTOM_OBJECTS = "custom-object-read"
SETUP_SCOPES = RUNNING_SCOPES | {f"crm.schemas.{one}.write" for one in _OBJECTS[:3]}

_SERVICE_KEY = re.compile(r"pat-[a-z]{2}\d-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OAUTH_PAGE = "https://developers.hubspot.com/docs/methods/auth/oauth-overview"


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token. A service key has no end; an OAuth app's access token has."""

    value: str
    scopes: frozenset[str]
    app_id: str
    expires: datetime | None = None

    @property
    def is_oauth(self) -> bool:
        return self.expires is not None


@dataclass(frozen=True, slots=True)
class App:
    """An OAuth app that the account has let in."""

    client_id: str
    client_secret: str
    refresh_token: str
    scopes: frozenset[str]


class Tokens:
    """The tokens and apps that a portal knows."""

    def __init__(self) -> None:
        self._tokens: dict[str, Token] = {}
        self.apps: list[App] = []
        self.add(RUNNING_TOKEN, RUNNING_SCOPES, app_id="19083857")
        self.add(SETUP_TOKEN, SETUP_SCOPES, app_id="19083858")
        self._issued = 0
        self._codes: dict[str, tuple[str, frozenset[str], str]] = {}
        self._ended: set[str] = set()

    def add(self, value: str, scopes: Iterable[str], *, app_id: str = "19083857") -> Token:
        """A service key with these scopes; an earlier one of the same value is replaced."""
        token = self._tokens[value] = Token(value, frozenset(scopes), app_id)
        return token

    def add_app(
        self, client_id: str, client_secret: str, refresh_token: str, scopes: Iterable[str]
    ) -> App:
        app = App(client_id, client_secret, refresh_token, frozenset(scopes))
        self.apps.append(app)
        return app

    def issue(self, app: App, now: datetime, lifetime_seconds: int) -> Token:
        """A fresh access token for an app."""
        self._issued += 1
        value = f"CSandbox{self._issued:06d}{app.client_id}"
        expires = now + timedelta(seconds=lifetime_seconds)
        token = self._tokens[value] = Token(value, app.scopes, app.client_id, expires)
        return token

    def authorize(self, app: App, scopes: frozenset[str], redirect_uri: str) -> str:
        """A person let the app in: a code that is good for one exchange."""
        self._issued += 1
        code = f"na1-code-{self._issued:06d}"
        self._codes[code] = (app.client_id, scopes, redirect_uri)
        return code

    def redeem(self, app: App, code: str, redirect_uri: str) -> App | None:
        """The app with a refresh token of its own, for a code that was given for it."""
        held = self._codes.pop(code, None)
        if held is None or (held[0], held[2]) != (app.client_id, redirect_uri):
            return None
        refresh = f"na1-refresh-{code.rpartition('-')[2]}"
        return self.add_app(app.client_id, app.client_secret, refresh, held[1])

    def app_of(self, refresh_token: str) -> App | None:
        """The app that this refresh token was given to, as long as it has not been ended."""
        found = (one for one in self.apps if one.refresh_token == refresh_token)
        return next((one for one in found if refresh_token not in self._ended), None)

    def revoke(self, value: str) -> None:
        """End an access token, a service key or a refresh token."""
        self._tokens.pop(value, None)
        self._ended.add(value)

    def known(self, value: str) -> Token | None:
        return self._tokens.get(value)

    def bearer(self, authorization: str, now: datetime) -> Token:
        """The token of a request.

        Raises:
            Refused: there is none, or it is unknown or too old.
        """
        scheme, _, value = authorization.partition(" ")
        if scheme.lower() != "bearer" or not value.strip():
            raise _not_found()
        token = self._tokens.get(value.strip())
        if token is None:
            raise _unknown(value.strip(), now)
        if token.expires is not None and token.expires <= now:
            raise _expired(now - token.expires, token.expires)
        return token


def require(token: Token, scopes: Iterable[str], knobs: Knobs) -> None:
    """Every scope must be granted; without Sales Hub Professional nobody is granted leads'."""
    granted = {one for one in token.scopes if knobs.has_leads or ".leads." not in one}
    missing = [one for one in scopes if one not in granted]
    if missing:
        # The address of schemas is known to answer so; for others it is a knob.
        in_context = knobs.scopes_in_context or missing == [CUSTOM_OBJECTS]
        raise missing_scopes(missing, in_context=in_context)


def _not_found() -> Refused:
    return Refused(
        401,
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and "
        f"you can find more details at {_OAUTH_PAGE}",
        category="INVALID_AUTHENTICATION",
    )


def _unknown(value: str, now: datetime) -> Refused:
    """A token of another form is taken for one that expired when time began."""
    if _SERVICE_KEY.fullmatch(value):
        return _not_found()
    began = datetime.fromtimestamp(0, now.tzinfo)
    return _expired(now - began, began)


def _expired(since: timedelta, moment: datetime) -> Refused:
    return Refused(
        401,
        f"The OAuth token used to make this call expired {_ago(since)} ago.",
        category="EXPIRED_AUTHENTICATION",
        context={"expire time": [iso(moment)]},
    )


def _ago(since: timedelta) -> str:
    seconds = int(since.total_seconds())
    units = (("day", 86_400), ("hour", 3600), ("minute", 60))
    for unit, length in units:
        if seconds >= length:
            return f"{seconds // length} {unit}(s)"
    return f"{seconds} second(s)"
