"""Who may call, how often, and what the answers say about it."""

from datetime import timedelta

import orjson
import pytest

from sandbox.clock import SandboxClock
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.service import HubSpotService
from sandbox.hubspot.tokens import RUNNING_SCOPES, RUNNING_TOKEN, SETUP_TOKEN
from sandbox.wire import Request
from tests.sandbox.hubspot.calling import START, Api

CONTACTS = "/crm/v3/objects/contacts"


def test_without_a_token_nobody_is_let_in(api: Api) -> None:
    for token in ("", "pat-na1-00000000-0000-4000-8000-000000000000"):
        reply = api.get(CONTACTS, token=token)

        assert (reply.status, reply.body["category"]) == (401, "INVALID_AUTHENTICATION")
        assert reply.body["message"].startswith("Authentication credentials not found.")


def test_a_malformed_token_is_said_to_have_expired_when_time_began(api: Api) -> None:
    reply = api.get(CONTACTS, token="nonsense")

    assert (reply.status, reply.body["category"]) == (401, "EXPIRED_AUTHENTICATION")
    assert "expired 20759 day(s) ago" in reply.body["message"]
    assert reply.body["context"] == {"expire time": ["1970-01-01T00:00:00Z"]}


def test_a_missing_scope_is_named(api: Api, portal: Portal) -> None:
    portal.tokens.add("pat-na1-5a4db0c5-0000-4000-8000-0000000000aa", ["crm.objects.deals.read"])
    token = "pat-na1-5a4db0c5-0000-4000-8000-0000000000aa"

    reply = api.get(CONTACTS, token=token)

    assert (reply.status, reply.body["category"]) == (403, "MISSING_SCOPES")
    (error,) = reply.body["errors"]
    assert error["context"] == {"requiredGranularScopes": ["crm.objects.contacts.read"]}
    assert api.get("/crm/v3/objects/deals", token=token).status == 200


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", "/crm/v3/properties/contacts", "crm.schemas.contacts.write"),
        ("POST", "/crm/v3/properties/deals/groups", "crm.schemas.deals.write"),
        ("DELETE", "/crm/v3/properties/companies/x", "crm.schemas.companies.write"),
    ],
)
def test_the_running_token_cannot_change_definitions(
    api: Api, method: str, path: str, scope: str
) -> None:
    reply = api.ask(method, path, {})

    assert reply.body["errors"][0]["context"] == {"requiredGranularScopes": [scope]}


def test_leads_exist_only_where_sales_hub_does(api: Api, portal: Portal) -> None:
    for path in ("/crm/v3/objects/leads", "/crm/v3/properties/leads", "/crm/v3/pipelines/leads"):
        portal.knobs.has_leads = False
        assert api.get(path).status == 403
        portal.knobs.has_leads = True
        assert api.get(path).status == 200


def test_the_definitions_of_leads_are_only_read(api: Api, portal: Portal) -> None:
    portal.knobs.has_leads = True

    reply = api.post("/crm/v3/properties/leads", {"name": "bbm_icp"}, token=SETUP_TOKEN)

    assert (reply.status, reply.body["category"]) == (403, "FORBIDDEN")


def test_both_ends_of_an_association_need_a_scope(api: Api) -> None:
    reply = api.post("/crm/v4/associations/leads/contacts/batch/read", {"inputs": [{"id": "1"}]})

    assert reply.body["errors"][0]["context"] == {
        "requiredGranularScopes": ["crm.objects.leads.read"]
    }


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/crm/v3/objects/butterflies", 400, "Unable to infer object type from"),
        ("GET", "/crm/v3/objects/contacts/1/associations/deals", 404, "Object not found."),
        ("PUT", "/crm/v3/owners", 405, "HTTP 405 Method Not Allowed"),
        ("GET", "/crm/v3/properties/contacts/nothing", 404, "nothing does not exist"),
    ],
)
def test_what_does_not_exist_is_never_an_empty_answer(
    api: Api, method: str, path: str, status: int, words: str
) -> None:
    reply = api.ask(method, path)

    assert (reply.status, words in reply.body["message"]) == (status, True)
    assert reply.body["correlationId"] == reply.headers["X-HubSpot-Correlation-Id"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/crm/v3/nothing"),
        ("POST", "/crm/v4/properties/contacts"),
        ("GET", "/crm/v9/objects/contacts"),
        ("GET", "/crm/objects/2031-01/contacts"),
    ],
)
def test_an_address_that_nobody_has_is_answered_with_a_page(
    api: Api, method: str, path: str
) -> None:
    reply = api.ask(method, path)

    assert reply.status == 404
    assert b"Error 404 Not Found" in reply.body
    assert reply.headers["Content-Type"].startswith("text/html")


def test_a_body_of_another_kind_than_json_is_not_looked_at(api: Api, portal: Portal) -> None:
    def ask(kind: str) -> int:
        headers = {"authorization": f"Bearer {RUNNING_TOKEN}", "content-type": kind}
        body = b'{"properties": {"city": "Kobe"}}'
        return api.service.handle(Request("POST", CONTACTS, {}, headers, body, "")).status

    assert [ask("Application/JSON; charset=utf-8"), ask("text/plain")] == [201, 415]
    assert ask("application/x-www-form-urlencoded") == 415
    assert len(portal.rows("contacts")) == 1


def test_version_4_reads_records_too(api: Api, portal: Portal) -> None:
    record = portal.create("contacts", {})

    assert api.get("/crm/v4/objects/contacts").body["results"][0]["id"] == record
    assert api.get(f"/crm/v4/objects/contacts/{record}").body["id"] == record


@pytest.mark.parametrize(
    ("old", "dated"),
    [
        ("/account-info/v3/details", "/account-info/2026-03/details"),
        (
            "/account-info/v3/api-usage/daily/private-apps",
            "/account-info/2026-03/api-usage/daily/private-apps",
        ),
        (CONTACTS, "/crm/objects/2026-03/contacts"),
        ("/crm/v3/owners", "/crm/owners/2026-03"),
        ("/crm/v3/pipelines/deals", "/crm/pipelines/2026-03/deals"),
        ("/crm/v3/properties/deals/amount", "/crm/properties/2026-03/deals/amount"),
        ("/crm/v3/limits/custom-properties", "/crm/limits/2026-03/custom-properties"),
        (
            "/crm/v4/associations/contacts/companies/labels",
            "/crm/associations/2026-03/contacts/companies/labels",
        ),
    ],
)
def test_dated_paths_lead_to_the_same_answers(api: Api, old: str, dated: str) -> None:
    first, second = api.get(old), api.get(dated)

    assert first.status == 200
    assert {**first.body, "results": None} == {**second.body, "results": None} or "usage" in old
    assert first.body.keys() == second.body.keys()


def test_an_address_that_is_too_long_gets_html(api: Api) -> None:
    reply = api.get(f"{CONTACTS}?properties={'hs_property_name,' * 1000}")

    assert (reply.status, reply.headers["Content-Type"]) == (414, "text/html")


def test_answers_tell_what_is_left_of_the_window(api: Api, portal: Portal) -> None:
    portal.knobs.calls_per_ten_seconds = 100

    api.get(CONTACTS)
    headers = api.get(CONTACTS).headers

    assert headers["X-HubSpot-RateLimit-Max"] == "100"
    assert headers["X-HubSpot-RateLimit-Remaining"] == "98"
    assert headers["X-HubSpot-RateLimit-Interval-Milliseconds"] == "10000"
    assert headers["X-HubSpot-RateLimit-Daily-Remaining"] == "649998"


def test_the_window_rolls_with_the_sandboxs_clock(
    api: Api, portal: Portal, clock: SandboxClock
) -> None:
    portal.knobs.calls_per_ten_seconds = 3
    for _ in range(3):
        assert api.get(CONTACTS).status == 200
        clock.advance(2)

    refused = api.get(CONTACTS)
    clock.advance(4)

    assert refused.status == 429
    assert refused.body["errorType"] == "RATE_LIMIT"
    assert refused.body["policyName"] == "TEN_SECONDLY_ROLLING"
    assert refused.body["message"] == "You have reached your ten_secondly_rolling limit."
    assert "category" not in refused.body
    assert "Retry-After" not in refused.headers
    assert [api.get(CONTACTS).status for _ in range(2)] == [200, 429]


def test_each_token_has_a_window_of_its_own(api: Api, portal: Portal) -> None:
    portal.knobs.calls_per_ten_seconds = 1

    tokens = (RUNNING_TOKEN, SETUP_TOKEN, RUNNING_TOKEN)

    assert [api.get(CONTACTS, token=one).status for one in tokens] == [200, 200, 429]


def test_searches_have_their_own_limit_and_say_nothing_about_it(
    api: Api, portal: Portal, clock: SandboxClock
) -> None:
    portal.knobs.calls_per_ten_seconds = 1
    api.get(CONTACTS)

    replies = [api.search("contacts") for _ in range(6)]
    clock.advance(1)

    assert [one.status for one in replies] == [200] * 5 + [429]
    assert replies[-1].body["category"] == "RATE_LIMITS"
    assert replies[-1].body["message"] == "You have reached your secondly limit."
    assert not any("RateLimit" in name for one in replies for name in one.headers)
    assert api.search("contacts").status == 200


def test_the_day_ends_at_midnight_where_the_account_is(
    api: Api, portal: Portal, clock: SandboxClock
) -> None:
    portal.knobs.calls_per_day = 2
    usage = "/account-info/v3/api-usage/daily/private-apps"
    api.get(CONTACTS)

    (said,) = api.get(usage).body["results"]
    refused = api.get(CONTACTS)

    assert (said["usageLimit"], said["currentUsage"]) == (2, 2)
    assert said["resetsAt"] == "2026-11-02T15:00:00Z"
    assert (refused.status, refused.body["policyName"]) == (429, "DAILY")
    clock.advance(15 * 3600 - 1)
    assert api.get(CONTACTS).status == 429
    clock.advance(1)
    assert api.get(CONTACTS).status == 200


def test_limits_can_be_taken_back(api: Api, portal: Portal) -> None:
    portal.knobs.calls_per_day = 1
    api.get(CONTACTS)

    api.service.limits.reset()

    assert api.get(CONTACTS).status == 200


def _post_form(service: HubSpotService, path: str, form: str) -> tuple[int, dict[str, object]]:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = service.handle(Request("POST", path, {}, headers, form.encode(), ""))
    return answer.status, orjson.loads(answer.body)


FORM = "grant_type=refresh_token&client_id=app&client_secret=s3cret&refresh_token=r1"


@pytest.fixture
def service(portal: Portal) -> HubSpotService:
    portal.tokens.add_app("app", "s3cret", "r1", RUNNING_SCOPES)
    return HubSpotService(portal)


@pytest.mark.parametrize("path", ["/oauth/v1/token", "/oauth/v3/token", "/oauth/2026-03/token"])
def test_an_app_gets_a_token_that_ends(
    service: HubSpotService, clock: SandboxClock, path: str
) -> None:
    status, body = _post_form(service, path, FORM)
    api = Api(service, str(body["access_token"]))

    assert (status, body["expires_in"], body["refresh_token"]) == (200, 1800, "r1")
    assert body["hub_id"] == 48210437
    assert ("token_use" in body) == ("v1" not in path)
    fresh = api.get(CONTACTS)
    assert fresh.status == 200
    assert "X-HubSpot-RateLimit-Daily" not in fresh.headers
    clock.advance(1830)
    late = api.get(CONTACTS)
    assert late.status == 401
    assert late.body["message"].endswith("expired 30 second(s) ago.")
    clock.advance(7200)
    assert api.get(CONTACTS).body["message"].endswith("expired 2 hour(s) ago.")


@pytest.mark.parametrize(
    ("form", "status"),
    [
        (FORM.replace("s3cret", "wrong"), "BAD_CLIENT_SECRET"),
        (FORM.replace("r1", "r2"), "BAD_REFRESH_TOKEN"),
        (FORM.replace("grant_type=refresh_token", "grant_type=magic"), "BAD_GRANT_TYPE"),
        ("", "BAD_CLIENT_SECRET"),
    ],
)
def test_an_app_with_wrong_secrets_gets_none(
    service: HubSpotService, form: str, status: str
) -> None:
    code, body = _post_form(service, "/oauth/v1/token", form)

    assert (code, body["status"]) == (400, status)


def test_a_token_can_be_looked_into_and_ended(service: HubSpotService, clock: SandboxClock) -> None:
    token = _post_form(service, "/oauth/v3/token", FORM)[1]["access_token"]
    look, revoke = "/oauth/2026-03/token/introspect", "/oauth/2026-03/token/revoke"
    clock.advance(800)

    _, body = _post_form(service, look, f"token={token}")

    assert (body["active"], body["expires_in"]) == (True, 1000)
    assert "crm.objects.contacts.read" in body["scopes"]
    _post_form(service, revoke, f"token={token}")
    assert _post_form(service, look, f"token={token}")[1] == {"active": False}
    assert Api(service, str(token)).get(CONTACTS).status == 401


def test_other_oauth_paths_do_not_exist(service: HubSpotService) -> None:
    assert _post_form(service, "/oauth/v7/token", FORM)[0] == 404
    assert _post_form(service, "/oauth/v1/tokens", FORM)[0] == 404


def test_the_clock_of_the_tokens_is_the_sandboxs(portal: Portal, clock: SandboxClock) -> None:
    app = portal.tokens.add_app("app", "s3cret", "r1", RUNNING_SCOPES)
    token = portal.tokens.issue(app, clock.now(), 60)

    assert token.expires == START + timedelta(seconds=60)
