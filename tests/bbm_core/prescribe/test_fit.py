"""Which mode suits a product line, from what people answer and what deals show."""

from decimal import Decimal

import pytest

from bbm_core.icp.profile import Mode
from bbm_core.prescribe.fit import Evidence, Leaning, Line, fit, spread


def line(
    prices: tuple[float, float] | None = None,
    sizes: tuple[float, float] | None = None,
    buyers: int | None = None,
) -> Line:
    return Line(
        name="core",
        lowest_price=prices and prices[0],
        highest_price=prices and prices[1],
        smallest_buyer=sizes and sizes[0],
        largest_buyer=sizes and sizes[1],
        buyers=buyers,
    )


EVEN = [Decimal(100)] * 30
WIDE = [Decimal(10) * (number + 1) for number in range(100)]


@pytest.mark.parametrize(
    ("answers", "amounts", "mode"),
    [
        (line((10, 500), (20, 5000), 20_000), WIDE, Mode.BBM),
        (line((10, 20), (50, 100), 20_000), EVEN, Mode.LBM),
        (line((10, 20), (50, 100), 300), EVEN, Mode.ABM),
        (line((10, 20), (50, 100), 2000), EVEN, Mode.BBM),
        (line((10, 500), (20, 5000), 80), WIDE, Mode.ABM),
        (line((10, 500), (50, 100), 20_000), EVEN, Mode.LBM),
        (line((10, 50), (50, 250), 20_000), [], Mode.LBM),
    ],
)
def test_the_mode_follows_from_spread_and_number(
    answers: Line, amounts: list[Decimal], mode: Mode
) -> None:
    found = fit(answers, amounts)

    assert found.mode is mode
    assert not found.is_provisional


def test_without_answers_it_is_provisional_and_both() -> None:
    found = fit(line(), EVEN)

    assert (found.mode, found.is_provisional) == (Mode.BBM, True)
    assert found.unanswered == (Evidence.PRICES, Evidence.SIZES, Evidence.BUYERS)
    assert [one.evidence for one in found.reasons] == [Evidence.DEALS]


def test_reasons_carry_their_figures() -> None:
    found = fit(line((10, 40), (10, 200), 7000), EVEN)

    assert [(one.evidence, one.value, one.leaning) for one in found.reasons] == [
        (Evidence.PRICES, 4, Leaning.MIDDLE),
        (Evidence.SIZES, 20, Leaning.WIDE),
        (Evidence.DEALS, 1, Leaning.ALIKE),
        (Evidence.BUYERS, 7000, Leaning.MANY),
    ]


def test_few_deals_say_nothing_of_their_spread() -> None:
    found = fit(line(), [Decimal(1), Decimal(1000), Decimal(0), Decimal(-5)])

    assert found.reasons == ()
    assert found.deals == 2


def test_the_spread_is_taken_between_the_deciles() -> None:
    assert spread(WIDE) == pytest.approx(900 / 110)
    assert spread([Decimal(5)] * 19) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"lowest_price": 0},
        {"lowest_price": 20, "highest_price": 10},
        {"smallest_buyer": 5, "largest_buyer": -5},
        {"buyers": 0},
    ],
)
def test_impossible_answers_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"above 0|at least one"):
        Line(name="core", **wrong)
