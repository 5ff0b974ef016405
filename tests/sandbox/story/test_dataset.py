"""People and companies are drawn so that what fits follows from what is known of them."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import dataset
from sandbox.plot import fit
from sandbox.plot.words import TRADES

DRAWS = 400


@given(seed=st.integers(0, 10**6), fits=st.booleans())
def test_blanks_never_turn_a_flag_into_its_opposite(seed: int, fits: bool) -> None:
    prospect = dataset.draw_prospect(Random(seed), "l1", fits=fits)
    firm = prospect.firm

    seen = fit.flag(firm.industry, firm.employees, firm.country, prospect.person.title)

    # A blank title is neutral: it costs points, and so may hide an ideal customer.
    assert seen in ({True, None, False} if fits and prospect.person.title is None else {fits, None})


def test_the_same_source_draws_the_same_prospect() -> None:
    draws = [dataset.draw_prospect(Random("7"), "l1", fits=True) for _ in range(2)]

    assert draws[0] == draws[1]


def test_people_are_japanese_and_english() -> None:
    rng = Random(1)
    firms = [dataset.draw_prospect(rng, "l", fits=True).firm for _ in range(DRAWS)]

    english = sum(dataset.is_english(firm) for firm in firms)

    assert 0.1 < english / DRAWS < 0.4


@pytest.mark.parametrize(
    ("attribute", "low", "high"),
    [("industry", 0.05, 0.14), ("employees", 0.07, 0.18), ("revenue", 0.14, 0.27)],
)
def test_some_attributes_are_left_blank(attribute: str, low: float, high: float) -> None:
    rng = Random(2)
    firms = [dataset.draw_prospect(rng, "l", fits=False).firm for _ in range(DRAWS)]

    blank = sum(getattr(firm, attribute) is None for firm in firms) / DRAWS

    assert low < blank < high


def test_the_addresses_of_prospects_lead_nowhere() -> None:
    rng = Random(3)
    people = [dataset.draw_prospect(rng, "l9", fits=False).person for _ in range(DRAWS)]

    assert {(one.email or "").rpartition(".")[2] for one in people} == {"example"}


def test_students_are_no_customers_whatever_else_is_known() -> None:
    rng = Random(4)

    student = dataset.as_student(rng, "l1", dataset.draw_prospect(rng, "l1", fits=True))

    assert student.firm.industry in fit.EXCLUDED
    assert student.person.title in {"学生", "Student"}
    assert not student.fits


@pytest.mark.parametrize(
    ("attributes", "flag"),
    [
        (("Manufacturing", 300, "Japan", "製造部 部長"), True),
        (("Manufacturing", 5001, "Japan", "Engineer"), False),
        (("Retail", 900, "Japan", "IT Manager"), True),
        (("Retail", 900, "Japan", None), False),
        ((None, 900, "Japan", None), None),
        ((None, 900, "Japan", "IT Manager"), None),  # it may be one of the excluded
        (("Wholesale", None, "Japan", None), None),
        (("Education", 900, "Japan", "CTO"), False),
        (("Media", None, None, "Buyer"), False),
    ],
)
def test_the_example_profile_is_three_valued(
    attributes: tuple[str | None, int | None, str | None, str | None], flag: bool | None
) -> None:
    assert fit.flag(*attributes) is flag


def test_a_manager_is_told_by_a_word_and_not_by_a_part_of_one() -> None:
    assert fit.points(None, None, None, "Head of Procurement") == 15
    assert fit.points(None, None, None, "Managerial Assistant") == 0


def test_trades_have_a_name_of_their_own_in_each_crm() -> None:
    assert len({one.name for one in TRADES}) == len({one.hubspot for one in TRADES}) == len(TRADES)
