"""Logging in by name and password over SOAP, as long as an org and its version allow it."""

from datetime import UTC, datetime

import pytest
import requests
from simple_salesforce import Salesforce, SalesforceLogin
from simple_salesforce.exceptions import SalesforceAuthenticationFailed

from sandbox.clock import SandboxClock
from sandbox.salesforce.apps import PASSWORDS
from sandbox.salesforce.markup import read
from sandbox.salesforce.org import Org
from tests.sandbox.salesforce.calling import Api, Told

USER = "admin@kaede-robotics.example"
ENVELOPE = (
    '<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Body>'
    '<n:{operation} xmlns:n="urn:partner.soap.sforce.com"><n:username>{user}</n:username>'
    "<n:password>{password}</n:password></n:{operation}></env:Body></env:Envelope>"
)


@pytest.fixture
def inside() -> Org:
    return Org(SandboxClock(datetime(2026, 11, 2, tzinfo=UTC)))


def log_in(
    org: Org,
    version: str = "64.0",
    user: str = USER,
    password: str = PASSWORDS["admin"],
    operation: str = "login",
) -> Told:
    body = ENVELOPE.format(user=user, password=password, operation=operation).encode()
    return Api(org).raw("POST", f"/services/Soap/u/{version}", body, {"content-type": "text/xml"})


def assert_refused(told: Told, code: str, message: str) -> None:
    assert told.status == 500
    found = read(told.text.encode())
    assert found.findtext(".//exceptionCode") == code
    assert found.findtext(".//exceptionMessage") == message
    assert found.findtext(".//faultcode") == f"sf:{code}"
    assert found.findtext(".//faultstring") == f"{code}: {message}"


def test_the_unmodified_client_logs_in_and_reads(web: requests.Session, org: Org) -> None:
    password, token = PASSWORDS["admin"][:-5], PASSWORDS["admin"][-5:]
    session, instance = SalesforceLogin(
        username=USER, password=password, security_token=token, sf_version="59.0", session=web
    )
    client = Salesforce(session_id=session, instance=instance, version="59.0", session=web)

    assert instance == "kaede.my.salesforce.com"
    assert client.query("SELECT Id FROM Organization")["records"][0]["Id"] == org.org_id
    with pytest.raises(SalesforceAuthenticationFailed, match="INVALID_LOGIN"):
        SalesforceLogin(
            username=USER, password="wrong", security_token="", sf_version="59.0", session=web
        )


def test_who_logged_in_is_told(inside: Org) -> None:
    told = read(log_in(inside).text.encode())

    assert told.findtext(".//userInfo/organizationId") == inside.org_id
    assert told.findtext(".//userInfo/userName") == USER
    assert told.findtext(".//sandbox") == "false"
    assert (told.findtext(".//serverUrl") or "").endswith(f"/u/64.0/{inside.org_id[:15]}")


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "sandbox-admin-password"},
        {"user": "nobody@example.com"},
        {"user": "human@kaede-robotics.example"},
    ],
)
def test_name_password_and_token_must_fit(wrong: dict[str, str], inside: Org) -> None:
    message = "Invalid username, password, security token; or user locked out."
    assert_refused(log_in(inside, **wrong), "INVALID_LOGIN", message)


@pytest.mark.parametrize("allowed", [True, False])
def test_an_org_may_have_it_disabled(allowed: bool, inside: Org) -> None:
    inside.switches.soap_login = allowed
    told = log_in(inside)

    assert (told.status == 200) is allowed
    if not allowed:
        message = (
            "SOAP API login() is disabled by default in this org. Contact the org administrator to "
            "enable SOAP API login()."
        )
        assert_refused(told, "INVALID_OPERATION", message)


def test_newer_versions_have_no_login(inside: Org) -> None:
    message = (
        "The SOAP Login operation is not available in the API version specified (65.0). Refer to "
        "the documentation for supported versions."
    )
    assert_refused(log_in(inside, "65.0"), "INVALID_OPERATION", message)


def test_versions_that_are_gone_say_so(inside: Org) -> None:
    message = "Invalid Api version specified on URL"
    assert_refused(log_in(inside, "30.0"), "UNSUPPORTED_API_VERSION", message)


def test_what_is_no_login_is_refused(inside: Org) -> None:
    other = log_in(inside, operation="logout")
    broken = Api(inside).raw("POST", "/services/Soap/u/64.0", b"<x", {})
    empty = Api(inside).raw("POST", "/services/Soap/u/64.0", b"<Envelope/>", {})
    expanding = Api(inside).raw("POST", "/services/Soap/u/64.0", b"<!DOCTYPE x><x/>", {})

    assert "No operation available" in other.text
    for told in (other, broken, empty, expanding):
        assert told.status == 500
        assert read(told.text.encode()).findtext(".//faultcode") == "soapenv:Client"
