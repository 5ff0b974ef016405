"""One answer never takes longer, nor more room, than the configuration allows."""

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from connectors.contract import Ports
from connectors.errors import BudgetSpent, ConfigError, MalformedAnswer, Unavailable
from connectors.salesforce import transport
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.errors import CLIENT_ERRORS
from connectors.salesforce.transport import Gauges, Transport, http_session

NOW = datetime(2026, 11, 2, tzinfo=UTC)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"


def ports(reserve: Callable[[int], None] = lambda _: None) -> Ports:
    return Ports(reserve, lambda *_: None, lambda _: None, lambda: NOW)


def config(**settings: Any) -> SalesforceConfig:
    url = "https://acme.my.salesforce.com"
    return SalesforceConfig(url=url, client_id="key", client_secret="secret", **settings)


@contextmanager
def saying(*parts: bytes) -> Iterator[str]:
    """A server that answers one request with these bytes, one part after the other."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_answer, args=(listener, parts), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        thread.join(timeout=5)


def _answer(listener: socket.socket, parts: tuple[bytes, ...]) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(65_536)
        try:
            for part in parts:
                connection.sendall(part)
        except OSError:
            return  # the other side has had enough


def fetch(url: str, subject: Transport) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        session.mount("http://", subject)
        return session.get(url)


def make(gauges: Gauges | None = None, **options: Any) -> Transport:
    settings = options.pop("settings", {})
    given = ports(**options.pop("ports", {}))
    return Transport(config(**settings), given, gauges or Gauges(given), **options)


def with_body(body: bytes, *headers: bytes) -> bytes:
    length = f"Content-Length: {len(body)}".encode()
    return HEAD + b"\r\n".join([length, *headers]) + b"\r\n\r\n" + body


def test_an_answer_is_read_whole() -> None:
    with saying(with_body(b'{"name": "\xe8\x91\xb5"}')) as url:
        assert fetch(url, make()).json() == {"name": "葵"}


def test_a_compressed_answer_is_read() -> None:
    packed = gzip.compress(b'{"a": 1}')
    with saying(with_body(packed, b"Content-Encoding: gzip")) as url:
        assert fetch(url, make()).json() == {"a": 1}


def test_an_answer_in_chunks_is_read() -> None:
    chunks = b"Transfer-Encoding: chunked\r\n\r\n4\r\n[1, \r\n3\r\n2 ]\r\n0\r\n\r\n"
    with saying(HEAD + chunks) as url:
        assert fetch(url, make()).json() == [1, 2]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 20",
        HEAD,
        HEAD + b'Content-Length: 100\r\n\r\n{"a": 1}',
        HEAD + b'Transfer-Encoding: chunked\r\n\r\n20\r\n{"a":',
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: 8\r\n\r\n{'a': 1}",
    ],
    ids=["nothing", "mid status", "mid head", "mid body", "mid chunk", "not gzip"],
)
def test_an_answer_cut_anywhere_is_an_error_of_the_client(answer: bytes) -> None:
    with saying(answer) as url, pytest.raises((*CLIENT_ERRORS, MalformedAnswer)):
        fetch(url, make())


def test_an_answer_that_drips_ends_at_the_deadline() -> None:
    ticks = iter(range(0, 100_000, 100))
    drip = [HEAD + b"Content-Length: 1000\r\n\r\n", *([b"{" + b" " * 9] * 100)]

    with saying(*drip) as url, pytest.raises(Unavailable, match="total_seconds"):
        fetch(url, make(monotonic=lambda: next(ticks)))


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_MOST_BYTES", 10_000)
    bomb = gzip.compress(b"[" + b" " * 10_000_000 + b"]")

    answer = with_body(bomb, b"Content-Encoding: gzip")
    with saying(answer) as url, pytest.raises(MalformedAnswer, match="64 MB"):
        fetch(url, make())


def test_silence_ends_at_the_read_limit() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"

        with pytest.raises(requests.ReadTimeout):
            fetch(url, make(settings={"read_seconds": 0.05}))


def test_nothing_is_sent_without_a_reservation() -> None:
    def refuse(calls: int) -> None:
        raise BudgetSpent(f"{calls} calls are not to be had.", hint="Wait.")

    with pytest.raises(BudgetSpent):
        fetch("http://127.0.0.1:1/", make(ports={"reserve": refuse}))


@pytest.mark.parametrize(
    ("date", "skew"),
    [
        ("Mon, 02 Nov 2026 00:00:07 GMT", timedelta(seconds=7)),
        ("Mon, 02 Nov 2026 09:00:00 +0900", timedelta()),
        ("soon", None),
        ("", None),
        ("Mon, 02 Nov 2026 00:00:07 -0000", None),  # a time without a zone
    ],
)
def test_an_answer_tells_the_time(date: str, skew: timedelta | None) -> None:
    gauges = Gauges(ports())

    gauges.learn({"Date": date})

    assert gauges.skew == skew
    assert gauges.server_now() == NOW + (skew or timedelta())


def test_the_large_sizes_of_real_answers_fit() -> None:
    body = b"[" + b",".join([b'"' + b"x" * 1000 + b'"'] * 2000) + b"]"

    with saying(with_body(body)) as url:
        assert len(fetch(url, make()).json()) == 2000


def test_packets_are_not_held_back_behind_a_proxy() -> None:
    manager = make().proxy_manager_for("http://127.0.0.1:9")

    assert (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1) in manager.connection_pool_kw[
        "socket_options"
    ]


def test_certificates_that_are_not_there_are_told_before_anything_is_sent(tmp_path: Path) -> None:
    settings = config(ca_file=tmp_path / "none.pem")

    with pytest.raises(ConfigError, match=r"none\.pem") as caught:
        http_session(settings, ports(), Gauges(ports()))

    assert caught.value.code == "BBM-SF-005"
