"""One record at a time, through the real client."""

from datetime import UTC, datetime, timedelta

import pytest
import requests
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import (
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)

from sandbox.salesforce.org import Org
from sandbox.server import Sandbox

KEEP_OWNER = {"Sforce-Auto-Assign": "FALSE"}
START = datetime(2026, 11, 2, tzinfo=UTC)


def code_of(error: pytest.ExceptionInfo[Exception]) -> str:
    content = error.value.content  # type: ignore[attr-defined]  # the client's own attribute
    return str(content[0]["errorCode"])


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


class TestAssignment:
    """Assignment rules run on a client's update unless it says not to."""

    def test_a_careless_update_moves_the_owner(
        self, admin: Salesforce, lead: str, org: Org
    ) -> None:
        admin.Lead.update(lead, {"Title": "x"})

        assert org.get("Lead", lead)["OwnerId"] == org.users["queue"]

    def test_the_header_keeps_the_owner(
        self, admin: Salesforce, lead: str, org: Org, sandbox: Sandbox
    ) -> None:
        admin.Lead.update(lead, {"Title": "x"}, headers=KEEP_OWNER)

        assert org.get("Lead", lead)["OwnerId"] == org.users["admin"]
        (asked,) = sandbox.ledger.requests(method="PATCH")
        assert asked.headers["sforce-auto-assign"] == "FALSE"

    def test_a_created_record_is_assigned_as_well(self, admin: Salesforce, org: Org) -> None:
        made = admin.Account.create({"Name": "Hayate"})

        assert org.get("Account", made["id"])["OwnerId"] == org.users["sales12"]

    def test_an_object_without_a_rule_keeps_its_owner(self, admin: Salesforce, org: Org) -> None:
        made = admin.Contact.create({"LastName": "Sato"})

        assert org.get("Contact", made["id"])["OwnerId"] == org.users["admin"]

    def test_a_person_by_hand_is_not_assigned(self, lead: str, org: Org) -> None:
        org.update("Lead", lead, {"Title": "x"}, by="human")

        assert org.get("Lead", lead)["OwnerId"] == org.users["admin"]


class TestConvertedLeads:
    """A converted lead is closed to whoever has no right to edit it."""

    @pytest.fixture(autouse=True)
    def open_field(self, org: Org) -> None:
        org.define_field("Lead", "Score__c", "Number", precision=5, scale=2)
        for row in org.tables["FieldPermissions"].rows.values():
            row["PermissionsEdit"] = row["PermissionsEdit"] or row["Field"] == "Lead.Score__c"
        org.access.forget()

    def test_the_agent_cannot_change_one(self, agent: Salesforce, lead: str, org: Org) -> None:
        agent.Lead.update(lead, {"Score__c": 1})
        org.convert_lead(lead)

        with pytest.raises(SalesforceMalformedRequest) as refused:
            agent.Lead.update(lead, {"Score__c": 2})

        assert refused.value.content == [
            {
                "message": "cannot reference converted lead",
                "errorCode": "CANNOT_UPDATE_CONVERTED_LEAD",
                "fields": [],
            }
        ]

    def test_the_right_to_edit_converted_leads_opens_it(
        self, agent: Salesforce, lead: str, org: Org
    ) -> None:
        org.convert_lead(lead)
        org.permit("BBM_Agent", "AllowViewEditConvertedLeads", granted=True)

        agent.Lead.update(lead, {"Score__c": 2})

        assert org.get("Lead", lead)["Score__c"] == 2


class TestRights:
    """What the running agent may, and where it stops."""

    def test_a_field_without_the_right_to_edit_is_refused_by_name(
        self, agent: Salesforce, lead: str
    ) -> None:
        with pytest.raises(SalesforceMalformedRequest) as refused:
            agent.Lead.update(lead, {"Title": "x", "Industry": "y"})

        (error,) = refused.value.content
        assert error["errorCode"] == "INVALID_FIELD_FOR_INSERT_UPDATE"
        assert error["fields"] == ["Title", "Industry"]
        assert error["message"].startswith("Unable to create/update fields: Title, Industry.")

    def test_a_field_it_does_not_see_does_not_exist(
        self, agent: Salesforce, lead: str, org: Org
    ) -> None:
        org.hide_field("Lead", "Title")

        with pytest.raises(SalesforceMalformedRequest, match="No such column 'Title' on sobject"):
            agent.Lead.update(lead, {"Title": "x"})
        with pytest.raises(SalesforceMalformedRequest, match="No such column 'Title' on entity"):
            agent.query("SELECT Title FROM Lead")

    def test_it_neither_creates_nor_deletes(self, agent: Salesforce, lead: str) -> None:
        with pytest.raises(SalesforceRefusedRequest) as create:
            agent.Account.create({"Name": "x"})
        with pytest.raises(SalesforceRefusedRequest) as delete:
            agent.Lead.delete(lead)

        assert code_of(create) == code_of(delete) == "INSUFFICIENT_ACCESS_OR_READONLY"

    def test_without_view_all_only_its_own_records_are_there(
        self, agent: Salesforce, lead: str, org: Org
    ) -> None:
        org.permit("BBM_Agent", "ViewAllRecords", "Lead", granted=False)
        mine = org.create("Lead", {"LastName": "x", "Company": "y"}, by="agent")

        found = agent.query("SELECT Id FROM Lead")["records"]

        assert [row["Id"] for row in found] == [mine]
        with pytest.raises(SalesforceResourceNotFound):
            agent.Lead.get(lead)

    def test_an_object_it_may_not_read_is_not_supported(self, agent: Salesforce, org: Org) -> None:
        org.permit("BBM_Agent", "Read", "Opportunity", granted=False)

        with pytest.raises(SalesforceMalformedRequest, match="'Opportunity' is not supported"):
            agent.query("SELECT Id FROM Opportunity")

    def test_a_set_that_is_taken_away_takes_its_rights_along(
        self, agent: Salesforce, org: Org
    ) -> None:
        org.unassign("BBM_Agent", "agent")

        with pytest.raises(SalesforceMalformedRequest, match="'Lead' is not supported"):
            agent.query("SELECT Id FROM Lead")
        with pytest.raises(ValueError, match="no permission set 'Nobody'"):
            org.unassign("Nobody", "agent")

    def test_users_are_not_made_without_the_right_to_set_up(
        self, agent: Salesforce, org: Org
    ) -> None:
        org.unassign("BBM_Agent_Setup", "agent")

        with pytest.raises(SalesforceRefusedRequest):
            agent.User.create({"LastName": "x"})

    def test_no_one_writes_to_what_the_platform_keeps(self, admin: Salesforce) -> None:
        with pytest.raises(SalesforceRefusedRequest):
            admin.LeadStatus.create({"MasterLabel": "x"})


class TestExternalIds:
    """Records by a key of somebody else's."""

    @pytest.fixture(autouse=True)
    def key(self, org: Org) -> None:
        org.define_field("Lead", "Key__c", length=40, external_id=True)

    def test_an_upsert_creates_and_then_updates(self, admin: Salesforce, org: Org) -> None:
        path = "sobjects/Lead/Key__c/a%2Fb"
        first = admin.restful(path, method="PATCH", json={"LastName": "x", "Company": "y"})
        second = admin.restful(path, method="PATCH", json={"LastName": "z"})

        assert (first["created"], second["created"]) == (True, False)
        assert first["id"] == second["id"]
        assert (org.get("Lead", first["id"])["Key__c"]) == "a/b"
        assert admin.Lead.get_by_custom_id("Key__c", "a/b")["LastName"] == "z"

    def test_an_upsert_may_be_kept_from_creating(self, admin: Salesforce) -> None:
        with pytest.raises(SalesforceResourceNotFound):
            admin.restful(
                "sobjects/Lead/Key__c/none", params={"updateOnly": "true"}, method="PATCH", json={}
            )

    def test_several_records_of_one_key_are_listed(self, admin: Salesforce, org: Org) -> None:
        for _ in range(2):
            org.create("Lead", {"LastName": "x", "Company": "y", "Key__c": "same"})

        with pytest.raises(SalesforceMoreThanOneRecord) as several:
            admin.Lead.get_by_custom_id("Key__c", "same")
        assert len(several.value.content) == 2

    def test_a_field_that_is_no_key_is_refused_by_name(self, admin: Salesforce) -> None:
        with pytest.raises(SalesforceResourceNotFound, match="not accessible: Title"):
            admin.Lead.get_by_custom_id("Title", "x")
        with pytest.raises(SalesforceResourceNotFound, match="does not exist"):
            admin.Lead.get_by_custom_id("Key__c", "nowhere")


class TestReplication:
    """What changed, and what went, between two moments."""

    def test_changed_records_are_told_by_id(
        self, agent: Salesforce, lead: str, org: Org, sandbox: Sandbox
    ) -> None:
        sandbox.clock.advance(600)
        late = org.create("Lead", {"LastName": "x", "Company": "y"})

        both = agent.Lead.updated(START - timedelta(hours=1), START + timedelta(hours=1))
        one = agent.Lead.updated(START + timedelta(minutes=5), START + timedelta(hours=1))

        assert both["ids"] == [lead, late]
        assert one["ids"] == [late]
        assert one["latestDateCovered"] == "2026-11-02T01:00:00.000+0000"

    def test_deleted_records_are_told_with_their_time(
        self, agent: Salesforce, lead: str, org: Org, sandbox: Sandbox
    ) -> None:
        sandbox.clock.advance(60)
        org.delete("Lead", lead)

        told = agent.Lead.deleted(START, START + timedelta(hours=1))

        assert told["deletedRecords"] == [
            {"id": lead, "deletedDate": "2026-11-02T00:01:00.000+0000"}
        ]
        assert told["earliestDateAvailable"] == "2026-10-03T00:01:00.000+0000"
        assert agent.Lead.updated(START, START + timedelta(hours=1))["ids"] == []

    def test_an_open_transaction_holds_back_what_is_covered(
        self, agent: Salesforce, lead: str, org: Org, sandbox: Sandbox
    ) -> None:
        sandbox.clock.advance(1200)
        org.commit_late(
            "Lead",
            lead,
            {"Title": "late"},
            at=START + timedelta(minutes=10),
            visible_at=START + timedelta(minutes=30),
        )

        before = agent.Lead.updated(START, START + timedelta(minutes=20))
        sandbox.clock.advance(600)
        after = agent.Lead.updated(START, START + timedelta(minutes=20))

        assert before["latestDateCovered"] == "2026-11-02T00:10:00.000+0000"
        assert after["latestDateCovered"] == "2026-11-02T00:20:00.000+0000"
        assert after["ids"] == [lead]
        assert org.get("Lead", lead)["SystemModstamp"] == "2026-11-02T00:10:00.000+0000"

    @pytest.mark.parametrize(
        ("start", "end"), [(timedelta(1), timedelta(0)), (timedelta(-31), timedelta(0))]
    )
    def test_a_range_that_is_too_old_or_reversed_is_refused(
        self, start: timedelta, end: timedelta, agent: Salesforce
    ) -> None:
        with pytest.raises(SalesforceMalformedRequest, match="INVALID_REPLICATION_DATE"):
            agent.Lead.updated(START + start, START + end)

    def test_a_broken_date_is_refused(self, agent: Salesforce) -> None:
        with pytest.raises(SalesforceMalformedRequest, match="bad date"):
            agent.restful("sobjects/Lead/updated", params={"start": "x", "end": "y"})


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
