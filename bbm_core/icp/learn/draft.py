"""A study turned into a profile that people can read: whole points, and the figures behind each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bbm_core.balance.rate import Interval, wilson
from bbm_core.icp.learn.arrays import Array
from bbm_core.icp.learn.binning import Among, Binned, Others, Span
from bbm_core.icp.learn.hypotheses import hypotheses
from bbm_core.icp.learn.naming import identifiers
from bbm_core.icp.learn.states import Rest, State, states_of, told_apart
from bbm_core.icp.learn.study import STANDARD, AttributeFigures, LearnRules, Study
from bbm_core.icp.learn.threshold import POINTS, Cut, best_cut, cuts, tiers_around
from bbm_core.icp.learn.weights import fit_card, tally, weights_of
from bbm_core.icp.profile import Criterion, Group, Label, Profile, Role
from bbm_core.records import Value
from bbm_core.value.library import load_library


@dataclass(frozen=True, slots=True)
class Basis:
    """The rows behind a criterion: those that meet it, among those of which it is known."""

    criterion: str
    attribute: str
    good: int
    rows: int
    known_good: int
    known: int
    suspicious: bool

    @property
    def rate(self) -> float:
        return self.good / self.rows

    @property
    def interval(self) -> Interval:
        return wilson(self.good, self.rows)

    @property
    def lift(self) -> float:
        """The rate against that of all rows of which the attribute is known."""
        return self.rate * self.known / self.known_good


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A profile for people to read, change and publish; nothing is applied by it.

    `spent` are attributes that were named, but say nothing beside the others.
    """

    profile: Profile
    bases: tuple[Basis, ...]  # one a criterion
    cuts: tuple[Cut, ...]
    chosen: Cut
    unproven: bool  # made of hypotheses, with unit weights
    spent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """One attribute of the draft: its rows by state, and the points of each state."""

    figures: AttributeFigures
    binned: Binned
    points: tuple[int, ...]


def draft(
    study: Study,
    name: str = "learned",
    labels: Mapping[str, Label] | None = None,
    rules: LearnRules = STANDARD,
) -> Draft | None:
    """The profile that a study speaks for; None where it names nothing.

    Points follow the log-odds of the model, fitted anew to the states that hold. Below twenty good
    or bad rows they are the same for each hypothesis (Dawes 1979, "The robust beauty of improper
    linear models").
    """
    good = study.outcomes
    unproven = not study.named
    parts = _equal_parts(study) if unproven else _weighed_parts(study, good, rules)
    told = [part for part in parts if any(part.points)]
    if not told:
        return None
    ids = identifiers([part.binned.name for part in told])
    found = [
        _criteria(part, own, (labels or {}), good) for part, own in zip(told, ids, strict=True)
    ]
    bases = tuple(basis for _, _, some in found for basis in some)
    curve = cuts([(part.binned.codes, part.points) for part in told], good)
    chosen = best_cut(curve)
    profile = Profile(
        name=name,
        threshold=chosen.threshold,
        tiers=tiers_around(chosen.threshold),
        criteria=tuple(one for criteria, _, _ in found for one in criteria),
        groups=tuple(group for _, groups, _ in found for group in groups),
    )
    spent = tuple(part.binned.name for part in parts if not any(part.points))
    return Draft(
        profile=profile, bases=bases, cuts=curve, chosen=chosen, unproven=unproven, spent=spent
    )


def _weighed_parts(study: Study, good: Array, rules: LearnRules) -> list[_Part]:
    apart = [told_apart(one, good, rules.false_finds) for one in study.named]
    card = fit_card(apart, good, rules.alpha, rules.penalty)
    odds = [
        [coefficient * float(one) for one in weights_of(binned, binned.codes, good, rules.alpha)]
        for coefficient, binned in zip(card.coefficients, apart, strict=True)
    ]
    most = shared_out(_worth_points([max(one) - min(one) for one in odds]))
    return [
        _part(figures, binned, _points(one, top))
        for figures, binned, one, top in zip(study.named, apart, odds, most, strict=True)
    ]


def _equal_parts(study: Study) -> list[_Part]:
    found = hypotheses(study)
    most = shared_out([1.0] * len(found))
    return [
        _part(figures, binned, (0, top) if above else (top, 0))
        for (figures, binned, above), top in zip(found, most, strict=True)
    ]


def _part(figures: AttributeFigures, binned: Binned, points: tuple[int, ...]) -> _Part:
    """With rare names where the profile will put them: to the rest, or to what earns nothing."""
    if binned.rare is None:
        return _Part(figures, binned, points)
    rest = Others() in binned.levels
    place = binned.levels.index(Others()) if rest else points.index(0)
    codes = load_library("numpy").where(binned.rare, place, binned.codes)
    return _Part(figures, replace(binned, codes=codes), points)


def shared_out(weights: Sequence[float]) -> list[int]:
    """A hundred points by these weights, in whole numbers: the largest remainders get the rest."""
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    exact = [POINTS * one / total for one in weights]
    whole = [int(one) for one in exact]
    order = sorted(range(len(exact)), key=lambda place: (whole[place] - exact[place], place))
    for place in order[: POINTS - sum(whole)]:
        whole[place] += 1
    return whole


_LEAST_POINTS = 3
"""A state or an attribute that earns less than this is not worth a criterion: it earns nothing."""


def _worth_points(weights: Sequence[float]) -> list[float]:
    least = _LEAST_POINTS * sum(weights) / POINTS
    return [one if one >= least else 0.0 for one in weights]


def _points(odds: Sequence[float], most: int) -> tuple[int, ...]:
    low, high = min(odds), max(odds)
    exact = [round(most * (one - low) / (high - low)) if high > low else 0 for one in odds]
    return tuple(one if one >= _LEAST_POINTS else 0 for one in exact)


def _criteria(
    part: _Part, name: str, labels: Mapping[str, Label], good: Array
) -> tuple[list[Criterion], list[Group], list[Basis]]:
    """A criterion for each state that earns points, capped together where there are several."""
    wins, rows = tally(part.binned.codes, good, len(part.binned.levels))
    states = zip(states_of(part.binned), part.points, wins.tolist(), rows.tolist(), strict=True)
    earning = _joined([one for one in states if one[1]])
    group = name if len(earning) > 1 else None
    criteria, bases = [], []
    for number, (state, points, won, count) in enumerate(earning, start=1):
        key = f"{name}-{number}" if group else name
        label = labels.get(part.binned.name) or Label(en=part.binned.name[:80] or name)
        criteria.append(
            Criterion(
                id=key,
                attribute=part.binned.name,
                label=label,
                role=Role.PLUS,
                points=points,
                group=group,
                **condition_of(state),
            )
        )
        bases.append(
            Basis(
                key,
                part.binned.name,
                won,
                count,
                int(wins.sum()),
                int(rows.sum()),
                part.figures.suspicious,
            )
        )
    groups = [Group(id=group, cap=max(part.points), label=label)] if group else []
    return criteria, groups, bases


_Earning = tuple[State, int, int, int]


def _joined(earning: Sequence[_Earning]) -> list[_Earning]:
    """The states by falling points, names that earn the same in one."""
    found: list[_Earning] = []
    for state, points, won, count in sorted(earning, key=lambda one: -one[1]):
        if found and isinstance(state, Among) and found[-1][1] == points:
            before, _, more_won, more = found[-1]
            if isinstance(before, Among):
                both = Among((*before.values, *state.values))
                found[-1] = (both, points, won + more_won, count + more)
                continue
        found.append((state, points, won, count))
    return found


def condition_of(state: State) -> Mapping[str, Any]:
    """The operator that a state is asked for by."""
    match state:
        case Rest(Among(values)):
            return {"not_in": values}
        case Among(values):
            return _is_one_of(values)
        case Span(low, high) if low is not None or high is not None:
            return _lies_in(low, high)
        case _:
            raise ValueError(f"{state} says nothing")


def _is_one_of(values: Sequence[Value]) -> Mapping[str, Any]:
    first, *others = values
    if isinstance(first, bool):
        return {"is_true": first}
    return {"in": tuple(values)} if others else {"equals": first}


def _lies_in(low: Decimal | None, high: Decimal | None) -> Mapping[str, Any]:
    if low is not None and high is not None:
        return {"between": (number(low), number(high))}
    if low is not None:
        return {"at_least": number(low)}
    return {"at_most": number(high)} if high is not None else {}


def number(exact: Decimal) -> int | Decimal:
    """The number as a person writes it: 200, not 2E+2."""
    whole = exact.to_integral_value()
    return int(whole) if whole == exact else exact.normalize()
