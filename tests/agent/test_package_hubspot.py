"""The package for a portal: what stands in crm/hubspot, with the names of a configuration."""

import re
from datetime import UTC, datetime
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

import pytest

from agent.config import load
from agent.config.example import render
from agent.config.templates import template
from agent.package import package_files, write_package
from bbm_core.errors import ConfigError
from connectors.hubspot.fields import DEFAULT_NAMES

SHIPPED = Path(__file__).parents[2] / "crm" / "hubspot"
NOW = datetime(2026, 11, 2, tzinfo=UTC)
CARDS = "src/app/cards"
NAMED = re.compile(r'^ {4}\w+: "(\w+)",?$', re.MULTILINE)


def settings(tmp_path: Path, **fields: str) -> Any:
    """The settings of a portal, with other names for some of our properties."""
    example = template("hubspot")
    example["crm"]["hubspot"]["fields"] = fields
    path = tmp_path / "config.toml"
    path.write_text(render(example, ()), encoding="utf-8")
    return load(path, {}).settings


def test_crm_hubspot_is_the_export_by_the_usual_names(tmp_path: Path) -> None:
    files = package_files(settings(tmp_path), NOW)

    for name, text in files.items():
        assert (SHIPPED / name).read_text(encoding="utf-8") == text, name
    source = [one for one in (SHIPPED / "src").rglob("*.*") if "node_modules" not in one.parts]
    assert {str(one.relative_to(SHIPPED)) for one in source} <= files.keys()


def test_what_checks_the_project_stays_in_the_repository(tmp_path: Path) -> None:
    files = package_files(settings(tmp_path), NOW)

    assert {name.partition("/")[0] for name in files} == {"README.md", "hsproject.json", "src"}


def test_the_cards_read_the_properties_of_the_configuration(tmp_path: Path) -> None:
    others = {role.value: f"acme_{role.value}" for role in DEFAULT_NAMES}

    files = package_files(settings(tmp_path, **others), NOW)

    assert sorted(NAMED.findall(files[f"{CARDS}/properties.ts"])) == sorted(others.values())
    left = re.compile(rf"\b({'|'.join(DEFAULT_NAMES.values())})\b")
    assert [name for name, text in files.items() if left.search(text)] == []


def test_names_that_are_exchanged_for_each_other_are_exchanged_once(tmp_path: Path) -> None:
    files = package_files(settings(tmp_path, flag="bbm_tier", tier="bbm_icp"), NOW)

    text = files[f"{CARDS}/properties.ts"]
    assert ('flag: "bbm_tier"' in text, 'tier: "bbm_icp"' in text) == (True, True)


def test_there_is_no_package_of_salesforce_for_hubspot(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no sfdx package for hubspot"):
        write_package(settings(tmp_path), "sfdx", tmp_path / "folder", NOW)

    assert not (tmp_path / "folder").exists()


def test_the_project_is_part_of_the_installation() -> None:
    assert resources("crm").joinpath("hubspot").joinpath("hsproject.json").is_file()
