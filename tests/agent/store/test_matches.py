"""Which records are matched together: all of one account are, as far as there is room."""

from collections.abc import Sequence

import pytest

from agent.store import Store, matches
from bbm_core.match import Key, match
from bbm_core.records import Record, RecordRef
from tests.agent.store.book import account, keep, lead


@pytest.fixture
def waiting(store: Store) -> Store:
    """Four leads of one domain and two of another, in turns, and their accounts."""
    records = [lead(number) for number in range(6)]
    domains = ["a.co.jp", "b.co.jp", "a.co.jp", "b.co.jp", "a.co.jp", "a.co.jp"]
    keep_with(store, records, domains)
    keep_with(store, [account(1), account(2)], ["a.co.jp", "b.co.jp"])
    return store


def keep_with(store: Store, records: Sequence[Record], domains: Sequence[str]) -> None:
    said = {
        record.ref: {Key.DOMAIN: domain} for record, domain in zip(records, domains, strict=True)
    }
    keep(store, records, identities=said)


def refs(store: Store, limit: int) -> list[RecordRef]:
    return [one.ref for one in store.due_matches(limit)]


def test_the_next_one_brings_those_of_its_account_along(waiting: Store) -> None:
    of_a = [lead(number).ref for number in (0, 2, 4, 5)]

    assert refs(waiting, 1) == of_a


def test_what_was_matched_is_not_brought_along_again(waiting: Store) -> None:
    due = waiting.due_matches(1)
    waiting.keep_matches({one.ref: match(one.identity, one.accounts, 80) for one in due})

    assert refs(waiting, 1) == [lead(number).ref for number in (1, 3)]


def test_no_more_come_along_than_there_is_room_for(
    waiting: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matches, "TOGETHER", 2)

    assert 1 <= len(refs(waiting, 1)) <= 3
