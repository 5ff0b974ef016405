"""`bbm demo`: the main job against a sandbox; no account, no configuration.

The sandbox fills itself in a process of its own while this one loads the agent, so nothing of the
agent is imported before the sandbox is started.
"""

from pathlib import Path
from typing import Literal, get_args

from agent.clock import SystemClock
from agent.demo.sandbox import RunningSandbox, arguments_for

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
    started = SystemClock().now()
    if story == "all" or seeds is not None:
        from agent.demo import play, show  # noqa: PLC0415 - see above

        stories = get_args(Story) if story == "all" else (story,)
        template = play.Script(crm=crm, size=size, seed=seed, lang=lang)
        return show.show_many(template, stories, seeds, keep, json=json)
    with RunningSandbox(arguments_for(crm, story, size, seed)) as sandbox:
        from agent.demo import play, show  # noqa: PLC0415 - see above

        script = play.Script(crm=crm, story=story, size=size, seed=seed, lang=lang)
        return show.show_one(script, sandbox, keep, started, json=json)
