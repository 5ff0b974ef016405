"""What the ledger keeps of requests and changes."""

from datetime import UTC, datetime

from sandbox.ledger import Ledger, as_rows
from sandbox.wire import Request

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def request(path: str = "/services/data", **headers: str) -> Request:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request("GET", path, {"q": ["SELECT Id"]}, sent, b"", "http://host")


def note(ledger: Ledger, id_: str = "1", by: str = "agent") -> None:
    fields = [("Status", None, None)]
    ledger.change("salesforce", "Lead", id_, action="update", by=by, at=NOON, fields=fields)


def test_an_exchange_is_kept_with_its_outcome_and_the_headers_of_interest() -> None:
    ledger = Ledger()

    asked = request(sforce_auto_assign="FALSE", authorization="Bearer secret")
    with ledger.exchange("salesforce", asked, NOON) as seq:
        ledger.count_calls(25, ["/query/?q=SELECT " + "Id, " * 100])
        ledger.answered(seq, 200, "slow")

    (kept,) = ledger.requests()
    assert (kept.service, kept.status, kept.calls, kept.fault) == ("salesforce", 200, 25, "slow")
    assert kept.query == "q=SELECT Id"
    assert [len(part) for part in kept.parts] == [300]
    assert dict(kept.headers) == {"sforce-auto-assign": "FALSE"}


def test_a_change_knows_the_request_that_made_it() -> None:
    ledger = Ledger()

    note(ledger, "1")
    with ledger.exchange("salesforce", request(), NOON) as seq:
        note(ledger, "2")

    outside, inside = ledger.changes()
    assert (outside.request, outside.via) == (0, "")
    assert (inside.request, inside.via) == (seq, "salesforce")


def test_writes_are_the_changes_that_came_over_the_crms_own_api() -> None:
    ledger = Ledger()
    for service, id_ in (("salesforce", "1"), ("admin", "2"), ("hubspot", "3")):
        with ledger.exchange(service, request(), NOON):
            note(ledger, id_)

    assert [one.id for one in ledger.writes()] == ["1"]


def test_changes_are_found_by_what_they_are() -> None:
    ledger = Ledger()
    note(ledger, "1", "agent")
    note(ledger, "2", "human")

    assert [one.id for one in ledger.changes(by="human")] == ["2"]
    assert [one.id for one in ledger.changes(id="1", type="Lead", field="Status")] == ["1"]
    assert ledger.changes(service="hubspot") == ()


def test_requests_are_found_by_what_they_are() -> None:
    ledger = Ledger()
    for path in ("/a", "/b"):
        with ledger.exchange("salesforce", request(path), NOON):
            pass

    assert [one.path for one in ledger.requests(path_contains="b")] == ["/b"]
    assert ledger.requests(method="POST") == ()
    assert [one.path for one in ledger.requests(since=1)] == ["/b"]


def test_what_came_later_can_be_asked_for() -> None:
    ledger = Ledger()
    note(ledger, "1")
    mark = ledger.last_change()
    note(ledger, "2")

    assert [one.id for one in ledger.changes(since=mark)] == ["2"]


def test_a_muted_ledger_keeps_nothing() -> None:
    ledger = Ledger()

    with ledger.muted():
        note(ledger)

    assert ledger.changes() == ()


def test_what_was_taken_back_is_forgotten_but_only_of_that_request() -> None:
    ledger = Ledger()
    with ledger.exchange("salesforce", request(), NOON):
        note(ledger, "1")
        mark = ledger.last_change()
        note(ledger, "2")
        ledger.drop_since(mark)
    note(ledger, "3")

    assert [one.id for one in ledger.changes()] == ["1", "3"]
    assert len({one.seq for one in ledger.changes()}) == 2


def test_entries_become_plain_rows() -> None:
    ledger = Ledger()
    note(ledger)

    (row,) = as_rows(ledger.changes())

    assert row["type"] == "Lead"
    assert row["at"] == NOON
