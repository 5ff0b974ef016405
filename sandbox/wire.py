"""One HTTP exchange, apart from any transport: what a CRM's side is asked and answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import orjson


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came in. Header names are lower case; `query` keeps repeated keys."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes
    base_url: str  # scheme and host the client used, for links in answers

    def first(self, key: str, default: str = "") -> str:
        values = self.query.get(key)
        return values[0] if values else default


@dataclass(slots=True)
class Answer:
    """What goes back. `cut` and `hang_seconds` are faults that the server carries out."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    # "reset" (no answer), "head" (close after the head), "body" (half), "chunk" (half a chunk)
    cut: str = ""
    hang_seconds: float = 0.0


def json_answer(status: int, value: object, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(
        status,
        orjson.dumps(value),
        {"Content-Type": "application/json;charset=UTF-8", **(headers or {})},
    )


class Service(Protocol):
    """One side of the wire: Salesforce, HubSpot, Slack or the admin interface."""

    def handle(self, request: Request) -> Answer: ...
