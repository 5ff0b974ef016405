"""`bbm recommend`: what to do, what it rests on, what is missing."""

from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from agent.cli.recommend import show
from agent.config.example import render
from agent.prescription import prescribe
from bbm_core.icp.profile import Lang
from bbm_core.prescribe.measure import Direction
from bbm_core.prescribe.steady import Ruling, Steadied
from tests.agent.cli.conftest import Bbm
from tests.agent.trade import FOUR, TODAY, trade
from tests.agent.world import World


def company(world: World, folder: Path, weeks: int = 26, **targets: Any) -> str:
    """The trading company up to today, and its configuration."""
    world.clock.time = TODAY - timedelta(weeks=weeks)
    trade(world, weeks, **targets)
    return configured(world, folder)


def configured(world: World, folder: Path) -> str:
    values = {**world.values, "state": {"url": world.url}}
    values["crm"]["salesforce"]["client_secret"] = "env:BBM_SALESFORCE_SECRET"
    path = folder / "config.toml"
    path.write_text(render(values), encoding="utf-8")
    return str(path)


def test_with_four_numbers_the_best_plan_is_told(world: World, tmp_path: Path, bbm: Bbm) -> None:
    config = company(world, tmp_path, **FOUR, revenue_month=20_000_000)

    answer = bbm("recommend", "--config", config)

    assert answer.code == 0
    assert "The best plan for 300 hours and a budget of 1,000,000" in answer.out
    assert "optimum" in answer.out
    assert "Target 20,000,000: at today's mix it takes" in answer.out
    assert "of 300 sales hours" in answer.out
    assert "out of reach" in answer.out
    assert "Sales hours a month" in answer.out
    assert "default, sized" in answer.out
    assert "Missing" not in answer.out


def test_it_speaks_japanese(world: World, tmp_path: Path, bbm: Bbm) -> None:
    config = company(world, tmp_path, **FOUR, revenue_month=20_000_000)

    out = bbm("recommend", "--config", config, "--lang", "ja").out

    assert "300時間・予算1,000,000での最適な計画" in out
    assert "目標20,000,000" in out
    assert "前提とした値" in out


def test_each_missing_number_is_named_with_what_it_unlocks(
    world: World, tmp_path: Path, bbm: Bbm
) -> None:
    config = company(world, tmp_path, people=3)

    out = bbm("recommend", "--config", config).out

    assert "[targets] hours_per_person_month: hours each has" in out
    assert "[targets] gross_margin" in out
    assert "[targets] budget_month" in out
    assert "[targets] people" not in out
    assert "The best plan" not in out
    assert "ICP leads that become" in out


def test_the_document_holds_every_figure(world: World, tmp_path: Path, bbm: Bbm) -> None:
    config = company(world, tmp_path, **FOUR, revenue_month=20_000_000)

    document = bbm("recommend", "--config", config, "--json").document

    assert document["schema"] == "bbm.recommend/1"
    assert document["missing"] == []
    assert document["plan"]["gap"] < 1e-3
    assert document["plan"]["profit"] >= document["plan"]["profit_now"]
    assert document["target"]["need"]["capacity"] == 300
    assert document["estimates"]["win_icp"]["basis"] == "records"
    assert {one["stage"] for one in document["bands"]} >= {"acquisition", "opportunity"}
    assert document["way"]["leads"]["low"] < document["way"]["leads"]["high"]
    assert document["tornado"][0]["profit_high"] > 0
    assert document["risk"]["customers"] > 0
    assert document["exploration"]["floor"] == 0.1


def test_an_empty_book_says_what_it_lacks(world: World, tmp_path: Path, bbm: Bbm) -> None:
    world.values["targets"] = FOUR
    world.first_sync()

    answer = bbm("recommend", "--config", configured(world, tmp_path))

    assert answer.code == 0
    assert "nothing that is decided came in" in answer.out
    assert "nan" not in answer.out.casefold()


def test_hours_that_do_not_suffice_to_sort_what_comes_leave_no_plan(
    world: World, tmp_path: Path, bbm: Bbm
) -> None:
    world.values["effort"] = {"hours": {"acquisition": 500.0}}
    few = {**FOUR, "people": 0.05, "hours_per_person_month": 1, "budget_month": 0}
    config = company(world, tmp_path, **few)

    answer = bbm("recommend", "--config", config)

    assert "There is no plan: sorting the leads that come anyway takes" in answer.out
    assert "By these hours, today's work takes" in answer.out
    shortage = bbm("recommend", "--config", config, "--json").document["plan"]
    assert shortage["shortage"] == "hours"


def test_costs_that_cannot_be_read_are_told_and_nothing_is_guessed_silently(
    world: World, tmp_path: Path, bbm: Bbm
) -> None:
    world.values["inputs"] = {"costs": "costs.csv"}
    config = company(world, tmp_path, **FOUR)

    assert "costs.csv" in bbm("recommend", "--config", config).out


def test_costs_and_own_measures_go_before_assumptions(
    world: World, tmp_path: Path, bbm: Bbm
) -> None:
    world.values["measures"] = {
        "seminars": {"orientation": "volume", "channels": ["Seminar"], "cost_per_month": 300_000},
        "exhibitions": {"orientation": "volume", "channels": ["Fair"], "cost_per_month": 500_000},
    }
    config = company(world, tmp_path, **FOUR)

    document = bbm("recommend", "--config", config, "--json").document

    spends = {one["name"]: one["spend"] for one in document["channels"]}
    assert spends["Seminar"] == pytest.approx(300_000, rel=0.02)
    assert spends["Web"] == 0
    assert document["estimates"]["cost"]["basis"] == "given"
    own = [one for one in document["measures"] if one["own"]]
    assert {one["id"] for one in own} <= {"seminars", "exhibitions"}


def test_the_balance_says_what_the_target_takes(world: World, tmp_path: Path, bbm: Bbm) -> None:
    config = company(world, tmp_path, **FOUR, revenue_month=20_000_000)

    assert "Target 20,000,000: at today's mix" in bbm("balance", "--config", config).out
    document = bbm("balance", "--config", config, "--json").document
    assert document["need"]["capacity"] == 300


def test_without_people_the_target_says_what_is_missing(
    world: World, tmp_path: Path, bbm: Bbm
) -> None:
    config = company(world, tmp_path, revenue_month=20_000_000)

    assert "Without [targets] people" in bbm("balance", "--config", config).out


def test_months_of_different_spend_tell_how_leads_respond(
    world: World, tmp_path: Path, bbm: Bbm
) -> None:
    world.values["inputs"] = {"costs": "costs.csv"}
    config = company(world, tmp_path, 40, **FOUR)
    first = TODAY - timedelta(weeks=44)
    months = sorted({(first + timedelta(days=n)).strftime("%Y-%m") for n in range(44 * 7)})
    rows = [
        f"{month},{channel},{100_000 * (1 + number % 3)}"
        for number, month in enumerate(months)
        for channel in ("Fair", "Seminar", "Web")
    ]
    (tmp_path / "costs.csv").write_text("\n".join(["month,channel,amount", *rows]), "utf-8")

    power = bbm("recommend", "--config", config, "--json").document["estimates"]["power"]

    assert power["basis"] == "records"
    assert power["value"] < 0.3  # as many leads came whatever was spent


def test_a_band_that_rests_on_default_hours_says_so(world: World, tmp_path: Path, bbm: Bbm) -> None:
    config = company(world, tmp_path, **FOUR)

    assert "optimum (default hours)" in bbm("recommend", "--config", config).out.replace("\n", " ")
    assert "It alone raises no alert" in bbm("recommend", "--config", config).out
    assert "best (default hours)" in bbm("balance", "--config", config).out
    stages = bbm("balance", "--config", config, "--json").document["stages"]
    assert stages[0]["band"]["default_hours"] is True


def ruled(world: World, ruling: Steadied, lang: Lang) -> str:
    trade(world, 26, people=3)
    with world.agent() as agent:
        found = replace(prescribe(agent.books), ruling=ruling)
    out = StringIO()
    show(Console(file=out, width=400), found, lang)
    return out.getvalue()


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("Recommended: more quality, because", "is 70% sure", "direction needs 95%")),
        ("ja", ("推奨:質を重視します", "確率は70%", "変更には95%")),
    ],
)
def test_a_direction_that_is_held_back_is_named_with_the_reason(
    world: World, lang: Lang, words: tuple[str, ...]
) -> None:
    unsure = Steadied(Ruling.UNSURE, Direction.QUALITY, 0.0, sure=0.7, needs=0.95)

    told = ruled(world, unsure, lang)

    assert all(one in told for one in words)


def test_without_a_budget_the_step_is_a_share(world: World) -> None:
    told = ruled(world, Steadied(Ruling.TURN, Direction.QUALITY, 0.0), "en")

    assert "Move at most 20% of the budget a month" in told
