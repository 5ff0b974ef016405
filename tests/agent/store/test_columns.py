"""Moments as texts."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from agent.store.columns import instant_text


def test_the_two_hours_of_a_night_when_clocks_go_back_are_two_moments() -> None:
    once = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))

    assert instant_text(once) == "2026-10-25T00:30:00.000000+00:00"
    assert instant_text(once.replace(fold=1)) == "2026-10-25T01:30:00.000000+00:00"


def test_a_moment_has_one_text_in_every_zone() -> None:
    moment = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)

    assert instant_text(moment) == instant_text(moment.astimezone(ZoneInfo("Asia/Tokyo")))
