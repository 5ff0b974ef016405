"""An org: its records and the rules they follow, without HTTP."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.clock import SandboxClock
from sandbox.ledger import WHOLE_RECORD, FieldChange, Ledger
from sandbox.salesforce import derive, lifecycle
from sandbox.salesforce.access import GUARDED
from sandbox.salesforce.apps import Apps
from sandbox.salesforce.blueprint import Blueprint
from sandbox.salesforce.coerce import coerce, wire_time
from sandbox.salesforce.definitions import SObject
from sandbox.salesforce.duplicates import DuplicateRule
from sandbox.salesforce.ids import canonical
from sandbox.salesforce.jobs.settings import BulkSettings
from sandbox.salesforce.limits import Usage
from sandbox.salesforce.metadata.deploys import Deploys
from sandbox.salesforce.refusals import (
    Refusal,
    deleted,
    locked,
    no_such_write_column,
    not_found,
    validation,
)
from sandbox.salesforce.switches import Switches
from sandbox.salesforce.table import Row, Table, Touch

SERVICE = "salesforce"

Trigger = Callable[["Org", Row, Mapping[str, object]], Mapping[str, object]]
Rule = Callable[[Row], str]  # the message of a validation rule that a row breaks, or ""


@dataclass(slots=True)
class Automation:
    """What happens in the org besides what was asked for; tests and stories fill it in."""

    triggers: dict[str, list[Trigger]] = field(default_factory=dict)  # object -> after an update
    rules: dict[str, list[Rule]] = field(default_factory=dict)  # object -> validation rules
    duplicates: dict[str, list[DuplicateRule]] = field(default_factory=dict)  # by object
    assignment: dict[str, str] = field(
        default_factory=lambda: {"Lead": "queue", "Account": "sales12"}
    )  # object -> whom its assignment rule names
    locked: dict[str, int] = field(default_factory=dict)  # id -> how many more writes find it so
    closed: set[str] = field(default_factory=set)  # owners whose records nobody else may edit
    private: set[str] = field(default_factory=lambda: set(GUARDED))  # default sharing Private
    lead_mapping: dict[str, tuple[str, str]] = field(default_factory=dict)  # on conversion


@dataclass(slots=True)
class Transaction:
    """Changes that can still be taken back."""

    undo: list[Callable[[], None]] = field(default_factory=list)
    rolled_back: bool = False


@dataclass(frozen=True, slots=True)
class _Late:
    """A change in a transaction that began earlier than it is seen."""

    began: datetime
    visible_at: datetime
    apply: Callable[[], None]


class Org(Blueprint):
    """One Salesforce org. Its own methods act with every right; the API asks `access` first.

    `by` is a user's alias ("human", "sales01", "agent" ...) or id; `at` lets the past be filled
    in. Values go in as Python or wire values and are kept, and read, as wire values.
    """

    def __init__(self, clock: SandboxClock, *, seed: int = 0, ledger: Ledger | None = None) -> None:
        self._transaction: Transaction | None = None  # also while the org is furnished
        super().__init__(clock, ledger or Ledger())
        self.seed = seed
        self.my_domain = "https://kaede.my.salesforce.com"
        self.page_limit = 2000  # tests make pages small with it
        self.automation = Automation()
        self.switches = Switches()
        self.usage = Usage(clock)
        self.apps = Apps()
        self.bulk = BulkSettings()
        self.deploys = Deploys(self)
        self._late: list[_Late] = []

    def create(
        self,
        type: str,  # noqa: A002  the CRM's own word for it
        values: Mapping[str, object],
        *,
        at: datetime | None = None,
        by: str | None = None,
        auto_assign: bool = False,
    ) -> str:
        """Add a record and return its id."""
        with self.lock:
            definition = self.definition(type)
            touch = self._touch(by, at)
            id_ = self.ids.next(definition.prefix)
            row: Row = {"Id": id_, **_standing(definition, touch)}
            row.update(self._coerced(definition, values))
            row.update(self._assigned(definition, auto_assign=auto_assign))
            derive.created(self, definition, row)
            self._check(definition, row, {})
            self.keep(definition.name, row)
            self.history.created(definition.name, row, touch)
            self._note(definition.name, id_, touch, "create")
            return id_

    def update(  # noqa: PLR0913  what, to what, and three circumstances
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
            changes.update(self._assigned(definition, auto_assign=auto_assign))
            touch = self._touch(by, at)
            changes.update(derive.changed(self, definition, row, changes, touch.stamp))
            self._check(definition, row, changes)
            self.write(definition, row, changes, touch)
            self._fire(definition, row, changes, touch)

    def write(
        self,
        definition: SObject,
        row: Row,
        changes: Mapping[str, object],
        touch: Touch,
        action: str = "update",
    ) -> None:
        """Apply checked changes to a row: stamps, history, ledger."""
        self._remember(definition.name, row)
        before: Row = {}
        for name, new in changes.items():
            old = row.get(name)
            if old != new:
                before[name] = old
                row[name] = new
        row["LastModifiedDate"] = row["SystemModstamp"] = touch.stamp
        row["LastModifiedById"] = touch.user
        self.keep(definition.name, row)
        self.history.changed(definition.name, row, before, touch)
        self._note_fields(definition.name, row, before, touch, action)

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
            lifecycle.delete(self, type, id, self._touch(by, at))

    def undelete(
        self,
        type: str,  # noqa: A002  the CRM's own word for it
        id: str,  # noqa: A002  the same
        *,
        at: datetime | None = None,
        by: str | None = None,
    ) -> None:
        with self.lock:
            lifecycle.undelete(self, type, id, self._touch(by, at))

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
            lifecycle.merge(self, type, master, tuple(losers), self._touch(by, at))

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
            return lifecycle.convert(self, id, self._touch(by, at), opportunity, account_id)

    def commit_late(  # noqa: PLR0913  what, to what, and three circumstances
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
            late = _Late(at, visible_at, lambda: self.update(type, id, values, at=at, by=by))
            self._late.append(late)

    def settle(self) -> None:
        """Let everything that is due by the clock happen; each request does so first."""
        with self.lock:
            now = self.clock.now()
            due = [one for one in self._late if one.visible_at <= now]
            self._late = [one for one in self._late if one.visible_at > now]
            for one in due:
                one.apply()
            self.deploys.settle(now)
            lifecycle.empty_bin(self, now)

    def oldest_open_transaction(self) -> datetime | None:
        """When the oldest change that is not yet visible began."""
        return min((one.began for one in self._late), default=None)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Changes made inside are taken back when it ends with `rolled_back` set."""
        with self.lock:
            mark, outer = self.ledger.last_change(), self._transaction
            self._transaction = mine = Transaction()
            try:
                yield mine
            finally:
                self._transaction = outer
            if mine.rolled_back:
                for undo in reversed(mine.undo):
                    undo()
                self.ledger.drop_since(mark)
            elif outer is not None:
                outer.undo.extend(mine.undo)  # the one around it may still take them back

    def may_edit(self, row: Row, user: str) -> bool:
        """Whether sharing lets the user edit a record that it may read."""
        return row.get("OwnerId") == user or row.get("OwnerId") not in self.automation.closed

    def keep(self, type_: str, row: Row) -> None:
        if self._transaction is not None:
            table, id_ = self.tables[type_], str(row["Id"])
            if id_ not in table.rows:
                self._transaction.undo.append(lambda: table.purge(id_))
        super().keep(type_, row)

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
            kept[one.name] = None if value is None else coerce(one, value)
        return kept

    def _check(self, definition: SObject, row: Row, changes: Mapping[str, object]) -> None:
        """Refuse the row as it would be after these changes, if anything in it breaks a rule."""
        missing = [name for name in definition.required if changes.get(name, row.get(name)) is None]
        if missing:
            raise Refusal(
                "REQUIRED_FIELD_MISSING",
                f"Required fields are missing: [{', '.join(missing)}]",
                missing,
            )
        rules = self.automation.rules.get(definition.name, ())
        broken = [message for rule in rules if (message := rule({**row, **changes}))]
        if broken:
            raise validation(broken)

    def _assigned(self, definition: SObject, *, auto_assign: bool) -> Row:
        """The owner that an assignment rule names, when rules run and the object has one."""
        named = self.automation.assignment.get(definition.name) if auto_assign else None
        return {"OwnerId": self.user_id(named)} if named else {}

    def _remember(self, type_: str, row: Row) -> None:
        if self._transaction is not None:
            table, before = self.tables[type_], dict(row)
            self._transaction.undo.append(lambda: _restore(table, row, before))

    def _take_lock(self, id_: str) -> None:
        left = self.automation.locked.get(id_, 0)
        if left:
            self.automation.locked[id_] = left - 1
            raise locked(id_)

    def _fire(
        self, definition: SObject, row: Row, changes: Mapping[str, object], touch: Touch
    ) -> None:
        for trigger in self.automation.triggers.get(definition.name, ()):
            more = self._coerced(definition, trigger(self, dict(row), changes))
            if more:
                self.write(definition, row, more, self._touch("flow", touch.at))

    def _touch(self, by: str | None, at: datetime | None) -> Touch:
        moment = at or self.clock.now()
        return Touch(self.user_id(by), moment, wire_time(moment))

    def _note_fields(
        self, type_: str, row: Row, before: Mapping[str, object], touch: Touch, action: str
    ) -> None:
        if self.ledger.is_muted:
            return
        id_ = str(row["Id"])
        if not before:
            self._note(type_, id_, touch, "touch")
        else:
            fields = [(name, old, row.get(name)) for name, old in before.items()]
            self._note(type_, id_, touch, action, fields)

    def _note(
        self,
        type_: str,
        id_: str,
        touch: Touch,
        action: str,
        fields: Iterable[FieldChange] = (WHOLE_RECORD,),
    ) -> None:
        self.ledger.change(
            SERVICE,
            type_,
            id_,
            action=action,
            by=self.alias(touch.user),
            at=touch.at,
            fields=fields,
        )


def _standing(definition: SObject, touch: Touch) -> Row:
    """What every new record has before anybody says anything."""
    standing: Row = {
        "IsDeleted": False,
        "CreatedDate": touch.stamp,
        "CreatedById": touch.user,
        "LastModifiedDate": touch.stamp,
        "LastModifiedById": touch.user,
        "SystemModstamp": touch.stamp,
        "OwnerId": touch.user,
    }
    known = definition.fields
    if standing.keys() <= known.keys():
        return standing
    return {name: value for name, value in standing.items() if name in known}


def _restore(table: Table, row: Row, before: Row) -> None:
    row.clear()
    row.update(before)
    table.put(row)
