"""The shape of the settings, read off the model: which names a section knows, which are secrets."""

import typing
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from types import UnionType
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from agent.config.lines import Path


def names_at(model: type[BaseModel], path: Path) -> tuple[str, ...]:
    """The names that the section at this path knows; none for free tables and for values."""
    annotation = annotation_at(model, path)
    section = section_model(annotation)
    return tuple(_names(section)) if section else ()


def is_secret(model: type[BaseModel], path: Path) -> bool:
    return SecretStr in _members(annotation_at(model, path))


def is_text(model: type[BaseModel], path: Path) -> bool:
    """Whether any text may stand there as it is."""
    return str in _members(annotation_at(model, path))


def secret_paths(model: type[BaseModel], values: Mapping[str, Any]) -> Iterator[Path]:
    """The paths of the values given for secret settings."""
    stack: list[tuple[Path, Any]] = [((key,), value) for key, value in values.items()]
    while stack:
        path, value = stack.pop()
        if isinstance(value, dict):
            stack.extend(((*path, key), inner) for key, inner in value.items())
        elif is_secret(model, path):
            yield path


def secrets_in(settings: BaseModel) -> Iterator[str]:
    """The secrets that these settings hold, for hiding them elsewhere."""
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            yield value.get_secret_value()
        elif isinstance(value, BaseModel):
            yield from secrets_in(value)


@lru_cache(maxsize=2000)  # each reading of a file asks of the same few hundred settings
def annotation_at(model: type[BaseModel], path: Path) -> Any:
    """The type of the setting at this path; None where the model knows nothing."""
    annotation: Any = model
    for key in path:
        annotation = _step(annotation, key)
        if annotation is None:
            return None
    return annotation


def _step(annotation: Any, key: str | int) -> Any:
    if section := section_model(annotation):
        field = _names(section).get(str(key))
        return field.annotation if field else None
    for member in _members(annotation):
        arguments = typing.get_args(member)
        origin = typing.get_origin(member)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return arguments[1]
        if origin in {tuple, list} and isinstance(key, int):
            return arguments[0]
    return None


def section_model(annotation: Any) -> type[BaseModel] | None:
    """The model of a section, if the type is one (or one or nothing)."""
    for member in _members(annotation):
        if isinstance(member, type) and issubclass(member, BaseModel):
            return member
    return None


def element_model(annotation: Any) -> type[BaseModel] | None:
    """The model of each part of a table of tables or of a list of tables."""
    for member in _members(annotation):
        found = [section_model(argument) for argument in typing.get_args(member)]
        if any(found):
            return next(model for model in found if model)
    return None


@cache
def _names(section: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """The fields by the names that people write."""
    return {field.alias or name: field for name, field in section.model_fields.items()}


def _members(annotation: Any) -> tuple[Any, ...]:
    """The alternatives of a union; the annotation itself where it is none."""
    if typing.get_origin(annotation) in {typing.Union, UnionType}:
        return typing.get_args(annotation)
    return (annotation,)
