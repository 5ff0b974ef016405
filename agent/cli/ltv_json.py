"""Customer values as programs read them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from agent.worth import Worth
from bbm_core.icp.classify import Flag
from bbm_core.value.customer import CustomerValue, LtvClass
from bbm_core.value.customers import by_value, quadrant, two_by_two, two_sides, vintages


def worth_json(worth: Worth, *, kept: bool) -> Mapping[str, Any]:
    """Everything that the text says, and every customer."""
    estimate, chosen = worth.valuation.estimate, worth.chosen
    return {
        "as_of": worth.as_of,
        "currency": worth.base,
        "rung": estimate.rung,
        "months": estimate.months,
        "months_wanted": chosen.horizon_months,
        "discount": chosen.discount if estimate.discounted else None,
        "margin_share": chosen.margin,
        "margins_stated": worth.margins,
        "good": chosen.good,
        "figures": dict(estimate.figures),
        "lacks": [
            {"rung": one.rung, "why": one.why, "have": one.have, "need": one.need}
            for one in worth.valuation.lacks
        ],
        "all": totals(worth.customers),
        "classes": {
            one.value: totals([c for c in worth.customers if c.ltv_class is one])
            for one in LtvClass
        },
        "vintages": [
            {"year": year, **totals(found)} for year, found in vintages(worth.customers).items()
        ],
        "sides": None if worth.flags is None else two_sides(worth.customers, worth.flags),
        "fit": _fit(worth),
        "by": worth.by,
        "groups": [{"group": name, **totals(found)} for name, found in by_group(worth)],
        "left_out": _left_out(worth),
        "strangers": worth.strangers,
        "kept": kept,
        "customers": [_customer(one, worth) for one in by_value(worth.customers)],
    }


def totals(customers: Sequence[CustomerValue]) -> Mapping[str, Any]:
    """Counts by class and sums; the mean is over those whose value is known."""
    valued = [one.ltv for one in customers if one.ltv is not None]
    whole = sum(valued, Decimal())
    classes = [one.ltv_class for one in customers]
    return {
        "customers": len(customers),
        "high": classes.count(LtvClass.HIGH),
        "low": classes.count(LtvClass.LOW),
        "unknown": classes.count(LtvClass.UNKNOWN),
        "left": sum(one.left for one in customers),
        "ltv": whole,
        "mean": round(whole / len(valued), 2) if valued else None,
        "realised": sum((one.realised for one in customers), Decimal()),
    }


def by_group(worth: Worth) -> Sequence[tuple[str, Sequence[CustomerValue]]]:
    """The customers by the group that was asked for, those without one last; none if not asked."""
    found: dict[str, list[CustomerValue]] = {}
    for one in worth.customers if worth.by else ():
        found.setdefault(worth.groups.get(one.customer, ""), []).append(one)
    return sorted(found.items(), key=lambda pair: (not pair[0], pair[0]))


def _fit(worth: Worth) -> Sequence[Mapping[str, Any]] | None:
    if worth.flags is None:
        return None
    return [
        {
            "fit": flag,
            "ltv_class": ltv_class,
            "quadrant": quadrant(flag, ltv_class),
            "customers": share.customers,
            "ltv": share.ltv,
        }
        for (flag, ltv_class), share in two_by_two(worth.customers, worth.flags).items()
    ]


def _left_out(worth: Worth) -> Mapping[str, Any]:
    left_out = worth.left_out
    return {
        "unowned": left_out.unowned,
        "unpriced": left_out.unpriced,
        "future": left_out.future,
        "repeated": left_out.repeated,
        "refunds_only": left_out.refunds_only,
        "unconverted": dict(left_out.unconverted),
        "unconverted_stated": dict(worth.unconverted),
        "unread": dict(worth.unread),
        "rows": {
            path: [{"line": row.line, "why": row.why} for row in rows]
            for path, rows in worth.bad.items()
        },
    }


def _customer(one: CustomerValue, worth: Worth) -> Mapping[str, Any]:
    fit = None if worth.flags is None else worth.flags.get(one.customer, Flag.UNKNOWN)
    return {
        "customer": one.customer,
        "ltv": one.ltv,
        "realised": one.realised,
        "orders": one.orders,
        "first": one.first,
        "left": one.left,
        "ltv_class": one.ltv_class,
        "fit": fit,
        "group": worth.groups.get(one.customer, ""),
    }
