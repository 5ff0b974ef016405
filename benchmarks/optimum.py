"""The exact optimum beside an independent local solver (scipy SLSQP) from many starts.

    python benchmarks/optimum.py [--cases 200] [--starts 20]

Each case is drawn from a seed; in about half of them the budget binds. SLSQP gets the slopes and
works on leads, where the programme is concave, which is the form that suits it best; only answers
within the limits count. Printed: in how many cases which limit binds, the largest relative gap by
which SLSQP's best is above ours, how often it is worse, and the seconds.
"""

import argparse
import time
from collections import Counter
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import numpy as np
from scipy.optimize import minimize

from bbm_core.chance import seeded
from bbm_core.prescribe.frontier import Where, nearly_best
from bbm_core.prescribe.optimum import (
    ChannelModel,
    Optimum,
    Problem,
    Response,
    Supply,
    Worth,
    optimise,
)

FEASIBLE = 1e-9
WORSE = 1e-6
PRICED = 1e-9
RICH = 1e9  # a budget that is never short
LEAST_BUDGET = 4000.0  # more than what the channels that come anyway can cost


@dataclass
class Outcome:
    gap: float  # by how much the solver's best is above ours, relative; below zero it is worse
    runs_worse: int  # starts that ended worse
    runs_failed: int  # starts that ended outside the limits
    ours_seconds: float
    band_seconds: float
    solver_seconds: float
    binding: str  # which limit has a price


def drawn(chance: Random) -> Problem:
    """A company of two to eight channels, short of hours, of budget, of both or of neither.

    The budget is drawn around what is worth spending in the hours there are, so that it binds in
    about half of the cases. One company in seven has channels that tire early, and hours enough.
    """
    tires = chance.random() < 1 / 7
    channels = tuple(
        ChannelModel(f"c{number}", chance.uniform(0.05, 0.7), _source(chance, tires=tires))
        for number in range(chance.randint(2, 8))
    )
    rich = Problem(
        channels=channels,
        icp=Worth(chance.uniform(200, 3000), chance.uniform(2, 30)),
        other=Worth(chance.uniform(10, 400), chance.uniform(1, 15)),
        triage=chance.uniform(0, 0.5),
        hours=10 ** (chance.uniform(5, 6) if tires else chance.uniform(2.7, 5)),
        budget=RICH,
    )
    worth_spending = optimise(rich)
    assert isinstance(worth_spending, Optimum)
    budget = worth_spending.spend * 10 ** chance.uniform(-1.2, 0.2)
    return replace(rich, budget=max(LEAST_BUDGET, budget))


def _source(chance: Random, *, tires: bool) -> Response | Supply:
    if chance.random() < 0.2:
        return Supply(chance.uniform(5, 100), chance.uniform(0, 400))
    return Response(chance.uniform(1, 20), chance.uniform(0.2, 0.45 if tires else 0.85))


def compared(number: int, starts: int) -> Outcome:
    problem = drawn(seeded("optimum benchmark", number))
    begun = time.process_time()
    ours = optimise(problem)
    solved = time.process_time()
    assert isinstance(ours, Optimum)
    nearly_best(problem, ours)
    nearly_best(problem, ours, Where.WORKED)
    banded = time.process_time()
    profits = solver_profits(problem, starts, number)
    ended = time.process_time()
    found = [one for one in profits if one is not None]
    scale = max(1.0, abs(ours.profit))
    return Outcome(
        gap=(max(found, default=-np.inf) - ours.profit) / scale,
        runs_worse=sum(one < ours.profit - WORSE * scale for one in found),
        runs_failed=len(profits) - len(found),
        ours_seconds=solved - begun,
        band_seconds=banded - solved,
        solver_seconds=ended - banded,
        binding=binding(ours),
    )


def binding(plan: Optimum) -> str:
    """Which of the two limits one more unit of would earn something."""
    prices = (plan.hour_value > PRICED, (plan.budget_value or 0.0) > PRICED)
    return {
        (True, True): "both",
        (True, False): "hours",
        (False, True): "budget",
        (False, False): "neither",
    }[prices]


def solver_profits(problem: Problem, starts: int, seed: int) -> list[float | None]:
    """What SLSQP earns from each start; None where it ended outside the limits."""
    solver = _Solver(problem)
    random = np.random.default_rng(seed)
    return [solver.solve(random) for _ in range(starts)]


class _Solver:
    """The problem in leads, as shares of what the whole budget would bring, and worked leads."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        sources = [c.source for c in problem.channels]
        self.rates = np.array([c.rate for c in problem.channels])
        self.fixed = np.array([isinstance(one, Supply) for one in sources])
        self.most = np.array([_most(one, problem.budget) for one in sources])
        self.curve = np.array([1 / getattr(one, "power", 1.0) for one in sources])
        self.committed = sum(getattr(one, "cost", 0.0) for one in sources)
        self.values = np.array([problem.icp.value, problem.other.value])
        self.hours = np.array([problem.icp.hours, problem.other.hours])
        self.unit = max(1.0, float(self.most.sum()))

    def spend(self, x: np.ndarray) -> float:
        shares = np.clip(x[:-2], 0, None)
        paid = np.where(self.fixed, 0.0, self.problem.budget * shares**self.curve)
        return float(paid.sum()) + self.committed

    def profit(self, x: np.ndarray) -> float:
        return float(self.values @ x[-2:]) * self.unit - self.spend(x)

    def slopes(self, x: np.ndarray) -> np.ndarray:
        return np.concatenate([-self.spend_slopes(x), self.values * self.unit])

    def spend_slopes(self, x: np.ndarray) -> np.ndarray:
        steep = self.problem.budget * self.curve * np.clip(x[:-2], 0, None) ** (self.curve - 1)
        return np.where(self.fixed, 0.0, steep)

    def solve(self, random: np.random.Generator) -> float | None:
        count = len(self.rates)
        most, unit = self.most, self.unit
        start = np.where(self.fixed, 1.0, random.uniform(0, 1, count))
        start = np.concatenate([start, random.uniform(0, 1, 2)])
        budget = self.problem.budget
        rows = np.array(
            [
                [*(-self.problem.triage * most), *(-self.hours * unit)],
                [*(most * self.rates), -unit, 0.0],
                [*(most * (1 - self.rates)), 0.0, -unit],
            ]
        )
        amounts = np.array([self.problem.hours, 0.0, 0.0])
        sizes = np.array([self.problem.hours, unit, unit])
        tight: dict[str, Any] = {
            "type": "ineq",
            "fun": lambda x: (rows @ x + amounts) / sizes,
            "jac": lambda _: rows / sizes[:, None],
        }
        paid: dict[str, Any] = {
            "type": "ineq",
            "fun": lambda x: 1 - self.spend(x) / budget,
            "jac": lambda x: np.concatenate([-self.spend_slopes(x) / budget, [0.0, 0.0]]),
        }
        size = max(1.0, float(self.values.max()) * self.unit / 10)
        with np.errstate(all="ignore"):
            found = minimize(
                lambda x: -self.profit(x) / size,
                start,
                jac=lambda x: -self.slopes(x) / size,
                method="SLSQP",
                bounds=[(1, 1) if f else (0, 1) for f in self.fixed] + [(0, 1)] * 2,
                constraints=(tight, paid),
                options={"maxiter": 1000, "ftol": 1e-14},
            ).x
        lacks = min(float(tight["fun"](found).min()), paid["fun"](found))
        return self.profit(found) if lacks > -FEASIBLE else None


def _most(source: Response | Supply, budget: float) -> float:
    """The leads that the whole budget would bring, or that come anyway."""
    if isinstance(source, Supply):
        return source.leads
    return float(source.scale * budget**source.power)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--starts", type=int, default=20)
    given = parser.parse_args()
    outcomes = [compared(number, given.starts) for number in range(given.cases)]
    runs = given.cases * given.starts
    print(f"{given.cases} cases, {given.starts} starts of SLSQP each")
    counts = Counter(one.binding for one in outcomes)
    kinds = ", ".join(f"{kind} {counts[kind]}" for kind in ("hours", "budget", "both", "neither"))
    print(f"cases by the limit that binds        {kinds}")
    print(f"largest gap of its best above ours   {max(o.gap for o in outcomes):.1e}")
    print(f"cases in which its best is worse     {sum(o.gap < -WORSE for o in outcomes)}")
    print(f"starts that end worse                {sum(o.runs_worse for o in outcomes)} of {runs}")
    print(f"starts that end outside the limits   {sum(o.runs_failed for o in outcomes)} of {runs}")
    print(f"CPU seconds, ours, longest             {max(o.ours_seconds for o in outcomes):.4f}")
    print(f"CPU seconds, both bands, longest       {max(o.band_seconds for o in outcomes):.3f}")
    mean = np.mean([o.solver_seconds for o in outcomes])
    print(f"CPU seconds, SLSQP, in the mean        {mean:.2f}")


if __name__ == "__main__":
    main()
