"""What `check` looks at: the org, the user, the rights, the fields, the statuses, the limits."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bbm_core.records import AGENT_ROLES, RecordKind
from connectors.contract import (
    Health,
    KindInfo,
    KindReading,
    Reading,
    Severity,
    StatusOption,
)
from connectors.errors import ConfigError
from connectors.salesforce import soql
from connectors.salesforce.automation import SORTS, automation
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.describes import Describes
from connectors.salesforce.errors import fail, malformed
from connectors.salesforce.fields import OBJECTS, STATUS
from connectors.salesforce.glance import glance
from connectors.salesforce.history import History, history_of
from connectors.salesforce.limits import allowances, calls
from connectors.salesforce.problems import Problems
from connectors.salesforce.reach import reach
from connectors.salesforce.rights import Rights, rights_of
from connectors.salesforce.schema import ObjectSchema, missing_fields
from connectors.salesforce.session import Session
from connectors.salesforce.shapes import Row
from connectors.salesforce.soap import ENDS

_WORST_SKEW: Final = timedelta(seconds=60)


class Survey:
    """Looks without changing anything; what is wrong becomes a problem in the answer."""

    def __init__(
        self,
        session: Session,
        config: SalesforceConfig,
        reading: Reading,
        describes: Describes,
        histories: dict[str, bool],
    ) -> None:
        """What is found out about objects and histories is left there, for the pulls to come."""
        self._session = session
        self._config = config
        self._reading = reading
        self._describes = describes
        self._histories = histories
        self._history = History(session, reading.history_since, histories)
        self._problems = Problems(config.permission_set)

    def whole(self) -> Health:
        """Everything there is to know."""
        self._check_version()
        user, org = self._session.user_info(), self._organization()
        limits = self._session.get("limits")
        schemas = {kind: schema for kind in self._reading.kinds if (schema := self._schema(kind))}
        rights = rights_of(self._session, str(user.get("user_id")))
        self._check_user(user, rights)
        self._check_login()
        self._check_reach(str(user.get("user_id")), schemas)
        self._check_automation(schemas)
        health = self._health(
            org,
            {
                kind: self._kind(kind, schema, self._session.count(schema.name))
                for kind, schema in schemas.items()
            },
            str(user.get("preferred_username") or user.get("user_id")),
        )
        partial = tuple(self._partial(rights, schemas))
        used, allowed = calls(limits)
        return replace(
            health,
            used_calls=used,
            allowed_calls=allowed,
            allowances=tuple(allowances(limits)),
            partial=partial,
            problems=self._problems.found,
        )

    def brief(self) -> Health:
        """What has to be right in every cycle, at the price of one call."""
        kinds = self._reading.kinds
        tracked = [history_of(kind) for kind in kinds if self._tracked_status(kind)]
        seen = glance(self._session, kinds, tracked)
        self._histories.update(seen.histories)
        found: dict[RecordKind, KindInfo] = {}
        for kind, reading in kinds.items():
            if kind in seen.describes:
                schema = self._describes.learn(OBJECTS[kind], seen.describes[kind])
                self._check_fields(kind, reading, schema)
                found[kind] = _kind_info(schema, seen.totals[kind])
            else:
                self._miss(kind)
        return self._health(seen.organization, found, self._config.username or "")

    def _health(self, org: Row, kinds: Mapping[RecordKind, KindInfo], user: str) -> Health:
        self._check_clock()
        used, allowed = self._session.usage or (None, None)
        return Health(
            org_id=str(org.get("Id")),
            org_name=str(org.get("Name")),
            user=user,
            api_version=self._config.api_version,
            production=org.get("IsSandbox") is not True,
            server_time=self._session.server_now(),
            record_url=f"{self._config.url}/{{id}}",
            kinds=kinds,
            edition=str(org.get("OrganizationType") or ""),
            used_calls=used,
            allowed_calls=allowed,
            problems=self._problems.found,
        )

    def _check_version(self) -> None:
        offered = self._session.versions()
        if self._config.api_version not in offered:
            newest = offered[-1] if offered else "another one"
            message = f"The org does not offer version {self._config.api_version} of the API."
            raise fail(ConfigError, "BBM-SF-044", message, version=newest)

    def _organization(self) -> Row:
        rows = self._session.query_all(soql.ORGANIZATION)
        if not rows:
            raise malformed("the org says nothing about itself")
        return rows[0]

    def _schema(self, kind: RecordKind) -> ObjectSchema | None:
        schema = self._describes.current(OBJECTS[kind])
        if schema is None:
            self._miss(kind)
        return schema

    def _miss(self, kind: RecordKind) -> None:
        self._describes.forget(OBJECTS[kind])
        self._problems.note("BBM-SF-030", f"The agent's user cannot see {OBJECTS[kind]}.")

    def _kind(self, kind: RecordKind, schema: ObjectSchema, total: int) -> KindInfo:
        reading = self._reading.kinds[kind]
        self._check_fields(kind, reading, schema)
        self._check_history(kind, schema)
        return replace(_kind_info(schema, total), statuses=self._statuses(kind, reading, schema))

    def _check_fields(self, kind: RecordKind, reading: KindReading, schema: ObjectSchema) -> None:
        for name in missing_fields(kind, reading, schema):
            message = f"{schema.name}.{name} does not exist, or the agent's user may not see it."
            self._problems.note("BBM-SF-031", message, object=schema.name)
        for role, name in reading.written.items():
            found = schema.find(name)
            if found is not None and role in AGENT_ROLES and not found.updateable:
                message = f"The agent's user may not edit {schema.name}.{name}."
                self._problems.note("BBM-SF-032", message, object=schema.name)

    def _check_history(self, kind: RecordKind, schema: ObjectSchema) -> None:
        """Warn where moves have no times. Stages of opportunities always have them."""
        status = self._tracked_status(kind)
        if status is None or self._history.is_kept(kind):
            return
        # An account's type is rarely tracked, and nothing depends on it by default.
        severity = Severity.WARNING if kind is RecordKind.LEAD else Severity.NOTE
        message = f"{schema.name} keeps no history: when {status} changed is not known."
        self._problems.note("BBM-SF-051", message, severity, object=schema.name, field=status)

    def _tracked_status(self, kind: RecordKind) -> str | None:
        """The status of the kind, where its times come from a history of fields, if from any."""
        status = self._reading.kinds[kind].status or STATUS.get(kind)
        return None if status == "StageName" else status

    def _statuses(
        self, kind: RecordKind, reading: KindReading, schema: ObjectSchema
    ) -> tuple[StatusOption, ...]:
        status = reading.status or STATUS.get(kind)
        if status == "Status" and kind is RecordKind.LEAD:
            return tuple(self._lead_statuses())
        if status == "StageName":
            return tuple(self._stages())
        choices = schema.choices.get(status, ()) if status else ()
        return tuple(StatusOption(one.value, one.label) for one in choices)

    def _lead_statuses(self) -> Iterator[StatusOption]:
        for row in self._session.query_all(
            "SELECT ApiName, MasterLabel, IsConverted FROM LeadStatus ORDER BY SortOrder ASC"
        ):
            converted = row.get("IsConverted") is True
            yield StatusOption(*_names(row), is_closed=converted, is_converted=converted)

    def _stages(self) -> Iterator[StatusOption]:
        for row in self._session.query_all(
            "SELECT ApiName, MasterLabel, IsClosed, IsWon FROM OpportunityStage"
            " WHERE IsActive = true ORDER BY SortOrder ASC"
        ):
            won, closed = row.get("IsWon") is True, row.get("IsClosed") is True
            yield StatusOption(*_names(row), is_closed=closed, is_won=won)

    def _partial(
        self, rights: Rights | None, schemas: Mapping[RecordKind, ObjectSchema]
    ) -> Iterator[str]:
        """Why the figures may leave out records that others can see."""
        for schema in schemas.values():
            if rights is None:
                why = f"it cannot be told whether all of {schema.name} is visible"
            elif not rights.sees_everything and not rights.may("ViewAllRecords", schema.name):
                why = f"no View All Records on {schema.name}"
            else:
                continue
            message = f"Figures are partial: {why}."
            self._problems.note("BBM-SF-033", message, Severity.WARNING, object=schema.name)
            yield why

    def _check_user(self, user: Row, rights: Rights | None) -> None:
        if rights is not None and self._config.permission_set not in rights.sets:
            message = f"The agent's user does not have {self._config.permission_set}."
            self._problems.note("BBM-SF-053", message, Severity.WARNING)
        if user.get("is_salesforce_integration_user") is False:
            message = "The agent's user is not an integration user."
            self._problems.note("BBM-SF-052", message, Severity.NOTE)
        if self._config.write_converted_leads and rights and not rights.edits_converted:
            message = "The agent's user may not edit converted leads."
            self._problems.note("BBM-SF-054", message)

    def _check_reach(self, user: str, schemas: Mapping[RecordKind, ObjectSchema]) -> None:
        """Warn where sharing lets the agent read what it may not edit."""
        for kind, schema in schemas.items():
            found = reach(self._session, user, schema.name) if self._writes(kind) else None
            if found is not None and found.closed:
                message = (
                    f"Of {schema.name}, records of {len(found.closed)} of {found.owners} owners may"
                    f" not be edited, such as {found.closed[0]}."
                )
                self._problems.note("BBM-SF-036", message, Severity.WARNING, object=schema.name)

    def _writes(self, kind: RecordKind) -> bool:
        return any(role in AGENT_ROLES for role in self._reading.kinds[kind].written)

    def _check_automation(self, schemas: Mapping[RecordKind, ObjectSchema]) -> None:
        """Say what else runs on every write."""
        if not any(self._writes(kind) for kind in schemas):
            return
        found = automation(self._session, [schema.name for schema in schemas.values()])
        for code, names in found.active.items():
            self._problems.note(code, f"Active {SORTS[code].plural}: {names}.", Severity.NOTE)
        if found.hidden:
            message = f"The agent's user cannot see the org's {', '.join(found.hidden)}."
            self._problems.note("BBM-SF-037", message, Severity.NOTE)

    def _check_login(self) -> None:
        if self._config.legacy_soap_login:
            message = f"The login over SOAP ends on {ENDS:%-d %B %Y}, when Salesforce retires it."
            self._problems.note("BBM-SF-019", message, Severity.WARNING)

    def _check_clock(self) -> None:
        if abs(self._session.skew) > _WORST_SKEW:
            seconds = round(self._session.skew.total_seconds())
            message = f"Salesforce's clock is {seconds:+} seconds away from this machine's."
            self._problems.note("BBM-SF-050", message, Severity.WARNING)


def _names(row: Row) -> tuple[str, str]:
    return str(row.get("ApiName")), str(row.get("MasterLabel") or row.get("ApiName"))


def _kind_info(schema: ObjectSchema, total: int) -> KindInfo:
    return KindInfo(
        name=schema.name, fields=schema.fields, record_types=schema.record_types, total=total
    )
