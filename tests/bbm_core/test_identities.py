"""The laws of the balance, on books that the core judges from the record to the figure.

Each function's own test has its law in small; here they hold along the whole way.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import isclose
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bbm_core.balance.cause import mix_rate
from bbm_core.balance.cells import (
    CHANNEL,
    Cells,
    JudgedEntry,
    Placement,
    account_cells,
    merge,
    negated,
    record_cells,
    slices_of,
)
from bbm_core.balance.chain import odds_chain
from bbm_core.balance.funnel import StageRule, StageSpec, When
from bbm_core.balance.rollup import Table, roll_up_inflow, roll_up_stock
from bbm_core.balance.tally import EMPTY, Period, Tally, View, by_slice, inflow
from bbm_core.icp.classify import Classifier, Flag
from bbm_core.icp.profile import Label, Profile
from bbm_core.icp.whatif import Compared, ComparedEntry, Comparison
from bbm_core.judgement import Judgement, Rules, judge
from bbm_core.records import Money, Outcome, Record, RecordKind, RecordRef
from bbm_core.value.history import Sale, ledger
from bbm_core.value.money import RateTable

START = datetime(2026, 1, 5, tzinfo=UTC)
NOW = START + timedelta(days=120)
ALL = Period(date(2026, 1, 5), date(2026, 4, 27))
STAGES = ("deal", "won")
ONE = Tally(icp=1, not_icp=1)
"""Added to a stage so that it has odds."""


def rules() -> Rules:
    """The definition, read anew each time as from a file."""
    criteria = [
        {"id": "size", "attribute": "size", "at_least": 50, "role": "plus", "points": 60},
        {"id": "trade", "attribute": "trade", "equals": "Maker", "role": "plus", "points": 40},
    ]
    profile = Profile.model_validate({"name": "core", "criteria": criteria, "threshold": 60})
    stages = tuple(
        StageSpec(
            name=name,
            label=Label(en=name),
            enter=(StageRule(kind=RecordKind.OPPORTUNITY, when=when),),
        )
        for name, when in (("deal", When.CREATED), ("won", When.WON))
    )
    return Rules(Classifier((profile,)), stages)


@st.composite
def records(draw: st.DrawFn) -> Record:
    created = START + timedelta(days=draw(st.integers(0, 60)))
    is_won = draw(st.booleans())
    size, trade = draw(st.sampled_from((None, 10, 80))), draw(st.sampled_from((None, "Maker", "x")))
    known = {"size": size, "trade": trade}
    return Record(
        ref=RecordRef(RecordKind.OPPORTUNITY, draw(st.text("abc123", min_size=1, max_size=3))),
        created=created,
        modified=created,
        attributes={name: value for name, value in known.items() if value is not None},
        account=RecordRef(RecordKind.ACCOUNT, draw(st.sampled_from("xy"))),
        amount=Money(Decimal(draw(st.integers(0, 999))), "JPY"),
        channel=draw(st.sampled_from((None, "Web", "Fair"))),
        outcome=Outcome.WON if is_won else Outcome.OPEN,
        closed_at=created + timedelta(days=draw(st.integers(0, 40))) if is_won else None,
    )


BOOKS = st.lists(records(), max_size=10, unique_by=lambda one: one.ref)


def judged(book: Sequence[Record], by: Rules) -> list[Judgement]:
    return [judge(record, {}, by, NOW) for record in book]


def placed(judgement: Judgement) -> Placement:
    record, verdict = judgement.record, judgement.verdict
    flag = verdict.flag if verdict else Flag.UNKNOWN
    return Placement(
        entries=tuple(JudgedEntry(entry, flag) for entry in judgement.entries),
        flag=flag,
        segment=judgement.segment,
        amount=record.amount.amount if record.amount else None,
        slices=slices_of(record, judgement.attributes, ("trade",)),
    )


def cells_of(book: Sequence[Record]) -> Cells:
    """What a book adds: each record, and each account once."""
    by = rules()
    placements = [(one.record.account, placed(one)) for one in judged(book, by)]
    version = by.classifier.version
    return merge(
        *(record_cells(placement, version) for _, placement in placements),
        *(
            account_cells([p for account, p in placements if account == holder], version)
            for holder in {account for account, _ in placements}
        ),
    )


def tables(cells: Cells) -> tuple[Table, ...]:
    """Inflow by week and by channel, and the stock."""
    return (
        roll_up_inflow(cells, date.isoformat),
        roll_up_inflow(cells, lambda _: "", View(), CHANNEL),
        roll_up_stock(cells, [("end", ALL.last)]),
    )


@given(BOOKS)
def test_tallies_partition_the_records(book: list[Record]) -> None:
    cells = cells_of(book)

    for stage in STAGES:
        whole = inflow(cells, stage, ALL)
        entered = [r for r in book if stage == "deal" or r.outcome is Outcome.WON]
        assert whole.total == len(entered)
        for dimension in (CHANNEL, "trade"):
            assert sum(by_slice(cells, stage, ALL, dimension).values(), EMPTY) == whole
        amounts = whole.amount_icp + whole.amount_not_icp + whole.amount_unknown
        assert amounts == sum(r.amount.amount for r in entered if r.amount)


@given(BOOKS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(book: list[Record], chance: Random) -> None:
    shuffled = book.copy()
    chance.shuffle(shuffled)

    assert cells_of(shuffled) == cells_of(book)
    assert tables(cells_of(shuffled)) == tables(cells_of(book))


@given(BOOKS, st.integers(0, 10), st.randoms(use_true_random=False))
def test_cells_merge_to_the_same_answer_in_any_order(
    book: list[Record], cut: int, chance: Random
) -> None:
    parts = [record_cells(placed(one), "v") for one in judged(book, rules())]
    whole = merge(*parts)
    chance.shuffle(parts)

    assert merge(merge(*parts[:cut]), merge(*parts[cut:])) == whole
    assert tables(merge(*parts)) == tables(whole)
    assert merge(whole, negated(merge(*parts))) == {}


@given(BOOKS)
def test_restating_with_the_same_version_changes_nothing(book: list[Record]) -> None:
    first, again = rules(), rules()
    comparison = Comparison(STAGES)
    for old, new in zip(judged(book, first), judged(book, again), strict=True):
        assert old.verdict is not None
        assert new.verdict is not None
        entries = [ComparedEntry(e.stage, old.verdict.flag, new.verdict.flag) for e in old.entries]
        ref = old.record.ref
        comparison.take(Compared(ref, str(ref), old.verdict, new.verdict), entries)
    found = comparison.result({})

    assert first.classifier.version == again.classifier.version
    assert judged(book, first) == judged(book, again)
    assert (found.changed, found.enters.records, found.leaves.records) == (0, 0, 0)
    assert all(stage.before == stage.after for stage in found.stages)
    assert all(old == new for old, new in found.tiers)


@given(BOOKS, BOOKS)
def test_the_decomposition_sums_exactly(before: list[Record], after: list[Record]) -> None:
    first, second = (by_slice(cells_of(book), "deal", ALL, CHANNEL) for book in (before, after))
    cause = mix_rate(first, second)

    rates = [_rate(sum(slices.values(), EMPTY)) for slices in (first, second)]
    if cause is None:
        assert None in rates
        return
    was, now = rates
    assert was is not None
    assert now is not None
    assert sum(one.total for one in cause.contributions) == cause.mix + cause.rate == now - was


def _rate(tally: Tally) -> Fraction | None:
    return Fraction(tally.icp, tally.known) if tally.known else None


@given(BOOKS)
def test_the_odds_chain_closes(book: list[Record]) -> None:
    cells = cells_of(book)
    chain = odds_chain(((s, inflow(cells, s, ALL) + ONE) for s in STAGES), nested=False)

    (link,) = chain.links
    start, end = (stage.logit for stage in chain.stages)
    assert start is not None
    assert end is not None
    assert link.pull is not None
    assert isclose(start + link.pull, end, abs_tol=1e-12)


SALES = st.lists(
    st.builds(
        Sale,
        customer=st.sampled_from("ab"),
        on=st.dates(date(2025, 1, 1), date(2026, 1, 1)),
        amount=st.builds(Money, st.decimals(-99, 999, places=2), st.sampled_from(("JPY", "USD"))),
    ),
    max_size=8,
)


@given(SALES, st.randoms(use_true_random=False))
def test_what_currencies_are_called_and_the_order_of_sales_change_no_value(
    sales: list[Sale], chance: Random
) -> None:
    names = {"JPY": "EUR", "USD": "GBP"}
    renamed = [
        Sale(one.customer, one.on, Money(one.amount.amount, names[one.amount.currency]))
        for one in sales
        if one.amount
    ]
    chance.shuffle(renamed)
    rate = Decimal("152.5")

    found = ledger(sales, RateTable("JPY", {"USD": rate}), NOW.date(), Decimal("0.5"))
    other = ledger(renamed, RateTable("EUR", {"GBP": rate}), NOW.date(), Decimal("0.5"))

    assert (found.histories, found.left_out) == (other.histories, other.left_out)
