"""`bbm icp …`: definitions shown, compared, tried, published and taken back."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bbm_core.errors import ConfigError
from bbm_core.icp.profile import Profile, profiles_version
from bbm_core.icp.versions import Act
from tests.agent.cli.conftest import Bbm
from tests.agent.prepared import once
from tests.agent.world import FITTING, OTHER, World, profile

pytestmark = pytest.mark.usefixtures("config")

WIDE = """
[[icp.profiles]]
name = "core"
[[icp.profiles.criteria]]
id = "industry"
attribute = "industry"
in = ["Manufacturing", "Retail"]
role = "plus"
points = 10
"""


def version(*wanted: str, **more: Any) -> str:
    return profiles_version([Profile.model_validate(profile(*wanted, **more))])


FIRST, SECOND = version(), version(FITTING, OTHER)


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "wide.toml"
    path.write_text(WIDE, encoding="utf-8")
    return path


@pytest.fixture
def synced(world: World) -> World:
    """Three leads that fit and five that do not, all written."""
    once(world, _sync_eight)
    return world


def _sync_eight(world: World) -> None:
    for number in range(8):
        world.lead(FITTING if number < 3 else OTHER)
    world.first_sync()


def publish(bbm: Bbm, draft: Path, *more: str) -> Any:
    return bbm("icp", "publish", "--draft", str(draft), "--reason", "retail renews", *more)


# show


def test_before_the_first_sync_the_profile_of_the_file_is_shown(bbm: Bbm) -> None:
    shown = bbm("icp", "show")

    assert shown.code == 0
    assert shown.out.startswith(f"{FIRST}   draft\n")
    assert "the first sync puts the profile in config.toml in force" in shown.out


def test_what_is_in_force_is_shown_in_words(synced: World, bbm: Bbm) -> None:
    shown = bbm("icp", "show")

    assert shown.code == 0
    assert shown.out.startswith(f"{FIRST}   in force\n")
    assert "It stands in config.toml." in shown.out
    assert "Industry is one of Manufacturing (+10 points)" in shown.out


def test_it_speaks_japanese(synced: World, bbm: Bbm) -> None:
    assert "Industryがmanufacturingのいずれか(+10点)".casefold() in (
        bbm("icp", "show", "--lang", "ja").out.casefold()
    )


def test_toml_can_be_pasted_into_a_configuration(synced: World, bbm: Bbm, tmp_path: Path) -> None:
    path = tmp_path / "shown.toml"
    path.write_text(bbm("icp", "show", "active", "--toml").out, encoding="utf-8")

    assert bbm("icp", "show", str(path), "--json").document["version"] == FIRST


def test_an_edited_configuration_is_said_to_be_on_its_way(
    synced: World, bbm: Bbm, config: Path
) -> None:
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('in = ["Manufacturing"]', 'in = ["Retail"]'), encoding="utf-8")

    shown = bbm("icp", "show")

    assert shown.out.startswith(FIRST)
    assert "the next sync takes it over" in shown.out
    assert bbm("icp", "show", "--json").document["edited"] is True


@pytest.mark.parametrize("name", ["0000", "zz", "shadow", "previous"])
def test_an_unknown_definition_is_named_with_those_that_are_known(
    synced: World, bbm: Bbm, name: str
) -> None:
    shown = bbm("icp", "show", name)

    assert shown.code == 2
    assert "BBM-IC-008" in shown.err
    assert FIRST in shown.err


def test_the_first_digits_name_a_version(synced: World, bbm: Bbm) -> None:
    assert bbm("icp", "show", FIRST[:5], "--json").document["version"] == FIRST


# drafts that are none


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "BBM-IC-001"),
        ("name =", "BBM-IC-002"),
        ("x = 1", "BBM-IC-002"),
        ("[[icp.profiles]]\nname = 'a'\ncriteria = []", "BBM-IC-002"),
        (WIDE.replace('attribute = "industry"', 'attribute = "size"'), "BBM-IC-003"),
        (f'draft = {{learned_until = "soon"}}\n{WIDE}', "BBM-IC-002"),
    ],
)
def test_a_draft_that_cannot_be_used_is_refused(
    synced: World, bbm: Bbm, tmp_path: Path, text: str | None, code: str
) -> None:
    path = tmp_path / "draft.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")

    refused = bbm("icp", "simulate", "--draft", str(path))

    assert refused.code == 2
    assert code in refused.err


@pytest.mark.parametrize("form", ["[[profiles]]", ""])
def test_a_draft_may_be_a_bare_profile(synced: World, bbm: Bbm, tmp_path: Path, form: str) -> None:
    bare = WIDE.replace("[[icp.profiles]]", form)
    inner = "[[profiles.criteria]]" if form else "[[criteria]]"
    path = tmp_path / "bare.toml"
    path.write_text(bare.replace("[[icp.profiles.criteria]]", inner), encoding="utf-8")

    assert bbm("icp", "show", str(path), "--json").document["version"] == SECOND


# diff and simulate


def test_two_definitions_are_compared_in_words_and_people(
    synced: World, bbm: Bbm, draft: Path
) -> None:
    compared = bbm("icp", "diff", "active", str(draft))

    assert compared.code == 0
    assert f"{FIRST} → {SECOND}" in compared.out
    assert "one of Manufacturing, Retail" in compared.out
    document = bbm("icp", "diff", FIRST, str(draft), "--json").document
    assert document["enters"]["records"] == 5
    assert document["leaves"]["records"] == 0


def test_a_definition_compared_with_itself_asks_the_same(synced: World, bbm: Bbm) -> None:
    assert "They ask the same." in bbm("icp", "diff", "active", "config").out


def test_a_draft_is_simulated_and_changes_nothing(synced: World, bbm: Bbm, draft: Path) -> None:
    told = bbm("icp", "simulate", "--draft", str(draft), "--json").document

    assert (told["old"], told["new"]) == (FIRST, SECOND)
    assert told["flips"] == 5
    assert told["writes"] == {"lead": 8}
    assert told["tiers"] == [
        {"before": "A", "after": "A", "records": 3},
        {"before": "D", "after": "A", "records": 5},
    ]
    first = told["stages"][0]
    assert (first["stage"], first["before"]["icp"], first["after"]["icp"]) == ("acquisition", 3, 8)
    assert len(synced.written()) == 8
    synced.cycle()
    assert synced.written() == set()


def test_simulating_the_same_twice_gives_the_same_digest(
    synced: World, bbm: Bbm, draft: Path
) -> None:
    first, second = (
        bbm("icp", "simulate", "--draft", str(draft), "--json").document for _ in range(2)
    )

    assert first["digest"] == second["digest"]


def test_the_sheet_shows_writes_guards_and_how_to_publish(
    synced: World, bbm: Bbm, draft: Path
) -> None:
    shown = bbm("icp", "simulate", "--draft", str(draft)).out

    assert "Writes: 8 records, 5 of them another flag" in shown
    assert "No guard would stop the next sync." in shown
    assert "bbm icp publish --draft" in shown


def test_nothing_can_be_simulated_before_the_first_sync(
    world: World, bbm: Bbm, draft: Path
) -> None:
    world.lead()
    world.cycle(push=False)

    refused = bbm("icp", "simulate", "--draft", str(draft))

    assert refused.code == 4
    assert "BBM-IC-004" in refused.err


# publish and rollback


def test_a_publication_is_written_by_the_next_sync_and_logged(
    synced: World, bbm: Bbm, draft: Path
) -> None:
    synced.written()
    synced.values["guards"] = {"max_flips": 0, "max_flip_percent": 1}

    published = publish(bbm, draft, "--yes", "--author", "Sato")
    report = synced.cycle()

    assert published.code == 0
    assert f"{SECOND} is in force" in published.out
    assert "config.toml still holds" in published.out
    assert report.stop is None
    assert len(synced.written()) == 8
    with synced.agent() as agent:
        last = agent.store.publications()[-1]
    assert (last.act, last.version, last.author, last.reason) == (
        Act.PUBLISHED,
        SECOND,
        "Sato",
        "retail renews",
    )


def test_nobody_agreed_and_nothing_was_published(synced: World, bbm: Bbm, draft: Path) -> None:
    refused = publish(bbm, draft)

    assert refused.code == 8
    assert "BBM-IC-013" in refused.err
    assert "Who changes sides" in refused.out
    assert bbm("icp", "show", "--json").document["version"] == FIRST


def test_a_publication_needs_a_reason(synced: World, bbm: Bbm, draft: Path) -> None:
    refused = bbm("icp", "publish", "--draft", str(draft), "--yes")

    assert refused.code == 2
    assert "BBM-IC-005" in refused.err


def test_another_digest_is_refused(synced: World, bbm: Bbm, draft: Path) -> None:
    digest = bbm("icp", "simulate", "--draft", str(draft), "--json").document["digest"]
    synced.lead(OTHER)
    synced.cycle()

    refused = publish(bbm, draft, "--yes", "--digest", digest)

    assert refused.code == 8
    assert "BBM-IC-006" in refused.err


def test_what_is_in_force_is_not_published_again(synced: World, bbm: Bbm) -> None:
    refused = bbm("icp", "publish", "--reason", "again", "--yes")

    assert refused.code == 2
    assert "BBM-IC-012" in refused.err


def test_every_command_says_that_the_file_is_a_draft(
    synced: World, bbm: Bbm, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BBM_SALESFORCE_SECRET", "secret")
    publish(bbm, draft, "--yes")
    synced.cycle()

    assert "a draft that is not in force" in bbm("icp", "show").out
    assert "a draft that is not in force" in bbm("icp", "history").out
    assert "a draft that is not in force" in bbm("config", "check").out
    assert bbm("icp", "show", "--json").document["differs"] is True


def test_the_file_in_line_again_is_no_draft(
    synced: World, bbm: Bbm, draft: Path, config: Path
) -> None:
    publish(bbm, draft, "--yes")
    synced.cycle()
    text = config.read_text(encoding="utf-8")
    config.write_text(
        text.replace('in = ["Manufacturing"]', 'in = ["Manufacturing", "Retail"]'),
        encoding="utf-8",
    )

    assert "It stands in config.toml." in bbm("icp", "show").out
    assert "draft" not in bbm("icp", "history").out


def test_a_rollback_leads_back_and_the_file_is_in_line_again(
    synced: World, bbm: Bbm, draft: Path
) -> None:
    publish(bbm, draft, "--yes")
    synced.cycle()

    back = bbm("icp", "rollback", "--reason", "too wide", "--yes")
    synced.cycle()

    assert back.code == 0
    assert f"{FIRST} is in force again" in back.out
    document = bbm("icp", "show", "--json").document
    assert (document["version"], document["differs"]) == (FIRST, False)


def test_there_is_nothing_to_go_back_to_at_first(synced: World, bbm: Bbm) -> None:
    refused = bbm("icp", "rollback", "--reason", "too wide", "--yes")

    assert refused.code == 2
    assert "BBM-IC-014" in refused.err


def test_a_draft_is_no_version_to_go_back_to(synced: World, bbm: Bbm, draft: Path) -> None:
    refused = bbm("icp", "rollback", str(draft), "--reason", "too wide", "--yes")

    assert "BBM-IC-014" in refused.err


def test_an_interrupted_publication_is_written_later(synced: World, bbm: Bbm, draft: Path) -> None:
    """A plan alone does not use the agreement up."""
    publish(bbm, draft, "--yes")
    synced.values["guards"] = {"max_flips": 0, "max_flip_percent": 1}
    synced.written()
    synced.cycle(push=False)

    report = synced.cycle()

    assert report.stop is None
    assert len(synced.written()) == 8


def test_an_agreement_is_good_for_one_sync(synced: World, bbm: Bbm, draft: Path) -> None:
    publish(bbm, draft, "--yes")
    synced.cycle()

    with synced.agent() as agent:
        assert agent.store.agreed() is None


def test_as_json_a_publication_carries_its_what_if(synced: World, bbm: Bbm, draft: Path) -> None:
    document = publish(bbm, draft, "--yes", "--json").document

    assert document["publication"]["version"] == SECOND
    assert document["what_if"]["flips"] == 5
    assert document["differs"] is True


# the challenger


def test_a_challenger_is_judged_beside_and_writes_nothing(
    synced: World, bbm: Bbm, draft: Path
) -> None:
    synced.written()

    cast = publish(bbm, draft, "--shadow")
    synced.cycle()

    assert cast.code == 0
    assert synced.written() == set()
    assert "Challenger: " + SECOND in bbm("icp", "show").out
    assert bbm("icp", "show", "shadow", "--json").document["state"] == "shadow"
    contest = bbm("icp", "backtest", "--shadow", "--json").document
    assert (contest["active"], contest["shadow"]) == (FIRST, SECOND)
    assert contest["comparison"]["better"] == "too_few"
    assert "Too few to tell" in bbm("icp", "backtest", "--shadow").out


def test_a_challenger_is_withdrawn(synced: World, bbm: Bbm, draft: Path) -> None:
    publish(bbm, draft, "--shadow")

    gone = bbm("icp", "rollback", "--shadow", "--reason", "no better")

    assert gone.code == 0
    assert bbm("icp", "backtest", "--shadow").code == 2
    assert "BBM-IC-007" in bbm("icp", "rollback", "--shadow", "--reason", "again").err


def test_what_is_in_force_is_no_challenger(synced: World, bbm: Bbm) -> None:
    refused = bbm("icp", "publish", "--shadow", "--reason", "x")

    assert "BBM-IC-012" in refused.err


# history


def test_history_tells_who_did_what_and_marks_where_trends_break(
    synced: World, bbm: Bbm, draft: Path
) -> None:
    publish(bbm, draft, "--yes", "--author", "Sato")
    synced.cycle()

    document = bbm("icp", "history", "--json").document

    assert [one["act"] for one in document["log"]] == ["registered", "published"]
    assert [one["state"] for one in document["log"]] == ["retired", "active"]
    points = document["change_points"]
    assert [(one["before"], one["version"]) for one in points] == [(None, FIRST), (FIRST, SECOND)]
    shown = bbm("icp", "history").out
    assert "retail renews" in shown
    assert f"{SECOND} from" in shown


def test_the_past_is_told_as_it_was_and_restated(world: World, bbm: Bbm, draft: Path) -> None:
    world.clock.time -= timedelta(weeks=12)  # publications carry the machine's time
    world.weeks(1, fits=3, others=5)
    world.first_sync()
    world.pass_time(weeks=2)
    publish(bbm, draft, "--yes")
    world.cycle()

    document = bbm("icp", "history", "--json", "--months", "12").document

    counted = [one for one in document["trend"] if one["restated"]["total"]]
    assert [(m["as_it_was"]["icp"], m["restated"]["icp"]) for m in counted] == [(3, 8)]


def test_history_of_an_unknown_stage_names_the_known_ones(synced: World, bbm: Bbm) -> None:
    assert "BBM-BL-001" in bbm("icp", "history", "--stage", "nowhere").err


# test


def test_a_file_is_judged_without_a_crm(
    bbm: Bbm, tmp_path: Path, synced: World, draft: Path
) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("company,Industry\nAcme,Retail\nBolt,Manufacturing\nCoil,\n", encoding="utf-8")

    document = bbm("icp", "test", str(rows), "--draft", str(draft), "--json").document

    assert [row["flag"] for row in document["rows"]] == ["icp", "icp", "unknown"]
    assert document["unused_columns"] == ["company"]
    shown = bbm("icp", "test", str(rows)).out
    assert "2: Acme" in shown
    assert "3: ICP 1 · not ICP 1 · unknown 1" in shown


def test_a_file_is_judged_before_there_is_any_state(bbm: Bbm, tmp_path: Path, world: World) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("industry\nManufacturing\n", encoding="utf-8")
    Path(world.url.removeprefix("sqlite:///")).unlink()

    judged = bbm("icp", "test", str(rows))

    assert judged.code == 0
    assert "ICP · 100 · A" in judged.out
    assert not Path(world.url.removeprefix("sqlite:///")).exists()


def test_a_kept_record_is_judged_by_a_draft(synced: World, bbm: Bbm, draft: Path) -> None:
    lead = synced.lead(OTHER)
    synced.cycle()

    assert "not ICP" in bbm("icp", "test", "--record", lead.id).out
    assert "ICP · 100 · A" in bbm("icp", "test", "--record", lead.id, "--draft", str(draft)).out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), "BBM-IC-015"),
        (("rows.csv", "--record", "x"), "BBM-IC-015"),
        (("rows.csv",), "BBM-IC-016"),
        (("none.csv",), "BBM-TB-001"),
        (("--record", "x"), "BBM-WY-001"),
    ],
)
def test_what_cannot_be_tested_says_why(
    synced: World, bbm: Bbm, tmp_path: Path, arguments: tuple[str, ...], code: str
) -> None:
    (tmp_path / "rows.csv").write_text("colour\nred\n", encoding="utf-8")

    refused = bbm("icp", "test", *arguments)

    assert refused.code == 2
    assert code in refused.err


# backtest


def test_a_backtest_of_a_small_book_proves_nothing_and_says_so(synced: World, bbm: Bbm) -> None:
    shown = bbm("icp", "backtest", "--days", "1")

    assert shown.code == 0
    assert "Nobody could be judged" in shown.out or "Too few to tell" in shown.out
    assert "対象" in bbm("icp", "backtest", "--days", "1", "--lang", "ja").out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--since", "tomorrow"), "BBM-IC-017"),
        (("--since", "2099-01-01"), "BBM-IC-010"),
        (("--stage", "opportunity", "--target", "acquisition"), "BBM-IC-009"),
        (("--target", "nowhere"), "BBM-IC-009"),
        (("--days", "0"), "BBM-IC-018"),
        (("--days", "10000000"), "BBM-IC-018"),
    ],
)
def test_a_backtest_that_cannot_be_made_says_why(
    synced: World, bbm: Bbm, arguments: tuple[str, ...], code: str
) -> None:
    refused = bbm("icp", "backtest", *arguments)

    assert refused.code == 2
    assert code in refused.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("simulate", "--weeks", "0"),
        ("simulate", "--weeks", "1000000"),
        ("simulate", "--first", "-1"),
        ("diff", "active", "config", "--first", "-1"),
        ("history", "--months", "0"),
    ],
)
def test_a_number_that_is_not_possible_is_refused(bbm: Bbm, arguments: tuple[str, ...]) -> None:
    refused = bbm("icp", *arguments)

    assert refused.code == 2
    assert "BBM-IC-018" in refused.err


def test_a_draft_is_not_tested_on_what_it_was_learned_from(
    synced: World, bbm: Bbm, tmp_path: Path
) -> None:
    path = tmp_path / "learned.toml"
    path.write_text(f"[draft]\nlearned_until = 2026-06-01\n{WIDE}", encoding="utf-8")

    refused = bbm("icp", "backtest", "--draft", str(path), "--since", "2026-05-01")

    assert refused.code == 2
    assert "BBM-IC-011" in refused.err


# marks on trends


def test_a_trend_marks_the_day_on_which_the_definition_changed(
    synced: World, bbm: Bbm, draft: Path
) -> None:
    publish(bbm, draft, "--yes", "--author", "Sato")
    assert f"{SECOND} is in force and not yet counted by" in bbm("balance").out
    synced.cycle()

    shown = bbm("balance", "--period", "all").out
    document = bbm("balance", "--period", "all", "--json").document

    assert f"the ICP definition changed, {FIRST} → {SECOND} (published by Sato)" in shown
    assert "not yet counted by" not in shown
    assert [one["version"] for one in document["definition_changes"]] == [SECOND]


@pytest.mark.parametrize("part", [("--view", "cohort"), ("--chain",), ("--effort",)])
def test_every_part_of_the_balance_marks_the_change(
    synced: World, bbm: Bbm, draft: Path, part: tuple[str, ...]
) -> None:
    publish(bbm, draft, "--yes", "--author", "Sato")
    synced.cycle()

    shown = bbm("balance", *part, "--period", "2026-11-01..2026-12-31").out
    document = bbm("balance", *part, "--period", "2026-11-01..2026-12-31", "--json").document

    assert f"the ICP definition changed, {FIRST} → {SECOND} (published by Sato)" in shown
    assert [one["version"] for one in document["definition_changes"]] == [SECOND]


def test_a_period_without_a_change_has_no_mark(synced: World, bbm: Bbm, draft: Path) -> None:
    publish(bbm, draft, "--yes")
    synced.cycle()

    assert "changed" not in bbm("balance", "--period", "2020-01").out


def test_a_published_version_without_its_attribute_stops_and_can_be_replaced(
    synced: World, bbm: Bbm, tmp_path: Path
) -> None:
    asks = tmp_path / "seen.toml"
    asks.write_text(WIDE.replace('attribute = "industry"', 'attribute = "seen"'), encoding="utf-8")
    assert publish(bbm, asks, "--yes").code == 0
    del synced.values["attributes"]["seen"]

    with pytest.raises(ConfigError, match="does not keep: seen"):
        synced.cycle()
    replaced = bbm("icp", "publish", "--reason", "seen is gone", "--yes")

    assert replaced.code == 0
    assert synced.cycle().stop is None
