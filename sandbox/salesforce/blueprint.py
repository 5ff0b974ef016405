"""What an org is made of: objects, fields, picklists, people, and the rights they have."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sandbox.clock import SandboxClock
from sandbox.ledger import Ledger
from sandbox.salesforce import formulas, furniture, permissions
from sandbox.salesforce.access import Access, Rights
from sandbox.salesforce.coerce import wire_time
from sandbox.salesforce.definitions import (
    Choice,
    Field,
    SObject,
    custom_object_fields,
    person_account_fields,
    relationship_name,
    standard_objects,
)
from sandbox.salesforce.history import Historian
from sandbox.salesforce.ids import IdSeries
from sandbox.salesforce.refusals import invalid_type
from sandbox.salesforce.table import Row, Table

FOUNDED = datetime(2019, 4, 1, tzinfo=UTC)  # when the org was opened
_PARENTS = {
    "Contact": ("AccountId",),
    "Opportunity": ("AccountId",),
    "LeadHistory": ("LeadId",),
    "AccountHistory": ("AccountId",),
    "ContactHistory": ("ContactId",),
    "OpportunityFieldHistory": ("OpportunityId",),
    "OpportunityHistory": ("OpportunityId",),
    "CampaignMember": ("CampaignId",),
}


class Blueprint:
    """The org's structure, and the ways to change it that a person has in Setup."""

    def __init__(self, clock: SandboxClock, ledger: Ledger) -> None:
        self.clock = clock
        self.ledger = ledger
        self.lock = threading.RLock()
        self.ids = IdSeries()
        self.objects = standard_objects()
        self.tables = {name: _table(one) for name, one in self.objects.items()}
        self.access = Access(self.tables.__getitem__)
        self.history = Historian(self)
        self.org_id = ""
        self.converted_status = ""
        self.founded = FOUNDED
        self.users: dict[str, str] = {}  # alias -> id
        self.stages: dict[str, Row] = {}  # stage -> what it implies for an opportunity
        self.absent = {"CurrencyType", "DatedConversionRate"}  # objects whose feature is off
        self._aliases: dict[str, str] = {}
        self._changed: dict[str, datetime] = {}
        furniture.furnish(self)
        self._changed.clear()  # what it is furnished with is as old as the org

    def definition(self, name: str) -> SObject:
        """An object by its name, whose case does not matter.

        Raises:
            Refusal: there is none, its feature is off, or it is a history that is not kept.
        """
        found = self.objects.get(name)
        if found is None:
            folded = {one.lower(): one for one in self.objects}
            found = self.objects.get(folded.get(name.lower(), ""))
        if found is None or not self.has(found.name):
            raise invalid_type(name)
        return found

    def has(self, name: str) -> bool:
        """Whether the object is there: its feature is on, and its history, if it is one, kept."""
        return name not in self.absent and self.history.is_on(name)

    def table(self, name: str) -> Table:
        return self.tables[self.definition(name).name]

    def child(self, parent: SObject, relationship: str) -> tuple[SObject, str] | None:
        """The object of a parent's child relationship, and its field that names the parent."""
        folded = relationship.lower()
        for definition in self.objects.values():
            for field in definition.fields.values():
                if parent.name in field.refers_to:
                    named = relationship_name(definition, field)
                    if named is not None and named.lower() == folded:
                        return definition, field.name
        return None

    # -- fields --------------------------------------------------------------------------------

    def define_field(  # noqa: PLR0913  a field has that many facts
        self,
        type: str,  # noqa: A002  the CRM's own word for it
        name: str,
        kind: str = "Text",
        *,
        label: str = "",
        length: int = 255,
        precision: int = 18,
        scale: int = 0,
        picklist: Iterable[str] = (),
        restricted: bool = False,
        external_id: bool = False,
        help_text: str | None = None,
        visible: bool = True,
    ) -> Field:
        """Add a custom field; `visible` grants it to every permission set, as a person would.

        `kind` is the metadata type: Text, Number, Percent, Currency, Picklist, Checkbox, Date,
        DateTime, Email, Url, Phone, TextArea, LongTextArea, MultiselectPicklist.
        """
        with self.lock:
            definition = self.definition(type)
            shape = furniture.Shape(length, precision, scale, tuple(picklist), restricted)
            made = replace(
                furniture.custom_field(name, kind, label, shape),
                external_id=external_id,
                help_text=help_text,
                custom_id=self.ids.next("00N"),
            )
            self.add_field(definition, made)
            if visible:
                permissions.grant_everywhere(self, definition.name, name)
            return made

    def add_field(self, definition: SObject, made: Field) -> None:
        """Add a made field, seen by nobody yet, or put it in the place of the earlier one."""
        definition.put(made)
        if made.formula:
            for row in self.tables[definition.name].rows.values():
                formulas.work_out(definition, row)
        furniture.list_field(self, definition.name, made)
        self.schema_changed(definition.name)

    def remove_field(self, type_: str, name: str) -> None:
        """Delete a custom field, its values and its grants."""
        with self.lock:
            definition = self.definition(type_)
            self.tables["CustomField"].purge(definition.drop(name).custom_id)
            for row in self.table(type_).rows.values():
                row.pop(name, None)
            permissions.revoke_everywhere(self, definition.name, name)

    def hide_field(self, type_: str, name: str) -> None:
        """Take a field from everybody by field-level security."""
        with self.lock:
            permissions.revoke_everywhere(self, self.definition(type_).name, name)

    def define_object(self, name: str, label: str = "", *, prefix: str = "aB5") -> SObject:
        """Add a custom object: searchable, with a name and what every record has."""
        with self.lock:
            word = label or name.removesuffix("__c").replace("_", " ")
            made = SObject(name, word, word, prefix, "cudqrs", custom_object_fields())
            self.objects[name] = made
            self.tables[name] = _table(made)
            self.schema_changed(name)
            return made

    def enable_person_accounts(self) -> None:
        """Give accounts the fields of people, as in an org where accounts may be people."""
        with self.lock:
            definition = self.objects["Account"]
            for field in person_account_fields():
                definition.put(field)
            self.schema_changed("Account")

    def define_choices(self, type_: str, name: str, values: Iterable[str]) -> None:
        """Replace the values of a picklist; for stages and statuses there are other ways."""
        with self.lock:
            definition = self.definition(type_)
            choices = tuple(Choice(value, value) for value in values)
            definition.put(replace(definition.fields[name], choices=choices))
            self.schema_changed(definition.name)

    def define_lead_status(self, name: str, *, converted: bool = False) -> None:
        with self.lock:
            furniture.add_lead_status(self, name, converted=converted)

    def define_stage(
        self, name: str, *, probability: int = 10, closed: bool = False, won: bool = False
    ) -> None:
        with self.lock:
            furniture.add_stage(self, name, probability=probability, closed=closed, won=won)

    def define_record_type(self, type_: str, name: str) -> str:
        """Add a record type; the object's RecordTypeId exists from the first one on."""
        with self.lock:
            return furniture.add_record_type(self, self.definition(type_), name)

    def open_currencies(
        self,
        corporate: str,
        rates: Mapping[str, object],
        dated: Mapping[str, Mapping[str, object]] | None = None,
    ) -> None:
        """Turn several currencies on; a rate is what one unit of the corporate one buys.

        `dated` also turns dated rates on: by currency, from which day on which rate holds.
        """
        with self.lock:
            furniture.open_currencies(self, corporate, rates, dated)

    def open_country_picklists(self) -> None:
        """Let states and countries be chosen from lists: each has a field of its code then."""
        with self.lock:
            furniture.open_country_picklists(self)

    def open_person_accounts(self) -> None:
        """Let accounts be persons; `IsPersonAccount` says on accounts and contacts which are."""
        with self.lock:
            furniture.open_person_accounts(self)

    def schema_changed(self, name: str) -> None:
        """Note the time, so that every change is later than the one before, by a second."""
        now = self.clock.now().replace(microsecond=0)
        self._changed[name] = max(now, self.schema_changed_at(name) + timedelta(seconds=1))

    def schema_changed_at(self, name: str) -> datetime:
        return self._changed.get(name, self.founded)

    # -- people --------------------------------------------------------------------------------

    def define_user(self, alias: str, first: str, last: str, *, title: str = "") -> str:
        with self.lock:
            return furniture.add_user(self, alias, first, last, title=title)

    def define_role(self, name: str, parent: str | None = None) -> str:
        with self.lock:
            return furniture.add_role(self, name, parent)

    def place(self, alias: str, *, role: str | None, manager: str | None) -> None:
        """Put a user into a role, by its id, and under a manager, by alias."""
        with self.lock:
            row = self.tables["User"].rows[self.user_id(alias)]
            row["UserRoleId"] = role
            row["ManagerId"] = self.user_id(manager) if manager else None
            row["SystemModstamp"] = wire_time(self.clock.now())
            self.keep("User", row)

    def know_user(self, alias: str, user: str) -> None:
        self.users[alias] = user
        self._aliases.setdefault(user, alias)

    def user_id(self, by: str | None) -> str:
        """The id behind an alias or id; nobody in particular is the administrator."""
        if by is None:
            return self.users["admin"]
        found = self.users.get(by) or (by if by in self._aliases else None)
        if found is None:
            raise ValueError(f"The org has no user {by!r}; it has {', '.join(self.users)}.")
        return found

    def alias(self, user: str) -> str:
        return self._aliases.get(user, user)

    def rights(self, by: str) -> Rights:
        return self.access.rights(self.user_id(by))

    def permit(self, permission_set: str, right: str, type_: str = "", *, granted: bool) -> None:
        """Switch a right of a permission set.

        With an object: Read, Create, Edit, Delete, ViewAllRecords, ModifyAllRecords; without: a
        system right such as AllowViewEditConvertedLeads or CustomizeApplication.
        """
        with self.lock:
            permissions.switch(self, permission_set, right, type_, granted=granted)

    def unassign(self, permission_set: str, by: str) -> None:
        """Take a permission set from a user."""
        with self.lock:
            permissions.unassign(self, permission_set, by)

    # -- inside --------------------------------------------------------------------------------

    def furnish_row(self, type_: str, values: Mapping[str, object], id_: str = "") -> str:
        """Add a row of the org's own furniture, made by its administrator."""
        definition = self.objects[type_]
        made = id_ or self.ids.next(definition.prefix)
        self.keep(type_, {"Id": made, **self._standing(definition), **values})
        return made

    def furnish_rows(self, type_: str, rows: Iterable[Mapping[str, object]]) -> None:
        """Add many rows of the furniture: what is the same in all of them is worked out once."""
        definition = self.objects[type_]
        standing = self._standing(definition)
        for values in rows:
            self.keep(type_, {"Id": self.ids.next(definition.prefix), **standing, **values})

    def _standing(self, definition: SObject) -> Row:
        """When and by whom the furniture was made, as far as the object tells."""
        admin, stamp = self.users["admin"], wire_time(self.founded)
        standing: Row = dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), stamp)
        standing |= dict.fromkeys(("CreatedById", "LastModifiedById"), admin)
        return {name: value for name, value in standing.items() if name in definition.fields}

    def keep(self, type_: str, row: Row) -> None:
        """Store a row, new or changed."""
        formulas.work_out(self.objects[type_], row)
        self.tables[type_].put(row)
        if type_ in permissions.TYPES:
            self.access.forget()


def _table(definition: SObject) -> Table:
    stamped = "SystemModstamp" in definition.fields
    return Table(stamped=stamped, parents=_PARENTS.get(definition.name, ()))
