"""Control charts, a change point, and how a difference of rates or sums splits."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from bbm_core.balance.cause import Group, rate_split, two_factors
from bbm_core.balance.changepoint import change_in_mean, largest_f, pettitt, several_changes
from bbm_core.balance.charts import (
    Chart,
    c_chart,
    cusum,
    ewma,
    laney_chart,
    laney_sigma,
    p_chart,
    u_chart,
)

Inputs = Mapping[str, Any]
EXACT_D2 = 1.1283791670955126


def _limits(chart: Chart) -> Mapping[str, Any]:
    return {
        "center": chart.center,
        "lcl": chart.low[0],
        "ucl": chart.high[0],
        "outside": list(chart.outside),
    }


def _p(inputs: Inputs, folder: Path) -> Mapping[str, Any]:
    del folder
    return _limits(p_chart(inputs["k"], inputs["n"]))


def _c(inputs: Inputs, folder: Path) -> Mapping[str, Any]:
    del folder
    return _limits(c_chart(inputs["counts"]))


def _u(inputs: Inputs, folder: Path) -> Mapping[str, Any]:
    del folder
    return _limits(u_chart(inputs["counts"], inputs["units"]))


def _laney(inputs: Inputs, folder: Path) -> Mapping[str, Any]:
    del folder
    k, n = inputs["k"], inputs["n"]
    plain, wide = p_chart(k, n), laney_chart(k, n)
    return {
        "center": wide.center,
        "sigma_z_qicharts2": laney_sigma(k, n),
        "sigma_z_exact_d2": laney_sigma(k, n, EXACT_D2),
        "pprime_lcl": wide.low,
        "pprime_ucl": wide.high,
        "pprime_outside": list(wide.outside),
        "p_lcl": plain.low,
        "p_ucl": plain.high,
        "p_outside": list(plain.outside),
    }


def _tabular(inputs: Inputs, folder: Path) -> Mapping[str, Any]:
    del folder
    sums = cusum(inputs["x"], inputs["target"], inputs["K"])
    return {"upper": sums.upper, "lower": sums.lower, "signals": list(sums.signals(inputs["H"]))}


def _standardised(inputs: Inputs, folder: Path) -> Mapping[str, Any]:
    del folder
    x, target, k, h = (inputs[name] for name in ("x", "target", "k", "h"))
    plain, fast = cusum(x, target, k), cusum(x, target, k, inputs["head_start"])
    return {
        "no_fir": plain.upper,
        "fir": fast.upper,
        "first_signal_no_fir": plain.signals(h)[0],
        "first_signal_fir": fast.signals(h)[0],
    }


def _ewma(inputs: Inputs, folder: Path) -> Mapping[str, Any]:
    del folder
    average = ewma(inputs["x"], inputs["center"], inputs["sd"], inputs["lam"])
    return {"ewma": average.values, "sigma": average.sigma}


def _change(inputs: Inputs, folder: Path) -> Mapping[str, Any]:
    del folder
    x, start = inputs["x"], inputs["start_year"]
    change, ranks = change_in_mean(x), pettitt(x)
    assert change is not None
    return {
        "index": change.last_before,
        "year": start + change.last_before - 1,
        "mean_before": change.before,
        "mean_after": change.after,
        "strucchange_ci95_index": [change.low, change.high],
        "strucchange_ci95_years": [start + change.low - 1, start + change.high - 1],
        "supF": largest_f(x),
        "pettitt_K": ranks.statistic,
        "pettitt_p_approx": ranks.p_value,
        "BIC_by_breaks": several_changes(x, 5),
    }


def _kitagawa(inputs: Inputs, folder: Path) -> Mapping[str, Any]:
    del folder
    split = rate_split(*(_groups(inputs, one) for one in "ab"))
    return {
        "crude_a": float(split.before),
        "crude_b": float(split.after),
        "difference": float(split.change),
        "mix_effect": float(split.mix),
        "rate_effect": float(split.rate),
        "mix_percent": float(100 * split.mix / split.change),
        "rate_percent": float(100 * split.rate / split.change),
    }


def _groups(inputs: Inputs, side: str) -> Mapping[str, Group]:
    sizes, rates = inputs[f"size_{side}"], inputs[f"rate_{side}"]
    rows = zip(inputs["age"], sizes, rates, strict=True)
    return {age: Group(Fraction(str(size)), Fraction(str(rate))) for age, size, rate in rows}


def _factors(inputs: Inputs, folder: Path) -> Mapping[str, Any]:
    del folder
    names = ("avg_earnings", "earner_prop")
    before, after = ([Fraction(str(inputs[one][name])) for name in names] for one in "ab")
    first, second = two_factors((before[0], before[1]), (after[0], after[1]))
    return {
        "effect_avg_earnings": float(first),
        "effect_earner_prop": float(second),
        "difference": float(first + second),
    }


ADAPTERS = {
    "p chart": _p,
    "c chart": _c,
    "u chart": _u,
    "Laney": _laney,
    "tabular CUSUM": _tabular,
    "standardised CUSUM": _standardised,
    "EWMA": _ewma,
    "one change in mean": _change,
    "Kitagawa": _kitagawa,
    "two factors": _factors,
}
