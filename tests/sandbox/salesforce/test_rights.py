"""What a user may write, and what an org does about it."""

import pytest
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import (
    SalesforceMalformedRequest,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)

from sandbox.salesforce.org import Org
from sandbox.server import Sandbox

KEEP_OWNER = {"Sforce-Auto-Assign": "FALSE"}


def code_of(error: pytest.ExceptionInfo[Exception]) -> str:
    content = error.value.content  # type: ignore[attr-defined]  # the client's own attribute
    return str(content[0]["errorCode"])


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

    def test_what_the_platform_keeps_cannot_be_deleted(self, admin: Salesforce, org: Org) -> None:
        with pytest.raises(SalesforceRefusedRequest):
            admin.Organization.delete(org.org_id)


def test_a_permission_set_is_deleted_for_good(admin: Salesforce, org: Org) -> None:
    made = admin.PermissionSet.create({"Name": "Own", "Label": "Own"})

    admin.PermissionSet.delete(made["id"])

    assert "Own" not in {row["Name"] for row in org.rows("PermissionSet")}
