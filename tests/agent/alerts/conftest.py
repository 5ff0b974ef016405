"""Findings to word: a flood through one channel, and what else a message must carry."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from agent.alerts.incident import Incident
from agent.alerts.message import Finding
from bbm_core.balance.band import Band, Origin
from bbm_core.balance.cause import mix_rate
from bbm_core.balance.funnel import StageRule, StageSpec, When
from bbm_core.balance.rate import wilson
from bbm_core.balance.tally import EMPTY, Period, Tally
from bbm_core.balance.watch import BandStatus, Skew
from bbm_core.icp.profile import Label
from bbm_core.prescribe.measures import consequence, recommend
from bbm_core.records import RecordKind

OPENED = datetime(2026, 11, 23, 0, 10, tzinfo=UTC)


def _tally(icp: int, known: int, unknown: int = 0) -> Tally:
    return Tally(icp=icp, not_icp=known - icp, unknown=unknown)


class Scene:
    """Builds what the messages are made of; every part can be changed."""

    stage = StageSpec(
        name="acquisition",
        label=Label(en="Lead acquisition", ja="獲得"),
        enter=(StageRule(kind=RecordKind.LEAD, when=When.CREATED),),
    )
    channel = "Paid social"

    def before(self) -> dict[str, Tally]:
        return {
            "Web": _tally(250, 800),
            "Webinar": _tally(160, 440, 12),
            self.channel: _tally(30, 162),
        }

    def after(self) -> dict[str, Tally]:
        return {
            "Web": _tally(245, 786),
            "Webinar": _tally(137, 400, 52),
            self.channel: _tally(51, 846, 100),
        }

    def status(self, origin: Origin = Origin.BASELINE, skew: Skew = Skew.VOLUME) -> BandStatus:
        tally = sum(self.after().values(), EMPTY)
        return BandStatus(
            skew=skew,
            band=Band(0.264, 0.364, origin),
            period=Period(date(2026, 10, 26), date(2026, 11, 16)),
            tally=tally,
            interval=wilson(tally.icp, tally.known),
            posterior_low=0.999,
            posterior_high=0.0,
            phi=1.0,
            needed=0,
        )

    def incident(self, direction: Skew = Skew.VOLUME) -> Incident:
        return Incident(
            key="acquisition",
            episode=1,
            direction=direction,
            band=self.status().band,
            opened_at=OPENED,
            told_at=OPENED,
            told_rate=0.213,
        )

    def finding(self, hours: str | None = "0.75", direction: Skew = Skew.VOLUME) -> Finding:
        before, after = self.before(), self.after()
        cause = mix_rate(before, after)
        former, now = sum(before.values(), EMPTY), sum(after.values(), EMPTY)
        return Finding(
            stage=self.stage,
            status=self.status(),
            before=former,
            cause=cause,
            consequence=consequence(former, now, 4, None if hours is None else Decimal(hours)),
            measures=recommend(direction, "acquisition", cause),
            source="Salesforce",
        )


@pytest.fixture
def scene() -> Scene:
    return Scene()
