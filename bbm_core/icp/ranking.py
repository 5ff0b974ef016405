"""How well a score ranks what happened: AUC, lift, KS, calibration, and how sure each is.

Scores are whole numbers with many ties, so everything works on counts by score. The seed of every
draw is given, so that the same cases give the same figures.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import erf, exp, log, log1p, sqrt

from bbm_core.balance.rate import Interval, wilson
from bbm_core.chance import Chance, seeded

DRAWS = 1000
"""Bootstrap samples and permutations."""

FEW_TO_SHUFFLE = 5000
"""Above so many cases shuffling takes seconds, and its normal limit says the same."""

Counts = Mapping[int, tuple[int, int]]
"""By score: how many did not come to it, and how many did."""


@dataclass(frozen=True, slots=True)
class Tenth:
    """A tenth of the cases, best scores first; equal scores are never torn apart."""

    low: int
    high: int
    happened: int
    cases: int
    interval: Interval

    @property
    def rate(self) -> float:
        return self.happened / self.cases


@dataclass(frozen=True, slots=True)
class Line:
    """A logistic line: log odds = intercept + slope · score."""

    intercept: float
    slope: float

    def chance(self, score: float) -> float:
        return 1 / (1 + exp(-max(-500.0, min(500.0, self.intercept + self.slope * score))))


def counted(cases: Iterable[tuple[int, bool]]) -> Counts:
    """Cases as counts by score; the order of the cases does not matter."""
    sums: dict[int, list[int]] = {}
    for score, happened in cases:
        sums.setdefault(score, [0, 0])[happened] += 1
    return {score: (sums[score][0], sums[score][1]) for score in sorted(sums)}


def totals(counts: Counts) -> tuple[int, int]:
    """How many did not come to it, and how many did."""
    return sum(n for n, _ in counts.values()), sum(k for _, k in counts.values())


def auc(counts: Counts) -> float | None:
    """The chance that one who came to it scores above one who did not; ties count half.

    Mann and Whitney (1947). None where one of the two sides is empty.
    """
    return _auc([n for n, _ in counts.values()], [k for _, k in counts.values()])


def auc_interval(counts: Counts, seed: str, confidence: float = 0.95) -> Interval | None:
    """The percentile interval of a Poisson bootstrap, which draws each score's counts anew.

    Chamandy, Muralidharan, Najmi and Naidu (2012): for sums it is Efron's bootstrap without the
    cost of drawing every case. None where one of the two sides is empty.
    """
    if not all(totals(counts)):
        return None
    draw = seeded("auc", seed)
    found = []
    for _ in range(DRAWS):
        down = [_poisson(draw, n) for n, _ in counts.values()]
        up = [_poisson(draw, k) for _, k in counts.values()]
        value = _auc(down, up)
        if value is not None:
            found.append(value)
    found.sort()
    tail = (1 - confidence) / 2
    return Interval(found[int(tail * len(found))], found[int((1 - tail) * len(found)) - 1])


def permutation_p(counts: Counts, seed: str) -> float | None:
    """How often shuffled outcomes rank as well as the real ones: (1 + hits) / (1 + shuffles).

    Phipson and Smyth (2010). With many cases the normal limit with its correction for ties. None
    where one of the two sides is empty.
    """
    seen = auc(counts)
    if seen is None:
        return None
    down, up = totals(counts)
    if down + up > FEW_TO_SHUFFLE:
        return _limit_p(counts, seen)
    scores = [score for score, (n, k) in counts.items() for _ in range(n + k)]
    draw, whole = seeded("shuffle", seed), {score: n + k for score, (n, k) in counts.items()}
    hits = 0
    for _ in range(DRAWS):
        chosen = Counter(draw.sample(scores, up))
        ups = [chosen.get(score, 0) for score in whole]
        shuffled = _auc([n - k for n, k in zip(whole.values(), ups, strict=True)], ups)
        hits += shuffled is not None and shuffled >= seen - 1e-12
    return (1 + hits) / (1 + DRAWS)


def lift(counts: Counts, share: float = 0.20) -> float | None:
    """How many times the usual rate the best-scored share has; of a tie at its edge, the mean."""
    down, up = totals(counts)
    if not up:
        return None
    wanted = share * (down + up)
    taken = hits = 0.0
    for score in sorted(counts, reverse=True):
        n, k = counts[score]
        part = min(1.0, (wanted - taken) / (n + k))
        taken += part * (n + k)
        hits += part * k
        if taken >= wanted:
            break
    return (hits / wanted) / (up / (down + up))


def kolmogorov_smirnov(counts: Counts) -> float | None:
    """The widest gap between the two sides' distributions of the score."""
    down, up = totals(counts)
    if not down or not up:
        return None
    below = accumulate(n for n, _ in counts.values())
    above = accumulate(k for _, k in counts.values())
    return max(abs(n / down - k / up) for n, k in zip(below, above, strict=True))


def tenths(counts: Counts) -> tuple[Tenth, ...]:
    """The cases by score, best first, in ten parts of about the same size, or in fewer.

    Equal scores stay together, in the tenth in which the middle one of them lies: which of them
    came first would be chance.
    """
    total, seen = sum(totals(counts)), 0
    parts: dict[int, list[int]] = {}
    for score in sorted(counts, reverse=True):
        size = sum(counts[score])
        parts.setdefault(10 * (2 * seen + size) // (2 * total), []).append(score)
        seen += size
    return tuple(_tenth(scores, counts) for scores in parts.values())


def fit_line(counts: Counts) -> Line | None:
    """The logistic regression of what happened on the score, by Newton's method.

    Half a case of either outcome is added at each end of the score, which keeps the slope finite
    where the score separates the sides perfectly. None where a side is empty or no score differs.
    """
    if not all(totals(counts)) or len(counts) < 2:  # noqa: PLR2004 - one score has no slope
        return None
    low, high = min(counts), max(counts)
    rows = [(float(score), float(n), float(k)) for score, (n, k) in counts.items()]
    rows += [(float(end), 0.5, 0.5) for end in (low, high)]
    return _newton(rows)


def brier(counts: Counts, line: Line) -> float:
    """The mean squared difference between the chance that was given and what happened."""
    total = sum(totals(counts))
    squares = 0.0
    for score, (n, k) in counts.items():
        chance = line.chance(score)
        squares += n * chance * chance + k * (1 - chance) ** 2
    return squares / total


def brier_of_rate(counts: Counts, rate: float) -> float:
    """The Brier score of whoever gives everybody the same chance."""
    down, up = totals(counts)
    return (down * rate * rate + up * (1 - rate) ** 2) / (down + up)


def recalibration(counts: Counts, line: Line) -> Line | None:
    """Intercept and slope of what happened on the given log odds: 0 and 1 are perfect (Cox 1958).

    None where there is nothing to fit.
    """
    if not all(totals(counts)) or len(counts) < 2:  # noqa: PLR2004 - one score has no slope
        return None
    odds = [(line.intercept + line.slope * score, n, k) for score, (n, k) in counts.items()]
    if odds[0][0] == odds[-1][0]:
        return None
    rows = [(value, float(n), float(k)) for value, n, k in odds]
    rows += [(end, 0.5, 0.5) for end in (odds[0][0], odds[-1][0])]
    return _newton(rows)


def _tenth(scores: Sequence[int], counts: Counts) -> Tenth:
    happened = sum(counts[score][1] for score in scores)
    cases = sum(sum(counts[score]) for score in scores)
    return Tenth(min(scores), max(scores), happened, cases, wilson(happened, cases))


def _auc(down: Sequence[int], up: Sequence[int]) -> float | None:
    """From counts in the order of rising scores."""
    downs, ups = sum(down), sum(up)
    if not downs or not ups:
        return None
    below = won = 0.0
    for n, k in zip(down, up, strict=True):
        won += k * (below + n / 2)
        below += n
    return won / (downs * ups)


def _limit_p(counts: Counts, seen: float) -> float:
    """One-sided, by the normal limit of Mann and Whitney's U with its correction for ties."""
    down, up = totals(counts)
    total = down + up
    ties = sum((n + k) ** 3 - (n + k) for n, k in counts.values())
    spread = (total + 1 - ties / (total * (total - 1))) / (12 * down * up)
    if spread <= 0:
        return 1.0
    z = (seen - 0.5) / sqrt(spread)
    return 0.5 * (1 - erf(z / sqrt(2)))


_MANY = 50
"""From here on the normal distribution stands in for Poisson's."""


def _poisson(draw: Chance, mean: int) -> int:
    if mean == 0:
        return 0
    if mean >= _MANY:
        return max(0, round(draw.gauss(mean, sqrt(mean))))
    # Waiting times until they pass 1 (Devroye 1986, X.3); -log1p(-u) is one of them.
    count, waited = 0, -log1p(-draw.random())
    while waited < mean:
        count += 1
        waited -= log1p(-draw.random())
    return count


_STEPS = 50
_CLOSE = 1e-10
_STEEPEST_STEP = 2.0


def _newton(rows: Sequence[tuple[float, float, float]]) -> Line:
    """The likeliest line through counts (value, not, did); values are centred and scaled first."""
    weight = sum(n + k for _, n, k in rows)
    centre = sum((n + k) * x for x, n, k in rows) / weight
    scale = sqrt(sum((n + k) * (x - centre) ** 2 for x, n, k in rows) / weight)
    scaled = [((x - centre) / scale, n, k) for x, n, k in rows]
    ups = sum(k for _, _, k in rows)
    a, b = log(ups / (weight - ups)), 0.0
    for _ in range(_STEPS):
        step_a, step_b = _step(scaled, Line(a, b))
        a, b = a + step_a, b + step_b
        if abs(step_a) + abs(step_b) < _CLOSE:
            break
    return Line(a - b * centre / scale, b / scale)


def _step(rows: Sequence[tuple[float, float, float]], line: Line) -> tuple[float, float]:
    """One step of Newton's, held back where the curve is flat."""
    pull_a = pull_b = aa = ab = bb = 0.0
    for x, n, k in rows:
        chance = line.chance(x)
        off, curve = k - (n + k) * chance, (n + k) * chance * (1 - chance)
        pull_a, pull_b = pull_a + off, pull_b + off * x
        aa, ab, bb = aa + curve, ab + curve * x, bb + curve * x * x
    spread = aa * bb - ab * ab
    steps = (bb * pull_a - ab * pull_b) / spread, (aa * pull_b - ab * pull_a) / spread
    longest = max(map(abs, steps))
    held = min(1.0, _STEEPEST_STEP / longest) if longest else 1.0
    return steps[0] * held, steps[1] * held
