"""Where each value of a TOML text stands, which `tomllib` does not tell."""

import tomllib
from collections.abc import Iterator, Mapping

Path = tuple[str | int, ...]


def line_numbers(text: str) -> Mapping[Path, int]:
    """The line of every header and key of a valid TOML text, counted from 1.

    Keys inside an inline table or an array share the line on which their value begins; look a
    path up with `line_of`, which falls back to the nearest place above it.
    """
    found: dict[Path, int] = {}
    tables: dict[Path, int] = {}  # how many [[tables]] of that name have begun
    prefix: Path = ()
    for number, statement in _statements(text):
        if statement.startswith("["):
            prefix = _header(statement, tables)
            found.setdefault(prefix, number)
        else:
            found[prefix + _assigned(statement)] = number
    return found


def line_of(lines: Mapping[Path, int], path: Path) -> int | None:
    """The line of the path, or of the nearest place above it that stands somewhere.

    A table that only its inner tables open stands where the first of them does.
    """
    for length in range(len(path), 0, -1):
        place = path[:length]
        inside = [number for found, number in lines.items() if found[:length] == place]
        if inside:
            return lines.get(place, min(inside))
    return None


def text_lines(text: str) -> list[str]:
    """The lines as TOML counts them: other signs that end a line elsewhere are part of a text."""
    return [line.removesuffix("\r") for line in text.split("\n")]


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Headers and whole assignments, each with the line on which it begins."""
    pending, start = "", 0
    for number, line in enumerate(text_lines(text), start=1):
        if not pending and (not line.strip() or line.lstrip().startswith("#")):
            continue
        start = start if pending else number
        pending = f"{pending}\n{line}" if pending else line.strip()
        if _is_complete(pending):
            yield start, pending
            pending = ""


def _is_complete(statement: str) -> bool:
    try:
        tomllib.loads(statement)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _header(statement: str, tables: dict[Path, int]) -> Path:
    """The path a header opens, with the index of each array of tables on the way."""
    is_array = statement.startswith("[[")
    names = _names(tomllib.loads(statement))
    path: Path = ()
    for depth, name in enumerate(names, start=1):
        path += (name,)
        if is_array and depth == len(names):
            tables[path] = tables.get(path, -1) + 1
        if path in tables:
            path += (tables[path],)
    return path


def _assigned(statement: str) -> tuple[str, ...]:
    """The parts of the key in front of the first = that is not inside its quotes."""
    key, _, rest = statement.partition("=")
    while not _is_complete(f"{key}= 0"):
        more, _, rest = rest.partition("=")
        key = f"{key}={more}"
    return _names(tomllib.loads(f"{key}= 0"))


def _names(value: object) -> tuple[str, ...]:
    """The names on the way down a text that holds one path only."""
    names: list[str] = []
    while isinstance(value, dict) and value:
        name, value = next(iter(value.items()))
        names.append(name)
    return tuple(names)
