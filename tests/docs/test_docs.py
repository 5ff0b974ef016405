"""The documentation is complete: commands and options, operators, error codes, links."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from cyclopts import App

from agent.cli import app
from bbm_core.guard import Guard, Stop
from bbm_core.icp.predicate import OPERATORS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
CODE = re.compile(r"BBM-[A-Z]+-\d{3}")
PAGES = sorted(
    [
        *DOCS.rglob("*.md"),
        *ROOT.glob("*.md"),
        *(ROOT / "connectors").rglob("*.md"),
        *(ROOT / "crm").glob("*/README.md"),
    ]
)


def commands(level: App, before: tuple[str, ...] = ()) -> Iterator[tuple[str, App]]:
    """Every command that does something, under the words by which it is called."""
    for name in level:
        if not name.startswith("-"):
            words, found = (*before, name), level[name]
            if found.default_command is None:
                yield from commands(found, words)
            else:
                yield " ".join(words), found


def options(command: App) -> set[str]:
    """The options of a command; the opposites (--no-json) and empty ones go without saying."""
    names = {name for one in command.assemble_argument_collection() for name in one.names}
    return {n for n in names if n.startswith("--") and not n.startswith(("--no-", "--empty-"))}


def section_of(page: str, command: str) -> str:
    """The text from the heading of a command to the next heading."""
    after = page.partition(f"\n## bbm {command}\n")[2]
    return after.partition("\n## ")[0]


COMMANDS = dict(commands(app))


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_described_with_all_of_its_options(command: str) -> None:
    section = section_of((DOCS / "cli.md").read_text(encoding="utf-8"), command)

    assert section
    assert {name for name in options(COMMANDS[command]) if f"`{name}" not in section} == set()


def test_no_option_is_described_that_does_not_exist() -> None:
    page = (DOCS / "cli.md").read_text(encoding="utf-8")

    strange = {
        (command, name)
        for command, found in COMMANDS.items()
        for name in re.findall(r"^\| `(--[a-z-]+)", section_of(page, command), re.MULTILINE)
        if name not in options(found)
    }

    assert strange == set()


def test_every_error_code_is_listed_with_its_fix() -> None:
    listed = (DOCS / "errors.md").read_text(encoding="utf-8")

    assert sorted(raised_codes() - set(CODE.findall(listed))) == []


def test_no_error_code_is_listed_that_nothing_raises() -> None:
    listed = (DOCS / "errors.md").read_text(encoding="utf-8")

    assert sorted(set(CODE.findall(listed)) - raised_codes()) == []


def raised_codes() -> set[str]:
    """The codes in the sources, and those that the guards number."""
    rooms = ("agent", "bbm_core", "connectors")
    sources = (file for room in rooms for file in (ROOT / room).rglob("*.py"))
    written = {code for file in sources for code in CODE.findall(file.read_text(encoding="utf-8"))}
    return written | {Stop(guard, "", "").code for guard in Guard}


def test_every_operator_of_a_profile_is_described() -> None:
    page = (DOCS / "icp.md").read_text(encoding="utf-8")

    assert [name for name in OPERATORS if f"| `{name}` |" not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))

    assert [one for one in targets if not (page.parent / one).exists()] == []


@pytest.mark.parametrize("example", sorted(DOCS.rglob("examples/*.toml")), ids=lambda one: one.stem)
def test_every_example_is_mentioned(example: Path) -> None:
    assert f"examples/{example.name}" in (DOCS / "own-data.md").read_text(encoding="utf-8")
