"""What a call of the Web API says: JSON, a form, or a query; and the answers' frame."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

import orjson

from sandbox.slack.workspace import SlackRefused, Workspace
from sandbox.wire import Answer, Request, json_answer


@dataclass(frozen=True, slots=True)
class Call:
    """One call with its arguments, by a token with these scopes."""

    workspace: Workspace
    request: Request
    arguments: Mapping[str, object]
    scopes: tuple[str, ...]

    def text(self, name: str, default: str = "") -> str:
        found = self.arguments.get(name)
        return default if found is None else str(found)

    def needed(self, name: str) -> str:
        found = self.text(name)
        if not found:
            raise SlackRefused("invalid_arguments", **messages([f"missing required field: {name}"]))
        return found

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in {"true", "1"}

    def structure(self, name: str) -> object:
        """Lists and objects come as JSON, or as JSON inside a form."""
        found = self.arguments.get(name)
        if not isinstance(found, str):
            return found
        try:
            return orjson.loads(found) if found else None
        except orjson.JSONDecodeError:
            raise SlackRefused("invalid_json") from None


def read_arguments(request: Request) -> dict[str, object]:
    """Every argument of a request, wherever it stands."""
    found: dict[str, object] = {name: values[0] for name, values in request.query.items()}
    if request.headers.get("content-type", "").startswith("application/json"):
        return found | _json_object(request.body or b"{}")
    form = parse_qs(request.body.decode(errors="replace"), keep_blank_values=True)
    return found | {name: values[0] for name, values in form.items()}


def messages(texts: Iterable[str]) -> dict[str, object]:
    """Where Slack explains an error."""
    listed = [f"[ERROR] {one}" for one in texts]
    return {"response_metadata": {"messages": listed}}


def fine(**body: object) -> Answer:
    return json_answer(200, {"ok": True, **body})


def refused(error: SlackRefused) -> Answer:
    """Errors are answered with 200, as Slack does."""
    return json_answer(200, {"ok": False, "error": error.code, **error.more})


def _json_object(body: bytes) -> dict[str, object]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise SlackRefused("invalid_json") from None
    if not isinstance(found, dict):
        raise SlackRefused("json_not_object")
    return found
