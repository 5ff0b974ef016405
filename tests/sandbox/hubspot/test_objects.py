"""Records one by one and as a list, over the API."""

import pytest

from sandbox.clock import SandboxClock
from sandbox.hubspot.portal import Portal
from tests.sandbox.hubspot.calling import Api

CONTACTS = "/crm/v3/objects/contacts"


def test_a_record_says_what_it_is_and_where_it_is_shown(api: Api, portal: Portal) -> None:
    record = portal.create("contacts", {"firstname": "Haruka", "lastname": "Sato"})

    assert api.get(f"{CONTACTS}/{record}?properties=firstname,city,nonsense").body == {
        "id": record,
        "properties": {
            "city": None,
            "createdate": "2026-11-02T00:00:00Z",
            "firstname": "Haruka",
            "hs_object_id": record,
            "lastmodifieddate": "2026-11-02T00:00:00Z",
        },
        "createdAt": "2026-11-02T00:00:00Z",
        "updatedAt": "2026-11-02T00:00:00Z",
        "archived": False,
        "url": f"https://app.hubspot.com/contacts/48210437/record/0-1/{record}",
    }


@pytest.mark.parametrize(
    ("kind", "unasked"),
    [
        ("contacts", "createdate email firstname hs_object_id lastmodifieddate lastname"),
        ("companies", "createdate domain hs_lastmodifieddate hs_object_id name"),
        (
            "deals",
            (
                "amount closedate createdate dealname dealstage hs_lastmodifieddate "
                "hs_object_id pipeline"
            ),
        ),
    ],
)
def test_nobody_asked_means_the_types_usual_properties(
    api: Api, portal: Portal, kind: str, unasked: str
) -> None:
    record = portal.create(kind, {})

    found = api.get(f"/crm/v3/objects/{kind}/{record}").body["properties"]

    assert list(found) == unasked.split()


@pytest.mark.parametrize(
    "query", ["properties=city&properties=zip", "properties=city,zip", "properties=zip%2Ccity"]
)
def test_names_come_repeated_or_with_commas_and_go_out_sorted(
    api: Api, portal: Portal, query: str
) -> None:
    record = portal.create("contacts", {"city": "Osaka", "zip": "530"})

    found = api.get(f"{CONTACTS}/{record}?{query}").body["properties"]

    assert list(found) == ["city", "createdate", "hs_object_id", "lastmodifieddate", "zip"]


def test_a_list_is_walked_by_its_cursor_and_its_link(api: Api, portal: Portal) -> None:
    ids = [portal.create("contacts", {}) for _ in range(25)]

    seen, url = [], f"{CONTACTS}?limit=10&properties=city&properties=zip"
    while url:
        body = api.get(url).body
        seen += [one["id"] for one in body["results"]]
        following = body.get("paging", {}).get("next", {})
        url = following.get("link", "").removeprefix("http://hubspot.test")

    assert seen == ids
    assert "paging" not in body
    assert "city" in body["results"][0]["properties"]


def test_a_list_may_go_on_from_any_id(api: Api, portal: Portal) -> None:
    portal.knobs.id_cursors = True
    ids = [portal.create("contacts", {}) for _ in range(5)]

    first = api.get(f"{CONTACTS}?limit=2").body
    later = api.get(f"{CONTACTS}?after={ids[3]}").body

    assert first["paging"]["next"]["after"] == str(int(ids[1]) + 1)
    assert [one["id"] for one in later["results"]] == ids[3:]


def test_archived_records_are_listed_only_when_asked_for(api: Api, portal: Portal) -> None:
    kept, gone = (portal.create("contacts", {}) for _ in range(2))
    portal.archive("contacts", gone)

    for said in ("False", "false", "0"):
        body = api.get(f"{CONTACTS}?archived={said}").body
        assert [one["id"] for one in body["results"]] == [kept]
    for said in ("True", "true"):
        (one,) = api.get(f"{CONTACTS}?archived={said}").body["results"]
        assert (one["id"], one["archived"]) == (gone, True)
        assert one["archivedAt"] == "2026-11-02T00:00:00Z"


def test_records_that_were_merged_away_are_in_no_list(api: Api, portal: Portal) -> None:
    merged = portal.merge("contacts", *(portal.create("contacts", {}) for _ in range(2)))

    assert [one["id"] for one in api.get(CONTACTS).body["results"]] == [merged]
    assert api.get(f"{CONTACTS}?archived=true").body["results"] == []


@pytest.mark.parametrize("cursor", ["200", "2000", "x", "b3h4"])
def test_a_cursor_of_another_kind_is_refused(api: Api, cursor: str) -> None:
    reply = api.get(f"{CONTACTS}?after={cursor}")

    assert reply.status == 400
    assert "Cannot deserialize value of type" in reply.body["message"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("limit=101", "between 1 and 100"),
        ("limit=51&propertiesWithHistory=city", "between 1 and 50"),
        ("limit=many", "Cannot deserialize value of type `int`"),
    ],
)
def test_a_page_has_its_limits(api: Api, query: str, words: str) -> None:
    reply = api.get(f"{CONTACTS}?{query}")

    assert (reply.status, words in reply.body["message"]) == (400, True)


def test_history_is_shown_newest_first_with_its_source(
    api: Api, portal: Portal, clock: SandboxClock
) -> None:
    record = portal.create("contacts", {"city": "Osaka"}, by="534941")
    clock.advance(60)
    api.ask("PATCH", f"{CONTACTS}/{record}", {"properties": {"city": "Kobe"}})

    found = api.get(f"{CONTACTS}/{record}?propertiesWithHistory=city").body

    assert found["properties"]["city"] == "Kobe"
    assert found["propertiesWithHistory"]["city"] == [
        {
            "value": "Kobe",
            "timestamp": "2026-11-02T00:01:00Z",
            "sourceType": "INTEGRATION",
            "sourceId": "19083857",
        },
        {
            "value": "Osaka",
            "timestamp": "2026-11-02T00:00:00Z",
            "sourceType": "CRM_UI",
            "sourceId": "userId:534941",
        },
    ]


def test_associations_stand_beside_the_properties(api: Api, portal: Portal) -> None:
    contact, company = portal.create("contacts", {}), portal.create("companies", {})
    portal.associate("contacts", contact, "companies", company)

    found = api.get(f"{CONTACTS}/{contact}?associations=companies,deals").body["associations"]

    assert found == {
        "companies": {
            "results": [
                {"id": company, "type": "contact_to_company"},
                {"id": company, "type": "contact_to_company_unlabeled"},
            ]
        }
    }


def test_creating_answers_what_was_sent_and_what_came_by_itself(api: Api) -> None:
    reply = api.post(CONTACTS, {"properties": {"email": "A@Example.jp", "numemployees": "5-25"}})

    assert reply.status == 201
    properties = reply.body["properties"]
    assert properties["email"] == "a@example.jp"
    assert properties["hs_object_source"] == "INTEGRATION"
    assert properties["hs_object_source_id"] == "19083857"
    assert properties["lifecyclestage"] == "lead"
    assert properties["hs_pipeline"] == "contacts-lifecycle-pipeline"
    assert "city" not in properties


def test_an_address_in_use_is_a_conflict(api: Api, portal: Portal) -> None:
    first = portal.create("contacts", {"email": "a@example.jp"})

    reply = api.post(CONTACTS, {"properties": {"email": "a@example.jp"}})

    assert reply.status == 409
    assert reply.body["category"] == "CONFLICT"
    assert reply.body["message"] == f"Contact already exists. Existing ID: {first}"


def test_a_record_can_be_created_with_its_company(api: Api, portal: Portal) -> None:
    company = portal.create("companies", {})
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}]
    body = {"properties": {}, "associations": [{"to": {"id": company}, "types": types}]}

    record = api.post(CONTACTS, body).body["id"]

    assert portal.get("contacts", record)["associatedcompanyid"] == company


def test_an_association_of_an_unknown_type_creates_nothing(api: Api, portal: Portal) -> None:
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 4711}]
    body = {"properties": {}, "associations": [{"to": {"id": "1"}, "types": types}]}

    assert api.post(CONTACTS, body).status == 400
    assert portal.rows("contacts") == []


def test_old_ids_of_a_merged_record_are_read_and_written_one_by_one(
    api: Api, portal: Portal
) -> None:
    old, other = (portal.create("contacts", {}) for _ in range(2))
    merged = portal.merge("contacts", old, other)

    written = api.ask("PATCH", f"{CONTACTS}/{old}", {"properties": {"city": "Kobe"}})

    assert (written.status, written.body["id"]) == (200, merged)
    assert api.get(f"{CONTACTS}/{other}?properties=city").body["properties"]["city"] == "Kobe"


def test_merging_over_the_api_answers_the_record_that_came_of_it(api: Api, portal: Portal) -> None:
    one, other = (portal.create("companies", {}) for _ in range(2))
    body = {"primaryObjectId": one, "objectIdToMerge": other}

    reply = api.post("/crm/v3/objects/companies/merge", body)

    assert reply.status == 200
    assert reply.body["id"] not in {one, other}


def test_what_is_not_there_is_said_in_hubspots_words(api: Api) -> None:
    reply = api.get(f"{CONTACTS}/4711")

    assert reply.status == 404
    assert reply.body["message"] == "Object not found.  objectId are usually numeric."
    assert "category" not in reply.body


def test_archiving_twice_is_no_error(api: Api, portal: Portal) -> None:
    record = portal.create("contacts", {})

    statuses = [api.ask("DELETE", f"{CONTACTS}/{one}").status for one in (record, record, "7")]

    assert statuses == [204, 204, 204]
    assert api.get(f"{CONTACTS}/{record}").status == 404
    assert api.get(f"{CONTACTS}/{record}?archived=true").status == 200


def test_a_contact_is_also_known_by_its_address(api: Api, portal: Portal) -> None:
    record = portal.create("contacts", {"email": "a@example.jp"})

    assert api.get(f"{CONTACTS}/A@example.jp?idProperty=email").body["id"] == record
    # Most clients escape what stands in a path.
    assert api.get(f"{CONTACTS}/a%40example.jp?idProperty=email").body["id"] == record
    assert api.get(f"{CONTACTS}/b@example.jp?idProperty=email").status == 404
    assert api.get(f"{CONTACTS}/Osaka?idProperty=city").status == 400


@pytest.mark.parametrize(
    ("name", "value", "code", "words"),
    [
        ("bbm_nothing", "1", "PROPERTY_DOESNT_EXIST", 'Property "bbm_nothing" does not exist'),
        ("numberofemployees", "many", "INVALID_LONG", "many was not a valid long."),
        ("numberofemployees", "NaN", "INVALID_LONG", "NaN was not a valid long."),
        ("industry", "Banking", "INVALID_OPTION", "Banking was not one of the allowed options"),
        ("is_public", "1", "INVALID_OPTION", 'label: "Yes"\nvalue: "true"'),
        ("closedate", "soon", "INVALID_DATE", "soon was not a valid date"),
        ("closedate", "9" * 30, "INVALID_DATE", "was not a valid date"),
        ("hs_num_open_deals", "3", "READ_ONLY_VALUE", "is a read only property"),
        ("name", "x" * 65_537, "STRING_TOO_LONG", "longer than 65536 characters"),
    ],
)
def test_a_value_that_a_property_does_not_take_is_named(  # noqa: PLR0917  a case's facts
    api: Api, portal: Portal, name: str, value: str, code: str, words: str
) -> None:
    record = portal.create("companies", {})

    reply = api.ask("PATCH", f"/crm/v3/objects/companies/{record}", {"properties": {name: value}})

    assert reply.status == 400
    assert reply.body["category"] == "VALIDATION_ERROR"
    assert reply.body["message"].startswith("Property values were not valid: [{")
    (error,) = reply.body["errors"]
    assert (error["code"], error["context"]) == (code, {"propertyName": [name]})
    assert words in error["message"]


@pytest.mark.parametrize(
    ("kind", "name", "sent", "kept"),
    [
        ("companies", "numberofemployees", 50, "50"),
        ("companies", "annualrevenue", "5000.00", "5000.00"),
        ("companies", "is_public", True, "true"),
        ("companies", "closedate", 1793577600000, "2026-11-02T00:00:00Z"),
        ("companies", "closedate", "2026-11-02T09:00:00.25+09:00", "2026-11-02T00:00:00.250Z"),
        ("companies", "closedate", "2026-11-02", "2026-11-02T00:00:00Z"),
        ("contacts", "hs_buying_role", "CHAMPION;OTHER", "CHAMPION;OTHER"),
        ("contacts", "company", "a\x00b\u202e\u05e2 \U0001f600", "a\x00b\u202e\u05e2 \U0001f600"),
        ("contacts", "email", " Sato@Example.JP ", "sato@example.jp"),
    ],
)
def test_values_are_kept_as_text_in_one_form(  # noqa: PLR0917  a case's facts
    api: Api, portal: Portal, kind: str, name: str, sent: object, kept: str
) -> None:
    record = portal.create(kind, {})

    api.ask("PATCH", f"/crm/v3/objects/{kind}/{record}", {"properties": {name: sent}})

    found = api.get(f"/crm/v3/objects/{kind}/{record}?properties={name}").body
    assert found["properties"][name] == kept


def test_a_date_is_a_day(api: Api, portal: Portal) -> None:
    portal.define_property("contacts", "bbm_override_until", type="date")
    record = portal.create("contacts", {})

    for sent in ("2026-12-31", 1798675200000, "2026-12-31T00:00:00Z"):
        portal.update("contacts", record, {"bbm_override_until": ""})
        portal.update("contacts", record, {"bbm_override_until": sent})
        assert portal.get("contacts", record)["bbm_override_until"] == "2026-12-31"


def test_an_update_has_to_say_something(api: Api) -> None:
    reply = api.ask("PATCH", f"{CONTACTS}/4711", {"properties": {}})

    assert (reply.status, reply.body["category"]) == (400, "VALIDATION_ERROR")
    assert reply.body["message"].startswith("No properties found to update")
    assert reply.body["context"] == {"properties": ["{}"]}


def test_an_address_without_a_domain_is_refused(api: Api) -> None:
    reply = api.post(CONTACTS, {"properties": {"email": "sato"}})

    assert reply.body["errors"][0]["code"] == "INVALID_EMAIL"


def test_what_is_no_json_is_said_so(api: Api) -> None:
    for body in (b"{", b"[]"):
        reply = api.post(CONTACTS, body)
        assert reply.status == 400
        assert reply.body["message"].startswith("Invalid input JSON on line 1")


def test_a_new_contact_finds_its_company_by_domain_where_the_account_says_so(
    api: Api, portal: Portal
) -> None:
    company = portal.create("companies", {"domain": "example.jp"})
    portal.knobs.associates_by_domain = True

    record = portal.create("contacts", {"email": "a@example.jp"})

    assert portal.associated("contacts", record, "companies") == [company]


def test_leads_need_somebody_they_are_about(api: Api, portal: Portal) -> None:
    portal.knobs.has_leads = True
    contact = portal.create("contacts", {})
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 578}]
    properties = {"hs_lead_name": "A lead", "hs_pipeline_stage": "new-stage-id"}

    alone = api.post("/crm/v3/objects/leads", {"properties": properties})
    together = api.post(
        "/crm/v3/objects/0-136",
        {
            "properties": properties,
            "associations": [{"to": {"id": contact}, "types": types}],
        },
    )

    assert (alone.status, together.status) == (400, 201)
    values = portal.get("leads", together.body["id"])
    assert values["hs_primary_contact_id"] == contact
    assert values["hs_pipeline_stage_category"] == "NEW"
    assert values["hs_v2_date_entered_new_stage_id_1318266061"] == "2026-11-02T00:00:00Z"
