"""How the `bbm icp` commands are told which definition is meant, and who speaks."""

import os
import pwd
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from agent.config.profiles import read_draft
from agent.definition import definition_of
from agent.wiring import Books
from bbm_core.errors import ConfigError
from bbm_core.icp.profile import Profile, profiles_version
from bbm_core.icp.versions import before_last, challenger

NAMES = ("active", "config", "shadow", "previous")
"""Names that a definition has beside its version."""

_SHORTEST = 4
"""Digits of a version that are enough to name it."""


@dataclass(frozen=True, slots=True)
class Named:
    """A definition, and what it was called."""

    name: str
    profiles: tuple[Profile, ...]
    learned_until: date | None = None

    @property
    def version(self) -> str:
        return profiles_version(self.profiles)


def named(books: Books, name: str) -> Named:
    """The definition that is meant by a version, by its first digits, a name, or a file.

    Raises:
        ConfigError: there is none, or more than one.
    """
    if Path(name).suffix == ".toml":
        return drafted(books, Path(name))
    profiles = _by_name(books, name) or _by_version(books, name)
    return Named(name, profiles)


def drafted(books: Books, file: Path | None) -> Named:
    """The draft in a file; without one, what stands in the configuration."""
    if file is None:
        return Named("config", books.settings.icp.profiles)
    draft = read_draft(file, books.settings.attributes)
    return Named(str(file), draft.profiles, draft.learned_until)


def active(books: Books) -> Named:
    """What is in force in the CRM: an edit that no sync took over yet is not."""
    known = books.store.known_definition()
    profiles = None if known is None else books.store.definition(known.active)
    if profiles is not None:
        return Named("active", profiles)
    return Named("active", definition_of(books.settings, books.store).profiles)


def author_of(given: str) -> str:
    """--author, else the user of this machine."""
    if given.strip():
        return given.strip()
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container without a name for its user
        return f"uid {os.getuid()}"


def check_range(option: str, given: int, most: int, least: int = 1) -> None:
    """A number of days, weeks, months or records that makes sense.

    Raises:
        ConfigError: it does not.
    """
    if not least <= given <= most:
        raise ConfigError(
            f"{option} {given} is not possible.",
            hint=f"Give a number from {least} to {most:,}.",
            code="BBM-IC-018",
        )


def _by_name(books: Books, name: str) -> tuple[Profile, ...] | None:
    match name:
        case "active":
            return active(books).profiles
        case "config":
            return books.settings.icp.profiles
        case "shadow" | "previous":
            log = books.store.publications()
            version = challenger(log) if name == "shadow" else before_last(log)
            found = None if version is None else books.store.definition(version)
            return found or _none(books, f"There is no {name} definition.")
        case _:
            return None


def _by_version(books: Books, name: str) -> tuple[Profile, ...]:
    held = books.settings.icp.profiles
    known = [one.version for one in books.store.versions_kept()]
    versions = {version: version for version in (*known, profiles_version(held))}
    versions |= {one.counted_by: one.version for one in books.store.publications()}
    begun = [v for v in versions if len(name) >= _SHORTEST and v.startswith(name)]
    found = {versions[version] for version in begun}
    if len(found) != 1:
        how = f"{len(begun)} versions begin with" if begun else "There is no version"
        return _none(books, f"{how} {name!r}.")
    return books.store.definition(found.pop()) or held


def _none(books: Books, what: str) -> tuple[Profile, ...]:
    known = ", ".join(one.version for one in books.store.versions_kept()) or "none yet"
    raise ConfigError(
        what,
        hint=f"Name a TOML file, {', '.join(NAMES)}, or one of the versions kept: {known}.",
        code="BBM-IC-008",
    )
