"""People are read with every change of team and manager."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from agent.config import Settings
from agent.people import read_people
from bbm_core.errors import ConfigError
from bbm_core.people import Spell
from tests.agent.world import values


def settings(**inputs: Any) -> Settings:
    return Settings.model_validate(values(inputs={"people": "people.csv", **inputs}))


def file(folder: Path, text: str) -> Path:
    (folder / "people.csv").write_text(text, encoding="utf-8")
    return folder


def test_without_a_file_there_is_nobody(tmp_path: Path) -> None:
    assert read_people(Settings.model_validate(values()), tmp_path).by_id == {}


def test_each_change_is_a_spell_oldest_first(tmp_path: Path) -> None:
    folder = file(
        tmp_path,
        "id,name,team,manager,since\n"
        "005x,Ann,South,Eve,2026-10-01\n"
        "005x,Ann,North,Bob,\n"
        "005y,佐藤,North,Bob,2026年4月1日\n",
    )

    people = read_people(settings(), folder)

    assert people.bad == ()
    assert people.by_id == {
        "005x": (
            Spell(None, "Ann", "North", "Bob"),
            Spell(date(2026, 10, 1), "Ann", "South", "Eve"),
        ),
        "005y": (Spell(date(2026, 4, 1), "佐藤", "North", "Bob"),),
    }


def test_bad_rows_are_named_and_the_others_go_on(tmp_path: Path) -> None:
    folder = file(
        tmp_path,
        "id,name,team,manager,since\n"
        ",Ann,North,Bob,\n"
        "005x,Ann,North,Bob,soon\n"
        "005y,Eve,North,Bob,2026-04-01\n"
        "005y,Eve,South,Bob,2026-04-01\n"
        "005y,Eve,North,Bob,2026-04-01\n",
    )

    people = read_people(settings(), folder)

    assert people.by_id == {"005y": (Spell(date(2026, 4, 1), "Eve", "North", "Bob"),)}
    assert [(one.line, one.why) for one in people.bad] == [
        (2, "there is no id"),
        (3, "'soon' is no date and no time"),
        (5, "005y has another row since 2026-04-01, line 4"),
    ]


def test_columns_may_have_other_names(tmp_path: Path) -> None:
    folder = file(tmp_path, "社員,部署\n005x,営業一部\n")
    chosen = settings(people_columns={"id": "社員", "team": "部署"})

    assert read_people(chosen, folder).by_id == {"005x": (Spell(None, team="営業一部"),)}


def test_a_file_without_ids_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no column 'id'"):
        read_people(settings(), file(tmp_path, "Id\n005x\n"))
