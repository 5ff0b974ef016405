"""`bbm promote`: a configuration that works in a test org, held against the real one."""

from collections.abc import Iterator
from pathlib import Path

from agent.cli.opening import look_once, open_config
from agent.cli.output import console, print_json, sign
from agent.clock import SystemClock
from agent.config import Loaded
from agent.promotion import Difference, differences, same_otherwise, worst_first
from agent.store import Store
from bbm_core.errors import ConfigError, SafetyStop
from connectors.contract import Health, Severity

_SIGNS = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.NOTE: "none"}


def promote(
    target: Path, /, *, pin: bool = False, config: Path | None = None, json: bool = False
) -> int:
    """Compare what the configuration uses in both orgs. Writes no record. Exit code 4: not yet.

    Args:
        target: the configuration of the org to go to: the same, with another connection and state.
        pin: when nothing is in the way, bind that configuration's state to the org it leads to.
        config: the configuration that works.
        json: one JSON document instead of text.
    """
    here, there = open_config(config), open_config(target)
    _refuse_unlike(here, there)
    clock = SystemClock()
    mine, theirs = look_once(here, clock), look_once(there, clock)
    if mine.org_id == theirs.org_id:
        raise ConfigError(
            f"Both configurations lead to the org {mine.org_id}.",
            hint="Give the second one the connection of the org to go to.",
            code="BBM-PM-001",
        )
    found = worst_first([*differences(here.settings, mine, theirs), *_sections(here, there)])
    blocked = any(one.standing is Severity.ERROR for one in found)
    pinned = pin and not blocked
    if pinned:
        _pin(there, theirs)
    if json:
        orgs = {"from": mine.org_id, "to": theirs.org_id, "production": theirs.production}
        body = {**orgs, "pinned": pinned, "differences": found}
        print_json("bbm.promote/1", clock.now(), body)
    else:
        _show(mine, theirs, found, pinned=pinned)
    return 4 if blocked else 0


def _refuse_unlike(here: Loaded, there: Loaded) -> None:
    mine, theirs = here.settings.crm.kind, there.settings.crm.kind
    if mine != theirs:
        raise ConfigError(
            f"The first configuration is for {mine}, the second for {theirs}.",
            hint="Name the configuration of an org of the same CRM.",
            code="BBM-PM-004",
        )
    if here.settings.state.url == there.settings.state.url:
        raise ConfigError(
            "Both configurations name the same state.",
            hint="Give the second one a state of its own: [state] url.",
            code="BBM-PM-002",
        )


def _sections(here: Loaded, there: Loaded) -> Iterator[Difference]:
    for name, same in same_otherwise(here.settings, there.settings).items():
        if not same:
            what = f"The section [{name}] is not the same in the two configurations."
            yield Difference(Severity.WARNING, what, "Copy it, unless that is meant.")


def _pin(there: Loaded, health: Health) -> None:
    """Bind the new state to its org, so that no later login can lead it elsewhere."""
    store = Store.open(there.settings.state.url)
    try:
        pinned = store.pinned_org()
        if pinned is None:
            store.pin_org(health.org_id, health.org_name)
        elif pinned != health.org_id:
            raise SafetyStop(
                f"The state of the second configuration belongs to the org {pinned}.",
                hint="Name a new one there: [state] url. A copied state must not be used.",
                code="BBM-PM-003",
            )
    finally:
        store.close()


def _show(mine: Health, theirs: Health, found: tuple[Difference, ...], *, pinned: bool) -> None:
    out = console()
    kind = "production" if theirs.production else "a test org"
    out.print(f"{_named(mine)}  →  {_named(theirs)}, {kind}\n")
    for one in found:
        out.print(f"  {sign(_SIGNS[one.standing])} {one.what}")
        out.print(f"     {sign('arrow')} {one.fix}")
    errors = sum(one.standing is Severity.ERROR for one in found)
    if errors:
        out.print(f"\n{errors} to be put right first. Nothing was changed in either org.")
    elif pinned:
        out.print(f"\nThe state is bound to {theirs.org_id}. No record was written. Next: bbm plan")
    else:
        out.print("\nIt would work there. Bind its state to that org with:  bbm promote … --pin")


def _named(health: Health) -> str:
    """The org's name and id, which is part of the name of a HubSpot portal."""
    known = health.org_id in health.org_name
    return health.org_name if known else f"{health.org_name} {health.org_id}"
