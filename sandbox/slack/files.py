"""Uploads: a promised place, the bytes, the completion, and the moment until they show."""

import mimetypes

from sandbox.slack.form import Call, fine
from sandbox.slack.workspace import Content, File, SlackRefused, Workspace
from sandbox.wire import Answer, Request

UPLOAD_PATH = "/slack/upload/v1/"


def get_upload_url(call: Call) -> Answer:
    length = call.needed("length")
    if not (length.isascii() and length.isdigit()) or length.strip("0") == "":
        raise SlackRefused("invalid_arguments")
    made = call.workspace.promise_file(call.needed("filename"), int(length), call.text("alt_txt"))
    return fine(upload_url=f"{call.request.base_url}{UPLOAD_PATH}{made.id}", file_id=made.id)


def complete_upload(call: Call) -> Answer:
    """Files become real; with a channel they are posted into it."""
    asked = call.structure("files")
    if not isinstance(asked, list) or not asked or not all(isinstance(f, dict) for f in asked):
        raise SlackRefused("invalid_arguments")
    channel = call.workspace.writable(call.text("channel_id")) if call.text("channel_id") else None
    done = [
        call.workspace.complete_file(
            str(one.get("id", "")), str(one.get("title") or ""), channel.id if channel else ""
        )
        for one in asked
    ]
    if channel is not None:
        content = Content(call.text("initial_comment"))
        ids = [one.id for one in done]
        call.workspace.post(channel, content, thread_ts=call.text("thread_ts"), files=ids)
    return fine(files=[_shown(call.workspace, one) for one in done])


def file_details(call: Call) -> Answer:
    return fine(file=_shown(call.workspace, call.workspace.file(call.needed("file"))))


def upload(workspace: Workspace, request: Request) -> Answer:
    """The bytes themselves, sent without a token to the address that was promised."""
    file = workspace.files.get(request.path.removeprefix(UPLOAD_PATH))
    if file is None or file.completed is not None:
        return Answer(404, b"not found")
    if len(request.body) != file.length:
        return Answer(400, b"the size is not the one that was announced")
    file.content = request.body
    return Answer(200, f"OK - {file.length}".encode(), {"Content-Type": "text/plain"})


def _shown(workspace: Workspace, one: File) -> dict[str, object]:
    """A file has no kind until Slack has looked at it: that is how to see that it is ready."""
    kind = mimetypes.guess_type(one.name)[0] if workspace.shows_file(one.id) else None
    return {
        "id": one.id,
        "name": one.name,
        "title": one.title,
        "mimetype": kind or "",
        "filetype": one.name.rpartition(".")[2] if kind else "",
        "size": one.length,
        "alt_txt": one.alt_text,
        "url_private": f"https://files.slack.com/files-pri/{one.id}/{one.name}",
        "permalink": f"https://bbm-sandbox.slack.com/files/{one.id}/{one.name}",
        "channels": [one.channel] if one.channel else [],
    }
