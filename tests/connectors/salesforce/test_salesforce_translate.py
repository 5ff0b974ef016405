"""A row of Salesforce's becomes the record it shows, or says why it cannot."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.records import (
    FieldRole,
    Money,
    Outcome,
    RecordKind,
    RecordRef,
    Removal,
    StatusEntry,
)
from connectors.contract import FieldInfo
from connectors.errors import MalformedAnswer
from connectors.salesforce.schema import Selection, only_written
from connectors.salesforce.translate import (
    Key,
    Move,
    Past,
    Untranslatable,
    field_moves,
    key_of,
    needs_past,
    record_of,
    removal_of,
    stage_moves,
)

LEAD, ACCOUNT, OTHER = "00Q5g00000AbCdEEAV", "001D000000IqhSLIAZ", "001000000000000AAA"
CONTACT, DEAL = "003000000000000AAA", "006000000000000AAA"
CREATED = datetime(2026, 1, 5, 9, tzinfo=UTC)
CHANGED = datetime(2026, 3, 2, 9, tzinfo=UTC)


def at(day: int, month: int = 2) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC)


def wire(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def info(name: str, type_: str = "string") -> FieldInfo:
    return FieldInfo(name, name, type_)


def selection(kind: RecordKind = RecordKind.LEAD, **more: Any) -> Selection:
    status = {RecordKind.LEAD: info("Status"), RecordKind.OPPORTUNITY: info("StageName")}
    options = {
        "attributes": {},
        "written": {},
        "status": status.get(kind),
        "channel": info("LeadSource"),
        "amount": info("Amount", "currency") if kind is RecordKind.OPPORTUNITY else None,
        "has_currency": False,
        **more,
    }
    return Selection(kind=kind, object=kind.value.title(), names=(), **options)


def row(id_: str = LEAD, **values: Any) -> Mapping[str, Any]:
    return {
        "Id": id_,
        "CreatedDate": wire(CREATED),
        "SystemModstamp": wire(CHANGED),
        "IsDeleted": False,
        "OwnerId": "0055g0000000001AAA",
        "Name": "佐藤 葵",
        "Status": "Open",
        **values,
    }


def deal(**values: Any) -> Mapping[str, Any]:
    facts = {"IsWon": False, "IsClosed": False, "StageName": "Proposal", "CloseDate": "2026-02-20"}
    return row(DEAL, **{**facts, **values})


def test_a_lead_is_translated() -> None:
    record = record_of(row(LeadSource="Web"), selection())

    assert record.ref == RecordRef(RecordKind.LEAD, LEAD)
    assert (record.created, record.modified) == (CREATED, CHANGED)
    assert record.owner == "0055g0000000001AAA"
    assert record.channel == "Web"
    assert record.name == "佐藤 葵"
    assert record.outcome is Outcome.OPEN
    assert record.amount is None
    assert record.account is None
    assert not record.sealed


def test_ids_become_canonical() -> None:
    short = row(LEAD[:15], OwnerId="0055g0000000001", AccountId=ACCOUNT[:15])
    record = record_of(short, selection(RecordKind.CONTACT, status=None))

    assert record.ref.id == LEAD
    assert record.owner == "0055g0000000001AAA"
    assert record.account == RecordRef(RecordKind.ACCOUNT, ACCOUNT)


@pytest.mark.parametrize("empty", [None, "", "   "])
def test_what_is_empty_is_absent(empty: str | None) -> None:
    read = selection(attributes={"industry": info("Industry")})
    record = record_of(row(Industry=empty, LeadSource=empty, OwnerId=None, Name=None), read)

    assert record.attributes == {}
    assert record.channel is None
    assert record.owner is None
    assert not record.name


def test_attributes_are_read_by_their_type() -> None:
    read = selection(
        attributes={
            "employees": info("NumberOfEmployees", "int"),
            "revenue": info("AnnualRevenue", "currency"),
            "tags": info("Tags__c", "multipicklist"),
            "opted_out": info("HasOptedOutOfEmail", "boolean"),
            "founded": info("Founded__c", "date"),
        }
    )
    values = {
        "NumberOfEmployees": 1200,
        "AnnualRevenue": Decimal("950000000.0"),
        "Tags__c": "a;b",
        "HasOptedOutOfEmail": False,
        "Founded__c": "1999-04-01",
    }

    assert record_of(row(**values), read).attributes == {
        "employees": 1200,
        "revenue": Decimal(950000000),
        "tags": ("a", "b"),
        "opted_out": False,
        "founded": date(1999, 4, 1),
    }


def test_our_fields_are_read_as_we_write_them() -> None:
    read = selection(
        written={
            FieldRole.FLAG: info("BBM_ICP__c", "picklist"),
            FieldRole.SCORE: info("BBM_Score__c", "double"),
            FieldRole.COVERAGE: info("BBM_Coverage__c", "percent"),
            FieldRole.TIER: info("BBM_Tier__c", "picklist"),
        }
    )
    values = {"BBM_ICP__c": "icp", "BBM_Score__c": Decimal("83.0"), "BBM_Coverage__c": 75}

    written = record_of(row(**values), read).written

    assert written == {FieldRole.FLAG: "icp", FieldRole.SCORE: 83, FieldRole.COVERAGE: 75}
    assert type(written[FieldRole.SCORE]) is int


@pytest.mark.parametrize(
    ("field", "type_", "value"),
    [
        ("NumberOfEmployees", "int", "many"),
        ("AnnualRevenue", "currency", Decimal("1e999")),
        ("Industry", "string", {"city": "Tokyo"}),
    ],
)
def test_a_value_of_another_type_parks_the_row_and_names_the_field(
    field: str, type_: str, value: Any
) -> None:
    with pytest.raises(Untranslatable, match=field):
        record_of(row(**{field: value}), selection(attributes={"x": info(field, type_)}))


def test_a_figure_of_ours_without_sense_parks_the_row() -> None:
    read = selection(written={FieldRole.SCORE: info("BBM_Score__c", "double")})

    with pytest.raises(Untranslatable, match="BBM_Score__c"):
        record_of(row(BBM_Score__c="high"), read)


@pytest.mark.parametrize(
    "broken",
    [
        {"CreatedDate": None},
        {"CreatedDate": "yesterday"},
        {"Id": "x"},
        {"OwnerId": "x"},
        {"IsConverted": True, "ConvertedDate": "soon"},
        {"IsConverted": True, "ConvertedDate": "2026-02-01", "ConvertedAccountId": "x"},
        {"CreatedDate": "0001-01-01T00:00:00.000+1400"},
    ],
)
def test_a_row_without_its_facts_is_parked(broken: dict[str, Any]) -> None:
    with pytest.raises(Untranslatable):
        record_of(row(**broken), selection())


# Statuses


def test_a_record_that_never_moved_has_its_status_from_the_beginning() -> None:
    assert record_of(row(), selection()).statuses == (StatusEntry("Open", CREATED),)


def test_moves_are_told_in_their_order() -> None:
    past = Past((Move("Open", "Working", at(1)), Move("Working", "Qualified", at(9))))

    assert record_of(row(Status="Qualified"), selection(), past).statuses == (
        StatusEntry("Open", CREATED),
        StatusEntry("Working", at(1)),
        StatusEntry("Qualified", at(9)),
    )


def test_a_status_that_no_move_tells_of_dates_from_when_it_was_observed() -> None:
    past = Past((Move("Open", "Working", at(1)),))

    assert record_of(row(Status="Qualified"), selection(), past).statuses == (
        StatusEntry("Open", CREATED),
        StatusEntry("Working", at(1)),
        StatusEntry("Qualified", CHANGED),
    )


def test_without_a_history_a_lead_began_with_the_default_status() -> None:
    moved = record_of(row(Status="Working"), selection(), Past(first="Open"))
    same = record_of(row(Status="Open"), selection(), Past(first="Open"))

    assert moved.statuses == (StatusEntry("Open", CREATED), StatusEntry("Working", CHANGED))
    assert same.statuses == (StatusEntry("Open", CREATED),)


def test_an_empty_status_is_no_status() -> None:
    past = Past((Move(None, "Customer", at(1)), Move("Customer", None, at(9))))

    assert record_of(row(Status=None), selection(), past).statuses == (
        StatusEntry("Customer", at(1)),
    )
    assert record_of(row(Status=None), selection()).statuses == ()


def test_a_kind_without_a_status_has_none() -> None:
    assert record_of(row(), selection(RecordKind.CONTACT)).statuses == ()


def test_moves_before_the_creation_count_from_the_creation() -> None:
    past = Past((Move("Open", "Working", datetime(2025, 1, 1, tzinfo=UTC)),))

    assert record_of(row(Status="Working"), selection(), past).statuses == (
        StatusEntry("Open", CREATED),
        StatusEntry("Working", CREATED),
    )


STATUSES = st.none() | st.sampled_from(["Open", "Working", "Qualified"])
MOMENTS = st.datetimes(timezones=st.just(UTC))


@given(
    STATUSES,
    st.lists(st.tuples(STATUSES, STATUSES, MOMENTS), max_size=6).map(
        lambda moves: tuple(Move(*move) for move in sorted(moves, key=lambda move: move[2]))
    ),
)
def test_statuses_run_forward_never_repeat_and_end_with_the_present(
    present: str | None, moves: tuple[Move, ...]
) -> None:
    statuses = record_of(row(Status=present), selection(), Past(moves)).statuses

    assert [entry.at for entry in statuses] == sorted(entry.at for entry in statuses)
    assert all(entry.at >= CREATED for entry in statuses)
    assert not present or statuses[-1].status == present


# Conversion


CONVERSION = {
    "IsConverted": True,
    "ConvertedDate": "2026-02-10",
    "ConvertedAccountId": ACCOUNT,
    "ConvertedContactId": CONTACT,
    "ConvertedOpportunityId": None,
    "Status": "Converted",
}


def test_a_converted_lead_says_when_and_to_what_and_is_sealed() -> None:
    record = record_of(row(**CONVERSION), selection(), Past(converted_at=at(10)))

    assert record.converted_at == at(10)
    assert record.converted_to == (
        RecordRef(RecordKind.ACCOUNT, ACCOUNT),
        RecordRef(RecordKind.CONTACT, CONTACT),
    )
    assert record.sealed


def test_a_converted_lead_may_be_left_open_to_writes() -> None:
    assert not record_of(row(**CONVERSION), selection(), seal=False).sealed


def test_without_a_history_a_conversion_has_its_day_and_so_has_its_status() -> None:
    record = record_of(row(**CONVERSION), selection(), Past(first="Open"))

    assert record.converted_at == at(10)
    assert record.statuses[-1] == StatusEntry("Converted", at(10))


@pytest.mark.parametrize("day", ["2026-01-05", None])
def test_a_conversion_is_never_before_the_creation(day: str | None) -> None:
    record = record_of(row(**{**CONVERSION, "ConvertedDate": day}), selection())

    assert record.converted_at == CREATED


# Opportunities


def test_an_open_opportunity_has_no_closing() -> None:
    record = record_of(deal(), selection(RecordKind.OPPORTUNITY))

    assert record.outcome is Outcome.OPEN
    assert record.closed_at is None


@pytest.mark.parametrize(
    ("won", "outcome"), [(True, Outcome.WON), (False, Outcome.LOST)], ids=["won", "lost"]
)
def test_an_opportunity_is_closed_when_it_took_its_closed_stage(
    won: bool, outcome: Outcome
) -> None:
    closed = deal(IsWon=won, IsClosed=True, StageName="Closed")
    past = Past((Move("Proposal", "Closed", at(25)),))

    record = record_of(closed, selection(RecordKind.OPPORTUNITY), past)

    assert record.outcome is outcome
    assert record.closed_at == at(25)


def test_an_opportunity_that_was_created_closed_has_its_close_date() -> None:
    closed = deal(IsWon=True, IsClosed=True, StageName="Closed")

    assert record_of(closed, selection(RecordKind.OPPORTUNITY)).closed_at == at(20)
    undated = {**closed, "CloseDate": None}
    assert record_of(undated, selection(RecordKind.OPPORTUNITY)).closed_at is None


@pytest.mark.parametrize(
    ("has_currency", "currency"), [(True, "JPY"), (False, "")], ids=["several", "one"]
)
def test_an_amount_has_the_rows_currency_where_the_org_has_several(
    has_currency: bool, currency: str
) -> None:
    read = selection(RecordKind.OPPORTUNITY, has_currency=has_currency)

    record = record_of(deal(Amount=Decimal("1200.50"), CurrencyIsoCode="JPY"), read)

    assert record.amount == Money(Decimal("1200.5"), currency)
    assert record_of(deal(Amount=None), read).amount is None


# Removals and places


def test_a_deleted_row_is_a_removal() -> None:
    gone = row(IsDeleted=True)

    assert removal_of(RecordKind.LEAD, gone) == Removal(RecordRef(RecordKind.LEAD, LEAD))
    assert removal_of(RecordKind.LEAD, row()) is None


def test_a_merged_row_names_its_survivor() -> None:
    gone = row(OTHER, IsDeleted=True, MasterRecordId=ACCOUNT)

    assert removal_of(RecordKind.ACCOUNT, gone) == Removal(
        RecordRef(RecordKind.ACCOUNT, OTHER), RecordRef(RecordKind.ACCOUNT, ACCOUNT)
    )


def test_a_row_has_a_place_among_the_changes() -> None:
    assert key_of(row(LEAD[:15])) == Key(CHANGED, LEAD)


@pytest.mark.parametrize(
    "broken", [{"SystemModstamp": None}, {"SystemModstamp": "now"}, {"Id": None}, {"Id": "x"}]
)
def test_a_row_without_a_place_is_no_answer(broken: dict[str, Any]) -> None:
    with pytest.raises(MalformedAnswer):
        key_of(row(**broken))


def test_only_records_that_changed_since_may_have_a_past() -> None:
    assert needs_past(row(), CREATED)
    assert not needs_past(row(), at(3, month=3))
    assert not needs_past(row(SystemModstamp=wire(CREATED)), CREATED)
    assert not needs_past(row(CreatedDate="x"), CREATED)


# Histories


def entry(field: str, old: Any, new: Any, day: int, id_: str = LEAD) -> Mapping[str, Any]:
    return {
        "LeadId": id_,
        "Field": field,
        "OldValue": old,
        "NewValue": new,
        "CreatedDate": wire(at(day)),
    }


def test_a_field_history_is_told_apart_by_record() -> None:
    rows = [
        entry("Status", "Open", "Working", 1),
        entry("Status", "Open", "Lost", 2, OTHER),
        entry("Status", "Working", "Converted", 3),
        entry("leadConverted", None, None, 3),
        entry("leadConverted", None, None, 4, ACCOUNT),
    ]

    assert field_moves(rows, "LeadId") == {
        LEAD: Past((Move("Open", "Working", at(1)), Move("Working", "Converted", at(3))), at(3)),
        OTHER: Past((Move("Open", "Lost", at(2)),)),
        ACCOUNT: Past((), at(4)),
    }


def test_the_history_of_an_opportunity_repeats_its_stage() -> None:
    listed = [("Prospecting", 1), ("Prospecting", 2), ("Proposal", 3), ("Closed", 4)]
    rows = [
        {"OpportunityId": DEAL, "StageName": stage, "CreatedDate": wire(at(day))}
        for stage, day in listed
    ]

    assert stage_moves(rows) == {
        DEAL: Past((Move("Prospecting", "Proposal", at(3)), Move("Proposal", "Closed", at(4))))
    }


@pytest.mark.parametrize("broken", [{"LeadId": "x"}, {"LeadId": None}, {"CreatedDate": "x"}])
def test_a_history_without_ids_or_times_is_no_answer(broken: dict[str, Any]) -> None:
    with pytest.raises(MalformedAnswer):
        field_moves([{**entry("Status", "a", "b", 1), **broken}], "LeadId")


def test_only_what_is_written_is_asked_for_where_nothing_else_is_wanted() -> None:
    whole = selection(written={FieldRole.FLAG: info("BBM_ICP__c", "picklist")})

    narrow = only_written(whole)

    ours = {one.name for one in whole.written.values()}
    assert ours
    assert set(narrow.names) == {"Id", "CreatedDate", "SystemModstamp", *ours}
    assert record_of(row(LeadSource="Web"), narrow).channel is None
