"""`bbm doctor`: everything is checked, and each problem has its fix."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from agent.accounts import unread
from agent.capabilities.taking import look_at_capabilities
from agent.capabilities.use import in_use
from agent.cli.opening import config_path, open_config, open_log
from agent.cli.output import console, print_json, sign
from agent.clock import SystemClock
from agent.config import Loaded, Settings
from agent.definition import definition_of
from agent.inputs import look_at_files
from agent.preflight import refuse_another_org
from agent.slices import unmapped_sources
from agent.store import Store
from agent.wiring import Agent, build_agent
from bbm_core.balance.funnel import When
from bbm_core.errors import BBMError, SafetyStop
from bbm_core.icp.versions import Source
from connectors.capabilities import Capability
from connectors.contract import Health, Severity

_UNUSED = ("HTTPS_PROXY", "https_proxy", "REQUESTS_CA_BUNDLE")
_MOST_ALIKE = 3
_CRM = {"salesforce": "Salesforce", "hubspot": "HubSpot"}
_SIGNS = {"ok": "ok", "error": "bad", "warning": "warn", "note": "none"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: its section, how it stands, what it is, and what to do if anything."""

    section: str
    standing: str  # ok, error, warning, note
    what: str
    fix: str = ""
    code: str = ""
    exit_code: int = 4


def doctor(*, config: Path | None = None, json: bool = False) -> int:
    """Check everything; a line with the fix for each problem. Exit code 4 when there is any.

    Args:
        config: the configuration file.
        json: one JSON document instead of text.
    """
    loaded = open_config(config)
    findings = [
        *_configuration(loaded, config_path(config)),
        *_files(loaded.settings, config_path(config).parent),
        *_matching(loaded.settings),
        *_beyond(loaded),
    ]
    code = max((f.exit_code for f in findings if f.standing == "error"), default=0)
    if json:
        print_json("bbm.doctor/1", SystemClock().now(), {"findings": findings, "exit_code": code})
    else:
        _show(console(), findings)
    return code


def _configuration(loaded: Loaded, path: Path) -> Iterator[Finding]:
    yield Finding("Config", "ok", f"{path} is valid, {len(loaded.sources)} settings given")
    for missing in loaded.missing_secrets:
        yield Finding("Config", "error", missing.what, missing.fix, "BBM-CF-003")
    for name in (name for name in _UNUSED if os.environ.get(name)):
        yield Finding(
            "Config",
            "warning",
            f"{name} is set in the environment, but the agent does not use it",
            "set proxy or ca_file in the configuration",
        )


def _files(settings: Settings, folder: Path) -> Iterator[Finding]:
    """The tables that people hand over, read as a sync would read them."""
    for taken in look_at_files(settings, folder):
        if taken.problem:
            yield Finding("Inputs", "error", taken.problem, taken.hint, taken.code, exit_code=2)
            continue
        yield Finding("Inputs", "ok", f"{taken.name}: {taken.rows:,} rows of {taken.path}")
        for row in taken.examples:
            what = f"{taken.name}, line {row.line:,}: {row.why}"
            yield Finding("Inputs", "warning", what, "mend the row", f"{taken.name} row")
    if settings.inputs.costs and Capability.CAMPAIGNS in in_use(settings):
        what = "costs come from the file: those of the CRM's campaigns are not used"
        yield Finding("Inputs", "note", what, 'write campaigns = "auto" under [capabilities]')
    both = settings.inputs.activities and Capability.ACTIVITIES in in_use(settings)
    if both:
        what = "activities come from a file and from the CRM: one that both tell of counts twice"
        yield Finding("Inputs", "warning", what, 'write activities = "auto" under [capabilities]')


def _matching(settings: Settings) -> Iterator[Finding]:
    """What leads are to be matched to accounts by, and is not read of one of the two."""
    for setting, attribute, kind in unread(settings):
        yield Finding(
            "Config",
            "warning",
            f"[accounts] {setting}: {attribute} is not read from {kind}s, so none matches by it",
            f"name its field: [attributes.{attribute}] {kind} = …",
        )


def _beyond(loaded: Loaded) -> Iterator[Finding]:
    """The CRM, the state, Slack: what can only be seen by looking."""
    if loaded.missing_secrets:
        return
    open_log(loaded)
    try:
        agent = build_agent(loaded, SystemClock())
    except BBMError as error:
        yield _failure("Agent", error)
        return
    try:
        yield from _crm_and_beside(agent)
        yield from _state(agent)
        yield from _definition(agent)
        yield from _sources(agent)
    finally:
        agent.close()


def _crm_and_beside(agent: Agent) -> Iterator[Finding]:
    """The CRM, and what it tells beside its records; one line where it cannot be asked at all."""
    agent.budget.begin_look()
    try:
        health = agent.retry.call(agent.connector.check)
    except BBMError as error:
        yield _failure(_CRM[agent.settings.crm.kind], error)
        return
    yield from _crm(agent, health)
    yield from _capabilities(agent)


def _crm(agent: Agent, health: Health) -> Iterator[Finding]:
    section = _CRM[agent.settings.crm.kind]
    login = (f"login as {health.user}", health.org_name, health.edition)
    yield Finding(section, "ok", " · ".join((*filter(None, login), f"API {health.api_version}")))
    yield from _org(section, agent.store, health)
    yield from _kinds(section, health)
    yield from _calls(section, health)
    yield from _allowances(section, health)
    for problem in health.problems:
        yield Finding(section, problem.severity.value, problem.what, problem.fix, problem.code)
    yield from _statuses(agent, health)


def _org(section: str, store: Store, health: Health) -> Iterator[Finding]:
    """Whether the login leads to the org that the state belongs to."""
    try:
        refuse_another_org(store, health)
    except SafetyStop as error:
        yield _failure(section, error)


def _capabilities(agent: Agent) -> Iterator[Finding]:
    """What the CRM tells beside its records, or which capability is absent and why."""
    section = _CRM[agent.settings.crm.kind]
    try:
        found = look_at_capabilities(agent)
    except BBMError as error:
        yield _failure(section, error)
        return
    for heard in found:
        if not heard.absent:
            yield Finding(section, "ok", f"tells {heard.capability}: {heard.rows:,}")
            continue
        standing = "warning" if heard.demanded else "note"
        yield Finding(section, standing, heard.absent, heard.fix, heard.code)


def _kinds(section: str, health: Health) -> Iterator[Finding]:
    counts = [
        f"{info.name} {info.total:,}" if info.total is not None else info.name
        for info in health.kinds.values()
    ]
    if counts:
        yield Finding(section, "ok", f"can read {' · '.join(counts)}")


def _calls(section: str, health: Health) -> Iterator[Finding]:
    if health.used_calls is None or not health.allowed_calls:
        return
    yield _used(section, "API calls today", health.used_calls, health.allowed_calls)


def _allowances(section: str, health: Health) -> Iterator[Finding]:
    """One line for all that is far from its end, and one for each that is not."""
    found = [(one, _used(section, one.name, one.used, one.most)) for one in health.allowances]
    far = [f"{one.name} {one.used / one.most:.0%}" for one, told in found if told.standing == "ok"]
    if far:
        yield Finding(section, "ok", f"also used: {' · '.join(far)}")
    yield from (told for _, told in found if told.standing != "ok")


def _used(section: str, name: str, used: int, most: int) -> Finding:
    share = used / most
    standing = "warning" if share > 0.7 else "ok"  # noqa: PLR2004 - a share worth knowing about
    return Finding(section, standing, f"{name}: {used:,} of {most:,} used ({share:.0%})")


def _statuses(agent: Agent, health: Health) -> Iterator[Finding]:
    """Statuses of the CRM that no stage names: records in them are outside the funnel."""
    counts = agent.store.outside_statuses() if agent.store.last_complete_run() else None
    for kind, info in health.kinds.items():
        rules = [r for s in agent.rules.stages for r in s.enter if r.kind is kind]
        named = {status for rule in rules for status in rule.status}
        if not any(rule.when is When.STATUS for rule in rules):
            continue
        for option in info.statuses:
            if option.value in named or option.is_closed or option.is_converted:
                continue
            known = counts and counts.get((kind, option.value), 0)
            many = "not read yet" if counts is None else f"{known or 0:,} records"
            yield Finding(
                _CRM[agent.settings.crm.kind],
                "note",
                f"{info.name} status “{option.value}” is outside the funnel, {many}",
                "name it in [[stages]] if it belongs to one",
            )


def _definition(agent: Agent) -> Iterator[Finding]:
    """Which ICP is in force, and whether the configuration holds another one."""
    found = definition_of(agent.settings, agent.store)
    force = found.force
    if found.reheated:
        what = "icp_mode or [engagement] was changed; the next sync takes it over"
        yield Finding("Agent", "note", what, "`bbm engagement` shows who fits and is hot")
    if force.source is Source.PUBLICATION:
        yield Finding(
            "Agent",
            "warning",
            f"the ICP in force is {force.version}, which was published; the configuration holds "
            f"{force.configuration}, a draft",
            "publish that (`bbm icp publish`), or write the one in force into the file "
            "(`bbm icp show active --toml`)",
        )
    elif force.edited:
        what = f"the ICP was changed to {force.version}; the next sync takes it over"
        yield Finding("Agent", "note", what, "`bbm icp simulate` shows what it changes")
    else:
        yield Finding("Agent", "ok", f"ICP {force.version}, as the configuration says")


def _state(agent: Agent) -> Iterator[Finding]:
    last = agent.store.last_complete_run()
    when = f"last complete run {last.started:%Y-%m-%d %H:%M} UTC" if last else "no complete run yet"
    pinned = agent.store.pinned_org()
    bound = f", bound to the org {pinned}" if pinned else ""
    yield Finding("Agent", "ok", f"state: {when}{bound}")
    for (kind, name), count in agent.store.filter_counts().items():
        yield Finding(
            "Agent", "note", f"scope filter {name} removes {_many(count, f'{kind} record')}"
        )
    parked = agent.store.parked()
    if parked:
        yield Finding(
            "Agent",
            "warning",
            f"{_many(len(parked), 'record')} parked, e.g. {parked[0].ref}: {parked[0].reason}",
            "correct them in the CRM; the next sync takes them in",
        )


def _sources(agent: Agent) -> Iterator[Finding]:
    """Sources of the first stage's records that no measure answers for, where any are named."""
    if not agent.settings.measures:
        return
    for one in unmapped_sources(agent.books):
        campaign = f", campaign “{one.campaign}”" if one.campaign else ""
        source = f"channel “{one.channel}”{campaign}" if one.channel else f"no channel{campaign}"
        yield Finding(
            "Agent",
            "note",
            f"{source} belongs to no measure, {one.records:,} records",
            "name it in `channels` or `campaigns` of a measure under [measures]",
            "BBM-MS-001",
        )


def _failure(section: str, error: BBMError) -> Finding:
    return Finding(section, "error", error.message, error.hint, error.code, error.exit_code)


def _show(out: Console, findings: list[Finding]) -> None:
    sections: Mapping[str, list[Finding]] = {
        f.section: [g for g in findings if g.section == f.section] for f in findings
    }
    for section, lines in sections.items():
        out.print(section)
        for finding, more in _shortened(lines):
            tail = f"  … and {more:,} more like it (all with --json)" if more else ""
            out.print(f"  {sign(_SIGNS[finding.standing])} {finding.what}{tail}")
    errors = sum(f.standing == "error" for f in findings)
    warnings = sum(f.standing == "warning" for f in findings)
    out.print(f"\n{_many(errors, 'problem')}, {_many(warnings, 'warning')}")
    for finding, _ in _shortened(findings):
        if finding.fix and finding.standing in {Severity.ERROR, Severity.WARNING}:
            out.print(f"\n{finding.code}  {finding.what}" if finding.code else f"\n{finding.what}")
            out.print(f"  {sign('arrow')} {finding.fix}")


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _shortened(findings: Sequence[Finding]) -> Iterator[tuple[Finding, int]]:
    """Each finding, and how many alike were left out after it: of more than three, all but two.

    Alike are errors and warnings of one code, such as the 44 fields before `bbm fields apply`.
    """
    alike = Counter((f.standing, f.code) for f in findings if f.code)
    shown: Counter[tuple[str, str]] = Counter()
    for finding in findings:
        kind = (finding.standing, finding.code)
        many = alike[kind] > _MOST_ALIKE
        shown[kind] += 1
        if not many or shown[kind] < _MOST_ALIKE:
            last = many and shown[kind] == _MOST_ALIKE - 1
            yield finding, alike[kind] - shown[kind] if last else 0
