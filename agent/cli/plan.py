"""`bbm plan`: what a sync would write. Writes nothing to the CRM."""

from pathlib import Path

from agent.cli.opening import open_agent
from agent.cli.output import console, document_text
from agent.cli.report import report_json
from agent.cli.sync import finish
from agent.cycle import Order, run_cycle


def plan(
    *,
    full: bool = False,
    out: Path | None = None,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """Read what changed, classify, and show what a sync would write.

    Args:
        full: read everything anew, not only what changed.
        out: also write the plan to this file, for `bbm sync --from-plan`.
        config: the configuration file.
        json: one JSON document instead of text.
    """
    with open_agent(config) as agent:
        report = run_cycle(agent, Order("plan", push=False, tell=False, full=full))
        finish(agent, report, json=json, schema="bbm.plan/1")
        if out is not None:
            document = {"schema": "bbm.plan/1", **report_json(agent, report)}
            out.write_text(document_text(document), encoding="utf-8")
        waiting = agent.store.planned_counts().writes
    if not json:
        console().print(
            f"\nNothing was written. Write these {waiting:,} changes with:  bbm sync"
            if waiting
            else "\nNothing is to be written."
        )
    return 0
