"""The agent's clock: the only place that reads the time or lets it pass."""

import http.client
import json
import threading
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import urlsplit

from bbm_core.errors import BBMError, TransientError

_PATH = "/__sandbox__/clock"
_TIMEOUT_SECONDS = 30.0


class Clock(Protocol):
    """What time it is, and waiting. Times are aware and in UTC."""

    def now(self) -> datetime: ...

    def wait(self, seconds: float) -> None: ...

    def close(self) -> None: ...


class Interrupted(BBMError):
    """Somebody asked the agent to stop."""

    exit_code = 143


class SystemClock:
    """The machine's clock. Waiting ends early when `stop` is set."""

    def __init__(self, stop: threading.Event | None = None) -> None:
        self._stop = stop or threading.Event()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        """Let time pass.

        Raises:
            Interrupted: somebody asked the agent to stop.
        """
        if self._stop.wait(max(0.0, seconds)):
            raise interrupted()

    def close(self) -> None:
        """Nothing is held."""


class RemoteClock:
    """A sandbox's clock, through its admin interface: waiting advances it, so nobody waits.

    Where it stands still and nobody else moves it (`ours`), it is asked only after it was moved:
    a run of many requests asks for the time at each of them.
    """

    def __init__(self, url: str, *, ours: bool = False) -> None:
        address = urlsplit(url)
        # http.client knows no proxies, so the environment cannot send this elsewhere.
        self._connection = http.client.HTTPConnection(
            address.hostname or "", address.port or 80, timeout=_TIMEOUT_SECONDS
        )
        self._lock = threading.Lock()
        self._ours = ours
        self._known: datetime | None = None  # only of a clock of ours

    def now(self) -> datetime:
        return self._known or self._ask("GET", None)

    def wait(self, seconds: float) -> None:
        self._ask("POST", {"advance_seconds": max(0.0, seconds)})

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _ask(self, method: str, body: object) -> datetime:
        """Send one request; both answer with the time as it is afterwards."""
        with self._lock:
            self._known = None  # an answer that is lost leaves open whether it was moved
            if method == "POST":
                # A kept connection may have gone stale, and advancing twice is not advancing once.
                self._connection.close()
            try:
                now = self._exchange(method, body)
            except (OSError, http.client.HTTPException) as error:
                self._connection.close()
                raise _no_clock(f"does not answer ({type(error).__name__})") from error
            if self._ours:
                self._known = now
            return now

    def _exchange(self, method: str, body: object) -> datetime:
        payload = None if body is None else json.dumps(body)
        self._connection.request(method, _PATH, payload, {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        return _time_in(answer.status, answer.read())


def interrupted() -> Interrupted:
    return Interrupted(
        "The run was asked to stop; what is left is planned.",
        hint="The next run goes on from here.",
        code="BBM-AG-003",
    )


def _time_in(status: int, body: bytes) -> datetime:
    if status != http.client.OK:
        raise _no_clock(f"answers {status}")
    try:
        return datetime.fromisoformat(json.loads(body)["now"]).astimezone(UTC)
    except (ValueError, KeyError, TypeError) as error:
        raise _no_clock("answers without a time") from error


def _no_clock(what: str) -> TransientError:
    return TransientError(
        f"The sandbox's clock {what}.",
        hint="Start the sandbox again with `bbm sandbox serve`.",
        code="BBM-CLOCK-001",
    )
