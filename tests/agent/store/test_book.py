"""The whole book, read back record by record."""

from dataclasses import replace

from agent.store import Store
from bbm_core.book import BookRecord
from bbm_core.icp.classify import Flag
from bbm_core.records import Outcome, RecordKind
from bbm_core.scope import BusinessRule
from tests.agent.store.book import DAY, NOW, RULES, VERSION, account, keep, lead, opportunity


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
    won = opportunity(1, 1, won=NOW)
    came = [lead(1)._replace(account=account(1).ref), *(lead(n) for n in range(2, 2101))]
    keep(store, [account(1), *came, won, lead(0, industry="Test")])

    passages = store.passages("acquisition", NOW - DAY, NOW)

    assert passages == [_in_short(one) for one in store.book()]
    assert (passages[-1].outcome, passages[-1].closed_at) == (Outcome.WON, NOW)


def test_the_passages_are_of_those_who_came_in_the_time(store: Store) -> None:
    since, until = NOW - 3 * DAY, NOW - DAY
    again = [lead(1, ("Open", since - DAY)), lead(2, ("Open", since), ("Working", NOW))]
    other = [lead(3, ("Open", since - DAY)), lead(4, ("Open", until)), lead(5, ("Working", since))]
    of_one = [one._replace(account=account(1).ref) for one in again]
    keep(store, [account(1), *of_one, *other, opportunity(1, 1), opportunity(2, 2)])

    passages = store.passages("acquisition", since, until)

    assert [one.ref for one in passages] == [
        account(1).ref,
        *(one.ref for one in again),
        opportunity(1, 1).ref,
    ]


def test_the_passages_are_of_new_business(store: Store) -> None:
    renewal = BusinessRule.model_validate(
        {"segment": "renewal", "kind": "lead", "attribute": "industry", "equals": "Retail"}
    )
    keep(store, [lead(1), lead(2, industry="Retail")], by=replace(RULES, business=(renewal,)))

    passages = store.passages("acquisition", NOW - DAY, NOW)

    assert [one.ref for one in passages] == [lead(1).ref]


def _in_short(one: BookRecord) -> BookRecord:
    entries = tuple(replace(entry, attributes={}) for entry in one.entries)
    kept = ("ref", "account", "created", "flag", "version", "segment", "outcome", "closed_at")
    return BookRecord(
        **{name: getattr(one, name) for name in kept}, worth=one.worth, entries=entries
    )
