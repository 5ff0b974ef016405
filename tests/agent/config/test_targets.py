"""The four numbers and the target: what makes no sense is refused in words."""

import pytest
from pydantic import ValidationError

from agent.config.targets import TargetSettings


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("people", (0, -1, float("inf"), "six"), "a number above 0"),
        ("hours_per_person_month", (0, 745, float("nan")), "at most 744"),
        ("gross_margin", (0, -0.1, 1.01, 60), "such as 0.6 for 60 %"),
        ("budget_month", (-1, float("inf")), "0 or more"),
        ("revenue_month", (0, -5, float("inf")), "leave it out where there is no target"),
    ],
)
def test_a_number_that_makes_no_sense_says_what_to_write(
    name: str, values: tuple[object, ...], words: str
) -> None:
    for value in values:
        with pytest.raises(ValidationError, match=words):
            TargetSettings.model_validate({name: value})


def test_no_budget_and_a_whole_margin_make_sense() -> None:
    found = TargetSettings(budget_month=0, gross_margin=1)

    assert (found.budget_month, found.gross_margin) == (0, 1)
