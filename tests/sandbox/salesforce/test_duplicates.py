"""Duplicate rules: what they compare, and whom they stop."""

import pytest

from sandbox.salesforce.apps import ADMIN_APP
from sandbox.salesforce.duplicates import DuplicateRule
from sandbox.salesforce.org import Org
from tests.sandbox.salesforce.calling import Api, Told

ALERTS = DuplicateRule("Same mail", ("Email", "Company"))
BLOCKS = DuplicateRule("Same mail", ("Email", "Company"), blocks=True)
SATO = {"LastName": "Sato", "Company": "Kaede", "Email": "sato@kaede.example"}
SAVE = "allowSave=true; includeRecordDetails=true"


@pytest.fixture
def api(bare: Org) -> Api:
    return Api(bare, ADMIN_APP)


def ruled(org: Org, *rules: DuplicateRule) -> None:
    org.automation.duplicates["Lead"] = list(rules)


def create(api: Api, header: str = "", **values: str) -> Told:
    return api("POST", "sobjects/Lead", SATO | values, sforce_duplicate_rule_header=header)


def edit(api: Api, id_: str, **values: str) -> Told:
    return api("PATCH", f"sobjects/Lead/{id_}", values)


def test_an_alert_stops_a_client_that_says_nothing_and_lets_one_pass_that_does(
    api: Api, bare: Org
) -> None:
    ruled(bare, ALERTS)

    statuses = [create(api).status, create(api).status, create(api, SAVE).status]

    assert statuses == [201, 400, 201]
    assert len(bare.rows("Lead")) == 2


def test_a_block_stops_whatever_is_said_and_names_the_records(api: Api, bare: Org) -> None:
    ruled(bare, BLOCKS)
    first = bare.create("Lead", SATO)

    told = create(api, SAVE, Email="SATO@kaede.example")

    (error,) = told.json
    assert told.code == "DUPLICATES_DETECTED"
    assert error["duplicateResut"]["allowSave"] is False
    (match,) = error["duplicateResut"]["matchResults"]
    assert [one["record"]["Id"] for one in match["matchRecords"]] == [first]


@pytest.mark.parametrize(
    ("first", "second"),
    [({"Email": ""}, {"Email": ""}), ({"Email": "mori@kaede.example"}, {}), ({}, {"Company": "L"})],
)
def test_records_that_differ_or_say_nothing_are_no_duplicates(
    api: Api, bare: Org, first: dict[str, str], second: dict[str, str]
) -> None:
    ruled(bare, BLOCKS)
    bare.create("Lead", SATO | first)

    assert create(api, **second).status == 201


@pytest.mark.parametrize(("any_edit", "status"), [(False, 204), (True, 400)])
def test_an_edit_of_another_field_is_compared_only_where_it_is_switched_on(
    api: Api, bare: Org, any_edit: bool, status: int
) -> None:
    ids = [bare.create("Lead", SATO) for _ in range(2)]
    ruled(bare, ALERTS)
    bare.switches.duplicates_on_any_edit = any_edit

    assert edit(api, ids[0], Title="部長").status == status
    assert edit(api, ids[0], Company="Kaede").status == 400


def test_a_collection_says_it_shorter(api: Api, bare: Org) -> None:
    bare.create("Lead", SATO)
    ruled(bare, BLOCKS)
    records = [{"attributes": {"type": "Lead"}, **SATO}]

    told = api("POST", "composite/sobjects", {"records": records})

    assert told.json == [
        {
            "success": False,
            "errors": [
                {
                    "statusCode": "DUPLICATES_DETECTED",
                    "message": "Use one of these records?",
                    "fields": [],
                }
            ],
        }
    ]
