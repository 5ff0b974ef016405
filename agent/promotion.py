"""A configuration that works in one org, held against another: what is not the same there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from agent.config import Settings
from agent.wiring import build_reading
from bbm_core.balance.funnel import When
from bbm_core.records import RecordKind
from connectors.contract import FieldInfo, Health, KindInfo, KindReading, Severity


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is another there; an error keeps the configuration from working."""

    standing: Severity
    what: str
    fix: str


def differences(settings: Settings, here: Health, there: Health) -> Iterator[Difference]:
    """What this configuration uses and finds otherwise there, and what is wrong there anyway."""
    reading = build_reading(settings, here.server_time)
    for kind, used in reading.kinds.items():
        mine, theirs = here.kinds.get(kind), there.kinds.get(kind)
        if mine is not None and theirs is not None:
            yield from _fields(used, mine, theirs)
            yield from _statuses(settings, kind, mine, theirs)
            yield from _record_types(mine, theirs)
        elif mine is not None:
            what = f"{mine.name} is not there, or hidden from the agent."
            fix = f"Let the agent read it there, or take out [kinds.{kind.value}]."
            yield Difference(Severity.ERROR, what, fix)
    yield from _problems(there)


def worst_first(found: Iterable[Difference]) -> tuple[Difference, ...]:
    """Each once, errors before warnings before notes."""
    order = list(Severity)
    return tuple(sorted(dict.fromkeys(found), key=lambda one: order.index(one.standing)))


def _fields(used: KindReading, here: KindInfo, there: KindInfo) -> Iterator[Difference]:
    named = [*used.attributes.values(), *used.written.values()]
    named += filter(None, (used.channel, used.amount, used.status))
    for name in dict.fromkeys(named):
        mine, theirs = _find(here, name), _find(there, name)
        if mine is None:
            continue  # it works without that field here, or the problems of this org say so
        if theirs is None:
            what = f"{there.name}.{name} is not there, or hidden from the agent."
            fix = "Make it (our own by `bbm fields apply`), or let the agent read it."
            yield Difference(Severity.ERROR, what, fix)
        else:
            yield from _field(there.name, mine, theirs)


def _find(kind: KindInfo, name: str) -> FieldInfo | None:
    folded = {field.name.lower(): field for field in kind.fields.values()}
    return folded.get(name.lower())


def _field(kind: str, mine: FieldInfo, theirs: FieldInfo) -> Iterator[Difference]:
    name = f"{kind}.{theirs.name}"
    if mine.type != theirs.type:
        what = f"{name} is a {theirs.type} there, and a {mine.type} here."
        yield Difference(Severity.ERROR, what, "Give it the same type, or name another field.")
    missing = [one for one in mine.options if one not in theirs.options]
    if missing:
        what = f"{name} does not offer {_listed(missing)} there."
        fix = "Add these values there, or take them out of the definition."
        yield Difference(Severity.WARNING, what, fix)
    extra = [one for one in theirs.options if one not in mine.options]
    if extra:
        what = f"{name} also offers {_listed(extra)} there."
        yield Difference(Severity.NOTE, what, "See that the definition knows what they mean.")


def _statuses(
    settings: Settings, kind: RecordKind, here: KindInfo, there: KindInfo
) -> Iterator[Difference]:
    """Statuses that stages are entered by, and that one of the two has not."""
    mine = {one.value for one in here.statuses}
    theirs = {one.value for one in there.statuses}
    rules = (rule for stage in settings.stages for rule in stage.enter if rule.kind is kind)
    named = [one for rule in rules if rule.when is When.STATUS for one in rule.status]
    lost = [one for one in dict.fromkeys(named) if one in mine and one not in theirs]
    if lost:
        what = f"{there.name} has no status {_listed(lost)} there, which stages are entered by."
        yield Difference(Severity.ERROR, what, "Add it there, or name another in [[stages]].")
    new = sorted(theirs - mine)
    if new:
        what = f"{there.name} also has the status {_listed(new)} there."
        yield Difference(Severity.NOTE, what, "Name it in [[stages]] if it belongs to one.")


def _record_types(here: KindInfo, there: KindInfo) -> Iterator[Difference]:
    lost = sorted(set(here.record_types) - set(there.record_types))
    new = sorted(set(there.record_types) - set(here.record_types))
    told = [f"no {_listed(lost)}"] * bool(lost) + [f"also {_listed(new)}"] * bool(new)
    if told:
        what = f"{there.name} has {' and '.join(told)} among its record types there."
        fix = "See that filters and definition still mean the right records."
        yield Difference(Severity.WARNING, what, fix)


def _problems(there: Health) -> Iterator[Difference]:
    """What the other org lacks whatever this one has."""
    for one in there.problems:
        if one.severity is not Severity.NOTE:
            yield Difference(one.severity, one.what, one.fix)


def _listed(names: list[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def same_otherwise(here: Settings, there: Settings) -> Mapping[str, bool]:
    """Which sections of two configurations for one CRM say the same, but for the connection."""
    mine, theirs = _sections(here), _sections(there)
    return {name: mine[name] == theirs[name] for name in mine}


_CONNECTION: Final = frozenset(
    {
        *("url", "login", "client_id", "client_secret", "username", "audience", "proxy", "ca_file"),
        *("private_key", "private_key_file", "legacy_soap_login", "password", "security_token"),
        *("token", "refresh_token", "token_file"),
    }
)
"""Settings that may be others there: they say how to get in, not what anything means."""


def _sections(settings: Settings) -> Mapping[str, object]:
    told = settings.model_dump(mode="json", exclude={"state": True})
    crm = told.pop("crm")
    connections = {name: crm.pop(name) for name in ("salesforce", "hubspot")}
    means = {
        name: value
        for name, value in connections[settings.crm.kind].items()
        if name not in _CONNECTION
    }
    return {**told, "crm": crm, f"crm.{settings.crm.kind}": means}
