"""What people are told: one message an incident, changed in place, whatever happens on the way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from agent.alerts.message import Message
from agent.alerts.slack import INVALID_MESSAGE, Posted, SlackSender
from agent.cycle import Order, run_cycle
from agent.store import AlertState
from agent.tell import Told, standings
from bbm_core.balance.watch import Skew
from bbm_core.errors import PreconditionError
from bbm_core.records import Money, Outcome, RecordKind
from sandbox.faults import Fault
from sandbox.server import Sandbox
from sandbox.slack.workspace import BOT_TOKEN, WEBHOOK_PATH
from tests.agent.world import World

CHANNEL = "C0SANDBOX01"
BAND = {"low": 0.4, "high": 0.6}


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def watched(world: World, slack: Sandbox) -> World:
    """A world with a configured band, so that few weeks suffice, and a bot in Slack."""
    world.values["bands"] = {"acquisition": BAND}
    world.sender = bot(slack)
    world.crm.page_size = 500
    return world


def bot(slack: Sandbox, channel: str = CHANNEL) -> SlackSender:
    return SlackSender(token=BOT_TOKEN, channel=channel, base_url=f"{slack.url}/slack/api/")


def texts(slack: Sandbox, *, threads: bool = False) -> list[str]:
    return [m.text for m in slack.slack.messages if bool(m.thread_ts) is threads]


def flooded(world: World, fits: int = 5, others: int = 15) -> tuple[Told, ...]:
    """Six weeks below the band, and the cycle that notices."""
    world.weeks(6, fits=fits, others=others)
    return world.cycle(confirmed="").told


def test_an_incident_is_told_once(watched: World, slack: Sandbox) -> None:
    (told,) = flooded(watched)
    again = watched.cycle()

    assert (told.stage, told.change, told.sent) == ("acquisition", "opened", True)
    assert not again.told
    (text,) = texts(slack)
    assert "Volume-heavy" in text
    with watched.agent() as agent:
        assert standings(agent.store)["acquisition"].skew is Skew.VOLUME


def test_a_balanced_stage_is_not_told(watched: World, slack: Sandbox) -> None:
    assert not flooded(watched, fits=10, others=10)
    assert not texts(slack)


def test_too_few_records_say_nothing(watched: World) -> None:
    assert not flooded(watched, fits=0, others=2)


def test_a_stage_without_a_band_and_a_past_says_nothing(world: World) -> None:
    assert not flooded(world)


def test_a_stage_that_nobody_watches_is_not_told(watched: World) -> None:
    watched.values["watch"] = {"stages": ["opportunity"]}

    assert not flooded(watched)


def test_getting_worse_changes_the_message_in_place(watched: World, slack: Sandbox) -> None:
    flooded(watched)
    before = texts(slack)

    watched.weeks(8, fits=0, others=20)
    (told,) = watched.cycle(confirmed="").told

    assert (told.change, told.sent) == ("worsened", True)
    assert len(texts(slack)) == 1
    assert texts(slack) != before


def test_a_recovery_changes_the_message_and_answers_below_it(
    watched: World, slack: Sandbox
) -> None:
    flooded(watched)

    watched.weeks(8, fits=10, others=10)
    (told,) = watched.cycle(confirmed="").told

    assert (told.change, told.sent) == ("recovered", True)
    (text,) = texts(slack)
    assert "Volume-heavy" not in text
    assert len(texts(slack, threads=True)) == 1
    with watched.agent() as agent:
        assert not standings(agent.store)


def test_a_new_episode_is_a_new_message(watched: World, slack: Sandbox) -> None:
    flooded(watched)
    watched.weeks(8, fits=10, others=10)
    watched.cycle(confirmed="")

    watched.weeks(8, fits=19, others=1)
    (told,) = watched.cycle(confirmed="").told

    assert told.change == "opened"
    assert len(texts(slack)) == 2


def test_a_skew_that_goes_on_through_a_later_stage_is_one_incident(
    watched: World, slack: Sandbox
) -> None:
    watched.values["bands"] = {"acquisition": BAND, "handover": BAND}
    for _ in range(6):
        for number in range(20):
            at = watched.clock.now() + timedelta(minutes=number)
            watched.lead("Manufacturing" if number < 5 else "Retail", at=at, status="Qualified")
        watched.pass_time(weeks=1)

    report = watched.cycle(confirmed="")

    assert [one.skew for one in report.stages[:2]] == [Skew.VOLUME, Skew.VOLUME]
    assert [told.stage for told in report.told] == ["acquisition"]
    assert len(texts(slack)) == 1


def test_a_stopped_run_tells_nothing_of_what_nobody_confirmed(watched: World) -> None:
    watched.weeks(6, fits=5, others=15)

    report = watched.cycle()

    assert report.stop is not None
    assert not report.told


def test_the_message_is_in_the_language_of_its_readers(watched: World, slack: Sandbox) -> None:
    watched.values["slack"] = {"token": "x", "channel": CHANNEL, "lang": "ja"}

    flooded(watched)

    assert "量に偏り" in texts(slack)[0]


def test_hours_are_counted_where_somebody_said_what_a_lead_costs(watched: World) -> None:
    watched.values["hours_per_lead"] = 1.5
    watched.weeks(10, fits=10, others=10)
    watched.weeks(4, fits=5, others=40)

    (told,) = watched.cycle(confirmed="").told

    assert any("hours" in sentence for sentence in told.message.why)


# when Slack has trouble


def test_a_message_that_did_not_go_out_is_sent_later(watched: World, slack: Sandbox) -> None:
    slack.faults.add(Fault(action="html_503", service="slack"))

    (told,) = flooded(watched)
    at_once = watched.cycle()
    watched.pass_time(minutes=5)
    (later,) = watched.cycle().told

    assert not told.sent
    assert told.problem
    assert not at_once.told, "not before its time"
    assert later.sent
    assert len(texts(slack)) == 1


def test_a_channel_that_was_mended_hears_of_what_happened_before(
    watched: World, slack: Sandbox
) -> None:
    watched.sender = bot(slack, "C0NOWHERE00")
    (told,) = flooded(watched)
    watched.sender = bot(slack)
    watched.pass_time(days=1)

    (again,) = watched.cycle().told

    assert not told.sent
    assert again.sent
    assert len(texts(slack)) == 1


class _Choosy(SlackSender):
    """A Slack that finds the message invalid."""

    def post(self, message: Message, thread_ts: str | None = None) -> Posted:  # noqa: ARG002 - the sender's form
        raise PreconditionError("It does not fit.", hint="Shorten it.", code=INVALID_MESSAGE)


def test_a_message_that_slack_would_never_take_is_given_up(watched: World) -> None:
    watched.sender = _Choosy(token="xoxb-none", channel="C0NOWHERE00")

    (told,) = flooded(watched)
    watched.pass_time(days=1)

    assert not told.sent
    assert not watched.cycle().told
    with watched.agent() as agent:
        (row,) = agent.store.alerts()
    assert row.state is AlertState.FAILED
    assert row.problem == told.problem


def test_a_message_that_perhaps_went_out_is_sent_again_with_the_same_ref(
    watched: World, slack: Sandbox
) -> None:
    """The agent died after it began to send; nobody knows whether people have read it."""
    watched.sender = None
    (told,) = flooded(watched)
    watched.sender = bot(slack)
    with watched.agent() as agent:
        (row,) = agent.store.alerts()
        agent.store.mark_sending(row.id)

    at_once = watched.cycle()
    watched.pass_time(hours=2)
    (again,) = watched.cycle().told

    assert not at_once.told
    assert again.sent
    assert again.message.ref == told.message.ref


def test_without_a_channel_the_run_itself_says_it(watched: World) -> None:
    watched.sender = None

    (told,) = flooded(watched)

    assert (told.sent, told.problem) == (False, "no channel is configured")
    assert not watched.cycle().told


def test_a_message_that_somebody_deleted_is_posted_anew(watched: World, slack: Sandbox) -> None:
    flooded(watched)
    slack.slack.messages.clear()

    watched.weeks(8, fits=0, others=20)
    (told,) = watched.cycle(confirmed="").told

    assert told.sent
    assert len(texts(slack)) == 1


def test_a_webhook_posts_each_change(watched: World, slack: Sandbox) -> None:
    watched.sender = SlackSender(webhook=f"{slack.url}/slack/services/{WEBHOOK_PATH}")
    flooded(watched)

    watched.weeks(8, fits=10, others=10)
    (told,) = watched.cycle(confirmed="").told

    assert (told.change, told.sent) == ("recovered", True)
    assert len(texts(slack)) == 2


def test_figures_that_are_partial_say_so(watched: World, slack: Sandbox) -> None:
    watched.weeks(6, fits=5, others=15)
    with watched.agent() as agent:
        agent.connector = _Partial(agent.connector)
        run_cycle(agent, Order("test", confirmed=""))

    assert "partial" in repr(slack.slack.messages[0].blocks).casefold()


class _Partial:
    """A connector whose user does not see everything."""

    def __init__(self, connector: Any) -> None:
        self._connector = connector

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connector, name)

    def check(self, *, brief: bool = False) -> Any:
        return replace(self._connector.check(brief=brief), partial=("no View All Records on Lead",))


def test_an_alert_says_what_the_revenue_target_takes(world: World) -> None:
    world.values["targets"] = {"revenue_month": 1_000_000, "people": 2}
    world.values["stages"][-1] = {
        "name": "won",
        "label": {"en": "Won"},
        "enter": [{"kind": "opportunity", "when": "won"}],
    }
    for number in range(6):
        world.crm.create(
            RecordKind.OPPORTUNITY,
            account=world.account(),
            amount=Money(Decimal(50_000), "JPY"),
            outcome=Outcome.WON,
            closed_at=world.clock.now() + timedelta(hours=number),
        )

    told = world.drift()

    assert any("Target 1,000,000: at today's mix" in line for line in told.message.why)
