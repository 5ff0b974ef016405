"""One authorised REST call, as the rooms behind the router see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from sandbox.salesforce.access import Rights
from sandbox.salesforce.refusals import Refusal
from sandbox.wire import Request

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org


@dataclass(frozen=True, slots=True)
class Call:
    """A request below /services/data/vNN.0/, who makes it, and with what rights."""

    org: "Org"
    request: Request
    rights: Rights
    version: str
    path: tuple[str, ...]  # what follows the version, without empty parts

    @property
    def method(self) -> str:
        return self.request.method

    @property
    def number(self) -> int:
        """The version as a whole number."""
        return int(self.version.partition(".")[0])

    @property
    def auto_assign(self) -> bool:
        """Assignment rules run unless the client says FALSE."""
        return self.request.headers.get("sforce-auto-assign", "TRUE").upper() != "FALSE"

    @property
    def allow_save(self) -> bool:
        """Duplicate rules that only alert are passed over by clients that say so."""
        said = self.request.headers.get("sforce-duplicate-rule-header", "")
        return "allowsave=true" in said.lower().replace(" ", "")

    def body(self) -> dict[str, object]:
        """The body, which must be a JSON object."""
        kind = self.request.headers.get("content-type", "application/json")
        if "json" not in kind.lower():
            message = f"Content type '{kind}' is not supported"
            raise Refusal("UNSUPPORTED_MEDIA_TYPE", message, status=415)
        try:
            value = orjson.loads(self.request.body or b"{}")
        except orjson.JSONDecodeError as error:
            raise Refusal("JSON_PARSER_ERROR", f"Unexpected character: {error.msg}") from error
        if not isinstance(value, dict):
            raise Refusal("JSON_PARSER_ERROR", "The request body must be a JSON object")
        return value

    def url(self, *parts: str) -> str:
        return "/".join((f"/services/data/v{self.version}", *parts))

    def only_reads(self) -> None:
        """Refuse a method that would write, where there is only something to read."""
        if self.method not in {"GET", "HEAD"}:
            message = f"HTTP Method '{self.method}' not allowed. Allowed are HEAD,GET"
            raise Refusal("METHOD_NOT_ALLOWED", message, status=405)

    def needs(self, right: str) -> None:
        """Refuse a call whose user lacks a system right."""
        if right not in self.rights.system:
            message = "insufficient access rights on cross-reference id"
            raise Refusal("INSUFFICIENT_ACCESS", message, status=403)


def texts(value: object) -> list[str]:
    """A list of texts out of a body, or nothing."""
    return [str(one) for one in value] if isinstance(value, list) else []


def fields_of(record: object) -> Mapping[str, object]:
    """A record out of a body."""
    if not isinstance(record, dict):
        raise Refusal("JSON_PARSER_ERROR", "A record must be a JSON object")
    return record
