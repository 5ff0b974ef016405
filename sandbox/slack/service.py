"""Slack over HTTP: the Web API, uploads and incoming webhooks."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import orjson

from sandbox.slack import chat, files
from sandbox.slack.content import read_content
from sandbox.slack.form import Call, read_arguments, refused
from sandbox.slack.workspace import RateLimited, SlackRefused, Workspace
from sandbox.wire import Answer, Request


class SlackService:
    """Answers for a workspace, below /slack/ or on Slack's own hosts."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def handle(self, request: Request) -> Answer:
        path = request.path.removeprefix("/slack")
        if path.startswith("/services/"):
            return self._webhook(request, path.removeprefix("/services/"))
        if request.path.startswith(files.UPLOAD_PATH):
            return files.upload(self.workspace, request)
        if path.startswith("/api/"):
            return self._method(request, path.removeprefix("/api/"))
        return Answer(404, b"not found", {"Content-Type": "text/plain"})

    def _method(self, request: Request, name: str) -> Answer:
        try:
            return self._called(request, name)
        except RateLimited as error:
            answer = refused(error)
            answer.status = 429
            answer.headers["Retry-After"] = str(error.retry_after_seconds)
            return answer
        except SlackRefused as error:
            return refused(error)

    def _called(self, request: Request, name: str) -> Answer:
        method = _METHODS.get(name)
        if method is None:
            raise SlackRefused("unknown_method", req_method=name)
        arguments = read_arguments(request)
        scopes = self._scopes(request, arguments)
        if method.scope and method.scope not in scopes:
            provided = ",".join(scopes)
            raise SlackRefused("missing_scope", needed=method.scope, provided=provided)
        answer = method.endpoint(Call(self.workspace, request, arguments, scopes))
        answer.headers["X-OAuth-Scopes"] = ",".join(scopes)
        return answer

    def _scopes(self, request: Request, arguments: Mapping[str, object]) -> tuple[str, ...]:
        """What the caller's token may do; it comes as a header, or among the arguments."""
        header = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        token = header or str(arguments.get("token") or "")
        if not token:
            raise SlackRefused("not_authed")
        scopes = self.workspace.tokens.get(token)
        if scopes is None:
            raise SlackRefused("invalid_auth")
        return scopes

    def _webhook(self, request: Request, address: str) -> Answer:
        """An incoming webhook: its answers are words, not JSON."""
        channel_id = self.workspace.webhooks.get(address)
        if request.method != "POST" or channel_id is None:
            return _words(404, "no_service")
        try:
            self._post_by_webhook(request, channel_id)
        except RateLimited as error:
            answer = _words(429, "rate_limited")
            answer.headers["Retry-After"] = str(error.retry_after_seconds)
            return answer
        except SlackRefused as error:
            status, words = _WEBHOOK_WORDS.get(error.code, (400, error.code))
            return _words(status, words)
        return _words(200, "ok")

    def _post_by_webhook(self, request: Request, channel_id: str) -> None:
        payload = _payload(request)
        channel = self.workspace.writable(channel_id)
        content = read_content(
            self.workspace,
            payload.get("text"),
            payload.get("blocks"),
            payload.get("attachments"),
            payload.get("metadata"),
        )
        self.workspace.post(channel, content, by_webhook=True)


class _Method(NamedTuple):
    endpoint: Callable[[Call], Answer]
    scope: str


_METHODS: Mapping[str, _Method] = {
    "auth.test": _Method(chat.auth_test, ""),
    "chat.postMessage": _Method(chat.post_message, "chat:write"),
    "chat.update": _Method(chat.update_message, "chat:write"),
    "conversations.history": _Method(chat.history, "channels:history"),
    "conversations.replies": _Method(chat.replies, "channels:history"),
    "conversations.info": _Method(chat.channel_details, "channels:read"),
    "files.getUploadURLExternal": _Method(files.get_upload_url, "files:write"),
    "files.completeUploadExternal": _Method(files.complete_upload, "files:write"),
    "files.info": _Method(files.file_details, "files:read"),
}
_WEBHOOK_WORDS = {
    "is_archived": (410, "channel_is_archived"),
    "channel_not_found": (404, "channel_not_found"),
    "not_in_channel": (403, "action_prohibited"),
}


def _payload(request: Request) -> Mapping[str, object]:
    """The JSON of a webhook's call: the body itself, or a form's `payload`."""
    is_form = request.headers.get("content-type", "").startswith("application/x-www-form")
    text = str(read_arguments(request).get("payload", "")) if is_form else request.body
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise SlackRefused("invalid_payload") from None
    if not isinstance(found, dict):
        raise SlackRefused("invalid_payload")
    return found


def _words(status: int, text: str) -> Answer:
    return Answer(status, text.encode(), {"Content-Type": "text/html;charset=utf-8"})
