"""Our fields in a portal: created once, compared ever after, and never taken from others."""

from dataclasses import replace
from typing import Any

import pytest

from bbm_core.records import Choice, FieldRole, FieldSpec, FieldType, RecordKind
from connectors.contract import FieldAction, FieldChange
from connectors.errors import MissingPermission, RequestRefused
from connectors.hubspot.fields import DEFAULT_NAMES
from sandbox.faults import Action, Fault
from sandbox.hubspot.properties import Option
from sandbox.hubspot.tokens import RUNNING_TOKEN
from tests.connectors.hubspot.portal_world import HubSpotWorld, specs

FLAG = FieldSpec(
    RecordKind.CONTACT,
    FieldRole.FLAG,
    "bbm_icp",
    FieldType.CHOICE,
    "ICP判定",
    "BBMの判定",
    (Choice("icp", "ICP"), Choice("not_icp", "対象外")),
)
SCORE = FieldSpec(RecordKind.CONTACT, FieldRole.SCORE, "bbm_score", FieldType.NUMBER, "Score", "")


def plan(world: HubSpotWorld, *fields: FieldSpec, **more: Any) -> tuple[FieldChange, ...]:
    apply = more.pop("apply", False)
    return world.connector(**more).prepare(fields, apply=apply)


def actions(changes: tuple[FieldChange, ...]) -> list[FieldAction]:
    return [one.action for one in changes]


def definition(world: HubSpotWorld, name: str) -> Any:
    contacts = world.portal.shelf("contacts").kind
    return world.portal.schema.property(contacts, name)


def test_fields_are_created_in_a_group_of_their_own_with_their_labels(world: HubSpotWorld) -> None:
    assert actions(plan(world, FLAG, apply=True)) == [FieldAction.CREATE]

    made = definition(world, "bbm_icp")
    assert (made.group, made.label, made.type) == ("bbm", "ICP判定", "enumeration")
    assert [(one.value, one.label) for one in made.options] == [
        ("icp", "ICP"),
        ("not_icp", "対象外"),
    ]


def test_a_plan_says_how_much_room_there_is(world: HubSpotWorld) -> None:
    (change,) = plan(world, FLAG)

    assert change.action is FieldAction.CREATE
    assert change.detail.startswith("in the group bbm; ")
    assert change.detail.endswith(" of 1000 custom properties are there")


def test_what_has_no_room_is_not_created(world: HubSpotWorld) -> None:
    world.portal.knobs.custom_properties_limit = 2  # and one is the world's own

    changes = plan(world, FLAG, SCORE, apply=True)

    assert actions(changes) == [FieldAction.CLASH, FieldAction.CLASH]
    assert "no room for 2: 1 of 2 custom properties" in changes[0].detail
    assert definition(world, "bbm_icp") is None


def test_every_type_of_ours_is_taken_and_kept(world: HubSpotWorld) -> None:
    every = [replace(SCORE, name=f"bbm_{one}", type=one) for one in FieldType]
    every[0] = replace(every[0], choices=FLAG.choices)

    plan(world, *every, apply=True)

    assert set(actions(plan(world, *every))) == {FieldAction.KEEP}


def test_a_field_of_another_type_is_a_clash_and_left_alone(world: HubSpotWorld) -> None:
    world.portal.define_property("contacts", "bbm_score", type="string")
    before = world.sandbox.ledger.last_seq()

    (change,) = plan(world, SCORE, apply=True)

    assert change.action is FieldAction.CLASH
    assert "string instead of number" in change.detail
    assert not world.sandbox.ledger.requests(method="POST", since=before)
    assert actions(world.connector().retire([SCORE], apply=True)) == [FieldAction.CLASH]
    assert definition(world, "bbm_score") is not None


def test_a_field_that_hubspot_computes_is_a_clash(world: HubSpotWorld) -> None:
    computed = replace(SCORE, name="hs_v2_date_entered_lead", type=FieldType.DATETIME)

    (change,) = plan(world, computed)

    assert change.action is FieldAction.CLASH
    assert "read-only" in change.detail


def test_a_property_of_hubspots_own_is_a_clash_and_never_removed(world: HubSpotWorld) -> None:
    field = replace(SCORE, name="jobtitle", type=FieldType.TEXT)

    (planned,) = plan(world, field, apply=True)
    (retired,) = world.connector().retire([field], apply=True)

    assert (planned.action, retired.action) == (FieldAction.CLASH, FieldAction.CLASH)
    assert "exists as HubSpot's own string" in planned.detail


def test_missing_options_are_added_and_the_others_stay(world: HubSpotWorld) -> None:
    world.portal.define_property(
        "contacts", "bbm_icp", type="enumeration", options=["icp", "somebody's own"]
    )

    (change,) = plan(world, FLAG, apply=True)

    assert change.action is FieldAction.UPDATE
    assert "not_icp" in change.detail
    assert [one.value for one in definition(world, "bbm_icp").options] == [
        "icp",
        "somebody's own",
        "not_icp",
    ]
    assert actions(plan(world, FLAG)) == [FieldAction.KEEP]


def test_options_that_somebody_hid_or_described_stay_so(world: HubSpotWorld) -> None:
    hidden = Option("Ours no more", "icp", 0, hidden=True, description="Since 2025")
    world.portal.define_property("contacts", "bbm_icp", type="enumeration", options=[hidden])

    plan(world, FLAG, apply=True)

    assert definition(world, "bbm_icp").options[0] == hidden


def hide_once(world: HubSpotWorld) -> None:
    """The next look at the properties of contacts is too early to see any."""
    empty = Action(status=200, body='{"results":[]}')
    place = "/properties/contacts"
    world.sandbox.faults.add(Fault(action=empty, method="GET", path_contains=place))


def test_a_field_that_somebody_creates_meanwhile_is_kept_and_not_said_to_be_created(
    world: HubSpotWorld,
) -> None:
    plan(world, SCORE, apply=True)
    hide_once(world)

    assert actions(plan(world, SCORE, FLAG, apply=True)) == [FieldAction.KEEP, FieldAction.CREATE]
    assert actions(plan(world, SCORE, FLAG)) == [FieldAction.KEEP, FieldAction.KEEP]


def test_a_field_that_somebody_creates_meanwhile_otherwise_is_a_clash(world: HubSpotWorld) -> None:
    world.portal.define_property("contacts", "bbm_score", type="string")
    hide_once(world)

    (change,) = plan(world, SCORE, apply=True)

    assert change.action is FieldAction.CLASH
    assert "string instead of number" in change.detail


def test_options_that_are_missing_where_somebody_creates_it_meanwhile_are_added(
    world: HubSpotWorld,
) -> None:
    world.portal.define_property("contacts", "bbm_icp", type="enumeration", options=["icp"])
    hide_once(world)

    assert actions(plan(world, FLAG, apply=True)) == [FieldAction.UPDATE]
    assert [one.value for one in definition(world, "bbm_icp").options] == ["icp", "not_icp"]


@pytest.mark.parametrize("context", ["", ',"context":{"name":["bbm_score"]}'])
def test_a_name_that_is_taken_and_not_listed_is_never_said_to_be_created(
    world: HubSpotWorld, context: str
) -> None:
    fault = f'{{"category":"OBJECT_ALREADY_EXISTS","message":"It already exists."{context}}}'
    body = f'{{"results":[],"errors":[{fault}],"numErrors":1}}'
    answer = Action(status=207, body=body)
    world.sandbox.faults.add(Fault(action=answer, path_contains="/batch/create"))

    (change,) = plan(world, SCORE, apply=True)

    assert change.action is FieldAction.CLASH
    assert "does not list it" in change.detail


def test_another_refusal_of_a_field_is_told(world: HubSpotWorld) -> None:
    told = '{"category":"VALIDATION_ERROR","message":"no","context":{"name":["bbm_score"]}}'
    body = f'{{"results":[],"errors":[{told}],"numErrors":1}}'
    fault = Fault(action=Action(status=207, body=body), path_contains="/batch/create")
    world.sandbox.faults.add(fault)

    with pytest.raises(RequestRefused, match="bbm_score: no"):
        plan(world, SCORE, apply=True)


def test_a_refusal_of_the_group_is_told(world: HubSpotWorld) -> None:
    body = '{"status":"error","category":"VALIDATION_ERROR","message":"no groups"}'
    fault = Fault(action=Action(status=400, body=body), path_contains="/groups")
    world.sandbox.faults.add(fault)

    with pytest.raises(RequestRefused, match="no groups"):
        plan(world, SCORE, apply=True)


def test_a_running_key_may_plan_but_not_create(world: HubSpotWorld) -> None:
    assert actions(plan(world, SCORE, token=RUNNING_TOKEN)) == [FieldAction.CREATE]

    with pytest.raises(MissingPermission) as caught:
        plan(world, SCORE, token=RUNNING_TOKEN, apply=True)

    assert "crm.schemas.contacts.write" in caught.value.hint
    assert definition(world, "bbm_score") is None


def test_a_kind_that_may_not_be_seen_cannot_be_planned_for(world: HubSpotWorld) -> None:
    reader = "pat-na1-00000000-0000-4000-8000-00000000000f"
    world.portal.tokens.add(reader, ())

    with pytest.raises(MissingPermission):
        plan(world, SCORE, token=reader)


def test_a_refusal_to_remove_a_field_is_told(world: HubSpotWorld) -> None:
    plan(world, SCORE, apply=True)

    with pytest.raises(MissingPermission):
        world.connector(token=RUNNING_TOKEN).retire([SCORE], apply=True)

    assert definition(world, "bbm_score") is not None


@pytest.mark.parametrize("status", [400, 403, 404])
def test_however_a_portal_says_that_it_has_no_leads_the_others_are_planned(
    world: HubSpotWorld, status: int
) -> None:
    action = Action(status=status, body='{"message": "No leads here."}')
    world.sandbox.faults.add(Fault(action=action, path_contains="/properties/0-136"))

    changes = plan(world, replace(SCORE, kind=RecordKind.LEAD), SCORE)

    assert actions(changes) == [FieldAction.UNSUPPORTED, FieldAction.CREATE]


@pytest.mark.parametrize("has_leads", [True, False])
def test_fields_of_leads_are_to_be_created_by_hand(world: HubSpotWorld, *, has_leads: bool) -> None:
    world.portal.knobs.has_leads = has_leads
    mine = replace(SCORE, kind=RecordKind.LEAD, name="bbm_new")

    (change,) = plan(world, mine, apply=True)

    assert change.action is FieldAction.UNSUPPORTED
    assert "bbm_new (number)" in change.detail


def test_a_choice_of_leads_is_told_with_its_values(world: HubSpotWorld) -> None:
    (change,) = plan(world, replace(FLAG, kind=RecordKind.LEAD, name="bbm_new"))

    assert "bbm_new (enumeration of icp, not_icp)" in change.detail


def test_fields_of_leads_that_exist_are_kept(world: HubSpotWorld) -> None:
    assert set(actions(plan(world, *specs([RecordKind.LEAD])))) == {FieldAction.KEEP}


def test_the_default_names_are_one_for_each_role() -> None:
    assert set(DEFAULT_NAMES) == set(FieldRole)
    assert len(set(DEFAULT_NAMES.values())) == len(FieldRole)
