"""Problem 1: more leads, lower quality."""

from collections.abc import Iterator, Mapping
from typing import Any

from agent.alerts.figures import percent, points
from agent.alerts.message import foreign_text, slice_name
from agent.checks.answer import Answer, CheckName, Figure, Standing
from agent.checks.desk import Desk
from agent.checks.words import say
from bbm_core.balance.cause import Cause, mix_rate
from bbm_core.balance.cells import CHANNEL, Unit
from bbm_core.balance.dilution import Dilution, Trend, dilution
from bbm_core.balance.tally import Period, by_slice, last_closed_week, weekly, weeks_until
from bbm_core.balance.watch import Skew
from bbm_core.prescribe.measures import recommend

_STANDINGS = {
    Trend.DILUTED: Standing.PROBLEM,
    Trend.WORSE: Standing.WATCH,
    Trend.GROWN: Standing.GOOD,
    Trend.STEADY: Standing.GOOD,
    Trend.UNCLEAR: Standing.UNCLEAR,
}


def answer_more_leads(desk: Desk) -> Answer:
    """Compare the last closed weeks of the first stage with as many before them."""
    stage = desk.books.rules.stages[0]
    after = _period(desk)
    found = _compare(desk, stage.name, after)
    cause = _cause(desk, stage.name, after)
    turned = found.trend in {Trend.DILUTED, Trend.WORSE}
    advice = recommend(Skew.VOLUME, stage.name, cause) if turned else ()
    return Answer(
        check=CheckName.MORE_LEADS,
        standing=_STANDINGS[found.trend],
        finding=tuple(_finding(found, cause, desk)),
        figures=tuple(_figures(found, desk)),
        advice=tuple(foreign_text(one, desk.lang) for one in advice),
        body=_body(stage.name, after, found, cause),
    )


def _period(desk: Desk) -> Period:
    today, age = desk.now.date(), desk.books.settings.watch.judge_age_days
    return weeks_until(last_closed_week(today, age), desk.settings.weeks)


def _compare(desk: Desk, stage: str, after: Period) -> Dilution:
    version = desk.books.rules.classifier.version
    cells = desk.books.store.cells(version, unit=Unit.RECORD, stage=stage)
    return dilution(weekly(cells, stage, after.before()), weekly(cells, stage, after))


def _cause(desk: Desk, stage: str, after: Period) -> Cause | None:
    version = desk.books.rules.classifier.version
    cells = desk.books.store.cells(version, unit=Unit.RECORD, stage=stage, dimension=CHANNEL)
    before = by_slice(cells, stage, after.before(), CHANNEL)
    return mix_rate(before, by_slice(cells, stage, after, CHANNEL))


def _finding(found: Dilution, cause: Cause | None, desk: Desk) -> Iterator[str]:
    lang, weeks = desk.lang, desk.settings.weeks
    yield say(
        lang,
        f"dilution_{found.trend}",
        weeks=weeks,
        before=f"{found.before.total:,}",
        after=f"{found.after.total:,}",
        rate_before=percent(found.before.rate),
        rate_after=percent(found.after.rate),
        needed=found.needed,
    )
    if found.trend in {Trend.DILUTED, Trend.WORSE}:
        counts = {"before": f"{found.before.icp:,}", "after": f"{found.after.icp:,}"}
        yield say(lang, "dilution_icp", **counts)
        top = cause.headline if cause else None
        if top is not None and cause is not None and cause.change < 0:
            name = slice_name(top.name or "", lang)
            yield say(lang, "dilution_channel", channel=name, points=points(top.total, lang))


def _figures(found: Dilution, desk: Desk) -> Iterator[Figure]:
    lang = desk.lang
    pairs = (
        ("figure_records", f"{found.before.total:,}", f"{found.after.total:,}"),
        ("figure_icp", f"{found.before.icp:,}", f"{found.after.icp:,}"),
        ("figure_rate", percent(found.before.rate), percent(found.after.rate)),
    )
    for label, before, after in pairs:
        yield Figure(say(lang, label), say(lang, "from_to", before=before, after=after))
    if found.odds_ratio is not None and found.interval is not None:
        low, high = found.interval
        value = f"{found.odds_ratio:.2f} ({low:.2f}–{high:.2f})"
        yield Figure(say(lang, "figure_odds"), value)


def _body(stage: str, after: Period, found: Dilution, cause: Cause | None) -> Mapping[str, Any]:
    top = cause.headline if cause else None
    return {
        "stage": stage,
        "from": after.first,
        "to": after.last_day,
        "trend": found.trend,
        "records": {"before": found.before.total, "after": found.after.total},
        "icp": {"before": found.before.icp, "after": found.after.icp},
        "rate": {"before": found.before.rate, "after": found.after.rate},
        "odds_ratio": found.odds_ratio,
        "interval": found.interval and list(found.interval),
        "more": round(found.more, 6),
        "lower": round(found.lower, 6),
        "needed": found.needed,
        "channel": top and {"name": top.name, "points": round(float(top.total), 6)},
    }
