"""Our fields are made as specified, seen by the agent alone as far as needed, and removed."""

from dataclasses import replace
from typing import Any

import pytest

from bbm_core.records import Choice, FieldRole, FieldSpec, FieldType, RecordKind
from connectors.contract import FieldAction, FieldChange
from connectors.errors import MalformedAnswer, Unavailable
from connectors.salesforce.connector import SalesforceConnector
from sandbox.faults import Action, Fault
from sandbox.salesforce.permissions import AGENT_SET, SETUP_SET
from tests.connectors.salesforce.org_world import SalesforceWorld, spec

LEAD = RecordKind.LEAD
FLAG, OVERRIDE = spec(LEAD, FieldRole.FLAG), spec(LEAD, FieldRole.OVERRIDE)
LEADS = tuple(spec(LEAD, role) for role in FieldRole)


@pytest.fixture
def connector(world: SalesforceWorld) -> SalesforceConnector:
    return world.connector()


def prepare(connector: SalesforceConnector, *fields: FieldSpec) -> list[FieldChange]:
    return list(connector.prepare(fields, apply=True))


def actions(changes: Any) -> list[FieldAction]:
    return [change.action for change in changes]


def grants(world: SalesforceWorld, field: str, name: str = AGENT_SET) -> list[tuple[bool, bool]]:
    """What a permission set may do with a field: read it, edit it."""
    sets = world.org.table("PermissionSet").rows.values()
    (parent,) = [row["Id"] for row in sets if row["Name"] == name]
    rows = [r for r in world.org.table("FieldPermissions").rows.values() if r["Field"] == field]
    return [(r["PermissionsRead"], r["PermissionsEdit"]) for r in rows if r["ParentId"] == parent]


def test_a_field_is_made_as_specified(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    fields = (replace(FLAG, label="ICP判定", help="BBMが設定します。"), *LEADS[1:])

    changes = prepare(connector, *fields)

    made = world.org.definition("Lead").fields
    assert actions(changes) == [FieldAction.CREATE] * len(LEADS)
    flag = made["BBM_ICP__c"]
    assert (flag.type, flag.label, flag.help_text) == ("picklist", "ICP判定", "BBMが設定します。")
    assert [choice.value for choice in flag.choices] == ["icp", "not_icp", "unknown"]
    assert flag.restricted
    assert (made["BBM_Score__c"].type, made["BBM_Score__c"].scale) == ("double", 0)
    assert (made["BBM_Reason__c"].type, made["BBM_Reason__c"].length) == ("string", 255)
    assert made["BBM_Coverage__c"].type == "percent"
    assert made["BBM_Scored_At__c"].type == "datetime"
    assert made["BBM_Override_Until__c"].type == "date"


def test_the_agent_may_edit_its_fields_and_only_read_those_of_people(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    prepare(connector, FLAG, OVERRIDE)

    assert grants(world, "Lead.BBM_ICP__c") == [(True, True)]
    assert grants(world, "Lead.BBM_Override__c") == [(True, False)]


def test_people_may_see_all_our_fields_and_edit_only_their_own(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    prepare(connector, FLAG, OVERRIDE)

    assert grants(world, "Lead.BBM_ICP__c", "BBM_User") == [(True, False)]
    assert grants(world, "Lead.BBM_Override__c", "BBM_User") == [(True, True)]


def test_a_field_that_nobody_sees_is_granted_not_made_again(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    prepare(connector, FLAG)
    world.org.hide_field("Lead", "BBM_ICP__c")

    (change,) = prepare(connector, FLAG)

    assert (change.action, change.detail) == (FieldAction.UPDATE, "grant access to it")
    assert actions(prepare(connector, FLAG)) == [FieldAction.KEEP]


def test_a_field_that_may_only_be_read_is_opened(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    prepare(connector, FLAG)
    for row in world.org.table("FieldPermissions").rows.values():
        if row["Field"] == "Lead.BBM_ICP__c":
            row["PermissionsEdit"] = False
    world.show_as_read_only(connector, "BBM_ICP__c")

    (change,) = prepare(connector, FLAG)

    assert (change.action, change.detail) == (FieldAction.UPDATE, "grant edit access")
    assert grants(world, "Lead.BBM_ICP__c") == [(True, True)]


def test_missing_choices_are_added(world: SalesforceWorld, connector: SalesforceConnector) -> None:
    prepare(connector, replace(FLAG, choices=(Choice("icp", "ICP"),)))

    (change,) = prepare(connector, FLAG)

    assert (change.action, change.detail) == (FieldAction.UPDATE, "add not_icp, unknown")
    assert actions(prepare(connector, FLAG)) == [FieldAction.KEEP]


def test_a_field_of_another_type_is_left_alone(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    number = replace(FLAG, type=FieldType.NUMBER, choices=())
    prepare(connector, number)

    (change,) = prepare(connector, FLAG)

    assert change.action is FieldAction.CLASH
    assert change.detail == "it is a double, not a picklist"
    assert world.org.definition("Lead").fields["BBM_ICP__c"].type == "double"


def test_without_rights_the_way_by_hand_is_told(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    connector.prepare([FLAG], apply=False)
    world.org.permit(SETUP_SET, "ManageProfilesPermissionsets", granted=False)

    (change,) = prepare(connector, FLAG)

    assert change.action is FieldAction.UNSUPPORTED
    assert "Setup > Object Manager > Lead > Fields & Relationships > New" in change.detail
    assert "Setup > Permission Sets > BBM_Agent > Object Settings > Lead" in change.detail


def test_without_the_right_to_customise_nothing_is_done(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.org.unassign(SETUP_SET, "agent")

    for apply in (False, True):
        changes = connector.prepare([FLAG], apply=apply)
        assert actions(changes) == [FieldAction.UNSUPPORTED]
        assert "By hand" in changes[0].detail
    assert "BBM_ICP__c" not in world.org.definition("Lead").fields


def test_a_missing_permission_set_is_made_and_assigned(world: SalesforceWorld) -> None:
    connector = world.connector(permission_set="Acme_BBM")

    assert actions(prepare(connector, *LEADS)) == [FieldAction.CREATE] * len(LEADS)

    sets = {row["Name"] for row in world.org.rows("PermissionSet")}
    assert {"Acme_BBM", AGENT_SET} <= sets
    assert actions(prepare(connector, *LEADS)) == [FieldAction.KEEP] * len(LEADS)


def test_a_new_set_of_the_agent_reads_what_it_judges_by_and_edits_only_its_own(
    world: SalesforceWorld,
) -> None:
    connector = world.connector(permission_set="Acme_BBM")

    prepare(connector, *LEADS)

    assert grants(world, "Lead.Industry", "Acme_BBM") == [(True, False)]
    assert grants(world, "Lead.Title", "Acme_BBM") == []
    assert grants(world, "Lead.Status", "Acme_BBM") == []  # everybody sees it
    (row,) = (r for r in world.org.rows("PermissionSet") if r["Name"] == "Acme_BBM")
    rights = {
        r["SobjectType"]: [name for name in ("Edit", "Delete") if r[f"Permissions{name}"]]
        for r in world.org.rows("ObjectPermissions")
        if r["ParentId"] == row["Id"] and r["PermissionsViewAllRecords"]
    }
    assert rights == {"Lead": ["Edit"], "Contact": [], "Account": [], "Opportunity": []}
    assert not row["PermissionsModifyAllData"]
    assert not row["PermissionsAllowViewEditConvertedLeads"]


def test_a_set_that_is_there_keeps_what_an_administrator_put_into_it(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    before = grants(world, "Lead.Title")

    prepare(connector, *LEADS)

    assert before == grants(world, "Lead.Title") == [(True, False)]


def test_a_set_that_is_there_is_assigned_to_who_logs_in(world: SalesforceWorld) -> None:
    connector = world.connector(permission_set="Acme_BBM")
    prepare(connector, FLAG)
    world.org.unassign("Acme_BBM", "agent")

    assert actions(prepare(connector, FLAG)) == [FieldAction.UPDATE]

    assert actions(prepare(connector, FLAG)) == [FieldAction.KEEP]


def test_the_choices_that_an_administrator_added_stay(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    prepare(connector, replace(FLAG, choices=(Choice("icp", "ICP"), Choice("review", "Review"))))

    prepare(connector, FLAG)

    choices = world.org.definition("Lead").fields["BBM_ICP__c"].choices
    assert [one.value for one in choices] == ["icp", "not_icp", "unknown", "review"]


def test_one_field_that_is_refused_stops_the_others(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    flag, override = prepare(connector, replace(FLAG, label="x" * 41), OVERRIDE)

    assert (flag.action, override.action) == (FieldAction.UNSUPPORTED, FieldAction.UNSUPPORTED)
    assert flag.detail.startswith("Value too long for field: label maximum length is:40.")
    assert override.detail.startswith("Nothing was changed, because elsewhere: Value too long")
    assert "BBM_Override__c" not in world.org.definition("Lead").fields


def test_what_describe_does_not_show_afterwards_is_not_called_done(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    prepare(connector, FLAG)
    world.show_as_read_only(connector, "BBM_ICP__c", times=2)

    (change,) = prepare(connector, FLAG)

    assert change.action is FieldAction.UNSUPPORTED
    assert "It is done, but describe still says: grant edit access." in change.detail


@pytest.mark.parametrize("body", ['{"success": true}', '{"id": "0Af000000000001"}'])
def test_a_deploy_without_an_id_or_a_result_is_no_answer(
    body: str, world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    method = "GET" if "id" in body else "POST"
    action = Action(status=201, body=body)
    world.sandbox.faults.add(Fault(action=action, method=method, path_contains="/deployRequest"))

    with pytest.raises(MalformedAnswer):
        prepare(connector, FLAG)


def test_a_deploy_is_not_waited_for_without_end(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.org.deploys.seconds, world.org.deploys.looks = 86_400, 10_000

    with pytest.raises(Unavailable, match="still at work after 30 minutes"):
        prepare(connector, FLAG)


def test_what_was_done_before_something_broke_is_not_done_again(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.sandbox.faults.add(
        Fault(action="html_200", method="POST", path_contains="/composite/sobjects")
    )
    with pytest.raises(MalformedAnswer):
        prepare(connector, *LEADS)

    changes = prepare(connector, *LEADS)

    assert actions(changes) == [FieldAction.UPDATE] * len(LEADS)
    assert {change.detail for change in changes} == {"grant access to it"}
    assert actions(prepare(connector, *LEADS)) == [FieldAction.KEEP] * len(LEADS)


def test_retiring_without_applying_changes_nothing(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    prepare(connector, FLAG)

    assert actions(connector.retire([FLAG, OVERRIDE], apply=False)) == [FieldAction.REMOVE]
    assert "BBM_ICP__c" in world.org.definition("Lead").fields


def test_a_refusal_to_remove_a_field_is_told_with_the_way_by_hand(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    prepare(connector, FLAG, OVERRIDE)
    world.org.define_field("Lead", "Used__c", "Text")
    user = world.org.definition("Lead").fields["Used__c"]
    world.org.definition("Lead").put(replace(user, formula="TEXT(BBM_ICP__c)"))

    flag, override = connector.retire([FLAG, OVERRIDE], apply=True)

    assert (flag.action, override.action) == (FieldAction.UNSUPPORTED, FieldAction.UNSUPPORTED)
    assert "referenced elsewhere in salesforce.com. : Lead.Used__c" in flag.detail
    assert "BBM_ICP__c > Delete" in flag.detail
    assert "Nothing was changed, because elsewhere: This custom field" in override.detail
    assert "BBM_Override__c" in world.org.definition("Lead").fields


def test_without_rights_nothing_is_removed(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    prepare(connector, FLAG)
    world.org.permit(SETUP_SET, "ModifyMetadata", granted=False)

    (change,) = connector.retire([FLAG], apply=True)

    assert change.action is FieldAction.UNSUPPORTED
    assert "BBM_ICP__c" in world.org.definition("Lead").fields


def test_the_sets_that_were_made_go_with_the_last_field(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    before = {row["Name"] for row in world.org.rows("PermissionSet")}
    prepare(connector, FLAG, OVERRIDE)
    assert {row["Name"] for row in world.org.rows("PermissionSet")} == before | {"BBM_User"}

    connector.retire([FLAG], apply=True)
    assert "BBM_User" in {row["Name"] for row in world.org.rows("PermissionSet")}

    connector.retire([OVERRIDE], apply=True)
    assert {row["Name"] for row in world.org.rows("PermissionSet")} == before


def test_fields_of_others_are_never_removed(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.org.define_field("Lead", "BBM_ICP_Old__c", "Text")
    prepare(connector, *LEADS)

    connector.retire(LEADS, apply=True)

    custom = [name for name in world.org.definition("Lead").fields if name.startswith("BBM_")]
    assert custom == ["BBM_ICP_Old__c"]


def test_the_names_of_a_package_are_recognised(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    prepare(connector, FLAG)
    for row in world.org.table("CustomField").rows.values():
        row["NamespacePrefix"] = "acme"

    assert not connector.retire([FLAG], apply=False)
    packaged = replace(FLAG, name="acme__BBM_ICP__c")
    assert actions(connector.retire([packaged], apply=False)) == [FieldAction.REMOVE]
