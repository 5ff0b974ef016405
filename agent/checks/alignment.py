"""Problem 2: marketing and sales, and sales among themselves, work towards different things."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from agent.alerts.figures import foreign, percent
from agent.checks.answer import Answer, CheckName, Figure, Standing
from agent.checks.desk import Desk, worst
from agent.checks.walk import tally_of
from agent.checks.words import say
from bbm_core.balance.agreement import FollowUp, HandOver
from bbm_core.balance.orientation import FunnelPlot, Unit, funnel_plot
from bbm_core.balance.shrink import Prior, prior
from bbm_core.balance.tally import Tally
from bbm_core.icp.classify import Flag
from bbm_core.icp.profile import Lang

_POOR, _FAIR = 0.2, 0.4
"""Below these, agreement is called slight and fair (Landis and Koch 1977)."""

_LEAST = 30
"""Answers of sales from which on an agreement is judged."""


@dataclass(slots=True)
class _Part:
    """One part's share of the answer."""

    standing: Standing = Standing.UNCLEAR
    finding: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)
    body: Mapping[str, Any] | None = None


def answer_alignment(desk: Desk) -> Answer:
    """Agreement at the hand-over, follow-up, and the orientation of owners or teams."""
    parts = {
        "hand_over": _hand_over(desk),
        "follow_up": _follow_up(desk),
        "orientation": _orientation(desk),
    }
    together = list(parts.values())
    finding = [line for part in together for line in part.finding]
    return Answer(
        check=CheckName.ALIGNMENT,
        standing=_standing(parts["hand_over"], parts["follow_up"], parts["orientation"]),
        finding=tuple(finding or [say(desk.lang, "alignment_none")]),
        figures=tuple(line for part in together for line in part.figures),
        missing=tuple(line for part in together for line in part.missing),
        advice=tuple(line for part in together for line in part.advice),
        body={name: part.body for name, part in parts.items()},
    )


def _standing(hand_over: _Part, follow_up: _Part, orientation: _Part) -> Standing:
    """Owners who agree among themselves do not make marketing and sales agree."""
    found = worst([hand_over.standing, follow_up.standing, orientation.standing])
    both_unclear = {hand_over.standing, follow_up.standing} == {Standing.UNCLEAR}
    return Standing.UNCLEAR if both_unclear and found is Standing.GOOD else found


def _hand_over(desk: Desk) -> _Part:
    settings, part = desk.settings, _Part()
    if not (settings.accepted and settings.sent_back):
        seen = ", ".join(foreign(name) for name in sorted(desk.walked.statuses)[:12])
        key = "missing_acceptance" if seen else "missing_acceptance_blank"
        part.missing.append(say(desk.lang, key, seen=seen))
        return part
    found = _answers(desk)
    if not found.total:
        part.missing.append(say(desk.lang, "no_answers"))
        return part
    agreement = found.agreement()
    part.body = {
        "icp": {"accepted": found.icp_accepted, "sent_back": found.icp_back},
        "not_icp": {"accepted": found.other_accepted, "sent_back": found.other_back},
        "sent_back": found.sent_back,
        "kappa": agreement and agreement.kappa,
        "interval": agreement and [agreement.low, agreement.high],
    }
    _say_sent_back(part, found, desk.lang)
    if agreement is None:
        part.finding.append(say(desk.lang, "kappa_none"))
    elif found.total < _LEAST:
        part.finding.append(say(desk.lang, "kappa_few", count=found.total, least=_LEAST))
    else:
        _say_kappa(part, agreement.kappa, (agreement.low, agreement.high), desk.lang)
    return part


def _answers(desk: Desk) -> HandOver:
    counts: dict[tuple[bool, bool], int] = defaultdict(int)
    for one in desk.walked.answered:
        if one.at >= desk.since and one.flag is not Flag.UNKNOWN:
            counts[one.flag is Flag.YES, one.accepted] += 1
    return HandOver(
        icp_accepted=counts[True, True],
        icp_back=counts[True, False],
        other_accepted=counts[False, True],
        other_back=counts[False, False],
    )


def _say_sent_back(part: _Part, found: HandOver, lang: Lang) -> None:
    low, high = found.sent_back_interval
    value = f"{percent(found.sent_back)} ({percent(low)}–{percent(high)})"
    counts = say(lang, "of_count", count=f"{found.back:,}", total=f"{found.total:,}")
    part.figures.append(Figure(say(lang, "figure_back"), f"{value}, {counts}"))


def _say_kappa(part: _Part, kappa: float, ends: tuple[float, float], lang: Lang) -> None:
    value = f"{kappa:.2f} ({ends[0]:.2f}–{ends[1]:.2f})"
    part.figures.append(Figure(say(lang, "figure_kappa"), value))
    word = "poor" if kappa < _POOR else "fair" if kappa < _FAIR else "good"
    part.standing = {
        "poor": Standing.PROBLEM,
        "fair": Standing.WATCH,
        "good": Standing.GOOD,
    }[word]
    part.finding.append(say(lang, f"kappa_{word}", kappa=f"{kappa:.2f}"))
    if word != "good":
        part.advice.append(say(lang, "kappa_advice"))


def _follow_up(desk: Desk) -> _Part:
    part, lang, store = _Part(), desk.lang, desk.books.store
    stages = [stage.name for stage in desk.books.rules.stages]
    if desk.settings.handover not in stages:
        known = ", ".join(stages)
        part.missing.append(
            say(lang, "missing_handover", stage=desk.settings.handover, known=known)
        )
        return part
    begun = store.activities_since()
    if begun is None:
        part.missing.append(say(lang, "missing_activities"))
        return part
    found = _touched(desk, begun)
    ratio = found.ratio()
    part.body = {
        "hours": desk.settings.follow_up_hours,
        "icp": {"touched": found.icp_touched, "handed": found.icp},
        "not_icp": {"touched": found.other_touched, "handed": found.other},
        "ratio": ratio and ratio.value,
        "interval": ratio and [ratio.low, ratio.high],
    }
    if found.icp and found.other:
        _say_follow_up(part, found, desk)
    else:
        part.missing.append(say(lang, "no_handed"))
    return part


def _touched(desk: Desk, begun: datetime) -> FollowUp:
    """Of what was handed over since activities are kept, and long enough ago to be judged."""
    limit = timedelta(hours=desk.settings.follow_up_hours)
    start = max(begun, desk.since)
    chosen = [h for h in desk.walked.handed if start <= h.at <= desk.now - limit]
    counts: dict[tuple[bool, bool], int] = defaultdict(int)
    activities = desk.books.store.activities_of(one.ref for one in chosen)
    for one in chosen:
        if one.flag is not Flag.UNKNOWN:
            done = activities.get(one.ref, ())
            in_time = any(a.by and one.at <= a.at <= one.at + limit for a in done)
            counts[one.flag is Flag.YES, in_time] += 1
    return FollowUp(
        icp_touched=counts[True, True],
        icp=counts[True, True] + counts[True, False],
        other_touched=counts[False, True],
        other=counts[False, True] + counts[False, False],
    )


def _say_follow_up(part: _Part, found: FollowUp, desk: Desk) -> None:
    lang, ratio = desk.lang, found.ratio()
    shares = {"icp": percent(found.icp_share), "other": percent(found.other_share)}
    hours = desk.settings.follow_up_hours
    part.figures.append(
        Figure(say(lang, "figure_touched", hours=hours), say(lang, "icp_other", **shares))
    )
    if ratio is None:
        part.standing = Standing.WATCH
        part.finding.append(say(lang, "follow_none", hours=hours, **shares))
        return
    value = f"{ratio.value:.2f} ({ratio.low:.2f}–{ratio.high:.2f})"
    part.figures.append(Figure(say(lang, "figure_ratio"), value))
    word = "less" if ratio.high < 1 else "more" if ratio.low > 1 else "alike"
    part.standing = {
        "less": Standing.PROBLEM,
        "alike": Standing.WATCH,
        "more": Standing.GOOD,
    }[word]
    part.finding.append(say(lang, f"follow_{word}", hours=hours, **shares))
    if word != "more":
        part.advice.append(say(lang, "follow_advice", hours=hours))


def _orientation(desk: Desk) -> _Part:
    """Do owners or teams work towards different ICP rates? By person only where allowed."""
    part, lang = _Part(), desk.lang
    owners, teams = _by_owner(desk), _by_team(desk)
    plot = funnel_plot(owners)
    if not teams:
        part.missing.append(say(lang, "missing_people"))
    if plot is None:
        return part
    part.standing = Standing.WATCH if plot.differ or plot.far else Standing.GOOD
    far = len(plot.far)
    key = "owners_differ" if plot.differ else "owners_far" if far else "owners_alike"
    part.finding.append(say(lang, key, count=len(plot.units), far=far, rate=percent(plot.rate)))
    shown = owners if desk.by_person else teams
    shown_plot = funnel_plot(shown)
    common = prior(shown.values())
    if shown_plot and common:
        part.figures += _units(shown_plot, common, desk)
    part.body = _orientation_body(plot, shown_plot)
    if part.standing is Standing.WATCH:
        part.advice.append(say(lang, "owners_advice"))
    return part


def _by_owner(desk: Desk) -> Mapping[str, Tally]:
    flags: dict[str, list[Flag]] = defaultdict(list)
    for deal in desk.walked.deals:
        if deal.created >= desk.since and deal.owner and deal.business == "new":
            flags[deal.owner].append(deal.flag)
    return {owner: tally_of(found) for owner, found in flags.items()}


def _by_team(desk: Desk) -> Mapping[str, Tally]:
    flags: dict[str, list[Flag]] = defaultdict(list)
    for deal in desk.walked.deals:
        team = desk.team(deal.owner, deal.created)
        if deal.created >= desk.since and team and deal.business == "new":
            flags[team].append(deal.flag)
    return {team: tally_of(found) for team, found in flags.items()}


def _units(plot: FunnelPlot, common: Prior, desk: Desk) -> Iterator[Figure]:
    for unit in plot.units:
        shrunk = percent(common.shrunk(unit.tally))
        counts = say(
            desk.lang, "of_count", count=f"{unit.tally.icp:,}", total=f"{unit.tally.known:,}"
        )
        place = say(desk.lang, f"place_{unit.place}")
        rate = percent(unit.tally.rate)
        value = say(desk.lang, "unit", rate=rate, counts=counts, shrunk=shrunk, place=place)
        yield Figure(_unit_name(unit, desk), value)


def _unit_name(unit: Unit, desk: Desk) -> str:
    spells = desk.people.by_id.get(unit.name, ())
    return foreign(spells[-1].name if spells and spells[-1].name else unit.name)


def _orientation_body(plot: FunnelPlot, shown: FunnelPlot | None) -> Mapping[str, Any]:
    return {
        "rate": plot.rate,
        "overdispersion": round(plot.phi, 6),
        "owners": len(plot.units),
        "owners_outside": len(plot.outside),
        "owners_far_outside": len(plot.far),
        "units": [
            {
                "name": unit.name,
                "icp": unit.tally.icp,
                "known": unit.tally.known,
                "place": unit.place,
                "limits": list(unit.limits),
            }
            for unit in (shown.units if shown else ())
        ],
    }
