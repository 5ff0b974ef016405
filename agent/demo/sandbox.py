"""The sandbox as a process of its own, and its admin interface."""

import http.client
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cached_property
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from bbm_core.errors import BBMError

TIMEOUT_SECONDS = 60


class SandboxFailed(BBMError):
    """The sandbox did not start, or stopped."""


def command() -> tuple[str, ...]:
    """How the sandbox is started: by its entry point, never by importing it."""
    return (sys.executable, "-m", "sandbox", "serve")


def arguments_for(crm: str, story: str, size: str, seed: int) -> tuple[str, ...]:
    """The arguments of a sandbox that holds this story."""
    return ("--crm", crm, "--story", story, "--size", size, "--seed", str(seed))


class RunningSandbox:
    """A sandbox in a process of its own, stopped when the block ends.

    It fills itself while the block does other things; whoever asks what it is `ready` with waits.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        self._arguments = tuple(arguments)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [*command(), *self._arguments, "--until-end-of-input"],
            stdin=subprocess.PIPE,  # it ends with us, and the sandbox with it
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.communicate(timeout=TIMEOUT_SECONDS)

    @cached_property
    def ready(self) -> Mapping[str, Any]:
        """What it said when it was up.

        Raises:
            SandboxFailed: it did not start.
        """
        output = self._process.stdout if self._process else None
        line = output.readline() if output else b""
        if not line.strip():
            raise self.failure("The sandbox did not start")
        said: Mapping[str, Any] = json.loads(line)
        return said

    def ask(self, name: str) -> Any:
        """GET one thing from the admin interface."""
        address = urlsplit(self.ready["url"])
        connection = http.client.HTTPConnection(
            address.hostname or "", address.port, timeout=TIMEOUT_SECONDS
        )
        try:
            connection.request("GET", f"/__sandbox__/{name}")
            answer = connection.getresponse()
            return json.loads(answer.read())
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise self.failure("The sandbox stopped answering") from error
        finally:
            connection.close()

    def has_ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def failure(self, what: str) -> SandboxFailed:
        """The error that tells what the sandbox's process said last."""
        said = ""
        if self._process is not None:
            self._process.terminate()
            _, errors = self._process.communicate(timeout=TIMEOUT_SECONDS)
            said = " ".join(errors.decode("utf-8", "replace").strip().splitlines()[-1:])
        return SandboxFailed(
            f"{what}: {said}" if said else f"{what}.",
            hint="Run the command again; no CRM was touched.",
            code="BBM-DM-001",
        )
