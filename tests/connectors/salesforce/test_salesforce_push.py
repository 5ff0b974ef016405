"""Writes reach their records, and each gets the answer that is about it."""

from decimal import Decimal
from typing import Any

import pytest

from bbm_core.records import Answer, FieldRole, RecordKind, RecordRef, Write
from connectors.errors import ConfigError, MissingPermission
from connectors.salesforce.connector import SalesforceConnector
from connectors.salesforce.push import receipts_of
from sandbox.salesforce.permissions import AGENT_SET
from tests.connectors.salesforce.org_world import SalesforceWorld

LEAD = RecordKind.LEAD
IDS = ("00Q5g00000AbCdEEAV", "00Q000000000001EAA", "00Q000000000002EAA")
REFS = [RecordRef(LEAD, id_) for id_ in IDS]


def ok(id_: str) -> dict[str, Any]:
    return {"id": id_, "success": True, "errors": []}


def failed(code: str) -> dict[str, Any]:
    return {"success": False, "errors": [{"statusCode": code, "message": "no", "fields": []}]}


def answers(answer: Any) -> list[Answer]:
    return [receipt.answer for receipt in receipts_of(REFS, answer)]


@pytest.fixture
def connector(world: SalesforceWorld) -> SalesforceConnector:
    connector = world.connector()
    connector.prepare(world.fields_of(LEAD), apply=True)
    return connector


def push(connector: SalesforceConnector, *refs: RecordRef, **values: Any) -> list[Answer]:
    roles = {FieldRole(name): value for name, value in (values or {"flag": "icp"}).items()}
    return [one.answer for one in connector.push([Write(ref, roles) for ref in refs])]


def test_answers_are_told_apart_by_their_position() -> None:
    told = [ok(IDS[0]), failed("ENTITY_IS_DELETED"), failed("UNABLE_TO_LOCK_ROW")]

    assert answers(told) == [Answer.APPLIED, Answer.GONE, Answer.BUSY]


def test_fifteen_characters_are_the_same_record() -> None:
    assert answers([ok(id_[:15]) for id_ in IDS]) == [Answer.APPLIED] * 3


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, "UUU"),
        ({"success": True}, "UUU"),
        ([], "UUU"),
        ([ok(IDS[0])], "AUU"),
        ([ok(IDS[0]), failed("ENTITY_IS_DELETED")], "AUU"),
        ([ok(IDS[1]), ok(IDS[0]), ok(IDS[2])], "UUA"),
        ([ok(IDS[0]), "yes", ok(IDS[2])], "AUA"),
        ([ok(IDS[0]), {"success": "maybe"}, ok(IDS[2])], "AUA"),
        ([ok(IDS[0]), {"success": False}, ok(IDS[2])], "AUA"),
        ([ok(IDS[0]), {"success": True, "id": None}, ok(IDS[2])], "AUA"),
        ([ok(IDS[0]), {"success": True, "id": "x"}, ok(IDS[2])], "AUA"),
        ([ok(IDS[0]), ok(IDS[1]), ok(IDS[2]), ok(IDS[2])], "AAA"),
        ([failed("X"), ok(IDS[1]), ok(IDS[2]), ok(IDS[2])], "UAA"),
    ],
)
def test_what_is_not_said_clearly_is_unknown(answer: Any, expected: str) -> None:
    letters = {"A": Answer.APPLIED, "U": Answer.UNKNOWN}

    assert answers(answer) == [letters[letter] for letter in expected]


def test_a_locked_record_is_busy_and_later_written(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    ref = world.create(LEAD, "Software")
    world.org.automation.locked[ref.id] = 1

    assert push(connector, ref) == [Answer.BUSY]
    assert push(connector, ref) == [Answer.APPLIED]


def test_a_converted_lead_refuses_writes_until_the_user_may(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    ref = world.create(LEAD, "Software")
    world.convert(ref)

    (receipt,) = connector.push([Write(ref, {FieldRole.FLAG: "icp"})])
    assert receipt.answer is Answer.REFUSED
    assert "CANNOT_UPDATE_CONVERTED_LEAD" in receipt.refusal

    right = "AllowViewEditConvertedLeads"
    world.org.permit(AGENT_SET, right, granted=True)
    assert push(connector, ref) == [Answer.APPLIED]


@pytest.mark.parametrize("values", [{"flag": "perhaps"}, {"score": 10**19}, {"reason": "x" * 256}])
def test_a_value_the_field_does_not_take_is_refused(
    world: SalesforceWorld, connector: SalesforceConnector, values: dict[str, Any]
) -> None:
    good, bad = world.create(LEAD, "Software"), world.create(LEAD, "Software")
    roles = {FieldRole(name): value for name, value in values.items()}

    receipts = connector.push([Write(bad, roles), Write(good, {FieldRole.FLAG: "icp"})])

    assert [receipt.answer for receipt in receipts] == [Answer.REFUSED, Answer.APPLIED]


def test_more_writes_than_one_request_takes_are_sent_in_several(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    refs = [world.create(LEAD, "Software") for _ in range(201)]

    assert push(connector, *refs) == [Answer.APPLIED] * 201
    assert len(world.sandbox.ledger.requests(method="PATCH", path_contains="composite")) == 2


def test_the_owner_stays_although_an_assignment_rule_is_active(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    ref = world.create(LEAD, "Software")
    before = world.org.get("Lead", ref.id)

    push(connector, ref)

    after = world.org.get("Lead", ref.id)
    assert after["OwnerId"] == before["OwnerId"]
    assert {name for name in after if after[name] != before.get(name)} <= {
        "BBM_ICP__c",
        "LastModifiedById",
        "LastModifiedDate",
        "SystemModstamp",
    }


@pytest.mark.parametrize(
    ("ref", "values", "code"),
    [
        (RecordRef(LEAD, "https://evil.example/x"), {"flag": "icp"}, "BBM-SF-041"),
        (RecordRef(LEAD, "0015g00000AbCdE"), {"flag": "icp"}, "BBM-SF-041"),
        (REFS[0], {"score": Decimal("NaN")}, "BBM-SF-043"),
        (REFS[0], {"override": "icp"}, "BBM-SF-043"),
    ],
)
def test_what_must_not_be_sent_stops_the_whole_push(
    world: SalesforceWorld,
    connector: SalesforceConnector,
    ref: RecordRef,
    values: dict[str, Any],
    code: str,
) -> None:
    good = world.create(LEAD, "Software")
    before = world.calls()

    with pytest.raises(ConfigError) as caught:
        push(connector, good, ref, **values)

    assert caught.value.code == code
    assert world.calls() == before


def test_a_field_that_was_hidden_meanwhile_is_named(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    ref = world.create(LEAD, "Software")
    world.org.hide_field("Lead", "BBM_ICP__c")

    with pytest.raises(MissingPermission, match="BBM_ICP__c"):
        push(connector, ref)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("INVALID_FIELD", "No such column 'BBM_ICP__c' on sobject of type Lead"),
        ("INVALID_FIELD_FOR_INSERT_UPDATE", "Unable to create/update fields: BBM_ICP__c."),
    ],
)
def test_a_field_that_cannot_be_written_is_no_matter_of_a_record(code: str, message: str) -> None:
    told = {"statusCode": code, "message": message, "fields": ["BBM_ICP__c"]}
    receipts = receipts_of(REFS, [ok(IDS[0]), {"success": False, "errors": [told]}, ok(IDS[2])])

    assert next(receipts).answer is Answer.APPLIED
    with pytest.raises(MissingPermission, match="BBM_ICP__c"):
        next(receipts)
