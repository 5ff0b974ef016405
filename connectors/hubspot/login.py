"""Who we are to HubSpot: a service key, or an OAuth app whose tokens are kept in a file.

An access token lives half an hour. It is renewed a minute before that, or once when HubSpot says
that it has expired. A renewal is made under a lock of the file, by one process at a time, and is
written whole before it is used: HubSpot may have replaced the refresh token with it.
"""

import fcntl
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from connectors.errors import ConfigError, LoginRefused
from connectors.hubspot.complaint import Complaint, Refusal
from connectors.hubspot.config import SENDABLE, HubSpotConfig
from connectors.hubspot.errors import HINTS, malformed

Post = Callable[[Mapping[str, str]], Mapping[str, object]]
"""Sends a form to HubSpot's token address and gives its answer.

Raises:
    Refusal: the answer is no success.
"""

_AHEAD: Final = timedelta(minutes=1)
_REFUSED: Final = range(400, 404)
_LIFETIMES: Final = range(1, 366 * 86_400)  # seconds


class Login(Protocol):
    """Gives the bearer token of each request."""

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the token was granted, as far as HubSpot said so; empty where it does not."""
        ...

    def token(self, post: Post) -> str:
        """The token to send now."""
        ...

    def renewed(self, refused: str, post: Post) -> str | None:
        """Another token in place of one that was refused; None when there is none to be had."""
        ...


class ServiceKey:
    """A static token. What it may do shows when it is refused."""

    scopes: tuple[str, ...] = ()

    def __init__(self, key: str) -> None:
        self._key = key

    def token(self, post: Post) -> str:
        del post
        return self._key

    def renewed(self, refused: str, post: Post) -> None:
        del refused, post


class Grant(BaseModel):
    """What HubSpot granted last, as the file holds it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    client_id: str
    access_token: str
    refresh_token: str
    expires_at: AwareDatetime
    scopes: tuple[str, ...] = ()


class OAuthApp:
    """An app that somebody let into the portal."""

    def __init__(self, config: HubSpotConfig, file: Path, now: Callable[[], datetime]) -> None:
        self._client_id = config.client_id
        self._secret = _text(config, "client_secret")
        self._first = _text(config, "refresh_token")
        self._file = file
        self._now = now
        self._lock = threading.Lock()
        self._grant: Grant | None = None

    @property
    def scopes(self) -> tuple[str, ...]:
        return self._grant.scopes if self._grant else ()

    def token(self, post: Post) -> str:
        with self._lock:
            grant = self._grant or self._kept()
            if grant is None or grant.expires_at - _AHEAD <= self._now():
                grant = self._renew(grant.access_token if grant else "", post)
            self._grant = grant
            return grant.access_token

    def renewed(self, refused: str, post: Post) -> str | None:
        with self._lock:
            self._grant = self._renew(refused, post)
            return self._grant.access_token

    def _renew(self, former: str, post: Post) -> Grant:
        with self._alone():
            kept = self._kept()
            if kept is not None and kept.access_token != former and kept.expires_at > self._now():
                return kept  # another process was faster
            grant = self._granted(kept.refresh_token if kept else self._first, post)
            self._keep(grant)
            return grant

    def _granted(self, refresh_token: str, post: Post) -> Grant:
        form = {
            "grant_type": "refresh_token",
            "client_id": self._client_id,
            "client_secret": self._secret,
            "refresh_token": refresh_token,
        }
        asked = self._now()
        try:
            answer = post(form)
        except Refusal as refusal:
            if refusal.complaint.status in _REFUSED:
                raise _refused(refusal.complaint, self._file) from refusal
            raise
        access, lasts = answer.get("access_token"), answer.get("expires_in")
        fresh = answer.get("refresh_token") or refresh_token
        if not isinstance(access, str) or not isinstance(lasts, int) or not isinstance(fresh, str):
            raise malformed("a login without a token")
        if not SENDABLE.fullmatch(access) or lasts not in _LIFETIMES:
            raise malformed("a login with a token that cannot be used")
        return Grant(
            client_id=self._client_id,
            access_token=access,
            refresh_token=fresh,
            expires_at=asked + timedelta(seconds=lasts),
            scopes=_names(answer.get("scopes")),
        )

    def _kept(self) -> Grant | None:
        """What the file holds; nothing where there is none yet, or it is of another app."""
        try:
            grant = Grant.model_validate_json(self._file.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            raise _unusable(self._file) from error
        return grant if grant.client_id == self._client_id else None

    def _keep(self, grant: Grant) -> None:
        """Replace the file whole: who dies meanwhile leaves the old one or the new one."""
        fresh = self._file.with_name(f"{self._file.name}.new")
        try:
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as out:
                out.write(grant.model_dump_json().encode())
                out.flush()
                os.fsync(out.fileno())
            fresh.replace(self._file)
        except OSError as error:
            raise _unusable(self._file) from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Of all processes of this machine, one renews at a time."""
        path = self._file.with_name(f"{self._file.name}.lock")
        try:
            lock = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "rb")
        except OSError as error:
            raise _unusable(self._file) from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def login_of(config: HubSpotConfig, now: Callable[[], datetime]) -> Login:
    """As the configuration says."""
    if config.token is not None:
        return ServiceKey(config.token.get_secret_value())
    return OAuthApp(config, config.token_file or Path(), now)  # the configuration asks for one


def _text(config: HubSpotConfig, name: str) -> str:
    secret = getattr(config, name)
    return "" if secret is None else str(secret.get_secret_value())


def _names(listed: object) -> tuple[str, ...]:
    return tuple(str(one) for one in listed) if isinstance(listed, list) else ()


def _refused(complaint: Complaint, file: Path) -> LoginRefused:
    return LoginRefused(
        f"HubSpot refuses to renew the app's token: {complaint.message}",
        hint=HINTS["BBM-HS-004"].format(file=file),
        code="BBM-HS-004",
    )


def _unusable(file: Path) -> ConfigError:
    # Without what it holds: that is a secret.
    return ConfigError(
        f"The file of the app's tokens, {file}, cannot be used.",
        hint=HINTS["BBM-HS-005"],
        code="BBM-HS-005",
    )
