"""Scripted faults: what goes wrong, at which request, how often, and whether it was applied."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sandbox.actions import GENERAL, Action
from sandbox.hubspot.mishaps import MISHAPS
from sandbox.wire import Answer, Request

__all__ = ["ACTIONS", "Action", "Fault", "Faults", "spoil"]

ACTIONS: Mapping[str, Action] = {**GENERAL, **MISHAPS}


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
