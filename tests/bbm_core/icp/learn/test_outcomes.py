"""Good and bad customers of the book, with what was known before they turned out so."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bbm_core.book import BookEntry, BookRecord
from bbm_core.icp.classify import Flag
from bbm_core.icp.learn.outcomes import (
    Example,
    Known,
    customers,
    deals,
    first_known,
    missed,
    sample_of,
)
from bbm_core.records import Outcome, RecordKind, RecordRef, Value
from bbm_core.scope import Segment
from bbm_core.value.customer import CustomerValue, LtvClass, Rung

START = datetime(2026, 1, 5, tzinfo=UTC)
ACCOUNT = RecordRef(RecordKind.ACCOUNT, "A1")
DEAL = RecordRef(RecordKind.OPPORTUNITY, "O1")


def record(ref: RecordRef, day: int = 0, **more: Any) -> BookRecord:
    values: dict[str, Any] = {
        "account": "A1",
        "flag": Flag.NO,
        "version": "v",
        "segment": Segment.NEW,
        "created": START + timedelta(days=day),
        **more,
    }
    return BookRecord(ref=ref, **values)


def entry(day: int, **attributes: Value) -> BookEntry:
    at = START + timedelta(days=day)
    return BookEntry("stage", at, None, Flag.NO, attributes)


def lead(number: int, day: int, **attributes: Value) -> BookRecord:
    ref = RecordRef(RecordKind.LEAD, f"L{number}")
    return record(
        ref,
        day,
        account=None,
        converted_to=(ACCOUNT, DEAL),
        entries=(entry(day, **attributes),),
        attributes={"size": "today"},
    )


def won(day: int = 10, **more: Any) -> BookRecord:
    return record(DEAL, day, **{"outcome": Outcome.WON, "entries": (entry(day),), **more})


def worth(name: str, ltv_class: LtvClass, ltv: int = 10) -> CustomerValue:
    return CustomerValue(
        customer=name,
        rung=Rung.WINDOW,
        ltv=Decimal(ltv),
        realised=Decimal(ltv),
        orders=1,
        first=None,
        ltv_class=ltv_class,
    )


def only(found: Any) -> Example:
    (one,) = found
    assert isinstance(one, Example)
    return one


def test_a_deal_is_known_by_its_lead_as_it_entered_and_by_its_own_words_for_the_rest() -> None:
    early = first_known([record(ACCOUNT), lead(1, 0, size="small")])
    deal = won(entries=(entry(10, size="large", product="X"),), attributes={"size": "huge"})

    found = only(deals([deal], early))

    assert found.attributes == {"size": "small", "product": "X"}
    assert found.known is Known.LEAD
    assert found.good


def test_the_first_of_several_leads_speaks() -> None:
    early = first_known([lead(2, 3, size="second"), lead(1, 1, size="first"), lead(3, 5, size="x")])

    assert only(deals([won()], early)).attributes == {"size": "first"}


def test_somebody_who_came_after_the_deal_began_says_nothing() -> None:
    early = first_known([lead(1, 20, size="late")])

    found = only(deals([won(10, entries=(entry(10, size="own"),))], early))

    assert found.attributes == {"size": "own"}
    assert found.known is Known.ENTRY


def test_a_contact_speaks_for_its_account() -> None:
    ref = RecordRef(RecordKind.CONTACT, "C1")
    early = first_known([record(ref, 0, attributes={"size": "small"})])

    assert only(deals([won()], early)).attributes == {"size": "small"}


def test_a_deal_that_entered_no_stage_is_known_as_of_today() -> None:
    found = only(deals([won(entries=(), account=None, attributes={"size": "now"})], {}))

    assert found.known is Known.TODAY
    assert found.attributes == {"size": "now"}


def test_open_deals_renewals_and_other_records_do_not_count() -> None:
    rows = [
        won(outcome=Outcome.OPEN),
        won(segment=Segment.RENEWAL),
        record(ACCOUNT),
        won(outcome=Outcome.LOST, closed_at=START),
    ]

    found = only(deals(rows, {}))

    assert not found.good
    assert found.decided == date(2026, 1, 5)


def test_customers_are_good_by_the_class_of_their_value() -> None:
    rows = [record(RecordRef(RecordKind.ACCOUNT, name)) for name in ("A", "B", "C", "D")]
    values = {
        "A": worth("A", LtvClass.HIGH),
        "B": worth("B", LtvClass.LOW),
        "C": worth("C", LtvClass.UNKNOWN),
    }

    found = list(customers([*rows, won()], {}, values))

    assert [(one.ref.id, one.good) for one in found] == [("A", True), ("B", False)]


def test_customers_of_high_value_that_the_icp_says_no_to_are_missed() -> None:
    names = {"A": Flag.NO, "B": Flag.YES, "C": Flag.NO, "D": Flag.NO, "E": Flag.NO}
    rows = [record(RecordRef(RecordKind.ACCOUNT, n), flag=flag) for n, flag in names.items()]
    values: Mapping[str, CustomerValue] = {
        "A": worth("A", LtvClass.HIGH, 10),
        "B": worth("B", LtvClass.HIGH, 50),
        "C": worth("C", LtvClass.HIGH, 90),
        "D": worth("D", LtvClass.LOW, 99),
    }

    assert [one.customer for one in missed([*rows, won()], values)] == ["C", "A"]


def test_examples_become_columns_with_their_accounts() -> None:
    other = RecordRef(RecordKind.OPPORTUNITY, "O2")
    rows = [
        Example(DEAL, "A1", good=True, attributes={"size": 3}, known=Known.LEAD),
        Example(other, None, good=False, attributes={}, known=Known.TODAY),
    ]

    found = sample_of(rows, ["size"], {}.get)

    assert found.attributes[0].values == [3, None]
    assert found.good == [True, False]
    assert found.clusters == ["A1", "opportunity:O2"]
