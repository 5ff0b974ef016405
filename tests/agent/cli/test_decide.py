"""`bbm decide`: the log, the stance, and what became of a decision."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.agent.cli.conftest import Bbm
from tests.agent.cli.test_recommend import company
from tests.agent.trade import FOUR
from tests.agent.world import FITTING, World

WHY = ("--why", "The fair brought no ICP")


@pytest.fixture
def config(world: World, tmp_path: Path) -> str:
    return company(world, tmp_path, **FOUR)


def decided_earlier(world: World, weeks: int, **body: object) -> None:
    at = datetime.now(UTC) - timedelta(weeks=weeks)
    with world.agent() as agent:
        agent.store.decide("m.sato", {"why": "then", "channels": [], **body}, date.today(), at)  # noqa: DTZ011 - any day


def test_nothing_decided_says_how_to_begin(bbm: Bbm, config: str) -> None:
    assert "Nothing was decided yet" in bbm("decide", "--config", config).out
    assert "決定はまだありません" in bbm("decide", "--config", config, "--lang", "ja").out


def test_a_stance_is_kept_with_its_reason_and_a_day_to_review(bbm: Bbm, config: str) -> None:
    bbm("decide", "quality", *WHY, "--effect", "30 %", "--by", "m.sato", "--config", config)

    (one,) = bbm("decide", "--config", config, "--json").document["decisions"]

    assert (one["what"], one["direction"], one["author"]) == ("quality", "quality", "m.sato")
    assert (one["why"], one["effect"]) == (WHY[1], "30 %")
    assert date.fromisoformat(one["review_on"]) > datetime.now(UTC).date()
    assert one["review"] is None
    assert "no whole week since then" in bbm("decide", "--config", config).out


def test_a_measure_carries_its_direction(bbm: Bbm, config: str) -> None:
    answer = bbm("decide", "ads", *WHY, "--config", config, "--json")

    assert answer.document["decisions"][0]["direction"] == "volume"


def test_the_stance_is_read_by_the_recommendation(bbm: Bbm, config: str) -> None:
    bbm("decide", "quality", *WHY, "--config", config)

    assert "Declared stance: quality since" in bbm("recommend", "--config", config).out


def test_a_turn_before_the_last_one_had_its_time_is_warned_of(bbm: Bbm, config: str) -> None:
    bbm("decide", "quality", *WHY, "--config", config)

    assert "This turns the policy" in bbm("decide", "volume", *WHY, "--config", config).out
    assert "This turns" not in bbm("decide", "ads", *WHY, "--config", config).out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("everything", *WHY), "BBM-DC-001"),
        (("quality",), "BBM-DC-002"),
        (("quality", *WHY, "--channel", "Radio"), "BBM-DC-003"),
        (("quality", *WHY, "--review-on", "soon"), "BBM-DC-004"),
        (("--close", "9"), "BBM-DC-005"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_fix(
    bbm: Bbm, config: str, arguments: tuple[str, ...], code: str
) -> None:
    refused = bbm("decide", *arguments, "--config", config)

    assert refused.code == 2
    assert code in refused.err


def test_a_decision_is_reviewed_beside_the_channels_it_did_not_touch(
    world: World, bbm: Bbm, config: str
) -> None:
    for week in range(6):
        at = datetime.now(UTC) - timedelta(weeks=week + 2, hours=1)
        for number in range(30):
            world.lead(FITTING, at=at + timedelta(minutes=number), channel="Seminar")
    world.clock.time = datetime.now(UTC)
    world.cycle(confirmed="", full=True)
    decided_earlier(world, 9, what="dedicated_seminars", direction="quality", channels=["Seminar"])

    (one,) = bbm("decide", "--config", config, "--json").document["decisions"]
    out = bbm("decide", "--config", config).out

    assert one["review"]["found"]["controlled"]
    assert one["review"]["found"]["rate"]["finding"] == "rose"
    assert "it rose" in out
    assert "beside the other channels" in out


def test_a_decision_that_changed_nothing_is_inconclusive(
    world: World, bbm: Bbm, config: str
) -> None:
    decided_earlier(world, 9, what="quality", direction="quality")

    out = bbm("decide", "--config", config).out

    assert "inconclusive" in out
    assert "which proves little" in out


def test_a_closed_decision_keeps_what_became_of_it(world: World, bbm: Bbm, config: str) -> None:
    decided_earlier(world, 9, what="quality", direction="quality")

    bbm("decide", "--close", "1", "--note", "No change seen", "--config", config)
    out = bbm("decide", "--config", config).out

    assert "closed" in out
    assert "No change seen" in out
    assert "inconclusive" in out
