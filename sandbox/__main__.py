"""`bbm-sandbox serve` (also `python -m sandbox serve`): the sandbox as a process of its own.

When it is ready it prints one line of JSON: where it listens, what it holds, how to log in. It
serves until SIGTERM or SIGINT.
"""

import argparse
import atexit
import gc
import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import orjson

from sandbox.clock import SandboxClock
from sandbox.hubspot.tokens import RUNNING_TOKEN, SETUP_TOKEN
from sandbox.load import LoadReport, MappingRefused
from sandbox.opening import Crm, open_with_files, open_with_story, record_counts
from sandbox.salesforce.apps import ADMIN_APP, AGENT_APP
from sandbox.server import DEFAULT_START, CannotListen, Sandbox
from sandbox.slack.workspace import BOT_TOKEN, WEBHOOK_PATH
from sandbox.story import KINDS, SIZES, Kind, Story

_REFUSED = 2
_LAST_PORT = 65_535
_TICK_SECONDS = 1.0
COLLECT_AFTER = 100_000
"""New objects after which the collector looks: nearly all are rows, which are never cycles."""
_PARKED_SHOWN = 20


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    atexit.register(gc.freeze)  # what is left then goes with the process, not piece by piece
    clock = SandboxClock(_start(asked), fixed=asked.clock == "fixed")
    sandbox = Sandbox(clock=clock, seed=asked.seed, host=asked.host, port=asked.port)
    gc.disable()  # what the sandbox opens with stays: the collector need not look at it, now
    try:
        held = _fill(sandbox, asked)
    except MappingRefused as error:
        return _refuse(*error.problems)
    finally:
        gc.freeze()  # ... or later
        gc.set_threshold(COLLECT_AFTER, 50, 100)
        gc.enable()
    try:
        sandbox.start()
        told = _listen_for_the_end(also_of_the_input=asked.until_end_of_input)
        _announce(_welcome(sandbox, asked.crm) | held, asked.ready_file)
        _serve(clock, told)
    except CannotListen as error:
        return _refuse(str(error))
    finally:
        sandbox.stop()
    return 0


def _refuse(*problems: str) -> int:
    print(*problems, sep="\n", file=sys.stderr)
    return _REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bbm-sandbox", description="A CRM to try things on.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="serve until stopped")
    serve.add_argument("--crm", choices=("salesforce", "hubspot"), default="salesforce")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=_port, default=0, help="0 takes a free one")
    serve.add_argument("--seed", type=int, default=1, help="the same seed, the same company")
    serve.add_argument("--size", choices=tuple(SIZES), default="medium")
    serve.add_argument("--story", choices=("none", *KINDS), help="the default is healthy")
    serve.add_argument("--load", action="append", default=[], metavar="NAME=FILE", type=_named)
    serve.add_argument("--map", type=Path, metavar="FILE", help="which column is which field")
    serve.add_argument("--clock", choices=("fixed", "running"), default="fixed")
    serve.add_argument("--now", type=_moment, metavar="TIME", help="ISO 8601, when it begins")
    serve.add_argument(
        "--until-end-of-input", action="store_true", help="also stop when the input ends"
    )
    serve.add_argument("--ready-file", type=Path, metavar="FILE", help="also write the line there")
    return parser


def _named(text: str) -> tuple[str, Path]:
    name, equals, path = text.partition("=")
    if not (name and equals and path):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=FILE, as in Lead=leads.csv")
    return name, Path(path)


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) <= _LAST_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is no port; they go from 0 to {_LAST_PORT}")
    return int(text)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no time in ISO 8601") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _start(asked: argparse.Namespace) -> datetime:
    """A fixed clock begins on a certain Monday, so that figures repeat; a running one now."""
    if asked.now is not None:
        return cast("datetime", asked.now)
    return DEFAULT_START if asked.clock == "fixed" else datetime.now(UTC)


def _fill(sandbox: Sandbox, asked: argparse.Namespace) -> dict[str, object]:
    """What the sandbox holds, and a summary of it.

    Raises:
        MappingRefused: the files cannot be loaded with this mapping, or no row of them can.
    """
    crm: Crm = asked.crm
    if asked.load:
        if asked.map is None:
            raise MappingRefused(["--load needs --map FILE, which says what the columns mean"])
        report = open_with_files(sandbox, crm, dict(asked.load), asked.map)
        if not report.loaded.total():
            raise MappingRefused(_nothing_loaded(report))
        return {"load": _summary(report)}
    if asked.story == "none":
        return {}
    kind: Kind = asked.story or "healthy"
    story = Story.draw(kind, asked.size, asked.seed, sandbox.clock.now())
    open_with_story(sandbox, crm, story)
    return {"story": {"kind": story.kind, "size": story.size, "seed": story.seed}}


def _nothing_loaded(report: LoadReport) -> list[str]:
    shown = report.parked[:_PARKED_SHOWN]
    more = len(report.parked) - len(shown)
    return [
        "No row could be loaded; correct the files or the mapping.",
        *(f"{one.file}, line {one.line}: {one.reason}" for one in shown),
        *([f"and {more:,} more rows"] if more else []),
    ]


def _summary(report: LoadReport) -> dict[str, object]:
    """The report; of very many parked rows only the first ones, `/__sandbox__/load` has all."""
    shown = LoadReport(parked=report.parked[:_PARKED_SHOWN]).as_row()["parked"]
    return report.as_row() | {"parked": shown, "parked_rows": len(report.parked)}


def _welcome(sandbox: Sandbox, crm: Crm) -> dict[str, object]:
    """Where it listens and how to log in; these secrets open nothing but this sandbox."""
    return {
        "schema": "bbm.sandbox/1",
        "url": sandbox.url,
        "ca_file": sandbox.ca_file,
        "admin": f"{sandbox.url}/__sandbox__/",
        "crm": crm,
        "now": sandbox.clock.now().isoformat(),
        "records": record_counts(sandbox, crm),
        "salesforce": {
            "url": sandbox.salesforce.my_domain,
            "client_id": AGENT_APP.key,
            "client_secret": AGENT_APP.secret,
            "setup_client_id": ADMIN_APP.key,
            "setup_client_secret": ADMIN_APP.secret,
        },
        "hubspot": {"token": RUNNING_TOKEN, "setup_token": SETUP_TOKEN},
        "slack": {"token": BOT_TOKEN, "webhook": f"{sandbox.url}/slack/services/{WEBHOOK_PATH}"},
    }


def _announce(line: dict[str, object], ready_file: Path | None) -> None:
    text = orjson.dumps(line).decode()
    if ready_file is not None:
        part = ready_file.with_name(f"{ready_file.name}.part")
        part.write_text(f"{text}\n", encoding="utf-8")
        part.replace(ready_file)  # whoever waits for the file never sees half of it
    print(text, flush=True)


def _listen_for_the_end(*, also_of_the_input: bool) -> threading.Event:
    """What SIGTERM and SIGINT set; listened for before anybody hears that the sandbox is ready."""
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    if also_of_the_input:
        threading.Thread(target=_wait_for_end_of_input, args=(told,), daemon=True).start()
    return told


def _serve(clock: SandboxClock, told: threading.Event) -> None:
    """Each tick lets happen what a running clock has reached."""
    while not told.wait(_TICK_SECONDS):
        clock.advance(0)


def _wait_for_end_of_input(told: threading.Event) -> None:
    """The input ends when whoever started the sandbox does, however hard that was."""
    # Not through sys.stdin: its lock, held by a thread that waits, breaks Python's own end.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    told.set()


if __name__ == "__main__":
    sys.exit(main())
