"""The optimum: within its limits, as good as its bound, and priced as what more would bring."""

import importlib.util
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbm_core.prescribe.optimum import (
    ChannelModel,
    Optimum,
    Problem,
    Response,
    Shortage,
    Supply,
    Worth,
    optimise,
    shortage,
)

FLOAT = {"allow_nan": False, "allow_infinity": False}


def company(**changes: object) -> Problem:
    """Three channels that differ in fit and price, and more leads than hours."""
    channels = (
        ChannelModel("fair", 0.10, Response(8.0, 0.6)),
        ChannelModel("letters", 0.60, Response(0.4, 0.6)),
        ChannelModel("referrals", 0.45, Supply(20.0)),
    )
    given = Problem(
        channels=channels,
        icp=Worth(900.0, 12.0),
        other=Worth(120.0, 8.0),
        triage=0.2,
        hours=900.0,
        budget=20_000.0,
    )
    return replace(given, **changes)  # type: ignore[arg-type]


def best(problem: Problem) -> Optimum:
    found = optimise(problem)
    assert isinstance(found, Optimum)
    return found


sources = st.one_of(
    st.builds(Response, st.floats(0.1, 30, **FLOAT), st.floats(0.1, 0.9, **FLOAT)),
    st.builds(Supply, st.floats(0, 60, **FLOAT), st.floats(0, 200, **FLOAT)),
)
problems = st.builds(
    Problem,
    channels=st.lists(
        st.builds(ChannelModel, st.just("c"), st.floats(0, 1, **FLOAT), sources),
        min_size=1,
        max_size=5,
    ).map(tuple),
    icp=st.builds(Worth, st.floats(-50, 3000, **FLOAT), st.floats(0.01, 30, **FLOAT)),
    other=st.builds(Worth, st.floats(-50, 400, **FLOAT), st.floats(0.01, 20, **FLOAT)),
    triage=st.sampled_from((0.0, 0.05, 0.2, 0.5)),
    hours=st.one_of(st.just(0.0), st.floats(1, 20_000, **FLOAT)),
    budget=st.one_of(st.just(0.0), st.floats(1, 60_000, **FLOAT)),
)


@settings(max_examples=150, deadline=None)
@given(problems)
def test_every_plan_is_within_its_limits_and_no_other_earns_more(problem: Problem) -> None:
    found = optimise(problem)
    if isinstance(found, Shortage):
        assert found == shortage(problem)
        return

    slack = 1e-7
    assert found.hours <= problem.hours * (1 + slack) + slack
    assert found.spend <= problem.budget * (1 + slack) + slack
    assert -slack <= found.worked_icp <= found.icp * (1 + slack) + slack
    assert -slack <= found.worked_other <= found.other * (1 + slack) + slack
    assert found.gap <= 1e-6 * max(1.0, abs(found.profit))


@settings(max_examples=30, deadline=None)
@given(problems, st.permutations(range(5)))
def test_the_order_of_the_channels_changes_nothing(problem: Problem, order: list[int]) -> None:
    found = optimise(problem)
    count = len(problem.channels)
    turned = replace(problem, channels=tuple(problem.channels[n] for n in order if n < count))
    again = optimise(turned)

    if isinstance(found, Optimum) and isinstance(again, Optimum):
        assert again.profit == pytest.approx(found.profit, rel=1e-7, abs=1e-5)
    else:
        assert type(again) is type(found)


def test_an_hour_is_worth_what_one_more_hour_earns() -> None:
    problem = company()

    earned = best(replace(problem, hours=problem.hours + 0.01)).profit - best(problem).profit

    assert best(problem).hour_value == pytest.approx(earned / 0.01, rel=1e-3)
    assert best(problem).hour_value > 0


def test_budget_is_worth_what_one_more_unit_earns() -> None:
    problem = company(hours=50_000.0, budget=500.0)

    earned = best(replace(problem, budget=500.1)).profit - best(problem).profit

    assert best(problem).budget_value == pytest.approx(earned / 0.1, rel=1e-3)
    assert best(problem).hour_value == 0


def test_more_hours_make_an_hour_cheaper_and_leads_outside_the_icp_worth_working() -> None:
    plans = [best(company(hours=hours)) for hours in (300, 3000, 9000, 15_000, 40_000)]

    values = [plan.hour_value for plan in plans]
    shares = [plan.share_other for plan in plans]
    assert values == sorted(values, reverse=True)
    assert shares == sorted(shares)
    assert (values[-1], shares[0]) == (0, 0)
    assert shares[-1] == pytest.approx(1)


def test_the_type_that_is_just_worth_its_hours_is_worked_in_part() -> None:
    plan = best(company(hours=9000))

    assert 0 < plan.share_other < 1
    assert plan.hour_value == pytest.approx(120 / 8)
    assert plan.hours == pytest.approx(9000)


def test_a_lead_that_costs_more_than_it_brings_is_never_worked() -> None:
    plan = best(company(other=Worth(-5.0, 1.0), hours=50_000.0))

    assert plan.worked_other == 0


def test_without_a_budget_only_what_comes_anyway_is_worked() -> None:
    plan = best(company(budget=0.0))

    assert plan.leads == (0, 0, 20)
    assert plan.budget_value is None


def test_without_any_lead_there_is_no_rate() -> None:
    channels = (ChannelModel("fair", 0.1, Response(8.0, 0.6)),)
    plan = best(company(channels=channels, icp=Worth(0.0, 1.0), other=Worth(0.0, 1.0)))

    assert (plan.profit, plan.rate, plan.share_icp, plan.share_other) == (0, None, 0, 0)


def test_sorting_what_comes_anyway_may_take_more_hours_than_there_are() -> None:
    assert optimise(company(hours=3.0)) == Shortage("hours", 4.0, 3.0)


def test_what_is_spent_already_may_be_more_than_the_budget() -> None:
    channels = (ChannelModel("fair", 0.1, Supply(10.0, 900.0)),)

    assert optimise(company(channels=channels, budget=800.0)) == Shortage("budget", 900.0, 800.0)


@pytest.mark.parametrize(("scale", "power"), [(0, 0.5), (-1, 0.5), (1, 0), (1, 1)])
def test_a_response_that_is_none_is_refused(scale: float, power: float) -> None:
    with pytest.raises(ValueError, match="a response has a scale above 0"):
        Response(scale, power)


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    pytest.importorskip("scipy")
    path = Path(__file__).parents[3] / "benchmarks" / "optimum.py"
    spec = importlib.util.spec_from_file_location("optimum_benchmark", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("number", range(8))
def test_an_independent_solver_finds_nothing_better(benchmark: ModuleType, number: int) -> None:
    """The short form of benchmarks/optimum.py."""
    problem = benchmark.drawn(benchmark.seeded("optimum benchmark", number))
    ours = best(problem)

    profits = [one for one in benchmark.solver_profits(problem, 4, number) if one is not None]

    assert profits
    assert max(profits) - ours.profit <= 1e-6 * max(1.0, abs(ours.profit))


def test_the_cases_of_the_benchmark_bind_every_limit(benchmark: ModuleType) -> None:
    kinds = [
        benchmark.binding(best(benchmark.drawn(benchmark.seeded("optimum benchmark", number))))
        for number in range(100)
    ]

    assert set(kinds) == {"hours", "budget", "both", "neither"}
    assert 35 <= kinds.count("budget") + kinds.count("both") <= 65
