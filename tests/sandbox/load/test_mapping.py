"""A mapping is read strictly: everything wrong with it is said at once."""

from pathlib import Path

import pytest

from sandbox.load import MappingRefused, read_mapping
from sandbox.loading.mapping import Custom, Join, Lookup

OBJECTS = ("Account", "Lead", "Contact", "Opportunity")
EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"


def _problems(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "m.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MappingRefused) as refused:
        read_mapping(path, OBJECTS)
    return [one.removeprefix(f"{path}: ") for one in refused.value.problems]


@pytest.mark.parametrize("name", ["fleetio", "maven"])
def test_the_examples_are_mappings(name: str) -> None:
    plan = read_mapping(EXAMPLES / f"{name}.mapping.toml", OBJECTS)

    assert "Opportunity" in plan.sections


def test_everything_that_can_be_said_is_read(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text(
        """
        time_zone = "Asia/Tokyo"
        [Opportunity]
        id = "key"
        fields = { Name = "name" }
        custom = { Size__c = { type = "Number", scale = 2, label = "Size" } }
        lookups = { AccountId = { column = "account", object = "Account", by = "Name" } }
        joins = { teams = { on = "agent", key = "agent" } }
        status = { column = "stage", values = { A = "B" }, won = ["Won"] }
        """
    )

    plan = read_mapping(path, OBJECTS)
    section = plan.sections["Opportunity"]

    assert plan.zone.key == "Asia/Tokyo"
    assert section.custom == {"Size__c": Custom("Number", "Size", 2)}
    assert section.lookups == {"AccountId": Lookup("account", "Account", "Name")}
    assert section.joins == {"teams": Join("agent", "agent")}
    assert section.status is not None
    assert (section.status.values, section.status.won) == ({"A": "B"}, ("Won",))
    assert section.columns() == {"key", "name", "account", "agent", "teams.agent", "stage"}


def test_a_misspelt_name_is_answered_with_the_right_one(tmp_path: Path) -> None:
    problems = _problems(tmp_path, '[Leads]\n[Lead]\ncraeted = "x"\n')

    assert problems == [
        "Leads: unknown; did you mean Lead?",
        "Lead.craeted: unknown; did you mean created?",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('time_zone = "Mars/Base"', "time_zone: there is no time zone 'Mars/Base'"),
        ("Lead = 1", "Lead: must be a table"),
        ("[Lead]\nid = 3", "Lead.id: must be text"),
        ("[Lead]\nfields = { A = 1 }", "Lead.fields.A: must be text"),
        ("[Lead]\njoins = { t = { on = 'a' } }", "Lead.joins.t: key is missing"),
        ("[Lead]\nlookups = { A = { column = 'a' } }", "Lead.lookups.A: object is missing"),
        ("[Lead]\ncustom = { A = { scale = 'x' } }", "Lead.custom.A.scale: must be a whole number"),
        ("[Lead.status]\ncolumn = 'a'\nwon = 'b'", "Lead.status.won: must be a list of texts"),
        ("[Lead.status]\nfirst = 'a'", "Lead.status: needs either column, or is_closed and is_won"),
        (
            "[Lead.status]\nis_closed = 'a'",
            "Lead.status: with is_closed go is_won, first, won and lost",
        ),
    ],
)
def test_each_mistake_is_named_by_its_place(text: str, problem: str, tmp_path: Path) -> None:
    assert _problems(tmp_path, text) == [problem]


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    (problem,) = _problems(tmp_path, "[Lead\n")

    assert "line 1" in problem


def test_a_mapping_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingRefused, match="No such file"):
        read_mapping(tmp_path / "none.toml", OBJECTS)
