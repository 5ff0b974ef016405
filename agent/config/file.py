"""Reads the configuration file, the environment and the secrets, and reports every problem at once.

A value comes from, in this order: an environment variable `BBM_SECTION__KEY`, the file, the
default. A secret is never in the file: it is named there as `env:NAME` (an environment variable)
or `file:NAME` (a file in the directory that BBM_SECRETS_DIR names).
"""

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from agent.config.agreement import disagreements
from agent.config.lines import Path, line_numbers, line_of, text_lines
from agent.config.model import NAMES_DISAGREE, Settings
from agent.config.shape import (
    annotation_at,
    element_model,
    is_secret,
    is_text,
    names_at,
    secret_paths,
    section_model,
)
from bbm_core.errors import ConfigError

RESERVED = frozenset({"BBM_CONFIG", "BBM_SECRETS_DIR", "BBM_SHARED", "BBM_NO_SKIPS", "BBM_LANG"})
"""Environment variables of ours that are no settings."""

USUAL_SECRETS = frozenset(
    {"BBM_SALESFORCE_SECRET", "BBM_SALESFORCE_KEY", "BBM_HUBSPOT_TOKEN", "BBM_SLACK_TOKEN"}
)
"""Names that `bbm init` gives to secrets; those of another CRM may stand in the same shell."""


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One thing that is wrong: where it stands, what it is, how to mend it."""

    where: str  # "config.toml:3" or "environment"
    path: str  # "crm.kind"
    shown: str  # the line as it stands there, "" if nothing stands there
    what: str
    fix: str


class ConfigProblems(ConfigError):
    """All that is wrong with the configuration."""

    def __init__(self, source: str, problems: tuple[ConfigProblem, ...]) -> None:
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        super().__init__(f"{source}: {count}", hint="Mend each as said below.", code="BBM-CF-001")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings, where each given one came from, and the secrets that are not to be had."""

    settings: Settings
    sources: Mapping[str, str]  # "crm.timezone" -> "config.toml:4" or "env BBM_CRM__TIMEZONE"
    missing_secrets: tuple[ConfigProblem, ...]
    path: FilePath

    def require_secrets(self) -> None:
        """Raise unless every secret that the file names is there."""
        if self.missing_secrets:
            raise ConfigProblems(self.path.name, self.missing_secrets)


def load(path: FilePath, env: Mapping[str, str]) -> Loaded:
    """Read and check the configuration.

    Raises:
        ConfigProblems: with every problem found.
        ConfigError: there is no such file, or it cannot be read.
    """
    text = _read(path)
    reader = _Reader(path, text, env)
    return reader.load()


def _read(path: FilePath) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(
            f"There is no configuration file {path}.",
            hint="Run `bbm init` to write one, or name one with --config FILE.",
            code="BBM-CF-002",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"The configuration file {path} cannot be read: {error}.",
            hint="Make it a UTF-8 text file that this user may read.",
            code="BBM-CF-002",
        ) from error


class _Reader:
    """One reading of one file."""

    def __init__(self, path: FilePath, text: str, env: Mapping[str, str]) -> None:
        self._path = path
        self._env = env
        self._text_lines = text_lines(text)
        self._problems: list[ConfigProblem] = []
        self._missing: list[ConfigProblem] = []
        self._from_env: dict[Path, str] = {}
        self._values = self._parse(text)
        self._unshown = tuple(_unshown(self._values))
        self._lines = line_numbers(text)
        self._names_of_secrets: set[str] = set()

    def load(self) -> Loaded:
        self._resolve_secrets()
        self._take_environment()
        settings = self._validate()
        for one in disagreements(self._values):
            fix = _suggest(one.word, one.known) or "define it, or name one that is defined"
            self._problem(one.path, one.what, fix if one.known else "rename one of the two")
        if self._problems or settings is None:
            raise ConfigProblems(self._path.name, tuple(self._problems))
        return Loaded(settings, self._sources(), tuple(self._missing), self._path)

    def _parse(self, text: str) -> dict[str, Any]:
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"at line (\d+)", str(error))
            line = int(found[1]) if found else len(self._text_lines)
            place = ConfigProblem(
                f"{self._path.name}:{line}", "", "", f"this is not TOML: {error}", "mend that place"
            )
            raise ConfigProblems(self._path.name, (place,)) from error

    # secrets

    def _resolve_secrets(self) -> None:
        for path in secret_paths(Settings, self._values):
            value = _get(self._values, path)
            if isinstance(value, str) and value:
                _set(self._values, path, self._secret(path, value))

    def _secret(self, path: Path, named: str) -> str:
        source, _, name = named.partition(":")
        if source == "env" and name:
            self._names_of_secrets.add(name)
            return self._env.get(name) or self._miss(
                path, f"the environment variable {name} is not set", f"export {name}=…"
            )
        if source == "file" and name:
            return self._secret_file(path, name)
        self._problem(
            path,
            "a secret stands in the file",
            f'put it into an environment variable and write {path[-1]} = "env:NAME"',
        )
        return "withheld"

    def _secret_file(self, path: Path, name: str) -> str:
        folder = self._env.get("BBM_SECRETS_DIR", "")
        if not folder:
            return self._miss(path, "BBM_SECRETS_DIR is not set", "export BBM_SECRETS_DIR=DIR")
        try:
            content = (FilePath(folder) / name).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            content = ""
            reason = getattr(error, "strerror", None) or "not a text"
        else:
            reason = "empty"
        return content or self._miss(
            path, f"the secret file {name} is not usable: {reason}", f"write it to {folder}/{name}"
        )

    def _miss(self, path: Path, what: str, fix: str) -> str:
        self._missing.append(ConfigProblem(self._where(path), _dotted(path), "", what, fix))
        return "missing"

    # environment

    def _take_environment(self) -> None:
        for name in sorted(self._env):
            known = RESERVED | USUAL_SECRETS | self._names_of_secrets
            if not name.startswith("BBM_") or name in known:
                continue
            path: Path = tuple(name.removeprefix("BBM_").lower().split("__"))
            if not self._is_known(path):
                self._unknown_variable(name)
                continue
            if _set(self._values, path, self._env_value(path, self._env[name])):
                self._from_env[path] = name
                # What the file names for this secret is not needed any more.
                self._missing = [one for one in self._missing if one.path != _dotted(path)]

    def _is_known(self, path: Path) -> bool:
        return all(path[i] in names_at(Settings, path[:i]) for i in range(len(path)))

    def _unknown_variable(self, name: str) -> None:
        known = [f"BBM_{_dotted(path).upper().replace('.', '__')}" for path in _all_paths()]
        self._problems.append(
            ConfigProblem(
                f"environment {name}",
                "",
                "",
                "no setting has this name",
                _suggest(name, [*known, *RESERVED]) or "unset it; `bbm config show` lists all",
            )
        )

    @staticmethod
    def _env_value(path: Path, value: str) -> object:
        """A text as it stands, anything else as TOML writes it."""
        if is_secret(Settings, path) or is_text(Settings, path):
            return value
        try:
            parsed = tomllib.loads(f"x = {value}")
        except tomllib.TOMLDecodeError:
            return value
        return parsed["x"] if len(parsed) == 1 else value

    # validation

    def _validate(self) -> Settings | None:
        try:
            return Settings.model_validate(self._values)
        except ValidationError as error:
            details = error.errors(include_url=False, include_input=False)
            for detail in details:
                if not _follows_from_another(detail, details):
                    self._report(detail)
        return None

    def _report(self, detail: Any) -> None:
        if detail["type"] == NAMES_DISAGREE:
            return  # told by `disagreements`, each with its place
        path = _navigable(self._values, detail["loc"])
        kind, message = detail["type"], detail["msg"]
        if kind == "extra_forbidden":
            self._unknown_setting(path, str(detail["loc"][-1]))
        elif kind in {"literal_error", "enum"}:
            self._wrong_choice(path, detail)
        elif kind == "missing":
            key = str(detail["loc"][-1])
            self._problem((*path, key), f"`{key}` is missing", f"add `{key}` to this section")
        else:
            self._problem(path, message.removeprefix("Value error, "), "correct the value")

    def _unknown_setting(self, path: Path, key: str) -> None:
        others = names_at(Settings, path[:-1])
        self._problem(
            path, "unknown setting", _suggest(key, others) or f"remove `{key}`, or fix it"
        )

    def _wrong_choice(self, path: Path, detail: Any) -> None:
        """A value, or the name of a table, that is not one of those there are."""
        is_name = detail["loc"][-1] == "[key]"
        value = path[-1] if is_name else _get(self._values, path)
        allowed = [part.strip(" '") for part in _expected(detail)]
        word = f'"{value}"' if isinstance(value, str) else f"a {type(value).__name__}"
        key = "" if is_name else str(path[-1])
        fix = _suggest(value, allowed, key=key) if isinstance(value, str) else ""
        what = f"{word} is not one of {', '.join(allowed)}"
        self._problem(path, what, fix or "use one of these")

    def _problem(self, path: Path, what: str, fix: str) -> None:
        line = None if path in self._from_env else line_of(self._lines, path)
        shown = "" if line is None else self._text_lines[line - 1].strip()
        if is_secret(Settings, path) or any(text in shown for text in self._unshown):
            shown = ""
        problem = ConfigProblem(self._where(path), _dotted(path), shown, what, fix)
        self._problems.append(problem)

    def _where(self, path: Path) -> str:
        if path in self._from_env:
            return f"environment {self._from_env[path]}"
        line = line_of(self._lines, path)
        return f"{self._path.name}:{line}" if line else self._path.name

    def _sources(self) -> Mapping[str, str]:
        return {_dotted(path): self._where(path) for path in _leaves(self._values)}


def _follows_from_another(detail: Any, details: list[Any]) -> bool:
    """A list that is too short only because its parts are wrong is not wrong itself."""
    loc = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in details
    )


def _expected(detail: Any) -> list[str]:
    text = str(detail["ctx"]["expected"])
    return text.replace(" or ", ", ").split(", ")


def _suggest(word: str, known: Iterable[str], key: str = "") -> str:
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    if not close:
        return ""
    return f'{key} = "{close[0]}"' if key else f"rename it to `{close[0]}`"


def _all_paths() -> Iterator[Path]:
    """Every setting that an environment variable can name."""
    stack: list[Path] = [()]
    while stack:
        path = stack.pop()
        for name in names_at(Settings, path):
            yield (*path, name)
            stack.append((*path, name))


def _has(values: object, token: str | int) -> bool:
    if isinstance(values, list):
        return isinstance(token, int) and token < len(values)
    return isinstance(values, dict) and token in values


def _navigable(values: object, loc: tuple[str | int, ...]) -> Path:
    """The part of pydantic's location that is a path in the file: union tags fall away."""
    path: list[str | int] = []
    place: Any = values
    for token in loc:
        if _has(place, token):
            place = place[token]
            path.append(token)
    return tuple(path)


def _get(values: Any, path: Path) -> Any:
    for key in path:
        values = values[key]
    return values


def _set(values: Any, path: Path, value: object) -> bool:
    """Put a value at the path, unless something that is no table is in the way."""
    node = values
    for key in path[:-1]:
        if not _has(node, key):
            node[key] = {}
        node = node[key]
        if not isinstance(node, dict):
            return False
    node[path[-1]] = value
    return True


def _unshown(values: object, path: Path = ()) -> Iterator[str]:
    """Texts of the file that no message may repeat: secrets, and what may be a misplaced one."""
    if isinstance(values, dict):
        for key, value in values.items():
            yield from _unshown(value, (*path, key))
    elif isinstance(values, list):
        for index, value in enumerate(values):
            yield from _unshown(value, (*path, index))
    elif isinstance(values, str) and values and _may_be_secret(path, values):
        yield values


def _may_be_secret(path: Path, text: str) -> bool:
    if is_secret(Settings, path):
        return not text.startswith(("env:", "file:"))
    annotation = annotation_at(Settings, path)
    return annotation is None or bool(section_model(annotation) or element_model(annotation))


def _leaves(values: object, path: Path = ()) -> Iterator[Path]:
    if isinstance(values, dict):
        for key, value in values.items():
            yield from _leaves(value, (*path, key))
    else:
        yield path


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)
