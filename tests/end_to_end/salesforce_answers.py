"""Answers of Salesforce that a sandbox is told to give: to whom, and in which words."""

import json
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from sandbox.faults import Action, Fault
from tests.end_to_end.company import Company

Setting = Callable[[Company, str], None]
"""Makes the org answer so; told the id of the lead whose write is due."""

READS = MappingProxyType(
    {"method": "GET", "path_contains": "/query", "query_contains": "ORDER BY SystemModstamp"}
)
WRITES = MappingProxyType({"method": "PATCH", "path_contains": "/composite/sobjects"})
JOBS = MappingProxyType({"method": "POST", "path_contains": "/jobs/query"})
_ALWAYS = 100


def answers(
    body: object, status: int = 400, *, times: int = _ALWAYS, kind: str = "", **where: str
) -> Setting:
    """Requests that match are answered like this."""
    text = body if isinstance(body, str) else json.dumps(body)
    action = Action(status=status, body=text, **({"content_type": kind} if kind else {}))

    def set_up(one: Company, _: str) -> None:
        one.sandbox.faults.add(Fault(action=action, times=times, service="salesforce", **where))

    return set_up


def rest(code: str, message: str, **more: Any) -> list[dict[str, Any]]:
    return [{"message": message, "errorCode": code, **more}]


def query(code: str, message: str, status: int = 400, times: int = _ALWAYS) -> Setting:
    return answers(rest(code, message), status, times=times, **READS)


def record(code: str, message: str, *more: tuple[str, str], times: int = _ALWAYS) -> Setting:
    """The lead is refused in an answer that is a success as a whole."""
    errors = [
        {"statusCode": name, "message": text, "fields": []}
        for name, text in ((code, message), *more)
    ]
    return answers([{"success": False, "errors": errors}], 200, times=times, **WRITES)


def login(description: str) -> Setting:
    body = {"error": "invalid_grant", "error_description": description}
    return answers(body, path_contains="/services/oauth2/token")


def fault(message: str) -> str:
    return (
        f"<sf:LoginFault><sf:exceptionCode>INVALID_OPERATION</sf:exceptionCode>"
        f"<sf:exceptionMessage>{message}</sf:exceptionMessage></sf:LoginFault>"
    )
