"""The state machine of an incident: one per stage at a time, one message each, one recovery."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from bbm_core.balance.band import Band
from bbm_core.balance.watch import SKEWED, BandStatus, Skew


class State(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    ACKED = "acked"  # a person has seen it
    RECOVERED = "recovered"


class Change(StrEnum):
    """What happened to an incident that people are to be told."""

    OPENED = "opened"
    CONFIRMED = "confirmed"  # told early, and by now surely outside
    WORSENED = "worsened"  # further out by half a band since people were last told
    CHANGED = "changed"  # something else was found in its place
    REMINDED = "reminded"  # unchanged for long, and nobody has acknowledged it
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True)
class IncidentSettings:
    """When an open incident is told again."""

    worse_by: float = 0.5  # of the whole width of its band
    sure: float = 0.99  # posterior from which on an early change is confirmed
    remind_days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One episode of a stage being outside its band.

    `band` is the one it opened with; judge the stage by it until the incident has recovered.
    """

    key: str  # the stage, and its slice where a slice is watched
    episode: int  # counts the incidents of the key
    direction: Skew
    band: Band
    opened_at: datetime
    told_at: datetime
    told_rate: float
    early: bool = False  # a sure change, not yet surely outside the band
    step: int = 1  # counts what people were told
    state: State = State.OPEN
    recovered_at: datetime | None = None

    @property
    def ref(self) -> str:
        """What people call it, short and the same after every restart."""
        digest = sha256(f"{self.key}\n{self.episode}\n{self.opened_at.isoformat()}".encode())
        return f"BBM-{digest.hexdigest()[:6].upper()}"

    @property
    def is_open(self) -> bool:
        return self.state is not State.RECOVERED


@dataclass(frozen=True, slots=True)
class Transition:
    """The incident after a change. `id` is the same however often the change is computed."""

    change: Change
    incident: Incident

    @property
    def id(self) -> str:
        return f"{self.incident.key}#{self.incident.episode}.{self.incident.step}"


def advance(  # noqa: PLR0913 - an incident, what is seen of it, when, and how it is judged
    key: str,
    incident: Incident | None,
    status: BandStatus,
    now: datetime,
    settings: IncidentSettings | None = None,
    *,
    early: bool = False,
) -> Transition | None:
    """What the status changes; None when there is nothing to tell.

    `incident` is the latest one of the key, open or recovered. A status that has too few records
    to say anything changes nothing. `early` says that its skew is that of a sure change whose rate
    is not yet surely outside the band. A rate that crossed the whole band closes the incident; the
    next look opens the one for the other side.
    """
    if status.rate is None or status.skew is Skew.UNCLEAR:
        return None
    if incident is None or not incident.is_open:
        if status.skew not in SKEWED:
            return None
        return _opened(key, incident, status, now, early=early)
    if status.skew is not incident.direction:
        return _recovered(incident, status.rate, now)
    return _told_again(incident, status, now, settings or IncidentSettings())


def acknowledge(incident: Incident) -> Incident:
    """Somebody has seen it: no more reminders; getting worse is still told."""
    return replace(incident, state=State.ACKED) if incident.is_open else incident


def previous_skew(incident: Incident | None) -> Skew:
    """What the detector said last, as `band_status` wants to know it."""
    return incident.direction if incident and incident.is_open else Skew.BALANCED


def _opened(
    key: str, last: Incident | None, status: BandStatus, now: datetime, *, early: bool
) -> Transition:
    incident = Incident(
        key=key,
        episode=last.episode + 1 if last else 1,
        direction=status.skew,
        band=status.band,
        opened_at=now,
        told_at=now,
        told_rate=status.rate or 0.0,
        early=early,
    )
    return Transition(Change.OPENED, incident)


def _recovered(incident: Incident, rate: float, now: datetime) -> Transition:
    told = _told(incident, rate, now)
    return Transition(Change.RECOVERED, replace(told, state=State.RECOVERED, recovered_at=now))


def _told_again(
    incident: Incident, status: BandStatus, now: datetime, settings: IncidentSettings
) -> Transition | None:
    rate = status.rate or 0.0
    if incident.early and _certainty(incident, status) > settings.sure:
        return Transition(Change.CONFIRMED, replace(_told(incident, rate, now), early=False))
    if _further_out(incident, rate) >= settings.worse_by * 2 * incident.band.half_width:
        return Transition(Change.WORSENED, _told(incident, rate, now))
    due = incident.told_at + timedelta(days=settings.remind_days)
    if incident.state is State.OPEN and now >= due:
        return Transition(Change.REMINDED, _told(incident, rate, now))
    return None


def _certainty(incident: Incident, status: BandStatus) -> float:
    """That the rate lies outside on the incident's side."""
    is_low = incident.direction is Skew.VOLUME
    return status.posterior_low if is_low else status.posterior_high


def _further_out(incident: Incident, rate: float) -> float:
    deeper = incident.told_rate - rate
    return deeper if incident.direction is Skew.VOLUME else -deeper


def _told(incident: Incident, rate: float, now: datetime) -> Incident:
    return replace(incident, told_at=now, told_rate=rate, step=incident.step + 1)
