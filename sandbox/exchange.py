"""HTTP on a connection: reading requests, TLS in place, one write per answer, spoilt answers."""

import socket
import struct
from dataclasses import replace
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qs, urlsplit

from sandbox.wire import Answer, Request

if TYPE_CHECKING:
    from sandbox.server import _Listener

_TLS_HANDSHAKE = 0x16
_HOSTS = (
    "*.salesforce.com",
    "*.my.salesforce.com",
    "*.sandbox.my.salesforce.com",
    "api.hubapi.com",
    "slack.com",
    "*.slack.com",
    "localhost",
)
_LONGEST_BODY = 1 << 30
_ABORT = struct.pack("ii", 1, 0)  # linger for no time: the peer sees a reset, not an end


def certificate_names() -> tuple[str, ...]:
    return (*_HOSTS, "127.0.0.1")


def is_ours(host: str) -> bool:
    """Whether a tunnel to this host ends here. Nothing else is ever reached."""
    suffixes = tuple(name.removeprefix("*") for name in _HOSTS if name.startswith("*"))
    return host in (*_HOSTS, "127.0.0.1") or host.endswith(suffixes)


def service_name(host: str, path: str) -> str:
    if path.startswith("/__sandbox__/"):
        return "admin"
    if host == "slack.com" or host.endswith(".slack.com") or path.startswith("/slack/"):
        return "slack"
    if path.startswith("/services/") or host.endswith(".salesforce.com"):
        return "salesforce"
    return "hubspot"


class Exchanger(BaseHTTPRequestHandler):
    """One connection. Every method goes the same way; the services know which they take."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    tunnel = ""

    def setup(self) -> None:
        self.listener = cast("_Listener", self.server)
        self.secure = False
        super().setup()
        self.listener.opened(self.connection)

    def finish(self) -> None:
        self.listener.closed(self.connection)
        super().finish()
        self.connection.close()

    def handle(self) -> None:
        try:
            if self._starts_with_tls():
                self._wrap()
            super().handle()
        except OSError:
            self.close_connection = True  # the client went away; there is nobody to tell

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline:
            self.close_connection = True
        elif self.parse_request():
            if self.command == "CONNECT":
                self._connect()
            else:
                self._exchange()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base's name
        """The ledger is the log."""

    def _starts_with_tls(self) -> bool:
        first = self.connection.recv(1, socket.MSG_PEEK)
        return bool(first) and first[0] == _TLS_HANDSHAKE

    def _connect(self) -> None:
        host = self.path.rpartition(":")[0].lower()
        if not is_ours(host):
            self.listener.sandbox.refuse_tunnel(replace(self._request(b""), path=self.path))
            self._send(Answer(HTTPStatus.FORBIDDEN, b"The sandbox reaches nobody else."))
            self.close_connection = True
            return
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self.tunnel = host
        self.close_connection = False
        self._wrap()

    def _wrap(self) -> None:
        plain = self.connection
        self.listener.closed(plain)
        self.rfile.close()
        self.connection = self.listener.context.wrap_socket(plain, server_side=True)
        self.listener.opened(self.connection)
        self.rfile = self.connection.makefile("rb", -1)
        self.wfile = self.connection.makefile("wb", 0)
        self.secure = True

    def _exchange(self) -> None:
        try:
            request = self._request(self._body())
        except ValueError:  # a length that is no number, or none that a body has
            self._send(Answer(HTTPStatus.BAD_REQUEST))
            self.close_connection = True
            return
        host = self.tunnel or self.headers.get("Host", "").rpartition(":")[0].lower()
        answer = self.listener.sandbox.answer(service_name(host, request.path), request)
        if answer.hang_seconds:
            self.listener.stopping.wait(answer.hang_seconds)
        self._send(answer)

    def _request(self, body: bytes) -> Request:
        parts = urlsplit(self.path)
        scheme = "https" if self.secure else "http"
        return Request(
            method=self.command,
            path=parts.path,
            query=parse_qs(parts.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
            base_url=f"{scheme}://{self.headers.get('Host', '')}",
        )

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return b"".join(iter(self._chunk, b""))
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 <= length <= _LONGEST_BODY:
            raise ValueError(f"a body of {length} bytes")
        return self.rfile.read(length)

    def _chunk(self) -> bytes:
        size = int(self.rfile.readline().split(b";")[0], 16)
        if not 0 <= size <= _LONGEST_BODY:
            raise ValueError(f"a chunk of {size} bytes")
        chunk = self.rfile.read(size)
        self.rfile.readline()
        return chunk

    def _send(self, answer: Answer) -> None:
        if answer.cut == "reset":
            self._abort()
            return
        head, body = self._head(answer), answer.body
        if self.command == "HEAD" or answer.cut == "head":
            body = b""
        elif answer.cut == "body":
            body = body[: len(body) // 2]
        elif answer.cut == "chunk":
            body = f"{len(body):x}\r\n".encode() + body[: len(body) // 2]
        self.wfile.write(head + body)
        self.close_connection = self.close_connection or bool(answer.cut)

    def _head(self, answer: Answer) -> bytes:
        date = format_datetime(self.listener.sandbox.clock.now(), usegmt=True)
        lines = [
            f"HTTP/1.1 {answer.status} {_phrase(answer.status)}",
            f"Date: {date}",
            *(f"{name}: {value}" for name, value in answer.headers.items()),
            _framing(answer),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _abort(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
        self.close_connection = True


def _framing(answer: Answer) -> str:
    if answer.cut == "chunk":
        return "Transfer-Encoding: chunked"
    return f"Content-Length: {len(answer.body)}"


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else "Unknown"
