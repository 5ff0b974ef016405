"""What a sync says about files that people handed over."""

import io
from datetime import UTC, datetime

from rich.console import Console

from agent.capabilities.taking import Heard
from agent.cli.report import heard_lines, input_lines, parked_lines, refs_line, show_report
from agent.cycle import Order, run_cycle
from agent.inputs import TakenIn
from agent.store import ParkedRow
from agent.tables import BadRow
from bbm_core.records import RecordKind, RecordRef
from connectors.capabilities import Capability
from tests.agent.world import World


def test_records_that_could_not_be_read_are_counted_and_the_first_say_why() -> None:
    now = datetime(2026, 11, 2, tzinfo=UTC)
    refs = [RecordRef(RecordKind.ACCOUNT, str(number)) for number in (1, 2)]
    latest = [ParkedRow(ref, "closedate: 'soon' is no moment", now, now) for ref in refs]

    assert list(parked_lines(0, latest)) == []
    assert list(parked_lines(1, latest))[1:] == ["   account:1: closedate: 'soon' is no moment"]
    assert "3 records could not be read" in next(parked_lines(3, latest))
    assert list(parked_lines(3, latest))[-1] == "   … and 1 more"


def test_records_that_keep_a_run_from_being_complete_are_counted_and_the_first_named() -> None:
    refs = [RecordRef(RecordKind.ACCOUNT, str(number)) for number in range(1, 4)]

    assert list(refs_line(0, [], "refused")) == []
    assert list(refs_line(1, refs[:1], "refused")) == ["! refused: account:1 (bbm why)"]
    assert list(refs_line(1_004, refs, "left")) == [
        "! left: account:1, account:2, account:3 and 1,001 more (bbm why)"
    ]


def test_a_good_file_is_one_line() -> None:
    assert list(input_lines(TakenIn("people", "people.csv", rows=1200))) == [
        "✔ people: 1,200 rows of people.csv"
    ]


def test_bad_rows_are_named_the_first_ones_with_their_line() -> None:
    rows = tuple(BadRow(line, "there is no id") for line in (2, 1003, 1004, 1005))

    assert list(input_lines(TakenIn("people", "people.csv", 9, 4, rows))) == [
        "! people: 9 rows of people.csv, 4 could not be used",
        "   line 2: there is no id",
        "   line 1,003: there is no id",
        "   line 1,004: there is no id",
        "   … and 1 more",
    ]


def test_a_file_that_cannot_be_read_says_what_to_do() -> None:
    assert list(
        input_lines(TakenIn("people", "p.csv", problem="It is gone.", hint="Find it."))
    ) == [
        "! people: It is gone.",
        "   → Find it.",
    ]


def test_what_the_crm_tells_beside_its_records_is_one_line() -> None:
    assert list(heard_lines(Heard(Capability.PEOPLE, 48))) == ["✔ people of the CRM: 48"]


def test_an_absent_capability_is_named_and_its_fix_where_it_is_demanded() -> None:
    quiet = Heard(Capability.RATES, absent="one currency", fix="state rates", code="X")
    wanted = Heard(Capability.RATES, absent="one currency", fix="state rates", demanded=True)

    assert list(heard_lines(quiet)) == ["– rates: one currency (bbm doctor --json says what to do)"]
    assert list(heard_lines(wanted)) == ["! rates: one currency", "   → state rates"]


def test_eighty_columns_show_every_heading_whole(world: World) -> None:
    world.lead()
    screen = io.StringIO()
    with world.agent() as agent:
        report = run_cycle(agent, Order("test"))

        show_report(Console(file=screen, width=80, force_terminal=True), agent, report)

    for heading in ("to write", "overridden", "edited", "sealed"):
        assert heading in screen.getvalue()
