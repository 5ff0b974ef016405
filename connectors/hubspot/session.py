"""One client, one connection pool, one way to ask: answers are parsed and their shape is checked.

The client's own `api_factory` seam puts the wire under each API object and keeps the objects,
because each attribute access would otherwise build a new one with new connections.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import IO, Any, Final

import urllib3
from hubspot import HubSpot
from hubspot.discovery.discovery_base import DiscoveryBase
from urllib3.connection import HTTPConnection as PooledConnection

from connectors.contract import Ports
from connectors.errors import Unavailable
from connectors.hubspot.complaint import Complaint, Refusal, faults_of, parsed
from connectors.hubspot.config import HubSpotConfig
from connectors.hubspot.crew import Relay
from connectors.hubspot.errors import HINTS, error_of, malformed, unavailable
from connectors.hubspot.login import login_of
from connectors.hubspot.values import zone_of
from connectors.hubspot.wire import Limits, Wire
from connectors.trust import trusted_file

Row = Mapping[str, Any]
"""A JSON object as HubSpot sent it. `translate.py` turns it into something typed."""

_NO_RETRIES: Final = urllib3.Retry(
    0, redirect=0, raise_on_status=False, respect_retry_after_header=False
)
_REFUSED_AS_SUCH: Final = frozenset({400, 404, 409, 423})


class Session:
    """Asks HubSpot through the unmodified client."""

    def __init__(self, config: HubSpotConfig, ports: Ports) -> None:
        self._config = config
        self._ports = ports
        self._apis: dict[tuple[str, str], Any] = {}
        self._wire: Wire | None = None
        self._account: Row | None = None
        self._here = threading.local()
        self._login = login_of(config, ports.now)
        self.client = HubSpot(
            access_token="the wire knows",  # noqa: S106 -- it puts the token of the moment there
            retry=_NO_RETRIES,
            api_factory=self._api,
            host=str(config.url).rstrip("/"),
            proxy=config.proxy,
            ssl_ca_cert=trusted_file(config.ca_file, section="crm.hubspot", code="BBM-HS-043"),
            # urllib3 drops this option for proxied connections, which costs 40 ms a request.
            socket_options=PooledConnection.default_socket_options,
        )

    def ask(self, call: Callable[..., Any], *arguments: Any, **options: Any) -> Row:
        """The answer as a JSON object.

        Raises:
            Any error of `connectors.errors`.
        """
        answer = self.attempt(call, *arguments, **options)
        if isinstance(answer, Complaint):
            raise error_of(answer)
        return answer

    def attempt(self, call: Callable[..., Any], *arguments: Any, **options: Any) -> Row | Complaint:
        """Like `ask`, but a refusal of this very request (400, 404, 409, 423) is returned."""
        try:
            answer = call(*arguments, _preload_content=False, **options)
        except Refusal as refusal:
            if refusal.complaint.status in _REFUSED_AS_SUCH:
                return refusal.complaint
            raise error_of(refusal.complaint, midnight_seconds=self._to_midnight()) from refusal
        return _object(answer)

    def send(self, call: Callable[..., Any], *arguments: Any, **options: Any) -> None:
        """Ask for something whose success has no body."""
        try:
            call(*arguments, _preload_content=False, **options)
        except Refusal as refusal:
            raise error_of(refusal.complaint, midnight_seconds=self._to_midnight()) from refusal

    def get(self, path: str, **query: str) -> Row:
        """The answer of an address that the client has no method for; what is empty is not sent."""
        return self.ask(
            self.client.crm.objects.basic_api.api_client.call_api,
            path,
            "GET",
            query_params=[(name, value) for name, value in query.items() if value],
            header_params={"Accept": "application/json"},
            auth_settings=["oauth2"],
            _return_http_data_only=True,
        )

    def fetch(self, address: str, into: IO[bytes]) -> None:
        """Bring a file, from an address that HubSpot made for it, to the disk.

        Raises:
            Unavailable: nothing is there any more, it does not come, or the disk is full.
        """
        if self._wire is None:
            raise malformed("a file came before any answer")
        try:
            self._wire.fetch(address, into)
        except Refusal as refusal:
            message = f"HubSpot does not hand out its file: {refusal.complaint.status}."
            raise unavailable("BBM-HS-040", message, refusal.complaint) from refusal
        except OSError as error:
            raise Unavailable(
                f"The disk does not take HubSpot's file: {error.strerror}.",
                hint=HINTS["BBM-HS-048"],
                code="BBM-HS-048",
            ) from error

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._ports.wait(seconds)

    @property
    def is_dated(self) -> bool:
        """Whether the paths that are named by date are asked."""
        return self._config.api_version != "v3"

    def account(self, *, fresh: bool = False) -> Row:
        """Portal id, time zone and currency, asked once unless it must be fresh."""
        if fresh or self._account is None:
            self._account = self.get("/account-info/v3/details")
        return self._account

    def server_now(self) -> datetime:
        """The time by HubSpot's clock, which stamps the changes; asks once if need be."""
        if self._skew() is None:
            self.account()
        return self._ports.now() + (self._skew() or timedelta())

    def skew(self) -> timedelta:
        """How far HubSpot's clock is ahead of ours."""
        return self._skew() or timedelta()

    @contextmanager
    def relayed(self, relay: Relay) -> Iterator[None]:
        """What this thread asks has its budget, pace and headers seen to by another one."""
        self._here.relay = relay
        try:
            yield
        finally:
            del self._here.relay

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the token was granted; empty where HubSpot does not say."""
        return self._login.scopes

    @property
    def calls_per_ten_seconds(self) -> int:
        """The pace of all calls but searches, as HubSpot stated it last."""
        return self._wire.calls if self._wire else self._config.calls_per_ten_seconds

    def close(self) -> None:
        if self._wire is not None:
            self._wire.close()

    def _skew(self) -> timedelta | None:
        return self._wire.skew if self._wire else None

    def _api(self, package: Any, name: str, options: Mapping[str, Any]) -> Any:
        key = (package.__name__, name)
        if key not in self._apis:
            self._apis[key] = self._wired(_quietly(package, name, options))
        return self._apis[key]

    def _wired(self, api: Any) -> Any:
        rest = api.api_client.rest_client
        if self._wire is None:
            self._wire = self._new_wire(rest.pool_manager)
        rest.pool_manager = self._wire
        return api

    def _new_wire(self, pool: urllib3.PoolManager) -> Wire:
        limits = Limits(
            connect_seconds=self._config.connect_seconds,
            read_seconds=self._config.read_seconds,
            total_seconds=self._config.total_seconds,
            calls_per_ten_seconds=self._config.calls_per_ten_seconds,
            searches_per_second=self._config.searches_per_second,
        )
        return Wire(
            pool,
            self._ports,
            limits,
            version=self._config.api_version,
            login=self._login,
            host=str(self._config.url).rstrip("/"),
            here=self._here,
        )

    def _to_midnight(self) -> float | None:
        """How long the portal's day lasts yet; None as long as it has not said where it is."""
        if self._account is None:
            return None
        now = self._ports.now() + self.skew()
        return seconds_to_midnight(now, str(self._account.get("timeZone")))


def seconds_to_midnight(now: datetime, zone: str) -> float:
    """How long until the portal's day ends; an unknown time zone counts as UTC."""
    here = now.astimezone(zone_of(zone))
    midnight = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight.astimezone(UTC) - now.astimezone(UTC)).total_seconds()


def results_of(answer: Row) -> list[Row]:
    """The results in an answer, each of them an object.

    Raises:
        MalformedAnswer: there is no list of results, which is never the same as an empty one.
    """
    rows = answer.get("results")
    if not isinstance(rows, list):
        raise malformed("it has no results")
    if set(map(type, rows)) - {dict}:
        raise malformed("a result is no object")
    return rows


def records_of(answer: Row) -> list[Row]:
    """The results in an answer that brings records: each has an id and properties."""
    rows = results_of(answer)
    ids = {type(row.get("id")) for row in rows}
    held = {type(row.get("properties")) for row in rows}
    if rows and (ids, held) != ({str}, {dict}):
        raise malformed("a record has no id or no properties")
    return rows


def only_missing(answer: Row) -> None:
    """Accept a partial answer to a read if all that is wrong is that something is not there.

    Raises:
        MalformedAnswer: HubSpot leaves something out for another reason, or without saying why.
    """
    faults = faults_of(answer)
    odd = sorted({fault.code for fault in faults} - {"OBJECT_NOT_FOUND"})
    if odd:
        raise malformed(f"it is partial: {', '.join(odd)}")
    if answer.get("numErrors") and not faults:
        raise malformed("it counts errors without naming them")


def _object(answer: Any) -> Row:
    value = parsed(answer.data or b"")  # urllib3 says None where nothing came
    if not isinstance(value, dict):
        raise malformed("it is not a JSON object")
    if value.get("status") == "error":
        raise malformed("a success says that it is an error")
    return value


def _quietly(package: Any, name: str, options: Mapping[str, Any]) -> Any:
    # Building a configuration of the client resets two log levels that are not the client's own.
    logger = logging.getLogger("urllib3")
    level, debug = logger.level, HTTPConnection.debuglevel
    try:
        return DiscoveryBase._default_api_factory(package, name, options)  # noqa: SLF001 -- the seam's own default
    finally:
        logger.setLevel(level)
        HTTPConnection.debuglevel = debug
