"""What `check` tells about a portal, all at once, and what it lets through."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.config import load
from agent.config.example import render
from agent.config.templates import template
from agent.fields import field_specs
from bbm_core.records import FieldRole, RecordKind
from connectors.contract import Health, KindReading, Problem, Reading, Severity
from connectors.errors import LoginRefused, MalformedAnswer
from connectors.hubspot.errors import HINTS
from sandbox.faults import Action, Fault
from sandbox.hubspot.tokens import RUNNING_SCOPES
from tests.connectors.hubspot.portal_world import HubSpotWorld

READER = "pat-na1-00000000-0000-4000-8000-00000000000f"


def check(world: HubSpotWorld, **config: Any) -> Health:
    return world.connector(**config).check()


def problems(world: HubSpotWorld, **config: Any) -> dict[str, Problem]:
    return {one.code: one for one in check(world, **config).problems}


def reads(world: HubSpotWorld, **more: Any) -> None:
    reading = KindReading(attributes=more.pop("attributes", {}), written=more.pop("written", {}))
    world.reading = Reading(
        {RecordKind.CONTACT: replace(reading, **more)}, world.reading.history_since
    )


def say(world: HubSpotWorld, path: str, body: str, status: int = 200) -> None:
    action = Action(status=status, body=body)
    world.sandbox.faults.add(Fault(action=action, method="GET", path_contains=path))


def test_the_portal_is_named_with_its_currency_links_and_limits(world: HubSpotWorld) -> None:
    found = check(world)

    assert found.org_id == "48210437"
    assert found.production
    assert found.currency == "JPY"
    assert found.allowed_calls == 650_000
    assert found.used_calls is not None
    contacts = found.kinds[RecordKind.CONTACT]
    link = found.record_url.format(kind=contacts.link, id="7")
    assert link == "https://app.hubspot.com/contacts/48210437/record/0-1/7"
    assert abs(found.server_time - world.clock.now()) <= timedelta(seconds=1)


def test_the_account_is_told_with_its_time_zone_its_pace_and_what_of_scopes_is_known(
    world: HubSpotWorld,
) -> None:
    world.portal.knobs.account_type = "DEVELOPER_TEST"

    found = check(world)

    assert not found.production
    assert found.edition == (
        "account type DEVELOPER_TEST, time zone Asia/Tokyo, 190 calls in ten seconds,"
        " scopes told only when one is missing"
    )


def test_all_scopes_that_an_app_lacks_are_named_at_once(
    world: HubSpotWorld, tmp_path: Path
) -> None:
    lacking = {"crm.objects.deals.write", "crm.schemas.contacts.read"}
    world.portal.tokens.add_app("app", "secret", "refresh", RUNNING_SCOPES - lacking)
    app = {"client_id": "app", "client_secret": "secret", "refresh_token": "refresh"}

    found = check(world, token=None, token_file=tmp_path / "tokens.json", **app)

    (told,) = [one for one in found.problems if one.what.startswith("The app was not granted")]
    assert told.severity is Severity.ERROR
    assert all(scope in told.what for scope in lacking)
    assert found.user == "OAuth app app"
    assert found.edition.endswith(f" {len(RUNNING_SCOPES - lacking)} scopes granted")


def test_kinds_come_with_fields_statuses_and_counts(world: HubSpotWorld) -> None:
    for _ in range(3):
        world.create(RecordKind.CONTACT, "Software")
    world.settle()

    found = check(world).kinds

    assert found[RecordKind.CONTACT].total == 3
    assert "customer" in [one.value for one in found[RecordKind.CONTACT].statuses]
    assert found[RecordKind.CONTACT].fields["industry"].updateable
    deals = {one.value: one for one in found[RecordKind.OPPORTUNITY].statuses}
    assert deals["default/closedwon"].is_won
    assert deals["default/closedlost"].is_closed
    assert not deals["default/closedlost"].is_won
    assert not found[RecordKind.OPPORTUNITY].fields["hs_is_closed_won"].updateable
    assert "default" in found[RecordKind.OPPORTUNITY].record_types
    assert RecordKind.LEAD in found


def test_a_portal_without_leads_is_fine_and_says_so(world: HubSpotWorld) -> None:
    world.portal.knobs.has_leads = False

    found = check(world)

    assert RecordKind.LEAD not in found.kinds
    note = next(one for one in found.problems if one.code == "BBM-HS-053")
    assert note.severity is Severity.NOTE


def test_where_contacts_play_leads_nobody_looks_for_leads(world: HubSpotWorld) -> None:
    found = check(world, contact_is_lead=True)

    assert RecordKind.LEAD not in found.kinds
    assert "BBM-HS-053" not in {one.code for one in found.problems}
    assert not world.sandbox.ledger.requests(path_contains="0-136")


@pytest.mark.parametrize(
    ("reading", "word"),
    [
        ({"attributes": {"size": "numemploye"}}, "attribute size"),
        ({"channel": "hs_source"}, "channel"),
        ({"amount": "worth"}, "amount"),
        ({"status": "no_such_status"}, "status"),
    ],
)
def test_a_property_that_does_not_exist_is_an_error(
    world: HubSpotWorld, reading: dict[str, Any], word: str
) -> None:
    reads(world, **reading)

    problem = problems(world)["BBM-HS-050"]

    assert problem.severity is Severity.ERROR
    assert word in problem.what


def test_definitions_are_looked_at_afresh(world: HubSpotWorld) -> None:
    reads(world, attributes={"region": "sales_region"})
    connector = world.connector()

    before = connector.check().problems
    world.portal.define_property("contacts", "sales_region")
    after = connector.check().problems

    assert [one.code for one in before] == ["BBM-HS-050"]
    assert after == ()


def test_definitions_are_kept_for_a_while_and_then_asked_again(world: HubSpotWorld) -> None:
    connector = world.connector()
    path = "/properties/contacts"

    for _ in range(3):
        list(connector.pull(RecordKind.CONTACT, None))
    soon = len(world.sandbox.ledger.requests(path_contains=path))
    world.clock.advance(601)
    list(connector.pull(RecordKind.CONTACT, None))

    assert soon == 1
    assert len(world.sandbox.ledger.requests(path_contains=path)) == 2


def test_a_field_of_ours_that_is_missing_is_an_error(world: HubSpotWorld) -> None:
    reads(world, written={FieldRole.FLAG: "bbm_icp"})

    problem = problems(world)["BBM-HS-052"]

    assert problem.severity is Severity.ERROR
    assert "bbm fields apply" in problem.fix


def test_a_field_of_leads_is_named_as_people_do_and_made_by_hand(world: HubSpotWorld) -> None:
    reading = KindReading(attributes={}, written={FieldRole.FLAG: "not_there"})
    world.reading = Reading({RecordKind.LEAD: reading}, world.reading.history_since)

    problem = problems(world)["BBM-HS-052"]

    assert problem.what == "leads have no property not_there (our flag)."
    assert "by hand" in problem.fix


def test_a_field_that_hubspot_computes_cannot_be_ours(world: HubSpotWorld) -> None:
    reads(world, written={FieldRole.SCORE: "hs_v2_date_entered_lead"})

    assert problems(world)["BBM-HS-051"].severity is Severity.ERROR


@pytest.mark.parametrize(
    ("role", "property_", "code", "words"),
    [
        (FieldRole.SCORE, {"type": "string"}, "059", "of the type string; our score is of"),
        (FieldRole.FLAG, {"type": "string", "options": ()}, "059", "of the type enumeration"),
        (FieldRole.FLAG, {"type": "enumeration", "options": ["icp"]}, "021", "not_icp, unknown"),
        (FieldRole.TIER, {"type": "enumeration", "options": ["A", "C", "D"]}, "021", "option B."),
    ],
)
def test_a_field_of_ours_that_somebody_changed_is_an_error(
    world: HubSpotWorld, role: FieldRole, property_: dict[str, Any], code: str, words: str
) -> None:
    world.portal.define_property("contacts", "of_ours", **property_)
    reads(world, written={role: "of_ours"})

    problem = problems(world)[f"BBM-HS-{code}"]

    assert problem.severity is Severity.ERROR
    assert words in problem.what


@pytest.mark.parametrize(
    ("role", "property_", "code"),
    [
        (FieldRole.OVERRIDE, {"type": "enumeration", "options": ["ICP", "Not ICP"]}, "021"),
        (FieldRole.OVERRIDE_UNTIL, {"type": "string"}, "059"),
    ],
)
def test_a_field_in_which_people_would_not_be_heard_is_a_warning(
    world: HubSpotWorld, role: FieldRole, property_: dict[str, Any], code: str
) -> None:
    world.portal.define_property("contacts", "of_theirs", **property_)
    reads(world, written={role: "of_theirs"})

    assert problems(world)[f"BBM-HS-{code}"].severity is Severity.WARNING


def test_a_property_of_hubspots_own_is_never_ours(world: HubSpotWorld) -> None:
    reads(world, written={FieldRole.REASON: "jobtitle"})

    assert "contacts.jobtitle is HubSpot's own" in problems(world)["BBM-HS-059"].what


def test_what_fields_apply_makes_is_as_it_has_to_be(world: HubSpotWorld, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(render(template("hubspot"), ()), encoding="utf-8")
    made = [one for one in field_specs(load(path, {}).settings) if one.kind is RecordKind.CONTACT]
    world.connector().prepare(made, apply=True)
    reads(world, written={one.role: one.name for one in made})

    assert len(made) == len(FieldRole)
    assert check(world).problems == ()


def test_a_portal_as_configured_has_no_problems(world: HubSpotWorld) -> None:
    world.connector().prepare(world.fields, apply=True)
    reads(world, attributes={"industry": "industry"}, written={FieldRole.FLAG: "bbm_icp"})

    assert check(world).problems == ()


@pytest.mark.parametrize("wanted", [True, False])
def test_a_missing_scope_is_named_and_the_other_kinds_are_seen(
    world: HubSpotWorld, *, wanted: bool
) -> None:
    world.portal.tokens.add(READER, RUNNING_SCOPES - {"crm.objects.deals.read"})
    if not wanted:
        reads(world)

    found = check(world, token=READER)

    problem = next(one for one in found.problems if one.code == "BBM-HS-010")
    assert "crm.objects.deals.read" in problem.fix
    assert problem.severity is (Severity.ERROR if wanted else Severity.NOTE)
    assert RecordKind.OPPORTUNITY not in found.kinds
    assert RecordKind.ACCOUNT in found.kinds


def test_an_unknown_key_is_refused(world: HubSpotWorld) -> None:
    with pytest.raises(LoginRefused):
        check(world, token="pat-na1-00000000-0000-4000-8000-000000000009")


def test_a_wrong_clock_is_a_warning(world: HubSpotWorld) -> None:
    connector = world.connector(now=lambda: world.clock.now() + timedelta(minutes=7))

    found = {one.code: one for one in connector.check().problems}

    assert found["BBM-HS-054"].severity is Severity.WARNING
    assert "+420 s" in found["BBM-HS-054"].what


def test_nearly_used_up_custom_properties_are_a_warning(world: HubSpotWorld) -> None:
    world.portal.knobs.custom_properties_limit = 1

    assert problems(world)["BBM-HS-055"].severity is Severity.WARNING


def test_the_room_for_custom_properties_is_told(world: HubSpotWorld) -> None:
    world.portal.knobs.custom_properties_limit = 250

    told = {one.name: one for one in check(world).allowances}

    assert told["custom properties of contacts"].most == 250
    assert told["custom properties of contacts"].used > 0


def test_a_key_that_may_not_say_so_is_asked_when_a_large_kind_is_loaded(
    world: HubSpotWorld,
) -> None:
    world.create(RecordKind.CONTACT, "Software")
    world.settle()

    found = {one.code: one for one in check(world, exports_from=1).problems}

    assert found["BBM-HS-058"].severity is Severity.NOTE
    assert "does not say whether it has crm.export" in found["BBM-HS-058"].what
    assert "BBM-HS-058" not in problems(world)


@pytest.mark.parametrize("path", ["/limits/custom-properties", "/api-usage/"])
def test_what_is_good_to_know_is_not_needed(world: HubSpotWorld, path: str) -> None:
    say(world, path, '{"status":"error","category":"FORBIDDEN","message":"no"}', 403)

    assert check(world).org_id == "48210437"


def test_a_portal_without_a_number_is_malformed(world: HubSpotWorld) -> None:
    say(world, "/account-info/", '{"accountType":"STANDARD"}')

    with pytest.raises(MalformedAnswer):
        check(world)


@pytest.mark.parametrize(
    ("path", "row"),
    [
        ("/properties/contacts", '{"name":"x","options":["y"]}'),
        ("/properties/contacts", '{"name":"x","modificationMetadata":[5]}'),
        ("/pipelines/deals", '{"id":"p","stages":5}'),
        ("/pipelines/deals", '{"id":"p","stages":[{"id":"s","metadata":"m"}]}'),
    ],
)
def test_definitions_of_another_shape_are_malformed(
    world: HubSpotWorld, path: str, row: str
) -> None:
    say(world, path, f'{{"results":[{row}]}}')

    with pytest.raises(MalformedAnswer):
        check(world)


def test_every_problem_says_where_to_fix_it(world: HubSpotWorld) -> None:
    world.portal.knobs.has_leads = False

    for problem in check(world).problems:
        assert problem.code in HINTS
        assert problem.what
        assert problem.fix
