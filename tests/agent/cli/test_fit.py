"""`bbm fit`: which mode suits, from answers and deals."""

import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest

from bbm_core.records import Money, Outcome, RecordKind
from tests.agent.cli.conftest import Bbm
from tests.agent.world import World

ALL = (
    "--lowest-price", "10", "--highest-price", "20", "--smallest-buyer", "50",
    "--largest-buyer", "100", "--buyers", "300",
)  # fmt: skip


def deals(world: World, *amounts: int, line: str = "", currency: str = "") -> None:
    for amount in amounts:
        at = datetime.now(UTC) - timedelta(days=20)
        world.crm.create(
            RecordKind.OPPORTUNITY,
            {"Line__c": line} if line else {},
            at=at,
            amount=Money(Decimal(amount), currency),
            outcome=Outcome.WON,
            closed_at=at,
        )
    world.crm.page_size = 500


def lines(config: Path, text: str) -> None:
    with config.open("a", encoding="utf-8") as file:
        file.write(text)


def test_answers_and_deals_together_say_which_mode(world: World, bbm: Bbm, config: Path) -> None:
    deals(world, *[100] * 25)
    world.first_sync()

    answer = bbm("fit", *ALL)

    assert answer.code == 0
    assert answer.out.startswith("All products: account-based (ABM) suits")
    assert "provisional" not in answer.out
    assert "About 300 possible buyers: few enough to name one by one" in answer.out
    assert "Your profiles are set to BBM" in answer.out
    assert '[product_lines."all"]\n    lowest_price = 10' in answer.out


def test_without_answers_it_is_provisional(world: World, bbm: Bbm, config: Path) -> None:
    world.first_sync()

    answer = bbm("fit", "--lang", "ja")

    assert "バランス型(BBM)が適しています" in answer.out
    assert "(暫定)" in answer.out
    assert "未回答: 買い手の候補のおよその数" in answer.out
    assert "受注は0件です" in answer.out


def test_lines_are_told_apart_by_their_attribute(
    world: World, bbm: Bbm, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.values["attributes"]["line"] = {"opportunity": "Line__c"}
    deals(world, *[100] * 20, line="Small")
    deals(world, *(number * number for number in range(1, 101)), line="Wide")
    world.first_sync()
    text = config.read_text(encoding="utf-8").replace(
        "[attributes.industry]",
        '[attributes.line]\nopportunity = "Line__c"\n\n[attributes.industry]',
    )
    config.write_text(text, encoding="utf-8")
    answers = "lowest_price = 1\nhighest_price = 2\nsmallest_buyer = 1\nlargest_buyer = 2\n"
    lines(
        config,
        f"[product_lines.small]\n{answers}buyers = 9000\n[product_lines.wide]\nbuyers = 9000\n",
    )

    apart_not = bbm("fit", "--json").document["lines"]
    monkeypatch.setenv("BBM_CHECKS__PRODUCT_LINE", "line")
    small, wide = bbm("fit", "--json").document["lines"]

    assert [one["deals"] for one in apart_not] == [None, None]
    assert (small["mode"], small["deals"], small["provisional"]) == ("lbm", 20, False)
    assert (wide["mode"], wide["deals"], wide["provisional"]) == ("bbm", 100, True)
    assert "small: " not in bbm("fit", "--line", "wide").out


def test_several_lines_without_attribute_say_so(world: World, bbm: Bbm, config: Path) -> None:
    world.first_sync()
    lines(config, "[product_lines.a]\nbuyers = 9\n[product_lines.b]\nbuyers = 9\n")

    assert "cannot be told apart" in bbm("fit").out


def test_other_currencies_are_named(world: World, bbm: Bbm, config: Path) -> None:
    deals(world, 1, 2, 3, currency="EUR")
    deals(world, 500, currency="JPY")
    world.first_sync()

    assert "3 deals in EUR are left out: [currencies] states no rate into JPY." in bbm("fit").out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--line", "c"], "BBM-FI-001"),
        (["--buyers", "5"], "BBM-FI-002"),
        (["--line", "a", "--lowest-price", "9", "--highest-price", "3"], "BBM-FI-003"),
    ],
)
def test_what_makes_no_sense_is_refused(
    world: World, bbm: Bbm, config: Path, arguments: list[str], code: str
) -> None:
    world.first_sync()
    lines(config, "[product_lines.a]\nbuyers = 9\n[product_lines.b]\nbuyers = 9\n")

    answer = bbm("fit", *arguments)

    assert answer.code == 2
    assert code in answer.err


def test_a_configured_line_must_make_sense(world: World, bbm: Bbm, config: Path) -> None:
    world.first_sync()
    lines(config, "[product_lines.a]\nlowest_price = 9\nhighest_price = 3\n")

    answer = bbm("fit")

    assert answer.code == 2
    assert "lowest_price (9) is above highest_price (3)" in answer.err


class Typed(StringIO):
    """Somebody at a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_person_is_asked_and_may_skip(
    world: World, bbm: Bbm, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.first_sync()
    monkeypatch.setattr(sys, "stdin", Typed("¥1,000\nmany\n¥50,000\n\n\n80\n"))

    answer = bbm("fit")

    assert "'many' is no number" in answer.out
    assert "account-based (ABM) suits" in answer.out
    assert "50 times" in answer.out
    assert "buyers = 80" in answer.out
    assert "Not answered: the size" in answer.out
