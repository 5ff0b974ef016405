"""`bbm fields export`: the package, beside whoever asks, without a word with the CRM."""

import shutil
from pathlib import Path

import pytest

from agent.config.example import render
from agent.config.templates import template
from tests.agent.cli.conftest import Bbm

EXAMPLE = Path(__file__).parents[3] / "config.example.toml"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(EXAMPLE, tmp_path / "config.toml")
    monkeypatch.chdir(tmp_path)


def test_a_package_is_written_that_the_command_line_of_salesforce_deploys(
    bbm: Bbm, tmp_path: Path
) -> None:
    answered = bbm("fields", "export", "--format", "sfdx")

    assert answered.code == 0
    assert "cd bbm-salesforce && sf project deploy start" in answered.out
    assert (tmp_path / "bbm-salesforce" / "sfdx-project.json").is_file()
    assert (tmp_path / "bbm-salesforce" / "README.md").is_file()
    assert not (tmp_path / "bbm-salesforce" / "package.json").exists()


def test_a_program_is_told_what_was_written(bbm: Bbm) -> None:
    told = bbm("fields", "export", "--format", "mdapi", "--to", "own.zip", "--json").document

    assert (told["schema"], told["format"], told["to"]) == (
        "bbm.fields.export/1",
        "mdapi",
        "own.zip",
    )
    assert told["files"] == ["own.zip"]


def test_a_second_export_overwrites_nothing(bbm: Bbm) -> None:
    bbm("fields", "export")

    answered = bbm("fields", "export")

    assert answered.code == 2
    assert "BBM-FD-003" in answered.err


def test_a_portal_gets_a_project_that_the_command_line_of_hubspot_uploads(
    bbm: Bbm, tmp_path: Path
) -> None:
    example = render(template("hubspot"), ())
    (tmp_path / "config.toml").write_text(example, encoding="utf-8")

    answered = bbm("fields", "export")

    assert answered.code == 0
    assert "cd bbm-hubspot && hs project upload" in answered.out
    assert (tmp_path / "bbm-hubspot" / "src" / "app" / "app-hsmeta.json").is_file()
    assert not (tmp_path / "bbm-hubspot" / "package.json").exists()
