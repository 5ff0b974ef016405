"""`bbm init`: a few questions, a look into the CRM, and a config.toml that fits it."""

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from agent.alerts.figures import foreign
from agent.cli.asking import PLACEHOLDER, Answers, Crm, Login, ask, with_defaults
from agent.cli.asking_targets import ask_targets
from agent.cli.opening import look_once
from agent.cli.output import console, print_json, sign
from agent.clock import SystemClock
from agent.config import Loaded, load
from agent.config.example import render
from agent.config.templates import template
from agent.proposal import Outside, Proposal, choose_kinds, propose
from bbm_core.errors import BBMError, ConfigError
from bbm_core.icp.profile import Lang
from bbm_core.records import RecordKind
from connectors.contract import Health, KindInfo

PREFACE = (
    "BBM Agent: written by `bbm init`; yours to edit.",
    "",
    "Every setting is here; those commented out show their defaults. A secret never stands here:",
    "write env:NAME for an environment variable, or file:NAME for a file in BBM_SECRETS_DIR.",
    "Check the file with `bbm config check`, see what is in force with `bbm config show`.",
)

_NEXT = (
    "cp .env.example .env, fill it, and export it:  set -a; . ./.env; set +a",
    "bbm doctor          tells what is missing in the CRM, and the fix",
    "bbm fields apply    creates our fields; then look before you write:  bbm plan",
)


@dataclass(frozen=True, slots=True)
class Look:
    """What the CRM said, or why it said nothing."""

    health: Health | None
    silence: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """The files, and how they came to be."""

    files: tuple[Path, ...]
    proposal: Proposal
    look: Look
    settings: int


def init(  # noqa: PLR0913 - one option each
    folder: Path = Path(),
    /,
    *,
    crm: Crm | None = None,
    url: str | None = None,
    client_id: str = "",
    login: Login = "client_credentials",
    username: str = "",
    proxy: str = "",
    ca_file: str = "",
    objects: Sequence[RecordKind] | None = None,
    lang: Lang | None = None,
    timezone: str | None = None,
    slack: str | None = None,
    targets: bool = False,
    non_interactive: bool = False,
    force: bool = False,
    json: bool = False,
) -> int:
    """Ask a few questions, look into the CRM, propose the stages, write config.toml.

    Credentials come from the environment and are written nowhere. What is given as an option is
    not asked; without a terminal nothing is asked.

    Args:
        folder: where to write config.toml and .env.example.
        crm: which CRM.
        url: Salesforce: the My Domain address. HubSpot: only for the sandbox.
        client_id: Salesforce: the consumer key of the External Client App.
        login: Salesforce: with the app's secret, or with a certificate.
        username: Salesforce: the user of a login with a certificate.
        proxy: a proxy between the agent and the CRM.
        ca_file: certificates to trust, in PEM.
        objects: the kinds of record; repeat for more.
        lang: the language of labels, reasons and alerts.
        timezone: the time zone in which people read times, such as Asia/Tokyo.
        slack: the id of the Slack channel for alerts, such as C0123ABCD.
        targets: also ask for the four numbers of a prescription; where there is a config.toml,
            ask for those alone and set them there.
        non_interactive: ask nothing, take the defaults.
        force: overwrite what is there.
        json: one JSON document instead of text; asks nothing.
    """
    asks = not (non_interactive or json) and sys.stdin.isatty()
    if targets and (folder / "config.toml").exists() and not force:
        return _set_targets(folder, asks=asks)
    _refuse_to_overwrite(folder, force=force)
    given = Answers(
        crm=crm,
        url=url,
        objects=tuple(objects) if objects else None,
        lang=lang,
        timezone=timezone,
        slack=slack,
        client_id=client_id,
        login=login,
        username=username,
        proxy=proxy,
        ca_file=ca_file,
    )
    answers = ask(given, console()) if asks else with_defaults(given)
    written = write(folder, answers, os.environ)
    if json:
        print_json("bbm.init/1", SystemClock().now(), _document(written))
    else:
        _show(console(), written)
    return _set_targets(folder, asks=asks) if targets else 0


def _set_targets(folder: Path, *, asks: bool) -> int:
    """Ask for the four numbers and set them in the configuration that is there.

    Raises:
        ConfigError: there is no terminal to ask on.
    """
    if not asks:
        raise ConfigError(
            "The four numbers are asked on a terminal, and there is none.",
            hint="Write people, hours_per_person_month, gross_margin and budget_month "
            "under [targets] in config.toml.",
            code="BBM-IN-002",
        )
    path = folder / "config.toml"
    answers = ask_targets(path, os.environ, console())
    names = ", ".join(answers) or "nothing"
    console().print(f"  {sign('ok')} set in {path}: {names}\n\nNext:  bbm recommend")
    return 0


def write(folder: Path, answers: Answers, env: Mapping[str, str]) -> Written:
    """Write the configuration that fits the answers and, as far as it can be seen, the CRM.

    Raises:
        ConfigProblems: the answers make no valid configuration; nothing was written.
    """
    values = _values(answers)
    look = _look(_loaded(render(values), env))
    proposal = propose(values, look.health.kinds) if look.health else Proposal(values)
    text = render(proposal.values, PREFACE)
    loaded = _loaded(text, env)
    files = (folder / "config.toml", folder / ".env.example")
    folder.mkdir(parents=True, exist_ok=True)
    files[0].write_text(text, encoding="utf-8")
    files[1].write_text(_env_example(answers), encoding="utf-8")
    return Written(files, proposal, look, len(loaded.sources))


def _refuse_to_overwrite(folder: Path, *, force: bool) -> None:
    there = [name for name in ("config.toml", ".env.example") if (folder / name).exists()]
    if there and not force:
        raise ConfigError(
            f"There is already a {' and a '.join(there)} in {folder.resolve()}.",
            hint="Name another folder, or overwrite with --force.",
            code="BBM-IN-001",
        )


def _values(answers: Answers) -> dict[str, Any]:
    """The example with the answers in place of its own."""
    crm: Crm = answers.crm or "salesforce"
    values = choose_kinds(template(crm), answers.objects or ())
    connection = values["crm"][crm] | _connection(answers)
    if answers.login == "jwt":
        connection.pop("client_secret", None)
    values["crm"] |= {"timezone": answers.timezone, "lang": answers.lang, crm: connection}
    if answers.slack:
        values["slack"] = {
            "channel": answers.slack,
            "token": "env:BBM_SLACK_TOKEN",
            "lang": answers.lang,
        }
    return values


def _connection(answers: Answers) -> Mapping[str, str]:
    shared = {"url": answers.url, "proxy": answers.proxy, "ca_file": answers.ca_file}
    own = {"client_id": answers.client_id} if answers.crm == "salesforce" else {}
    jwt = {"login": "jwt", "username": answers.username, "private_key": "env:BBM_SALESFORCE_KEY"}
    given = {**shared, **own, **(jwt if answers.login == "jwt" else {})}
    return {name: value for name, value in given.items() if value}


def _loaded(text: str, env: Mapping[str, str]) -> Loaded:
    """The configuration as it would be loaded, before it stands anywhere."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config.toml"
        path.write_text(text, encoding="utf-8")
        return load(path, env)


def _look(loaded: Loaded) -> Look:
    """What the CRM says of itself, if it can be asked at all."""
    if missing := [one for one in loaded.missing_secrets if one.path.startswith("crm.")]:
        return Look(None, "; ".join(f"{one.path}: {one.what}" for one in missing))
    if loaded.settings.crm.salesforce and loaded.settings.crm.salesforce.url == PLACEHOLDER:
        return Look(None, "the org's address is not known yet (--url)")
    try:
        health = look_once(loaded, SystemClock())
    except BBMError as error:
        code = f"{error.code}: " if error.code else ""
        return Look(None, f"{code}{error.message} {error.hint}")
    return seen(health)


def seen(health: Health) -> Look:
    """What a look shows; one that may see no kind at all shows nothing to propose stages from."""
    if health.kinds:
        return Look(health)
    return Look(None, "; ".join(problem.what.rstrip(".") for problem in health.problems))


def _env_example(answers: Answers) -> str:
    """The secrets by name, without values."""
    named = [("BBM_HUBSPOT_TOKEN", "HubSpot: a service key (Development > Keys > Service keys)")]
    if answers.crm == "salesforce":
        named = [
            ("BBM_SALESFORCE_KEY", "Salesforce: the private key of the app's certificate, PEM")
            if answers.login == "jwt"
            else ("BBM_SALESFORCE_SECRET", "Salesforce: the app's consumer secret")
        ]
        if not answers.client_id:
            consumer_key = "Salesforce: the consumer key; or write it into config.toml"
            named.insert(0, ("BBM_CRM__SALESFORCE__CLIENT_ID", consumer_key))
    if answers.slack:
        named.append(("BBM_SLACK_TOKEN", "Slack: the bot token (chat:write)"))
    lines = [f"# {words}\n{name}=\n" for name, words in named]
    return "# Copy to .env and fill in; never commit the copy.\n" + "".join(lines)


def _show(out: Console, written: Written) -> None:
    health = written.look.health
    if health is None:
        out.print(f"  {sign('warn')} the CRM was not looked into: {written.look.silence}")
        out.print("    The stages are those of the example; compare them with your CRM.")
    else:
        out.print(f"  {sign('ok')} {foreign(health.org_name)} as {foreign(health.user)}")
        for info in health.kinds.values():
            out.print(f"    {_kind_words(info)}")
    _show_stages(out, written.proposal)
    for file in written.files:
        out.print(f"  {sign('ok')} wrote {file}")
    out.print(f"    {written.settings} settings given, the others are comments; no secret is there")
    out.print("\nNext:")
    for number, step in enumerate(_NEXT, start=1):
        out.print(f"  {number}. {step}")


def _kind_words(info: KindInfo) -> str:
    total = "" if info.total is None else f"{info.total:,} records, "
    groups = [foreign(name) for name in info.record_types]
    more = f"; record types and pipelines: {', '.join(groups)}" if groups else ""
    return f"{info.name}: {total}{len(info.statuses)} statuses{more}"


def _show_stages(out: Console, proposal: Proposal) -> None:
    out.print("\nStages, first one first:")
    for stage in proposal.values["stages"]:
        ways = "; ".join(_rule_words(rule) for rule in stage["enter"])
        out.print(f"  {stage['name']:<12} {ways}")
    if proposal.outside:
        out.print("Outside the funnel: left for good, or nothing says where they belong:")
        for kind, names in _by_kind(proposal.outside).items():
            out.print(f"  {kind:<12} {', '.join(names)}")
    if proposal.left_out:
        out.print(f"Left out, not in this CRM: {', '.join(proposal.left_out)}")
    out.print()


def _rule_words(rule: Mapping[str, Any]) -> str:
    statuses = ", ".join(foreign(status) for status in rule.get("status", ()))
    return f"{rule['kind']} {rule['when']}{f' {statuses}' if statuses else ''}"


def _by_kind(outside: Sequence[Outside]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in outside:
        found.setdefault(one.kind.value, []).append(foreign(one.label or one.status))
    return found


def _document(written: Written) -> Mapping[str, Any]:
    health = written.look.health
    kinds = health.kinds if health else {}
    return {
        "files": [str(file) for file in written.files],
        "looked": health is not None,
        "org": health.org_id if health else None,
        "kinds": {
            kind: {
                "name": info.name,
                "total": info.total,
                "statuses": [option.value for option in info.statuses],
                "record_types": info.record_types,
            }
            for kind, info in kinds.items()
        },
        "stages": written.proposal.values["stages"],
        "outside": written.proposal.outside,
        "left_out": written.proposal.left_out,
        "next": _NEXT,
        "problems": [written.look.silence] if written.look.silence else [],
    }
