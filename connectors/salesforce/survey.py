"""What `check` looks at: the org, the user, the rights, the fields, the statuses, the limits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from bbm_core.records import AGENT_ROLES, RecordKind
from connectors.contract import (
    Health,
    KindInfo,
    KindReading,
    Problem,
    Reading,
    Severity,
    StatusOption,
)
from connectors.errors import ConfigError, MissingPermission, RequestRefused
from connectors.salesforce import soql
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.errors import fail, hint, malformed
from connectors.salesforce.fields import OBJECTS, STATUS
from connectors.salesforce.history import History
from connectors.salesforce.schema import ObjectSchema, missing_fields, object_schema
from connectors.salesforce.session import Row, Session
from connectors.salesforce.soap import ENDS

_WORST_SKEW: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class _Rights:
    """What the user's permission sets, its profile's among them, add up to."""

    sees_everything: bool
    edits_converted: bool
    objects: Mapping[str, frozenset[str]]

    def may(self, action: str, object_: str) -> bool:
        return action in self.objects.get(object_, frozenset())


class Survey:
    """Looks without changing anything; what is wrong becomes a problem in the answer."""

    def __init__(
        self, session: Session, config: SalesforceConfig, reading: Reading, history: History
    ) -> None:
        self._session = session
        self._config = config
        self._reading = reading
        self._history = history
        self._problems: list[Problem] = []

    def health(self) -> Health:
        self._check_version()
        user, org = self._session.user_info(), self._organization()
        limits = _daily(self._session.get("limits"))
        schemas = {kind: schema for kind in self._reading.kinds if (schema := self._schema(kind))}
        rights = self._rights(str(user.get("user_id")))
        self._check_user(user, rights)
        self._check_login()
        self._check_clock()
        return Health(
            org_id=str(org.get("Id")),
            org_name=str(org.get("Name")),
            user=str(user.get("preferred_username") or user.get("user_id")),
            api_version=self._config.api_version,
            production=org.get("IsSandbox") is not True,
            server_time=self._session.server_now(),
            record_url=f"{self._config.url}/{{id}}",
            kinds={kind: self._kind(kind, schema) for kind, schema in schemas.items()},
            used_calls=limits[0],
            allowed_calls=limits[1],
            partial=tuple(self._partial(rights, schemas)),
            problems=tuple(self._problems),
        )

    def _check_version(self) -> None:
        offered = self._session.versions()
        if self._config.api_version not in offered:
            newest = offered[-1] if offered else "another one"
            message = f"The org does not offer version {self._config.api_version} of the API."
            raise fail(ConfigError, "BBM-SF-044", message, version=newest)

    def _organization(self) -> Row:
        query = "SELECT Id, Name, OrganizationType, IsSandbox FROM Organization"
        rows = self._session.query_all(query)
        if not rows:
            raise malformed("the org says nothing about itself")
        return rows[0]

    def _schema(self, kind: RecordKind) -> ObjectSchema | None:
        answer = self._session.get_or_none(f"sobjects/{OBJECTS[kind]}/describe")
        if answer is not None:
            return object_schema(answer)
        self._note("BBM-SF-030", f"The agent's user cannot see {OBJECTS[kind]}.")
        return None

    def _kind(self, kind: RecordKind, schema: ObjectSchema) -> KindInfo:
        reading = self._reading.kinds[kind]
        self._check_fields(kind, reading, schema)
        self._check_history(kind, reading, schema)
        return KindInfo(
            name=schema.name,
            fields=schema.fields,
            statuses=self._statuses(kind, reading, schema),
            record_types=schema.record_types,
            total=self._session.count(schema.name),
        )

    def _check_fields(self, kind: RecordKind, reading: KindReading, schema: ObjectSchema) -> None:
        for name in missing_fields(kind, reading, schema):
            message = f"{schema.name}.{name} does not exist, or the agent's user may not see it."
            self._note("BBM-SF-031", message, object=schema.name)
        for role, name in reading.written.items():
            found = schema.find(name)
            if found is not None and role in AGENT_ROLES and not found.updateable:
                message = f"The agent's user may not edit {schema.name}.{name}."
                self._note("BBM-SF-032", message, object=schema.name)

    def _check_history(self, kind: RecordKind, reading: KindReading, schema: ObjectSchema) -> None:
        """Warn where moves have no times. Stages of opportunities always have them."""
        status = reading.status or STATUS.get(kind)
        if status is None or status == "StageName" or self._history.is_kept(kind):
            return
        # An account's type is rarely tracked, and nothing depends on it by default.
        severity = Severity.WARNING if kind is RecordKind.LEAD else Severity.NOTE
        message = f"{schema.name} keeps no history: when {status} changed is not known."
        self._note("BBM-SF-051", message, severity, object=schema.name, field=status)

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

    def _rights(self, user: str) -> _Rights | None:
        """The rights, or nothing where the user may not ask for them."""
        try:
            return self._read_rights(user)
        except (MissingPermission, RequestRefused):
            return None

    def _read_rights(self, user: str) -> _Rights:
        assigned = self._session.query_all(soql.assigned_sets(user))
        ids = [str(row.get("PermissionSetId")) for row in assigned] or [""]
        sets = self._session.query_all(soql.system_permissions(ids))
        opened = self._session.query_all(soql.object_permissions(ids))
        return _Rights(
            any(row.get("PermissionsViewAllData") is True for row in sets),
            any(row.get("PermissionsAllowViewEditConvertedLeads") is True for row in sets),
            _by_object(opened),
        )

    def _partial(
        self, rights: _Rights | None, schemas: Mapping[RecordKind, ObjectSchema]
    ) -> Iterator[str]:
        """Why the figures may leave out records that others can see."""
        for schema in schemas.values():
            if rights is None:
                yield f"it cannot be told whether all of {schema.name} is visible"
            elif not rights.sees_everything and not rights.may("ViewAllRecords", schema.name):
                yield f"no View All Records on {schema.name}"
                message = (
                    f"Records of {schema.name} that are not shared with the agent are missing."
                )
                self._note("BBM-SF-033", message, Severity.WARNING, object=schema.name)

    def _check_user(self, user: Row, rights: _Rights | None) -> None:
        if user.get("is_salesforce_integration_user") is False:
            message = "The agent's user is not an integration user."
            self._note("BBM-SF-052", message, Severity.NOTE)
        if self._config.write_converted_leads and rights and not rights.edits_converted:
            message = "The agent's user may not edit converted leads."
            self._note("BBM-SF-054", message)

    def _check_login(self) -> None:
        if self._config.legacy_soap_login:
            message = f"The login over SOAP ends on {ENDS:%-d %B %Y}, when Salesforce retires it."
            self._note("BBM-SF-019", message, Severity.WARNING)

    def _check_clock(self) -> None:
        if abs(self._session.skew) > _WORST_SKEW:
            seconds = round(self._session.skew.total_seconds())
            message = f"Salesforce's clock is {seconds:+} seconds away from this machine's."
            self._note("BBM-SF-050", message, Severity.WARNING)

    def _note(
        self, code: str, what: str, severity: Severity = Severity.ERROR, **names: str
    ) -> None:
        fix = hint(code, permission_set=self._config.permission_set, **names)
        self._problems.append(Problem(code, severity, what, fix))


def _daily(limits: Any) -> tuple[int | None, int | None]:
    """Used and allowed calls of the last 24 hours."""
    daily = limits.get("DailyApiRequests") if isinstance(limits, dict) else None
    most = daily.get("Max") if isinstance(daily, dict) else None
    left = daily.get("Remaining") if isinstance(daily, dict) else None
    if not isinstance(most, int) or not isinstance(left, int):
        return None, None
    return most - left, most


def _names(row: Row) -> tuple[str, str]:
    return str(row.get("ApiName")), str(row.get("MasterLabel") or row.get("ApiName"))


def _by_object(rows: list[Row]) -> Mapping[str, frozenset[str]]:
    actions: dict[str, set[str]] = {}
    for row in rows:
        granted = {name for name, value in row.items() if value is True}
        known = actions.setdefault(str(row.get("SobjectType")), set())
        known.update(name.removeprefix("Permissions") for name in granted)
    return {name: frozenset(known) for name, known in actions.items()}
