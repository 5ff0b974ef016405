"""Laws that hold for any clause."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import SandboxClock
from sandbox.salesforce.org import Org
from sandbox.salesforce.query import Runner
from sandbox.salesforce.refusals import Refusal

JANUARY = datetime(2026, 1, 1, tzinfo=UTC)


FIELDS = st.sampled_from(
    [
        "Id",
        "LastName",
        "CreatedDate",
        "ConvertedDate",
        "NumberOfEmployees",
        "IsConverted",
        "OwnerId",
        "Owner.Name",
        "Description",
        "Address",
        "Status",
        "Foo",
        "SystemModstamp",
    ]
)


VALUES = st.sampled_from(
    [
        "'a'",
        "'a%'",
        "null",
        "TRUE",
        "5",
        "-1.5",
        "2026-01-01",
        "2026-01-01T00:00:00Z",
        "TODAY",
        "LAST_N_DAYS:3",
        "NEXT_N_YEARS:1",
        "'00Q5g0000000001EAA'",
        "''",
        "USD5",
    ]
)


SIGNS = st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "LIKE"])


COMPARISONS = st.tuples(FIELDS, SIGNS, VALUES).map(" ".join)


CLAUSES = st.recursive(
    COMPARISONS,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(
            lambda parts: f"({' '.join(parts)})"
        )
        | inner.map(lambda part: f"NOT ({part})")
    ),
    max_leaves=4,
)


ORG = Org(SandboxClock(JANUARY))


for _n in range(8):
    ORG.create("Lead", {"LastName": "a" * (_n + 1), "Company": "y"}, at=JANUARY + timedelta(_n))


def ran(clause: str) -> set[object] | None:
    """The ids a clause finds, or nothing when it is refused."""
    query = f"SELECT Id FROM Lead WHERE {clause}"  # noqa: S608  SOQL made by a test
    try:
        found = Runner(ORG, ORG.rights("agent"), "66.0").run(query)
    except Refusal:
        return None
    return {row["Id"] for row in found.rows}


@given(CLAUSES)
def test_any_clause_is_answered_or_refused_and_its_opposite_finds_the_rest(clause: str) -> None:
    found = ran(clause)
    opposite = ran(f"NOT ({clause})")

    everything = {row["Id"] for row in ORG.rows("Lead")}
    assert (found is None) == (opposite is None)
    if found is not None and opposite is not None:
        assert found | opposite == everything
        assert found & opposite == set()


@given(CLAUSES, CLAUSES)
def test_asking_in_the_order_of_time_finds_the_same(one: str, other: str) -> None:
    clause = f"SystemModstamp >= 2026-01-03T00:00:00Z AND ({one} OR {other})"

    assert ran(clause) == ran(f"{clause} ORDER BY SystemModstamp, Id")
