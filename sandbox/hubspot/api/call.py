"""One call of the API: what was asked, by whom, and the pieces that endpoints read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

import orjson

from sandbox.hubspot.limits import Limits
from sandbox.hubspot.object_types import ObjectType, object_type
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.refusals import Refused, invalid, unreadable
from sandbox.hubspot.shelf import Source
from sandbox.hubspot.tokens import Token
from sandbox.hubspot.values import is_whole
from sandbox.wire import Answer, Request

Body = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Call:
    """A request that has been let in. `parts` are the named pieces of its path."""

    portal: Portal
    limits: Limits
    request: Request
    token: Token
    parts: Mapping[str, str]
    now: datetime
    version: str = "v3"

    @property
    def kind(self) -> ObjectType:
        return object_type(self.parts["type"])

    @property
    def source(self) -> Source:
        return Source("INTEGRATION", self.token.app_id)

    def names(self, key: str) -> list[str]:
        """A list in the query: repeated keys and commas mean the same."""
        values = self.request.query.get(key, [])
        return [name for value in values for name in value.split(",") if name]

    def flag(self, key: str) -> bool:
        """A switch in the query; clients write `True`, `true` or `1`."""
        return self.request.first(key).lower() in {"true", "1"}

    def number(self, key: str, default: int, most: int) -> int:
        text = self.request.first(key)
        if not text:
            return default
        if not is_whole(text):
            raise _no_number(text)
        if not 0 < int(text) <= most:
            raise invalid(f"The {key} must be between 1 and {most}, but was {text}.")
        return int(text)

    def next_page(self, after: str) -> dict[str, str]:
        """Where the answer goes on: the cursor, and the address that asks for the same with it."""
        kept = {name: value for name, value in self.request.query.items() if name != "after"}
        query = urlencode({**kept, "after": after}, doseq=True)
        link = f"{self.request.base_url}{self.request.path}?{query}"
        return {"after": after, "link": link}

    def body(self) -> Body:
        """The JSON object of the request; nothing at all counts as an empty one."""
        found = _json(self.request.body or b"{}")
        if not isinstance(found, dict):
            raise unreadable("Invalid input JSON on line 1, column 1: an object was expected")
        return found

    def list_body(self) -> list[Body]:
        """The JSON list of the request, where an endpoint takes one."""
        return rows({"body": _json(self.request.body or b"[]")}, "body")

    def id_list(self) -> list[str]:
        """The JSON list of record ids, where an endpoint takes one; numbers do as well."""
        return words({"body": _json(self.request.body or b"[]")}, "body")

    def inputs(self, most: int) -> list[Body]:
        """The entries of a batch."""
        found = rows(self.body(), "inputs")
        if not found:
            raise invalid("Some required fields were not set: [inputs]")
        if len(found) > most:
            raise invalid(
                f"The maximum number of inputs supported in a batch request is {most}. "
                f"There were {len(found)}."
            )
        return found


def _no_number(text: str) -> Refused:
    return unreadable(f'Cannot deserialize value of type `int` from String "{text}"')


def _json(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise unreadable(
            f"Invalid input JSON on line {error.lineno}, column {error.colno}: {error.msg}"
        ) from error


Endpoint = Callable[[Call], Answer]


def text_of(body: Body, name: str, default: str = "") -> str:
    found = body.get(name)
    return default if found is None else str(found)


def whole(body: Body, name: str, default: int) -> int:
    """A number without a fraction, also as text."""
    text = text_of(body, name)
    if text and not is_whole(text.removeprefix("-")):
        raise _no_number(text)
    return int(text) if text else default


def needed(body: Body, name: str) -> str:
    found = text_of(body, name)
    if not found:
        raise invalid(f"Some required fields were not set: [{name}]")
    return found


def rows(body: Body, name: str) -> list[Body]:
    """A list of objects in a body; absent counts as empty."""
    found = body.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise unreadable(f"Cannot deserialize value of type `java.util.List` for {name}")
    return found


def words(body: Body, name: str) -> list[str]:
    found = body.get(name) or []
    if not isinstance(found, list):
        raise unreadable(f"Cannot deserialize value of type `java.util.List` for {name}")
    return [str(one) for one in found]


def mapping(body: Body, name: str) -> Body:
    found = body.get(name) or {}
    if not isinstance(found, dict):
        raise unreadable(f"Cannot deserialize value of type `java.util.Map` for {name}")
    return found


def trace_ids(inputs: Sequence[Body]) -> list[str] | None:
    """The trace id of each input, where every input has one of its own."""
    found = [text_of(one, "objectWriteTraceId") for one in inputs]
    return found if all(found) and len(set(found)) == len(found) else None
