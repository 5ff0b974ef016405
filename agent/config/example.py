"""Writes a configuration file: the values given, and every other setting commented out."""

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import AnyUrl, BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from agent.config.model import Settings
from agent.config.shape import element_model, section_model

WIDTH = 96


def render(values: Mapping[str, Any], preface: Sequence[str] = ()) -> str:
    """The file's text: sections in the model's order, each setting under its description.

    Args:
        values: what is set, as `tomllib` reads it.
        preface: comment lines for the top.
    """
    lines = [f"# {line}".rstrip() for line in preface]
    fields = Settings.model_fields.items()
    # Plain settings come first: after a table's header they would belong to that table.
    for name, field in sorted(fields, key=lambda pair: _is_table(pair[1].annotation)):
        lines += _top(name, field, values)
    return "\n".join(_tidy(lines)) + "\n"


def _top(name: str, field: FieldInfo, values: Mapping[str, Any]) -> Iterator[str]:
    model, element = section_model(field.annotation), element_model(field.annotation)
    given = values.get(name)
    if model is not None:
        # An empty table sets nothing; under its header a setting works as soon as it is unmarked.
        table = {} if given is None and _has_defaults(field) else given
        yield from ("", *_comment(field.description), *_section((name,), model, table))
    elif isinstance(given, Mapping):
        yield from ("", *_comment(field.description))
        for key, inner in given.items():
            yield from _free_table((name, key), inner)
    elif given is not None and _is_table_list(given):
        yield from ("", *_comment(field.description))
        yield from (line for table in given for line in array_table((name,), table))
    elif element is not None:
        yield from ("", *_comment(field.description), *_section((name, "NAME"), element, None))
    else:
        yield from ("", *_setting(name, field, given))


def _has_defaults(field: FieldInfo) -> bool:
    return isinstance(field.default, BaseModel)


def _section(
    path: tuple[str, ...], model: type[BaseModel], given: Mapping[str, Any] | None
) -> Iterator[str]:
    """A section with its plain settings first, its tables after; commented out when not given."""
    mark = "" if given is not None else "# "
    yield f"{mark}[{'.'.join(path)}]"
    nested: list[str] = []
    for name, field in model.model_fields.items():
        value = (given or {}).get(name)
        inner = section_model(field.annotation)
        if inner is not None:
            if value is not None:
                nested += ["", *_comment(field.description), *_section((*path, name), inner, value)]
        elif value is not None and _is_table_list(value):
            nested += [line for table in value for line in array_table((*path, name), table)]
        elif element_model(field.annotation) is None:
            yield from _setting(name, field, value)
    yield from nested


def _setting(name: str, field: FieldInfo, value: Any) -> Iterator[str]:
    yield from _comment(field.description)
    if value is not None:
        yield f"{name} = {literal(value)}"
    else:
        yield f"# {name} = {literal(_default(field))}"


def _default(field: FieldInfo) -> Any:
    if field.annotation is not None and "SecretStr" in str(field.annotation):
        return "env:NAME"
    if field.examples:
        return field.examples[0]
    default = field.get_default(call_default_factory=True, validated_data={})
    return "" if default is None or default is PydanticUndefined else default


def _free_table(path: tuple[str, ...], given: Mapping[str, Any]) -> Iterator[str]:
    yield f"[{'.'.join(map(_key, path))}]"
    for key, value in given.items():
        yield f"{_key(key)} = {literal(value)}"


def array_table(path: tuple[str, ...], given: Mapping[str, Any]) -> Iterator[str]:
    """A table of an array of tables, with those inside it."""
    yield ""
    yield f"[[{'.'.join(path)}]]"
    nested = {key: value for key, value in given.items() if _is_table_list(value)}
    for key, value in given.items():
        if key in nested and not _fits_in_lines(value):
            continue
        yield f"{_key(key)} = {literal(value)}"
    for key, tables in nested.items():
        if not _fits_in_lines(tables):
            for table in tables:
                yield from array_table((*path, key), table)


def _fits_in_lines(tables: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a list of small tables reads better inside brackets, a line each."""
    return all(
        len(literal(table)) < WIDTH - len("    ,") and "attribute" not in table for table in tables
    )


def literal(value: Any) -> str:
    """A value as TOML writes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case str() | AnyUrl():
            return _quoted(str(value))
        case Mapping():
            inner = ", ".join(f"{_key(key)} = {literal(v)}" for key, v in value.items())
            return f"{{ {inner} }}" if inner else "{}"
        case list() | tuple() | frozenset():
            return _array([literal(part) for part in value])
        case _:
            return str(value)


def _array(parts: Sequence[str]) -> str:
    flat = f"[{', '.join(parts)}]"
    if len(flat) <= WIDTH - 16:
        return flat
    return "[\n" + "".join(f"    {part},\n" for part in parts) + "]"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    # TOML takes no control signs as they are, and names from a CRM may hold some.
    written = (sign if ord(sign) not in _CONTROL else f"\\u{ord(sign):04x}" for sign in escaped)
    return f'"{"".join(written)}"'


_CONTROL = frozenset({*range(0x20), 0x7F})
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _quoted(name)


def _comment(text: str | None) -> Iterator[str]:
    for line in textwrap.wrap(" ".join((text or "").split()), WIDTH - 2):
        yield f"# {line}"


def _is_table_list(value: Any) -> bool:
    return isinstance(value, Sequence) and bool(value) and isinstance(value[0], Mapping)


def _is_table(annotation: Any) -> bool:
    return section_model(annotation) is not None or element_model(annotation) is not None


def _tidy(lines: Sequence[str]) -> Iterator[str]:
    """No blank line at the top, never two in a row."""
    previous = ""
    for line in lines:
        if line or previous:
            yield line
        previous = line
