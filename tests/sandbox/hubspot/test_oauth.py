"""OAuth from the page where a person lets an app in to the end of its tokens."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import orjson
import pytest

from sandbox.clock import SandboxClock
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.service import HubSpotService
from sandbox.hubspot.tokens import RUNNING_SCOPES
from sandbox.wire import Answer, Request
from tests.sandbox.hubspot.calling import Api

BACK = "https://app.example/back?x=1"
SECRETS = {"client_id": "4711", "client_secret": "s3cret"}


@pytest.fixture
def service(portal: Portal) -> HubSpotService:
    portal.tokens.add_app("4711", "s3cret", "r1", RUNNING_SCOPES)
    return HubSpotService(portal)


def ask(service: HubSpotService, method: str, url: str, **form: str) -> Answer:
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return service.handle(Request(method, parts.path, query, {}, urlencode(form).encode(), ""))


def body(answer: Answer) -> Any:
    return orjson.loads(answer.body)


def let_in(service: HubSpotService, **more: str) -> str:
    asked = {"client_id": "4711", "redirect_uri": BACK, "state": "s", **more}
    answer = ask(service, "GET", f"/oauth/authorize?{urlencode(asked)}")
    assert answer.status == 302, answer.body
    back = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert (back["x"], back["state"]) == (["1"], ["s"])
    return back["code"][0]


def redeem(service: HubSpotService, code: str, redirect: str = BACK) -> Answer:
    told = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect}
    return ask(service, "POST", "/oauth/v3/token", **SECRETS, **told)


def test_a_code_buys_tokens_once(service: HubSpotService) -> None:
    code = let_in(service, scope="crm.objects.contacts.read oauth")

    first = body(redeem(service, code))
    again = redeem(service, code)

    assert first["scopes"] == ["crm.objects.contacts.read", "oauth"]
    assert (again.status, body(again)["status"]) == (400, "BAD_AUTH_CODE")
    api = Api(service, first["access_token"])
    assert api.get("/crm/v3/objects/contacts").status == 200
    assert api.get("/crm/v3/objects/deals").status == 403
    refresh = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    fresh = body(ask(service, "POST", "/oauth/2026-03/token", **SECRETS, **refresh))
    assert fresh["scopes"] == first["scopes"]
    assert fresh["refresh_token"] == first["refresh_token"]


def test_a_code_belongs_to_its_address(service: HubSpotService) -> None:
    assert body(redeem(service, let_in(service), "https://other.example"))["status"] == (
        "BAD_AUTH_CODE"
    )


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"client_id": "1"}, "BAD_CLIENT_ID"),
        ({"redirect_uri": f"{BACK}\r\nX: 1"}, "BAD_CLIENT_ID"),
        ({"redirect_uri": f"{BACK}/家"}, "BAD_CLIENT_ID"),
        ({"scope": "tickets"}, "BAD_SCOPES"),
    ],
)
def test_nobody_lets_in_an_app_that_is_not_known_or_asks_for_more(
    service: HubSpotService, more: dict[str, str], status: str
) -> None:
    asked = {"client_id": "4711", "redirect_uri": BACK, **more}
    answer = ask(service, "GET", f"/oauth/authorize?{urlencode(asked)}")

    assert (answer.status, body(answer)["status"]) == (400, status)


@pytest.mark.parametrize("path", ["/oauth/", "/oauth//", "/oauth/v1", "/oauth/v9/token"])
def test_below_oauth_there_is_nothing_else(service: HubSpotService, path: str) -> None:
    assert ask(service, "POST", path).status == 404


def test_the_older_addresses_look_into_tokens(service: HubSpotService, clock: SandboxClock) -> None:
    refresh = {"grant_type": "refresh_token", "refresh_token": "r1"}
    token = body(ask(service, "POST", "/oauth/v1/token", **SECRETS, **refresh))["access_token"]

    about = body(ask(service, "GET", f"/oauth/v1/access-tokens/{token}"))
    held = body(ask(service, "GET", "/oauth/v1/refresh-tokens/r1"))

    assert (about["hub_id"], about["app_id"], about["token_type"]) == (48210437, 4711, "access")
    assert held["token_type"] == "refresh"
    clock.advance(1800)
    assert ask(service, "GET", f"/oauth/v1/access-tokens/{token}").status == 404
    assert ask(service, "GET", "/oauth/v3/refresh-tokens/r1").status == 404


def test_an_ended_refresh_token_gets_nothing_more(service: HubSpotService) -> None:
    refresh = {"grant_type": "refresh_token", "refresh_token": "r1"}
    look = body(ask(service, "POST", "/oauth/v3/token/introspect", token="r1"))

    ended = ask(service, "DELETE", "/oauth/v1/refresh-tokens/r1")
    late = ask(service, "POST", "/oauth/v1/token", **SECRETS, **refresh)

    assert look["token_use"] == "refresh_token"
    assert (ended.status, late.status) == (204, 400)
    assert body(late)["status"] == "BAD_REFRESH_TOKEN"


@pytest.mark.parametrize(("taken", "status"), [(False, 400), (True, 200)])
def test_json_may_do_where_a_form_is_meant(
    service: HubSpotService, *, taken: bool, status: int
) -> None:
    service.portal.knobs.oauth_takes_json = taken
    told = {"grant_type": "refresh_token", "refresh_token": "r1", **SECRETS}
    headers = {"content-type": "application/json"}

    for sent, expected in ((orjson.dumps(told), status), (b"[1]", 400), (b"{", 400)):
        answer = service.handle(Request("POST", "/oauth/2026-03/token", {}, headers, sent, ""))
        assert answer.status == expected
