"""An org: its records and the rules they follow, without HTTP."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sandbox.clock import SandboxClock
from sandbox.ledger import Ledger
from sandbox.salesforce import derive, lifecycle, setup
from sandbox.salesforce.access import GUARDED, Access, Rights
from sandbox.salesforce.apps import Apps
from sandbox.salesforce.coerce import coerce, wire_time
from sandbox.salesforce.definitions import Choice, Field, SObject, standard_objects
from sandbox.salesforce.history import Historian
from sandbox.salesforce.ids import IdSeries, canonical
from sandbox.salesforce.limits import Usage
from sandbox.salesforce.refusals import (
    Refusal,
    deleted,
    invalid_type,
    locked,
    no_such_write_column,
    not_found,
    validation,
)
from sandbox.salesforce.table import Row, Table

SERVICE = "salesforce"
FOUNDED = datetime(2019, 4, 1, tzinfo=UTC)  # when the org was opened
_PERMISSION_TYPES = frozenset(
    {"PermissionSet", "PermissionSetAssignment", "ObjectPermissions", "FieldPermissions"}
)
_PARENTS = {
    "LeadHistory": ("LeadId",),
    "AccountHistory": ("AccountId",),
    "ContactHistory": ("ContactId",),
    "OpportunityFieldHistory": ("OpportunityId",),
    "OpportunityHistory": ("OpportunityId",),
}

Trigger = Callable[["Org", Row, Mapping[str, object]], Mapping[str, object]]
Rule = Callable[[Row], str]  # the message of a validation rule that a row breaks, or ""


@dataclass(slots=True)
class Automation:
    """What happens in the org besides what was asked: rules, triggers, locks, assignment."""

    triggers: dict[str, list[Trigger]] = field(default_factory=dict)
    rules: dict[str, list[Rule]] = field(default_factory=dict)
    assignment: dict[str, str] = field(default_factory=dict)  # object -> who its rule assigns to
    locked: dict[str, int] = field(default_factory=dict)  # id -> how many more writes find it so
    private: set[str] = field(default_factory=lambda: set(GUARDED))  # org-wide default Private
    lead_mapping: dict[str, tuple[str, str]] = field(default_factory=dict)  # on conversion


class Org:
    """One Salesforce org. Its own methods act with every right; the API's rights are `access`.

    `by` is a user's alias ("human", "sales01", "agent" ...) or id; `at` lets the past be filled
    in. Values go in as Python or wire values and are kept, and read, as wire values.
    """

    def __init__(self, clock: SandboxClock, *, seed: int = 0, ledger: Ledger | None = None) -> None:
        self.clock = clock
        self.seed = seed
        self.ledger = ledger or Ledger()
        self.lock = threading.RLock()
        self.ids = IdSeries()
        self.objects = standard_objects()
        self.tables = {name: _table(one) for name, one in self.objects.items()}
        self.access = Access(self.tables.__getitem__)
        self.automation = Automation()
        self.history = Historian(self)
        self.usage = Usage(clock)
        self.apps = Apps()
        self.users: dict[str, str] = {}  # alias -> id
        self.org_id = ""
        self.my_domain = "https://kaede.my.salesforce.com"
        self.page_limit = 2000  # tests make pages small with it
        self.converted_status = ""
        self.furnished_at = wire_time(FOUNDED)
        self.stages: dict[str, Row] = {}  # stage -> what it implies for an opportunity
        self._aliases: dict[str, str] = {}
        self._late: list[tuple[datetime, Callable[[], object]]] = []
        self._schema_changed: dict[str, datetime] = {}
        with self.ledger.muted():
            setup.furnish(self)

    # -- records -------------------------------------------------------------------------------

    def create(
        self,
        type: str,  # noqa: A002  the CRM's own word for it
        values: Mapping[str, object],
        *,
        at: datetime | None = None,
        by: str | None = None,
    ) -> str:
        """Add a record and return its id."""
        with self.lock:
            definition = self.definition(type)
            user = self.user_id(by)
            moment = at or self.clock.now()
            id_ = self.ids.next(definition.prefix)
            row: Row = {"Id": id_, **_standing(definition, wire_time(moment), user)}
            row.update(self._coerced(definition, values))
            derive.created(self, definition, row)
            self._check(definition, row)
            self._keep(definition, row)
            self.history.created(definition.name, row, user, moment)
            self.ledger.change(
                SERVICE, definition.name, id_, action="create", by=self.alias(user), at=moment
            )
            return id_

    def update(
        self,
        type: str,  # noqa: A002  the CRM's own word for it
        id: str,  # noqa: A002  the same
        values: Mapping[str, object],
        *,
        at: datetime | None = None,
        by: str | None = None,
        auto_assign: bool = False,
    ) -> None:
        """Change a record. Equal values still move its time stamps, as they do in Salesforce."""
        with self.lock:
            definition = self.definition(type)
            row = self.live(type, id)
            self._take_lock(str(row["Id"]))
            changes = self._coerced(definition, values)
            if auto_assign and definition.name in self.automation.assignment:
                changes["OwnerId"] = self.user_id(self.automation.assignment[definition.name])
            changes.update(derive.changed(self, definition, row, changes))
            self._check(definition, row | changes)
            self.write(definition, row, changes, self.user_id(by), at or self.clock.now())
            self._fire(definition, row, changes, at)

    def write(
        self,
        definition: SObject,
        row: Row,
        changes: Mapping[str, object],
        user: str,
        at: datetime,
        action: str = "update",
    ) -> None:
        """Apply checked changes to a row: stamps, history, ledger."""
        changed = {name: new for name, new in changes.items() if row.get(name) != new}
        before = {name: row.get(name) for name in changed}
        row.update(changed)
        row["LastModifiedDate"] = row["SystemModstamp"] = wire_time(at)
        row["LastModifiedById"] = user
        self._keep(definition, row)
        self.history.changed(definition.name, row, before, user, at)
        self._note(definition.name, row, before, user, at, action)

    def delete(
        self,
        type: str,  # noqa: A002  the CRM's own word for it
        id: str,  # noqa: A002  the same
        *,
        at: datetime | None = None,
        by: str | None = None,
    ) -> None:
        """Move a record, and what hangs on it, to the recycle bin."""
        with self.lock:
            lifecycle.delete(self, type, id, self.user_id(by), at or self.clock.now())

    def undelete(
        self,
        type: str,  # noqa: A002  the CRM's own word for it
        id: str,  # noqa: A002  the same
        *,
        at: datetime | None = None,
        by: str | None = None,
    ) -> None:
        with self.lock:
            lifecycle.undelete(self, type, id, self.user_id(by), at or self.clock.now())

    def merge(
        self,
        type: str,  # noqa: A002  the CRM's own word for it
        master: str,
        losers: Iterable[str],
        *,
        at: datetime | None = None,
        by: str | None = None,
    ) -> None:
        """Merge the losers into the master; they end in the recycle bin and name it."""
        with self.lock:
            moment = at or self.clock.now()
            lifecycle.merge(self, type, master, tuple(losers), self.user_id(by), moment)

    def convert_lead(
        self,
        id: str,  # noqa: A002  the CRM's own word for it
        *,
        at: datetime | None = None,
        by: str | None = None,
        opportunity: Mapping[str, object] | None = None,
        account_id: str | None = None,
    ) -> dict[str, str]:
        """Convert a lead; returns the ids under account, contact and opportunity.

        `opportunity` holds values for a new one; without it none is created.
        """
        with self.lock:
            return lifecycle.convert(
                self, id, self.user_id(by), at or self.clock.now(), opportunity, account_id
            )

    def commit_late(
        self,
        type: str,  # noqa: A002  the CRM's own word for it
        id: str,  # noqa: A002  the same
        values: Mapping[str, object],
        *,
        at: datetime,
        visible_at: datetime,
        by: str | None = None,
    ) -> None:
        """A long transaction: the change carries the time `at`, but is seen from `visible_at`."""
        with self.lock:
            self._late.append((visible_at, lambda: self.update(type, id, values, at=at, by=by)))

    def settle(self) -> None:
        """Let everything that is due by the clock happen; each request does so first."""
        with self.lock:
            now = self.clock.now()
            due = [act for moment, act in self._late if moment <= now]
            self._late = [one for one in self._late if one[0] > now]
            for act in due:
                act()
            lifecycle.empty_bin(self, now)

    def oldest_open_transaction(self) -> datetime | None:
        """When the oldest change that is not yet visible began."""
        return min((moment for moment, _ in self._late), default=None)

    def rows(self, type: str, *, deleted: bool = False) -> list[Row]:  # noqa: A002  CRM's word
        """Copies of the records, in the order they were created."""
        with self.lock:
            rows = self.table(type).rows.values()
            return [dict(row) for row in rows if deleted or not row.get("IsDeleted")]

    def get(self, type: str, id: str) -> Row:  # noqa: A002  the CRM's own words
        with self.lock:
            return dict(self._row(type, id))

    def live(self, type_: str, id_: str) -> Row:
        """The row itself, when it is there and not deleted."""
        row = self._row(type_, id_)
        if row.get("IsDeleted"):
            raise deleted()
        return row

    # -- what the org is made of ----------------------------------------------------------------

    def definition(self, name: str) -> SObject:
        found = self.objects.get(name)
        if found is None:
            folded = {one.lower(): one for one in self.objects}
            found = self.objects.get(folded.get(name.lower(), ""))
        if found is None or not self.history.is_on(found.name):
            raise invalid_type(name)
        return found

    def table(self, name: str) -> Table:
        return self.tables[self.definition(name).name]

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
        """Add a custom field. `visible` grants it to every permission set, as its maker would.

        `kind` is the metadata type: Text, Number, Percent, Currency, Picklist, Checkbox, Date,
        DateTime, Email, Url, Phone, TextArea, LongTextArea.
        """
        with self.lock:
            definition = self.definition(type)
            made = setup.custom_field(
                name, kind, label, length, precision, scale, tuple(picklist), restricted
            )
            made = replace(
                made,
                external_id=external_id,
                help_text=help_text,
                custom_id=self.ids.next("00N"),
            )
            self.add_field(definition, made)
            if visible:
                setup.grant_everywhere(self, definition.name, name)
            return made

    def add_field(self, definition: SObject, made: Field) -> None:
        """Add a made field, seen by nobody yet, or put it in the place of the earlier one."""
        definition.fields[made.name] = made
        setup.list_field(self, definition.name, made)
        self.schema_changed(definition.name)

    def remove_field(self, type_: str, name: str) -> None:
        """Delete a custom field, its values and its grants."""
        with self.lock:
            definition = self.definition(type_)
            self.tables["CustomField"].purge(definition.fields.pop(name).custom_id)
            for row in self.table(type_).rows.values():
                row.pop(name, None)
            setup.revoke_everywhere(self, definition.name, name)
            self.schema_changed(definition.name)

    def hide_field(self, type_: str, name: str) -> None:
        """Take a field from everybody by field-level security."""
        with self.lock:
            setup.revoke_everywhere(self, self.definition(type_).name, name)

    def define_choices(self, type_: str, name: str, values: Iterable[str]) -> None:
        """Replace the values of a picklist; for stages and statuses see `define_stage`."""
        with self.lock:
            definition = self.definition(type_)
            choices = tuple(Choice(value, value) for value in values)
            definition.fields[name] = replace(definition.fields[name], choices=choices)
            self.schema_changed(definition.name)

    def define_lead_status(self, name: str, *, converted: bool = False) -> None:
        with self.lock:
            setup.add_lead_status(self, name, converted=converted)

    def define_stage(
        self, name: str, *, probability: int = 10, closed: bool = False, won: bool = False
    ) -> None:
        with self.lock:
            setup.add_stage(self, name, probability=probability, closed=closed, won=won)

    def define_user(self, alias: str, first: str, last: str, *, title: str = "") -> str:
        with self.lock:
            return setup.add_user(self, alias, first, last, title=title)

    def schema_changed(self, name: str) -> None:
        self._schema_changed[name] = self.clock.now()

    def schema_changed_at(self, name: str) -> datetime | None:
        return self._schema_changed.get(name)

    def user_id(self, by: str | None) -> str:
        if by is None:
            return self.users["admin"]
        found = self.users.get(by) or (by if by in self._aliases else None)
        if found is None:
            raise ValueError(f"The org has no user {by!r}; it has {', '.join(self.users)}.")
        return found

    def alias(self, user: str) -> str:
        return self._aliases.get(user, user)

    def know_user(self, alias: str, user: str) -> None:
        self.users[alias] = user
        self._aliases[user] = alias

    def rights(self, by: str) -> Rights:
        return self.access.rights(self.user_id(by))

    # -- inside ---------------------------------------------------------------------------------

    def _row(self, type_: str, id_: str) -> Row:
        row = self.table(type_).rows.get(canonical(id_) or "")
        if row is None:
            raise not_found()
        return row

    def _coerced(self, definition: SObject, values: Mapping[str, object]) -> Row:
        kept: Row = {}
        for name, value in values.items():
            one = definition.fields.get(name) or definition.find(name)
            if one is None:
                raise no_such_write_column(name, definition.name)
            kept[one.name] = coerce(one, value)
        return kept

    def _check(self, definition: SObject, row: Mapping[str, object]) -> None:
        missing = [
            one.name
            for one in definition.fields.values()
            if one.required and row.get(one.name) is None and one.type != "boolean"
        ]
        if missing:
            raise Refusal(
                "REQUIRED_FIELD_MISSING",
                f"Required fields are missing: [{', '.join(missing)}]",
                missing,
            )
        for rule in self.automation.rules.get(definition.name, ()):
            if message := rule(dict(row)):
                raise validation(message)

    def _take_lock(self, id_: str) -> None:
        left = self.automation.locked.get(id_, 0)
        if left:
            self.automation.locked[id_] = left - 1
            raise locked(id_)

    def _fire(
        self, definition: SObject, row: Row, changes: Mapping[str, object], at: datetime | None
    ) -> None:
        for trigger in self.automation.triggers.get(definition.name, ()):
            more = self._coerced(definition, trigger(self, dict(row), changes))
            if more:
                user = self.users["flow"]
                self.write(definition, row, more, user, at or self.clock.now())

    def _keep(self, definition: SObject, row: Row) -> None:
        self.tables[definition.name].put(row)
        if definition.name in _PERMISSION_TYPES:
            self.access.forget()

    def _note(  # noqa: PLR0913  an entry has that many facts
        self,
        type_: str,
        row: Row,
        before: Mapping[str, object],
        user: str,
        at: datetime,
        action: str,
    ) -> None:
        by, id_ = self.alias(user), str(row["Id"])
        if not before:
            self.ledger.change(SERVICE, type_, id_, action="touch", by=by, at=at)
        for name, old in before.items():
            self.ledger.change(
                SERVICE,
                type_,
                id_,
                action=action,
                by=by,
                at=at,
                field=name,
                old=old,
                new=row.get(name),
            )


def _table(definition: SObject) -> Table:
    stamped = "SystemModstamp" in definition.fields
    return Table(stamped=stamped, parents=_PARENTS.get(definition.name, ()))


def _standing(definition: SObject, stamp: str, user: str) -> Row:
    """What every new record has before anybody says anything."""
    standing: Row = {
        "IsDeleted": False,
        "CreatedDate": stamp,
        "CreatedById": user,
        "LastModifiedDate": stamp,
        "LastModifiedById": user,
        "SystemModstamp": stamp,
        "OwnerId": user,
    }
    known = definition.fields
    return {name: value for name, value in standing.items() if name in known}
