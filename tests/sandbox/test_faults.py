"""Which requests a fault hits."""

import pytest

from sandbox.faults import Action, Fault, Faults
from sandbox.wire import Request


def request(method: str = "GET", path: str = "/a", body: bytes = b"", q: str = "") -> Request:
    return Request(method, path, {"q": [q]} if q else {}, {}, body, "http://host")


def hits(fault: Fault, *asked: Request) -> list[bool]:
    faults = Faults()
    faults.add(fault)
    return [faults.take("salesforce", one) is not None for one in asked]


def test_a_fault_hits_once_unless_told_otherwise() -> None:
    assert hits(Fault(action="hang"), request(), request()) == [True, False]


def test_a_fault_skips_and_repeats_as_told() -> None:
    fault = Fault(action="hang", skip=1, times=2)

    assert hits(fault, *[request()] * 4) == [False, True, True, False]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(action="hang", service="hubspot"),
        Fault(action="hang", method="POST"),
        Fault(action="hang", path_contains="query"),
        Fault(action="hang", query_contains="FROM Lead"),
        Fault(action="hang", body_contains="00Q"),
    ],
)
def test_a_fault_waits_for_what_it_names(fault: Fault) -> None:
    assert hits(fault, request()) == [False]


def test_a_fault_hits_when_everything_it_names_is_there() -> None:
    fault = Fault(
        action="hang",
        service="salesforce",
        method="POST",
        path_contains="query",
        query_contains="FROM Lead",
        body_contains="00Q",
    )

    assert hits(fault, request("POST", "/query", b"id 00Q", "SELECT Id FROM Lead")) == [True]


def test_two_faults_take_turns_in_the_order_they_were_added() -> None:
    faults = Faults()
    faults.add(Fault(action="hang"))
    faults.add(Fault(action="slow"))

    taken = [faults.take("salesforce", request()) for _ in range(3)]

    assert [one and one.name() for one in taken] == ["hang", "slow", None]


def test_an_unknown_action_is_refused_when_it_is_added() -> None:
    with pytest.raises(KeyError):
        Faults().add(Fault(action="explode"))


def test_an_action_of_ones_own_is_named_by_its_status() -> None:
    assert Fault(action=Action(status=420)).name() == "status_420"


def test_clearing_leaves_no_fault() -> None:
    faults = Faults()
    faults.add(Fault(action="hang"))

    faults.clear()

    assert faults.left() == ()
