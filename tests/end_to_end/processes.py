"""The agent's commands in processes of their own, as their user starts them.

Each is forked from a process that has loaded the agent: that takes two seconds, and a command of a
small company takes less. It can be killed like any other.
"""

import multiprocessing
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from agent.cli import main

ROOT = Path(__file__).parents[2]
_FORKED = multiprocessing.get_context("forkserver")
_FORKED.set_forkserver_preload(
    [
        __name__,
        "agent.cli.fields",
        "agent.cli.plan",
        "agent.cli.sync",
        "connectors.hubspot.connector",
        "connectors.salesforce.connector",
    ]
)


class Command:
    """One run of `bbm`, with nothing in its environment about the agent but what is given."""

    def __init__(self, *arguments: str, environment: Mapping[str, str]) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._process = _FORKED.Process(
            target=_run, args=(arguments, environment, Path(self._folder.name))
        )

    def start(self) -> None:
        self._process.start()

    def kill(self) -> None:
        self._process.kill()

    def finish(self, timeout_seconds: float) -> tuple[int, str, str]:
        """The exit code, negative after a signal, and what was said on both outputs."""
        self._process.join(timeout_seconds)
        code = self._process.exitcode
        if code is None:
            self.kill()
            raise TimeoutError(f"Not done after {timeout_seconds} seconds.")
        with self._folder as name:
            return code, _said(Path(name) / "out"), _said(Path(name) / "errors")


def _run(arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
    os.chdir(ROOT)
    for name in [name for name in os.environ if name.startswith("BBM_")]:
        del os.environ[name]
    os.environ.update(environment)
    with (
        (folder / "out").open("w", encoding="utf-8") as out,
        (folder / "errors").open("w", encoding="utf-8") as errors,
        redirect_stdout(out),
        redirect_stderr(errors),
    ):
        main(arguments)


def _said(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
