"""slack-sdk's own client against the workspace."""

from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import orjson
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.faults import Fault
from sandbox.server import Sandbox
from sandbox.slack.service import SlackService
from sandbox.slack.workspace import BOT_TOKEN, SlackRefused, Workspace
from sandbox.wire import Request

HERE = "#bbm-alerts"
PLAIN = {"type": "plain_text", "text": "Hello"}


def refusal(error: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(error.value.response["error"])


def test_the_token_says_who_it_is(slack: WebClient) -> None:
    answer = slack.auth_test()

    assert (answer["team_id"], answer["user"]) == ("T0SANDBOX01", "bbm")
    assert "chat:write" in answer.headers["X-OAuth-Scopes"]


def test_a_message_is_posted_once_and_can_be_read(slack: WebClient, workspace: Workspace) -> None:
    posted = slack.chat_postMessage(
        channel=HERE, text="Volume-heavy", blocks=[{"type": "header", "text": PLAIN}]
    )
    told = slack.conversations_history(channel=posted["channel"])["messages"]

    (message,) = workspace.messages
    assert (message.ts, message.text) == (posted["ts"], "Volume-heavy")
    assert message.blocks == ({"type": "header", "text": PLAIN},)
    assert [one["text"] for one in told] == ["Volume-heavy"]


def test_a_message_is_changed_in_place(slack: WebClient, workspace: Workspace) -> None:
    posted = slack.chat_postMessage(channel=HERE, text="Out of balance")

    slack.chat_update(channel=posted["channel"], ts=posted["ts"], text="Back in balance")

    (message,) = workspace.messages
    assert message.text == "Back in balance"
    assert [one.text for one in message.edits] == ["Out of balance"]
    (told,) = slack.conversations_history(channel=posted["channel"])["messages"]
    assert told["edited"]["user"] == "U0SANDBOX01"


def test_replies_stay_in_their_thread_unless_broadcast(slack: WebClient) -> None:
    root = slack.chat_postMessage(channel=HERE, text="root")
    thread = {"channel": HERE, "thread_ts": root["ts"]}
    slack.chat_postMessage(**thread, text="quiet")
    slack.chat_postMessage(**thread, text="loud", reply_broadcast=True)

    channel = root["channel"]
    top = [one["text"] for one in slack.conversations_history(channel=channel)["messages"]]
    below = slack.conversations_replies(channel=channel, ts=root["ts"])["messages"]

    assert top == ["loud", "root"]
    assert [one["text"] for one in below] == ["root", "quiet", "loud"]


def test_history_is_cut_by_time_and_comes_in_pages(
    sandbox: Sandbox, slack: WebClient, workspace: Workspace
) -> None:
    for number in range(5):
        slack.chat_postMessage(channel=HERE, text=str(number))
        sandbox.clock.advance(60)
    channel, stamps = workspace.channels[0].id, [one.ts for one in workspace.messages]

    def texts(**asked: Any) -> list[str]:
        answer = slack.conversations_history(channel=channel, **asked)
        return [one["text"] for one in answer["messages"]]

    first = slack.conversations_history(channel=channel, limit=3)
    cursor = first["response_metadata"]["next_cursor"]

    assert first["has_more"] is True
    assert texts(limit=3, cursor=cursor) == ["1", "0"]
    assert texts(oldest=stamps[1], latest=stamps[3]) == ["2"]
    assert texts(oldest=stamps[1], latest=stamps[3], inclusive=True) == ["3", "2", "1"]
    with pytest.raises(SlackApiError, match="invalid_ts"):
        texts(oldest="yesterday")
    with pytest.raises(SlackApiError, match="invalid_limit"):
        texts(limit="many")


def test_metadata_is_told_only_when_asked_for(slack: WebClient, workspace: Workspace) -> None:
    metadata = {"event_type": "bbm_incident", "event_payload": {"ref": "A-1"}}
    slack.chat_postMessage(channel=HERE, text="x", metadata=metadata)
    channel = workspace.channels[0].id

    (plain,) = slack.conversations_history(channel=channel)["messages"]
    (full,) = slack.conversations_history(channel=channel, include_all_metadata=True)["messages"]

    assert "metadata" not in plain
    assert full["metadata"] == metadata


def test_stamps_are_unique_while_time_stands_still(slack: WebClient, workspace: Workspace) -> None:
    for number in range(5):
        slack.chat_postMessage(channel=HERE, text=str(number))

    stamps = [one.ts for one in workspace.messages]
    assert stamps == sorted(set(stamps))


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "#nowhere", "text": "x"}, "channel_not_found"),
        ({"channel": "", "text": "x"}, "channel_not_found"),
        ({"channel": "#strangers", "text": "x"}, "not_in_channel"),
        ({"channel": "#old", "text": "x"}, "is_archived"),
        ({"channel": HERE, "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": HERE, "text": "x", "thread_ts": "1.0"}, "thread_not_found"),
        ({"channel": HERE, "text": "x", "blocks": [{"type": "poll"}]}, "invalid_blocks"),
    ],
)
def test_a_message_that_cannot_be_posted_is_refused(
    slack: WebClient, workspace: Workspace, arguments: dict[str, Any], error: str
) -> None:
    workspace.add_channel("strangers", is_member=False)
    workspace.add_channel("old", is_archived=True)

    with pytest.raises(SlackApiError) as refused:
        slack.chat_postMessage(**arguments)

    assert refusal(refused) == error
    assert workspace.messages == []


def test_a_message_must_say_something(slack: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        slack.api_call("chat.postMessage", json={"channel": HERE, "text": "  "})

    assert refusal(refused) == "no_text"


def test_what_is_not_ours_cannot_be_changed(slack: WebClient, workspace: Workspace) -> None:
    channel = workspace.channels[0]
    with pytest.raises(SlackApiError) as unknown:
        slack.chat_update(channel=channel.id, ts="1.0", text="x")

    assert refusal(unknown) == "message_not_found"


@pytest.mark.parametrize(("token", "error"), [("", "not_authed"), ("xoxb-x", "invalid_auth")])
def test_a_token_is_needed(sandbox: Sandbox, workspace: Workspace, token: str, error: str) -> None:
    client = WebClient(token, base_url=f"{sandbox.url}/slack/api/", retry_handlers=[])

    with pytest.raises(SlackApiError) as refused:
        client.auth_test()

    assert refusal(refused) == error


def test_a_missing_scope_is_named(slack: WebClient, workspace: Workspace) -> None:
    workspace.tokens[BOT_TOKEN] = ("chat:write",)

    with pytest.raises(SlackApiError) as refused:
        slack.files_info(file="F1")

    assert refusal(refused) == "missing_scope"
    assert refused.value.response["needed"] == "files:read"


def test_an_unknown_method_is_said_so(slack: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        slack.api_call("chat.postMessages")

    assert refusal(refused) == "unknown_method"


def test_a_flood_is_slowed_down_until_the_clock_moves(
    sandbox: Sandbox, slack: WebClient, workspace: Workspace
) -> None:
    workspace.messages_per_ten_seconds = 2
    for number in range(2):
        slack.chat_postMessage(channel=HERE, text=str(number))

    with pytest.raises(SlackApiError) as refused:
        slack.chat_postMessage(channel=HERE, text="too much")
    sandbox.clock.advance(10)
    slack.chat_postMessage(channel=HERE, text="again")

    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "10"
    assert [one.text for one in workspace.messages] == ["0", "1", "again"]


def test_a_message_whose_answer_was_lost_is_there(
    sandbox: Sandbox, slack: WebClient, workspace: Workspace
) -> None:
    sandbox.faults.add(Fault(service="slack", action="reset_after"))

    with pytest.raises((URLError, ConnectionError)):
        slack.chat_postMessage(channel=HERE, text="Volume-heavy")

    assert [one.text for one in workspace.messages] == ["Volume-heavy"]


def test_a_channel_tells_whether_we_are_in_it(slack: WebClient, workspace: Workspace) -> None:
    channel = workspace.add_channel("strangers", is_member=False)

    answer = slack.conversations_info(channel=channel.id)["channel"]

    assert (answer["name"], answer["is_member"], answer["is_archived"]) == (
        "strangers",
        False,
        False,
    )
    with pytest.raises(SlackApiError) as refused:
        slack.conversations_history(channel=channel.id)
    assert refusal(refused) == "not_in_channel"


def test_a_file_goes_up_in_three_steps(
    sandbox: Sandbox, slack: WebClient, workspace: Workspace
) -> None:
    answer = slack.files_upload_v2(
        content=b"\x89PNG", filename="balance.png", alt_txt="A line", title="Balance", channel=HERE
    )

    (file,) = workspace.files.values()
    assert (file.content, file.title, file.alt_text) == (b"\x89PNG", "Balance", "A line")
    assert answer["file"]["id"] == file.id
    assert workspace.messages[0].files == (file.id,)


def test_a_file_shows_some_time_after_its_upload(
    sandbox: Sandbox, slack: WebClient, workspace: Workspace
) -> None:
    file = slack.files_upload_v2(content=b"\x89PNG", filename="balance.png")["file"]["id"]
    picture = {"type": "image", "alt_text": "A line", "slack_file": {"id": file}}

    with pytest.raises(SlackApiError) as early:
        slack.chat_postMessage(channel=HERE, text="x", blocks=[picture])
    before = slack.files_info(file=file)["file"]["mimetype"]
    sandbox.clock.advance(2)
    after = slack.files_info(file=file)["file"]["mimetype"]
    slack.chat_postMessage(channel=HERE, text="x", blocks=[picture])

    assert refusal(early) == "invalid_blocks"
    assert "invalid slack file" in early.value.response["errors"][0]
    assert (before, after) == ("", "image/png")


def test_bytes_of_another_size_than_announced_are_refused(
    slack: WebClient, workspace: Workspace
) -> None:
    promised = slack.files_getUploadURLExternal(filename="a.png", length=10)
    with pytest.raises(HTTPError, match="400"):
        urlopen(promised["upload_url"], data=b"short")  # noqa: S310  the sandbox's own address
    with pytest.raises(SlackApiError) as refused:
        slack.files_completeUploadExternal(files=[{"id": promised["file_id"]}])
    assert refusal(refused) == "file_update_failed"


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("files.getUploadURLExternal", {"filename": "a.png", "length": 0}, "invalid_arguments"),
        ("files.getUploadURLExternal", {"length": 5}, "invalid_arguments"),
        ("files.completeUploadExternal", {"files": []}, "invalid_arguments"),
        ("files.completeUploadExternal", {"files": ["F1"]}, "invalid_arguments"),
        ("conversations.history", {"channel": "C0SANDBOX01", "oldest": "NaN"}, "invalid_ts"),
        ("chat.update", {"channel": HERE, "text": "x"}, "invalid_arguments"),
    ],
)
def test_arguments_out_of_order_are_refused(
    slack: WebClient, workspace: Workspace, method: str, arguments: dict[str, Any], error: str
) -> None:
    slack.chat_postMessage(channel=HERE, text="x")

    with pytest.raises(SlackApiError) as refused:
        slack.api_call(method, json=arguments)

    assert refusal(refused) == error


@pytest.mark.parametrize(("body", "error"), [(b"{", "invalid_json"), (b"[]", "json_not_object")])
def test_a_body_that_is_no_json_object_is_refused(
    workspace: Workspace, body: bytes, error: str
) -> None:
    headers = {"authorization": f"Bearer {BOT_TOKEN}", "content-type": "application/json"}
    request = Request("POST", "/api/chat.postMessage", {}, headers, body, "")

    answer = SlackService(workspace).handle(request)

    assert orjson.loads(answer.body) == {"ok": False, "error": error}


def test_arguments_come_as_a_form_too(slack: WebClient, workspace: Workspace) -> None:
    block = {"type": "header", "text": PLAIN}
    blocks = orjson.dumps([block]).decode()

    slack.api_call("chat.postMessage", data={"channel": HERE, "text": "x", "blocks": blocks})
    with pytest.raises(SlackApiError, match="invalid_json"):
        slack.api_call("chat.postMessage", data={"channel": HERE, "text": "x", "blocks": "["})

    assert workspace.messages[0].blocks == (block,)


def test_a_token_may_stand_among_the_arguments(sandbox: Sandbox) -> None:
    client = WebClient(base_url=f"{sandbox.url}/slack/api/", retry_handlers=[])

    assert client.api_call("auth.test", data={"token": BOT_TOKEN})["ok"] is True


@pytest.mark.parametrize("path", ["/slack/nothing", "/slack/upload/v1/F1", "/slack/services/T/B/x"])
def test_other_addresses_do_not_exist(workspace: Workspace, path: str) -> None:
    answer = SlackService(workspace).handle(Request("POST", path, {}, {}, b"", ""))

    assert answer.status == 404


def test_an_unknown_file_is_not_found(slack: WebClient) -> None:
    for call in (
        lambda: slack.files_info(file="F1"),
        lambda: slack.files_completeUploadExternal(files=[{"id": "F1"}]),
    ):
        with pytest.raises(SlackApiError) as refused:
            call()
        assert refusal(refused) == "file_not_found"


def test_the_workspace_knows_its_channels_by_name_and_id(workspace: Workspace) -> None:
    channel = workspace.add_channel("second")

    assert workspace.channel("second") is workspace.channel(channel.id)
    with pytest.raises(SlackRefused, match="channel_not_found"):
        workspace.channel("third")
