"""The document of `bbm recommend`: bbm.recommend/1."""

from collections.abc import Mapping
from typing import Any

from agent.cli.table import stage_json
from agent.prescription import Prescription
from bbm_core.prescribe.gain import Gain
from bbm_core.prescribe.optimum import Optimum, Shortage
from bbm_core.prescribe.pose import profit_now
from bbm_core.prescribe.tornado import Swing


def document(found: Prescription, currency: str) -> Mapping[str, Any]:
    """Everything the text says, and the figures behind it. Rates are shares, spans are a month."""
    outlook = found.outlook
    return {
        "period": {"from": outlook.period.first, "to": outlook.period.last_day},
        "currency": currency,
        "missing": outlook.estimates.gaps,
        "stages": [stage_json(report) for report in found.reports],
        "bands": list(outlook.stage_bands.values()),
        "target": {"need": outlook.need, "load": outlook.need and outlook.need.load}
        if outlook.revenue
        else None,
        "way": found.way,
        "plan": _plan(found),
        "ruling": found.ruling,
        "stance": found.stance and found.stance.body,
        "measures": [_gain(one) for one in found.gains],
        "advice": [
            {"id": one.measure.id, "channel": one.channel, "text": one.text("en")}
            for one in found.advice
        ],
        "exploration": found.floor,
        "risk": outlook.risk,
        "estimates": outlook.estimates.values,
        "channels": outlook.estimates.channels,
        "tornado": [_swing(one) for one in found.swings],
        "problem": outlook.spending.problem,
    }


def _plan(found: Prescription) -> Mapping[str, Any] | None:
    best, problem = found.outlook.best, found.outlook.problem
    if isinstance(best, Shortage):
        return {"shortage": best.of, "needed": best.needed, "available": best.available}
    if not isinstance(best, Optimum) or problem is None:
        return None
    return {
        "profit_now": profit_now(found.outlook.estimates, problem),
        "profit": best.profit,
        "gap": best.gap,
        "hour_value": best.hour_value,
        "budget_value": best.budget_value,
        "hours": best.hours,
        "rate": best.rate,
        "share_icp": best.share_icp,
        "share_other": best.share_other,
        "channels": [
            {"name": channel.name, "leads": leads, "spend": spend}
            for channel, leads, spend in zip(problem.channels, best.leads, best.spends, strict=True)
        ],
    }


def _gain(gain: Gain) -> Mapping[str, Any]:
    return {
        "id": gain.measure.id,
        "direction": gain.measure.direction,
        "spend": gain.spend,
        "leads": gain.leads,
        "icp": gain.icp,
        "rate_change": gain.rate_change,
        "hours": gain.hours,
        "profit": gain.profit,
        "own": gain.own,
    }


def _swing(swing: Swing) -> Mapping[str, Any]:
    return {
        "quantities": swing.quantities,
        "profit_low": swing.low and swing.low.profit,
        "profit_high": swing.high and swing.high.profit,
        "rate_low": swing.low and swing.low.rate,
        "rate_high": swing.high and swing.high.rate,
    }
