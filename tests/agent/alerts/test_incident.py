"""One incident per stage at a time: opened, made worse, remembered, closed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.alerts.incident import (
    Change,
    Incident,
    State,
    Transition,
    acknowledge,
    advance,
    previous_skew,
)
from bbm_core.balance.band import Band, Origin
from bbm_core.balance.rate import Interval
from bbm_core.balance.tally import Period, Tally
from bbm_core.balance.watch import BandStatus, Skew

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BAND = Band(0.25, 0.35, Origin.BASELINE)
VOLUME, QUALITY, BALANCED, UNCLEAR = Skew.VOLUME, Skew.QUALITY, Skew.BALANCED, Skew.UNCLEAR


def status(skew: Skew, percent: int) -> BandStatus:
    return BandStatus(
        skew=skew,
        band=BAND,
        period=Period(date(2026, 2, 2), date(2026, 2, 23)),
        tally=Tally(icp=percent, not_icp=100 - percent),
        interval=Interval(0, 1),
        posterior_low=0.5,
        posterior_high=0.1,
        phi=1.0,
        needed=0,
    )


def opened(skew: Skew = VOLUME, percent: int = 20) -> Incident:
    transition = advance("acquisition", None, status(skew, percent), NOW)
    assert transition is not None
    return transition.incident


def later(days: int) -> datetime:
    return NOW + timedelta(days=days)


def test_a_skew_opens_an_incident() -> None:
    transition = advance("acquisition", None, status(VOLUME, 20), NOW)

    assert transition == Transition(
        Change.OPENED,
        Incident(
            key="acquisition",
            episode=1,
            direction=VOLUME,
            band=BAND,
            opened_at=NOW,
            told_at=NOW,
            told_rate=0.2,
        ),
    )
    assert transition.id == "acquisition#1.1"


@pytest.mark.parametrize("skew", [BALANCED, UNCLEAR])
def test_without_a_skew_nothing_opens(skew: Skew) -> None:
    assert advance("acquisition", None, status(skew, 30), NOW) is None


def test_the_same_state_is_not_told_twice() -> None:
    assert advance("acquisition", opened(), status(VOLUME, 20), later(7)) is None
    assert advance("acquisition", opened(), status(VOLUME, 16), later(7)) is None


@pytest.mark.parametrize(("skew", "first", "second"), [(VOLUME, 20, 15), (QUALITY, 40, 45)])
def test_half_a_band_further_out_is_told(skew: Skew, first: int, second: int) -> None:
    transition = advance("acquisition", opened(skew, first), status(skew, second), later(7))

    assert transition is not None
    assert transition.change is Change.WORSENED
    assert transition.id == "acquisition#1.2"
    assert transition.incident.told_rate == second / 100


def test_coming_closer_is_not_worse() -> None:
    assert advance("acquisition", opened(VOLUME, 10), status(VOLUME, 23), later(7)) is None
    assert advance("acquisition", opened(QUALITY, 50), status(QUALITY, 37), later(7)) is None


def test_an_open_incident_is_remembered_after_thirty_days() -> None:
    transition = advance("acquisition", opened(), status(VOLUME, 20), later(30))

    assert transition is not None
    assert transition.change is Change.REMINDED
    assert advance("acquisition", transition.incident, status(VOLUME, 20), later(31)) is None


def test_an_acknowledged_incident_is_not_remembered_but_getting_worse_is_told() -> None:
    seen = acknowledge(opened())

    assert advance("acquisition", seen, status(VOLUME, 20), later(90)) is None
    worse = advance("acquisition", seen, status(VOLUME, 10), later(90))
    assert worse is not None
    assert (worse.change, worse.incident.state) == (Change.WORSENED, State.ACKED)


def test_a_balanced_stage_recovers_once() -> None:
    transition = advance("acquisition", opened(), status(BALANCED, 30), later(21))

    assert transition is not None
    assert transition.change is Change.RECOVERED
    assert transition.incident.recovered_at == later(21)
    assert not transition.incident.is_open
    assert advance("acquisition", transition.incident, status(BALANCED, 30), later(22)) is None


def test_too_few_records_neither_open_nor_close() -> None:
    assert advance("acquisition", opened(), status(UNCLEAR, 30), later(7)) is None


def test_a_rate_that_crossed_the_band_closes_first_and_opens_the_other_side_next() -> None:
    closed = advance("acquisition", opened(), status(QUALITY, 40), later(7))
    assert closed is not None
    assert closed.change is Change.RECOVERED

    transition = advance("acquisition", closed.incident, status(QUALITY, 40), later(7))

    assert transition is not None
    assert transition.change is Change.OPENED
    assert (transition.incident.direction, transition.incident.episode) == (QUALITY, 2)


def test_a_recovered_incident_cannot_be_acknowledged() -> None:
    gone = replace(opened(), state=State.RECOVERED)

    assert acknowledge(gone) == gone


def test_the_detector_is_told_the_direction_only_while_the_incident_is_open() -> None:
    assert previous_skew(None) is BALANCED
    assert previous_skew(opened()) is VOLUME
    assert previous_skew(acknowledge(opened())) is VOLUME
    assert previous_skew(replace(opened(), state=State.RECOVERED)) is BALANCED


def test_the_ref_stays_through_an_episode_and_changes_with_the_next() -> None:
    first = opened()
    worse = advance("acquisition", first, status(VOLUME, 10), later(7))
    next_one = replace(first, episode=2)

    assert worse is not None
    assert worse.incident.ref == first.ref
    assert first.ref != next_one.ref
    assert len(first.ref) == len("BBM-123456")


looks = st.lists(st.tuples(st.sampled_from(Skew), st.integers(1, 99)), max_size=40)


@given(looks)
def test_openings_and_recoveries_take_turns_and_no_id_comes_twice(
    seen: list[tuple[Skew, int]],
) -> None:
    incident: Incident | None = None
    told: list[Transition] = []
    for number, (skew, percent) in enumerate(seen):
        transition = advance("acquisition", incident, status(skew, percent), later(7 * number))
        if transition is not None:
            told.append(transition)
            incident = transition.incident

    turns = [t.change for t in told if t.change in (Change.OPENED, Change.RECOVERED)]
    assert all(change is (Change.OPENED, Change.RECOVERED)[n % 2] for n, change in enumerate(turns))
    assert len({t.id for t in told}) == len(told)
