"""Linear plans: a budget over media, and a blend at least cost."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bbm_core.prescribe.linear import LinearAnswer, LinearPlan, Row, Sense, solve


def _solved(plan: LinearPlan) -> LinearAnswer:
    answer = solve(plan)
    assert isinstance(answer, LinearAnswer)
    return answer


def _media(inputs: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    del folder
    radio, television = inputs["radio_max_share"], inputs["tv_min_share"]
    rows = (
        Row("budget", tuple(inputs["cost"]), Sense.AT_MOST, inputs["budget"]),
        Row("radio", (-radio, 1 - radio, -radio), Sense.AT_MOST, 0),
        Row("tv", (1 - television, -television, -television), Sense.AT_LEAST, 0),
    )
    plan = LinearPlan(worths=tuple(inputs["audience"]), rows=rows, most=tuple(inputs["max_units"]))
    answer = _solved(plan)
    return {
        "units": answer.quantities,
        "audience": answer.total,
        "dual_budget": answer.prices["budget"],
    }


def _blend(inputs: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    del folder
    least = [
        Row(f"least {n}", tuple(weights), Sense.AT_LEAST, amount)
        for n, (weights, amount) in enumerate(inputs["ge"])
    ]
    most = [
        Row(f"most {n}", tuple(weights), Sense.AT_MOST, amount)
        for n, (weights, amount) in enumerate(inputs["le"])
    ]
    total = Row("sum", (1.0,) * len(inputs["cost"]), Sense.EXACTLY, inputs["sum"])
    plan = LinearPlan(worths=tuple(inputs["cost"]), rows=(*least, *most, total), least_is_best=True)
    answer = _solved(plan)
    return {"x": answer.quantities, "cost": answer.total}


ADAPTERS = {"budget allocation": _media, "least cost blend": _blend}
