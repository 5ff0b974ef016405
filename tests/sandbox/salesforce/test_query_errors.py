"""Queries that get an error instead of an answer."""

import pytest
import requests
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceGeneralError, SalesforceMalformedRequest

from sandbox.server import Sandbox


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("SELECT Id,Foo__c FROM Lead", "INVALID_FIELD", "No such column 'Foo__c' on entity 'Lead'"),
        ("SELECT Id FROM Lead WHERE Foo = 'a'", "INVALID_FIELD", "No such column 'Foo'"),
        ("SELECT Id FROM Lead ORDER BY Foo", "INVALID_FIELD", "No such column 'Foo'"),
        ("SELECT Id FROM Nothing__c", "INVALID_TYPE", "sObject type 'Nothing__c' is not supported"),
        ("SELECT Id FROM CustomField", "INVALID_TYPE", "'CustomField' is not supported"),
        ("SELECT Boss.Name FROM Lead", "INVALID_FIELD", "Didn't understand relationship 'Boss'"),
        ("SELECT Individual.Name FROM Lead", "INVALID_TYPE", "'Individual' is not supported"),
        ("SELECT (SELECT Id FROM Toys) FROM Account", "INVALID_TYPE", "relationship 'Toys'"),
        ("SELECT Id FROM Lead WHERE Description = 'a'", "INVALID_FIELD", "can not be filtered"),
        ("SELECT Id FROM Lead ORDER BY Description", "INVALID_FIELD", "can not be sorted"),
        ("SELECT Id FROM Lead WHERE NumberOfEmployees = '3'", "INVALID_FIELD", "type int"),
        ("SELECT Id FROM Lead WHERE CreatedDate > 2026-01-01", "INVALID_FIELD", "type dateTime"),
        ("SELECT Id FROM Lead WHERE Title = 5", "INVALID_FIELD", "should be enclosed in quotes"),
        ("SELECT Id FROM Lead WHERE CreatedDate = SOMEDAY", "MALFORMED_QUERY", "'SOMEDAY'"),
        ("SELECT Id FROM Lead WHERE Id = 'x'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field"),
        ("SELECT Status, COUNT(Id) FROM Lead", "MALFORMED_QUERY", "grouped or aggregated: Status"),
        ("SELECT FIELDS(ALL) FROM Lead", "MALFORMED_QUERY", "at most 200"),
        ("SELECT Id FROM Lead LIMIT 1 OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "2000"),
        ("", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
    ],
)
def test_what_cannot_be_answered_gets_the_real_error(
    query: str, code: str, message: str, agent: Salesforce
) -> None:
    with pytest.raises(SalesforceMalformedRequest) as refused:
        agent.query(query)

    (error,) = refused.value.content
    assert error["errorCode"] == code
    assert message in error["message"]


def test_the_error_of_a_missing_field_is_worded_and_pointed_as_recorded(agent: Salesforce) -> None:
    with pytest.raises(SalesforceMalformedRequest) as refused:
        agent.query("SELECT Id,Foo__c FROM Lead")

    assert refused.value.content[0]["message"].startswith(
        "\nSELECT Id,Foo__c FROM Lead\n          ^\nERROR at Row:1:Column:11\n"
        "No such column 'Foo__c' on entity 'Lead'. If you are attempting to use a custom field, "
    )


def test_a_query_without_its_parameter_is_refused(agent: Salesforce) -> None:
    with pytest.raises(SalesforceMalformedRequest, match="cannot be empty"):
        agent.restful("query")


def test_a_query_too_long_for_an_address_is_refused(
    agent: Salesforce, sandbox: Sandbox, web: requests.Session
) -> None:
    del agent
    answer = web.get(f"{sandbox.url}/services/data/v66.0/query", params={"q": "x" * 17_000})

    assert answer.status_code == 414


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("SELECT Id, Id FROM Lead", "INVALID_FIELD", "duplicate field selected: Id"),
        ("SELECT COUNT(Description) FROM Lead", "MALFORMED_QUERY", "aggregate operator COUNT"),
        ("SELECT COUNT(Id) FROM Lead GROUP BY CreatedDate", "MALFORMED_QUERY", "not be grouped"),
        ("SELECT Id FROM Lead WHERE Id LIKE '00Q%'", "INVALID_FIELD", "invalid operator on id"),
        ("SELECT Id FROM Lead WHERE Address = 'x'", "INVALID_FIELD", "can not be filtered"),
        ("SELECT Id FROM Lead WHERE ConvertedDate = 2026-02-30", "MALFORMED_QUERY", "2026-02-30"),
        (
            "SELECT Id FROM Lead WHERE CreatedDate < 9999-12-31T23:00:00-05:00",
            "MALFORMED_QUERY",
            "9999-12-31",
        ),
        (
            "SELECT Id FROM Lead WHERE CreatedDate > 2026-01-01T25:00:00Z",
            "MALFORMED_QUERY",
            "unexpected token",
        ),
        (
            "SELECT Id FROM Lead WHERE CreatedDate > LAST_N_DAYS:9999999999",
            "MALFORMED_QUERY",
            "LAST_N_DAYS:9999999999",
        ),
        (
            "SELECT Id FROM Lead WHERE CreatedDate > LAST_N_MONTHS:99999",
            "MALFORMED_QUERY",
            "LAST_N_MONTHS:99999",
        ),
    ],
)
def test_what_only_looks_right_is_refused_too(
    query: str, code: str, message: str, agent: Salesforce
) -> None:
    with pytest.raises(SalesforceMalformedRequest) as refused:
        agent.query(query)

    (error,) = refused.value.content
    assert error["errorCode"] == code
    assert message in error["message"]


def test_a_query_is_not_posted(agent: Salesforce) -> None:
    with pytest.raises(SalesforceGeneralError, match="METHOD_NOT_ALLOWED"):
        agent.restful("query", method="POST", json={"q": "SELECT Id FROM Lead"})
