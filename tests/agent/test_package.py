"""The package for an org: what stands in crm/salesforce, with the names of a configuration."""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

import pytest

from agent.config import load
from agent.fields import field_specs
from agent.package import Format, package_files, write_package
from bbm_core.errors import ConfigError
from bbm_core.records import RecordKind
from connectors.salesforce.deploy import deploy
from connectors.salesforce.fields import DEFAULT_NAMES
from connectors.salesforce.package.archive import additions
from connectors.salesforce.package.convert import converted
from sandbox.clock import SandboxClock
from sandbox.salesforce.access import GUARDED
from sandbox.salesforce.metadata.deploys import Options
from sandbox.salesforce.org import Org
from sandbox.salesforce.query import Runner
from sandbox.server import Sandbox
from tests.connectors.salesforce.org_world import SalesforceWorld

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.toml"
NOW = datetime(2026, 11, 2, tzinfo=UTC)
DEFAULT = "force-app/main/default"
FIELDS = f"{DEFAULT}/objects/Lead/fields"


def settings(**env: str) -> Any:
    named = {f"BBM_CRM__SALESFORCE__{name.upper()}": value for name, value in env.items()}
    return load(EXAMPLE, named).settings


def named(tmp_path: Path, **fields: str) -> Any:
    """The settings with other names for some of our fields."""
    table = ", ".join(f'{role} = "{name}"' for role, name in fields.items())
    text = EXAMPLE.read_text(encoding="utf-8").replace("# fields = {}", f"fields = {{ {table} }}")
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, {}).settings


@pytest.fixture(scope="module")
def package() -> Mapping[str, str]:
    return package_files(settings(), NOW)


def deployed(org: Org, raw: bytes) -> Mapping[str, Any]:
    id_ = org.deploys.start(org.users["admin"], raw, Options())
    org.clock.advance(5)
    org.settle()
    return org.deploys.result(id_, details=True)


def _everything(org: Org) -> Any:
    """The rights of somebody who sees every field."""
    people = next(row for row in org.rows("PermissionSet") if row["Name"] == "BBM_User")
    values = {"PermissionSetId": people["Id"], "AssigneeId": org.users["admin"]}
    org.create("PermissionSetAssignment", values)
    return org.rights("admin")


def facts(org: Org, name: str) -> Any:
    """What a field is, whatever its id."""
    fields = {object_: org.definition(object_).fields[name] for object_ in GUARDED}
    return {
        object_: (
            *(one.type, one.length, one.precision, one.scale, one.label, one.help_text),
            *((choice.value, choice.label) for choice in one.choices),
        )
        for object_, one in fields.items()
    }


def test_crm_salesforce_is_the_export_of_the_example(package: Mapping[str, str]) -> None:
    shipped = ROOT / "crm" / "salesforce"

    for name, text in package.items():
        assert (shipped / name).read_text(encoding="utf-8") == text, name
    written = {str(one.relative_to(shipped)) for one in (shipped / DEFAULT).rglob("*.*")}
    assert {name for name in written if (shipped / name).is_file()} <= package.keys()


def test_an_org_takes_the_whole_package_and_describe_shows_each_field(
    package: Mapping[str, str],
) -> None:
    with Sandbox() as sandbox:
        world = SalesforceWorld(sandbox)
        session = world.connector()._session

        done = deploy(session, converted(package, "66.0"), world.wait)
        sets = world.org.rows("PermissionSet")
        people = next(row["Id"] for row in sets if row["Name"] == "BBM_User")
        agent = {"PermissionSetId": people, "AssigneeId": world.org.users["agent"]}
        world.org.create("PermissionSetAssignment", agent)
        described = {name: session.get(f"sobjects/{name}/describe") for name in GUARDED}
        world.close()

    assert done.succeeded, done.problem
    for shown in described.values():
        fields = {one["name"]: one for one in shown["fields"]}
        assert {*DEFAULT_NAMES.values(), "BBM_Light__c", "BBM_ICP_Share__c"} <= fields.keys()
        assert (fields["BBM_ICP__c"]["label"], fields["BBM_ICP__c"]["type"]) == (
            "ICP fit",
            "picklist",
        )
        assert fields["BBM_Light__c"]["calculated"]


def test_people_see_all_of_our_fields_and_edit_the_override(package: Mapping[str, str]) -> None:
    org = Org(SandboxClock(NOW))
    deployed(org, converted(package, "66.0"))

    rights = _everything(org)

    lead = org.definition("Lead")
    assert {*DEFAULT_NAMES.values(), "BBM_Light__c"} <= set(rights.visible(lead))
    assert not rights.edits(lead, "BBM_ICP__c")
    assert rights.edits(lead, "BBM_Override__c")


def test_the_average_of_a_report_is_the_icp_rate(package: Mapping[str, str]) -> None:
    org = Org(SandboxClock(NOW))
    deployed(org, converted(package, "66.0"))
    flags = ("icp", "not_icp", "not_icp", "unknown", None)
    for flag in flags:
        lead = {"LastName": "Sato", "Company": "Kaede", "BBM_ICP__c": flag, "BBM_Score__c": 85}
        org.create("Lead", lead)

    runner = Runner(org, _everything(org), "66.0")
    (row,) = runner.run("SELECT AVG(BBM_ICP_Share__c) FROM Lead").rows
    lights = [one["BBM_Light__c"] for one in org.rows("Lead")]

    assert round(row["expr0"], 1) == 33.3, "one of three; unknown and not judged are left out"
    assert lights[0] == '<img src="/img/samples/light_green.gif" alt="ICP" border="0"/> 85'
    assert "light_yellow" in lights[3]
    assert lights[4] is None


def test_without_active_languages_the_package_is_taken_without_translations(
    package: Mapping[str, str],
) -> None:
    org = Org(SandboxClock(NOW))
    org.deploys.languages.clear()
    bare = {name: text for name, text in package.items() if "ranslations/" not in name}

    whole = deployed(org, converted(package, "66.0"))
    assert {one["problem"] for one in whole["details"]["componentFailures"]} == {
        "Not available for deploy for this organization"
    }
    assert deployed(org, converted(bare, "66.0"))["status"] == "Succeeded"


def test_the_package_makes_the_same_fields_as_fields_apply(package: Mapping[str, str]) -> None:
    by_package, by_command = Org(SandboxClock(NOW)), Org(SandboxClock(NOW))

    deployed(by_package, converted(package, "66.0"))
    deployed(by_command, additions(tuple(field_specs(settings())), {}, "66.0"))

    for name in DEFAULT_NAMES.values():
        assert facts(by_package, name) == facts(by_command, name)


def test_the_agents_set_edits_its_own_fields_and_nothing_else(package: Mapping[str, str]) -> None:
    text = package[f"{DEFAULT}/permissionsets/BBM_Agent.permissionset-meta.xml"]

    editable = re.findall(r"<editable>true</editable>\s*<field>\w+\.(\w+)<", text)
    assert {name.startswith("BBM_") for name in editable} == {True}
    assert not [name for name in editable if "Override" in name]
    for right in ("allowCreate", "allowDelete", "modifyAllRecords"):
        assert f"<{right}>true" not in text
    assert text.count("<viewAllRecords>true") == len(RecordKind)
    assert re.findall(r"<name>(\w+)</name>", text) == ["ApiEnabled"]
    assert "Lead.Address" in text  # the country is granted with the address it is part of
    assert "Lead.Company" not in text  # everybody sees it, and a set that names it is refused


def test_nothing_of_the_customers_is_overwritten(package: Mapping[str, str]) -> None:
    kinds = {name.split("/")[3] for name in package if name.startswith(DEFAULT)}
    inside = {name.split("/")[5] for name in package if name.startswith(f"{DEFAULT}/objects/")}

    assert not kinds & {"layouts", "flexipages", "profiles", "settings", "applications"}
    assert inside == {"fields", "listViews"}


def test_other_names_are_exchanged_everywhere(tmp_path: Path) -> None:
    files = package_files(named(tmp_path, flag="Fit__c", score="Fit_Score__c"), NOW)

    text = "\n".join(files.values())
    assert f"{FIELDS}/Fit__c.field-meta.xml" in files
    assert not re.search(r"\bBBM_(ICP|Score)__c\b", text)
    assert "BBM_Scored_At__c" in text
    assert 'flag: "Fit__c"' in files[f"{DEFAULT}/lwc/bbmIcp/fields.js"]
    assert deployed(Org(SandboxClock(NOW)), converted(files, "66.0"))["status"] == "Succeeded"


def test_sets_have_the_names_of_the_configuration() -> None:
    files = package_files(settings(permission_set="Acme_Agent", user_permission_set="Acme"), NOW)

    sets = {name for name in files if "/permissionsets/" in name}
    assert {Path(name).name for name in sets} == {
        "Acme_Agent.permissionset-meta.xml",
        "Acme.permissionset-meta.xml",
    }


def test_the_prefix_of_a_managed_package_is_its_namespace(tmp_path: Path) -> None:
    names = {role.value: f"acme__{name}" for role, name in DEFAULT_NAMES.items()}

    files = package_files(named(tmp_path, **names), NOW)

    assert '"namespace": "acme"' in files["sfdx-project.json"]
    assert f"{FIELDS}/BBM_ICP__c.field-meta.xml" in files
    assert "acme__" not in files[f"{FIELDS}/BBM_Light__c.field-meta.xml"]
    # A component asks while it runs, where the prefix belongs to the name.
    assert 'flag: "acme__BBM_ICP__c"' in files[f"{DEFAULT}/lwc/bbmIcp/fields.js"]


def test_the_prefixes_of_two_packages_make_no_package(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="prefix of the same package"):
        package_files(named(tmp_path, flag="acme__BBM_ICP__c"), NOW)


def test_a_japanese_org_has_japanese_labels_and_english_translations() -> None:
    japanese = load(EXAMPLE, {"BBM_CRM__LANG": "ja"}).settings

    files = package_files(japanese, NOW)

    assert "<label>ICP判定</label>" in files[f"{FIELDS}/BBM_ICP__c.field-meta.xml"]
    translated = f"{DEFAULT}/objectTranslations/Lead-en_US/BBM_ICP__c.fieldTranslation-meta.xml"
    assert "<label>ICP fit</label>" in files[translated]


def test_converted_leads_are_opened_only_where_they_are_written() -> None:
    files = package_files(settings(write_converted_leads="true"), NOW)

    text = files[f"{DEFAULT}/permissionsets/BBM_Agent.permissionset-meta.xml"]
    assert "AllowViewEditConvertedLeads" in text


def test_a_zip_is_written_where_one_is_asked_for(tmp_path: Path) -> None:
    written = write_package(settings(), "mdapi", tmp_path / "a" / "package.zip", NOW)

    with zipfile.ZipFile(io.BytesIO(written.to.read_bytes())) as opened:
        assert "package.xml" in opened.namelist()
        assert not [name for name in opened.namelist() if "__tests__" in name]


@pytest.mark.parametrize("taken", ["folder/x.txt", "folder"])
def test_what_is_there_is_never_overwritten(taken: str, tmp_path: Path) -> None:
    (tmp_path / taken).parent.mkdir(exist_ok=True)
    (tmp_path / taken).write_text("mine", encoding="utf-8")

    with pytest.raises(ConfigError, match="is there already"):
        write_package(settings(), "sfdx", tmp_path / "folder", NOW)

    assert (tmp_path / taken).read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("format_", ["sfdx", "mdapi"])
def test_a_place_that_cannot_be_written_is_told(format_: Format, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ConfigError, match="cannot be written") as caught:
        write_package(settings(), format_, tmp_path / "file" / "package", NOW)

    assert "--to" in caught.value.hint


def test_there_is_no_project_of_hubspot_for_salesforce(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no hsproject package for salesforce"):
        write_package(settings(), "hsproject", tmp_path / "folder", NOW)


def test_the_package_is_part_of_the_installation() -> None:
    assert resources("crm").joinpath("salesforce").joinpath("sfdx-project.json").is_file()
