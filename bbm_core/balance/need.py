"""How many records it takes to see a change, so that silence is not taken for an answer."""

from statistics import NormalDist


def needed(rate: float, change: float, power: float = 0.80, confidence: float = 0.95) -> int | None:
    """Decided records that each of two periods needs for this change to show (Fleiss 1981).

    About 290 for ten points at 30 %, and 1,250 for five. None where the change leads out of the
    possible, or is none.

    Args:
        rate: the usual rate.
        change: what is to be seen, as a difference of rates; negative for a drop.
        power: how likely it is to be seen.
        confidence: of the two-sided test.
    """
    other = rate + change
    if not change or not 0 <= other <= 1:
        return None
    normal = NormalDist()
    spread = normal.inv_cdf((1 + confidence) / 2) + normal.inv_cdf(power)
    return round(spread**2 * (rate * (1 - rate) + other * (1 - other)) / change**2)


def weeks_needed(needed_records: int, known: float, rho: float) -> float | None:
    """In how many weeks so many records come in; None where none come.

    Records of one week resemble each other, so n of them count as n / (1 + (n - 1)ρ).
    """
    if known <= 0:
        return None
    return needed_records * (1 + max(known - 1, 0) * rho) / known
