"""Messages and conversations."""

from decimal import Decimal, InvalidOperation

from sandbox.slack.content import read_content
from sandbox.slack.form import Call, fine
from sandbox.slack.workspace import (
    BOT_ID,
    BOT_USER,
    TEAM_ID,
    Channel,
    Content,
    Message,
    SlackRefused,
)
from sandbox.wire import Answer

MOST_PER_PAGE = 999
_LONGEST_NUMBER = 9


def auth_test(_: Call) -> Answer:
    return fine(
        url="https://bbm-sandbox.slack.com/",
        team="BBM Sandbox",
        user="bbm",
        team_id=TEAM_ID,
        user_id=BOT_USER,
        bot_id=BOT_ID,
        is_enterprise_install=False,
    )


def post_message(call: Call) -> Answer:
    channel = call.workspace.writable(_asked_channel(call))
    message = call.workspace.post(
        channel,
        _content(call),
        thread_ts=call.text("thread_ts"),
        is_broadcast=call.flag("reply_broadcast"),
    )
    return fine(channel=channel.id, ts=message.ts, message=shown(message))


def update_message(call: Call) -> Answer:
    channel = call.workspace.writable(_asked_channel(call))
    message = call.workspace.update(channel, call.needed("ts"), _content(call))
    return fine(channel=channel.id, ts=message.ts, text=message.text, message=shown(message))


def history(call: Call) -> Answer:
    """The messages of a channel, newest first; replies only where they were broadcast."""
    channel = _readable(call)
    found = [
        one
        for one in reversed(call.workspace.messages)
        if one.channel == channel.id and (not one.thread_ts or one.is_broadcast)
    ]
    return _page(call, [one for one in found if _in_window(call, one)])


def replies(call: Call) -> Answer:
    channel = _readable(call)
    return _page(call, call.workspace.replies(channel, call.needed("ts")))


def channel_details(call: Call) -> Answer:
    return fine(channel=_channel(call.workspace.channel(_asked_channel(call))))


def shown(message: Message) -> dict[str, object]:
    """A message as the API tells it."""
    body: dict[str, object] = {
        "type": "message",
        "ts": message.ts,
        "text": message.text,
        "bot_id": BOT_ID,
        "team": TEAM_ID,
    }
    if not message.by_webhook:
        body["user"] = BOT_USER
    optional: dict[str, object] = {
        "blocks": list(message.blocks),
        "attachments": list(message.content.attachments),
        "metadata": dict(message.content.metadata),
        "thread_ts": message.thread_ts,
        "files": [{"id": one} for one in message.files],
    }
    body |= {name: value for name, value in optional.items() if value}
    if message.edited_ts:
        body["edited"] = {"user": BOT_USER, "ts": message.edited_ts}
    return body


def _asked_channel(call: Call) -> str:
    asked = call.text("channel")
    if not asked:
        raise SlackRefused("channel_not_found")
    return asked


def _readable(call: Call) -> Channel:
    channel = call.workspace.channel(_asked_channel(call))
    if not channel.is_member:
        raise SlackRefused("not_in_channel")
    return channel


def _content(call: Call) -> Content:
    return read_content(
        call.workspace,
        call.arguments.get("text"),
        call.structure("blocks"),
        call.structure("attachments"),
        call.structure("metadata"),
    )


def _in_window(call: Call, message: Message) -> bool:
    ts, oldest, latest = _moment(message.ts), call.text("oldest"), call.text("latest")
    if call.flag("inclusive") and message.ts in {oldest, latest}:
        return True
    after = not oldest or _moment(oldest) < ts
    return after and (not latest or ts < _moment(latest))


def _moment(ts: str) -> Decimal:
    try:
        moment = Decimal(ts)
    except InvalidOperation:
        raise SlackRefused("invalid_ts") from None
    if not moment.is_finite():
        raise SlackRefused("invalid_ts")
    return moment


def _page(call: Call, found: list[Message]) -> Answer:
    limit = min(_whole(call, "limit", 100), MOST_PER_PAGE)
    start = _whole(call, "cursor", 0)
    page = [shown(one) for one in found[start : start + limit]]
    if not call.flag("include_all_metadata"):
        page = [{k: v for k, v in one.items() if k != "metadata"} for one in page]
    more = start + limit < len(found)
    cursor = str(start + limit) if more else ""
    return fine(messages=page, has_more=more, response_metadata={"next_cursor": cursor})


def _whole(call: Call, name: str, default: int) -> int:
    text = call.text(name)
    if text and not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise SlackRefused(f"invalid_{name}")
    return int(text) if text else default


def _channel(one: Channel) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.name,
        "is_channel": True,
        "is_archived": one.is_archived,
        "is_member": one.is_member,
        "is_private": False,
    }
