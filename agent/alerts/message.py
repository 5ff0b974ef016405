"""One message, whatever carries it: the verdict first, then why, figures, what to do, where from.

Names from outside (channels, stages, errors) enter through `figures.foreign`, so that no carrier
meets a control sign. What a carrier's markup would read into them is the carrier's to prevent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from agent.alerts.figures import (
    band_range,
    day,
    foreign,
    hours,
    moment,
    percent,
    period_range,
    points,
)
from agent.alerts.incident import Incident
from agent.alerts.need import need_line
from agent.alerts.words import say
from bbm_core.balance.band import Band, Origin
from bbm_core.balance.cause import Cause, Contribution
from bbm_core.balance.funnel import StageSpec
from bbm_core.balance.rate import bounds
from bbm_core.balance.shift import Shift
from bbm_core.balance.tally import Tally
from bbm_core.balance.watch import BandStatus, Skew
from bbm_core.errors import BBMError, TransientError
from bbm_core.icp.profile import Lang
from bbm_core.prescribe.measures import Consequence, Recommendation
from bbm_core.prescribe.target import Need

SEPARATOR = " · "


class Severity(StrEnum):
    """What kind of news this is. Each has its mark, because colour alone says nothing to some."""

    VOLUME = "volume"
    QUALITY = "quality"
    RECOVERY = "recovery"
    STOPPED = "stopped"
    DEFINITION = "definition"
    LOSS = "loss"
    COUNT = "count"  # fewer or more records than usual
    DATA = "data"  # the figures may be a matter of the data

    @property
    def mark(self) -> str:
        return _MARKS[self.value]


_MARKS = {
    "volume": "◀",
    "quality": "▶",
    "recovery": "✔",
    "stopped": "✖",
    "definition": "!",
    "loss": "✖",
    "count": "●",
    "data": "!",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure under its name."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a reader gets. The first sixty signs of the headline carry the verdict."""

    verdict: str
    headline: str
    why: tuple[str, ...]  # sentences
    facts: tuple[Fact, ...] = ()
    actions: tuple[str, ...] = ()
    footer: str
    severity: Severity
    lang: Lang
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What there is to say about a stage outside its band."""

    stage: StageSpec
    status: BandStatus
    before: Tally  # the period of the same length just before
    cause: Cause | None  # by channel
    consequence: Consequence
    measures: tuple[Recommendation, ...]
    source: str  # the CRM or the org, as people call it
    need: Need | None = None  # what the revenue target takes; None: there is no target
    shift: Shift | None = None  # the change, where one was found


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """An error that keeps the agent from its work."""

    error: BBMError
    since: datetime | None  # the last good run, in the readers' zone
    run: int
    source: str


def build_drift(finding: Finding, incident: Incident, lang: Lang) -> Message:
    """Say that a stage left its band, why, what it costs and what to do."""
    status = finding.status
    verdict = say(lang, f"{'early_' * incident.early}{incident.direction}")
    return Message(
        verdict=verdict,
        headline=_headline(verdict, finding.stage, status, lang),
        why=tuple(_reasons(finding, incident, lang)),
        facts=tuple(_facts(status, lang, finding)),
        actions=tuple(foreign_text(one, lang) for one in finding.measures),
        footer=_footer(incident.ref, finding.stage, status, finding.source, lang),
        severity=Severity(incident.direction.value),
        lang=lang,
        ref=incident.ref,
    )


def build_recovery(
    stage: StageSpec, status: BandStatus, incident: Incident, source: str, lang: Lang
) -> Message:
    """Say that an incident is over."""
    verdict = _recovery_verdict(status, lang)
    return Message(
        verdict=verdict,
        headline=_headline(verdict, stage, status, lang),
        why=tuple(_recovery_reasons(status, incident, lang)),
        facts=tuple(_facts(status, lang)),
        footer=_footer(incident.ref, stage, status, source, lang),
        severity=Severity.RECOVERY,
        lang=lang,
        ref=incident.ref,
    )


def build_stopped(halt: Halt, lang: Lang) -> Message:
    """Say that the agent cannot work, and what puts it right."""
    error = halt.error
    footer = [foreign(halt.source), say(lang, "run", run=halt.run)]
    if error.code:
        footer += [error.code, say(lang, "explain", code=error.code)]
    return Message(
        verdict=say(lang, "stopped"),
        headline=say(lang, "stopped_headline", what=foreign(error.message)),
        why=tuple(_halt_reasons(halt, lang)),
        actions=(foreign(error.hint),),
        footer=SEPARATOR.join(footer),
        severity=Severity.STOPPED,
        lang=lang,
        ref=error.code or f"run-{halt.run}",
    )


def foreign_text(recommendation: Recommendation, lang: Lang) -> str:
    """The advice; a channel it names is a foreign name."""
    safe = Recommendation(recommendation.measure, foreign(recommendation.channel))
    return safe.text(lang)


def stage_name(stage: StageSpec, lang: Lang) -> str:
    return foreign(stage.label.text(lang))


def slice_name(name: str, lang: Lang) -> str:
    return foreign(name) or say(lang, "no_channel")


def _headline(verdict: str, stage: StageSpec, status: BandStatus, lang: Lang) -> str:
    return say(
        lang,
        "headline",
        verdict=verdict,
        stage=stage_name(stage, lang),
        rate=percent(status.rate),
        band=say(lang, f"band_{status.band.origin}", band=band_range(status.band, lang)),
    )


def _reasons(finding: Finding, incident: Incident, lang: Lang) -> Iterator[str]:
    if finding.cause is None:
        yield say(lang, "nothing_before")
    else:
        yield from _cause(finding.cause, lang)
    if finding.shift is not None:
        yield say(lang, "since", week=day(finding.shift.since, lang))
    if incident.early:
        yield say(lang, "early")
    yield from _cost(finding.consequence, incident.direction, lang)
    if finding.need is not None:
        yield need_line(finding.need, lang)


def _cause(cause: Cause, lang: Lang) -> Iterator[str]:
    before, after = percent(cause.before.rate), percent(cause.after.rate)
    yield say(lang, "moved", before=before, after=after, change=points(cause.change, lang))
    for name, one in _pushing(cause, lang)[:1]:
        yield _slice_sentence(name, one, cause, lang)
    for name, one in _pushing(cause, lang)[1:2]:
        yield say(lang, "slice_next", slice=name, points=points(one.total, lang))
    if cause.reverses:
        yield say(lang, "reverses")


def _pushing(cause: Cause, lang: Lang) -> list[tuple[str, Contribution]]:
    """The named slices that pushed in the direction of the change, by half a point or more."""
    floor = Fraction(5, 1000)
    return [
        (slice_name(one.name, lang), one)
        for one in cause.contributions
        if one.name is not None and one.total * cause.change > 0 and abs(one.total) >= floor
    ]


def _slice_sentence(name: str, one: Contribution, cause: Cause, lang: Lang) -> str:
    moved = points(one.total, lang)
    if abs(one.mix) >= abs(one.rate):
        before, after = _share(one.before, cause.before), _share(one.after, cause.after)
        rate = percent(one.after.rate if one.after.known else one.before.rate)
        return say(
            lang, "slice_mix", slice=name, points=moved, before=before, after=after, rate=rate
        )
    before, after = percent(one.before.rate), percent(one.after.rate)
    return say(lang, "slice_rate", slice=name, points=moved, before=before, after=after)


def _share(part: Tally, whole: Tally) -> str:
    return percent(Fraction(part.known, whole.known))


def _cost(cost: Consequence, direction: Skew, lang: Lang) -> Iterator[str]:
    icp, others = _moved(cost.icp_per_week, lang), _moved(cost.not_icp_per_week, lang)
    if direction is Skew.QUALITY:
        yield say(lang, "cost_narrow", others=others, icp=icp)
    elif cost.not_icp_per_week <= 0:
        yield say(lang, "cost_fewer", others=others, icp=icp)
    else:
        yield say(lang, "cost_more", others=others, icp=icp)
        if cost.hours_per_week is not None:
            yield say(lang, "cost_hours", hours=hours(cost.hours_per_week))


def _moved(count: int, lang: Lang) -> str:
    if count == 0:
        return say(lang, "same")
    return say(lang, "more" if count > 0 else "fewer", count=f"{abs(count):,}")


def _facts(status: BandStatus, lang: Lang, finding: Finding | None = None) -> Iterator[Fact]:
    tally = status.tally
    cause = finding.cause if finding else None
    former = cause.before.rate if cause else None
    count = say(lang, "count", icp=f"{tally.icp:,}", known=f"{tally.known:,}")
    yield Fact(say(lang, "rate_label"), _was(percent(tally.rate), former, lang))
    yield _band_fact(status.band, lang)
    yield Fact(say(lang, "count_label"), count)
    if finding is not None:
        totals = say(lang, "was", now=f"{tally.total:,}", before=f"{finding.before.total:,}")
        yield Fact(say(lang, "total_label"), totals)
    if tally.unknown:
        yield Fact(say(lang, "unknown_label"), _unknowns(tally, lang))


def _was(now: str, before: float | None, lang: Lang) -> str:
    return now if before is None else say(lang, "was", now=now, before=percent(before))


def _band_fact(band: Band, lang: Lang) -> Fact:
    return Fact(say(lang, f"band_label_{band.origin}"), band_range(band, lang))


def _unknowns(tally: Tally, lang: Lang) -> str:
    low, high = bounds(tally)
    unknown = f"{tally.unknown:,}"
    return say(lang, "unknown", unknown=unknown, low=percent(low), high=percent(high))


def _footer(ref: str, stage: StageSpec, status: BandStatus, source: str, lang: Lang) -> str:
    period = [period_range(status.period, lang)] if status.period else []
    why = say(lang, "why", ref=ref)
    return SEPARATOR.join([ref, stage_name(stage, lang), *period, foreign(source), why])


def _recovery_verdict(status: BandStatus, lang: Lang) -> str:
    if status.skew is not Skew.BALANCED:
        return say(lang, f"turned_{status.skew}")
    return say(lang, "back_usual" if status.band.origin is Origin.BASELINE else "back")


def _recovery_reasons(status: BandStatus, incident: Incident, lang: Lang) -> Iterator[str]:
    inside = "inside" if status.skew is Skew.BALANCED else "other_side"
    yield say(lang, inside, band=band_range(status.band, lang))
    if incident.recovered_at is not None:
        days = max(1, (incident.recovered_at - incident.opened_at).days)
        yield say(lang, "lasted_one") if days == 1 else say(lang, "lasted", days=days)


def _halt_reasons(halt: Halt, lang: Lang) -> Iterator[str]:
    if halt.since is not None:
        yield say(lang, "stopped_since", since=moment(halt.since, lang))
    waits = isinstance(halt.error, TransientError)
    yield say(lang, "stopped_waits" if waits else "stopped_needs_you")
