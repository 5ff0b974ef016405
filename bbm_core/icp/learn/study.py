"""What parts good from bad in a sample, and how sure that is.

The order of work: make values countable, cut them into levels without a look at the outcome, ask
whether chance alone would show as much, name what holds, and fit one model to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bbm_core.balance.rate import Interval, wilson
from bbm_core.icp.learn.arrays import Array
from bbm_core.icp.learn.binning import Binned, Level, cut, union
from bbm_core.icp.learn.coding import Unfit, code
from bbm_core.icp.learn.evidence import (
    area,
    benjamini_hochberg,
    chances,
    contrasts_of,
    information_value,
    woe,
)
from bbm_core.icp.learn.folds import held_out_area
from bbm_core.icp.learn.monotone import trended
from bbm_core.icp.learn.sample import Sample, design_effect
from bbm_core.icp.learn.scorecard import Scorecard
from bbm_core.icp.learn.shuffles import chances_of
from bbm_core.icp.learn.stability import stability
from bbm_core.icp.learn.weights import fit_card, tally
from bbm_core.value.library import load_library


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnRules:
    """How much must be there before something is said. method.md gives the sources."""

    alpha: float = 8.0  # rows at the base rate that smooth each level
    penalty: float = 2.0  # of the ridge
    most_attributes: int = 8
    least_good: int = 20  # below, hypotheses only
    least_bad: int = 20
    false_finds: float = 0.10  # Benjamini-Hochberg, over all levels
    chance_at_all: float = 0.02  # how often shuffled outcomes may name anything
    stable: float = 0.70
    least_information: float = 0.02  # below, an attribute is of no use, however sure
    suspicious_area: float = 0.90
    suspicious_information: float = 0.50


STANDARD = LearnRules()


class Conclusion(StrEnum):
    """What a study came to, in one word."""

    NAMED = "named"  # at least one attribute parts good from bad
    NOTHING = "nothing"  # none does that chance would not show as well
    TOO_FEW = "too_few"  # fewer than 20 good or bad rows: hypotheses only
    ONE_SIDED = "one_sided"  # no good or no bad rows at all


class Doubt(StrEnum):
    """Why an attribute is not named."""

    FEW_ROWS = "few_rows"  # too few good or bad rows to be sure of anything
    CHANCE = "chance"  # chance would show as much
    USELESS = "useless"  # sure, but so little that it is of no use
    SURPLUS = "surplus"  # more attributes than these rows can carry
    UNSTABLE = "unstable"  # other customers would have led elsewhere


@dataclass(frozen=True, slots=True)
class LevelFigures:
    """One level and its counts."""

    level: Level
    good: int
    rows: int
    woe: float  # smoothed

    @property
    def rate(self) -> float:
        return self.good / self.rows

    @property
    def interval(self) -> Interval:
        return wilson(self.good, self.rows)


@dataclass(frozen=True, slots=True)
class Contrast:
    """A level, or all levels above a cut, against the other rows that are known."""

    level: Level
    good: int
    rows: int
    above: bool  # whether its rate is above that of the others
    chance: float  # that shuffled outcomes show as much
    adjusted: float = 1.0  # the same after Benjamini and Hochberg, over all contrasts


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeFigures:
    """One attribute: its levels, how much they tell, and what became of it."""

    name: str
    plain: Binned  # cut without a look at the outcome
    binned: Binned  # with levels merged where the rates rise or fall
    levels: tuple[LevelFigures, ...]  # of `binned`
    contrasts: tuple[Contrast, ...]  # of `plain`
    unknown: int  # rows
    information: float
    area: float  # AUC, alone
    chance: float  # that shuffled outcomes look as telling
    adjusted: float = 1.0  # the same after Benjamini and Hochberg, over all attributes
    suspicious: bool  # tells more than one attribute usually does, and chance would not
    stability: float | None = None  # None: not asked
    doubt: Doubt | None = None

    @property
    def named(self) -> bool:
        return self.doubt is None

    @property
    def surest(self) -> Contrast:
        return min(self.contrasts, key=lambda one: (one.adjusted, one.chance))


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What was learned. `attributes` stand by what they tell, the named ones first."""

    conclusion: Conclusion
    rows: int
    good: int
    attributes: tuple[AttributeFigures, ...]
    unfit: tuple[tuple[str, Unfit], ...]
    chance: float = 1.0  # that shuffled outcomes look as telling, all attributes together
    scale: float = 1.0  # how many rows count as one
    card: Scorecard | None = None  # over the attributes that are named
    area: float | None = None  # AUC of all attributes together, on rows that were left out
    outcomes: Array | None = None  # in the order of the codes

    @property
    def named(self) -> tuple[AttributeFigures, ...]:
        return tuple(one for one in self.attributes if one.named)

    @property
    def base(self) -> float:
        return self.good / self.rows if self.rows else 0.0


def study(sample: Sample, rules: LearnRules = STANDARD) -> Study:
    """Learn what parts good from bad.

    Raises:
        LibraryMissing: numpy or scipy is not installed.
    """
    numpy = load_library("numpy")
    good = numpy.asarray(sample.good, dtype=numpy.int64)
    binned, unfit = _cut_all(sample)
    if not 0 < good.sum() < len(good):
        return _one_sided(good, unfit)
    binned, good = _in_own_order(binned, good)
    scale = design_effect(sample.good, sample.clusters)
    binned, alike = _that_differ(binned, good)
    chances = chances_of(binned, good, scale)
    told = [
        _figures(one, good, scale, chance, rules)
        for one, chance in zip(binned, chances.single, strict=True)
    ]
    told = _suspected(_adjusted(told), chances.together, rules)
    told = _doubted(told, good, chances.together, rules)
    named = [one.binned for one in told if one.named]
    return Study(
        conclusion=_conclusion(good, named, rules),
        rows=len(good),
        good=int(good.sum()),
        attributes=tuple(told),
        unfit=tuple(sorted([*unfit, *alike])),
        chance=chances.together,
        scale=scale,
        card=fit_card(named, good, rules.alpha, rules.penalty) if named else None,
        area=held_out_area(
            [one.plain for one in told],
            good,
            alpha=rules.alpha,
            penalty=rules.penalty,
            most=rules.most_attributes,
        ),
        outcomes=good,
    )


def _cut_all(sample: Sample) -> tuple[list[Binned], list[tuple[str, Unfit]]]:
    binned, unfit = [], []
    for attribute in sorted(sample.attributes, key=lambda one: one.name):
        coded = code(attribute)
        found = coded if isinstance(coded, Unfit) else cut(coded)
        if isinstance(found, Unfit):
            unfit.append((attribute.name, found))
        else:
            binned.append(found)
    return binned, unfit


def _in_own_order(binned: Sequence[Binned], good: Array) -> tuple[list[Binned], Array]:
    """The rows in an order that depends on what they hold, not on how they came."""
    order = load_library("numpy").lexsort([*(one.codes for one in binned), good])
    return [
        replace(one, codes=one.codes[order], rare=None if one.rare is None else one.rare[order])
        for one in binned
    ], good[order]


def _one_sided(good: Array, unfit: Sequence[tuple[str, Unfit]]) -> Study:
    return Study(
        conclusion=Conclusion.ONE_SIDED,
        rows=len(good),
        good=int(good.sum()),
        attributes=(),
        unfit=tuple(sorted(unfit)),
    )


def _that_differ(
    binned: Sequence[Binned], good: Array
) -> tuple[list[Binned], list[tuple[str, Unfit]]]:
    """The attributes of which both good and bad rows are known, and the others."""
    kept, alike = [], []
    for one in binned:
        known = good[one.codes >= 0]
        if 0 < known.sum() < len(known):
            kept.append(one)
        else:
            alike.append((one.name, Unfit.ALIKE))
    return kept, alike


def _figures(
    binned: Binned, good: Array, scale: float, chance: float, rules: LearnRules
) -> AttributeFigures:
    final = trended(binned, binned.codes, good)
    won, count = tally(final.codes, good, len(final.levels))
    lost = count - won
    information, alone = information_value(won, lost, rules.alpha), area(won, lost)
    return AttributeFigures(
        name=binned.name,
        plain=binned,
        binned=final,
        levels=tuple(map(_level, final.levels, won, count, woe(won, lost, rules.alpha))),
        contrasts=_contrasts(binned, good, scale),
        unknown=len(good) - int(won.sum() + lost.sum()),
        information=information,
        area=alone,
        chance=chance,
        suspicious=alone > rules.suspicious_area or information > rules.suspicious_information,
    )


def _level(level: Level, good: Array, rows: Array, weight: Array) -> LevelFigures:
    return LevelFigures(level, int(good), int(rows), float(weight))


def _contrasts(binned: Binned, good: Array, scale: float) -> tuple[Contrast, ...]:
    wins, rows = tally(binned.codes, good, len(binned.levels))
    asked, found = contrasts_of(binned), []
    for row, chance in zip(asked, chances(wins, rows, asked, scale), strict=True):
        members = [level for level, one in zip(binned.levels, row, strict=True) if one]
        good, count = int(row @ wins), int(row @ rows)
        above = good * int(rows.sum()) > int(wins.sum()) * count
        found.append(Contrast(union(members), good, count, above, float(chance)))
    return tuple(found)


def _adjusted(told: Sequence[AttributeFigures]) -> list[AttributeFigures]:
    """The share of false finds, counted over all attributes and over all contrasts."""
    whole = benjamini_hochberg([one.chance for one in told])
    single = [one.chance for figures in told for one in figures.contrasts]
    adjusted = iter(benjamini_hochberg(single))
    return [
        replace(
            figures,
            adjusted=own,
            contrasts=tuple(replace(one, adjusted=next(adjusted)) for one in figures.contrasts),
        )
        for figures, own in zip(told, whole, strict=True)
    ]


def _suspected(
    told: Sequence[AttributeFigures], chance: float, rules: LearnRules
) -> list[AttributeFigures]:
    """With few rows chance makes many an attribute tell nearly everything: no reason to suspect."""
    sure = chance <= rules.chance_at_all
    return [
        replace(one, suspicious=one.suspicious and sure and one.adjusted <= rules.false_finds)
        for one in told
    ]


def _doubted(
    told: Sequence[AttributeFigures], good: Array, chance: float, rules: LearnRules
) -> list[AttributeFigures]:
    """Each attribute with what speaks against naming it, the named ones first."""
    wins, losses = int(good.sum()), len(good) - int(good.sum())
    told = sorted(told, key=lambda one: (-one.information, one.name))
    if wins < rules.least_good or losses < rules.least_bad:
        return [replace(one, doubt=Doubt.FEW_ROWS) for one in told]
    if chance > rules.chance_at_all:
        return [replace(one, doubt=Doubt.CHANCE) for one in told]
    told = [replace(one, doubt=_doubt(one, rules)) for one in told]
    told = _within(told, carried(wins, losses, rules.most_attributes))
    return sorted(_unshaken(told, good, rules), key=lambda one: not one.named)


def _doubt(one: AttributeFigures, rules: LearnRules) -> Doubt | None:
    if max(one.adjusted, one.surest.adjusted) > rules.false_finds:
        return Doubt.CHANCE
    return Doubt.USELESS if one.information < rules.least_information else None


_EVENTS = 10
"""Rows of the rarer outcome for each attribute (Peduzzi et al. 1996)."""


def carried(wins: int, losses: int, most: int) -> int:
    """How many attributes these rows can carry: ten of the rarer outcome each, eight at most."""
    return min(most, max(1, min(wins, losses) // _EVENTS))


def _within(told: Sequence[AttributeFigures], most: int) -> list[AttributeFigures]:
    kept = [one.name for one in told if one.named][:most]
    return [
        replace(one, doubt=Doubt.SURPLUS) if one.named and one.name not in kept else one
        for one in told
    ]


def _unshaken(
    told: Sequence[AttributeFigures], good: Array, rules: LearnRules
) -> list[AttributeFigures]:
    named = [one.binned for one in told if one.named]
    shares = stability(named, good, alpha=rules.alpha, penalty=rules.penalty) if named else ()
    share_of = dict(zip((one.name for one in named), shares, strict=True))
    return [
        replace(
            one,
            stability=share_of.get(one.name),
            doubt=Doubt.UNSTABLE if share_of.get(one.name, 1.0) < rules.stable else one.doubt,
        )
        for one in told
    ]


def _conclusion(good: Array, named: Sequence[Binned], rules: LearnRules) -> Conclusion:
    wins = int(good.sum())
    if wins < rules.least_good or len(good) - wins < rules.least_bad:
        return Conclusion.TOO_FEW
    return Conclusion.NAMED if named else Conclusion.NOTHING
