"""What the detectors say of the sandbox's stories, without a CRM: leads are counted as they come.

    nice python -m benchmarks.stories --seeds 20

Each story is followed for thirteen weeks after its now, at its first stage, with the detectors as
the product sets them. A story with a drift should first be told by its direction and channel, a
healthy one should be quiet. Slices, later stages and what a CRM does to the data are the demo's.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from agent.config.model import WatchSection
from agent.weigh import StageReport
from bbm_core.balance.cause import mix_rate
from bbm_core.balance.cells import week_of
from bbm_core.balance.funnel import StageSpec
from bbm_core.balance.rate import wilson
from bbm_core.balance.shift import ShiftSettings, find_shifts
from bbm_core.balance.tally import (
    EMPTY,
    WEEK,
    Period,
    Tally,
    WeekTally,
    last_closed_week,
    weeks_until,
)
from bbm_core.balance.volume import Counted, VolumeSettings, volume_status
from bbm_core.balance.watch import SKEWED, Skew, WatchSettings, band_status, usual_band
from sandbox.plot.events import LeadArrived
from sandbox.plot.fit import flag
from sandbox.story import KINDS, PAST_WEEKS, Kind, Size, Story

NOW = datetime(2026, 11, 2, tzinfo=UTC)
WEEKS = 13
WATCH = WatchSection()
BAND = WatchSettings(posterior=WATCH.posterior_later)  # for a band that is the stage's own past
SHIFTS = ShiftSettings(false_alarms=WATCH.false_alarms)
VOLUMES = VolumeSettings(false_alarms=WATCH.false_alarms_volume)
STAGE = StageSpec.model_validate(
    {
        "name": "acquisition",
        "label": "Lead acquisition",
        "enter": [{"kind": "lead", "when": "created"}],
    }
)

Book = Mapping[date, Mapping[str, Tally]]
"""Each week's leads by channel."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a detector said first: after how many weeks, of which side, by which channel."""

    ahead: int
    what: str
    channel: str | None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--sizes", nargs="+", default=["small", "medium"])
    asked = parser.parse_args()
    for size in asked.sizes:
        for kind in KINDS:
            _tell(kind, size, range(1, asked.seeds + 1))


def _tell(kind: Kind, size: Size, seeds: Sequence[int]) -> None:
    right, skews, counts = 0, 0, 0
    for seed in seeds:
        story = Story.draw(kind, size, seed, NOW)
        said = tuple(heard(story))
        skew = next((one for one in said if one.what in SKEWED), None)
        is_right = (skew.what, skew.channel) == planted(story) if skew else planted(story) is None
        right += is_right
        skews += skew is not None
        counts += len(said) > (skew is not None)
        if not is_right:
            print(f"  {kind}, {size}, seed {seed}: planted {planted(story)}, said {said}")
    print(
        f"{kind}, {size}: right {right} of {len(seeds)};"
        f" a skew told in {skews}, a count in {counts}",
        flush=True,
    )


def planted(story: Story) -> tuple[str, str] | None:
    """The direction and the channel that there are to be found."""
    truth = story.truth
    if truth.direction is None or truth.channel is None:
        return None
    return truth.direction, truth.channel


def heard(story: Story) -> Iterator[Said]:
    """The first skew and the first changed count, each with the weeks since the story's now."""
    book, previous, counted = book_of(story), Skew.BALANCED, False
    for ahead in range(1, WEEKS + 1):
        last = last_closed_week((story.now + ahead * WEEK).date(), WATCH.judge_age_days)
        report = reported(book, last, previous)
        if report.skew in SKEWED and previous not in SKEWED:
            cause = report.cause.headline if report.cause else None
            yield Said(ahead, report.skew, cause.name if cause else None)
            return
        previous = report.status.skew if report.status else previous
        moved = next((one for one in report.volumes if one.direction), None)
        if moved and moved.direction and not counted:
            counted = True
            yield Said(ahead, f"{moved.counted} {moved.direction}", None)


def book_of(story: Story) -> Book:
    """New business only, as the product tells customers' leads apart."""
    book: dict[date, dict[str, Tally]] = defaultdict(lambda: defaultdict(Tally))
    for event in (*story.past, *story.future):
        if isinstance(event, LeadArrived) and not event.existing:
            firm = event.firm
            fits = flag(firm.industry, firm.employees, firm.country, event.person.title)
            one = Tally(icp=fits is True, not_icp=fits is False, unknown=fits is None)
            book[week_of(event.at)][event.channel or ""] += one
    return book


def reported(book: Book, last: date, previous: Skew) -> StageReport:
    """The first stage as the product reports it, with what no detector reads left empty."""
    period = weeks_until(last, PAST_WEEKS + WEEKS)
    weeks = tuple(
        WeekTally(monday, sum(book.get(monday, {}).values(), EMPTY))
        for monday in (period.first + number * WEEK for number in range(period.weeks))
    )
    band = usual_band(weeks, BAND)
    status = band_status(weeks, band, BAND, previous) if band else None
    volumes = (volume_status(weeks, counted, VOLUMES) for counted in Counted)
    return StageReport(
        stage=STAGE,
        period=period,
        inflow=EMPTY,
        before=EMPTY,
        accounts=EMPTY,
        stock=EMPTY,
        last_week_rate=None,
        interval=wilson(0, 0),
        bounds=wilson(0, 0),
        band=band,
        status=status,
        window_before=EMPTY,
        cause=mix_rate(*_by_channel(book, status.period)) if status and status.period else None,
        shifts=find_shifts(weeks, SHIFTS),
        volumes=tuple(one for one in volumes if one is not None),
    )


def _by_channel(book: Book, window: Period) -> tuple[Mapping[str, Tally], Mapping[str, Tally]]:
    """The baseline's weeks before the window, and the window's."""
    past = Period(window.first - WATCH.baseline_weeks * WEEK, window.first - WEEK)
    return _summed(book, past), _summed(book, window)


def _summed(book: Book, period: Period) -> Mapping[str, Tally]:
    sums: dict[str, Tally] = defaultdict(Tally)
    for number in range(period.weeks):
        for channel, tally in book.get(period.first + number * WEEK, {}).items():
            sums[channel] += tally
    return sums


if __name__ == "__main__":
    main()
