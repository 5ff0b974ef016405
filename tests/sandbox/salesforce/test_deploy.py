"""Deploys by the Metadata API: forms, states, what an org refuses, and what is there then."""

import io
import json
import zipfile
from collections.abc import Mapping
from importlib.resources import files as resources
from typing import Any

import pytest
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import (
    SalesforceMalformedRequest,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)

from sandbox.salesforce.metadata.deploys import Options
from sandbox.salesforce.org import Org
from sandbox.server import Sandbox
from tests.sandbox.salesforce.metadata_grammar import table

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
SCORE = (
    "<fields><fullName>BBM_Score__c</fullName><label>Score</label><precision>18</precision>"
    "<scale>0</scale><type>Number</type></fields>"
)
LIGHT = (
    "<fields><fullName>BBM_Light__c</fullName><formula>IMAGE(&quot;/img&quot;, &quot;&quot;) &amp;"
    " TEXT(BBM_Score__c)</formula><label>Light</label><type>Text</type></fields>"
)
READ_SCORE = (
    "<fieldPermissions><editable>false</editable><field>Lead.BBM_Score__c</field>"
    "<readable>true</readable></fieldPermissions>"
)
READ_LEADS = (
    "<objectPermissions><allowCreate>false</allowCreate><allowDelete>false</allowDelete>"
    "<allowEdit>false</allowEdit><allowRead>true</allowRead>"
    "<modifyAllRecords>false</modifyAllRecords><object>Lead</object>"
    "<viewAllRecords>true</viewAllRecords></objectPermissions>"
)


def xml(type_: str, inside: str) -> str:
    return f"{HEAD}<{type_} {NAMESPACE}>{inside}</{type_}>"


def manifest(**members: str) -> str:
    """A package.xml; several members of a type are joined by commas."""
    types = "".join(
        f"<types>{''.join(f'<members>{one}</members>' for one in names.split(','))}"
        f"<name>{type_}</name></types>"
        for type_, names in members.items()
    )
    return xml("Package", f"{types}<version>66.0</version>")


def zipped(files: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        for name, text in files.items():
            opened.writestr(name, text)
    return out.getvalue()


def fields(*inside: str, **listed: str) -> dict[str, str]:
    """A package with fields of leads, all of them listed unless said otherwise."""
    names = [one.partition("<fullName>")[2].partition("<")[0] for one in inside]
    members = listed or {"CustomField": ",".join(f"Lead.{name}" for name in names)}
    return {
        "package.xml": manifest(**members),
        "objects/Lead.object": xml("CustomObject", "".join(inside)),
    }


def permission_set(*inside: str, name: str = "Own") -> dict[str, str]:
    body = xml("PermissionSet", "".join((*inside[:1], f"<label>{name}</label>", *inside[1:])))
    return {
        "package.xml": manifest(PermissionSet=name),
        f"permissionsets/{name}.permissionset": body,
    }


def carried_out(org: Org, files: Mapping[str, str], **options: Any) -> dict[str, Any]:
    """Deploy as an administrator, and see how it ended."""
    id_ = org.deploys.start(org.users["admin"], zipped(files), Options(**options))
    org.clock.advance(5)
    org.settle()
    return org.deploys.result(id_, details=True)


def problems(result: Mapping[str, Any]) -> dict[str, str]:
    return {one["fullName"]: one["problem"] for one in result["details"]["componentFailures"]}


def post(client: Salesforce, files: Mapping[str, str], part: str = "json", **options: Any) -> Any:
    body = json.dumps({"deployOptions": options})
    form = {
        part: (None, body, "application/json"),
        "file": ("deploy.zip", zipped(files), "application/zip"),
    }
    headers = {"Content-Type": None}
    return client.restful("metadata/deployRequest", method="POST", headers=headers, files=form)


def state(client: Salesforce, id_: str) -> Any:
    asked = client.restful(f"metadata/deployRequest/{id_}", params={"includeDetails": "true"})
    return asked["deployResult"]


def test_the_grammar_is_that_of_the_real_client() -> None:
    shipped = resources("sandbox.salesforce.definitions").joinpath("metadata.tsv")

    assert shipped.read_text(encoding="utf-8") == table()


@pytest.mark.parametrize("part", ["json", "entity_content"])
def test_a_deploy_is_pending_then_at_work_then_done(
    part: str, agent: Salesforce, sandbox: Sandbox, org: Org
) -> None:
    org.deploys.looks = 9
    sent = post(agent, fields(SCORE), part, checkOnly=False, rollbackOnError=True)

    assert sent["id"].startswith("0Af")
    assert sent["deployOptions"]["rollbackOnError"] is True
    assert (sent["deployResult"]["status"], sent["deployResult"]["done"]) == ("Pending", False)
    sandbox.clock.advance(1)
    assert state(agent, sent["id"])["status"] == "InProgress"
    sandbox.clock.advance(1)
    told = state(agent, sent["id"])
    assert (told["status"], told["success"], told["done"]) == ("Succeeded", True, True)
    (made,) = told["details"]["componentSuccesses"]
    assert (made["componentType"], made["fullName"]) == ("CustomField", "Lead.BBM_Score__c")
    assert (made["fileName"], made["created"]) == ("objects/Lead.object", True)
    assert made["id"] == org.definition("Lead").fields["BBM_Score__c"].custom_id
    assert told["numberComponentsDeployed"] == told["numberComponentsTotal"] == 1


def test_a_deploy_ends_though_the_clock_stands_still(agent: Salesforce) -> None:
    id_ = post(agent, fields(SCORE))["id"]

    assert [state(agent, id_)["status"] for _ in range(2)] == ["Succeeded", "Succeeded"]


def test_a_deployed_field_is_seen_once_a_set_grants_it(agent: Salesforce, org: Org) -> None:
    carried_out(org, fields(SCORE))
    assert "BBM_Score__c" not in {one["name"] for one in agent.Lead.describe()["fields"]}

    carried_out(org, permission_set(READ_SCORE))
    (row,) = (one for one in org.rows("PermissionSet") if one["Name"] == "Own")
    values = {"PermissionSetId": row["Id"], "AssigneeId": org.users["agent"]}
    org.create("PermissionSetAssignment", values)

    shown = {one["name"]: one for one in agent.Lead.describe()["fields"]}["BBM_Score__c"]
    assert (shown["type"], shown["precision"], shown["label"]) == ("double", 18, "Score")


def test_a_formula_is_worked_out_and_never_written(bare: Org) -> None:
    carried_out(bare, fields(SCORE, LIGHT))
    light = bare.definition("Lead").fields["BBM_Light__c"]

    assert light.formula.startswith("IMAGE(")
    assert not light.updateable
    assert not light.createable
    assert light.length == 1300


def test_a_check_changes_nothing(bare: Org) -> None:
    result = carried_out(bare, fields(SCORE), check_only=True)

    assert (result["status"], result["checkOnly"]) == ("Succeeded", True)
    assert "BBM_Score__c" not in bare.definition("Lead").fields


def test_one_failure_takes_everything_back(bare: Org) -> None:
    wrong = SCORE.replace("BBM_Score__c", "Other__c").replace("Number", "Numbr")
    files = {
        "package.xml": manifest(CustomField="Lead.BBM_Score__c,Account.Other__c"),
        "objects/Lead.object": xml("CustomObject", SCORE),
        "objects/Account.object": xml("CustomObject", wrong),
    }

    result = carried_out(bare, files)

    assert (result["status"], result["success"]) == ("Failed", False)
    assert "BBM_Score__c" not in bare.definition("Lead").fields
    (failure,) = result["details"]["componentFailures"][1:]
    assert failure["fileName"] == "objects/Account.object"
    assert failure["problemType"] == "Error"
    assert failure["problem"] == "'Numbr' is not a valid value for the enum 'FieldType'"

    result = carried_out(bare, files, rollback_on_error=False)
    assert result["status"] == "SucceededPartial"
    assert "BBM_Score__c" in bare.definition("Lead").fields


LONG = "x" * 41


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        (fields(SCORE.replace("label", "lable")), "lable invalid at this location in type Custom"),
        (fields(SCORE, SCORE, CustomField="Lead.BBM_Score__c"), "is in the package twice"),
        (fields(SCORE.replace("<type>", "<type>Text</type><type>")), "Element type is duplicated"),
        (fields(SCORE.replace("<scale>0</scale>", "")), "Must specify 'scale' for a CustomField"),
        (fields(SCORE.replace(">18<", ">many<")), "'many' is not a valid value for the type xsd"),
        (fields(SCORE.replace("<label>Score</label>", "")), "Must specify a non-empty label"),
        (fields(SCORE.replace("<type>Number</type>", "")), "Required field is missing: type"),
        (fields(SCORE.replace(">Score<", f">{LONG}<")), "label maximum length is:40"),
        (fields(SCORE.replace(">Number<", ">Picklist<")), "Must specify 'valueSet'"),
        (fields(SCORE.replace(">Number<", ">Hierarchy<")), "Hierarchy is not supported"),
        (fields(SCORE.replace("BBM_Score__c", "Industry")), "No standard field Industry"),
        (fields(LIGHT), "Field BBM_Score__c does not exist. Check spelling."),
        (fields(SCORE, LIGHT.replace("IMAGE(", "FILM(")), "Unknown function FILM. Check spelling."),
        (fields(SCORE, CustomField="Lead.Other__c"), "Not in package.xml"),
        (
            {**fields(SCORE), "package.xml": manifest(CustomField="Lead.BBM_Score__c,Lead.X__c")},
            "An object 'Lead.X__c' of type CustomField was named in package.xml",
        ),
        (
            {
                "package.xml": manifest(CustomField="Invoice.BBM_Score__c"),
                "objects/Invoice.object": xml("CustomObject", SCORE),
            },
            "no CustomObject named Invoice found",
        ),
        ({"objects/Lead.object": xml("CustomObject", SCORE)}, "No package.xml found"),
        (
            {"package.xml": manifest(Hologram="X")},
            "Unknown type name 'Hologram' specified in package.xml",
        ),
        ({"package.xml": "<Package>"}, "Error parsing file"),
        ({"package.xml": f"<!DOCTYPE x>{manifest()}"}, "DOCTYPE is disallowed"),
        (permission_set(READ_SCORE), "field - no CustomField named Lead.BBM_Score__c found"),
        (
            permission_set(READ_SCORE.replace("BBM_Score__c", "Company")),
            "You cannot deploy to a required field: Lead.Company",
        ),
        (
            permission_set(READ_SCORE.replace("BBM_Score__c", "City")),
            "Field Lead.City is granted with Address",
        ),
        (
            permission_set(READ_LEADS.replace("<allowRead>true", "<allowRead>false")),
            "Permission ViewAllRecords Lead depends on permission(s): Read Lead",
        ),
        (
            permission_set(
                "", "<userPermissions><enabled>true</enabled><name>Fly</name></userPermissions>"
            ),
            "Unknown user permission: Fly",
        ),
        (
            {
                "package.xml": manifest(ListView="Lead.X"),
                "objects/Lead.object": xml(
                    "CustomObject",
                    "<listViews><fullName>X</fullName><columns>X__c</columns>"
                    "<filterScope>Everything</filterScope><label>X</label></listViews>",
                ),
            },
            "Could not resolve list view column: X__c",
        ),
        (
            {
                "package.xml": manifest(Report="Own/X"),
                "reports/Own/X.report": xml(
                    "Report",
                    "<format>Tabular</format><name>X</name><reportType>LeadList</reportType>",
                ),
            },
            "no ReportFolder named Own found",
        ),
        (
            {
                "package.xml": manifest(CustomObjectTranslation="Lead-fr"),
                "objectTranslations/Lead-fr.objectTranslation": xml("CustomObjectTranslation", ""),
            },
            "Not available for deploy for this organization",
        ),
        (
            {"package.xml": manifest(LightningComponentBundle="x"), "lwc/x/x.html": "<template/>"},
            "A bundle needs a .js-meta.xml file",
        ),
    ],
)
def test_what_an_org_does_not_take(files: Mapping[str, str], problem: str, bare: Org) -> None:
    result = carried_out(bare, files)

    assert result["status"] == "Failed"
    assert problem in "\n".join(problems(result).values())


def test_a_set_that_is_deployed_again_holds_only_what_the_package_says(bare: Org) -> None:
    carried_out(bare, fields(SCORE))
    carried_out(bare, permission_set(READ_SCORE, READ_LEADS))

    carried_out(bare, permission_set(READ_SCORE))

    (row,) = (one for one in bare.rows("PermissionSet") if one["Name"] == "Own")
    under = [one for one in bare.rows("ObjectPermissions") if one["ParentId"] == row["Id"]]
    assert not under
    granted = [
        one["Field"] for one in bare.rows("FieldPermissions") if one["ParentId"] == row["Id"]
    ]
    assert granted == ["Lead.BBM_Score__c"]


def test_an_address_is_granted_with_its_parts(bare: Org) -> None:
    carried_out(bare, permission_set(READ_SCORE.replace("BBM_Score__c", "Address")))

    (row,) = (one for one in bare.rows("PermissionSet") if one["Name"] == "Own")
    granted = {
        one["Field"] for one in bare.rows("FieldPermissions") if one["ParentId"] == row["Id"]
    }
    assert {"Lead.Address", "Lead.City", "Lead.Country"} <= granted


def test_destructive_changes_remove_fields_and_sets(bare: Org) -> None:
    carried_out(bare, fields(SCORE))
    carried_out(bare, permission_set(READ_SCORE))
    gone = manifest(CustomField="Lead.BBM_Score__c,Lead.Never__c", PermissionSet="Own")

    result = carried_out(bare, {"package.xml": manifest(), "destructiveChanges.xml": gone})

    assert result["status"] == "Succeeded"
    assert "BBM_Score__c" not in bare.definition("Lead").fields
    assert "Own" not in {row["Name"] for row in bare.rows("PermissionSet")}
    shown = {one["fullName"]: one for one in result["details"]["componentSuccesses"]}
    assert shown["Lead.BBM_Score__c"]["deleted"]
    never = shown["Lead.Never__c"]
    assert (never["problemType"], never["deleted"]) == ("Warning", False)


@pytest.mark.parametrize(
    ("gone", "problem"),
    [
        ({"CustomField": "Lead.BBM_Score__c"}, "referenced elsewhere"),
        ({"PermissionSet": "BBM_Agent"}, "assigned to users"),
        ({"Hologram": "X"}, "Unknown type name 'Hologram' specified in destructiveChanges.xml"),
    ],
)
def test_what_is_in_use_is_not_removed(gone: Mapping[str, str], problem: str, bare: Org) -> None:
    carried_out(bare, fields(SCORE, LIGHT))

    files = {"package.xml": manifest(), "destructiveChanges.xml": manifest(**gone)}
    result = carried_out(bare, files)

    assert problem in next(iter(problems(result).values()))


def test_a_package_in_a_folder_is_taken_where_the_options_say_so(bare: Org) -> None:
    files = {f"pkg/{name}": text for name, text in fields(SCORE).items()}

    assert carried_out(bare, files)["status"] == "Failed"
    assert carried_out(bare, files, single_package=False)["status"] == "Succeeded"


def test_a_deploy_can_be_called_off_until_it_is_done(
    agent: Salesforce, sandbox: Sandbox, org: Org
) -> None:
    body = {"deployResult": {"status": "Canceling"}}
    first, second = (post(agent, fields(SCORE))["id"] for _ in range(2))

    agent.restful(f"metadata/deployRequest/{first}", method="PATCH", json=body)

    sandbox.clock.advance(5)
    assert state(agent, first)["status"] == "Canceled"
    assert state(agent, second[:15])["status"] == "Succeeded"
    with pytest.raises(SalesforceMalformedRequest, match="already completed"):
        agent.restful(f"metadata/deployRequest/{second}", method="PATCH", json=body)


def test_what_is_no_deploy_is_refused(agent: Salesforce, org: Org) -> None:
    with pytest.raises(SalesforceMalformedRequest, match="INVALID_MULTIPART_REQUEST"):
        agent.restful("metadata/deployRequest", method="POST", json={})
    with pytest.raises(SalesforceMalformedRequest, match="INVALID_MULTIPART_REQUEST"):
        post(agent, fields(SCORE), "options")
    with pytest.raises(SalesforceMalformedRequest, match='Unrecognized field "fast"'):
        post(agent, fields(SCORE), fast=True)
    with pytest.raises(SalesforceResourceNotFound):
        state(agent, "0Af000000000001")
    with pytest.raises(SalesforceResourceNotFound):
        agent.restful("metadata/retrieveRequest")
    org.permit("BBM_Agent_Setup", "ModifyMetadata", granted=False)
    with pytest.raises(SalesforceRefusedRequest, match="ModifyAllData or ModifyMetadata"):
        post(agent, fields(SCORE))
