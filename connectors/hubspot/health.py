"""What `check` looks at: portal, kinds, properties, stages, limits, clock. It changes nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from bbm_core.errors import PreconditionError
from bbm_core.records import FieldRole, RecordKind
from connectors.contract import (
    Allowance,
    FieldInfo,
    Health,
    KindInfo,
    KindReading,
    Problem,
    Reading,
    Severity,
    StatusOption,
)
from connectors.hubspot.config import HubSpotConfig
from connectors.hubspot.errors import HINTS, malformed
from connectors.hubspot.fields import NAMES
from connectors.hubspot.natives import unfit
from connectors.hubspot.ours import problems_of_ours
from connectors.hubspot.own_words import OF_A_COMPANY, OwnWords
from connectors.hubspot.portal import Portal
from connectors.hubspot.room import Room, rooms
from connectors.hubspot.schema import Definition, Schema
from connectors.hubspot.search import count_rows
from connectors.hubspot.session import Row, Session, results_of

_SKEW: Final = timedelta(minutes=1)
_LIFECYCLE_WORDS: Final = frozenset({"customer", "evangelist"})
_DAILY_USAGE: Final = "/account-info/v3/api-usage/daily/private-apps"
_WRITE_COMPANIES: Final = "Write companies ([kinds.account]), or leave out `fill_native`."
_NOT_TOLD: Final = "A service key does not say whether it has crm.export, until it is asked"


@dataclass(frozen=True, slots=True)
class Seen:
    """One kind, and what is wrong with it."""

    info: KindInfo | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Examination:
    """One look at one portal."""

    session: Session
    portal: Portal
    config: HubSpotConfig
    reading: Reading
    brief: bool = False
    """Leave out what is only good to know."""

    def health(self) -> Health:
        """Everything at once, so that people see all problems in one go."""
        account = self.session.account(fresh=True)
        seen = {kind: self._kind(kind) for kind in self._kinds()}
        used, allowed = self._usage()
        portal_id = _portal_id(account)
        room = rooms(self.session)
        return Health(
            org_id=portal_id,
            org_name=f"HubSpot portal {portal_id}",
            user="service key" if self.config.token else f"OAuth app {self.config.client_id}",
            api_version=self.config.api_version,
            production=account.get("accountType") == "STANDARD",
            server_time=self.session.server_now(),
            record_url=_record_url(account, portal_id),
            kinds={kind: one.info for kind, one in seen.items() if one.info},
            edition=self._account(account),
            currency=self.portal.currency(),
            used_calls=used,
            allowed_calls=allowed,
            allowances=tuple(_allowance(kind, one) for kind, one in room.items()),
            problems=(
                *(problem for one in seen.values() for problem in one.problems),
                *self._scopes(),
                *self._clock(),
                *(_too_full(kind, one) for kind, one in room.items() if one.is_nearly_full),
                *self._exports(seen),
                *(() if self.brief else self._own_words(seen)),
            ),
        )

    def _account(self, account: Row) -> str:
        """What sort of account it is, where its day begins, how fast it may be asked, what for."""
        kind, zone = account.get("accountType"), account.get("timeZone")
        pace, granted = self.session.calls_per_ten_seconds, len(self.session.scopes)
        scopes = f"{granted} scopes granted" if granted else "scopes told only when one is missing"
        return f"account type {kind}, time zone {zone}, {pace} calls in ten seconds, {scopes}"

    def _scopes(self) -> Iterator[Problem]:
        """What an app was not granted; a service key does not say what it may do."""
        granted = self.session.scopes
        missing = [one for one in self._needed() if granted and one not in granted]
        if missing:
            scopes = ", ".join(missing)
            what = f"The app was not granted {scopes}."
            fix = "Add them to the app, and let it into the portal again."
            yield Problem("BBM-HS-010", Severity.ERROR, what, fix)

    def _needed(self) -> Iterator[str]:
        """The scopes of the running agent; those of a setup are asked for when it is made."""
        for kind, reading in self.reading.kinds.items():
            scope = NAMES[kind].scope
            if kind is RecordKind.LEAD:
                continue  # a portal without leads grants none, and works without
            yield f"crm.objects.{scope}.read"
            yield f"crm.schemas.{scope}.read"
            if reading.written:
                yield f"crm.objects.{scope}.write"

    def _kinds(self) -> tuple[RecordKind, ...]:
        without_leads = self.config.contact_is_lead
        return tuple(kind for kind in RecordKind if not (without_leads and kind is RecordKind.LEAD))

    def _kind(self, kind: RecordKind) -> Seen:
        try:
            schema = self.portal.schema(kind, fresh=True)
            total = count_rows(self.session, NAMES[kind].object_type)
        except PreconditionError as error:
            return Seen(None, (_unseen(kind, error, wanted=kind in self.reading.kinds),))
        reading = self.reading.kinds.get(kind)
        problems = tuple(problems_of(schema, reading)) if reading else ()
        if self.config.fill_native and kind is RecordKind.ACCOUNT:
            problems += tuple(_of_natives(schema, reading))
        return Seen(_kind_info(schema, total), problems)

    def _own_words(self, seen: Mapping[RecordKind, Seen]) -> Iterator[Problem]:
        """Where a record's own words count only for want of a company."""
        if any(one.info is None for kind, one in seen.items() if kind in self.reading.kinds):
            return
        account = self.reading.kinds.get(RecordKind.ACCOUNT)
        for kind in (one for one in OF_A_COMPANY if one in self.reading.kinds):
            for words in self.portal.own_words(kind, self.reading.kinds[kind], account).values():
                yield _of_own_words(self.session, kind, words)

    def _usage(self) -> tuple[int | None, int | None]:
        try:
            rows = results_of(self.session.get(_DAILY_USAGE))
        except PreconditionError:
            return None, None  # OAuth apps have no daily budget of their own
        usage = rows[0] if rows else {}
        return _count(usage, "currentUsage"), _count(usage, "usageLimit")

    def _clock(self) -> Iterator[Problem]:
        skew = self.session.skew()
        if abs(skew) > _SKEW:
            seconds = round(skew.total_seconds())
            what = f"This machine's clock is {-seconds:+d} s off HubSpot's."
            yield _problem("BBM-HS-054", Severity.WARNING, what)

    def _exports(self, seen: Mapping[RecordKind, Seen]) -> Iterator[Problem]:
        """Whether what is large enough to be exported may be."""
        worth = self.config.exports_from
        kinds = [one.info for kind, one in seen.items() if one.info and kind in self.reading.kinds]
        large = [one.name for one in kinds if worth and (one.total or 0) >= worth]
        granted = self.session.scopes
        if not large or "crm.export" in granted:
            return
        who = "The app was not granted crm.export" if granted else _NOT_TOLD
        yield _problem("BBM-HS-058", Severity.NOTE, f"{who}: {', '.join(large)}.")


def _allowance(kind: RecordKind, room: Room) -> Allowance:
    return Allowance(f"custom properties of {_named(kind)}", room.used, room.most)


def _too_full(kind: RecordKind, room: Room) -> Problem:
    what = f"{_named(kind).capitalize()} have {room.used} of {room.most} custom properties."
    return _problem("BBM-HS-055", Severity.WARNING, what)


def _named(kind: RecordKind) -> str:
    return NAMES[kind].scope


def problems_of(schema: Schema, reading: KindReading) -> Iterator[Problem]:
    """What keeps the properties of a kind from being read or written as configured."""
    for attribute, name in reading.attributes.items():
        if not _exists(schema, name):
            yield _unknown(schema, name, f"attribute {attribute}")
    for meaning, given in (
        ("channel", reading.channel),
        ("amount", reading.amount),
        ("status", reading.status),
    ):
        if given and not _exists(schema, given):
            yield _unknown(schema, given, meaning)
    yield from problems_of_ours(schema, reading.written)


def _of_natives(schema: Schema, reading: KindReading | None) -> Iterator[Problem]:
    """Why HubSpot's own fields of companies cannot be filled as is wanted."""
    if reading is None or FieldRole.FLAG not in reading.written:
        what = "Our flag of companies is not written, so `fill_native` fills nothing."
        yield Problem("BBM-HS-056", Severity.WARNING, what, _WRITE_COMPANIES)
    elif why := unfit(schema):
        yield _problem("BBM-HS-056", Severity.ERROR, f"{why}, so it is not filled.")


def _of_own_words(session: Session, kind: RecordKind, words: OwnWords) -> Problem:
    names, own = NAMES[kind], words.own.name
    alone = count_rows(session, names.object_type, lacking=names.company, having=own)
    what = (
        f"{words.attribute}: {names.scope} hold it as {words.own.type} ({own}), companies as"
        f" {words.companys.type} ({words.companys.name}). Where there is a company, its own counts;"
        f" {'' if alone is None else f'{alone:,} '}{names.scope} without one fall back to"
        " theirs."
    )
    return _problem("BBM-HS-057", Severity.NOTE, what)


def _exists(schema: Schema, name: str) -> bool:
    definition = schema.definitions.get(name)
    return definition is not None and not definition.archived


def _unknown(schema: Schema, name: str, meaning: str) -> Problem:
    what = f"{schema.names.scope} have no property {name} ({meaning})."
    return _problem("BBM-HS-050", Severity.ERROR, what)


def _unseen(kind: RecordKind, error: PreconditionError, *, wanted: bool) -> Problem:
    if kind is RecordKind.LEAD:
        # HubSpot answers a missing plan and a missing scope alike; neither stops the funnel.
        what = f"The portal has no leads, or they may not be seen: {error}"
        return _problem("BBM-HS-053", Severity.NOTE, what)
    severity = Severity.ERROR if wanted else Severity.NOTE
    return Problem(error.code, severity, f"{NAMES[kind].scope}: {error}", error.hint)


def _problem(code: str, severity: Severity, what: str) -> Problem:
    return Problem(code, severity, what, HINTS[code])


def _kind_info(schema: Schema, total: int | None) -> KindInfo:
    fields = {
        name: _field_info(one) for name, one in schema.definitions.items() if not one.archived
    }
    return KindInfo(
        name=schema.names.scope,
        fields=fields,
        statuses=_statuses(schema),
        record_types=tuple(dict.fromkeys(stage.pipeline for stage in schema.stages)),
        total=total,
        link=schema.names.type_id,
    )


def _field_info(definition: Definition) -> FieldInfo:
    return FieldInfo(
        name=definition.name,
        label=definition.label,
        type=definition.type,
        options=tuple(option.value for option in definition.options),
        updateable=not definition.read_only,
    )


def _statuses(schema: Schema) -> tuple[StatusOption, ...]:
    if schema.names.pipeline:
        return tuple(
            StatusOption(one.status, one.label, is_closed=one.closed, is_won=one.won)
            for one in schema.stages
        )
    lifecycle = schema.definitions.get(schema.names.status)
    return tuple(
        StatusOption(one.value, one.label, is_won=one.value in _LIFECYCLE_WORDS)
        for one in (lifecycle.options if lifecycle else ())
    )


def _portal_id(account: Row) -> str:
    found = account.get("portalId")
    if not isinstance(found, int | str):
        raise malformed("it does not name the portal")
    return str(found)


def _record_url(account: Row, portal_id: str) -> str:
    domain = str(account.get("uiDomain") or "app.hubspot.com")
    return f"https://{domain}/contacts/{portal_id}/record/{{kind}}/{{id}}"


def _count(row: Mapping[str, Any], name: str) -> int | None:
    value = row.get(name)
    return value if isinstance(value, int) else None
