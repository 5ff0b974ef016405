"""`bbm runs`: what past runs did."""

from pathlib import Path

from rich import box
from rich.table import Table

from agent.cli.opening import open_config
from agent.cli.output import console, print_json
from agent.clock import SystemClock
from agent.store import Run, Store
from bbm_core.errors import ConfigError


def runs(
    number: int | None = None, /, *, limit: int = 20, config: Path | None = None, json: bool = False
) -> int:
    """The latest runs, or one of them with its problems and refusals.

    Args:
        number: a run; without it, the latest ones.
        limit: how many.
        config: the configuration file.
        json: one JSON document instead of text.
    """
    settings = open_config(config).settings
    with Store.open(settings.state.url, lock=False, create=False) as store:
        found = store.runs(limit) if number is None else (_one(store, number),)
        refusals = store.refusals(number) if number is not None else ()
    if json:
        body = {
            "runs": found,
            "refusals": [{"record": str(r.ref), "refusal": r.refusal} for r in refusals],
        }
        print_json("bbm.runs/1", SystemClock().now(), body)
        return 0
    out = console()
    out.print(_table(found))
    for problem in (problem for run in found for problem in run.problems):
        out.print(f"  {problem}")
    for row in refusals:
        out.print(f"  {row.ref}: {row.refusal}")
    return 0


def _one(store: Store, number: int) -> Run:
    run = store.run(number)
    if run is None:
        raise ConfigError(
            f"There is no run {number}.", hint="List them with `bbm runs`.", code="BBM-RN-001"
        )
    return run


def _table(runs: tuple[Run, ...]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="")
    for name in ("Run", "Started (UTC)", "Command", "Ending"):
        table.add_column(name, no_wrap=True)
    for name in ("read", "applied", "refused", "parked", "calls"):
        table.add_column(name, justify="right", no_wrap=True)
    for run in runs:
        counts = [
            f"{run.counters.get(name, 0):,}"
            for name in ("read", "applied", "refused", "parked", "calls")
        ]
        ending = run.outcome or "at work, or died"
        started = f"{run.started:%Y-%m-%d %H:%M}"
        table.add_row(str(run.id), started, run.command, ending, *counts)
    return table
