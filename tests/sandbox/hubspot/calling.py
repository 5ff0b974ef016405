"""Calls to HubSpot's service as a client makes them, without a transport."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from sandbox.hubspot.service import HubSpotService
from sandbox.hubspot.tokens import RUNNING_TOKEN
from sandbox.wire import Answer, Request

START = datetime(2026, 11, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any
    headers: Mapping[str, str]

    @classmethod
    def of(cls, answer: Answer) -> "Reply":
        """An answer of the service, with its JSON read."""
        is_json = "json" in answer.headers.get("Content-Type", "")
        found = orjson.loads(answer.body) if is_json else answer.body
        return cls(answer.status, found, answer.headers)


class Api:
    """Calls the service as a client would, with a token and JSON."""

    def __init__(self, service: HubSpotService, token: str = RUNNING_TOKEN) -> None:
        self.service = service
        self.token = token

    def ask(self, method: str, url: str, body: object = None, token: str | None = None) -> Reply:
        parts = urlsplit(url)
        raw = body if isinstance(body, bytes) else orjson.dumps(body) if body is not None else b""
        headers = {"authorization": f"Bearer {self.token if token is None else token}"}
        query = parse_qs(parts.query, keep_blank_values=True)
        answer = self.service.handle(
            Request(method, parts.path, query, headers, raw, "http://hubspot.test")
        )
        return Reply.of(answer)

    def get(self, url: str, **more: Any) -> Reply:
        return self.ask("GET", url, **more)

    def post(self, url: str, body: object, **more: Any) -> Reply:
        return self.ask("POST", url, body, **more)

    def search(self, kind: str, **body: object) -> Reply:
        return self.post(f"/crm/v3/objects/{kind}/search", body)

    def found(self, kind: str, *filters: Mapping[str, object]) -> list[str]:
        """The ids that one group of filters finds."""
        reply = self.search(kind, filterGroups=[{"filters": list(filters)}], limit=200)
        assert reply.status == 200, reply.body
        return [one["id"] for one in reply.body["results"]]
