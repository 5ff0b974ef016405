"""The apps that may log in, and the sessions they were given."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_HOURS = 2  # a session lives that long without use


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """An External Client App: its consumer key, its secret or public key, whom it runs as."""

    name: str
    key: str
    run_as: str  # alias of the user that client credentials act as
    secret: str = ""
    public_key: str = ""  # PEM, for the JWT login
    approved: frozenset[str] = frozenset()  # aliases that the JWT login may act as
    redirect: str = ""  # where the browser is sent back to, for apps that people allow


AGENT_APP = App(
    name="BBM Agent",
    key="3MVG9sandboxAgentConsumerKey",
    secret="sandbox-agent-secret",  # noqa: S106  a made-up secret of a made-up org
    run_as="agent",
    approved=frozenset({"agent"}),
)
ADMIN_APP = App(
    name="BBM Setup",
    key="3MVG9sandboxAdminConsumerKey",
    secret="sandbox-admin-secret",  # noqa: S106  a made-up secret of a made-up org
    run_as="admin",
    approved=frozenset({"admin"}),
    redirect="http://localhost:1717/OauthRedirect",
)
PASSWORDS = {"admin": "sandbox-admin-passwordTOKEN", "agent": "sandbox-agent-passwordTOKEN"}
"""Passwords with their security tokens behind them, by alias, for the login over SOAP."""


@dataclass(slots=True)
class Session:
    token: str
    user: str  # id
    app: str
    used: datetime


@dataclass(slots=True)
class Apps:
    """Registered apps by consumer key, and open sessions by token."""

    known: dict[str, App] = field(
        default_factory=lambda: {one.key: one for one in (AGENT_APP, ADMIN_APP)}
    )
    sessions: dict[str, Session] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=lambda: dict(PASSWORDS))
    logins: int = 0
    rest_refused: bool = False  # sessions are "not valid for use with the REST API"

    def register(self, app: App) -> None:
        self.known[app.key] = app

    def open(self, app: App, user: str, org_id: str, now: datetime) -> Session:
        self.logins += 1
        digest = hashlib.sha256(f"{app.key}/{user}/{self.logins}".encode()).hexdigest()
        session = Session(f"{org_id[:15]}!{digest}", user, app.name, now)
        self.sessions[session.token] = session
        return session

    def session(self, token: str, now: datetime) -> Session | None:
        """The session, kept alive by its use; nothing when it expired."""
        found = self.sessions.get(token)
        if found is None or now - found.used > timedelta(hours=_HOURS):
            self.sessions.pop(token, None)
            return None
        found.used = now
        return found

    def expire(self) -> int:
        """End every session at once; says how many there were."""
        ended = len(self.sessions)
        self.sessions.clear()
        return ended
