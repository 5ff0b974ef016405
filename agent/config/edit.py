"""Sets values in a configuration file that people may have edited: every other line stays."""

import re
from collections.abc import Iterator, Mapping, Sequence

from agent.config.example import literal


def with_values(text: str, section: str, values: Mapping[str, float]) -> str:
    """The file's text with these settings of a section; the section is added where it is not.

    A setting that stands there, or stands there as a comment, is set in its place.
    """
    lines = text.splitlines()
    start = next((n for n, line in enumerate(lines) if _is_header(line, section)), None)
    if start is None:
        added = (f"{name} = {literal(value)}" for name, value in values.items())
        return "\n".join([*lines, "", f"[{section}]", *added]) + "\n"
    end = next((n for n in range(start + 1, len(lines)) if _HEADER.match(lines[n])), len(lines))
    body = list(_changed(lines[start + 1 : end], values))
    return "\n".join([*lines[:start], f"[{section}]", *body, *lines[end:]]) + "\n"


_HEADER = re.compile(r"(# )?\[")


def _is_header(line: str, section: str) -> bool:
    return line.strip().removeprefix("# ") == f"[{section}]"


def _changed(lines: Sequence[str], values: Mapping[str, float]) -> Iterator[str]:
    left = dict(values)
    for line in lines:
        name = line.partition("=")[0].strip().removeprefix("#").strip()
        if "=" in line and name in left:
            yield f"{name} = {literal(left.pop(name))}"
        else:
            yield line
    yield from (f"{name} = {literal(value)}" for name, value in left.items())
