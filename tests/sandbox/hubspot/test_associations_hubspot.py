"""Associations: both directions, primary records, counts, and their batches."""

import pytest

from sandbox.hubspot.portal import Portal
from sandbox.hubspot.refusals import Refused
from tests.sandbox.hubspot.calling import Api

LINKS = "/crm/v4/associations/contacts/companies"


@pytest.fixture
def pair(portal: Portal) -> tuple[str, str]:
    contact, company = portal.create("contacts", {}), portal.create("companies", {})
    portal.associate("contacts", contact, "companies", company)
    return contact, company


def test_an_association_is_seen_from_both_sides(portal: Portal, pair: tuple[str, str]) -> None:
    contact, company = pair

    assert portal.associated("contacts", contact, "companies") == [company]
    assert portal.associated("companies", company, "contacts") == [contact]
    assert portal.get("contacts", contact)["associatedcompanyid"] == company
    assert portal.get("companies", company)["num_associated_contacts"] == "1"


def test_a_new_primary_company_takes_the_place_of_the_old_one(
    portal: Portal, pair: tuple[str, str]
) -> None:
    contact, company = pair
    other = portal.create("companies", {})

    portal.associate("companies", other, "contacts", contact)

    assert portal.get("contacts", contact)["associatedcompanyid"] == other
    assert portal.associated("contacts", contact, "companies") == [company, other]


def test_a_second_company_need_not_be_primary(portal: Portal, pair: tuple[str, str]) -> None:
    contact, company = pair
    other = portal.create("companies", {})

    portal.associate("contacts", contact, "companies", other, primary=False)

    assert portal.get("contacts", contact)["associatedcompanyid"] == company


def test_a_deal_names_its_primary_company(portal: Portal, pair: tuple[str, str]) -> None:
    contact, company = pair
    deal = portal.create("deals", {})
    portal.associate("deals", deal, "companies", company)
    portal.associate("deals", deal, "contacts", contact)

    values = portal.get("deals", deal)

    assert values["hs_primary_associated_company"] == company
    assert values["num_associated_contacts"] == "1"
    assert portal.get("companies", company)["num_associated_deals"] == "1"


def test_an_archived_company_is_nobodys_primary_company(
    portal: Portal, pair: tuple[str, str]
) -> None:
    contact, company = pair

    portal.archive("companies", company)
    assert "associatedcompanyid" not in portal.get("contacts", contact)

    portal.restore("companies", company)
    assert portal.get("contacts", contact)["associatedcompanyid"] == company


def test_a_merged_company_takes_its_contacts_along(portal: Portal, pair: tuple[str, str]) -> None:
    contact, company = pair
    other = portal.create("companies", {})
    second = portal.create("contacts", {})
    portal.associate("contacts", second, "companies", other)

    merged = portal.merge("companies", other, company)

    assert portal.associated("companies", merged, "contacts") == [contact, second]
    for one in (contact, second):
        assert portal.get("contacts", one)["associatedcompanyid"] == merged


def test_merged_contacts_keep_one_primary_company(portal: Portal, pair: tuple[str, str]) -> None:
    contact, company = pair
    second, other = portal.create("contacts", {}), portal.create("companies", {})
    portal.associate("contacts", second, "companies", other)

    merged = portal.merge("contacts", contact, second)

    assert portal.associated("contacts", merged, "companies") == [company, other]
    assert portal.get("contacts", merged)["associatedcompanyid"] == company


def test_parent_and_child_companies_mirror_each_other(api: Api, portal: Portal) -> None:
    parent, child = (portal.create("companies", {}) for _ in range(2))
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 14}]
    url = f"/crm/v4/objects/companies/{child}/associations/companies/{parent}"

    made = api.ask("PUT", url, types)
    seen = api.get(f"/crm/v4/objects/companies/{parent}/associations/companies").body

    assert (made.status, made.body["labels"]) == (201, ["Child to Parent Company"])
    (to,) = seen["results"]
    assert {one["typeId"] for one in to["associationTypes"]} == {13, 450}


def test_reading_in_a_batch_names_what_has_nothing(
    api: Api, portal: Portal, pair: tuple[str, str]
) -> None:
    contact, company = pair
    alone = portal.create("contacts", {})

    reply = api.post(f"{LINKS}/batch/read", {"inputs": [{"id": contact}, {"id": alone}]})

    assert reply.status == 207
    assert reply.body["results"] == [
        {
            "from": {"id": contact},
            "to": [
                {
                    "toObjectId": int(company),
                    "associationTypes": [
                        {"category": "HUBSPOT_DEFINED", "typeId": 1, "label": "Primary"},
                        {"category": "HUBSPOT_DEFINED", "typeId": 279, "label": None},
                    ],
                }
            ],
        }
    ]
    assert reply.body["numErrors"] == 1
    (error,) = reply.body["errors"]
    assert error["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"
    assert error["message"] == f"No company is associated with contact {alone}."
    assert error["context"] == {
        "fromObjectId": [alone],
        "fromObjectType": ["contact"],
        "toObjectType": ["company"],
    }


def test_a_thousand_are_read_at_once_and_no_more(api: Api) -> None:
    ids = [{"id": str(one)} for one in range(1001)]

    assert api.post(f"{LINKS}/batch/read", {"inputs": ids}).status == 400
    assert api.post(f"{LINKS}/batch/read", {"inputs": ids[1:]}).body["numErrors"] == 1000


def test_creating_in_a_batch_sorts_out_the_bad_ones(api: Api, portal: Portal) -> None:
    contact, company = portal.create("contacts", {}), portal.create("companies", {})
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}]
    good = {"from": {"id": contact}, "to": {"id": company}, "types": types}
    bad = [
        {**good, "to": {"id": "unknown_id"}},
        {**good, "types": [{"associationTypeId": 4711}]},
        {**good, "types": [{"associationTypeId": "one"}]},
        {**good, "types": []},
    ]

    reply = api.post(f"{LINKS}/batch/create", {"inputs": [good, *bad]})

    assert reply.status == 207
    assert reply.body["results"] == [
        {
            "fromObjectTypeId": "0-1",
            "fromObjectId": int(contact),
            "toObjectTypeId": "0-2",
            "toObjectId": int(company),
            "labels": ["Primary"],
        }
    ]
    assert [one.get("subCategory") for one in reply.body["errors"]] == [
        "crm.associations.INVALID_IDENTIFIER",
        None,
        None,
        None,
    ]


def test_the_first_default_association_is_the_primary_one(api: Api, portal: Portal) -> None:
    contact = portal.create("contacts", {})
    first, second = (portal.create("companies", {}) for _ in range(2))
    inputs = [{"from": {"id": contact}, "to": {"id": one}} for one in (first, second)]

    reply = api.post(f"{LINKS}/batch/associate/default", {"inputs": inputs})

    assert reply.status == 200
    assert len(reply.body["results"]) == 4
    assert portal.get("contacts", contact)["associatedcompanyid"] == first


def test_one_default_association_answers_both_directions(api: Api, portal: Portal) -> None:
    contact, company = portal.create("contacts", {}), portal.create("companies", {})
    url = f"/crm/v4/objects/contact/{contact}/associations/default/company/{company}"

    found = api.ask("PUT", url).body["results"]

    assert [one["associationSpec"]["associationTypeId"] for one in found] == [279, 280]


def test_parting_leaves_neither_side(api: Api, portal: Portal, pair: tuple[str, str]) -> None:
    contact, company = pair
    url = f"/crm/v4/objects/contacts/{contact}/associations/companies/{company}"

    assert api.ask("DELETE", url).status == 204
    assert portal.associated("companies", company, "contacts") == []
    assert "associatedcompanyid" not in portal.get("contacts", contact)


def test_parting_in_a_batch(api: Api, portal: Portal, pair: tuple[str, str]) -> None:
    contact, company = pair
    body = {"inputs": [{"from": {"id": contact}, "to": [{"id": company}]}]}

    assert api.post(f"{LINKS}/batch/archive", body).status == 204
    assert portal.associated("contacts", contact, "companies") == []


def test_one_records_associations_come_in_pages(api: Api, portal: Portal) -> None:
    company = portal.create("companies", {})
    contacts = [portal.create("contacts", {}) for _ in range(5)]
    for one in contacts:
        portal.associate("contacts", one, "companies", company)

    seen, url = [], f"/crm/v4/objects/companies/{company}/associations/contacts?limit=2"
    while url:
        body = api.get(url).body
        seen += [str(one["toObjectId"]) for one in body["results"]]
        following = body.get("paging", {}).get("next", {})
        url = following.get("link", "").removeprefix("http://hubspot.test")

    assert seen == contacts


def test_labels_are_listed_per_direction(api: Api) -> None:
    found = api.get(f"{LINKS}/labels").body["results"]

    assert found == [
        {"category": "HUBSPOT_DEFINED", "typeId": 279, "label": None},
        {"category": "HUBSPOT_DEFINED", "typeId": 1, "label": "Primary"},
    ]


def test_nothing_is_associated_with_itself(portal: Portal) -> None:
    company = portal.create("companies", {})

    with pytest.raises(Refused, match="cannot be associated to itself"):
        portal.associate("companies", company, "companies", company)


def test_writing_a_contacts_company_makes_it_the_primary_one(
    api: Api, portal: Portal, pair: tuple[str, str]
) -> None:
    contact, company = pair
    url, other = "/crm/v3/objects/contacts", portal.create("companies", {})

    def write(value: str) -> int:
        change = {"id": contact, "properties": {"associatedcompanyid": value}}
        return api.post(f"{url}/batch/update", {"inputs": [change]}).status

    assert [write(one) for one in (company, other, "1")] == [200, 200, 400]
    assert portal.get("contacts", contact)["associatedcompanyid"] == other
    assert portal.associated("contacts", contact, "companies") == sorted([company, other])
    assert write("") == 200
    assert "associatedcompanyid" not in portal.get("contacts", contact)
    new = api.post(url, {"properties": {"associatedcompanyid": company}}).body["id"]
    assert portal.associated("contacts", new, "companies") == [company]
