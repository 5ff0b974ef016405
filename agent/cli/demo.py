"""`bbm demo`: the main job against a sandbox; no account, no configuration."""

import json as json_text
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal, get_args

from agent.cli.output import console, print_json, sign
from agent.clock import SystemClock
from agent.demo.play import Outcome, Script, play
from agent.demo.terminal import Nobody, Terminal
from agent.log import Redactor, set_up_log
from bbm_core.errors import BBMError, ConfigError

_SEEDS = re.compile(r"(?P<first>[0-9]{1,9})(-(?P<last>[0-9]{1,9}))?")

Story = Literal["drift-volume", "drift-quality", "healthy", "messy"]


def demo(  # noqa: PLR0913 - one option each
    *,
    story: Literal["drift-volume", "drift-quality", "healthy", "messy", "all"] = "drift-volume",
    size: Literal["small", "medium", "large"] = "medium",
    crm: Literal["salesforce", "hubspot"] = "salesforce",
    seed: int = 1,
    seeds: str | None = None,
    lang: Literal["en", "ja"] = "en",
    keep: Path | None = None,
    json: bool = False,
) -> int:
    """Play the main job against a sandbox CRM and Slack; no account needed.

    Args:
        story: what happens to the made-up company; "all" plays the four, one after the other.
        size: 2k, 20k or 200k records.
        crm: whose protocol the sandbox speaks.
        seed: the same seed gives the same company and the same figures.
        seeds: several seeds, e.g. 1-20 or 1,5,9; each is played and compared with the truth.
        lang: the language of labels, reasons, table and alert.
        keep: keep the configuration and the state in this folder.
        json: one JSON document instead of text.
    """
    set_up_log(Redactor(), level=os.environ.get("BBM_LOG__LEVEL", "error"))
    stories: Sequence[str] = get_args(Story) if story == "all" else (story,)
    scripts = [
        Script(crm=crm, story=one, size=size, seed=number, lang=lang)
        for number in ((seed,) if seeds is None else _numbers(seeds))
        for one in stories
    ]
    if keep is not None and len(scripts) > 1:
        raise ConfigError(
            f"--keep has room for one story, and these are {len(scripts)}.",
            hint="Name one --story and one --seed, or leave --keep out.",
            code="BBM-DM-004",
        )
    if len(scripts) == 1:
        return _play_one(scripts[0], keep, json=json)
    return _play_many(scripts, json=json)


def _play_one(script: Script, keep: Path | None, *, json: bool) -> int:
    started = SystemClock().now()
    with tempfile.TemporaryDirectory(prefix="bbm-demo-") as scratch:
        folder = keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        audience = Nobody() if json else Terminal(console(), script.lang)
        outcome = play(script, folder, audience)
    if json:
        seconds = (SystemClock().now() - started).total_seconds()
        row = _row(outcome) | {"seconds": round(seconds, 1)}
        print_json("bbm.demo/1", SystemClock().now(), {"stories": [row], "agree": row["agrees"]})
    return 0 if outcome.agrees else 1


def _row(outcome: Outcome) -> dict[str, Any]:
    row = asdict(outcome)
    return {**row.pop("script"), **row, "agrees": outcome.agrees}


def _play_many(scripts: Sequence[Script], *, json: bool) -> int:
    """Each story in a process of its own, as many at a time as there are cores."""
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
