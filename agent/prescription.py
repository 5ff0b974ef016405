"""A prescription: what the outlook and the balance ask for, ready to be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from agent.measures import catalogue
from agent.outlook import Outlook, outlook
from agent.store.decisions import DecisionRow
from agent.tell import standings
from agent.weigh import StageReport, weigh
from agent.wiring import Books
from bbm_core.balance.cells import Unit
from bbm_core.balance.tally import Period, by_slice
from bbm_core.balance.watch import SKEWED, Skew
from bbm_core.prescribe.explore import FloorCheck, by_market, explore
from bbm_core.prescribe.gain import Gain, against, gains
from bbm_core.prescribe.measure import Direction
from bbm_core.prescribe.measures import Recommendation, recommend
from bbm_core.prescribe.optimum import Optimum
from bbm_core.prescribe.steady import LastTurn, Steadied, steadied
from bbm_core.prescribe.target import Way, way_to
from bbm_core.prescribe.tornado import Swing, tornado

SHOWN = 4
"""Measures that are put in figures."""

BALANCED = "balanced"
"""The stance of someone who wants neither more volume nor more quality."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescription:
    """What to do, and what it rests on."""

    outlook: Outlook
    reports: tuple[StageReport, ...]
    focus: StageReport  # the stage that asks for a measure, else the first
    ruling: Steadied
    dwell_weeks: int
    max_step: float  # share of the budget that one step may move
    stance: DecisionRow | None  # the latest decision that says which way to lean
    gains: tuple[Gain, ...]  # measures in figures, the most profitable first
    advice: tuple[Recommendation, ...]  # measures that have no figures
    way: Way | None
    floor: FloorCheck | None
    swings: tuple[Swing, ...]

    @property
    def best(self) -> Optimum | None:
        found = self.outlook.best
        return found if isinstance(found, Optimum) else None

    @property
    def misses_target(self) -> bool:
        load = self.outlook.need.load if self.outlook.need else None
        return load is not None and load > 1


def prescribe(books: Books) -> Prescription:
    """The prescription of what is kept; asks no CRM."""
    found = outlook(books)
    reports = weigh(books, standings(books.store))
    focus = next((one for one in reports if one.skew in SKEWED), reports[0])
    stance = latest_stance(books.store.decisions())
    missed = bool(found.need and found.need.load and found.need.load > 1)
    ruling = steadied(
        focus.status,
        last_turn(stance),
        books.clock.now().date(),
        found.given.budget or 0.0,
        missed=missed,
        settings=books.settings.targets.steady,
    )
    return Prescription(
        outlook=found,
        reports=reports,
        focus=focus,
        ruling=ruling,
        dwell_weeks=books.settings.targets.dwell_weeks,
        max_step=books.settings.targets.max_step,
        stance=stance,
        gains=_gains(books, found, focus, ruling),
        advice=_advice(focus),
        way=way_to(found.revenue, found.observed) if found.revenue else None,
        floor=_floor(books, found),
        swings=tornado(found.estimates),
    )


def latest_stance(decisions: Sequence[DecisionRow]) -> DecisionRow | None:
    """The newest decision that names a direction; decisions come newest first."""
    return next((row for row in decisions if row.body.get("direction")), None)


def last_turn(stance: DecisionRow | None) -> LastTurn | None:
    if stance is None or stance.body["direction"] == BALANCED:
        return None
    return LastTurn(Direction(stance.body["direction"]), _day(stance))


def _day(row: DecisionRow) -> date:
    return row.at.date()


def _gains(books: Books, found: Outlook, focus: StageReport, ruling: Steadied) -> tuple[Gain, ...]:
    if found.problem is None or not isinstance(found.best, Optimum):
        return ()
    own = found.spending.own
    measures = [(one, own.get(one.id)) for one in catalogue(books.settings)]
    every = gains(measures, ruling.most_step, found.estimates, found.problem, found.best)
    return against(_direction(focus.skew), every, focus.stage.name)[:SHOWN]


def _direction(skew: Skew) -> Direction | None:
    if skew not in SKEWED:
        return None
    return Direction.QUALITY if skew is Skew.VOLUME else Direction.VOLUME


def _advice(focus: StageReport) -> tuple[Recommendation, ...]:
    """What has no figures: channels that moved the rate, and agreements with sales."""
    every = recommend(focus.skew, focus.stage.name, focus.cause)
    return tuple(one for one in every if one.measure.effect is None)


def _floor(books: Books, found: Outlook) -> FloorCheck | None:
    """The work of the year by market; None where no market is recorded or nothing is planned."""
    market = books.settings.slices[0] if books.settings.slices else None
    if market is None or not isinstance(found.best, Optimum):
        return None
    places = found.places
    worked = _slices(books, places.worked or places.entry, market, found.period)
    customers = _slices(books, places.won, market, found.period) if places.won else {}
    return explore(
        worked,
        customers,
        found.best.worked_icp + found.best.worked_other,
        books.settings.targets.exploration_floor,
        sum(customers.values()) / sum(worked.values()) if sum(worked.values()) else 0.0,
    )


def _slices(books: Books, stage: str, market: str, period: Period) -> dict[str, int]:
    version = books.rules.classifier.version
    cells = books.store.cells(version, unit=Unit.RECORD, stage=stage, dimension=market)
    return dict(by_market(by_slice(cells, stage, period, market)))
