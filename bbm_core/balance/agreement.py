"""Whether marketing and sales agree: at the hand-over, and in what is followed up."""

from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist

from bbm_core.balance.rate import Interval, wilson


@dataclass(frozen=True, slots=True)
class Agreement:
    """Cohen's kappa: 1 is agreement, 0 what chance gives, below 0 the contrary."""

    kappa: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """What sales did with what was handed over, by the flag it had then."""

    icp_accepted: int = 0
    icp_back: int = 0
    other_accepted: int = 0
    other_back: int = 0

    @property
    def accepted(self) -> int:
        return self.icp_accepted + self.other_accepted

    @property
    def back(self) -> int:
        return self.icp_back + self.other_back

    @property
    def total(self) -> int:
        return self.accepted + self.back

    @property
    def sent_back(self) -> float | None:
        """The share that was sent back; None where nothing was answered."""
        return self.back / self.total if self.total else None

    @property
    def sent_back_interval(self) -> Interval:
        return wilson(self.back, self.total)

    def agreement(self) -> Agreement | None:
        """Kappa between flag and acceptance (Cohen 1960).

        The interval is that of Fleiss, Cohen and Everitt (1969). None where one side never varies
        — all flagged alike, or all accepted: then nothing can agree or disagree beyond chance.
        """
        rows = (self.icp_accepted + self.icp_back, self.other_accepted + self.other_back)
        columns = (self.accepted, self.back)
        if 0 in (*rows, *columns):
            return None
        n = self.total
        share = [
            [self.icp_accepted / n, self.icp_back / n],
            [self.other_accepted / n, self.other_back / n],
        ]
        return _kappa(share, [one / n for one in rows], [one / n for one in columns], n)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of two shares with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """How many records were touched in time, of how many, by flag."""

    icp_touched: int = 0
    icp: int = 0
    other_touched: int = 0
    other: int = 0

    @property
    def icp_share(self) -> float | None:
        return self.icp_touched / self.icp if self.icp else None

    @property
    def other_share(self) -> float | None:
        return self.other_touched / self.other if self.other else None

    def ratio(self, confidence: float = 0.95) -> Ratio | None:
        """P(touched in time | ICP) / P(touched in time | not), with the interval of Katz et al.

        (1978). Above 1 the ICP is followed up more. None where either side has no record touched,
        because then the ratio is 0 or has no bound.
        """
        if not (self.icp_touched and self.other_touched):
            return None
        value = log(self.icp_touched / self.icp) - log(self.other_touched / self.other)
        parts = 1 / self.icp_touched - 1 / self.icp + 1 / self.other_touched - 1 / self.other
        half = NormalDist().inv_cdf((1 + confidence) / 2) * sqrt(parts)
        return Ratio(exp(value), exp(value - half), exp(value + half))


def _kappa(share: list[list[float]], rows: list[float], columns: list[float], n: int) -> Agreement:
    agreed = share[0][0] + share[1][1]
    by_chance = rows[0] * columns[0] + rows[1] * columns[1]
    kappa = (agreed - by_chance) / (1 - by_chance)
    apart = 1 - kappa
    spread = sum(share[i][i] * (1 - (rows[i] + columns[i]) * apart) ** 2 for i in (0, 1))
    spread += apart**2 * sum(share[i][j] * (columns[i] + rows[j]) ** 2 for i, j in ((0, 1), (1, 0)))
    spread -= (kappa - by_chance * apart) ** 2
    error = sqrt(max(0.0, spread) / n) / (1 - by_chance)
    half = NormalDist().inv_cdf(0.975) * error
    return Agreement(kappa, max(-1.0, kappa - half), min(1.0, kappa + half))
