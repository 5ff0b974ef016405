"""The sandbox: one port for every service, plain HTTP, TLS, and CONNECT with TLS in place."""

import socket
import ssl
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import trustme

from sandbox.admin import AdminService
from sandbox.clock import SandboxClock
from sandbox.exchange import Exchanger, certificate_names
from sandbox.faults import Faults, spoil
from sandbox.ledger import Ledger
from sandbox.slack.service import SlackService
from sandbox.slack.workspace import Workspace
from sandbox.wire import Answer, Request, Service, json_answer

if TYPE_CHECKING:
    from sandbox.hubspot.portal import Portal
    from sandbox.salesforce.org import Org


class CannotListen(Exception):
    """The address is taken, or none of ours."""


DEFAULT_START = datetime(2026, 11, 2, tzinfo=UTC)  # a Monday


@dataclass(slots=True)
class _Door:
    """A service and the lock that makes its requests one after another."""

    name: str
    service: Service
    lock: threading.RLock = field(default_factory=threading.RLock)


class Sandbox:
    """Stands in for the CRMs and Slack, in this process; `with Sandbox() as sandbox:` serves.

    Salesforce's client reaches it through its proxy setting (`sandbox.url`) and `ca_file`; the
    others take `sandbox.url` as their base address. A CRM is built, and its code imported, when
    it is first asked for: most sandboxes stand in for one of them.
    """

    def __init__(
        self,
        *,
        clock: SandboxClock | None = None,
        seed: int = 0,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.clock = clock or SandboxClock(DEFAULT_START)
        self.ledger = Ledger()
        self.faults = Faults()
        self._seed = seed
        self._org: Org | None = None
        self._portal: Portal | None = None
        self._building = threading.RLock()
        self.slack = Workspace(self.clock)
        self.admin = AdminService(self)
        self._doors: dict[str, _Door] = {}
        self._address = (host, port)
        self._server: _Listener | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.register("admin", self.admin)
        self.register("slack", SlackService(self.slack))

    @property
    def salesforce(self) -> "Org":
        with self._building:
            if self._org is None:
                from sandbox.salesforce.org import Org  # noqa: PLC0415  when asked for

                self._org = Org(self.clock, seed=self._seed, ledger=self.ledger)
            return self._org

    @property
    def hubspot(self) -> "Portal":
        with self._building:
            if self._portal is None:
                from sandbox.hubspot.portal import Portal  # noqa: PLC0415  when asked for

                self._portal = Portal(self.clock, seed=self._seed, ledger=self.ledger)
            return self._portal

    def register(self, name: str, service: Service) -> None:
        """Serve this service under its name; `exchange.service_name` maps addresses to names."""
        with self._building:  # not while `_door` is about to put another one there
            self._doors[name] = _Door(name, service)

    @property
    def url(self) -> str:
        host, port = self._address
        return f"http://{host}:{port}"

    @property
    def ca_file(self) -> str:
        """The certificate authority that clients must trust, as a PEM file."""
        if self._folder is None:
            raise RuntimeError("The sandbox has not been started.")
        return str(Path(self._folder.name) / "ca.pem")

    def start(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="sandbox-")
        authority, context = _authority()
        authority.cert_pem.write_to_path(self.ca_file)
        try:
            self._server = _Listener(self._address, self, context)
        except OSError as error:  # taken, not allowed, no such host
            where = "{}, port {}".format(*self._address)
            raise CannotListen(
                f"The sandbox cannot listen on {where}: {error.strerror}. Port 0 takes a free one."
            ) from error
        host, port = self._server.server_address[:2]
        self._address = (str(host), int(port))
        self._server.serve_in_background()
        return self

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def answer(self, name: str, request: Request) -> Answer:
        """One exchange, without any transport: fault, service, ledger."""
        with self.ledger.exchange(name, request, self.clock.now()) as seq:
            fault = None if name == "admin" else self.faults.take(name, request)
            if fault is None:
                answer = self._serve(name, request)
                self.ledger.answered(seq, answer.status)
                return answer
            action = fault.act()
            answer = spoil(action, self._serve(name, request) if action.applied else None)
            status = 0 if answer.cut == "reset" else answer.status
            self.ledger.answered(seq, status, fault.name())
            return answer

    def refuse_tunnel(self, request: Request) -> None:
        """Record a CONNECT to a host that is not ours: a client tried to leave the sandbox."""
        with self.ledger.exchange("proxy", request, self.clock.now()) as seq:
            self.ledger.answered(seq, 403)

    def _serve(self, name: str, request: Request) -> Answer:
        door = self._door(name)
        if door is None:
            return json_answer(404, {"error": f"The sandbox serves no {name} here."})
        with door.lock:
            return door.service.handle(request)

    def _door(self, name: str) -> _Door | None:
        with self._building:
            if name in _CRMS and name not in self._doors:
                self.register(name, _CRMS[name](self))
            return self._doors.get(name)


def _salesforce_service(sandbox: Sandbox) -> Service:
    from sandbox.salesforce.service import SalesforceService  # noqa: PLC0415  when asked for

    return SalesforceService(sandbox.salesforce)


def _hubspot_service(sandbox: Sandbox) -> Service:
    from sandbox.hubspot.service import HubSpotService  # noqa: PLC0415  when asked for

    return HubSpotService(sandbox.hubspot)


_CRMS: Mapping[str, Callable[[Sandbox], Service]] = {
    "salesforce": _salesforce_service,
    "hubspot": _hubspot_service,
}


class _Listener(ThreadingHTTPServer):
    """Accepts connections, and closes those that are open when it stops."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], sandbox: Sandbox, context: ssl.SSLContext) -> None:
        self.sandbox = sandbox
        self.context = context
        self.stopping = threading.Event()
        self._open: dict[socket.socket, threading.Thread] = {}
        self._open_lock = threading.Lock()
        super().__init__(address, Exchanger)

    def serve_in_background(self) -> None:
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def opened(self, connection: socket.socket) -> None:
        with self._open_lock:
            self._open[connection] = threading.current_thread()

    def closed(self, connection: socket.socket) -> None:
        with self._open_lock:
            self._open.pop(connection, None)

    def stop(self) -> None:
        self.stopping.set()
        self.shutdown()
        self._thread.join()
        self.server_close()
        with self._open_lock:
            left = dict(self._open)
        for connection in left:
            _hang_up(connection)
        for thread in left.values():
            thread.join(timeout=2)


def _hang_up(connection: socket.socket) -> None:
    try:
        # The plain method also on a TLS socket: no farewell, the reader just wakes up.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
    except OSError:
        return  # it was closed in the meantime


@cache  # its names are always the same, and to make keys takes longer than to start a server
def _authority() -> tuple[trustme.CA, ssl.SSLContext]:
    """A certificate authority, and what a server needs to speak in its name."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*certificate_names()).configure_cert(context)
    return authority, context
