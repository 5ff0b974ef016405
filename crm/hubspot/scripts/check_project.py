"""Checks the project without a portal: what HubSpot documents of its files, and what is read.

HubSpot's CLI fetches its schemas from the portal it uploads to, so they cannot be had here. The
rules below are those of its documentation (app configuration, app cards, scopes, versions) and of
`@hubspot/project-parsing-lib` 0.23.0, by which the CLI reads a project.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parents[1]
sys.path.insert(0, str(HERE.parents[1]))

from connectors.hubspot.fields import DEFAULT_NAMES, NAMES  # noqa: E402 - found by the line above

Meta = Mapping[str, Any]

PLATFORM = "2026.03"
FOLDERS = {"app": "app", "card": "app/cards"}  # of the types used here, below srcDir
UID = re.compile(r"[a-zA-Z0-9_\-.]{1,64}")
APP_KEYS = {"name", "description", "distribution", "auth", "permittedUrls"}
APP_MORE = {"logo", "support"}
CARD_KEYS = {"name", "entrypoint", "location", "objectTypes"}
CARD_MORE = {"description", "previewImage"}
LOCATIONS = {"crm.record.sidebar", "crm.record.tab", "crm.preview", "helpdesk.sidebar"}
OUTSIDE = re.compile(
    r"hubspot\.(?:fetch|serverless)|runServerless|useAssociations|useCrmSearch|"
    r"fetchCrmObjectProperties|\bfetch\(|/experimental"
)
PROPERTY = re.compile(r'^ {4}(\w+): "(\w+)",?$', re.MULTILINE)
OURS = re.compile(r'"(?:bbm|hs)_\w+"')


def problems_of(project: Path) -> list[str]:
    """Everything that is wrong with a project, in words."""
    config = _json(project / "hsproject.json")
    found = [*_project_problems(config, project)]
    metas = {
        str(path.relative_to(project / "src")): _json(path)
        for path in sorted((project / "src").rglob("*-hsmeta.json"))
        if "node_modules" not in path.parts
    }
    for path, meta in metas.items():
        found += [f"{path}: {one}" for one in _meta_problems(path, meta)]
    found += _together(metas)
    found += [f"{path}: {one}" for path, one in _cards(metas, project / "src")]
    found += _source_problems(project / "src" / FOLDERS["card"])
    found += _package_problems(project)
    return found


def _project_problems(config: Meta, project: Path) -> Iterator[str]:
    if config.keys() != {"name", "srcDir", "platformVersion"}:
        yield f"hsproject.json has {', '.join(sorted(config))}"
    elif config["platformVersion"] != PLATFORM:
        yield f"hsproject.json is for {config['platformVersion']}, not {PLATFORM}"
    elif config["srcDir"] != "src" or not (project / "src").is_dir():
        yield "hsproject.json names another folder than src"


def _meta_problems(path: str, meta: Meta) -> Iterator[str]:
    if meta.keys() != {"uid", "type", "config"}:
        yield f"has {', '.join(sorted(meta))} instead of uid, type and config"
        return
    if not UID.fullmatch(meta["uid"]):
        yield "its uid is no uid"
    if meta["type"] not in FOLDERS:
        yield f"{meta['type']!r} is a type that has no place here"
    elif str(Path(path).parent) != FOLDERS[meta["type"]]:
        yield f"belongs in {FOLDERS[meta['type']]}"
    elif meta["type"] == "app":
        yield from _app_problems(meta["config"])
    else:
        yield from _card_problems(meta["config"])


def _app_problems(config: Meta) -> Iterator[str]:
    yield from _keys(config, APP_KEYS, APP_MORE)
    if config.get("distribution") != "private":
        yield "is not private"
    auth = config.get("auth", {})
    # An app with a static token has required scopes and no others; `oauth` comes by itself.
    if auth.keys() != {"type", "requiredScopes"} or auth["type"] != "static":
        yield "its auth is not static with required scopes alone"
    if config.get("permittedUrls") != {"fetch": [], "iframe": [], "img": []}:
        yield "may speak with addresses outside HubSpot"


def _card_problems(config: Meta) -> Iterator[str]:
    yield from _keys(config, CARD_KEYS, CARD_MORE)
    if config.get("location") not in LOCATIONS:
        yield f"{config.get('location')!r} is no location"
    known = {names.object_type for names in NAMES.values()}
    if unknown := set(config.get("objectTypes", ())) - known:
        yield f"the connector does not know {', '.join(sorted(unknown))}"


def _keys(config: Meta, needed: set[str], more: set[str]) -> Iterator[str]:
    for key in sorted(needed - config.keys()):
        yield f"lacks {key}"
    for key in sorted(config.keys() - needed - more):
        yield f"{key} is no key of it"


def _together(metas: Mapping[str, Meta]) -> Iterator[str]:
    uids = Counter(meta.get("uid") for meta in metas.values())
    yield from (f"the uid {uid} is used {count} times" for uid, count in uids.items() if count > 1)
    apps = [meta for meta in metas.values() if meta.get("type") == "app"]
    cards = [meta for meta in metas.values() if meta.get("type") == "card"]
    if len(apps) != 1 or not cards:
        yield f"there are {len(apps)} apps and {len(cards)} cards"
        return
    shown = {kind for card in cards for kind in card["config"].get("objectTypes", ())}
    scopes = {names.object_type: names.scope for names in NAMES.values()}
    needed = {f"crm.objects.{scopes[kind]}.read" for kind in shown & scopes.keys()}
    asked = set(apps[0]["config"].get("auth", {}).get("requiredScopes", ()))
    if needed != asked:
        yield f"the app asks for {sorted(asked)}, its cards need {sorted(needed)}"


def _cards(metas: Mapping[str, Meta], src: Path) -> Iterator[tuple[str, str]]:
    """What is wrong between a card and the code that draws it."""
    for path, meta in metas.items():
        if meta.get("type") != "card":
            continue
        entry, location = meta["config"].get("entrypoint", ""), meta["config"].get("location")
        code = src / entry.removeprefix("/")
        if not entry.startswith(f"/{FOLDERS['card']}/") or not code.is_file():
            yield path, f"there is no {entry}"
        elif f'hubspot.extend<"{location}">' not in code.read_text(encoding="utf-8"):
            yield path, f"{entry} registers nothing for {location}"


def _source_problems(cards: Path) -> Iterator[str]:
    for path in sorted(cards.glob("*.ts*")):
        text = path.read_text(encoding="utf-8")
        yield from (f"{path.name} uses {one}" for one in OUTSIDE.findall(text))
        if path.name != "properties.ts":
            yield from (f"{path.name} names {one} itself" for one in OURS.findall(text))
    read = dict(PROPERTY.findall((cards / "properties.ts").read_text(encoding="utf-8")))
    ours = set(DEFAULT_NAMES.values())
    yield from (f"the connector has no {one}" for one in sorted(set(read.values()) - ours))
    yield from (f"{one} is not shown" for one in sorted(ours - set(read.values())))


def _package_problems(project: Path) -> Iterator[str]:
    shipped = _json(project / "src" / FOLDERS["card"] / "package.json").get("dependencies", {})
    tested = _json(project / "package.json")["devDependencies"]
    if shipped.keys() != {"@hubspot/ui-extensions", "react"}:
        yield f"the cards bring {', '.join(sorted(shipped))}"
    for name, version in shipped.items():
        if tested.get(name) != version:
            yield f"the cards bring {name} {version}, tested is {tested.get(name)}"
    lock = project / "package-lock.json"
    if '"resolved"' in lock.read_text(encoding="utf-8"):
        yield "package-lock.json names the addresses that packages came from"


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def main() -> int:
    problems = problems_of(HERE)
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    checked = len(list((HERE / "src").rglob("*.json")))
    sys.stdout.write(f"{checked} files of the project checked, {len(problems)} problems\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
