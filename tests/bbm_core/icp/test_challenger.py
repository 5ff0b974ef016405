"""A challenger beside the definition in force."""

import pytest

from bbm_core.chance import seeded
from bbm_core.icp.challenger import Better, Duel, compare
from bbm_core.icp.classify import Flag

YES, NO, UNKNOWN = Flag.YES, Flag.NO, Flag.UNKNOWN


def duels(n: int, active: float, shadow: float, seed: str = "a") -> list[Duel]:
    """Cases of which each definition's score knows so much."""
    draw = seeded("duel", seed)
    found = []
    for number in range(n):
        happened = draw.random() < 0.3
        scores = [
            round(50 + 20 * know * (1 if happened else -1) + draw.gauss(0, 20))
            for know in (active, shadow)
        ]
        flags = [YES if score >= 50 else NO for score in scores]
        found.append(Duel(str(number), scores[0], scores[1], flags[0], flags[1], happened))
    return found


def test_a_challenger_that_knows_more_is_better() -> None:
    found = compare(duels(400, active=0.2, shadow=1.0))

    assert found.better is Better.SHADOW
    assert (found.difference or 0) > 0.1
    assert found.interval is not None
    assert found.interval.low > 0
    assert (found.mcnemar_p or 1) < 0.05
    assert found.only_shadow_right > found.only_active_right


def test_a_challenger_that_knows_less_is_worse() -> None:
    assert compare(duels(400, active=1.0, shadow=0.0)).better is Better.ACTIVE


def test_two_that_know_the_same_are_equal() -> None:
    assert compare(duels(400, active=0.5, shadow=0.5)).better is Better.NEITHER


def test_equal_definitions_are_called_different_no_more_often_than_chance_allows() -> None:
    called = [compare(duels(120, 0.5, 0.5, f"n{n}")).better for n in range(100)]

    # Two tests at 5 % each, which mostly agree.
    assert sum(one is not Better.NEITHER for one in called) <= 16


def test_few_cases_are_not_compared() -> None:
    found = compare(duels(40, active=0.0, shadow=2.0))

    assert found.better is Better.TOO_FEW
    assert found.cases == 40


def test_no_cases_are_no_error() -> None:
    found = compare([])

    assert (found.cases, found.active_auc, found.difference, found.mcnemar_p) == (
        0,
        None,
        None,
        None,
    )
    assert found.better is Better.TOO_FEW


def test_the_same_definition_twice_never_disagrees() -> None:
    found = compare([Duel(str(n), n, n, NO, NO, happened=n % 2 == 0) for n in range(60)])

    assert found.difference == 0
    assert found.mcnemar_p is None
    assert found.auc_p is None
    assert found.better is Better.NEITHER


@pytest.mark.parametrize(
    ("first", "second", "p"), [(5, 15, 0.0414), (10, 10, 1.0), (0, 6, 0.03125)]
)
def test_mcnemar_is_exact(first: int, second: int, p: float) -> None:
    """5 against 15: 2·P(X ≤ 5), X ~ Bin(20, ½) = 0.0414."""
    rows = [Duel(f"a{n}", 0, 0, NO, YES, happened=False) for n in range(first)]
    rows += [Duel(f"s{n}", 0, 0, YES, NO, happened=False) for n in range(second)]

    found = compare(rows)

    assert (found.only_active_right, found.only_shadow_right) == (first, second)
    assert found.mcnemar_p == pytest.approx(p, abs=5e-5)


def test_many_disagreements_are_judged_by_the_limit() -> None:
    rows = [Duel(f"a{n}", 0, 0, NO, YES, happened=False) for n in range(500)]
    rows += [Duel(f"s{n}", 0, 0, YES, NO, happened=False) for n in range(580)]

    assert compare(rows).mcnemar_p == pytest.approx(0.0162, abs=5e-4)


def test_who_cannot_tell_is_not_right() -> None:
    found = compare([Duel("1", 50, 90, UNKNOWN, YES, happened=True)])

    assert (found.only_active_right, found.only_shadow_right) == (0, 1)


def test_two_tests_that_contradict_each_other_decide_nothing() -> None:
    """The shadow ranks far better, and its threshold is far worse."""
    rows = [Duel(f"u{n}", n % 7, 40, YES, NO, happened=True) for n in range(60)]
    rows += [Duel(f"d{n}", n % 7, 10, NO, NO, happened=False) for n in range(60)]

    found = compare(rows)

    assert (found.difference or 0) > 0
    assert found.only_active_right > found.only_shadow_right
    assert found.auc_p is not None
    assert found.better is Better.NEITHER


def test_delongs_interval_holds_the_truth_as_often_as_it_says() -> None:
    truth = compare(duels(20_000, 0.3, 0.8, "truth")).difference or 0.0
    held = 0
    for world in range(100):
        interval = compare(duels(150, 0.3, 0.8, f"w{world}")).interval
        assert interval is not None
        held += interval.low <= truth <= interval.high

    assert held >= 88


def test_the_order_of_the_cases_changes_nothing() -> None:
    rows = duels(100, 0.2, 0.4)

    assert compare(rows) == compare(rows[::-1])
