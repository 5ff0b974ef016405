"""Posting to Slack over a real connection: once per call, and every failure sorted."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
import pytest

from agent.alerts.message import Message, Severity
from agent.alerts.slack import MessageGone, Posted, SlackSender, Undecided, _checked
from bbm_core.errors import (
    AccessError,
    BBMError,
    ConfigError,
    PreconditionError,
    TransientError,
)

TOKEN = "xoxb-1-secret"
MESSAGE = Message(
    verdict="Volume-heavy",
    headline="Volume-heavy: ICP rate of Leads 21.3%",
    why=("Because.",),
    footer="BBM-123456",
    severity=Severity.VOLUME,
    lang="en",
    ref="BBM-123456",
)


@dataclass(slots=True)
class Reply:
    """What the far side answers; without a status it hangs up."""

    status: int | None = 200
    body: bytes = b'{"ok":true,"ts":"17.5","channel":"C1"}'
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class FarSide:
    """A loopback server that answers as told and remembers what it was asked."""

    url: str = ""
    reply: Reply = field(default_factory=Reply)
    asked: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)

    def bot(self, **more: Any) -> SlackSender:
        return SlackSender(token=TOKEN, channel="C1", base_url=f"{self.url}/api", **more)

    def webhook(self, **more: Any) -> SlackSender:
        return SlackSender(webhook=f"{self.url}/services/T1/B1/secret", **more)


@pytest.fixture
def far() -> Iterator[FarSide]:
    side = FarSide()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = orjson.loads(self.rfile.read(length))
            side.asked.append((self.path, body, self.headers.get("Authorization", "")))
            reply = side.reply
            if reply.status is None:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            """Keep the test's output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    side.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield side
    server.shutdown()
    thread.join()
    server.server_close()


def refused(code: str) -> Reply:
    return Reply(body=orjson.dumps({"ok": False, "error": code}))


def test_a_bot_posts_into_its_channel_and_learns_the_time_stamp(far: FarSide) -> None:
    assert far.bot().post(MESSAGE) == Posted("17.5")

    path, body, authorization = far.asked[0]
    assert path == "/api/chat.postMessage"
    assert authorization == f"Bearer {TOKEN}"
    assert body["channel"] == "C1"
    assert body["text"] == MESSAGE.headline
    assert (body["unfurl_links"], body["unfurl_media"], body["mrkdwn"]) == (False, False, False)
    assert "thread_ts" not in body


def test_a_bot_answers_in_a_thread(far: FarSide) -> None:
    far.bot().post(MESSAGE, thread_ts="17.5")

    assert far.asked[0][1]["thread_ts"] == "17.5"


def test_a_bot_changes_a_message_in_place(far: FarSide) -> None:
    assert far.bot().updates
    assert far.bot().update("17.5", MESSAGE) == Posted("17.5")

    path, body, _ = far.asked[0]
    assert (path, body["ts"], body["channel"]) == ("/api/chat.update", "17.5", "C1")


def test_a_webhook_posts_without_learning_where(far: FarSide) -> None:
    far.reply = Reply(body=b"ok")

    assert not far.webhook().updates
    assert far.webhook().post(MESSAGE) == Posted(None)
    assert far.webhook().update("17.5", MESSAGE) == Posted(None)
    assert [path for path, _, _ in far.asked] == ["/services/T1/B1/secret"] * 2


CODES: list[tuple[str, type[BBMError]]] = [
    ("channel_not_found", PreconditionError),
    ("not_in_channel", PreconditionError),
    ("is_archived", PreconditionError),
    ("missing_scope", PreconditionError),
    ("invalid_blocks", PreconditionError),
    ("some_new_error", PreconditionError),
    ("invalid_auth", AccessError),
    ("token_revoked", AccessError),
    ("account_inactive", AccessError),
    ("message_not_found", MessageGone),
    ("cant_update_message", MessageGone),
    ("ratelimited", TransientError),
    ("service_unavailable", TransientError),
    ("internal_error", Undecided),
    ("fatal_error", Undecided),
]


@pytest.mark.parametrize(("code", "kind"), CODES)
def test_slacks_refusals_are_sorted_by_what_to_do(
    far: FarSide, code: str, kind: type[BBMError]
) -> None:
    far.reply = refused(code)

    with pytest.raises(BBMError) as caught:
        far.bot().update("17.5", MESSAGE)

    assert type(caught.value) is kind
    assert code in caught.value.message
    assert caught.value.hint
    assert caught.value.code.startswith("BBM-SL-")


STATUSES: list[tuple[int, bytes, type[BBMError]]] = [
    (400, b"invalid_payload", PreconditionError),
    (401, b"", AccessError),
    (403, b"action_prohibited", PreconditionError),
    (403, b"invalid_token", AccessError),
    (404, b"no_service", PreconditionError),
    (404, b"channel_not_found", PreconditionError),
    (410, b"channel_is_archived", PreconditionError),
    (429, b"rate_limited", TransientError),
    (500, b"rollup_error", Undecided),
    (502, b"<html>bad gateway</html>", Undecided),
    (503, b"", Undecided),
    (200, b"<html>a proxy's page</html>", PreconditionError),
    (302, b"", PreconditionError),
]


@pytest.mark.parametrize(("status", "body", "kind"), STATUSES)
def test_a_webhooks_refusals_are_never_taken_for_success(
    far: FarSide, status: int, body: bytes, kind: type[BBMError]
) -> None:
    far.reply = Reply(status, body, {"Location": f"{far.url}/elsewhere"})

    with pytest.raises(BBMError) as caught:
        far.webhook().post(MESSAGE)

    assert type(caught.value) is kind
    assert len(far.asked) == 1


@pytest.mark.parametrize(
    ("status", "kind"), [(500, Undecided), (502, Undecided), (403, PreconditionError)]
)
def test_a_page_instead_of_json_is_sorted_by_its_status(
    far: FarSide, status: int, kind: type[BBMError]
) -> None:
    far.reply = Reply(status, b"<html>\x1b[31m no</html>")

    with pytest.raises(BBMError) as caught:
        far.bot().post(MESSAGE)

    assert type(caught.value) is kind
    assert "\x1b" not in caught.value.message


@pytest.mark.parametrize("told", ["30", "soon"])
@pytest.mark.parametrize("way", ["bot", "webhook"])
def test_a_wait_is_passed_on_and_never_waited_for_here(far: FarSide, way: str, told: str) -> None:
    body = b'{"ok":false,"error":"ratelimited"}'
    far.reply = Reply(429, body, {"Retry-After": told})

    with pytest.raises(TransientError) as caught:
        getattr(far, way)().post(MESSAGE)

    assert caught.value.wait_seconds == (30.0 if told == "30" else None)
    assert len(far.asked) == 1


@pytest.mark.parametrize("way", ["bot", "webhook"])
def test_a_lost_answer_is_undecided_and_not_sent_again(far: FarSide, way: str) -> None:
    far.reply = Reply(None)

    with pytest.raises(Undecided):
        getattr(far, way)().post(MESSAGE)

    assert len(far.asked) == 1


def test_a_success_without_a_time_stamp_is_undecided(far: FarSide) -> None:
    far.reply = Reply(body=b'{"ok":true}')

    with pytest.raises(Undecided):
        far.bot().post(MESSAGE)


@pytest.mark.parametrize("way", ["bot", "webhook"])
def test_without_a_connection_nothing_was_sent(way: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        side = FarSide(url=f"http://127.0.0.1:{taken.getsockname()[1]}")

        with pytest.raises(TransientError) as caught:
            getattr(side, way)().post(MESSAGE)

    assert type(caught.value) is TransientError


@pytest.mark.parametrize("way", ["token", "webhook"])
def test_certificates_that_are_not_there_are_told_before_anything_is_sent(
    way: str, tmp_path: Path
) -> None:
    far_away = {way: "https://hooks.slack.com/services/T/B/X"}
    sender = SlackSender(**far_away, ca_file=str(tmp_path / "none.pem"))

    with pytest.raises(ConfigError, match=r"none\.pem") as caught:
        sender.post(MESSAGE)

    assert caught.value.code == "BBM-SL-010"


def test_proxies_of_the_environment_are_not_asked(
    far: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    assert far.bot().post(MESSAGE) == Posted("17.5")


def test_a_configured_proxy_is_asked(far: FarSide) -> None:
    sender = SlackSender(
        token=TOKEN, channel="C1", base_url="http://slack.invalid/api/", proxy=far.url
    )

    assert sender.post(MESSAGE) == Posted("17.5")
    assert far.asked[0][0] == "http://slack.invalid/api/chat.postMessage"


def test_secrets_stay_out_of_what_is_printed() -> None:
    sender = SlackSender(token=TOKEN, channel="C1", proxy="http://user:pass@proxy")
    hook = SlackSender(webhook="https://hooks.slack.com/services/T1/B1/secret")

    assert "secret" not in repr(sender) + repr(hook)
    assert "pass" not in repr(sender)


def test_an_error_names_no_secret(far: FarSide) -> None:
    far.reply = Reply(404, b"no_service")

    with pytest.raises(PreconditionError) as caught:
        far.webhook().post(MESSAGE)

    assert "secret" not in f"{caught.value.message} {caught.value.hint}"


def test_a_message_that_does_not_fit_is_not_sent() -> None:
    with pytest.raises(PreconditionError, match="does not fit into Slack"):
        _checked({"text": "", "blocks": []})
