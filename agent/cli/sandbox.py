"""`bbm sandbox serve`: a CRM and a Slack of one's own, as a process of its own."""

import json as json_text
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from agent.cli.output import sign
from agent.demo.sandbox import command


def serve(  # noqa: PLR0913 - one option each
    *,
    crm: Literal["salesforce", "hubspot"] = "salesforce",
    port: int = 0,
    story: Literal["none", "healthy", "drift-volume", "drift-quality", "messy"] | None = None,
    size: Literal["small", "medium", "large"] = "medium",
    seed: int = 1,
    load: Sequence[str] = (),
    map: Path | None = None,  # noqa: A002 - the option is called --map
    now: str = "",
    json: bool = False,
) -> int:
    """Serve a sandbox CRM and Slack until stopped.

    Args:
        crm: which CRM's protocol to speak.
        port: the port; 0 takes a free one.
        story: fill it with a made-up company and its story.
        size: 2k, 20k or 200k records.
        seed: the same seed gives the same company.
        load: a CSV export per object, e.g. Lead=leads.csv; repeat for more.
        map: the TOML file that says which column is which field.
        now: the moment its clock stands at, ISO 8601; HubSpot's runs on from there. Empty: the
            present, and running.
        json: where it listens and how to log in, as one JSON document on a line.
    """
    arguments = ["--crm", crm, "--port", str(port), "--seed", str(seed), "--size", size]
    arguments += ["--story", story] if story else []
    arguments += [part for one in load for part in ("--load", one)]
    arguments += ["--map", str(map)] if map else []
    arguments += clock_arguments(crm, now)
    whole = [*command(), *arguments]
    with subprocess.Popen(whole, stdout=subprocess.PIPE, text=True) as served:  # noqa: S603 - our own program
        # Who stops this process means the sandbox; nobody else would ever stop it.
        signal.signal(signal.SIGTERM, lambda *_: served.terminate())
        if served.stdout is not None and (welcome := served.stdout.readline()):
            _announce(welcome, as_json=json)
        return served.wait()


def clock_arguments(crm: Literal["salesforce", "hubspot"], now: str) -> Sequence[str]:
    """Where the clock begins, and whether it stands there."""
    begins = ("--now", now) if now else ()
    # HubSpot's limits count by this clock: where it stands, the fifth search is the last one.
    stands = now and crm == "salesforce"
    return (*begins, "--clock", "fixed" if stands else "running")


def _announce(welcome: str, *, as_json: bool) -> None:
    sys.stdout.write(welcome if as_json else _in_words(json_text.loads(welcome)))
    sys.stdout.flush()


def _in_words(welcome: Mapping[str, Any]) -> str:
    """Where the sandbox listens, what it holds, and the environment that leads an agent to it."""
    held = " · ".join(f"{name} {count:,}" for name, count in welcome["records"].items() if count)
    parked = welcome.get("load", {}).get("parked_rows", 0)
    lines = [
        f"{sign('ok')} sandbox {welcome['crm']}   {welcome['url']}   {held or 'no records'}",
        *([f"! {parked:,} rows parked; which and why: {welcome['admin']}load"] if parked else []),
        "",
        "In another terminal, to lead the agent here:",
        *(f"  export {name}={shlex.quote(value)}" for name, value in _variables(welcome)),
        "",
        "Stop with Ctrl-C.",
    ]
    return "\n".join(lines) + "\n"


def _variables(welcome: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What overrides the connection of the shipped templates."""
    if welcome["crm"] == "hubspot":
        yield "BBM_CRM__HUBSPOT__URL", welcome["url"]
        yield "BBM_HUBSPOT_TOKEN", welcome["hubspot"]["token"]
        return
    access = welcome["salesforce"]
    yield "BBM_CRM__SALESFORCE__URL", access["url"]
    yield "BBM_CRM__SALESFORCE__PROXY", welcome["url"]
    yield "BBM_CRM__SALESFORCE__CA_FILE", welcome["ca_file"]
    yield "BBM_CRM__SALESFORCE__CLIENT_ID", access["client_id"]
    yield "BBM_SALESFORCE_SECRET", access["client_secret"]
