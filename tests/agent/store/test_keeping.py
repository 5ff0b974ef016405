"""One page, one transaction: records, verdicts, entries, plans and the watermark together."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import pytest
from sqlalchemy import event

from agent.store import Store
from bbm_core.icp.classify import Flag
from bbm_core.records import (
    Parked,
    RecordKind,
    Removal,
    StatusEntry,
    Watermark,
)
from tests.agent.store.book import (
    DAY,
    NOW,
    VERSION,
    account,
    keep,
    lead,
    opportunity,
    ref,
    write,
)


def test_the_watermark_is_kept_with_its_page(store: Store) -> None:
    assert store.watermark(RecordKind.LEAD) is None

    keep(store, [lead(1)], kind=RecordKind.LEAD, watermark=Watermark("a"))
    keep(store, [], kind=RecordKind.LEAD, watermark=Watermark("b"))

    assert store.watermark(RecordKind.LEAD) == "b"
    assert store.watermark(RecordKind.CONTACT) is None


class Breaking(Sequence[Parked]):
    """Fails when it is read, which is late in the transaction."""

    def __len__(self) -> int:
        return 1

    def __getitem__(self, index: object) -> Parked:  # type: ignore[override]  # it never answers
        raise RuntimeError("the page broke")

    def __iter__(self) -> Iterator[Parked]:
        raise RuntimeError("the page broke")


def test_a_page_that_breaks_keeps_nothing(store: Store) -> None:
    keep(store, [lead(1)])
    before = store.cells(VERSION, dimension=None)

    with pytest.raises(RuntimeError, match="the page broke"):
        keep(
            store,
            [lead(1, industry="Retail"), lead(2)],
            [write(ref(2))],
            parked=Breaking(),
            removed=[Removal(ref(1))],
            kind=RecordKind.LEAD,
            watermark=Watermark("lost"),
        )

    assert set(store.known([ref(1), ref(2)])) == {ref(1)}
    assert not store.known([ref(1)])[ref(1)].gone
    assert store.cells(VERSION, dimension=None) == before
    assert store.planned_counts().writes == 0
    assert store.watermark(RecordKind.LEAD) is None


def test_plans_keep_the_order_of_the_page(store: Store) -> None:
    keep(store, [lead(2), lead(1)], [write(ref(2)), write(ref(1))])

    assert [row.ref for row in store.planned(None, 2, NOW)] == [ref(2), ref(1)]


def test_of_two_judgements_of_one_record_the_first_counts(store: Store) -> None:
    keep(store, [lead(1, industry="Retail"), lead(1)])

    assert store.known([ref(1)])[ref(1)].flag is Flag.NO


BROKEN = "a\0b\ud83dc"


def test_half_characters_and_nul_do_not_stop_a_page(store: Store) -> None:
    record = lead(1, (BROKEN, NOW), industry=BROKEN, channel=BROKEN)

    keep(store, [record], parked=[Parked(ref(2), BROKEN)], slices=("industry",))
    keep(store, [lead(3, channel=BROKEN, industry=BROKEN)], slices=("industry",))

    assert store.outside_statuses() == {(RecordKind.LEAD, "ab?c"): 1}
    assert [row.reason for row in store.parked()] == ["ab?c"]
    slices = {(key.dimension, key.value) for key in store.cells(VERSION, dimension=None)}
    assert slices == {("", ""), ("channel", "ab?c"), ("industry", "ab?c")}


def test_a_removed_record_is_gone_and_names_its_survivor(store: Store) -> None:
    keep(store, [lead(1), lead(2)], [write(ref(1)), write(ref(2))])

    keep(store, [], removed=[Removal(ref(1), survivor=ref(2)), Removal(ref(9))])

    gone = store.known([ref(1)])[ref(1)]
    assert gone.gone
    assert gone.survivor == ref(2)
    assert [kept.ref for kept in store.records()] == [ref(2)]
    assert [row.ref for row in store.planned(None, 10, NOW)] == [ref(2)]
    assert store.totals() == {RecordKind.LEAD: 1}


def test_a_merge_that_is_told_again_happened_when_it_was_told_first(store: Store) -> None:
    keep(store, [lead(1), lead(2)])
    keep(store, [], removed=[Removal(ref(1), survivor=ref(2))])

    keep(store, [], removed=[Removal(ref(1), survivor=ref(2)), Removal(ref(1))], now=NOW + DAY)

    assert store.known([ref(1)])[ref(1)].survivor == ref(2)
    assert store.merged_between(NOW, NOW + DAY) == 1
    assert store.merged_between(NOW + DAY, NOW + 2 * DAY) == 0


def test_a_write_for_a_record_that_is_gone_is_not_planned(store: Store) -> None:
    keep(store, [lead(1)], [write(ref(1))], removed=[Removal(ref(1))])

    assert store.known([ref(1)])[ref(1)].gone
    assert store.planned(None, 10, NOW) == ()


def test_a_record_that_comes_back_is_there_again(store: Store) -> None:
    keep(store, [lead(1)])
    cells = store.cells(VERSION, dimension=None)
    keep(store, [], removed=[Removal(ref(1), survivor=ref(2))])
    assert store.cells(VERSION, dimension=None) == {}

    keep(store, [lead(1)])

    assert not store.known([ref(1)])[ref(1)].gone
    assert store.known([ref(1)])[ref(1)].survivor is None
    assert store.cells(VERSION, dimension=None) == cells


def test_what_cannot_be_kept_is_parked_with_its_reason(store: Store) -> None:
    keep(store, [], parked=[Parked(ref(1), "no created date")])
    keep(store, [], parked=[Parked(ref(1), "still none"), Parked(ref(2), "x")], now=NOW + DAY)

    rows = {row.ref: row for row in store.parked()}
    assert rows[ref(1)].reason == "still none"
    assert rows[ref(1)].first_seen == NOW
    assert rows[ref(1)].last_seen == NOW + DAY
    assert set(rows) == {ref(1), ref(2)}


def test_what_was_brought_since_a_moment_is_told_kept_or_parked(store: Store) -> None:
    """What was only judged again is not among them."""
    leads, later = RecordKind.LEAD, NOW + DAY
    keep(store, [lead(1), lead(2)], parked=[Parked(ref(3), "no created date")], kind=leads)
    keep(store, [lead(2), lead(4)], parked=[Parked(ref(5), "none")], kind=leads, now=later)
    keep(store, [lead(1)], removed=[Removal(ref(4))], now=later)

    assert sorted(store.seen_since(leads, later)) == [ref(2), ref(5)]


def test_a_record_that_could_be_kept_is_parked_no_longer(store: Store) -> None:
    keep(store, [], parked=[Parked(ref(1), "x"), Parked(ref(2), "x"), Parked(ref(3), "x")])

    keep(store, [lead(1)], removed=[Removal(ref(2))])

    assert [row.ref for row in store.parked()] == [ref(3)]


def test_counts_say_what_is_kept(store: Store) -> None:
    keep(
        store,
        [
            lead(1),
            lead(2, industry="Retail"),
            lead(3, industry=None),
            lead(4, industry="Test"),
            lead(5, ("Recycled", NOW)),
            lead(6, ("Recycled", NOW)),
            lead(7, ("Nowhere", NOW)),
            opportunity(1, None),
        ],
    )
    lead_kind = RecordKind.LEAD

    assert store.totals() == {lead_kind: 7, RecordKind.OPPORTUNITY: 1}
    assert store.filter_counts() == {(lead_kind, "tests"): 1}
    assert store.outside_statuses() == {(lead_kind, "Recycled"): 2, (lead_kind, "Nowhere"): 1}
    assert store.flag_counts()[lead_kind, Flag.YES] == 4
    assert store.flag_counts()[lead_kind, Flag.NO] == 1
    assert store.flag_counts()[lead_kind, Flag.UNKNOWN] == 1


def test_a_status_with_a_stage_is_not_outside(store: Store) -> None:
    record = lead(1)

    keep(store, [record])
    assert store.outside_statuses() == {}

    moved = record._replace(statuses=(*record.statuses, StatusEntry("Recycled", NOW)))
    keep(store, [moved])
    assert store.outside_statuses() == {(RecordKind.LEAD, "Recycled"): 1}


def test_a_lead_that_was_converted_counts_for_its_account(store: Store) -> None:
    converted = lead(1)._replace(
        converted_at=NOW,
        converted_to=(ref(3, RecordKind.CONTACT), ref(2, RecordKind.ACCOUNT)),
    )

    keep(store, [converted, opportunity(1, 2, amount=Decimal(5))])

    units = {key.unit.value for key in store.cells(VERSION, stage="acquisition")}
    assert units == {"record", "account"}


def test_keeping_a_page_walks_no_whole_table(store: Store) -> None:
    keep(store, [account(1), opportunity(2, 1)])
    statements: list[tuple[str, object]] = []

    def note(
        _connection: object, _cursor: object, statement: str, values: object, *_: object
    ) -> None:
        statements.append((statement, values))

    event.listen(store._engine, "before_cursor_execute", note)
    keep(store, [lead(1), opportunity(1, 1)], [write(ref(1))], removed=[Removal(ref(7))])
    event.remove(store._engine, "before_cursor_execute", note)

    steps = {step for one in statements for step in query_plan(store, *one)}
    assert (
        "SEARCH outbox USING INDEX ix_outbox_kind_id_state (kind=? AND id=? AND state=?)" in steps
    )
    assert [step for step in steps if step.startswith("SCAN")] == []


def query_plan(store: Store, statement: str, values: object) -> list[str]:
    if not statement.startswith(("SELECT", "UPDATE", "DELETE")) or isinstance(values, list):
        return []
    with store._reading() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return [str(row[3]) for row in plan]
