"""`bbm sandbox serve`: a CRM and a Slack of one's own. Runs the sandbox as a process of its own."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal

import orjson

from bbm_core.errors import BBMError


class SandboxFailed(BBMError):
    """The sandbox did not start, or stopped."""


def serve(
    *,
    crm: Literal["salesforce", "hubspot"] = "salesforce",
    port: int = 0,
    story: str = "",
    size: str = "medium",
    seed: int = 1,
    load: Sequence[str] = (),
    map: Path | None = None,  # noqa: A002 - the option is called --map
    now: str = "",
) -> int:
    """Serve a sandbox CRM and Slack until stopped.

    Args:
        crm: which CRM's protocol to speak.
        port: the port; 0 takes a free one.
        story: fill it with a made-up company: healthy, drift-volume, drift-quality, messy.
        size: 2k, 20k or 200k records: small, medium, large.
        seed: the same seed gives the same company.
        load: a CSV export per object, e.g. Lead=leads.csv; repeat for more.
        map: the TOML file that says which column is which field.
        now: the moment its clock starts at, ISO 8601; empty: the present, and running.
    """
    arguments = ["--crm", crm, "--port", str(port), "--seed", str(seed), "--size", size]
    arguments += ["--story", story] if story else []
    arguments += [part for one in load for part in ("--load", one)]
    arguments += ["--map", str(map)] if map else []
    arguments += ["--now", now, "--clock", "fixed"] if now else ["--clock", "running"]
    return subprocess.run([*_command(), *arguments], check=False).returncode  # noqa: S603 - our own program


@dataclass(slots=True)
class RunningSandbox:
    """A sandbox in a process of its own, stopped when the block ends."""

    arguments: Sequence[str]
    _process: "subprocess.Popen[bytes] | None" = None
    ready: Mapping[str, str] | None = None

    def __enter__(self) -> "RunningSandbox":
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [*_command(), *self.arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        line = self._process.stdout.readline() if self._process.stdout else b""
        if not line.strip():
            raise self.failure("The sandbox did not start")
        self.ready = orjson.loads(line)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.communicate(timeout=10)

    def has_ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def failure(self, what: str) -> SandboxFailed:
        """The error that says what the sandbox's process said last."""
        said = ""
        if self._process is not None:
            self._process.terminate()
            _, errors = self._process.communicate(timeout=10)
            said = errors.decode("utf-8", "replace").strip().splitlines()[-1:] or [""]
            said = f": {said[0]}" if said[0] else ""
        return SandboxFailed(
            f"{what}{said}.", hint="Run the command again; no CRM was touched.", code="BBM-DM-001"
        )


def _command() -> tuple[str, ...]:
    return (sys.executable, "-m", "sandbox", "serve")
