"""`bbm engagement`: leads and contacts on the two axes."""

from datetime import UTC, datetime, timedelta

import pytest

from bbm_core.records import Activity, RecordKind, RecordRef
from tests.agent.cli.conftest import Bbm
from tests.agent.world import OTHER, World

pytestmark = pytest.mark.usefixtures("config")


def happened(world: World, ref: RecordRef, what: str = "meeting", days: int = 0) -> None:
    at = datetime.now(UTC) - timedelta(days=days, minutes=1)
    with world.agent() as agent:
        agent.store.keep_activities([Activity(ref, at, what)], "file")


def test_an_empty_book_says_so(world: World, bbm: Bbm) -> None:
    world.first_sync()

    assert "None is kept yet" in bbm("engagement").out


def test_without_activities_nobody_is_cold(world: World, bbm: Bbm) -> None:
    world.lead()
    world.first_sync()

    answer = bbm("engagement")

    assert "No activities are known" in answer.out
    assert bbm("engagement", "--json").document["fit"] == {
        "records": 1,
        "hot": 0,
        "not_hot": 0,
        "unknown": 1,
    }


def test_records_stand_by_tier_and_heat(world: World, bbm: Bbm) -> None:
    warm, _, other = world.lead(), world.lead(), world.lead(OTHER)
    world.account()
    world.first_sync()
    happened(world, warm)
    happened(world, other, days=31)
    document = bbm("engagement", "--json").document

    assert document["records"] == 3
    assert {(c["tier"], c["heat"]): c["records"] for c in document["grid"] if c["records"]} == {
        ("A", 2): 1,
        ("A", 4): 1,
        ("D", 3): 1,
    }
    assert document["fit"] == {"records": 2, "hot": 1, "not_hot": 1, "unknown": 0}
    assert "2 fit: 1 of them are hot, 1 are not, 0 are not known." in bbm("engagement").out
    assert bbm("engagement", "--kind", "contact", "--json").document["records"] == 0


def test_the_grid_stays_that_of_fit_where_the_flag_asks_for_heat(world: World, bbm: Bbm) -> None:
    lead = world.lead()
    happened(world, lead, "call", days=200)
    world.values["icp"]["icp_mode"] = "fit_and_hot"
    world.first_sync()

    assert bbm("engagement", "--json").document["fit"]["not_hot"] == 1


def test_kinds_that_count_nothing_and_strange_records_are_named(world: World, bbm: Bbm) -> None:
    lead = world.lead()
    world.first_sync()
    happened(world, lead, "sent_mail")
    happened(world, RecordRef(RecordKind.LEAD, "nobody"))
    answer = bbm("engagement").out

    assert "give them points in [engagement]: sent mail" in answer
    assert "records that are not known: 1, such as of lead:nobody" in answer
    assert bbm("engagement", "--json").document["of_unknown_records"] == 1


def test_it_speaks_japanese(world: World, bbm: Bbm) -> None:
    lead = world.lead()
    world.first_sync()
    happened(world, lead)

    assert "適合1件のうち、ホット1件" in bbm("engagement", "--lang", "ja").out
