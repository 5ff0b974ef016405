"""The files that ship: the example loads as it stands, and shows every setting."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

from agent.cli import main
from agent.config import load
from agent.config.example import literal, render
from agent.config.model import Settings
from agent.config.shape import section_model
from agent.config.templates import example_text, template

SETTING = re.compile(r"# [a-z_]+ = ")
EXAMPLE = Path(__file__).parents[3] / "config.example.toml"


def test_the_example_loads_as_it_stands() -> None:
    loaded = load(EXAMPLE, {})

    assert loaded.settings.crm.kind == "salesforce"
    assert [one.path for one in loaded.missing_secrets] == ["crm.salesforce.client_secret"]


def test_the_example_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["config", "example"])

    assert left.value.code == 0
    assert capsys.readouterr().out == EXAMPLE.read_text(encoding="utf-8")


@pytest.mark.parametrize("crm", ["salesforce", "hubspot"])
def test_every_template_loads(crm: Literal["salesforce", "hubspot"], tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(render(template(crm)), encoding="utf-8")

    assert load(path, {}).settings.crm.kind == crm


@pytest.mark.parametrize("crm", ["salesforce", "hubspot"])
def test_every_commented_setting_is_toml(crm: Literal["salesforce", "hubspot"]) -> None:
    commented = filter(SETTING.match, render(template(crm)).splitlines())

    for line in commented:
        assert tomllib.loads(line.removeprefix("# ")), line


def test_the_example_shows_every_section_and_every_plain_setting() -> None:
    text = example_text()

    for name, field in Settings.model_fields.items():
        model = section_model(field.annotation)
        assert f"[{name}" in text or f"{name} = " in text
        for setting in model.model_fields if model else ():
            inner = model and section_model(model.model_fields[setting].annotation)
            shown = f"{setting} = " in text or f"{name}.{setting}]" in text
            assert shown or inner, f"{name}.{setting}"


def test_commented_settings_show_defaults_that_load(tmp_path: Path) -> None:
    """Taking away the mark in front of a plain default changes nothing."""
    lines = example_text().splitlines()
    start = lines.index("[guards]")
    end = lines.index("", start)
    bare = [line.removeprefix("# ") for line in lines[start:end]]
    bare = [line if "=" in line or line.startswith("[") else f"# {line}" for line in bare]
    path = tmp_path / "config.toml"
    path.write_text("\n".join([*lines[:start], *bare, *lines[end:]]), encoding="utf-8")

    assert load(path, {}).settings == load(EXAMPLE, {}).settings


DEFAULTED = (
    *("scope", "watch", "guards", "write", "budget", "schedule", "ltv", "currencies", "state"),
    *("accounts", "engagement", "inputs"),
    "log",
)
"""The sections that may be left out, because each of their settings has a default."""


def optional_lines() -> Iterator[int]:
    """The lines of the example that show a default of such a section."""
    section = ""
    for number, line in enumerate(example_text().splitlines()):
        if line.startswith(("[", "# [")):
            section = line.strip("[]")
        if section in DEFAULTED and SETTING.match(line):
            yield number


@pytest.mark.parametrize("number", tuple(optional_lines()))
def test_one_line_without_its_mark_is_set(number: int, tmp_path: Path) -> None:
    lines = example_text().splitlines()
    lines[number] = lines[number].removeprefix("# ")
    path = tmp_path / "config.toml"
    path.write_text("\n".join(lines), encoding="utf-8")

    name = lines[number].partition(" =")[0]
    assert any(f".{name}." in f"{one}." for one in load(path, {}).sources)


def test_sections_that_switch_something_on_stay_commented() -> None:
    lines = example_text().splitlines()

    assert {f"[{name}]" for name in DEFAULTED[1:]} <= set(lines)
    assert {"# [slack]", "# [bands.NAME]"} <= set(lines)


def test_nothing_is_written_of_what_is_not_given() -> None:
    assert render({}, ("a", "")).startswith("# a\n#\n")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        ('a "b" \\', '"a \\"b\\" \\\\"'),
        ("line\nend\x7f", '"line\\u000aend\\u007f"'),
        ({}, "{}"),
        ({"a b": [1]}, '{ "a b" = [1] }'),
        (0.5, "0.5"),
    ],
)
def test_values_are_written_as_toml(value: object, text: str) -> None:
    assert literal(value) == text


def test_the_schema_is_json_and_describes_every_setting(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["config", "schema"])

    schema = json.loads(capsys.readouterr().out)
    ours = {"CrmSettings", "GuardSettings", "SlackSettings", "SalesforceConfig", "HubSpotConfig"}
    assert ours <= schema["$defs"].keys()
    for name in ours:
        settings = schema["$defs"][name]["properties"]
        assert all("description" in one for one in settings.values()), name
    assert "null" not in set(types(schema))


def types(schema: Any) -> Iterator[str]:
    """Every type that a schema names; TOML has no null."""
    if isinstance(schema, dict):
        if isinstance(schema.get("type"), str):
            yield schema["type"]
        for inner in schema.values():
            yield from types(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from types(inner)
