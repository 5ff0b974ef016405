"""Every setting and its default. Nothing else reads the environment or a file of settings."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from agent.config.accounts import AccountSettings
from agent.config.agreement import disagreements
from agent.config.capabilities import CapabilitySettings
from agent.config.checks import ChecksSettings
from agent.config.engagement import EngagementSettings, IcpMode
from agent.config.inputs import InputSettings
from agent.config.ltv import CurrencySettings, LtvSettings
from agent.config.measures import EffortSettings, MeasureSettings, PrivacySettings
from agent.config.product_lines import ProductLineSettings
from agent.config.section import Section
from agent.config.targets import CatalogueSettings, TargetSettings
from bbm_core.balance.funnel import StageSpec
from bbm_core.icp.profile import Label, Profile
from bbm_core.records import FieldRole, RecordKind
from bbm_core.scope import BusinessRule, ScopeFilter
from connectors.hubspot.config import HubSpotConfig
from connectors.salesforce.config import SalesforceConfig

DIMENSIONS = ("channel", "measure", "campaign", "team", "owner")
"""What the balance can be broken down by beside attributes."""

NAMES_DISAGREE = "names_disagree"
"""The type of the error about names that do not agree."""


@cache  # each look walks through the files of all zones
def is_zone(name: str) -> bool:
    """Whether this is the IANA name of a time zone."""
    return name in available_timezones()


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
Plausible = tuple[Decimal, Decimal]
"""The lowest and the highest number that a person would believe."""


class CrmSettings(Section):
    """The CRM the agent works on."""

    kind: Literal["salesforce", "hubspot"]
    """Which CRM this is."""
    timezone: str = "UTC"
    """The time zone in which people read times, an IANA name such as Asia/Tokyo."""
    currency: str = Field(default="", pattern=r"^([A-Z]{3})?$")
    """The currency of the figures, ISO 4217. Empty: the CRM's own."""
    lang: Literal["en", "ja"] = "en"
    """The language of field labels and reasons in the CRM."""
    history_months: int = Field(default=24, ge=1, le=60)
    """How far back the first load rebuilds stage entries. The detectors compare with two years."""
    salesforce: SalesforceConfig | None = None
    """How to reach Salesforce; needed when kind is salesforce."""
    hubspot: HubSpotConfig | None = None
    """How to reach HubSpot; needed when kind is hubspot."""

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, zone: str) -> str:
        if not is_zone(zone):
            raise ValueError(f'"{zone}" is not a time zone; use an IANA name such as Asia/Tokyo')
        return zone

    @model_validator(mode="after")
    def _connection_is_there(self) -> "CrmSettings":
        if getattr(self, self.kind) is None:
            raise ValueError(f"kind is {self.kind}, so the section [crm.{self.kind}] is needed")
        return self


class KindSettings(Section):
    """One kind of record: whether it takes part, and which of its fields mean what."""

    write: bool = True
    """Write our fields to records of this kind."""
    channel: str | None = None
    """The CRM's field of the first-touch channel."""
    status: str | None = None
    """The CRM's field of the status. Empty: the CRM's standard one."""
    amount: str | None = None
    """The CRM's field of the amount. Empty: the CRM's standard one."""
    roles: tuple[FieldRole, ...] = tuple(FieldRole)
    """Which of our fields this kind has."""


class AttributeSettings(Section):
    """An attribute of the profile: its label, and the CRM's field that holds it, per kind.

    Contacts and opportunities take what they lack from their account.
    """

    label: Label | None = None
    """What people call it."""
    account: str | None = None
    """The field on accounts (companies)."""
    lead: str | None = None
    """The field on leads."""
    contact: str | None = None
    """The field on contacts."""
    opportunity: str | None = None
    """The field on opportunities (deals)."""
    plausible: Plausible | None = Field(default=None, examples=[(1, 3_000_000)])
    """Numbers outside this range are taken as unknown."""

    @field_validator("plausible")
    @classmethod
    def _range_in_order(cls, ends: Plausible | None) -> Plausible | None:
        if ends is not None and not ends[0] < ends[1]:
            raise ValueError(f"the lower end ({ends[0]}) must be below the upper end ({ends[1]})")
        return ends

    def field(self, kind: RecordKind) -> str | None:
        value: str | None = getattr(self, kind.value)
        return value


class IcpSettings(Section):
    """The ideal customer profile. With several profiles the best one counts."""

    icp_mode: IcpMode = IcpMode.FIT
    """fit, or fit_and_hot: leads and contacts are ICP only while they are hot, see [engagement]."""
    profiles: tuple[Profile, ...] = Field(min_length=1)
    """The profiles."""

    @field_validator("profiles")
    @classmethod
    def _names_differ(cls, profiles: tuple[Profile, ...]) -> tuple[Profile, ...]:
        names = [profile.name for profile in profiles]
        if len(set(names)) < len(names):
            raise ValueError("two profiles have the same name; give each a name of its own")
        return profiles


class ScopeSettings(Section):
    """Which records count, and which are new business."""

    filters: tuple[ScopeFilter, ...] = ()
    """Records that a filter matches are neither judged nor counted."""
    business: tuple[BusinessRule, ...] = ()
    """Renewals, expansions and leads of existing customers, shown apart from new business."""


class BandSettings(Section):
    """The band in which a stage's ICP rate should lie."""

    low: float = Field(ge=0, le=1, examples=[0.28])
    """The lower end, as a share: 0.28 is 28 %."""
    high: float = Field(ge=0, le=1, examples=[0.38])
    """The upper end."""

    @model_validator(mode="after")
    def _ends_in_order(self) -> "BandSettings":
        if self.low >= self.high:
            raise ValueError(f"low ({self.low}) must be below high ({self.high})")
        return self


class WatchSection(Section):
    """When the detector speaks. The defaults keep false alarms near one per org and year."""

    baseline_weeks: int = Field(default=26, ge=8, le=104)
    """Weeks from which the baseline band is taken where no band is configured."""
    min_weeks: int = Field(default=4, ge=1, le=13)
    """The shortest window."""
    max_weeks: int = Field(default=13, ge=1, le=52)
    """The longest window."""
    min_observations: int = Field(default=50, ge=1)
    """Decided records that a window needs, after allowing for overdispersion."""
    posterior: float = Field(default=0.95, gt=0.5, lt=1)
    """How sure the detector must be that the first stage's rate is outside a band that was set."""
    posterior_later: float = Field(default=0.99, gt=0.5, lt=1)
    """The same for every later stage, and for a band that is only the stage's own past."""
    leave: float = Field(default=0.80, gt=0.5, lt=1)
    """How sure it must be that the rate is inside again."""
    false_alarms: float = Field(default=0.25, ge=0.02, le=0.3)
    """How likely the early detector may cry wolf at the first stage, in a year without a change.
    Where fewer than 50 classified records come in a week it is at most 0.10."""
    false_alarms_later: float = Field(default=0.06, ge=0.02, le=0.3)
    """The same for each later stage."""
    false_alarms_volume: float = Field(default=0.02, ge=0.001, le=0.3)
    """The same for the counts of a stage: fewer or more records, or ICP, than usual."""
    judge_age_days: int = Field(default=7, ge=0, le=60)
    """The age at which a record is judged for the detector, because enrichment arrives late."""
    stages: tuple[str, ...] = ()
    """Stages the detector watches. Empty: all."""


class GuardSettings(Section):
    """What stops a run before it writes."""

    max_flip_percent: int = Field(default=20, ge=1, le=100)
    """Stop when more than this share of the known flags would flip, and more than max_flips."""
    max_flips: int = Field(default=50, ge=0)
    """See max_flip_percent."""
    max_writes: int = Field(default=5000, ge=1)
    """The most writes of a run without a confirmed plan."""
    max_unknown_rise: int = Field(default=10, ge=1, le=100)
    """Stop when the share of unknown verdicts rises by more than these points in one run."""


class WriteSettings(Section):
    """How verdicts become field values."""

    hysteresis_points: int = Field(default=5, ge=0, le=50)
    """How far below its cut-off a score must fall before the written tier goes down."""
    dead_band: int = Field(default=0, ge=0, le=50)
    """Do not write a score that moved by no more than this, when nothing else changed."""
    read_back_percent: int = Field(default=1, ge=0, le=100)
    """The share of writes that is read again and compared; the first run reads all."""


class BudgetSettings(Section):
    """How much of the CRM's daily API allowance the agent may use."""

    run_percent: int = Field(default=25, ge=1, le=100)
    """The most one run may use, of the org's daily allowance."""
    org_percent: int = Field(default=80, ge=1, le=100)
    """Stop when the org as a whole has used this much of it."""
    daily_calls: int | None = Field(default=None, ge=1, examples=[5000])
    """An own cap on calls a day, whatever the allowance."""


class ScheduleSettings(Section):
    """When `bbm run` works."""

    every_minutes: int = Field(default=30, ge=1, le=1440)
    """Minutes from one cycle to the next."""
    full_every_days: int = Field(default=7, ge=1, le=90)
    """Days from one full reconcile to the next; it finds what incremental reads cannot."""


class SlackSettings(Section):
    """Where alerts go: a bot (token and channel) or an incoming webhook."""

    channel: str = ""
    """The channel's id, such as C0123ABCD, for the bot."""
    token: SecretStr | None = None
    """The bot token, as env:NAME or file:NAME."""
    webhook: SecretStr | None = None
    """The incoming webhook's address, as env:NAME or file:NAME."""
    lang: Literal["en", "ja"] = "en"
    """The language of the messages."""
    url: str = "https://slack.com/api/"
    """The address of Slack's API."""
    proxy: str | None = None
    """An HTTP proxy for Slack."""
    ca_file: str | None = None
    """A CA bundle for Slack."""

    @model_validator(mode="after")
    def _one_way_in(self) -> "SlackSettings":
        if (self.token is None) == (self.webhook is None):
            raise ValueError("give either token (with channel) or webhook")
        if self.token is not None and not self.channel:
            raise ValueError("the bot token needs a channel")
        return self


class StateSettings(Section):
    """Where the agent keeps what it knows."""

    url: str = "sqlite:///bbm.db"
    """SQLite file or PostgreSQL address, as SQLAlchemy writes it."""


class LogSettings(Section):
    """The log."""

    format: Literal["auto", "json", "text"] = "auto"
    """auto: text on a terminal, JSON elsewhere."""
    level: Literal["debug", "info", "warning", "error"] = "info"
    """The least level that is logged."""


class Settings(Section):
    """The whole configuration."""

    crm: CrmSettings
    """The CRM."""
    kinds: Mapping[RecordKind, KindSettings] = Field(min_length=1)
    """The kinds of record that are read."""
    attributes: Mapping[str, AttributeSettings]
    """What is kept of each record; the profile reads a subset."""
    icp: IcpSettings
    """The ideal customer profile."""
    stages: tuple[StageSpec, ...] = Field(min_length=1)
    """The funnel, first stage first. A stage that the company does not record is left out."""
    scope: ScopeSettings = ScopeSettings()
    """Which records count."""
    bands: Mapping[str, BandSettings] = {}
    """Configured bands by stage; a stage without one is compared with its own past."""
    slices: Names = ()
    """Attributes by which the balance can be broken down, beside the channel."""
    campaign: str = Field(default="", examples=["campaign"])
    """The attribute that holds a record's campaign, if the CRM has one."""
    measures: Mapping[str, MeasureSettings] = {}
    """What brings the leads, by name; see `bbm balance --by measure`."""
    effort: EffortSettings = EffortSettings()
    """What work and measures cost."""
    privacy: PrivacySettings = PrivacySettings()
    """Whose figures may be read."""
    hours_per_lead: float | None = Field(default=None, gt=0, examples=[1.5])
    """Sales hours that one lead costs; lets alerts state the consequence in hours."""
    watch: WatchSection = WatchSection()
    """The detector."""
    guards: GuardSettings = GuardSettings()
    """What stops a run."""
    write: WriteSettings = WriteSettings()
    """How values are written."""
    budget: BudgetSettings = BudgetSettings()
    """API calls."""
    schedule: ScheduleSettings = ScheduleSettings()
    """When to work."""
    accounts: AccountSettings = AccountSettings()
    """Which account leads belong to that the CRM gives none, for account figures alone."""
    engagement: EngagementSettings = EngagementSettings()
    """How warm a record is. It is shown beside fit, never added to it."""
    targets: TargetSettings = TargetSettings()
    """What the company wants and has; `bbm recommend` makes a prescription of it."""
    catalogue: Mapping[str, CatalogueSettings] = {}
    """Measures of the catalogue, changed, and your own."""
    checks: ChecksSettings = ChecksSettings()
    """The standing checks."""
    product_lines: Mapping[str, ProductLineSettings] = {}
    """What `bbm fit` asks about each product line."""
    capabilities: CapabilitySettings = CapabilitySettings()
    """What the CRM tells beside records, as far as it can; a file under [inputs] goes before it."""
    inputs: InputSettings = InputSettings()
    """What the CRM does not hold: CSV files with a header; relative names count from this file."""
    ltv: LtvSettings = LtvSettings()
    """What customers are worth."""
    currencies: CurrencySettings = CurrencySettings()
    """The table of currencies."""
    slack: SlackSettings | None = None
    """Alerts; without this section they stay in the terminal and the log."""
    state: StateSettings = StateSettings()
    """The state."""
    log: LogSettings = LogSettings()
    """The log."""

    @field_validator("slices")
    @classmethod
    def _slices_are_attributes(cls, slices: tuple[str, ...]) -> tuple[str, ...]:
        for name in (one for one in slices if one in DIMENSIONS):
            raise ValueError(f"`{name}` is always there and needs no place in `slices`")
        return slices

    @model_validator(mode="after")
    def _one_currency(self) -> "Settings":
        base, own = self.currencies.base, self.crm.currency
        if base and own and base != own:
            raise ValueError(
                f"[currencies] base is {base} and [crm] currency is {own}; the figures have one "
                "currency, so state it once"
            )
        return self

    @model_validator(mode="after")
    def _names_agree(self) -> "Settings":
        found = tuple(disagreements(self.model_dump()))
        if found:
            what = "; ".join(one.what for one in found)
            # A type of its own: who reads the file reports each name at its place instead.
            raise PydanticCustomError(NAMES_DISAGREE, "{what}", {"what": what})
        return self
