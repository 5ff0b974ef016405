"""What was spent, from the file and from the measures."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent.config.model import Settings
from agent.costs import Cost, Costs, read_costs
from bbm_core.errors import ConfigError
from tests.agent.world import values

MEASURES = {
    "fair": {"orientation": "quality", "channels": ["Fair*"], "cost_per_month": 310},
    "web": {"orientation": "volume", "channels": ["Web"]},
}
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def read(folder: Path, *lines: str, **changes: Any) -> Costs:
    (folder / "costs.csv").write_text("\n".join(lines), encoding="utf-8")
    chosen = {"inputs": {"costs": "costs.csv"}, "measures": MEASURES, **changes}
    return read_costs(Settings.model_validate(values(**chosen)), folder, "JPY")


def test_costs_are_read_with_the_measure_of_their_source(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "month,measure,channel,amount,currency",
        '2026-10,web,,"¥1,200",JPY',
        "2026年11月,,Fairs abroad,500,",
        "2026/11/15,,Radio,70,JPY",
    )

    assert found.costs == (
        Cost(OCTOBER, Decimal(1200), "web"),
        Cost(NOVEMBER, Decimal(500), "fair", "Fairs abroad"),
        Cost(NOVEMBER, Decimal(70), "", "Radio"),
    )
    assert not found.bad


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("2026-10,web,,100,EUR", "[currencies] has no rate of EUR in JPY"),
        ("2026-10,wbe,,100,", "[measures] has no 'wbe'"),
        ("2026-10,web,,-5,", "-5 is below 0"),
        ("2026-10,web,,much,", "'much' is no number"),
        ("autumn,web,,5,", "'autumn' is no date and no time"),
        (",web,,5,", "month and amount are needed"),
        ("2026-10,web,,5", "4 cells where the header has 5"),
    ],
)
def test_a_row_that_is_no_cost_is_named_with_its_line(tmp_path: Path, line: str, why: str) -> None:
    found = read(tmp_path, "month,measure,channel,amount,currency", line, "2026-10,web,,1,")

    assert [(one.line, one.why) for one in found.bad] == [(2, why)]
    assert len(found.costs) == 1


def test_another_currency_is_converted_by_the_stated_rate(tmp_path: Path) -> None:
    rates = {"rates": {"EUR": 160}, "dated": {"EUR": {"2026-11-01": 170}}}
    lines = ("month,amount,currency", "2026-10,10,EUR", "2026-11,10,EUR")

    found = read(tmp_path, *lines, currencies=rates)
    other = read(tmp_path, *lines, currencies={"base": "USD", **rates})

    assert [one.amount for one in found.costs] == [Decimal(1600), Decimal(1700)]
    assert len(other.bad) == 2, "rates into another currency than the figures'"


def test_a_month_that_is_cut_bears_its_days(tmp_path: Path) -> None:
    found = read(tmp_path, "month,measure,amount", "2026-10,web,62", "2026-11,web,30")

    spent = found.spent(date(2026, 10, 31), date(2026, 11, 10))

    assert {(one.month, one.measure): one.amount for one in spent} == {
        (OCTOBER, "web"): Decimal(2),
        (OCTOBER, "fair"): Decimal(10),
        (NOVEMBER, "web"): Decimal(10),
        (NOVEMBER, "fair"): Decimal(310) * 10 / 30,
    }


def test_a_month_in_the_file_goes_before_the_cost_of_a_month(tmp_path: Path) -> None:
    found = read(tmp_path, "month,measure,amount", "2026-10,fair,999")

    assert [one.amount for one in found.spent(OCTOBER, date(2026, 10, 31))] == [Decimal(999)]
    assert [one.amount for one in found.spent(NOVEMBER, date(2026, 11, 30))] == [Decimal(310)]


def test_without_any_cost_nothing_is_known(tmp_path: Path) -> None:
    found = read_costs(Settings.model_validate(values()), tmp_path, "JPY")

    assert not found.are_known
    assert found.spent(OCTOBER, NOVEMBER) == ()


def test_december_is_followed_by_january(tmp_path: Path) -> None:
    found = read(tmp_path, "month,measure,amount", "2026-12,web,31", "2027-01,web,31")

    spent = [c for c in found.spent(date(2026, 12, 31), date(2027, 1, 1)) if c.measure == "web"]

    assert [one.amount for one in spent] == [Decimal(1), Decimal(1)]


def test_a_file_without_amounts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="has no column 'amount'"):
        read(tmp_path, "month,measure", "2026-10,web")
