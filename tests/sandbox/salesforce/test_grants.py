"""Access that a person gave an app: codes, refresh tokens that rotate, and their end."""

import hashlib
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from sandbox.clock import SandboxClock
from sandbox.salesforce.apps import ADMIN_APP, AGENT_APP
from sandbox.salesforce.org import Org
from tests.sandbox.salesforce.calling import Api, Told

OAUTH = "/services/oauth2"
VERIFIER = "a-long-secret-of-the-client-alone-0123456789"
CHALLENGE = urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


@pytest.fixture
def org() -> Org:
    return Org(SandboxClock(datetime(2026, 11, 2, tzinfo=UTC)))


@pytest.fixture
def api(org: Org) -> Api:
    return Api(org)


def agree(api: Api, **other: str) -> Told:
    asked = {
        "response_type": "code",
        "client_id": ADMIN_APP.key,
        "redirect_uri": ADMIN_APP.redirect,
        "state": "x",
        **other,
    }
    return api.raw("GET", f"{OAUTH}/authorize?{urlencode(asked)}", b"", {})


def code(api: Api, **other: str) -> str:
    place = urlsplit(agree(api, **other).headers["Location"])
    assert f"{place.scheme}://{place.netloc}{place.path}" == ADMIN_APP.redirect
    sent = parse_qs(place.query)
    assert sent["state"] == ["x"]
    return sent["code"][0]


def ask(api: Api, kind: str, **form: str) -> Told:
    client = {"client_id": ADMIN_APP.key, "client_secret": ADMIN_APP.secret}
    body = urlencode({"grant_type": kind, **client, **form}).encode()
    return api.raw("POST", f"{OAUTH}/token", body, {})


def redeem(api: Api, one: str, **other: str) -> Told:
    form = {"code": one, "redirect_uri": ADMIN_APP.redirect, **other}
    return ask(api, "authorization_code", **form)


def tokens(told: Told) -> tuple[str, str]:
    body = told.json
    assert isinstance(body, dict)
    assert body["scope"] == "refresh_token api id"
    return str(body["access_token"]), str(body["refresh_token"])


def refresh(api: Api, token: str) -> Told:
    return ask(api, "refresh_token", refresh_token=token)


def works(api: Api, access: str) -> bool:
    headers = {"authorization": f"Bearer {access}"}
    return api.raw("GET", "/services/data/v66.0/limits", b"", headers).status == 200


def refused(told: Told) -> tuple[int, str, str]:
    body = told.json
    assert isinstance(body, dict)
    return told.status, str(body["error"]), str(body["error_description"])


ENDED = (400, "invalid_grant", "expired access/refresh token")


def test_each_refresh_brings_the_next_token(api: Api) -> None:
    first_access, first = tokens(redeem(api, code(api)))

    second_access, second = tokens(refresh(api, first))

    assert first != second
    assert works(api, first_access)
    assert works(api, second_access)
    assert tokens(refresh(api, second))[1] not in {first, second}


def test_an_old_token_ends_everything_that_was_granted(api: Api) -> None:
    access, first = tokens(redeem(api, code(api)))
    later_access, second = tokens(refresh(api, first))

    assert refused(refresh(api, first)) == ENDED
    assert refused(refresh(api, second)) == ENDED
    assert not works(api, access)
    assert not works(api, later_access)
    assert works(api, api.token)  # other logins go on


def test_without_rotation_a_token_stays(api: Api, org: Org) -> None:
    org.switches.refresh_rotation = False
    _, first = tokens(redeem(api, code(api)))

    assert tokens(refresh(api, first))[1] == first
    assert tokens(refresh(api, first))[1] == first


def test_a_token_lies_idle_for_a_month_at_most(api: Api, org: Org) -> None:
    _, token = tokens(redeem(api, code(api)))
    org.clock.advance(timedelta(days=29).total_seconds())
    _, token = tokens(refresh(api, token))
    org.clock.advance(timedelta(days=31).total_seconds())

    assert refused(refresh(api, token)) == ENDED


def test_a_revoked_token_takes_its_sessions_along(api: Api) -> None:
    access, token = tokens(redeem(api, code(api)))

    told = api.raw("POST", f"{OAUTH}/revoke", urlencode({"token": token}).encode(), {})

    assert told.status == 200
    assert not works(api, access)
    assert refused(refresh(api, token)) == ENDED


def test_a_code_works_once_and_not_for_long(api: Api, org: Org) -> None:
    once = code(api)
    redeem(api, once)
    late = code(api)
    org.clock.advance(timedelta(minutes=16).total_seconds())

    assert refused(redeem(api, once))[2] == "invalid authorization code"
    assert refused(redeem(api, late))[2] == "expired authorization code"
    elsewhere = redeem(api, code(api), redirect_uri="http://localhost:1/x")
    assert refused(elsewhere)[1] == "redirect_uri_mismatch"


def test_who_proves_that_the_code_is_theirs_needs_no_secret(api: Api) -> None:
    asked = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}

    proved = redeem(api, code(api, **asked), client_secret="", code_verifier=VERIFIER)
    wrong = redeem(api, code(api, **asked), client_secret="", code_verifier="x")
    bare = redeem(api, code(api), client_secret="")

    assert proved.status == 200
    assert refused(wrong)[2] == "invalid code verifier"
    assert refused(bare)[1] == "invalid_client"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_id": "nobody"}, "invalid_client_id"),
        ({"client_id": AGENT_APP.key}, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://elsewhere"}, "redirect_uri_mismatch"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_nobody_is_sent_elsewhere(changed: dict[str, str], error: str, api: Api) -> None:
    assert refused(agree(api, **changed))[1] == error


def test_a_token_is_of_no_use_to_another_app(api: Api) -> None:
    _, token = tokens(redeem(api, code(api)))
    other = {"client_id": AGENT_APP.key, "client_secret": AGENT_APP.secret}

    assert refused(ask(api, "refresh_token", refresh_token=token, **other)) == ENDED
    nobody = ask(api, "refresh_token", refresh_token=token, client_id="nobody")
    assert refused(nobody)[1] == "invalid_client_id"
