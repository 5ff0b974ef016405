"""One record at a time, through the real client."""

import pytest
import requests
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import (
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceResourceNotFound,
)

from sandbox.salesforce.org import Org
from sandbox.server import Sandbox

KEEP_OWNER = {"Sforce-Auto-Assign": "FALSE"}


def test_a_record_is_created_read_changed_and_deleted(admin: Salesforce, org: Org) -> None:
    made = admin.Lead.create({"LastName": "Sato", "Company": "K.K.", "NumberOfEmployees": "300"})
    admin.Lead.update(made["id"], {"FirstName": "Aoi"})
    read = admin.Lead.get(made["id"])
    admin.Lead.delete(made["id"])

    assert made == {"id": made["id"], "success": True, "errors": []}
    assert (read["Name"], read["NumberOfEmployees"], read["Status"]) == (
        "Aoi Sato",
        300,
        "Open - Not Contacted",
    )
    assert read["attributes"]["url"] == f"/services/data/v66.0/sobjects/Lead/{made['id']}"
    with pytest.raises(SalesforceResourceNotFound, match="ENTITY_IS_DELETED"):
        admin.Lead.get(made["id"])
    assert org.rows("Lead") == []


def test_a_created_record_has_its_address_in_the_answer(
    admin: Salesforce, web: requests.Session
) -> None:
    url = f"{admin.base_url}sobjects/Account/"
    answer = web.post(url, json={"Name": "Hayate"}, headers=admin.headers)

    assert answer.status_code == 201
    assert answer.headers["Location"].endswith("/sobjects/Account/" + answer.json()["id"])


def test_only_the_fields_asked_for_are_read(agent: Salesforce, lead: str) -> None:
    read = agent.restful(f"sobjects/Lead/{lead}", params={"fields": "LastName,IsConverted"})

    assert {name: read[name] for name in read if name != "attributes"} == {
        "Id": lead,
        "LastName": "Sato",
        "IsConverted": False,
    }
    with pytest.raises(SalesforceMalformedRequest, match="No such column"):
        agent.restful(f"sobjects/Lead/{lead}", params={"fields": "Foo"})


def test_a_short_id_names_the_same_record(agent: Salesforce, lead: str) -> None:
    assert agent.Lead.get(lead[:15])["Id"] == lead


def test_a_change_moves_the_times_and_names_who_made_it(
    admin: Salesforce, lead: str, org: Org, sandbox: Sandbox
) -> None:
    sandbox.clock.advance(90.7)

    admin.Lead.update(lead, {"Title": "部長"})

    row = org.get("Lead", lead)
    assert row["SystemModstamp"] == row["LastModifiedDate"] == "2026-11-02T00:01:30.000+0000"
    assert row["CreatedDate"] == "2026-11-02T00:00:00.000+0000"
    assert row["LastModifiedById"] == org.users["admin"]


def test_an_equal_value_also_moves_the_times_and_is_a_write(
    admin: Salesforce, lead: str, org: Org, sandbox: Sandbox
) -> None:
    sandbox.clock.advance(5)

    admin.Lead.update(lead, {"LastName": "Sato"}, headers=KEEP_OWNER)

    assert org.get("Lead", lead)["SystemModstamp"] == "2026-11-02T00:00:05.000+0000"
    (write,) = sandbox.ledger.writes()
    assert (write.action, write.id, write.field) == ("touch", lead, "")


def test_a_change_is_in_the_ledger_with_both_values(
    admin: Salesforce, lead: str, sandbox: Sandbox
) -> None:
    admin.Lead.update(lead, {"Title": "部長"}, headers=KEEP_OWNER)

    (write,) = sandbox.ledger.writes()
    assert (write.type, write.field, write.old, write.new, write.by) == (
        "Lead",
        "Title",
        None,
        "部長",
        "admin",
    )
    (request,) = sandbox.ledger.requests(method="PATCH")
    assert write.request == request.seq


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"Foo": 1}, ("INVALID_FIELD", None)),
        ({"Title": "x" * 129}, ("STRING_TOO_LONG", ["Title"])),
        (
            {"GeocodeAccuracy": "Moon"},
            ("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", ["GeocodeAccuracy"]),
        ),
        ({"LastName": None}, ("REQUIRED_FIELD_MISSING", ["LastName"])),
        ({"NumberOfEmployees": 1e9}, ("NUMBER_OUTSIDE_VALID_RANGE", ["NumberOfEmployees"])),
        ({"IsDeleted": True}, ("INVALID_FIELD_FOR_INSERT_UPDATE", ["IsDeleted"])),
        ({"IsConverted": True}, ("INVALID_FIELD_FOR_INSERT_UPDATE", ["IsConverted"])),
        ({"Id": "x"}, ("INVALID_FIELD_FOR_INSERT_UPDATE", ["Id"])),
    ],
)
def test_a_bad_value_changes_nothing(
    values: dict[str, object],
    refusal: tuple[str, list[str] | None],
    admin: Salesforce,
    lead: str,
    org: Org,
) -> None:
    before = org.get("Lead", lead)

    with pytest.raises(SalesforceMalformedRequest) as refused:
        admin.Lead.update(lead, {"Industry": "Education", **values})

    (error,) = refused.value.content
    assert (error["errorCode"], error.get("fields")) == refusal
    assert org.get("Lead", lead) == before


def test_a_missing_required_field_is_named(admin: Salesforce) -> None:
    with pytest.raises(SalesforceMalformedRequest) as refused:
        admin.Lead.create({"FirstName": "x"})

    assert refused.value.content == [
        {
            "message": "Required fields are missing: [LastName, Company]",
            "errorCode": "REQUIRED_FIELD_MISSING",
            "fields": ["LastName", "Company"],
        }
    ]


def test_every_broken_validation_rule_is_told(admin: Salesforce, org: Org, lead: str) -> None:
    org.automation.rules["Lead"] = [
        lambda row: "no ACME leads" if row["Company"] == "ACME" else "",
        lambda row: "a title is needed" if not row.get("Title") else "",
    ]

    with pytest.raises(SalesforceMalformedRequest) as refused:
        admin.Lead.update(lead, {"Company": "ACME"})

    assert [(one["errorCode"], one["message"]) for one in refused.value.content] == [
        ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "no ACME leads"),
        ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "a title is needed"),
    ]
    admin.Lead.update(lead, {"Title": "部長"})


def test_a_locked_record_is_free_again_later(admin: Salesforce, org: Org, lead: str) -> None:
    org.automation.locked[lead] = 1

    with pytest.raises(SalesforceMalformedRequest, match="unable to obtain exclusive access"):
        admin.Lead.update(lead, {"Title": "x"})

    admin.Lead.update(lead, {"Title": "x"})


def test_a_trigger_changes_other_fields_as_the_automated_process(
    admin: Salesforce, org: Org, lead: str, sandbox: Sandbox
) -> None:
    org.automation.triggers["Lead"] = [
        lambda _org, _row, changes: {"Rating": "Hot"} if "Title" in changes else {}
    ]

    admin.Lead.update(lead, {"Title": "部長"})

    assert org.get("Lead", lead)["Rating"] == "Hot"
    assert [one.field for one in sandbox.ledger.changes(by="flow")] == ["Rating"]


@pytest.mark.parametrize("path", ["sobjects/Lead/", "sobjects/Lead/{}"])
def test_a_method_that_makes_no_sense_is_refused(path: str, admin: Salesforce, lead: str) -> None:
    with pytest.raises(SalesforceGeneralError, match="METHOD_NOT_ALLOWED"):
        admin.restful(path.format(lead), method="PUT")


@pytest.mark.parametrize("body", ["{", "[]", '"text"'])
def test_a_body_that_is_no_object_is_refused(body: str, admin: Salesforce, lead: str) -> None:
    with pytest.raises(SalesforceMalformedRequest, match="JSON_PARSER_ERROR"):
        admin.restful(f"sobjects/Lead/{lead}", method="PATCH", data=body)


def test_a_record_that_never_was_is_not_found(admin: Salesforce) -> None:
    with pytest.raises(SalesforceResourceNotFound):
        admin.Lead.update("00Q5g00000000zzAAA", {"Title": "x"})
