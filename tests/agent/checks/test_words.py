"""The words of the checks: both languages say the same things."""

import re

from agent.checks.words_en import EN
from agent.checks.words_ja import JA


def blanks(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_both_languages_have_the_same_sentences() -> None:
    assert set(EN) == set(JA)


def test_no_language_fills_a_blank_that_the_other_does_not_know() -> None:
    differing = {key for key in EN if blanks(JA[key]) - blanks(EN[key])}

    assert differing == set()
