"""Custom fields made through the Tooling API, and the grants they need to be seen."""

import pytest
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import (
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)

from sandbox.salesforce.org import Org
from sandbox.salesforce.table import Row
from sandbox.server import Sandbox

PICKLIST: Row = {
    "type": "Picklist",
    "label": "ICP",
    "valueSet": {
        "restricted": True,
        "valueSetDefinition": {
            "sorted": False,
            "value": [
                {"fullName": "icp", "label": "ICP", "default": False},
                {"valueName": "unknown", "label": "?", "default": False},
            ],
        },
    },
}
NUMBER: Row = {"type": "Number", "label": "Score", "precision": 5, "scale": 2}


def make(client: Salesforce, name: str = "Lead.BBM_Score__c", metadata: Row = NUMBER) -> str:
    body = {"FullName": name, "Metadata": metadata}
    made = client.restful("tooling/sobjects/CustomField", method="POST", json=body)
    assert made["success"] is True
    return str(made["id"])


def grant(client: Salesforce, name: str = "Lead.BBM_Score__c", *, edit: bool = True) -> str:
    (found,) = client.query("SELECT Id FROM PermissionSet WHERE Name = 'BBM_Agent'")["records"]
    made = client.FieldPermissions.create(
        {
            "ParentId": found["Id"],
            "SobjectType": name.partition(".")[0],
            "Field": name,
            "PermissionsRead": True,
            "PermissionsEdit": edit,
        }
    )
    return str(made["id"])


def fields_of(client: Salesforce) -> dict[str, Row]:
    return {one["name"]: one for one in client.Lead.describe()["fields"]}


def test_a_field_is_seen_by_nobody_until_it_is_granted(
    agent: Salesforce, admin: Salesforce
) -> None:
    make(agent)

    assert "BBM_Score__c" not in fields_of(agent)
    assert "BBM_Score__c" not in fields_of(admin)
    with pytest.raises(SalesforceMalformedRequest, match="No such column 'BBM_Score__c'"):
        agent.query("SELECT BBM_Score__c FROM Lead")

    grant(agent)

    assert fields_of(agent)["BBM_Score__c"]["precision"] == 5
    assert "BBM_Score__c" not in fields_of(admin)


def test_a_granted_field_is_written_and_read(agent: Salesforce, lead: str, org: Org) -> None:
    make(agent)
    grant(agent)

    agent.Lead.update(lead, {"BBM_Score__c": "82.5"})

    assert org.get("Lead", lead)["BBM_Score__c"] == 82.5
    found = agent.query("SELECT Id FROM Lead WHERE BBM_Score__c > 80")
    assert found["totalSize"] == 1


def test_a_grant_to_read_is_none_to_write(agent: Salesforce, lead: str) -> None:
    make(agent)
    granted = grant(agent, edit=False)

    with pytest.raises(SalesforceMalformedRequest, match="INVALID_FIELD_FOR_INSERT_UPDATE"):
        agent.Lead.update(lead, {"BBM_Score__c": 1})

    agent.FieldPermissions.update(granted, {"PermissionsEdit": True})
    agent.Lead.update(lead, {"BBM_Score__c": 1})
    agent.FieldPermissions.delete(granted)
    with pytest.raises(SalesforceMalformedRequest, match="No such column"):
        agent.Lead.update(lead, {"BBM_Score__c": 1})


def test_a_grant_is_given_once_and_only_for_what_exists(agent: Salesforce) -> None:
    make(agent)
    grant(agent)

    with pytest.raises(SalesforceMalformedRequest, match="DUPLICATE_VALUE"):
        grant(agent)
    with pytest.raises(SalesforceMalformedRequest, match="bad value for restricted picklist"):
        grant(agent, "Lead.Nothing__c")
    with pytest.raises(SalesforceResourceNotFound, match="INVALID_CROSS_REFERENCE_KEY"):
        agent.FieldPermissions.create(
            {"ParentId": "0PS5g00000000zz", "SobjectType": "Lead", "Field": "Lead.BBM_Score__c"}
        )


def test_a_picklist_takes_only_its_values_when_restricted(agent: Salesforce, lead: str) -> None:
    made = make(agent, "Lead.BBM_ICP__c", PICKLIST)
    grant(agent, "Lead.BBM_ICP__c")

    agent.Lead.update(lead, {"BBM_ICP__c": "unknown"})
    with pytest.raises(SalesforceMalformedRequest, match="RESTRICTED_PICKLIST"):
        agent.Lead.update(lead, {"BBM_ICP__c": "not_icp"})

    values = [{"fullName": name, "label": name} for name in ("icp", "unknown", "not_icp")]
    more = {
        **PICKLIST,
        "valueSet": {"restricted": True, "valueSetDefinition": {"value": values}},
    }
    agent.restful(f"tooling/sobjects/CustomField/{made}", method="PATCH", json={"Metadata": more})
    agent.Lead.update(lead, {"BBM_ICP__c": "not_icp"})
    assert fields_of(agent)["BBM_ICP__c"]["restrictedPicklist"] is True


def test_fields_are_found_by_their_developer_names(agent: Salesforce) -> None:
    made = make(agent)
    make(agent, "Account.BBM_Score__c")

    found = agent.toolingexecute(
        "query/",
        params={
            "q": "SELECT Id, DeveloperName, TableEnumOrId FROM CustomField "
            "WHERE TableEnumOrId = 'Lead' AND DeveloperName IN ('BBM_Score', 'BBM_Tier')"
        },
    )

    assert (found["size"], found["totalSize"]) == (1, 1)
    (row,) = found["records"]
    assert (row["Id"], row["DeveloperName"], row["TableEnumOrId"]) == (made, "BBM_Score", "Lead")


def test_a_field_shows_its_metadata(agent: Salesforce) -> None:
    made = make(agent, "Lead.BBM_ICP__c", {**PICKLIST, "inlineHelpText": "why"})

    shown = agent.restful(f"tooling/sobjects/CustomField/{made}")

    assert shown["FullName"] == "Lead.BBM_ICP__c"
    told = shown["Metadata"]
    assert (told["type"], told["label"], told["inlineHelpText"]) == ("Picklist", "ICP", "why")
    assert told["valueSet"]["restricted"] is True
    listed = told["valueSet"]["valueSetDefinition"]["value"]
    assert [one["valueName"] for one in listed] == ["icp", "unknown"]


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ({"type": "Text", "length": 80}, "Text"),
        ({"type": "TextArea"}, "TextArea"),
        ({"type": "LongTextArea", "length": 32000}, "LongTextArea"),
        ({"type": "Checkbox"}, "Checkbox"),
        ({"type": "DateTime"}, "DateTime"),
        ({"type": "Date"}, "Date"),
        ({"type": "Percent", "precision": 3, "scale": 0}, "Percent"),
    ],
)
def test_each_kind_of_field_is_shown_as_it_was_made(
    kind: Row, shown: str, agent: Salesforce
) -> None:
    made = make(agent, "Lead.X__c", {"label": "X", **kind})

    told = agent.restful(f"tooling/sobjects/CustomField/{made}")["Metadata"]

    assert told["type"] == shown
    assert {name: told[name] for name in kind} == kind


def test_a_removed_field_takes_its_values_and_grants_along(
    agent: Salesforce, lead: str, org: Org, sandbox: Sandbox
) -> None:
    made = make(agent)
    grant(agent)
    agent.Lead.update(lead, {"BBM_Score__c": 1})

    agent.restful(f"tooling/sobjects/CustomField/{made}", method="DELETE")

    assert "BBM_Score__c" not in org.get("Lead", lead)
    assert "BBM_Score__c" not in fields_of(agent)
    assert all(row["Field"] != "Lead.BBM_Score__c" for row in org.rows("FieldPermissions"))
    schema = sandbox.ledger.changes(type="CustomField")
    assert [(one.action, one.new) for one in schema] == [
        ("create", "Lead.BBM_Score__c"),
        ("delete", "Lead.BBM_Score__c"),
    ]
    with pytest.raises(SalesforceResourceNotFound):
        agent.restful(f"tooling/sobjects/CustomField/{made}")


def test_a_field_cannot_be_made_twice_or_change_its_type(agent: Salesforce) -> None:
    made = make(agent)

    with pytest.raises(SalesforceMalformedRequest, match="already a field named BBM_Score on Lead"):
        make(agent)
    with pytest.raises(SalesforceMalformedRequest, match="Cannot change the type"):
        agent.restful(
            f"tooling/sobjects/CustomField/{made}", method="PATCH", json={"Metadata": PICKLIST}
        )


@pytest.mark.parametrize(
    ("name", "metadata", "code"),
    [
        ("Lead.X__c", {"type": "Hologram"}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Lead.Plain", NUMBER, "INVALID_FIELD"),
        ("Nothing.X__c", NUMBER, "INVALID_TYPE"),
        ("Lead.X__c", "text", "JSON_PARSER_ERROR"),
    ],
)
def test_a_field_that_makes_no_sense_is_refused(
    name: str, metadata: Row, code: str, agent: Salesforce
) -> None:
    with pytest.raises(SalesforceMalformedRequest, match=code):
        make(agent, name, metadata)


def test_without_the_setup_rights_nothing_of_this_is_allowed(agent: Salesforce, org: Org) -> None:
    org.unassign("BBM_Agent_Setup", "agent")

    with pytest.raises(SalesforceRefusedRequest, match="INSUFFICIENT_ACCESS"):
        make(agent)
    with pytest.raises(SalesforceRefusedRequest, match="INSUFFICIENT_ACCESS"):
        grant(agent, "Lead.Title")


def test_a_permission_set_can_be_made_and_assigned(agent: Salesforce, org: Org) -> None:
    made = agent.PermissionSet.create({"Name": "Own", "Label": "Own"})
    agent.restful(
        "sobjects/PermissionSetAssignment",
        method="POST",
        json={"PermissionSetId": made["id"], "AssigneeId": org.users["agent"]},
    )
    make(agent)
    agent.FieldPermissions.create(
        {
            "ParentId": made["id"],
            "SobjectType": "Lead",
            "Field": "Lead.BBM_Score__c",
            "PermissionsRead": True,
            "PermissionsEdit": False,
        }
    )

    assert "BBM_Score__c" in fields_of(agent)


@pytest.mark.parametrize("path", ["tooling/sobjects/Flow", "tooling", "tooling/sobjects"])
def test_the_rest_of_the_tooling_api_is_not_there(path: str, agent: Salesforce) -> None:
    with pytest.raises(SalesforceResourceNotFound):
        agent.restful(path)


def test_a_definition_is_not_replaced_by_put(agent: Salesforce) -> None:
    made = make(agent)

    with pytest.raises(SalesforceGeneralError, match="METHOD_NOT_ALLOWED"):
        agent.restful(f"tooling/sobjects/CustomField/{made}", method="PUT", json={})


def test_the_tooling_query_knows_only_its_own_objects(agent: Salesforce) -> None:
    with pytest.raises(SalesforceMalformedRequest, match="'Lead' is not supported"):
        agent.toolingexecute("query", params={"q": "SELECT Id FROM Lead"})
