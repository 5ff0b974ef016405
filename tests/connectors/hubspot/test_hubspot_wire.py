"""Refusals and broken connections: every way in which an answer fails to arrive."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import HttpUrl, SecretStr

from connectors.contract import Ports
from connectors.errors import (
    LoginRefused,
    MalformedAnswer,
    RateLimited,
    RequestRefused,
    Unavailable,
)
from connectors.hubspot import wire
from connectors.hubspot.complaint import Complaint
from connectors.hubspot.config import HubSpotConfig
from connectors.hubspot.session import (
    Session,
)
from sandbox.clock import SandboxClock

EMPTY = {"results": []}


@contextmanager
def session(stage: Any, **more: Any) -> Iterator[Session]:
    subject = Session(stage.config(**more), stage.around.ports())
    with closing(subject):
        yield subject


def list_contacts(subject: Session) -> Any:
    return subject.ask(subject.client.crm.objects.basic_api.get_page, "contacts", limit=100)


def search_contacts(subject: Session) -> Any:
    return subject.ask(subject.client.crm.objects.search_api.do_search, "contacts", {"limit": 1})


def test_a_refusal_of_the_request_can_be_taken_as_an_answer(stage: Any) -> None:
    stage.says({"category": "CONFLICT", "message": "there"}, status=409)
    with session(stage) as subject:
        answer = subject.attempt(subject.client.crm.objects.batch_api.update, "contacts", {})
        with pytest.raises(RequestRefused):
            list_contacts(subject)

    assert isinstance(answer, Complaint)


@pytest.mark.parametrize(
    ("status", "kind"), [(401, LoginRefused), (429, RateLimited), (502, Unavailable)]
)
def test_other_refusals_are_raised(stage: Any, status: int, kind: type[Exception]) -> None:
    stage.says(b"\xff<html>", status=status)
    with session(stage) as subject, pytest.raises(kind):
        subject.attempt(subject.client.crm.objects.batch_api.update, "contacts", {})


def test_a_refusal_is_asked_once_even_if_it_says_when_to_come_back(stage: Any) -> None:
    stage.says(b"", status=503, Retry_After="0")
    with session(stage) as subject, pytest.raises(Unavailable):
        list_contacts(subject)

    assert len(stage.script.requests) == 1


def test_a_redirect_is_not_followed(stage: Any) -> None:
    stage.says(b"", status=302, Location=f"{stage.sandbox.url}/login")
    with session(stage) as subject, pytest.raises(Unavailable) as caught:
        list_contacts(subject)

    assert caught.value.code == "BBM-HS-045"
    assert len(stage.script.requests) == 1


def test_a_closed_port_is_unavailable() -> None:
    clock = SandboxClock(datetime(2026, 11, 2, tzinfo=UTC))
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        url = HttpUrl(f"http://127.0.0.1:{taken.getsockname()[1]}")
        config = HubSpotConfig(token=SecretStr("t"), url=url)
        with closing(Session(config, _ports(clock))) as subject, pytest.raises(Unavailable):
            list_contacts(subject)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Len",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n",
        b'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"results": []}',
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nf\r\n{"results": []}\r\n',
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nf\r\n{",
        b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 50\r\n\r\n<html>",
        b"nonsense\r\n\r\n",
    ],
)
def test_an_answer_cut_anywhere_is_unavailable(answer: bytes) -> None:
    with (
        _one_answer(answer) as url,
        closing(Session(_config(url), _ports())) as subject,
        pytest.raises((Unavailable, MalformedAnswer)),
    ):
        list_contacts(subject)


def test_an_answer_without_end_is_cut_off(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_MOST_BYTES", 1_000)
    stage.says({"results": [], "padding": "x" * 1_000})

    with session(stage) as subject, pytest.raises(MalformedAnswer, match="larger"):
        list_contacts(subject)


def test_an_answer_that_drips_ends_at_the_deadline() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
    config = {"total_seconds": 0.2, "read_seconds": 5.0}
    with (
        _one_answer(head, drip=True) as url,
        closing(Session(_config(url, **config), _ports())) as subject,
        pytest.raises(MalformedAnswer, match="total_seconds"),
    ):
        list_contacts(subject)


def test_a_silent_server_is_unavailable() -> None:
    with (
        _one_answer(None) as url,
        closing(Session(_config(url, read_seconds=0.1), _ports())) as subject,
        pytest.raises(Unavailable),
    ):
        list_contacts(subject)


def _config(url: str, **more: Any) -> HubSpotConfig:
    return HubSpotConfig(token=SecretStr("t"), url=HttpUrl(url), **more)


def _ports(clock: SandboxClock | None = None) -> Any:
    now = (clock or SandboxClock(datetime(2026, 11, 2, tzinfo=UTC))).now
    return Ports(lambda _: None, lambda _used, _limit: None, lambda _: None, now)


@contextmanager
def _one_answer(answer: bytes | None, *, drip: bool = False) -> Iterator[str]:
    """A server that says these bytes and hangs up, drips on, or (None) stays silent."""
    over = threading.Event()

    def serve() -> None:
        line, _ = listener.accept()
        with line:
            line.recv(65_536)
            line.sendall(answer or b"")
            while drip and not over.is_set():
                try:
                    line.sendall(b" ")
                except OSError:
                    return
                over.wait(0.02)
            if answer is None:
                over.wait(5)

    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            thread.join()
