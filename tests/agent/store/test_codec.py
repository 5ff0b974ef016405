"""What is written as JSON comes back as it was."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.store import codec
from bbm_core.records import (
    FieldRole,
    Money,
    Outcome,
    Record,
    RecordKind,
    RecordRef,
    StatusEntry,
    Value,
)
from tests.agent.store.book import NOW, lead

texts = st.text(st.characters(exclude_categories=["Cs"]))
moments = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(fold=0))
values = st.one_of(
    texts,
    st.booleans(),
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    moments,
    st.lists(texts).map(tuple),
)
refs = st.builds(
    RecordRef, st.sampled_from(RecordKind), st.text("abcXYZ0123456789", min_size=1, max_size=18)
)
records = st.builds(
    Record,
    ref=refs,
    created=moments,
    modified=moments,
    statuses=st.lists(st.builds(StatusEntry, texts, moments)).map(tuple),
    outcome=st.sampled_from(Outcome),
    closed_at=st.none() | moments,
    owner=st.none() | texts,
    channel=st.none() | texts,
    amount=st.none() | st.builds(Money, st.decimals(allow_nan=False), st.just("JPY")),
    account=st.none() | refs,
    name=st.just(""),  # never stored
    converted_at=st.none() | moments,
    converted_to=st.lists(refs).map(tuple),
    attributes=st.dictionaries(texts, values),
    written=st.dictionaries(st.sampled_from(FieldRole), values),
    sealed=st.booleans(),
)


def exactly(value: Value | None) -> tuple[type, str]:
    """Tells apart what compares as equal: True and 1, 1.0 and 1.00, a day and its midnight."""
    return type(value), repr(value)


@given(values)
def test_a_value_comes_back_with_its_type_and_every_digit(value: Value) -> None:
    stored = codec.load(codec.dump(codec.encode_value(value)))

    assert exactly(codec.decode_value(stored)) == exactly(value)


@given(st.dictionaries(texts, values))
def test_values_by_name_come_back_as_they_were(named: dict[str, Value]) -> None:
    back = codec.load_values(codec.dump_values(named))

    assert {name: exactly(value) for name, value in back.items()} == {
        name: exactly(value) for name, value in named.items()
    }


def test_a_cleared_field_of_a_write_comes_back_as_none() -> None:
    new = {FieldRole.MISSING: None, FieldRole.SCORE: 7}

    assert codec.load_new_values(codec.dump_written(new)) == new


def test_an_empty_value_is_a_missing_one() -> None:
    assert codec.decode_values({"industry": None, "employees": 3}) == {"employees": 3}


def test_what_is_no_stored_value_is_refused() -> None:
    with pytest.raises(ValueError, match="not a stored value"):
        codec.decode_value({"complex": "1+2j"})


@given(records)
def test_a_record_comes_back_as_it_was(record: Record) -> None:
    body, written = codec.dump_body(record), codec.dump_written(record.written)

    back = codec.load_record(record.ref, record.modified, body, codec.load_written(written))

    assert back == record


@given(records)
def test_a_record_and_its_copy_have_one_fingerprint(record: Record) -> None:
    shuffled = dict(reversed(list(record.attributes.items())))

    assert codec.fingerprint(record._replace(attributes=shuffled)) == codec.fingerprint(record)


def test_a_name_is_never_stored() -> None:
    assert "Taro" not in codec.dump_body(lead(1)._replace(name="Taro Yamada"))


def test_touches_and_our_own_writes_leave_the_fingerprint() -> None:
    record = lead(1)
    touched = record._replace(
        modified=NOW + timedelta(hours=1),
        name="Taro",
        written={FieldRole.FLAG: "icp"},
    )

    assert codec.fingerprint(touched) == codec.fingerprint(record)


@pytest.mark.parametrize(
    "changed",
    [
        lead(1)._replace(owner="005"),
        lead(1)._replace(channel="ads"),
        lead(1)._replace(sealed=True),
        lead(1)._replace(outcome=Outcome.WON),
        lead(1)._replace(amount=Money(Decimal(1), "JPY")),
        lead(1)._replace(closed_at=NOW),
        lead(1)._replace(converted_at=NOW),
        lead(1)._replace(converted_to=(RecordRef(RecordKind.CONTACT, "1"),)),
        lead(1)._replace(account=RecordRef(RecordKind.ACCOUNT, "1")),
        lead(1)._replace(statuses=()),
        lead(1)._replace(attributes={"industry": "Retail"}),
    ],
)
def test_every_input_changes_the_fingerprint(changed: Record) -> None:
    assert codec.fingerprint(changed) != codec.fingerprint(lead(1))


def test_times_of_another_zone_are_the_same_moment() -> None:
    japan = timezone(timedelta(hours=9))
    record = lead(1, ("Open", NOW))

    there = lead(1, ("Open", NOW.astimezone(japan)))

    assert codec.fingerprint(there) == codec.fingerprint(record)


def test_a_lone_surrogate_does_not_stop_the_others() -> None:
    stored = codec.load(codec.dump({"industry": "a\ud83db", "tags": ["\ud83d", 1]}))

    assert stored == {"industry": "a?b", "tags": ["?", 1]}


@given(refs)
def test_a_ref_is_what_it_prints(ref: RecordRef) -> None:
    assert codec.parse_ref(str(ref)) == ref


@pytest.mark.parametrize(
    ("one", "other"), [(("ab", "c"), ("a", "bc")), ((None,), ("",)), (("a", None), ("a",))]
)
def test_parts_of_a_row_cannot_trade_places(
    one: tuple[str | None, ...], other: tuple[str | None, ...]
) -> None:
    assert codec.row_sum(*one) != codec.row_sum(*other)


def test_a_day_is_not_its_midnight() -> None:
    midnight = datetime(2026, 11, 1, tzinfo=UTC)

    assert codec.encode_value(date(2026, 11, 1)) != codec.encode_value(midnight)


@given(st.integers(-300_000, 300_000), st.integers(0, 12_000))
def test_a_body_says_in_which_month_its_record_was_closed(start: int, hours: int) -> None:
    zone = timezone(timedelta(hours=9))
    since = (NOW + timedelta(hours=start)).astimezone(zone)
    until = since + timedelta(hours=hours)
    for closed in (since, since + (until - since) / 2, until):
        ended = lead(1)._replace(outcome=Outcome.LOST, closed_at=closed)
        body = codec.dump_body(ended)

        assert any(part in body for part in codec.closed_in(since, until))
        assert codec.ended(Outcome.LOST) in body
        assert codec.ended(Outcome.WON) not in body
    assert codec.CLOSED not in codec.dump_body(lead(1))
