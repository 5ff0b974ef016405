"""A definition as of a day against what happened after it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bbm_core.chance import seeded
from bbm_core.icp.backtest import BARRED, Backtest, Case, Disorder, Span, backtest, disorder, rank
from bbm_core.icp.classify import Flag
from tests.bbm_core.icp.test_whatif import verdict

DAY = datetime(2026, 6, 1, tzinfo=UTC)
SPAN = Span(DAY, 90)


def cases(n: int, strength: float = 0.5, seed: str = "a") -> list[Case]:
    """Companies of which the better scored come to it more often."""
    draw = seeded("backtest", seed)
    found = []
    for number in range(n):
        score = draw.randrange(0, 101, 10)
        flag = Flag.YES if score >= 70 else Flag.NO if score < 50 else Flag.UNKNOWN
        happened = draw.random() < 0.2 + strength * (score - 50) / 100
        found.append(Case(str(number), score, flag, happened))
    return found


def test_the_days_after_must_have_passed() -> None:
    assert disorder(SPAN, DAY + timedelta(days=89), None) is Disorder.UNRIPE
    assert disorder(SPAN, DAY + timedelta(days=90), None) is None
    assert SPAN.until == DAY + timedelta(days=90)


def test_a_definition_learned_from_the_days_it_is_tested_on_is_refused() -> None:
    later = DAY + timedelta(days=400)

    assert disorder(SPAN, later, date(2026, 6, 2)) is Disorder.LEARNED_LATER
    assert disorder(SPAN, later, date(2026, 6, 1)) is None


def test_whoever_is_ruled_out_ranks_last() -> None:
    fits = verdict(Flag.YES)

    assert rank(fits) == 80
    assert rank(replace(fits, excluded_by=("competitor",))) == BARRED
    assert rank(replace(fits, missed=("size",))) == BARRED


def test_a_definition_that_ranks_is_told_with_all_its_figures() -> None:
    found = backtest(cases(2000), "s", earlier=cases(1500, seed="b"))

    assert found.enough
    assert found.auc is not None
    assert found.interval is not None
    assert 0.5 < found.interval.low < found.auc < found.interval.high
    assert found.permutation_p == pytest.approx(1 / 1001)
    assert (found.lift or 0) > 1.3
    assert (found.precision or 0) > (found.rest or 1)
    assert found.calibration is not None
    assert found.calibration.brier < found.calibration.brier_of_rate
    assert found.calibration.slope == pytest.approx(1.0, abs=0.25)
    assert found.calibration.earlier == 1500


def test_counts_are_those_of_the_cases() -> None:
    small = [
        Case("1", 90, Flag.YES, happened=True),
        Case("2", 80, Flag.YES, happened=False),
        Case("3", 10, Flag.NO, happened=True),
        Case("4", 50, Flag.UNKNOWN, happened=False),
    ]

    found = backtest(small, "s")

    assert (found.cases, found.happened, found.unknown) == (4, 2, 1)
    assert (found.recall, found.precision, found.rest) == (0.5, 0.5, 1.0)
    assert found.auc == 0.5


def test_too_few_cases_give_counts_and_no_claim() -> None:
    found = backtest(cases(30), "s", earlier=cases(30))

    assert not found.enough
    assert found.interval is found.permutation_p is found.calibration is None


def test_no_cases_at_all_are_no_error() -> None:
    found = backtest([], "s", earlier=cases(2000))

    assert (found.cases, found.auc, found.lift, found.tenths) == (0, None, None, ())
    assert found.calibration is None
    assert all(gate.met is None for gate in found.gates)


def gate(found: Backtest, name: str) -> bool | None:
    return next(one.met for one in found.gates if one.name == name)


def made(score: int, flag: Flag, ups: int, downs: int) -> list[Case]:
    ones = [Case(f"{score}u{n}", score, flag, happened=True) for n in range(ups)]
    return ones + [Case(f"{score}d{n}", score, flag, happened=False) for n in range(downs)]


def test_the_marks_of_a_useful_definition_are_met() -> None:
    found = backtest(made(90, Flag.YES, 15, 5) + made(10, Flag.NO, 1, 79), "s")

    assert [gate(found, one) for one in ("flagged_share", "recall", "top_to_bottom")] == [True] * 3


def test_the_marks_of_a_useful_definition_are_missed() -> None:
    found = backtest(made(90, Flag.YES, 10, 40) + made(10, Flag.NO, 10, 40), "s")

    names = ("flagged_share", "recall", "top_to_bottom")
    assert [gate(found, one) for one in names] == [False] * 3


def test_a_bottom_where_nothing_happened_meets_the_mark_of_the_top() -> None:
    found = backtest(made(90, Flag.YES, 5, 5) + made(10, Flag.NO, 0, 50), "s")

    assert gate(found, "top_to_bottom") is True


def test_a_single_tie_has_no_top_and_no_bottom() -> None:
    assert gate(backtest(made(50, Flag.NO, 5, 5), "s"), "top_to_bottom") is None


def test_the_order_of_the_cases_changes_nothing() -> None:
    some = cases(300)

    assert backtest(some, "s", some) == backtest(some[::-1], "s", some[::-1])
