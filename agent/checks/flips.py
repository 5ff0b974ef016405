"""Problem 3: policy flips between quality and quantity, quarter by quarter and team by team."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from agent.alerts.figures import foreign, percent
from agent.checks.answer import Answer, CheckName, Figure, Standing
from agent.checks.desk import Desk, worst
from agent.checks.spread import Span
from agent.checks.targets import Targets, read_targets
from agent.checks.walk import MONTH
from agent.checks.words import say
from agent.checks.worth import Worth, say_left_out, worth_of
from agent.store.decisions import DecisionRow
from bbm_core.balance.cells import CHANNEL, Unit
from bbm_core.balance.policy import ChangePoint, Move, Share, change_points, moves
from bbm_core.icp.classify import Flag
from bbm_core.people import changes_of_manager
from bbm_core.prescribe.measure import Direction
from bbm_core.records import Outcome
from bbm_core.scope import Segment

ACCEPTED, WORKED, WON = "accepted", "worked", "won"
PAST = 24 * MONTH
LEAST_MONTHS = 6
NEAR = timedelta(days=62)
"""How far from a change of the share a change of manager is told beside it."""

RECENT = 4
"""Quarters in which a turn of the mix counts as a problem of now."""

_Series = Mapping[tuple[str, str], Sequence[Share]]


@dataclass(frozen=True, slots=True)
class Turn:
    """A change of the share of records outside the ICP, with what happened around it."""

    team: str  # empty: everybody
    what: str  # accepted, worked, won
    point: ChangePoint
    attained: float | None  # of the target, in that period
    managers: tuple[date, ...]  # days near it on which a manager of the team changed
    against: DecisionRow | None = None  # the declared stance that it goes against


@dataclass(frozen=True, slots=True)
class _Goals:
    """The targets, and what was won towards them; None where no targets are stated."""

    targets: Targets | None
    worth: Worth | None

    def attained(self, desk: Desk, team: str, day: date) -> float | None:
        if self.targets is None or self.worth is None:
            return None
        return self.targets.attained(team, day, self._won(desk, self.worth, team))

    def _won(self, desk: Desk, worth: Worth, team: str) -> Iterator[tuple[date, Decimal]]:
        zone = _zone(desk)
        for deal, amount in worth.deals:
            at = deal.closed or deal.created
            if not team or desk.team(deal.owner, at) == team:
                yield at.astimezone(zone).date(), amount


def answer_flips(desk: Desk) -> Answer:
    """Change points by team, and turns in the mix of sources."""
    targets = _targets(desk)
    series = _series(desk)
    long_enough = {key: shares for key, shares in series.items() if len(shares) >= LEAST_MONTHS}
    goals = _Goals(targets, worth_of(desk.books, desk.walked.won()) if targets else None)
    turns = [turn for key, one in long_enough.items() for turn in _turns(desk, key, one, goals)]
    moved = moves(_mixes(desk))
    return Answer(
        check=CheckName.FLIPS,
        standing=_standing(desk, turns, moved, enough=bool(long_enough or len(moved) > 1)),
        finding=tuple(_finding(desk, turns, moved, enough=bool(long_enough))),
        figures=tuple(_figures(desk, moved)),
        missing=tuple(_missing(desk, goals)),
        advice=tuple(_advice(desk, turns, moved)),
        body=_body(turns, moved, long_enough),
    )


def _targets(desk: Desk) -> Targets | None:
    path = desk.settings.targets
    return read_targets(desk.books.folder / path) if path else None


def _zone(desk: Desk) -> ZoneInfo:
    return ZoneInfo(desk.books.settings.crm.timezone)


def _series(desk: Desk) -> _Series:
    """Month by month: of the decided records of a team, how many lie outside the ICP."""
    counts: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(
        lambda: defaultdict(lambda: [0, 0])
    )
    zone = _zone(desk)
    this_month = Span.MONTH.of(desk.now.astimezone(zone).date())
    for what, at, owner, flag in _events(desk):
        month = Span.MONTH.of(at.astimezone(zone).date())
        if flag is Flag.UNKNOWN or at < desk.now - PAST or month >= this_month:
            continue
        for team in {"", desk.team(owner, at)}:
            cell = counts[team, what][month]
            cell[0] += flag is Flag.NO
            cell[1] += 1
    return {
        key: [Share(month, *months[month]) for month in sorted(months)]
        for key, months in sorted(counts.items())
    }


def _events(desk: Desk) -> Iterator[tuple[str, datetime, str, Flag]]:
    for one in desk.walked.answered:
        if one.accepted:
            yield ACCEPTED, one.at, one.owner, one.flag
    for deal in desk.walked.deals:
        if deal.business is not Segment.NEW:
            continue
        yield WORKED, deal.created, deal.owner, deal.flag
        if deal.outcome is Outcome.WON:
            yield WON, deal.closed or deal.created, deal.owner, deal.flag


def _turns(
    desk: Desk, key: tuple[str, str], series: Sequence[Share], goals: _Goals
) -> Iterator[Turn]:
    team, what = key
    for point in change_points(series):
        day = date.fromisoformat(f"{point.period}-01")
        attained = goals.attained(desk, team, day)
        managers = tuple(_managers(desk, team, day))
        yield Turn(team, what, point, attained, managers, _against(desk, point, day))


def _against(desk: Desk, point: ChangePoint, day: date) -> DecisionRow | None:
    """The stance that held then, if the share moved the other way."""
    until = (day + timedelta(days=31)).isoformat()
    known = [row for row in desk.stances if row.at.date().isoformat() < until]
    stance = known[0].body["direction"] if known else ""
    contrary = {Direction.QUALITY.value: 1, Direction.VOLUME.value: -1}.get(stance, 0)
    return known[0] if contrary * point.change > 0 else None


def _managers(desk: Desk, team: str, day: date) -> Sequence[date]:
    days = {
        changed
        for spells in desk.people.by_id.values()
        for changed, _, _ in changes_of_manager(spells)
        if abs(changed - day) <= NEAR and any(s.team == team or not team for s in spells)
    }
    return sorted(days)


def _mixes(desk: Desk) -> Sequence[tuple[str, Mapping[str, int]]]:
    """The channels of the first stage's inflow, full quarter by full quarter."""
    stage, version = desk.books.rules.stages[0].name, desk.books.rules.classifier.version
    cells = desk.books.store.cells(version, unit=Unit.RECORD, stage=stage, dimension=CHANNEL)
    this_quarter = Span.QUARTER.of(desk.now.date())
    mixes: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for key, value in cells.items():
        quarter = Span.QUARTER.of(key.week)
        if key.segment is Segment.NEW and quarter < this_quarter:
            mixes[quarter][key.value] += value.icp + value.not_icp + value.unknown
    full = sorted(mixes)[1:]  # the first one is rarely whole
    return [(quarter, mixes[quarter]) for quarter in full]


def _standing(
    desk: Desk, turns: Sequence[Turn], moved: Sequence[Move], *, enough: bool
) -> Standing:
    if not enough:
        return Standing.UNCLEAR
    recent = [turn for turn in turns if _is_recent(desk, turn)]
    returns = [turn for turn in recent if _came_back(turn, turns)]
    contrary = any(turn.against for turn in recent)
    if returns or contrary or any(move.turned for move in moved[-RECENT:]):
        return Standing.PROBLEM
    watch = recent or any(move.is_far for move in moved[-RECENT:])
    return worst([Standing.GOOD, *([Standing.WATCH] if watch else [])])


def _is_recent(desk: Desk, turn: Turn) -> bool:
    return turn.point.period >= Span.MONTH.of((desk.now - 12 * MONTH).date())


def _came_back(turn: Turn, turns: Sequence[Turn]) -> bool:
    """Whether it goes against the change before it, of the same team and kind."""
    same = [one for one in turns if (one.team, one.what) == (turn.team, turn.what)]
    return any(
        after is turn and before.point.change * after.point.change < 0
        for before, after in pairwise(same)
    )


def _finding(
    desk: Desk, turns: Sequence[Turn], moved: Sequence[Move], *, enough: bool
) -> Iterator[str]:
    lang = desk.lang
    if not (enough or moved):
        yield say(lang, "flips_short", months=LEAST_MONTHS)
        return
    for turn in turns:
        yield _turn_sentence(desk, turn)
    for move in moved:
        if move.turned:
            yield say(lang, "mix_turned", period=move.period, moved=percent(move.distance))
    if not turns and not any(move.turned for move in moved):
        yield say(lang, "flips_none" if enough else "flips_mix_only")


def _turn_sentence(desk: Desk, turn: Turn) -> str:
    lang, point = desk.lang, turn.point
    sentence = say(
        lang,
        f"turn_{turn.what}",
        team=foreign(turn.team) or say(lang, "everybody"),
        period=point.period,
        before=percent(point.before),
        after=percent(point.after),
    )
    if turn.attained is not None:
        sentence += say(lang, "turn_target", attained=percent(turn.attained))
    for day in turn.managers:
        sentence += say(lang, "turn_manager", day=day.isoformat())
    if turn.against is not None:
        stance = say(lang, f"stance_{turn.against.body['direction']}")
        declared = turn.against.at.date().isoformat()
        sentence += say(lang, "turn_against", stance=stance, day=declared)
    return sentence


def _figures(desk: Desk, moved: Sequence[Move]) -> Iterator[Figure]:
    for move in moved[-RECENT:]:
        mark = say(desk.lang, "turned") if move.turned else ""
        value = say(desk.lang, "mix_moved", moved=percent(move.distance), noise=percent(move.noise))
        yield Figure(say(desk.lang, "figure_mix", period=move.period), f"{value}{mark}")


def _missing(desk: Desk, goals: _Goals) -> Iterator[str]:
    lang, targets = desk.lang, goals.targets
    if not desk.settings.accepted:
        yield say(lang, "missing_accepted")
    if not any(spell.team for spells in desk.people.by_id.values() for spell in spells):
        yield say(lang, "missing_teams")
    if not desk.stances:
        yield say(lang, "missing_stance")
    if targets is None:
        yield say(lang, "missing_targets")
    elif targets.bad:
        first = targets.bad[0]
        yield say(lang, "bad_targets", count=len(targets.bad), line=first.line, why=first.why)
    if goals.worth is not None:
        yield from say_left_out(goals.worth, lang)


def _advice(desk: Desk, turns: Sequence[Turn], moved: Sequence[Move]) -> Iterator[str]:
    if any(_is_recent(desk, turn) for turn in turns) or any(m.turned for m in moved[-RECENT:]):
        yield say(desk.lang, "flips_advice")


def _body(turns: Sequence[Turn], moved: Sequence[Move], series: _Series) -> Mapping[str, Any]:
    return {
        "series": [
            {"team": team, "what": what, "months": [[s.period, s.k, s.n] for s in shares]}
            for (team, what), shares in series.items()
        ],
        "changes": [
            {
                "team": turn.team,
                "what": turn.what,
                "month": turn.point.period,
                "before": turn.point.before,
                "after": turn.point.after,
                "attained": turn.attained,
                "manager_changes": list(turn.managers),
                "against_decision": turn.against and turn.against.number,
            }
            for turn in turns
        ],
        "mix": [
            {
                "quarter": move.period,
                "distance": round(move.distance, 6),
                "noise": round(move.noise, 6),
                "correlation": move.correlation,
                "turned": move.turned,
            }
            for move in moved
        ],
    }
