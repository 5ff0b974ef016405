"""The alert about the definition itself: it no longer pays, or pays again."""

from collections.abc import Iterator
from dataclasses import dataclass

from agent.alerts.figures import foreign
from agent.alerts.message import SEPARATOR, Fact, Message, Severity
from agent.alerts.words import say
from bbm_core.icp.health import SURE, WORTH_IT, Cohort, Health
from bbm_core.icp.profile import Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaying:
    """What there is to say about a definition's worth."""

    ref: str
    version: str
    health: Health
    cohort: Cohort
    by_worth: bool  # a won company counts by its lifetime value
    per_hour: bool  # hours are configured; else every company costs the same
    source: str  # the CRM or the org, as people call it


def build_unpaying(found: Unpaying, lang: Lang) -> Message:
    """Say that an hour on ICP companies brings no more than one on others, or hardly more."""
    verdict = say(lang, "unpaying")
    return Message(
        verdict=verdict,
        headline=say(lang, "unpaying_headline", verdict=verdict, sure=_sure(found)),
        why=(
            say(
                lang,
                "unpaying_why",
                sure=_sure(found),
                wanted=f"{SURE:.0%}",
                worth_it=f"{found.health.worth_it or 0:.0%}",
                more=f"{WORTH_IT - 1:.0%}",
            ),
            _counted(found, lang),
        ),
        facts=tuple(_facts(found, lang)),
        actions=tuple(say(lang, f"unpaying_action_{number}") for number in (1, 2, 3)),
        footer=_footer(found, lang),
        severity=Severity.DEFINITION,
        lang=lang,
        ref=found.ref,
    )


def build_paying(found: Unpaying, lang: Lang) -> Message:
    """Say that it pays again."""
    verdict = say(lang, "paying")
    return Message(
        verdict=verdict,
        headline=say(lang, "unpaying_headline", verdict=verdict, sure=_sure(found)),
        why=(_counted(found, lang),),
        facts=tuple(_facts(found, lang)),
        footer=_footer(found, lang),
        severity=Severity.RECOVERY,
        lang=lang,
        ref=found.ref,
    )


def _sure(found: Unpaying) -> str:
    return f"{found.health.posterior or 0:.0%}"


def _counted(found: Unpaying, lang: Lang) -> str:
    cohort = found.cohort
    return say(
        lang,
        "unpaying_counted",
        since=cohort.since.date().isoformat(),
        until=cohort.until.date().isoformat(),
        days=cohort.days,
        value=say(lang, "by_worth" if found.by_worth else "by_amount"),
        hours=say(lang, "by_hours" if found.per_hour else "by_company"),
    )


def _facts(found: Unpaying, lang: Lang) -> Iterator[Fact]:
    one = found.health
    unit = "per_hour" if found.per_hour else "per_company"
    sides = (
        ("icp_side", one.icp_per_hour, one.icp_units, one.icp_wins),
        ("rest_side", one.rest_per_hour, one.rest_units, one.rest_wins),
    )
    for name, value, units, wins in sides:
        shown = "–" if value is None else f"{value:,.0f}"
        said = say(lang, unit, value=shown, units=f"{units:,}", wins=f"{wins:,}")
        yield Fact(say(lang, name), said)


def _footer(found: Unpaying, lang: Lang) -> str:
    parts = [found.ref, say(lang, "definition", version=found.version), foreign(found.source)]
    return SEPARATOR.join([*(part for part in parts if part), say(lang, "why", ref=found.ref)])
