"""Writing: who gets which answer when a batch is taken in part, refused whole, or half answered."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.records import Answer, FieldRole, Receipt, RecordKind, RecordRef, Write
from connectors.errors import LoginRefused, MalformedAnswer, MissingPermission, RequestRefused
from connectors.hubspot.push import BATCH_WRITES, Input, batches, receipts_of
from sandbox.faults import Action, Fault
from sandbox.hubspot.tokens import RUNNING_SCOPES
from tests.connectors.hubspot.portal_world import HubSpotWorld

CONTACT = RecordKind.CONTACT


def prepared(world: HubSpotWorld, count: int = 4) -> list[RecordRef]:
    world.connector().prepare(world.fields, apply=True)
    return [world.create(CONTACT, "Software") for _ in range(count)]


def push(world: HubSpotWorld, writes: Sequence[Write], **config: Any) -> dict[RecordRef, Receipt]:
    return {one.ref: one for one in world.connector(**config).push(writes)}


def answers(found: dict[RecordRef, Receipt]) -> list[Answer]:
    return [one.answer for one in found.values()]


def flag(ref: RecordRef, value: str = "icp") -> Write:
    return Write(ref, {FieldRole.FLAG: value})


def updates(world: HubSpotWorld) -> int:
    return len(world.sandbox.ledger.requests(path_contains="/batch/update"))


def say(world: HubSpotWorld, status: int, body: object, times: int = 1) -> None:
    action = Action(status=status, body=json.dumps(body))
    world.sandbox.faults.add(Fault(action=action, path_contains="/batch/update", times=times))


def test_a_value_outside_the_options_is_refused_in_the_portals_words(world: HubSpotWorld) -> None:
    good, bad, *_ = prepared(world)

    found = push(world, [flag(good), flag(bad, "perhaps")])

    assert answers(found) == [Answer.APPLIED, Answer.REFUSED]
    assert found[bad].refusal.startswith("INVALID_OPTION: perhaps was not one of")
    assert updates(world) == 1


@pytest.mark.parametrize("trace_writes", [True, False])
def test_one_bad_record_is_found_in_a_batch_that_is_refused_whole(
    world: HubSpotWorld, *, trace_writes: bool
) -> None:
    world.portal.knobs.honours_trace_ids = False
    many = prepared(world, BATCH_WRITES)
    refused = world.refuse(many[61])

    found = push(world, [flag(ref) for ref in many], trace_writes=trace_writes)

    assert found[many[61]].answer is refused
    assert answers(found).count(Answer.APPLIED) == 99
    assert updates(world) <= 2 * 7 + 1


def test_a_batch_with_too_many_bad_records_stops_asking(world: HubSpotWorld) -> None:
    world.portal.knobs.honours_trace_ids = False
    many = prepared(world, BATCH_WRITES)
    for ref in many:
        world.refuse(ref)

    found = push(world, [flag(ref) for ref in many])

    assert len(found) == BATCH_WRITES
    assert set(answers(found)) == {Answer.REFUSED, Answer.BUSY}
    assert updates(world) == 32


def test_a_property_that_vanished_refuses_its_writes_and_no_others(world: HubSpotWorld) -> None:
    world.portal.knobs.honours_trace_ids = False
    first, second, *_ = prepared(world)
    spec = next(one for one in world.fields if one.kind is CONTACT and one.name == "bbm_tier")
    world.connector().retire([spec], apply=True)

    found = push(world, [flag(first), Write(second, {FieldRole.TIER: "A"})])

    assert found[first].answer is Answer.APPLIED
    assert found[second].answer is Answer.REFUSED
    assert "PROPERTY_DOESNT_EXIST" in found[second].refusal
    assert updates(world) == 2


def test_each_refusal_of_a_batch_refused_whole_is_told_in_its_own_words(
    world: HubSpotWorld,
) -> None:
    world.portal.knobs.honours_trace_ids = False
    odd, lacking, good, *_ = prepared(world)
    spec = next(one for one in world.fields if one.kind is CONTACT and one.name == "bbm_tier")
    world.connector().retire([spec], apply=True)

    found = push(world, [flag(odd, "perhaps"), Write(lacking, {FieldRole.TIER: "A"}), flag(good)])

    assert found[odd].refusal.startswith("INVALID_OPTION: perhaps")
    assert found[lacking].refusal.startswith("PROPERTY_DOESNT_EXIST: ")
    assert found[good].answer is Answer.APPLIED


def test_a_record_merged_away_is_gone(world: HubSpotWorld) -> None:
    loser, winner, *_ = prepared(world)
    world.merge(loser, winner)

    assert push(world, [flag(loser)])[loser].answer is Answer.GONE


def test_locked_records_are_to_be_sent_again(world: HubSpotWorld) -> None:
    refs = prepared(world)
    say(world, 423, {"status": "error", "message": "locked"})

    found = push(world, [flag(ref) for ref in refs])

    assert set(answers(found)) == {Answer.BUSY}


def test_the_same_record_twice_is_written_in_two_batches_in_order(world: HubSpotWorld) -> None:
    ref, *_ = prepared(world)
    writes = [flag(ref, "icp"), Write(ref, {FieldRole.SCORE: 5}), flag(ref, "unknown")]

    found = list(world.connector().push(writes))

    assert [one.answer for one in found] == [Answer.APPLIED] * 3
    assert world.portal.get("contacts", ref.id)["bbm_icp"] == "unknown"
    assert updates(world) == 3


@pytest.mark.parametrize(
    "ref",
    [RecordRef(CONTACT, ""), RecordRef(CONTACT, "mail@example.com"), RecordRef(CONTACT, "-1")],
)
def test_what_is_no_id_is_never_sent(world: HubSpotWorld, ref: RecordRef) -> None:
    assert push(world, [flag(ref)])[ref].answer is Answer.REFUSED
    assert updates(world) == 0


def test_a_kind_that_is_not_read_is_not_written(world: HubSpotWorld) -> None:
    ref, *_ = prepared(world)
    del world.reading.kinds[CONTACT]  # type: ignore[attr-defined]  # a dictionary here

    assert push(world, [flag(ref)])[ref].answer is Answer.REFUSED
    assert updates(world) == 0


def test_what_people_write_is_never_written(world: HubSpotWorld) -> None:
    ref, *_ = prepared(world)

    found = push(world, [Write(ref, {FieldRole.FLAG: "icp", FieldRole.OVERRIDE: "not_icp"})])

    assert found[ref].refusal == "NOT_OURS: override is never written"
    assert updates(world) == 0


@pytest.mark.parametrize("trace_writes", [True, False])
def test_inputs_are_named_only_where_that_is_wanted(
    world: HubSpotWorld, *, trace_writes: bool
) -> None:
    ref, *_ = prepared(world)
    noted = Action(applied=True)  # as it would be without a fault
    where = Fault(action=noted, path_contains="/batch/update", body_contains="objectWriteTraceId")
    world.sandbox.faults.add(where)

    push(world, [flag(ref)], trace_writes=trace_writes)

    assert bool(world.sandbox.faults.left()) is not trace_writes


def test_a_missing_scope_names_it_and_writes_nothing(world: HubSpotWorld) -> None:
    refs = prepared(world)
    reader = "pat-na1-00000000-0000-4000-8000-00000000000f"
    world.portal.tokens.add(reader, RUNNING_SCOPES - {"crm.objects.contacts.write"})
    before = world.writes()

    with pytest.raises(MissingPermission) as caught:
        push(world, [flag(ref) for ref in refs], token=reader)

    assert "crm.objects.contacts.write" in caught.value.hint
    assert world.writes() == before


def test_an_unknown_key_is_refused_as_such(world: HubSpotWorld) -> None:
    refs = prepared(world)

    with pytest.raises(LoginRefused) as caught:
        push(world, [flag(ref) for ref in refs], token="mistyped")

    assert caught.value.code == "BBM-HS-003"


@pytest.mark.parametrize("body", [{}, {"results": None}, {"results": [1]}])
def test_a_success_without_results_is_no_success(world: HubSpotWorld, body: object) -> None:
    refs = prepared(world)
    say(world, 200, body)

    with pytest.raises(MalformedAnswer):
        push(world, [flag(ref) for ref in refs])


def test_a_refusal_that_is_about_no_record_stops_the_push(world: HubSpotWorld) -> None:
    refs = prepared(world)
    say(world, 404, {"status": "error", "message": "resource not found"})

    with pytest.raises(RequestRefused):
        push(world, [flag(ref) for ref in refs])

    assert updates(world) == 1


def test_a_conflict_of_a_single_record_is_its_refusal(world: HubSpotWorld) -> None:
    ref, *_ = prepared(world)
    say(world, 409, {"status": "error", "category": "CONFLICT", "message": "taken"})

    assert push(world, [flag(ref)])[ref].refusal == "CONFLICT: taken"


def test_times_are_written_in_utc(world: HubSpotWorld) -> None:
    ref, *_ = prepared(world)
    moment = datetime(2026, 11, 2, 3, 4, 5, tzinfo=UTC)

    push(world, [Write(ref, {FieldRole.SCORED_AT: moment})])

    assert world.portal.get("contacts", ref.id)["bbm_scored_at"] == "2026-11-02T03:04:05Z"


def test_different_kinds_go_in_batches_of_their_own(world: HubSpotWorld) -> None:
    ref, *_ = prepared(world)
    company = world.create(RecordKind.ACCOUNT, "Software")

    found = push(world, [flag(ref), flag(company)])

    assert set(answers(found)) == {Answer.APPLIED}
    assert updates(world) == 2


# What an answer says about each input


def inputs(*ids: str) -> list[Input]:
    return [Input(flag(RecordRef(CONTACT, one)), one, {"bbm_icp": "icp"}) for one in ids]


def told(answer: dict[str, Any], *ids: str) -> list[Answer]:
    return [one.answer for one in receipts_of(answer, inputs(*ids))]


def fault(category: str, **context: list[str]) -> dict[str, Any]:
    return {"category": category, "message": "words", "context": context}


def test_results_and_errors_are_matched_by_id_and_trace_whatever_their_order() -> None:
    answer = {
        "results": [{"id": "4"}, {"id": "1"}],
        "numErrors": 2,
        "errors": [
            fault("OBJECT_NOT_FOUND", ids=["3"]),
            fault("VALIDATION_ERROR", objectWriteTraceId=["1"]),
        ],
    }

    assert told(answer, "1", "2", "3", "4") == [
        Answer.APPLIED,
        Answer.REFUSED,
        Answer.GONE,
        Answer.APPLIED,
    ]


def test_what_the_answer_does_not_mention_is_unknown() -> None:
    assert told({"results": [{"id": "1"}]}, "1", "2") == [Answer.APPLIED, Answer.UNKNOWN]


def test_an_error_without_an_address_leaves_its_record_unknown() -> None:
    answer = {"results": [{"id": "1"}], "numErrors": 1, "errors": [fault("VALIDATION_ERROR")]}

    assert told(answer, "1", "2") == [Answer.APPLIED, Answer.UNKNOWN]


def test_a_record_both_done_and_failed_is_unknown() -> None:
    answer = {"results": [{"id": "1"}], "errors": [fault("CONFLICT", ids=["1"])]}

    assert told(answer, "1") == [Answer.UNKNOWN]


def test_a_survivor_in_the_answer_is_not_the_record_that_was_written() -> None:
    assert told({"results": [{"id": "9"}]}, "1") == [Answer.UNKNOWN]


@given(
    st.lists(
        st.tuples(st.sampled_from(RecordKind), st.sampled_from([str(one) for one in range(150)])),
        max_size=400,
    )
)
def test_every_input_is_in_one_batch_and_no_batch_names_a_record_twice(
    named: list[tuple[RecordKind, str]],
) -> None:
    made = [Input(flag(RecordRef(kind, one)), one, {}) for kind, one in named]

    found = list(batches(made))

    assert sorted(id(one) for _, batch in found for one in batch) == sorted(map(id, made))
    for kind, batch in found:
        assert 0 < len(batch) <= BATCH_WRITES
        assert {one.write.ref.kind for one in batch} == {kind}
        assert len({one.id for one in batch}) == len(batch)
