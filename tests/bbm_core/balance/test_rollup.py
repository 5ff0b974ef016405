"""One walk gives the same figures as one walk for each."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bbm_core.balance.cells import (
    Cells,
    JudgedEntry,
    Placement,
    Unit,
    account_cells,
    merge,
    record_cells,
)
from bbm_core.balance.funnel import StageEntry
from bbm_core.balance.rollup import Place, roll_up_inflow, roll_up_stock
from bbm_core.balance.tally import (
    EMPTY,
    Period,
    View,
    by_slice,
    inflow,
    stock,
    weekly,
    weeks_until,
)
from bbm_core.icp.classify import Flag
from bbm_core.scope import Segment

FIRST = date(2026, 1, 5)
STAGES = ("lead", "won")


@st.composite
def placements(draw: st.DrawFn) -> Placement:
    start = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(days=draw(st.integers(0, 80)))
    entries = []
    for stage in draw(st.lists(st.sampled_from(STAGES), max_size=3)):
        end = start + timedelta(days=draw(st.integers(1, 30)))
        left = draw(st.sampled_from((None, end)))
        entries.append(JudgedEntry(StageEntry(stage, start, left), draw(st.sampled_from(Flag))))
        if left is None:
            break
        start = end
    return Placement(
        entries=tuple(entries),
        flag=draw(st.sampled_from(Flag)),
        segment=draw(st.sampled_from((Segment.NEW, Segment.RENEWAL))),
        amount=draw(st.sampled_from((None, Decimal(5), Decimal(-2), Decimal("0.5")))),
        slices={"channel": draw(st.sampled_from(("", "Web", "Fair")))},
    )


def cells_of(book: list[Placement]) -> Cells:
    return merge(*(record_cells(one, "v1") for one in book), account_cells(book, "v1"))


BOOKS = st.lists(placements(), max_size=12)


@given(BOOKS)
def test_the_weekly_table_is_the_weekly_tallies(book: list[Placement]) -> None:
    cells = cells_of(book)
    for view in (View(), View(Unit.ACCOUNT), View(segment=Segment.RENEWAL)):
        table = roll_up_inflow(cells, date.isoformat, view)

        for stage in STAGES:
            for week in weekly(cells, stage, weeks_until(date(2026, 5, 4), 18), view):
                place = Place(stage, week.week.isoformat())
                assert table.get(place, EMPTY) == week.tally


@given(BOOKS)
def test_the_table_of_slices_is_the_tallies_of_slices(book: list[Placement]) -> None:
    cells, period = cells_of(book), Period(date(2026, 1, 12), date(2026, 2, 9))
    table = roll_up_inflow(cells, lambda week: "" if week in period else None, View(), "channel")

    for stage in STAGES:
        slices = {place.slice: t for place, t in table.items() if place.stage == stage}
        assert slices == by_slice(cells, stage, period, "channel")


@given(BOOKS)
def test_the_table_of_stocks_is_the_stocks(book: list[Placement]) -> None:
    cells = cells_of(book)
    ends = [("a", date(2026, 1, 19)), ("b", date(2026, 2, 16)), ("c", date(2026, 6, 1))]
    table = roll_up_stock(cells, ends)

    for stage in STAGES:
        for name, last in ends:
            assert table.get(Place(stage, name), EMPTY) == stock(cells, stage, last)


@given(BOOKS)
def test_slices_partition_the_whole(book: list[Placement]) -> None:
    """Every record is in exactly one slice, and every verdict in exactly one count."""
    cells = cells_of(book)
    for whole, sliced in (
        (
            roll_up_inflow(cells, lambda _: ""),
            roll_up_inflow(cells, lambda _: "", View(), "channel"),
        ),
        (
            roll_up_stock(cells, [("", date(2026, 6, 1))]),
            roll_up_stock(cells, [("", date(2026, 6, 1))], View(), "channel"),
        ),
    ):
        for stage in STAGES:
            parts = (tally for place, tally in sliced.items() if place.stage == stage)
            assert sum(parts, EMPTY) == whole.get(Place(stage), EMPTY)


@given(BOOKS)
def test_a_tally_counts_every_record_once(book: list[Placement]) -> None:
    table = roll_up_inflow(cells_of(book), lambda _: "")

    for stage in STAGES:
        entered = sum(
            any(j.entry.stage == stage for j in one.entries)
            for one in book
            if one.segment is Segment.NEW
        )
        assert table.get(Place(stage), EMPTY).total == entered


@given(BOOKS, st.randoms(use_true_random=False))
def test_cells_merged_in_any_order_give_the_same_table(
    book: list[Placement], chance: Random
) -> None:
    shuffled = book.copy()
    chance.shuffle(shuffled)
    inflow_table = roll_up_inflow(cells_of(shuffled), date.isoformat)

    assert inflow_table == roll_up_inflow(cells_of(book), date.isoformat)


def test_a_week_without_a_span_is_left_out() -> None:
    entry = JudgedEntry(StageEntry("lead", datetime(2026, 1, 7, tzinfo=UTC)), Flag.YES)
    cells = record_cells(Placement(entries=(entry,), flag=Flag.YES, segment=Segment.NEW), "v1")

    assert roll_up_inflow(cells, lambda _: None) == {}
    assert inflow(cells, "lead", Period(FIRST, FIRST)).icp == 1
