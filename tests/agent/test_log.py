"""The log: one line an event, without secrets, whatever is in it."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.log import HIDDEN, Redactor, quiet_clients, set_up_log

SECRETS = [
    "pat-na1-12345678-aaaa-bbbb-cccc-1234567890ab",
    "pat-eu1-87654321-aaaa-bbbb-cccc-1234567890ab",
    "00D5g000004abcd!AQEAQHx.y_z~1234567890",
    "00D5g000004abcdEAA!AQ.Ab_c",
    "xoxb-1234-5678-abcdEFGH",
    "xapp-1-A1-2-abcdef",
    "hooks.slack.com/services/T000/B000/abcdefgh",
    "hooks.slack.com/workflows/T000/A000/1/x",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nMIIEow cut off",
    "Bearer abcdefgh12345678",
    "bearer abcdefgh12345678",
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl",
]


@pytest.fixture
def redactor() -> Redactor:
    return Redactor(["s3cret-value"])


@pytest.fixture
def out(redactor: Redactor) -> Iterator[io.StringIO]:
    """What is logged as JSON; the logging of the tests is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    set_up_log(redactor, as_json=True, stream=stream)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(out: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def as_text(redactor: Redactor) -> io.StringIO:
    stream = io.StringIO()
    set_up_log(redactor, as_json=False, stream=stream)
    return stream


def test_an_event_is_one_json_object_a_line(out: io.StringIO) -> None:
    structlog.get_logger().info("cycle.finished", writes=3, kinds=["lead"], quick=True)

    (line,) = lines(out)
    assert line["event"] == "cycle.finished"
    assert line["level"] == "info"
    assert (line["writes"], line["kinds"], line["quick"]) == (3, ["lead"], True)
    assert str(line["timestamp"]).endswith("Z")


def test_cycle_and_crm_are_named_in_every_line(out: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(cycle=7, crm="salesforce"):
        structlog.get_logger().info("a")
        logging.getLogger("elsewhere").warning("b")
    structlog.get_logger().info("c")

    named = [(line.get("cycle"), line.get("crm")) for line in lines(out)]
    assert named == [(7, "salesforce"), (7, "salesforce"), (None, None)]


@pytest.mark.parametrize("secret", SECRETS)
def test_what_looks_like_a_secret_is_hidden_wherever_it_stands(
    out: io.StringIO, secret: str
) -> None:
    structlog.get_logger().info(
        f"event {secret}", value=secret, deep={"list": [secret, {secret: 1}]}
    )

    assert HIDDEN in out.getvalue()
    for part in secret.splitlines():
        assert part.removeprefix("-----BEGIN ") not in out.getvalue()


def test_a_registered_secret_is_hidden_whatever_it_looks_like(
    out: io.StringIO, redactor: Redactor
) -> None:
    redactor.register(["just issued"])

    structlog.get_logger().info("x", one="a s3cret-value b", other=["just issued"])

    assert "s3cret-value" not in out.getvalue()
    assert "just issued" not in out.getvalue()


def test_a_secret_within_a_secret_leaves_nothing_behind() -> None:
    redactor = Redactor(["abcd", "abcdefgh"])

    assert redactor.clean("abcdefgh") == HIDDEN


def test_an_empty_or_tiny_secret_does_not_hide_everything() -> None:
    redactor = Redactor(["", "a"])

    assert redactor.clean("a banana") == "a banana"


@pytest.mark.parametrize(
    "text",
    [
        "lead:00Q5g000001abcdEAA",
        "company:12345",
        "https://example.my.salesforce.com/services/data",
        "the bearer of news",
        "basic functionality",
        "00D5g000004abcdEAA",
    ],
)
def test_refs_and_addresses_stay_readable(redactor: Redactor, text: str) -> None:
    assert redactor.clean(text) == text


def test_a_password_in_an_address_is_hidden(redactor: Redactor) -> None:
    assert redactor.clean("postgresql://bbm:pa55@host/db") == f"postgresql://{HIDDEN}@host/db"


def fail_with(token: str) -> None:
    raise ValueError(f"refused: {len(token)} characters")


def test_a_traceback_shows_no_local_variables(out: io.StringIO) -> None:
    local = "only-in-a-local-variable"
    try:
        fail_with(local)
    except ValueError:
        structlog.get_logger().exception("cycle.failed")

    (line,) = lines(out)
    assert "refused: 24 characters" in json.dumps(line["exception"])
    assert local not in out.getvalue()


def test_a_secret_in_an_exceptions_message_is_hidden(out: io.StringIO) -> None:
    try:
        raise ValueError("GET https://x/?token=s3cret-value")  # noqa: TRY301 - the log is tested
    except ValueError:
        logging.getLogger("library").exception("failed")

    assert "s3cret-value" not in out.getvalue()


def test_a_librarys_arguments_are_redacted_too(out: io.StringIO) -> None:
    logging.getLogger("library").warning("sent %s to %s", "Bearer abcdefgh12345678", "host")

    (line,) = lines(out)
    assert line["event"] == f"sent {HIDDEN} to host"


@pytest.mark.parametrize("name", ["urllib3", "hubspot", "slack_sdk", "alembic"])
def test_the_clients_speak_only_when_something_is_wrong(out: io.StringIO, name: str) -> None:
    logging.getLogger(name).setLevel(logging.DEBUG)  # as some do when a client is built

    quiet_clients()
    logging.getLogger(f"{name}.connectionpool").info("GET /query?q=SELECT Email ...")
    logging.getLogger(name).warning("something is wrong")

    assert [line["event"] for line in lines(out)] == ["something is wrong"]


def test_the_level_is_respected(redactor: Redactor, out: io.StringIO) -> None:
    stream = io.StringIO()
    set_up_log(redactor, level="warning", as_json=True, stream=stream)

    structlog.get_logger().info("quiet")
    structlog.get_logger().warning("loud")

    assert [line["event"] for line in lines(stream)] == ["loud"]


def test_text_is_for_people(redactor: Redactor, out: io.StringIO) -> None:
    stream = as_text(redactor)

    structlog.get_logger().info("cycle.finished", writes=3, crm="hubspot")

    time, *rest = stream.getvalue().split()
    assert len(time) == len("09:00:00")
    assert rest == ["info", "cycle.finished", "crm=hubspot", "writes=3"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.characters()))
def test_no_text_can_break_a_line_or_the_log(redactor: Redactor, text: str) -> None:
    for as_json in (True, False):
        stream = io.StringIO()
        set_up_log(redactor, as_json=as_json, stream=stream)

        structlog.get_logger().info("record.parked", reason=text)

        line = stream.getvalue()
        assert line.endswith("\n")
        assert len(line.splitlines()) == 1
        assert not any(ord(char) < 32 for char in line.rstrip("\n"))
        line.encode()


def test_nothing_that_can_be_logged_fails(out: io.StringIO) -> None:
    structlog.get_logger().info(
        "x",
        odd=object,
        raw=b"\x00\xff",
        some={1, 2},
        none=None,
        rate=float("nan"),
        share=0.5,
        key={1: 2},
    )

    (line,) = lines(out)
    assert line["key"] == {"1": 2}
    assert line["none"] is None
    assert (line["rate"], line["share"]) == ("nan", 0.5)
