"""What is known of the records that were kept: one by one, by account, and in their order."""

import pytest

from agent.store import Store
from bbm_core.icp.classify import Flag
from bbm_core.records import (
    FieldRole,
    RecordKind,
    RecordRef,
    Removal,
    Value,
)
from bbm_core.scope import Segment
from tests.agent.store.book import (
    DAY,
    NOW,
    VERSION,
    account,
    judged,
    keep,
    lead,
    opportunity,
    ref,
)


def test_a_record_is_known_as_it_was_read(store: Store) -> None:
    record = lead(1, written={FieldRole.FLAG: "icp", FieldRole.SCORE: 7})

    keep(store, [record])

    kept = store.known([record.ref])[record.ref]
    assert kept.record == record
    assert kept.ref == record.ref
    assert kept.flag is Flag.YES
    assert kept.version == VERSION
    assert kept.segment is Segment.NEW
    assert not kept.gone
    assert kept.last_written is None
    assert kept.filtered_by is None
    assert kept.survivor is None
    assert str(record.ref) in repr(kept)


def test_only_known_records_are_known(store: Store) -> None:
    keep(store, [lead(1)])

    assert set(store.known([ref(1), ref(2), ref(1, RecordKind.ACCOUNT)])) == {ref(1)}


def test_entries_that_were_not_read_are_not_taken_for_none(store: Store) -> None:
    keep(store, [lead(1)])

    known = store.known([ref(1)], entries=False)[ref(1)]

    assert known.record == lead(1)
    with pytest.raises(ValueError, match="without its entries"):
        _ = known.entries


def test_more_records_than_fit_one_question_are_known(store: Store) -> None:
    keep(store, [lead(number) for number in range(1201)])

    assert len(store.known([ref(number) for number in range(1201)])) == 1201


def test_the_verdict_is_kept_with_its_explanation(store: Store) -> None:
    keep(store, [lead(1), lead(2, industry="Test")])

    assert store.verdict(ref(1)) == judged(lead(1)).verdict
    assert store.verdict(ref(2)) is None
    assert store.verdict(ref(3)) is None


@pytest.mark.parametrize(
    "damage",
    [
        """UPDATE record SET verdict = '{}'""",
        """UPDATE record SET verdict = '{"version": "' || version || '", "profile": "core"}'""",
        """UPDATE wording SET body = '{"reasons": []}'""",
        """UPDATE wording SET body = '{"reasons": [{}]}'""",
        """UPDATE wording SET body = '{}'""",
        "DELETE FROM wording",
    ],
)
def test_an_explanation_that_cannot_be_read_is_none(store: Store, damage: str) -> None:
    keep(store, [lead(1)])
    with store._writing() as connection:
        connection.exec_driver_sql(damage)

    assert store.verdict(ref(1)) is None


def test_what_a_profile_says_is_kept_once(store: Store) -> None:
    keep(store, [lead(number) for number in range(5)])

    with store._reading() as connection:
        wordings = connection.exec_driver_sql("SELECT count(*) FROM wording").scalar()
        longest = connection.exec_driver_sql("SELECT max(length(verdict)) FROM record").scalar()
    assert wordings == 1
    assert longest is not None
    assert longest < 400


def test_the_same_record_says_nothing_new(store: Store) -> None:
    keep(store, [lead(1)])
    kept = store.known([ref(1)])[ref(1)]

    assert kept.says_the_same(lead(1))
    assert kept.says_the_same(lead(1)._replace(modified=NOW + DAY, name="Taro"))
    assert not kept.says_the_same(lead(1, industry="Retail"))
    assert not kept.says_the_same(lead(1, written={FieldRole.OVERRIDE: "icp"}))


def test_contacts_and_opportunities_depend_on_their_account(store: Store) -> None:
    keep(store, [account(1), account(2)])
    keep(store, [opportunity(1, 1), opportunity(2, 2), opportunity(3, None), opportunity(4, 1)])
    keep(store, [lead(5)._replace(converted_to=(ref(1, RecordKind.ACCOUNT),))])
    keep(store, [], removed=[Removal(ref(4, RecordKind.OPPORTUNITY))])

    found = store.dependents([ref(1, RecordKind.ACCOUNT)])

    assert [record.ref for record in found] == [ref(1, RecordKind.OPPORTUNITY)]


def test_attributes_of_accounts_are_read_without_the_rest(store: Store) -> None:
    keep(store, [account(1, industry="Retail", employees=30), account(2)])
    refs = [ref(number, RecordKind.ACCOUNT) for number in (1, 2, 3)]

    assert store.account_attributes(refs) == {
        refs[0]: {"industry": "Retail", "employees": 30},
        refs[1]: {},
    }


def test_inherited_attributes_are_kept_beside_the_records_own(store: Store) -> None:
    inherited: dict[str, Value] = {"industry": "Retail"}
    record = opportunity(1, 1)._replace(attributes={"size": 5})

    keep(store, [record], inherited=inherited)

    kept = store.known([record.ref])[record.ref]
    assert kept.record.attributes == {"size": 5}
    assert kept.attributes == {"industry": "Retail", "size": 5}


def test_records_are_walked_in_order_and_in_full(store: Store) -> None:
    keep(store, [account(2), account(1)])
    keep(store, [lead(number) for number in (3, 1, 2)])
    walked: list[RecordRef] = []
    after: RecordRef | None = None

    while chunk := store.records(None, after, 2):
        walked += [kept.ref for kept in chunk]
        after = walked[-1]

    assert walked == sorted(walked)
    assert len(walked) == 5


def test_one_kind_can_be_walked_alone(store: Store) -> None:
    keep(store, [account(1), lead(1), lead(2)])

    assert [kept.ref for kept in store.records(RecordKind.LEAD, ref(1))] == [ref(2)]
