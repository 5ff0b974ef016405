"""The package for a CRM's administrator: what `bbm fields export` writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from agent.config import Settings
from agent.fields import all_specs, field_specs
from agent.wiring import build_reading
from bbm_core.errors import ConfigError
from connectors.hubspot.config import HubSpotConfig
from connectors.hubspot.package import project
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.package.convert import converted
from connectors.salesforce.package.source import Order, source

Format = Literal["sfdx", "mdapi", "hsproject"]

_FORMATS: Final[Mapping[str, tuple[Format, ...]]] = {
    "salesforce": ("sfdx", "mdapi"),
    "hubspot": ("hsproject",),
}  # the usual one first


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, how, and where."""

    format: Format
    to: Path
    files: tuple[str, ...]


def write_package(
    settings: Settings, format_: Format | None, to: Path | None, now: datetime
) -> Written:
    """Write the package; what is there already is never overwritten.

    Raises:
        ConfigError: the CRM has no package of this format, or the place is taken or closed to us.
    """
    chosen, connection = _chosen(settings.crm.kind, format_), _connection(settings)
    files, place = package_files(settings, now), to or _PLACES[chosen]
    if (place.is_dir() and any(place.iterdir())) or place.is_file():
        raise ConfigError(
            f"{place} is there already.",
            hint="Name another place with --to, or remove it.",
            code="BBM-FD-003",
        )
    if chosen == "mdapi" and isinstance(connection, SalesforceConfig):
        _write({place: converted(files, connection.api_version)})
        return Written(chosen, place, (place.name,))
    _write({place / name: text.encode() for name, text in files.items()})
    return Written(chosen, place, tuple(files))


def package_files(settings: Settings, now: datetime) -> Mapping[str, str]:
    """The files of the package as source, by their paths."""
    connection = _connection(settings)
    if isinstance(connection, HubSpotConfig):
        return project(connection)
    order = Order(
        config=connection,
        reading=build_reading(settings, now),
        fields={lang: tuple(all_specs(settings, lang)) for lang in ("en", "ja")},
        lang=settings.crm.lang,
        written=tuple(field_specs(settings)),
    )
    return source(order)


_PLACES: Final[Mapping[Format, Path]] = {
    "sfdx": Path("bbm-salesforce"),
    "mdapi": Path("bbm-salesforce.zip"),
    "hsproject": Path("bbm-hubspot"),
}


def _chosen(kind: str, format_: Format | None) -> Format:
    known = _FORMATS[kind]
    if format_ is not None and format_ not in known:
        raise ConfigError(
            f"There is no {format_} package for {kind}.",
            hint=f"Leave --format out, or choose {' or '.join(known)}.",
            code="BBM-FD-002",
        )
    return format_ or known[0]


def _write(files: Mapping[Path, bytes]) -> None:
    for path, content in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise ConfigError(
                f"{path} cannot be written: {error.strerror}.",
                hint="Name another place with --to.",
                code="BBM-FD-004",
            ) from error


def _connection(settings: Settings) -> SalesforceConfig | HubSpotConfig:
    connection: SalesforceConfig | HubSpotConfig = getattr(settings.crm, settings.crm.kind)
    return connection
