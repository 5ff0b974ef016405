"""The one way to ask, through the real client: seam, headers, deadline, shapes, refusals."""

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import orjson
import pytest
from pydantic import HttpUrl, SecretStr

from connectors.errors import (
    BudgetSpent,
    ConfigError,
    MalformedAnswer,
    Unavailable,
)
from connectors.hubspot.config import HubSpotConfig
from connectors.hubspot.session import (
    Session,
    only_missing,
    records_of,
    results_of,
    seconds_to_midnight,
)
from connectors.hubspot.wire import dated
from sandbox.wire import Answer, Request

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


# The seam


def test_one_connection_serves_every_module_of_the_client(stage: Any) -> None:
    opened: set[str] = set()

    def note(request: Request) -> Answer:
        opened.add(threading.current_thread().name)
        return Answer(200, orjson.dumps(EMPTY))

    stage.script.answers = note
    with session(stage) as subject:
        for _ in range(3):
            list_contacts(subject)
            search_contacts(subject)
            subject.ask(subject.client.crm.properties.core_api.get_all, "contacts")
            subject.ask(subject.client.crm.pipelines.pipelines_api.get_all, "deals")

    assert len(stage.script.requests) == 12
    assert len(opened) == 1


def test_the_client_leaves_the_log_levels_of_others_alone(stage: Any) -> None:
    logger = logging.getLogger("urllib3")
    before = logger.level
    logger.setLevel(logging.INFO)
    HTTPConnection.debuglevel = 0
    try:
        with session(stage) as subject:
            assert subject.client.crm.objects.basic_api
        assert logger.level == logging.INFO
        assert HTTPConnection.debuglevel == 0
    finally:
        logger.setLevel(before)


def test_the_token_goes_in_the_header_and_nowhere_else(stage: Any) -> None:
    stage.says(EMPTY)
    with session(stage, token="pat-na1-secret") as subject:
        list_contacts(subject)
        subject.get("/account-info/v3/details")

    for request in stage.script.requests:
        assert request.headers["authorization"] == "Bearer pat-na1-secret"
        assert "secret" not in request.path


def test_the_environment_names_no_proxy(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    stage.says(EMPTY)

    with session(stage) as subject:
        assert list_contacts(subject) == EMPTY


def test_small_requests_do_not_wait_for_more_behind_a_proxy(stage: Any) -> None:
    with session(stage, proxy=stage.sandbox.url) as subject:
        assert subject.client.crm.objects.basic_api
        assert subject._wire is not None
        options = subject._wire._pool.connection_pool_kw["socket_options"]

    assert (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1) in options


def test_a_configured_proxy_and_certificate_are_used(stage: Any) -> None:
    stage.says(EMPTY)
    through = {"proxy": stage.sandbox.url, "ca_file": stage.sandbox.ca_file}
    config = HubSpotConfig(token=SecretStr("t"), url=HttpUrl("https://api.hubapi.com"), **through)

    with closing(Session(config, stage.around.ports())) as subject:
        assert list_contacts(subject) == EMPTY


def test_certificates_that_are_not_there_are_told_before_anything_is_sent(
    stage: Any, tmp_path: Path
) -> None:
    config = HubSpotConfig(token=SecretStr("t"), ca_file=tmp_path / "none.pem")

    with pytest.raises(ConfigError, match=r"none\.pem") as caught:
        Session(config, stage.around.ports())

    assert caught.value.code == "BBM-HS-043"


def test_an_unknown_certificate_is_no_answer(stage: Any) -> None:
    config = HubSpotConfig(
        token=SecretStr("t"), url=HttpUrl("https://api.hubapi.com"), proxy=stage.sandbox.url
    )

    with (
        closing(Session(config, stage.around.ports())) as subject,
        pytest.raises(Unavailable) as caught,
    ):
        list_contacts(subject)

    assert caught.value.code == "BBM-HS-043"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/crm/v3/objects/contacts?limit=1", "/crm/objects/2026-03/contacts?limit=1"),
        ("/crm/v4/objects/deals/1", "/crm/objects/2026-03/deals/1"),
        ("/crm/v4/associations/deals/x/batch", "/crm/associations/2026-03/deals/x/batch"),
        ("/crm/v3/properties/0-136", "/crm/properties/2026-03/0-136"),
        ("/crm/v3/pipelines/deals", "/crm/pipelines/2026-03/deals"),
        ("/crm/v3/owners/", "/crm/owners/2026-03/"),
        ("/crm/v3/limits/custom-properties", "/crm/limits/2026-03/custom-properties"),
        ("/account-info/v3/details", "/account-info/2026-03/details"),
        ("/crm/v3/objectsomething", "/crm/v3/objectsomething"),
        ("/marketing/v3/forms", "/marketing/v3/forms"),
    ],
)
def test_dated_paths_name_the_same_resources(path: str, expected: str) -> None:
    assert dated(f"https://h{path}", "2026-03") == f"https://h{expected}"
    assert dated(f"https://h{path}", "v3") == f"https://h{path}"


# Budget, pace and what the headers say


def test_each_call_is_reserved_before_it_is_sent(stage: Any) -> None:
    def refuse(calls: int) -> None:
        raise BudgetSpent(f"{calls}", hint="Wait.")

    ports = stage.around.ports()
    spent = type(ports)(refuse, ports.observe, ports.wait, ports.now)
    with closing(Session(stage.config(), spent)) as subject, pytest.raises(BudgetSpent):
        list_contacts(subject)

    assert stage.script.requests == []


def test_each_call_is_reserved_as_one(stage: Any) -> None:
    stage.says(EMPTY)
    with session(stage) as subject:
        list_contacts(subject)
        search_contacts(subject)

    assert stage.around.reserved == len(stage.script.requests) == 2


def test_the_pace_is_taken_from_the_answers(stage: Any) -> None:
    stage.says(
        EMPTY,
        X_HubSpot_RateLimit_Max="3",
        X_HubSpot_RateLimit_Interval_Milliseconds="10000",
    )
    with session(stage) as subject:
        for _ in range(7):
            list_contacts(subject)

    assert len(stage.around.waited) == 2
    assert sum(stage.around.waited) < 21


def test_a_search_that_states_its_own_limit_is_believed_for_searches_alone(stage: Any) -> None:
    stage.says(EMPTY, X_HubSpot_RateLimit_Max="1", X_HubSpot_RateLimit_Interval_Milliseconds="1000")
    with session(stage) as subject:
        for _ in range(3):
            search_contacts(subject)
        waited = len(stage.around.waited)
        for _ in range(9):
            list_contacts(subject)

    assert waited == 2
    assert len(stage.around.waited) == waited


def test_what_others_of_the_key_use_up_is_waited_for(stage: Any) -> None:
    stage.says(
        EMPTY,
        X_HubSpot_RateLimit_Max="100",
        X_HubSpot_RateLimit_Remaining="0",
        X_HubSpot_RateLimit_Interval_Milliseconds="10000",
    )
    with session(stage) as subject:
        list_contacts(subject)
        list_contacts(subject)

    assert len(stage.around.waited) == 1


def test_a_limit_over_another_interval_is_not_taken_for_the_pace(stage: Any) -> None:
    stage.says(EMPTY, X_HubSpot_RateLimit_Max="1", X_HubSpot_RateLimit_Interval_Milliseconds="1000")
    with session(stage) as subject:
        for _ in range(7):
            list_contacts(subject)

    assert stage.around.waited == []


def test_searches_have_a_pace_of_their_own(stage: Any) -> None:
    stage.says(EMPTY)
    with session(stage, searches_per_second=2) as subject:
        for _ in range(2):
            list_contacts(subject)
            search_contacts(subject)
        assert stage.around.waited == []
        search_contacts(subject)

    assert len(stage.around.waited) == 1
    assert stage.around.waited[0] <= 1.2


def test_the_daily_use_is_observed_when_it_is_stated(stage: Any) -> None:
    stage.says(
        EMPTY, X_HubSpot_RateLimit_Daily="250000", X_HubSpot_RateLimit_Daily_Remaining="240000"
    )
    with session(stage) as subject:
        list_contacts(subject)
        stage.says(EMPTY, X_HubSpot_RateLimit_Daily="250000")
        list_contacts(subject)
        stage.says(EMPTY, X_HubSpot_RateLimit_Daily="many", X_HubSpot_RateLimit_Daily_Remaining="x")
        list_contacts(subject)

    assert stage.around.observed == [(10_000, 250_000)]


def test_the_time_is_hubspots_and_asked_for_once(stage: Any) -> None:
    stage.says({"portalId": 1})
    ports = stage.around.ports()
    behind = type(ports)(
        ports.reserve, ports.observe, ports.wait, lambda: ports.now() - timedelta(hours=2)
    )
    with closing(Session(stage.config(), behind)) as subject:
        assert abs(subject.server_now() - stage.sandbox.clock.now()) <= timedelta(seconds=1)
        subject.server_now()

    assert len(stage.script.requests) == 1


def test_without_a_usable_date_the_time_is_ours(stage: Any) -> None:
    stage.says({"portalId": 1}, Date="yesterday")
    with session(stage) as subject:
        assert subject.server_now() == stage.sandbox.clock.now()


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        ("UTC", 23),
        ("Asia/Tokyo", 14),
        ("US/Eastern", 4),
        ("Nowhere/AtAll", 23),
        ("", 23),
        ("America", 23),
    ],
)
def test_the_day_ends_where_the_portal_is_at_home(zone: str, hours: float) -> None:
    now = datetime(2026, 11, 2, 1, tzinfo=UTC)

    assert seconds_to_midnight(now, zone) == hours * 3600


def test_a_day_may_be_an_hour_longer() -> None:
    now = datetime(2026, 10, 25, 0, tzinfo=UTC)  # clocks go back this night in Berlin

    assert seconds_to_midnight(now, "Europe/Berlin") == 23 * 3600


def test_the_daily_limit_waits_for_that_midnight(stage: Any) -> None:
    stage.says({"portalId": 1, "timeZone": "Asia/Tokyo"})
    with session(stage) as subject:
        subject.account()
        stage.says({"policyName": "DAILY", "message": "no"}, status=429)
        with pytest.raises(BudgetSpent) as caught:
            list_contacts(subject)

    assert caught.value.wait_seconds == pytest.approx(6 * 3600, abs=2)


def test_a_portal_that_has_not_said_where_it_is_names_no_midnight(stage: Any) -> None:
    stage.says({"policyName": "DAILY", "message": "no"}, status=429)

    with session(stage) as subject, pytest.raises(BudgetSpent) as caught:
        list_contacts(subject)

    assert caught.value.wait_seconds is None
    assert str(caught.value) == "HubSpot's daily limit of calls is reached."


# Shapes


@pytest.mark.parametrize(
    "body", [b"", b"<html></html>", b"null", b"[]", b'"x"', b'{"results": [', b'{"status":"error"}']
)
@pytest.mark.parametrize("ask", [list_contacts, search_contacts])
def test_a_success_that_is_no_object_is_malformed(
    stage: Any, ask: Callable[[Session], Any], body: bytes
) -> None:
    stage.says(body)
    with session(stage) as subject, pytest.raises(MalformedAnswer):
        ask(subject)


@pytest.mark.parametrize("answer", [{}, {"results": None}, {"results": {}}, {"results": [1]}])
def test_missing_results_are_not_the_same_as_none(answer: dict[str, Any]) -> None:
    with pytest.raises(MalformedAnswer):
        results_of(answer)


@pytest.mark.parametrize(
    "row", [{}, {"id": "1"}, {"id": 1, "properties": {}}, {"id": "1", "properties": []}]
)
def test_a_record_has_an_id_and_properties(row: dict[str, Any]) -> None:
    with pytest.raises(MalformedAnswer):
        records_of({"results": [row]})


@pytest.mark.parametrize(
    "partial",
    [{"numErrors": 1}, {"errors": [{"category": "FORBIDDEN"}]}, {"numErrors": 2, "errors": []}],
)
def test_a_read_may_only_lack_what_is_not_there(partial: dict[str, Any]) -> None:
    with pytest.raises(MalformedAnswer):
        only_missing(partial)


def test_a_read_may_lack_what_is_not_there() -> None:
    only_missing({"numErrors": 2, "errors": [{"category": "OBJECT_NOT_FOUND"}]})
    only_missing({"numErrors": 0})
