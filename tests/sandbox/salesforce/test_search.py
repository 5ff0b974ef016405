"""Searching for words, in SOSL."""

from datetime import UTC, datetime
from urllib.parse import quote_plus

import pytest
from simple_salesforce import Salesforce

from sandbox.clock import SandboxClock
from sandbox.salesforce.apps import AGENT_APP
from sandbox.salesforce.org import Org
from tests.sandbox.salesforce.calling import Api, Told


@pytest.fixture
def inside() -> Org:
    org = Org(SandboxClock(datetime(2026, 11, 2, tzinfo=UTC)))
    org.create("Lead", {"LastName": "Sato", "Company": "Hayate Logistics", "Email": "a@kaze.jp"})
    org.create("Lead", {"LastName": "Ito", "Company": "Kaze"})
    org.create("Account", {"Name": "Hayate Logistics K.K."})
    return org


def search(org: Org, text: str) -> Told:
    return Api(org)("GET", f"search?q={quote_plus(text)}")


def found(org: Org, text: str) -> list[dict[str, object]]:
    told = search(org, text).json
    assert isinstance(told, dict)
    records = told["searchRecords"]
    assert isinstance(records, list)
    return records


def test_every_word_must_be_there_in_some_text(inside: Org) -> None:
    leads = found(inside, "FIND {hayate sato} RETURNING Lead(LastName)")
    both = found(inside, "FIND {Hayate Log*}")

    assert leads == [{"attributes": leads[0]["attributes"], "LastName": "Sato"}]
    assert [one["attributes"]["type"] for one in both] == ["Account", "Lead"]  # type: ignore[index]  # as JSON is
    assert found(inside, "FIND {Haya} RETURNING Lead") == []


@pytest.mark.parametrize(
    ("group", "names"), [("ALL", ["Sato", "Ito"]), ("EMAIL", ["Sato"]), ("NAME", ["Ito"])]
)
def test_only_some_fields_are_looked_at(group: str, names: list[str], inside: Org) -> None:
    rows = found(inside, f"FIND {{kaze}} IN {group} FIELDS RETURNING Lead(Id, LastName)")

    assert [one["LastName"] for one in rows] == names


def test_clauses_and_limits_hold(inside: Org) -> None:
    query = "FIND {kaze} RETURNING Lead(LastName WHERE LastName != 'Sato' LIMIT 5), Account(Id)"

    assert [one["LastName"] for one in found(inside, query)] == ["Ito"]
    assert len(found(inside, "FIND {kaze} RETURNING Lead LIMIT 1")) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("FIND kaze", "No search term found. The search term must be enclosed in braces."),
        ("FIND {k}", "search term must be longer than one character"),
        ("FIND {kaze} IN SOME FIELDS", "unexpected token: SOME"),
        ("FIND {kaze} GIVING Lead", "unexpected token: GIVING"),
        ("FIND {kaze} RETURNING Lead(", "unexpected token: Lead("),
    ],
)
def test_what_is_no_search_is_refused(text: str, message: str, inside: Org) -> None:
    told = search(inside, text)

    assert (told.status, told.code) == (400, "MALFORMED_SEARCH")
    assert message in told.text


def test_a_search_needs_its_text(inside: Org) -> None:
    assert Api(inside)("GET", "search").code == "MALFORMED_SEARCH"


def test_nobody_finds_what_they_may_not_see(inside: Org) -> None:
    inside.permit("BBM_Agent", "Read", "Account", granted=False)
    inside.hide_field("Lead", "Email")
    api = Api(inside, AGENT_APP)

    accounts = api("GET", f"search?q={quote_plus('FIND {K.K.}')}").json
    leads = api("GET", f"search?q={quote_plus('FIND {kaze.jp}')}").json

    assert accounts == leads == {"searchRecords": []}
    assert len(found(inside, "FIND {K.K.}")) == 1


def test_the_unmodified_client_searches(admin: Salesforce, org: Org) -> None:
    made = org.create("Lead", {"LastName": "Sato", "Company": "Hayate"})

    told = admin.search("FIND {Hayate} RETURNING Lead(Id)")
    quick = admin.quick_search("Hayate")

    assert told is not None
    assert quick is not None
    assert [one["Id"] for one in (*told["searchRecords"], *quick["searchRecords"])] == [made] * 2
