"""Logging in over SOAP: only where it is switched on, and with a word about its end."""

from typing import Any

import pytest

from bbm_core.records import RecordKind
from connectors.contract import Health
from connectors.errors import LoginRefused, MalformedAnswer, Unavailable
from sandbox.faults import Action, Fault
from tests.connectors.salesforce.org_world import SalesforceWorld

SOAP = "/services/Soap/u/64.0"
SETTINGS = {
    "legacy_soap_login": True,
    "username": "agent@kaede-robotics.example",
    "password": "p<ss&",
    "security_token": "tok",
    "client_secret": None,
}
FAULT = (
    "<soapenv:Envelope><soapenv:Body><soapenv:Fault><detail><sf:LoginFault><sf:exceptionCode>{code}"
    "</sf:exceptionCode><sf:exceptionMessage>{text}</sf:exceptionMessage></sf:LoginFault></detail>"
    "</soapenv:Fault></soapenv:Body></soapenv:Envelope>"
)
TOO_NEW = "The SOAP Login operation is not available in the API version specified (65.0)."


def answer(world: SalesforceWorld, text: str, status: int = 200, **where: Any) -> None:
    action = Action(status=status, body=text, content_type="text/xml; charset=UTF-8")
    world.sandbox.faults.add(Fault(action=action, path_contains=SOAP, **where))


def check(world: SalesforceWorld) -> Health:
    return world.connector(roles=(), **SETTINGS).check()


def test_a_name_and_a_password_log_in_where_it_is_switched_on(world: SalesforceWorld) -> None:
    world.org.apps.passwords["agent"] = "p<ss&tok"

    health = check(world)

    assert health.user == "agent@kaede-robotics.example"
    assert RecordKind.LEAD in health.kinds
    (warning,) = (one for one in health.problems if one.code == "BBM-SF-019")
    assert "1 June 2027" in warning.what
    assert "External Client App" in warning.fix


@pytest.mark.parametrize("wrong", [{"password": "another"}, {"security_token": None}])
def test_a_wrong_password_is_refused_and_never_told(
    world: SalesforceWorld, wrong: dict[str, str | None]
) -> None:
    world.org.apps.passwords["agent"] = "p<ss&tok"

    with pytest.raises(LoginRefused, match="INVALID_LOGIN") as caught:
        world.connector(roles=(), **{**SETTINGS, **wrong}).check()

    assert caught.value.code == "BBM-SF-010"
    assert "p<ss" not in caught.value.message


def test_an_org_without_the_login_says_what_to_do(world: SalesforceWorld) -> None:
    world.org.switches.soap_login = False

    with pytest.raises(LoginRefused, match="disabled by default") as caught:
        check(world)

    assert caught.value.code == "BBM-SF-018"


@pytest.mark.parametrize(
    ("code", "text", "ours"),
    [
        ("INVALID_OPERATION", TOO_NEW, "018"),
        ("UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL", "018"),
        ("LOGIN_MUST_USE_SECURITY_TOKEN", "use your token", "015"),
    ],
)
def test_a_fault_is_a_refusal_although_its_status_is_500(
    world: SalesforceWorld, code: str, text: str, ours: str
) -> None:
    answer(world, FAULT.format(code=code, text=text), status=500)

    with pytest.raises(LoginRefused, match=code) as caught:
        check(world)

    assert caught.value.code == f"BBM-SF-{ours}"
    assert "p<ss" not in caught.value.message


@pytest.mark.parametrize(
    "text", ["<html>Maintenance</html>", FAULT.format(code="SERVER_UNAVAILABLE", text="later")]
)
def test_an_outage_is_no_refusal(world: SalesforceWorld, text: str) -> None:
    answer(world, text, status=500)

    with pytest.raises(Unavailable):
        check(world)


def test_a_page_for_people_is_no_login(world: SalesforceWorld) -> None:
    answer(world, "<html>Welcome to the hotel</html>")

    with pytest.raises(MalformedAnswer):
        check(world)
