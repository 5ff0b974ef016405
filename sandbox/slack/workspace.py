"""A Slack workspace: channels, messages with their edits, files, tokens and webhooks."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.clock import SandboxClock

BOT_TOKEN = "xoxb-sandbox-000000000001"  # noqa: S105  for tests alone
TEAM_ID = "T0SANDBOX01"
BOT_USER = "U0SANDBOX01"
BOT_ID = "B0SANDBOX01"
WEBHOOK_PATH = f"{TEAM_ID}/B0SANDBOX02/sandboxwebhooksecret01"
SCOPES = ("chat:write", "channels:history", "channels:read", "files:read", "files:write")

_WINDOW = timedelta(seconds=10)
Block = Mapping[str, object]


class SlackRefused(Exception):
    """An error of the Web API, by its code."""

    def __init__(self, code: str, **more: object) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


class RateLimited(SlackRefused):
    """Too many messages for one channel."""

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__("ratelimited")
        self.retry_after_seconds = retry_after_seconds


@dataclass(slots=True)
class Channel:
    """A conversation. Members alone may post into it."""

    id: str
    name: str
    is_member: bool = True
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says, now or before an edit."""

    text: str = ""
    blocks: tuple[Block, ...] = ()
    attachments: tuple[Block, ...] = ()
    metadata: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.text.strip() or self.blocks or self.attachments)


@dataclass(slots=True)
class Message:
    """A message as its readers see it; `edits` holds what it said before, oldest first."""

    channel: str
    ts: str
    content: Content
    at: datetime
    thread_ts: str = ""
    is_broadcast: bool = False
    by_webhook: bool = False
    files: tuple[str, ...] = ()
    edits: list[Content] = field(default_factory=list)
    edited_ts: str = ""

    @property
    def text(self) -> str:
        return self.content.text

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self.content.blocks


@dataclass(slots=True)
class File:
    """An upload. It can be shown some time after it was completed, not at once."""

    id: str
    name: str
    length: int
    alt_text: str = ""
    title: str = ""
    content: bytes | None = None
    completed: datetime | None = None
    channel: str = ""


class Workspace:
    """One workspace with a bot in it."""

    def __init__(
        self,
        clock: SandboxClock,
        *,
        file_ready_seconds: float = 2.0,
        messages_per_ten_seconds: int = 10,
    ) -> None:
        self.clock = clock
        self.file_ready_seconds = file_ready_seconds
        self.messages_per_ten_seconds = messages_per_ten_seconds
        self.channels: list[Channel] = [Channel("C0SANDBOX01", "bbm-alerts")]
        self.messages: list[Message] = []
        self.files: dict[str, File] = {}
        self.tokens: dict[str, tuple[str, ...]] = {BOT_TOKEN: SCOPES}
        self.webhooks: dict[str, str] = {WEBHOOK_PATH: self.channels[0].id}
        self._last_ts = (0, 0)
        self._recent: dict[str, deque[datetime]] = {}

    def add_channel(
        self, name: str, *, is_member: bool = True, is_archived: bool = False
    ) -> Channel:
        channel = Channel(f"C0SANDBOX{len(self.channels) + 1:02d}", name, is_member, is_archived)
        self.channels.append(channel)
        return channel

    def channel(self, asked: str) -> Channel:
        """A channel by its id, or by its name with or without the sign in front."""
        for one in self.channels:
            if asked in {one.id, one.name, f"#{one.name}"}:
                return one
        raise SlackRefused("channel_not_found")

    def writable(self, asked: str) -> Channel:
        channel = self.channel(asked)
        if channel.is_archived:
            raise SlackRefused("is_archived")
        if not channel.is_member:
            raise SlackRefused("not_in_channel")
        return channel

    def post(  # noqa: PLR0913  a message has that many facts
        self,
        channel: Channel,
        content: Content,
        *,
        thread_ts: str = "",
        is_broadcast: bool = False,
        by_webhook: bool = False,
        files: Sequence[str] = (),
    ) -> Message:
        if thread_ts:
            self.message(channel, thread_ts)
        self._slow_down(channel)
        message = Message(
            channel.id,
            self._next_ts(),
            content,
            self.clock.now(),
            thread_ts,
            is_broadcast=is_broadcast,
            by_webhook=by_webhook,
            files=tuple(files),
        )
        self.messages.append(message)
        return message

    def update(self, channel: Channel, ts: str, content: Content) -> Message:
        """Change a message in place; what came through a webhook belongs to nobody."""
        message = self.message(channel, ts, missing="message_not_found")
        if message.by_webhook:
            raise SlackRefused("cant_update_message")
        message.edits.append(message.content)
        message.content = content
        message.edited_ts = self._next_ts()
        return message

    def message(self, channel: Channel, ts: str, missing: str = "thread_not_found") -> Message:
        for one in self.messages:
            if (one.channel, one.ts) == (channel.id, ts):
                return one
        raise SlackRefused(missing)

    def replies(self, channel: Channel, ts: str) -> list[Message]:
        """A message and its thread, oldest first."""
        root = self.message(channel, ts)
        return [root, *(one for one in self.messages if one.thread_ts == ts)]

    def promise_file(self, name: str, length: int, alt_text: str) -> File:
        """A file whose bytes are still to come."""
        number = len(self.files) + 1
        made = File(f"F0SANDBOX{number:02d}", name, length, alt_text)
        self.files[made.id] = made
        return made

    def file(self, file_id: str) -> File:
        found = self.files.get(file_id)
        if found is None:
            raise SlackRefused("file_not_found")
        return found

    def complete_file(self, file_id: str, title: str, channel: str) -> File:
        found = self.file(file_id)
        if found.content is None:
            raise SlackRefused("file_update_failed")
        found.title, found.channel, found.completed = title or found.name, channel, self.clock.now()
        return found

    def shows_file(self, file_id: str) -> bool:
        """Whether a message can show it already: Slack needs a moment after the upload."""
        found = self.files.get(file_id)
        if found is None or found.completed is None:
            return False
        return self.clock.now() >= found.completed + timedelta(seconds=self.file_ready_seconds)

    def _next_ts(self) -> str:
        """The time with a counter behind it: unique, and later than every one before."""
        second = int(self.clock.now().timestamp())
        last_second, last_count = self._last_ts
        count = last_count + 1 if second <= last_second else 1
        self._last_ts = (max(second, last_second), count)
        return f"{self._last_ts[0]}.{count:06d}"

    def _slow_down(self, channel: Channel) -> None:
        now = self.clock.now()
        recent = self._recent.setdefault(channel.id, deque())
        while recent and recent[0] <= now - _WINDOW:
            recent.popleft()
        if len(recent) >= self.messages_per_ten_seconds:
            wait = recent[0] + _WINDOW - now
            raise RateLimited(max(1, int(wait.total_seconds())))
        recent.append(now)
