"""Whatever is done to the example file, it either loads or says what is wrong, without secrets."""

import copy
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.config import ConfigProblem, ConfigProblems, Settings, load
from agent.config.example import render
from agent.config.shape import is_secret
from agent.config.templates import example_text, template

CANARY = "canary-5ecret-7f3a"
FOUND_ENV = {"BBM_SALESFORCE_SECRET": CANARY, "BBM_HUBSPOT_TOKEN": CANARY}
Place = tuple[str | int, ...]


def places(values: object, path: Place = ()) -> Iterator[Place]:
    """Every key and every list part of the values."""
    parts: Any = ()
    if isinstance(values, dict):
        parts = values.items()
    elif isinstance(values, list):
        parts = enumerate(values)
    for key, value in parts:
        yield (*path, key)
        yield from places(value, (*path, key))


def filled(crm: Any) -> dict[str, Any]:
    """A template with every other section as well, so that each of them is mutated."""
    values = template(crm)
    values["bands"] = {"acquisition": {"low": 0.2, "high": 0.3}}
    values["watch"] = {"stages": ["acquisition"], "min_weeks": 4}
    values["slack"] = {"channel": "C0123", "token": "env:BBM_SLACK_TOKEN"}
    values["guards"] = {"max_flips": 50}
    values["state"] = {"url": "sqlite:///bbm.db"}
    return values


TEMPLATES = {crm: filled(crm) for crm in ("salesforce", "hubspot")}
PLACES = [(crm, place) for crm, values in TEMPLATES.items() for place in places(values)]
STRANGE = st.sampled_from(
    [0, -1, 10**30, 1.5, True, "", "x", CANARY, "🙂\u2028", [], ["x"], [1], {}, {"x": CANARY}]
)


def loads_or_explains(text: str, *, hides: str = CANARY) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config.toml"
        path.write_text(text, encoding="utf-8", newline="")
        problems = problems_of(path)
    assert all(p.what and p.fix and (p.where or p.path) for p in problems)
    assert hides not in repr(problems)


def problems_of(path: Path) -> tuple[ConfigProblem, ...]:
    """What is wrong with the file; any other error than this one fails the test."""
    try:
        load(path, FOUND_ENV)
    except ConfigProblems as error:
        return error.problems
    return ()


def parent_of(values: Any, place: Place) -> Any:
    for key in place[:-1]:
        values = values[key]
    return values


@given(st.sampled_from(PLACES))
@settings(max_examples=60, deadline=None)
def test_any_setting_may_be_missing(where: tuple[str, Place]) -> None:
    crm, place = where
    values = copy.deepcopy(TEMPLATES[crm])
    del parent_of(values, place)[place[-1]]

    loads_or_explains(render(values))


@given(st.sampled_from(PLACES), STRANGE)
@settings(max_examples=120, deadline=None)
def test_any_setting_may_hold_something_strange(where: tuple[str, Place], value: Any) -> None:
    crm, place = where

    # A word that is no choice is repeated, so that people see what they wrote there; what stands
    # in the place of a secret, or under a name that is none, is not.
    hides = CANARY if is_secret(Settings, place) or value != CANARY else "\0"
    loads_or_explains(text_of(crm, place, value), hides=hides)


def text_of(crm: str, place: Place, value: Any) -> str:
    """The values as a plain TOML text, also where they have no form that the example shows."""
    values = copy.deepcopy(TEMPLATES[crm])
    parent_of(values, place)[place[-1]] = value
    return "\n".join(f"{key} = {inline(inner)}" for key, inner in values.items()) + "\n"


def inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {inline(inner)}' for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}'" if isinstance(value, str) else str(value)


@given(st.sampled_from(PLACES), st.sampled_from(["x", "Kind", "tokn", "client_secrte", "a.b"]))
@settings(max_examples=60, deadline=None)
def test_any_setting_may_have_another_name(where: tuple[str, Place], name: str) -> None:
    crm, place = where
    values = copy.deepcopy(TEMPLATES[crm])
    parent = parent_of(values, place)
    if isinstance(parent, dict):
        parent[name] = parent.pop(place[-1])

    loads_or_explains("\n".join(f'"{key}" = {inline(v)}' for key, v in values.items()))


@given(st.integers(min_value=0, max_value=len(example_text().splitlines()) - 1))
@settings(max_examples=40, deadline=None)
def test_any_line_may_stand_twice(number: int) -> None:
    lines = example_text().splitlines()

    loads_or_explains("\n".join([*lines[: number + 1], *lines[number:]]))


@given(st.integers(min_value=0, max_value=len(example_text()) - 1))
@settings(max_examples=40, deadline=None)
def test_the_file_may_end_anywhere(length: int) -> None:
    loads_or_explains(example_text()[:length])


@pytest.mark.parametrize("crm", ["salesforce", "hubspot"])
@pytest.mark.parametrize("name", ["tokn", "client_secrte", "secret", "password"])
def test_a_secret_under_a_wrong_name_is_never_repeated(crm: str, name: str) -> None:
    values = copy.deepcopy(TEMPLATES[crm])
    values["crm"][crm][name] = CANARY

    loads_or_explains("\n".join(f"{key} = {inline(v)}" for key, v in values.items()))
