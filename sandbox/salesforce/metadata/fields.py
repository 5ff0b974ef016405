"""Custom fields of a deploy."""

from dataclasses import replace

from sandbox.salesforce.definitions import Field
from sandbox.salesforce.formulas import FormulaError, read_formula
from sandbox.salesforce.metadata.archive import Component
from sandbox.salesforce.metadata.grammar import Body, Problem, text_of
from sandbox.salesforce.metadata.scene import Scene, custom_fields
from sandbox.salesforce.refusals import Refusal
from sandbox.salesforce.tooling import field_of, note

_SIZED = {"Text": ("length",), "LongTextArea": ("length", "visibleLines")}
_NUMERIC = dict.fromkeys(("Number", "Percent", "Currency"), ("precision", "scale"))
_NUMBERS = ("length", "precision", "scale")
_LONGEST_FORMULA_TEXT = 1300
_LONGEST_LABEL = 40
_LONGEST_HELP = 510


def check_field(scene: Scene, component: Component) -> None:
    object_, _, name = component.name.partition(".")
    scene.object(object_, "fullName")
    body = component.body
    if not name.endswith("__c"):
        raise Problem(f"No standard field {name} is changed here")
    _check_facts(body)
    made = _made(name, body)
    there = scene.field(component.name)
    if there is not None and (there.type, there.formula == "") != (made.type, made.formula == ""):
        raise Problem("Cannot change the type of this field")
    _check_formula(scene, object_, made.formula)


def put_field(scene: Scene, component: Component) -> str:
    """Add or replace a field; returns the id of its definition."""
    object_, _, name = component.name.partition(".")
    org = scene.org
    there = scene.field(component.name)
    id_ = there.custom_id if there else org.ids.next("00N")
    org.add_field(org.objects[object_], replace(_made(name, component.body), custom_id=id_))
    note(org, id_, "update" if there else "create", component.name, by=scene.user)
    return id_


def check_field_removal(scene: Scene, name: str) -> None:
    there = scene.field(name)
    if there is None or not there.custom:
        raise Problem(f"No CustomField named: {name} found", warning=True)
    object_ = name.partition(".")[0]
    for one in scene.org.objects[object_].fields.values():
        full_name = f"{object_}.{one.name}"
        if name in custom_fields(one.formula, object_) and scene.has("CustomField", full_name):
            raise Problem(
                f"This custom field is referenced elsewhere in salesforce.com. : {full_name}"
            )


def drop_field(scene: Scene, name: str) -> str:
    object_, _, field = name.partition(".")
    id_ = scene.org.objects[object_].fields[field].custom_id
    scene.org.remove_field(object_, field)
    note(scene.org, id_, "delete", name, by=scene.user)
    return id_


def _check_facts(body: Body) -> None:
    label, kind = text_of(body, "label"), text_of(body, "type")
    if not label:
        raise Problem("Must specify a non-empty label for the CustomField")
    if not kind:
        raise Problem("Required field is missing: type")
    if len(label) > _LONGEST_LABEL:
        raise Problem(f"Value too long for field: label maximum length is:{_LONGEST_LABEL}")
    if len(text_of(body, "inlineHelpText")) > _LONGEST_HELP:
        raise Problem(f"Value too long for field: inlineHelpText maximum length is:{_LONGEST_HELP}")
    needed = () if body.get("formula") else {**_SIZED, **_NUMERIC}.get(kind, ())
    for name in needed:
        if name not in body:
            raise Problem(f"Must specify '{name}' for a CustomField of type {kind}")
    if "Picklist" in kind and "valueSet" not in body:
        raise Problem(f"Must specify 'valueSet' for a CustomField of type {kind}")


def _check_formula(scene: Scene, object_: str, text: str) -> None:
    if not text:
        return
    try:
        formula = read_formula(text)
    except FormulaError as error:
        raise Problem(str(error)) from error
    for name in formula.names:
        if not scene.has("CustomField", f"{object_}.{name}"):
            raise Problem(f"Field {name} does not exist. Check spelling.")


def _made(name: str, body: Body) -> Field:
    numbers = {key: int(text_of(body, key)) for key in _NUMBERS if key in body}
    try:
        made = field_of(name, {**body, **numbers})
    except Refusal as error:
        raise Problem(error.message) from error
    formula = text_of(body, "formula")
    if not formula:
        return made
    flags = "".join(flag for flag in made.flags if flag not in "cug")
    length = _LONGEST_FORMULA_TEXT if made.type == "string" else made.length
    return replace(made, formula=formula, flags=flags, length=length)
