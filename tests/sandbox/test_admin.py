"""The admin interface: time, people's edits, faults, the ledger."""

import pytest
import requests

from sandbox.server import Sandbox
from sandbox.slack.workspace import BOT_TOKEN


@pytest.fixture
def admin(sandbox: Sandbox) -> "Admin":
    return Admin(sandbox.url)


class Admin:
    """The interface as a shell or another process uses it."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/__sandbox__/"

    def get(self, path: str) -> object:
        return self.ask("GET", path)[1]

    def post(self, path: str, **body: object) -> object:
        status, value = self.ask("POST", path, body)
        assert status == 200, value
        return value

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, object]:
        answer = requests.request(method, self._url + path, json=body, timeout=10)
        return answer.status_code, answer.json()


@pytest.fixture
def lead(admin: Admin) -> str:
    made = admin.post("create", type="Lead", values={"LastName": "Sato", "Company": "y"})
    assert isinstance(made, dict)
    return str(made["id"])


def test_health_tells_the_time(admin: Admin) -> None:
    assert admin.get("health") == {"status": "ok", "now": "2026-11-02T00:00:00+00:00"}


def test_the_clock_is_advanced_and_set_but_not_turned_back(admin: Admin) -> None:
    assert admin.post("clock", advance_seconds=60) == {"now": "2026-11-02T00:01:00+00:00"}
    assert admin.post("clock", set="2026-11-09T00:00:00+00:00") == admin.get("clock")
    status, problem = admin.ask("POST", "clock", {"set": "2026-11-02T00:00:00+00:00"})
    assert (status, problem) == (
        400,
        {"error": "time does not run backwards, by 604800.0 seconds"},
    )


def test_a_person_edits_and_the_ledger_says_so(admin: Admin, lead: str, sandbox: Sandbox) -> None:
    admin.post("edit", type="Lead", id=lead, values={"Title": "部長"})
    admin.post("edit", type="Lead", id=lead, values={"Title": "課長"}, by="sales01")

    assert sandbox.salesforce.get("Lead", lead)["Title"] == "課長"
    assert [one.by for one in sandbox.ledger.changes(field="Title")] == ["human", "sales01"]
    assert sandbox.ledger.writes() == ()


def test_records_are_converted_deleted_brought_back_and_merged(
    admin: Admin, lead: str, sandbox: Sandbox
) -> None:
    org = sandbox.salesforce
    other = org.create("Lead", {"LastName": "x", "Company": "y"})
    admin.post("delete", type="Lead", id=other)
    gone = org.get("Lead", other)["IsDeleted"]
    admin.post("undelete", type="Lead", id=other)
    admin.post("merge", type="Lead", id=lead, losers=[other])
    account = org.create("Account", {"Name": "z"})
    made = admin.post("convert", id=lead, opportunity={"Amount": 5}, account_id=account)

    assert gone is True
    assert org.get("Lead", other)["MasterRecordId"] == lead
    assert isinstance(made, dict)
    assert made["account"] == account
    assert org.get("Opportunity", made["opportunity"])["Amount"] == 5


def test_a_lead_is_converted_without_an_opportunity(admin: Admin, lead: str) -> None:
    made = admin.post("convert", id=lead)

    assert isinstance(made, dict)
    assert set(made) == {"account", "contact"}


def test_rows_are_shown_with_and_without_the_deleted(admin: Admin, lead: str) -> None:
    admin.post("delete", type="Lead", id=lead)

    assert admin.get("rows?type=Lead") == []
    rows = admin.get("rows?type=Lead&deleted=true")
    assert isinstance(rows, list)
    assert [row["Id"] for row in rows] == [lead]


def test_hubspots_records_are_reached_the_same_way(admin: Admin, sandbox: Sandbox) -> None:
    ids = []
    for name in ("a", "b"):
        values = {"email": f"{name}@kaede.example"}
        made = admin.post("create", crm="hubspot", type="contacts", values=values)
        assert isinstance(made, dict)
        ids.append(made["id"])
    admin.post("edit", crm="hubspot", type="contacts", id=ids[0], values={"jobtitle": "部長"})
    admin.post("delete", crm="hubspot", type="contacts", id=ids[1])
    admin.post("undelete", crm="hubspot", type="contacts", id=ids[1])

    assert sandbox.hubspot.get("contacts", ids[0])["jobtitle"] == "部長"
    rows = admin.get("rows?crm=hubspot&type=contacts")
    assert isinstance(rows, list)
    assert len(rows) == 2
    merged = admin.post("merge", crm="hubspot", type="contacts", id=ids[0], losers=[ids[1]])
    assert isinstance(merged, dict)
    assert sandbox.hubspot.get("contacts", merged["id"])["jobtitle"] == "部長"


def test_faults_are_added_listed_and_cleared(admin: Admin, sandbox: Sandbox) -> None:
    admin.post("faults", action="html_503", service="salesforce", times=2)
    admin.post("faults", action={"status": 420}, path_contains="/services")

    assert admin.get("faults") == ["html_503", "status_420"]
    statuses = [
        requests.get(sandbox.url + "/services/data", timeout=10).status_code for _ in range(4)
    ]
    assert statuses == [503, 503, 420, 200]

    admin.post("faults", action="hang")
    assert admin.ask("DELETE", "faults") == (200, {})
    assert admin.get("faults") == []


def test_the_ledger_is_read_in_parts(admin: Admin, lead: str, sandbox: Sandbox) -> None:
    requests.get(sandbox.url + "/services/data", timeout=10)

    seen = admin.get("ledger?what=requests&service=salesforce&method=GET&path=data")
    changes = admin.get(f"ledger?type=Lead&id={lead}&by=human")
    counts = admin.get("ledger?what=counts")

    assert isinstance(seen, list)
    assert [one["path"] for one in seen] == ["/services/data"]
    assert isinstance(changes, list)
    assert [one["action"] for one in changes] == ["create"]
    assert isinstance(counts, dict)
    assert (counts["changes"], counts["writes"]) == (1, 0)
    assert admin.get("ledger?what=writes") == []
    assert admin.get("ledger?since=1") == []
    assert admin.ask("GET", "ledger?what=gossip")[0] == 400


def test_the_allowance_sessions_and_pages_can_be_set(admin: Admin, sandbox: Sandbox) -> None:
    assert admin.post("limits", used=10, allowed=20) == {"Max": 20, "Remaining": 10}
    assert admin.post("expire") == {"result": 0}
    admin.post("pages", rows=7)

    assert sandbox.salesforce.page_limit == 7


def test_how_bulk_jobs_behave_can_be_set(admin: Admin, sandbox: Sandbox) -> None:
    admin.post("bulk", looks=1, failing="no")

    assert (sandbox.salesforce.bulk.looks, sandbox.salesforce.bulk.failing) == (1, "no")
    assert admin.ask("POST", "bulk", {"life": "1"})[0] == 400


def test_whoever_fills_the_sandbox_tells_what_it_planted(admin: Admin, sandbox: Sandbox) -> None:
    sandbox.admin.provide("story", lambda: {"kind": "healthy"})

    assert admin.get("story") == {"kind": "healthy"}


def test_slacks_messages_can_be_read(admin: Admin, sandbox: Sandbox) -> None:
    requests.post(
        sandbox.url + "/slack/api/chat.postMessage",
        json={"channel": sandbox.slack.channels[0].id, "text": "balance has shifted"},
        headers={"Authorization": f"Bearer {BOT_TOKEN}"},
        timeout=10,
    )

    messages = admin.get("slack")

    assert isinstance(messages, list)
    assert [one["content"]["text"] for one in messages] == ["balance has shifted"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "problem"),
    [
        ("GET", "nothing", None, 404, "there is nothing at /__sandbox__/nothing"),
        ("POST", "nothing", {}, 404, "there is nothing at /__sandbox__/nothing"),
        ("PUT", "clock", {}, 404, "there is nothing at /__sandbox__/clock"),
        ("POST", "edit", {"type": "Lead"}, 400, "missing or unknown: id"),
        ("POST", "edit", [], 400, "the body must be a JSON object"),
        ("POST", "create", {"type": "Lead", "values": 5}, 400, "values must be a JSON object"),
        ("POST", "merge", {"type": "Lead", "id": "x", "losers": 5}, 400, "losers must be a list"),
        ("POST", "create", {"crm": "sap"}, 400, "missing or unknown: sap"),
        ("POST", "faults", {"action": "explode"}, 400, "missing or unknown: explode"),
        ("POST", "clock", {}, 400, "missing or unknown: advance_seconds"),
        (
            "POST",
            "create",
            {"type": "Lead", "values": {}, "by": "stranger"},
            400,
            "The org has no user 'stranger'",
        ),
    ],
)
def test_what_makes_no_sense_is_explained(  # noqa: PLR0917  one case, its parts
    method: str, path: str, body: object, status: int, problem: str, admin: Admin
) -> None:
    got, answer = admin.ask(method, path, body)

    assert got == status
    assert isinstance(answer, dict)
    assert str(answer["error"]).startswith(problem)


def test_a_refusal_by_the_crm_is_passed_on_in_its_own_words(admin: Admin, lead: str) -> None:
    status, answer = admin.ask(
        "POST", "edit", {"type": "Lead", "id": lead, "values": {"Title": "x" * 200}}
    )

    assert status == 400
    assert isinstance(answer, list)
    assert answer[0]["errorCode"] == "STRING_TOO_LONG"


def test_the_portals_knobs_and_tokens_are_set_from_outside(admin: Admin, sandbox: Sandbox) -> None:
    admin.post("knobs", honours_trace_ids=False, retry_after="seconds", index_lag_seconds=0)
    value = "pat-na1-5a4db0c5-0000-4000-8000-0000000000cc"
    admin.post("token", crm="hubspot", value=value, scopes=["crm.objects.deals.read"])

    knobs = sandbox.hubspot.knobs
    assert (knobs.honours_trace_ids, knobs.retry_after.value) == (False, "seconds")
    assert sandbox.hubspot.tokens.known(value)
    secrets = {"client_id": "4711", "client_secret": "s", "refresh_token": "r"}
    assert admin.post("app", crm="hubspot", scopes=[], **secrets) == {"client_id": "4711"}
    admin.post("revoke", crm="hubspot", value=value)
    assert sandbox.hubspot.tokens.known(value) is None
    assert admin.ask("POST", "knobs", {"nothing": 1})[0] == 400
