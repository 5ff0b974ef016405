"""The funnel plot: who is outside, and when all are too different for that."""

import pytest

from bbm_core.balance.orientation import Place, funnel_plot
from bbm_core.balance.tally import Tally
from bbm_core.chance import seeded


def unit(icp: int, known: int) -> Tally:
    return Tally(icp=icp, not_icp=known - icp)


def test_one_that_differs_is_outside_and_the_others_are_not() -> None:
    units = {f"u{number}": unit(40, 100) for number in range(12)} | {"odd": unit(10, 100)}

    found = funnel_plot(units)

    assert found is not None
    assert [u.name for u in found.outside] == ["odd"]
    assert found.far[0].place is Place.FAR_LOW
    assert not found.differ


@pytest.mark.parametrize(
    ("icp", "place"),
    [
        (8, Place.FAR_LOW),
        (26, Place.LOW),
        (40, Place.INSIDE),
        (50, Place.HIGH),
        (80, Place.FAR_HIGH),
    ],
)
def test_a_unit_lies_inside_outside_or_far_outside(icp: int, place: Place) -> None:
    units = {f"u{number:02}": unit(40, 100) for number in range(40)} | {"z": unit(icp, 100)}

    found = funnel_plot(units)

    assert found is not None
    assert found.units[-1].place is place


def test_limits_narrow_with_records() -> None:
    found = funnel_plot({"few": unit(8, 20), "many": unit(400, 1000)})

    assert found is not None
    few, many = found.units
    assert few.limits.high - few.limits.low > many.limits.high - many.limits.low
    assert few.far_limits.low < few.limits.low


def test_where_all_differ_the_limits_widen() -> None:
    chance = seeded("funnel plot")
    units = {f"u{n:02}": unit(round(100 * chance.uniform(0.2, 0.6)), 100) for n in range(30)}

    found = funnel_plot(units)

    assert found is not None
    assert found.differ
    assert found.phi > 2
    assert not found.far


def test_few_units_fool_nobody() -> None:
    """Sixty units of one rate: about 5 % lie outside the 95 % limits, hardly one far outside."""
    chance = seeded("one rate")
    units = {
        f"u{n:02}": unit(sum(chance.random() < 0.4 for _ in range(200)), 200) for n in range(60)
    }

    found = funnel_plot(units)

    assert found is not None
    assert not found.differ
    assert len(found.outside) <= 7
    assert len(found.far) <= 1


def test_units_with_few_records_are_counted_and_not_judged() -> None:
    found = funnel_plot({"a": unit(5, 20), "b": unit(6, 20), "tiny": unit(0, 3)})

    assert found is not None
    assert [u.name for u in found.units] == ["a", "b"]
    assert found.unjudged == 1
    assert found.rate == pytest.approx(11 / 43)


@pytest.mark.parametrize(
    "units",
    [{}, {"a": unit(5, 20)}, {"a": unit(0, 20), "b": unit(0, 20)}, {"a": unit(20, 20)}],
)
def test_nothing_to_compare_says_nothing(units: dict[str, Tally]) -> None:
    assert funnel_plot(units) is None
