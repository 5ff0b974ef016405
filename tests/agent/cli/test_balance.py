"""`bbm balance` and its options, as people and programs read them."""

import csv
import io
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent.config.example import render
from bbm_core.records import Money, Outcome, RecordKind
from tests.agent.cli.conftest import Bbm
from tests.agent.prepared import once
from tests.agent.world import FITTING, OTHER, World, stage

MONDAY = datetime(2026, 9, 7, 10, tzinfo=UTC)
WHEN = ("--period", "2026-09")


@pytest.fixture
def filled(world: World) -> World:
    """September: 12 leads of two channels; four accounts with opportunities, two of them won."""
    once(world, _fill)
    return world


def _fill(world: World) -> None:
    world.values["stages"].append(stage("won", {"kind": "opportunity", "when": "won"}))
    world.values["measures"] = {
        "web": {
            "label": {"en": "Website", "ja": "ウェブサイト"},
            "orientation": "volume",
            "channels": ["Web"],
            "cost_per_month": 3000,
        }
    }
    for number in range(12):
        at = MONDAY + timedelta(days=number)
        channel = "Fair" if number in {2, 5, 8, 10, 11} else "Web"
        world.lead(FITTING if number % 4 == 0 else OTHER, at=at, channel=channel, owner="005A")
    for number in range(4):
        account = world.account(FITTING if number < 3 else OTHER)
        won = {"outcome": Outcome.WON, "closed_at": MONDAY + timedelta(days=15)}
        world.crm.create(
            RecordKind.OPPORTUNITY,
            account=account,
            amount=Money(Decimal(1000), "JPY"),
            at=MONDAY + timedelta(days=3),
            **(won if number in {0, 3} else {}),
        )
    world.clock.time = datetime(2026, 11, 23, 9, tzinfo=UTC)
    world.first_sync()


@pytest.fixture
def ask(filled: World, config: Path, bbm: Bbm) -> Any:
    """Rows of a JSON answer."""

    def rows(*options: str) -> list[Mapping[str, Any]]:
        answer = bbm("balance", *options, "--json")
        assert answer.code == 0, answer.err
        found: list[Mapping[str, Any]] = answer.document["rows"]
        return found

    return rows


def changed(world: World, config: Path, **values: Any) -> None:
    """The configuration file again, with other values."""
    world.values.update(values)
    chosen = {**world.values, "state": {"url": world.url}}
    config.write_text(render(chosen), encoding="utf-8")


def test_a_row_says_all_that_is_known_of_a_rate(ask: Any) -> None:
    (row,) = ask(*WHEN, "--stage", "acquisition")

    assert (row["total"], row["icp"], row["unknown"], row["rate"]) == (12, 3, 0, 0.25)
    assert row["interval"] == pytest.approx([0.0889, 0.5323], abs=1e-4)
    assert (row["bounds"], row["coverage"]) == ([0.25, 0.25], 1.0)


def test_slices_under_five_are_not_shown(filled: World, ask: Any, bbm: Bbm) -> None:
    """In the first week Web has five and Fair two, which seven less five would tell."""
    options = ("--stage", "acquisition", "--by", "channel", "--each", "week")
    rows = ask(*WHEN, *options)
    text = bbm("balance", *WHEN, *options).out

    first, last = (
        [(row["slice"], row["suppressed"]) for row in rows if row["span"] == week]
        for week in ("2026-09-07", "2026-09-14")
    )
    assert first == [("Web", True), ("Fair", True)]
    assert last == [("Fair", True), ("Web", True)]
    assert all("icp" not in row for row in rows)
    assert [line.split()[-2:] for line in text.splitlines() if "Fair" in line] == [
        ["not", "shown"],
        ["not", "shown"],
    ]
    assert "Not shown: fewer than 5 records" in text


def test_slices_of_five_are_shown_with_their_shrunk_rates(ask: Any, bbm: Bbm) -> None:
    rows = ask(*WHEN, "--stage", "acquisition", "--by", "channel")
    text = bbm("balance", *WHEN, "--stage", "acquisition", "--by", "channel").out

    assert [(row["slice"], row["total"]) for row in rows] == [("Web", 7), ("Fair", 5)]
    assert rows[0]["shrunk_rate"] == pytest.approx(0.25, abs=0.01), "both differ by chance alone"
    assert "not shown" not in text.casefold()


def test_the_period_before_hides_its_small_slices_too(ask: Any, bbm: Bbm) -> None:
    """Before the ten days Web had two and Fair none; in them each has five."""
    days = ("--period", "2026-09-09..2026-09-18", "--stage", "acquisition")
    compared = (*days, "--by", "channel", "--compare", "previous")

    before = {row["slice"]: row["before"] for row in ask(*compared)}
    text = bbm("balance", *compared).out

    assert before["Web"] == {"suppressed": True}
    assert before["Fair"]["total"] == 0
    assert [line.split()[-2:] for line in text.splitlines() if "Web" in line] == [["not", "shown"]]


def test_cohorts_hide_small_slices_also_those_without_a_name(ask: Any, bbm: Bbm) -> None:
    rows = ask("--view", "cohort", "--by", "channel", "--stage", "opportunity")
    text = bbm("balance", "--view", "cohort", "--by", "channel", "--stage", "opportunity").out

    assert [(row["slice"], row["suppressed"]) for row in rows] == [("", True)]
    assert "not shown" in text


def test_measures_come_with_their_labels_and_what_is_not_mapped(ask: Any, bbm: Bbm) -> None:
    rows = ask(*WHEN, "--stage", "acquisition", "--by", "measure")
    text = bbm("balance", *WHEN, "--by", "measure", "--lang", "ja").out

    assert [row["slice"] for row in rows] == ["web", ""]
    assert "ウェブサイト" in text
    assert "未対応" in text
    document = bbm("balance", *WHEN, "--by", "measure", "--json").document
    assert document["unmapped"] == [{"channel": "Fair", "campaign": "", "records": 5}]


def test_owners_are_refused_until_they_are_allowed(filled: World, config: Path, bbm: Bbm) -> None:
    refusal = bbm("balance", "--by", "owner")
    changed(filled, config, privacy={"by_person": True})
    filled.cycle(confirmed="")

    allowed = bbm("balance", *WHEN, "--by", "owner", "--stage", "acquisition")

    assert (refusal.code, "BBM-BL-004" in refusal.err) == (2, True)
    assert (allowed.code, "005A" in allowed.out) == (0, True)


def test_an_owner_is_named_where_the_people_file_does(
    filled: World, config: Path, bbm: Bbm, tmp_path: Path
) -> None:
    (tmp_path / "people.csv").write_text("id,name,team\n005A,Aoki,East\n", encoding="utf-8")
    changed(filled, config, privacy={"by_person": True}, inputs={"people": "people.csv"})
    filled.values["inputs"] = {"people": str(tmp_path / "people.csv")}
    filled.cycle(confirmed="")

    assert "Aoki" in bbm("balance", *WHEN, "--by", "owner", "--stage", "acquisition").out
    assert "East" in bbm("balance", *WHEN, "--by", "team", "--stage", "acquisition").out


def test_accounts_amounts_and_stock_are_figures_of_their_own(ask: Any) -> None:
    (accounts,) = ask(*WHEN, "--stage", "opportunity", "--unit", "account")
    (amounts,) = ask(*WHEN, "--stage", "won", "--measure", "amount")
    (stock,) = ask(*WHEN, "--stage", "opportunity", "--view", "stock")

    assert (accounts["total"], accounts["icp"]) == (4, 3)
    assert (amounts["amount_icp"], amounts["amount_rate"]) == ("1000", 0.5)
    assert amounts["mean_amount"] == 1000
    assert (stock["total"], stock["icp"]) == (2, 2)


def test_a_period_is_compared_with_the_one_before(ask: Any, bbm: Bbm) -> None:
    (row,) = ask("--period", "2026-10", "--compare", "previous", "--stage", "opportunity") or [{}]
    assert row == {}, "nothing entered in October"

    (row,) = ask(*WHEN, "--compare", "previous", "--stage", "acquisition")
    assert (row["before"]["total"], row["before"]["change"]) == (0, None)
    assert row["before"]["change_interval"] == [-1, 1]
    half = ("--period", "2026-09-13..2026-09-18", "--stage", "acquisition")
    (row,) = ask(*half, "--compare", "previous")
    assert row["before"]["change"] == pytest.approx(1 / 6 - 2 / 6)
    text = bbm("balance", *half, "--compare", "previous").out
    assert "compared with 2026-09-07 – 2026-09-12" in text
    assert "−16.7" in text


def test_cohorts_tell_how_many_went_on(ask: Any, bbm: Bbm) -> None:
    rows = {row["stage"]: row for row in ask("--view", "cohort", *WHEN)}

    opportunity = rows["opportunity"]["all"]
    assert (opportunity["entered"], opportunity["on"], opportunity["on_share"]) == (4, 2, 0.5)
    assert rows["opportunity"]["horizon_days"] is None, "two are too few to tell a horizon from"
    assert "too few went on" in bbm("balance", "--view", "cohort").out
    assert "won" not in rows


def test_cohorts_may_ask_for_a_later_stage(ask: Any) -> None:
    stages = [row["stage"] for row in ask("--view", "cohort", "--to", "won")]

    assert stages == ["acquisition", "opportunity"]


def test_the_chain_closes(filled: World, config: Path, bbm: Bbm) -> None:
    document = bbm("balance", "--chain", *WHEN, "--json").document

    stages, links = document["stages"], document["links"]
    assert [one["stage"] for one in stages] == ["acquisition", "opportunity", "won"]
    total = stages[0]["log_odds"] + sum(link["pull"] for link in links)
    assert total == pytest.approx(stages[-1]["log_odds"])
    text = bbm("balance", "--chain", *WHEN).out
    assert "log odds" in text
    assert bbm("balance", "--chain", "--view", "cohort", "--json").document["nested"] is True


def test_effort_names_what_it_lacks(filled: World, config: Path, bbm: Bbm) -> None:
    text = bbm("balance", "--effort", *WHEN).out

    assert "no hours: give `hours` by stage under [effort]" in text
    assert "no gross margin: give `gross_margin` under [targets]" in text
    assert "no costs" not in text, "a measure has a cost"


def test_effort_tells_hours_costs_and_returns(filled: World, config: Path, ask: Any) -> None:
    changed(
        filled,
        config,
        effort={"hours": {"acquisition": 1, "opportunity": 6}},
        targets={"gross_margin": 0.5},
    )

    whole, web, unmapped = ask("--effort", *WHEN, "--by", "measure")

    assert whole["cost_per_icp_lead"]["value"] == 1000
    assert whole["hours"] == {"icp": 21, "not_icp": 15, "unknown": 0, "total": 36}
    assert whole["hours_per_win"]["value"] == 18
    assert whole["hours_on_not_icp"]["value"] == pytest.approx(15 / 36)
    assert whole["romi"]["value"] == pytest.approx((1000 - 3000) / 3000)
    assert (web["slice"], web["spent"], web["leads"]["total"]) == ("web", "3000", 7)
    assert (unmapped["slice"], unmapped["suppressed"]) == ("", False)


def test_a_bad_row_of_costs_is_told_with_its_line(
    filled: World, config: Path, bbm: Bbm, tmp_path: Path
) -> None:
    (tmp_path / "costs.csv").write_text(
        "month,channel,amount\n2026-09,Radio,70\n2026-09,Web,much\n", encoding="utf-8"
    )
    changed(filled, config, inputs={"costs": "costs.csv"})

    text = bbm("balance", "--effort", *WHEN, "--by", "measure").out

    assert "Costs, line 3: 'much' is no number. Not counted." in text
    assert "70 was spent on none of these." in text


def test_csv_and_markdown_hold_the_rows(filled: World, config: Path, bbm: Bbm) -> None:
    options = ("balance", *WHEN, "--stage", "acquisition", "--each", "week")

    (first, *_) = csv.DictReader(io.StringIO(bbm(*options, "--csv").out))
    markdown = bbm(*options, "--md").out.splitlines()

    assert (first["span"], first["total"], first["icp"]) == ("2026-09-07", "7", "2")
    assert float(first["interval_low"]) == pytest.approx(0.0822, abs=1e-4)
    assert markdown[2].startswith("| Stage | Week | Total |")
    assert markdown[4].startswith("| Acquisition | 2026-09-07 | 7 | 2 |")


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--bounds",),
        ("--view", "cohort"),
        ("--view", "cohort", "--each", "month", "--by", "channel"),
        ("--view", "stock", "--period", "all", "--by", "channel"),
        ("--chain",),
        ("--effort",),
        ("--compare", "last-year", "--by", "channel"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("form", ["--csv", "--md", "--json", "--lang=ja"])
def test_every_answer_has_every_form(
    filled: World, config: Path, bbm: Bbm, options: tuple[str, ...], form: str
) -> None:
    answer = bbm("balance", *options, form)

    assert answer.code == 0, answer.err
    assert answer.out
    assert "nan" not in answer.out.casefold()


@pytest.mark.parametrize(
    "options",
    [(), ("--view", "cohort"), ("--view", "stock"), ("--chain",), ("--effort",), ("--bounds",)],
    ids=" ".join,
)
def test_an_empty_book_is_no_trouble(
    world: World, config: Path, bbm: Bbm, options: tuple[str, ...]
) -> None:
    assert bbm("balance", *options).code == 0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--chain", "--effort"), "two questions"),
        (("--chain", "--by", "channel"), "--by does not go with --chain"),
        (("--view", "cohort", "--measure", "amount"), "--measure does not go with --view cohort"),
        (("--effort", "--stage", "acquisition"), "--stage does not go with --effort"),
        (("--to", "opportunity"), "Add --view cohort"),
        (("--json", "--csv"), "two forms"),
        (("--effort", "--period", "all"), "needs a first and a last day"),
        (("--compare", "previous", "--period", "all"), "nothing before it"),
        (("--measure", "ltv", "--period", "all"), "bbm ltv"),
        (("--view", "cohort", "--to", "nowhere"), "no stage 'nowhere'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_does_not_go_together_is_refused_with_the_way_out(
    filled: World, config: Path, bbm: Bbm, options: tuple[str, ...], says: str
) -> None:
    answer = bbm("balance", *options)

    assert answer.code == 2
    assert says in answer.err


@pytest.mark.parametrize(("lang", "said"), [("en", "ICP definition "), ("ja", "ICP定義 ")])
@pytest.mark.usefixtures("ask")
def test_the_heading_names_the_definition_in_the_readers_language(
    bbm: Bbm, lang: str, said: str
) -> None:
    assert said in bbm("balance", "--lang", lang).out.splitlines()[0]
