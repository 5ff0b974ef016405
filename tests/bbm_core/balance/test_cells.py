"""What records add to the cells, and that it can be taken back."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from itertools import accumulate
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bbm_core.balance.cells import (
    ZERO,
    CellKey,
    CellValue,
    JudgedEntry,
    Placement,
    Sums,
    Unit,
    account_cells,
    merge,
    negated,
    record_cells,
    slices_of,
    week_of,
)
from bbm_core.balance.funnel import StageEntry
from bbm_core.icp.classify import Flag
from bbm_core.records import Record, RecordKind, RecordRef
from bbm_core.scope import Segment

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def stay(stage: str, entered: int, left: int | None = None, flag: Flag = Flag.YES) -> JudgedEntry:
    end = None if left is None else day(left)
    return JudgedEntry(StageEntry(stage, day(entered), end), flag)


def placed(*entries: JudgedEntry, flag: Flag = Flag.YES, **more: Any) -> Placement:
    return Placement(
        entries=entries,
        flag=flag,
        segment=Segment.NEW,
        **more,
    )


def key(stage: str, week: int, unit: Unit = Unit.RECORD, **more: str) -> CellKey:
    return CellKey("v1", unit, stage, day(7 * week).date(), Segment.NEW, **more)


def test_a_record_adds_one_to_its_week_in_the_whole_and_in_each_slice() -> None:
    cells = record_cells(placed(stay("lead", 2), slices={"channel": "Web"}), "v1")

    added = CellValue(icp=1, stock_icp=1)
    assert cells == {key("lead", 0): added, key("lead", 0, dimension="channel", value="Web"): added}


def test_inflow_goes_by_the_flag_then_and_stock_by_the_flag_now() -> None:
    cells = record_cells(placed(stay("lead", 2, flag=Flag.UNKNOWN), flag=Flag.NO), "v1")

    assert cells == {key("lead", 0): CellValue(unknown=1, stock_not_icp=1)}


def test_amounts_follow_the_flags() -> None:
    entry = stay("deal", 0, 8, flag=Flag.NO)
    cells = record_cells(placed(entry, flag=Flag.UNKNOWN, amount=Decimal("9.5")), "v1")

    nine = Decimal("9.5")
    assert cells == {
        key("deal", 0): CellValue(
            not_icp=1, amount_not_icp=nine, stock_unknown=1, stock_amount_unknown=nine
        ),
        key("deal", 1): CellValue(stock_unknown=-1, stock_amount_unknown=-nine),
    }


def test_a_record_that_comes_back_is_no_new_inflow_but_stock_again() -> None:
    cells = record_cells(placed(stay("lead", 0, 8), stay("lead", 15)), "v1")

    assert cells == {
        key("lead", 0): CellValue(icp=1, stock_icp=1),
        key("lead", 1): CellValue(stock_icp=-1),
        key("lead", 2): CellValue(stock_icp=1),
    }


def test_a_stay_within_one_week_leaves_no_stock() -> None:
    cells = record_cells(placed(stay("lead", 1, 3)), "v1")

    assert cells == {key("lead", 0): CellValue(icp=1)}


def test_an_account_with_three_leads_counts_once_and_enters_with_the_first() -> None:
    late, early, between = (placed(stay("lead", n)) for n in (20, 1, 9))

    cells = account_cells([late, early, between], "v1")

    assert cells == {key("lead", 0, Unit.ACCOUNT): CellValue(icp=1, stock_icp=1)}


def test_an_account_stays_while_any_record_does_and_returns_with_a_later_one() -> None:
    records = [placed(stay("deal", 0, 8)), placed(stay("deal", 5, 12)), placed(stay("deal", 22))]

    cells = account_cells(records, "v1")

    assert cells == {
        key("deal", 0, Unit.ACCOUNT): CellValue(icp=1, stock_icp=1),
        key("deal", 1, Unit.ACCOUNT): CellValue(stock_icp=-1),
        key("deal", 3, Unit.ACCOUNT): CellValue(stock_icp=1),
    }


def test_an_account_in_which_a_record_stays_for_good_does_not_leave() -> None:
    records = [placed(stay("deal", 0)), placed(stay("deal", 5, 12))]

    assert account_cells(records, "v1") == {
        key("deal", 0, Unit.ACCOUNT): CellValue(icp=1, stock_icp=1)
    }


def test_a_longer_stay_that_begins_later_extends_the_account() -> None:
    records = [placed(stay("deal", 0, 9)), placed(stay("deal", 5))]

    assert account_cells(records, "v1") == {
        key("deal", 0, Unit.ACCOUNT): CellValue(icp=1, stock_icp=1)
    }


def test_an_account_is_icp_in_stock_if_any_record_is() -> None:
    records = [
        placed(stay("lead", 0, flag=Flag.UNKNOWN), flag=Flag.UNKNOWN),
        placed(stay("lead", 3, flag=Flag.YES), flag=Flag.YES),
        placed(stay("lead", 4, flag=Flag.NO), flag=Flag.NO),
    ]

    assert account_cells(records, "v1") == {
        key("lead", 0, Unit.ACCOUNT): CellValue(unknown=1, stock_icp=1)
    }


def test_an_account_without_records_adds_nothing() -> None:
    assert account_cells([], "v1") == {}


def test_a_week_begins_on_monday_in_utc() -> None:
    tokyo = timezone(timedelta(hours=9))

    assert week_of(datetime(2026, 1, 12, 8, 59, tzinfo=tokyo)) == date(2026, 1, 5)
    assert week_of(datetime(2026, 1, 12, 9, 0, tzinfo=tokyo)) == date(2026, 1, 12)


def test_no_channel_is_a_channel_and_what_is_missing_is_a_slice() -> None:
    lead = Record(ref=RecordRef(RecordKind.LEAD, "1"), created=START, modified=START)

    slices = slices_of(lead, {"size": 30, "areas": ("b", "a")}, ("size", "areas", "region"))

    assert slices == {"channel": "", "size": "30", "areas": "a;b", "region": ""}


stages = st.sampled_from(["lead", "deal", "won"])
entries = st.builds(
    lambda stage, entered, length, flag: stay(
        stage, entered, None if length is None else entered + length, flag
    ),
    stages,
    st.integers(0, 50),
    st.none() | st.integers(0, 30),
    st.sampled_from(Flag),
)
placements = st.builds(
    Placement,
    entries=st.lists(entries, max_size=4).map(tuple),
    flag=st.sampled_from(Flag),
    segment=st.sampled_from(Segment),
    amount=st.none() | st.decimals(0, 10**9, places=2),
    slices=st.fixed_dictionaries({"channel": st.sampled_from(["", "Web", "展示会"])}),
)


@given(placements)
def test_subtracting_what_was_added_leaves_nothing(placement: Placement) -> None:
    cells = record_cells(placement, "v1")

    assert merge(cells, negated(cells)) == {}


@given(st.lists(placements, max_size=4), st.lists(placements, max_size=4))
def test_sums_are_what_was_added_less_what_was_taken_back(
    added: list[Placement], taken: list[Placement]
) -> None:
    sums = Sums()
    for many, sign in ((added, 1), (taken, -1)):
        sums.add_account(many, "v1", sign)
        for one in many:
            sums.add_record(one, "v1", sign)

    parts = [(account_cells(m, "v1"), *(record_cells(p, "v1") for p in m)) for m in (added, taken)]
    assert sums.cells() == merge(*parts[0], *map(negated, parts[1]))


@given(st.lists(placements, max_size=6), st.randoms(use_true_random=False))
def test_contributions_merge_in_any_order(many: list[Placement], random: Any) -> None:
    shuffled = list(many)
    random.shuffle(shuffled)

    forward = merge(*(record_cells(one, "v1") for one in many))
    backward = merge(*(record_cells(one, "v1") for one in shuffled))

    assert forward == backward


@given(st.lists(placements, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_an_account_adds_the_same_whatever_the_order_of_its_records(
    many: list[Placement], random: Any
) -> None:
    shuffled = list(many)
    random.shuffle(shuffled)

    assert account_cells(many, "v1") == account_cells(shuffled, "v1")


@given(st.lists(placements, max_size=6))
def test_cells_partition_records_every_first_entry_is_counted_once(many: list[Placement]) -> None:
    cells = merge(*(record_cells(one, "v1") for one in many))
    counted: Counter[str] = Counter()
    for cell, value in cells.items():
        if not cell.dimension:
            counted[cell.stage] += value.icp + value.not_icp + value.unknown

    entered = Counter(name for one in many for name in {j.entry.stage for j in one.entries})

    assert counted == entered


@given(st.lists(placements, max_size=6))
def test_the_slices_of_a_dimension_add_up_to_the_whole(many: list[Placement]) -> None:
    cells = merge(*(record_cells(one, "v1") for one in many))
    whole = [(k, v) for k, v in cells.items() if not k.dimension]
    sliced = [(k, v) for k, v in cells.items() if k.dimension == "channel"]

    folded = merge(
        *({CellKey(k.version, k.unit, k.stage, k.week, k.segment): v} for k, v in sliced)
    )

    assert folded == dict(whole)


@given(st.lists(st.lists(entries, min_size=1, max_size=2), min_size=1, max_size=4))
def test_an_account_is_in_a_stage_at_most_once_at_any_time(many: list[list[JudgedEntry]]) -> None:
    cells = account_cells([placed(*entries) for entries in many], "v1")

    for name in {j.entry.stage for entries in many for j in entries}:
        changes = [v.stock_icp for k, v in sorted(cells.items()) if k.stage == name]
        assert set(accumulate(changes)) <= {0, 1}


counts, amounts = st.integers(-9, 9), st.decimals(-99, 99, places=2)
values = st.tuples(*([counts] * 3 + [amounts] * 3) * 2).map(CellValue._make)


@given(values, values)
def test_cell_values_are_a_commutative_group(one: CellValue, other: CellValue) -> None:
    assert one + other == other + one
    assert one + ZERO == one
    assert (one + other) - other == one
    assert (one - one).is_zero
