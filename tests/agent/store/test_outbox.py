"""The outbox: a write is planned, sent and settled exactly once."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agent.store import OutboxRow, State, Store
from agent.store.outbox import _move
from agent.store.outbox_rows import LEGAL
from bbm_core.errors import StoreDamaged
from bbm_core.plan import PlannedWrite
from bbm_core.records import Answer, FieldRole, Receipt, RecordKind, Removal
from tests.agent.store.book import NOW, keep, lead, opportunity, ref, write


def send(store: Store, *numbers: int) -> dict[int, OutboxRow]:
    """Plan and mark as sent; the outbox rows by record number."""
    keep(store, [lead(number) for number in numbers], [write(ref(number)) for number in numbers])
    rows = store.planned(RecordKind.LEAD, 100, NOW)
    store.mark_in_flight([row.id for row in rows], NOW)
    return {int(row.ref.id): row for row in rows}


def answer(
    store: Store, row: OutboxRow, how: Answer, refusal: str = "", at: datetime = NOW
) -> None:
    store.settle(1, [(row.id, Receipt(row.ref, how, refusal))], at)


def numbers(rows: Sequence[OutboxRow]) -> list[int]:
    return [int(row.ref.id) for row in rows]


def test_a_plan_is_read_back_as_it_was_made(store: Store) -> None:
    planned = PlannedWrite(
        ref=ref(1),
        values={FieldRole.SCORED_AT: datetime(2026, 1, 1, tzinfo=UTC), FieldRole.MISSING: None},
        old={FieldRole.SCORED_AT: None, FieldRole.MISSING: "industry"},
    )

    keep(store, [lead(1)], [planned])

    (row,) = store.planned(None, 10, NOW)
    assert (row.ref, row.values, row.old) == (planned.ref, planned.values, planned.old)
    assert (row.run, row.state, row.attempts, row.refusal) == (1, State.PLANNED, 0, "")


def test_writes_come_in_the_order_of_their_planning(store: Store) -> None:
    keep(store, [lead(2), lead(1)], [write(ref(2)), write(ref(1))])
    opportunity_ref = ref(3, RecordKind.OPPORTUNITY)
    keep(store, [opportunity(3, None)], [write(opportunity_ref)])

    assert numbers(store.planned(None, 10, NOW)) == [2, 1, 3]
    assert numbers(store.planned(None, 2, NOW)) == [2, 1]
    assert numbers(store.planned(RecordKind.OPPORTUNITY, 10, NOW)) == [3]


def test_a_later_judgement_takes_the_place_of_an_older_plan(store: Store) -> None:
    keep(store, [lead(1), lead(2)], [write(ref(1), "icp"), write(ref(2))])
    keep(store, [lead(1)], [write(ref(1), "not_icp")])
    keep(store, [lead(2)])

    (row,) = store.planned(None, 10, NOW)
    assert row.values[FieldRole.FLAG] == "not_icp"


def test_what_is_in_flight_is_not_offered_again(store: Store) -> None:
    rows = send(store, 1, 2)

    assert store.planned(None, 10, NOW) == ()
    assert numbers(store.in_flight()) == [1, 2]
    assert {row.attempts for row in store.in_flight()} == {1}
    assert rows[1].attempts == 0


def test_an_applied_write_is_what_the_crm_holds_and_what_we_wrote(store: Store) -> None:
    rows = send(store, 1)

    answer(store, rows[1], Answer.APPLIED)

    kept = store.known([ref(1)])[ref(1)]
    assert kept.record.written == {FieldRole.FLAG: "icp", FieldRole.SCORE: 100}
    assert kept.last_written == {FieldRole.FLAG: "icp", FieldRole.SCORE: 100}
    assert numbers(store.applied(1)) == [1]
    assert store.applied(2) == ()
    assert store.in_flight() == ()


def test_our_own_write_does_not_come_back_as_news(store: Store) -> None:
    rows = send(store, 1)
    answer(store, rows[1], Answer.APPLIED)

    echo = lead(
        1,
        modified=NOW + timedelta(minutes=1),
        written={FieldRole.FLAG: "icp", FieldRole.SCORE: 100},
    )

    assert store.known([ref(1)])[ref(1)].says_the_same(echo)


def test_what_we_wrote_last_outlives_the_next_page(store: Store) -> None:
    rows = send(store, 1)
    answer(store, rows[1], Answer.APPLIED)

    keep(store, [lead(1, industry="Retail", written={FieldRole.FLAG: "not_icp"})])

    kept = store.known([ref(1)])[ref(1)]
    assert kept.last_written is not None
    assert kept.last_written[FieldRole.FLAG] == "icp"
    assert kept.record.written == {FieldRole.FLAG: "not_icp"}


def test_a_cleared_field_is_no_longer_held(store: Store) -> None:
    written = {FieldRole.MISSING: "industry", FieldRole.SCORE: 1}
    clearing = PlannedWrite(ref(1), {FieldRole.MISSING: None}, {FieldRole.MISSING: "industry"})
    keep(store, [lead(1, written=written)], [clearing])
    (row,) = store.planned(None, 1, NOW)
    store.mark_in_flight([row.id], NOW)

    answer(store, row, Answer.APPLIED)

    kept = store.known([ref(1)])[ref(1)]
    assert kept.record.written == {FieldRole.SCORE: 1}
    assert kept.last_written == {}


def test_a_refusal_is_kept_with_the_crms_words(store: Store) -> None:
    rows = send(store, 1, 2)

    answer(store, rows[1], Answer.REFUSED, "VALIDATION: no")
    answer(store, rows[2], Answer.GONE, "deleted")

    (refused,) = store.refusals()
    assert (refused.ref, refused.refusal) == (ref(1), "VALIDATION: no")
    assert store.refusals(run=2) == ()
    assert store.refusals(run=1) == (refused,)
    assert store.known([ref(1)])[ref(1)].last_written is None
    assert store.in_flight() == ()


def test_a_busy_record_is_offered_again_later_and_later(store: Store) -> None:
    (row,) = send(store, 1).values()
    at = NOW
    for wait in [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]:
        answer(store, row, Answer.BUSY, "locked", at=at)

        assert store.planned(None, 1, at + (wait - 1) * SECOND) == ()
        at += wait * SECOND
        assert numbers(store.planned(None, 1, at)) == [1]
        store.mark_in_flight([row.id], at)


SECOND = timedelta(seconds=1)


def test_an_unknown_outcome_stays_in_flight(store: Store) -> None:
    (row,) = send(store, 1).values()

    answer(store, row, Answer.UNKNOWN)

    assert numbers(store.in_flight()) == [1]
    assert store.verify_audit() is None
    assert store.audit_lines() == ()


def test_what_proved_not_applied_is_planned_again(store: Store) -> None:
    (row,) = send(store, 1).values()

    store.reopen([row.id])

    assert numbers(store.planned(None, 1, NOW)) == [1]
    assert store.in_flight() == ()


def test_a_batch_is_settled_row_by_row(store: Store) -> None:
    rows = send(store, 1, 2, 3, 4)
    answers = [Answer.APPLIED, Answer.REFUSED, Answer.BUSY, Answer.UNKNOWN]

    store.settle(7, [(rows[n].id, Receipt(ref(n), how)) for n, how in enumerate(answers, 1)], NOW)

    assert numbers(store.applied(7)) == [1]
    assert numbers(store.refusals(7)) == [2]
    assert numbers(store.planned(None, 9, NOW + timedelta(hours=1))) == [3]
    assert numbers(store.in_flight()) == [4]


def test_nothing_settled_is_settled_again(store: Store) -> None:
    (row,) = send(store, 1).values()
    answer(store, row, Answer.APPLIED)

    with pytest.raises(ValueError, match="not in_flight"):
        answer(store, row, Answer.REFUSED)
    with pytest.raises(ValueError, match="not planned"):
        store.mark_in_flight([row.id], NOW)
    with pytest.raises(ValueError, match="not in_flight"):
        store.reopen([row.id])

    assert numbers(store.applied(1)) == [1]


def test_a_receipt_for_a_write_that_was_never_planned_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="not in_flight"):
        store.settle(1, [(99, Receipt(ref(1), Answer.APPLIED))], NOW)


def test_settled_states_lead_nowhere() -> None:
    ends = {State.APPLIED, State.REFUSED, State.GONE, State.SUPERSEDED}

    assert ends.isdisjoint(LEGAL)
    assert set(LEGAL) | ends == set(State)


@pytest.mark.parametrize("end", [State.APPLIED, State.PLANNED])
def test_a_way_that_is_not_legal_is_not_taken(store: Store, end: State) -> None:
    with store._writing() as connection, pytest.raises(ValueError, match=f"{end} to planned"):
        _move(connection, [], end, State.PLANNED)


def test_a_receipt_for_a_record_that_was_forgotten_is_kept(store: Store) -> None:
    (row,) = send(store, 1).values()
    keep(store, [], removed=[Removal(ref(1))])

    answer(store, row, Answer.APPLIED)

    assert numbers(store.applied(1)) == [1]


def test_writes_are_counted_by_kind_without_looking_at_them(store: Store) -> None:
    keep(store, [lead(1), lead(2)], [write(ref(1)), write(ref(2))])
    (row, other) = store.waiting()
    store.mark_in_flight([row.id], NOW)
    answer(store, row, Answer.APPLIED)

    assert store.write_counts(1) == {RecordKind.LEAD: 2}
    assert store.write_counts(2) == {RecordKind.LEAD: 1}
    assert (numbers(store.applied(1, 5)), numbers(store.waiting(1))) == ([row.id], [other.id])


def test_the_applied_writes_of_a_run_come_some_at_a_time(store: Store) -> None:
    rows = send(store, 1, 2, 3)
    for row in rows.values():
        answer(store, row, Answer.APPLIED)

    first = store.applied(1, 2)

    assert numbers(first) == [1, 2]
    assert numbers(store.applied(1, 2, first[-1].id)) == [3]
    assert store.applied(1, 2, rows[3].id) == ()


def test_the_digest_names_the_plan_whatever_the_order_and_the_hour(store: Store) -> None:
    one, two = write(ref(1)), write(ref(2), was="unknown")
    keep(store, [lead(1), lead(2)], [two, at_hour(one, 9)])
    digest = store.plan_digest()

    keep(store, [lead(1), lead(2)], [at_hour(one, 10), two])

    assert store.plan_digest() == digest
    assert re.fullmatch("[0-9a-f]{16}", digest)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(write(ref(1), "not_icp"), id="another new value"),
        pytest.param(write(ref(1), was="unknown"), id="another old value"),
        pytest.param(write(ref(2)), id="another record"),
    ],
)
def test_another_plan_has_another_digest(store: Store, other: PlannedWrite) -> None:
    keep(store, [lead(1), lead(2)], [write(ref(1), "icp")])
    first = store.plan_digest()

    keep(store, [lead(1), lead(2)], [other])

    assert store.plan_digest() != first


def at_hour(planned: PlannedWrite, hour: int) -> PlannedWrite:
    judged = datetime(2026, 7, 1, hour, tzinfo=UTC)
    return replace(planned, values={**planned.values, FieldRole.SCORED_AT: judged})


def test_planned_writes_and_flips_are_counted(store: Store) -> None:
    keep(
        store,
        [lead(1), lead(2), lead(3), opportunity(4, None)],
        [
            write(ref(1), "icp", was="not_icp"),
            write(ref(2), "icp", was="not_icp"),
            write(ref(3)),
            write(ref(4, RecordKind.OPPORTUNITY)),
        ],
    )

    counts = store.planned_counts()

    assert counts.writes == 4
    assert counts.by_kind == {RecordKind.LEAD: 3, RecordKind.OPPORTUNITY: 1}
    assert counts.flips == {(RecordKind.LEAD, "not_icp", "icp"): 2}


def test_superseded_plans_of_earlier_runs_are_forgotten(store: Store) -> None:
    first = store.begin_run("sync", NOW, "", "")
    keep(store, [lead(1)], [write(ref(1))])
    keep(store, [lead(1)], [write(ref(1))])
    store.finish_run(first, NOW, "planned", {})
    assert states(store) == ["superseded", "planned"]

    store.finish_run(store.begin_run("sync", NOW, "", ""), NOW, "planned", {})

    assert states(store) == ["planned"]


def states(store: Store) -> list[str]:
    with store._reading() as connection:
        found = connection.exec_driver_sql("SELECT state FROM outbox ORDER BY number")
        return list(found.scalars())


def test_a_row_cannot_pass_for_another_record(store: Store) -> None:
    keep(store, [lead(1)])
    with store._writing() as connection:
        connection.exec_driver_sql("UPDATE record SET kind = 'contact'")

    with pytest.raises(StoreDamaged, match="contact:"):
        store.known([ref(1, RecordKind.CONTACT)])


@pytest.mark.parametrize("column", ["body", "written", "last_written", "inherited", "flag"])
def test_a_damaged_row_decides_no_write(store: Store, column: str) -> None:
    (row,) = send(store, 1).values()
    with store._writing() as connection:
        connection.exec_driver_sql(f'UPDATE record SET {column} = \'{{"owner":"x"}}\'')  # noqa: S608 - the column is a literal of this test

    with pytest.raises(StoreDamaged, match="lead:"):
        store.known([ref(1)])
    with pytest.raises(StoreDamaged, match="lead:"):
        answer(store, row, Answer.APPLIED)
    assert numbers(store.in_flight()) == [1]
