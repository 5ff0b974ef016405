"""Whether the definition still pays."""

import pytest

from bbm_core.chance import Chance, seeded
from bbm_core.icp.health import Pays, Worked, health


def worked(n: int, win: float, value: float, seed: str, hours: float = 2.0) -> list[Worked]:
    draw = seeded("worked", seed)
    return [
        Worked(hours, round(value * draw.lognormvariate(0, 0.5)) if draw.random() < win else 0.0)
        for _ in range(n)
    ]


def test_an_icp_that_brings_more_per_hour_pays() -> None:
    found = health(worked(300, 0.2, 1000, "i"), worked(700, 0.1, 500, "r"), "s")

    assert found.pays is Pays.YES
    assert (found.posterior or 0) > 0.99
    assert (found.icp_per_hour or 0) > (found.rest_per_hour or 0)


def test_an_icp_that_takes_too_many_hours_no_longer_pays() -> None:
    found = health(worked(300, 0.2, 1000, "i", hours=20), worked(700, 0.2, 1000, "r"), "s")

    assert found.pays is Pays.NO_LONGER
    assert found.posterior is not None
    assert found.posterior < 0.01


def test_two_sides_alike_do_not_pay_where_there_is_much_to_go_by() -> None:
    same = [Worked(2.0, 100.0)] * 400 + [Worked(2.0, 0.0)] * 800

    found = health(same, same, "s")

    assert found.posterior == pytest.approx(0.5, abs=0.05)
    assert (found.worth_it or 0) < 0.01
    assert found.pays is Pays.NO_LONGER


def test_what_is_not_certain_either_way_stays_open() -> None:
    same = worked(100, 0.15, 800, "same")

    found = health(same, same, "s")

    assert found.posterior == pytest.approx(0.5, abs=0.05)
    assert (found.worth_it or 0) > 0.1
    assert found.pays is Pays.OPEN


def test_a_company_whose_icp_pays_is_hardly_ever_alarmed() -> None:
    """Few wins, deals of very different sizes, and an hour on ICP that brings twice as much."""
    found = [health(*_well(seeded("well", n)), str(n)).pays for n in range(40)]

    short = sum(pays is not Pays.YES for pays in found)
    assert short > 10  # so a rule that tells whatever is short of certain would cry wolf
    assert found.count(Pays.NO_LONGER) <= 1


def _well(draw: Chance) -> tuple[list[Worked], list[Worked]]:
    sizes = (20, 50, 100, 300, 1000)
    icp = [_met(draw, 0.15, sizes) for _ in range(80)]
    return icp, [_met(draw, 0.075, sizes) for _ in range(190)]


def _met(draw: Chance, win: float, sizes: tuple[int, ...]) -> Worked:
    return Worked(2.0, float(sizes[int(draw.random() * 5)]) if draw.random() < win else 0.0)


@pytest.mark.parametrize(("icp", "rest"), [(49, 500), (500, 49), (0, 0)])
def test_too_few_companies_say_nothing(icp: int, rest: int) -> None:
    found = health(worked(icp, 0.5, 1000, "i"), worked(rest, 0.5, 10, "r"), "s")

    assert found.pays is Pays.TOO_FEW
    assert found.posterior is None


def test_too_few_wins_say_nothing() -> None:
    icp = [*worked(99, 0, 1, "i"), *[Worked(1.0, 100.0)] * 19]

    assert health(icp, worked(99, 0, 1, "r"), "s").pays is Pays.TOO_FEW
    assert health([*icp, Worked(1.0, 5.0)], worked(99, 0, 1, "r"), "s").pays is not Pays.TOO_FEW


def test_no_hours_give_no_value_per_hour() -> None:
    found = health([], [Worked(0.0, 0.0)], "s")

    assert found.icp_per_hour is found.rest_per_hour is None
    idle = [Worked(0.0, 1.0)] * 60
    assert health(idle, idle, "s").posterior == 0.0


def test_the_order_of_the_companies_changes_nothing() -> None:
    icp, rest = worked(200, 0.2, 1000, "i"), worked(200, 0.2, 900, "r")

    assert health(icp, rest, "s") == health(icp[::-1], rest[::-1], "s")


def test_a_difference_of_nothing_is_called_none_as_often_as_it_should() -> None:
    """The posterior of two equal sides is spread evenly: below 0.9 nine times of ten."""
    found = [
        health(worked(80, 0.3, 3, f"i{n}"), worked(80, 0.3, 3, f"r{n}"), "s").pays
        for n in range(40)
    ]

    assert sum(one is Pays.YES for one in found) <= 9
