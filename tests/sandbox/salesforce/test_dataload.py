"""The older bulk interface: jobs made of batches, in JSON, CSV and XML."""

from datetime import UTC, datetime

import orjson
import pytest
import requests
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceGeneralError, SalesforceMalformedRequest

from sandbox.clock import SandboxClock
from sandbox.salesforce.apps import AGENT_APP
from sandbox.salesforce.markup import read, texts
from sandbox.salesforce.org import Org
from tests.sandbox.salesforce.calling import Api, Told

START = datetime(2026, 11, 2, tzinfo=UTC)
ASYNC = "/services/async/66.0"
KINDS = {"JSON": "application/json", "CSV": "text/csv", "XML": "application/xml"}
TWO_IN_XML = (
    '<sObjects xmlns="http://www.force.com/2009/06/asyncapi/dataload">'
    "<sObject><LastName>佐藤</LastName><Company>y</Company></sObject>"
    "<sObject><LastName>x</LastName></sObject></sObjects>"
)


@pytest.fixture
def org() -> Org:
    return Org(SandboxClock(START))


@pytest.fixture
def api(org: Org) -> Api:
    return Api(org)


def ask(api: Api, method: str, path: str, body: bytes = b"", kind: str = "application/xml") -> Told:
    headers = {"x-sfdc-session": api.token, "content-type": kind}
    return api.raw(method, f"{ASYNC}/{path}", body, headers)


def job(api: Api, operation: str, form: str, type_: str = "Lead", key: str = "") -> str:
    fields = {"operation": operation, "object": type_, "externalIdFieldName": key}
    fields["contentType"] = form
    told = ask(api, "POST", "job", orjson.dumps(fields), "application/json")
    assert told.status == 201
    return str(orjson.loads(told.text)["id"])


def batch(api: Api, id_: str, form: str, content: str) -> str:
    told = ask(api, "POST", f"job/{id_}/batch", content.encode(), KINDS[form])
    assert told.status == 201
    if form == "JSON":
        return str(orjson.loads(told.text)["id"])
    return texts(read(told.text.encode()))["id"]


def result(api: Api, operation: str, form: str, content: str, **more: str) -> Told:
    id_ = job(api, operation, form, **more)
    return ask(api, "GET", f"job/{id_}/batch/{batch(api, id_, form, content)}/result")


class TestWriting:
    """Records in every form, each with its outcome at its position."""

    @pytest.mark.parametrize(
        ("form", "content"),
        [
            ("JSON", '[{"LastName":"佐藤","Company":"y"},{"LastName":"x"}]'),
            ("CSV", 'LastName,Company\n佐藤,y\n"x",\n'),
            ("XML", TWO_IN_XML),
        ],
    )
    def test_records_are_created_or_refused(
        self, form: str, content: str, api: Api, org: Org
    ) -> None:
        told = result(api, "insert", form, content)

        assert told.headers["Content-Type"] == KINDS[form]
        (made,) = org.rows("Lead")
        assert (made["LastName"], made["OwnerId"]) == ("佐藤", org.users["admin"])
        assert str(made["Id"]) in told.text
        assert "REQUIRED_FIELD_MISSING" in told.text
        assert told.text.index(str(made["Id"])) < told.text.index("REQUIRED_FIELD_MISSING")

    def test_csv_results_are_quoted_and_name_the_fields(self, api: Api, org: Org) -> None:
        told = result(api, "insert", "CSV", "LastName,Company\nx,y\nx,\n")

        (made,) = org.rows("Lead")
        error = "REQUIRED_FIELD_MISSING:Required fields are missing: [Company]:Company --"
        assert told.text == (
            '"Id","Success","Created","Error"\n'
            f'"{made["Id"]}","true","true",""\n'
            f'"","false","false","{error}"\n'
        )

    def test_json_results_hold_errors(self, api: Api) -> None:
        (told,) = orjson.loads(result(api, "insert", "JSON", '[{"LastName":"x"}]').text)

        assert set(told) == {"success", "created", "id", "errors"}
        assert set(told["errors"][0]) == {"statusCode", "message", "fields", "extendedErrorDetails"}

    def test_what_is_empty_stays_and_a_sign_empties(self, api: Api, org: Org) -> None:
        values = {"LastName": "x", "Company": "y", "Title": "CTO", "City": "Osaka"}
        made = org.create("Lead", values)

        result(api, "update", "CSV", f"Id,Title,City\n{made},,#N/A\n")

        assert (org.get("Lead", made)["Title"], org.get("Lead", made)["City"]) == ("CTO", None)

    def test_records_are_upserted_by_a_key_and_deleted(self, api: Api, org: Org) -> None:
        made = org.create("Contact", {"LastName": "x", "Email": "a@example.com"})
        rows = "Email,LastName\na@example.com,Sato\nb@example.com,Ito\n"

        upserted = result(api, "upsert", "CSV", rows, type_="Contact", key="Email")
        deleted = result(api, "delete", "CSV", f"Id\n{made}\n003xx0000000000\n", type_="Contact")

        assert [line.split(",")[2] for line in upserted.text.splitlines()[1:]] == [
            '"false"',
            '"true"',
        ]
        assert "INVALID_CROSS_REFERENCE_KEY" in deleted.text
        assert [one["LastName"] for one in org.rows("Contact")] == ["Ito"]

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ("LastName,Nothing\nx,y\n", "InvalidBatch : Field name not found : Nothing"),
            ("LastName\n" + "x\n" * 10_001, "at most 10000 records"),
            ("\udcff", "not encoded in UTF-8"),
        ],
    )
    def test_a_batch_may_fail_as_a_whole(self, content: str, message: str, api: Api) -> None:
        id_ = job(api, "insert", "CSV")
        raw = content.encode("utf-8", "surrogateescape")
        made = texts(read(ask(api, "POST", f"job/{id_}/batch", raw, "text/csv").text.encode()))

        told = texts(read(ask(api, "GET", f"job/{id_}/batch/{made['id']}").text.encode()))

        assert told["state"] == "Failed"
        assert message in told["stateMessage"]
        assert ask(api, "GET", f"job/{id_}/batch/{made['id']}/result").status == 400

    def test_the_user_may_no_more_than_elsewhere(self, org: Org) -> None:
        told = result(Api(org, AGENT_APP), "insert", "JSON", '[{"LastName":"x","Company":"y"}]')

        assert "INSUFFICIENT_ACCESS" in told.text
        assert org.rows("Lead") == []


class TestReading:
    """Queries, and what they may not ask."""

    @pytest.fixture(autouse=True)
    def lead(self, org: Org) -> None:
        values = {"LastName": "佐藤", "Company": 'a "b"', "NumberOfEmployees": 5}
        org.create("Lead", values, at=START)

    def found(self, api: Api, form: str, query: str) -> str:
        id_ = job(api, "query", form)
        path = f"job/{id_}/batch/{batch(api, id_, form, query)}/result"
        names = ask(api, "GET", path).text
        name = orjson.loads(names)[0] if form == "JSON" else texts(read(names.encode()))["result"]
        return ask(api, "GET", f"{path}/{name}").text

    def test_times_are_milliseconds_in_json(self, api: Api) -> None:
        (row,) = orjson.loads(self.found(api, "JSON", "SELECT CreatedDate, Owner.Name FROM Lead"))

        assert row["CreatedDate"] == START.timestamp() * 1000
        assert row["Owner"]["Name"] == "Kaori Mori"

    def test_rows_are_quoted_in_csv(self, api: Api) -> None:
        text = self.found(api, "CSV", "SELECT LastName, Company, CreatedDate FROM Lead")

        assert text == (
            '"LastName","Company","CreatedDate"\n"佐藤","a ""b""","2026-11-02T00:00:00.000Z"\n'
        )
        none = self.found(api, "CSV", "SELECT Id FROM Lead WHERE LastName = 'x'")
        assert none == "Records not found for this query"

    def test_rows_are_elements_in_xml(self, api: Api) -> None:
        (row,) = read(self.found(api, "XML", "SELECT LastName, Company FROM Lead").encode())

        assert texts(row) == {"type": "Lead", "LastName": "佐藤", "Company": 'a "b"'}

    @pytest.mark.parametrize(
        ("query", "message"),
        [
            ("SELECT Foo__c FROM Lead", "Failed to process query: INVALID_FIELD"),
            ("SELECT count() FROM Lead", "FUNCTIONALITY_NOT_ENABLED"),
            ("SELECT Id, Address FROM Lead", "compound data not supported"),
            ("SELECT TYPEOF Who WHEN Lead THEN Id END FROM Event", "JSON only"),
            ("nonsense", "MALFORMED_QUERY"),
        ],
    )
    def test_a_query_that_may_not_be_asked_fails_its_batch(
        self, query: str, message: str, api: Api
    ) -> None:
        id_ = job(api, "query", "CSV")
        made = batch(api, id_, "CSV", query)

        told = texts(read(ask(api, "GET", f"job/{id_}/batch/{made}").text.encode()))

        assert (told["state"], message in told["stateMessage"]) == ("Failed", True)


class TestJobs:
    """A job from its beginning to its end."""

    def test_a_batch_waits_and_works_for_a_while(self, api: Api, org: Org) -> None:
        org.switches.bulk_seconds = 10
        id_ = job(api, "insert", "JSON")
        made = batch(api, id_, "JSON", '[{"LastName":"x","Company":"y"}]')
        path = f"job/{id_}/batch/{made}"
        seen = []
        for _ in range(3):
            seen.append((orjson.loads(ask(api, "GET", path).text)["state"], len(org.rows("Lead"))))
            org.clock.advance(10)

        assert seen == [("Queued", 0), ("InProgress", 0), ("Completed", 1)]

    def test_an_aborted_job_does_not_process_what_waits(self, api: Api, org: Org) -> None:
        org.switches.bulk_seconds = 10
        id_ = job(api, "insert", "CSV")
        batch(api, id_, "CSV", "LastName,Company\nx,y\n")

        ask(api, "POST", f"job/{id_}", b"<jobInfo><state>Aborted</state></jobInfo>")
        org.clock.advance(60)

        listed = ask(api, "GET", f"job/{id_}/batch")
        assert texts(read(listed.text.encode())[0])["state"] == "NotProcessed"
        assert org.rows("Lead") == []

    def test_a_closed_job_takes_no_more(self, api: Api) -> None:
        id_ = job(api, "insert", "JSON")
        close = orjson.dumps({"state": "Closed"})
        assert ask(api, "POST", f"job/{id_}", close, "application/json").status == 200

        late = ask(api, "POST", f"job/{id_}/batch", b"[]", "application/json")
        again = ask(api, "POST", f"job/{id_}", close, "application/json")

        assert (late.code, again.code) == ("InvalidJobState", "InvalidJobState")
        other = ask(api, "POST", f"job/{id_}", b'{"state":"x"}', "application/json")
        assert other.code == "InvalidJob"

    def test_a_list_of_batches_has_the_form_of_the_job(self, api: Api) -> None:
        id_ = job(api, "insert", "JSON")
        made = batch(api, id_, "JSON", "[]")

        told = orjson.loads(ask(api, "GET", f"job/{id_}/batch").text)

        assert [one["id"] for one in told["batchInfo"]] == [made]
        assert ask(api, "GET", f"job/{id_}/batch/{made}/request").text == "[]"

    @pytest.mark.parametrize(
        "body",
        [
            {"operation": "mix", "object": "Lead"},
            {"operation": "insert", "object": "Nothing"},
            {"operation": "insert", "object": "Lead", "contentType": "YAML"},
            {"operation": "upsert", "object": "Lead"},
            {"operation": "upsert", "object": "Lead", "externalIdFieldName": "Title"},
        ],
    )
    def test_what_is_no_job_is_refused(self, body: dict[str, str], api: Api) -> None:
        told = ask(api, "POST", "job", orjson.dumps(body), "application/json")

        assert (told.status, told.code) == (400, "InvalidJob")

    def test_a_hard_delete_needs_its_own_right(self, api: Api, org: Org) -> None:
        made = org.create("Lead", {"LastName": "x", "Company": "y"})
        body = orjson.dumps({"operation": "hardDelete", "object": "Lead", "contentType": "CSV"})
        refused = ask(api, "POST", "job", body, "application/json")
        org.permit("Administrator", "BulkApiHardDelete", granted=True)

        result(api, "hardDelete", "CSV", f"Id\n{made}\n")

        assert refused.code == "FeatureNotEnabled"
        assert org.rows("Lead", deleted=True) == []

    def test_refusals_have_a_form_of_their_own(self, api: Api, org: Org) -> None:
        missing = ask(api, "GET", "job/7500000000000AA", kind="application/json")
        assert orjson.loads(missing.text) == {
            "exceptionCode": "InvalidJob",
            "exceptionMessage": "Invalid job id: 7500000000000AA",
        }
        in_xml = ask(api, "POST", "job", b"<jobInfo")
        assert texts(read(in_xml.text.encode()))["exceptionCode"] == "InvalidJob"
        old = api.raw("GET", "/services/async/30.0/job/x", b"", {"content-type": "a/json"})
        assert (old.status, old.code) == (400, "InvalidVersion")
        ended = api.raw("GET", f"{ASYNC}/job/x", b"", {"content-type": "a/json"})
        assert orjson.loads(ended.text)["exceptionMessage"] == "Invalid session id"
        org.usage.set(org.usage.allowed)
        spent = ask(api, "GET", "job/x", kind="application/json")
        assert (spent.status, spent.code) == (400, "ExceededQuota")

    @pytest.mark.parametrize(("enabled", "status"), [(True, 201), (False, 400)])
    def test_an_edition_may_have_no_bulk(
        self, enabled: bool, status: int, api: Api, org: Org
    ) -> None:
        org.switches.bulk_enabled = enabled
        body = b'{"operation":"query","object":"Lead","contentType":"JSON"}'

        told = ask(api, "POST", "job", body, "application/json")

        assert told.status == status
        assert enabled or told.code == "FeatureNotEnabled"

    def test_batches_share_an_allowance_of_the_day(self, api: Api, org: Org) -> None:
        org.usage.others["DailyBulkApiBatches"] = 1
        id_ = job(api, "insert", "JSON")
        batch(api, id_, "JSON", "[]")

        more = ask(api, "POST", f"job/{id_}/batch", b"[]", "application/json")

        assert (more.status, more.code) == (400, "ExceededQuota")

    def test_nothing_else_is_there(self, api: Api) -> None:
        id_ = job(api, "insert", "JSON")

        for path in ("else", f"job/{id_}/else", f"job/{id_}/batch/7510000000000AA"):
            assert ask(api, "GET", path).status == 400


def test_the_unmodified_client_works_with_it(web: requests.Session, admin: Salesforce) -> None:
    del web
    names = [{"LastName": f"佐藤{n}", "Company": "y"} for n in range(5)]
    made = admin.bulk.Lead.insert(names, batch_size=2)
    changed = admin.bulk.Lead.update([{"Id": made[0]["id"], "Title": "CTO"}])
    kept = admin.bulk.Lead.upsert([{"Id": "", "LastName": "x", "Company": "y"}], "Id")
    gone = admin.bulk.Lead.delete([{"Id": made[4]["id"]}])
    pages = list(admin.bulk.Lead.query("SELECT Id, LastName, Title FROM Lead", lazy_operation=True))

    assert [one["success"] for one in (*made, *changed, *kept, *gone)] == [True] * 8
    assert [one["LastName"] for one in pages[0]] == [f"佐藤{n}" for n in range(4)] + ["x"]
    assert pages[0][0]["Title"] == "CTO"
    with pytest.raises(SalesforceGeneralError, match="INVALID_FIELD"):
        list(admin.bulk.Lead.query("SELECT Foo__c FROM Lead", lazy_operation=True))
    admin.session_id = "expired"
    with pytest.raises(SalesforceMalformedRequest, match="InvalidSessionId"):
        admin.bulk.Lead.insert(names)
