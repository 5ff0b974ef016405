"""How commands speak: text for people, one JSON document for programs, errors with their fix."""

import dataclasses
import json
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import orjson
from rich.console import Console

from agent.clock import SystemClock
from agent.config import ConfigProblems
from bbm_core.errors import BBMError


def console() -> Console:
    """Where people read: standard output, at most 100 columns, no markup in anybody's names."""
    found = Console(markup=False, highlight=False, soft_wrap=True)
    found.width = min(found.width, 100) if found.is_terminal else 100
    return found


def sign(name: str) -> str:
    """A sign such as ✔, or its ASCII stand-in where the terminal cannot show it."""
    signs = {
        "ok": ("✔", "OK"),
        "bad": ("✖", "NG"),
        "warn": ("!", "!"),
        "none": ("–", "-"),
        "volume": ("◀", "<"),
        "quality": ("▶", ">"),
        "arrow": ("→", "->"),
    }
    return signs[name][0 if _can_show(signs[name][0]) else 1]


def _can_show(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def print_json(
    schema: str, now: datetime, body: Mapping[str, Any], *, on_one_line: bool = False
) -> None:
    """One document on standard output; `schema` names its form and version (bbm.plan/1).

    A service prints many, so it asks for each `on_one_line`.
    """
    document = {
        "schema": schema,
        "generated_at": now.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        **body,
    }
    text = document_text(document, on_one_line=on_one_line)
    if not _can_show(text):
        text = _in_ascii(document, on_one_line=on_one_line)
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def document_text(document: Mapping[str, Any], *, on_one_line: bool = False) -> str:
    """A document as JSON; a plan of many records takes orjson a tenth of the time."""
    form = _WORDED_BY_US if on_one_line else _WORDED_BY_US | orjson.OPT_INDENT_2
    try:
        return orjson.dumps(document, default=_plain, option=form).decode()
    except orjson.JSONEncodeError:  # half a character, or a number beyond 64 bits
        return _in_ascii(document, on_one_line=on_one_line)


_WORDED_BY_US = (
    orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_NON_STR_KEYS
)


def _in_ascii(document: Mapping[str, Any], *, on_one_line: bool) -> str:
    return json.dumps(document, default=_plain, indent=None if on_one_line else 2)


def _plain(value: object) -> object:
    """What JSON has no word for, in words it has."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date() | Decimal():
            return str(value)
        case Enum():
            return value.value
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        case tuple() | set() | frozenset():
            return list(value)
        case Mapping():
            return dict(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no form in JSON")


def print_error(error: BBMError) -> None:
    """The error as a document, bbm.error/1."""
    problems = [dataclasses.asdict(p) for p in getattr(error, "problems", ())]
    body = {
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
        "exit_code": error.exit_code,
        "problems": problems,
    }
    print_json("bbm.error/1", SystemClock().now(), body)


def show_error(out: Console, error: BBMError) -> None:
    """What happened, and what to do about it."""
    if isinstance(error, ConfigProblems):
        show_config_problems(out, error)
        return
    code = f"{error.code}  " if error.code else ""
    left = " " * len(code)
    message = error.message.replace("\n", f"\n{left}")
    hint = error.hint.replace("\n", f"\n{left}  ")
    out.print(f"{code}{message}", markup=False, highlight=False)
    out.print(f"{left}→ {hint}", markup=False, highlight=False)


def show_config_problems(out: Console, error: ConfigProblems) -> None:
    out.print(error.message, markup=False, highlight=False)
    for problem in error.problems:
        out.print()
        out.print(f"  {problem.where}  {problem.path}", markup=False, highlight=False)
        if problem.shown:
            out.print(f"     {problem.shown}", markup=False, highlight=False)
        out.print(f"     ✖ {problem.what}", markup=False, highlight=False)
        out.print(f"     → {problem.fix}", markup=False, highlight=False)
