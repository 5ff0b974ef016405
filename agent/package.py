"""The package for a CRM's administrator: what `bbm fields export` writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from agent.config import Settings
from agent.fields import all_specs, field_specs
from agent.wiring import build_reading
from bbm_core.errors import ConfigError
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.package.convert import converted
from connectors.salesforce.package.source import Order, source

Format = Literal["sfdx", "mdapi"]


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, and where."""

    to: Path
    files: tuple[str, ...]


def write_package(settings: Settings, format_: Format, to: Path, now: datetime) -> Written:
    """Write the package; what is there already is never overwritten.

    Raises:
        ConfigError: the CRM is not Salesforce, or the place is taken.
    """
    config, files = _config_of(settings), package_files(settings, now)
    if (to.is_dir() and any(to.iterdir())) or to.is_file():
        raise ConfigError(
            f"{to} is there already.",
            hint="Name another place with --to, or remove it.",
            code="BBM-FD-003",
        )
    if format_ == "mdapi":
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(converted(files, config.api_version))
        return Written(to, (to.name,))
    for name, text in files.items():
        path = to / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Written(to, tuple(files))


def package_files(settings: Settings, now: datetime) -> Mapping[str, str]:
    """The files of the package as source, by their paths."""
    order = Order(
        config=_config_of(settings),
        reading=build_reading(settings, now),
        fields={lang: tuple(all_specs(settings, lang)) for lang in ("en", "ja")},
        lang=settings.crm.lang,
        written=tuple(field_specs(settings)),
    )
    return source(order)


def _config_of(settings: Settings) -> SalesforceConfig:
    config = settings.crm.salesforce
    if settings.crm.kind != "salesforce" or config is None:
        raise ConfigError(
            "There is a package for Salesforce only.",
            hint="Create the fields with `bbm fields apply`.",
            code="BBM-FD-002",
        )
    return config
