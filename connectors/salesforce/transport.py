"""Every request to Salesforce passes here: budget, timeouts, deadline, size, what headers say.

The adapter stands under the client's `requests` session, so that the unmodified client builds
each request and none can go around the budget and the deadline.
"""

import io
import re
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import IO, Any, Final

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection

from connectors.contract import Ports
from connectors.errors import Unavailable
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.errors import TOO_LATE, fail, malformed, no_room
from connectors.trust import trusted_file

STANDING_HEADERS: Final = {
    # Salesforce assigns leads and accounts to new owners on each update unless told not to.
    "Sforce-Auto-Assign": "FALSE",
    "Sforce-Duplicate-Rule-Header": "allowSave=true",
    "Sforce-Call-Options": "client=bbm-agent",
}
"""On the session, not on calls: the client drops a call's own headers when it repeats it."""

TABLE: Final = "text/csv"
"""What a request accepts whose answer may be too large for the memory."""

_MOST_BYTES: Final = 64 * 1024 * 1024
_MOST_TABLE_BYTES: Final = 1024 * 1024 * 1024
_TABLE_BYTES_IN_TIME: Final = 8 * 1024 * 1024
_LOOKED_AT: Final = 1024
_CHUNK_BYTES: Final = 256 * 1024
_WITHOUT_CONTENT: Final = (204, 304)
_USAGE: Final = re.compile(r"(?:^|[;,\s])api-usage=(\d+)/(\d+)")


class Gauges:
    """What the answers say about themselves: the server's clock and the calls used."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self.skew: timedelta | None = None
        self._said: datetime | None = None  # the time in the last answer
        self.usage: tuple[int, int] | None = None  # calls used and allowed, as said last
        self.unreported_calls = 0  # answered since Salesforce last said how many are used

    def server_now(self) -> datetime:
        """The time by Salesforce's clock, as far as an answer told it."""
        return self._ports.now() + (self.skew or timedelta())

    def learn(self, headers: Mapping[str, str]) -> None:
        said = _date(headers.get("Date", ""))
        if said is not None and said != self._said:
            # Times are whole seconds: the first answer in a second tells best when it began.
            self._said, self.skew = said, said - self._ports.now()
        usage = _USAGE.search(headers.get("Sforce-Limit-Info", ""))
        if usage is None:
            self.unreported_calls += 1
        else:
            self.report(int(usage[1]), int(usage[2]))

    def report(self, used: int, allowed: int) -> None:
        self.unreported_calls = 0
        self.usage = (used, allowed)
        self._ports.observe(used, allowed)


class Transport(HTTPAdapter):
    """Sends one request and reads its whole answer, within the limits of the configuration."""

    def __init__(
        self,
        config: SalesforceConfig,
        ports: Ports,
        gauges: Gauges,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(max_retries=0)
        self._config = config
        self._ports = ports
        self._gauges = gauges
        # A hanging answer takes real time, whatever the agent's clock says.
        self._monotonic = monotonic

    def send(  # noqa: PLR0913, PLR0917  the signature is that of requests
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: object = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send; whether and how long to wait is not the caller's to say."""
        del stream, timeout
        self._ports.reserve(1)
        deadline = self._monotonic() + self._config.total_seconds
        limits = (self._config.connect_seconds, self._config.read_seconds)
        response = super().send(
            request, stream=True, timeout=limits, verify=verify, cert=cert, proxies=proxies
        )
        is_table = request.headers.get("Accept") == TABLE and response.ok
        # Whoever reads a table closes it.
        body: IO[bytes] = tempfile.TemporaryFile() if is_table else io.BytesIO()  # noqa: SIM115
        with ExitStack() as failed:
            failed.callback(_discard, body)
            self._drain(response.raw, body, deadline, is_table=is_table)
            response.raw.release_conn()
            response.raw = body
            self._gauges.learn(response.headers)
            body.seek(0)
            _check_shape(request, response, body.read(_LOOKED_AT))
            body.seek(0)
            failed.pop_all()
        return response

    def proxy_manager_for(self, proxy: str, **options: Any) -> urllib3.ProxyManager:
        # urllib3 turns TCP_NODELAY off behind a proxy, which costs 40 ms a request.
        options["socket_options"] = HTTPConnection.default_socket_options
        manager: urllib3.ProxyManager = super().proxy_manager_for(proxy, **options)
        return manager

    def _drain(
        self, raw: urllib3.HTTPResponse, body: IO[bytes], deadline: float, *, is_table: bool
    ) -> None:
        """Take in the whole answer."""
        most, told = (_MOST_TABLE_BYTES, "1 GB") if is_table else (_MOST_BYTES, "64 MB")
        size, in_time = 0, _TABLE_BYTES_IN_TIME
        while chunk := raw.read1(_CHUNK_BYTES, decode_content=True):
            _keep(body, chunk)
            size += len(chunk)
            if size > most:
                raw.close()
                raise malformed(f"it is larger than {told}")
            if is_table and size > in_time:
                # As long as a table gets on, it may take as long again for each next part.
                in_time += _TABLE_BYTES_IN_TIME
                deadline += self._config.total_seconds
            if self._monotonic() > deadline:
                raw.close()
                raise fail(Unavailable, TOO_LATE, "An answer took longer than total_seconds.")


def http_session(config: SalesforceConfig, ports: Ports, gauges: Gauges) -> requests.Session:
    """The session that the client uses: its proxies and certificates, nobody else's.

    Raises:
        ConfigError: there is no such file of certificates.
    """
    ca_file = trusted_file(config.ca_file, section="crm.salesforce", code="BBM-SF-005")
    session = requests.Session()
    session.trust_env = False
    session.max_redirects = 0
    session.verify = ca_file or True
    session.proxies = {"https": config.proxy, "http": config.proxy} if config.proxy else {}
    session.headers.update(STANDING_HEADERS)
    session.mount("https://", Transport(config, ports, gauges))
    return session


def _keep(body: IO[bytes], chunk: bytes) -> None:
    try:
        body.write(chunk)
        body.flush()
    except OSError as error:
        raise no_room(error.strerror or str(error)) from error


def _discard(body: IO[bytes]) -> None:
    with suppress(OSError):  # what could not be written is written once more
        body.close()


def _check_shape(
    request: requests.PreparedRequest, response: requests.Response, body: bytes
) -> None:
    """A success is a JSON object or list, or has no content; a page for people is neither."""
    if not response.ok or response.is_redirect or response.status_code in _WITHOUT_CONTENT:
        return
    if request.method == "PUT":
        return  # what was put is not told again
    if request.headers.get("Accept") == TABLE:
        if not response.headers.get("Content-Type", "").startswith(TABLE):
            raise malformed("it is no table")
        return
    # The login over SOAP is the one answer that is XML.
    starts = (b"<",) if "/services/Soap/" in str(response.url) else (b"{", b"[")
    if body.lstrip()[:1] not in starts:
        raise malformed("it is empty" if not body.strip() else "it is not JSON")


def _date(value: str) -> datetime | None:
    try:
        said = parsedate_to_datetime(value)
    except ValueError:
        return None
    return said.astimezone(UTC) if said.tzinfo else None
