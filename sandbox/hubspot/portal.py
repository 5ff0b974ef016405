"""A HubSpot account: its records and its rules, apart from HTTP."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sandbox.clock import SandboxClock
from sandbox.hubspot.associations import Associations
from sandbox.hubspot.campaigns import Campaigns
from sandbox.hubspot.checks import COMPANY_OF_CONTACT, Checks
from sandbox.hubspot.exports import Exports
from sandbox.hubspot.knobs import Knobs
from sandbox.hubspot.lists import Lists
from sandbox.hubspot.merge import gather
from sandbox.hubspot.object_types import COMPANIES, CONTACTS, DEALS, ObjectType, object_type
from sandbox.hubspot.occurrences import Occurrences
from sandbox.hubspot.people import default_owners
from sandbox.hubspot.pipelines import LIFECYCLE_PIPELINES
from sandbox.hubspot.properties import YES_NO, Group, Option, Property
from sandbox.hubspot.refusals import invalid, no_such_record
from sandbox.hubspot.schema import Schema
from sandbox.hubspot.shelf import Record, Shelf, Source, Version
from sandbox.hubspot.store import Store
from sandbox.hubspot.tokens import Tokens
from sandbox.hubspot.values import iso
from sandbox.ledger import Ledger

_SOURCES = frozenset(
    {"CRM_UI", "INTEGRATION", "API", "IMPORT", "FORM", "AUTOMATION_PLATFORM", "MIGRATION"}
)


class Portal:
    """Records, definitions, associations, owners and tokens of one account.

    `at` backdates what fills the portal before a story starts. `by` says who acts: one of
    HubSpot's sources, such as "INTEGRATION" for the API; any other word is a person in the CRM.
    `knobs` are those of `Knobs`; they stay settable while the portal runs.
    """

    def __init__(
        self, clock: SandboxClock, *, seed: int = 0, ledger: Ledger | None = None, **knobs: Any
    ) -> None:
        self.clock = clock
        self.knobs = Knobs(**knobs)
        self.schema = Schema(self.knobs)
        self.store = Store(clock, self.knobs, self.schema, ledger or Ledger(), seed)
        self.checks = Checks(self.schema, self.knobs, self.store.shelf)
        self.associations = Associations(self.store)
        self.tokens = Tokens()
        self.owners = default_owners()
        self.lists = Lists()
        self.exports = Exports(self.knobs)
        self.campaigns = Campaigns()
        self.occurrences = Occurrences()

    def create(
        self,
        type_name: str,
        properties: Mapping[str, object],
        *,
        at: datetime | None = None,
        by: str | Source = "CRM_UI",
    ) -> str:
        kind, source = object_type(type_name), source_of(by)
        moment = self.store.moment(at)
        wanted = self.checks.accepted(kind, properties, source)
        values = self._defaults(kind) | _born(kind, moment, source) | wanted
        record = self.store.insert(kind, values, moment, source)
        self.store.bump_later(kind, record)
        self._follow_company(kind, record, wanted, moment)
        if kind is CONTACTS and self.knobs.associates_by_domain:
            self._find_company(record, moment)
        return record.id

    def update(
        self,
        type_name: str,
        record_id: str,
        properties: Mapping[str, object],
        *,
        at: datetime | None = None,
        by: str | Source = "CRM_UI",
    ) -> bool:
        """Write values; says whether anything changed."""
        kind, source = object_type(type_name), source_of(by)
        record = self.store.record(kind, record_id)
        wanted = self.checks.accepted(kind, properties, source, record)
        return self.write(kind, record, wanted, self.store.moment(at), source)

    def write(
        self,
        kind: ObjectType,
        record: Record,
        wanted: Mapping[str, str],
        at: datetime,
        source: Source,
    ) -> bool:
        """Write values that have been accepted, with what follows from them."""
        changed = self.store.write(kind, record, wanted, at, source)
        self._follow_company(kind, record, wanted, at)
        return changed

    def archive(
        self,
        type_name: str,
        record_id: str,
        *,
        at: datetime | None = None,
        by: str | Source = "CRM_UI",
    ) -> None:
        kind, moment = object_type(type_name), self.store.moment(at)
        record = self.store.record(kind, record_id)
        self.store.hide(kind, record, moment)
        record.archived = moment
        self.associations.refresh_around(kind, record, moment)
        self.store.note(kind, record, "delete", source_of(by), moment)

    def erase(self, type_name: str, record_id: str, *, by: str | Source = "CRM_UI") -> None:
        """Archive a record so that nobody finds it again: as the law asks for people."""
        self.archive(type_name, record_id, by=by)
        record = self.store.shelf(object_type(type_name)).find(record_id)
        if record is not None:
            record.erased = True
            record.values.clear()
            record.history.clear()

    def restore(
        self,
        type_name: str,
        record_id: str,
        *,
        at: datetime | None = None,
        by: str | Source = "CRM_UI",
    ) -> None:
        kind, moment = object_type(type_name), self.store.moment(at)
        record = self.store.shelf(kind).find(record_id)
        if record is None or record.archived is None or record.erased:
            raise no_such_record()
        record.archived = None
        self.store.show(kind, record, moment)
        self.associations.refresh_around(kind, record, moment)
        self.store.note(kind, record, "undelete", source_of(by), moment)

    def merge(
        self,
        type_name: str,
        primary: str,
        other: str,
        *,
        at: datetime | None = None,
        by: str | Source = "CRM_UI",
    ) -> str:
        """Make one record of two. The answer is its id: a new one, unless the knob says not."""
        kind, moment, source = object_type(type_name), self.store.moment(at), source_of(by)
        winner, loser = self.store.record(kind, primary), self.store.record(kind, other)
        if winner is loser:
            raise invalid(f"A {kind.singular} cannot be merged with itself.", ids=[winner.id])
        values = gather(kind, winner, loser, moment)
        renews = self.knobs.merge_makes_new_id and kind in {CONTACTS, COMPANIES}
        parts = (winner, loser) if renews else (loser,)
        for part in parts:
            self.store.hide(kind, part, moment)
        kept = self._merged(kind, winner, values, moment, source, renews=renews)
        for part in parts:
            part.merged_into = kept.number
            self.associations.move(kind, part, kept, moment)
            self.store.note(kind, part, "merge", source, moment, ("", part.id, kept.id))
        return kept.id

    def get(self, type_name: str, record_id: str) -> dict[str, str]:
        """The values of a live record; an old id of a merged one finds what it became."""
        return dict(self.store.record(object_type(type_name), record_id).values)

    def rows(self, type_name: str) -> list[dict[str, str]]:
        """The values of every live record."""
        self.store.settle()
        return [dict(one.values) for one in self.shelf(type_name).live()]

    def shelf(self, type_name: str) -> Shelf:
        return self.store.shelf(object_type(type_name))

    def history(self, type_name: str, record_id: str, name: str) -> tuple[Version, ...]:
        """The values that a property has had, oldest first."""
        record = self.store.record(object_type(type_name), record_id)
        return tuple(record.history.get(name, ()))

    def associate(  # noqa: PLR0913  two records, how and when
        self,
        from_type: str,
        from_id: str,
        to_type: str,
        to_id: str,
        *,
        primary: bool = True,
        at: datetime | None = None,
    ) -> None:
        """Associate two records, in both directions; `primary` where the pair knows one."""
        kinds = (object_type(from_type), object_type(to_type))
        ends = (self.store.record(kinds[0], from_id), self.store.record(kinds[1], to_id))
        self.associations.join(kinds, ends, self.store.moment(at), primary=primary)

    def associated(self, from_type: str, from_id: str, to_type: str) -> list[str]:
        """The ids of the live records that one is associated with."""
        kinds = (object_type(from_type), object_type(to_type))
        record = self.store.record(kinds[0], from_id)
        return [str(number) for number in self.associations.of(kinds, record)]

    def define_property(  # noqa: PLR0913  a definition has that many facts
        self,
        type_name: str,
        name: str,
        *,
        type: str = "string",  # noqa: A002  HubSpot's own word for it
        field_type: str = "",
        label: str = "",
        group: str = "",
        options: Iterable[Option | str] = (),
        has_unique_value: bool = False,
    ) -> Property:
        """Add a property of the portal's own, as an administrator does."""
        kind, now = object_type(type_name), self.clock.now()
        known = self.schema.groups(kind)
        heading = group or known[0].name
        if heading not in {one.name for one in known}:
            self.schema.add_group(kind, Group(heading, heading))
        return self.schema.define(
            kind,
            Property(
                name,
                type,
                field_type or _USUAL_FORM.get(type, "text"),
                label or name,
                heading,
                options=_options(type, options),
                has_unique_value=has_unique_value,
                created=now,
                updated=now,
            ),
        )

    def _defaults(self, kind: ObjectType) -> dict[str, str]:
        if kind is DEALS and self.knobs.exchange_rates:
            return {
                kind.pipeline: self.schema.pipelines(kind)[0].id,
                "deal_currency_code": self.knobs.currency,
            }
        if kind.pipeline:
            return {kind.pipeline: self.schema.pipelines(kind)[0].id}
        if not kind.stage:
            return {}
        return {
            kind.stage: self.knobs.first_lifecycle,
            "hs_pipeline": LIFECYCLE_PIPELINES[kind.name],
        }

    def _follow_company(
        self, kind: ObjectType, record: Record, wanted: Mapping[str, str], at: datetime
    ) -> None:
        """A contact whose company was written is associated with it, as the primary one."""
        if kind is not CONTACTS or COMPANY_OF_CONTACT not in wanted:
            return
        kinds, company = (CONTACTS, COMPANIES), wanted[COMPANY_OF_CONTACT]
        if company:
            ends = (record, self.store.record(COMPANIES, company))
            self.associations.join(kinds, ends, at, primary=True)
        else:
            self.associations.leave_primary(kinds, record, at)

    def _merged(  # noqa: PLR0913  of whom, what, when, by whom
        self,
        kind: ObjectType,
        winner: Record,
        values: Mapping[str, str],
        at: datetime,
        source: Source,
        *,
        renews: bool,
    ) -> Record:
        if not renews:
            self.store.write(kind, winner, values, at, source)
            return winner
        kept = self.store.insert(kind, {**winner.values, **values}, at, source)
        kept.created = winner.created
        return kept

    def _find_company(self, contact: Record, at: datetime) -> None:
        domain = contact.values.get("hs_email_domain", "")
        for company in self.store.shelf(COMPANIES).live():
            if domain and company.values.get("domain") == domain:
                self.associations.join((CONTACTS, COMPANIES), (contact, company), at, primary=True)
                return


_USUAL_FORM = {
    "bool": "booleancheckbox",
    "number": "number",
    "enumeration": "select",
    "date": "date",
    "datetime": "date",
}


def source_of(by: str | Source) -> Source:
    """Who acts, in HubSpot's terms."""
    if isinstance(by, Source):
        return by
    return Source(by) if by in _SOURCES else Source("CRM_UI", f"userId:{by}")


def _born(kind: ObjectType, at: datetime, source: Source) -> dict[str, str]:
    return {
        **{name: iso(at) for name in kind.created},
        "hs_object_source": source.type,
        "hs_object_source_id": source.id,
        "hs_object_source_label": source.type,
    }


def _options(kind: str, given: Iterable[Option | str]) -> tuple[Option, ...]:
    options = tuple(
        Option(one, one, order) if isinstance(one, str) else one for order, one in enumerate(given)
    )
    return options or (YES_NO if kind == "bool" else ())
