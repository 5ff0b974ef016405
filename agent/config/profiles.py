"""Profiles as TOML and back: the text of a kept version, and the draft that somebody hands over."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from agent.config.example import array_table
from agent.config.model import IcpSettings
from bbm_core.errors import ConfigError
from bbm_core.icp.profile import Profile


@dataclass(frozen=True, slots=True)
class Draft:
    """Profiles that somebody proposes. `learned_until` is the day up to which data shaped them."""

    profiles: tuple[Profile, ...]
    learned_until: date | None = None


def profiles_text(profiles: Iterable[Profile]) -> str:
    """The profiles as they stand in a configuration, under `[[icp.profiles]]`."""
    lines = [
        line for one in profiles for line in array_table(("icp", "profiles"), _plain_table(one))
    ]
    return "\n".join(lines).lstrip() + "\n"


def profiles_of(text: str) -> tuple[Profile, ...]:
    """The profiles of a text that `profiles_text` wrote."""
    return IcpSettings.model_validate(tomllib.loads(text)["icp"]).profiles


def read_draft(path: Path, attributes: Iterable[str]) -> Draft:
    """The profiles of a TOML file: `[[icp.profiles]]`, `[[profiles]]`, or one profile alone.

    The file may be a whole configuration; only its profiles are looked at. A table `[draft]` may
    say `learned_until`, the last day of the data from which the draft was learned.

    Args:
        path: the file.
        attributes: those that the configuration keeps; no other can be asked for.

    Raises:
        ConfigError: there is no such file, or it holds no profile that could be used.
    """
    values = _loaded(path)
    try:
        profiles = IcpSettings.model_validate({"profiles": _found(values)}).profiles
    except ValidationError as error:
        raise ConfigError(
            f"{path} holds no profile that can be used:\n{_told(error)}",
            hint="Write it as under [[icp.profiles]] in the configuration: docs/icp.md.",
            code="BBM-IC-002",
        ) from error
    _only_known(path, profiles, set(attributes))
    return Draft(profiles, _learned_until(values, path))


def _plain_table(profile: Profile) -> Mapping[str, Any]:
    """Threshold and cut-offs are written out: a kept version must not move with a default."""
    given = profile.model_dump(by_alias=True, exclude_defaults=True)
    table: Mapping[str, Any] = {
        **{name: given[name] for name in ("name", "label") if name in given},
        "threshold": profile.threshold,
        "tiers": profile.tiers.model_dump(),
        **given,
        "criteria": [{"id": one["id"], **one} for one in given["criteria"]],
    }
    return {name: _plain(value) for name, value in table.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value.value if isinstance(value, StrEnum) else value


def _loaded(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"The draft {path} cannot be read: {getattr(error, 'strerror', None) or 'no text'}.",
            hint="Name a TOML file with profiles that this user may read.",
            code="BBM-IC-001",
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"{path} is not TOML: {error}.", hint="Mend that place.", code="BBM-IC-002"
        ) from error


def _found(values: Mapping[str, Any]) -> object:
    """What stands where the profiles should stand, in any of the three forms."""
    icp = values.get("icp")
    if isinstance(icp, Mapping):
        return icp.get("profiles", [])
    if "profiles" in values:
        return values["profiles"]
    return [{name: value for name, value in values.items() if name != "draft"}]


def _told(error: ValidationError) -> str:
    lines = []
    for detail in error.errors(include_url=False, include_input=False):
        place = ".".join(str(part) for part in detail["loc"])
        lines.append(f"  {place}: {detail['msg'].removeprefix('Value error, ')}")
    return "\n".join(lines)


def _only_known(path: Path, profiles: Sequence[Profile], known: set[str]) -> None:
    missing = missing_attributes(profiles, known)
    if missing:
        raise ConfigError(
            f"{path} asks for attributes that [attributes] does not keep: {', '.join(missing)}.",
            hint=f"Add them to the configuration and sync, or ask for one of: "
            f"{', '.join(sorted(known))}.",
            code="BBM-IC-003",
        )


def missing_attributes(profiles: Iterable[Profile], known: Iterable[str]) -> tuple[str, ...]:
    """The attributes that these profiles ask for and nobody keeps."""
    asked = {criterion.attribute for profile in profiles for criterion in profile.criteria}
    return tuple(sorted(asked - set(known)))


def _learned_until(values: Mapping[str, Any], path: Path) -> date | None:
    table = values.get("draft")
    day = table.get("learned_until") if isinstance(table, Mapping) else None
    if day is None or type(day) is date:
        return day
    raise ConfigError(
        f"{path}: learned_until of [draft] is not a day.",
        hint="Write it as learned_until = 2026-11-27.",
        code="BBM-IC-002",
    )
