"""Sends messages to Slack, by a bot or by an incoming webhook, once per call.

The client does not retry: a message whose answer got lost may have arrived, and only who keeps
the outbox knows whether to send it again. So a failure is one of three kinds, by its class:

- `PreconditionError`, `AccessError`: for good; nothing was posted
- `TransientError`: for now; nothing was posted
- `Undecided`, a kind of `TransientError`: perhaps posted; the message carries its ref, so that
  people recognise a double
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from types import MappingProxyType
from typing import Final, Protocol
from urllib.error import URLError

from slack_sdk.errors import SlackApiError

from agent.alerts.blocks import Payload, render_slack, violations
from agent.alerts.direct import DirectWebClient, DirectWebhookClient
from agent.alerts.figures import foreign
from agent.alerts.message import Message
from bbm_core.errors import AccessError, BBMError, PreconditionError, TransientError
from connectors.trust import trusted_file

TIMEOUT_SECONDS: Final = 20
INVALID_MESSAGE: Final = "BBM-SL-008"
"""The code of a message that Slack would never take."""


class Undecided(TransientError):
    """Sent, but the answer does not say whether it was posted."""


class MessageGone(PreconditionError):
    """The message to update was deleted or cannot be changed any more; post anew."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A message in Slack. A webhook does not say where it put it, so it has no `ts`."""

    ts: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSender:
    """Posts and updates messages, by a bot's token in a channel or by a webhook.

    Secrets, and a proxy's address that may hold one, stay out of the repr.
    """

    token: str | None = field(default=None, repr=False)
    webhook: str | None = field(default=None, repr=False)
    channel: str = ""
    base_url: str = "https://slack.com/api/"
    proxy: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    timeout_seconds: int = TIMEOUT_SECONDS

    @property
    def updates(self) -> bool:
        """Whether a message can be changed in place; a webhook only posts."""
        return not self.webhook

    def post(self, message: Message, thread_ts: str | None = None) -> Posted:
        """Post a message, or answer in a thread where the way in knows threads.

        Raises:
            PreconditionError, AccessError, TransientError, Undecided: see the module.
            ConfigError: there is no such file of certificates.
        """
        return self._way().post(_checked(render_slack(message)), thread_ts)

    def update(self, ts: str, message: Message) -> Posted:
        """Change a message in place; a webhook posts it anew.

        Raises:
            MessageGone: it is no longer there to be changed.
            PreconditionError, AccessError, TransientError, Undecided: see the module.
        """
        return self._way().update(ts, _checked(render_slack(message)))

    def _way(self) -> "_Way":
        return _Webhook(self, self.webhook) if self.webhook else _Bot(self)


class _Way(Protocol):
    def post(self, payload: Payload, thread_ts: str | None) -> Posted: ...

    def update(self, ts: str, payload: Payload) -> Posted: ...


class _Bot:
    def __init__(self, sender: SlackSender) -> None:
        self._channel = sender.channel
        self._client = DirectWebClient(
            token=sender.token,
            base_url=sender.base_url.rstrip("/") + "/",
            timeout=sender.timeout_seconds,
            ssl=_trust(sender),
            retry_handlers=[],
        )
        self._client.use_proxy(sender.proxy)

    def post(self, payload: Payload, thread_ts: str | None) -> Posted:
        thread = {"thread_ts": thread_ts} if thread_ts else {}
        quiet = {"unfurl_links": False, "unfurl_media": False, "mrkdwn": False}
        return self._call("chat.postMessage", {**payload, **thread, **quiet})

    def update(self, ts: str, payload: Payload) -> Posted:
        return self._call("chat.update", {**payload, "ts": ts})

    def _call(self, method: str, body: Mapping[str, object]) -> Posted:
        try:
            answer = self._client.api_call(method, json={**body, "channel": self._channel})
        except SlackApiError as error:
            response = error.response
            told = str(response.get("error", ""))
            raise _refusal(response.status_code, told, dict(response.headers)) from error
        except (OSError, HTTPException, UnicodeDecodeError) as error:
            raise _lost(error) from error
        ts = answer.get("ts")
        if not isinstance(ts, str):
            raise Undecided(
                "Slack answered, but not with a message's time stamp.",
                hint="Look into the channel for the message's ref.",
                code="BBM-SL-007",
            )
        return Posted(ts)


def _trust(sender: SlackSender) -> ssl.SSLContext:
    ca_file = trusted_file(sender.ca_file, section="slack", code="BBM-SL-010")
    return ssl.create_default_context(cafile=ca_file)


class _Webhook:
    def __init__(self, sender: SlackSender, url: str) -> None:
        self._client = DirectWebhookClient(
            url=url,
            timeout=sender.timeout_seconds,
            ssl=_trust(sender),
            retry_handlers=[],
        )
        self._client.use_proxy(sender.proxy)

    def post(self, payload: Payload, thread_ts: str | None) -> Posted:  # noqa: ARG002 - no threads here
        quiet = {"unfurl_links": False, "unfurl_media": False, "mrkdwn": False}
        try:
            answer = self._client.send_dict({**payload, **quiet})
        except (OSError, HTTPException, UnicodeDecodeError) as error:
            raise _lost(error) from error
        # The client returns refusals like answers; only the status tells them apart.
        if answer.status_code != 200 or answer.body.strip() != "ok":  # noqa: PLR2004 - HTTP's OK
            raise _refusal(answer.status_code, answer.body.strip(), dict(answer.headers))
        return Posted(None)

    def update(self, ts: str, payload: Payload) -> Posted:  # noqa: ARG002 - nothing to point at
        return self.post(payload, None)


_LOGIN: Final = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}
    | {"invalid_token", "no_permission", "org_login_required", "access_denied"}
)
_GONE: Final = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
_WAIT: Final = frozenset(
    {"ratelimited", "rate_limited", "service_unavailable", "request_timeout", "accesslimited"}
)
_PERHAPS: Final = frozenset({"internal_error", "fatal_error"})
"""Slack's words: some aspect of the operation succeeded before the error."""

_HINTS: Final = MappingProxyType(
    {
        "not_in_channel": "In Slack, type /invite @bbm in the channel.",
        "channel_not_found": "Set slack.channel to the channel's id and invite the bot.",
        "is_archived": "Set slack.channel to a channel that is not archived.",
        "channel_is_archived": "Make a webhook for a channel that is not archived.",
        "missing_scope": "Give the app the scope chat:write and install it again.",
        "no_service": "Make a new webhook in Slack and set slack.webhook to it.",
        "no_team": "Make a new webhook in Slack and set slack.webhook to it.",
    }
)


def _checked(payload: Payload) -> Payload:
    if problems := violations(payload):
        raise PreconditionError(
            f"The message does not fit into Slack: {'; '.join(problems)}.",
            hint="Shorten the labels in the configuration.",
            code=INVALID_MESSAGE,
        )
    return payload


def _refusal(status: int, told: str, headers: Mapping[str, object]) -> BBMError:
    """Sort an answer that is not a success by what to do about it."""
    if status == 429 or told in _WAIT:  # noqa: PLR2004 - HTTP's Too Many Requests
        return TransientError(
            f"Slack asks to wait ({told or status}).",
            hint="Wait; the message stays in the outbox.",
            code="BBM-SL-001",
            wait_seconds=_retry_after(headers),
        )
    if status >= 500 or told in _PERHAPS:  # noqa: PLR2004 - HTTP's server errors
        return Undecided(
            f"Slack failed while posting ({_short(told) or status}).",
            hint="Wait; the message stays in the outbox and carries its ref.",
            code="BBM-SL-002",
        )
    return _permanent(status, told)


def _permanent(status: int, told: str) -> BBMError:
    what = f"Slack refuses the message ({_short(told) or f'HTTP {status}'})."
    if told in _GONE:
        return MessageGone(what, hint="Post it anew.", code="BBM-SL-005")
    if told in _LOGIN or status == 401:  # noqa: PLR2004 - HTTP's Unauthorized
        hint = "Set slack.token to the token of an installed app."
        return AccessError(what, hint=hint, code="BBM-SL-004")
    if status in (404, 410):
        hint = "Make a new webhook in Slack and set slack.webhook to it."
        return PreconditionError(what, hint=hint, code="BBM-SL-006")
    hint = _HINTS.get(told, "Look up the error in Slack's documentation, then check [slack].")
    return PreconditionError(what, hint=hint, code="BBM-SL-003")


def _lost(error: Exception) -> TransientError:
    """No answer. urllib wraps what fails before the request is out; after that nobody knows."""
    if isinstance(error, URLError):
        return TransientError(
            f"Slack cannot be reached ({type(error.reason).__name__}).",
            hint="Check the network, slack.proxy and slack.ca_file.",
            code="BBM-SL-009",
        )
    return Undecided(
        f"Slack's answer got lost ({type(error).__name__}).",
        hint="Wait; the message stays in the outbox and carries its ref.",
        code="BBM-SL-002",
    )


def _retry_after(headers: Mapping[str, object]) -> float | None:
    told = next((str(v) for k, v in headers.items() if k.lower() == "retry-after"), "")
    return float(told) if told.isascii() and told.isdigit() else None


def _short(told: str) -> str:
    """An error code as it is; of a page that is no answer of Slack's, its beginning."""
    return foreign(told[:200])
