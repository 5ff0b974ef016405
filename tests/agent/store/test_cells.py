"""Cells are adjusted record by record, and always equal what counting anew would give."""

from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from agent.store import Store
from agent.store.counting import Placed, all_cells
from bbm_core.balance.cells import CellValue, JudgedEntry, Placement, Unit
from bbm_core.balance.funnel import StageEntry
from bbm_core.balance.tally import Period, by_slice, inflow, stock
from bbm_core.icp.classify import Flag
from bbm_core.records import Record, RecordKind, Removal
from bbm_core.scope import Segment
from bbm_core.value.money import DatedRate, RateTable
from tests.agent.store.book import DAY, NOW, VERSION, account, keep, lead, opportunity, ref, rules

WEEK = date(2026, 11, 16)  # the Monday before NOW
THIS_WEEK = date(2026, 11, 23)
LATELY = Period(date(2026, 1, 5), THIS_WEEK)


def test_what_entered_is_counted_by_its_verdict(store: Store) -> None:
    keep(store, [lead(1), lead(2, industry="Retail"), lead(3, industry=None), lead(4)])

    tally = inflow(store.cells(VERSION), "acquisition", LATELY)

    assert (tally.icp, tally.not_icp, tally.unknown) == (2, 1, 1)


def test_cells_come_in_the_order_of_the_records() -> None:
    weeks = [THIS_WEEK + 7 * number * DAY for number in range(20)]
    stays = [JudgedEntry(StageEntry("won", NOW + 7 * n * DAY), Flag.YES) for n in range(20)]
    book = {
        ref(number): Placed(
            VERSION, None, Placement(entries=(stay,), flag=Flag.YES, segment=Segment.NEW)
        )
        for number, stay in enumerate(stays)
    }

    assert [key.week for key in all_cells(book)] == weeks


def test_a_changed_record_is_counted_once(store: Store) -> None:
    keep(store, [lead(1)])
    keep(store, [lead(1, industry="Retail")])

    tally = inflow(store.cells(VERSION), "acquisition", LATELY)

    assert (tally.icp, tally.not_icp) == (0, 1)


def test_a_record_outside_the_scope_does_not_count(store: Store) -> None:
    keep(store, [lead(1, industry="Test")])

    assert store.cells(VERSION, dimension=None) == {}


def test_a_record_that_came_into_scope_late_counts_by_its_flag_of_today(store: Store) -> None:
    entered, later = NOW - DAY, NOW + 10 * DAY
    keep(store, [lead(1, ("Open", entered), industry="Test")])

    keep(store, [lead(1, ("Open", entered), modified=later)], now=later)

    assert inflow(store.cells(VERSION), "acquisition", LATELY).icp == 1


def test_stock_goes_by_today_and_inflow_by_the_judging_age(store: Store) -> None:
    entered, later = NOW - DAY, NOW + 10 * DAY
    keep(store, [lead(1, ("Open", entered))])
    changed = lead(1, ("Open", entered), industry="Retail", modified=later)

    keep(store, [changed], now=later)

    cells = store.cells(VERSION)
    assert inflow(cells, "acquisition", LATELY).icp == 1
    assert stock(cells, "acquisition", THIS_WEEK).not_icp == 1


def test_each_channel_is_a_slice_and_no_channel_is_one(store: Store) -> None:
    keep(store, [lead(1), lead(2, channel="ads"), lead(3, channel=None)])

    cells = store.cells(VERSION, dimension="channel")

    slices = by_slice(cells, "acquisition", LATELY, "channel")
    assert {name: tally.total for name, tally in slices.items()} == {"": 1, "ads": 1, "web": 1}


def test_a_new_slice_is_counted_back_to_the_beginning(store: Store) -> None:
    keep(store, [lead(1), lead(2, industry="Retail")])

    keep(store, [lead(3)], slices=("industry",))

    cells = store.cells(VERSION, dimension="industry")
    slices = by_slice(cells, "acquisition", LATELY, "industry")
    assert {name: tally.total for name, tally in slices.items()} == {
        "Manufacturing": 2,
        "Retail": 1,
    }


def test_a_slice_that_is_no_longer_asked_for_is_dropped(store: Store) -> None:
    keep(store, [lead(1)], slices=("industry",))

    keep(store, [lead(2)])

    assert store.cells(VERSION, dimension="industry") == {}
    assert inflow(store.cells(VERSION), "acquisition", LATELY).total == 2


def test_a_huge_slice_value_is_shortened_not_refused(store: Store) -> None:
    keep(store, [lead(1, industry="x" * 30_000)], slices=("industry",))

    (value,) = {key.value for key in store.cells(VERSION, dimension="industry")}
    assert value == "x" * 100


def test_what_the_one_currency_is_called_changes_no_cell(tmp_path: Path) -> None:
    found = []
    for currency in ("JPY", "USD"):
        with closing(Store.open(f"sqlite:///{tmp_path / currency}.db")) as store:
            keep(store, [opportunity(n, None, currency=currency) for n in range(3)])
            found.append(store.cells(VERSION))

    assert found[0] == found[1]
    assert inflow(found[0], "opportunity", LATELY).amount_unknown > 0


def test_amounts_of_one_currency_are_added(store: Store) -> None:
    keep(store, [opportunity(1, None, amount=Decimal("0.1")), opportunity(2, None)])
    keep(store, [opportunity(3, None, currency="USD")])

    tally = inflow(store.cells(VERSION), "opportunity", LATELY)
    assert tally.amount_unknown == Decimal("100.1")
    assert tally.unknown == 3


def test_the_orgs_currency_replaces_the_one_met_first(store: Store) -> None:
    keep(store, [opportunity(1, None, currency="USD"), opportunity(2, None, amount=Decimal(7))])
    assert inflow(store.cells(VERSION), "opportunity", LATELY).amount_unknown == 100

    keep(store, [], rates=RateTable("JPY"))

    assert inflow(store.cells(VERSION), "opportunity", LATELY).amount_unknown == 7


def test_another_currency_is_converted_at_the_rate_of_the_day(store: Store) -> None:
    dated = {"USD": (DatedRate(date(2000, 1, 1), Decimal("150.004")),)}
    deals = [opportunity(1, None, amount=Decimal(7)), opportunity(2, None, currency="USD")]

    keep(store, deals, rates=RateTable("JPY", {"USD": Decimal(1)}, dated))

    assert inflow(store.cells(VERSION), "opportunity", LATELY).amount_unknown == Decimal("15007.40")
    assert store.foreign_amounts() == {}
    assert sorted(one.worth or 0 for one in store.book()) == [7, Decimal("15000.40")]


def test_a_new_rate_counts_back_to_the_beginning(store: Store) -> None:
    keep(store, [opportunity(1, None, currency="USD")], rates=RateTable("JPY"))
    assert store.foreign_amounts() == {"USD": 1}
    assert inflow(store.cells(VERSION), "opportunity", LATELY).amount_unknown == 0

    keep(store, [], rates=RateTable("JPY", {"USD": Decimal(2)}))

    assert store.foreign_amounts() == {}
    assert inflow(store.cells(VERSION), "opportunity", LATELY).amount_unknown == 200


def test_an_amount_that_names_no_currency_is_in_that_of_the_figures(store: Store) -> None:
    keep(store, [opportunity(1, None, currency="")], rates=RateTable("JPY"))

    assert inflow(store.cells(VERSION), "opportunity", LATELY).amount_unknown == 100


def test_an_account_counts_once_however_many_records_it_has(store: Store) -> None:
    keep(store, [account(1), account(2)])
    keep(store, [opportunity(1, 1), opportunity(2, 1), opportunity(3, 2), opportunity(4, None)])

    by_account = store.cells(VERSION, unit=Unit.ACCOUNT, stage="opportunity")
    by_record = store.cells(VERSION, unit=Unit.RECORD, stage="opportunity")

    assert sum(value.unknown for value in by_account.values()) == 2
    assert sum(value.unknown for value in by_record.values()) == 4


def test_an_account_stays_while_one_of_its_records_does(store: Store) -> None:
    keep(store, [opportunity(1, 1), opportunity(2, 1, NOW - 30 * DAY)])

    keep(store, [], removed=[Removal(ref(2, RecordKind.OPPORTUNITY))])

    cells = store.cells(VERSION, unit=Unit.ACCOUNT)
    assert {key.week: value.unknown for key, value in cells.items()} == {WEEK: 1}


def test_weeks_stages_and_dimensions_narrow_what_is_read(store: Store) -> None:
    keep(store, [lead(1), lead(2, ("Open", NOW - 30 * DAY), ("Working", NOW - 20 * DAY))])

    assert {key.stage for key in store.cells(VERSION, stage="nurturing")} == {"nurturing"}
    assert {key.week for key in store.cells(VERSION, since=WEEK)} == {WEEK}
    assert WEEK not in {key.week for key in store.cells(VERSION, until=date(2026, 11, 9))}
    assert {key.dimension for key in store.cells(VERSION, dimension=None)} == {"", "channel"}
    assert store.cells("another") == {}


def test_two_versions_are_never_added_together(store: Store) -> None:
    keep(store, [lead(1), lead(2)])
    retail = rules("Retail")

    keep(store, [lead(1)], by=retail)

    assert set(store.cell_versions()) == {VERSION, retail.classifier.version}
    assert inflow(store.cells(VERSION), "acquisition", LATELY).total == 1
    assert inflow(store.cells(retail.classifier.version), "acquisition", LATELY).total == 1


def test_counting_anew_repairs_a_damaged_cell(store: Store) -> None:
    keep(store, [lead(1), opportunity(1, 1)])
    right = store.cells(VERSION, dimension=None)
    with store._writing() as connection:
        connection.exec_driver_sql("UPDATE cell SET tally = '{\"icp\":99}'")

    store.rebuild_cells()

    assert store.cells(VERSION, dimension=None) == right
    assert CellValue(icp=99) not in right.values()


numbers = st.integers(0, 4)
days = st.integers(0, 40)
industries = st.sampled_from(["Manufacturing", "Retail", "Test", None])


@st.composite
def some_records(draw: st.DrawFn) -> Record:
    number, entered = draw(numbers), NOW - draw(days) * DAY
    shape = draw(st.sampled_from(["lead", "opportunity", "account", "converted"]))
    if shape == "account":
        return account(number, industry=draw(st.sampled_from(["Manufacturing", "Retail"])))
    if shape == "opportunity":
        return opportunity(
            number,
            draw(st.none() | numbers),
            entered,
            amount=draw(st.decimals(0, 1000, places=2)),
            currency=draw(st.sampled_from(["JPY", "USD"])),
            won=draw(st.sampled_from([None, NOW])),
        )
    statuses = [("Open", entered), ("Working", entered + 3 * DAY), ("Lost", entered + 5 * DAY)]
    record = lead(
        number,
        *statuses[: draw(st.integers(1, 3))],
        industry=draw(industries),
        modified=entered + draw(st.integers(0, 20)) * DAY,
        channel=draw(st.sampled_from(["web", "ads", None])),
    )
    if shape == "lead":
        return record
    return record._replace(converted_at=NOW, converted_to=(ref(draw(numbers), RecordKind.ACCOUNT),))


class KeptBook(RuleBasedStateMachine):
    """Pages of any kind in any order; after each the cells equal counting anew."""

    @initialize()
    def open(self) -> None:
        self.store = Store.open("sqlite://")
        self.now = NOW

    @rule(
        records=st.lists(some_records(), min_size=1, max_size=6),
        removed=st.lists(numbers, max_size=2),
        slices=st.sampled_from([(), ("industry",)]),
        wanted=st.sampled_from(["Manufacturing", "Retail"]),
    )
    def page(
        self, records: list[Record], removed: list[int], slices: tuple[str, ...], wanted: str
    ) -> None:
        gone = [Removal(ref(number, RecordKind.OPPORTUNITY)) for number in removed]
        keep(self.store, records, by=rules(wanted), now=self.now, slices=slices, removed=gone)

    @rule(passed=st.integers(1, 10))
    def time_passes(self, passed: int) -> None:
        self.now += passed * DAY

    @invariant()
    def equals_counting_anew(self) -> None:
        versions = self.store.cell_versions()
        kept = {v: self.store.cells(v, dimension=None) for v in versions}
        self.store.rebuild_cells()
        anew = {v: self.store.cells(v, dimension=None) for v in self.store.cell_versions()}
        assert kept == anew

    def teardown(self) -> None:
        self.store.close()


TestKeptBook = KeptBook.TestCase
TestKeptBook.settings = settings(
    max_examples=20,
    stateful_step_count=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
