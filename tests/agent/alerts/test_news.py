"""How early changes, changed counts and trouble with the data read, in both languages."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Literal

import pytest

from agent.alerts.message import build_drift
from agent.alerts.news import (
    build_data_over,
    build_data_problem,
    build_volume,
    build_volume_over,
    suspicion_text,
)
from agent.alerts.notice import Notice, Topic
from agent.alerts.terminal import render_text
from bbm_core.balance.artefact import Artefact, Suspicion
from bbm_core.balance.shift import Direction, Shift
from bbm_core.balance.tally import Tally
from bbm_core.balance.volume import Counted, VolumeStatus

Lang = Literal["en", "ja"]
both = pytest.mark.parametrize("lang", ["en", "ja"])
OPENED = datetime(2026, 11, 23, 0, 10, tzinfo=UTC)


def notice(topic: Topic) -> Notice:
    return Notice(key=topic.key("acquisition"), episode=1, what="x", opened_at=OPENED)


def volume(counted: Counted, count: int, direction: Direction | None, **more: Any) -> VolumeStatus:
    return VolumeStatus(
        **{
            "counted": counted,
            "first": date(2026, 10, 26),
            "weeks": 4,
            "count": count,
            "expected": 120.0,
            "low": 82,
            "high": 163,
            "seasonal": False,
            "direction": direction,
            **more,
        }
    )


FEWER = (
    volume(Counted.ICP, 41, Direction.DOWN),
    volume(Counted.TOTAL, 390, None, expected=400.0, low=320, high=490),
)
FOUND = (
    Suspicion(Artefact.FILL, "industry", 0.95, 0.5),
    Suspicion(Artefact.RENAMED, "industry", 0.0, 0.31, ("Steel", "Metals", "鉄鋼")),
)


@both
def test_an_early_change_reads_as_intended(scene: Any, golden: Any, lang: Lang) -> None:
    shift = Shift(
        direction=Direction.DOWN,
        since=date(2026, 10, 26),
        found=date(2026, 11, 9),
        before=Tally(440, 960),
        after=Tally(433, 1599),
    )
    incident = replace(scene.incident(), early=True)

    message = build_drift(replace(scene.finding(), shift=shift), incident, lang)

    golden(f"alert_early.{lang}.txt", render_text(message))


@both
def test_fewer_icp_read_as_intended(scene: Any, golden: Any, lang: Lang) -> None:
    message = build_volume(scene.stage, FEWER, notice(Topic.VOLUME), "Salesforce", lang)

    golden(f"alert_count.{lang}.txt", render_text(message))


@both
def test_a_data_problem_reads_as_intended(scene: Any, golden: Any, lang: Lang) -> None:
    message = build_data_problem(scene.stage, FOUND, notice(Topic.DATA), "Salesforce", lang)

    golden(f"alert_data.{lang}.txt", render_text(message))


@both
def test_what_is_over_says_so(scene: Any, lang: Lang) -> None:
    counts = build_volume_over(scene.stage, FEWER[1:], notice(Topic.VOLUME), "Salesforce", lang)
    data = build_data_over(scene.stage, notice(Topic.DATA), "Salesforce", lang)
    nothing = build_volume_over(scene.stage, (), notice(Topic.VOLUME), "Salesforce", lang)

    assert counts.verdict != data.verdict
    assert "320" in counts.facts[0].value
    assert not nothing.facts


def test_more_records_and_a_known_season_read_otherwise(scene: Any) -> None:
    more = volume(Counted.TOTAL, 700, Direction.UP, seasonal=True)

    message = build_volume(scene.stage, (more,), notice(Topic.VOLUME), "Salesforce", "en")

    assert message.headline.startswith("More records: 700 at Lead acquisition")
    assert len(message.why) == 1
    assert "sales can follow" in message.actions[0]


@both
@pytest.mark.parametrize("artefact", list(Artefact))
def test_every_artefact_has_its_words(artefact: Artefact, lang: Lang, scene: Any) -> None:
    one = Suspicion(artefact, "web", 0.1, 0.4, ("old", "new"), date(2026, 11, 2))

    text = suspicion_text(one, lang)
    message = build_data_problem(scene.stage, (one,), notice(Topic.DATA), "Salesforce", lang)

    assert text in message.why
    assert "{" not in text + message.headline + message.actions[0]
