"""`bbm sandbox serve`: a CRM and a Slack of one's own, as a process of its own."""

import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

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
        now: the moment its clock stands at, ISO 8601; empty: the present, and running.
    """
    arguments = ["--crm", crm, "--port", str(port), "--seed", str(seed), "--size", size]
    arguments += ["--story", story] if story else []
    arguments += [part for one in load for part in ("--load", one)]
    arguments += ["--map", str(map)] if map else []
    arguments += ["--now", now, "--clock", "fixed"] if now else ["--clock", "running"]
    with subprocess.Popen([*command(), *arguments]) as served:  # noqa: S603 - our own program
        # Who stops this process means the sandbox; nobody else would ever stop it.
        signal.signal(signal.SIGTERM, lambda *_: served.terminate())
        return served.wait()
