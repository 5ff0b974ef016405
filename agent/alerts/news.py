"""Words the notices: fewer or more records than usual, and trouble with the data."""

from collections.abc import Iterator, Sequence

from agent.alerts.figures import day, foreign, percent, period_range
from agent.alerts.message import SEPARATOR, Fact, Message, Severity, stage_name
from agent.alerts.notice import Notice
from agent.alerts.words import say
from bbm_core.balance.artefact import Artefact, Suspicion
from bbm_core.balance.funnel import StageSpec
from bbm_core.balance.shift import Direction
from bbm_core.balance.tally import WEEK, Period
from bbm_core.balance.volume import Counted, VolumeStatus
from bbm_core.icp.profile import Lang


def build_volume(
    stage: StageSpec, volumes: Sequence[VolumeStatus], notice: Notice, source: str, lang: Lang
) -> Message:
    """Say that fewer or more records than usual come in; the first one that does leads."""
    leading = next(one for one in volumes if one.direction is not None)
    assert leading.direction is not None  # noqa: S101 - it was chosen so
    verdict = say(lang, f"count_{leading.counted}_{leading.direction}")
    return Message(
        verdict=verdict,
        headline=say(
            lang,
            "count_headline",
            verdict=verdict,
            stage=stage_name(stage, lang),
            count=f"{leading.count:,}",
            usual=_usual(leading, lang),
        ),
        why=tuple(_volume_reasons(volumes, lang)),
        facts=tuple(_volume_facts(volumes, lang)),
        actions=(say(lang, f"count_check_{leading.direction}"),),
        footer=_footer(notice, stage, _period(leading), source, lang),
        severity=Severity.COUNT,
        lang=lang,
        ref=notice.ref,
    )


def build_volume_over(
    stage: StageSpec, volumes: Sequence[VolumeStatus], notice: Notice, source: str, lang: Lang
) -> Message:
    """Say that the counts are as usual again."""
    verdict = say(lang, "count_over")
    period = _period(volumes[0]) if volumes else None
    return Message(
        verdict=verdict,
        headline=say(lang, "over_headline", verdict=verdict, stage=stage_name(stage, lang)),
        why=(say(lang, "count_over_why"),),
        facts=tuple(_volume_facts(volumes, lang)),
        footer=_footer(notice, stage, period, source, lang),
        severity=Severity.RECOVERY,
        lang=lang,
        ref=notice.ref,
    )


def build_data_problem(
    stage: StageSpec, found: Sequence[Suspicion], notice: Notice, source: str, lang: Lang
) -> Message:
    """Say that a change of the rate may be a matter of the data; the first one to mend leads."""
    verdict = say(lang, "data")
    return Message(
        verdict=verdict,
        headline=say(
            lang,
            "data_headline",
            verdict=verdict,
            stage=stage_name(stage, lang),
            what=say(lang, f"data_{found[0].artefact}"),
        ),
        why=(*(suspicion_text(one, lang) for one in found), say(lang, "data_held")),
        actions=tuple(dict.fromkeys(say(lang, f"data_fix_{one.artefact}") for one in found)),
        footer=_footer(notice, stage, None, source, lang),
        severity=Severity.DATA,
        lang=lang,
        ref=notice.ref,
    )


def build_data_over(stage: StageSpec, notice: Notice, source: str, lang: Lang) -> Message:
    """Say that nothing speaks against the figures any more."""
    verdict = say(lang, "data_over")
    return Message(
        verdict=verdict,
        headline=say(lang, "over_headline", verdict=verdict, stage=stage_name(stage, lang)),
        why=(say(lang, "data_over_why"),),
        footer=_footer(notice, stage, None, source, lang),
        severity=Severity.RECOVERY,
        lang=lang,
        ref=notice.ref,
    )


def suspicion_text(one: Suspicion, lang: Lang) -> str:
    """What was found in the data, in a sentence with its figures."""
    values = {
        "name": foreign(one.name) or say(lang, "no_channel"),
        "before": percent(one.before),
        "after": percent(one.after),
        "hours": f"{one.after or 0:,.0f}",
        "day": day(one.day, lang) if one.day else "",
        "gone": foreign(one.values[0]) if one.values else "",
        "values": ", ".join(foreign(value) for value in _new(one)),
    }
    return say(lang, f"data_why_{one.artefact}", **values)


def _new(one: Suspicion) -> Sequence[str]:
    return one.values[1:] if one.artefact is Artefact.RENAMED else one.values


def _volume_reasons(volumes: Sequence[VolumeStatus], lang: Lang) -> Iterator[str]:
    for one in volumes:
        if one.direction is not None:
            share = abs(one.count / one.expected - 1)
            key = "count_fewer" if one.direction is Direction.DOWN else "count_more"
            what = say(lang, f"counted_{one.counted}")
            yield say(lang, key, what=what, share=percent(share), weeks=one.weeks)
    if not any(one.seasonal for one in volumes):
        yield say(lang, "count_unseasoned")


def _volume_facts(volumes: Sequence[VolumeStatus], lang: Lang) -> Iterator[Fact]:
    for one in volumes:
        label = say(lang, "count_label" if one.counted is Counted.ICP else "total_label")
        usual = say(lang, "count_usual", usual=_usual(one, lang))
        yield Fact(label, say(lang, "count_beside", count=f"{one.count:,}", usual=usual))


def _usual(one: VolumeStatus, lang: Lang) -> str:
    return f"{one.low:,}{'〜' if lang == 'ja' else '–'}{one.high:,}"


def _period(one: VolumeStatus) -> Period:
    return Period(one.first, one.first + (one.weeks - 1) * WEEK)


def _footer(
    notice: Notice, stage: StageSpec, period: Period | None, source: str, lang: Lang
) -> str:
    shown = [period_range(period, lang)] if period else []
    parts = [notice.ref, stage_name(stage, lang), *shown, foreign(source)]
    return SEPARATOR.join([*parts, say(lang, "why", ref=notice.ref)])
