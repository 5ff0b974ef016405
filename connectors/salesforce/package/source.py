"""The package as source: what an administrator deploys with `sf`, by the names of this org.

Fields, their translations and the permission sets are written from the same specifications as
`bbm fields apply` uses. All else is `crm/salesforce` of this distribution, as it stands, with
names exchanged. `crm/salesforce` itself is this export for the example configuration.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bbm_core.records import FieldSpec
from connectors.contract import Reading
from connectors.errors import ConfigError
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.errors import fail
from connectors.salesforce.fields import DEFAULT_NAMES, OBJECTS, field_metadata
from connectors.salesforce.package.document import Body, document
from connectors.salesforce.package.formulas import FORMULAS
from connectors.salesforce.package.sets import (
    agent_access,
    agent_set,
    people_access,
    people_set,
)
from connectors.shipped import shipped

ROOT: Final = "force-app/main/default"
_SHIPPED: Final = ("README.md", "sfdx-project.json", ".forceignore", "config", "force-app")
_WRITTEN: Final = re.compile(rf"{ROOT}/(objects/\w+/fields|objectTranslations|permissionsets)/")
_NAMESPACED: Final = re.compile(r"([A-Za-z]\w{0,14}?)__(\w+__c)")
_DEFAULT_SETS: Final = ("BBM_Agent", "BBM_User")
_LOCALES: Final = {"en": "en_US", "ja": "ja"}

_FOR_AGENT: Final = "Lets BBM Agent read what it judges by, and write its own fields."
_FOR_PEOPLE: Final = "Shows what BBM Agent found, and lets people say otherwise."


@dataclass(frozen=True, slots=True)
class Order:
    """What a package is written from; `fields` are all of ours, by language."""

    config: SalesforceConfig
    reading: Reading
    fields: Mapping[str, Sequence[FieldSpec]]
    lang: str  # of the labels; the other language comes as a translation
    written: Sequence[FieldSpec]  # those the agent has to do with


def source(order: Order) -> Mapping[str, str]:
    """Every file of the package, by its path.

    Raises:
        ConfigError: some names have the prefix of a managed package, and some have not.
    """
    namespace = _namespace(order.config.fields.values())
    local = _without(order, namespace)
    found = dict(_shipped(local, namespace))
    found.update(_fields(local))
    found.update(_translations(local))
    found.update(_sets(local))
    return dict(sorted(found.items()))


def _namespace(names: Iterable[str]) -> str:
    """The prefix of a managed package that all names share, or nothing."""
    matches = [_NAMESPACED.fullmatch(name) for name in names]
    found = {match[1] if match else "" for match in matches}
    if len(found) > 1:
        prefixes = ", ".join(sorted(filter(None, found)))
        message = f"Not all fields have the prefix of the same package ({prefixes})."
        raise fail(ConfigError, "BBM-SF-061", message)
    return found.pop()


def _without(order: Order, namespace: str) -> Order:
    """The order by the names inside the package: those are without its prefix."""
    if not namespace:
        return order

    def local(spec: FieldSpec) -> FieldSpec:
        return replace(spec, name=spec.name.removeprefix(f"{namespace}__"))

    return replace(
        order,
        fields={lang: tuple(map(local, specs)) for lang, specs in order.fields.items()},
        written=tuple(map(local, order.written)),
    )


def _shipped(order: Order, namespace: str) -> Iterator[tuple[str, str]]:
    """What stands in crm/salesforce and is not written anew, with names exchanged."""
    rename = _Renaming.of(order, namespace)
    for path, text in shipped("salesforce", _SHIPPED):
        if not _WRITTEN.match(path):
            yield path, rename.in_text(path, text)


@dataclass(frozen=True, slots=True)
class _Renaming:
    """Exchanges the default names for those of this org."""

    names: Mapping[str, str]
    namespace: str
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, order: Order, namespace: str) -> "_Renaming":
        by_role = {spec.role: spec.name for spec in order.fields[order.lang]}
        names = {DEFAULT_NAMES[role]: name for role, name in by_role.items()}
        chosen = (order.config.permission_set, order.config.user_permission_set)
        names |= dict(zip(_DEFAULT_SETS, chosen, strict=True))
        known = "|".join(map(re.escape, names))
        return cls(names, namespace, re.compile(rf"(?<!\w)({known})(?!\w)"))

    def in_text(self, path: str, text: str) -> str:
        if path == "sfdx-project.json":
            return _project(text, self.namespace)
        # A component asks for fields while it runs, where the prefix belongs to the name.
        prefix = f"{self.namespace}__" if self.namespace and path.endswith(".js") else ""

        def renamed(found: re.Match[str]) -> str:
            name = self.names[found[1]]
            return f"{prefix}{name}" if name.endswith("__c") else name

        return self.pattern.sub(renamed, text)


def _project(text: str, namespace: str) -> str:
    project = json.loads(text)
    project["namespace"] = namespace
    return json.dumps(project, indent=4, ensure_ascii=False) + "\n"


def _fields(order: Order) -> Iterator[tuple[str, str]]:
    for spec in order.fields[order.lang]:
        body = {"fullName": spec.name, **field_metadata(spec)}
        yield _field_file(OBJECTS[spec.kind], body)
    names = {spec.role: spec.name for spec in order.fields[order.lang]}
    for formula in FORMULAS:
        for object_ in OBJECTS.values():
            yield _field_file(object_, formula.metadata(names, order.lang))


def _field_file(object_: str, body: Body) -> tuple[str, str]:
    path = f"{ROOT}/objects/{object_}/fields/{body['fullName']}.field-meta.xml"
    return path, document("CustomField", body)


def _translations(order: Order) -> Iterator[tuple[str, str]]:
    """Labels, help texts and choices in the languages that are not the package's own."""
    for lang in order.fields.keys() - {order.lang}:
        for object_ in OBJECTS.values():
            name = f"{object_}-{_LOCALES[lang]}"
            folder = f"{ROOT}/objectTranslations/{name}"
            empty = document("CustomObjectTranslation", {})
            yield f"{folder}/{name}.objectTranslation-meta.xml", empty
        pairs = zip(order.fields[order.lang], order.fields[lang], strict=True)
        for spec, translated in pairs:
            yield _translation_file(OBJECTS[spec.kind], lang, _translated(spec, translated))
        for formula in FORMULAS:
            body = {
                "help": formula.help[lang],
                "label": formula.label[lang],
                "name": formula.name,
            }
            for object_ in OBJECTS.values():
                yield _translation_file(object_, lang, body)


def _translated(spec: FieldSpec, other: FieldSpec) -> Body:
    choices = [
        {"masterLabel": one.label, "translation": two.label}
        for one, two in zip(spec.choices, other.choices, strict=True)
    ]
    body = {"help": other.help, "label": other.label, "name": spec.name}
    return {**body, "picklistValues": choices} if choices else body


def _translation_file(object_: str, lang: str, body: Body) -> tuple[str, str]:
    folder = f"{ROOT}/objectTranslations/{object_}-{_LOCALES[lang]}"
    path = f"{folder}/{body['name']}.fieldTranslation-meta.xml"
    return path, document("CustomFieldTranslation", body)


def _sets(order: Order) -> Iterator[tuple[str, str]]:
    config = order.config
    agent, people = agent_set(config), people_set(config)
    converted = config.write_converted_leads
    theirs = people_access(people, order.fields[order.lang], _FOR_PEOPLE)
    seen = [
        {"editable": False, "field": f"{object_}.{formula.name}", "readable": True}
        for object_ in OBJECTS.values()
        for formula in FORMULAS
    ]
    bodies = {
        agent.name: agent_access(
            agent, order.written, order.reading, _FOR_AGENT, converted=converted
        ),
        people.name: _with_fields(theirs, seen),
    }
    for name, body in bodies.items():
        path = f"{ROOT}/permissionsets/{name}.permissionset-meta.xml"
        yield path, document("PermissionSet", body)


def _with_fields(body: Body, more: Sequence[Body]) -> Body:
    there = body["fieldPermissions"]
    listed = [*there, *more] if isinstance(there, list) else list(more)
    return {**body, "fieldPermissions": sorted(listed, key=lambda one: str(one["field"]))}
