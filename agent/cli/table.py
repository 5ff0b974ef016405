"""The balance table: one row a stage."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from agent.cli.kpi_words import KPI
from agent.cli.output import sign
from agent.cli.sheet import Column, Sheet, as_table
from agent.cli.words import WORDS, assumed_words, verdict_words
from agent.weigh import StageReport
from bbm_core.balance.band import Band
from bbm_core.balance.rate import Interval, coverage
from bbm_core.balance.tally import Tally
from bbm_core.balance.watch import SKEWED, Skew
from bbm_core.icp.profile import Lang


def balance_table(reports: Sequence[StageReport], lang: Lang) -> Table:
    """Total, ICP count, unknowns, rate with interval, band with origin, verdict."""
    return as_table(balance_sheet(reports, lang))


def balance_sheet(
    reports: Sequence[StageReport], lang: Lang, *, with_bounds: bool = False
) -> Sheet:
    """The same in any form; with bounds, also what the unknowns leave open."""
    words, more = WORDS[lang], KPI[lang]
    columns = [Column(words["stage"])]
    columns += [Column(words[name], is_figure=True) for name in ("total", "icp", "unknown", "rate")]
    columns += [Column(words[name]) for name in ("interval", "band", "verdict")]
    columns += [Column(more[name]) for name in ("decided", "bounds", "firm") if with_bounds]
    rows = [(*_row(one, lang), *(_open(one, lang) if with_bounds else ())) for one in reports]
    return Sheet(columns, list(rows))


def _row(report: StageReport, lang: Lang) -> Sequence[str]:
    tally = report.inflow
    return (
        report.stage.label.text(lang),
        f"{tally.total:,}",
        f"{tally.icp:,}",
        f"{tally.unknown:,}",
        percent(tally.rate),
        span(report.interval) if tally.known else "",
        _band(report.band, lang),
        f"{_mark(report.skew)}{verdict_words(report.skew, report.band, lang)}",
    )


def _open(report: StageReport, lang: Lang) -> Sequence[str]:
    """The share decided, the rate if no or all unknowns were ICP, and whether that matters."""
    words = KPI[lang]
    firm = {None: "–", True: words["yes"], False: words["no"]}[report.is_firm]
    tally = report.inflow
    return percent(coverage(tally)), span(report.bounds) if tally.total else "", firm


def _band(band: Band | None, lang: Lang) -> str:
    if band is None:
        return "–"
    range_ = span(Interval(band.low, band.high), digits=0) if band.capped else f"≥{band.low:.0%}"
    return f"{range_} {WORDS[lang][band.origin.value]}{assumed_words(band, lang)}"


def _mark(skew: Skew) -> str:
    return f"{sign(skew.value)} " if skew in SKEWED else ""


def percent(rate: float | None, digits: int = 1) -> str:
    return "–" if rate is None else f"{100 * rate:.{digits}f}%"


def points(change: float) -> str:
    """A difference of two shares in percentage points, with its sign."""
    return f"{100 * change:+.1f}".replace("-", "−")


def span(interval: Interval, digits: int = 1) -> str:
    return f"{100 * interval.low:.{digits}f}–{100 * interval.high:.{digits}f}%"


def stage_json(report: StageReport) -> Mapping[str, Any]:
    """A stage as programs read it; rates are shares, unknowns stand apart."""
    status = report.status
    return {
        "stage": report.stage.name,
        "period": {"from": report.period.first, "to": report.period.last_day},
        "inflow": tally_json(report.inflow),
        "before": tally_json(report.before),
        "accounts": tally_json(report.accounts),
        "stock": tally_json(report.stock),
        "interval": list(report.interval),
        "bounds": list(report.bounds),
        "band": report.band
        and {
            "low": report.band.low,
            "high": report.band.high if report.band.capped else None,
            "origin": report.band.origin,
            "default_hours": report.band.assumed,
        },
        "verdict": report.skew,
        "coverage": coverage(report.inflow),
        "firm": report.is_firm,
        "index": report.index,
        "detector": status
        and {
            "weeks": status.weeks,
            "tally": tally_json(status.tally),
            "below": round(status.posterior_low, 6),
            "above": round(status.posterior_high, 6),
            "overdispersion": round(status.phi, 6),
            "needed": status.needed,
        },
        "cause": [
            {"channel": c.name, "points": round(float(c.total), 6)}
            for c in (report.cause.contributions if report.cause else ())
        ],
    }


def stage_figures(report: StageReport) -> Mapping[str, Any]:
    """The figures of the table alone, for CSV."""
    band = report.band
    return {
        "stage": report.stage.name,
        "first": report.period.first,
        "last": report.period.last_day,
        **tally_json(report.inflow),
        "interval": list(report.interval),
        "coverage": coverage(report.inflow),
        "bounds": list(report.bounds),
        "band": [None, None] if band is None else [band.low, band.high if band.capped else None],
        "origin": band and band.origin,
        "verdict": report.skew,
        "firm": report.is_firm,
        "index": report.index,
    }


def tally_json(tally: Tally) -> Mapping[str, Any]:
    return {
        "total": tally.total,
        "icp": tally.icp,
        "not_icp": tally.not_icp,
        "unknown": tally.unknown,
        "rate": tally.rate,
        "amount_icp": tally.amount_icp,
        "amount_not_icp": tally.amount_not_icp,
        "amount_unknown": tally.amount_unknown,
    }
