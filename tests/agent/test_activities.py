"""Activities of a CSV file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agent.activities import read_activities
from agent.config import Settings
from bbm_core.errors import ConfigError
from bbm_core.records import Activity, RecordKind, RecordRef
from tests.agent.world import values

HEADER = "record_kind,record_id,at,what,by,times\n"


def settings(**inputs: Any) -> Settings:
    return Settings.model_validate(values(inputs={"activities": "touches.csv", **inputs}))


def file(folder: Path, text: str) -> Path:
    (folder / "touches.csv").write_text(text, encoding="utf-8")
    return folder


def test_a_row_is_an_activity(tmp_path: Path) -> None:
    folder = file(tmp_path, f"{HEADER}lead,l1,2026-11-02 09:30,Page View,,3\n")

    table = read_activities(settings(), folder)

    ref = RecordRef(RecordKind.LEAD, "l1")
    at = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    assert table.activities == (Activity(ref, at, "page_view", "", 3),)
    assert table.bad == ()


def test_short_ids_and_the_kind_of_salesforce_are_understood(tmp_path: Path) -> None:
    text = (
        "WhoId,ActivityDate,TaskSubtype,OwnerId\n00Q5g000000000R,2026-11-02,Call,0055g000000000A\n"
    )
    names = {"id": "WhoId", "at": "ActivityDate", "what": "TaskSubtype", "by": "OwnerId"}

    (one,) = read_activities(settings(activity_columns=names), file(tmp_path, text)).activities

    assert one.ref == RecordRef(RecordKind.LEAD, "00Q5g000000000REAQ")
    assert (one.what, len(one.by)) == ("call", 18)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("lead,,2026-11-02,call,,", "there is no record_id"),
        ("lead,l1,,call,,", "there is no at"),
        ("lead,l1,2026-11-02,,,", "there is no what"),
        ("lead,l1,2026-11-02,!!,,", "'!!' has no word in it"),
        ("lead,l1,yesterday,call,,", "'yesterday' is no date and no time"),
        ("task,l1,2026-11-02,call,,", "'task' is no kind of record"),
        ("lead,l1,1970-01-01,call,,", "'1970-01-01' is before 1990"),
        (",l1,2026-11-02,call,,", "it does not say of which kind the record 'l1' is"),
        ("lead,l1,2026-11-02,call,,0", "'0' is no number of times"),
        ("lead,l1,2026-11-02,call,,1.5", "'1.5' is no number of times"),
        ("lead,l1,2026-11-02,call,,many", "'many' is no number"),
        (f"lead,{'l' * 65},2026-11-02,call,,", "is longer than 64 characters"),
        ("lead,l1,2026-11-02", "3 cells where the header has 6"),
    ],
)
def test_a_bad_row_is_named_and_the_others_go_on(tmp_path: Path, row: str, why: str) -> None:
    good = "deal,d1,2026-11-02,call,,\n"

    table = read_activities(settings(), file(tmp_path, f"{HEADER}{row}\n{good}"))

    assert [one.ref for one in table.activities] == [RecordRef(RecordKind.OPPORTUNITY, "d1")]
    assert [one.line for one in table.bad] == [2]
    assert why in table.bad[0].why


def test_a_missing_column_is_refused_with_what_is_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no column 'at'"):
        read_activities(settings(), file(tmp_path, "record_id,date,what\n"))
