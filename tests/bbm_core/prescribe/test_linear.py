"""Linear plans: the best one, what each limit is worth, and why there may be none."""

import pytest

from bbm_core.prescribe.linear import LinearAnswer, LinearPlan, NoPlan, Row, Sense, solve

pytest.importorskip("scipy")

BUDGET = Row("budget", (2.0, 1.0), Sense.AT_MOST, 10.0)


def answer(plan: LinearPlan) -> LinearAnswer:
    found = solve(plan)
    assert isinstance(found, LinearAnswer)
    return found


def test_the_price_of_a_limit_is_what_one_more_unit_adds() -> None:
    def total(amount: float) -> float:
        rows = (BUDGET, Row("hours", (1.0, 3.0), Sense.AT_MOST, amount))
        return answer(LinearPlan(worths=(3.0, 2.0), rows=rows)).total

    plan = LinearPlan(
        worths=(3.0, 2.0), rows=(BUDGET, Row("hours", (1.0, 3.0), Sense.AT_MOST, 12.0))
    )

    assert answer(plan).prices["hours"] == pytest.approx(total(13.0) - total(12.0))


def test_what_must_be_reached_lowers_the_total_by_its_price() -> None:
    def plan(least: float) -> LinearPlan:
        rows = (BUDGET, Row("second", (0.0, 1.0), Sense.AT_LEAST, least))
        return LinearPlan(worths=(3.0, 1.0), rows=rows)

    found = answer(plan(2.0))

    assert found.quantities == pytest.approx((4.0, 2.0))
    assert found.prices["second"] == pytest.approx(answer(plan(3.0)).total - found.total)
    assert found.prices["second"] < 0


def test_the_least_cost_has_prices_of_its_own_sign() -> None:
    rows = (Row("sum", (1.0, 1.0), Sense.EXACTLY, 5.0),)

    found = answer(LinearPlan(worths=(2.0, 3.0), rows=rows, least_is_best=True))

    assert (found.total, found.prices["sum"]) == pytest.approx((10.0, 2.0))


def test_whole_units_have_no_prices() -> None:
    plan = LinearPlan(
        worths=(3.0, 2.0),
        rows=(
            Row("budget", (2.0, 1.0), Sense.AT_MOST, 3.5),
            Row("least", (1.0, 1.0), Sense.AT_LEAST, 1.0),
            Row("even", (1.0, -1.0), Sense.EXACTLY, 0.0),
        ),
        whole=(True, True),
    )

    assert answer(plan) == LinearAnswer((1.0, 1.0), 5.0, {})


def test_a_most_of_each_is_kept() -> None:
    plan = LinearPlan(worths=(1.0, 1.0), rows=(BUDGET,), most=(None, 4.0))

    assert answer(plan).quantities == pytest.approx((3.0, 4.0))


@pytest.mark.parametrize("whole", [(), (True, True)])
def test_limits_that_exclude_each_other_leave_no_plan(whole: tuple[bool, ...]) -> None:
    rows = (BUDGET, Row("least", (1.0, 1.0), Sense.AT_LEAST, 20.0))

    assert solve(LinearPlan(worths=(1.0, 1.0), rows=rows, whole=whole)) is NoPlan.IMPOSSIBLE


def test_without_a_limit_there_is_no_best_plan() -> None:
    rows = (Row("least", (1.0, 1.0), Sense.AT_LEAST, 1.0),)

    assert solve(LinearPlan(worths=(1.0, 1.0), rows=rows)) is NoPlan.ENDLESS
