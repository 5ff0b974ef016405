"""Incoming webhooks: slack-sdk's client, and answers in words."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from sandbox.server import Sandbox
from sandbox.slack.service import SlackService
from sandbox.slack.workspace import WEBHOOK_PATH, Workspace
from sandbox.wire import Request


@pytest.fixture
def webhook(sandbox: Sandbox, workspace: Workspace) -> WebhookClient:
    return WebhookClient(f"{sandbox.url}/slack/services/{WEBHOOK_PATH}", retry_handlers=[])


def test_a_message_arrives(webhook: WebhookClient, workspace: Workspace) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*19.8 %*"}}]

    answer = webhook.send(text="Volume-heavy", blocks=blocks)

    assert (answer.status_code, answer.body) == (200, "ok")
    (message,) = workspace.messages
    assert (message.text, list(message.blocks), message.by_webhook) == (
        "Volume-heavy",
        blocks,
        True,
    )


def test_a_revoked_address_is_no_service(webhook: WebhookClient, workspace: Workspace) -> None:
    workspace.webhooks.clear()

    answer = webhook.send(text="x")

    assert (answer.status_code, answer.body) == (404, "no_service")


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [
        ({"is_archived": True}, 410, "channel_is_archived"),
        ({"is_member": False}, 403, "action_prohibited"),
    ],
)
def test_a_channel_that_takes_nothing_says_so(
    webhook: WebhookClient,
    workspace: Workspace,
    state: dict[str, bool],
    status: int,
    words: str,
) -> None:
    for name, value in state.items():
        setattr(workspace.channels[0], name, value)

    answer = webhook.send(text="x")

    assert (answer.status_code, answer.body) == (status, words)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"text": ""}, "no_text"),
        ({"blocks": [{"type": "poll"}]}, "invalid_blocks"),
        ([], "invalid_payload"),
    ],
)
def test_a_message_out_of_order_is_refused(
    webhook: WebhookClient, workspace: Workspace, body: object, words: str
) -> None:
    answer = webhook.send_dict(body)

    assert (answer.status_code, answer.body) == (400, words)
    assert workspace.messages == []


def test_a_flood_is_slowed_down(webhook: WebhookClient, workspace: Workspace) -> None:
    workspace.messages_per_ten_seconds = 1
    webhook.send(text="one")

    answer = webhook.send(text="two")

    assert (answer.status_code, answer.body) == (429, "rate_limited")
    assert answer.headers["Retry-After"] == "10"


def test_a_webhooks_message_is_nobodys_to_change(
    slack: WebClient, webhook: WebhookClient, workspace: Workspace
) -> None:
    webhook.send(text="x")
    (message,) = workspace.messages

    with pytest.raises(SlackApiError) as refused:
        slack.chat_update(channel=message.channel, ts=message.ts, text="y")

    assert refused.value.response["error"] == "cant_update_message"


def test_a_form_with_a_payload_is_taken(sandbox: Sandbox, workspace: Workspace) -> None:
    request = Request(
        "POST",
        f"/services/{WEBHOOK_PATH}",
        {},
        {"content-type": "application/x-www-form-urlencoded"},
        b"payload=%7B%22text%22%3A%22x%22%7D",
        "",
    )

    assert SlackService(workspace).handle(request).body == b"ok"
    assert workspace.messages[0].text == "x"


def test_what_is_no_json_is_no_payload(workspace: Workspace) -> None:
    request = Request("POST", f"/slack/services/{WEBHOOK_PATH}", {}, {}, b"text", "")

    answer = SlackService(workspace).handle(request)

    assert (answer.status, answer.body) == (400, b"invalid_payload")
