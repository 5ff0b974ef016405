"""Values are counted by what they mean; attributes that lead nowhere say why."""

from datetime import date
from decimal import Decimal

import pytest

from bbm_core.icp.learn.coding import Coded, Form, Unfit, code
from bbm_core.icp.learn.sample import Attribute


def coded(*values: object) -> Coded:
    found = code(Attribute("a", values))  # type: ignore[arg-type]  # any values
    assert isinstance(found, Coded)
    return found


def shown(one: Coded) -> list[object]:
    return [item.value for item in one.items]


def test_names_are_one_however_they_were_typed_and_stand_by_how_often_they_occur() -> None:
    found = coded("Retail", "retail", "Retail", "ＩＴ", "IT", "IT", "IT", None, " ")

    assert found.form is Form.CATEGORY
    assert shown(found) == ["IT", "Retail"]
    assert found.codes.tolist() == [1, 1, 1, 0, 0, 0, 0, -1, -1]


def test_numbers_stand_in_their_order_and_may_be_written_as_text() -> None:
    found = coded("1,200名", 300, Decimal("300.0"), "5万", None)

    assert found.form is Form.NUMBER
    assert [item.place for item in found.items] == [300, 1200, 50_000]
    assert found.codes.tolist() == [1, 0, 0, 2, -1]


def test_a_few_named_ranges_are_bands_in_their_order() -> None:
    found = coded(">1000", "<15", "100-499", "15-99", "500-999", "<15", "n/a")

    assert found.form is Form.CATEGORY, "a text among seven is more than one in twenty"
    found = coded(*[">1000", "<15", "100-499", "15-99", "500-999"] * 5, "n/a")
    assert found.form is Form.BAND
    assert shown(found) == ["<15", "15-99", "100-499", "500-999", ">1000"]
    assert found.codes.tolist()[-1] == -1


def test_many_ranges_are_numbers_at_their_middle_and_open_ones_lie_nowhere() -> None:
    found = coded(*(f"{n * 10}〜{n * 10 + 10}" for n in range(1, 25)), "1000以上", "n/a")

    assert found.form is Form.NUMBER
    assert found.items[0].place == 15
    assert found.codes.tolist()[-2:] == [-1, -1]


def test_yes_and_no_are_a_flag() -> None:
    found = coded(*[True, False, True])

    assert found.form is Form.FLAG
    assert shown(found) == [True, False]


def test_one_of_several_values_counts_as_that_value() -> None:
    assert shown(coded(("A",), "B", ("A",))) == ["A", "B"]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([], Unfit.EMPTY),
        ([None, "", " ", Decimal("NaN")], Unfit.EMPTY),
        (["A", "a", "A "], Unfit.CONSTANT),
        (["!", "?", "A"], Unfit.CONSTANT),
        ([date(2026, 1, 1), date(2026, 2, 1)], Unfit.DATE),
        ([("A", "B"), ("B", "C"), "A"], Unfit.SEVERAL),
        ([f"Company {place}" for place in range(40)], Unfit.NAMES),
    ],
)
def test_an_attribute_of_which_nothing_can_be_learned_says_why(
    values: list[object], why: Unfit
) -> None:
    assert code(Attribute("a", values)) is why  # type: ignore[arg-type]  # any values
