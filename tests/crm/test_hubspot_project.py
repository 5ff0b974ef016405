"""The check of crm/hubspot without Node.js: it passes, and notices what a portal would refuse."""

import importlib.util
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SHIPPED = Path(__file__).parents[2] / "crm" / "hubspot"
APP = "src/app/app-hsmeta.json"
CARD = "src/app/cards/icp-tab-hsmeta.json"
PROPERTIES = "src/app/cards/properties.ts"


@pytest.fixture(scope="module")
def check() -> ModuleType:
    place = SHIPPED / "scripts" / "check_project.py"
    spec = importlib.util.spec_from_file_location("check_project", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy that may be broken."""
    for name in ("src", "hsproject.json", "package.json", "package-lock.json"):
        one = SHIPPED / name
        if one.is_dir():
            shutil.copytree(one, tmp_path / name, ignore=shutil.ignore_patterns("node_modules"))
        else:
            shutil.copy(one, tmp_path / name)
    return tmp_path


def changed(path: str, change: Callable[[Any], object]) -> Callable[[Path], None]:
    """Breaks a JSON file of the project."""

    def breaking(project: Path) -> None:
        content = json.loads((project / path).read_text(encoding="utf-8"))
        change(content)
        (project / path).write_text(json.dumps(content), encoding="utf-8")

    return breaking


def replaced(path: str, old: str, new: str) -> Callable[[Path], None]:
    """Breaks a file of the project as text."""

    def breaking(project: Path) -> None:
        text = (project / path).read_text(encoding="utf-8")
        assert old in text
        (project / path).write_text(text.replace(old, new), encoding="utf-8")

    return breaking


def moved(old: str, new: str) -> Callable[[Path], None]:
    def breaking(project: Path) -> None:
        (project / new).parent.mkdir(parents=True, exist_ok=True)
        (project / old).rename(project / new)

    return breaking


BROKEN = {
    "is for 2025.2": replaced("hsproject.json", "2026.03", "2025.2"),
    "hsproject.json has": changed("hsproject.json", lambda one: one.pop("srcDir")),
    "another folder": replaced("hsproject.json", '"src"', '"source"'),
    "instead of uid": changed(CARD, lambda one: one.update(permissions=[])),
    "its uid is no uid": changed(CARD, lambda one: one.update(uid="two words")),
    "is used 2 times": changed(CARD, lambda one: one.update(uid="bbm_icp_card_sidebar")),
    "no place here": changed(CARD, lambda one: one.update(type="app-function")),
    "belongs in app/cards": moved(CARD, "src/app/icp-tab-hsmeta.json"),
    "lacks name": changed(CARD, lambda one: one["config"].pop("name")),
    "title is no key": changed(CARD, lambda one: one["config"].update(title="ICP")),
    "is no location": changed(CARD, lambda one: one["config"].update(location="crm.sidebar")),
    "does not know tickets": changed(
        CARD, lambda one: one["config"]["objectTypes"].append("tickets")
    ),
    "there is no /app/cards/Gone.tsx": changed(
        CARD, lambda one: one["config"].update(entrypoint="/app/cards/Gone.tsx")
    ),
    "registers nothing": changed(
        CARD, lambda one: one["config"].update(entrypoint="/app/cards/IcpSidebar.tsx")
    ),
    "is not private": replaced(APP, '"private"', '"marketplace"'),
    "not static": changed(APP, lambda one: one["config"]["auth"].update(optionalScopes=[])),
    "outside HubSpot": changed(
        APP, lambda one: one["config"]["permittedUrls"]["fetch"].append("https://example.com")
    ),
    "its cards need": replaced(APP, "crm.objects.deals.read", "crm.objects.deals.write"),
    "there are 0 apps": lambda project: (project / APP).unlink(),
    "has no bbm_fit": replaced(PROPERTIES, '"bbm_icp"', '"bbm_fit"'),
    "bbm_icp is not shown": replaced(PROPERTIES, '    flag: "bbm_icp",\n', ""),
    "itself": replaced("src/app/cards/judgement.ts", "PROPERTIES.flag", '"bbm_icp"'),
    "uses useCrmSearch": replaced(
        "src/app/cards/IcpCard.tsx", "useCrmProperties(", "useCrmSearch("
    ),
    "tested is": replaced("src/app/cards/package.json", "0.17.0", "latest"),
    "the cards bring": changed(
        "src/app/cards/package.json", lambda one: one["dependencies"].pop("react")
    ),
    "names the addresses": replaced("package-lock.json", '"integrity"', '"resolved"'),
}


def test_the_project_has_no_problem(check: ModuleType) -> None:
    assert check.problems_of(SHIPPED) == []


@pytest.mark.parametrize("told", BROKEN)
def test_a_broken_project_is_told(told: str, check: ModuleType, project: Path) -> None:
    BROKEN[told](project)

    assert told in "\n".join(check.problems_of(project))
