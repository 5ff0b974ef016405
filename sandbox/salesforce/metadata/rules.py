"""What an org asks of each type of component, and what becomes of it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.salesforce.metadata.archive import Component, Name
from sandbox.salesforce.metadata.fields import (
    check_field,
    check_field_removal,
    drop_field,
    put_field,
)
from sandbox.salesforce.metadata.grammar import Problem, all_texts, bodies, text_of, texts_of
from sandbox.salesforce.metadata.scene import Scene, custom_fields
from sandbox.salesforce.metadata.sets import (
    check_set,
    check_set_removal,
    drop_set,
    put_set,
)

_LABEL = re.compile(r"@salesforce/label/c\.(\w+)")
_SCHEMA = re.compile(r"@salesforce/schema/(\w+)\.(\w+)")


@dataclass(frozen=True, slots=True)
class _Rule:
    check: Callable[[Scene, Component], None]
    put: Callable[[Scene, Component], str] | None = None
    check_removal: Callable[[Scene, str], None] | None = None
    drop: Callable[[Scene, str], str] | None = None


def check(scene: Scene, component: Component) -> None:
    """Refuse what the org would refuse.

    Raises:
        Problem: in the org's words.
    """
    if component.problem:
        raise Problem(component.problem)
    _RULES[component.type].check(scene, component)


def put(scene: Scene, component: Component) -> str:
    """Put a checked component in force; returns its id."""
    deployed = scene.org.deploys.deployed
    name = (component.type, component.name)
    rule = _RULES[component.type]
    id_ = rule.put(scene, component) if rule.put else ""
    deployed[name] = id_ or deployed.get(name) or scene.org.ids.next("0XX")
    return deployed[name]


def check_removal(scene: Scene, name: Name) -> None:
    type_, full_name = name
    rule = _RULES.get(type_)
    if rule is None:
        raise Problem(f"Unknown type name '{type_}' specified in destructiveChanges.xml")
    if rule.check_removal:
        rule.check_removal(scene, full_name)
    elif name not in scene.org.deploys.deployed:
        raise Problem(f"No {type_} named: {full_name} found", warning=True)


def drop(scene: Scene, name: Name) -> str:
    type_, full_name = name
    rule = _RULES[type_]
    kept = scene.org.deploys.deployed.pop(name, "")
    return rule.drop(scene, full_name) if rule.drop else kept


def _check_object(scene: Scene, component: Component) -> None:
    scene.object(component.name, "fullName")


def _check_list_view(scene: Scene, component: Component) -> None:
    object_ = component.name.partition(".")[0]
    scene.object(object_, "fullName")
    columns = texts_of(component.body, "columns")
    filtered = [text_of(one, "field") for one in bodies(component.body, "filters")]
    for column in (*columns, *filtered):
        if column.endswith("__c") and not scene.has("CustomField", f"{object_}.{column}"):
            raise Problem(f"Could not resolve list view column: {column}")


def _check_report(scene: Scene, component: Component) -> None:
    _check_folder(scene, component)
    for text in all_texts(component.body):
        for name in custom_fields(text, ""):
            scene.needs("CustomField", name, "field")


def _check_dashboard(scene: Scene, component: Component) -> None:
    _check_folder(scene, component)
    if text_of(component.body, "dashboardType") == "SpecifiedUser":
        user = text_of(component.body, "runningUser")
        rows = scene.org.tables["User"].rows.values()
        if all(row["Username"] != user for row in rows):
            raise Problem(f"In field: runningUser - no User named {user} found")
    for one in _reports_of(component):
        scene.needs("Report", one, "report")


def _reports_of(component: Component) -> list[str]:
    grid = next(bodies(component.body, "dashboardGridLayout"), {})
    inside = [
        part
        for one in bodies(grid, "dashboardGridComponents")
        for part in bodies(one, "dashboardComponent")
    ]
    for section in ("leftSection", "middleSection", "rightSection"):
        for one in bodies(component.body, section):
            inside.extend(bodies(one, "components"))
    return [report for one in inside if (report := text_of(one, "report"))]


def _check_folder(scene: Scene, component: Component) -> None:
    folder, _, name = component.name.partition("/")
    if not name:
        raise Problem(f"{component.type} {folder} stands in no folder")
    scene.needs(f"{component.type}Folder", folder, "folder")


def _check_bundle(scene: Scene, component: Component) -> None:
    name = component.name
    if f"{name}.js" not in component.files:
        raise Problem(f"Cannot find Lightning Component Bundle {name}: {name}.js is missing")
    code = b"\n".join(
        raw for file, raw in component.files.items() if file.endswith((".js", ".html"))
    ).decode()
    for label in _LABEL.findall(code):
        scene.needs("CustomLabel", label, "label")
    for object_, field in _SCHEMA.findall(code):
        scene.needs("CustomField", f"{object_}.{field}", "schema")


def _check_language(scene: Scene, component: Component) -> None:
    language = component.name.rpartition("-")[2]
    if language not in scene.org.deploys.languages:
        raise Problem("Not available for deploy for this organization")


def _check_translations(scene: Scene, component: Component) -> None:
    _check_language(scene, component)
    for one in bodies(component.body, "customLabels"):
        scene.needs("CustomLabel", text_of(one, "name"), "name")


def _check_object_translation(scene: Scene, component: Component) -> None:
    _check_language(scene, component)
    object_ = component.name.rpartition("-")[0]
    scene.object(object_, "fullName")
    for one in bodies(component.body, "fields"):
        scene.needs("CustomField", f"{object_}.{text_of(one, 'name')}", "name")


def _accept(scene: Scene, component: Component) -> None:
    """Nothing but its grammar is asked of it."""


_RULES: Mapping[str, _Rule] = {
    "CustomField": _Rule(check_field, put_field, check_field_removal, drop_field),
    "PermissionSet": _Rule(check_set, put_set, check_set_removal, drop_set),
    "CustomObject": _Rule(_check_object),
    "ListView": _Rule(_check_list_view),
    "ReportFolder": _Rule(_accept),
    "Report": _Rule(_check_report),
    "DashboardFolder": _Rule(_accept),
    "Dashboard": _Rule(_check_dashboard),
    "LightningComponentBundle": _Rule(_check_bundle),
    "CustomLabels": _Rule(_accept),
    "CustomLabel": _Rule(_accept),
    "Translations": _Rule(_check_translations),
    "CustomObjectTranslation": _Rule(_check_object_translation),
}
