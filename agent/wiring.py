"""Puts the agent together from its configuration; the only place that knows every part."""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Self

from agent.alerts.slack import SlackSender
from agent.budget import Budget
from agent.capabilities.rates import kept_rates
from agent.clock import Clock, interrupted
from agent.config import Loaded, Settings
from agent.config.capabilities import Use
from agent.currency import rate_table, stated_currency
from agent.definition import definition_of, heat_of
from agent.fields import field_names, field_specs
from agent.retry import Retry
from agent.store import Store
from bbm_core.icp.classify import Classifier
from bbm_core.icp.engagement import EngagementRules
from bbm_core.icp.profile import Profile
from bbm_core.icp.versions import ChangePoint, change_points
from bbm_core.judgement import Rules
from bbm_core.plan import WritePolicy
from bbm_core.records import AGENT_ROLES, FieldRole, FieldSpec, RecordKind
from bbm_core.value.money import RateTable
from connectors import load as load_connector
from connectors.contract import Connector, KindReading, Ports, Reading


@dataclass(frozen=True, slots=True)
class Books:
    """What is known without asking the CRM: enough to weigh and to explain.

    `with open_books(...) as books:` closes them at its end.
    """

    settings: Settings
    store: Store
    clock: Clock
    rules: Rules
    folder: Path = Path()  # of the configuration: relative names of files count from here

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()


@dataclass(slots=True)
class Agent:
    """Everything a cycle works with."""

    settings: Settings
    connector: Connector
    store: Store
    clock: Clock
    retry: Retry
    budget: Budget
    rules: Rules
    policies: Mapping[RecordKind, WritePolicy]
    fields: tuple[FieldSpec, ...]
    sender: SlackSender | None
    currency: str = ""  # of the figures; the CRM's own where none is configured
    told_rates: RateTable | None = None  # the CRM's own rates, where it told some
    absent: frozenset[RecordKind] = frozenset()  # kinds this CRM does not have, as the look showed
    stop: threading.Event = field(default_factory=threading.Event)
    folder: Path = Path()  # of the configuration: relative names of files count from here

    @property
    def books(self) -> Books:
        return Books(self.settings, self.store, self.clock, self.rules, self.folder)

    @property
    def rates(self) -> RateTable:
        """What amounts of other currencies are worth in that of the figures."""
        return rate_table(self.settings.currencies, self.currency, self.told_rates)

    @property
    def kinds(self) -> tuple[RecordKind, ...]:
        """The kinds that take part, in pulling order: accounts first."""
        wanted = self.settings.kinds.keys() - self.absent
        return tuple(kind for kind in RecordKind if kind in wanted)

    @property
    def rules_digest(self) -> str:
        """Names all that decides what is written: the rules, and how verdicts become values."""
        policies = {
            kind: (p.lang, sorted(p.roles), _texts(p), p.hysteresis_points, p.dead_band)
            for kind, p in self.policies.items()
        }
        accounts = self.settings.accounts
        matching = () if accounts.names.is_empty else (accounts.model_dump_json(),)
        return _digest(self.rules.digest, policies, *matching)

    def reading_digest(self, kind: RecordKind) -> str:
        """Names which fields of a kind are read, and what they mean."""
        reading = _kind_reading(self.settings, kind)
        maps = sorted(reading.attributes.items()), sorted(reading.written.items())
        # Of the attribute that matches by domain, less is kept than was read.
        domain = self.settings.accounts.domain
        shortened = (domain,) if domain in reading.attributes else ()
        # A record that names no channel may have that of a campaign; otherwise it is read anew.
        touch = self.settings.capabilities.responses
        answers = () if touch is Use.NEVER else ("responses",)
        shown = reading.channel, reading.amount, reading.status
        return _digest(*maps, *shown, *shortened, *answers)

    @property
    def config_digest(self) -> str:
        """Names the configuration in the run records. Secrets are masked before they get here."""
        return _digest(self.settings.model_dump_json())

    def checkpoint(self) -> None:
        """A place where the work may be left: everything up to here is kept.

        Raises:
            Interrupted: somebody asked the agent to stop.
        """
        if self.stop.is_set():
            raise interrupted()

    def close(self) -> None:
        self.budget.release()
        self.connector.close()
        self.store.close()
        self.clock.close()


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _texts(policy: WritePolicy) -> list[tuple[str, str, str | None]]:
    return sorted((name, label.en, label.ja) for name, label in policy.labels.items())


def build_agent(
    loaded: Loaded, clock: Clock, stop: threading.Event | None = None, *, durable: bool = True
) -> Agent:
    """The agent of this configuration, with its state open and locked.

    `stop` asks it to end at the next checkpoint; a clock that knows it too ends its waiting.
    A state that is not `durable` may be lost in a power cut, and only then.

    Raises:
        ConfigProblems: a secret is missing.
        LockHeld: another run is at work on the same state.
    """
    loaded.require_secrets()
    settings = loaded.settings
    store = Store.open(settings.state.url, durable=durable)
    budget = build_budget(settings, store, clock)
    return Agent(
        settings=settings,
        connector=build_connector(settings, clock, budget),
        store=store,
        clock=clock,
        retry=Retry(clock),
        budget=budget,
        rules=build_rules(settings),
        policies=build_policies(settings),
        fields=tuple(field_specs(settings)),
        sender=build_sender(settings),
        currency=stated_currency(settings),
        told_rates=kept_rates(store),
        stop=stop or threading.Event(),
        folder=loaded.path.parent,
    )


def open_books(loaded: Loaded, clock: Clock) -> Books:
    """What is kept, for reading beside a running agent: no lock, no secrets, no CRM."""
    settings = loaded.settings
    store = Store.open(settings.state.url, lock=False, create=False)
    return Books(settings, store, clock, _rules_to_read_by(settings, store), loaded.path.parent)


def _rules_to_read_by(settings: Settings, store: Store) -> Rules:
    """The rules by which the kept figures were counted last.

    Between an edit or a publication and the next sync that is still the definition before it.
    """
    rules = build_rules(settings, definition_of(settings, store).profiles)
    counted = set(store.cell_versions())
    if rules.classifier.version in counted or not counted:
        return rules
    for point in reversed(change_points(store.publications())):
        former = rules_of(settings, store, point) if point.counted_by in counted else None
        if former is not None:
            return former
    return rules


def build_connector(settings: Settings, clock: Clock, budget: Budget) -> Connector:
    ports = Ports(reserve=budget.reserve, observe=budget.observe, wait=clock.wait, now=clock.now)
    connection = getattr(settings.crm, settings.crm.kind)
    return load_connector(settings.crm.kind)(
        connection, build_reading(settings, clock.now()), ports
    )


def build_reading(settings: Settings, now: datetime) -> Reading:
    """What is read: the attributes that some kind has, our own fields, channel and amount."""
    return Reading(
        kinds=MappingProxyType({kind: _kind_reading(settings, kind) for kind in settings.kinds}),
        history_since=now - timedelta(days=30.5 * settings.crm.history_months),
    )


def _kind_reading(settings: Settings, kind: RecordKind) -> KindReading:
    chosen = settings.kinds[kind]
    names = field_names(settings)
    own = {name: attribute.field(kind) for name, attribute in settings.attributes.items()}
    return KindReading(
        attributes={name: crm_field for name, crm_field in own.items() if crm_field},
        written={role: names[role] for role in chosen.roles} if chosen.write else {},
        channel=chosen.channel,
        amount=chosen.amount,
        status=chosen.status,
    )


def build_rules(settings: Settings, profiles: Sequence[Profile] = ()) -> Rules:
    """What records are judged by; without profiles, by those of the configuration."""
    return rules_with(settings, profiles or settings.icp.profiles, heat_of(settings))


def rules_of(settings: Settings, store: Store, point: ChangePoint) -> Rules | None:
    """What records were judged by from this change on; None where its text is not kept."""
    profiles = store.definition(point.version)
    return None if profiles is None else rules_with(settings, profiles, point.heat)


def rules_with(
    settings: Settings, profiles: Sequence[Profile], heat: EngagementRules | None
) -> Rules:
    """What records are judged by, with these profiles and this heat."""
    return Rules(
        classifier=Classifier(profiles, heat.digest if heat else ""),
        stages=settings.stages,
        filters=settings.scope.filters,
        business=settings.scope.business,
        plausible={n: a.plausible for n, a in settings.attributes.items() if a.plausible},
        heat=heat,
    )


def build_policies(settings: Settings) -> Mapping[RecordKind, WritePolicy]:
    """How each written kind is written."""
    labels = {
        name: attribute.label
        for name, attribute in settings.attributes.items()
        if attribute.label is not None
    }
    return {
        kind: WritePolicy(
            lang=settings.crm.lang,
            roles=frozenset(chosen.roles).intersection(AGENT_ROLES),
            labels=labels,
            hysteresis_points=settings.write.hysteresis_points,
            dead_band=settings.write.dead_band,
        )
        for kind, chosen in settings.kinds.items()
        if chosen.write and FieldRole.FLAG in chosen.roles
    }


def build_budget(settings: Settings, store: Store, clock: Clock) -> Budget:
    return Budget(
        store,
        clock,
        run_percent=settings.budget.run_percent,
        org_percent=settings.budget.org_percent,
        daily_calls=settings.budget.daily_calls,
    )


def build_sender(settings: Settings) -> SlackSender | None:
    slack = settings.slack
    if slack is None:
        return None
    return SlackSender(
        token=slack.token.get_secret_value() if slack.token else None,
        webhook=slack.webhook.get_secret_value() if slack.webhook else None,
        channel=slack.channel,
        base_url=slack.url,
        proxy=slack.proxy,
        ca_file=slack.ca_file,
    )
