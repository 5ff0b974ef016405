"""Scripted faults: what goes wrong, at which request, how often, and whether it was applied."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sandbox.wire import Answer, Request

_JSON = "application/json;charset=UTF-8"
_HTML = "text/html;charset=UTF-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What a fault does. `applied` lets the service do its work before the answer is spoilt."""

    status: int = 0  # 0: the service's own answer, spoilt by what follows
    body: str = ""
    content_type: str = _JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    applied: bool = False
    cut: str = ""  # see wire.Answer
    wait_seconds: float = 0.0


ACTIONS: Mapping[str, Action] = {
    "html_503": Action(
        status=503,
        body="<html><body><h1>503 Service Unavailable</h1></body></html>",
        content_type=_HTML,
    ),
    "bad_gateway": Action(
        status=502, body="<html><body>Bad Gateway</body></html>", content_type=_HTML
    ),
    "rate_limited": Action(status=429, headers={"Retry-After": "1"}),
    "expired": Action(
        status=401,
        body='[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]',
    ),
    "server_error": Action(
        status=500,
        body='[{"errorCode":"UNKNOWN_EXCEPTION","message":"An unexpected error occurred."}]',
    ),
    "empty_200": Action(status=200),
    "html_200": Action(
        status=200, body="<html><body>Maintenance</body></html>", content_type=_HTML
    ),
    "html_200_after": Action(
        status=200, body="<html><body>OK</body></html>", content_type=_HTML, applied=True
    ),
    "truncated": Action(applied=True, cut="body"),
    "truncated_chunk": Action(applied=True, cut="chunk"),
    "head_only": Action(applied=True, cut="head"),
    "reset_before": Action(status=500, cut="reset"),
    "reset_after": Action(applied=True, cut="reset"),
    "hang": Action(status=500, cut="reset", wait_seconds=600.0),
    "hang_after": Action(applied=True, cut="reset", wait_seconds=600.0),
    "slow": Action(applied=True, wait_seconds=0.3),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault and the requests it hits: the first `times` that match, after `skip` of them."""

    action: Action | str
    service: str = ""
    method: str = ""
    path_contains: str = ""
    query_contains: str = ""
    body_contains: str = ""
    skip: int = 0
    times: int = 1

    def matches(self, service: str, request: Request) -> bool:
        return (
            self.service in ("", service)
            and self.method in ("", request.method)
            and self.path_contains in request.path
            and self._query_matches(request)
            and self.body_contains.encode() in request.body
        )

    def _query_matches(self, request: Request) -> bool:
        if not self.query_contains:
            return True
        return any(self.query_contains in value for one in request.query.values() for value in one)

    def act(self) -> Action:
        return ACTIONS[self.action] if isinstance(self.action, str) else self.action

    def name(self) -> str:
        return self.action if isinstance(self.action, str) else f"status_{self.action.status}"


class Faults:
    """The script: faults are taken in the order they were added, each at most `times` times."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._script: list[Fault] = []

    def add(self, fault: Fault) -> None:
        fault.act()  # an unknown name fails here, not in the middle of a test
        with self._lock:
            self._script.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._script.clear()

    def left(self) -> tuple[Fault, ...]:
        with self._lock:
            return tuple(self._script)

    def take(self, service: str, request: Request) -> Fault | None:
        """The fault that hits this request, if any; every matching request counts."""
        with self._lock:
            for index, fault in enumerate(self._script):
                if not fault.matches(service, request):
                    continue
                if fault.skip:
                    self._script[index] = replace(fault, skip=fault.skip - 1)
                    continue
                self._spend(index, fault)
                return fault
        return None

    def _spend(self, index: int, fault: Fault) -> None:
        if fault.times > 1:
            self._script[index] = replace(fault, times=fault.times - 1)
        else:
            del self._script[index]


def spoil(action: Action, answer: Answer | None) -> Answer:
    """The answer that goes out instead: the action's own, or the service's, cut or delayed."""
    if answer is None or action.status:
        headers = {"Content-Type": action.content_type, **action.headers}
        answer = Answer(action.status, action.body.encode(), headers)
    answer.cut = action.cut or answer.cut
    answer.hang_seconds = action.wait_seconds or answer.hang_seconds
    return answer
