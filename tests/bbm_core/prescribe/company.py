"""A company whose records and four numbers the tests of a prescription share."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from bbm_core.balance.tally import Tally
from bbm_core.prescribe.estimates import Estimates, Given, Observed, estimate

GIVEN = Given(people=6, hours_each=100, margin=0.6, budget=2_000_000)

OBSERVED = Observed(
    months=12,
    entry=Tally(icp=1200, not_icp=2800, unknown=400),
    opportunity=Tally(icp=400, not_icp=350, unknown=50),
    won=Tally(
        icp=120,
        not_icp=70,
        unknown=10,
        amount_icp=Decimal(240_000_000),
        amount_not_icp=Decimal(56_000_000),
        amount_unknown=Decimal(10_000_000),
    ),
    channels={
        "": Tally(icp=30, not_icp=60, unknown=10),
        "Fair": Tally(icp=200, not_icp=1500, unknown=200),
        "Seminar": Tally(icp=600, not_icp=700, unknown=100),
        "Web": Tally(icp=370, not_icp=540, unknown=90),
    },
)


def estimates(
    given: dict[str, Any] | None = None, observed: dict[str, Any] | None = None
) -> Estimates:
    """What is estimated of the company with some of it changed."""
    return estimate(replace(GIVEN, **(given or {})), replace(OBSERVED, **(observed or {})))
