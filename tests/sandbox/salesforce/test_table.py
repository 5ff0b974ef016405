"""Laws of a table: whatever is done to its rows, its orders tell the truth."""

from hypothesis import given
from hypothesis import strategies as st

from sandbox.salesforce.table import Row, Table

STAMPS = st.sampled_from([f"2026-01-01T00:00:0{n}.000+0000" for n in range(4)])
IDS = st.sampled_from(["a", "b", "c", "d"])
PARENTS = st.sampled_from(["p", "q", None])
ACTS = st.lists(st.tuples(IDS, STAMPS, PARENTS, st.sampled_from(["put", "bin", "purge", "read"])))


def played(acts: list[tuple[str, str, str | None, str]]) -> Table:
    table = Table(stamped=True, parents=["Parent"])
    for id_, stamp, parent, act in acts:
        if act == "read":
            list(table.by_time())
        elif act == "purge" and id_ in table.rows:
            table.purge(id_)
        elif act != "purge":
            row: Row = table.rows.get(id_, {"Id": id_})
            row.update(SystemModstamp=stamp, Parent=parent, IsDeleted=act == "bin")
            table.put(row)
    return table


@given(ACTS)
def test_every_row_is_met_once_in_the_order_of_time_and_id(
    acts: list[tuple[str, str, str | None, str]],
) -> None:
    table = played(acts)

    met = [(row["SystemModstamp"], row["Id"]) for row in table.by_time()]

    assert met == sorted((row["SystemModstamp"], row["Id"]) for row in table.rows.values())


@given(ACTS, STAMPS, STAMPS)
def test_bounds_leave_out_what_lies_outside_and_nothing_else(
    acts: list[tuple[str, str, str | None, str]], low: str, high: str
) -> None:
    table = played(acts)

    met = {row["Id"] for row in table.by_time(low, high)}

    inside = (row for row in table.rows.values() if low <= str(row["SystemModstamp"]) <= high)
    assert met == {row["Id"] for row in inside}


@given(ACTS)
def test_each_row_stands_under_its_present_parent(
    acts: list[tuple[str, str, str | None, str]],
) -> None:
    table = played(acts)

    for parent in ("p", "q", None):
        children = table.children("Parent", [parent])
        assert children is not None
        found = {row["Id"] for row in children}
        assert found == {row["Id"] for row in table.rows.values() if row["Parent"] == parent}


@given(ACTS, STAMPS)
def test_the_bin_holds_the_deleted_rows(
    acts: list[tuple[str, str, str | None, str]], stamp: str
) -> None:
    table = played(acts)

    old = set(table.deleted_before(stamp))

    deleted = (row for row in table.rows.values() if row["IsDeleted"])
    assert old == {row["Id"] for row in deleted if str(row["SystemModstamp"]) < stamp}


def test_a_field_without_an_index_has_no_children_to_tell() -> None:
    assert Table(stamped=False).children("Parent", ["p"]) is None


def test_many_changes_do_not_make_the_order_grow_without_end() -> None:
    table = Table(stamped=True)
    row: Row = {"Id": "a"}
    for n in range(5000):
        row["SystemModstamp"] = f"{n:05}"
        table.put(row)
        if n % 500 == 0:
            list(table.by_time())

    assert [one["SystemModstamp"] for one in table.by_time()] == ["04999"]
    assert len(table._order) < 2000
