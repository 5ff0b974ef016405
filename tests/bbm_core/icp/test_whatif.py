"""What another definition would change."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bbm_core.icp.classify import Flag, Verdict
from bbm_core.icp.whatif import Compared, ComparedEntry, Comparison, Past, WhatIf
from bbm_core.records import RecordKind, RecordRef

YES, NO, UNKNOWN = Flag.YES, Flag.NO, Flag.UNKNOWN


def verdict(flag: Flag, tier: str = "") -> Verdict:
    score = {YES: 80, NO: 20, UNKNOWN: 40}[flag]
    return Verdict(
        flag=flag,
        score=score,
        raw=score,
        low=score,
        high=score,
        coverage=100,
        tier=tier or {YES: "A", NO: "D", UNKNOWN: "C"}[flag],
        reasons=(),
        missing=(),
        deciding=None,
        excluded_by=(),
        missed=(),
        profile="core",
        version="v",
    )


def compared(id_: str, old: Flag, new: Flag, unit: str = "") -> Compared:
    ref = RecordRef(RecordKind.LEAD, id_)
    return Compared(ref, unit or id_, verdict(old), verdict(new))


def result(rows: Sequence[Compared], past: dict[str, Past] | None = None, **more: Any) -> WhatIf:
    comparison = Comparison(["acquisition"], **more)
    for row in rows:
        entry = ComparedEntry("acquisition", row.old.flag, row.new.flag)
        comparison.take(row, [entry, ComparedEntry("elsewhere", NO, YES)])
    return comparison.result(past or {})


def test_who_enters_and_who_leaves_is_counted_and_named() -> None:
    found = result(
        [
            compared("3", NO, YES),
            compared("1", UNKNOWN, YES),
            compared("2", YES, NO),
            compared("4", YES, YES),
            compared("5", NO, UNKNOWN),
        ]
    )

    assert (found.enters.records, found.leaves.records, found.stays.records) == (2, 1, 1)
    assert [ref.id for ref in found.enters.refs] == ["1", "3"]
    assert found.tiers["D", "A"] == 1
    assert found.flags[NO, UNKNOWN] == 1
    assert found.changed == 4
    assert found.records == 5


def test_no_more_are_named_than_asked_for() -> None:
    rows = [compared(str(number), NO, YES) for number in range(9)]

    assert len(result(rows).enters.refs) == 5
    assert len(result(rows, shown=2).enters.refs) == 2


def test_each_stage_is_counted_under_both_definitions() -> None:
    (stage,) = result([compared("1", YES, NO), compared("2", UNKNOWN, YES)]).stages

    assert (stage.before.icp, stage.before.not_icp, stage.before.unknown) == (1, 0, 1)
    assert (stage.after.icp, stage.after.not_icp, stage.after.unknown) == (1, 1, 0)


def test_a_company_counts_once_however_many_records_it_has() -> None:
    rows = [compared("1", NO, YES, "acme"), compared("2", NO, YES, "acme"), compared("3", NO, YES)]
    past = {"acme": Past(won=2, lost=1, worth=Decimal(900)), "3": Past(open=1)}

    group = result(rows, past).enters

    assert (group.records, group.units) == (3, 2)
    assert (group.opportunity.part, group.opportunity.whole) == (2, 2)
    assert (group.won.part, group.won.whole) == (2, 3)
    assert (group.worth, group.worth_known) == (Decimal(900), 1)


def test_who_has_no_past_gives_no_rate_but_an_interval() -> None:
    group = result([]).enters

    assert group.won.rate is None
    assert tuple(group.won.interval) == (0.0, 1.0)
    assert group.worth is None


_ROWS = st.lists(st.tuples(st.sampled_from(list(Flag)), st.sampled_from(list(Flag))), max_size=20)


@given(_ROWS)
def test_every_record_is_in_the_matrix_once(pairs: list[tuple[Flag, Flag]]) -> None:
    found = result([compared(str(n), old, new) for n, (old, new) in enumerate(pairs)])

    assert sum(found.tiers.values()) == sum(found.flags.values()) == len(pairs)
    icp_before = sum(old is YES for old, _ in pairs)
    assert found.leaves.records + found.stays.records == icp_before
    assert found.stages[0].after.total == found.stages[0].before.total == len(pairs)


@given(_ROWS, st.randoms(use_true_random=False))
def test_the_order_of_the_records_changes_nothing(
    pairs: list[tuple[Flag, Flag]], random: Any
) -> None:
    rows = [compared(str(n), old, new) for n, (old, new) in enumerate(pairs)]
    shuffled = rows.copy()
    random.shuffle(shuffled)

    assert result(rows) == result(shuffled)
