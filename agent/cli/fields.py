"""`bbm fields`: plan, apply, export and remove our fields in the CRM."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.prompt import Confirm

from agent.cli.opening import open_agent, open_config
from agent.cli.output import console, print_json, sign
from agent.clock import SystemClock
from agent.package import Format, write_package
from agent.wiring import Agent
from bbm_core.errors import ConfigError
from bbm_core.records import FieldSpec
from connectors.contract import FieldAction, FieldChange

_SIGNS = {
    FieldAction.KEEP: "ok",
    FieldAction.CREATE: "arrow",
    FieldAction.UPDATE: "arrow",
    FieldAction.REMOVE: "arrow",
    FieldAction.CLASH: "bad",
    FieldAction.UNSUPPORTED: "bad",
}


def plan(*, config: Path | None = None, json: bool = False) -> int:
    """What is there and what is missing; changes nothing.

    Args:
        config: the configuration file.
        json: one JSON document instead of text.
    """
    with open_agent(config) as agent:
        changes = agent.retry.call(lambda: agent.connector.prepare(agent.fields, apply=False))
        return _show(agent, changes, json=json, done=False)


def apply(*, config: Path | None = None, json: bool = False) -> int:
    """Create what is missing. Needs rights that the running agent does not.

    Args:
        config: the configuration file.
        json: one JSON document instead of text.
    """
    with open_agent(config) as agent:
        changes = agent.retry.call(lambda: agent.connector.prepare(agent.fields, apply=True))
        return _show(agent, changes, json=json, done=True)


def remove(
    *names: str,
    all: bool = False,  # noqa: A002 - the option is called --all
    yes: bool = False,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """Remove fields of ours, and with them their values. Asks first.

    Args:
        names: the fields' names in the CRM.
        all: every field of ours.
        yes: do not ask.
        config: the configuration file.
        json: one JSON document instead of text.
    """
    with open_agent(config) as agent:
        chosen = _chosen(agent.fields, names, everything=all)
        if not yes and not Confirm.ask(f"Remove {len(chosen)} fields and their values?"):
            return 0
        changes = agent.retry.call(lambda: agent.connector.retire(chosen, apply=True))
        return _show(agent, changes, json=json, done=True)


def export(
    *,
    format: Format | None = None,  # noqa: A002 - the option is called --format
    to: Path | None = None,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """Write the package for the CRM's administrator, with the names of this configuration.

    Args:
        format: for Salesforce sfdx (a folder for `sf project deploy start`, the usual one) or mdapi
            (a zip for the Metadata API); for HubSpot hsproject (a folder for `hs project upload`).
        to: the folder, which must be empty, or the zip. Without it: bbm-salesforce or bbm-hubspot,
            beside you.
        config: the configuration file.
        json: one JSON document instead of text.
    """
    clock = SystemClock()
    settings = open_config(config).settings
    written = write_package(settings, format, to, clock.now())
    if json:
        told = {"format": written.format, "to": str(written.to), "files": list(written.files)}
        print_json("bbm.fields.export/1", clock.now(), told)
        return 0
    out = console()
    out.print(f"{sign('ok')} {len(written.files)} files in {written.to}")
    out.print(f"\n{_NEXT[written.format].format(to=written.to)}", highlight=False)
    return 0


def _chosen(
    fields: Sequence[FieldSpec], names: Sequence[str], *, everything: bool
) -> Sequence[FieldSpec]:
    known = {spec.name for spec in fields}
    unknown = [name for name in names if name not in known]
    if unknown or not (names or everything):
        raise ConfigError(
            f"These are no fields of ours: {', '.join(unknown)}." if unknown else "Which fields?",
            hint=f"Name some of {', '.join(sorted(known))}, or use --all.",
            code="BBM-FD-001",
        )
    return [spec for spec in fields if everything or spec.name in names]


def _show(agent: Agent, changes: Sequence[FieldChange], *, json: bool, done: bool) -> int:
    failed = [c for c in changes if c.action in {FieldAction.CLASH, FieldAction.UNSUPPORTED}]
    if json:
        rows = [
            {"kind": c.spec.kind, "name": c.spec.name, "action": c.action, "detail": c.detail}
            for c in changes
        ]
        print_json("bbm.fields/1", agent.clock.now(), {"applied": done, "fields": rows})
        return 4 if failed else 0
    out = console()
    for change in changes:
        spec = change.spec
        what = _DONE.get(change.action, change.action) if done else change.action
        line = f"  {sign(_SIGNS[change.action])} {spec.kind:<12} {spec.name:<24} {what}"
        out.print(f"{line}  {change.detail}".rstrip())
    if not changes:
        out.print("Nothing of ours is there.")
    todo = [c for c in changes if c.action not in {FieldAction.KEEP, *_FAILING}]
    if not done and todo:
        out.print(f"\n{len(todo)} to do. Nothing was changed. Do it with:  bbm fields apply")
    return 4 if failed else 0


_DONE = {
    FieldAction.CREATE: "created",
    FieldAction.UPDATE: "updated",
    FieldAction.REMOVE: "removed",
}
_NEXT: Mapping[Format, str] = {
    "sfdx": "Deploy it:  cd {to} && sf project deploy start --target-org ORG",
    "mdapi": "Deploy it:  sf project deploy start --metadata-dir {to} --target-org ORG",
    "hsproject": "Upload it:  cd {to} && hs project upload",
}
_FAILING = (FieldAction.CLASH, FieldAction.UNSUPPORTED)
