"""What later syncs write: what changed and nothing else, and nothing against a person's word."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote_plus

import pytest

from agent.cli.balance import balance
from agent.cli.report import exit_code
from agent.cycle import Ending, Order
from bbm_core.errors import SafetyStop
from bbm_core.guard import Guard
from bbm_core.plan import Standing
from bbm_core.records import FieldRole
from sandbox.salesforce.permissions import AGENT_SET
from tests.end_to_end.company import (
    CRMS,
    YES,
    Company,
    Row,
    company,
    every_row,
    id_of,
    opinions,
    standing,
    synced_company,
)

FROM = re.compile(r" FROM (\w+)")
DAY = timedelta(days=1).total_seconds()
SMALL = 150
HEADS = {"salesforce": "NumberOfEmployees", "hubspot": "numberofemployees"}
INDUSTRY = {"salesforce": "Industry", "hubspot": "industry"}
FIRM = {"salesforce": "Account", "hubspot": "companies"}
LEAD = {"salesforce": "Lead", "hubspot": "contacts"}
FLAG = {"salesforce": "BBM_ICP__c", "hubspot": "bbm_icp"}
SCORE = {"salesforce": "BBM_Score__c", "hubspot": "bbm_score"}
REASON = {"salesforce": "BBM_Reason__c", "hubspot": "bbm_reason"}
OVERRIDE = {"salesforce": "BBM_Override__c", "hubspot": "bbm_override"}
WHY = {"salesforce": "BBM_Override_Reason__c", "hubspot": "bbm_override_reason"}
UNTIL = {"salesforce": "BBM_Override_Until__c", "hubspot": "bbm_override_until"}
PREFIX = {"salesforce": "BBM_", "hubspot": "bbm_"}


@pytest.fixture(params=CRMS)
def synced(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Company]:
    """A company after its first sync, a minute later."""
    with synced_company(request.param, tmp_path, size=SMALL) as one:
        yield one


def lead_with(one: Company, flag: str) -> str:
    """The id of a lead that can be written and carries this flag."""
    found = (row for row in one.rows(LEAD[one.crm]) if row.get(FLAG[one.crm]) == flag)
    return next(id_of(row) for row in found if not row.get("IsConverted"))


def lead(one: Company, id_: str) -> Row:
    return next(row for row in one.rows(LEAD[one.crm]) if id_of(row) == id_)


def test_with_nothing_changed_nothing_is_written(synced: Company) -> None:
    before = synced.mark()

    report = synced.sync()

    assert synced.writes(before) == ()
    assert report.ending is Ending.COMPLETE


def test_an_hour_later_what_stands_beside_the_records_costs_two_calls(tmp_path: Path) -> None:
    """People, rates and costs were asked for today; activities are asked for each time."""
    with synced_company("salesforce", tmp_path, size=SMALL) as one:
        one.sync(BBM_CAPABILITIES__ACTIVITIES="always")
        one.sandbox.clock.advance(3600)
        ledger = one.sandbox.ledger
        before = len(ledger.requests(service="salesforce"))
        report = one.sync(BBM_CAPABILITIES__ACTIVITIES="always")
        made = ledger.requests(service="salesforce")[before:]

    asked = Counter(found[1] for call in made if (found := FROM.search(unquote_plus(call.query))))
    beside = {"User", "CurrencyType", "Campaign", "Contract", "Task", "Event"}
    assert {name: asked[name] for name in beside & asked.keys()} == {"Task": 1, "Event": 1}
    assert len(made) <= 25
    told = {heard.capability: bool(heard.rows) for heard in report.heard}
    assert told == {"people": True, "activities": True, "rates": False, "campaigns": True}


def test_a_full_sync_with_nothing_changed_writes_nothing(synced: Company) -> None:
    before = synced.mark()

    report = synced.sync(Order("sync", full=True))

    assert report.intake.read.total() == len(list(every_row(synced)))
    assert synced.writes(before) == ()


def test_a_mass_touch_is_read_and_nothing_is_written(synced: Company) -> None:
    name = {"salesforce": "OwnerId", "hubspot": "hubspot_owner_id"}[synced.crm]
    for kind, row in every_row(synced):
        if not row.get("IsConverted"):
            synced.touch(kind, id_of(row), {name: row[name]})
    synced.sandbox.clock.advance(60)
    before = synced.mark()

    report = synced.sync()

    assert report.intake.read.total() > SMALL / 2
    assert report.intake.echoes == report.intake.read
    assert synced.writes(before) == ()


def test_one_changed_lead_makes_one_write_of_our_fields_alone(synced: Company) -> None:
    """In HubSpot a lead's industry is its company's; its own is the title."""
    own = {"salesforce": ("Industry", "Education"), "hubspot": ("jobtitle", "CTO")}
    name, value = own[synced.crm]
    flag = {"salesforce": "icp", "hubspot": "not_icp"}[synced.crm]
    rows = (row for row in synced.rows(LEAD[synced.crm]) if row.get(FLAG[synced.crm]) == flag)
    chosen = next(
        row for row in rows if not row.get("IsConverted") and row.get("jobtitle") in {None, "Buyer"}
    )
    synced.edit(LEAD[synced.crm], id_of(chosen), {name: value})
    before = synced.mark()

    synced.sync()

    writes = synced.writes(before)
    assert {(one.type, one.id) for one in writes} == {(LEAD[synced.crm], id_of(chosen))}
    assert len({one.request for one in writes}) == 1
    assert {one.field[:4] for one in writes} == {PREFIX[synced.crm]}
    assert len({one.field for one in writes}) == len(writes)
    assert standing(synced) == opinions(synced)


def test_no_owner_changes_though_an_assignment_rule_waits(synced: Company) -> None:
    owner = {"salesforce": "OwnerId", "hubspot": "hubspot_owner_id"}[synced.crm]

    assert not [one for one in synced.writes() if one.field == owner]
    if synced.crm == "salesforce":
        sent = synced.sandbox.ledger.requests(service="salesforce", method="PATCH")
        assert {one.headers["sforce-auto-assign"] for one in sent} == {"FALSE"}
        assert synced.sandbox.salesforce.automation.assignment["Lead"]


def test_a_changed_company_is_judged_again_with_all_its_people(synced: Company) -> None:
    flagged = (row for row in synced.rows(FIRM[synced.crm]) if row.get(FLAG[synced.crm]) == "icp")
    chosen = id_of(next(flagged))
    public = {"salesforce": "Government", "hubspot": "GOVERNMENT_ADMINISTRATION"}[synced.crm]
    synced.edit(FIRM[synced.crm], chosen, {INDUSTRY[synced.crm]: public})
    before = synced.mark()

    synced.sync()

    written = [(one.type, one.id, one.field) for one in synced.writes(before)]
    assert len(written) == len(set(written))
    assert len({type_ for type_, _, _ in written}) >= 2
    assert standing(synced) == opinions(synced)


def test_a_persons_override_is_respected_and_shown(synced: Company) -> None:
    chosen = lead_with(synced, "not_icp")
    decision = {OVERRIDE[synced.crm]: "icp", WHY[synced.crm]: "Group company of Acme"}
    synced.edit(LEAD[synced.crm], chosen, decision)

    synced.sync()
    synced.sandbox.clock.advance(60)
    before = synced.mark()
    again = synced.sync(Order("sync", full=True))

    row = lead(synced, chosen)
    assert row[FLAG[synced.crm]] == "icp"
    assert "Group company of Acme" in row[REASON[synced.crm]]
    assert row[OVERRIDE[synced.crm]] == "icp"
    assert synced.writes(before) == ()
    assert again.intake.read


def test_an_override_that_ended_is_given_back(synced: Company) -> None:
    chosen = lead_with(synced, "not_icp")
    tomorrow = synced.sandbox.clock.now().date() + timedelta(days=1)
    decision = {OVERRIDE[synced.crm]: "icp", UNTIL[synced.crm]: tomorrow.isoformat()}
    synced.edit(LEAD[synced.crm], chosen, decision)

    synced.sync()
    during = lead(synced, chosen)[FLAG[synced.crm]]
    synced.sandbox.clock.advance(2 * DAY)
    synced.sync()

    assert during == "icp"
    assert lead(synced, chosen)[FLAG[synced.crm]] == "not_icp"


def test_a_persons_edit_of_our_field_is_kept_and_reported(synced: Company) -> None:
    chosen = lead_with(synced, "icp")
    synced.edit(LEAD[synced.crm], chosen, {SCORE[synced.crm]: 3})
    before = synced.mark()

    report = synced.sync()

    assert float(lead(synced, chosen)[SCORE[synced.crm]]) == 3
    assert [(edit.ref.id, edit.role) for edit in report.intake.plan.edits] == [
        (chosen, FieldRole.SCORE)
    ]
    assert report.intake.plan.count(Standing.EDITED) == 1
    assert SCORE[synced.crm] not in {one.field for one in synced.writes(before)}


def test_a_persons_edit_of_the_flag_counts_as_their_decision(synced: Company) -> None:
    chosen = lead_with(synced, "not_icp")
    synced.edit(LEAD[synced.crm], chosen, {FLAG[synced.crm]: "icp"})

    report = synced.sync()
    synced.sandbox.clock.advance(60)
    before = synced.mark()
    synced.sync(Order("sync", full=True))

    assert lead(synced, chosen)[FLAG[synced.crm]] == "icp"
    assert FieldRole.FLAG in {edit.role for edit in report.intake.plan.edits}
    assert synced.writes(before) == ()


def test_a_profile_that_flips_many_flags_stops_before_writing(synced: Company) -> None:
    text = synced.config.read_text(encoding="utf-8")
    synced.config.write_text(text.replace("threshold = 60", "threshold = 5"), encoding="utf-8")
    before = synced.mark()

    report = synced.sync(BBM_GUARDS__MAX_FLIPS="10")

    assert report.stop is not None
    assert report.stop.guard is Guard.FLIPS
    assert exit_code(report) == 8
    assert synced.writes(before) == ()


def test_a_source_that_shows_nothing_stops_the_run(synced: Company) -> None:
    synced.hide(LEAD[synced.crm])
    before = synced.mark()

    report = synced.sync(Order("sync", full=True))

    assert report.stop is not None
    assert report.stop.guard is Guard.EMPTY_SOURCE
    assert synced.writes(before) == ()


def test_a_login_to_another_org_stops_the_run(synced: Company) -> None:
    synced.become_another_org()
    before = synced.mark()

    with pytest.raises(SafetyStop, match="belongs to the org"):
        synced.sync(YES)

    assert synced.writes(before) == ()


def test_without_view_all_every_figure_says_partial(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with company("salesforce", tmp_path, size=SMALL) as one:
        one.sandbox.salesforce.permit(AGENT_SET, "ViewAllRecords", "Lead", granted=False)

        report = one.sync(YES)
        capsys.readouterr()
        balance(config=one.config, json=True)
        plain = json.loads(capsys.readouterr().out)
        balance(config=one.config, period="all", json=True)
        broken_down = json.loads(capsys.readouterr().out)
        balance(config=one.config)

    assert report.health.partial == ("no View All Records on Lead",)
    assert plain["partial"] == broken_down["partial"] == "no View All Records on Lead"
    assert "PARTIAL: no View All Records on Lead" in capsys.readouterr().out


def test_when_everything_is_visible_again_no_figure_says_partial(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with company("salesforce", tmp_path, size=SMALL) as one:
        one.sandbox.salesforce.permit(AGENT_SET, "ViewAllRecords", "Lead", granted=False)
        one.sync(YES)
        one.sandbox.salesforce.permit(AGENT_SET, "ViewAllRecords", "Lead", granted=True)
        one.sync()
        balance(config=one.config)

    assert "PARTIAL" not in capsys.readouterr().out
