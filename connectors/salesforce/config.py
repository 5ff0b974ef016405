"""The settings of a Salesforce org, as people write them under `[crm.salesforce]`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from bbm_core.records import FieldRole
from connectors.salesforce.fields import DEFAULT_NAMES

_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "client_credentials": ("client_secret",),
    "jwt": ("private_key", "username"),
    "legacy_soap_login": ("username", "password"),
}

_PATH = r"^[A-Za-z]\w*(\.[A-Za-z]\w*)?$"
"""The name of a field, its own or that of another object: it becomes part of a query."""


class SalesforceConfig(BaseModel):
    """How to reach one Salesforce org, and how carefully to read it."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, validate_default=True
    )

    url: str
    """The org's My Domain address, such as https://acme.my.salesforce.com."""

    login: Literal["client_credentials", "jwt"] = "client_credentials"
    """How the agent logs in: with the app's secret, or with a certificate (JWT bearer)."""

    client_id: str = Field(min_length=1)
    """The consumer key of the External Client App."""

    client_secret: SecretStr | None = None
    """The consumer secret; needed for the login "client_credentials"."""

    private_key: SecretStr | None = None
    """The private key of the app's certificate, in PEM; needed for the login "jwt"."""

    private_key_file: Path | None = None
    """A file with this key, in place of `private_key`. It is read at every login."""

    username: str | None = None
    """The user the agent acts as; needed for the login "jwt"."""

    audience: str | None = None
    """Whom a JWT is addressed to. Empty: the address under `url`."""

    legacy_soap_login: bool = False
    """Log in by `username` and `password` over SOAP instead; Salesforce ends it on 1 June 2027.

    `client_id` is then any name: there is no app.
    """

    password: SecretStr | None = None
    """The user's password; only for `legacy_soap_login`."""

    security_token: SecretStr | None = None
    """The user's security token, where Salesforce asks for one; only for `legacy_soap_login`."""

    api_version: str = Field(default="66.0", pattern=r"^[1-9][0-9]\.0$")
    """The version of the API, 60.0 or later."""

    proxy: str | None = None
    """A proxy between the agent and Salesforce. The environment's proxies are not used."""

    ca_file: Path | None = None
    """Certificates to trust instead of the usual ones, in PEM."""

    connect_seconds: float = Field(default=5.0, gt=0)
    """How long to wait for a connection."""

    read_seconds: float = Field(default=30.0, gt=0)
    """How long Salesforce may be silent."""

    total_seconds: float = Field(default=90.0, gt=0)
    """How long one answer may take altogether."""

    overlap_minutes: int = Field(default=15, ge=0)
    """How far each reading of changes reaches back: long transactions become visible late."""

    settle_seconds: int = Field(default=30, ge=0)
    """How old a change must be to be read."""

    page_size: int = Field(default=2000, ge=1, le=2000)
    """The most records that are asked for at once."""

    bulk_query_from: int = Field(default=30_000, ge=1)
    """How many records a pull must bring to be read by the Bulk API, in far fewer calls."""

    bulk_write_from: int = Field(default=2_500, ge=1)
    """How many writes must be planned to be sent by the Bulk API."""

    bulk_minutes: int = Field(default=60, ge=1)
    """How long a bulk job may take."""

    write_converted_leads: bool = False
    """Write to converted leads; the user then needs "View and Edit Converted Leads"."""

    permission_set: str = Field(default="BBM_Agent", pattern=r"^[A-Za-z][A-Za-z0-9_]*$")
    """The permission set that gives the agent access to its fields."""

    user_permission_set: str = Field(default="BBM_User", pattern=r"^[A-Za-z][A-Za-z0-9_]*$")
    """The permission set that lets people see our fields and set an override; assign it to them."""

    team: str = Field(default="UserRole.Name", pattern=_PATH)
    """The field of users that names their team, such as Department."""

    task_kind: str = Field(default="TaskSubtype", pattern=_PATH)
    """The field of tasks that names what kind of activity a task is, such as Type."""

    event_kind: str = Field(default="", pattern=rf"^$|{_PATH}")
    """The field of events that names their kind. Empty: each is a meeting."""

    campaign_channel: str = Field(default="Type", pattern=_PATH)
    """The field of campaigns that names the channel they belong to."""

    fields: Mapping[FieldRole, str] = Field(default_factory=dict)
    """The names of our fields, where they differ, such as those of a managed package."""

    @field_validator("url")
    @classmethod
    def _address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname or parts.path.strip("/"):
            raise ValueError(f'"{url}" is not an address such as https://acme.my.salesforce.com')
        return f"https://{parts.netloc}"

    @field_validator("api_version")
    @classmethod
    def _recent(cls, version: str) -> str:
        if float(version) < 60:  # noqa: PLR2004  the oldest version this was built for
            raise ValueError(f'"{version}" is too old; use 60.0 or later')
        return version

    @field_validator("fields")
    @classmethod
    def _all_named(cls, fields: Mapping[FieldRole, str]) -> Mapping[FieldRole, str]:
        for name in fields.values():
            if not name.endswith("__c") or not name.replace("_", "").isalnum():
                raise ValueError(f'"{name}" is not the name of a custom field, such as BBM_ICP__c')
        return {**DEFAULT_NAMES, **fields}

    @model_validator(mode="after")
    def _credentials_are_there(self) -> Self:
        login = "legacy_soap_login" if self.legacy_soap_login else self.login
        missing = [name for name in _NEEDED[login] if not getattr(self, name)]
        if login == "jwt" and self.private_key_file is not None:
            missing = [name for name in missing if name != "private_key"]
        if missing:
            raise ValueError(f'the login "{login}" needs {" and ".join(missing)}')
        return self

    @property
    def capability_fields(self) -> tuple[str, ...]:
        """What capabilities read: another field is read from the beginning."""
        return (self.team, self.task_kind, self.event_kind, self.campaign_channel)

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc
