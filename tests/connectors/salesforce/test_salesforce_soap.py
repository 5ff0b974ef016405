"""Logging in over SOAP: only where it is switched on, and with a word about its end."""

from typing import Any

import pytest

from bbm_core.records import RecordKind
from connectors.contract import Health
from connectors.errors import LoginRefused, MalformedAnswer, Unavailable
from sandbox.faults import Action, Fault
from sandbox.salesforce.apps import AGENT_APP
from tests.connectors.salesforce.org_world import SalesforceWorld

SOAP = "/services/Soap/u/64.0"
SETTINGS = {
    "legacy_soap_login": True,
    "username": "agent@kaede-robotics.example",
    "password": "p<ss&",
    "security_token": "tok",
    "client_secret": None,
}
GRANTED = (
    "<soapenv:Envelope><soapenv:Body><loginResponse><result><serverUrl>{address}</serverUrl>"
    "<sessionId>{token}</sessionId></result></loginResponse></soapenv:Body></soapenv:Envelope>"
)
FAULT = (
    "<soapenv:Envelope><soapenv:Body><soapenv:Fault><detail><sf:LoginFault><sf:exceptionCode>{code}"
    "</sf:exceptionCode><sf:exceptionMessage>{text}</sf:exceptionMessage></sf:LoginFault></detail>"
    "</soapenv:Fault></soapenv:Body></soapenv:Envelope>"
)
DISABLED = "SOAP API login() is disabled by default in this org."
TOO_NEW = "The SOAP Login operation is not available in the API version specified (65.0)."


def answer(world: SalesforceWorld, text: str, status: int = 200, **where: Any) -> None:
    action = Action(status=status, body=text, content_type="text/xml; charset=UTF-8")
    world.sandbox.faults.add(Fault(action=action, path_contains=SOAP, **where))


def granted(world: SalesforceWorld) -> str:
    org = world.org
    session = org.apps.open(AGENT_APP, org.users["agent"], org.org_id, world.now())
    address = "https://kaede.my.salesforce.com/services/Soap/u/64.0/00D000000000001"
    return GRANTED.format(address=address, token=session.token)


def check(world: SalesforceWorld) -> Health:
    return world.connector(roles=(), **SETTINGS).check()


def test_a_name_and_a_password_log_in_where_it_is_switched_on(world: SalesforceWorld) -> None:
    sent = "<n1:password>p&lt;ss&amp;tok</n1:password>"
    answer(world, granted(world), body_contains=sent)

    health = check(world)

    assert health.user == "agent@kaede-robotics.example"
    assert RecordKind.LEAD in health.kinds
    assert world.sandbox.faults.left() == ()
    (warning,) = (one for one in health.problems if one.code == "BBM-SF-019")
    assert "1 June 2027" in warning.what
    assert "External Client App" in warning.fix


@pytest.mark.parametrize(
    ("code", "text", "ours"),
    [
        ("INVALID_OPERATION", DISABLED, "018"),
        ("INVALID_OPERATION", TOO_NEW, "018"),
        ("UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL", "018"),
        ("INVALID_LOGIN", "Invalid username, password, security token", "010"),
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
