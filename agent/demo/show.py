"""Plays one story for people or programs to see, or many beside each other."""

import json as json_text
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from agent.cli.output import console, print_json, sign
from agent.clock import SystemClock
from agent.demo.play import Outcome, Script, play
from agent.demo.sandbox import RunningSandbox, arguments_for
from agent.demo.terminal import Nobody, Terminal
from agent.log import Redactor, set_up_log
from bbm_core.errors import BBMError, ConfigError

_SEEDS = re.compile(r"(?P<first>[0-9]{1,9})(-(?P<last>[0-9]{1,9}))?")


def show_one(
    script: Script, sandbox: RunningSandbox, keep: Path | None, started: datetime, *, json: bool
) -> int:
    """Play the story in the sandbox that holds it; `started` is when somebody began to wait."""
    _set_up_log()
    with tempfile.TemporaryDirectory(prefix="bbm-demo-") as scratch:
        folder = keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        audience = Nobody() if json else Terminal(console(), script.lang)
        outcome = play(sandbox, script, folder, audience)
    if json:
        seconds = (SystemClock().now() - started).total_seconds()
        row = _row(outcome) | {"seconds": round(seconds, 1)}
        print_json("bbm.demo/1", SystemClock().now(), {"stories": [row], "agree": row["agrees"]})
    return 0 if outcome.agrees else 1


def show_many(
    template: Script, stories: Sequence[str], seeds: str | None, keep: Path | None, *, json: bool
) -> int:
    """Play stories and seeds, each in a process of its own, as many at a time as there are cores.

    Raises:
        ConfigError: the seeds are none, or the folder has no room for so many stories.
    """
    _set_up_log()
    numbers = (template.seed,) if seeds is None else _numbers(seeds)
    scripts = [replace(template, seed=n, story=story) for n in numbers for story in stories]
    if len(scripts) == 1:
        return _show_alone(scripts[0], keep, json=json)
    if keep is not None:
        raise ConfigError(
            f"--keep has room for one story, and these are {len(scripts)}.",
            hint="Name one --story and one --seed, or leave --keep out.",
            code="BBM-DM-004",
        )
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        rows = []
        for row in pool.map(_play_apart, scripts):
            rows.append(row)
            if not json:
                _show_row(row)
    agree = sum(bool(row["agrees"]) for row in rows)
    if json:
        body = {"stories": rows, "agree": agree, "of": len(rows)}
        print_json("bbm.demo/1", SystemClock().now(), body)
    else:
        console().print(f"found what was planted: {agree} of {len(rows)}")
    return 0 if agree == len(rows) else 1


def _set_up_log() -> None:
    set_up_log(Redactor(), level=os.environ.get("BBM_LOG__LEVEL", "error"))


def _row(outcome: Outcome) -> dict[str, Any]:
    row = asdict(outcome)
    return {**row.pop("script"), **row, "agrees": outcome.agrees}


def _show_alone(script: Script, keep: Path | None, *, json: bool) -> int:
    started = SystemClock().now()
    with RunningSandbox(arguments_for(script.crm, script.story, script.size, script.seed)) as one:
        return show_one(script, one, keep, started, json=json)


def _play_apart(script: Script) -> Mapping[str, Any]:
    options = {**asdict(script)}
    arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "agent", "demo", *arguments, "--json"],
        capture_output=True,
        check=False,
    )
    try:
        row: Mapping[str, Any] = json_text.loads(done.stdout)["stories"][0]
    except (ValueError, LookupError) as error:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise BBMError(
            f"The story {script.story} with seed {script.seed} broke off: {said}",
            hint=f"Play it alone: bbm demo --story {script.story} --seed {script.seed}",
            code="BBM-DM-002",
        ) from error
    return row


def _show_row(row: Mapping[str, Any]) -> None:
    mark = sign("ok" if row["agrees"] else "bad")
    planted = f"{row['planted']['direction']}/{row['planted']['channel']}"
    console().print(
        f"{mark} {row['crm']} {row['story']:<14} seed {row['seed']:>2}   planted {planted}"
        f"   found {row['found_direction']}/{row['found_channel']}   {row['weeks']} weeks"
    )


def _numbers(text: str) -> list[int]:
    """1-20, or 1,5,9, or both."""
    parts = [_SEEDS.fullmatch(part.strip()) for part in text.split(",")]
    ends = [(int(p["first"]), int(p["last"] or p["first"])) for p in parts if p]
    if None in parts or any(first > last for first, last in ends):
        raise ConfigError(
            f"{text!r} names no seeds.", hint="Write 1-20 or 1,5,9.", code="BBM-DM-003"
        )
    return [seed for first, last in ends for seed in range(first, last + 1)]
