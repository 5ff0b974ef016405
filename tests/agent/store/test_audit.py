"""The audit: nothing in it can be changed unnoticed, and what it is about can be erased."""

import pytest

from agent.store import Event, Store
from agent.store.audit import START, _hash
from bbm_core.records import Answer, Filled, Receipt
from tests.agent.store.book import NOW, keep, lead, ref, write


@pytest.fixture
def written(store: Store) -> Store:
    """A store whose audit has three lines, each about one applied write."""
    for number in (1, 2, 3):
        keep(store, [lead(number)], [write(ref(number), was="unknown")])
        (row,) = store.planned(None, 1, NOW)
        store.mark_in_flight([row.id], NOW)
        store.settle(5, [(row.id, Receipt(row.ref, Answer.APPLIED))], NOW)
    return store


def tamper(store: Store, statement: str) -> None:
    with store._writing() as connection:
        connection.exec_driver_sql(statement)


def test_every_write_leaves_a_line_with_old_and_new(written: Store) -> None:
    line = written.audit_lines(ref(2))[0]

    assert (line.number, line.event, line.run, line.at) == (2, "write.applied", 5, NOW)
    assert line.ref == ref(2)
    assert line.payload is not None
    assert line.payload["new"] == {"flag": "icp", "score": 100}
    assert line.payload["old"] == {"flag": "unknown", "score": None}


def test_what_was_filled_along_with_our_fields_is_in_the_line(store: Store) -> None:
    keep(store, [lead(1)], [write(ref(1))])
    (row,) = store.planned(None, 1, NOW)
    store.mark_in_flight([row.id], NOW)
    filled = (Filled("hs_is_target_account", "", "true"),)
    store.settle(5, [(row.id, Receipt(row.ref, Answer.APPLIED, filled=filled))], NOW)

    (line,) = store.audit_lines()

    assert line.payload is not None
    assert line.payload["filled"] == {"hs_is_target_account": ["", "true"]}
    assert store.verify_audit() is None


def test_lines_come_newest_first(written: Store) -> None:
    assert [line.number for line in written.audit_lines()] == [3, 2, 1]
    assert [line.number for line in written.audit_lines(limit=1)] == [3]


def test_an_untouched_chain_verifies(written: Store) -> None:
    assert written.verify_audit() is None


def test_an_empty_chain_verifies(store: Store) -> None:
    assert store.verify_audit() is None
    assert store.audit_head() == START


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET event = 'x' WHERE number = 2", 2),
        ("UPDATE audit SET run = 9 WHERE number = 1", 1),
        ("UPDATE audit SET at = '2020-01-01T00:00:00.000000+00:00' WHERE number = 3", 3),
        ("UPDATE audit_payload SET payload = '{}' WHERE number = 2", 2),
        ("UPDATE audit SET previous = hash WHERE number = 2", 2),
        ("UPDATE audit SET number = 4 WHERE number = 3", 3),
    ],
)
def test_a_changed_line_is_found(written: Store, statement: str, broken: int) -> None:
    if "number = 4" in statement:
        tamper(written, "DELETE FROM audit_payload WHERE number = 3")

    tamper(written, statement)

    assert written.verify_audit() == broken


def test_a_line_taken_out_is_found(written: Store) -> None:
    tamper(written, "DELETE FROM audit_payload WHERE number = 2")
    tamper(written, "DELETE FROM audit WHERE number = 2")

    assert written.verify_audit() == 2


def test_a_line_that_was_forged_with_its_hash_does_not_fit_the_next(written: Store) -> None:
    with written._reading() as connection:
        statement = "SELECT * FROM audit WHERE number = 2"
        line = dict(connection.exec_driver_sql(statement).mappings().one())
    forged = _hash({**line, "at": NOW, "event": "write.refused"})

    tamper(written, f"UPDATE audit SET event = 'write.refused', hash = '{forged}' WHERE number = 2")  # noqa: S608 - made up here

    assert written.verify_audit() == 3


def test_the_head_shows_that_the_end_was_cut_off(written: Store) -> None:
    head = written.audit_head()
    tamper(written, "DELETE FROM audit_payload WHERE number = 3")
    tamper(written, "DELETE FROM audit WHERE number = 3")

    assert written.verify_audit() is None
    assert written.audit_head() != head


def test_erasing_a_payload_leaves_the_chain_whole(written: Store) -> None:
    assert written.erase_payloads(ref(2)) == 1

    assert written.verify_audit() is None
    assert written.audit_lines(ref(2)) == ()
    erased = written.audit_lines()[1]
    assert (erased.ref, erased.payload) == (None, None)


def test_equal_payloads_cannot_be_told_by_their_digests(store: Store) -> None:
    event = Event(NOW, None, "guard.overruled", None, {"guard": "flips"})
    store.note(event)
    store.note(event)

    with store._reading() as connection:
        digests = connection.exec_driver_sql("SELECT digest FROM audit").scalars().all()
    assert len(set(digests)) == 2


def test_something_other_than_a_write_can_be_noted(store: Store) -> None:
    store.note(Event(NOW, 3, "guard.overruled", None, {"guard": "flips"}))

    (line,) = store.audit_lines()
    assert line.ref is None
    assert line.payload is not None
    assert line.payload["guard"] == "flips"
    assert store.verify_audit() is None
