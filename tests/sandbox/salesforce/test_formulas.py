"""Formulas are worked out as an org does: blanks stay blank, and what cannot be read is told."""

import pytest

from sandbox.salesforce.formulas import FormulaError, read_formula
from sandbox.salesforce.table import Row

ROW: Row = {"Flag__c": "icp", "Score__c": 85.0, "Half__c": 0.5, "Empty__c": None, "On__c": True}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('IF(ISPICKVAL(Flag__c, "icp"), 1, 0)', 1),
        ('CASE(Flag__c, "not_icp", "no", "icp", "yes", "?")', "yes"),
        ('CASE(Empty__c, "not_icp", "no", "?")', "?"),
        ('ISPICKVAL(Empty__c, "")', True),
        ("TEXT(Score__c)", "85"),
        ('"<" & TEXT(Half__c) & ">"', "<0.5>"),
        ('"say \\"a\\""', 'say "a"'),
        ("1 + 2 * 3 - 4 / 2", 5),
        ("(1 + 2) * -3", -9),
        ("Score__c / 0", None),
        ("Score__c + Empty__c", None),
        ("Score__c >= 85", True),
        ("Score__c < 85", False),
        ("Score__c > 84", True),
        ("Score__c <= 84", False),
        ('Flag__c = "icp"', True),
        ('Flag__c <> "icp"', False),
        ("AND(On__c, NOT(FALSE), Score__c > 0)", True),
        ("OR(ISBLANK(Empty__c), FALSE)", True),
        ("BLANKVALUE(Empty__c, 7)", 7),
        ("NULL", None),
        ('image("/a.gif", "A")', '<img src="/a.gif" alt="A" border="0"/>'),
    ],
)
def test_a_formula_says_what_follows_from_the_fields(text: str, value: object) -> None:
    assert read_formula(text).work_out(ROW) == value


def test_the_fields_of_a_formula_are_known() -> None:
    formula = read_formula('IF(ISBLANK(Score__c), "", Flag__c & TEXT(Score__c))')

    assert formula.names == ("Score__c", "Flag__c")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("FILM(1)", "Unknown function FILM. Check spelling."),
        ("(1 + 2", "Missing '\\)'"),
        ("IF(TRUE, 1)", "Expected 3, received 2"),
        ("IF(TRUE 1, 2)", "Missing ','"),
        ("1 +", "Found 'end of formula'"),
        ("1 2", "Extra 2"),
        ("1 # 2", "Found '#'"),
        ("* 2", "Found '\\*'"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, problem: str) -> None:
    with pytest.raises(FormulaError, match=problem):
        read_formula(text)
