"""Every request to HubSpot passes here: paths, budget, pace, deadline, what the headers say.

The wire takes the place of the urllib3 pool inside the client's API objects, so the unmodified
client builds each request and none can go around the budget, the pace and the deadline.
"""

import re
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from http import HTTPStatus
from typing import IO, Any, Final
from urllib.parse import urlencode, urlsplit, urlunsplit

import urllib3

from connectors.contract import Ports
from connectors.errors import MalformedAnswer
from connectors.hubspot.complaint import Refusal, complaint_of, parsed
from connectors.hubspot.crew import Errand, Relay
from connectors.hubspot.errors import error_of_transport, malformed
from connectors.hubspot.login import Login
from connectors.hubspot.pace import Pace

_MOST_BYTES: Final = 64 * 1024 * 1024
_CHUNK_BYTES: Final = 256 * 1024
_GENERAL_SECONDS: Final = 10.0
_SEARCH_SECONDS: Final = 1.0

_DATED_PATHS: Final = (
    (re.compile(r"^/crm/v[34]/objects(?=/|$)"), "/crm/objects/{version}"),
    (re.compile(r"^/crm/v4/associations(?=/|$)"), "/crm/associations/{version}"),
    (
        re.compile(r"^/crm/v3/(properties|pipelines|owners|limits|exports)(?=/|$)"),
        r"/crm/\1/{version}",
    ),
    (re.compile(r"^/account-info/v3(?=/|$)"), "/account-info/{version}"),
    (re.compile(r"^/marketing/v3/campaigns(?=/|$)"), "/marketing/campaigns/{version}"),
    (re.compile(r"^/settings/v3/currencies(?=/|$)"), "/settings/currencies/{version}"),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how fast: the part of the configuration that the wire needs."""

    connect_seconds: float
    read_seconds: float
    total_seconds: float
    calls_per_ten_seconds: int
    searches_per_second: int


class Wire:
    """Stands where the client expects its urllib3 pool."""

    def __init__(  # noqa: PLR0913 -- each is somebody else's
        self,
        pool: urllib3.PoolManager,
        ports: Ports,
        limits: Limits,
        *,
        version: str,
        login: Login,
        host: str = "",
        here: threading.local | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pool = pool
        self._ports = ports
        self._limits = limits
        self._version = version
        self._login = login
        self._host = host
        # A hanging answer takes real time, whatever the agent's clock says.
        self._monotonic = monotonic
        self._here = here or threading.local()
        self._general = self._pace(limits.calls_per_ten_seconds, _GENERAL_SECONDS)
        self._search = self._pace(limits.searches_per_second, _SEARCH_SECONDS)
        self.skew: timedelta | None = None
        self._said: datetime | None = None  # the time in the last answer

    def request(  # noqa: PLR0913 -- the client's call to its pool
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: str | None = None,
        fields: Any = None,
        preload_content: bool = True,
        timeout: object = None,
    ) -> urllib3.HTTPResponse:
        """Send one request and read its whole answer; the client's own timeout is not used."""
        del preload_content, timeout
        address = dated(url, self._version)
        content = {"headers": headers, "body": body, "fields": fields}
        token = self._login.token(self._post_form)
        try:
            return self._sent(method, address, _signed(content, token))
        except Refusal as refusal:
            unknown = refusal.complaint.status == HTTPStatus.UNAUTHORIZED
            fresh = self._login.renewed(token, self._post_form) if unknown else None
            if fresh is None:
                raise
        return self._sent(method, address, _signed(content, fresh))

    def fetch(self, address: str, into: IO[bytes]) -> None:
        """Bring a file to the disk. Its address is its key, so no token goes there; it is no call.

        A file may take long as long as it comes.
        """
        try:
            with closing(self._opened("GET", address)) as answer:
                if answer.status != HTTPStatus.OK:
                    _accepted(_whole(answer, answer.read(_CHUNK_BYTES)))
                while chunk := answer.read(_CHUNK_BYTES):
                    into.write(chunk)
        except urllib3.exceptions.HTTPError as error:
            raise error_of_transport(error) from error

    @property
    def calls(self) -> int:
        """How many calls other than searches there may be in ten seconds."""
        return self._general.calls

    def close(self) -> None:
        self._pool.clear()

    def _sent(self, method: str, address: str, content: Mapping[str, Any]) -> urllib3.HTTPResponse:
        pace = self._search if urlsplit(address).path.endswith("/search") else self._general
        self._seen_to(partial(self._admit, pace))
        headers: Mapping[str, str] = {}
        try:
            answer = self._exchange(method, address, **content)
            headers = answer.headers
        except urllib3.exceptions.HTTPError as error:
            raise error_of_transport(error) from error
        finally:
            self._seen_to(partial(self._learn, headers, pace))
        return _accepted(answer)

    def _post_form(self, form: Mapping[str, str]) -> Mapping[str, object]:
        address = f"{self._host}/oauth/{self._version}/token"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._sent("POST", address, {"headers": headers, "body": urlencode(form)})
        found = parsed(answer.data or b"")
        if not isinstance(found, dict):
            raise malformed("a login without a token")
        return found

    def _seen_to(self, errand: Errand) -> None:
        """The ports belong to one thread; another one has its errands run there."""
        relay: Relay | None = getattr(self._here, "relay", None)
        if relay is None:
            errand()
        else:
            relay(errand)

    def _admit(self, pace: Pace) -> None:
        self._ports.reserve(1)
        pace.admit()

    def _exchange(self, method: str, url: str, **content: Any) -> urllib3.HTTPResponse:
        deadline = self._monotonic() + self._limits.total_seconds
        given = {name: value for name, value in content.items() if value is not None}
        answer = self._opened(method, url, **given)
        try:
            data = self._drain(answer, deadline)
        finally:
            answer.release_conn()
        return _whole(answer, data)

    def _opened(self, method: str, url: str, **content: Any) -> urllib3.BaseHTTPResponse:
        timeout = urllib3.Timeout(
            connect=self._limits.connect_seconds, read=self._limits.read_seconds
        )
        return self._pool.request(
            method, url, preload_content=False, redirect=False, timeout=timeout, **content
        )

    def _drain(self, answer: urllib3.BaseHTTPResponse, deadline: float) -> bytes:
        chunks: list[bytes] = []
        size = 0
        while chunk := answer.read1(_CHUNK_BYTES):
            chunks.append(chunk)
            size += len(chunk)
            if size > _MOST_BYTES or self._monotonic() > deadline:
                answer.close()
                raise _too_much(size)
        return b"".join(chunks)

    def _learn(self, headers: Mapping[str, str], pace: Pace) -> None:
        pace.end()
        calls = _number(headers, "X-HubSpot-RateLimit-Max")
        if calls is not None and _number(headers, _INTERVAL) == pace.seconds * 1000:
            pace.learn(calls, _number(headers, "X-HubSpot-RateLimit-Remaining"))
        self._learn_daily(headers)
        self._learn_time(headers)

    def _learn_daily(self, headers: Mapping[str, str]) -> None:
        limit = _number(headers, "X-HubSpot-RateLimit-Daily")
        left = _number(headers, "X-HubSpot-RateLimit-Daily-Remaining")
        if limit is not None and left is not None:
            self._ports.observe(max(limit - left, 0), limit)

    def _learn_time(self, headers: Mapping[str, str]) -> None:
        said = _date(headers.get("Date", ""))
        if said is not None and said != self._said:
            # Times are whole seconds: the first answer in a second tells best when it began.
            self._said, self.skew = said, said - self._ports.now()

    def _pace(self, calls: int, seconds: float) -> Pace:
        return Pace(calls, seconds, now=self._ports.now, wait=self._ports.wait)


_INTERVAL: Final = "X-HubSpot-RateLimit-Interval-Milliseconds"


def _signed(content: Mapping[str, Any], token: str) -> Mapping[str, Any]:
    return {**content, "headers": {**content["headers"], "Authorization": f"Bearer {token}"}}


def dated(url: str, version: str) -> str:
    """The address of the same resource among the paths that are named by date."""
    if version == "v3":
        return url
    parts = urlsplit(url)
    for pattern, path in _DATED_PATHS:
        if pattern.match(parts.path):
            fresh = pattern.sub(path.format(version=version), parts.path, count=1)
            return urlunsplit(parts._replace(path=fresh))
    return url


def _whole(answer: urllib3.BaseHTTPResponse, data: bytes) -> urllib3.HTTPResponse:
    return urllib3.HTTPResponse(
        body=data,
        headers=answer.headers,
        status=answer.status,
        reason=answer.reason,
    )


def _accepted(answer: urllib3.HTTPResponse) -> urllib3.HTTPResponse:
    # The client would turn a refusal into one of its many unrelated exceptions.
    if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return answer
    raise Refusal(
        complaint_of(answer.status, answer.data or b"", answer.headers, answer.reason or "")
    )


def _too_much(size: int) -> MalformedAnswer:
    if size > _MOST_BYTES:
        return malformed("it is larger than 64 MB")
    return malformed("it took longer than total_seconds")


def _number(headers: Mapping[str, str], name: str) -> int | None:
    value = headers.get(name, "")
    return int(value) if value.isascii() and value.isdigit() else None


def _date(value: str) -> datetime | None:
    try:
        said = parsedate_to_datetime(value)
    except ValueError:
        return None
    return said if said.tzinfo else None
