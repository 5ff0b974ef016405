"""Linear plans: so much of each thing, within limits that add up; with what each limit costs.

Media bought by the unit, blends, measures that run in whole or not at all. Solved by HiGHS through
scipy (extra `optimize`; Huangfu & Hall, Math. Prog. Comp. 10, 2018).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bbm_core.value.library import load_library


class Sense(StrEnum):
    """How a row's sum stands to its amount."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    EXACTLY = "exactly"


@dataclass(frozen=True, slots=True)
class Row:
    """One limit: Σ weight · quantity stands to the amount as the sense says."""

    name: str
    weights: tuple[float, ...]
    sense: Sense
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearPlan:
    """What is to be greatest (or least), and the limits. Quantities are not negative."""

    worths: tuple[float, ...]
    rows: tuple[Row, ...]
    most: tuple[float | None, ...] = ()  # the most of each; empty or None: no limit
    whole: tuple[bool, ...] = ()  # which come in whole units; empty: none
    least_is_best: bool = False


@dataclass(frozen=True, slots=True)
class LinearAnswer:
    """The best plan. `prices` says what one more unit of a row's amount adds to the total.

    Plans in whole units have no prices: the next unit may change everything or nothing.
    """

    quantities: tuple[float, ...]
    total: float
    prices: Mapping[str, float]


class NoPlan(StrEnum):
    """Why there is no best plan."""

    IMPOSSIBLE = "impossible"  # the limits exclude each other
    ENDLESS = "endless"  # nothing limits the total
    UNSOLVED = "unsolved"  # the solver gave up


def solve(plan: LinearPlan) -> LinearAnswer | NoPlan:
    """The best plan, or why there is none.

    Raises:
        LibraryMissing: scipy is not installed.
    """
    return _in_whole_units(plan) if any(plan.whole) else _in_any_units(plan)


_NO_PLAN = {2: NoPlan.IMPOSSIBLE, 3: NoPlan.ENDLESS}


def _in_any_units(plan: LinearPlan) -> LinearAnswer | NoPlan:
    signed = _signed(plan)
    limits = [(row, *_upper(row)) for row in plan.rows if row.sense is not Sense.EXACTLY]
    equal = [row for row in plan.rows if row.sense is Sense.EXACTLY]
    answer = load_library("scipy.optimize").linprog(
        signed,
        A_ub=[weights for _, weights, _ in limits] or None,
        b_ub=[amount for _, _, amount in limits] or None,
        A_eq=[row.weights for row in equal] or None,
        b_eq=[row.amount for row in equal] or None,
        bounds=[(0, top) for top in _tops(plan)],
        method="highs",
    )
    if answer.status != 0:
        return _NO_PLAN.get(answer.status, NoPlan.UNSOLVED)
    facing = {row.name: _facing(row) for row in plan.rows}
    found = [
        *zip((row for row, _, _ in limits), answer.ineqlin.marginals, strict=True),
        *zip(equal, answer.eqlin.marginals, strict=True),
    ]
    prices = {row.name: float(m) * facing[row.name] * _direction(plan) for row, m in found}
    return _answer(plan, answer.x, prices)


def _in_whole_units(plan: LinearPlan) -> LinearAnswer | NoPlan:
    optimize = load_library("scipy.optimize")
    infinite = float("inf")
    rows = [
        optimize.LinearConstraint(
            [row.weights],
            -infinite if row.sense is Sense.AT_MOST else row.amount,
            infinite if row.sense is Sense.AT_LEAST else row.amount,
        )
        for row in plan.rows
    ]
    answer = optimize.milp(
        _signed(plan),
        constraints=rows,
        integrality=[int(one) for one in plan.whole],
        bounds=optimize.Bounds(0, [infinite if t is None else t for t in _tops(plan)]),
    )
    if answer.status != 0:
        return _NO_PLAN.get(answer.status, NoPlan.UNSOLVED)
    return _answer(plan, answer.x, {})


def _answer(plan: LinearPlan, quantities: Any, prices: Mapping[str, float]) -> LinearAnswer:
    found = tuple(float(one) for one in quantities)
    total = sum(w * q for w, q in zip(plan.worths, found, strict=True))
    return LinearAnswer(found, total, prices)


def _signed(plan: LinearPlan) -> list[float]:
    """The worths as a solver that looks for the least wants them."""
    return [_direction(plan) * worth for worth in plan.worths]


def _direction(plan: LinearPlan) -> int:
    return 1 if plan.least_is_best else -1


def _upper(row: Row) -> tuple[Sequence[float], float]:
    """The row as an upper limit."""
    sign = _facing(row)
    return [sign * weight for weight in row.weights], sign * row.amount


def _facing(row: Row) -> int:
    return -1 if row.sense is Sense.AT_LEAST else 1


def _tops(plan: LinearPlan) -> Sequence[float | None]:
    return plan.most or [None] * len(plan.worths)
