"""Problem 1: more leads, lower quality."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from agent.alerts.figures import band_range, percent, points
from agent.alerts.message import foreign_text, slice_name
from agent.checks.answer import Answer, CheckName, Figure, Standing
from agent.checks.desk import Desk
from agent.checks.words import say
from agent.tell import standings
from agent.weigh import weigh
from agent.wiring import Books
from bbm_core.balance.band import Band
from bbm_core.balance.cause import Cause, mix_rate
from bbm_core.balance.cells import CHANNEL, Unit
from bbm_core.balance.dilution import SURE, Dilution, Trend, dilution
from bbm_core.balance.tally import WEEK, Period, by_slice, last_closed_week, weekly, weeks_until
from bbm_core.balance.watch import SKEWED, Skew
from bbm_core.icp.profile import Lang
from bbm_core.prescribe.measures import recommend

_STANDINGS = {
    Trend.DILUTED: Standing.PROBLEM,
    Trend.WORSE: Standing.WATCH,
    Trend.GROWN: Standing.GOOD,
    Trend.STEADY: Standing.GOOD,
    Trend.UNCLEAR: Standing.UNCLEAR,
}
_WORSE = (Trend.DILUTED, Trend.WORSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """Two spans of the first stage's inflow, and what `bbm balance` says of the stage."""

    stage: str
    before: Period
    after: Period
    found: Dilution
    cause: Cause | None
    skew: Skew  # of the detector, or of the incident that is still open
    band: Band | None = None  # of the detector whose window this is; None: the configured weeks

    @property
    def standing(self) -> Standing:
        """What the detector is sure of stands, however the weeks around its window look."""
        if self.band is None:
            return _STANDINGS[self.found.trend]
        if self.skew is Skew.QUALITY:
            return Standing.WATCH
        return Standing.PROBLEM if self.found.more > SURE else Standing.WATCH

    @property
    def is_worse(self) -> bool:
        return self.skew is Skew.VOLUME or self.found.trend in _WORSE


def answer_more_leads(desk: Desk) -> Answer:
    """Is the first stage's inflow larger and worse than it was?

    The last closed weeks are held against as many before them; where the stage is out of its band
    and they do not show it, the detector's window against the weeks of the baseline.
    """
    seen = _look(desk)
    advice = recommend(Skew.VOLUME, seen.stage, seen.cause) if seen.is_worse else ()
    return Answer(
        check=CheckName.MORE_LEADS,
        standing=seen.standing,
        finding=tuple(_finding(seen, desk.lang)),
        figures=tuple(_figures(seen, desk.lang)),
        advice=tuple(foreign_text(one, desk.lang) for one in advice),
        body=_body(seen),
    )


def _look(desk: Desk) -> _Seen:
    """The configured weeks, unless the detector has seen what they do not show."""
    open_ones = standings(desk.books.store)
    report = weigh(desk.books, open_ones)[0]
    stage, status = report.stage.name, report.status
    incident = open_ones.get(stage)
    skew = incident.skew if incident and report.skew is Skew.UNCLEAR else report.skew
    after = _period(desk)
    seen = _compare(desk.books, stage, (after.before(), after), skew)
    agrees = skew is Skew.VOLUME and seen.found.trend in _WORSE
    if agrees or skew not in SKEWED or status is None or status.period is None:
        return seen
    after = status.period
    before = _recorded(desk.books, stage, after)
    return replace(_compare(desk.books, stage, (before, after), skew), band=status.band)


def _recorded(books: Books, stage: str, after: Period) -> Period:
    """The baseline's weeks before these, none from before the first record."""
    version = books.rules.classifier.version
    cells = books.store.cells(version, unit=Unit.RECORD, stage=stage)
    whole = weeks_until(after.first - WEEK, books.settings.watch.baseline_weeks)
    filled = (week.week for week in weekly(cells, stage, whole) if week.tally.total)
    return Period(min(filled, default=whole.last), whole.last)


def _period(desk: Desk) -> Period:
    today, age = desk.now.date(), desk.books.settings.watch.judge_age_days
    return weeks_until(last_closed_week(today, age), desk.settings.weeks)


def _compare(books: Books, stage: str, spans: tuple[Period, Period], skew: Skew) -> _Seen:
    version, (before, after) = books.rules.classifier.version, spans
    cells = books.store.cells(version, unit=Unit.RECORD, stage=stage)
    channels = books.store.cells(version, unit=Unit.RECORD, stage=stage, dimension=CHANNEL)
    past, present = (by_slice(channels, stage, span, CHANNEL) for span in spans)
    return _Seen(
        stage=stage,
        before=before,
        after=after,
        found=dilution(weekly(cells, stage, before), weekly(cells, stage, after)),
        cause=mix_rate(past, present),
        skew=skew,
    )


def _finding(seen: _Seen, lang: Lang) -> Iterator[str]:
    found, counts = seen.found, _counts(seen)
    yield say(
        lang,
        f"dilution_{_verdict(seen)}",
        weeks=seen.after.weeks,
        past=seen.before.weeks,
        before=counts["records"][0],
        after=counts["records"][1],
        rate_before=percent(found.before.rate),
        rate_after=percent(found.after.rate),
        band=band_range(seen.band, lang) if seen.band else "",
        needed=found.needed,
    )
    if seen.is_worse:
        key = "dilution_icp_weekly" if seen.band else "dilution_icp"
        yield say(lang, key, before=counts["icp"][0], after=counts["icp"][1])
        top = seen.cause.headline if seen.cause else None
        if top is not None and seen.cause is not None and seen.cause.change < 0:
            name = slice_name(top.name or "", lang)
            yield say(lang, "dilution_channel", channel=name, points=points(top.total, lang))


def _verdict(seen: _Seen) -> str:
    if seen.band is None:
        return seen.found.trend
    if seen.skew is Skew.QUALITY:
        return "above_band"
    return "below_band_more" if seen.found.more > SURE else "below_band"


def _counts(seen: _Seen) -> Mapping[str, tuple[str, str]]:
    """Before and after; a week where the two spans differ in length."""
    before, after = seen.found.before, seen.found.after
    pairs = {"records": (before.total, after.total), "icp": (before.icp, after.icp)}
    if seen.band is None:
        return {name: (f"{a:,}", f"{b:,}") for name, (a, b) in pairs.items()}
    first, second = seen.before.weeks, seen.after.weeks
    return {name: (f"{a / first:,.1f}", f"{b / second:,.1f}") for name, (a, b) in pairs.items()}


def _figures(seen: _Seen, lang: Lang) -> Iterator[Figure]:
    found, counts = seen.found, _counts(seen)
    each = "_weekly" if seen.band else ""
    pairs = (
        (f"figure_records{each}", *counts["records"]),
        (f"figure_icp{each}", *counts["icp"]),
        ("figure_rate", percent(found.before.rate), percent(found.after.rate)),
    )
    for label, before, after in pairs:
        yield Figure(say(lang, label), say(lang, "from_to", before=before, after=after))
    if seen.band is not None:
        yield Figure(say(lang, "figure_band"), band_range(seen.band, lang))
    elif found.odds_ratio is not None and found.interval is not None:
        low, high = found.interval
        value = f"{found.odds_ratio:.2f} ({low:.2f}–{high:.2f})"
        yield Figure(say(lang, "figure_odds"), value)


def _body(seen: _Seen) -> Mapping[str, Any]:
    found, band = seen.found, seen.band
    top = seen.cause.headline if seen.cause else None
    return {
        "stage": seen.stage,
        "from": seen.after.first,
        "to": seen.after.last_day,
        "before_from": seen.before.first,
        "before_to": seen.before.last_day,
        "weeks": {"before": seen.before.weeks, "after": seen.after.weeks},
        "skew": seen.skew,
        "band": band and [band.low, band.high if band.capped else None],
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
