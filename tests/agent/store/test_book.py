"""The whole book, read back record by record."""

from dataclasses import replace

from agent.store import Store
from bbm_core.book import BookRecord
from bbm_core.icp.classify import Flag
from bbm_core.records import Outcome, RecordKind
from tests.agent.store.book import VERSION, account, keep, lead, opportunity


def test_an_empty_state_has_an_empty_book(store: Store) -> None:
    assert list(store.book()) == []


def test_the_book_holds_every_record_inside_the_scope(store: Store) -> None:
    records = [account(1), *(lead(number) for number in range(1, 2101)), opportunity(1, 1)]
    keep(store, records)

    assert {one.ref for one in store.book()} == {record.ref for record in records}
    assert [one.ref for one in store.book(RecordKind.ACCOUNT)] == [account(1).ref]


def test_a_record_outside_the_scope_is_not_in_the_book(store: Store) -> None:
    keep(store, [lead(1), lead(2, industry="Test")])

    assert [one.ref for one in store.book()] == [lead(1).ref]


def test_the_book_says_what_the_record_says(store: Store) -> None:
    record = lead(1)
    keep(store, [record])

    one = next(store.book())

    assert (one.flag, one.version) == (Flag.YES, VERSION)
    assert one.created == record.created
    assert one.statuses == record.statuses
    assert dict(one.attributes) == dict(record.attributes)
    assert [entry.stage for entry in one.entries] == ["acquisition"]
    assert one.entries[0].attributes == one.attributes
    assert one.slices["channel"] == (record.channel or "")


def test_the_passages_are_the_book_without_what_its_records_say(store: Store) -> None:
    won = opportunity(1, 1)._replace(outcome=Outcome.WON, closed_at=opportunity(1, 1).modified)
    keep(store, [account(1), *(lead(n) for n in range(1, 2101)), won, lead(0, industry="Test")])

    passages = list(store.passages())

    assert passages == [_in_short(one) for one in store.book()]
    assert (passages[-1].outcome, passages[-1].closed_at) == (Outcome.WON, won.closed_at)


def _in_short(one: BookRecord) -> BookRecord:
    entries = tuple(replace(entry, attributes={}) for entry in one.entries)
    kept = ("ref", "account", "created", "flag", "version", "segment", "outcome", "closed_at")
    return BookRecord(
        **{name: getattr(one, name) for name in kept}, worth=one.worth, entries=entries
    )
