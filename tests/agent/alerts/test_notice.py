"""The state machine of a notice."""

from datetime import UTC, datetime, timedelta

from agent.alerts.incident import Change
from agent.alerts.notice import Notice, Topic, advance_notice

NOW = datetime(2026, 11, 23, tzinfo=UTC)
KEY = Topic.VOLUME.key("acquisition")


def opened() -> Notice:
    change = advance_notice(KEY, None, "icp down", NOW)
    assert change is not None
    assert change.change is Change.OPENED
    return change.notice


def test_nothing_found_is_nothing_to_tell() -> None:
    assert advance_notice(KEY, None, None, NOW) is None


def test_a_notice_goes_on_silently() -> None:
    assert advance_notice(KEY, opened(), "icp down", NOW) is None


def test_another_finding_changes_the_notice() -> None:
    change = advance_notice(KEY, opened(), "icp up", NOW)

    assert change is not None
    assert (change.change, change.notice.what, change.notice.step) == (Change.CHANGED, "icp up", 2)
    assert change.notice.ref == opened().ref


def test_a_notice_ends_and_the_next_is_another_one() -> None:
    over = advance_notice(KEY, opened(), None, NOW)
    assert over is not None
    assert (over.change, over.notice.is_open) == (Change.RECOVERED, False)
    assert advance_notice(KEY, over.notice, None, NOW) is None

    again = advance_notice(KEY, over.notice, "icp down", NOW + timedelta(days=1))

    assert again is not None
    assert (again.change, again.notice.episode) == (Change.OPENED, 2)
    assert again.notice.ref != over.notice.ref


def test_the_notices_of_a_stage_have_their_own_keys() -> None:
    assert Topic.DATA.key("won") != Topic.VOLUME.key("won") != "won"
