"""One page, one transaction: records, verdicts, entries, plans and the watermark together."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event

from agent.store import KeptEntry, Store
from bbm_core.icp.classify import Flag
from bbm_core.records import (
    FieldRole,
    Parked,
    RecordKind,
    RecordRef,
    Removal,
    StatusEntry,
    Value,
    Watermark,
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
    rules,
    write,
)


def entry_of(store: Store, number: int, position: int = 0) -> KeptEntry:
    return store.known([ref(number)])[ref(number)].entries[position]


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
    assert kept.says_the_same(replace(lead(1), modified=NOW + DAY, name="Taro"))
    assert not kept.says_the_same(lead(1, industry="Retail"))
    assert not kept.says_the_same(lead(1, written={FieldRole.OVERRIDE: "icp"}))


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


def test_a_young_entry_takes_the_latest_verdict(store: Store) -> None:
    entered = NOW - DAY
    keep(store, [lead(1, ("Open", entered), industry=None)])
    assert entry_of(store, 1).flag is Flag.UNKNOWN

    keep(store, [lead(1, ("Open", entered))])

    assert entry_of(store, 1).flag is Flag.YES
    assert entry_of(store, 1).attributes == {"industry": "Manufacturing"}


def test_an_entry_is_frozen_at_its_judging_age(store: Store) -> None:
    entered = NOW - DAY
    keep(store, [lead(1, ("Open", entered))])
    later = NOW + 10 * DAY

    keep(store, [lead(1, ("Open", entered), industry="Retail", modified=later)], now=later)

    assert entry_of(store, 1).flag is Flag.YES
    assert entry_of(store, 1).attributes == {"industry": "Manufacturing"}
    assert store.known([ref(1)])[ref(1)].flag is Flag.NO


def test_the_last_moment_before_the_judging_age_still_counts(store: Store) -> None:
    entered = NOW - DAY
    keep(store, [lead(1, ("Open", entered), industry=None)])
    just_before = entered + 7 * DAY - timedelta(microseconds=1)

    keep(store, [lead(1, ("Open", entered), modified=just_before)], now=just_before)

    assert entry_of(store, 1).flag is Flag.YES


def test_at_the_judging_age_it_is_too_late(store: Store) -> None:
    entered = NOW - DAY
    keep(store, [lead(1, ("Open", entered), industry=None)])
    ripe = entered + 7 * DAY

    keep(store, [lead(1, ("Open", entered), modified=ripe)], now=ripe)

    assert entry_of(store, 1).flag is Flag.UNKNOWN


def test_a_change_that_was_in_time_counts_though_it_was_read_late(store: Store) -> None:
    entered = NOW - DAY
    keep(store, [lead(1, ("Open", entered), industry=None)])
    after_the_outage, in_time = NOW + 20 * DAY, entered + 5 * DAY

    keep(store, [lead(1, ("Open", entered), modified=in_time)], now=after_the_outage)

    assert entry_of(store, 1).flag is Flag.YES


def test_an_account_enriched_later_leaves_old_entries_as_they_were(store: Store) -> None:
    entered = NOW - DAY
    record = replace(opportunity(1, 1, entered), modified=entered)
    keep(store, [record])

    keep(store, [record], inherited={"industry": "Manufacturing"}, now=NOW + 60 * DAY)

    kept = store.known([record.ref])[record.ref]
    assert kept.flag is Flag.YES
    assert [entry.flag for entry in kept.entries] == [Flag.UNKNOWN]


def test_an_account_enriched_in_time_counts(store: Store) -> None:
    entered = NOW - DAY
    record = replace(opportunity(1, 1, entered), modified=entered)
    keep(store, [record])

    keep(store, [record], inherited={"industry": "Manufacturing"}, now=NOW + 5 * DAY)

    kept = store.known([record.ref])[record.ref]
    assert [entry.flag for entry in kept.entries] == [Flag.YES]


BROKEN = "a\0b\ud83dc"


def test_half_characters_and_nul_do_not_stop_a_page(store: Store) -> None:
    record = lead(1, (BROKEN, NOW), industry=BROKEN, channel=BROKEN)

    keep(store, [record], parked=[Parked(ref(2), BROKEN)], slices=("industry",))
    keep(store, [lead(3, channel=BROKEN, industry=BROKEN)], slices=("industry",))

    assert store.outside_statuses() == {(RecordKind.LEAD, "ab?c"): 1}
    assert [row.reason for row in store.parked()] == ["ab?c"]
    slices = {(key.dimension, key.value) for key in store.cells(VERSION, dimension=None)}
    assert slices == {("", ""), ("channel", "ab?c"), ("industry", "ab?c")}


def test_another_profile_restates_what_was_frozen(store: Store) -> None:
    entered = NOW - DAY
    keep(store, [lead(1, ("Open", entered))])
    later, retail = NOW + 10 * DAY, rules("Retail")
    changed = lead(1, ("Open", entered), industry="Retail", modified=later)
    asked: list[date] = []

    def judge_then(_ref: RecordRef, attributes: object, day: date) -> Flag:
        asked.append(day)
        assert isinstance(attributes, dict)
        return retail.classifier.judge(attributes, day).flag

    keep(store, [changed], by=retail, now=later, judge_then=judge_then)

    assert store.known([ref(1)])[ref(1)].flag is Flag.YES
    assert entry_of(store, 1).flag is Flag.NO  # it was in manufacturing when it was judged
    assert entry_of(store, 1).version == retail.classifier.version
    assert asked == [(entered + 7 * DAY).date()]


def test_without_a_judge_frozen_verdicts_stay_as_they_were(store: Store) -> None:
    entered = NOW - DAY
    keep(store, [lead(1, ("Open", entered))])
    later = NOW + 10 * DAY
    changed = lead(1, ("Open", entered), industry="Retail", modified=later)

    keep(store, [changed], by=rules("Retail"), now=later)

    assert entry_of(store, 1).flag is Flag.YES
    assert entry_of(store, 1).version == VERSION


def test_an_entry_from_outside_the_scope_is_not_restated(store: Store) -> None:
    entered = NOW - DAY
    keep(store, [lead(1, ("Open", entered), industry="Test")])
    later = NOW + 10 * DAY

    def judge_then(_ref: RecordRef, _attributes: object, _day: date) -> Flag:
        raise AssertionError("there is nothing to restate")

    keep(store, [lead(1, ("Open", entered), modified=later)], now=later, judge_then=judge_then)

    assert entry_of(store, 1).flag is None


def test_history_that_got_shorter_is_forgotten(store: Store) -> None:
    keep(store, [lead(1, ("Open", NOW - 3 * DAY), ("Working", NOW - DAY))])
    assert len(store.known([ref(1)])[ref(1)].entries) == 2

    keep(store, [lead(1, ("Open", NOW - 3 * DAY))])

    assert [kept.entry.stage for kept in store.known([ref(1)])[ref(1)].entries] == ["acquisition"]


def test_a_removed_record_is_gone_and_names_its_survivor(store: Store) -> None:
    keep(store, [lead(1), lead(2)], [write(ref(1)), write(ref(2))])

    keep(store, [], removed=[Removal(ref(1), survivor=ref(2)), Removal(ref(9))])

    gone = store.known([ref(1)])[ref(1)]
    assert gone.gone
    assert gone.survivor == ref(2)
    assert [kept.ref for kept in store.records()] == [ref(2)]
    assert [row.ref for row in store.planned(None, 10, NOW)] == [ref(2)]
    assert store.totals() == {RecordKind.LEAD: 1}


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


def test_a_record_that_could_be_kept_is_parked_no_longer(store: Store) -> None:
    keep(store, [], parked=[Parked(ref(1), "x"), Parked(ref(2), "x"), Parked(ref(3), "x")])

    keep(store, [lead(1)], removed=[Removal(ref(2))])

    assert [row.ref for row in store.parked()] == [ref(3)]


def test_contacts_and_opportunities_depend_on_their_account(store: Store) -> None:
    keep(store, [account(1), account(2)])
    keep(store, [opportunity(1, 1), opportunity(2, 2), opportunity(3, None), opportunity(4, 1)])
    keep(store, [replace(lead(5), converted_to=(ref(1, RecordKind.ACCOUNT),))])
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
    record = replace(opportunity(1, 1), attributes={"size": 5})

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

    moved = replace(record, statuses=(*record.statuses, StatusEntry("Recycled", NOW)))
    keep(store, [moved])
    assert store.outside_statuses() == {(RecordKind.LEAD, "Recycled"): 1}


def test_a_lead_that_was_converted_counts_for_its_account(store: Store) -> None:
    converted = replace(
        lead(1),
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
