"""Whatever goes wrong on the way, a run ends complete or says so, and the next one completes it."""

from dataclasses import replace
from pathlib import Path

import pytest

from agent.cycle import Ending
from bbm_core.errors import TransientError
from sandbox.faults import Fault
from tests.end_to_end.company import CRMS, YES, Company, Crm, company
from tests.end_to_end.crashes import written_twice, wrong_records

SMALL = 120
READS = {
    "salesforce": Fault(
        action="", method="GET", path_contains="/query", query_contains="ORDER BY SystemModstamp"
    ),
    "hubspot": Fault(action="", method="GET", path_contains="/objects/contacts"),
}
WRITES = {
    "salesforce": Fault(action="", method="PATCH", path_contains="/composite/sobjects"),
    "hubspot": Fault(action="", method="POST", path_contains="/batch/update"),
}
READ_BACK = {
    "salesforce": Fault(action="", method="POST", path_contains="/composite/sobjects"),
    "hubspot": Fault(action="", method="POST", path_contains="/batch/read"),
}
TROUBLES = (
    "html_503",
    "rate_limited",
    "empty_200",
    "html_200_after",
    "truncated",
    "reset_before",
    "reset_after",
)
"""What goes wrong; those named `after`, and `truncated`, once the request was carried out."""


def goes_wrong(one: Company, fault: Fault, trouble: str, times: int = 1) -> None:
    """The next requests of the sort meet the trouble."""
    one.sandbox.faults.add(replace(fault, action=trouble, times=times))


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("crm", CRMS)
def test_one_trouble_in_reading_and_one_in_writing_leave_no_trace(
    crm: Crm, trouble: str, tmp_path: Path
) -> None:
    with company(crm, tmp_path, size=SMALL) as one:
        goes_wrong(one, READS[crm], trouble)
        goes_wrong(one, WRITES[crm], trouble)

        report = one.sync(YES)

        assert one.sandbox.faults.left() == ()
        assert report.ending is Ending.COMPLETE
        assert wrong_records(one) == {}
        assert written_twice(one) == []


def test_a_session_that_ends_in_mid_run_is_renewed(tmp_path: Path) -> None:
    """HubSpot's keys have no end."""
    with company("salesforce", tmp_path, size=SMALL) as one:
        goes_wrong(one, READS["salesforce"], "expired")
        goes_wrong(one, WRITES["salesforce"], "expired")
        before = one.sandbox.salesforce.apps.logins

        report = one.sync(YES)

        assert one.sandbox.salesforce.apps.logins == before + 3
        assert report.ending is Ending.COMPLETE
        assert wrong_records(one) == {}
        assert written_twice(one) == []


@pytest.mark.parametrize("trouble", ["html_503", "reset_after"])
@pytest.mark.parametrize("crm", CRMS)
def test_an_outage_ends_the_run_and_the_next_one_completes_it(
    crm: Crm, trouble: str, tmp_path: Path
) -> None:
    with company(crm, tmp_path, size=SMALL) as one:
        goes_wrong(one, WRITES[crm], trouble, times=100)
        # What was written meanwhile is found by reading, unless reading fails as well.
        goes_wrong(one, READ_BACK[crm], trouble, times=100)
        with pytest.raises(TransientError) as ended:
            one.sync(YES)
        one.sandbox.faults.clear()

        report = one.sync(YES)

        assert ended.value.exit_code == 6
        assert report.ending is Ending.COMPLETE
        assert wrong_records(one) == {}
        assert written_twice(one) == []
