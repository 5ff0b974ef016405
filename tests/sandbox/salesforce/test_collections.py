"""Many records in one call: positions, rollbacks, and calls within calls."""

from typing import Any

import pytest
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import (
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceResourceNotFound,
)

from sandbox.salesforce.org import Org
from sandbox.salesforce.table import Row
from sandbox.server import Sandbox
from tests.sandbox.salesforce.calling import Api


@pytest.fixture
def leads(org: Org) -> list[str]:
    return [org.create("Lead", {"LastName": str(n), "Company": "y"}) for n in range(5)]


def patch(client: Salesforce, records: list[Any], *, all_or_none: bool = False) -> list[Any]:
    body = {"allOrNone": all_or_none, "records": records}
    answer: list[Any] = client.restful("composite/sobjects", method="PATCH", json=body)
    return answer


def change(id_: str, **values: object) -> Row:
    return {"attributes": {"type": "Lead"}, "id": id_, **values}


def test_each_record_is_answered_at_its_position(
    admin: Salesforce, leads: list[str], org: Org
) -> None:
    org.convert_lead(leads[1])
    org.delete("Lead", leads[2])
    org.automation.locked[leads[3]] = 1
    org.permit("Administrator", "AllowViewEditConvertedLeads", granted=False)
    absent = "00Q5g00000000zzAAA"
    sent = [change(one, Title="部長") for one in (*leads, absent, "003x")]

    answers = patch(admin, [*sent, {"id": leads[0], "Title": "x"}, change(leads[4], Foo=1)])

    assert [one["success"] for one in answers] == [True, *[False] * 3, True, *[False] * 4]
    assert [one.get("id") for one in answers if one["success"]] == [leads[0], leads[4]]
    assert all("id" not in one for one in answers if not one["success"])
    codes = [one["errors"][0]["statusCode"] for one in answers if not one["success"]]
    assert codes == [
        "CANNOT_UPDATE_CONVERTED_LEAD",
        "ENTITY_IS_DELETED",
        "UNABLE_TO_LOCK_ROW",
        "INVALID_CROSS_REFERENCE_KEY",
        "MALFORMED_ID",
        "JSON_PARSER_ERROR",
        "INVALID_FIELD",
    ]
    assert org.get("Lead", leads[4])["Title"] == "部長"


def test_a_refusal_has_the_recorded_form(admin: Salesforce) -> None:
    assert patch(admin, [change("00Q5g00000000zzAAA")]) == [
        {
            "success": False,
            "errors": [
                {
                    "statusCode": "INVALID_CROSS_REFERENCE_KEY",
                    "message": "invalid cross reference id",
                    "fields": [],
                }
            ],
        }
    ]


def test_a_record_without_an_id_or_with_no_form_is_refused(admin: Salesforce) -> None:
    answers = patch(admin, [{"attributes": {"type": "Lead"}}, "text", {"attributes": {}}])

    codes = [one["errors"][0]["statusCode"] for one in answers]
    assert codes == ["MISSING_ARGUMENT", "JSON_PARSER_ERROR", "JSON_PARSER_ERROR"]


def test_all_or_none_takes_everything_back(
    admin: Salesforce, leads: list[str], org: Org, sandbox: Sandbox
) -> None:
    before = (org.rows("Lead"), org.rows("LeadHistory"))
    org.automation.triggers["Lead"] = [lambda *_: {"Rating": "Hot"}]

    answers = patch(
        admin,
        [change(leads[0], Status="Working - Contacted"), change(leads[1], Foo=1)],
        all_or_none=True,
    )

    codes = [one["errors"][0]["statusCode"] for one in answers]
    assert codes == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "INVALID_FIELD"]
    assert (org.rows("Lead"), org.rows("LeadHistory")) == before
    assert sandbox.ledger.writes() == ()
    found = admin.query("SELECT Id FROM Lead ORDER BY SystemModstamp, Id")["records"]
    assert [row["Id"] for row in found] == leads


def test_all_or_none_keeps_everything_when_all_is_well(
    admin: Salesforce, leads: list[str], org: Org
) -> None:
    answers = patch(admin, [change(one, Title="x") for one in leads], all_or_none=True)

    assert all(one["success"] for one in answers)
    assert {row["Title"] for row in org.rows("Lead")} == {"x"}


def test_created_records_are_taken_back_as_well(admin: Salesforce, org: Org) -> None:
    good = {"attributes": {"type": "Account"}, "Name": "Hayate"}
    body = {"allOrNone": True, "records": [good, {"attributes": {"type": "Account"}}]}

    answers = admin.restful("composite/sobjects", method="POST", json=body)

    assert [one["success"] for one in answers] == [False, False]
    assert org.rows("Account") == []


def test_records_are_created_and_deleted_together(admin: Salesforce, org: Org) -> None:
    records = [{"attributes": {"type": "Account"}, "Name": str(n)} for n in range(3)]

    made = admin.restful("composite/sobjects", method="POST", json={"records": records})
    ids = [one["id"] for one in made]
    gone = admin.restful(
        "composite/sobjects",
        method="DELETE",
        params={"ids": ",".join([*ids[:2], "nonsense", "00Q5g00000000zz"]), "allOrNone": "false"},
    )

    assert [one["success"] for one in gone] == [True, True, False, False]
    assert [row["Id"] for row in org.rows("Account")] == ids[2:]


def test_more_than_two_hundred_records_are_refused(admin: Salesforce, leads: list[str]) -> None:
    with pytest.raises(SalesforceMalformedRequest, match="exceeds the maximum of 200"):
        patch(admin, [change(leads[0])] * 201)


def test_a_collection_without_records_is_refused(admin: Salesforce) -> None:
    with pytest.raises(SalesforceMalformedRequest, match="needs a list of records"):
        admin.restful("composite/sobjects", method="PATCH", json={"records": 5})
    with pytest.raises(SalesforceGeneralError, match="METHOD_NOT_ALLOWED"):
        admin.restful("composite/sobjects", method="PUT", json={})
    with pytest.raises(SalesforceResourceNotFound):
        admin.restful("composite/sobjects/Lead/Key__c", method="PATCH", json={})


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_named_records_are_read_at_their_positions(
    method: str, agent: Salesforce, leads: list[str], org: Org
) -> None:
    org.delete("Lead", leads[1])
    ids, fields = [leads[2], leads[1], "nonsense", leads[0]], ["Id", "LastName"]
    asked: dict[str, Any] = {"json": {"ids": ids, "fields": fields}}
    if method == "GET":
        asked = {"params": {"ids": ",".join(ids), "fields": ",".join(fields)}}

    found = agent.restful("composite/sobjects/Lead", method=method, **asked)

    assert [row and row["LastName"] for row in found] == ["2", None, None, "0"]
    assert found[0]["attributes"]["type"] == "Lead"


def test_reading_a_field_that_is_not_there_is_refused(agent: Salesforce, leads: list[str]) -> None:
    with pytest.raises(SalesforceMalformedRequest, match="No such column 'Foo'"):
        agent.restful(
            "composite/sobjects/Lead", method="POST", json={"ids": leads, "fields": ["Foo"]}
        )
    with pytest.raises(SalesforceMalformedRequest, match="EXCEEDED_ID_LIMIT"):
        agent.restful(
            "composite/sobjects/Lead", method="POST", json={"ids": leads * 401, "fields": ["Id"]}
        )


class TestComposite:
    """Calls inside a call."""

    def test_later_parts_use_what_earlier_ones_answered(self, admin: Salesforce, org: Org) -> None:
        base = "/services/data/v66.0"
        parts = [
            {
                "method": "POST",
                "url": f"{base}/sobjects/Account",
                "referenceId": "made",
                "body": {"Name": "Hayate"},
            },
            {
                "method": "POST",
                "url": f"{base}/sobjects/Contact",
                "referenceId": "person",
                "body": {"LastName": "Sato", "AccountId": "@{made.id}"},
            },
            {
                "method": "GET",
                "url": f"{base}/query?q=SELECT+Name,(SELECT+LastName+FROM+Contacts)+FROM+Account",
                "referenceId": "found",
            },
            {
                "method": "GET",
                "url": f"{base}/sobjects/Account/@{{found.records[0].Id}}",
                "referenceId": "wrong",
            },
        ]

        answer = admin.restful("composite", method="POST", json={"compositeRequest": parts[:3]})

        shown = answer["compositeResponse"]
        assert [one["httpStatusCode"] for one in shown] == [201, 201, 200]
        assert [one["referenceId"] for one in shown] == ["made", "person", "found"]
        assert shown[0]["httpHeaders"]["Location"].endswith(shown[0]["body"]["id"])
        assert shown[2]["body"]["records"][0]["Contacts"]["totalSize"] == 1
        assert org.rows("Contact")[0]["AccountId"] == shown[0]["body"]["id"]
        more = admin.restful("composite", method="POST", json={"compositeRequest": parts[2:]})
        last = more["compositeResponse"][1]
        assert (last["httpStatusCode"], last["body"][0]["errorCode"]) == (400, "PROCESSING_HALTED")
        assert "No value for found" in last["body"][0]["message"]

    def test_a_batch_answers_each_part_and_costs_as_many_calls(
        self, admin: Salesforce, leads: list[str], sandbox: Sandbox
    ) -> None:
        used = sandbox.salesforce.usage.used()
        parts = [
            {
                "method": "PATCH",
                "url": f"v66.0/sobjects/Lead/{leads[0]}",
                "richInput": {"Title": "x"},
            },
            {"method": "GET", "url": "v66.0/sobjects/Nothing"},
        ]

        answer = admin.restful("composite/batch", method="POST", json={"batchRequests": parts})

        assert answer["hasErrors"] is True
        assert [one["statusCode"] for one in answer["results"]] == [204, 404]
        assert answer["results"][0]["result"] is None
        assert sandbox.salesforce.usage.used() - used == 2
        assert sandbox.ledger.requests(path_contains="batch")[0].calls == 2

    @pytest.mark.parametrize(("queries", "collections", "taken"), [(4, 1, True), (4, 2, False)])
    def test_five_queries_and_collections_are_the_most(
        self, queries: int, collections: int, taken: bool, bare: Org
    ) -> None:
        data = "/services/data/v66.0"
        urls = [f"{data}/query?q=SELECT+Id+FROM+Lead"] * queries
        urls += [f"{data}/composite/sobjects/Lead?ids=&fields=Id"] * collections
        urls += [f"{data}/limits"] * 6
        parts = [
            {"method": "GET", "url": url, "referenceId": f"r{number}"}
            for number, url in enumerate(urls)
        ]

        told = Api(bare)("POST", "composite", {"compositeRequest": parts})

        assert (told.status == 200) is taken
        assert ("LIMIT_EXCEEDED" in told.text) is not taken

    @pytest.mark.parametrize(
        ("path", "body", "problem"),
        [
            ("composite", {}, "needs compositeRequest"),
            ("composite/batch", {"batchRequests": "x"}, "needs batchRequests"),
            ("composite", {"compositeRequest": [{}] * 26}, "more than 25 operations"),
            ("composite", {"compositeRequest": ["x"]}, "must be a JSON object"),
            (
                "composite",
                {"compositeRequest": [{"method": "GET", "url": "/elsewhere"}]},
                "must name a version",
            ),
        ],
    )
    def test_what_is_no_composite_is_refused(
        self, path: str, body: Row, problem: str, admin: Salesforce
    ) -> None:
        with pytest.raises(SalesforceMalformedRequest, match=problem):
            admin.restful(path, method="POST", json=body)

    def test_there_is_nothing_else_below_composite(self, admin: Salesforce) -> None:
        with pytest.raises(SalesforceResourceNotFound):
            admin.restful("composite/else", method="POST", json={})
        with pytest.raises(SalesforceGeneralError, match="METHOD_NOT_ALLOWED"):
            admin.restful("composite", method="PUT", json={})
