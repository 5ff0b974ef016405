"""Files that people hand over are taken in at each sync."""

from pathlib import Path

from agent.cli.report import input_lines
from agent.cycle import Ending
from agent.inputs import take_in_files
from agent.store import Store
from tests.agent.world import World

ROW = "lead,l1,2026-11-02,call\n"
HEADER = "record_kind,record_id,at,what\n"


def activities(world: World, folder: Path, text: str) -> Path:
    path = folder / "touches.csv"
    path.write_text(text, encoding="utf-8")
    world.values["inputs"] = {"activities": str(path)}
    return path


def test_without_files_nothing_is_read(world: World) -> None:
    assert world.first_sync().inputs == ()


def test_a_sync_takes_activities_in_once(world: World, tmp_path: Path) -> None:
    activities(world, tmp_path, HEADER + ROW)

    (first,) = world.first_sync().inputs
    (second,) = world.cycle().inputs

    assert (first.rows, first.bad, len(first.touched)) == (1, 0, 1)
    assert (second.rows, second.bad, len(second.touched)) == (1, 0, 0)
    with Store.open(world.url) as store:
        assert [one.ref.id for one in store.activities()] == ["l1"]


def test_a_changed_file_takes_the_place_of_the_one_before(world: World, tmp_path: Path) -> None:
    activities(world, tmp_path, HEADER + ROW)
    world.first_sync()
    activities(world, tmp_path, HEADER + ROW.replace("l1", "l2"))

    (taken,) = world.cycle().inputs

    assert {ref.id for ref in taken.touched} == {"l1", "l2"}
    with Store.open(world.url) as store:
        assert [one.ref.id for one in store.activities()] == ["l2"]


def test_a_file_that_is_no_longer_named_loses_its_effect(world: World, tmp_path: Path) -> None:
    activities(world, tmp_path, HEADER + ROW)
    world.first_sync()
    del world.values["inputs"]

    (taken,) = world.cycle().inputs

    assert "no file is named any more" in "".join(input_lines(taken))
    assert world.cycle().inputs == ()
    with Store.open(world.url) as store:
        assert list(store.activities()) == []
        assert store.activities_since() is None


def test_bad_rows_make_the_run_partial_each_time(world: World, tmp_path: Path) -> None:
    activities(world, tmp_path, f"{HEADER}lead,,2026-11-02,call\n{ROW}")

    for report in (world.first_sync(), world.cycle()):
        assert report.ending is Ending.PARTIAL
        assert [(one.line, one.why) for one in report.inputs[0].examples] == [
            (2, "there is no record_id")
        ]


def test_a_file_that_is_gone_is_said_and_what_was_known_stands(
    world: World, tmp_path: Path
) -> None:
    path = activities(world, tmp_path, HEADER + ROW)
    world.first_sync()
    path.unlink()

    report = world.cycle()

    assert report.ending is Ending.PARTIAL
    assert "cannot be read" in report.inputs[0].problem
    with Store.open(world.url) as store:
        assert len(tuple(store.activities())) == 1
        assert "cannot be read" in store.runs(1)[0].problems[0]


def test_people_are_checked_at_each_sync(world: World, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id,team\n005x,North\n,South\n", encoding="utf-8")
    world.values["inputs"] = {"people": "people.csv"}
    with world.agent() as agent:
        (taken,) = take_in_files(agent.settings, agent.store, tmp_path)

    assert (taken.rows, taken.bad) == (1, 1)
