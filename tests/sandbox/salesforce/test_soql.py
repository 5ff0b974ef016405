"""Reading SOQL, and pointing at what cannot be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.salesforce.refusals import Refusal
from sandbox.salesforce.soql import All, Any, Comparison, Literal, Not, parse


def where(text: str) -> object:
    return parse(f"SELECT Id FROM Lead WHERE {text}").where  # noqa: S608  SOQL made by a test


def outcome(text: str) -> str:
    """The code a query is refused with, or nothing."""
    try:
        parse(text)
    except Refusal as refused:
        return refused.code
    return ""


def comparison(text: str) -> Comparison:
    found = where(text)
    assert isinstance(found, Comparison)
    return found


def test_every_clause_is_read() -> None:
    query = parse(
        "select Id, Owner.Name from Lead where Title != null "
        "order by CreatedDate desc nulls last, Id asc limit 10 offset 5"
    )

    assert [path.text for path in query.fields] == ["Id", "Owner.Name"]
    assert query.type == "Lead"
    assert [(one.path.text, one.descending, one.nulls_last) for one in query.order] == [
        ("CreatedDate", True, True),
        ("Id", False, False),
    ]
    assert (query.limit, query.offset) == (10, 5)


def test_an_alias_of_the_object_is_allowed() -> None:
    assert parse("SELECT Id FROM Lead l WHERE Id != null").type == "Lead"


def test_aggregates_have_aliases_their_own_or_given() -> None:
    query = parse("SELECT Status, COUNT(Id) n, MAX(CreatedDate) FROM Lead GROUP BY Status")

    assert [(one.function, one.alias) for one in query.aggregates] == [
        ("COUNT", "n"),
        ("MAX", "expr1"),
    ]
    assert [path.text for path in query.group] == ["Status"]


def test_a_child_query_stands_among_the_selected() -> None:
    query = parse("SELECT Id, (SELECT Id FROM Contacts LIMIT 2) FROM Account")

    assert [(child.type, child.limit) for child in query.children] == [("Contacts", 2)]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Title = 'a'", "text", "a"),
        ("Title = ''", "text", ""),
        (r"Title = 'O\'Brien \\ \n'", "text", "O'Brien \\ \n"),
        ("Title = 'x FROM y WHERE (z)'", "text", "x FROM y WHERE (z)"),
        ("AnnualRevenue > -1.5e3", "number", "-1.5e3"),
        ("IsConverted = TRUE", "flag", "true"),
        ("Title = null", "null", ""),
        ("CreatedDate > 2026-01-01T00:00:00Z", "moment", "2026-01-01T00:00:00Z"),
        ("CreatedDate > 2026-01-01T09:00:00.000+0900", "moment", "2026-01-01T09:00:00.000+0900"),
        ("CreatedDate > 2026-01-01T09:00:00+09:00", "moment", "2026-01-01T09:00:00+09:00"),
        ("ConvertedDate = 2026-01-01", "day", "2026-01-01"),
        ("CreatedDate = last_n_days:7", "date", "LAST_N_DAYS:7"),
    ],
)
def test_each_kind_of_value_is_read(text: str, kind: str, value: str) -> None:
    assert comparison(text).values == (Literal(kind, value),)


@pytest.mark.parametrize(
    ("text", "sign", "count"),
    [
        ("Id IN ('a', 'b')", "IN", 2),
        ("Id not in ('a')", "NOT IN", 1),
        ("Tags__c INCLUDES ('a;b', 'c')", "INCLUDES", 2),
        ("Tags__c excludes ('a')", "EXCLUDES", 1),
        ("Title LIKE 'a%'", "LIKE", 1),
        ("Title <> 'a'", "!=", 1),
    ],
)
def test_each_operator_is_read(text: str, sign: str, count: int) -> None:
    found = comparison(text)

    assert (found.sign, len(found.values)) == (sign, count)


def test_conditions_nest() -> None:
    found = where("NOT (Id = 'a' OR (Id = 'b' AND Id = 'c' AND Id = 'd'))")

    assert isinstance(found, Not)
    assert isinstance(found.part, Any)
    inner = found.part.parts[1]
    assert isinstance(inner, All)
    assert len(inner.parts) == 3


@pytest.mark.parametrize("scope", ["ALL", "STANDARD", "CUSTOM"])
def test_all_fields_may_be_asked_for(scope: str) -> None:
    assert parse(f"SELECT FIELDS({scope}) FROM Lead LIMIT 5").all_fields == scope  # noqa: S608  SOQL made by a test


@pytest.mark.parametrize(
    ("text", "column", "token"),
    [
        ("SELECT", 7, "<EOF>"),
        ("SELECT Id", 10, "<EOF>"),
        ("SELECT Id, FROM Lead", 12, "FROM"),
        ("SELECT FROM Lead", 8, "FROM"),
        ("FROM Lead", 1, "FROM"),
        ("SELECT Id FROM Lead WHERE", 26, "<EOF>"),
        ("SELECT Id FROM Lead WHERE Id", 29, "<EOF>"),
        ("SELECT Id FROM Lead WHERE Id ~ 'a'", 30, "~"),
        ("SELECT Id FROM Lead WHERE Id NOT LIKE 'a'", 34, "LIKE"),
        ("SELECT Id FROM Lead WHERE Id IN 'a'", 33, "'a'"),
        ("SELECT Id FROM Lead WHERE Id IN (SELECT Id FROM Lead)", 34, "SELECT"),
        ("SELECT Id FROM Lead WHERE Id = 'a' AND Id = 'b' OR Id = 'c'", 49, "OR"),
        ("SELECT Id FROM Lead LIMIT x", 27, "x"),
        ("SELECT Id FROM Lead LIMIT -1", 27, "-1"),
        ("SELECT Id FROM Lead HAVING Id = 'a'", 21, "HAVING"),
        ("SELECT Id FROM Lead FOR VIEW", 21, "FOR"),
        ("SELECT Id FROM Lead; DELETE", 20, ";"),
        ("SELECT Id FROM Lead WHERE Title = 'open", 35, "'"),
        ("SELECT WEIRD(Id) FROM Lead", 8, "WEIRD"),
        ("SELECT Id FROM Lead ORDER BY Id NULLS NOWHERE", 39, "NOWHERE"),
    ],
)
def test_what_cannot_be_read_is_pointed_at(text: str, column: int, token: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(text)

    assert refused.value.code == "MALFORMED_QUERY"
    assert f"ERROR at Row:1:Column:{column}\nunexpected token: '{token}'" in refused.value.message


def test_the_caret_stands_under_the_place() -> None:
    with pytest.raises(Refusal) as refused:
        parse("SELECT Id FROM Lead; DELETE")

    _, shown, caret, _, _ = refused.value.message.split("\n")
    assert shown[caret.index("^")] == ";"


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for query in (text, f"SELECT Id FROM Lead WHERE {text}", f"SELECT {text} FROM Lead"):  # noqa: S608  SOQL made by a test
        assert outcome(query) in {"", "MALFORMED_QUERY"}


@given(st.text(max_size=80))
def test_every_text_survives_quoting(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace("'", "\\'")

    assert comparison(f"Title = '{quoted}'").values[0].value == text
