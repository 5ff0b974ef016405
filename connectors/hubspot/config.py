"""The settings of a HubSpot portal, as people write them under `[crm.hubspot]`."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    SecretStr,
    field_validator,
    model_validator,
)

from bbm_core.records import FieldRole
from connectors.hubspot.fields import DEFAULT_NAMES

NAME: Final = re.compile(r"(?!hs_)[a-z][a-z0-9_]*")

_PROPERTY: Final = r"^([a-z][a-z0-9_]*)?$"
"""The name of any property: it becomes part of a query."""

ActivityType = Literal["calls", "emails", "meetings", "tasks"]
"""What HubSpot calls the types of activities."""

SENDABLE: Final = re.compile(r"[!-~]+")
"""What a header can carry; a client that is given anything else would show it in its error."""

_OF_AN_APP: Final = ("client_id", "client_secret", "refresh_token", "token_file")


class HubSpotConfig(BaseModel):
    """How to reach one HubSpot portal, and how carefully to read it."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, validate_default=True
    )

    token: SecretStr | None = None
    """A service key (Development > Keys > Service keys). An OAuth app has the next four instead."""

    client_id: str = ""
    """The client id of an OAuth app that somebody let into the portal."""

    client_secret: SecretStr | None = None
    """The app's client secret."""

    refresh_token: SecretStr | None = None
    """What the app was given when it was let in; later ones are kept in `token_file`."""

    token_file: Path | None = None
    """Where the agent keeps the app's tokens, as a file that only its user can read."""

    url: HttpUrl = HttpUrl("https://api.hubapi.com")
    """HubSpot's API. European and other regions use the same address; the sandbox has its own."""

    api_version: Literal["v3", "2026-03"] = "v3"
    """Which of HubSpot's paths are asked: the old numbered ones, or those named by date."""

    proxy: str | None = None
    """A proxy between the agent and HubSpot. The environment's proxies are not used."""

    ca_file: Path | None = None
    """Certificates to trust instead of the system's, in PEM."""

    connect_seconds: float = Field(default=5.0, gt=0)
    """How long to wait for a connection."""

    read_seconds: float = Field(default=30.0, gt=0)
    """How long HubSpot may be silent."""

    total_seconds: float = Field(default=90.0, gt=0)
    """How long one answer may take altogether."""

    overlap_minutes: int = Field(default=5, ge=0)
    """How far each reading of changes reaches back into what was read before."""

    settle_seconds: int = Field(default=30, ge=0)
    """How old a change must be to be read: HubSpot's search index lags behind."""

    deletions_every_minutes: int = Field(default=60, ge=0)
    """How often the archived records are listed; that costs one call per 100 of them."""

    cursors: int = Field(default=8, ge=1, le=32)
    """How many cursors read a long list at once; they share the pace."""

    exports_from: int = Field(default=1_000_000, ge=0)
    """A kind of so many records is first loaded by an export, which needs crm.export; 0: never."""

    export_minutes: int = Field(default=60, ge=1)
    """How long HubSpot may take to write an export; it goes on, and the next run fetches it."""

    contact_is_lead: bool = False
    """Contacts play the role of leads: HubSpot's leads are neither looked for nor read."""

    calls_per_ten_seconds: int = Field(default=100, ge=1)
    """The pace at the start; HubSpot's own figure replaces it with the first answer."""

    searches_per_second: int = Field(default=4, ge=1)
    """The pace of searches, which HubSpot limits per portal and does not state."""

    trace_writes: bool = True
    """Name each input of a batch, so that one bad record does not refuse the others."""

    fill_native: bool = False
    """Also fill HubSpot's own tier and target account of companies, where no person has.

    That is `hs_ideal_customer_profile` and `hs_is_target_account`, whenever a company is written.
    """

    activities: tuple[ActivityType, ...] = ("calls", "meetings", "tasks")
    """The activities that are read. "emails" needs a scope that opens their content too."""

    activity_kind: str = Field(default="", pattern=_PROPERTY)
    """The property of calls and meetings that names their kind, such as hs_activity_type."""

    campaign_channel: str = Field(default="", pattern=_PROPERTY)
    """The property of campaigns that names the channel they belong to. Empty: none."""

    contract_end: str = Field(default="", pattern=_PROPERTY)
    """The property of companies that says until when their contract runs. Empty: none."""

    lead_status: str = Field(default="hs_lead_status", pattern=_PROPERTY, min_length=1)
    """The property of contacts that says what sales made of them, beside the lifecycle stage."""

    fields: Mapping[FieldRole, str] = Field(default_factory=dict)
    """The names of our properties, where they differ from the usual ones."""

    @model_validator(mode="after")
    def _one_login(self) -> Self:
        app = {name: getattr(self, name) for name in _OF_AN_APP}
        missing = [name for name, value in app.items() if not value]
        if self.token is None and missing:
            needed = " and ".join(f"`{name}`" for name in missing)
            raise ValueError(f"`token` is missing; an OAuth app would need {needed}")
        if self.token is not None and len(missing) < len(app):
            raise ValueError("there is a `token` beside an OAuth app: leave one of them out")
        return self

    @field_validator("token")
    @classmethod
    def _can_be_sent(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not SENDABLE.fullmatch(token.get_secret_value()):
            raise ValueError(
                "it holds a blank, a line break or another sign that no key of HubSpot has:"
                " copy it again"
            )
        return token

    @field_validator("proxy")
    @classmethod
    def _known_proxy(cls, proxy: str | None) -> str | None:
        if proxy is not None and not proxy.startswith(("http://", "https://")):
            raise ValueError("a proxy is named as http://host:port or https://host:port")
        return proxy

    @field_validator("fields")
    @classmethod
    def _all_named(cls, fields: Mapping[FieldRole, str]) -> Mapping[FieldRole, str]:
        for name in fields.values():
            if not NAME.fullmatch(name):
                raise ValueError(
                    f'"{name}" is not the name of a property of our own: lower-case letters, '
                    "digits and _, a letter first, and not hs_"
                )
        named = {**DEFAULT_NAMES, **fields}
        twice = [name for name, times in Counter(named.values()).items() if times > 1]
        if twice:
            raise ValueError(f'"{twice[0]}" is the name of two properties of ours')
        return named

    @property
    def capability_fields(self) -> tuple[str, ...]:
        """What capabilities read: another property is read from the beginning."""
        named = (self.activity_kind, self.campaign_channel, self.contract_end, self.lead_status)
        return (*named, *self.activities)
