"""What a page leaves of a record's way through the stages: young entries, and frozen ones."""

from datetime import date, timedelta

from agent.store import KeptEntry, Store
from bbm_core.icp.classify import Flag
from bbm_core.records import (
    RecordRef,
)
from tests.agent.store.book import (
    DAY,
    NOW,
    VERSION,
    keep,
    lead,
    opportunity,
    ref,
    rules,
)


def entry_of(store: Store, number: int, position: int = 0) -> KeptEntry:
    return store.known([ref(number)])[ref(number)].entries[position]


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
    record = opportunity(1, 1, entered)._replace(modified=entered)
    keep(store, [record])

    keep(store, [record], inherited={"industry": "Manufacturing"}, now=NOW + 60 * DAY)

    kept = store.known([record.ref])[record.ref]
    assert kept.flag is Flag.YES
    assert [entry.flag for entry in kept.entries] == [Flag.UNKNOWN]


def test_an_account_enriched_in_time_counts(store: Store) -> None:
    entered = NOW - DAY
    record = opportunity(1, 1, entered)._replace(modified=entered)
    keep(store, [record])

    keep(store, [record], inherited={"industry": "Manufacturing"}, now=NOW + 5 * DAY)

    kept = store.known([record.ref])[record.ref]
    assert [entry.flag for entry in kept.entries] == [Flag.YES]


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
