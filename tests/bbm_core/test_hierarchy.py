"""Accounts are told by the company at the top, however they are entered."""

from bbm_core.hierarchy import ultimate_parents


def test_each_account_belongs_to_the_top_of_its_line() -> None:
    assert ultimate_parents({"b": "a", "c": "b", "e": "d"}) == {"b": "a", "c": "a", "e": "d"}


def test_a_circle_is_one_company_whoever_is_asked_first() -> None:
    assert ultimate_parents({"a": "c", "b": "a", "c": "b"}) == dict.fromkeys("abc", "a")


def test_who_hangs_on_a_circle_belongs_to_it() -> None:
    assert ultimate_parents({"b": "c", "c": "b", "a": "b"}) == dict.fromkeys("abc", "b")


def test_without_parents_everybody_stands_alone() -> None:
    assert ultimate_parents({}) == {}
