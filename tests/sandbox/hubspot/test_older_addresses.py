"""What clients of earlier years still call: associations of version 3, definitions of 1 and 2."""

import pytest

from sandbox.hubspot.portal import Portal
from sandbox.hubspot.tokens import CUSTOM_OBJECTS, RUNNING_SCOPES, SETUP_TOKEN
from tests.sandbox.hubspot.calling import Api

LINKS = "/crm/v3/associations/contacts/companies"


@pytest.fixture
def pair(portal: Portal) -> tuple[str, str]:
    return portal.create("contacts", {}), portal.create("companies", {})


def both(pair: tuple[str, str], **more: object) -> dict[str, object]:
    return {"from": {"id": pair[0]}, "to": {"id": pair[1]}, **more}


def test_associations_are_named_and_answered_in_both_directions(
    api: Api, pair: tuple[str, str]
) -> None:
    contact, company = pair

    made = api.post(f"{LINKS}/batch/create", {"inputs": [both(pair, type="contact_to_company")]})
    read = api.post(f"{LINKS}/batch/read", {"inputs": [{"id": contact}, {"id": "1"}]})

    assert made.status == 201
    assert made.body["results"] == [
        both(pair, type="contact_to_company"),
        both((company, contact), type="company_to_contact"),
    ]
    assert (read.status, read.body["numErrors"]) == (207, 1)
    assert read.body["results"][0]["to"] == [
        {"id": company, "type": "contact_to_company"},
        {"id": company, "type": "contact_to_company_unlabeled"},
    ]


def test_one_association_is_put_read_and_taken_away(
    api: Api, portal: Portal, pair: tuple[str, str]
) -> None:
    contact, company = pair
    url = f"/crm/v3/objects/contacts/{contact}/associations/companies"

    put = api.ask("PUT", f"{url}/{company}/279")

    assert put.body["associations"]["companies"]["results"][0]["id"] == company
    assert [one["type"] for one in api.get(url).body["results"]] == ["contact_to_company_unlabeled"]
    assert api.ask("DELETE", f"{url}/{company}/contact_to_company").status == 204
    assert api.get(url).body == {"results": []}
    assert api.ask("PUT", f"{url}/{company}/friendship").status == 400


def test_associations_of_one_record_come_in_pages(api: Api, portal: Portal) -> None:
    contact = portal.create("contacts", {})
    deals = [portal.create("deals", {}) for _ in range(3)]
    for deal in deals:
        portal.associate("contacts", contact, "deals", deal)
    url = f"/crm/v3/objects/contacts/{contact}/associations/deals?limit=2"

    first = api.get(url).body
    rest = api.get(f"{url}&after={first['paging']['next']['after']}").body

    assert [one["id"] for one in first["results"] + rest["results"]] == deals


def test_parting_and_the_names_of_associations(api: Api, pair: tuple[str, str]) -> None:
    api.post(f"{LINKS}/batch/create", {"inputs": [both(pair, type="1")]})

    parted = api.post(f"{LINKS}/batch/archive", {"inputs": [both(pair, type="1")]})
    bad = api.post(f"{LINKS}/batch/create", {"inputs": [both(("x", pair[1]), type="1")]})

    assert parted.status == 204
    assert bad.body["errors"][0]["subCategory"] == "crm.associations.INVALID_IDENTIFIER"
    assert api.get(f"{LINKS}/types").body["results"] == [
        {"id": "279", "name": "contact_to_company_unlabeled"},
        {"id": "1", "name": "contact_to_company"},
    ]
    parent = {"id": "14", "name": "child_to_parent_company"}
    assert parent in api.get("/crm/v3/associations/companies/companies/types").body["results"]


def test_a_label_is_taken_away_and_the_plain_association_stays(
    api: Api, portal: Portal, pair: tuple[str, str]
) -> None:
    portal.associate("contacts", pair[0], "companies", pair[1])
    url = "/crm/v4/associations/contacts/companies/batch"

    def unlabel(type_id: int) -> int:
        types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}]
        body = {"inputs": [both(pair, types=types)]}
        return api.post(f"{url}/labels/archive", body).status

    assert (unlabel(1), unlabel(279)) == (204, 400)
    (read,) = api.post(f"{url}/read", {"inputs": [{"id": pair[0]}]}).body["results"]
    assert [one["typeId"] for one in read["to"][0]["associationTypes"]] == [279]


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_definitions_come_as_a_bare_list(api: Api, version: str) -> None:
    url = f"/properties/{version}/contacts"

    every = api.get(f"{url}/properties").body
    email = api.get(f"{url}/properties/named/email").body
    (group, *_) = api.get(f"{url}/groups?includeProperties=true").body

    assert email in every
    assert (email["type"], email["hubspotDefined"]) == ("string", True)
    assert isinstance(email["createdAt"], int)
    assert email in group["properties"]
    assert "properties" not in api.get(f"{url}/groups").body[0]
    companies = api.get("/properties/v2/companies/properties").body
    assert api.get("/companies/v2/properties").body == companies


def test_version_1_knows_three_types_and_nothing_is_made_by_it(api: Api, portal: Portal) -> None:
    portal.knobs.has_leads = True

    assert api.get("/properties/v1/leads/properties").status == 404
    assert api.get("/properties/v2/leads/properties").status == 200
    assert api.post("/properties/v1/contacts/properties", {}).status == 405


def test_a_schema_names_properties_and_associations(api: Api, portal: Portal) -> None:
    told = api.get("/crm-object-schemas/v3/schemas/contacts").body

    names = {one["id"]: one["name"] for one in told["associations"]}
    assert (names["279"], names["4"]) == ("CONTACT_TO_COMPANY_UNLABELED", "CONTACT_TO_DEAL")
    assert "email" in {one["name"] for one in told["properties"]}
    refused = api.get("/crm-object-schemas/v3/schemas")
    assert refused.body["context"]["requiredGranularScopes"] == [CUSTOM_OBJECTS]
    token = "pat-na1-5a4db0c5-0000-4000-8000-0000000000d4"
    portal.tokens.add(token, RUNNING_SCOPES | {CUSTOM_OBJECTS})
    assert api.get("/crm/schemas/2026-03", token=token).body == {"results": []}


@pytest.mark.parametrize("kind", ["contacts", "companies"])
def test_a_lifecycle_is_among_the_pipelines(api: Api, kind: str) -> None:
    (pipeline,) = api.get(f"/crm/v3/pipelines/{kind}").body["results"]

    assert pipeline["id"] == f"{kind}-lifecycle-pipeline"
    assert pipeline["stages"][-1]["metadata"] == {"isClosed": "true", "state": "CLOSED"}


def test_a_contact_is_deleted_for_good(api: Api, portal: Portal) -> None:
    record = portal.create("contacts", {"email": "a@example.jp"})
    url = "/crm/v3/objects/contacts"

    gone = api.post(f"{url}/gdpr-delete", {"objectId": "a@example.jp", "idProperty": "email"})

    assert gone.status == 204
    assert api.get(f"{url}?archived=true").body["results"] == []
    assert api.get(f"{url}/{record}?archived=true").status == 404
    assert api.post(f"{url}/gdpr-delete", {"objectId": record}).status == 404


def test_a_group_gets_another_label(api: Api, portal: Portal) -> None:
    url = "/crm/v3/properties/contacts/groups/contactinformation"

    told = api.ask("PATCH", url, {"label": "About"}, token=SETUP_TOKEN)

    assert (told.status, told.body["label"]) == (200, "About")
    assert api.get(url).body == told.body


def test_the_account_is_told_at_its_older_address(api: Api) -> None:
    told = api.get("/integrations/v1/me").body
    (usage,) = api.get("/integrations/v1/limit/daily").body

    assert (told["portalId"], told["currency"], told["utcOffset"]) == (48210437, "JPY", "+09:00")
    assert (usage["usageLimit"], usage["currentUsage"]) == (650_000, 2)
    assert usage["resetsAt"] > usage["collectedAt"]
