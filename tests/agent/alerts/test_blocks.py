"""Messages as Slack's blocks: within the limits, and deaf to markup from outside."""

from dataclasses import replace
from itertools import product
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.alerts.blocks import FIELDS, TEXT, escape, neutral, render_slack, violations
from agent.alerts.message import (
    Fact,
    Halt,
    Message,
    Severity,
    build_drift,
    build_recovery,
    build_stopped,
)
from bbm_core.balance.watch import Skew
from bbm_core.errors import AccessError
from bbm_core.icp.profile import Label
from sandbox.slack.blocks import block_errors

OPENERS = [
    "<!channel>",
    "<!here>",
    "<@U024BE7LH>",
    "<#C1>",
    "<https://evil.example|Acme>",
    "<mailto:",
]
MARKS = ["*bold*", "_it_", "~gone~", "`code`", "```\ncode\n```", "> quote", "&lt;!channel&gt;"]
OTHERS = ["", " ", "'; DROP TABLE leads;--", "{0.__class__}", "{channel}", "%s%n", "株式会社 & 子"]
AROUND = ["{}", "Acme {}", "{} Inc.", "\u202e{}", "\n{}\n", "<{}>", "&{};", "a{}b", "{}{}", "@{}"]
PAYLOADS = [frame.replace("{}", core) for frame, core in product(AROUND, OPENERS + MARKS + OTHERS)]


def test_the_corpus_is_two_hundred_payloads() -> None:
    assert len(PAYLOADS) >= 200


def texts(payload: Any) -> list[tuple[str, str]]:
    """Every (type, text) of a payload, the notification's included."""
    found = [("notification", str(payload["text"]))]
    for block in payload["blocks"]:
        parts = [block.get("text"), *block.get("fields", []), *block.get("elements", [])]
        found += [(part["type"], part["text"]) for part in parts if part]
    return found


def messages(scene: Any, payload: str) -> list[Message]:
    """Every kind of message, with the payload wherever a foreign name can stand."""
    scene.channel = payload
    stage = scene.stage.model_copy(update={"label": Label.model_construct(en=payload, ja=None)})
    finding = replace(scene.finding(), stage=stage, source=payload)
    error = AccessError(payload, hint=payload, code="BBM-SF-004")
    recovered = replace(scene.status(), skew=Skew.BALANCED)
    return [
        build_drift(finding, scene.incident(), "en"),
        build_drift(finding, scene.incident(Skew.QUALITY), "ja"),
        build_recovery(stage, recovered, scene.incident(), payload, "en"),
        build_stopped(Halt(error=error, since=None, run=1, source=payload), "en"),
    ]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_name_becomes_a_mention_a_link_or_markup(scene: Any, payload: str) -> None:
    for message in messages(scene, payload):
        rendered = render_slack(message)
        for kind, text in texts(rendered):
            assert "<" not in text
            assert ">" not in text
            assert kind != "mrkdwn" or text.startswith("*")
        assert violations(rendered) == ()
        assert block_errors(rendered["blocks"], lambda _: False) == []


def test_names_of_channels_stand_in_plain_text_only(scene: Any) -> None:
    scene.channel = "Peculiar channel"

    rendered = render_slack(build_drift(scene.finding(), scene.incident(), "en"))

    kinds = {kind for kind, text in texts(rendered) if "Peculiar" in text}
    assert kinds == {"plain_text"}


@pytest.mark.parametrize("direction", [Skew.VOLUME, Skew.QUALITY])
def test_an_alert_holds_the_verdict_the_reasons_the_figures_and_the_measures(
    scene: Any, direction: Skew
) -> None:
    message = build_drift(scene.finding(direction=direction), scene.incident(direction), "en")

    rendered: Any = render_slack(message)

    assert [block["type"] for block in rendered["blocks"]] == [
        "header",
        "section",
        "section",
        "section",
        "section",
        "context",
    ]
    assert rendered["text"] == message.headline
    assert message.ref in rendered["blocks"][-1]["elements"][0]["text"]
    assert rendered["blocks"][2]["fields"][0]["text"] == "*ICP rate*\n21.3% (was 31.4%)"


def test_slack_and_the_terminal_show_the_same_payload_every_time(scene: Any, golden: Any) -> None:
    rendered = render_slack(build_drift(scene.finding(), scene.incident(), "en"))

    text = orjson.dumps(rendered, option=orjson.OPT_INDENT_2).decode()
    golden("slack_volume.json", text + "\n")


signs = st.text(st.characters(codec="utf-8") | st.sampled_from("&<>*_~`"), max_size=60)


@given(signs, st.integers(1, 80))
def test_escaping_stays_within_its_limit(text: str, limit: int) -> None:
    assert len(escape(text * 9, limit)) <= limit
    assert not set(escape(text, 4000)) & set("<>")


@given(signs)
def test_escaping_loses_nothing_that_fits(text: str) -> None:
    escaped = escape(text, 1000)

    back = escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert back == text


def test_markup_signs_are_kept_from_being_markup() -> None:
    assert neutral("*a*_b", 100) == "\u034f*a\u034f*\u034f_b"


@pytest.mark.parametrize("sign", ["x", "&", "漢", "word "])
def test_a_message_far_too_long_is_cut_to_slacks_limits(sign: str) -> None:
    long = (sign * 9000)[:9000]
    message = Message(
        verdict="Stopped",
        headline=long,
        why=(long, long),
        facts=tuple(Fact(long, long) for _ in range(30)),
        actions=(long,) * 9,
        footer=long,
        severity=Severity.STOPPED,
        lang="en",
        ref="BBM-1",
    )

    rendered: Any = render_slack(message)

    assert violations(rendered) == ()
    assert block_errors(rendered["blocks"], lambda _: False) == []
    assert len(rendered["blocks"][2]["fields"]) == FIELDS


def section(**parts: object) -> dict[str, Any]:
    return {"text": "x", "blocks": [{"type": "section", **parts}]}


def plain(length: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": "x" * length}


@pytest.mark.parametrize(
    "payload",
    [
        {"text": "x", "blocks": [{"type": "divider"}] * 51},
        {"text": "x" * (TEXT + 1), "blocks": []},
        {"text": "", "blocks": []},
        {"blocks": []},
        {"text": "x", "blocks": "no list"},
        {"text": "x", "blocks": ["no object"]},
        {"text": "x", "blocks": [{"type": "header", "text": plain(151)}]},
        section(text=plain(3001)),
        section(text=plain(0)),
        section(fields=[plain(1)] * 11),
        section(fields=[plain(2001)]),
        section(fields=3),
        {"text": "x", "blocks": [{"type": "context", "elements": [plain(1)] * 11}]},
    ],
)
def test_what_breaks_a_limit_is_named(payload: dict[str, Any]) -> None:
    assert len(violations(payload)) == 1


def test_what_keeps_every_limit_is_not() -> None:
    assert violations(section(text=plain(3000), fields=[plain(2000)] * 10)) == ()
