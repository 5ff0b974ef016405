"""Property definitions: what a portal knows about each field of its records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.hubspot.refusals import Refused, invalid

EPOCH = datetime(2019, 8, 6, 2, 41, 8, 304000, tzinfo=UTC)  # when the native ones came to be

# Which forms show which kind of value.
FIELD_TYPES: Mapping[str, frozenset[str]] = {
    "bool": frozenset({"booleancheckbox", "calculation_equation"}),
    "number": frozenset({"number", "calculation_equation"}),
    "enumeration": frozenset(
        {"select", "radio", "checkbox", "booleancheckbox", "calculation_equation"}
    ),
    "datetime": frozenset({"date"}),
    "date": frozenset({"date"}),
    "string": frozenset(
        {"text", "textarea", "html", "phonenumber", "file", "calculation_equation"}
    ),
    "phone_number": frozenset({"phonenumber"}),
}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of an enumeration."""

    label: str
    value: str
    display_order: int = 0
    hidden: bool = False
    description: str = ""

    def __str__(self) -> str:
        return f'label: "{self.label}"\nvalue: "{self.value}"'


@dataclass(frozen=True, slots=True)
class Property:
    """One definition. `native` ones are HubSpot's own; `read_only` says so of the value."""

    name: str
    type: str
    field_type: str
    label: str
    group: str
    description: str = ""
    options: tuple[Option, ...] = ()
    display_order: int = -1
    native: bool = False
    read_only: bool = False
    read_only_options: bool | None = None  # said of few properties only
    external_options: bool = False  # any value is taken
    options_elsewhere: bool = False  # the pipelines tell them, not the definition
    has_unique_value: bool = False
    hidden: bool = False
    form_field: bool = False
    data_sensitivity: str = "non_sensitive"
    hints: Mapping[str, object] = field(default_factory=dict)
    created: datetime = EPOCH
    updated: datetime = EPOCH
    created_by: str = ""
    archived: datetime | None = None
    # Looked up for every written value, so it is made once.
    option_values: frozenset[str] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        values = frozenset(one.value for one in self.options)
        object.__setattr__(self, "option_values", values)  # the way to fill a frozen field


@dataclass(frozen=True, slots=True)
class Group:
    """A heading under which the CRM's pages show properties."""

    name: str
    label: str
    display_order: int = -1
    archived: bool = False


YES_NO = (Option("Yes", "true", 0), Option("No", "false", 1))


def check_definition(definition: Property) -> None:
    """Whether HubSpot would create it: names, kinds, and options that fit them."""
    _check_name(definition.name)
    forms = FIELD_TYPES.get(definition.type)
    if forms is None:
        raise invalid(f"{definition.type} is not a valid property type", type=[definition.type])
    if definition.field_type not in forms:
        raise _misfit(definition)
    if len(definition.option_values) != len(definition.options):
        raise invalid("Property options must have unique values", name=[definition.name])


def _check_name(name: str) -> None:
    readable = name.isascii() and name.replace("_", "a").isalnum() and name == name.lower()
    if not (readable and name[0].isalpha()):
        raise invalid(
            f"Property name '{name}' must start with a letter and contain only lower-case "
            "letters, numbers and underscores.",
            name=[name],
        )


def _misfit(definition: Property) -> Refused:
    return invalid(
        f"The field type '{definition.field_type}' does not fit the property type "
        f"'{definition.type}'.",
        fieldType=[definition.field_type],
    )
