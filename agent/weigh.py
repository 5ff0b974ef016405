"""Weighs: each stage's tallies, rate, band, status and cause, from the kept cells."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from agent.outlook import has_targets, outlook
from agent.wiring import Books
from bbm_core.balance.band import Band, BaselineSettings, Origin, is_firm
from bbm_core.balance.cause import Cause, mix_rate
from bbm_core.balance.cells import CHANNEL, CellKey, Cells, CellValue, Unit, week_of
from bbm_core.balance.funnel import StageSpec
from bbm_core.balance.rate import Interval, bounds, wilson
from bbm_core.balance.shift import Direction, Shift, ShiftSettings, ShiftStatus, find_shifts
from bbm_core.balance.tally import (
    EMPTY,
    WEEK,
    Period,
    Tally,
    View,
    WeekTally,
    by_slice,
    inflow,
    last_closed_week,
    stock,
    weekly,
    weeks_until,
)
from bbm_core.balance.volume import Counted, VolumeSettings, VolumeStatus, volume_status
from bbm_core.balance.watch import BandStatus, Skew, WatchSettings, band_status, usual_band
from bbm_core.icp.profile import Mode, common_mode

PERIOD_WEEKS = 4
"""Weeks that a balance table covers unless asked otherwise."""

ACCOUNTS = View(Unit.ACCOUNT)

RECENT = timedelta(weeks=4)
"""How long a change that was found is news: a first look at old records finds old changes."""

HISTORY_WEEKS = 134
"""Weeks that the detectors read: two years before the longest windows, and half a year more."""

PROBABLY = 0.5
"""From which probability on a stage is taken to lean to one side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageReport:
    """One stage: what came in, what is there, and what the detector says."""

    stage: StageSpec
    period: Period
    inflow: Tally
    before: Tally  # the period of the same length just before
    accounts: Tally
    stock: Tally
    last_week_rate: float | None  # of the last full week, however young its records
    interval: Interval
    bounds: Interval
    band: Band | None  # None: none is configured and the past is too short
    status: BandStatus | None
    window_before: Tally  # as many weeks as the detector's window, just before it
    cause: Cause | None  # of the detector's window against the baseline's weeks before it
    shifts: ShiftStatus | None  # None: nobody watches the stage
    volumes: tuple[VolumeStatus, ...]
    usual: BandStatus | None = None  # by its own past, where the band rests on default hours

    @property
    def may_alarm(self) -> bool:
        """Whether the skew may open an incident: never by a band of default hours alone."""
        if self.band is None or not self.band.assumed or self.early is not None:
            return True
        return self.usual is not None and self.usual.skew is self.skew

    @property
    def skew(self) -> Skew:
        """What the stage is said to be, by either detector."""
        early = self.early
        return early or (self.status.skew if self.status else Skew.UNCLEAR)

    @property
    def leaning(self) -> Skew | None:
        """The side of the band on which the rate probably lies."""
        if self.status and self.status.posterior_low > PROBABLY:
            return Skew.VOLUME
        if self.status and self.status.posterior_high > PROBABLY:
            return Skew.QUALITY
        return None

    @property
    def shift(self) -> Shift | None:
        """The change that the rate of the window still shows, if one was found."""
        latest = self.shifts.latest if self.shifts else None
        period = self.status.period if self.status else None
        if latest is None or period is None or latest.found < period.last - RECENT:
            return None
        return latest

    @property
    def early(self) -> Skew | None:
        """A surely changed rate that lies probably, not yet surely, outside its band."""
        if self.shift is None or self.status is None or self.status.skew is not Skew.BALANCED:
            return None
        to = Skew.VOLUME if self.shift.direction is Direction.DOWN else Skew.QUALITY
        return to if self.leaning is to else None

    @property
    def is_firm(self) -> bool | None:
        """Whether the verdict stands whatever the unknowns are; None where there is no verdict."""
        if self.band is None or self.status is None or not self.status.tally.total:
            return None
        return is_firm(self.band, bounds(self.status.tally))

    @property
    def index(self) -> float | None:
        """The balance index of the period's rate; None without a band on both sides."""
        rate = self.inflow.rate
        if self.band is None or rate is None or not self.band.capped:
            return None
        return self.band.index(rate)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is remembered of a stage's open incident: its skew, and the band it opened with."""

    skew: Skew
    band: Band


def weigh(
    books: Books, standings: Mapping[str, Standing], period: Period | None = None
) -> tuple[StageReport, ...]:
    """Every stage, first stage first; the period defaults to the last closed weeks."""
    today = books.clock.now().date()
    age = books.settings.watch.judge_age_days
    last = last_closed_week(today, age)
    shown = period or weeks_until(week_of(books.clock.now()) - WEEK, PERIOD_WEEKS)
    optimum = outlook(books).bands if has_targets(books.settings) else {}
    sights = _sights(books, shown, last)
    return tuple(
        _stage(
            books,
            stage,
            replace(sights[stage.name], optimum=optimum.get(stage.name)),
            standings.get(stage.name),
        )
        for stage in books.rules.stages
    )


@dataclass(frozen=True, slots=True)
class _Sight:
    """What a stage is weighed from: its cells, the period shown, the last closed week."""

    records: Cells
    channels: Cells  # of the weeks that a cause is looked for in
    accounts: Cells  # of the period shown
    shown: Period
    last: date
    optimum: Band | None = None  # the band that earns nearly the most, where targets are given


def _sights(books: Books, shown: Period, last: date) -> Mapping[str, _Sight]:
    """The sight of each stage; the cells are read once for all stages, and no more than needed."""
    cells, version = books.store.cells, books.rules.classifier.version
    watch = books.settings.watch
    recent = weeks_until(last, watch.baseline_weeks + watch.max_weeks)
    records = _by_stage(cells(version, unit=Unit.RECORD))
    channels = _by_stage(
        cells(version, unit=Unit.RECORD, dimension=CHANNEL, since=recent.first, until=recent.last)
    )
    accounts = _by_stage(cells(version, unit=Unit.ACCOUNT, since=shown.first, until=shown.last))
    return {
        stage.name: _Sight(
            records=records[stage.name],
            channels=channels[stage.name],
            accounts=accounts[stage.name],
            shown=shown,
            last=last,
        )
        for stage in books.rules.stages
    }


def _by_stage(cells: Cells) -> defaultdict[str, dict[CellKey, CellValue]]:
    """A stage that nothing entered has none."""
    found: defaultdict[str, dict[CellKey, CellValue]] = defaultdict(dict)
    for key, value in cells.items():
        found[key.stage][key] = value
    return found


def _stage(books: Books, stage: StageSpec, sight: _Sight, standing: Standing | None) -> StageReport:
    records, shown = sight.records, sight.shown
    entered = inflow(records, stage.name, shown)
    weeks = _series(books, records, stage.name, sight.last)
    chosen = standing.band if standing else _band(books, stage.name, weeks, sight.optimum)
    band = _limited(books, chosen)
    status = _status(books, stage.name, weeks, band, standing)
    return StageReport(
        stage=stage,
        period=shown,
        inflow=entered,
        before=inflow(records, stage.name, shown.before()),
        accounts=inflow(sight.accounts, stage.name, shown, ACCOUNTS),
        stock=stock(records, stage.name, shown.last),
        last_week_rate=inflow(records, stage.name, Period(shown.last, shown.last)).rate,
        interval=wilson(entered.icp, entered.known),
        bounds=bounds(entered),
        band=band,
        status=status,
        window_before=_window_before(records, stage.name, status),
        cause=_cause(books, sight.channels, stage.name, status),
        shifts=_shifts(books, stage.name, weeks),
        volumes=_volumes(books, stage.name, weeks),
        usual=_usual(books, stage.name, weeks) if band and band.assumed else None,
    )


def _series(books: Books, cells: Cells, stage: str, last: date) -> tuple[WeekTally, ...]:
    watch = books.settings.watch
    count = max(HISTORY_WEEKS, watch.baseline_weeks + watch.max_weeks)
    return weekly(cells, stage, weeks_until(last, count))


def _band(
    books: Books, stage: str, weeks: tuple[WeekTally, ...], optimum: Band | None
) -> Band | None:
    """What people set, else what earns nearly the most, else what is usual."""
    configured = books.settings.bands.get(stage)
    if configured:
        return Band(configured.low, configured.high, Origin.CONFIGURED)
    if optimum is not None:
        return optimum
    return _usual_band(books, stage, weeks)


def _usual_band(books: Books, stage: str, weeks: tuple[WeekTally, ...]) -> Band | None:
    baseline = BaselineSettings(weeks=books.settings.watch.baseline_weeks)
    return usual_band(weeks, watch_settings(books, stage), baseline)


def _usual(books: Books, stage: str, weeks: tuple[WeekTally, ...]) -> BandStatus | None:
    """What the stage's own past says of the same weeks."""
    return _status(books, stage, weeks, _limited(books, _usual_band(books, stage, weeks)), None)


def _limited(books: Books, band: Band | None) -> Band | None:
    """The band without its upper end where the profiles' mode has no upper limit."""
    two_sided = common_mode(books.settings.icp.profiles) is Mode.BBM
    return band and replace(band, capped=two_sided)


def _status(
    books: Books,
    stage: str,
    weeks: tuple[WeekTally, ...],
    band: Band | None,
    standing: Standing | None,
) -> BandStatus | None:
    if band is None or not _is_watched(books, stage):
        return None
    previous = standing.skew if standing else Skew.BALANCED
    return band_status(weeks, band, watch_settings(books, stage, band), previous)


def _is_watched(books: Books, stage: str) -> bool:
    watched = books.settings.watch.stages
    return not watched or stage in watched


def _shifts(books: Books, stage: str, weeks: tuple[WeekTally, ...]) -> ShiftStatus | None:
    if not _is_watched(books, stage):
        return None
    return find_shifts(weeks, shift_settings(books, stage))


def _volumes(books: Books, stage: str, weeks: tuple[WeekTally, ...]) -> tuple[VolumeStatus, ...]:
    """ICP and all records, where there is enough of a past."""
    if not _is_watched(books, stage):
        return ()
    settings = VolumeSettings(false_alarms=books.settings.watch.false_alarms_volume)
    found = (volume_status(weeks, counted, settings) for counted in Counted)
    return tuple(one for one in found if one is not None)


def _window_before(cells: Cells, stage: str, status: BandStatus | None) -> Tally:
    period = status.period if status else None
    return inflow(cells, stage, period.before()) if period else EMPTY


def _cause(books: Books, cells: Cells, stage: str, status: BandStatus | None) -> Cause | None:
    """Why the window differs from the baseline's weeks before it, by channel."""
    if status is None or status.period is None:
        return None
    start = status.period.first
    past = Period(start - books.settings.watch.baseline_weeks * WEEK, start - timedelta(weeks=1))
    return mix_rate(
        by_slice(cells, stage, past, CHANNEL), by_slice(cells, stage, status.period, CHANNEL)
    )


def watch_settings(books: Books, stage: str, band: Band | None = None) -> WatchSettings:
    """How the detector of the band status looks at a stage.

    Every stage that is watched may raise a false alarm, and the budget of one a year is for all of
    them together. So the stages behind the first, where a skew mostly arrives from before, must
    be surer. So must a band that is only the stage's own past: there the early detector finds
    more at the same false alarms.
    """
    chosen = books.settings.watch
    usual = band is not None and band.origin is Origin.BASELINE
    quick = _is_first(books, stage) and not usual
    return WatchSettings(
        min_weeks=chosen.min_weeks,
        max_weeks=chosen.max_weeks,
        min_observations=chosen.min_observations,
        posterior=chosen.posterior if quick else chosen.posterior_later,
        leave=chosen.leave,
    )


def shift_settings(books: Books, stage: str) -> ShiftSettings:
    """How the early detector looks at a stage: the first one has most of the budget."""
    chosen = books.settings.watch
    first = _is_first(books, stage)
    return ShiftSettings(
        false_alarms=chosen.false_alarms if first else chosen.false_alarms_later,
        min_observations=chosen.min_observations,
        max_weeks=chosen.max_weeks,
    )


def _is_first(books: Books, stage: str) -> bool:
    return stage == books.rules.stages[0].name
