"""The objects of an org and their fields, read from the tables beside this file.

The tables of Lead, Contact, Account and Opportunity follow describes published by CumulusCI
(BSD-3-Clause, see NOTICE). One line is one field; the flags are c(reateable) u(pdateable)
n(illable) s(ortable) f(ilterable) g(roupable) p(ermissionable) a(ggregatable) d(efaulted on
create) i(d lookup) r(estricted picklist) (search prefilterable) k.
"""

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

TABLES = "sandbox.salesforce.definitions"


_UNNAMED = frozenset(
    {
        "ConvertedAccountId",
        "ConvertedContactId",
        "ConvertedOpportunityId",
        "CreatedById",
        "LastModifiedById",
        "LeadOrContactId",
        "MasterRecordId",
        "ReportsToId",
    }
)
_UNNAMED_OF = frozenset({("Event", "AccountId"), ("Task", "AccountId")})
_FIELD_HISTORIES = frozenset(
    {"AccountHistory", "ContactHistory", "LeadHistory", "OpportunityFieldHistory"}
)
_RENAMED = {
    ("Account", "ParentId"): "ChildAccounts",
    ("OpportunityHistory", "OpportunityId"): "OpportunityHistories",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a picklist."""

    value: str
    label: str = ""
    default: bool = False
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field as describe knows it."""

    name: str
    label: str
    type: str
    flags: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    digits: int = 0
    compound: str | None = None
    extra: str | None = None
    refers_to: tuple[str, ...] = ()
    relationship: str | None = None
    choices: tuple[Choice, ...] = ()
    external_id: bool = False
    custom_id: str = ""  # the id of the definition, for fields that were added
    help_text: str | None = None
    default: object = None
    formula: str = ""

    @property
    def createable(self) -> bool:
        return "c" in self.flags

    @property
    def updateable(self) -> bool:
        return "u" in self.flags

    @property
    def nillable(self) -> bool:
        return "n" in self.flags

    @property
    def permissionable(self) -> bool:
        return "p" in self.flags

    @property
    def restricted(self) -> bool:
        return "r" in self.flags

    @property
    def defaulted(self) -> bool:
        return "d" in self.flags

    @property
    def custom(self) -> bool:
        return self.name.endswith("__c")

    @property
    def required(self) -> bool:
        empty_allowed = self.nillable or self.defaulted or self.type == "boolean"
        return self.createable and not empty_allowed


@dataclass(slots=True)
class SObject:
    """An object and its fields. Fields may be added while the org lives."""

    name: str
    label: str
    plural: str
    prefix: str
    flags: str  # c(reate) u(pdate) d(elete) q(uery) r(eplicate) s(earch) m(erge), t(ooling only)
    fields: dict[str, Field] = field(default_factory=dict)
    defaults: dict[str, object] = field(init=False)
    required: tuple[str, ...] = field(init=False)
    formulas: tuple[Field, ...] = field(init=False)
    _folded: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._learn()

    def put(self, one: Field) -> None:
        """Add a field, or put it in the place of the one of that name."""
        self.fields[one.name] = one
        self._learn()

    def drop(self, name: str) -> Field:
        """Take a field away."""
        gone = self.fields.pop(name)
        self._learn()
        return gone

    def find(self, name: str) -> Field | None:
        """A field by its name, whose case does not matter."""
        return self.fields.get(name) or self.fields.get(self._folded.get(name.lower(), ""))

    def by_relationship(self, name: str) -> Field | None:
        folded = name.lower()
        for one in self.fields.values():
            if one.relationship and one.relationship.lower() == folded:
                return one
        return None

    def parts_of(self, name: str) -> list[Field]:
        """The fields that a compound field is made of."""
        return [one for one in self.fields.values() if one.compound == name]

    def _learn(self) -> None:
        chosen = {one.name: _default_of(one) for one in self.fields.values()}
        self.defaults = {name: value for name, value in chosen.items() if value is not None}
        self.required = tuple(one.name for one in self.fields.values() if one.required)
        self.formulas = tuple(one for one in self.fields.values() if one.formula)
        self._folded = {name.lower(): name for name in self.fields}


def standard_objects() -> dict[str, SObject]:
    """A fresh set of the objects every org has."""
    return {name: _fresh(one) for name, one in _standard().items()}


@cache
def _standard() -> dict[str, SObject]:
    return {
        name: SObject(name, label, plural, prefix, flags, dict(_fields(name)))
        for name, label, plural, prefix, flags in _lines("types.tsv")
    }


def _fresh(one: SObject) -> SObject:
    """An object as it was learnt once, with room for fields of its own."""
    made = copy(one)
    made.fields = dict(one.fields)
    return made


def relationship_name(child: SObject, field: Field) -> str | None:
    """What a parent calls the records of `child` that name it in this field; some have no name."""
    if field.name in _UNNAMED or (child.name, field.name) in _UNNAMED_OF:
        return None
    if child.name in _FIELD_HISTORIES:
        return "Histories"
    word = (child.plural if child.plural != child.label else f"{child.label}s").replace(" ", "")
    return _RENAMED.get((child.name, field.name), word)


def custom_object_fields() -> dict[str, Field]:
    """What every custom object has."""
    return dict(_fields("CustomObject"))


def person_account_fields() -> Iterable[Field]:
    """What accounts have besides, where they may be people."""
    return _fields("PersonAccount").values()


@cache
def _fields(name: str) -> Mapping[str, Field]:
    return {one.name: one for one in map(_field, _lines(f"{name}.tsv"))}


def _lines(name: str) -> Iterator[list[str]]:
    text = files(TABLES).joinpath(name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            yield line.split("\t")


def _field(cells: list[str]) -> Field:
    name, label, type_, size, flags, compound, extra, reference, values = cells + [""] * (
        9 - len(cells)
    )
    refers_to, _, relationship = reference.partition(">")
    precision, _, scale = size.partition(".") if "." in size else ("0", "", "0")
    whole = int(size) if size and "." not in size else 0
    return Field(
        name=name,
        label=label,
        type=type_,
        flags=flags,
        length=0 if type_ == "int" else whole,
        digits=whole if type_ == "int" else 0,
        precision=int(precision),
        scale=int(scale),
        compound=compound or None,
        extra=extra or None,
        refers_to=tuple(refers_to.split(",")) if refers_to else (),
        relationship=relationship or None,
        choices=tuple(_choice(value) for value in values.split(";")) if values else (),
    )


def _default_of(one: Field) -> object:
    return next((choice.value for choice in one.choices if choice.default), one.default)


def _choice(text: str) -> Choice:
    value = text.removeprefix("*")
    return Choice(value, value, default=text.startswith("*"))
