"""`bbm simulate`: the best plan as it is and as it would be."""

from pathlib import Path
from typing import Any

import pytest

from tests.agent.cli.conftest import Bbm
from tests.agent.cli.test_recommend import company, configured
from tests.agent.trade import FOUR
from tests.agent.world import World


@pytest.fixture
def config(world: World, tmp_path: Path) -> str:
    return company(world, tmp_path, **FOUR, revenue_month=15_000_000)


def played(bbm: Bbm, config: str, *arguments: str) -> Any:
    return bbm("simulate", *arguments, "--config", config, "--json").document


def test_fewer_people_earn_no_more_and_make_an_hour_dearer(bbm: Bbm, config: str) -> None:
    found = played(bbm, config, "--people", "-2")
    now, then = found["now"], found["then"]

    assert then["estimates"]["capacity"]["value"] == 100
    assert then["best"]["profit"] < now["best"]["profit"]
    assert then["best"]["hour_value"] > now["best"]["hour_value"]
    assert then["need"]["capacity"] == 100
    # What a record takes does not shrink with the people.
    assert then["estimates"]["lead"] == now["estimates"]["lead"]


def test_people_can_be_said_outright(bbm: Bbm, config: str) -> None:
    found = played(bbm, config, "--people", "5")

    assert found["then"]["estimates"]["capacity"]["value"] == 500


@pytest.mark.parametrize(
    ("budget", "value"),
    [("-20%", 800_000), ("80%", 800_000), ("+500k", 1_500_000), ("1.5M", 1_500_000)],
)
def test_a_budget_is_written_as_people_write_it(
    bbm: Bbm, config: str, budget: str, value: float
) -> None:
    found = played(bbm, config, "--budget", budget)

    assert found["then"]["estimates"]["budget"]["value"] == pytest.approx(value)


def test_less_budget_leaves_the_cost_of_a_lead_alone(bbm: Bbm, config: str) -> None:
    found = played(bbm, config, "--budget=-20%")

    assert found["then"]["estimates"]["cost"] == found["now"]["estimates"]["cost"]
    assert found["then"]["best"]["profit"] < found["now"]["best"]["profit"]


def test_the_loss_of_the_largest_customer_says_what_makes_up_for_it(bbm: Bbm, config: str) -> None:
    found = played(bbm, config, "--lose-largest")

    assert found["loss"]["revenue"] == 900_000
    assert found["loss"]["need"]["wins"] > 0
    assert found["then"]["risk"]["customers"] == found["now"]["risk"]["customers"] - 1
    assert "The largest customer" in bbm("simulate", "--lose-largest", "--config", config).out


def test_a_move_changes_the_mix_and_not_the_spend(bbm: Bbm, config: str) -> None:
    found = played(bbm, config, "--move", "fair:SEMINAR:50k")["moved"]

    before, after = found["before"], found["after"]
    assert sum(after["spends"]) == pytest.approx(sum(before["spends"]))
    assert after["icp"] / (after["icp"] + after["other"]) > before["icp"] / (
        before["icp"] + before["other"]
    )


def test_more_than_a_channel_costs_cannot_be_moved(bbm: Bbm, config: str) -> None:
    found = played(bbm, config, "--move", "fair:seminar:900M")["moved"]

    assert found["after"]["spends"][0] == 0
    assert sum(found["after"]["spends"]) == pytest.approx(sum(found["before"]["spends"]))


def test_another_definition_is_applied_to_the_same_records(
    bbm: Bbm, config: str, tmp_path: Path
) -> None:
    draft = tmp_path / "draft.toml"
    draft.write_text(
        """
[[icp.profiles]]
name = "core"
[[icp.profiles.criteria]]
id = "industry"
attribute = "industry"
in = ["Retail"]
role = "plus"
points = 10
""",
        encoding="utf-8",
    )

    found = played(bbm, config, "--icp", str(draft))
    now, then = found["now"], found["then"]

    assert then["lead_rate"] == pytest.approx(1 - now["lead_rate"])
    # Who fits the one definition is who did not fit the other.
    assert then["estimates"]["worth_icp"]["value"] == now["estimates"]["worth_other"]["value"]
    assert then["estimates"]["cost"]["value"] == now["estimates"]["cost"]["value"]


def test_the_definition_in_force_played_again_changes_nothing(bbm: Bbm, config: str) -> None:
    found = played(bbm, config, "--threshold", "50")
    now, then = found["now"], found["then"]

    assert then["lead_rate"] == now["lead_rate"]
    assert then["best"]["profit"] == pytest.approx(now["best"]["profit"])
    assert then["risk"] == now["risk"]


def test_it_speaks_japanese(bbm: Bbm, config: str) -> None:
    out = bbm("simulate", "--people", "-1", "--lang", "ja", "--config", config).out

    assert "シミュレーション" in out
    assert "営業時間" in out


def test_without_anybody_who_sells_the_next_hour_still_has_a_price(
    world: World, bbm: Bbm, tmp_path: Path
) -> None:
    config = company(world, tmp_path, **FOUR)

    out = bbm("simulate", "--people", "-3", "--config", config).out

    assert "One more sales hour" in out
    assert "nan" not in out.casefold()


def test_without_the_four_numbers_it_says_which_are_missing(
    world: World, bbm: Bbm, tmp_path: Path
) -> None:
    config = company(world, tmp_path, people=3)

    out = bbm("simulate", "--people", "-1", "--move", "fair:web:10k", "--config", config).out

    assert "Without hours_per_person_month, gross_margin, budget_month" in out


def test_an_empty_book_can_be_asked(world: World, bbm: Bbm, tmp_path: Path) -> None:
    world.values["targets"] = FOUR
    world.first_sync()

    answer = bbm("simulate", "--lose-largest", "--config", configured(world, tmp_path))

    assert answer.code == 0
    assert "leads, wins" in answer.out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), "BBM-SM-001"),
        (("--people", "few"), "BBM-SM-002"),
        (("--move", "fair:10k"), "BBM-SM-002"),
        (("--move", "fair:web:-10k"), "BBM-SM-002"),
        (("--move", "radio:web:10k"), "BBM-SM-003"),
        (("--threshold", "101"), "BBM-SM-004"),
    ],
)
def test_what_is_no_change_is_refused_with_the_fix(
    bbm: Bbm, config: str, arguments: tuple[str, ...], code: str
) -> None:
    refused = bbm("simulate", *arguments, "--config", config)

    assert refused.code == 2
    assert code in refused.err
