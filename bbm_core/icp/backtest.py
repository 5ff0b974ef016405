"""Backtests in time: a definition as of a day against what happened after it.

The cases are judged with what was known on the day. What happened is looked for after it, for a
fixed number of days that must have passed. Nothing that was learned later may judge earlier cases.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bbm_core.balance.rate import Interval, wilson
from bbm_core.icp.classify import Flag, Verdict
from bbm_core.icp.ranking import (
    Counts,
    Line,
    Tenth,
    auc,
    auc_interval,
    brier,
    brier_of_rate,
    counted,
    fit_line,
    kolmogorov_smirnov,
    lift,
    permutation_p,
    recalibration,
    tenths,
    totals,
)

ENOUGH = 20
"""Cases that must have come to it, and that must not have, before a figure says anything."""

BARRED = -1
"""The rank of a record that a must or an exclude rules out, whatever its points."""


class Disorder(StrEnum):
    """Why a backtest would let what came later judge what came before."""

    UNRIPE = "unripe"  # the days after the day have not all passed
    LEARNED_LATER = "learned_later"  # the definition was learned from what it is to be tested on


@dataclass(frozen=True, slots=True)
class Span:
    """Judged as of `since`; what happened in the `days` after it counts."""

    since: datetime
    days: int

    @property
    def until(self) -> datetime:
        return self.since + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Case:
    """One company (or lone record) that had not come to it by the day."""

    unit: str
    score: int
    flag: Flag
    happened: bool


@dataclass(frozen=True, slots=True)
class Calibration:
    """Chances made of the score on earlier cases, against what happened later."""

    line: Line  # as fitted on the earlier cases
    earlier: int
    brier: float
    brier_of_rate: float  # of whoever gives everybody the earlier rate
    intercept: float | None  # 0 is perfect
    slope: float | None  # 1 is perfect


@dataclass(frozen=True, slots=True)
class Gate:
    """One of the marks of a useful definition (MadKudu's), and whether it is met."""

    name: str  # flagged_share, recall, top_to_bottom
    value: float | None
    met: bool | None  # None: cannot be said


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """How well a definition told what would happen. None stands where the cases cannot say it."""

    cases: int
    happened: int
    unknown: int  # cases that the definition cannot classify
    enough: bool
    auc: float | None
    interval: Interval | None
    permutation_p: float | None
    lift: float | None
    recall: float | None  # of those that came to it, how many were ICP
    recall_interval: Interval
    precision: float | None  # of the ICP cases, how many came to it
    precision_interval: Interval
    rest: float | None  # the same of those that were not ICP
    rest_interval: Interval
    kolmogorov_smirnov: float | None
    tenths: tuple[Tenth, ...]
    calibration: Calibration | None
    gates: tuple[Gate, ...]


def disorder(span: Span, now: datetime, learned_until: date | None) -> Disorder | None:
    """What is wrong with the order of time, if anything; then there must be no backtest."""
    if span.until > now:
        return Disorder.UNRIPE
    if learned_until is not None and learned_until > span.since.date():
        return Disorder.LEARNED_LATER
    return None


def rank(verdict: Verdict) -> int:
    """The score by which cases are ranked; whoever is ruled out comes last."""
    return BARRED if verdict.excluded_by or verdict.missed else verdict.score


def backtest(
    cases: Sequence[Case], seed: str, earlier: Sequence[Case] = (), needed: int = ENOUGH
) -> Backtest:
    """All figures of a backtest.

    Args:
        cases: judged as of the day, with what happened after it.
        seed: names what is drawn.
        earlier: cases of an earlier day whose outcome was known by the day; the calibration is
            fitted on them.
        needed: how many must have come to it, and not, for the figures to say anything.
    """
    counts = counted((one.score, one.happened) for one in cases)
    down, up = totals(counts)
    enough = min(down, up) >= needed
    flagged = [one for one in cases if one.flag is Flag.YES]
    others = [one for one in cases if one.flag is Flag.NO]
    caught = sum(one.happened for one in flagged)
    missed = sum(one.happened for one in others)
    parts = tenths(counts) if cases else ()
    return Backtest(
        cases=len(cases),
        happened=up,
        unknown=sum(one.flag is Flag.UNKNOWN for one in cases),
        enough=enough,
        auc=auc(counts),
        interval=auc_interval(counts, seed) if enough else None,
        permutation_p=permutation_p(counts, seed) if enough else None,
        lift=lift(counts),
        recall=caught / up if up else None,
        recall_interval=wilson(caught, up),
        precision=caught / len(flagged) if flagged else None,
        precision_interval=wilson(caught, len(flagged)),
        rest=missed / len(others) if others else None,
        rest_interval=wilson(missed, len(others)),
        kolmogorov_smirnov=kolmogorov_smirnov(counts),
        tenths=parts,
        calibration=_calibration(counts, earlier, needed),
        gates=_gates(len(flagged), len(cases), caught, up, parts),
    )


def _calibration(counts: Counts, earlier: Iterable[Case], needed: int) -> Calibration | None:
    before = counted((one.score, one.happened) for one in earlier)
    line = fit_line(before) if min(totals(before)) >= needed else None
    if line is None or not counts:
        return None
    down, up = totals(before)
    again = recalibration(counts, line)
    return Calibration(
        line=line,
        earlier=down + up,
        brier=brier(counts, line),
        brier_of_rate=brier_of_rate(counts, up / (down + up)),
        intercept=again.intercept if again else None,
        slope=again.slope if again else None,
    )


FLAGGED = Interval(0.15, 0.35)
RECALL = 0.60
TOP_TO_BOTTOM = 10.0


def _gates(
    flagged: int, cases: int, caught: int, up: int, parts: Sequence[Tenth]
) -> tuple[Gate, ...]:
    """MadKudu's marks: 15–35 % flagged, 60 % of what happened caught, top ten times bottom."""
    share = flagged / cases if cases else None
    recall = caught / up if up else None
    ratio = parts[0].rate / parts[-1].rate if len(parts) > 1 and parts[-1].happened else None
    # Nobody at the bottom came to it: the ratio has no upper end, and the mark is met.
    endless = len(parts) > 1 and not parts[-1].happened and parts[0].happened > 0
    above = ratio is not None and ratio >= TOP_TO_BOTTOM
    return (
        Gate(
            "flagged_share", share, None if share is None else FLAGGED.low <= share <= FLAGGED.high
        ),
        Gate("recall", recall, None if recall is None else recall >= RECALL),
        Gate("top_to_bottom", ratio, True if endless else None if ratio is None else above),
    )
