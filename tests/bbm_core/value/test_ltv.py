"""The ladder: the highest rung that the records support, and why no higher one."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbm_core.value import rungs_repeat
from bbm_core.value.case import Lack, Terms, Why
from bbm_core.value.customer import CustomerValue, Rung, Stated
from bbm_core.value.history import Sale
from bbm_core.value.library import LibraryMissing
from bbm_core.value.ltv import Valuation, value_customers
from bbm_core.value.rungs_leaving import survival_by_month
from bbm_core.value.survival import Life
from bbm_core.value.window import MONTH_DAYS
from tests.bbm_core.value.book import TODAY, ago, case_of, sale


def lack(found: Valuation, rung: Rung) -> Lack:
    return next(one for one in found.lacks if one.rung is rung)


def of(found: Valuation, customer: str) -> CustomerValue:
    return next(one for one in found.values if one.customer == customer)


def test_without_customers_nothing_is_worth_anything() -> None:
    found = value_customers(case_of([]))

    assert found.estimate.rung is Rung.REALISED
    assert found.values == ()
    assert [one.rung for one in found.lacks] == list(Rung)[:-1]


def test_one_customer_has_its_margin_to_date() -> None:
    found = value_customers(case_of([sale("A", 3), sale("A", 1, 50)]))

    assert found.estimate.rung is Rung.REALISED
    assert found.values == (
        CustomerValue(
            customer="A", rung=Rung.REALISED, ltv=Decimal(150), realised=Decimal(150), orders=2,
            first=ago(3),
        ),
    )  # fmt: skip
    assert lack(found, Rung.WINDOW) == Lack(Rung.WINDOW, Why.SHORT, 0, 6)
    assert lack(found, Rung.REPEAT) == Lack(Rung.REPEAT, Why.FEW_CUSTOMERS, 1, 50)


class TestGiven:
    def test_stated_values_of_half_are_enough(self) -> None:
        stated = {"A": Stated(ltv=Decimal(7)), "B": Stated()}
        found = value_customers(case_of([sale("B", 2)], stated))

        assert found.estimate.rung is Rung.GIVEN
        assert found.lacks == ()
        assert (of(found, "A").ltv, of(found, "B").ltv) == (7, None)
        assert of(found, "B").realised == 100

    def test_of_fewer_they_are_passed_over(self) -> None:
        stated = {"A": Stated(ltv=Decimal(7))}
        found = value_customers(case_of([sale("B", 2), sale("C", 2)], stated))

        assert found.estimate.rung is not Rung.GIVEN
        assert lack(found, Rung.GIVEN) == Lack(Rung.GIVEN, Why.NOT_STATED, 1, 2)


def contracts(stay: int = 20, leave: int = 10, after: float = 6) -> dict[str, Stated]:
    """Customers of 24 months at 120 a year; some left after so many months."""
    stated = {f"S{n:02}": Stated(yearly=Decimal(120), started=ago(24)) for n in range(stay)}
    gone = Stated(yearly=Decimal(120), started=ago(24), left_on=ago(24 - after))
    return stated | {f"L{n:02}": gone for n in range(leave)}


class TestContract:
    def test_margin_times_survival_for_those_who_are_there(self) -> None:
        """One third leaves in the first half year; of the rest nobody does."""
        young = {"new": Stated(yearly=Decimal(120), started=TODAY)}
        found = value_customers(case_of([], contracts() | young))

        assert found.estimate.rung is Rung.CONTRACT
        assert found.estimate.months == 12
        assert of(found, "S00").ltv == 120  # twelve months of it are paid
        # Six months are sure or nearly, then 21 of 31 at risk are left at month 6.
        assert of(found, "new").ltv == pytest.approx(Decimal(10 * (7 + 5 * 2 / 3)), abs=11)
        assert of(found, "L00").ltv == pytest.approx(Decimal(60), abs=11)
        assert of(found, "L00").left

    def test_discount_lowers_what_comes_later(self) -> None:
        found = value_customers(case_of([], contracts(), Terms(12, 0.10)))

        paid = sum(10 * 1.1 ** (-month / 12) for month in range(12))
        assert of(found, "S00").ltv == pytest.approx(Decimal(paid), abs=Decimal("0.01"))

    def test_beyond_what_was_seen_the_model_goes_on(self) -> None:
        stated = contracts(after=6) | {
            f"M{n}": Stated(yearly=Decimal(120), started=ago(24), left_on=ago(9)) for n in range(9)
        }
        found = value_customers(case_of([], stated, Terms(36, 0.0)))

        survival = found.estimate.figures
        assert found.estimate.months == 36
        assert 0 < survival["survival_24"] < survival["survival_12"] < 1

    def test_orders_say_the_margin_where_nothing_else_does(self) -> None:
        sales = [sale(f"S{n:02}", k, 60) for n in range(20) for k in (24, 18, 12, 6)]
        stated = {name: replace(one, yearly=None) for name, one in contracts().items()}
        gone = [sale(name, 24, 60) for name in stated if name.startswith("L")]
        found = value_customers(case_of(sales + gone, stated))

        assert found.estimate.rung is Rung.CONTRACT
        assert of(found, "S00").ltv == pytest.approx(120, abs=1)
        assert of(found, "L00").ltv == pytest.approx(30, abs=6)  # 60 of a year, half of it there

    def test_of_few_that_left_nothing_is_said(self) -> None:
        found = value_customers(case_of([], contracts(leave=9)))

        assert lack(found, Rung.CONTRACT) == Lack(Rung.CONTRACT, Why.FEW_LEFT, 9, 10)

    def test_without_margins_nothing_is_said(self) -> None:
        stated = {name: replace(one, yearly=None) for name, one in contracts().items()}
        found = value_customers(case_of([], stated))

        assert lack(found, Rung.CONTRACT) == Lack(Rung.CONTRACT, Why.NO_MARGIN, 0, 15)

    def test_when_all_left_at_once_there_is_no_curve_to_go_on_with(self) -> None:
        gone = Stated(yearly=Decimal(120), started=ago(3), left_on=ago(2.5))
        found = value_customers(case_of([], {f"L{n}": gone for n in range(20)}))

        assert lack(found, Rung.CONTRACT) == Lack(Rung.CONTRACT, Why.SHORT, 1, 6)

    def test_a_notice_for_a_later_day_has_not_ended_anything(self) -> None:
        notice = Stated(yearly=Decimal(120), started=ago(24), left_on=TODAY + timedelta(days=9))
        found = value_customers(case_of([], contracts() | {"N": notice}))

        assert not of(found, "N").left
        assert of(found, "N").ltv == of(found, "S00").ltv

    def test_nobody_is_no_curve(self) -> None:
        assert survival_by_month([], 12) == ()

    def test_a_curve_that_fell_to_nothing_promises_nothing(self) -> None:
        lives = [Life(2.0, left=True)] * 10

        assert survival_by_month(lives, 12) == (1.0, 1.0, *[0.0] * 10)

    def test_customers_without_a_known_day_have_no_value(self) -> None:
        found = value_customers(
            case_of(
                [],
                contracts()
                | {
                    "when?": Stated(yearly=Decimal(1), started=ago(9), left=True),
                    "since?": Stated(yearly=Decimal(1)),
                },
            )
        )

        assert of(found, "when?").ltv is None
        assert of(found, "since?").ltv is None


def members(left: int, stay: int, segment: str) -> dict[str, Stated]:
    one = Stated(yearly=Decimal(100), started=ago(12.5), segment=segment)
    return {f"{segment}{n:03}": replace(one, left=n < left) for n in range(left + stay)}


class TestSegment:
    def test_margin_times_the_multiple_of_the_segments_retention(self) -> None:
        stated = members(150, 150, "poor") | members(30, 270, "rich")
        found = value_customers(case_of([], stated, Terms(36, 0.10)))

        assert found.estimate.rung is Rung.SEGMENT
        assert found.estimate.months is None
        rich = found.estimate.figures["retention rich"]
        assert rich == pytest.approx(0.9, abs=0.01)
        assert of(found, "rich299").ltv == pytest.approx(Decimal(100 * rich / (1.1 - rich)), abs=1)
        assert (of(found, "poor299").ltv or 0) < (of(found, "rich299").ltv or 0)
        assert lack(found, Rung.CONTRACT) == Lack(Rung.CONTRACT, Why.FEW_LEFT, 0, 10)

    def test_who_left_is_worth_what_it_brought(self) -> None:
        stated = members(10, 10, "")
        found = value_customers(case_of([sale("000", 12.5, 70)], stated, Terms(36, 0.10)))

        assert of(found, "000").ltv == 70
        assert of(found, "001").ltv is None

    def test_a_retention_of_one_without_discount_has_no_finite_value(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bbm_core.value.rungs_leaving.shrunk_retention", lambda _: {"": 1.0})
        found = value_customers(case_of([], members(10, 10, "")))

        assert of(found, "019").ltv is None
        assert of(found, "019").rung is Rung.SEGMENT

    def test_without_margins_nothing_is_said(self) -> None:
        stated = {n: replace(s, yearly=None) for n, s in members(10, 10, "").items()}
        found = value_customers(case_of([], stated))

        assert lack(found, Rung.SEGMENT) == Lack(Rung.SEGMENT, Why.NO_MARGIN, 0, 10)

    def test_the_last_order_is_the_last_sign_of_who_left_some_day(self) -> None:
        """Twenty customers of two years: ten left right after their first order."""
        stated = {f"{n:02}": Stated(left=n < 10) for n in range(20)}
        case = case_of([sale(name, 24.5, 100) for name in stated], stated, Terms(36, 0.10))
        found = value_customers(case)

        assert found.estimate.figures["retention"] == pytest.approx(1 - 10 / 30)

    def test_a_customer_since_nobody_knows_when_has_no_value(self) -> None:
        stated = members(10, 10, "") | {"?": Stated(yearly=Decimal(5), segment="new")}

        assert of(value_customers(case_of([], stated, Terms(36, 0.1))), "?").ltv is None


class TestWindow:
    def test_young_customers_are_expected_to_go_on_as_older_ones_did(self) -> None:
        old = [sale(f"O{n}", k, 10) for n in range(10) for k in (24.5, 23.6, 18.5)]
        young = [sale("Y", 0.3, 99)]
        found = value_customers(case_of(old + young))

        assert found.estimate.rung is Rung.WINDOW
        assert found.estimate.months == 12
        assert of(found, "O1").ltv == 30
        assert of(found, "Y").ltv == pytest.approx(99 + 20, abs=10)

    def test_who_left_is_expected_to_bring_nothing(self) -> None:
        old = [sale(f"O{n}", k, 10) for n in range(10) for k in (24.5, 18.5)]
        found = value_customers(case_of([*old, sale("Y", 0.3, 99)], {"Y": Stated(left=True)}))

        assert of(found, "Y").ltv == 99
        assert of(found, "Y").left

    def test_the_window_is_as_long_as_ten_customers_were_followed(self) -> None:
        found = value_customers(case_of([sale(f"O{n}", 8.5) for n in range(10)]))

        assert (found.estimate.rung, found.estimate.months) == (Rung.WINDOW, 8)

    def test_a_few_months_are_no_lifetime(self) -> None:
        found = value_customers(case_of([sale(f"O{n}", 5.5) for n in range(10)]))

        assert lack(found, Rung.WINDOW) == Lack(Rung.WINDOW, Why.SHORT, 5, 6)

    def test_a_short_horizon_may_be_asked_for(self) -> None:
        case = case_of([sale(f"O{n}", 5.5) for n in range(10)], terms=Terms(3, 0.0))

        assert value_customers(case).estimate.months == 3

    def test_where_few_ordered_the_margin_to_date_is_all(self) -> None:
        silent = {f"S{n}": Stated(started=ago(9)) for n in range(30)}
        found = value_customers(case_of([sale(f"O{n}", 9) for n in range(20)], silent))

        assert lack(found, Rung.WINDOW) == Lack(Rung.WINDOW, Why.FEW_CUSTOMERS, 20, 25)
        assert of(found, "S1").ltv is None


def buyers(count: int = 200, months: int = 30, seed: int = 7) -> list[Sale]:
    """A made-up world that the models describe: rates, stops and amounts vary by customer."""
    chance = random.Random(seed)
    sales = []
    for number in range(count):
        rate, stop = chance.gammavariate(1.2, 0.3), chance.betavariate(1, 4)
        worth = 1000 / chance.gammavariate(5, 1)
        at = months * chance.random()
        alive = True
        while alive and at < months:
            amount = worth * chance.gammavariate(6, 1 / 6) + 1
            sales.append(sale(f"C{number:04}", months - at, round(amount, 2)))
            at += chance.expovariate(rate)
            alive = chance.random() > stop
    return sales


class TestRepeat:
    def test_what_the_models_describe_is_valued_by_them(self) -> None:
        found = value_customers(case_of(buyers(), terms=Terms(36, 0.10)))

        assert found.estimate.rung is Rung.REPEAT
        assert found.estimate.months == 36
        assert set(found.estimate.figures) == {"r", "alpha", "a", "b", "p", "q", "gamma"}
        assert all((one.ltv or 0) > 0 for one in found.values)

    def test_what_is_to_come_comes(self) -> None:
        """Valued after 20 months, the next ten bring what the models expect for them."""
        world = buyers(600, 30, seed=3)
        cut = ago(10)
        known = {one.customer for one in world if one.on <= cut}
        shown = [
            Sale(one.customer, one.on + (TODAY - cut), one.amount) for one in world if one.on <= cut
        ]
        case = case_of(shown, terms=Terms(600, 0.0))
        past = rungs_repeat.past_of(tuple(case.histories.values()), TODAY)
        models = rungs_repeat._models(past)
        assert isinstance(models, rungs_repeat._Models)
        ahead = models.buying.conditional(past.repeats, past.recency, past.age, 10.0)
        expected = float((ahead * models.spending.expected(past.repeats + 1, past.mean)).sum())
        came = sum(
            float(one.amount.amount)
            for one in world
            if one.amount and one.on > cut and one.customer in known
        )

        assert expected == pytest.approx(came, rel=0.15)

    def test_older_customers_than_the_horizon_keep_what_they_brought_in_it(self) -> None:
        found = value_customers(case_of(buyers(), terms=Terms(6, 0.0)))
        assert found.estimate.rung is Rung.REPEAT
        for one in found.values:
            if one.first and one.first < ago(7):
                days = round(6 * MONTH_DAYS)
                brought = [
                    sold.amount.amount
                    for sold in buyers()
                    if sold.amount
                    and sold.customer == one.customer
                    and (sold.on - one.first).days < days
                ]
                assert one.ltv == sum(brought)

    def test_who_left_is_expected_to_bring_nothing(self) -> None:
        case = case_of(buyers(), terms=Terms(36, 0.0))
        first = case.customers[0]
        gone = replace(case, stated={first: Stated(left=True)})

        assert of(value_customers(gone), first).ltv == of(value_customers(gone), first).realised
        assert (of(value_customers(case), first).ltv or 0) > of(
            value_customers(gone), first
        ).realised

    def test_without_the_libraries_the_rung_is_skipped_and_said(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def missing(name: str) -> None:
            raise LibraryMissing(name, hint="")

        monkeypatch.setattr(rungs_repeat, "load_library", missing)
        found = value_customers(case_of(buyers()))

        assert found.estimate.rung is Rung.WINDOW
        assert lack(found, Rung.REPEAT) == Lack(Rung.REPEAT, Why.NO_LIBRARY)

    def test_customers_that_order_once_do_not_repeat(self) -> None:
        found = value_customers(case_of([sale(f"C{n}", 20 - n / 10, n + 1) for n in range(60)]))

        assert lack(found, Rung.REPEAT) == Lack(Rung.REPEAT, Why.FEW_REPEATS, 0, 20)

    def test_orders_at_a_loss_are_beyond_the_model(self) -> None:
        losses = [replace(one, margin=Decimal(-5)) for one in buyers(40) for _ in range(1)]
        more = [replace(one, customer=f"D{one.customer}") for one in buyers(100)]
        found = value_customers(case_of(losses + more))

        assert lack(found, Rung.REPEAT) == Lack(Rung.REPEAT, Why.LOSSES, 40, 7)

    def test_customers_that_all_buy_alike_fix_no_model(self) -> None:
        sales = [sale(f"C{n}", 12 - k, 100) for n in range(60) for k in range(12)]

        assert lack(value_customers(case_of(sales)), Rung.REPEAT).why is Why.NO_FIT

    def test_orders_and_amounts_that_depend_on_each_other_are_beyond_the_model(self) -> None:
        often = Counter(one.customer for one in buyers())
        tied = [
            replace(one, margin=one.amount.amount * often[one.customer])
            for one in buyers()
            if one.amount
        ]
        tie = lack(value_customers(case_of(tied)), Rung.REPEAT)

        assert (tie.why, tie.need) == (Why.TIED, 50)
        assert tie.have > 50

    def test_a_past_that_foretells_nothing_is_no_ground(self) -> None:
        """All at once everybody stops: the first two thirds promise far more than came."""
        stopped = [one for one in buyers(200, 30) if one.on < ago(12)]
        found = value_customers(case_of(stopped))

        off = lack(found, Rung.REPEAT)
        assert off.why is Why.OFF
        assert off.have > 1.5 * off.need

    def test_where_nobody_came_back_in_the_first_two_thirds_there_is_no_test(self) -> None:
        once = [sale(f"D{n:03}", 20 + n / 6, 100 + n) for n in range(60)]
        found = value_customers(case_of(once + buyers(300, 9)))

        assert lack(found, Rung.REPEAT).why is Why.NO_FIT


SALES = st.lists(
    st.builds(sale, st.sampled_from("ABCDE"), st.floats(0, 30), st.integers(-50, 200)),
    max_size=25,
)
STATED = st.dictionaries(
    st.sampled_from("ABCDEFGH"),
    st.builds(
        Stated,
        ltv=st.none() | st.integers(-5, 500).map(Decimal),
        yearly=st.none() | st.integers(-5, 500).map(Decimal),
        started=st.none() | st.floats(0, 30).map(ago),
        left=st.booleans(),
        left_on=st.none() | st.floats(0, 30).map(ago),
        segment=st.sampled_from(["", "x", "y"]),
    ),
)


@given(SALES, STATED, st.integers(1, 48), st.sampled_from([0.0, 0.1, 1.0]))
@settings(deadline=None, max_examples=60)
def test_whatever_the_records_say_every_customer_has_one_finite_value_or_none(
    sales: list[Sale], stated: dict[str, Stated], months: int, discount: float
) -> None:
    case = case_of(sales, stated, Terms(months, discount))

    found = value_customers(case)

    assert [one.customer for one in found.values] == list(case.customers)
    assert all(one.ltv is None or one.ltv.is_finite() for one in found.values)
    assert {one.rung for one in found.values} <= {found.estimate.rung}


@given(st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=3)
def test_the_order_of_the_sales_changes_nothing(chance: random.Random) -> None:
    sales = buyers(80)
    shuffled = sales.copy()
    chance.shuffle(shuffled)

    assert value_customers(case_of(shuffled)) == value_customers(case_of(sales))
