"""The clocks: the machine's, and a sandbox's over its admin interface."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from agent.clock import Interrupted, RemoteClock, SystemClock
from bbm_core.errors import TransientError
from sandbox.clock import SandboxClock
from sandbox.server import Sandbox

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """A server that answers everything alike."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Silence."""

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_the_machines_clock_is_aware_and_in_utc() -> None:
    before = datetime.now(UTC)

    now = SystemClock().now()

    assert now.utcoffset() == timedelta(0)
    assert before <= now <= datetime.now(UTC)


def test_waiting_for_no_time_returns_at_once() -> None:
    SystemClock().wait(0)
    SystemClock().wait(-5)


def test_waiting_ends_when_somebody_asks_to_stop() -> None:
    stop = threading.Event()
    stop.set()

    with pytest.raises(Interrupted):
        SystemClock(stop).wait(3600)


def test_a_sandboxs_clock_is_read() -> None:
    with Sandbox(clock=SandboxClock(START)) as sandbox, closing(RemoteClock(sandbox.url)) as clock:
        assert clock.now() == START
        assert clock.now() == START


def test_waiting_advances_the_sandbox_so_nobody_waits() -> None:
    with Sandbox(clock=SandboxClock(START)) as sandbox, closing(RemoteClock(sandbox.url)) as clock:
        clock.wait(3600)
        clock.wait(-5)

        assert clock.now() == START + timedelta(hours=1)
        assert sandbox.clock.now() == START + timedelta(hours=1)


def test_a_clock_of_ours_is_asked_once_until_it_is_moved() -> None:
    with Sandbox(clock=SandboxClock(START)) as sandbox:
        with closing(RemoteClock(sandbox.url, ours=True)) as clock:
            before = [clock.now() for _ in range(3)]
            clock.wait(3600)
            after = [clock.now() for _ in range(3)]

        assert before == [START] * 3
        assert after == [START + timedelta(hours=1)] * 3
        assert len(sandbox.ledger.requests(service="admin")) == 2


def test_a_clock_of_ours_forgets_the_time_where_the_answer_to_a_move_was_lost() -> None:
    with answering(200, b'{"now": "2026-01-05T09:00:00+00:00"}') as url:
        clock = RemoteClock(url, ours=True)
        assert clock.now() == START
        with pytest.raises(TransientError, match="answers 501"):
            clock.wait(3600)

    with closing(clock), pytest.raises(TransientError, match="does not answer"):
        clock.now()


def test_a_clock_that_is_not_there_is_a_transient_error() -> None:
    with answering(200, b"") as url:
        pass

    with (
        closing(RemoteClock(url)) as clock,
        pytest.raises(TransientError, match="does not answer") as caught,
    ):
        clock.now()
    assert "bbm sandbox serve" in caught.value.hint


@pytest.mark.parametrize(
    ("status", "body", "what"),
    [
        (500, b"{}", "answers 500"),
        (404, b'{"now": "2026-01-05T09:00:00+00:00"}', "answers 404"),
        (200, b"<html>", "without a time"),
        (200, b"{}", "without a time"),
        (200, b"[]", "without a time"),
        (200, b'{"now": "today"}', "without a time"),
        (200, b'{"now": 5}', "without a time"),
    ],
)
def test_an_answer_without_a_time_is_a_transient_error(status: int, body: bytes, what: str) -> None:
    with (
        answering(status, body) as url,
        closing(RemoteClock(url)) as clock,
        pytest.raises(TransientError, match=what),
    ):
        clock.now()
