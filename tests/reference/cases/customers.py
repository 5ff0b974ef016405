"""Repeat purchases of customers: BG/NBD."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bbm_core.value.repeat import BgNbd, fit_bgnbd

PUBLISHED = BgNbd(0.243, 4.414, 0.793, 2.426)
"""Table 2 of Fader, Hardie and Lee (2005), with which the single chances were printed."""


def _bgnbd(inputs: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    with (folder / inputs["file"]).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    columns = ([float(row[name]) for row in rows] for name in ("frequency", "recency", "T"))
    fit = fit_bgnbd(*columns)
    assert fit is not None
    assert fit.standard_errors is not None
    ages = [1 / 7, 1, 3, 31 + 6 / 7, 32, 78]
    return {
        "refit": {"r": fit.r, "alpha": fit.alpha, "a": fit.a, "b": fit.b},
        "loglik": fit.log_likelihood,
        "se": dict(zip(("r", "alpha", "a", "b"), fit.standard_errors, strict=True)),
        "expected_repeat": {
            "t": [round(age, 4) for age in ages],
            "e": [fit.expected(age) for age in ages],
        },
        "conditional": {
            "x": 2,
            "t_x": 30.43,
            "T": 38.86,
            "t": 39,
            "e": float(fit.conditional([2], [30.43], [38.86], 39)[0]),
        },
        "p_zero_in_39": PUBLISHED.probability(0, 39),
        "pmf_30_n11_20": [PUBLISHED.probability(n, 30) for n in range(11, 21)],
    }


ADAPTERS = {"BG/NBD": _bgnbd}
