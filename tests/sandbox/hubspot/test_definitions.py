"""Property definitions, groups, pipelines, owners and the account."""

import pytest

from sandbox.clock import SandboxClock
from sandbox.hubspot.object_types import DEALS
from sandbox.hubspot.pipelines import Pipeline, Stage
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.tokens import SETUP_TOKEN
from tests.sandbox.hubspot.calling import Api, Reply

PROPERTIES = "/crm/v3/properties/contacts"
ICP = {
    "name": "bbm_icp",
    "label": "ICP",
    "type": "enumeration",
    "fieldType": "select",
    "groupName": "bbm",
    "options": [{"label": "Yes", "value": "icp"}, {"label": "No", "value": "not_icp"}],
}


@pytest.fixture
def setup(api: Api) -> Api:
    """The same service with a token that may change definitions, and a group for them."""
    caller = Api(api.service, SETUP_TOKEN)
    caller.post(f"{PROPERTIES}/groups", {"name": "bbm", "label": "BBM / ICP", "displayOrder": -1})
    return caller


def create(setup: Api, **changes: object) -> Reply:
    return setup.post(PROPERTIES, {**ICP, **changes})


def test_a_group_is_made_once(setup: Api) -> None:
    again = setup.post(f"{PROPERTIES}/groups", {"name": "bbm", "label": "BBM"})

    assert (again.status, again.body["category"]) == (409, "OBJECT_ALREADY_EXISTS")
    assert setup.get(f"{PROPERTIES}/groups/bbm").body == {
        "name": "bbm",
        "label": "BBM / ICP",
        "displayOrder": -1,
        "archived": False,
    }


def test_a_group_with_properties_stays(setup: Api) -> None:
    create(setup)

    assert setup.ask("DELETE", f"{PROPERTIES}/groups/bbm").status == 400
    setup.ask("DELETE", f"{PROPERTIES}/bbm_icp")
    assert setup.ask("DELETE", f"{PROPERTIES}/groups/bbm").status == 204
    names = {one["name"] for one in setup.get(f"{PROPERTIES}/groups").body["results"]}
    assert names == {"contactinformation"}


def test_a_definition_is_answered_whole(setup: Api) -> None:
    body = create(setup, description="Whether it fits", formField=False).body

    assert body["options"][1] == {
        "label": "No",
        "value": "not_icp",
        "description": "",
        "displayOrder": 1,
        "hidden": False,
    }
    assert body["modificationMetadata"] == {
        "archivable": True,
        "readOnlyDefinition": False,
        "readOnlyValue": False,
    }
    assert body["createdUserId"]
    assert "hubspotDefined" not in body


def test_a_new_property_takes_values_at_once(setup: Api, portal: Portal) -> None:
    create(setup)
    record = portal.create("contacts", {"bbm_icp": "icp"})

    assert portal.get("contacts", record)["bbm_icp"] == "icp"


def test_a_name_in_use_is_a_conflict(setup: Api) -> None:
    create(setup)
    again = create(setup)

    assert again.status == 409
    assert again.body["category"] == "OBJECT_ALREADY_EXISTS"
    assert again.body["subCategory"] == "Properties.PROPERTY_WITH_NAME_EXISTS"
    assert again.body["message"] == "A property named 'bbm_icp' already exists."


def test_a_batch_of_definitions_makes_the_new_ones(setup: Api) -> None:
    create(setup)

    body = {"inputs": [ICP, {**ICP, "name": "bbm_tier"}]}
    reply = setup.post(f"{PROPERTIES}/batch/create", body)
    read = setup.post(f"{PROPERTIES}/batch/read", {"inputs": [{"name": "bbm_tier"}, {"name": "x"}]})

    assert (reply.status, reply.body["numErrors"]) == (207, 1)
    assert reply.body["errors"][0]["context"] == {"name": ["bbm_icp"]}
    assert [one["name"] for one in reply.body["results"]] == ["bbm_tier"]
    assert "createdAt" not in reply.body["results"][0]
    assert [one["name"] for one in read.body["results"]] == ["bbm_tier"]


def test_an_archived_property_takes_no_values_and_can_come_back(setup: Api, portal: Portal) -> None:
    create(setup)
    record = portal.create("contacts", {"bbm_icp": "icp"})
    setup.post(f"{PROPERTIES}/batch/archive", {"inputs": [{"name": "bbm_icp"}]})

    url = f"/crm/v3/objects/contacts/{record}"
    refused = setup.ask("PATCH", url, {"properties": {"bbm_icp": "not_icp"}})
    archived = setup.get(f"{PROPERTIES}?archived=true").body["results"]

    assert refused.body["errors"][0]["code"] == "PROPERTY_DOESNT_EXIST"
    assert [one["name"] for one in archived] == ["bbm_icp"]
    assert setup.get(f"{PROPERTIES}/bbm_icp").status == 404
    assert create(setup).status == 201


def test_a_definition_can_change_but_not_its_name(setup: Api, clock: SandboxClock) -> None:
    create(setup)
    clock.advance(60)

    body = setup.ask("PATCH", f"{PROPERTIES}/bbm_icp", {"label": "Fit", "name": "other"}).body

    assert (body["name"], body["label"], body["groupName"]) == ("bbm_icp", "Fit", "bbm")
    assert body["updatedAt"] == "2026-11-02T00:01:00Z"
    assert len(body["options"]) == 2


def test_hubspots_own_definitions_stay_as_they_are(setup: Api) -> None:
    assert setup.ask("PATCH", f"{PROPERTIES}/email", {"label": "x"}).status == 400
    assert setup.ask("DELETE", f"{PROPERTIES}/email").status == 400
    body = setup.get(f"{PROPERTIES}/email").body
    assert body["hubspotDefined"] is True
    assert body["modificationMetadata"]["readOnlyDefinition"] is True


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "BBM_ICP"}, "must start with a letter"),
        ({"name": "1_icp"}, "must start with a letter"),
        ({"type": "picture"}, "picture is not a valid property type"),
        ({"fieldType": "number"}, "does not fit the property type"),
        ({"groupName": "nowhere"}, "Property group nowhere does not exist"),
        ({"options": [{"label": "a", "value": "a"}] * 2}, "unique values"),
        ({"label": ""}, "[label]"),
    ],
)
def test_a_definition_out_of_order_is_refused(
    setup: Api, changes: dict[str, object], words: str
) -> None:
    reply = create(setup, **changes)

    assert (reply.status, words in reply.body["message"]) == (400, True)


def test_a_flag_always_has_its_two_options(setup: Api) -> None:
    body = create(setup, type="bool", fieldType="booleancheckbox", options=[]).body

    assert [one["value"] for one in body["options"]] == ["true", "false"]


def test_the_number_of_own_properties_is_limited(setup: Api, portal: Portal) -> None:
    portal.knobs.custom_properties_limit = 1

    assert [create(setup, name=f"bbm_{one}").status for one in range(2)] == [201, 400]


def test_ten_properties_can_be_unique(setup: Api) -> None:
    plain = {"type": "string", "fieldType": "text", "hasUniqueValue": True, "options": []}
    made = [create(setup, **plain, name=f"bbm_key_{one}").status for one in range(11)]

    assert made == [201] * 10 + [400]


def test_usage_of_own_properties_is_told_by_type(setup: Api, portal: Portal) -> None:
    create(setup)

    body = setup.get("/crm/v3/limits/custom-properties").body
    portal.knobs.has_leads = True
    with_leads = setup.get("/crm/v3/limits/custom-properties").body

    assert (body["overallUsage"], body["overallLimit"]) == (1, 3000)
    assert body["byObjectType"][0] == {
        "objectTypeId": "0-1",
        "singularLabel": "Contact",
        "pluralLabel": "Contacts",
        "limit": 1000,
        "usage": 1,
        "percentage": 0.1,
    }
    assert [one["objectTypeId"] for one in with_leads["byObjectType"]][-1] == "0-136"


def test_what_selling_needs_is_defined(api: Api) -> None:
    def defined(kind: str) -> dict[str, dict[str, object]]:
        found = api.get(f"/crm/v3/properties/{kind}").body["results"]
        return {one["name"]: one for one in found}

    contacts, companies, deals = (defined(one) for one in ("contacts", "companies", "deals"))

    assert contacts["industry"]["type"] == "string"
    assert contacts["hs_lifecyclestage_customer_date"]["modificationMetadata"]["readOnlyValue"]
    assert "hs_lastmodifieddate" not in contacts
    assert "lastmodifieddate" not in companies
    assert len(companies["industry"]["options"]) == 148
    assert companies["numberofemployees"]["type"] == "number"
    assert [one["value"] for one in companies["hs_ideal_customer_profile"]["options"]] == [
        "tier_1",
        "tier_2",
        "tier_3",
    ]
    assert deals["hs_is_closed_won"]["calculated"] is True
    assert "hs_v2_date_entered_closedwon" in deals
    # As recorded: the stages stand among the pipelines, not in the definition.
    assert (deals["dealstage"]["options"], deals["dealstage"]["externalOptions"]) == ([], True)


def test_pipelines_tell_the_meaning_of_their_stages(api: Api) -> None:
    default, renewals = api.get("/crm/v3/pipelines/deals").body["results"]

    assert (default["id"], renewals["id"]) == ("default", "21730432")
    assert [(one["id"], one["metadata"]) for one in default["stages"]][-2:] == [
        ("closedwon", {"isClosed": "true", "probability": "1.0"}),
        ("closedlost", {"isClosed": "true", "probability": "0.0"}),
    ]
    assert default["createdAt"] == "1970-01-01T00:00:00Z"
    assert default["stages"][0]["writePermissions"] == "CRM_PERMISSIONS_ENFORCEMENT"
    assert api.get("/crm/v3/pipelines/deals/21730432").body == renewals
    stages = api.get("/crm/v3/pipelines/deals/21730432/stages").body["results"]
    assert stages == renewals["stages"]
    assert api.get("/crm/v3/pipelines/deals/21730432/stages/48102912").body == stages[1]
    assert api.get("/crm/v3/pipelines/deals/nowhere").status == 404
    assert api.get("/crm/v3/pipelines/deals/default/stages/nowhere").status == 404


def test_a_pipeline_that_is_added_brings_its_dates(portal: Portal) -> None:
    stage = Stage("990", "Trial", 0, {"isClosed": "false", "probability": "0.1"})
    portal.schema.add_pipeline(DEALS, Pipeline("99", "Trials", (stage,), 2))

    deal = portal.create("deals", {"pipeline": "99", "dealstage": "990"})

    assert portal.get("deals", deal)["hs_v2_date_entered_990"] == "2026-11-02T00:00:00Z"


def test_owners_come_in_pages_and_the_gone_ones_apart(api: Api) -> None:
    first = api.get("/crm/v3/owners/?limit=4").body
    second = api.get(first["paging"]["next"]["link"]).body
    gone = api.get("/crm/v3/owners?archived=true").body["results"]

    assert len(first["results"]) + len(second["results"]) == 6
    assert "paging" not in second
    assert first["results"][0] == {
        "id": "534941",
        "email": "haruka.sato@bbm-sandbox.example",
        "type": "PERSON",
        "firstName": "Haruka",
        "lastName": "Sato",
        "userId": 88842095,
        "userIdIncludingInactive": 88842095,
        "createdAt": "2024-04-01T00:00:00Z",
        "updatedAt": "2024-04-01T00:00:00Z",
        "archived": False,
        "teams": [{"id": "418", "name": "Inside sales", "primary": True}],
    }
    assert ["userId" in one for one in gone] == [False]


def test_an_owner_is_found_by_id_user_or_address(api: Api) -> None:
    url = "/crm/v3/owners"

    assert api.get(f"{url}/534941").body["lastName"] == "Sato"
    assert api.get(f"{url}/88842095?idProperty=userId").body["lastName"] == "Sato"
    assert api.get(f"{url}/1").status == 404
    found = api.get(f"{url}?email=ken.suzuki@bbm-sandbox.example").body["results"]
    assert [one["lastName"] for one in found] == ["Suzuki"]


@pytest.mark.parametrize(
    ("zone", "offset", "milliseconds"),
    [("Asia/Tokyo", "+09:00", 32_400_000), ("America/New_York", "-04:00", -14_400_000)],
)
def test_the_account_says_where_it_is(  # noqa: PLR0917  a case's facts
    api: Api, portal: Portal, clock: SandboxClock, zone: str, offset: str, milliseconds: int
) -> None:
    portal.knobs.time_zone = zone
    clock.advance(-10 * 86_400)  # before the clocks in New York are set back

    body = api.get("/account-info/v3/details").body

    assert body["timeZone"] == zone
    assert (body["utcOffset"], body["utcOffsetMilliseconds"]) == (offset, milliseconds)
    assert (body["portalId"], body["companyCurrency"]) == (48210437, "JPY")
    assert (body["accountType"], body["dataHostingLocation"]) == ("STANDARD", "na1")
