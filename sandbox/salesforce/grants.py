"""Access that people gave an app in their browser: codes, and refresh tokens that rotate."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sandbox.salesforce.apps import App
from sandbox.wire import Answer, Request

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org

_CODE_LIFE = timedelta(minutes=15)
_IDLE = timedelta(days=30)


class Denied(Exception):
    """A login that fails, in OAuth's words."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


@dataclass(slots=True)
class Grant:
    """What one person allowed one app, until it is revoked or lies idle for a month."""

    app: App
    user: str
    used: datetime
    refresh_token: str = ""  # the one that works
    spent: set[str] = field(default_factory=set)  # those before it
    sessions: set[str] = field(default_factory=set)
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class _Code:
    app: App
    user: str
    redirect: str
    challenge: str
    made: datetime


class Grants:
    """The codes and grants of one org."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        self._codes: dict[str, _Code] = {}
        self._grants: list[Grant] = []
        self._made = 0

    def authorize(self, request: Request) -> Answer:
        """What the browser is sent to: here the person agrees at once, and is sent back."""
        asked = {name: values[0] for name, values in request.query.items()}
        app = self._org.apps.known.get(asked.get("client_id", ""))
        if app is None:
            raise Denied("invalid_client_id", "client identifier invalid")
        redirect = asked.get("redirect_uri", "")
        if not app.redirect or redirect != app.redirect:
            raise Denied("redirect_uri_mismatch", "redirect_uri must match configuration")
        if asked.get("response_type") != "code":
            raise Denied("unsupported_response_type", "response type not supported")
        code = self._secret("code")
        challenge = asked.get("code_challenge", "")
        user, now = self._org.user_id(app.run_as), self._org.clock.now()
        self._codes[code] = _Code(app, user, redirect, challenge, now)
        sent = {"code": code, **({"state": asked["state"]} if "state" in asked else {})}
        return Answer(302, b"", {"Location": f"{redirect}?{urlencode(sent)}"})

    def by_code(self, app: App, form: Mapping[str, str]) -> Grant:
        """The grant that a code stands for; a code works once."""
        code = self._codes.pop(form.get("code", ""), None)
        now = self._org.clock.now()
        if code is None or code.app.key != app.key:
            raise Denied("invalid_grant", "invalid authorization code")
        if now - code.made > _CODE_LIFE:
            raise Denied("invalid_grant", "expired authorization code")
        if form.get("redirect_uri") != code.redirect:
            raise Denied("redirect_uri_mismatch", "redirect_uri must match configuration")
        if code.challenge and _challenge(form.get("code_verifier", "")) != code.challenge:
            raise Denied("invalid_grant", "invalid code verifier")
        grant = Grant(app, code.user, now, self._secret("refresh"))
        self._grants.append(grant)
        return grant

    def by_refresh_token(self, app: App, form: Mapping[str, str]) -> Grant:
        """The grant of a refresh token, which gets its next one; an old one ends the grant."""
        sent = form.get("refresh_token", "")
        grant = self._of(sent)
        now = self._org.clock.now()
        if grant is not None and sent in grant.spent:
            self.revoke(grant)
        idle = grant is None or now - grant.used > _IDLE
        if grant is None or idle or grant.revoked or grant.app.key != app.key:
            raise Denied("invalid_grant", "expired access/refresh token")
        grant.used = now
        if self._org.switches.refresh_rotation:
            grant.spent.add(sent)
            grant.refresh_token = self._secret("refresh")
        return grant

    def revoke_token(self, token: str) -> bool:
        """Revoke the grant of a refresh token; says whether there is one."""
        grant = self._of(token)
        if grant is not None:
            self.revoke(grant)
        return grant is not None

    def revoke(self, grant: Grant) -> None:
        """End a grant, and every session that was opened by it."""
        grant.revoked = True
        for token in grant.sessions:
            self._org.apps.sessions.pop(token, None)

    def _of(self, token: str) -> Grant | None:
        return next(
            (
                one
                for one in self._grants
                if token and (token == one.refresh_token or token in one.spent)
            ),
            None,
        )

    def _secret(self, kind: str) -> str:
        self._made += 1
        text = f"{self._org.org_id}/{kind}/{self._made}"
        return f"5Aep{hashlib.sha256(text.encode()).hexdigest()}"


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
